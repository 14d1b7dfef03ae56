//! Who may see and do what, in one table. Pure.
//!
//! The table is the source of the server's checks, of the test that walks all of it, and of the page
//! `docs/permissions.md`. What it does not allow is not allowed.

use crate::store::{DistrictRecord, InquiryRecord, Scope, Standing};
use porchlight_shared::status::Role;

/// What is done with an inquiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Know that it exists: reference, topic, dates, owner.
    Know,
    /// Read it: answers, messages, files, sender; find it by its words; hear of changes.
    See,
    /// Read the notes of colleagues, the drafts that are being written, and the audit trail.
    ReadNotes,
    /// Write a note, mention colleagues.
    Note,
    /// Reply to the sender.
    Reply,
    /// Wait, close, reopen, tag, set priority, make confidential.
    Work,
    /// Name another owner, let colleagues in or take them out.
    Assign,
    /// Merge it with another one, or split it.
    Join,
    /// Open a confidential one that is not theirs, with a stated reason that is kept.
    Unseal,
    /// Say that they have an alert: nobody else is called.
    Acknowledge,
}

impl Action {
    pub const ALL: &[Self] = &[
        Self::Know,
        Self::See,
        Self::ReadNotes,
        Self::Note,
        Self::Reply,
        Self::Work,
        Self::Assign,
        Self::Join,
        Self::Unseal,
        Self::Acknowledge,
    ];
}

/// How somebody stands to an inquiry; several may hold at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Responsible for it.
    Owner,
    /// Named on it: mentioned, let in, or by a rule.
    Member,
    /// Owns or helps with its topic, or owns its department.
    Team,
    /// Stands in for its owner, who is away.
    StandIn,
    /// Wrote it down.
    Recorder,
    /// Opened it with a reason, which counts for a day.
    Unsealed,
    /// Was told of an alert that it raised.
    Told,
    /// Nothing else.
    None,
}

impl Relation {
    pub const ALL: &[Self] =
        &[Self::Owner, Self::Member, Self::Team, Self::StandIn, Self::Recorder, Self::Unsealed, Self::Told, Self::None];
}

/// What is done with a district, whatever the inquiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Power {
    /// Invite, change roles and teams, deactivate, require a second factor.
    People,
    /// Change routing rules and try them out.
    Routing,
    /// See what has no owner who can be reached.
    Ownerless,
    /// Read and export the district's audit trail.
    Trail,
    /// Share a kept view, a template or a practice inquiry with everybody.
    Share,
    /// Write and publish answers, put them away.
    Answers,
    /// Change the calendar, promised times and reminders.
    Promises,
    /// Change alert categories: words, teams, who follows whom.
    Alerts,
}

impl Power {
    pub const ALL: &[Self] =
        &[Self::People, Self::Routing, Self::Ownerless, Self::Trail, Self::Share, Self::Answers, Self::Promises, Self::Alerts];
}

/// Relations that an action is open to: of an ordinary inquiry, and of a confidential one.
type Cell = (&'static [Relation], &'static [Relation]);

const NOBODY: &[Relation] = &[];
const ANYBODY: &[Relation] = Relation::ALL;
const NAMED: &[Relation] = &[Relation::Owner, Relation::Member];
const OPENED: &[Relation] = &[Relation::Owner, Relation::Member, Relation::Unsealed];
const INVOLVED: &[Relation] = &[Relation::Owner, Relation::Member, Relation::Team, Relation::StandIn];
const INVOLVED_OR_RECORDER: &[Relation] =
    &[Relation::Owner, Relation::Member, Relation::Team, Relation::StandIn, Relation::Recorder];
/// Who is called at night learns that there is something, and can say that they have it.
const CALLED: &[Relation] = &[Relation::Owner, Relation::Member, Relation::Told];
const INVOLVED_OR_CALLED: &[Relation] = &[Relation::Owner, Relation::Member, Relation::Team, Relation::StandIn, Relation::Told];
const KNOWING: &[Relation] =
    &[Relation::Owner, Relation::Member, Relation::Team, Relation::StandIn, Relation::Recorder, Relation::Told];
const NOT_NAMED: &[Relation] =
    &[Relation::Team, Relation::StandIn, Relation::Recorder, Relation::Unsealed, Relation::Told, Relation::None];

/// The table. Columns: administrator, observer, staff, recorder.
const TABLE: &[(Action, [Cell; 4])] = &[
    (Action::Know, [(ANYBODY, ANYBODY), (ANYBODY, CALLED), (KNOWING, CALLED), (KNOWING, CALLED)]),
    (Action::See, [(ANYBODY, OPENED), (ANYBODY, NAMED), (INVOLVED_OR_RECORDER, NAMED), (INVOLVED_OR_RECORDER, NAMED)]),
    (Action::ReadNotes, [(ANYBODY, OPENED), (ANYBODY, NAMED), (INVOLVED_OR_RECORDER, NAMED), (INVOLVED, NAMED)]),
    (Action::Note, [(ANYBODY, OPENED), (NAMED, NAMED), (INVOLVED, NAMED), (NAMED, NAMED)]),
    (Action::Reply, [(ANYBODY, OPENED), (NOBODY, NOBODY), (INVOLVED, NAMED), (NOBODY, NOBODY)]),
    (Action::Work, [(ANYBODY, OPENED), (NOBODY, NOBODY), (INVOLVED, NAMED), (NOBODY, NOBODY)]),
    (Action::Assign, [(ANYBODY, ANYBODY), (NOBODY, NOBODY), (INVOLVED, NAMED), (NOBODY, NOBODY)]),
    (Action::Join, [(ANYBODY, OPENED), (NOBODY, NOBODY), (INVOLVED, NAMED), (NOBODY, NOBODY)]),
    (Action::Unseal, [(NOBODY, NOT_NAMED), (NOBODY, NOBODY), (NOBODY, NOBODY), (NOBODY, NOBODY)]),
    (Action::Acknowledge, [(ANYBODY, ANYBODY), (NOBODY, NOBODY), (INVOLVED_OR_CALLED, CALLED), (NOBODY, NOBODY)]),
];

const fn column(role: Role) -> usize {
    match role {
        Role::Administrator => 0,
        Role::Observer => 1,
        Role::Staff => 2,
        Role::Recorder => 3,
    }
}

/// Whether somebody of `role` who stands so to an inquiry may do `action`.
pub fn may(role: Role, relation: Relation, confidential: bool, action: Action) -> bool {
    let cell = TABLE.iter().find(|(listed, _)| *listed == action).map(|(_, cells)| cells[column(role)]);
    cell.is_some_and(|(plain, sealed)| if confidential { sealed } else { plain }.contains(&relation))
}

/// Whether somebody of `role` has this power in their district.
pub fn can(role: Role, power: Power) -> bool {
    match power {
        Power::People | Power::Routing | Power::Ownerless | Power::Trail | Power::Promises | Power::Alerts => {
            role == Role::Administrator
        }
        Power::Share | Power::Answers => matches!(role, Role::Administrator | Role::Staff),
    }
}

/// A member of staff who asks, as far as permission goes.
#[derive(Debug, Clone)]
pub struct Asker {
    pub account_id: String,
    pub role: Role,
    /// Topics that the person owns or helps with, or whose department they own.
    pub topics: Vec<String>,
    /// For whom they stand in now.
    pub stands_in_for: Vec<String>,
}

impl Asker {
    /// Somebody of a district, as they are now (ms UTC).
    pub fn of(district: &DistrictRecord, account: &str, role: Role, now: i64) -> Self {
        let topics = district.district.topics.iter().map(|t| (t.id.as_str(), t.department.as_str()));
        Self {
            account_id: account.to_owned(),
            role,
            topics: district.directory.topics_of(account, topics),
            stands_in_for: district.directory.stands_in_for(account, now).into_iter().map(str::to_owned).collect(),
        }
    }

    /// How the person stands to an inquiry.
    pub fn relations(&self, inquiry: &InquiryRecord, standing: Standing) -> Vec<Relation> {
        let owner = inquiry.owner_id.as_ref();
        let all = [
            (Relation::Owner, owner == Some(&self.account_id)),
            (Relation::Member, standing.named),
            (Relation::Team, self.topics.contains(&inquiry.topic_id)),
            (Relation::StandIn, owner.is_some_and(|owner| self.stands_in_for.contains(owner))),
            (Relation::Recorder, inquiry.entered_by.as_ref() == Some(&self.account_id)),
            (Relation::Unsealed, standing.unsealed),
            (Relation::Told, standing.told),
            (Relation::None, true),
        ];
        all.into_iter().filter(|(_, holds)| *holds).map(|(relation, _)| relation).collect()
    }

    pub fn may(&self, action: Action, inquiry: &InquiryRecord, standing: Standing) -> bool {
        self.relations(inquiry, standing).into_iter().any(|relation| may(self.role, relation, inquiry.confidential, action))
    }

    /// What lists and searches may show this person.
    pub fn scope(&self) -> Scope {
        match self.role {
            Role::Administrator => Scope::Everything { account: self.account_id.clone() },
            Role::Observer => Scope::Open { account: self.account_id.clone() },
            Role::Staff | Role::Recorder => Scope::Own {
                account: self.account_id.clone(),
                topics: self.topics.clone(),
                stands_in_for: self.stands_in_for.clone(),
                own_notes_only: self.role == Role::Recorder,
            },
        }
    }
}

/// The table as a page of the docs.
pub fn as_page() -> String {
    let name = |relation: &Relation| match relation {
        Relation::Owner => "owner",
        Relation::Member => "named on it",
        Relation::Team => "topic's team or department's owner",
        Relation::StandIn => "stands in for the owner",
        Relation::Recorder => "wrote it down",
        Relation::Unsealed => "opened it with a reason",
        Relation::Told => "was told of its alert",
        Relation::None => "anybody",
    };
    let words = |all: &[Relation]| match all {
        [] => String::from("–"),
        all if all == ANYBODY => String::from("all of them"),
        all if all == NOT_NAMED => String::from("those that are not theirs"),
        all => all.iter().map(name).collect::<Vec<_>>().join(", "),
    };
    let mut page = String::from(
        "# Who may do what\n\nMade from the table in `server/src/access.rs` by its test; the server asks the same table.\n\n\
         A confidential inquiry is for its owner and for those who are named on it. Administrators know that it is there and can name \
         another owner; to read it, they state a reason, which is kept in the audit trail and counts for a day.\n",
    );
    for (title, sealed) in [("Inquiries", false), ("Confidential inquiries", true)] {
        page += &format!("\n## {title}\n\n| | administrator | observer | staff | recorder |\n|---|---|---|---|---|\n");
        for (action, cells) in TABLE {
            let cells = cells.map(|(plain, confidential)| words(if sealed { confidential } else { plain }));
            page += &format!("| {} | {} |\n", in_words(*action), cells.join(" | "));
        }
    }
    page += "\n## The district\n\n| | administrator | observer | staff | recorder |\n|---|---|---|---|---|\n";
    for power in Power::ALL {
        let cells = Role::ALL.iter().map(|role| if can(*role, *power) { "yes" } else { "–" }).collect::<Vec<_>>();
        page += &format!("| {} | {} |\n", power_in_words(*power), cells.join(" | "));
    }
    page
}

const fn in_words(action: Action) -> &'static str {
    match action {
        Action::Know => "Know that it is there",
        Action::See => "Read it, find it by its words",
        Action::ReadNotes => "Read notes and its audit trail",
        Action::Note => "Write a note, mention colleagues",
        Action::Reply => "Reply to the sender",
        Action::Work => "Wait, close, reopen, tag, set priority, make confidential",
        Action::Assign => "Hand it on, let colleagues in",
        Action::Join => "Merge and split",
        Action::Unseal => "Open it with a stated reason",
        Action::Acknowledge => "Say that they have its alert",
    }
}

const fn power_in_words(power: Power) -> &'static str {
    match power {
        Power::People => "Invite people, change roles and teams, deactivate, require a second factor",
        Power::Routing => "Change routing rules and try them out",
        Power::Ownerless => "See what has no owner who can be reached",
        Power::Trail => "Read and export the audit trail",
        Power::Promises => "Change the calendar, promised times and reminders",
        Power::Alerts => "Change alert categories, their words and who is called",
        Power::Answers => "Write and publish answers, put them away",
        Power::Share => "Share a view, a template or a practice inquiry with everybody",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_its_row_once() {
        for action in Action::ALL {
            assert_eq!(TABLE.iter().filter(|(listed, _)| listed == action).count(), 1, "{action:?}");
        }
        assert_eq!(TABLE.len(), Action::ALL.len());
    }

    /// What must hold, whatever else is changed in the table.
    #[test]
    fn what_the_table_promises() {
        for role in Role::ALL {
            for relation in Relation::ALL {
                for action in Action::ALL {
                    let (plain, sealed) = (may(*role, *relation, false, *action), may(*role, *relation, true, *action));
                    let at = format!("{role:?} {relation:?} {action:?}");
                    let called = *relation == Relation::Told && matches!(action, Action::Know | Action::Acknowledge);
                    if !NAMED.contains(relation) && *role != Role::Administrator && !called {
                        assert!(!sealed, "{at}: a confidential one is for those who are named");
                    }
                    if sealed && *action != Action::Unseal {
                        assert!(plain, "{at}: confidential is never wider");
                    }
                    if !matches!(action, Action::Know | Action::Unseal | Action::Assign | Action::Acknowledge) && plain {
                        assert!(may(*role, *relation, false, Action::See), "{at}: nobody works on what they cannot read");
                    }
                    if *relation == Relation::None && *role != Role::Administrator && plain {
                        assert!(
                            *role == Role::Observer && matches!(action, Action::Know | Action::See | Action::ReadNotes),
                            "{at}"
                        );
                    }
                    if matches!(role, Role::Observer | Role::Recorder) {
                        let reads = matches!(action, Action::Know | Action::See | Action::ReadNotes | Action::Note);
                        assert!(reads || !(plain || sealed), "{at}: observers and recorders change nothing");
                    }
                }
            }
        }
    }

    /// `PORCHLIGHT_BLESS=1` writes the page anew.
    #[test]
    fn the_page_of_the_docs_is_this_table() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/permissions.md");
        if std::env::var_os("PORCHLIGHT_BLESS").is_some() {
            std::fs::write(&path, as_page()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap(), as_page(), "PORCHLIGHT_BLESS=1 writes it anew");
    }
}
