//! Every route and layer on one screen. Handlers translate; they don't decide.

mod code;
mod events;
mod form;
mod form_view;
mod guard;
mod landing;
mod page;
mod posted;
mod public;
mod rest;
mod resume;
mod sender;
mod sender_view;
mod session;
mod shown;
mod staff;
mod system;
mod upload;
mod visitor;

use crate::app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{delete, get, head, post};
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

/// Largest JSON body, in bytes: the longest form in the longest script has room.
const JSON_BYTES: usize = 512 * 1_024;
/// Largest body with files, in bytes.
const FORM_BYTES: usize = 64 * 1_024 * 1_024;
/// A client that sends nothing for this long is let go.
const SLOWEST: Duration = Duration::from_secs(30);

pub fn router(app: Arc<App>) -> Router {
    let districts = Router::new()
        .route("/", get(public::district))
        .route("/token", get(public::token))
        .route("/widget", get(public::widget))
        .route("/theme.css", get(public::theme))
        .route("/embed", get(public::embed))
        .route("/inquiries", post(public::submit))
        .route("/files", post(upload::receive).layer(DefaultBodyLimit::max(FORM_BYTES)))
        .route("/files/{id}", delete(upload::forget))
        .route("/uploads", post(resume::begin))
        .route(
            "/uploads/{id}",
            head(resume::progress).patch(resume::append).delete(resume::discard).layer(DefaultBodyLimit::max(FORM_BYTES)),
        )
        .layer(from_fn(guard::bounds))
        .layer(from_fn_with_state(app.clone(), guard::cross_origin));

    let inquiry = Router::new()
        .route("/", get(staff::inquiry))
        .route("/replies", post(staff::reply))
        .route("/notes", post(staff::note))
        .route("/assignment", post(staff::assign))
        .route("/waiting", post(staff::wait))
        .route("/closure", post(staff::close).delete(staff::reopen))
        .route("/files/{file}", get(staff::file));

    let staff = Router::new()
        .route("/session", post(session::log_in).delete(session::log_out))
        .route("/sessions", delete(session::log_out_everywhere))
        .route("/me", get(staff::me))
        .route("/inquiries", get(staff::inquiries))
        .nest("/inquiries/{inquiry}", inquiry)
        .route("/events", get(events::events))
        .layer(from_fn(guard::bounds));

    let api = Router::new()
        .nest("/districts/{district}", districts)
        .merge(staff)
        .fallback(system::no_such_api)
        .layer(from_fn(guard::problems));

    let pages = Router::new()
        .route("/", get(landing::home))
        .route("/demo", get(landing::demo))
        .route("/console", get(page::console))
        .route("/{district}", get(landing::topics))
        .route("/{district}/", get(landing::without_slash))
        .route("/{district}/card.png", get(landing::district_card))
        .route("/{district}/c/{campaign}", get(landing::campaign))
        .route("/{district}/c/{campaign}/card.png", get(landing::campaign_card))
        .route("/{district}/i", get(code::ask_code).post(code::open_code))
        .route("/{district}/i/{code}", get(sender::show).post(sender::add).layer(DefaultBodyLimit::max(FORM_BYTES)))
        .route("/{district}/i/{code}/withdrawal", get(sender::ask_withdrawal).post(sender::withdraw))
        .route("/{district}/i/{code}/files/{file}", get(sender::file))
        .route("/{district}/{topic}", get(form::form).post(form::submit).layer(DefaultBodyLimit::max(FORM_BYTES)))
        .route("/{district}/{topic}/card.png", get(landing::topic_card))
        .layer(from_fn(guard::bounds))
        .layer(from_fn_with_state(app.clone(), guard::pages));

    Router::new()
        .nest("/api/v1", api)
        .route("/api/openapi.json", get(system::openapi))
        .merge(pages)
        .route("/embed.js", get(system::embed))
        .route("/assets/{name}", get(system::asset))
        .route("/robots.txt", get(system::robots))
        .route("/favicon.ico", get(system::icon))
        .route("/healthz", get(system::healthz))
        .route("/readyz", get(system::readyz))
        .route("/metrics", get(system::metrics))
        .fallback(page::not_found)
        .layer(DefaultBodyLimit::max(JSON_BYTES))
        .layer(from_fn(rest::to_the_end))
        .layer(RequestBodyTimeoutLayer::new(SLOWEST))
        .layer(CatchPanicLayer::custom(page::panicked))
        .layer(from_fn_with_state(app.clone(), guard::headers))
        .layer(from_fn(guard::observe))
        .with_state(app)
}

/// Starts to count for `/metrics`, once a process.
pub fn start_counting() {
    let _ = system::start_metrics();
}
