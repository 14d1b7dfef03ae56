//! What machines ask for: health, numbers, assets.

use crate::app::App;
use crate::assets;
use crate::error::Error;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};

static METRICS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts to count. Later calls find the counting started.
pub(crate) fn start_metrics() -> Option<&'static PrometheusHandle> {
    METRICS.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()).as_ref()
}

/// The process runs.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// The database answers, and what waits.
pub(crate) async fn readyz(State(app): State<Arc<App>>) -> Result<Json<Value>, Error> {
    app.db.ping().await?;
    let queue = app.db.queue_state().await?;
    Ok(Json(json!({ "ready": true, "jobs": { "waiting": queue.waiting, "failed": queue.failed } })))
}

/// Prometheus' text format.
pub(crate) async fn metrics(State(app): State<Arc<App>>) -> Result<Response, Error> {
    let queue = app.db.queue_state().await?;
    metrics::gauge!("porchlight_jobs_waiting").set(queue.waiting as f64);
    metrics::gauge!("porchlight_jobs_claimed").set(queue.claimed as f64);
    metrics::gauge!("porchlight_jobs_failed").set(queue.failed as f64);
    let text = start_metrics().map(PrometheusHandle::render).unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

pub(crate) async fn embed(headers: HeaderMap) -> Result<Response, Error> {
    assets::embed(&headers)
}

pub(crate) async fn asset(State(app): State<Arc<App>>, Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Error> {
    assets::hashed(&app, &name, &headers).await
}

/// Senders' pages are nobody's to index; the rest is welcome to be found.
pub(crate) async fn robots(State(app): State<Arc<App>>) -> String {
    let map = app.public_url();
    format!("User-agent: *\nDisallow: /*/i/\nDisallow: /console\nDisallow: /api/\nSitemap: {map}/sitemap.xml\n")
}

pub(crate) async fn icon() -> Response {
    const ICON: &str = include_str!("../../../static/lamp.svg");
    ([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")], ICON).into_response()
}

pub(crate) async fn no_such_api() -> Error {
    Error::NotFound
}

pub(crate) async fn openapi() -> Response {
    const DESCRIPTION: &str = include_str!("../openapi.json");
    (StatusCode::OK, [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")], DESCRIPTION)
        .into_response()
}
