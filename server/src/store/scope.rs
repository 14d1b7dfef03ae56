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

const NAMED: &str = "id IN (SELECT inquiry_id FROM inquiry_members WHERE district_id = $1 AND account_id = ";

impl Scope {
    /// One condition for each reason to see an inquiry.
    pub(super) fn reasons(&self, clause: &mut Clause) -> Vec<String> {
        match self {
            Self::Everything { .. } => vec![String::new()],
            Self::Open { account } => {
                let me = clause.text(account);
                vec![
                    String::from(" AND confidential = 0"),
                    format!(" AND confidential = 1 AND owner_id = {me}"),
                    format!(" AND confidential = 1 AND {NAMED}{me})"),
                ]
            }
            Self::Own { account, topics, stands_in_for, .. } => {
                let me = clause.text(account);
                let mut ways = vec![
                    format!(" AND owner_id = {me}"),
                    format!(" AND {NAMED}{me})"),
                    format!(" AND entered_by = {me} AND confidential = 0"),
                ];
                ways.extend(topics.iter().map(|topic| format!(" AND topic_id = {} AND confidential = 0", clause.text(topic))));
                ways.extend(stands_in_for.iter().map(|of| format!(" AND owner_id = {} AND confidential = 0", clause.text(of))));
                ways
            }
        }
    }
}
