//! Step 4: what people do with an inquiry, staff and sender alike.
//!
//! Each step is one transaction: the message, the new status, the mail to send, the audit entry and the
//! event for live consoles, all or nothing.

use crate::app::{App, new_id};
use crate::error::Error;
use crate::store::{Change, DistrictRecord, InquiryRecord, NewAudit, NewJob, NewMessage, Result};
use porchlight_shared::status::{MessageKind, Status, Step};
use porchlight_shared::text::Body;
use serde_json::{Value, json};

/// Who acts.
#[derive(Debug, Clone, Copy)]
pub enum Actor<'a> {
    /// A member of staff, by account id.
    Staff(&'a str),
    Sender,
}

/// What is done.
#[derive(Debug)]
pub enum Deed<'a> {
    Reply(&'a Body),
    Note(&'a Body),
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
    /// Hands it to somebody, or to nobody.
    Assign(Option<&'a str>),
}

/// Does `deed` once: the same `key` again changes nothing and is no error. Returns the message's id
/// where one was written.
///
/// # Errors
/// [`Error::KeyReused`] when the key came with another text before; [`Error::Conflict`] when the deed makes no sense in the present status; database errors.
pub async fn act(
    app: &App,
    district: &DistrictRecord,
    inquiry_id: &str,
    actor: Actor<'_>,
    deed: Deed<'_>,
    key: &str,
) -> Result<Option<String>> {
    let now = app.now();
    let at = now.as_millisecond();
    let account = match actor {
        Actor::Staff(id) => Some(id),
        Actor::Sender => None,
    };
    let mut tx = app.db.begin().await?;
    let inquiry = tx.inquiry_to_change(&district.id, inquiry_id).await?.ok_or(Error::NotFound)?;
    let message_id = new_id(now);
    if let Some((kind, body)) = deed.message() {
        let message =
            NewMessage { id: &message_id, inquiry_id, kind, account_id: account, body: body.as_str(), client_key: key, at };
        if !tx.insert_message(&district.id, &message).await? {
            // The same again is done already; another text under the same key would be lost, so it is refused.
            let before = tx.message_of_key(&district.id, inquiry_id, key).await?;
            let files = if let Deed::Add { files, .. } = &deed { files.len() } else { 0 };
            let same = before.is_some_and(|m| m.kind == kind && m.body == body.as_str() && m.files == files);
            return if same { Ok(None) } else { Err(Error::KeyReused) };
        }
    }
    if let Deed::Add { files, visit, .. } = &deed {
        tx.claim_for_message(&district.id, inquiry_id, &message_id, files, visit, at).await?;
    }
    let change = change(&inquiry, &deed, district, now).ok_or(Error::Conflict)?;
    tx.update_inquiry(&district.id, &inquiry, &change, at).await?;
    let detail = deed.detail(&message_id).to_string();
    tx.insert_audit(
        &district.id,
        &NewAudit { inquiry: Some(inquiry_id), account, action: deed.name(), detail: &detail, at: now },
    )
    .await?;
    tx.insert_event(&district.id, &new_id(app.now()), inquiry_id, deed.name(), at).await?;
    let mail = match &deed {
        Deed::Reply(_) => Some("mail_reply"),
        Deed::Close => Some("mail_closed"),
        _ => None,
    };
    if let Some(kind) = mail.filter(|_| inquiry.sender_email.is_some() && !app.is_quiet()) {
        let payload = json!({ "district": district.id, "inquiry": inquiry_id, "message": message_id }).to_string();
        tx.insert_jobs(&[&NewJob { id: new_id(now), kind, payload, run_at: at }]).await?;
    }
    tx.commit().await?;
    app.wake();
    Ok(deed.message().map(|_| message_id))
}

impl Deed<'_> {
    fn message(&self) -> Option<(MessageKind, &Body)> {
        match self {
            Self::Reply(body) => Some((MessageKind::Reply, body)),
            Self::Note(body) => Some((MessageKind::Note, body)),
            Self::Add { body, .. } => Some((MessageKind::Sender, body)),
            _ => None,
        }
    }

    /// The word in the audit trail and in events.
    fn name(&self) -> &'static str {
        match self {
            Self::Reply(_) => "replied",
            Self::Note(_) => "noted",
            Self::Add { .. } => "sender_wrote",
            Self::Wait => "waiting",
            Self::Close => "closed",
            Self::Reopen => "reopened",
            Self::Withdraw => "withdrawn",
            Self::Assign(_) => "assigned",
        }
    }

    fn step(&self) -> Step {
        match self {
            Self::Reply(_) => Step::Reply,
            Self::Note(_) | Self::Assign(_) => Step::Work,
            Self::Add { .. } => Step::SenderWrote,
            Self::Wait => Step::Wait,
            Self::Close => Step::Close,
            Self::Reopen => Step::Reopen,
            Self::Withdraw => Step::Withdraw,
        }
    }

    /// What the audit trail keeps: ids, never texts.
    fn detail(&self, message_id: &str) -> Value {
        match self {
            Self::Reply(_) | Self::Note(_) => json!({ "message": message_id }),
            Self::Add { files, .. } => json!({ "message": message_id, "files": files.len() }),
            Self::Assign(to) => json!({ "owner": to }),
            _ => json!({}),
        }
    }
}

/// What the deed changes; `None` when it makes no sense now.
fn change(inquiry: &InquiryRecord, deed: &Deed<'_>, district: &DistrictRecord, now: jiff::Timestamp) -> Option<Change> {
    let at = now.as_millisecond();
    let status = inquiry.status.after(deed.step())?;
    let mut change = Change { status: Some(status), ..Change::default() };
    if status != inquiry.status {
        change.closed_at = Some((status == Status::Closed).then_some(at));
    }
    match deed {
        // A reply answers everything that was waiting.
        Deed::Reply(_) => {
            change.due_at = Some(None);
            change.first_reply_at = inquiry.first_reply_at.is_none().then_some(at);
        }
        Deed::Wait | Deed::Close => change.due_at = Some(None),
        Deed::Withdraw => {
            change.due_at = Some(None);
            change.withdrawn = Some(true);
        }
        // The oldest unanswered message sets the time; a further one does not move it.
        Deed::Add { .. } | Deed::Reopen => {
            change.withdrawn = Some(false);
            if inquiry.due_at.is_none() {
                let hours = district.district.topic(&inquiry.topic_id).map_or(16, |t| t.promise_hours);
                change.due_at = Some(Some(district.calendar.promise(now, hours).as_millisecond()));
            }
        }
        Deed::Assign(to) => change.owner_id = Some(to.map(str::to_owned)),
        Deed::Note(_) => {}
    }
    Some(change)
}
