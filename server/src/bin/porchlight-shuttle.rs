//! The same router under Shuttle's runtime; an optional entry, off by default. The platform closed in
//! January 2026; see README.
#![forbid(unsafe_code)]

use porchlight_server::app::App;
use porchlight_server::clock::SystemClock;
use porchlight_server::config::{self, Settings};
use porchlight_server::http;
use std::sync::Arc;

#[shuttle_runtime::main]
async fn main() -> shuttle_axum::ShuttleAxum {
    let settings = config::gather(config::Raw::new(), None).and_then(|raw| Settings::parse(&raw)).map_err(anyhow::Error::from)?;
    let url = settings.public_url.clone().unwrap_or_else(|| format!("http://{}", settings.listen));
    let app = App::start(settings, Arc::new(SystemClock), url).await?;
    http::start_counting();
    tokio::spawn(porchlight_server::job::work(app.clone()));
    tokio::spawn(porchlight_server::job::keep_house(app.clone()));
    Ok(http::router(app).into())
}
