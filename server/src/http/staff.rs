//! The staff API: list, thread, and what is done with an inquiry.

use super::session::Staff;
use crate::access::Action;
use crate::answer::{Actor, Deed, act};
use crate::app::App;
use crate::error::Error;
use crate::store::{FileRecord, Filter, InquiryRecord, ListItem, MessageRecord, Position, StaffRecord};
use crate::{files, locale};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use jiff::Timestamp;
use porchlight_shared::api;
use porchlight_shared::form::{FieldAnswer, Form};
use porchlight_shared::phrase::{Phrases, Say};
use porchlight_shared::status::{Role, Status, Step};
use porchlight_shared::text::{Body, Locale};
use porchlight_shared::wire;
use serde::Deserialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

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
    let label = staff.district.district.topic(topic).map_or(topic, |t| t.label.get(first));
    api::Named { id: topic.to_owned(), label: label.to_owned() }
}

fn time(at: i64) -> String {
    Timestamp::from_millisecond(at).unwrap_or_default().to_string()
}

#[derive(Deserialize)]
pub(crate) struct ListQuery {
    status: Option<String>,
    topic: Option<String>,
    owner: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
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
        after: query.after.as_deref().map(position).transpose()?,
        // One more than is shown tells whether there is a next page.
        limit: limit + 1,
        ..Filter::default()
    };
    staff.asker.narrow(&mut filter);
    let mut found = app.db.inquiries(&staff.district.id, &filter).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|last| format!("{}.{}", last.received_at, last.id));
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
    Ok(Position { received_at: at.parse().map_err(|_| wrong)?, id: id.to_owned() })
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
    let answers = shown_answers(&found, form.as_ref(), record, first, locale::phrases(first), &attached, &url);
    let locale = Locale::parse(&found.locale);
    let mine = |action| staff.asker.may(action, &found);
    let can = |step| mine(Action::Work) && found.status.after(step).is_some();
    let line = as_item(&found);
    Ok(Json(api::Inquiry {
        item: item(&staff, &line, app.now().as_millisecond()),
        school: found.school_id.as_deref().map(|s| record.district.school(s).map_or_else(|| s.to_owned(), |s| s.name.clone())),
        language: locale.as_ref().map_or_else(|| found.locale.clone(), |l| locale::name(l).to_owned()),
        locale: found.locale.clone(),
        sender: api::SenderDetails {
            anonymous: found.sender_email.is_none() && found.sender_phone.is_none(),
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

pub(crate) fn shown_file(file: &FileRecord, url: &dyn Fn(&FileRecord) -> String) -> api::File {
    api::File {
        id: file.id.clone(),
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        size: file.size,
        width: file.width,
        height: file.height,
        url: url(file),
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

/// The questions and answers of an inquiry, in words, as its own version of the form had them.
pub(crate) fn shown_answers(
    inquiry: &InquiryRecord,
    form: Option<&Form>,
    record: &crate::store::DistrictRecord,
    locale: &Locale,
    phrases: &Phrases,
    attached: &[FileRecord],
    url: &dyn Fn(&FileRecord) -> String,
) -> Vec<api::ShownAnswer> {
    let raw = wire::read_answers(&inquiry.answers).unwrap_or_default();
    let schools: Vec<&str> = record.district.schools.iter().map(|s| s.id.as_str()).collect();
    let grades: Vec<&str> = record.district.grades.iter().map(|g| g.id.as_str()).collect();
    let context = porchlight_shared::form::Context { schools: &schools, grades: &grades, locale };
    let Some(form) = form else { return Vec::new() };
    let in_words = |answer: &FieldAnswer, field: &porchlight_shared::form::Field| {
        let choice = |id: &String| {
            field.kind.choices().iter().find(|c| c.id == *id).map_or_else(|| id.clone(), |c| c.label.get(locale).to_owned())
        };
        match answer {
            FieldAnswer::Text(t)
            | FieldAnswer::Date(t)
            | FieldAnswer::Time(t)
            | FieldAnswer::Email(t)
            | FieldAnswer::Phone(t) => t.clone(),
            FieldAnswer::Place { text, .. } => text.clone(),
            FieldAnswer::Number(n) => n.to_string(),
            FieldAnswer::One(id) => choice(id),
            FieldAnswer::Several(ids) => ids.iter().map(choice).collect::<Vec<_>>().join(", "),
            FieldAnswer::YesNo(yes) => phrases.say(if *yes { Say::Yes } else { Say::No }).to_owned(),
            FieldAnswer::School(id) => record.district.school(id).map_or_else(|| id.clone(), |s| s.name.clone()),
            FieldAnswer::Grade(id) => {
                record.district.grades.iter().find(|g| g.id == *id).map_or_else(|| id.clone(), |g| g.label.get(locale).to_owned())
            }
            FieldAnswer::Files(_) => String::new(),
        }
    };
    let mut shown = Vec::new();
    for field in &form.fields {
        let Some(Ok(Some(answer))) = raw.get(&field.id).map(|r| field.parse(r, &context)) else { continue };
        let files = match &answer {
            FieldAnswer::Files(ids) => {
                ids.iter().filter_map(|id| attached.iter().find(|f| f.id == *id)).map(|f| shown_file(f, url)).collect()
            }
            _ => Vec::new(),
        };
        shown.push(api::ShownAnswer {
            field: field.id.clone(),
            label: field.label.get(locale).to_owned(),
            text: in_words(&answer, field),
            files,
        });
    }
    shown
}

/// The writer's own key, so that pressing twice sends once.
fn client_key(headers: &HeaderMap) -> Result<String, Error> {
    let key = headers.get("idempotency-key").and_then(|v| v.to_str().ok()).and_then(|k| uuid::Uuid::parse_str(k).ok());
    key.map(|k| k.to_string()).ok_or(Error::Request("Send a header Idempotency-Key with a UUID, made once per text."))
}

async fn write(
    app: &App,
    staff: &Staff,
    id: &str,
    headers: &HeaderMap,
    body: Result<Json<api::NewText>, JsonRejection>,
    deed: fn(&Body) -> Deed<'_>,
) -> Result<Response, Error> {
    let Json(given) = body.map_err(|_| Error::Request("Send text as JSON."))?;
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
    let Json(given) = body.map_err(|_| Error::Request("Send owner as JSON."))?;
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

/// A file of an inquiry: pictures to be seen, everything else only to be downloaded.
pub(crate) async fn serve_file(app: &App, district: &str, inquiry: &str, id: &str) -> Result<Response, Error> {
    let file = app.db.file(district, id).await?.filter(|f| f.inquiry_id.as_deref() == Some(inquiry)).ok_or(Error::NotFound)?;
    let bytes = files::read(app, district, id).await?;
    let way = if file.media_type.starts_with("image/") { "inline" } else { "attachment" };
    let ascii: String =
        file.name.chars().map(|c| if c.is_ascii_alphanumeric() || " ._-()".contains(c) { c } else { '_' }).collect();
    // RFC 6266: a plain name for old clients, the true one for the rest.
    let encoded: String = url::form_urlencoded::byte_serialize(file.name.as_bytes()).collect::<String>().replace('+', "%20");
    let disposition = format!("{way}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}");
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let value = |text: &str| HeaderValue::from_str(text).map_err(|e| Error::Corrupt(e.to_string()));
    headers.insert(header::CONTENT_TYPE, value(&file.media_type)?);
    headers.insert(header::CONTENT_DISPOSITION, value(&disposition)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    Ok(response)
}

/// `GET /events`: what happens to inquiries that the asker may see. A dropped connection goes on where
/// it was, by `Last-Event-ID`.
pub(crate) async fn events(
    State(app): State<Arc<App>>,
    staff: Staff,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Error> {
    let given = headers
        .get("last-event-id")
        .and_then(|v| v.to_str().ok())
        .filter(|id| uuid::Uuid::parse_str(id).is_ok())
        .map(str::to_owned);
    let last = match given {
        Some(id) => id,
        None => app.db.last_event(&staff.district.id).await?,
    };
    let follow = Follow { woken: app.events.subscribe(), app, staff, last, waiting: std::collections::VecDeque::new() };
    let stream = futures_util::stream::unfold(follow, |mut follow| async move {
        let event = follow.next().await?;
        Some((Ok(event), follow))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))))
}

struct Follow {
    app: Arc<App>,
    staff: Staff,
    woken: tokio::sync::watch::Receiver<u64>,
    last: String,
    waiting: std::collections::VecDeque<Event>,
}

impl Follow {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            self.woken.mark_unchanged();
            if let Err(error) = self.fetch().await {
                tracing::warn!(%error, "live events ended; the console connects anew");
                return None;
            }
            if self.waiting.is_empty() {
                // Another machine's events are announced by the database; should that fail, look anyway.
                let changed = tokio::time::timeout(Duration::from_secs(30), self.woken.changed()).await;
                if matches!(changed, Ok(Err(_))) {
                    return None;
                }
            }
        }
    }

    async fn fetch(&mut self) -> Result<(), Error> {
        for (id, action, inquiry) in self.app.db.events_after(&self.staff.district.id, &self.last).await? {
            self.last.clone_from(&id);
            let found = self.app.db.inquiry(&self.staff.district.id, &inquiry).await?;
            if found.is_some_and(|i| self.staff.asker.may(Action::See, &i)) {
                let data = serde_json::to_string(&api::InquiryEvent { id: inquiry, action }).unwrap_or_default();
                self.waiting.push_back(Event::default().event("inquiry").id(id).data(data));
            }
        }
        Ok(())
    }
}
