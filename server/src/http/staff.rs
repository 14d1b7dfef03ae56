//! The staff API: list, thread, and what is done with an inquiry.

use super::session::Staff;
use super::shown::{serve_file, shown_answers, shown_file};
use crate::access::Action;
use crate::answer::{Actor, Deed, act};
use crate::app::App;
use crate::error::Error;
use crate::locale;
use crate::store::{FileRecord, Filter, InquiryRecord, ListItem, MessageRecord, Order, Position, StaffRecord};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use porchlight_shared::api;
use porchlight_shared::status::{Role, Status, Step};
use porchlight_shared::text::{Body, Locale};
use serde::Deserialize;
use std::sync::Arc;

/// `GET /me`
pub(crate) async fn me(staff: Staff) -> Result<Json<api::Me>, Error> {
    let own = staff.people.iter().find(|p| p.account_id == staff.asker.account_id).ok_or(Error::Unauthorized)?;
    let sees_all = matches!(staff.asker.role, Role::Administrator | Role::Observer);
    let topics = staff.district.district.topics.iter().filter(|t| sees_all || staff.asker.topics.contains(&t.id));
    let can_own = |p: &&StaffRecord| !p.disabled && matches!(p.role, Role::Administrator | Role::Staff);
    Ok(Json(api::Me {
        account_id: own.account_id.clone(),
        name: own.name.clone(),
        email: own.email.clone(),
        title: own.title.clone(),
        role: own.role,
        district: api::DistrictBrief {
            slug: staff.district.district.slug.clone(),
            name: staff.district.district.name.clone(),
            time_zone: staff.district.calendar.zone().iana_name().unwrap_or("UTC").to_owned(),
        },
        topics: topics.map(|t| named(&staff, &t.id)).collect(),
        my_topics: staff.asker.topics.clone(),
        colleagues: staff.people.iter().filter(can_own).map(colleague).collect(),
    }))
}

fn colleague(person: &StaffRecord) -> api::Colleague {
    api::Colleague { account_id: person.account_id.clone(), name: person.name.clone(), title: person.title.clone() }
}

/// A topic by name; one that is gone keeps its id as its name.
fn named(staff: &Staff, topic: &str) -> api::Named {
    let first = staff.district.district.first_locale();
    let label = staff.district.topic_label(topic, first);
    api::Named { id: topic.to_owned(), label: label.to_owned() }
}

fn time(at: i64) -> String {
    Timestamp::from_millisecond(at).unwrap_or_default().to_string()
}

/// Anything else is refused rather than ignored: a list that leaves a filter out would mislead.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    status: Option<String>,
    topic: Option<String>,
    owner: Option<String>,
    q: Option<String>,
    sort: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

/// Words of a search that count, and letters of each.
const SEARCH_WORDS: usize = 8;
const SEARCH_LETTERS: usize = 60;

fn first_letters(word: &str) -> String {
    word.chars().filter(|c| !c.is_control()).take(SEARCH_LETTERS).collect()
}

/// `GET /inquiries`
pub(crate) async fn inquiries(
    State(app): State<Arc<App>>,
    staff: Staff,
    Query(query): Query<ListQuery>,
) -> Result<Json<api::InquiryList>, Error> {
    let words = query.status.as_deref().unwrap_or("").split(',').filter(|w| !w.is_empty());
    let statuses: Option<Vec<Status>> = words.map(Status::parse).collect();
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let mut filter = Filter {
        statuses: statuses.ok_or(Error::Request("status takes new, open, waiting, closed, parted by commas."))?,
        topic: query.topic.filter(|t| !t.is_empty()),
        owner: query.owner.filter(|o| !o.is_empty()).map(|o| if o == "me" { staff.asker.account_id.clone() } else { o }),
        words: query.q.as_deref().unwrap_or("").split_whitespace().take(SEARCH_WORDS).map(first_letters).collect(),
        after: query.after.as_deref().map(position).transpose()?,
        order: match query.sort.as_deref().unwrap_or("") {
            "" | "newest" => Order::NewestFirst,
            "due" => Order::DueFirst,
            _ => return Err(Error::Request("sort takes newest or due.")),
        },
        // One more than is shown tells whether there is a next page.
        limit: limit + 1,
        ..Filter::default()
    };
    staff.asker.narrow(&mut filter);
    let mut found = app.db.inquiries(&staff.district.id, &filter).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|last| filter.order.position(last)).map(|p| format!("{}.{}", p.at, p.id));
    let every = Filter { statuses: Vec::new(), after: None, ..filter };
    let mut counts = api::Counts::default();
    for (status, count) in app.db.counts(&staff.district.id, &every).await? {
        match status {
            Status::New => counts.new = count,
            Status::Open => counts.open = count,
            Status::Waiting => counts.waiting = count,
            Status::Closed => counts.closed = count,
        }
    }
    let now = app.now().as_millisecond();
    Ok(Json(api::InquiryList { inquiries: found.iter().map(|i| item(&staff, i, now)).collect(), next, counts }))
}

fn position(cursor: &str) -> Result<Position, Error> {
    let wrong = Error::Request("after takes what `next` of the page before says.");
    let Some((at, id)) = cursor.split_once('.') else { return Err(wrong) };
    Ok(Position { at: at.parse().map_err(|_| wrong)?, id: id.to_owned() })
}

fn item(staff: &Staff, item: &ListItem, now: i64) -> api::InquiryItem {
    let owner = item.owner_id.as_ref().and_then(|id| staff.people.iter().find(|p| p.account_id == *id));
    api::InquiryItem {
        id: item.id.clone(),
        reference: item.reference.clone(),
        summary: item.summary.clone(),
        topic: named(staff, &item.topic_id),
        kind: item.kind,
        status: item.status,
        priority: item.priority,
        relationship: item.relationship,
        channel: item.channel,
        confidential: item.confidential,
        sender_name: item.sender_name.clone(),
        owner: owner.map(colleague),
        received_at: time(item.received_at),
        due_at: item.due_at.map(time),
        past_due: item.due_at.is_some_and(|due| due < now),
        updated_at: time(item.updated_at),
    }
}

/// The inquiry, when the asker may do `action` to it. What may not be seen does not exist.
async fn find(app: &App, staff: &Staff, id: &str, action: Action) -> Result<InquiryRecord, Error> {
    let inquiry = app.db.inquiry(&staff.district.id, id).await?.ok_or(Error::NotFound)?;
    if !staff.asker.may(Action::See, &inquiry) {
        return Err(Error::NotFound);
    }
    if staff.asker.may(action, &inquiry) { Ok(inquiry) } else { Err(Error::Forbidden) }
}

/// `GET /inquiries/{id}`
pub(crate) async fn inquiry(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Json<api::Inquiry>, Error> {
    let found = find(&app, &staff, &id, Action::See).await?;
    let record = &staff.district;
    let thread = app.db.thread(&record.id, &id).await?;
    let attached = app.db.files_of(&record.id, &id).await?;
    let audit = app.db.audit_of(&record.id, &id).await?;
    let first = record.district.first_locale();
    let form = app.db.form(record, &found.topic_id, found.form_version).await?;
    let url = |file: &FileRecord| format!("/api/v1/inquiries/{id}/files/{}", file.id);
    let answers = shown_answers(&found, form.as_ref(), record, first, &attached, &url);
    let locale = Locale::parse(&found.locale);
    let mine = |action| staff.asker.may(action, &found);
    let can = |step| mine(Action::Work) && found.status.after(step).is_some();
    let line = as_item(&found);
    Ok(Json(api::Inquiry {
        item: item(&staff, &line, app.now().as_millisecond()),
        school: found.school_id.as_deref().map(|s| record.school_name(s).to_owned()),
        language: locale.as_ref().map_or_else(|| found.locale.clone(), |l| locale::name(l).to_owned()),
        locale: found.locale.clone(),
        sender: api::SenderDetails {
            anonymous: found.is_anonymous(),
            name: found.sender_name.clone(),
            email: found.sender_email.clone(),
            phone: found.sender_phone.clone(),
        },
        withdrawn: found.withdrawn,
        promised_at: time(found.promised_at),
        first_reply_at: found.first_reply_at.map(time),
        closed_at: found.closed_at.map(time),
        answers,
        thread: thread.iter().map(|m| message(m, &attached, &url)).collect(),
        audit: audit
            .iter()
            .map(|a| api::AuditEntry { by: a.account_name.clone(), action: a.action.clone(), at: time(a.at) })
            .collect(),
        may: api::May {
            reply: can(Step::Reply),
            note: can(Step::Work),
            assign: mine(Action::Assign),
            wait: can(Step::Wait),
            close: can(Step::Close),
            reopen: can(Step::Reopen),
        },
    }))
}

fn as_item(found: &InquiryRecord) -> ListItem {
    ListItem {
        id: found.id.clone(),
        reference: found.reference.clone(),
        summary: found.summary.clone(),
        topic_id: found.topic_id.clone(),
        kind: found.kind,
        status: found.status,
        priority: found.priority,
        relationship: found.relationship,
        channel: found.channel,
        confidential: found.confidential,
        sender_name: found.sender_name.clone(),
        owner_id: found.owner_id.clone(),
        received_at: found.received_at,
        due_at: found.due_at,
        updated_at: found.updated_at,
    }
}

fn message(message: &MessageRecord, attached: &[FileRecord], url: &dyn Fn(&FileRecord) -> String) -> api::Message {
    let by = message.account_id.clone().map(|account_id| api::Colleague {
        account_id,
        name: message.account_name.clone().unwrap_or_default(),
        title: message.account_title.clone().unwrap_or_default(),
    });
    let files = attached.iter().filter(|f| f.message_id.as_deref() == Some(&message.id)).map(|f| shown_file(f, url)).collect();
    api::Message {
        id: message.id.clone(),
        kind: message.kind,
        by,
        text: message.body.clone(),
        files,
        at: time(message.created_at),
    }
}

/// Why a JSON body was not taken.
pub(super) fn refused(rejection: &JsonRejection, help: &'static str) -> Error {
    match rejection.status() {
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Error::UnsupportedMedia,
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge { max_bytes: super::JSON_BYTES as u64 },
        _ => Error::Request(help),
    }
}

/// The writer's own key, so that pressing twice sends once.
fn client_key(headers: &HeaderMap) -> Result<String, Error> {
    let Some(given) = headers.get("idempotency-key") else { return Ok(uuid::Uuid::new_v4().to_string()) };
    let key = given.to_str().ok().and_then(|k| uuid::Uuid::parse_str(k).ok());
    key.map(|k| k.to_string()).ok_or(Error::Request("An Idempotency-Key is a UUID, made once per text."))
}

async fn write(
    app: &App,
    staff: &Staff,
    id: &str,
    headers: &HeaderMap,
    body: Result<Json<api::NewText>, JsonRejection>,
    deed: fn(&Body) -> Deed<'_>,
) -> Result<Response, Error> {
    let Json(given) = body.map_err(|r| refused(&r, "Send text as JSON."))?;
    let key = client_key(headers)?;
    let text = Body::parse(&given.text).map_err(|kind| Error::field("text", kind))?;
    find(app, staff, id, Action::Work).await?;
    act(app, &staff.district, id, Actor::Staff(&staff.asker.account_id), deed(&text), &key).await?;
    Ok(StatusCode::CREATED.into_response())
}

/// `POST /inquiries/{id}/replies`
pub(crate) async fn reply(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Result<Json<api::NewText>, JsonRejection>,
) -> Result<Response, Error> {
    write(&app, &staff, &id, &headers, body, |text| Deed::Reply(text)).await
}

/// `POST /inquiries/{id}/notes`
pub(crate) async fn note(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Result<Json<api::NewText>, JsonRejection>,
) -> Result<Response, Error> {
    write(&app, &staff, &id, &headers, body, |text| Deed::Note(text)).await
}

async fn step(app: &App, staff: &Staff, id: &str, deed: Deed<'_>) -> Result<StatusCode, Error> {
    act(app, &staff.district, id, Actor::Staff(&staff.asker.account_id), deed, "").await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /inquiries/{id}/assignment`
pub(crate) async fn assign(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Result<Json<api::Assignment>, JsonRejection>,
) -> Result<StatusCode, Error> {
    let Json(given) = body.map_err(|r| refused(&r, "Send owner as JSON."))?;
    find(&app, &staff, &id, Action::Assign).await?;
    let can_own = |p: &&StaffRecord| !p.disabled && matches!(p.role, Role::Administrator | Role::Staff);
    let owner = given.owner.or_else(|| staff.district.fallback_owner.clone());
    let known = owner.as_ref().is_none_or(|id| staff.people.iter().filter(can_own).any(|p| p.account_id == *id));
    if !known {
        return Err(Error::field("owner", porchlight_shared::problem::ProblemKind::NotOffered));
    }
    step(&app, &staff, &id, Deed::Assign(owner.as_deref())).await
}

/// `POST /inquiries/{id}/waiting`
pub(crate) async fn wait(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Result<StatusCode, Error> {
    find(&app, &staff, &id, Action::Work).await?;
    step(&app, &staff, &id, Deed::Wait).await
}

/// `POST /inquiries/{id}/closure`
pub(crate) async fn close(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Result<StatusCode, Error> {
    find(&app, &staff, &id, Action::Work).await?;
    step(&app, &staff, &id, Deed::Close).await
}

/// `DELETE /inquiries/{id}/closure`
pub(crate) async fn reopen(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Result<StatusCode, Error> {
    find(&app, &staff, &id, Action::Work).await?;
    step(&app, &staff, &id, Deed::Reopen).await
}

/// `GET /inquiries/{id}/files/{file}`
pub(crate) async fn file(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Error> {
    find(&app, &staff, &id, Action::See).await?;
    serve_file(&app, &staff.district.id, &id, &file).await
}
