//! What somebody may be shown at all, as conditions.

use super::clause::Clause;

/// What a person may be shown at all; see the table in `access`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All; what is confidential and not theirs without its content.
    Everything { account: String },
    /// All that is not confidential, and what they are named on.
    Open { account: String },
    /// What is theirs.
    Own {
        account: String,
        topics: Vec<String>,
        stands_in_for: Vec<String>,
        /// Finds notes only where they are more than the recorder.
        own_notes_only: bool,
    },
}

/// A reason to see an inquiry.
pub(super) enum Reason {
    Holds(String),
    /// It is about this topic.
    Topic {
        id: String,
        holds: String,
    },
    /// Named on it by name.
    Named {
        /// Reads what somebody is named on first, …
        first: String,
        holds: String,
        /// … or asks it of what is read anyway.
        also: String,
    },
}

impl Reason {
    fn holds(sql: impl Into<String>) -> Self {
        Self::Holds(sql.into())
    }

    fn named(me: &str, further: &str) -> Self {
        let mine = format!("SELECT inquiry_id FROM inquiry_members WHERE district_id = $1 AND account_id = {me}");
        Self::Named {
            first: format!("({mine}) AS named CROSS JOIN"),
            holds: format!("{further} AND id = named.inquiry_id"),
            also: format!("{further} AND id IN ({mine})"),
        }
    }
}

impl Scope {
    /// One condition for each reason to see an inquiry.
    pub(super) fn reasons(&self, clause: &mut Clause) -> Vec<Reason> {
        match self {
            Self::Everything { .. } => vec![Reason::holds("")],
            Self::Open { account } => {
                let me = clause.text(account);
                vec![
                    Reason::holds(" AND confidential = 0"),
                    Reason::holds(format!(" AND confidential = 1 AND owner_id = {me}")),
                    Reason::named(&me, " AND confidential = 1"),
                ]
            }
            Self::Own { account, topics, stands_in_for, .. } => {
                let me = clause.text(account);
                let mut ways = vec![
                    Reason::holds(format!(" AND owner_id = {me}")),
                    Reason::named(&me, ""),
                    Reason::holds(format!(" AND entered_by = {me} AND confidential = 0")),
                ];
                ways.extend(topics.iter().map(|topic| Reason::Topic {
                    id: topic.clone(),
                    holds: format!(" AND topic_id = {} AND confidential = 0", clause.text(topic)),
                }));
                let standing_in =
                    stands_in_for.iter().map(|of| format!(" AND owner_id = {} AND confidential = 0", clause.text(of)));
                ways.extend(standing_in.map(Reason::Holds));
                ways
            }
        }
    }
}
