//! Files in pieces: on a bad line a photo goes on where it stopped, instead of starting over.
//!
//! Each piece is an object of its own in the files store, so any server takes the next one. When the last has come
//! they are put together, and the file is received like any other, under the upload's id.

use super::{MAX_BYTES, MAX_UNCLAIMED, MAX_UNCLAIMED_BYTES, PIECES, UNCLAIMED_HOURS, delete_object, over_quota, receive_as};
use crate::app::{App, new_id};
use crate::error::Error;
use crate::store::{DistrictRecord, Result, UploadRecord};
use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};
use porchlight_shared::problem::ProblemKind;
use std::sync::Arc;

/// Begins a file of `length` bytes, for a visit's hash.
///
/// # Errors
/// [`Error::Fields`] on `file` when it is too large or empty; [`Error::TooMany`] over the quota.
pub async fn begin(app: &App, district: &DistrictRecord, visit: &str, length: u64) -> Result<UploadRecord> {
    if length == 0 {
        return Err(Error::field("file", ProblemKind::Required));
    }
    if length > MAX_BYTES as u64 {
        return Err(Error::field("file", ProblemKind::FileTooLarge { max_bytes: MAX_BYTES as u64 }));
    }
    let upload = UploadRecord {
        id: new_id(app.now()),
        token_hash: visit.to_owned(),
        length: i64::try_from(length).unwrap_or(i64::MAX),
        received: 0,
        pieces: Vec::new(),
    };
    let mut tx = app.db.begin().await?;
    let (files, bytes) = tx.unclaimed_of(&district.id, visit).await?;
    let (uploads, coming) = tx.uploads_of(&district.id, visit).await?;
    if files + uploads >= MAX_UNCLAIMED || bytes + coming + upload.length > MAX_UNCLAIMED_BYTES {
        return Err(over_quota());
    }
    tx.insert_upload(&district.id, &upload, app.now().as_millisecond()).await?;
    tx.commit().await?;
    Ok(upload)
}

/// Takes the piece that begins at `offset`; the last one makes the file. Returns how many bytes are here.
///
/// # Errors
/// [`Error::Conflict`] when the file goes on elsewhere; [`Error::Fields`] on `file` when it is no file that we take,
/// which ends the upload.
pub async fn append(app: &Arc<App>, district: &DistrictRecord, upload: &UploadRecord, offset: i64, piece: Bytes) -> Result<i64> {
    let bytes = i64::try_from(piece.len()).unwrap_or(i64::MAX);
    if offset != upload.received || bytes > upload.length - upload.received {
        return Err(Error::Conflict);
    }
    if bytes == 0 {
        return Ok(offset);
    }
    let received = offset + bytes;
    // A name of its own: of two that come at once, one is refused below and must not have overwritten the other.
    let name = new_id(app.now());
    if received == upload.length {
        finish(app, district, upload, piece).await?;
    } else {
        app.files.put(&place(&district.id, &name), PutPayload::from(piece)).await?;
    }
    let mut tx = app.db.begin().await?;
    tx.append_piece(&district.id, &upload.id, offset, bytes, &name).await?;
    tx.commit().await?;
    if received == upload.length {
        delete_pieces(app, &district.id, upload).await?;
    }
    Ok(received)
}

/// Puts the pieces together and receives the file.
async fn finish(app: &Arc<App>, district: &DistrictRecord, upload: &UploadRecord, last: Bytes) -> Result<()> {
    let mut whole = BytesMut::with_capacity(usize::try_from(upload.length).unwrap_or(0));
    for name in &upload.pieces {
        whole.extend_from_slice(&app.files.get(&place(&district.id, name)).await?.bytes().await?);
    }
    whole.extend_from_slice(&last);
    match receive_as(app, district, &upload.token_hash, upload.id.clone(), None, whole.freeze()).await {
        Ok(_) => Ok(()),
        // The answer to the last piece was lost, and it came again.
        Err(error) if error.is_taken() => Ok(()),
        Err(error @ Error::Fields(_)) => {
            discard(app, &district.id, upload).await?;
            Err(error)
        }
        Err(error) => Err(error),
    }
}

/// Forgets an upload, whole or not; the file that it became stays.
///
/// # Errors
/// A store is not to be had.
pub async fn discard(app: &App, district: &str, upload: &UploadRecord) -> Result<()> {
    let mut tx = app.db.begin().await?;
    tx.delete_upload(district, &upload.id).await?;
    tx.commit().await?;
    delete_pieces(app, district, upload).await
}

/// Forgets uploads that have not arrived whole in time, and pieces that nobody knows.
///
/// # Errors
/// A store is not to be had; the rest is tried again later.
pub(super) async fn sweep(app: &App) -> Result<()> {
    let before = app.now().as_millisecond() - UNCLAIMED_HOURS * 3_600_000;
    let mut tx = app.db.begin().await?;
    tx.delete_old_uploads(before).await?;
    tx.commit().await?;
    let old = app.files.list(Some(&Path::from(PIECES)));
    let old = old.try_filter(|found| std::future::ready(found.last_modified.timestamp_millis() < before));
    let old: Vec<Path> = old.map_ok(|found| found.location).try_collect().await?;
    for path in &old {
        delete_object(app, path).await?;
    }
    Ok(())
}

async fn delete_pieces(app: &App, district: &str, upload: &UploadRecord) -> Result<()> {
    for name in &upload.pieces {
        delete_object(app, &place(district, name)).await?;
    }
    Ok(())
}

fn place(district: &str, name: &str) -> Path {
    Path::from_iter([PIECES, district, name])
}
