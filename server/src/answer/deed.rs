//! What can be done with an inquiry.

use crate::store::{Change, InquiryRecord};
use jiff::Timestamp;
use porchlight_shared::status::{MessageKind, Priority, Step};
use porchlight_shared::text::Body;
use serde_json::{Value, json};

/// What is done.
#[derive(Debug)]
pub enum Deed<'a> {
    Reply {
        body: &'a Body,
        files: &'a [String],
        /// Under which the files were sent.
        visit: &'a str,
    },
    /// For colleagues; those who are mentioned are let in.
    Note {
        body: &'a Body,
        mentions: &'a [String],
    },
    /// The sender adds something, with files of this visit.
    Add {
        body: &'a Body,
        files: &'a [String],
        visit: &'a str,
    },
    Wait,
    Close,
    Reopen,
    Withdraw,
    /// Hands it on.
    Assign(HandOver<'a>),
    LetIn(&'a [String]),
    TakeOut(&'a str),
    Tag {
        add: &'a [String],
        remove: &'a [String],
    },
    Priority(Priority),
    Confidential(bool),
    /// Promises another time; the sender is told.
    Postpone {
        due: Timestamp,
        reason: &'a str,
    },
    /// No reminder before then; the due time stays.
    Quiet {
        until: Timestamp,
        reason: &'a str,
    },
}

/// To whom, and what changes with it.
#[derive(Debug, Clone, Default)]
pub struct HandOver<'a> {
    /// `None`: nobody.
    pub owner: Option<String>,
    pub reason: &'a str,
    pub topic: Option<&'a str>,
    /// Another promised time; the sender is told.
    pub due: Option<Timestamp>,
    /// Whoever hands it on has nothing more to do with it: they are not named on it.
    pub leave: bool,
}

impl Deed<'_> {
    /// What is written into the thread.
    pub(super) fn message(&self) -> Option<(MessageKind, &Body)> {
        match self {
            Self::Reply { body, .. } => Some((MessageKind::Reply, body)),
            Self::Note { body, .. } => Some((MessageKind::Note, body)),
            Self::Add { body, .. } => Some((MessageKind::Sender, body)),
            _ => None,
        }
    }

    /// Files that come with it, and the visit that they were sent under.
    pub(super) fn files(&self) -> (&[String], &str) {
        match self {
            Self::Reply { files, visit, .. } | Self::Add { files, visit, .. } => (files, visit),
            _ => (&[], ""),
        }
    }

    /// The word in the audit trail and in events.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Reply { .. } => "replied",
            Self::Note { .. } => "noted",
            Self::Add { .. } => "sender_wrote",
            Self::Wait => "waiting",
            Self::Close => "closed",
            Self::Reopen => "reopened",
            Self::Withdraw => "withdrawn",
            Self::Assign(_) => "assigned",
            Self::LetIn(_) => "let_in",
            Self::TakeOut(_) => "taken_out",
            Self::Tag { .. } => "tagged",
            Self::Priority(_) => "priority_set",
            Self::Confidential(_) => "confidential_set",
            Self::Postpone { .. } => "postponed",
            Self::Quiet { .. } => "snoozed",
        }
    }

    /// The step in the life of an inquiry; `None` leaves the status as it is.
    pub(super) fn step(&self) -> Option<Step> {
        Some(match self {
            Self::Reply { .. } => Step::Reply,
            Self::Note { .. } | Self::Assign(_) => Step::Work,
            Self::Add { .. } => Step::SenderWrote,
            Self::Wait => Step::Wait,
            Self::Close => Step::Close,
            Self::Reopen => Step::Reopen,
            Self::Withdraw => Step::Withdraw,
            Self::LetIn(_)
            | Self::TakeOut(_)
            | Self::Tag { .. }
            | Self::Priority(_)
            | Self::Confidential(_)
            | Self::Quiet { .. } => {
                return None;
            }
            Self::Postpone { .. } => Step::Work,
        })
    }

    /// Messages are taken back in their own way, or not at all.
    pub(super) fn can_be_undone(&self) -> bool {
        !matches!(self, Self::Reply { .. } | Self::Note { .. } | Self::Add { .. } | Self::Withdraw | Self::Quiet { .. })
    }

    /// What the audit trail keeps: from what to what, ids and counts; of texts only stated reasons.
    pub(super) fn detail(&self, inquiry: &InquiryRecord, change: &Change, message_id: &str) -> Value {
        match self {
            Self::Note { .. } => json!({ "message": message_id }),
            Self::Reply { files, .. } | Self::Add { files, .. } => json!({ "message": message_id, "files": files.len() }),
            Self::Assign(to) => {
                let mut detail = json!({ "from": inquiry.owner_id, "to": to.owner, "reason": to.reason });
                if let Some(topic) = to.topic {
                    (detail["topic_from"], detail["topic_to"]) = (json!(inquiry.topic_id), json!(topic));
                }
                if let Some(due) = change.due_at {
                    (detail["due_from"], detail["due_to"]) = (json!(inquiry.due_at), json!(due));
                }
                detail
            }
            Self::Wait | Self::Close | Self::Reopen | Self::Withdraw => {
                json!({ "from": inquiry.status, "to": change.status.unwrap_or(inquiry.status) })
            }
            // What becomes critical is due sooner, for that reason.
            Self::Priority(to) => {
                let mut detail = json!({ "from": inquiry.priority, "to": to });
                if let Some(due) = change.due_at {
                    (detail["due_from"], detail["due_to"]) = (json!(inquiry.due_at), json!(due));
                }
                detail
            }
            Self::Postpone { due, reason } => {
                json!({ "due_from": inquiry.due_at, "due_to": due.as_millisecond(), "reason": reason })
            }
            Self::Quiet { until, reason } => json!({ "until": until.as_millisecond(), "reason": reason }),
            Self::Confidential(to) => json!({ "from": inquiry.confidential, "to": to }),
            Self::LetIn(accounts) => json!({ "to": accounts }),
            Self::TakeOut(account) => json!({ "from": account }),
            Self::Tag { add, remove } => json!({ "added": add, "removed": remove }),
        }
    }
}
