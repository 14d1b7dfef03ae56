//! Published answers for everybody: pages that search engines and social links can show, and what other programs read.

use super::guard::allows;
use super::page::{Framing, Page, error_page, html, picture};
use super::public::cached;
use super::visitor::Visitor;
use crate::app::App;
use crate::error::Error;
use crate::limit::Action;
use crate::locale;
use crate::published::day;
use crate::store::{AnswerRecord, DistrictRecord};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use leptos::prelude::*;
use porchlight_shared::calendar::Calendar;
use porchlight_shared::inquiry::shorten;
use porchlight_shared::phrase::{Phrases, Say};
use porchlight_shared::text::Locale;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Counts that an answer was somebody's.
async fn count(app: &App, record: &DistrictRecord, visitor: &Visitor, slug: &str) -> Result<(), Error> {
    let answer = record.answer(slug, &visitor.locale(record)).ok_or(Error::NotFound)?;
    app.limits.check(Action::Settled, visitor.address, &answer.id)?;
    let mut tx = app.db.begin().await?;
    tx.count_settled(&record.id, &answer.id, &day(record, app.now()).to_string()).await?;
    tx.commit().await
}

/// `POST /districts/{district}/answers/{slug}/settled`
pub(crate) async fn settled(
    State(app): State<Arc<App>>,
    Path((district, slug)): Path<(String, String)>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<StatusCode, Error> {
    let record = app.district(&district)?;
    // Another site cannot let its own visitors count.
    if headers.get(header::ORIGIN).is_some_and(|origin| !allows(&app, &district, origin)) {
        return Err(Error::Forbidden);
    }
    count(&app, &record, &visitor, &slug).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn url(app: &App, record: &DistrictRecord, answer: &AnswerRecord) -> String {
    format!("{}{}?lang={}", app.public_url(), path(record, answer), answer.locale)
}

fn path(record: &DistrictRecord, answer: &AnswerRecord) -> String {
    format!("/{}/a/{}", record.district.slug, answer.shown.slug)
}

#[derive(Deserialize)]
pub(crate) struct AnswersQuery {
    topic: Option<String>,
    school: Option<String>,
}

/// `GET /districts/{district}/answers`
pub(crate) async fn answers(
    State(app): State<Arc<App>>,
    Path(district): Path<String>,
    visitor: Visitor,
    Query(query): Query<AnswersQuery>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let record = app.district(&district)?;
    let locale = visitor.locale(&record);
    let wanted = |a: &&AnswerRecord| {
        query.topic.as_ref().is_none_or(|topic| a.shown.topic == *topic) && a.shown.is_at(query.school.as_deref())
    };
    let all = record.answers_in(&locale).filter(wanted).map(|a| {
        let shown = &a.shown;
        json!({
            "slug": shown.slug, "url": url(&app, &record, a), "topic": shown.topic, "school": shown.school,
            "locale": a.locale, "question": shown.question, "text": shown.text,
        })
    });
    let body = json!({ "answers": all.collect::<Vec<_>>() }).to_string();
    cached(&headers, "application/json", 60, body.into_bytes())
}

/// `GET /{district}/a`: all answers, by topic.
pub(super) async fn all(State(app): State<Arc<App>>, Path(slug): Path<String>, visitor: Visitor) -> Response {
    let Ok(record) = app.district(&slug) else { return error_page(&app, &visitor, &Error::NotFound) };
    let locale = visitor.locale(&record);
    let phrases = locale::phrases(&locale);
    let topics = record.district.topics.iter().filter_map(|topic| {
        let own: Vec<Line> = record.answers_in(&locale).filter(|a| a.shown.topic == topic.id).map(|a| line(&record, a)).collect();
        (!own.is_empty()).then(|| (topic.label.get(&locale).to_owned(), own))
    });
    let topics: Vec<_> = topics.collect();
    let title = phrases.say(Say::AnswersAll).to_owned();
    let mut page = Page::new(&record, &locale, title.clone());
    page.description = phrases.fill(Say::AnswersAllText, &[&record.district.name]);
    page.card = Some(format!("/{}/card.png", record.district.slug));
    page.path = format!("/{}/a", record.district.slug);
    page.framing = Framing::Sites;
    let lead = page.description.clone();
    let home = format!("/{}?lang={}", record.district.slug, locale.as_str());
    page.main = html(move || {
        let none = topics.is_empty().then(|| view! { <p>{phrases.say(Say::AnswersNone)}</p> });
        let groups = topics.into_iter().map(|(label, lines)| view! { <section><h2>{label}</h2>{rows(lines)}</section> });
        let groups: Vec<_> = groups.collect();
        view! {
            <main id="main" class="page">
                <h1>{title}</h1>
                <p class="lead">{lead}</p>
                {none}
                {groups}
                <p><a class="button quiet" href=home>{phrases.say(Say::AnswerAsk)}</a></p>
            </main>
        }
        .into_any()
    });
    page.respond(&app)
}

/// An answer in a list: where it is, its question, and for which school alone.
pub(super) type Line = (String, String, Option<String>);

pub(super) fn line(record: &DistrictRecord, answer: &AnswerRecord) -> Line {
    let school = answer.shown.school.as_deref().map(|id| record.school_name(id).to_owned());
    (format!("{}?lang={}", path(record, answer), answer.locale), answer.shown.question.clone(), school)
}

pub(super) fn rows(lines: Vec<Line>) -> AnyView {
    let each = lines
        .into_iter()
        .map(|(href, question, school)| view! { <li><a class="row" href=href><strong>{question}</strong><span>{school}</span></a></li> });
    view! { <ul class="rows">{each.collect::<Vec<_>>()}</ul> }.into_any()
}

#[derive(Deserialize)]
pub(super) struct AnswerQuery {
    thanks: Option<String>,
}

/// `GET /{district}/a/{slug}`
pub(super) async fn answer(
    State(app): State<Arc<App>>,
    Path((district, slug)): Path<(String, String)>,
    visitor: Visitor,
    Query(query): Query<AnswerQuery>,
) -> Response {
    let Ok(record) = app.district(&district) else { return error_page(&app, &visitor, &Error::NotFound) };
    let asked = visitor.locale(&record);
    let Some(answer) = record.answer(&slug, &asked) else { return gone(&app, &record, &visitor, &slug).await };
    let own = Locale::parse(&answer.locale).unwrap_or_else(|| asked.clone());
    let phrases = locale::phrases(&asked);
    let mut page = Page::new(&record, &asked, answer.shown.question.clone());
    page.description = beginning(&answer.shown.text);
    page.path = path(&record, answer);
    page.card = Some(format!("{}/card.png", page.path));
    page.framing = Framing::Sites;
    let all = record.answers.iter().filter(|other| other.shown.slug == slug);
    page.only_in = Some(all.map(|other| other.locale.clone()).collect());
    page.data = Some(structured(&app, &record, answer));
    let changed = Timestamp::from_millisecond(answer.changed_at).unwrap_or_default();
    let changed = Calendar::say_date(&day(&record, changed).to_string(), phrases).unwrap_or_default();
    let view = AnswerView {
        phrases,
        question: answer.shown.question.clone(),
        text: answer.shown.text.clone(),
        lang: (own != asked).then(|| own.as_str().to_owned()),
        other_language: (own != asked).then(|| phrases.fill(Say::AnswerOnly, &[locale::name(&own)])),
        school: answer.shown.school.as_deref().map(|id| record.school_name(id).to_owned()),
        changed: phrases.fill(Say::AnswerChanged, &[&changed]),
        action: format!("{}?lang={}", page.path, asked.as_str()),
        ask: ask(&record, answer, &asked),
        all: format!("/{}/a?lang={}", record.district.slug, asked.as_str()),
        thanked: query.thanks.is_some(),
    };
    page.main = html(move || view.into_any_view());
    page.respond(&app)
}

/// The way on for whom it did not help: its topic's form, or the district's door where the topic is gone.
fn ask(record: &DistrictRecord, answer: &AnswerRecord, locale: &Locale) -> String {
    let (district, lang) = (&record.district.slug, locale.as_str());
    match record.district.topic(&answer.shown.topic) {
        Some(topic) => format!("/{district}/{}?lang={lang}&read={}", topic.id, answer.shown.slug),
        None => format!("/{district}?lang={lang}"),
    }
}

/// One that was put away is told apart from one that never was: links to it are out in the world.
async fn gone(app: &App, record: &DistrictRecord, visitor: &Visitor, slug: &str) -> Response {
    let known = match app.db.is_retired(&record.id, slug).await {
        Ok(known) => known,
        Err(error) => return error_page(app, visitor, &error),
    };
    if !known {
        return error_page(app, visitor, &Error::NotFound);
    }
    let locale = visitor.locale(record);
    let phrases = locale::phrases(&locale);
    let mut page = Page::new(record, &locale, phrases.say(Say::AnswerGone));
    page.status = StatusCode::GONE;
    let home = format!("/{}?lang={}", record.district.slug, locale.as_str());
    page.main = html(move || {
        view! {
            <main id="main" class="page">
                <h1>{phrases.say(Say::AnswerGone)}</h1>
                <p>{phrases.say(Say::AnswerGoneText)}</p>
                <p><a class="button" href=home>{phrases.say(Say::AnswerAsk)}</a></p>
            </main>
        }
        .into_any()
    });
    page.respond(app)
}

/// The beginning of a text on one line, as search engines and social pages show it.
fn beginning(text: &str) -> String {
    shorten(&text.split_whitespace().collect::<Vec<_>>().join(" "), 160)
}

/// schema.org's `FAQPage` with one question, as search engines read it.
fn structured(app: &App, record: &DistrictRecord, answer: &AnswerRecord) -> String {
    let shown = &answer.shown;
    let data = json!({
        "@context": "https://schema.org", "@type": "FAQPage", "inLanguage": answer.locale, "url": url(app, record, answer),
        "publisher": { "@type": "Organization", "name": record.district.name },
        "mainEntity": [{
            "@type": "Question", "name": shown.question, "acceptedAnswer": { "@type": "Answer", "text": shown.text },
        }],
    });
    // Nothing in it may end the element that it stands in.
    data.to_string().replace('<', "\\u003c")
}

struct AnswerView {
    phrases: &'static Phrases,
    question: String,
    text: String,
    /// Its own language, where that is not the page's.
    lang: Option<String>,
    other_language: Option<String>,
    school: Option<String>,
    changed: String,
    action: String,
    ask: String,
    all: String,
    thanked: bool,
}

impl AnswerView {
    fn into_any_view(self) -> AnyView {
        let phrases = self.phrases;
        let yes = if self.thanked {
            view! { <p class="notice" role="status">{phrases.say(Say::AnswerThanks)}</p> }.into_any()
        } else {
            view! {
                <form method="post" action=self.action>
                    <button class="button" type="submit">{phrases.say(Say::AnswerYes)}</button>
                </form>
            }
            .into_any()
        };
        view! {
            <main id="main" class="page">
                {self.other_language.map(|text| view! { <p class="notice" role="note">{text}</p> })}
                <h1 lang=self.lang.clone() dir="auto">{self.question}</h1>
                {self.school.map(|name| view! { <p class="by">{name}</p> })}
                <p class="said" lang=self.lang dir="auto">{self.text}</p>
                <p class="by">{self.changed}</p>
                <h2>{phrases.say(Say::AnswersTitle)}</h2>
                {yes}
                <p><a class="button quiet" href=self.ask>{phrases.say(Say::AnswerAsk)}</a></p>
                <p><a href=self.all>{phrases.say(Say::AnswersAll)}</a></p>
            </main>
        }
        .into_any()
    }
}

/// `POST /{district}/a/{slug}`: it answers their question.
pub(super) async fn yes(
    State(app): State<Arc<App>>,
    Path((district, slug)): Path<(String, String)>,
    visitor: Visitor,
) -> Response {
    let done = async {
        let record = app.district(&district)?;
        count(&app, &record, &visitor, &slug).await?;
        let answer = record.answer(&slug, &visitor.locale(&record)).ok_or(Error::NotFound)?;
        Ok(format!("{}?lang={}&thanks=1", path(&record, answer), visitor.locale(&record).as_str()))
    };
    match done.await {
        Ok(to) => Redirect::to(&to).into_response(),
        Err(error) => error_page(&app, &visitor, &error),
    }
}

/// `GET /{district}/a/{slug}/card.png`
pub(super) async fn card(
    State(app): State<Arc<App>>,
    Path((district, slug)): Path<(String, String)>,
    visitor: Visitor,
) -> Result<Response, Error> {
    let record = app.district(&district)?;
    let answer = record.answer(&slug, &visitor.locale(&record)).ok_or(Error::NotFound)?;
    picture(&record, &answer.shown.question, &beginning(&answer.shown.text), &record.district.brand.accent)
}

/// `GET /sitemap.xml`: doors, forms and answers, each in every language (sitemaps.org 0.9, with `hreflang`).
pub(super) async fn sitemap(State(app): State<Arc<App>>) -> Response {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n",
    );
    for record in app.districts() {
        let slug = &record.district.slug;
        let every: Vec<String> = record.district.locales.iter().map(|l| l.as_str().to_owned()).collect();
        let mut paths = vec![(format!("/{slug}"), every.clone(), None)];
        if !record.answers.is_empty() {
            paths.push((format!("/{slug}/a"), every.clone(), None));
        }
        paths.extend(record.district.topics.iter().map(|topic| (format!("/{slug}/{}", topic.id), every.clone(), None)));
        let mut by_slug: BTreeMap<&str, (Vec<String>, i64)> = BTreeMap::new();
        for answer in &record.answers {
            let (locales, changed) = by_slug.entry(&answer.shown.slug).or_default();
            locales.push(answer.locale.clone());
            *changed = answer.changed_at.max(*changed);
        }
        for (word, (locales, changed)) in by_slug {
            let changed = Timestamp::from_millisecond(changed).ok().map(|at| day(&record, at).to_string());
            paths.push((format!("/{slug}/a/{word}"), locales, changed));
        }
        for (path, locales, changed) in paths {
            let address = |locale: &str| format!("{}{path}?lang={locale}", app.public_url());
            let changed = changed.map_or_else(String::new, |day| format!("<lastmod>{day}</lastmod>"));
            let others: String = locales
                .iter()
                .map(|l| format!("<xhtml:link rel=\"alternate\" hreflang=\"{l}\" href=\"{}\"/>", address(l)))
                .collect();
            for locale in &locales {
                out += &format!("<url><loc>{}</loc>{changed}{others}</url>\n", address(locale));
            }
        }
    }
    out += "</urlset>\n";
    ([(header::CONTENT_TYPE, "application/xml; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")], out)
        .into_response()
}
