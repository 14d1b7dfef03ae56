//! What is done and may be taken back: replies in their seconds of grace, and deeds with how things were.

use super::row::Columns;
use super::{Db, Exactly, Result, Tx};
use sqlx::any::AnyRow;

/// A reply that leaves in a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldReply {
    /// The id that the message will have.
    pub id: String,
    pub inquiry_id: String,
    pub account_id: String,
    pub body: String,
    pub files: Vec<String>,
    /// Templates that stand in it, by id.
    pub templates: Vec<String>,
    pub client_key: String,
    /// In ms UTC.
    pub release_at: i64,
}

const COLUMNS: &str = "id, inquiry_id, account_id, body, files, templates, client_key, release_at";

fn read(row: &AnyRow) -> Result<HeldReply> {
    let mut c = Columns::of(row);
    Ok(HeldReply {
        id: c.text()?,
        inquiry_id: c.text()?,
        account_id: c.text()?,
        body: c.text()?,
        files: c.words()?,
        templates: c.words()?,
        client_key: c.text()?,
        release_at: c.take()?,
    })
}

impl Db {
    /// Replies to an inquiry that have not left yet, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn held_replies(&self, district: &str, inquiry: &str) -> Result<Vec<HeldReply>> {
        let sql = format!("SELECT {COLUMNS} FROM held_replies WHERE district_id = $1 AND inquiry_id = $2 ORDER BY id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(district).bind(inquiry).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }
}

impl Tx {
    /// Holds a reply. `false` when its key is held already.
    ///
    /// # Errors
    /// The database refused.
    pub async fn hold_reply(&mut self, district: &str, held: &HeldReply) -> Result<bool> {
        let done = sqlx::query(
            "INSERT INTO held_replies (district_id, id, inquiry_id, account_id, body, files, client_key, release_at, templates) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        )
        .bind(district)
        .bind(&held.id)
        .bind(&held.inquiry_id)
        .bind(&held.account_id)
        .bind(&held.body)
        .bind(held.files.join(" "))
        .bind(&held.client_key)
        .bind(held.release_at)
        .bind(held.templates.join(" "))
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Takes a held reply out, to let it go or to give it back. `None` when it has left.
    ///
    /// # Errors
    /// The database refused.
    pub async fn take_held(&mut self, district: &str, id: &str) -> Result<Option<HeldReply>> {
        let sql = format!("DELETE FROM held_replies WHERE district_id = $1 AND id = $2 RETURNING {COLUMNS}");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(district).bind(id).fetch_all(self.connection()).await?;
        rows.first().map(read).transpose()
    }

    /// Whether a reply to an inquiry is about to leave.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn is_held(&mut self, district: &str, inquiry: &str) -> Result<bool> {
        let rows = sqlx::query("SELECT id FROM held_replies WHERE district_id = $1 AND inquiry_id = $2 LIMIT 1")
            .bind(district)
            .bind(inquiry)
            .fetch_all(self.connection())
            .await?;
        Ok(!rows.is_empty())
    }

    /// Replies of others than `account` that came after `seen` (a message's id): they left, or are about to.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn replies_since(&mut self, district: &str, inquiry: &str, account: &str, seen: &str) -> Result<i64> {
        let rows = sqlx::query(
            "SELECT CAST((SELECT COUNT(*) FROM messages WHERE district_id = $1 AND inquiry_id = $2 AND kind = 'reply' AND account_id <> $3 AND id > $4) \
             + (SELECT COUNT(*) FROM held_replies WHERE district_id = $1 AND inquiry_id = $2 AND account_id <> $3 AND id > $4) AS BIGINT)",
        )
        .bind(district)
        .bind(inquiry)
        .bind(account)
        .bind(seen)
        .fetch_all(self.connection())
        .await?;
        rows.first().map_or(Ok(0), |row| Columns::of(row).take())
    }

    /// Keeps how things were, for `id` to take back until `expires_at` (ms UTC); forgets what is over.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_undo(
        &mut self,
        district: &str,
        id: &str,
        account: &str,
        items: &serde_json::Value,
        now: i64,
        expires_at: i64,
    ) -> Result<()> {
        sqlx::query("DELETE FROM undos WHERE district_id = $1 AND expires_at < $2")
            .bind(district)
            .bind(now)
            .execute(self.connection())
            .await?;
        sqlx::query("INSERT INTO undos (district_id, id, account_id, items, expires_at) VALUES ($1, $2, $3, $4, $5)")
            .bind(district)
            .bind(id)
            .bind(account)
            .bind(items.to_string())
            .bind(expires_at)
            .execute(self.connection())
            .await?
            .exactly(1)
    }

    /// Takes out what `account` may take back. `None` when it is not theirs, or too late, or done already.
    ///
    /// # Errors
    /// The database refused.
    pub async fn take_undo(&mut self, district: &str, id: &str, account: &str, now: i64) -> Result<Option<serde_json::Value>> {
        let rows = sqlx::query(
            "DELETE FROM undos WHERE district_id = $1 AND id = $2 AND account_id = $3 AND expires_at >= $4 RETURNING items",
        )
        .bind(district)
        .bind(id)
        .bind(account)
        .bind(now)
        .fetch_all(self.connection())
        .await?;
        rows.first().map(|row| Columns::of(row).json()).transpose()
    }
}
