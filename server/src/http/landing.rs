//! Landing pages: who you are, and what it is about; a district's door, its campaigns' doors, and the
//! pictures that stand for them on social pages.

use super::answer_page::{Line, line, rows};
use super::page::{Framing, Page, error_page, html, picture, plain};
use super::visitor::Visitor;
use crate::app::App;
use crate::error::Error;
use crate::store::DistrictRecord;
use crate::{assets, locale};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use porchlight_shared::district::{Campaign, Topic};
use porchlight_shared::phrase::{Phrases, Say};
use porchlight_shared::published::likely;
use porchlight_shared::status::Relationship;
use porchlight_shared::text::Locale;
use porchlight_widget::flow;
use serde::Deserialize;
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
    plain(&app, locale::tag(phrases), StatusCode::OK, "Porchlight", "", &main)
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
        .replace("{css}", &assets::url("demo.css"))
        .replace("{accent}", &crate::mail::escape(&record.district.brand.accent))
        .replace("{base}", app.public_url())
        .replace("{button}", &crate::mail::escape(record.district.brand.button.get(record.district.first_locale())))
        .replace("{doors}", &campaign_doors(&app, &record))
        .replace("{district}", &record.district.slug)
        .replace("{name}", &crate::mail::escape(&record.district.name));
    let policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; frame-src 'self'; base-uri 'none'";
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, policy)], page).into_response()
}

/// Links to the doors of campaigns, as a webmaster sets them beside the button.
fn campaign_doors(app: &App, record: &DistrictRecord) -> String {
    let district = &record.district;
    let each = |c: &Campaign| {
        let words = crate::mail::escape(c.button.get(district.first_locale()));
        format!("<p><a href=\"{}/{}/c/{}\">{words}</a></p>", app.public_url(), district.slug, c.id)
    };
    district.campaigns.iter().map(each).collect()
}

/// So many letters of a search are looked for among the answers.
const LONGEST_SEARCH: usize = 200;

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
    headers: HeaderMap,
) -> Response {
    // The router cannot tell `/embed-HASH.js` from a district.
    if assets::is_pinned_embed(&slug) {
        return assets::hashed(&app, &slug, &headers).await.unwrap_or_else(IntoResponse::into_response);
    }
    match app.district(&slug) {
        Ok(record) => door(&app, &record, &visitor, &query, None),
        Err(error) => error_page(&app, &visitor, &error),
    }
}

/// `GET /{district}/`: one page has one address.
pub(super) async fn without_slash(State(app): State<Arc<App>>, Path(slug): Path<String>, visitor: Visitor, uri: Uri) -> Response {
    let query = uri.query().map_or_else(String::new, |q| format!("?{q}"));
    match app.district(&slug) {
        // Only to an address that is ours: `//elsewhere` would lead away.
        Ok(record) => Redirect::permanent(&format!("/{}{query}", record.district.slug)).into_response(),
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
    page.card = Some(format!("{path}/card.png"));
    page.campaign = campaign;
    page.kept = kept(query);
    page.framing = Framing::Sites;
    let search = query.q.clone().unwrap_or_default();
    let in_language = district.only(&locale);
    let found = flow::find(&in_language, who, query.school.as_deref(), campaign.map(|c| c.topics.as_slice()), &search);
    let any = record.answers_in(&locale).next().is_some();
    let asked: String = search.chars().take(LONGEST_SEARCH).collect();
    let mut at_hand = record.answers_in(&locale).map(|a| &a.shown).filter(|a| a.is_at(query.school.as_deref()));
    let answers: Vec<Line> = likely(&mut at_hand, &asked, locale::phrases(&locale).say(Say::SmallWords), flow::fold)
        .iter()
        .filter_map(|found| record.answers_in(&locale).find(|a| a.shown.slug == found.slug))
        .map(|answer| line(record, answer))
        .collect();
    let view = DoorView {
        phrases: page.phrases(),
        title,
        greeting,
        who: who_links(record, &locale, &path, who),
        groups: topic_groups(record, &locale, who, campaign, &found.topics),
        none: found.fit == 0 && answers.is_empty(),
        answers,
        all_answers: any.then(|| format!("/{}/a?lang={}", district.slug, locale.as_str())),
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

/// What was chosen and looked for, for the same page in another language.
fn kept(query: &TopicsQuery) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("who", &query.who), ("school", &query.school), ("q", &query.q)] {
        if let Some(value) = value.as_deref().filter(|v| !v.is_empty()) {
            pairs.append_pair(name, value);
        }
    }
    let pairs = pairs.finish();
    if pairs.is_empty() { pairs } else { format!("&{pairs}") }
}

type Link = (String, String, bool);

fn who_links(record: &DistrictRecord, locale: &Locale, path: &str, chosen: Option<Relationship>) -> Vec<Link> {
    let phrases = locale::phrases(locale);
    let each = |who: &Relationship| {
        (
            format!("{path}?who={}&lang={}#topics", who.as_str(), locale.as_str()),
            phrases.say(flow::who_says(*who)).to_owned(),
            chosen == Some(*who),
        )
    };
    record.district.relationships.iter().map(each).collect()
}

struct TopicLink {
    href: String,
    label: String,
    about: String,
    /// May not stand in another page's frame.
    unframed: Option<&'static str>,
}

/// Topics by category, in the district's order; the most popular of each first.
fn topic_groups(
    record: &DistrictRecord,
    locale: &Locale,
    who: Option<Relationship>,
    campaign: Option<&Campaign>,
    topics: &[&Topic],
) -> Vec<(String, Vec<TopicLink>)> {
    let suffix = [
        who.map_or_else(String::new, |w| format!("&who={}", w.as_str())),
        campaign.map_or_else(String::new, |c| format!("&c={}", c.id)),
    ]
    .concat();
    let in_category = |id: &str| {
        let topics = topics.iter().filter(|t| t.category == id);
        topics
            .map(|t| TopicLink {
                href: format!("/{}/{}?lang={}{suffix}", record.district.slug, t.id, locale.as_str()),
                label: t.label.get(locale).to_owned(),
                about: t.about.get(locale).to_owned(),
                unframed: t.safety.then_some(""),
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
    /// Answers that share words with what was looked for, and whether there are any at all.
    answers: Vec<Line>,
    all_answers: Option<String>,
    search: String,
    /// Nothing was found.
    none: bool,
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
        let none = self.none;
        let answers = (!self.answers.is_empty()).then(|| {
            view! { <section><h3>{phrases.say(Say::AnswersTitle)}</h3>{rows(self.answers)}</section> }
        });
        let all = self.all_answers.map(|href| view! { <p><a href=href>{phrases.say(Say::AnswersAll)}</a></p> });
        let groups = self.groups.into_iter().map(|(label, topics)| {
            let rows = topics
                .into_iter()
                .map(|t| view! { <li><a class="row" href=t.href data-unframed=t.unframed><strong>{t.label}</strong><span>{t.about}</span></a></li> });
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
                <h2 id="topics">{phrases.say(Say::TopicTitle)}</h2>
                <form class="search" role="search" action=self.path method="get">
                    <label for="q">{phrases.say(Say::TopicSearch)}</label>
                    <div class="search-line">
                        <input class="input" id="q" name="q" type="search" value=self.search />
                        <input type="hidden" name="lang" value=self.lang />
                        {self.chosen.map(|w| view! { <input type="hidden" name="who" value=w.as_str() /> })}
                        <button class="button quiet" type="submit">{phrases.say(Say::PageSearchButton)}</button>
                    </div>
                </form>
                {answers}
                {none.then(|| view! { <p role="status">{phrases.say(Say::TopicNone)}</p> })}
                {groups}
                {all}
            </main>
        }
        .into_any()
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
    picture(&record, brand.button.get(&locale), brand.greeting.get(&locale), &brand.accent)
}

/// `GET /{district}/c/{campaign}/card.png`
pub(super) async fn campaign_card(
    State(app): State<Arc<App>>,
    Path((slug, id)): Path<(String, String)>,
    visitor: Visitor,
) -> Result<Response, Error> {
    let record = app.district(&slug)?;
    let locale = visitor.locale(&record);
    let campaign = record.district.campaign(&id).ok_or(Error::NotFound)?;
    picture(&record, campaign.label.get(&locale), campaign.greeting.get(&locale), &campaign.accent)
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
    picture(&record, topic.label.get(&locale), topic.about.get(&locale), &record.district.brand.accent)
}
