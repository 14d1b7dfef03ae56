//! Style sheets, scripts and the WASM bundles, built before the server and carried inside it.
//!
//! `cargo xtask` puts them into `dist/` under names with a hash of their content, each beside its brotli
//! and gzip form, with `manifest.json` telling which name is which.

use crate::error::Error;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../dist"]
#[allow_missing = true]
struct Dist;

static MANIFEST: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let file = Dist::get("manifest.json").map(|f| f.data.into_owned()).unwrap_or_default();
    serde_json::from_slice(&file).unwrap_or_default()
});

/// The address of an asset, by its plain name.
pub fn url(name: &str) -> String {
    format!("/assets/{}", MANIFEST.get(name).map_or(name, String::as_str))
}

/// The hash of the widget's build: settings are written for exactly this one.
pub fn widget_build() -> &'static str {
    MANIFEST.get("widget_bg.wasm").map_or("none", String::as_str)
}

/// Serves a hashed file, for ever.
///
/// # Errors
/// [`Error::NotFound`].
pub fn hashed(name: &str, headers: &HeaderMap) -> Result<Response, Error> {
    let known = MANIFEST.values().any(|hashed| hashed == name);
    if !known {
        return Err(Error::NotFound);
    }
    file(name, headers, "public, max-age=31536000, immutable")
}

/// The loader: short-lived, so that an upgrade reaches every page within minutes.
///
/// # Errors
/// [`Error::NotFound`] when the server was built without it.
pub fn embed(headers: &HeaderMap) -> Result<Response, Error> {
    file("embed.js", headers, "public, max-age=300, stale-while-revalidate=86400")
}

fn file(name: &str, headers: &HeaderMap, cache: &'static str) -> Result<Response, Error> {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or("");
    let takes = |encoding: &str| accepted.split(',').any(|part| part.trim().split(';').next() == Some(encoding));
    let packed = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(encoding, _)| takes(encoding))
        .find_map(|(encoding, ending)| Some((Some(encoding), Dist::get(&format!("{name}{ending}"))?)));
    let (encoding, found) = packed.or_else(|| Some((None, Dist::get(name)?))).ok_or(Error::NotFound)?;
    let etag: String = found.metadata.sha256_hash().iter().take(12).map(|b| format!("{b:02x}")).collect();
    let etag = format!("\"{etag}\"");
    let unchanged = is_known(headers, &etag);
    let mut response = if unchanged { Response::new(Body::empty()) } else { Response::new(Body::from(found.data.into_owned())) };
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    // Module scripts and WASM are fetched by pages of other origins.
    out.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    out.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        out.insert(header::ETAG, etag);
    }
    if let Some(encoding) = encoding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Ok(response)
}

/// Whether the client has this version already (RFC 9110, section 13.1.2).
pub fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(','));
    known.map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("html") => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    }
}
