//! One inquiry with its thread, and what is done with it.

use super::{Colleague, InquiryItem, Inserted};
use crate::status::{MessageKind, Priority, Status};
use serde::{Deserialize, Serialize};

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
    /// Since when it waits on the sender.
    #[serde(default)]
    pub waiting_since: Option<String>,
    /// No reminder before then: somebody is at it.
    #[serde(default)]
    pub quiet_until: Option<String>,
    pub first_reply_at: Option<String>,
    pub closed_at: Option<String>,
    /// The form's questions, as they were in the version that was answered.
    pub answers: Vec<ShownAnswer>,
    pub thread: Vec<Message>,
    /// Replies that leave in a moment, the reader's own and colleagues'.
    pub held: Vec<Held>,
    /// The newest reply, held ones included: give it as `seen` when replying.
    pub seen: Option<String>,
    pub audit: Vec<AuditEntry>,
    /// Alerts that it raised, oldest first.
    #[serde(default)]
    pub alerts: Vec<super::Alert>,
    /// The language's name, where no list has words in it: then nothing of it was looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_scanned: Option<String>,
    /// Who helps, by name.
    pub members: Vec<Colleague>,
    /// The reader's own unsent texts.
    pub drafts: Drafts,
    /// Colleagues who are writing a reply right now.
    pub replying: Vec<Colleague>,
    /// Who has read the newest message.
    pub read_by: Vec<Colleague>,
    /// Those that were merged into this one.
    pub merged: Vec<Joined>,
    /// The one into which this one was merged.
    pub merged_into: Option<Joined>,
    /// Where this one was split off.
    pub split_from: Option<Joined>,
    /// What was split off.
    pub split_into: Vec<Joined>,
    pub may: May,
}

/// `GET /inquiries/{id}/related`: as far as the reader may see it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// What the same sender wrote, newest first.
    pub earlier: Vec<Joined>,
    /// What is likely the same matter.
    pub alike: Vec<Alike>,
}

/// Another inquiry, as a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    pub id: String,
    pub reference: String,
    /// Empty where the asker may not read it.
    pub summary: String,
    pub status: Status,
    pub received_at: String,
    /// For a merged one: who wrote it, and what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<ShownAnswer>,
}

/// Another inquiry about what is likely the same, and why it is thought so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alike {
    #[serde(flatten)]
    pub other: Joined,
    /// `same_sender`, `same_words`, `same_place`, `same_day`.
    pub because: Vec<String>,
}

/// A reply in its seconds of grace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub id: String,
    pub by: Colleague,
    pub text: String,
    /// The reader's own, which can be taken back.
    pub mine: bool,
    pub release_at: String,
}

/// What the reader wrote and did not send.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drafts {
    pub reply: Option<String>,
    pub note: Option<String>,
    /// What templates put into the reply.
    #[serde(default)]
    pub inserted: Vec<Inserted>,
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
    /// Tag, set priority, make confidential.
    pub work: bool,
    /// Merge and split.
    pub join: bool,
    /// It is confidential, and opens to a stated reason.
    pub unseal: bool,
    /// Say that they have its alert.
    #[serde(default)]
    pub acknowledge: bool,
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
    /// The merged inquiry that it belongs to, by id; `null` for the inquiry itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    pub text: String,
    pub files: Vec<File>,
    pub at: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// `null` for the sender or the system.
    pub by: Option<String>,
    /// `received`, `replied`, `noted`, `sender_wrote`, `waiting`, `closed`, `reopened`, `withdrawn`, `assigned` …
    pub action: String,
    /// What it was before and what it became, in words, where that can be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub at: String,
}

/// `PUT /inquiries/{id}/due`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDue {
    pub due: String,
    pub reason: String,
}

/// `PUT /inquiries/{id}/quiet`: no reminders until then; without a time for four business hours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Quiet {
    pub until: Option<String>,
    pub reason: String,
}

/// `POST /inquiries/{id}/replies` and `/notes`. Send an `Idempotency-Key` so that sending again adds nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NewText {
    pub text: String,
    /// Files of `POST /inquiries/{id}/files`, for a reply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// The newest reply that the writer saw ([`Inquiry::seen`]); where a colleague replied since, nothing is sent
    /// and the answer is 409, `replied_meanwhile`. Left out: not asked. Empty: none was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// A reply leaves only after ten seconds, in which `DELETE /inquiries/{id}/replies/{reply}` takes it back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undoable: bool,
    /// Templates that stand in a reply, by id, so that their uses are counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<String>,
}

/// The answer to a reply that can be taken back for a while.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HeldReceipt {
    pub id: String,
    pub release_at: String,
}

/// `POST /inquiries/{id}/assignment`: hands it on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Assignment {
    /// `null` hands it to the district's fallback owner, or where the topic changes, to whom the rules name.
    pub owner: Option<String>,
    /// Why; colleagues read it. Needed, unless somebody takes what is nobody's, or takes it themselves.
    pub reason: String,
    /// Another topic, where it came under the wrong one.
    pub topic: Option<String>,
    /// Another promised time (RFC 3339); the sender is told.
    pub due: Option<String>,
    /// Whoever hands it on has nothing more to do with it: they are not named on it.
    pub leave: bool,
}

/// `POST /inquiries/{id}/members`
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewMember {
    pub account: String,
}

/// `POST /inquiries/{id}/tags`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TagChange {
    pub add: Vec<String>,
    pub remove: Vec<String>,
}

/// `PUT /inquiries/{id}/priority`
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPriority {
    pub priority: Priority,
}

/// `PUT /inquiries/{id}/confidential`
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Confidential {
    pub confidential: bool,
}

/// `POST /inquiries/{id}/unsealing`, and wherever a reason is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reason {
    pub reason: String,
}

/// `PUT /inquiries/{id}/drafts/{reply|note}`: kept as it is typed; an empty one is forgotten.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DraftText {
    pub text: String,
    /// Templates that stand in a reply, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<String>,
}

/// `POST /inquiries/{id}/merge`: this one becomes part of another one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Merge {
    pub into: String,
}

/// `POST /inquiries/{id}/split`: one message of the sender becomes an inquiry of its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Split {
    pub message: String,
    pub topic: String,
}

/// The inquiry that was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Made {
    pub id: String,
}

/// What a deed answers: how to take it back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Give it to `POST /undo/{undo}` within a minute.
    pub undo: Option<String>,
    /// What was left as it was, and why; for many at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Skipped>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    pub id: String,
    pub reference: String,
    /// `not_yours`, `changed`, `not_now`.
    pub why: String,
}

/// `POST /bulk`: the same for many inquiries.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bulk {
    pub ids: Vec<String>,
    #[serde(rename = "do")]
    pub deed: BulkDeed,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkDeed {
    Assign(Assignment),
    Tag(TagChange),
    Close,
}
