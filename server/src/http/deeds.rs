//! What staff do with an inquiry.

use super::session::{Opened, Staff};
use super::staff::{Given, given, tags, time};
use super::template;
use super::upload::read_file;
use crate::access::Action;
use crate::answer::{self, Actor, Deed, HandOver, NewReply, act};
use crate::app::{App, new_id};
use crate::error::Error;
use crate::routing::Person;
use crate::store::{DraftRecord, NewAudit, NewJob, ReadNotices, Result};
use crate::{files, merge as joining};
use axum::Json;
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use porchlight_shared::api;
use porchlight_shared::mention::mentions;
use porchlight_shared::problem::ProblemKind;
use porchlight_shared::status::MessageKind;
use porchlight_shared::template::{left_open, marker};
use porchlight_shared::text::{Body, tidy};
use std::sync::Arc;

/// Longest reason, in characters.
const LONGEST_REASON: usize = 500;
/// A reason opens a confidential inquiry for so long, in ms.
const UNSEALED_MS: i64 = 24 * 3_600_000;
/// An event tells that somebody writes at most this often, in ms.
const TYPING_MS: i64 = 20_000;

/// The writer's own key, so that pressing twice sends once.
pub(super) fn client_key(headers: &HeaderMap) -> Result<String> {
    let Some(given) = headers.get("idempotency-key") else { return Ok(uuid::Uuid::new_v4().to_string()) };
    let key = given.to_str().ok().and_then(|k| uuid::Uuid::parse_str(k).ok());
    key.map(|k| k.to_string()).ok_or(Error::Request("An Idempotency-Key is a UUID, made once per text."))
}

/// `POST /inquiries/{id}/replies`
pub(crate) async fn reply(
    State(app): State<Arc<App>>,
    opened: Opened,
    headers: HeaderMap,
    body: Given<api::NewText>,
) -> Result<Response> {
    let new = given(body, "Send text as JSON.")?;
    let key = client_key(&headers)?;
    let text = Body::parse(&new.text).map_err(|kind| Error::field("text", kind))?;
    let (account, inquiry) = (opened.staff.account(), opened.inquiry.id.as_str());
    if new.files.len() > 10 {
        return Err(Error::field("files", ProblemKind::TooMany { max: 10 }));
    }
    if let Some(name) = left_open(text.as_str()).first() {
        return Err(Error::refused(
            "text",
            format!("“{}” is still to be filled in. Please write what belongs there, or take it out.", marker(name)),
        ));
    }
    let templates = template::named(&new.templates)?;
    let visit = files::visit_of_staff(account, inquiry);
    let reply = NewReply {
        inquiry,
        account,
        body: &text,
        files: &new.files,
        visit: &visit,
        key: &key,
        templates: &templates,
        seen: new.seen.as_deref(),
        undoable: new.undoable,
    };
    Ok(match answer::hold(&app, &opened.staff.district, &reply).await? {
        None => StatusCode::CREATED.into_response(),
        Some((id, at)) => (StatusCode::ACCEPTED, Json(api::HeldReceipt { id, release_at: time(at) })).into_response(),
    })
}

/// `DELETE /inquiries/{id}/replies/{reply}`
pub(crate) async fn take_back(
    State(app): State<Arc<App>>,
    opened: Opened,
    Path((_, reply)): Path<(String, String)>,
) -> Result<StatusCode> {
    answer::take_back(&app, &opened.staff.district, opened.staff.account(), &opened.inquiry.id, &reply).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /inquiries/{id}/notes`
pub(crate) async fn note(
    State(app): State<Arc<App>>,
    opened: Opened,
    headers: HeaderMap,
    body: Given<api::NewText>,
) -> Result<StatusCode> {
    let new = given(body, "Send text as JSON.")?;
    let key = client_key(&headers)?;
    let text = Body::parse(&new.text).map_err(|kind| Error::field("text", kind))?;
    let here = opened.staff.people.iter().filter(|p| !p.disabled).map(|p| (p.account_id.as_str(), p.name.as_str()));
    let mut named: Vec<String> = mentions(text.as_str(), here).into_iter().map(|m| m.account).collect();
    named.sort();
    named.dedup();
    let deed = Deed::Note { body: &text, mentions: &named };
    act(&app, &opened.staff.district, &opened.inquiry.id, Actor::Staff(opened.staff.account()), deed, &key).await?;
    Ok(StatusCode::CREATED)
}

/// `POST /inquiries/{id}/files`: for a reply; unreadable until it is sent.
pub(crate) async fn attach(
    State(app): State<Arc<App>>,
    opened: Opened,
    mut body: Multipart,
) -> Result<(StatusCode, Json<api::File>)> {
    let wrong = |_| Error::Request("Send one file as multipart/form-data, in the part `file`.");
    while let Some(part) = body.next_field().await.map_err(wrong)? {
        if part.name() != Some("file") {
            continue;
        }
        let name = part.file_name().map(str::to_owned);
        let bytes = read_file(part).await?;
        let visit = files::visit_of_staff(opened.staff.account(), &opened.inquiry.id);
        let record = files::receive_named(&app, &opened.staff.district, &visit, name.as_deref(), bytes).await?;
        let url = |_: &crate::store::FileRecord| String::new();
        return Ok((StatusCode::CREATED, Json(super::shown::shown_file(&record, &url))));
    }
    Err(Error::Request("Send one file as multipart/form-data, in the part `file`."))
}

pub(super) async fn step(app: &App, opened: &Opened, deed: Deed<'_>) -> Result<Json<api::Done>> {
    let actor = Actor::Staff(opened.staff.account());
    let acted = act(app, &opened.staff.district, &opened.inquiry.id, actor, deed, "").await?;
    Ok(Json(api::Done { undo: acted.undo, skipped: Vec::new() }))
}

pub(super) fn reason(text: &str) -> Result<String> {
    let text = tidy(text).map_err(|kind| Error::field("reason", kind))?.unwrap_or_default();
    if text.chars().count() > LONGEST_REASON {
        return Err(Error::field("reason", ProblemKind::TooLong { max: 500 }));
    }
    Ok(text)
}

/// What a hand-off says, checked; its reason apart, since the deed borrows it.
pub(super) fn hand_over<'a>(staff: &Staff, given: &'a api::Assignment, reason: &'a str, now: Timestamp) -> Result<HandOver<'a>> {
    if let Some(owner) = &given.owner {
        let fit = staff.people.iter().any(|p| p.account_id == *owner && !p.disabled && Person::can_own(p.role));
        if !fit {
            return Err(Error::field("owner", ProblemKind::NotOffered));
        }
    }
    let topic = given.topic.as_deref().filter(|t| !t.is_empty());
    if topic.is_some_and(|t| staff.district.district.topic(t).is_none()) {
        return Err(Error::field("topic", ProblemKind::NotOffered));
    }
    let wrong = || Error::refused("due", "Please give a time to come, like 2026-11-24T16:00:00Z.");
    let due = given.due.as_deref().filter(|d| !d.is_empty());
    let due = due.map(|d| d.parse::<Timestamp>().ok().filter(|at| *at > now).ok_or_else(wrong)).transpose()?;
    if due.is_some() && reason.is_empty() {
        return Err(Error::refused(
            "reason",
            "Please say why another time is promised. The sender is told the time, colleagues the reason.",
        ));
    }
    Ok(HandOver { owner: given.owner.clone(), reason, topic, due, leave: given.leave })
}

/// Whoever may hand on what they may not read does not hand it to themselves: to read it they say why.
fn opened_first(opened: &Opened, field: &'static str, to: &str) -> Result<()> {
    if to == opened.staff.account() && !opened.may(Action::See) {
        return Err(Error::refused(field, "This one is confidential. Open it first, and say why; then it can be yours."));
    }
    Ok(())
}

/// Whether a hand-off needs no reason: somebody takes it, or nobody had it.
pub(super) fn goes_without_saying(staff: &Staff, owner_now: Option<&str>, to: Option<&str>, topic: Option<&str>) -> bool {
    topic.is_none() && (owner_now.is_none() || to == Some(staff.account()) || to == owner_now)
}

/// `POST /inquiries/{id}/assignment`
pub(crate) async fn assign(State(app): State<Arc<App>>, opened: Opened, body: Given<api::Assignment>) -> Result<Json<api::Done>> {
    let asked = given(body, "Send owner, reason, topic and due as JSON.")?;
    let why = reason(&asked.reason)?;
    let now = app.now();
    let mut to = hand_over(&opened.staff, &asked, &why, now)?;
    let found = &opened.inquiry;
    if to.owner.is_none() {
        let district = &opened.staff.district;
        to.owner = match to.topic {
            // The rules decide, as if it came now.
            Some(topic) => answer::owner_by_rules(district, found, topic, now),
            None => district
                .directory
                .fallback
                .as_deref()
                .and_then(|f| district.directory.reach(f, now.as_millisecond()).ok())
                .map(str::to_owned),
        };
    }
    let owner = to.owner.as_deref();
    if asked.leave && (owner.is_none() || owner == Some(opened.staff.account()) || owner == found.owner_id.as_deref()) {
        return Err(Error::refused("owner", "Nobody else can be reached without being named. Please choose somebody."));
    }
    to.owner.as_deref().map_or(Ok(()), |owner| opened_first(&opened, "owner", owner))?;
    if why.is_empty() && !goes_without_saying(&opened.staff, found.owner_id.as_deref(), to.owner.as_deref(), to.topic) {
        return Err(Error::refused("reason", "Please say in a few words why, so that the next person need not ask."));
    }
    step(&app, &opened, Deed::Assign(to)).await
}

/// `POST /inquiries/{id}/members`
pub(crate) async fn let_in(State(app): State<Arc<App>>, opened: Opened, body: Given<api::NewMember>) -> Result<Json<api::Done>> {
    let new = given(body, "Send account as JSON.")?;
    if !opened.staff.people.iter().any(|p| p.account_id == new.account && !p.disabled) {
        return Err(Error::field("account", ProblemKind::NotOffered));
    }
    opened_first(&opened, "account", &new.account)?;
    step(&app, &opened, Deed::LetIn(&[new.account])).await
}

/// `DELETE /inquiries/{id}/members/{account}`
pub(crate) async fn take_out(
    State(app): State<Arc<App>>,
    opened: Opened,
    Path((_, account)): Path<(String, String)>,
) -> Result<Json<api::Done>> {
    step(&app, &opened, Deed::TakeOut(&account)).await
}

/// `POST /inquiries/{id}/waiting`
pub(crate) async fn wait(State(app): State<Arc<App>>, opened: Opened) -> Result<Json<api::Done>> {
    step(&app, &opened, Deed::Wait).await
}

/// `POST /inquiries/{id}/closure`
pub(crate) async fn close(State(app): State<Arc<App>>, opened: Opened) -> Result<Json<api::Done>> {
    step(&app, &opened, Deed::Close).await
}

/// `DELETE /inquiries/{id}/closure`
pub(crate) async fn reopen(State(app): State<Arc<App>>, opened: Opened) -> Result<Json<api::Done>> {
    step(&app, &opened, Deed::Reopen).await
}

/// `POST /inquiries/{id}/tags`
pub(crate) async fn change_tags(
    State(app): State<Arc<App>>,
    opened: Opened,
    body: Given<api::TagChange>,
) -> Result<Json<api::Done>> {
    let change = given(body, "Send add and remove as JSON.")?;
    let (add, remove) = tags(&change)?;
    step(&app, &opened, Deed::Tag { add: &add, remove: &remove }).await
}

/// `PUT /inquiries/{id}/priority`
pub(crate) async fn priority(
    State(app): State<Arc<App>>,
    opened: Opened,
    body: Given<api::NewPriority>,
) -> Result<Json<api::Done>> {
    let new = given(body, "Send priority as JSON: critical, high, normal or low.")?;
    step(&app, &opened, Deed::Priority(new.priority)).await
}

/// `PUT /inquiries/{id}/confidential`
pub(crate) async fn confidential(
    State(app): State<Arc<App>>,
    opened: Opened,
    body: Given<api::Confidential>,
) -> Result<Json<api::Done>> {
    let new = given(body, "Send confidential as JSON.")?;
    step(&app, &opened, Deed::Confidential(new.confidential)).await
}

/// `POST /inquiries/{id}/unsealing`
pub(crate) async fn unseal(State(app): State<Arc<App>>, opened: Opened, body: Given<api::Reason>) -> Result<StatusCode> {
    let why = reason(&given(body, "Send reason as JSON.")?.reason)?;
    if why.chars().count() < 10 {
        return Err(Error::refused("reason", "Please say in a sentence why you need to read it. The reason is kept."));
    }
    let now = app.now();
    let at = now.as_millisecond();
    let (district, id, account) = (&opened.staff.district.id, opened.inquiry.id.as_str(), opened.staff.account());
    let mut tx = app.db.begin().await?;
    tx.unseal(district, id, account, &why, at, at + UNSEALED_MS).await?;
    let detail = serde_json::json!({ "reason": why }).to_string();
    tx.insert_audit(
        district,
        &NewAudit { inquiry: Some(id), account: Some(account), action: "unsealed", detail: &detail, at: now },
    )
    .await?;
    crate::search::index(&mut tx, district, &[id]).await?;
    // Its words are not found by them any more, either, when the time is over.
    let payload = serde_json::json!({ "district": district, "inquiry": id }).to_string();
    tx.insert_jobs(&[&NewJob { id: new_id(now), kind: "seal_again", payload, run_at: at + UNSEALED_MS }]).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /inquiries/{id}/drafts/{kind}`
pub(crate) async fn draft(
    State(app): State<Arc<App>>,
    opened: Opened,
    Path((_, kind)): Path<(String, String)>,
    body: Given<api::DraftText>,
) -> Result<StatusCode> {
    let kind = MessageKind::parse(&kind).filter(|k| *k != MessageKind::Sender).ok_or(Error::NotFound)?;
    if kind == MessageKind::Reply && !opened.may(Action::Reply) {
        return Err(Error::Forbidden);
    }
    let given = given(body, "Send text as JSON.")?;
    let text = given.text.replace('\0', "");
    if text.chars().count() > Body::MAX as usize * 2 {
        return Err(Error::field("text", ProblemKind::TooLong { max: Body::MAX * 2 }));
    }
    let at = app.now().as_millisecond();
    let (district, id) = (&opened.staff.district.id, opened.inquiry.id.as_str());
    let gone = text.trim().is_empty();
    let templates = template::named(&given.templates)?;
    let draft = DraftRecord { account_id: opened.staff.account().to_owned(), kind, body: text, templates, updated_at: at };
    let mut tx = app.db.begin().await?;
    let before = tx.put_draft(district, id, &draft).await?;
    // Colleagues are told that somebody began, goes on, or stopped to write a reply; not each letter.
    let news =
        kind == MessageKind::Reply && (gone != before.is_none() && gone || before.is_none_or(|b| at - b > TYPING_MS) && !gone);
    if news {
        tx.insert_event(district, &new_id(app.now()), id, "writing", at).await?;
    }
    tx.commit().await?;
    if news {
        app.wake();
    }
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /inquiries/{id}/read`: the reader has seen it as it is now.
pub(crate) async fn read(State(app): State<Arc<App>>, opened: Opened) -> Result<StatusCode> {
    let at = app.now().as_millisecond();
    let (district, id, account) = (&opened.staff.district.id, opened.inquiry.id.as_str(), opened.staff.account());
    let mut tx = app.db.begin().await?;
    tx.put_read(district, id, account, at).await?;
    tx.read_notices(district, account, ReadNotices::About(id), at).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /inquiries/{id}/merge`
pub(crate) async fn merge(State(app): State<Arc<App>>, opened: Opened, body: Given<api::Merge>) -> Result<StatusCode> {
    let into = given(body, "Send into as JSON.")?.into;
    Opened::find(&app, &opened.staff, &into, Action::Join).await?;
    joining::merge(&app, &opened.staff.district, opened.staff.account(), &opened.inquiry.id, &into).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /inquiries/{id}/merge`
pub(crate) async fn unmerge(State(app): State<Arc<App>>, opened: Opened) -> Result<StatusCode> {
    joining::unmerge(&app, &opened.staff.district, opened.staff.account(), &opened.inquiry.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /inquiries/{id}/split`
pub(crate) async fn split(
    State(app): State<Arc<App>>,
    opened: Opened,
    body: Given<api::Split>,
) -> Result<(StatusCode, Json<api::Made>)> {
    let new = given(body, "Send message and topic as JSON.")?;
    let account = opened.staff.account();
    let id = joining::split(&app, &opened.staff.district, account, &opened.inquiry.id, &new.message, &new.topic).await?;
    Ok((StatusCode::CREATED, Json(api::Made { id })))
}

/// `DELETE /inquiries/{id}/split`: the new one goes back into the one that it came from.
pub(crate) async fn unsplit(State(app): State<Arc<App>>, opened: Opened) -> Result<Json<api::Made>> {
    // As with merging, it needs permission on both.
    let from = joining::split_from(&app, &opened.staff.district, &opened.inquiry.id).await?;
    Opened::find(&app, &opened.staff, &from, Action::Join).await?;
    let id = joining::unsplit(&app, &opened.staff.district, opened.staff.account(), &opened.inquiry.id).await?;
    Ok(Json(api::Made { id }))
}
