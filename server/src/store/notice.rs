//! What people are told: shown in the console, and mailed as each of them wishes.

use super::clause::Clause;
use super::row::Columns;
use super::{Db, ROWS_AT_ONCE, Result, Tx, placeholders};
use porchlight_shared::status::NoticeKind;
use sqlx::AssertSqlSafe;
use sqlx::any::AnyRow;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    pub id: String,
    pub account_id: String,
    pub inquiry_id: String,
    pub kind: NoticeKind,
    pub by: Option<String>,
    pub message_id: Option<String>,
    pub at: i64,
    /// `false`: shown only.
    pub mail: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRecord {
    pub id: String,
    pub inquiry_id: String,
    pub kind: NoticeKind,
    pub by: Option<String>,
    pub message_id: Option<String>,
    pub at: i64,
    pub is_read: bool,
}

const COLUMNS: &str =
    "id, inquiry_id, kind, by_id, message_id, at, CASE WHEN read_at IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END";

fn read(row: &AnyRow) -> Result<NoticeRecord> {
    let mut c = Columns::of(row);
    Ok(NoticeRecord {
        id: c.text()?,
        inquiry_id: c.text()?,
        kind: c.word(NoticeKind::parse)?,
        by: c.take()?,
        message_id: c.take()?,
        at: c.take()?,
        is_read: c.flag()?,
    })
}

impl Db {
    /// The newest notices of an account, before the one named.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn notices(&self, district: &str, account: &str, before: Option<&str>, limit: u32) -> Result<Vec<NoticeRecord>> {
        let older = if before.is_some() { " AND id < $3" } else { "" };
        let sql = format!(
            "SELECT {COLUMNS} FROM notifications WHERE district_id = $1 AND account_id = $2{older} ORDER BY id DESC LIMIT {limit}"
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(district).bind(account);
        if let Some(before) = before {
            query = query.bind(before);
        }
        query.fetch_all(&self.reader).await?.iter().map(read).collect()
    }

    /// How many notices of an account are unread, up to 100.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn unread_notices(&self, district: &str, account: &str) -> Result<i64> {
        let rows = sqlx::query(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT id FROM notifications WHERE district_id = $1 AND account_id = $2 AND read_at IS NULL LIMIT 100) AS unread",
        )
        .bind(district)
        .bind(account)
        .fetch_all(&self.reader)
        .await?;
        rows.first().map_or(Ok(0), |row| Columns::of(row).take())
    }

    /// What has not been mailed to an account yet, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn notices_to_mail(&self, district: &str, account: &str, until: i64) -> Result<Vec<NoticeRecord>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM notifications WHERE district_id = $1 AND account_id = $2 AND mailed_at IS NULL AND at <= $3 ORDER BY at, id LIMIT 5000"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(district).bind(account).bind(until).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }
}

impl Tx {
    /// # Errors
    /// The database refused.
    pub async fn insert_notices(&mut self, district: &str, notices: &[&NewNotice]) -> Result<()> {
        for chunk in notices.chunks(ROWS_AT_ONCE) {
            let sql = format!(
                "INSERT INTO notifications (district_id, id, account_id, inquiry_id, kind, by_id, message_id, at, mailed_at) VALUES {}",
                placeholders(chunk.len(), 9)
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for notice in chunk {
                query = query
                    .bind(district)
                    .bind(&notice.id)
                    .bind(&notice.account_id)
                    .bind(&notice.inquiry_id)
                    .bind(notice.kind.as_str())
                    .bind(&notice.by)
                    .bind(&notice.message_id)
                    .bind(notice.at)
                    .bind((!notice.mail).then_some(notice.at));
            }
            query.execute(self.connection()).await?;
        }
        Ok(())
    }

    /// Marks notices as read: one, those about an inquiry, or all.
    ///
    /// # Errors
    /// The database refused.
    pub async fn read_notices(&mut self, district: &str, account: &str, about: ReadNotices<'_>, at: i64) -> Result<()> {
        let (narrow, value) = match about {
            ReadNotices::All => ("", None),
            ReadNotices::One(id) => (" AND id = $4", Some(id)),
            ReadNotices::About(inquiry) => (" AND inquiry_id = $4", Some(inquiry)),
        };
        let sql = format!(
            "UPDATE notifications SET read_at = $3 WHERE district_id = $1 AND account_id = $2 AND read_at IS NULL{narrow}"
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(district).bind(account).bind(at);
        if let Some(value) = value {
            query = query.bind(value);
        }
        query.execute(self.connection()).await?;
        Ok(())
    }

    /// Remembers that notices were mailed, or need no mail.
    ///
    /// # Errors
    /// The database refused.
    pub async fn mailed_notices(&mut self, district: &str, ids: &[&str], at: i64) -> Result<()> {
        for chunk in ids.chunks(ROWS_AT_ONCE) {
            let mut clause = Clause::default();
            let at = clause.number(at);
            let these = clause.any_of("id", chunk.iter().copied());
            let sql = format!("UPDATE notifications SET mailed_at = {at} WHERE district_id = $1{these}");
            clause.bind(sql, district).execute(self.connection()).await?;
        }
        Ok(())
    }
}

/// Which notices were read.
#[derive(Debug, Clone, Copy)]
pub enum ReadNotices<'a> {
    All,
    One(&'a str),
    About(&'a str),
}
