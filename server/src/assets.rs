//! Style sheets, scripts and the WASM bundles, built before the server and carried inside it.
//!
//! `cargo xtask` puts them into `dist/` under names with a hash of their content, each beside its brotli
//! and gzip form, with `manifest.json` telling which name is which. Pages stay open while servers are
//! upgraded, so every server puts its files into the files store ([`keep`]) and serves what it finds
//! there, for a year.

use crate::app::App;
use crate::error::Error;
use crate::store::Result;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use bytes::Bytes;
use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha384};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../dist"]
#[allow_missing = true]
struct Dist;

/// Where the files of all builds are in the files store; no district has this name for an id.
const FOLDER: &str = "assets";
/// Each file's forms, the smallest first: how it is encoded, and the end of its name.
const FORMS: [(Option<&str>, &str); 3] = [(Some("br"), ".br"), (Some("gzip"), ".gz"), (None, "")];
const DAY_MS: i64 = 86_400_000;
/// Stored files of our own build are written again after so long, so that they are not taken for old.
const RENEWED_MS: i64 = 30 * DAY_MS;
/// Files of other builds are forgotten after so long: a year, and the time between two renewals.
const FORGOTTEN_MS: i64 = 395 * DAY_MS;
/// One year, the longest that caches keep anything.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

static MANIFEST: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let file = Dist::get("manifest.json").map(|f| f.data.into_owned()).unwrap_or_default();
    serde_json::from_slice(&file).unwrap_or_default()
});

/// The address of an asset, by its plain name.
pub fn url(name: &str) -> String {
    format!("/assets/{}", MANIFEST.get(name).map_or(name, String::as_str))
}

/// What a `Link` header says so that files are fetched at once, the way scripts fetch them (RFC 8288; HTML, "preload").
/// `before` is what comes with them.
pub fn preload_wasm(before: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{before}<{}>; rel=preload; as=fetch; crossorigin", url("form_bg.wasm"))).ok()
}

/// The hash of the widget's build: settings are written for exactly this one.
pub fn widget_build() -> &'static str {
    MANIFEST.get("form_bg.wasm").map_or("none", String::as_str)
}

/// The loader under a name that never changes its content, and its integrity (W3C Subresource Integrity).
pub fn pinned_embed() -> Option<(&'static str, String)> {
    let name = MANIFEST.get("embed.js")?;
    let digest = Sha384::digest(Dist::get(name)?.data);
    Some((name, format!("sha384-{}", base64::engine::general_purpose::STANDARD.encode(digest))))
}

/// Whether an address below `/` is a loader's of some build.
pub fn is_pinned_embed(name: &str) -> bool {
    name.starts_with("embed-") && name.ends_with(".js")
}

/// Serves a hashed file of this build or of an earlier one, for ever; a plain name leads to the present file.
///
/// # Errors
/// [`Error::NotFound`], or the files store is not to be had.
pub async fn hashed(app: &App, name: &str, headers: &HeaderMap) -> Result<Response> {
    if let Some(present) = MANIFEST.get(name) {
        let mut response = Redirect::temporary(&format!("/assets/{present}")).into_response();
        for_everybody(&mut response);
        return Ok(response);
    }
    if MANIFEST.values().any(|hashed| hashed == name) {
        let mut response = embedded(name, headers, FOR_EVER)?;
        // By the time that this script has come and is read, what it asks for is on its way.
        if MANIFEST.get("widget.js").is_some_and(|widget| widget == name)
            && let Some(links) = preload_wasm("")
        {
            response.headers_mut().insert(header::LINK, links);
        }
        return Ok(response);
    }
    if !is_hashed(name) {
        return Err(Error::NotFound);
    }
    for (encoding, ending) in FORMS.iter().filter(|(encoding, _)| takes(headers, *encoding)) {
        match app.files.get(&stored(name, ending)).await {
            Ok(found) => return Ok(answer(name, headers, FOR_EVER, *encoding, found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(Error::NotFound)
}

/// The loader: short-lived, so that an upgrade reaches every page within minutes.
///
/// # Errors
/// [`Error::NotFound`] when the server was built without it.
pub fn embed(headers: &HeaderMap) -> Result<Response> {
    embedded(MANIFEST.get("embed.js").ok_or(Error::NotFound)?, headers, "public, max-age=300, stale-while-revalidate=86400")
}

/// Puts the files of this build into the files store, where every server of this installation finds them.
///
/// # Errors
/// The files store is not to be had.
pub async fn keep(app: &App) -> Result<()> {
    for name in MANIFEST.values() {
        for (_, ending) in FORMS {
            let Some(file) = Dist::get(&format!("{name}{ending}")) else { continue };
            let path = stored(name, ending);
            let fresh = |at: i64| app.now().as_millisecond() - at < RENEWED_MS;
            if app.files.head(&path).await.is_ok_and(|found| fresh(found.last_modified.timestamp_millis())) {
                continue;
            }
            app.files.put(&path, PutPayload::from(bytes(file.data))).await?;
        }
    }
    Ok(())
}

/// Forgets the files of builds that nobody has started for more than a year. Returns how many there were.
///
/// # Errors
/// The files store is not to be had; the rest is tried again later.
pub async fn forget_old(app: &App) -> Result<usize> {
    let before = app.now().as_millisecond() - FORGOTTEN_MS;
    let mut all = app.files.list(Some(&Path::from(FOLDER)));
    let mut old = Vec::new();
    while let Some(found) = all.try_next().await? {
        if found.last_modified.timestamp_millis() < before {
            old.push(found.location);
        }
    }
    for path in &old {
        crate::files::delete_object(app, path).await?;
    }
    Ok(old.len())
}

/// What is built in is not copied.
fn bytes(data: Cow<'static, [u8]>) -> Bytes {
    match data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    }
}

fn stored(name: &str, ending: &str) -> Path {
    Path::from_iter([FOLDER, &format!("{name}{ending}")])
}

/// Whether this could be the name of a file of some build: `widget-0123abcd.js`.
fn is_hashed(name: &str) -> bool {
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    let Some((plain, hash)) = stem.rsplit_once('-') else { return false };
    let word = |c: u8| c.is_ascii_lowercase() || c == b'_' || c == b'-';
    let hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
    matches!(ending, "js" | "css" | "wasm") && plain.bytes().all(word) && hash.len() == 8 && hash.bytes().all(hex)
}

/// Whether the client takes this encoding (RFC 9110, section 12.5.3); everybody takes the plain form.
fn takes(headers: &HeaderMap, encoding: Option<&str>) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or("");
    let named = |wanted: &str| accepted.split(',').any(|part| part.trim().split(';').next() == Some(wanted));
    encoding.is_none_or(named)
}

fn embedded(name: &str, headers: &HeaderMap, cache: &'static str) -> Result<Response> {
    let mut forms = FORMS.iter().filter(|(encoding, _)| takes(headers, *encoding));
    let found = forms.find_map(|(encoding, ending)| Some((*encoding, Dist::get(&format!("{name}{ending}"))?)));
    let (encoding, file) = found.ok_or(Error::NotFound)?;
    Ok(answer(name, headers, cache, encoding, bytes(file.data)))
}

fn answer(name: &str, headers: &HeaderMap, cache: &'static str, encoding: Option<&'static str>, bytes: Bytes) -> Response {
    // A hashed name says what is in it; its encodings differ in their bytes only.
    let etag = format!("\"{name}-{}\"", encoding.unwrap_or("plain"));
    let unchanged = is_known(headers, &etag);
    let mut response = Response::new(if unchanged { Body::empty() } else { Body::from(bytes) });
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        out.insert(header::ETAG, etag);
    }
    if let Some(encoding) = encoding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    for_everybody(&mut response);
    response
}

/// Module scripts and WASM are fetched by pages of other origins.
fn for_everybody(response: &mut Response) {
    let out = response.headers_mut();
    out.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    out.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
}

/// An answer that was made for one visitor, packed where the visitor takes gzip.
///
/// # Errors
/// It could not be packed.
pub fn packed(headers: &HeaderMap, bytes: Vec<u8>) -> Result<Response> {
    if !takes(headers, Some("gzip")) {
        return Ok(bytes.into_response());
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let packed = gzip.write_all(&bytes).and_then(|()| gzip.finish()).map_err(|e| Error::Files(e.to_string()))?;
    Ok(([(header::CONTENT_ENCODING, "gzip"), (header::VARY, "accept-encoding")], packed).into_response())
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
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::is_hashed;

    #[test]
    fn names_that_lead_out_of_the_folder_are_no_names() {
        assert!(is_hashed("form_bg-0123abcd.wasm"));
        assert!(is_hashed("console-start-0123abcd.js"));
        for name in
            ["../secret-0123abcd.js", "widget-0123abcg.js", "widget-0123abcd.js.br", "widget.js", "-.js", "a/b-0123abcd.js"]
        {
            assert!(!is_hashed(name), "{name}");
        }
    }
}
