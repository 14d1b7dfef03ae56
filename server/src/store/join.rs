//! Inquiries that were put together or taken apart, with how to undo it.

use super::row::Columns;
use super::{Db, Exactly, Result, Tx};
use porchlight_shared::status::MessageKind;
use sqlx::any::AnyRow;

/// One merging; undone ones stay, since senders' pages show what was said while it held.
#[derive(Debug, Clone, PartialEq)]
pub struct MergeRecord {
    pub id: String,
    pub child_id: String,
    pub parent_id: String,
    pub account_id: String,
    /// How both were before.
    pub before: serde_json::Value,
    pub at: i64,
    pub undone_at: Option<i64>,
}

/// One message that was made an inquiry of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitRecord {
    pub id: String,
    pub from_id: String,
    pub to_id: String,
    pub message_id: String,
    pub at: i64,
    pub undone_at: Option<i64>,
}

fn read_merge(row: &AnyRow) -> Result<MergeRecord> {
    let mut c = Columns::of(row);
    Ok(MergeRecord {
        id: c.text()?,
        child_id: c.text()?,
        parent_id: c.text()?,
        account_id: c.text()?,
        before: c.json()?,
        at: c.take()?,
        undone_at: c.take()?,
    })
}

fn read_split(row: &AnyRow) -> Result<SplitRecord> {
    let mut c = Columns::of(row);
    Ok(SplitRecord {
        id: c.text()?,
        from_id: c.text()?,
        to_id: c.text()?,
        message_id: c.text()?,
        at: c.take()?,
        undone_at: c.take()?,
    })
}

const MERGE: &str = "id, child_id, parent_id, account_id, before, at, undone_at";
const SPLIT: &str = "id, from_id, to_id, message_id, at, undone_at";

impl Db {
    /// Every merging in which an inquiry was ever the child or the parent, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn merges_of(&self, district: &str, inquiry: &str) -> Result<Vec<MergeRecord>> {
        let sql = format!(
            "SELECT {MERGE} FROM merges WHERE district_id = $1 AND child_id = $2 \
             UNION ALL SELECT {MERGE} FROM merges WHERE district_id = $1 AND parent_id = $2 ORDER BY 1"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(district).bind(inquiry).fetch_all(&self.reader).await?;
        rows.iter().map(read_merge).collect()
    }

    /// What is merged into an inquiry now, by id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn children_of(&self, district: &str, inquiry: &str) -> Result<Vec<String>> {
        let rows = sqlx::query("SELECT id FROM inquiries WHERE district_id = $1 AND merged_into = $2 ORDER BY id")
            .bind(district)
            .bind(inquiry)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(|row| Columns::of(row).text()).collect()
    }

    /// Every split from or into an inquiry, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn splits_of(&self, district: &str, inquiry: &str) -> Result<Vec<SplitRecord>> {
        let sql = format!(
            "SELECT {SPLIT} FROM splits WHERE district_id = $1 AND from_id = $2 \
             UNION ALL SELECT {SPLIT} FROM splits WHERE district_id = $1 AND to_id = $2 ORDER BY 1"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(district).bind(inquiry).fetch_all(&self.reader).await?;
        rows.iter().map(read_split).collect()
    }
}

impl Tx {
    /// # Errors
    /// The database refused.
    pub async fn insert_merge(&mut self, district: &str, merge: &MergeRecord) -> Result<()> {
        sqlx::query("INSERT INTO merges (district_id, id, child_id, parent_id, account_id, before, at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(district)
            .bind(&merge.id)
            .bind(&merge.child_id)
            .bind(&merge.parent_id)
            .bind(&merge.account_id)
            .bind(merge.before.to_string())
            .bind(merge.at)
            .execute(self.connection())
            .await?
            .exactly(1)
    }

    /// The merging that holds for a child.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn merge_of_child(&mut self, district: &str, child: &str) -> Result<Option<MergeRecord>> {
        let sql = format!(
            "SELECT {MERGE} FROM merges WHERE district_id = $1 AND child_id = $2 AND undone_at IS NULL ORDER BY id DESC LIMIT 1"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(district).bind(child).fetch_all(self.connection()).await?;
        rows.first().map(read_merge).transpose()
    }

    /// How many inquiries are merged into this one.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn children(&mut self, district: &str, parent: &str) -> Result<Vec<String>> {
        let rows = sqlx::query("SELECT id FROM inquiries WHERE district_id = $1 AND merged_into = $2 ORDER BY id")
            .bind(district)
            .bind(parent)
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(|row| Columns::of(row).text()).collect()
    }

    /// The senders' addresses of what was merged into an inquiry, by its id.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn children_to_mail(&mut self, district: &str, parent: &str) -> Result<Vec<(String, String)>> {
        let rows = sqlx::query(
            "SELECT id, sender_email FROM inquiries WHERE district_id = $1 AND merged_into = $2 AND sender_email IS NOT NULL ORDER BY id",
        )
        .bind(district)
        .bind(parent)
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(Columns::of).map(|mut c| Ok((c.text()?, c.text()?))).collect()
    }

    /// Whether something confidential was merged into an inquiry.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn has_confidential_children(&mut self, district: &str, parent: &str) -> Result<bool> {
        let rows =
            sqlx::query("SELECT id FROM inquiries WHERE district_id = $1 AND merged_into = $2 AND confidential = 1 LIMIT 1")
                .bind(district)
                .bind(parent)
                .fetch_all(self.connection())
                .await?;
        Ok(!rows.is_empty())
    }

    /// When the last message of a kind was written to an inquiry, from `since` on; both in ms UTC.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn last_message(&mut self, district: &str, inquiry: &str, kind: MessageKind, since: i64) -> Result<Option<i64>> {
        let rows = sqlx::query(
            "SELECT CAST(MAX(created_at) AS BIGINT) FROM messages WHERE district_id = $1 AND inquiry_id = $2 AND kind = $3 AND created_at >= $4",
        )
        .bind(district)
        .bind(inquiry)
        .bind(kind.as_str())
        .bind(since)
        .fetch_all(self.connection())
        .await?;
        rows.first().map_or(Ok(None), |row| Columns::of(row).take())
    }

    /// # Errors
    /// The database refused.
    pub async fn set_merged_into(&mut self, district: &str, child: &str, parent: Option<&str>) -> Result<()> {
        sqlx::query("UPDATE inquiries SET merged_into = $3 WHERE district_id = $1 AND id = $2")
            .bind(district)
            .bind(child)
            .bind(parent)
            .execute(self.connection())
            .await?
            .exactly(1)
    }

    /// # Errors
    /// It was undone before, or the database refused.
    pub async fn undo_merge(&mut self, district: &str, id: &str, at: i64) -> Result<()> {
        sqlx::query("UPDATE merges SET undone_at = $3 WHERE district_id = $1 AND id = $2 AND undone_at IS NULL")
            .bind(district)
            .bind(id)
            .bind(at)
            .execute(self.connection())
            .await?
            .exactly(1)
    }

    /// # Errors
    /// The database refused.
    pub async fn insert_split(&mut self, district: &str, split: &SplitRecord, account: &str) -> Result<()> {
        sqlx::query("INSERT INTO splits (district_id, id, from_id, to_id, message_id, account_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(district)
            .bind(&split.id)
            .bind(&split.from_id)
            .bind(&split.to_id)
            .bind(&split.message_id)
            .bind(account)
            .bind(split.at)
            .execute(self.connection())
            .await?
            .exactly(1)
    }

    /// The split that made an inquiry, unless it was undone.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn split_into(&mut self, district: &str, inquiry: &str) -> Result<Option<SplitRecord>> {
        let sql = format!("SELECT {SPLIT} FROM splits WHERE district_id = $1 AND to_id = $2 AND undone_at IS NULL");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(district).bind(inquiry).fetch_all(self.connection()).await?;
        rows.first().map(read_split).transpose()
    }

    /// # Errors
    /// It was undone before, or the database refused.
    pub async fn undo_split(&mut self, district: &str, id: &str, at: i64) -> Result<()> {
        sqlx::query("UPDATE splits SET undone_at = $3 WHERE district_id = $1 AND id = $2 AND undone_at IS NULL")
            .bind(district)
            .bind(id)
            .bind(at)
            .execute(self.connection())
            .await?
            .exactly(1)
    }

    /// Puts one message of a sender, with its files, into another inquiry.
    ///
    /// # Errors
    /// It is not there, or not the sender's; or the database refused.
    pub async fn move_message(&mut self, district: &str, message: &str, from: &str, to: &str) -> Result<()> {
        sqlx::query(
            "UPDATE messages SET inquiry_id = $4 WHERE district_id = $1 AND id = $2 AND inquiry_id = $3 AND kind = 'sender'",
        )
        .bind(district)
        .bind(message)
        .bind(from)
        .bind(to)
        .execute(self.connection())
        .await?
        .exactly(1)?;
        sqlx::query("UPDATE files SET inquiry_id = $3 WHERE district_id = $1 AND message_id = $2")
            .bind(district)
            .bind(message)
            .bind(to)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
