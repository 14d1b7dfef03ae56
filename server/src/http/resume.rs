//! Files that come in pieces, by the tus protocol 1.0.0 (creation, termination, expiration):
//! <https://tus.io/protocols/resumable-upload>.

use super::public::{read_token, visit};
use super::visitor::Visitor;
use crate::app::App;
use crate::error::Error;
use crate::files::pieces;
use crate::limit::Action;
use crate::store::{DistrictRecord, UploadRecord};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use std::sync::Arc;

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
/// The media type of pieces.
pub(crate) const PIECE: &str = "application/offset+octet-stream";

/// `POST /districts/{district}/uploads`: begins a file; its token comes in `Upload-Metadata`.
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    Path(slug): Path<String>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Response {
    let Ok(record) = app.district(&slug) else { return Error::NotFound.into_response() };
    let begun = async {
        let token = read_token(&app, &record, &metadata(&headers, "token").ok_or(Error::TokenExpired)?)?;
        let length = number(&headers, &LENGTH).ok_or(Error::Request("`Upload-Length` is missing."))?;
        app.limits.check(Action::Upload, visitor.address, &record.id)?;
        pieces::begin(&app, &record, &visit(&token), length).await
    };
    match begun.await {
        Ok(upload) => {
            // Relative, so that it goes on the way by which it came, whatever stands between.
            let address = format!("/api/v1/districts/{slug}/uploads/{}", upload.id);
            told(StatusCode::CREATED, &[(header::LOCATION, address), (OFFSET, String::from("0"))])
        }
        Err(error) => error.problem(visitor.phrases(&record)),
    }
}

/// `HEAD /districts/{district}/uploads/{id}`: how much of it is here.
pub(crate) async fn progress(State(app): State<Arc<App>>, Path((slug, id)): Path<(String, String)>) -> Result<Response, Error> {
    let (_, upload) = find(&app, &slug, &id).await?;
    Ok(told(StatusCode::OK, &[(OFFSET, upload.received.to_string()), (LENGTH, upload.length.to_string())]))
}

/// `PATCH /districts/{district}/uploads/{id}`: the next piece. The last one makes the file, under the upload's id.
pub(crate) async fn append(
    State(app): State<Arc<App>>,
    Path((slug, id)): Path<(String, String)>,
    visitor: Visitor,
    headers: HeaderMap,
    piece: Bytes,
) -> Response {
    let Ok(record) = app.district(&slug) else { return Error::NotFound.into_response() };
    let appended = async {
        if headers.get(header::CONTENT_TYPE).is_none_or(|t| t != PIECE) {
            return Err(Error::UnsupportedMedia);
        }
        let offset = number(&headers, &OFFSET).and_then(|n| i64::try_from(n).ok());
        let offset = offset.ok_or(Error::Request("`Upload-Offset` is missing."))?;
        let (record, upload) = find(&app, &slug, &id).await?;
        app.limits.check_bytes(visitor.address, &record.id, piece.len())?;
        pieces::append(&app, &record, &upload, offset, piece).await
    };
    match appended.await {
        Ok(received) => told(StatusCode::NO_CONTENT, &[(OFFSET, received.to_string())]),
        Err(error) => error.problem(visitor.phrases(&record)),
    }
}

/// `DELETE /districts/{district}/uploads/{id}`: the sender thought better of it.
pub(crate) async fn discard(State(app): State<Arc<App>>, Path((slug, id)): Path<(String, String)>) -> Result<Response, Error> {
    let (record, upload) = find(&app, &slug, &id).await?;
    pieces::discard(&app, &record.id, &upload).await?;
    Ok(told(StatusCode::NO_CONTENT, &[]))
}

/// Whoever knows the upload's address may go on with it: it is as good as a key.
async fn find(app: &App, slug: &str, id: &str) -> Result<(Arc<DistrictRecord>, UploadRecord), Error> {
    let record = app.district(slug)?;
    let upload = app.db.upload(&record.id, id).await?.ok_or(Error::NotFound)?;
    Ok((record, upload))
}

fn told(status: StatusCode, headers: &[(HeaderName, String)]) -> Response {
    let mut response = status.into_response();
    let out = response.headers_mut();
    out.insert(RESUMABLE, VERSION);
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            out.insert(name, value);
        }
    }
    response
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

/// A value of `Upload-Metadata`: pairs of a key and Base64, parted by commas.
fn metadata(headers: &HeaderMap, key: &str) -> Option<String> {
    let pairs = headers.get(METADATA)?.to_str().ok()?;
    let (_, value) = pairs.split(',').filter_map(|pair| pair.trim().split_once(' ')).find(|(name, _)| *name == key)?;
    String::from_utf8(base64::engine::general_purpose::STANDARD.decode(value).ok()?).ok()
}
