//! A topic's form as plain HTML that posts to itself. With WASM it becomes the widget's form, keeping what
//! was typed.

use super::form_view::FormView;
use super::page::{Framing, Page, Switch, error_page, html};
use super::posted::{Posted, Told, receive};
use super::public::{read_token, visit};
use super::visitor::Visitor;
use crate::app::App;
use crate::error::Error;
use crate::intake::{self, Submission};
use crate::locale;
use crate::store::DistrictRecord;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use porchlight_shared::district::{Campaign, Topic};
use porchlight_shared::phrase::Say;
use porchlight_shared::problem::{FieldProblem, ProblemKind};
use porchlight_shared::status::Channel;
use porchlight_shared::text::Locale;
use porchlight_widget::answer::READ;
use porchlight_widget::field::{Around, ContactPart};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize, Default)]
pub(super) struct FormQuery {
    who: Option<String>,
    school: Option<String>,
    /// The answer from which somebody came, which did not help.
    read: Option<String>,
}

/// `GET /{district}/{topic}`
pub(super) async fn form(
    State(app): State<Arc<App>>,
    Path((slug, topic)): Path<(String, String)>,
    visitor: Visitor,
    Query(query): Query<FormQuery>,
) -> Response {
    let Ok(record) = app.district(&slug) else { return error_page(&app, &visitor, &Error::NotFound) };
    let Some(topic) = record.district.topic(&topic) else { return error_page(&app, &visitor, &Error::NotFound) };
    let mut posted = Posted { key: uuid::Uuid::new_v4().to_string(), ..Posted::default() };
    posted.token = app.secrets.token(&record.id, app.now());
    posted.set("relationship", query.who.unwrap_or_default());
    posted.set("school", query.school.unwrap_or_default());
    posted.set(READ, query.read.unwrap_or_default());
    form_page(&record, &visitor, topic, &posted, Told::default()).respond(&app)
}

/// `POST /{district}/{topic}`
pub(super) async fn submit(
    State(app): State<Arc<App>>,
    Path((slug, topic)): Path<(String, String)>,
    visitor: Visitor,
    body: Multipart,
) -> Response {
    let Ok(record) = app.district(&slug) else { return error_page(&app, &visitor, &Error::NotFound) };
    let Some(topic) = record.district.topic(&topic) else { return error_page(&app, &visitor, &Error::NotFound) };
    let mut posted = Posted::default();
    let mut told = Told { status: StatusCode::UNPROCESSABLE_ENTITY, ..Told::default() };
    match receive(&app, &record, &visitor, topic, body, &mut posted, &mut told).await {
        Ok(()) => {}
        Err(error @ Error::TooMany { .. }) => return again(&app, &record, &visitor, topic, posted, told, &error),
        Err(error) => return error_page(&app, &visitor, &error),
    }
    if posted.values.contains_key("switch") {
        // Another language, with everything typed so far.
        return form_page(&record, &visitor, topic, &posted, Told::default()).respond(&app);
    }
    match take(&app, &record, &visitor, topic, &posted, &mut told).await {
        // The code of a safety tip stays out of addresses, and so out of the browser's history.
        Ok(code) if topic.safety => super::sender::receipt(&app, &record, &code, &visitor).await,
        Ok(code) => {
            let locale = visitor.locale(&record);
            let to = format!("/{slug}/i/{code}?sent=1&lang={}", locale.as_str());
            (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
        }
        Err(error) => again(&app, &record, &visitor, topic, posted, told, &error),
    }
}

/// Sends it in. Returns the sender's code.
async fn take(
    app: &App,
    record: &DistrictRecord,
    visitor: &Visitor,
    topic: &Topic,
    posted: &Posted,
    told: &mut Told,
) -> Result<String, Error> {
    if !posted.trap.is_empty() {
        return Err(Error::Automated);
    }
    let locale = visitor.locale(record);
    let raw = posted.submission(topic, &locale);
    if raw.contact.is_none() && ContactPart::ALL.iter().any(|part| posted.text(part.field()).is_some()) {
        // Neither a name that was meant to stay out, nor a way to reply that was meant, is dropped unasked.
        let hint = locale::phrases(&locale).say(Say::PageContactOrNot).to_owned();
        told.problems.push(FieldProblem::new("contact.way", ProblemKind::Pattern { hint }));
    }
    if !told.problems.is_empty() {
        let more = raw.parse(&record.district).err().unwrap_or_default();
        return Err(Error::Fields(told.problems.drain(..).chain(more).collect()));
    }
    // Without scripts, a condition shows its question only after a round trip.
    let answers = raw.answers.clone();
    let shown = topic.form.shown(&answers);
    let asked = posted.values.get("asked").cloned().unwrap_or_default();
    let fresh = topic.form.fields.iter().zip(shown).any(|(f, shown)| shown && !asked.contains(&f.id));
    if fresh {
        let unasked = |p: &FieldProblem| topic.form.field(&p.field).is_none() || asked.contains(&p.field);
        told.message = Some(locale::phrases(&locale).say(Say::PageMore).to_owned());
        return Err(Error::Fields(raw.parse(&record.district).err().unwrap_or_default().into_iter().filter(unasked).collect()));
    }
    let token = read_token(app, record, &posted.token)?;
    let key = uuid::Uuid::parse_str(&posted.key).map_err(|_| Error::TokenExpired)?;
    let submission = Submission {
        district: record,
        raw,
        channel: Channel::Landing,
        key: key.to_string(),
        page: None,
        address: Some(visitor.address),
        visit: visit(&token),
        entered_by: None,
        read: posted.values.get(READ).cloned().unwrap_or_default(),
        at: app.now(),
    };
    Ok(intake::submit(app, submission).await?.code)
}

/// The form once more, with everything kept and what is wrong said where it is.
fn again(
    app: &App,
    record: &DistrictRecord,
    visitor: &Visitor,
    topic: &Topic,
    mut posted: Posted,
    mut told: Told,
    error: &Error,
) -> Response {
    let phrases = visitor.phrases(record);
    error.log();
    told.status = error.status();
    match error {
        Error::Fields(problems) => told.problems.clone_from(problems),
        Error::TokenExpired => {
            posted.token = app
                .secrets
                .renew(&record.id, &posted.token, app.now())
                .unwrap_or_else(|| app.secrets.token(&record.id, app.now()));
            if uuid::Uuid::parse_str(&posted.key).is_err() {
                posted.key = uuid::Uuid::new_v4().to_string();
            }
            told.message = Some(phrases.say(Say::PageExpired).to_owned());
        }
        Error::Automated => {
            // A browser may have filled it in by itself: the next try must not find it again.
            posted.trap.clear();
            told.message = Some(phrases.say(Say::PageAutomated).to_owned());
        }
        Error::TooMany { .. } => {
            told.message = Some(phrases.fill(Say::FailLimited, &[&error.retry_after().unwrap_or(1).to_string()]))
        }
        Error::KeyReused => {
            // The same page was sent before with other words: this is a new inquiry.
            posted.key = uuid::Uuid::new_v4().to_string();
            told.message = Some(phrases.say(Say::PageExpired).to_owned());
        }
        _ => told.message = Some(phrases.say(Say::FailServer).to_owned()),
    }
    let mut response = form_page(record, visitor, topic, &posted, told).respond(app);
    error.mark(&mut response);
    response
}

fn form_page<'a>(record: &'a DistrictRecord, visitor: &Visitor, topic: &Topic, posted: &Posted, told: Told) -> OwnedPage<'a> {
    let locale = visitor.locale(record);
    let phrases = locale::phrases(&locale);
    let district = &record.district;
    let path = format!("/{}/{}", district.slug, topic.id);
    let around = around(record, topic, &locale);
    let campaign = visitor.campaign(record, &topic.id);
    let view = FormView { record, topic, posted, told: &told, around: &around, path: &path, campaign };
    let main = html(|| view.render(phrases));
    OwnedPage {
        record,
        locale: locale.clone(),
        title: match told.problems.len() {
            0 => topic.label.get(&locale).to_owned(),
            // Heard first by those who hear the page: something is to be done.
            count => format!("{} · {}", phrases.fill(Say::Mend, &[&count.to_string()]), topic.label.get(&locale)),
        },
        description: topic.about.get(&locale).to_owned(),
        safety: topic.safety,
        campaign,
        path,
        main,
        status: told.status,
        topic: topic.id.clone(),
    }
}

/// A finished form page; its locale lives as long as it does.
struct OwnedPage<'a> {
    record: &'a DistrictRecord,
    locale: Locale,
    title: String,
    description: String,
    /// Safety topics keep no code in the browser.
    safety: bool,
    campaign: Option<&'a Campaign>,
    path: String,
    topic: String,
    main: String,
    status: StatusCode,
}

impl OwnedPage<'_> {
    fn respond(self, app: &App) -> Response {
        let mut page = Page::new(self.record, &self.locale, self.title);
        page.description = self.description;
        page.card = Some(format!("/{}/{}/card.png", self.record.district.slug, self.topic));
        page.path = self.path;
        page.campaign = self.campaign;
        page.switch = Switch::Form;
        // A safety topic is on our own origin only, and its receipt would not be shown in a frame.
        page.framing = if self.safety { Framing::Nobody } else { Framing::Sites };
        page.script = Some(if self.safety { "leave.js" } else { "landing.js" });
        page.status = self.status;
        page.main = self.main;
        page.respond(app)
    }
}

pub(super) fn around(record: &DistrictRecord, topic: &Topic, locale: &Locale) -> Around {
    Around {
        locale: locale.clone(),
        phrases: Arc::new(locale::phrases(locale).clone()),
        schools: Arc::new(record.district.schools_for(topic).map(|s| (s.id.clone(), s.name.clone())).collect()),
        grades: Arc::new(record.district.grades.iter().map(|g| (g.id.clone(), g.label.get(locale).to_owned())).collect()),
    }
}
