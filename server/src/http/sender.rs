//! The sender's page of one inquiry. The code in its address is the key, so nothing of it is logged,
//! cached or indexed, and opening it changes nothing.

use super::page::{Page, Switch, error_page, html};
use super::public::{read_token, visit};
use super::sender_view::{SenderView, entry};
use super::shown::{serve_file, shown_answers};
use super::upload::{TextBudget, count_file, read_file};
use super::visitor::Visitor;
use crate::answer::{Actor, Deed, act};
use crate::app::App;
use crate::error::Error;
use crate::limit::Action;
use crate::secret::{code_hash, tidy_code};
use crate::store::{DistrictRecord, FileRecord, InquiryRecord, MessageRecord};
use crate::{files, locale};
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use leptos::prelude::*;
use porchlight_shared::alert::Verdict;
use porchlight_shared::form::{FieldKind, FileType};
use porchlight_shared::phrase::Say;
use porchlight_shared::problem::ProblemKind;
use porchlight_shared::status::{MessageKind, Status};
use porchlight_shared::text::{Body, Locale};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize, Default)]
pub(super) struct ShowQuery {
    /// Just sent: the page is the receipt.
    sent: Option<String>,
    /// Just added to.
    added: Option<String>,
}

/// Finds the inquiry of a code, counting tries so that codes cannot be guessed.
pub(super) async fn find(
    app: &App,
    slug: &str,
    code: &str,
    visitor: &Visitor,
) -> Result<(Arc<DistrictRecord>, InquiryRecord), Error> {
    let record = app.district(slug)?;
    app.limits.check(Action::Code, visitor.address, &record.id)?;
    let inquiry = app.db.inquiry_by_code(&record.id, &code_hash(code)).await?.ok_or(Error::NotFound)?;
    Ok((record, inquiry))
}

/// The language of the page: what is asked for, else the one in which was written.
fn language(visitor: &Visitor, record: &DistrictRecord, inquiry: &InquiryRecord) -> Locale {
    visitor.asked_locale(record).or_else(|| Locale::parse(&inquiry.locale)).unwrap_or_else(|| visitor.locale(record))
}

/// `GET /{district}/i/{code}`
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Path((slug, code)): Path<(String, String)>,
    visitor: Visitor,
    Query(query): Query<ShowQuery>,
) -> Response {
    let told = if query.sent.is_some() {
        Told::Sent
    } else if query.added.is_some() {
        Told::Added
    } else {
        Told::Nothing
    };
    match find(&app, &slug, &code, &visitor).await {
        Ok((record, inquiry)) => {
            page(&app, &record, &inquiry, &code, &visitor, told).await.unwrap_or_else(|e| error_page(&app, &visitor, &e))
        }
        Err(error) => error_page(&app, &visitor, &error),
    }
}

/// The receipt, right after sending, at whatever address that was.
pub(super) async fn receipt(app: &App, record: &DistrictRecord, code: &str, visitor: &Visitor) -> Response {
    let found = app.db.inquiry_by_code(&record.id, &code_hash(code)).await.and_then(|i| i.ok_or(Error::NotFound));
    let shown = match found {
        Ok(inquiry) => page(app, record, &inquiry, code, visitor, Told::SentHere).await,
        Err(error) => Err(error),
    };
    shown.unwrap_or_else(|e| error_page(app, visitor, &e))
}

/// What the page says first.
pub(super) enum Told {
    Nothing,
    Sent,
    /// Just sent, and shown at the form's own address: this once.
    SentHere,
    Added,
    /// What was typed, and what is wrong with it.
    Mend {
        text: String,
        /// The id of the input that it is about.
        input: &'static str,
        problem: String,
        status: StatusCode,
    },
}

async fn page(
    app: &App,
    record: &DistrictRecord,
    inquiry: &InquiryRecord,
    code: &str,
    visitor: &Visitor,
    told: Told,
) -> Result<Response, Error> {
    let locale = language(visitor, record, inquiry);
    let phrases = locale::phrases(&locale);
    let code = tidy_code(code);
    let base = format!("/{}/i/{code}", record.district.slug);
    let attached = app.db.files_of(&record.id, &inquiry.id).await?;
    let mut thread = app.db.thread(&record.id, &inquiry.id).await?;
    let mut attached = attached;
    for (reply, files) in replies_elsewhere(app, record, inquiry).await? {
        thread.push(reply);
        attached.extend(files);
    }
    thread.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    let form = app.db.form(record, &inquiry.topic_id, inquiry.form_version).await?;
    let url = |file: &FileRecord| format!("{base}/files/{}", file.id);
    let answers = shown_answers(inquiry, form.as_ref(), record, &locale, &attached, &url);
    let say = |at: i64| record.calendar.say(Timestamp::from_millisecond(at).unwrap_or_default(), phrases);
    let entries =
        thread.iter().filter(|m| m.kind != MessageKind::Note).map(|m| entry(m, record, phrases, &attached, &url, &say)).collect();
    // What was put into another inquiry stands where that one stands.
    let standing = match &inquiry.merged_into {
        Some(parent) => app.db.inquiry(&record.id, parent).await?.unwrap_or_else(|| inquiry.clone()),
        None => inquiry.clone(),
    };
    let topic = record.district.topic(&inquiry.topic_id);
    let alerts = app.db.alerts_of(&record.id, &inquiry.id).await?;
    let alerts = alerts.iter().filter(|a| a.verdict != Some(Verdict::FalseAlarm)).map(|a| a.category_id.as_str());
    let help = record.alerts.help(alerts, locale.as_str());
    let status = if let Told::Mend { status, .. } = &told { *status } else { StatusCode::OK };
    let view = SenderView {
        phrases,
        lang: locale.as_str().to_owned(),
        reference: inquiry.reference.clone(),
        name: inquiry.sender_name.clone(),
        status: status_says(&standing),
        received: say(inquiry.received_at),
        due: standing.due_at.filter(|due| *due > app.now().as_millisecond()).map(say),
        late: standing.due_at.filter(|due| *due <= app.now().as_millisecond()).map(|due| {
            let owner = standing.owner_id.as_deref().map(|owner| record.directory.name(owner).to_owned());
            (say(due), owner.unwrap_or_else(|| record.district.name.clone()))
        }),
        topic: record.topic_label(&inquiry.topic_id, &locale).to_owned(),
        kind: porchlight_widget::flow::kind_says(inquiry.kind),
        thanks: topic.map(|t| if inquiry.is_anonymous() { &t.thanks_anonymous } else { &t.thanks }.get(&locale).to_owned()),
        help,
        email: inquiry.sender_email.clone(),
        phone: inquiry.sender_phone.clone(),
        taken: taken_types(record, inquiry),
        anonymous: inquiry.is_anonymous(),
        answers,
        entries,
        leave: topic.filter(|t| t.safety).and_then(|_| record.district.website.clone()),
        closed: standing.status == Status::Closed || inquiry.merged_into.is_some(),
        token: app.secrets.token(&record.id, app.now()),
        key: uuid::Uuid::new_v4().to_string(),
        address: format!("{}{base}", app.public_url()),
        base,
        told,
    };
    let mut shown = Page::new(record, &locale, phrases.fill(Say::SenderTitle, &[&inquiry.reference]));
    if matches!(view.told, Told::SentHere) {
        shown.switch = Switch::Off;
    }
    shown.status = status;
    shown.script = topic.is_some_and(|t| t.safety).then_some("leave.js");
    shown.main = html(move || view.into_any_view());
    Ok(shown.respond(app))
}

/// Replies that were written to the inquiry into which this one was merged, while it was: they are for this sender, too.
/// Nothing else of that inquiry is.
async fn replies_elsewhere(
    app: &App,
    record: &DistrictRecord,
    inquiry: &InquiryRecord,
) -> Result<Vec<(MessageRecord, Vec<FileRecord>)>, Error> {
    let mut found = Vec::new();
    for merge in app.db.merges_of(&record.id, &inquiry.id).await?.iter().filter(|m| m.child_id == inquiry.id) {
        let files = app.db.files_of(&record.id, &merge.parent_id).await?;
        let during = |m: &MessageRecord| {
            m.kind == MessageKind::Reply && m.created_at >= merge.at && merge.undone_at.is_none_or(|undone| m.created_at < undone)
        };
        for reply in app.db.thread(&record.id, &merge.parent_id).await?.into_iter().filter(during) {
            let theirs = files.iter().filter(|f| f.message_id.as_ref() == Some(&reply.id)).cloned().collect();
            found.push((reply, theirs));
        }
    }
    Ok(found)
}

const fn status_says(inquiry: &InquiryRecord) -> Say {
    match inquiry.status {
        Status::New => Say::StatusNew,
        Status::Open => Say::StatusOpen,
        Status::Waiting => Say::StatusWaiting,
        Status::Closed if inquiry.withdrawn => Say::StatusWithdrawn,
        Status::Closed => Say::StatusClosed,
    }
}

/// `POST /{district}/i/{code}`: the sender adds something.
pub(super) async fn add(
    State(app): State<Arc<App>>,
    Path((slug, code)): Path<(String, String)>,
    visitor: Visitor,
    body: Multipart,
) -> Response {
    let (record, inquiry) = match find(&app, &slug, &code, &visitor).await {
        Ok(found) => found,
        Err(error) => return error_page(&app, &visitor, &error),
    };
    let locale = language(&visitor, &record, &inquiry);
    let mut text = String::new();
    match take(&app, &record, &inquiry, &visitor, body, &mut text).await {
        Ok(()) => {
            let to = format!("/{slug}/i/{}?added=1&lang={}", tidy_code(&code), locale.as_str());
            (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
        }
        Err(error) => {
            error.log();
            let phrases = locale::phrases(&locale);
            let problem = match &error {
                Error::Fields(problems) => problems.first().map(|p| p.kind.sentence(phrases)).unwrap_or_default(),
                Error::TokenExpired | Error::KeyReused => phrases.say(Say::PageExpired).to_owned(),
                Error::TooMany { .. } => phrases.fill(Say::FailLimited, &[&error.retry_after().unwrap_or(1).to_string()]),
                _ => phrases.say(Say::FailServer).to_owned(),
            };
            let about_files = matches!(&error, Error::Fields(all) if all.iter().any(|p| p.field == "files" || p.field == "file"));
            let input = if about_files { "f-files" } else { "f-text" };
            let told = Told::Mend { text, input, problem, status: error.status() };
            let mut response =
                page(&app, &record, &inquiry, &code, &visitor, told).await.unwrap_or_else(|e| error_page(&app, &visitor, &e));
            error.mark(&mut response);
            response
        }
    }
}

async fn take(
    app: &Arc<App>,
    record: &DistrictRecord,
    inquiry: &InquiryRecord,
    visitor: &Visitor,
    mut body: Multipart,
    text: &mut String,
) -> Result<(), Error> {
    let (mut token, mut key, mut uploads, mut texts) = (String::new(), String::new(), Vec::new(), TextBudget::default());
    let wrong = |_| Error::Request("the form did not arrive whole");
    while let Some(part) = body.next_field().await.map_err(wrong)? {
        match part.name() {
            Some("token") => token = texts.read(part).await?,
            Some("key") => key = texts.read(part).await?,
            Some("text") => *text = texts.read(part).await?,
            Some("files") => {
                let bytes = read_file(part).await?;
                if bytes.is_empty() {
                    continue;
                }
                // Here and not below: what waits in memory is bounded by the sender's limit.
                count_file(app, record, visitor, &bytes)?;
                uploads.push(bytes);
            }
            _ => {}
        }
    }
    let body = Body::parse(text).map_err(|kind| Error::field("text", kind))?;
    let visit = visit(&read_token(app, record, &token)?);
    let key = uuid::Uuid::parse_str(&key).map_err(|_| Error::TokenExpired)?;
    if uploads.len() > 10 {
        return Err(Error::field("files", ProblemKind::TooMany { max: 10 }));
    }
    // Only now: who is limited has the text back, and what is refused for another reason does not count.
    app.limits.check(Action::Submit, visitor.address, &record.id)?;
    let taken = taken_types(record, inquiry);
    let mut ids = Vec::new();
    for bytes in uploads {
        if !FileType::sniff(&bytes).is_some_and(|kind| taken.contains(&kind)) {
            return Err(Error::field("files", ProblemKind::file_type(&taken)));
        }
        ids.push(files::receive(app, record, &visit, bytes).await?.id);
    }
    act(app, record, &inquiry.id, Actor::Sender, Deed::Add { body: &body, files: &ids, visit: &visit }, &key.to_string()).await?;
    Ok(())
}

/// Kinds of files that may be added: those of the topic's own form. A PDF can name its author, so from
/// somebody who chose not to be named only pictures are taken: they are drawn anew.
fn taken_types(record: &DistrictRecord, inquiry: &InquiryRecord) -> Vec<FileType> {
    let fields = record.district.topic(&inquiry.topic_id).map(|t| t.form.fields.as_slice()).unwrap_or_default();
    let mut types: Vec<FileType> = Vec::new();
    for field in fields {
        if let FieldKind::Files(rules) = &field.kind {
            types.extend(&rules.types);
        }
    }
    if types.is_empty() {
        types = FileType::ALL.to_vec();
    }
    types.retain(|t| t.is_image() || !inquiry.is_anonymous());
    types
}

/// `GET /{district}/i/{code}/withdrawal`: asks first, since a link must change nothing.
pub(super) async fn ask_withdrawal(
    State(app): State<Arc<App>>,
    Path((slug, code)): Path<(String, String)>,
    visitor: Visitor,
) -> Response {
    let (record, inquiry) = match find(&app, &slug, &code, &visitor).await {
        Ok(found) => found,
        Err(error) => return error_page(&app, &visitor, &error),
    };
    let locale = language(&visitor, &record, &inquiry);
    let phrases = locale::phrases(&locale);
    let (back, lang) = (format!("/{slug}/i/{}", tidy_code(&code)), locale.as_str().to_owned());
    let mut page = Page::new(&record, &locale, phrases.say(Say::SenderWithdraw));
    page.main = html(move || {
        let (action, back) = (format!("{back}/withdrawal?lang={lang}"), format!("{back}?lang={lang}"));
        view! {
            <main id="main" class="page">
                <h1>{phrases.say(Say::SenderWithdraw)}</h1>
                <p>{phrases.say(Say::SenderWithdrawHelp)}</p>
                <form method="post" action=action><button class="button" type="submit">{phrases.say(Say::SenderWithdrawSure)}</button></form>
                <p><a href=back>{phrases.say(Say::Back)}</a></p>
            </main>
        }
        .into_any()
    });
    page.respond(&app)
}

/// `POST /{district}/i/{code}/withdrawal`
pub(super) async fn withdraw(
    State(app): State<Arc<App>>,
    Path((slug, code)): Path<(String, String)>,
    visitor: Visitor,
) -> Response {
    let done = async {
        let (record, inquiry) = find(&app, &slug, &code, &visitor).await?;
        match act(&app, &record, &inquiry.id, Actor::Sender, Deed::Withdraw, "").await {
            // Closed already: what was wanted is so.
            Ok(_) | Err(Error::Conflict) => Ok(language(&visitor, &record, &inquiry)),
            Err(other) => Err(other),
        }
    };
    match done.await {
        Ok(locale) => {
            let to = format!("/{slug}/i/{}?lang={}", tidy_code(&code), locale.as_str());
            (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
        }
        Err(error) => error_page(&app, &visitor, &error),
    }
}

/// `GET /{district}/i/{code}/files/{file}`
pub(super) async fn file(
    State(app): State<Arc<App>>,
    Path((slug, code, file)): Path<(String, String, String)>,
    visitor: Visitor,
) -> Result<Response, Error> {
    let (record, inquiry) = find(&app, &slug, &code, &visitor).await?;
    let elsewhere = replies_elsewhere(&app, &record, &inquiry).await?;
    let of = elsewhere.iter().find(|(_, files)| files.iter().any(|f| f.id == file)).map(|(reply, _)| reply.inquiry_id.as_str());
    serve_file(&app, &record.id, of.unwrap_or(&inquiry.id), &file).await
}
