//! What is known about files; their bytes are in the files store.

use super::row::Columns;
use super::{Db, Result, Tx};
use sqlx::any::AnyRow;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRecord {
    pub id: String,
    pub inquiry_id: Option<String>,
    /// The message that it came with; `None` for the first submission.
    pub message_id: Option<String>,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    /// What came in, before it was rewritten: a form's rules are about this.
    pub sent_type: String,
    pub sent_size: i64,
    pub width: Option<i64>,
    pub height: Option<i64>,
}

const COLUMNS: &str = "id, inquiry_id, message_id, name, media_type, size, sent_type, sent_size, width, height";

fn read(row: &AnyRow) -> Result<FileRecord> {
    let mut c = Columns::of(row);
    Ok(FileRecord {
        id: c.text()?,
        inquiry_id: c.take()?,
        message_id: c.take()?,
        name: c.text()?,
        media_type: c.text()?,
        size: c.take()?,
        sent_type: c.text()?,
        sent_size: c.take()?,
        width: c.take()?,
        height: c.take()?,
    })
}

/// A count and a sum, as one row tells them.
pub(super) fn count_and_sum(rows: &[AnyRow]) -> Result<(usize, i64)> {
    let Some(row) = rows.first() else { return Ok((0, 0)) };
    let mut columns = Columns::of(row);
    let count: i64 = columns.take()?;
    Ok((usize::try_from(count).unwrap_or(0), columns.take()?))
}

impl Db {
    /// # Errors
    /// The database cannot be read.
    pub async fn file(&self, district: &str, id: &str) -> Result<Option<FileRecord>> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM files WHERE district_id = $1 AND id = $2"));
        let rows = sqlx::query(sql).bind(district).bind(id).fetch_all(&self.reader).await?;
        rows.first().map(read).transpose()
    }

    /// # Errors
    /// The database cannot be read.
    pub async fn files_of(&self, district: &str, inquiry: &str) -> Result<Vec<FileRecord>> {
        let sql =
            sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM files WHERE district_id = $1 AND inquiry_id = $2 ORDER BY id"));
        sqlx::query(sql).bind(district).bind(inquiry).fetch_all(&self.reader).await?.iter().map(read).collect()
    }

    /// The files of several inquiries.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn files_of_many(&self, district: &str, inquiries: &[&str]) -> Result<Vec<FileRecord>> {
        let mut clause = super::clause::Clause::default();
        let these = clause.these(inquiries.iter().copied());
        let columns = COLUMNS.split(", ").map(|column| format!("f.{column}")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT {columns} FROM {these} files f WHERE f.district_id = $1 AND f.inquiry_id = these.column1 ORDER BY f.id"
        );
        clause.bind(sql, district).fetch_all(&self.reader).await?.iter().map(read).collect()
    }

    /// Files that were sent under a token and not claimed yet.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn files_of_token(&self, district: &str, token_hash: &str) -> Result<Vec<FileRecord>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM files WHERE district_id = $1 AND token_hash = $2 AND inquiry_id IS NULL"
        ));
        sqlx::query(sql).bind(district).bind(token_hash).fetch_all(&self.reader).await?.iter().map(read).collect()
    }

    /// Files that nobody claimed, of all districts, as `(district, id)`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn unclaimed_files(&self, before: i64) -> Result<Vec<(String, String)>> {
        let rows = sqlx::query("SELECT district_id, id FROM files WHERE inquiry_id IS NULL AND created_at < $1 LIMIT 1000")
            .bind(before)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(Columns::of).map(|mut c| Ok((c.text()?, c.text()?))).collect()
    }

    /// Those of `ids` that a district knows.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn known_files(&self, district: &str, ids: &[String]) -> Result<Vec<String>> {
        let mut clause = super::clause::Clause::default();
        let these = clause.these(ids.iter().map(String::as_str));
        let sql = format!("SELECT id FROM {these} files WHERE district_id = $1 AND id = these.column1");
        clause.bind(sql, district).fetch_all(&self.reader).await?.iter().map(|row| Columns::of(row).text()).collect()
    }
}

impl Tx {
    /// What files are called, as `(id, name)`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn names_of_files(&mut self, district: &str, ids: &[String]) -> Result<Vec<(String, String)>> {
        let mut all = Vec::new();
        for id in ids {
            let rows = sqlx::query("SELECT id, name FROM files WHERE district_id = $1 AND id = $2")
                .bind(district)
                .bind(id)
                .fetch_all(self.connection())
                .await?;
            for row in &rows {
                let mut c = Columns::of(row);
                all.push((c.text()?, c.text()?));
            }
        }
        Ok(all)
    }

    /// # Errors
    /// The database refused.
    pub async fn insert_file(&mut self, district: &str, token_hash: &str, file: &FileRecord, at: i64) -> Result<()> {
        sqlx::query(
            "INSERT INTO files (district_id, id, token_hash, name, media_type, size, sent_type, sent_size, width, height, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(district)
        .bind(&file.id)
        .bind(token_hash)
        .bind(&file.name)
        .bind(&file.media_type)
        .bind(file.size)
        .bind(&file.sent_type)
        .bind(file.sent_size)
        .bind(file.width)
        .bind(file.height)
        .bind(at)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// How many files a visit has that are not claimed, and their bytes, this transaction's included.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn unclaimed_of(&mut self, district: &str, token_hash: &str) -> Result<(usize, i64)> {
        let rows = sqlx::query(
            "SELECT CAST(COUNT(*) AS BIGINT), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM files \
             WHERE district_id = $1 AND token_hash = $2 AND inquiry_id IS NULL",
        )
        .bind(district)
        .bind(token_hash)
        .fetch_all(self.connection())
        .await?;
        count_and_sum(&rows)
    }

    /// Forgets a file, but not one that was claimed meanwhile. `true` when it was forgotten.
    ///
    /// # Errors
    /// The database refused.
    pub async fn delete_unclaimed(&mut self, district: &str, id: &str) -> Result<bool> {
        let done = sqlx::query("DELETE FROM files WHERE district_id = $1 AND id = $2 AND inquiry_id IS NULL")
            .bind(district)
            .bind(id)
            .execute(self.connection())
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Ties files to a message that the sender added.
    ///
    /// # Errors
    /// A file is gone or belongs to somebody else.
    pub async fn claim_for_message(
        &mut self,
        district: &str,
        inquiry: &str,
        message: &str,
        ids: &[String],
        token_hash: &str,
        at: i64,
    ) -> Result<()> {
        use super::Exactly;
        for id in ids {
            sqlx::query(
                "UPDATE files SET inquiry_id = $3, message_id = $4, claimed_at = $5, token_hash = '' \
                 WHERE district_id = $1 AND id = $2 AND token_hash = $6 AND inquiry_id IS NULL",
            )
            .bind(district)
            .bind(id)
            .bind(inquiry)
            .bind(message)
            .bind(at)
            .bind(token_hash)
            .execute(self.connection())
            .await?
            .exactly(1)
            .map_err(|_| crate::error::Error::field("files", porchlight_shared::problem::ProblemKind::FileGone))?;
        }
        Ok(())
    }
}
