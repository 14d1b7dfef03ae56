//! What goes around every request: security headers, who may read across origins, what is counted.

use super::page::error_page;
use super::rest::LONGEST;
use super::visitor::{Visitor, asked};
use crate::app::App;
use crate::error::Error;
use crate::locale;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Instant;

/// Headers that every answer has; a handler's own are kept.
pub(crate) async fn headers(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let https = app.is_https();
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    };
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "strict-origin-when-cross-origin");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    set("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    set("content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
    set("cache-control", "no-store");
    if https {
        set("strict-transport-security", "max-age=31536000");
    }
    response
}

/// Lets pages of a district's allowed sites use its public routes; never with credentials.
pub(crate) async fn cross_origin(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let original = request.extensions().get::<axum::extract::OriginalUri>().map(|u| u.path().to_owned());
    let slug = original.as_deref().and_then(|p| p.split('/').nth(4)).unwrap_or_default().to_owned();
    let preflight = request.method() == Method::OPTIONS;
    let allowed = origin.filter(|origin| allows(&app, &slug, origin));
    let mut response = if preflight { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    let Some(origin) = allowed else { return response };
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("etag, location, retry-after, upload-length, upload-offset"),
    );
    if preflight {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, POST, PATCH, DELETE"));
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static(
                "content-type, idempotency-key, tus-resumable, upload-length, upload-metadata, upload-offset",
            ),
        );
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
    }
    response
}

pub(crate) fn allows(app: &App, slug: &str, origin: &HeaderValue) -> bool {
    let Ok(district) = app.district(slug) else { return false };
    let sites = &district.district.allowed_sites;
    let own = app.public_url().as_bytes() == origin.as_bytes();
    own || sites.is_empty() || sites.iter().any(|site| site.as_bytes().eq_ignore_ascii_case(origin.as_bytes()))
}

/// Unsafe methods with a cookie must come from our own pages.
///
/// # Errors
/// [`Error::Forbidden`] for a foreign origin, or for none where `required`.
pub(crate) fn same_origin(app: &App, headers: &HeaderMap, required: bool) -> Result<(), Error> {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return if required { Err(Error::Forbidden) } else { Ok(()) };
    };
    let text = origin.to_str().unwrap_or("");
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("");
    let authority = text.split_once("://").map_or("", |(_, rest)| rest);
    let ours = text == app.public_url() || (!host.is_empty() && authority == host);
    if ours { Ok(()) } else { Err(Error::Forbidden) }
}

/// Counts and times requests by the route's template: addresses of people's pages are keys.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| String::from("none"), |p| p.as_str().to_owned());
    let method = request.method().clone();
    let began = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let took = began.elapsed();
    metrics::histogram!("porchlight_http_seconds", "route" => route.clone(), "status" => status.to_string())
        .record(took.as_secs_f64());
    tracing::info!(target: "porchlight::http", %method, route, status, ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
    response
}

/// What the framework refuses before a handler sees it becomes a problem like every other, and all are told
/// in the language that was asked for.
pub(crate) async fn problems(request: Request, next: Next) -> Response {
    let accept = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    let phrases = locale::ours(asked(request.uri().query().unwrap_or(""), "lang").as_deref(), accept);
    Error::retold(as_problem(next.run(request).await), phrases)
}

fn as_problem(response: Response) -> Response {
    let status = response.status();
    let ours =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"application/problem+json"));
    if ours || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let mut problem = error_of(status).into_response();
    if let Some(allow) = response.headers().get(header::ALLOW) {
        problem.headers_mut().insert(header::ALLOW, allow.clone());
    }
    problem
}

/// What is asked of us stays within bounds.
pub(crate) async fn bounds(request: Request, next: Next) -> Response {
    // No address of ours has U+0000, and PostgreSQL would refuse it as a fault of ours.
    if request.uri().to_string().contains("%00") {
        return Error::Request("An address with U+0000 is none of ours.").into_response();
    }
    let (length, most) = announced(request.headers());
    if length > most {
        return Error::TooLarge { max_bytes: most }.into_response();
    }
    // Live events are answers and may last: only the request counts.
    let answer = tokio::time::timeout(LONGEST, next.run(request)).await;
    answer.unwrap_or_else(|_| StatusCode::REQUEST_TIMEOUT.into_response())
}

/// On pages, whatever is refused before or behind a handler is a page too, in the visitor's language; and a
/// sender's page, whose address is a key, is told to nobody, whatever it answers.
pub(crate) async fn pages(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let secret = parts.uri.path().split('/').nth(2) == Some("i");
    let Ok(visitor) = Visitor::from_request_parts(&mut parts, &app).await;
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let status = response.status();
    let is_page = response.headers().get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/html"));
    if let Some(error) = Error::of(&mut response) {
        response = page_about(&app, &visitor, &error);
    } else if !is_page && (status.is_client_error() || status.is_server_error()) {
        response = page_about(&app, &visitor, &error_of(status));
    }
    if secret {
        response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        response.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    }
    response
}

/// To a visitor, an address that is not understood is one that leads nowhere.
fn page_about(app: &App, visitor: &Visitor, error: &Error) -> Response {
    if !matches!(error, Error::Request(_) | Error::Method) {
        return error_page(app, visitor, error);
    }
    let mut page = error_page(app, visitor, &Error::NotFound);
    *page.status_mut() = error.status();
    page
}

/// What a bare status of the framework means.
fn error_of(status: StatusCode) -> Error {
    match status {
        StatusCode::NOT_FOUND => Error::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Error::Method,
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge { max_bytes: super::JSON_BYTES as u64 },
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Error::UnsupportedMedia,
        StatusCode::REQUEST_TIMEOUT => Error::Request("The body came too slowly."),
        status if status.is_client_error() => {
            Error::Request("The query or the body is not what this address takes; see /api/openapi.json.")
        }
        _ => Error::Corrupt(String::from("a handler failed")),
    }
}

/// How long a body says that it is, 0 where it does not, and how long it may be.
fn announced(headers: &HeaderMap) -> (u64, u64) {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("");
    let kind = text(header::CONTENT_TYPE);
    let file = kind.starts_with("multipart/") || kind == super::resume::PIECE;
    let most = if file { super::FORM_BYTES } else { super::JSON_BYTES };
    (text(header::CONTENT_LENGTH).parse().unwrap_or(0), most as u64)
}
