//! Types of the staff API, the same in the server and the console. Times are RFC 3339 in UTC.

use crate::status::{Channel, Kind, MessageKind, Priority, Relationship, Role, Status};
use serde::{Deserialize, Serialize};

/// `POST /session`
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LogIn {
    pub email: String,
    pub password: String,
}

/// `GET /me`: who is logged in, and what the console needs of the district.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub account_id: String,
    pub name: String,
    pub email: String,
    pub title: String,
    pub role: Role,
    pub district: DistrictBrief,
    /// Topics that the person sees, in the order of the district.
    pub topics: Vec<Named>,
    /// Topics that the person owns or helps with.
    pub my_topics: Vec<String>,
    /// Everybody who can own an inquiry.
    pub colleagues: Vec<Colleague>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DistrictBrief {
    pub slug: String,
    pub name: String,
    /// An IANA time zone name, in which times are shown.
    pub time_zone: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub id: String,
    pub label: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    pub account_id: String,
    pub name: String,
    pub title: String,
}

/// `GET /inquiries?status=new,open&topic=…&owner=me&after=…&limit=…`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InquiryList {
    pub inquiries: Vec<InquiryItem>,
    /// Give it as `after` for the next page; `null` at the end.
    pub next: Option<String>,
    /// How many there are in each status under the same filter, whatever status it asks for.
    pub counts: Counts,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub new: i64,
    pub open: i64,
    pub waiting: i64,
    pub closed: i64,
}

/// One line of the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InquiryItem {
    pub id: String,
    pub reference: String,
    pub summary: String,
    pub topic: Named,
    pub kind: Kind,
    pub status: Status,
    pub priority: Priority,
    pub relationship: Relationship,
    pub channel: Channel,
    pub confidential: bool,
    /// `null` when anonymous or without a name.
    pub sender_name: Option<String>,
    pub owner: Option<Colleague>,
    pub received_at: String,
    /// When the oldest unanswered message must be answered; `null` when none waits.
    pub due_at: Option<String>,
    pub past_due: bool,
    pub updated_at: String,
}

/// `GET /inquiries/{id}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inquiry {
    #[serde(flatten)]
    pub item: InquiryItem,
    pub school: Option<String>,
    pub locale: String,
    /// The language's own name.
    pub language: String,
    pub sender: SenderDetails,
    pub withdrawn: bool,
    pub promised_at: String,
    pub first_reply_at: Option<String>,
    pub closed_at: Option<String>,
    /// The form's questions, as they were in the version that was answered.
    pub answers: Vec<ShownAnswer>,
    pub thread: Vec<Message>,
    pub audit: Vec<AuditEntry>,
    pub may: May,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderDetails {
    pub anonymous: bool,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
}

/// What the reader may do now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct May {
    pub reply: bool,
    pub note: bool,
    pub assign: bool,
    pub wait: bool,
    pub close: bool,
    pub reopen: bool,
}

/// A question of the form and what was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownAnswer {
    pub field: String,
    pub label: String,
    /// The answer in words; empty for files.
    pub text: String,
    pub files: Vec<File>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub id: String,
    pub name: String,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    pub width: Option<i64>,
    pub height: Option<i64>,
    /// Where it is to be had, from the server's root.
    pub url: String,
}

impl File {
    pub fn is_image(&self) -> bool {
        self.media_type.starts_with("image/")
    }
}

/// An entry of the thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub id: String,
    pub kind: MessageKind,
    /// The member of staff who wrote it; `null` for the sender.
    pub by: Option<Colleague>,
    pub text: String,
    pub files: Vec<File>,
    pub at: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// `null` for the sender or the system.
    pub by: Option<String>,
    /// `received`, `replied`, `noted`, `sender_wrote`, `waiting`, `closed`, `reopened`, `withdrawn`, `assigned`.
    pub action: String,
    pub at: String,
}

/// `POST /inquiries/{id}/replies` and `/notes`. Send an `Idempotency-Key` so that sending again adds
/// nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewText {
    pub text: String,
}

/// `POST /inquiries/{id}/assignment`: `null` hands it to the district's fallback owner.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Assignment {
    pub owner: Option<String>,
}

/// The data of an `inquiry` event of `GET /events`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InquiryEvent {
    pub id: String,
    /// As in [`AuditEntry::action`].
    pub action: String,
}

/// A problem as the API tells it (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub title: String,
    pub status: u16,
    pub code: String,
    #[serde(default)]
    pub detail: Option<String>,
    #[serde(default)]
    pub errors: Vec<ProblemEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemEntry {
    pub field: String,
    pub code: String,
    pub message: String,
}
