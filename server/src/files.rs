//! Files that senders and staff attach: checked, rewritten, kept in the files store.
//!
//! A photo is decoded and encoded anew, so that nothing but its picture remains: no place, no camera,
//! no second file hidden behind it. A PDF is kept as it is and only ever served as a download.

pub mod pieces;

use crate::app::{App, new_id};
use crate::error::Error;
use crate::store::{DistrictRecord, FileRecord, Result};
use bytes::Bytes;
use futures_util::TryStreamExt;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};
use porchlight_shared::form::FileType;
use porchlight_shared::problem::ProblemKind;
use std::io::Cursor;
use std::sync::Arc;

/// Largest file of any form, in bytes.
pub const MAX_BYTES: usize = 20_000_000;
/// Files of one visit that are not claimed yet.
pub const MAX_UNCLAIMED: usize = 20;
/// Bytes of one visit that are not claimed yet.
pub const MAX_UNCLAIMED_BYTES: i64 = 100_000_000;
/// After this many hours an unclaimed file is deleted.
pub const UNCLAIMED_HOURS: i64 = 24;
/// Pixels of a kept picture, as many as 4,096 by 4,096; by area, so that a long screenshot stays readable.
const KEPT_PIXELS: u64 = 16_777_216;
/// Largest decoded picture, in pixels and in bytes: 40 million of three bytes.
const MOST_PIXELS: u64 = 40_000_000;
const MOST_PIXEL_BYTES: u64 = 120_000_000;
/// Unclaimed files that one round of sweeping forgets.
const SWEPT_AT_ONCE: usize = 1_000;

/// Where the pieces of files are that have not arrived whole; no district has this name for an id.
const PIECES: &str = "uploads";
/// Stored files that are compared with their rows at a time.
const ORPHANS_AT_ONCE: usize = 500;

/// Checks, rewrites and keeps a file under a visit's hash, unreadable until it is claimed.
///
/// # Errors
/// [`Error::Fields`] on `file` when it is no file that we take; [`Error::TooMany`] over the quota.
pub async fn receive(app: &Arc<App>, district: &DistrictRecord, visit: &str, bytes: Bytes) -> Result<FileRecord> {
    receive_as(app, district, visit, new_id(app.now()), None, bytes).await
}

/// The same for a colleague's file, which keeps its name: the sender is to know what they get, and it is found by it.
///
/// # Errors
/// As [`receive`].
pub async fn receive_named(
    app: &Arc<App>,
    district: &DistrictRecord,
    visit: &str,
    name: Option<&str>,
    bytes: Bytes,
) -> Result<FileRecord> {
    receive_as(app, district, visit, new_id(app.now()), name, bytes).await
}

async fn receive_as(
    app: &Arc<App>,
    district: &DistrictRecord,
    visit: &str,
    id: String,
    own_name: Option<&str>,
    bytes: Bytes,
) -> Result<FileRecord> {
    let kind = FileType::sniff(&bytes).ok_or_else(|| Error::field("file", ProblemKind::file_type(FileType::ALL)))?;
    let sent_size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let before = app.db.files_of_token(&district.id, visit).await?;
    if before.len() >= MAX_UNCLAIMED || before.iter().map(|f| f.size).sum::<i64>() > MAX_UNCLAIMED_BYTES {
        return Err(over_quota());
    }
    let picture = if kind.is_image() {
        let _slot = app.picture_slots.acquire().await.map_err(|_| Error::Unavailable)?;
        let done = tokio::task::spawn_blocking(move || rewrite(&bytes)).await.map_err(|e| Error::Files(e.to_string()))?;
        done.map_err(|_| Error::field("file", ProblemKind::FileNotWhatItSays))?
    } else {
        Picture { bytes: bytes.to_vec(), kind, size: None }
    };
    let record = FileRecord {
        id,
        inquiry_id: None,
        message_id: None,
        name: own_name.and_then(|own| kept_name(own, picture.kind)).unwrap_or_else(|| name(picture.kind, before.len() + 1)),
        media_type: picture.kind.media_type().to_owned(),
        size: i64::try_from(picture.bytes.len()).unwrap_or(i64::MAX),
        sent_type: kind.media_type().to_owned(),
        sent_size,
        width: picture.size.map(|(w, _)| i64::from(w)),
        height: picture.size.map(|(_, h)| i64::from(h)),
    };
    // In a task of its own: a client that leaves must not leave bytes without a row behind.
    let kept = tokio::spawn(keep(app.clone(), district.id.clone(), visit.to_owned(), record.clone(), picture.bytes));
    kept.await.map_err(|e| Error::Files(e.to_string()))??;
    Ok(record)
}

/// Under which a member of staff sends files for replies to one inquiry.
pub fn visit_of_staff(account: &str, inquiry: &str) -> String {
    crate::secret::hash(&[b"files of staff", account.as_bytes(), inquiry.as_bytes()])
}

fn over_quota() -> Error {
    Error::TooMany { retry_after: std::time::Duration::from_secs(3_600) }
}

/// Bytes first: a row without bytes would be a promise that cannot be kept.
async fn keep(app: Arc<App>, district: String, visit: String, record: FileRecord, bytes: Vec<u8>) -> Result<()> {
    let path = path(&district, &record.id);
    app.files.put(&path, PutPayload::from(bytes)).await?;
    let written = async {
        let mut tx = app.db.begin().await?;
        tx.insert_file(&district, &visit, &record, app.now().as_millisecond()).await?;
        // Counted again where it counts: many may have been let in at the same moment.
        let (files, bytes) = tx.unclaimed_of(&district, &visit).await?;
        if files > MAX_UNCLAIMED || bytes > MAX_UNCLAIMED_BYTES + i64::try_from(MAX_BYTES).unwrap_or(0) {
            return Err(over_quota());
        }
        tx.commit().await
    };
    if let Err(error) = written.await {
        // Where the row is there already, the bytes belong to it.
        if !error.is_taken() {
            app.files.delete(&path).await?;
        }
        return Err(error);
    }
    Ok(())
}

/// The bytes of a file.
///
/// # Errors
/// [`Error::NotFound`], or the files store is not to be had.
pub async fn read(app: &App, district: &str, id: &str) -> Result<Bytes> {
    Ok(app.files.get(&path(district, id)).await?.bytes().await?)
}

/// Deletes files that nobody claimed in time.
///
/// # Errors
/// A store is not to be had; the rest is tried again later.
pub async fn sweep(app: &App) -> Result<()> {
    pieces::sweep(app).await?;
    let before = app.now().as_millisecond() - UNCLAIMED_HOURS * 3_600_000;
    loop {
        let unclaimed = app.db.unclaimed_files(before).await?;
        for (district, id) in &unclaimed {
            discard(app, district, id).await?;
        }
        if unclaimed.len() < SWEPT_AT_ONCE {
            return Ok(());
        }
    }
}

/// Deletes bytes that no row knows: what a power cut between the two left behind. Returns how many there were.
///
/// # Errors
/// A store is not to be had; the rest is tried again later.
pub async fn sweep_orphans(app: &App) -> Result<usize> {
    // Whatever is younger may be on its way to its row.
    let before = app.now().as_millisecond() - UNCLAIMED_HOURS * 3_600_000;
    let mut swept = sweep_unfinished(app, before)?;
    for district in app.districts() {
        let folder = Path::from(district.id.as_str());
        let mut stored = app.files.list(Some(&folder)).try_chunks(ORPHANS_AT_ONCE);
        while let Some(some) = stored.try_next().await.map_err(|e| Error::from(e.1))? {
            let old = some.into_iter().filter(|o| o.last_modified.timestamp_millis() < before);
            let named: Vec<(String, Path)> = old.filter_map(|o| Some((o.location.filename()?.to_owned(), o.location))).collect();
            let ids: Vec<String> = named.iter().map(|(id, _)| id.clone()).collect();
            if ids.is_empty() {
                continue;
            }
            let known = app.db.known_files(&district.id, &ids).await?;
            for (_, location) in named.iter().filter(|(id, _)| !known.contains(id)) {
                delete_object(app, location).await?;
                swept += 1;
            }
        }
    }
    Ok(swept)
}

/// In a folder, a file is written beside its place and renamed; a power cut in between leaves `ID#1`, which the
/// store does not list.
fn sweep_unfinished(app: &App, before: i64) -> Result<usize> {
    let Some(root) = url::Url::parse(&app.settings.files_url).ok().and_then(|url| url.to_file_path().ok()) else { return Ok(0) };
    let failed = |e: std::io::Error| Error::Files(e.to_string());
    let mut swept = 0;
    for district in app.districts() {
        let Ok(folder) = std::fs::read_dir(root.join(&district.id)) else { continue };
        for entry in folder {
            let entry = entry.map_err(failed)?;
            let unfinished = entry.file_name().to_string_lossy().contains('#');
            let changed = entry.metadata().and_then(|m| m.modified()).map_err(failed)?;
            let changed = changed.duration_since(std::time::UNIX_EPOCH).map_or(i64::MAX, |t| t.as_millis() as i64);
            if unfinished && changed < before {
                std::fs::remove_file(entry.path()).map_err(failed)?;
                swept += 1;
            }
        }
    }
    Ok(swept)
}

/// Deletes a file that was not claimed.
///
/// # Errors
/// A store is not to be had.
pub async fn discard(app: &App, district: &str, id: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let forgotten = tx.delete_unclaimed(district, id).await?;
    tx.commit().await?;
    if !forgotten {
        return Ok(());
    }
    delete_object(app, &path(district, id)).await
}

/// Deletes stored bytes; that somebody else was quicker is fine.
///
/// # Errors
/// The files store is not to be had.
pub async fn delete_object(app: &App, path: &Path) -> Result<()> {
    match app.files.delete(path).await {
        Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
        Err(other) => Err(other.into()),
    }
}

fn path(district: &str, id: &str) -> Path {
    Path::from_iter([district, id])
}

struct Picture {
    bytes: Vec<u8>,
    kind: FileType,
    size: Option<(u32, u32)>,
}

/// Decodes a picture, turns it the right way up, and writes nothing but its pixels.
fn rewrite(bytes: &[u8]) -> image::ImageResult<Picture> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(16_000);
    limits.max_image_height = Some(16_000);
    limits.max_alloc = Some(300_000_000);
    reader.limits(limits);
    let is_jpeg = reader.format() == Some(ImageFormat::Jpeg);
    let mut decoder = reader.into_decoder()?;
    // The reader's own limit does not cover the picture that it makes.
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_PIXEL_BYTES {
        return Err(image::ImageError::Limits(image::error::LimitError::from_kind(
            image::error::LimitErrorKind::InsufficientMemory,
        )));
    }
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    let pixels = u64::from(width) * u64::from(height);
    if pixels > KEPT_PIXELS {
        let ratio = (KEPT_PIXELS as f64 / pixels as f64).sqrt();
        let scaled = |side: u32| (f64::from(side) * ratio) as u32;
        // Unlike `resize`, this makes no intermediate picture of sixteen bytes a pixel.
        picture = picture.thumbnail(scaled(picture.width()), scaled(picture.height()));
    }
    let (kind, format) = if is_jpeg { (FileType::Jpeg, ImageFormat::Jpeg) } else { (FileType::Png, ImageFormat::Png) };
    let picture =
        if is_jpeg { DynamicImage::ImageRgb8(picture.into_rgb8()) } else { DynamicImage::ImageRgba8(picture.into_rgba8()) };
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format)?;
    Ok(Picture { bytes: out.into_inner(), kind, size: Some((picture.width(), picture.height())) })
}

/// A colleague's own name for a file: without folders and signs that cannot be seen, with the ending of what it is.
fn kept_name(own: &str, kind: FileType) -> Option<String> {
    const LONGEST: usize = 100;
    let last = own.rsplit(['/', '\\']).next().unwrap_or(own);
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let hidden =
        |c: &char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    let stem: String = stem.chars().filter(|c| !hidden(c)).take(LONGEST).collect();
    let stem = stem.trim().trim_matches('.');
    let ending = if kind == FileType::Jpeg { "jpg" } else { kind.as_str() };
    stem.chars().any(char::is_alphanumeric).then(|| format!("{stem}.{ending}"))
}

/// A name by kind and number. A sender's own name for a file is never kept: it can tell whose it is, and what is
/// once written into a database is not soon forgotten.
fn name(kind: FileType, number: usize) -> String {
    match kind {
        FileType::Jpeg => format!("photo-{number}.jpg"),
        FileType::Pdf => format!("document-{number}.pdf"),
        other => format!("picture-{number}.{}", other.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colleagues_name_is_kept_as_far_as_it_is_one() {
        let kept = |own: &str| kept_name(own, FileType::Pdf);
        assert_eq!(kept("C:\\forms\\Claim form.pdf").as_deref(), Some("Claim form.pdf"));
        assert_eq!(kept("../../etc/passwd").as_deref(), Some("passwd.pdf"));
        assert_eq!(kept("invoice\u{202e}fdp.exe").as_deref(), Some("invoicefdp.pdf"));
        assert_eq!((kept("..."), kept("\0")), (None, None));
    }

    #[test]
    fn a_picture_keeps_its_pixels_only() {
        let mut jpeg = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(40, 20).write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
        let mut bytes = jpeg.into_inner();
        // An EXIF segment with orientation 6 (turn right) and a secret in its tail.
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0secret@example.org".to_vec();
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let mut segment = vec![0xff, 0xe1, length[0], length[1]];
        segment.append(&mut exif);
        bytes.splice(2..2, segment);
        let rewritten = rewrite(&bytes).unwrap();
        assert_eq!(rewritten.size, Some((20, 40)), "turned upright");
        assert!(!rewritten.bytes.windows(6).any(|w| w == b"secret"));
        assert!(rewrite(b"\xff\xd8\xff not a picture").is_err());
    }
}
