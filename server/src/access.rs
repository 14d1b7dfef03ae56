//! Who may see and do what, in one table. Pure.

use crate::store::{Filter, InquiryRecord};
use porchlight_shared::status::Role;

/// A member of staff who asks, as far as permission goes.
#[derive(Debug, Clone)]
pub struct Asker {
    pub account_id: String,
    pub role: Role,
    /// Topics that the person owns or helps with.
    pub topics: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// See it with its thread and audit trail.
    See,
    /// Note, reply, wait, close, reopen.
    Work,
    /// Name another owner.
    Assign,
}

/// How somebody stands to an inquiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    Owner,
    /// Owns or helps with its topic.
    Member,
    /// Wrote it down.
    Recorder,
    None,
}

/// The table: role × relation × confidential → action.
pub fn may(role: Role, relation: Relation, confidential: bool, action: Action) -> bool {
    let involved = matches!(relation, Relation::Owner | Relation::Member);
    match (role, action) {
        (Role::Administrator, _) => true,
        (Role::Observer, Action::See) => involved || !confidential,
        (Role::Recorder, Action::See) => involved || relation == Relation::Recorder,
        (Role::Staff, Action::See) => involved || (relation == Relation::Recorder && !confidential),
        (Role::Staff, Action::Work | Action::Assign) => involved,
        (Role::Observer | Role::Recorder, Action::Work | Action::Assign) => false,
    }
}

impl Asker {
    pub fn relation(&self, inquiry: &InquiryRecord) -> Relation {
        if inquiry.owner_id.as_deref() == Some(&self.account_id) {
            return Relation::Owner;
        }
        if self.topics.contains(&inquiry.topic_id) {
            return Relation::Member;
        }
        if inquiry.entered_by.as_deref() == Some(&self.account_id) { Relation::Recorder } else { Relation::None }
    }

    pub fn may(&self, action: Action, inquiry: &InquiryRecord) -> bool {
        may(self.role, self.relation(inquiry), inquiry.confidential, action)
    }

    /// Narrows a list to what the person may see.
    pub fn narrow(&self, filter: &mut Filter) {
        filter.confidential = self.role != Role::Observer;
        filter.entered_confidential = self.role == Role::Recorder;
        if matches!(self.role, Role::Staff | Role::Recorder) {
            filter.only_for = Some((self.account_id.clone(), self.topics.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table() {
        let mut lines = String::new();
        for role in Role::ALL {
            for relation in [Relation::Owner, Relation::Member, Relation::Recorder, Relation::None] {
                for confidential in [false, true] {
                    let allowed: Vec<&str> = [(Action::See, "see"), (Action::Work, "work"), (Action::Assign, "assign")]
                        .iter()
                        .filter(|(action, _)| may(*role, relation, confidential, *action))
                        .map(|(_, name)| *name)
                        .collect();
                    lines += &format!(
                        "{} {relation:?} {}: {}\n",
                        role.as_str(),
                        if confidential { "confidential" } else { "open" },
                        allowed.join(" ")
                    );
                }
            }
        }
        assert_eq!(
            lines,
            "administrator Owner open: see work assign\nadministrator Owner confidential: see work assign\n\
             administrator Member open: see work assign\nadministrator Member confidential: see work assign\n\
             administrator Recorder open: see work assign\nadministrator Recorder confidential: see work assign\n\
             administrator None open: see work assign\nadministrator None confidential: see work assign\n\
             observer Owner open: see\nobserver Owner confidential: see\nobserver Member open: see\nobserver Member confidential: see\n\
             observer Recorder open: see\nobserver Recorder confidential: \nobserver None open: see\nobserver None confidential: \n\
             staff Owner open: see work assign\nstaff Owner confidential: see work assign\n\
             staff Member open: see work assign\nstaff Member confidential: see work assign\n\
             staff Recorder open: see\nstaff Recorder confidential: \nstaff None open: \nstaff None confidential: \n\
             recorder Owner open: see\nrecorder Owner confidential: see\nrecorder Member open: see\nrecorder Member confidential: see\n\
             recorder Recorder open: see\nrecorder Recorder confidential: see\nrecorder None open: \nrecorder None confidential: \n"
        );
    }
}
