//! Taking back what was done a moment ago: everything is put as it was, unless somebody has gone on since.

use super::{Actor, Doing};
use crate::app::{App, new_id};
use crate::error::Error;
use crate::store::{Change, DistrictRecord, InquiryRecord, Result, Tx};
use jiff::{Timestamp, ToSpan};
use porchlight_shared::status::{Priority, Status};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// For so long something can be taken back, in seconds.
const SECONDS: i64 = 60;

/// How an inquiry was before a deed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Was {
    inquiry: String,
    /// When the deed was done: an inquiry that changed later is left alone.
    at: i64,
    status: Status,
    due_at: Option<i64>,
    closed_at: Option<i64>,
    first_reply_at: Option<i64>,
    owner_id: Option<String>,
    topic_id: String,
    priority: Priority,
    confidential: bool,
    withdrawn: bool,
    pub(super) tags_added: Vec<String>,
    pub(super) tags_removed: Vec<String>,
    pub(super) members_added: Vec<String>,
    pub(super) members_removed: Vec<String>,
}

impl Was {
    pub(super) fn of(inquiry: &InquiryRecord, at: i64) -> Self {
        Self {
            inquiry: inquiry.id.clone(),
            at,
            status: inquiry.status,
            due_at: inquiry.due_at,
            closed_at: inquiry.closed_at,
            first_reply_at: inquiry.first_reply_at,
            owner_id: inquiry.owner_id.clone(),
            topic_id: inquiry.topic_id.clone(),
            priority: inquiry.priority,
            confidential: inquiry.confidential,
            withdrawn: inquiry.withdrawn,
            tags_added: Vec::new(),
            tags_removed: Vec::new(),
            members_added: Vec::new(),
            members_removed: Vec::new(),
        }
    }

    fn change(&self) -> Change {
        Change {
            status: Some(self.status),
            withdrawn: Some(self.withdrawn),
            owner_id: Some(self.owner_id.clone()),
            topic_id: Some(self.topic_id.clone()),
            priority: Some(self.priority),
            confidential: Some(self.confidential),
            due_at: Some(self.due_at),
            first_reply_at: Some(self.first_reply_at),
            closed_at: Some(self.closed_at),
        }
    }
}

/// Keeps how things were; returns the word with which to take it back.
pub(super) async fn keep(tx: &mut Tx, district: &DistrictRecord, account: &str, were: &[Was], now: Timestamp) -> Result<String> {
    let id = new_id(now);
    let until = now.saturating_add(SECONDS.seconds()).unwrap_or(now);
    tx.insert_undo(&district.id, &id, account, &json!(were), now.as_millisecond(), until.as_millisecond()).await?;
    Ok(id)
}

/// Takes back what `account` did under `id`. Returns the inquiries that changed since, and so were left as they are.
///
/// # Errors
/// [`Error::NotFound`] when it is too late, or not theirs.
pub async fn undo(app: &App, district: &DistrictRecord, account: &str, id: &str) -> Result<Vec<String>> {
    let now = app.now();
    let at = now.as_millisecond();
    let mut tx = app.db.begin().await?;
    let items = tx.take_undo(&district.id, id, account, at).await?.ok_or(Error::NotFound)?;
    let were: Vec<Was> = serde_json::from_value(items).map_err(|e| Error::Corrupt(e.to_string()))?;
    let telling = crate::notice::Telling::new(app, district, Some(account), now);
    let doing = Doing { app, district, actor: Actor::Staff(account), now, telling };
    let mut left = Vec::new();
    for was in &were {
        let Some(inquiry) = tx.inquiry_to_change(&district.id, &was.inquiry).await? else { continue };
        let back = was.change().owner_id.flatten().filter(|back| inquiry.owner_id.as_ref() != Some(back));
        let left_us = back.is_some_and(|back| !district.directory.people.get(&back).is_some_and(|p| p.active));
        if inquiry.updated_at != was.at || inquiry.merged_into.is_some() || left_us {
            left.push(was.inquiry.clone());
            continue;
        }
        tx.update_inquiry(&district.id, &inquiry, &was.change(), at).await?;
        for tag in &was.tags_added {
            tx.delete_tag(&district.id, &was.inquiry, tag).await?;
        }
        for tag in &was.tags_removed {
            tx.insert_tag(&district.id, &was.inquiry, tag).await?;
        }
        for member in &was.members_added {
            tx.delete_member(&district.id, &was.inquiry, member).await?;
        }
        for member in &was.members_removed {
            tx.insert_member(&district.id, &was.inquiry, member, at).await?;
        }
        let detail = json!({
            "status_from": inquiry.status, "status_to": was.status, "from": inquiry.owner_id, "to": was.owner_id,
            "tags_removed": was.tags_added, "tags_added": was.tags_removed,
        });
        doing.write_trail(&mut tx, &was.inquiry, "undone", &detail).await?;
        crate::search::index(&mut tx, &district.id, &[&was.inquiry]).await?;
    }
    tx.commit().await?;
    app.wake();
    Ok(left)
}
