//! Files that come before the inquiry that names them.

use super::public::{read_token, visit};
use super::visitor::Visitor;
use crate::app::App;
use crate::error::Error;
use crate::files;
use crate::limit::Action;
use crate::store::{DistrictRecord, FileRecord};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use porchlight_shared::problem::ProblemKind;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

/// `POST /districts/{district}/files`: multipart with `token` before `file`.
pub(crate) async fn receive(
    State(app): State<Arc<App>>,
    Path(slug): Path<String>,
    visitor: Visitor,
    form: Multipart,
) -> Response {
    let Ok(record) = app.district(&slug) else { return Error::NotFound.into_response() };
    match take(&app, &record, &visitor, form).await {
        Ok(file) => (StatusCode::CREATED, Json(json!({ "id": file.id, "name": file.name, "size": file.size }))).into_response(),
        Err(error) => error.problem(visitor.phrases(&record)),
    }
}

async fn take(app: &Arc<App>, record: &DistrictRecord, visitor: &Visitor, mut form: Multipart) -> Result<FileRecord, Error> {
    let mut token = None;
    while let Some(field) = form.next_field().await.map_err(|_| Error::Request("The body is not multipart/form-data."))? {
        match field.name() {
            Some("token") => {
                let text = TextBudget::default().read(field).await?;
                token = Some(read_token(app, record, &text)?);
            }
            Some("file") => {
                let token = token.as_ref().ok_or(Error::TokenExpired)?;
                let bytes = read_file(field).await?;
                count_file(app, record, visitor, &bytes)?;
                return files::receive(app, record, &visit(token), bytes).await;
            }
            _ => {}
        }
    }
    Err(Error::field("file", ProblemKind::Required))
}

/// Counts a file against its sender's limits.
///
/// # Errors
/// [`Error::TooMany`].
pub(crate) fn count_file(app: &App, record: &DistrictRecord, visitor: &Visitor, bytes: &[u8]) -> Result<(), Error> {
    app.limits.check(Action::Upload, visitor.address, &record.id)?;
    app.limits.check_bytes(visitor.address, &record.id, bytes.len())
}

const TOO_MUCH_TEXT: Error = Error::TooLarge { max_bytes: super::JSON_BYTES as u64 };

/// How much text one form may have, in all its parts together: as much as the same in JSON.
pub(crate) struct TextBudget {
    bytes: usize,
    parts: usize,
}

impl Default for TextBudget {
    fn default() -> Self {
        Self { bytes: super::JSON_BYTES, parts: 1_000 }
    }
}

impl TextBudget {
    /// Reads one part that is text.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when there is more text or there are more parts than any form has, [`Error::Request`] when
    /// it does not arrive whole or is no text.
    pub(crate) async fn read(&mut self, mut field: axum::extract::multipart::Field<'_>) -> Result<String, Error> {
        self.parts = self.parts.checked_sub(1).ok_or(TOO_MUCH_TEXT)?;
        let mut all = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(|_| Error::Request("The form did not arrive whole."))? {
            self.bytes = self.bytes.checked_sub(chunk.len()).ok_or(TOO_MUCH_TEXT)?;
            all.extend_from_slice(&chunk);
        }
        String::from_utf8(all).map_err(|_| Error::Request("The form's text is not UTF-8."))
    }
}

/// Reads a file up to the largest that any form takes.
///
/// # Errors
/// [`Error::Fields`] on `file` when it is larger.
pub(crate) async fn read_file(mut field: axum::extract::multipart::Field<'_>) -> Result<Bytes, Error> {
    let (mut all, mut too_large) = (Vec::new(), false);
    loop {
        let chunk = field.chunk().await.map_err(|e| match e.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                Error::field("file", ProblemKind::FileTooLarge { max_bytes: files::MAX_BYTES as u64 })
            }
            _ => Error::Request("The file did not arrive whole."),
        })?;
        let Some(chunk) = chunk else { break };
        // Read to its end all the same: what was typed may come after it.
        too_large = too_large || all.len() + chunk.len() > files::MAX_BYTES;
        if too_large {
            all.clear();
            continue;
        }
        all.extend_from_slice(&chunk);
    }
    if too_large {
        return Err(Error::field("file", ProblemKind::FileTooLarge { max_bytes: files::MAX_BYTES as u64 }));
    }
    Ok(Bytes::from(all))
}

#[derive(Deserialize)]
pub(crate) struct Holder {
    token: String,
}

/// `DELETE /districts/{district}/files/{id}?token=…`: the sender thought better of it.
pub(crate) async fn forget(
    State(app): State<Arc<App>>,
    Path((slug, id)): Path<(String, String)>,
    Query(holder): Query<Holder>,
) -> Result<StatusCode, Error> {
    let record = app.district(&slug)?;
    let token = read_token(&app, &record, &holder.token)?;
    let mine = app.db.files_of_token(&record.id, &visit(&token)).await?;
    if !mine.iter().any(|f| f.id == id) {
        return Err(Error::NotFound);
    }
    files::discard(&app, &record.id, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
