//! The closed vocabularies: who writes, what kind, through which door, and where an inquiry stands.

use serde::{Deserialize, Serialize};

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $crate::compact::Compact for $name {
            fn write(&self, out: &mut Vec<u8>) {
                (*self as u8).write(out);
            }

            fn read(from: &mut $crate::compact::Reader<'_>) -> Self {
                Self::ALL.get(usize::read(from)).copied().unwrap_or_else(|| {
                    from.fail();
                    Self::ALL[0]
                })
            }
        }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word on the wire, in the database and in definition files.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            pub fn parse(raw: &str) -> Option<Self> {
                match raw { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

#[cfg(feature = "json")]
pub(crate) use vocabulary;

vocabulary! {
    /// Who wrote, seen from the district.
    Relationship { Parent = "parent", Student = "student", Employee = "employee", Community = "community" }
}
vocabulary! {
    /// What the inquiry is.
    Kind { Question = "question", Comment = "comment", Concern = "concern", Suggestion = "suggestion", Compliment = "compliment" }
}
vocabulary! {
    /// The door through which an inquiry came.
    Channel {
        Widget = "widget", Landing = "landing", Email = "email", Phone = "phone", WalkIn = "walk_in",
        Sms = "sms", Social = "social", Api = "api",
    }
}
vocabulary! {
    Priority { Critical = "critical", High = "high", Normal = "normal", Low = "low" }
}
vocabulary! {
    /// What makes an invented inquiry of the practice room difficult.
    Mood {
        Angry = "angry",
        Frightened = "frightened",
        Confused = "confused",
        /// Wrong about the facts.
        Wrong = "wrong",
        Grieving = "grieving",
        Mocking = "mocking",
        Rumour = "rumour",
        Compliment = "compliment",
    }
}
vocabulary! {
    /// Where a published answer stands.
    AnswerState {
        /// Seen by staff.
        Draft = "draft",
        Published = "published",
        /// Not shown any more.
        Retired = "retired",
    }
}
vocabulary! {
    /// What an account may do in a district.
    Role {
        /// All settings and data.
        Administrator = "administrator",
        /// All data, no settings.
        Observer = "observer",
        /// Their topics.
        Staff = "staff",
        /// Enters inquiries, sees those.
        Recorder = "recorder",
    }
}
vocabulary! {
    /// Where an inquiry stands.
    Status {
        /// Nobody has done anything yet.
        New = "new",
        Open = "open",
        /// On the sender; the clock shows it.
        Waiting = "waiting",
        Closed = "closed",
    }
}
vocabulary! {
    /// Who wrote an entry of the thread, and for whom.
    MessageKind { Sender = "sender", Reply = "reply", Note = "note" }
}

vocabulary! {
    /// Why somebody is told of an inquiry.
    NoticeKind {
        /// It is theirs now.
        Assigned = "assigned",
        /// They were let in, to help.
        LetIn = "let_in",
        /// A colleague named them in a note.
        Mentioned = "mentioned",
        SenderWrote = "sender_wrote",
        /// A colleague replied to the sender.
        Replied = "replied",
        Noted = "noted",
        Reopened = "reopened",
        Withdrawn = "withdrawn",
        /// To administrators: nobody who owns it can be reached.
        Ownerless = "ownerless",
        /// It raised an alert.
        Alert = "alert",
        /// An answer is due soon.
        DueSoon = "due_soon",
        /// An answer is due, and there is none.
        PastDue = "past_due",
        /// To who follows in the line: an answer was due, and nobody gave one.
        Escalated = "escalated",
    }
}
vocabulary! {
    /// How often somebody is mailed about what is theirs.
    MailPace { AtOnce = "at_once", Hourly = "hourly", Daily = "daily", Never = "never" }
}

/// What can happen to an inquiry that may move its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Staff took it, wrote a note or handed it on.
    Work,
    Reply,
    Wait,
    Close,
    Reopen,
    /// The sender wrote again.
    SenderWrote,
    /// The sender took it back.
    Withdraw,
}

impl Status {
    /// The status after `step`, or `None` when the step makes no sense now.
    pub const fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::New, Step::Work | Step::Reply) => Some(Self::Open),
            (Self::Waiting, Step::Reply) => Some(Self::Open),
            (current, Step::Work | Step::Reply) => Some(current),
            (Self::New | Self::Open, Step::Wait) => Some(Self::Waiting),
            (Self::New | Self::Open | Self::Waiting, Step::Close | Step::Withdraw) => Some(Self::Closed),
            (Self::Closed, Step::Reopen | Step::SenderWrote) | (Self::Waiting, Step::Reopen | Step::SenderWrote) => {
                Some(Self::Open)
            }
            (current, Step::SenderWrote) => Some(current),
            (_, Step::Wait | Step::Close | Step::Reopen | Step::Withdraw) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_life_of_an_inquiry() {
        use Status::{Closed, New, Open, Waiting};
        assert_eq!(New.after(Step::Reply), Some(Open));
        assert_eq!(Open.after(Step::Wait), Some(Waiting));
        assert_eq!(Waiting.after(Step::SenderWrote), Some(Open));
        assert_eq!(Open.after(Step::Close), Some(Closed));
        assert_eq!(Closed.after(Step::SenderWrote), Some(Open));
        assert_eq!(Closed.after(Step::Close), None);
        assert_eq!(Closed.after(Step::Work), Some(Closed));
        assert_eq!(New.after(Step::SenderWrote), Some(New));
        assert_eq!(Open.after(Step::Reopen), None);
    }

    #[test]
    fn words_read_back() {
        for channel in Channel::ALL {
            assert_eq!(Channel::parse(channel.as_str()), Some(*channel));
        }
    }
}
