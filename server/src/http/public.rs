//! The public API of one district: what the widget and other programs use.

use super::visitor::Visitor;
use crate::app::App;
use crate::error::Error;
use crate::intake::{self, Receipt, Submission};
use crate::secret::{Token, hash};
use crate::store::DistrictRecord;
use crate::{assets, brand, locale, mail};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use porchlight_shared::compact;
use porchlight_shared::contact::RawContact;
use porchlight_shared::inquiry::RawSubmission;
use porchlight_shared::problem::{FieldProblem, ProblemKind};
use porchlight_shared::status::Channel;
use porchlight_shared::text::Locale;
use porchlight_shared::wire::{self, Settings};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// `GET /districts/{district}`
pub(crate) async fn district(
    State(app): State<Arc<App>>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let record = app.district(&slug)?;
    cached(&headers, "application/json", 30, record.district.to_definition().to_string().into_bytes())
}

#[derive(Deserialize)]
pub(crate) struct Renewal {
    renew: Option<String>,
}

/// `GET /districts/{district}/token`, with `?renew=` to keep the files of an older one.
pub(crate) async fn token(
    State(app): State<Arc<App>>,
    Path(slug): Path<String>,
    Query(renewal): Query<Renewal>,
) -> Result<Response, Error> {
    let record = app.district(&slug)?;
    let renewed = renewal.renew.as_deref().and_then(|old| app.secrets.renew(&record.id, old, app.now()));
    let token = renewed.unwrap_or_else(|| app.secrets.token(&record.id, app.now()));
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(json!({ "token": token }))).into_response())
}

#[derive(Deserialize)]
pub(crate) struct WidgetQuery {
    build: String,
    lang: Option<String>,
    color: Option<String>,
    campaign: Option<String>,
}

/// `GET /districts/{district}/widget`: the settings for one build of the widget, in one language.
/// 409 tells a widget of another build to load the present one.
pub(crate) async fn widget(
    State(app): State<Arc<App>>,
    Path(slug): Path<String>,
    Query(query): Query<WidgetQuery>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let record = app.district(&slug)?;
    // Under `trunk serve` the glue has no name of its own; that is for development only.
    let live = cfg!(debug_assertions) && query.build.starts_with('%');
    if !live && query.build != assets::widget_build() {
        return Err(Error::Conflict);
    }
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    let locale = locale::for_visitor(&record.district.locales, query.lang.as_deref(), accept);
    let campaign = query.campaign.as_deref().and_then(|id| record.district.campaign(id)).map(|c| c.accent.as_str());
    let settings = settings(&app, &record, &locale, query.color.as_deref().or(campaign));
    let bytes = compact::to_bytes(&settings);
    // The token inside is fresh, so this is kept by nobody.
    let kept = [(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, "no-store")];
    Ok((kept, assets::packed(&headers, bytes)?).into_response())
}

/// `GET /districts/{district}/embed`: what a webmaster pastes, and what a strict policy must allow.
pub(crate) async fn embed(State(app): State<Arc<App>>, Path(slug): Path<String>, headers: HeaderMap) -> Result<Response, Error> {
    let record = app.district(&slug)?;
    let (base, district) = (app.public_url(), &record.district);
    let words = mail::escape(district.brand.button.get(district.first_locale()));
    let link = format!("<a href=\"{base}/{slug}\" data-porchlight>{words}</a>\n");
    let script = |attributes: &str| format!("{link}<script async {attributes} data-district=\"{slug}\"></script>");
    let (name, integrity) = assets::pinned_embed().ok_or(Error::Unavailable)?;
    let pinned = format!("src=\"{base}/{name}\" integrity=\"{integrity}\" crossorigin=\"anonymous\"");
    let answer = json!({
        "snippet": script(&format!("src=\"{base}/embed.js\"")),
        "pinned_snippet": script(&pinned),
        "pinned_script": format!("{base}/{name}"),
        "integrity": integrity,
        "content_security_policy": {
            "script-src": format!("{base} 'wasm-unsafe-eval'"),
            "connect-src": base,
            "frame-src": base,
        },
    });
    cached(&headers, "application/json", 300, answer.to_string().into_bytes())
}

/// Everything that the widget needs, in one language.
pub(crate) fn settings(app: &App, record: &DistrictRecord, locale: &Locale, colour: Option<&str>) -> Settings {
    let languages = record.district.locales.iter().map(|l| (l.clone(), locale::name(l).to_owned())).collect();
    Settings {
        district: record.district.only(locale),
        locale: locale.clone(),
        languages,
        phrases: locale::phrases(locale).for_widget(),
        token: app.secrets.token(&record.id, app.now()),
        answers: record.carried_in(locale),
        theme: brand::theme(colour.unwrap_or(&record.district.brand.accent)),
    }
}

#[derive(Deserialize)]
pub(crate) struct ThemeQuery {
    color: Option<String>,
}

/// `GET /districts/{district}/theme.css`: the accent's custom properties.
pub(crate) async fn theme(
    State(app): State<Arc<App>>,
    Path(slug): Path<String>,
    Query(query): Query<ThemeQuery>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let record = app.district(&slug)?;
    let css = brand::theme(query.color.as_deref().unwrap_or(&record.district.brand.accent));
    cached(&headers, "text/css; charset=utf-8", 300, css.into_bytes())
}

/// An answer with an ETag, kept for `seconds`.
pub(super) fn cached(headers: &HeaderMap, media_type: &'static str, seconds: u32, body: Vec<u8>) -> Result<Response, Error> {
    let etag = format!("\"{}\"", &hash(&[&body])[..24]);
    let unchanged = assets::is_known(headers, &etag);
    let mut response = if unchanged { StatusCode::NOT_MODIFIED.into_response() } else { body.into_response() };
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    out.insert(header::ETAG, HeaderValue::from_str(&etag).map_err(|e| Error::Corrupt(e.to_string()))?);
    let cache = format!("public, max-age={seconds}");
    out.insert(header::CACHE_CONTROL, HeaderValue::from_str(&cache).map_err(|e| Error::Corrupt(e.to_string()))?);
    Ok(response)
}

/// `POST /districts/{district}/inquiries`
pub(crate) async fn submit(
    State(app): State<Arc<App>>,
    Path(slug): Path<String>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let told = visitor.any_phrases();
    match take(&app, &slug, &visitor, &headers, &body).await {
        Ok(receipt) => {
            let status = if receipt.replayed { StatusCode::OK } else { StatusCode::CREATED };
            (status, [(header::CACHE_CONTROL, "no-store")], Json(receipt_json(&receipt))).into_response()
        }
        Err(error) => {
            // Problems are told in the language of the form, where that is known.
            let locale = serde_json::from_slice::<Value>(&body).ok().and_then(|v| v["locale"].as_str().and_then(Locale::parse));
            error.problem(locale.map_or(told, |l| locale::phrases(&l)))
        }
    }
}

/// Help goes before thanks, also where a page shows nothing but those.
fn receipt_json(receipt: &Receipt) -> Value {
    let thanks = [receipt.help.as_str(), &receipt.thanks].map(str::to_owned).into_iter().filter(|t| !t.is_empty());
    let mut shown = json!({
        "reference": receipt.reference, "code": receipt.code, "status_url": receipt.status_url, "due": receipt.due,
        "due_text": receipt.due_text, "thanks": thanks.collect::<Vec<_>>().join("\n"),
    });
    if !receipt.help.is_empty() {
        shown["help"] = json!(receipt.help);
    }
    shown
}

async fn take(app: &App, slug: &str, visitor: &Visitor, headers: &HeaderMap, body: &[u8]) -> Result<Receipt, Error> {
    let record = app.district(slug)?;
    let json_body =
        headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|t| t.starts_with("application/json"));
    if !json_body {
        return Err(Error::UnsupportedMedia);
    }
    let key = headers.get("idempotency-key").and_then(|v| v.to_str().ok()).and_then(|k| uuid::Uuid::parse_str(k).ok());
    let key = key.ok_or(Error::Request("Send a header Idempotency-Key with a UUID, made once per inquiry."))?;
    let value: Value = serde_json::from_slice(body).map_err(|_| Error::Request("The body is not JSON."))?;
    let read = read(&value).map_err(Error::Fields)?;
    if !read.trap.is_empty() {
        return Err(Error::Automated);
    }
    let token = read_token(app, &record, &read.token)?;
    let submission = Submission {
        district: &record,
        raw: read.raw,
        channel: if read.via == "widget" { Channel::Widget } else { Channel::Api },
        key: key.to_string(),
        page: read.page,
        address: Some(visitor.address),
        visit: visit(&token),
        entered_by: None,
        read: read.answers,
        at: app.now(),
    };
    intake::submit(app, submission).await
}

/// What files of one visit are kept under.
pub(crate) fn visit(token: &Token) -> String {
    hash(&[b"visit", token.nonce.as_bytes()])
}

/// A token that we signed lately.
///
/// # Errors
/// [`Error::TokenExpired`].
pub(crate) fn read_token(app: &App, record: &DistrictRecord, token: &str) -> Result<Token, Error> {
    app.secrets.read_token(&record.id, token).filter(|t| t.is_fresh(app.now())).ok_or(Error::TokenExpired)
}

/// A submission's JSON, taken apart.
struct Read {
    raw: RawSubmission,
    token: String,
    page: Option<String>,
    /// A field that people do not see; machines fill it in.
    trap: String,
    via: String,
    /// Answers that the sender had read, by their addresses.
    answers: Vec<String>,
}

fn read(value: &Value) -> Result<Read, Vec<FieldProblem>> {
    const KNOWN: &[&str] = &[
        "topic",
        "school",
        "relationship",
        "kind",
        "locale",
        "answers",
        "contact",
        "confidential",
        "token",
        "page",
        "homepage",
        "via",
        "read",
    ];
    let Some(object) = value.as_object() else {
        return Err(vec![FieldProblem::new("topic", ProblemKind::Required)]);
    };
    let mut problems: Vec<FieldProblem> =
        object.keys().filter(|k| !KNOWN.contains(&k.as_str())).map(|k| FieldProblem::new(k, ProblemKind::Unknown)).collect();
    let mut text = |key: &str| match &value[key] {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        _ => {
            problems.push(FieldProblem::new(key, ProblemKind::WrongType));
            None
        }
    };
    let mut raw = RawSubmission {
        topic: text("topic").unwrap_or_default(),
        school: text("school"),
        relationship: text("relationship").unwrap_or_default(),
        kind: text("kind"),
        locale: text("locale").unwrap_or_default(),
        ..RawSubmission::default()
    };
    let (token, page, trap, via) =
        (text("token").unwrap_or_default(), text("page"), text("homepage").unwrap_or_default(), text("via").unwrap_or_default());
    let answers = text("read").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    match &value["answers"] {
        Value::Null => {}
        answers => match wire::read_answers(answers) {
            Some(answers) => raw.answers = answers,
            None => problems.push(FieldProblem::new("answers", ProblemKind::WrongType)),
        },
    }
    match &value["confidential"] {
        Value::Null => {}
        Value::Bool(confidential) => raw.confidential = *confidential,
        _ => problems.push(FieldProblem::new("confidential", ProblemKind::WrongType)),
    }
    match &value["contact"] {
        Value::Null => {}
        contact => match serde_json::from_value::<RawContact>(contact.clone()) {
            Ok(contact) => raw.contact = Some(contact),
            Err(_) => problems.push(FieldProblem::new("contact", ProblemKind::WrongType)),
        },
    }
    if problems.is_empty() { Ok(Read { raw, token, page, trap, via, answers }) } else { Err(problems) }
}
