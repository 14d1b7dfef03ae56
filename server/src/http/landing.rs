//! Landing pages: who you are, what it is about, and each topic's form as plain HTML that posts to
//! itself. With WASM the form becomes the widget's, keeping what was typed.

use super::page::{Framing, Page, error_page, html, plain};
use super::public::{read_token, visit};
use super::upload::read_file;
use super::visitor::Visitor;
use crate::app::App;
use crate::error::Error;
use crate::files;
use crate::intake::{self, Submission};
use crate::limit::Action;
use crate::store::{DistrictRecord, FileRecord};
use crate::{card, locale};
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;
use porchlight_shared::contact::RawContact;
use porchlight_shared::district::{Campaign, Topic};
use porchlight_shared::form::{Field, FieldKind, RawAnswers};
use porchlight_shared::inquiry::RawSubmission;
use porchlight_shared::phrase::{Phrases, Say};
use porchlight_shared::problem::{FieldProblem, ProblemKind};
use porchlight_shared::status::{Channel, Kind, Relationship};
use porchlight_shared::text::Locale;
use porchlight_widget::field::{Around, ContactPart, FieldState, contact_view, field_view, group, input_id, school_view};
use porchlight_widget::flow;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// `GET /`
pub(super) async fn home(State(app): State<Arc<App>>, visitor: Visitor) -> Response {
    let phrases = visitor.any_phrases();
    let districts: Vec<(String, String)> =
        app.districts().iter().map(|d| (format!("/{}", d.district.slug), d.district.name.clone())).collect();
    let main = html(move || {
        let links =
            districts.into_iter().map(|(href, name)| view! { <li><a class="row" href=href><strong>{name}</strong></a></li> });
        view! {
            <main id="main" class="page">
                <h1>{phrases.say(Say::PageHome)}</h1>
                <p class="lead">{phrases.say(Say::PageHomeText)}</p>
                <h2>{phrases.say(Say::PageDistricts)}</h2>
                <ul class="rows">{links.collect::<Vec<_>>()}</ul>
            </main>
        }
        .into_any()
    });
    let lang = if std::ptr::eq(phrases, locale::english()) { "en" } else { "es" };
    plain(&app, lang, StatusCode::OK, "Porchlight", "", &main)
}

/// `GET /demo`: a stand-in school site that embeds the widget.
pub(super) async fn demo(State(app): State<Arc<App>>) -> Response {
    let Some(record) = app.districts().into_iter().next() else {
        return plain(
            &app,
            "en",
            StatusCode::OK,
            "Demo",
            "",
            "<main id=\"main\" class=\"page\"><h1>No district yet</h1><p>Load one with <code>porchlight demo</code>.</p></main>",
        );
    };
    const SITE: &str = include_str!("../../../static/demo/site.html");
    let page = SITE
        .replace("{css}", &crate::assets::url("demo.css"))
        .replace("{base}", app.public_url())
        .replace("{district}", &record.district.slug)
        .replace("{name}", &crate::mail::escape(&record.district.name));
    let policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; frame-src 'self'; base-uri 'none'";
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, policy)], page).into_response()
}

#[derive(Deserialize)]
pub(super) struct TopicsQuery {
    who: Option<String>,
    q: Option<String>,
    school: Option<String>,
}

/// `GET /{district}`
pub(super) async fn topics(
    State(app): State<Arc<App>>,
    Path(slug): Path<String>,
    visitor: Visitor,
    Query(query): Query<TopicsQuery>,
) -> Response {
    match app.district(&slug) {
        Ok(record) => door(&app, &record, &visitor, &query, None),
        Err(error) => error_page(&app, &visitor, &error),
    }
}

/// `GET /{district}/c/{campaign}`
pub(super) async fn campaign(
    State(app): State<Arc<App>>,
    Path((slug, id)): Path<(String, String)>,
    visitor: Visitor,
    Query(query): Query<TopicsQuery>,
) -> Response {
    let Ok(record) = app.district(&slug) else { return error_page(&app, &visitor, &Error::NotFound) };
    match record.district.campaign(&id) {
        Some(campaign) => door(&app, &record, &visitor, &query, Some(campaign)),
        None => error_page(&app, &visitor, &Error::NotFound),
    }
}

pub(super) const fn who_says(who: Relationship) -> Say {
    match who {
        Relationship::Parent => Say::WhoParent,
        Relationship::Student => Say::WhoStudent,
        Relationship::Employee => Say::WhoEmployee,
        Relationship::Community => Say::WhoCommunity,
    }
}

const fn kind_says(kind: Kind) -> Say {
    match kind {
        Kind::Question => Say::KindQuestion,
        Kind::Comment => Say::KindComment,
        Kind::Concern => Say::KindConcern,
        Kind::Suggestion => Say::KindSuggestion,
        Kind::Compliment => Say::KindCompliment,
    }
}

/// The first page of a district or of one of its campaigns.
fn door(app: &App, record: &DistrictRecord, visitor: &Visitor, query: &TopicsQuery, campaign: Option<&Campaign>) -> Response {
    let locale = visitor.locale(record);
    let district = &record.district;
    let who = query.who.as_deref().and_then(Relationship::parse);
    let path = campaign.map_or_else(|| format!("/{}", district.slug), |c| format!("/{}/c/{}", district.slug, c.id));
    let greeting = campaign.map_or(&district.brand.greeting, |c| &c.greeting).get(&locale).to_owned();
    let title = campaign.map_or_else(|| district.brand.button.get(&locale), |c| c.label.get(&locale)).to_owned();
    let mut page = Page::new(record, &locale, title.clone());
    page.description.clone_from(&greeting);
    page.card = Some(format!("/{}/card.png", district.slug)).filter(|_| campaign.is_none());
    page.accent = campaign.map(|c| c.accent.as_str());
    page.framing = Framing::Sites;
    let only = campaign.map(|c| c.topics.as_slice());
    let search = query.q.clone().unwrap_or_default();
    let view = DoorView {
        phrases: page.phrases(),
        title,
        greeting,
        who: who_links(record, &locale, &path, who),
        groups: topic_groups(record, &locale, who, query.school.as_deref(), only, &search),
        search,
        chosen: who,
        path: path.clone(),
        lang: locale.as_str().to_owned(),
        emergency: campaign.map(|_| district.emergency.get(&locale).to_owned()),
        notices: district.notices.iter().filter(|n| n.topic.is_none()).map(|n| n.text.get(&locale).to_owned()).collect(),
    };
    page.main = html(move || view.into_any_view());
    page.path = path;
    page.respond(app)
}

type Link = (String, String, bool);

fn who_links(record: &DistrictRecord, locale: &Locale, path: &str, chosen: Option<Relationship>) -> Vec<Link> {
    let phrases = locale::phrases(locale);
    let each = |who: &Relationship| {
        (
            format!("{path}?who={}&lang={}", who.as_str(), locale.as_str()),
            phrases.say(who_says(*who)).to_owned(),
            chosen == Some(*who),
        )
    };
    record.district.relationships.iter().map(each).collect()
}

struct TopicLink {
    href: String,
    label: String,
    about: String,
}

/// Topics by category, in the district's order; the most popular of each first.
fn topic_groups(
    record: &DistrictRecord,
    locale: &Locale,
    who: Option<Relationship>,
    school: Option<&str>,
    only: Option<&[String]>,
    search: &str,
) -> Vec<(String, Vec<TopicLink>)> {
    let district = record.district.only(locale);
    let offered = flow::offered(&district, who, school, only, search);
    let suffix = who.map_or_else(String::new, |w| format!("&who={}", w.as_str()));
    let in_category = |id: &str| {
        let topics = offered.iter().filter(|t| t.category == id);
        topics
            .map(|t| TopicLink {
                href: format!("/{}/{}?lang={}{suffix}", district.slug, t.id, locale.as_str()),
                label: t.label.get(locale).to_owned(),
                about: t.about.get(locale).to_owned(),
            })
            .collect::<Vec<_>>()
    };
    let groups = record.district.categories.iter().map(|c| (c.label.get(locale).to_owned(), in_category(&c.id)));
    groups.filter(|(_, topics)| !topics.is_empty()).collect()
}

struct DoorView {
    phrases: &'static Phrases,
    title: String,
    greeting: String,
    who: Vec<Link>,
    groups: Vec<(String, Vec<TopicLink>)>,
    search: String,
    chosen: Option<Relationship>,
    path: String,
    lang: String,
    emergency: Option<String>,
    notices: Vec<String>,
}

impl DoorView {
    fn into_any_view(self) -> AnyView {
        let phrases = self.phrases;
        let who = self.who.into_iter().map(|(href, text, here)| {
            view! { <li><a class="chip" href=href aria-current=here.then_some("true")>{text}</a></li> }
        });
        let none = self.groups.is_empty();
        let groups = self.groups.into_iter().map(|(label, topics)| {
            let rows = topics
                .into_iter()
                .map(|t| view! { <li><a class="row" href=t.href><strong>{t.label}</strong><span>{t.about}</span></a></li> });
            view! { <section><h3>{label}</h3><ul class="rows">{rows.collect::<Vec<_>>()}</ul></section> }
        });
        let groups: Vec<_> = groups.collect();
        view! {
            <main id="main" class="page">
                <h1>{self.title}</h1>
                <p class="lead">{self.greeting}</p>
                {self.emergency.map(|text| view! { <p class="emergency" role="note">{text}</p> })}
                {self.notices.into_iter().map(|text| view! { <p class="notice" role="note">{text}</p> }).collect::<Vec<_>>()}
                <h2>{phrases.say(Say::WhoTitle)}</h2>
                <ul class="chips">{who.collect::<Vec<_>>()}</ul>
                <h2>{phrases.say(Say::TopicTitle)}</h2>
                <form class="search" role="search" action=self.path method="get">
                    <label for="q">{phrases.say(Say::TopicSearch)}</label>
                    <div class="search-line">
                        <input class="input" id="q" name="q" type="search" value=self.search />
                        <input type="hidden" name="lang" value=self.lang />
                        {self.chosen.map(|w| view! { <input type="hidden" name="who" value=w.as_str() /> })}
                        <button class="button quiet" type="submit">{phrases.say(Say::PageSearchButton)}</button>
                    </div>
                </form>
                {none.then(|| view! { <p role="status">{phrases.say(Say::TopicNone)}</p> })}
                {groups}
            </main>
        }
        .into_any()
    }
}

#[derive(Deserialize, Default)]
pub(super) struct FormQuery {
    who: Option<String>,
    school: Option<String>,
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
    form_page(&record, &visitor, topic, &posted, Told::default()).respond(&app)
}

/// What a form posted, as text by input name, and the files that were kept.
#[derive(Default)]
struct Posted {
    values: BTreeMap<String, Vec<String>>,
    /// Files that arrived with this or an earlier try, by field.
    files: BTreeMap<String, Vec<FileRecord>>,
    token: String,
    key: String,
    trap: String,
}

impl Posted {
    fn set(&mut self, name: &str, value: String) {
        if !value.is_empty() {
            self.values.insert(name.to_owned(), vec![value]);
        }
    }

    fn first(&self, name: &str) -> &str {
        self.values.get(name).and_then(|v| v.first()).map_or("", String::as_str)
    }

    fn text(&self, name: &str) -> Option<String> {
        Some(self.first(name).to_owned()).filter(|t| !t.trim().is_empty())
    }

    /// The answers of the form's fields, without those that their conditions hide.
    fn answers(&self, topic: &Topic) -> RawAnswers {
        let mut answers = RawAnswers::new();
        for field in &topic.form.fields {
            let values: Vec<String> = match &field.kind {
                FieldKind::Files(_) => self.files.get(&field.id).into_iter().flatten().map(|f| f.id.clone()).collect(),
                _ => self.values.get(&field.id).cloned().unwrap_or_default(),
            };
            answers.extend(field.read(&values).map(|answer| (field.id.clone(), answer)));
        }
        topic.form.keep_shown(&mut answers);
        answers
    }

    fn submission(&self, topic: &Topic, locale: &Locale) -> RawSubmission {
        let anonymous = topic.anonymous && self.first("contact") == "anonymous";
        let contact =
            RawContact { name: self.text("contact.name"), email: self.text("contact.email"), phone: self.text("contact.phone") };
        RawSubmission {
            topic: topic.id.clone(),
            school: self.text("school"),
            relationship: self.first("relationship").to_owned(),
            kind: self.text("kind").filter(|_| topic.kind.is_none()),
            locale: locale.as_str().to_owned(),
            answers: self.answers(topic),
            contact: (!anonymous).then_some(contact),
        }
    }
}

/// What the page tells besides the form.
#[derive(Default)]
struct Told {
    problems: Vec<FieldProblem>,
    /// A sentence above the form.
    message: Option<String>,
    status: StatusCode,
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
    if let Err(error) = receive(&app, &record, topic, body, &mut posted, &mut told).await {
        return error_page(&app, &visitor, &error);
    }
    match take(&app, &record, &visitor, topic, &posted, &mut told).await {
        Ok(code) => {
            let locale = visitor.locale(&record);
            let to = format!("/{slug}/i/{code}?sent=1&lang={}", locale.as_str());
            (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
        }
        Err(error) => again(&app, &record, &visitor, topic, posted, told, &error),
    }
}

/// Reads the posted form, keeping files at once: a second try must not ask for them again.
async fn receive(
    app: &App,
    record: &DistrictRecord,
    topic: &Topic,
    mut body: Multipart,
    posted: &mut Posted,
    told: &mut Told,
) -> Result<(), Error> {
    let wrong = |_| Error::Request("the form did not arrive whole");
    let mut dropped: Vec<String> = Vec::new();
    while let Some(part) = body.next_field().await.map_err(wrong)? {
        let name = part.name().unwrap_or("").to_owned();
        if part.file_name().is_some() {
            let field = name.strip_prefix("file.").unwrap_or("").to_owned();
            let known = topic.form.field(&field).is_some_and(|f| matches!(f.kind, FieldKind::Files(_)));
            let bytes = match read_file(part).await {
                Ok(bytes) if bytes.is_empty() || !known => continue,
                Ok(bytes) => bytes,
                Err(Error::Fields(problems)) => {
                    told.problems.extend(problems.into_iter().map(|p| FieldProblem::new(&field, p.kind)));
                    continue;
                }
                Err(other) => return Err(other),
            };
            keep_file(app, record, posted, told, &field, bytes).await?;
            continue;
        }
        let value = part.text().await.map_err(wrong)?;
        match name.as_str() {
            "token" => posted.token = value,
            "key" => posted.key = value,
            "homepage" => posted.trap = value,
            "drop" => dropped.push(value),
            _ => match name.strip_prefix("kept.") {
                Some(field) => keep_again(app, record, posted, field, &value, &dropped).await?,
                None => posted.values.entry(name).or_default().push(value),
            },
        }
    }
    Ok(())
}

async fn keep_file(
    app: &App,
    record: &DistrictRecord,
    posted: &mut Posted,
    told: &mut Told,
    field: &str,
    bytes: bytes::Bytes,
) -> Result<(), Error> {
    // A visit that expired is renewed with the same files; one that is not ours gets none.
    let Some(token) = app.secrets.read_token(&record.id, &posted.token) else { return Ok(()) };
    match files::receive(app, record, &visit(&token), bytes).await {
        Ok(file) => posted.files.entry(field.to_owned()).or_default().push(file),
        Err(Error::Fields(problems)) => told.problems.extend(problems.into_iter().map(|p| FieldProblem::new(field, p.kind))),
        Err(other) => return Err(other),
    }
    Ok(())
}

/// A file of an earlier try, unless its box was taken away.
async fn keep_again(
    app: &App,
    record: &DistrictRecord,
    posted: &mut Posted,
    field: &str,
    id: &str,
    dropped: &[String],
) -> Result<(), Error> {
    let Some(token) = app.secrets.read_token(&record.id, &posted.token) else { return Ok(()) };
    let sent = app.db.files_of_token(&record.id, &visit(&token)).await?;
    if let Some(file) = sent.into_iter().find(|f| f.id == id && !dropped.contains(&f.id)) {
        posted.files.entry(field.to_owned()).or_default().push(file);
    }
    Ok(())
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
    app.limits.check(Action::Submit, visitor.address, &record.id)?;
    app.limits.check_district(&record.id)?;
    if !posted.trap.is_empty() {
        return Err(Error::Automated);
    }
    let locale = visitor.locale(record);
    let raw = posted.submission(topic, &locale);
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
        visit: visit(&token),
        entered_by: None,
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
        Error::Automated => told.message = Some(phrases.say(Say::PageAutomated).to_owned()),
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
    let view = FormView { record, topic, posted, told: &told, around: &around, path: &path };
    let main = html(|| view.render(phrases));
    OwnedPage {
        record,
        locale: locale.clone(),
        title: topic.label.get(&locale).to_owned(),
        description: topic.about.get(&locale).to_owned(),
        safety: topic.safety,
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
        page.framing = Framing::Sites;
        page.script = (!self.safety).then_some("landing.js");
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

struct FormView<'a> {
    record: &'a DistrictRecord,
    topic: &'a Topic,
    posted: &'a Posted,
    told: &'a Told,
    around: &'a Around,
    path: &'a str,
}

impl FormView<'_> {
    fn state(&self, name: &str) -> FieldState {
        let problem = self.told.problems.iter().find(|p| p.field == name).map(|p| p.kind.sentence(&self.around.phrases));
        FieldState::new(self.posted.values.get(name).cloned().unwrap_or_default(), problem)
    }

    fn render(&self, phrases: &'static Phrases) -> AnyView {
        let locale = &self.around.locale;
        let district = &self.record.district;
        let text = |texts: &porchlight_shared::text::Texts| Some(texts.get(locale).to_owned()).filter(|t| !t.is_empty());
        let notices: Vec<String> = district
            .notices
            .iter()
            .filter(|n| n.topic.as_deref().is_none_or(|t| t == self.topic.id))
            .map(|n| n.text.get(locale).to_owned())
            .collect();
        let leave = self.topic.safety.then(|| district.website.clone()).flatten();
        let emergency = self.topic.safety.then(|| district.emergency.get(locale).to_owned());
        let action = format!("{}?lang={}", self.path, locale.as_str());
        view! {
            <main id="main" class="page">
                {leave.map(|site| view! { <a class="leave" href=site rel="noreferrer" accesskey="q">{phrases.say(Say::LeaveQuickly)}</a> })}
                {emergency.map(|text| view! { <p class="emergency" role="note">{text}</p> })}
                <h1>{self.topic.label.get(locale).to_owned()}</h1>
                {text(&self.topic.intro).map(|text| view! { <p class="lead">{text}</p> })}
                {notices.into_iter().map(|text| view! { <p class="notice" role="note">{text}</p> }).collect::<Vec<_>>()}
                {self.told.message.clone().map(|text| view! { <p class="notice" role="status">{text}</p> })}
                {self.summary(phrases)}
                <form class="form" method="post" action=action enctype="multipart/form-data" novalidate
                    data-district=district.slug.clone() data-topic=self.topic.id.clone() data-lang=locale.as_str().to_owned()>
                    <input type="hidden" name="token" value=self.posted.token.clone() />
                    <input type="hidden" name="key" value=self.posted.key.clone() />
                    <div class="trap" aria-hidden="true">
                        <label for="homepage">{phrases.say(Say::LeaveEmpty)}</label>
                        <input id="homepage" name="homepage" tabindex="-1" autocomplete="off" value=self.posted.trap.clone() />
                    </div>
                    {self.who(phrases)}
                    {self.kind(phrases)}
                    {self.school()}
                    {self.fields()}
                    {self.contact(phrases)}
                    <button class="button" type="submit">{phrases.say(Say::Send)}</button>
                </form>
            </main>
        }
        .into_any()
    }

    /// The error summary: each problem a link to its field.
    fn summary(&self, phrases: &'static Phrases) -> AnyView {
        let problems = &self.told.problems;
        if problems.is_empty() {
            return ().into_any();
        }
        let title = match problems.len() {
            1 => phrases.say(Say::MendOne).to_owned(),
            n => phrases.fill(Say::MendMany, &[&n.to_string()]),
        };
        let each = |p: &FieldProblem| {
            let label = self.label(&p.field, phrases);
            let name = if p.field == "contact" { "contact.email" } else { &p.field };
            let href = format!("#{}", input_id(name));
            view! { <li><a href=href>{label}" – "{p.kind.sentence(&self.around.phrases)}</a></li> }
        };
        let links: Vec<_> = problems.iter().map(each).collect();
        view! { <div class="summary" role="alert" tabindex="-1"><h2>{title}</h2><ul>{links}</ul></div> }.into_any()
    }

    fn label(&self, field: &str, phrases: &Phrases) -> String {
        let say = match field {
            "relationship" => Say::WhoTitle,
            "kind" => Say::KindTitle,
            "school" => Say::SchoolTitle,
            "contact" => Say::ContactTitle,
            "contact.name" => Say::ContactName,
            "contact.email" => Say::ContactEmail,
            "contact.phone" => Say::ContactPhone,
            _ => return self.topic.form.field(field).map_or(field, |f| f.label.get(&self.around.locale)).to_owned(),
        };
        phrases.say(say).to_owned()
    }

    fn who(&self, phrases: &Phrases) -> AnyView {
        let offered = self.record.district.relationships.iter().filter(|w| self.topic.is_for(**w));
        let options: Vec<(String, String)> =
            offered.map(|w| (w.as_str().to_owned(), phrases.say(who_says(*w)).to_owned())).collect();
        group(
            "relationship",
            phrases.say(Say::WhoTitle).to_owned(),
            None,
            String::new(),
            self.state("relationship"),
            &options,
            false,
        )
    }

    fn kind(&self, phrases: &Phrases) -> AnyView {
        if self.topic.kind.is_some() {
            return ().into_any();
        }
        let options: Vec<(String, String)> =
            self.record.district.kinds.iter().map(|k| (k.as_str().to_owned(), phrases.say(kind_says(*k)).to_owned())).collect();
        group("kind", phrases.say(Say::KindTitle).to_owned(), None, String::new(), self.state("kind"), &options, false)
    }

    fn school(&self) -> AnyView {
        if flow::form_asks_school(self.topic) || self.around.schools.is_empty() {
            return ().into_any();
        }
        school_view(self.state("school"), self.around)
    }

    /// The fields that are shown by what was answered so far, each told as asked.
    fn fields(&self) -> AnyView {
        let shown = self.topic.form.shown(&self.posted.answers(self.topic));
        let each = |field: &Field| {
            let asked = field.id.clone();
            view! {
                <input type="hidden" name="asked" value=asked />
                {field_view(field, self.state(&field.id), self.around, || self.files(field))}
            }
            .into_any()
        };
        self.topic.form.fields.iter().zip(shown).filter(|(_, shown)| *shown).map(|(f, _)| each(f)).collect::<Vec<_>>().into_any()
    }

    fn files(&self, field: &Field) -> AnyView {
        let FieldKind::Files(rules) = &field.kind else { return ().into_any() };
        let accept = rules.types.iter().map(|t| t.media_type()).collect::<Vec<_>>().join(",");
        let kept = self.posted.files.get(&field.id).into_iter().flatten().map(|file| {
            let (name, id) = (format!("kept.{}", field.id), file.id.clone());
            view! {
                <li><label class="choice"><input type="checkbox" name=name value=id checked /><span>{self.around.phrases.fill(Say::PageKeptFile, &[&file.name])}</span></label></li>
            }
        });
        let kept: Vec<_> = kept.collect();
        let (name, id) = (format!("file.{}", field.id), input_id(&field.id));
        let described = format!("{id}-problem {id}-help");
        view! {
            <ul class="kept">{kept}</ul>
            <input class="file" type="file" id=id name=name accept=accept multiple={rules.max_count > 1} aria-describedby=described />
        }
        .into_any()
    }

    fn contact(&self, phrases: &'static Phrases) -> AnyView {
        let ways: Vec<(String, String)> = [("named", Say::ContactLeave), ("anonymous", Say::ContactAnonymous)]
            .map(|(id, say)| (id.to_owned(), phrases.say(say).to_owned()))
            .to_vec();
        let choice = self.topic.anonymous.then(|| {
            let mut state = self.posted.values.get("contact").cloned().unwrap_or_default();
            if state.is_empty() && self.posted.first("contact.email").is_empty() {
                // A safety topic promises not to ask for a name first.
                state.push(String::from(if self.topic.safety { "anonymous" } else { "named" }));
            }
            let help = phrases.say(Say::ContactAnonymousWhy).to_owned();
            group("contact", phrases.say(Say::ContactTitle).to_owned(), None, help, FieldState::new(state, None), &ways, false)
        });
        let parts = [ContactPart::Name, ContactPart::Email, ContactPart::Phone];
        let inputs: Vec<AnyView> = parts.into_iter().map(|part| contact_view(part, self.contact_state(part), phrases)).collect();
        view! {
            <section class="contact" aria-labelledby="contact-title">
                <h2 id="contact-title">{phrases.say(Say::ContactTitle)}</h2>
                <p class="help">{phrases.say(Say::ContactWhy)}</p>
                {choice}
                {inputs}
            </section>
        }
        .into_any()
    }

    /// That no contact was left is told at the e-mail address.
    fn contact_state(&self, part: ContactPart) -> FieldState {
        let state = self.state(part.field());
        let missing = self.told.problems.iter().find(|p| p.field == "contact" || p.kind == ProblemKind::NoContact);
        if let (ContactPart::Email, Some(problem)) = (part, missing) {
            state.problem.set(Some(problem.kind.sentence(&self.around.phrases)));
        }
        state
    }
}

/// `GET /{district}/card.png`
pub(super) async fn district_card(
    State(app): State<Arc<App>>,
    Path(slug): Path<String>,
    visitor: Visitor,
) -> Result<Response, Error> {
    let record = app.district(&slug)?;
    let locale = visitor.locale(&record);
    let brand = &record.district.brand;
    picture(&record, brand.button.get(&locale), brand.greeting.get(&locale))
}

/// `GET /{district}/{topic}/card.png`
pub(super) async fn topic_card(
    State(app): State<Arc<App>>,
    Path((slug, topic)): Path<(String, String)>,
    visitor: Visitor,
) -> Result<Response, Error> {
    let record = app.district(&slug)?;
    let locale = visitor.locale(&record);
    let topic = record.district.topic(&topic).ok_or(Error::NotFound)?;
    picture(&record, topic.label.get(&locale), topic.about.get(&locale))
}

fn picture(record: &DistrictRecord, headline: &str, line: &str) -> Result<Response, Error> {
    let png = card::draw(&record.district.name, headline, line, &record.district.brand.accent)
        .map_err(|e| Error::Corrupt(e.to_string()))?;
    let headers = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "public, max-age=3600")];
    let mut response = (headers, png).into_response();
    response.headers_mut().insert("cross-origin-resource-policy", axum::http::HeaderValue::from_static("cross-origin"));
    Ok(response)
}
