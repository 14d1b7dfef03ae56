//! Files that are on their way, piece by piece.

use super::file::count_and_sum;
use super::row::Columns;
use super::{Db, Exactly, Result, Tx};
use sqlx::any::AnyRow;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRecord {
    /// The id that the file will have.
    pub id: String,
    pub token_hash: String,
    /// Bytes of the whole file.
    pub length: i64,
    /// Bytes that are here.
    pub received: i64,
    /// Names of the pieces in the files store, in order.
    pub pieces: Vec<String>,
}

fn read(row: &AnyRow) -> Result<UploadRecord> {
    let mut c = Columns::of(row);
    Ok(UploadRecord {
        id: c.text()?,
        token_hash: c.text()?,
        length: c.take()?,
        received: c.take()?,
        pieces: c.text()?.split_whitespace().map(str::to_owned).collect(),
    })
}

impl Db {
    /// # Errors
    /// The database cannot be read.
    pub async fn upload(&self, district: &str, id: &str) -> Result<Option<UploadRecord>> {
        let rows = sqlx::query("SELECT id, token_hash, length, received, pieces FROM uploads WHERE district_id = $1 AND id = $2")
            .bind(district)
            .bind(id)
            .fetch_all(&self.reader)
            .await?;
        rows.first().map(read).transpose()
    }
}

impl Tx {
    /// # Errors
    /// The database refused.
    pub async fn insert_upload(&mut self, district: &str, upload: &UploadRecord, at: i64) -> Result<()> {
        sqlx::query(
            "INSERT INTO uploads (district_id, id, token_hash, length, received, pieces, created_at) \
             VALUES ($1, $2, $3, $4, 0, '', $5)",
        )
        .bind(district)
        .bind(&upload.id)
        .bind(&upload.token_hash)
        .bind(upload.length)
        .bind(at)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// How many uploads a visit has that have not arrived whole, and their bytes, this transaction's included.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn uploads_of(&mut self, district: &str, token_hash: &str) -> Result<(usize, i64)> {
        let rows = sqlx::query(
            "SELECT CAST(COUNT(*) AS BIGINT), CAST(COALESCE(SUM(length), 0) AS BIGINT) FROM uploads \
             WHERE district_id = $1 AND token_hash = $2 AND received < length",
        )
        .bind(district)
        .bind(token_hash)
        .fetch_all(self.connection())
        .await?;
        count_and_sum(&rows)
    }

    /// Appends a piece that begins at `offset`.
    ///
    /// # Errors
    /// [`crate::error::Error::Conflict`] when another piece was there first.
    pub async fn append_piece(&mut self, district: &str, id: &str, offset: i64, bytes: i64, piece: &str) -> Result<()> {
        sqlx::query(
            "UPDATE uploads SET received = received + $4, pieces = pieces || ' ' || $5 \
             WHERE district_id = $1 AND id = $2 AND received = $3",
        )
        .bind(district)
        .bind(id)
        .bind(offset)
        .bind(bytes)
        .bind(piece)
        .execute(self.connection())
        .await?
        .exactly(1)
    }

    /// Forgets uploads that were begun before a time, of all districts.
    ///
    /// # Errors
    /// The database refused.
    pub async fn delete_old_uploads(&mut self, before: i64) -> Result<()> {
        sqlx::query("DELETE FROM uploads WHERE created_at < $1").bind(before).execute(self.connection()).await?;
        Ok(())
    }

    /// # Errors
    /// The database refused.
    pub async fn delete_upload(&mut self, district: &str, id: &str) -> Result<()> {
        sqlx::query("DELETE FROM uploads WHERE district_id = $1 AND id = $2")
            .bind(district)
            .bind(id)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
