//! Replies that can be taken back: held for some seconds, then let go by a job, also by another machine after a crash.

use super::{Actor, Deed, Doing, change};
use crate::app::{App, new_id};
use crate::error::Error;
use crate::notice::Telling;
use crate::store::{DistrictRecord, DraftRecord, HeldReply, NewAudit, NewJob, Result};
use porchlight_shared::problem::ProblemKind;
use porchlight_shared::status::MessageKind;
use porchlight_shared::text::Body;
use serde_json::json;

/// A reply to be sent.
pub struct NewReply<'a> {
    pub inquiry: &'a str,
    pub account: &'a str,
    pub body: &'a Body,
    pub files: &'a [String],
    /// Under which the files were sent.
    pub visit: &'a str,
    pub key: &'a str,
    /// Templates that stand in it, by id.
    pub templates: &'a [String],
    /// The newest reply that its writer has seen.
    pub seen: Option<&'a str>,
    /// Leaves only after the seconds of grace.
    pub undoable: bool,
}

/// Sends a reply, or holds it for its seconds of grace. Returns the held one's id and when it leaves (ms UTC).
///
/// # Errors
/// [`Error::RepliedMeanwhile`] when a colleague replied since `seen`; then nothing was sent.
pub async fn hold(app: &App, district: &DistrictRecord, reply: &NewReply<'_>) -> Result<Option<(String, i64)>> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let inquiry = tx.inquiry_to_change(&district.id, reply.inquiry).await?.ok_or(Error::NotFound)?;
    // Sent before under this key: then what happened since is no reason to refuse it.
    let before = tx.message_of_key(&district.id, reply.inquiry, reply.key).await?.is_some();
    if let Some(seen) = reply.seen.filter(|_| !before)
        && tx.replies_since(&district.id, reply.inquiry, reply.account, seen).await? > 0
    {
        return Err(Error::RepliedMeanwhile);
    }
    let grace = app.settings.undo_seconds * 1_000;
    let deed = Deed::Reply { body: reply.body, files: reply.files, visit: reply.visit };
    if before || !reply.undoable || grace == 0 {
        let actor = Actor::Staff(reply.account);
        let mut doing = Doing { app, district, actor, now, telling: Telling::new(app, district, Some(reply.account), now) };
        let (message, _) = doing.act_in(&mut tx, reply.inquiry, &deed, reply.key, None).await?;
        if let Some(message) = message {
            tx.count_templates(&district.id, reply.templates, reply.inquiry, &message, now.as_millisecond()).await?;
        }
        doing.telling.write(&mut tx).await?;
        tx.commit().await?;
        app.wake();
        return Ok(None);
    }
    // What would be refused when it leaves is refused now, while its writer is here.
    change::change(&inquiry, &deed, district, now).ok_or(Error::Conflict)?;
    let sent = app.db.files_of_token(&district.id, reply.visit).await?;
    if reply.files.iter().any(|id| sent.iter().all(|file| file.id != *id)) {
        return Err(Error::field("files", ProblemKind::FileGone));
    }
    let held = HeldReply {
        id: new_id(now),
        inquiry_id: reply.inquiry.to_owned(),
        account_id: reply.account.to_owned(),
        body: reply.body.as_str().to_owned(),
        files: reply.files.to_vec(),
        templates: reply.templates.to_vec(),
        client_key: reply.key.to_owned(),
        release_at: now.as_millisecond() + grace,
    };
    if !tx.hold_reply(&district.id, &held).await? {
        // Pressed twice: the first one is held and will leave.
        tx.rollback().await?;
        let all = app.db.held_replies(&district.id, reply.inquiry).await?;
        let first = all.into_iter().find(|h| h.client_key == reply.key).ok_or(Error::Conflict)?;
        return if first.body == held.body { Ok(Some((first.id, first.release_at))) } else { Err(Error::KeyReused) };
    }
    tx.delete_draft(&district.id, reply.inquiry, reply.account, MessageKind::Reply).await?;
    let payload = json!({ "district": district.id, "inquiry": reply.inquiry, "message": held.id }).to_string();
    let job = NewJob { id: format!("release-{}", held.id), kind: "release_reply", payload, run_at: held.release_at };
    tx.insert_jobs(&[&job]).await?;
    tx.insert_event(&district.id, &new_id(app.now()), reply.inquiry, "held", now.as_millisecond()).await?;
    tx.commit().await?;
    app.wake();
    Ok(Some((held.id, held.release_at)))
}

/// Lets a held reply go. One that was taken back, or has left, is nothing to do. One that cannot leave any more, since its
/// inquiry or files changed in these seconds, becomes its writer's draft again.
///
/// # Errors
/// The database refused; it is tried again.
pub async fn release(app: &App, district: &DistrictRecord, id: &str) -> Result<()> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let Some(held) = tx.take_held(&district.id, id).await? else { return Ok(()) };
    let body = Body::parse(&held.body).map_err(|kind| Error::field("text", kind))?;
    let visit = crate::files::visit_of_staff(&held.account_id, &held.inquiry_id);
    let deed = Deed::Reply { body: &body, files: &held.files, visit: &visit };
    let actor = Actor::Staff(&held.account_id);
    let mut doing = Doing { app, district, actor, now, telling: Telling::new(app, district, Some(&held.account_id), now) };
    // Put into another inquiry meanwhile: it is answered there.
    let inquiry = tx.inquiry_to_change(&district.id, &held.inquiry_id).await?.ok_or(Error::NotFound)?;
    let answered = inquiry.merged_into.as_deref().unwrap_or(&held.inquiry_id);
    match doing.act_in(&mut tx, answered, &deed, &held.client_key, Some(&held.id)).await {
        Ok(_) => tx.count_templates(&district.id, &held.templates, answered, &held.id, now.as_millisecond()).await?,
        Err(Error::Conflict | Error::KeyReused | Error::Fields(_)) => {
            tx.rollback().await?;
            return take_back(app, district, &held.account_id, &held.inquiry_id, id).await;
        }
        Err(other) => return Err(other),
    }
    doing.telling.write(&mut tx).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

/// Takes a held reply back: it becomes its writer's draft again.
///
/// # Errors
/// [`Error::Conflict`] when it has left; [`Error::NotFound`] when it is somebody else's.
pub async fn take_back(app: &App, district: &DistrictRecord, account: &str, inquiry: &str, id: &str) -> Result<()> {
    let now = app.now();
    let at = now.as_millisecond();
    let mut tx = app.db.begin().await?;
    let held = tx.take_held(&district.id, id).await?.ok_or(Error::Conflict)?;
    if held.account_id != account || held.inquiry_id != inquiry {
        return Err(Error::NotFound);
    }
    let draft = DraftRecord {
        account_id: account.to_owned(),
        kind: MessageKind::Reply,
        body: held.body,
        templates: held.templates,
        updated_at: at,
    };
    tx.put_draft(&district.id, inquiry, &draft).await?;
    let entry = NewAudit { inquiry: Some(inquiry), account: Some(account), action: "reply_taken_back", detail: "{}", at: now };
    tx.insert_audit(&district.id, &entry).await?;
    tx.insert_event(&district.id, &new_id(app.now()), inquiry, "taken_back", at).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}
