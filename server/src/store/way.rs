//! From a filter to SQL: one query of ids for each way to come to inquiries.
//!
//! A way walks an index that has the list's order and stops after a page, or begins with the few that can be meant (some
//! ids, a seldom tag, what somebody is named on) and sorts them. Which of the two is written out and not left to the
//! planner: SQLite's knows no numbers of rows, takes the inner of two tables only where `CROSS JOIN` says so, and walked
//! a million to find twenty.

use super::clause::Clause;
use super::list::{Filter, LINE, Order, Owners};
use super::scope::{Reason, Scope};
use porchlight_shared::status::Status;

/// More ways than these are written as fewer, with longer conditions: SQLite joins no more than 500.
const MOST: usize = 96;

/// One way.
struct Way {
    /// What is read first, joined to what follows.
    first: String,
    holds: String,
    /// Closed ones in the order of due times: nothing is due, so they stand by their ids.
    never_due: bool,
}

impl Filter {
    /// The lines of a page, in order; `None` when nothing can match. `few_tagged`: the tag is on few.
    pub(super) fn page(&self, clause: &mut Clause, few_tagged: bool, limit: u32) -> Option<String> {
        let ids = self.ids(clause, few_tagged, limit)?;
        let (by, _, direction) = self.order.sql();
        Some(format!(
            "SELECT {LINE} FROM (SELECT id AS found FROM ({ids}) AS ways ORDER BY at {direction}, id {direction} LIMIT {limit}) AS page \
             CROSS JOIN inquiries WHERE district_id = $1 AND id = page.found ORDER BY {by} {direction}, id {direction}"
        ))
    }

    /// The ids that are shown, as `(at, id)`, one query for each way, each in order and cut at `limit`; `None` when nothing
    /// can match.
    pub(super) fn ids(&self, clause: &mut Clause, few_tagged: bool, limit: u32) -> Option<String> {
        let (by, comes_after, direction) = self.order.sql();
        let after = self.after.as_ref().map(|after| (after.at, clause.number(after.at), clause.text(&after.id)));
        let each = |way: Way| {
            let (by, from) = match (&after, way.never_due) {
                (None, false) => (by, String::new()),
                (None, true) => (Order::NEVER_SQL, String::new()),
                (Some((_, at, id)), false) => (by, format!(" AND ({by}, id) {comes_after} ({at}, {id})")),
                (Some((Order::NEVER, _, id)), true) => (Order::NEVER_SQL, format!(" AND id > {id}")),
                (Some(_), true) => (Order::NEVER_SQL, String::new()),
            };
            let order = if way.never_due { String::from("id ASC") } else { format!("{by} {direction}, id {direction}") };
            format!(
                "SELECT at, id FROM (SELECT {by} AS at, id FROM {} inquiries WHERE district_id = $1{}{from} ORDER BY {order} LIMIT {limit}) AS way",
                way.first, way.holds
            )
        };
        let all: Vec<String> = self.ways(clause, few_tagged).into_iter().map(each).collect();
        (!all.is_empty()).then(|| all.join(" UNION "))
    }

    fn ways(&self, clause: &mut Clause, few_tagged: bool) -> Vec<Way> {
        let mut shared = self.conditions(clause);
        let first = match (self.ids.as_deref(), &self.tag) {
            (Some([]), _) => return Vec::new(),
            (Some(ids), tag) => {
                if let Some(tag) = tag {
                    shared += &is_tagged(clause, tag);
                }
                shared += " AND id = these.column1";
                clause.these(ids.iter().map(String::as_str))
            }
            (None, Some(tag)) if few_tagged => {
                shared += " AND id = tagged.inquiry_id";
                let tag = clause.text(tag);
                format!("(SELECT inquiry_id FROM inquiry_tags WHERE district_id = $1 AND tag = {tag}) AS tagged CROSS JOIN")
            }
            (None, Some(tag)) => {
                shared += &is_tagged(clause, tag);
                String::new()
            }
            (None, None) => String::new(),
        };
        // Whoever knows that something confidential is there does not learn its school and tags by asking for them.
        if let Scope::Everything { account } = &self.scope
            && (self.tag.is_some() || !self.schools.is_empty())
        {
            shared += &is_open_to(clause, account);
        }
        let reasons = self.scope.reasons(clause);
        let few = !first.is_empty();
        let (mut topics, mut owners, mut statuses) = (self.each_topic(clause), self.each_owner(clause), self.each_status());
        let one_of_topics = one_of(&topics);
        if few || reasons.len() * topics.len() * owners.len() * statuses.len() > MOST {
            owners = one_of(&owners);
        }
        if few || reasons.len() * topics.len() * owners.len() * statuses.len() > MOST {
            topics.clone_from(&one_of_topics);
        }
        if few || reasons.len() * topics.len() * owners.len() * statuses.len() > MOST {
            statuses = self.one_of_statuses();
        }
        let mut ways = Vec::new();
        for reason in reasons {
            let (first, holds, topics, statuses) = match reason {
                // Whoever is named is named on few.
                Reason::Named { first: named, holds, .. } if !few => {
                    (named, holds, &one_of_topics[..], &self.one_of_statuses()[..])
                }
                Reason::Named { also, .. } => (first.clone(), also, &topics[..], &statuses[..]),
                // One topic is not another.
                Reason::Topic { id, .. } if !self.topics.is_empty() && !self.topics.contains(&id) => continue,
                Reason::Topic { holds, .. } => (first.clone(), holds, &[String::new()][..], &statuses[..]),
                Reason::Holds(holds) => (first.clone(), holds, &topics[..], &statuses[..]),
            };
            for topic in topics {
                for owner in &owners {
                    ways.extend(statuses.iter().map(|(status, never_due)| Way {
                        first: first.clone(),
                        holds: format!("{status}{holds}{topic}{owner}{shared}"),
                        never_due: *never_due,
                    }));
                }
            }
        }
        ways
    }

    /// The conditions that hold on every way.
    fn conditions(&self, clause: &mut Clause) -> String {
        let mut sql = String::new();
        if self.confidential {
            sql += " AND confidential = 1";
        }
        if !self.merged {
            sql += " AND merged_into IS NULL";
        }
        sql += &clause.any_of("school_id", self.schools.iter().map(String::as_str));
        sql += &clause.any_of("kind", self.kinds.iter().map(|k| k.as_str()));
        sql += &clause.any_of("priority", self.priorities.iter().map(|p| p.as_str()));
        let due = Order::DueFirst.sql().0;
        if let Some(from) = self.due_from {
            sql += &format!(" AND {due} >= {}", clause.number(from));
        }
        if let Some(before) = self.due_before {
            sql += &format!(" AND {due} < {}", clause.number(before));
        }
        sql
    }

    /// Each state has its own place in the indexes of what is not closed; and whether it is that of closed ones, which
    /// are never due.
    fn each_status(&self) -> Vec<(String, bool)> {
        const ALL: [Status; 4] = [Status::New, Status::Open, Status::Waiting, Status::Closed];
        let asked = if self.statuses.is_empty() { &ALL[..] } else { &self.statuses };
        let by_due = self.order == Order::DueFirst;
        // What is critical is little, and has an index for all states.
        if !by_due || !self.priorities.is_empty() && !asked.contains(&Status::Closed) {
            return self.one_of_statuses();
        }
        let each = asked.iter().map(|status| match status {
            Status::Closed => (String::from(" AND status = 'closed'"), true),
            live => (format!(" AND status <> 'closed' AND status = '{}'", live.as_str()), false),
        });
        each.collect()
    }

    fn one_of_statuses(&self) -> Vec<(String, bool)> {
        let words: Vec<String> = self.statuses.iter().map(|s| format!("'{}'", s.as_str())).collect();
        // Written out, since an index of what is not closed is used only where it says so.
        let live = if self.statuses.contains(&Status::Closed) { "" } else { " AND status <> 'closed'" };
        let sql = match words.as_slice() {
            [] => String::new(),
            [one] => format!("{live} AND status = {one}"),
            [_, _, _] if !live.is_empty() => live.to_owned(),
            many => format!("{live} AND status IN ({})", many.join(", ")),
        };
        vec![(sql, false)]
    }

    /// Each topic that is asked for has a place of its own in an index.
    fn each_topic(&self, clause: &mut Clause) -> Vec<String> {
        match self.topics.as_slice() {
            [] => vec![String::new()],
            topics => topics.iter().map(|topic| format!(" AND topic_id = {}", clause.text(topic))).collect(),
        }
    }

    /// Each owner that is asked for has a place of their own in an index.
    fn each_owner(&self, clause: &mut Clause) -> Vec<String> {
        let each = |all: &[String], clause: &mut Clause| -> Vec<String> {
            all.iter().map(|owner| format!(" AND owner_id = {}", clause.text(owner))).collect()
        };
        match &self.owners {
            Owners::Any => vec![String::new()],
            Owners::Of(all) => each(all, clause),
            Owners::NobodyOr(all) => {
                let mut ways = each(all, clause);
                ways.push(String::from(" AND owner_id IS NULL"));
                ways
            }
        }
    }
}

/// Conditions that stand for ways of their own, as one.
fn one_of(ways: &[String]) -> Vec<String> {
    let ways: Vec<&str> = ways.iter().map(|way| way.trim_start_matches(" AND ")).collect();
    vec![match ways.as_slice() {
        [""] => String::new(),
        [] => String::from(" AND 1 = 0"),
        ways => format!(" AND ({})", ways.join(" OR ")),
    }]
}

/// It is not confidential, or open to somebody by name.
fn is_open_to(clause: &mut Clause, account: &str) -> String {
    let me = clause.text(account);
    let of = |table: &str| {
        format!(
            "EXISTS (SELECT 1 FROM {table} o WHERE o.district_id = $1 AND o.inquiry_id = inquiries.id AND o.account_id = {me})"
        )
    };
    format!(" AND (confidential = 0 OR owner_id = {me} OR {} OR {})", of("inquiry_members"), of("unsealings"))
}

fn is_tagged(clause: &mut Clause, tag: &str) -> String {
    let tag = clause.text(tag);
    format!(
        " AND EXISTS (SELECT 1 FROM inquiry_tags t WHERE t.district_id = $1 AND t.tag = {tag} AND t.inquiry_id = inquiries.id)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Db, Scope};
    use porchlight_shared::status::Priority;
    use sqlx::Row;

    const LIVE: [Status; 3] = [Status::New, Status::Open, Status::Waiting];

    fn filters(scope: &Scope) -> Vec<(&'static str, Filter)> {
        let of = |statuses: &[Status], order| Filter { statuses: statuses.to_vec(), order, ..Filter::of(scope.clone()) };
        let open = || of(&LIVE[..2], Order::DueFirst);
        let texts = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        vec![
            ("open", open()),
            ("waiting", of(&LIVE[2..], Order::DueFirst)),
            ("mine", Filter { owners: Owners::Of(texts(&["me", "other"])), ..open() }),
            ("unassigned", Filter { owners: Owners::NobodyOr(texts(&["gone"])), ..of(&LIVE, Order::DueFirst) }),
            ("topics", Filter { topics: texts(&["bus", "food"]), ..open() }),
            ("past due", Filter { due_before: Some(5), ..open() }),
            ("critical", Filter { priorities: vec![Priority::Critical], ..of(&LIVE, Order::DueFirst) }),
            ("closed", of(&[Status::Closed], Order::NewestFirst)),
            ("of a topic", Filter { topics: texts(&["bus"]), ..of(&[], Order::NewestFirst) }),
            ("these", Filter { ids: Some(texts(&["1", "2"])), merged: true, ..Filter::of(scope.clone()) }),
            ("tagged", Filter { tag: Some(String::from("bus")), ..Filter::of(scope.clone()) }),
        ]
    }

    /// What SQLite does for each list of each kind of person: it looks things up, and walks nothing but an index in its
    /// order. Without numbers of rows its planner does the same among ten as among a million.
    #[test]
    fn no_list_walks_what_it_does_not_show() {
        let folder = std::env::temp_dir().join(format!("porchlight-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        let me = || String::from("me");
        let scopes = [
            Scope::Everything { account: me() },
            Scope::Own {
                account: me(),
                topics: vec![String::from("bus"), String::from("food")],
                stands_in_for: vec![String::from("other")],
                own_notes_only: false,
            },
        ];
        let plans = async {
            let db = Db::open(&Db::embedded_url(&folder)).await?;
            db.migrate().await?;
            let mut walked = Vec::new();
            for scope in &scopes {
                for (name, filter) in filters(scope) {
                    let mut clause = Clause::default();
                    let sql = format!("EXPLAIN QUERY PLAN {}", filter.page(&mut clause, true, 51).unwrap());
                    for row in clause.bind(sql, "d").fetch_all(&db.reader).await? {
                        let step: String = row.try_get(3)?;
                        // The whole district, or the whole table.
                        let whole = step.ends_with("(district_id=?)") && !step.contains("inquiry_tags");
                        if whole || step.starts_with("SCAN inquiries") {
                            walked.push(format!("{name} of {scope:?}: {step}"));
                        }
                    }
                }
            }
            db.close().await;
            crate::store::Result::Ok(walked)
        };
        let walked = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(plans).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(walked.is_empty(), "{walked:#?}");
    }
}
