//! What colleagues share about one inquiry: who is let in, tags, drafts, who has read it.

use super::row::Columns;
use super::{Db, Result, Tx};
use porchlight_shared::status::MessageKind;

/// How an account stands to one inquiry, apart from owning it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Named on it.
    pub named: bool,
    /// Gave a reason to open it, which still counts.
    pub unsealed: bool,
    /// Was told of an alert that it raised.
    pub told: bool,
}

/// What somebody is writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRecord {
    pub account_id: String,
    pub kind: MessageKind,
    pub body: String,
    /// Templates that stand in it, by id.
    pub templates: Vec<String>,
    pub updated_at: i64,
}

impl Db {
    /// # Errors
    /// The database cannot be read.
    pub async fn standing(&self, district: &str, inquiry: &str, account: &str, now: i64) -> Result<Standing> {
        let rows = sqlx::query(
            "SELECT CASE WHEN EXISTS (SELECT 1 FROM inquiry_members WHERE district_id = $1 AND inquiry_id = $2 AND account_id = $3) THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END, \
             CASE WHEN EXISTS (SELECT 1 FROM unsealings WHERE district_id = $1 AND inquiry_id = $2 AND account_id = $3 AND until > $4) THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END, \
             CASE WHEN EXISTS (SELECT 1 FROM alerts a JOIN alert_tellings t ON t.district_id = a.district_id AND t.alert_id = a.id \
             WHERE a.district_id = $1 AND a.inquiry_id = $2 AND t.recipient = $3) THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END",
        )
        .bind(district)
        .bind(inquiry)
        .bind(account)
        .bind(now)
        .fetch_all(&self.reader)
        .await?;
        let Some(row) = rows.first() else { return Ok(Standing::default()) };
        let mut c = Columns::of(row);
        Ok(Standing { named: c.flag()?, unsealed: c.flag()?, told: c.flag()? })
    }

    /// Who is named on an inquiry, in the order in which they came.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn members_of(&self, district: &str, inquiry: &str) -> Result<Vec<String>> {
        let rows = sqlx::query(
            "SELECT account_id FROM inquiry_members WHERE district_id = $1 AND inquiry_id = $2 ORDER BY at, account_id",
        )
        .bind(district)
        .bind(inquiry)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|row| Columns::of(row).text()).collect()
    }

    /// The tags that a district uses, by name; not those that are only on what is confidential.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn tags(&self, district: &str) -> Result<Vec<String>> {
        let rows = sqlx::query(
            // From tag to tag along the index: a tag may be on a hundred thousand.
            "WITH RECURSIVE every(tag) AS (SELECT MIN(tag) FROM inquiry_tags WHERE district_id = $1 UNION ALL \
             SELECT (SELECT MIN(tag) FROM inquiry_tags WHERE district_id = $1 AND tag > every.tag) FROM every WHERE every.tag IS NOT NULL) \
             SELECT tag FROM every WHERE EXISTS (SELECT 1 FROM inquiry_tags t JOIN inquiries i ON i.district_id = t.district_id AND i.id = t.inquiry_id \
             WHERE t.district_id = $1 AND t.tag = every.tag AND i.confidential = 0) LIMIT 500",
        )
        .bind(district)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|row| Columns::of(row).text()).collect()
    }

    /// What is being written about an inquiry, by whomever.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn drafts_of(&self, district: &str, inquiry: &str) -> Result<Vec<DraftRecord>> {
        let rows = sqlx::query("SELECT account_id, kind, body, templates, updated_at FROM drafts WHERE district_id = $1 AND inquiry_id = $2 ORDER BY account_id, kind")
            .bind(district)
            .bind(inquiry)
            .fetch_all(&self.reader)
            .await?;
        rows.iter()
            .map(Columns::of)
            .map(|mut c| {
                Ok(DraftRecord {
                    account_id: c.text()?,
                    kind: c.word(MessageKind::parse)?,
                    body: c.text()?,
                    templates: c.words()?,
                    updated_at: c.take()?,
                })
            })
            .collect()
    }

    /// Until when each has read an inquiry, as `(account, ms UTC)`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn reads_of(&self, district: &str, inquiry: &str) -> Result<Vec<(String, i64)>> {
        let rows =
            sqlx::query("SELECT account_id, read_at FROM reads WHERE district_id = $1 AND inquiry_id = $2 ORDER BY read_at")
                .bind(district)
                .bind(inquiry)
                .fetch_all(&self.reader)
                .await?;
        rows.iter().map(Columns::of).map(|mut c| Ok((c.text()?, c.take()?))).collect()
    }
}

impl Tx {
    /// Lets somebody in. `false` when they were in already.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_member(&mut self, district: &str, inquiry: &str, account: &str, at: i64) -> Result<bool> {
        let done = sqlx::query("INSERT INTO inquiry_members (district_id, inquiry_id, account_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING")
            .bind(district)
            .bind(inquiry)
            .bind(account)
            .bind(at)
            .execute(self.connection())
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Takes somebody out. `false` when they were not in.
    ///
    /// # Errors
    /// The database refused.
    pub async fn delete_member(&mut self, district: &str, inquiry: &str, account: &str) -> Result<bool> {
        let done = sqlx::query("DELETE FROM inquiry_members WHERE district_id = $1 AND inquiry_id = $2 AND account_id = $3")
            .bind(district)
            .bind(inquiry)
            .bind(account)
            .execute(self.connection())
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// # Errors
    /// The database cannot be read.
    pub async fn members_to_change(&mut self, district: &str, inquiry: &str) -> Result<Vec<String>> {
        let rows = sqlx::query(
            "SELECT account_id FROM inquiry_members WHERE district_id = $1 AND inquiry_id = $2 ORDER BY at, account_id",
        )
        .bind(district)
        .bind(inquiry)
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(|row| Columns::of(row).text()).collect()
    }

    /// Forgets openings that count no more.
    ///
    /// # Errors
    /// The database refused.
    pub async fn seal_again(&mut self, district: &str, inquiry: &str, now: i64) -> Result<()> {
        sqlx::query("DELETE FROM unsealings WHERE district_id = $1 AND inquiry_id = $2 AND until <= $3")
            .bind(district)
            .bind(inquiry)
            .bind(now)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Keeps why an administrator opens a confidential inquiry; it counts until `until` (ms UTC).
    ///
    /// # Errors
    /// The database refused.
    pub async fn unseal(
        &mut self,
        district: &str,
        inquiry: &str,
        account: &str,
        reason: &str,
        at: i64,
        until: i64,
    ) -> Result<()> {
        sqlx::query(
            "INSERT INTO unsealings (district_id, inquiry_id, account_id, reason, at, until) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (district_id, inquiry_id, account_id) DO UPDATE SET reason = excluded.reason, at = excluded.at, until = excluded.until",
        )
        .bind(district)
        .bind(inquiry)
        .bind(account)
        .bind(reason)
        .bind(at)
        .bind(until)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// `false` when it has the tag already.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_tag(&mut self, district: &str, inquiry: &str, tag: &str) -> Result<bool> {
        let done =
            sqlx::query("INSERT INTO inquiry_tags (district_id, inquiry_id, tag) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
                .bind(district)
                .bind(inquiry)
                .bind(tag)
                .execute(self.connection())
                .await?;
        Ok(done.rows_affected() == 1)
    }

    /// `false` when it did not have the tag.
    ///
    /// # Errors
    /// The database refused.
    pub async fn delete_tag(&mut self, district: &str, inquiry: &str, tag: &str) -> Result<bool> {
        let done = sqlx::query("DELETE FROM inquiry_tags WHERE district_id = $1 AND inquiry_id = $2 AND tag = $3")
            .bind(district)
            .bind(inquiry)
            .bind(tag)
            .execute(self.connection())
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Keeps what somebody is writing; an empty text forgets it. Returns when it was kept before, in ms UTC.
    ///
    /// # Errors
    /// The database refused.
    pub async fn put_draft(&mut self, district: &str, inquiry: &str, draft: &DraftRecord) -> Result<Option<i64>> {
        let rows = sqlx::query(
            "SELECT updated_at FROM drafts WHERE district_id = $1 AND inquiry_id = $2 AND account_id = $3 AND kind = $4",
        )
        .bind(district)
        .bind(inquiry)
        .bind(&draft.account_id)
        .bind(draft.kind.as_str())
        .fetch_all(self.connection())
        .await?;
        let before = rows.first().map(|row| Columns::of(row).take()).transpose()?;
        if draft.body.trim().is_empty() {
            self.delete_draft(district, inquiry, &draft.account_id, draft.kind).await?;
            return Ok(before);
        }
        sqlx::query(
            "INSERT INTO drafts (district_id, inquiry_id, account_id, kind, body, updated_at, templates) VALUES ($1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT (district_id, inquiry_id, account_id, kind) \
             DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at, templates = excluded.templates",
        )
        .bind(district)
        .bind(inquiry)
        .bind(&draft.account_id)
        .bind(draft.kind.as_str())
        .bind(&draft.body)
        .bind(draft.updated_at)
        .bind(draft.templates.join(" "))
        .execute(self.connection())
        .await?;
        Ok(before)
    }

    /// # Errors
    /// The database refused.
    pub async fn delete_draft(&mut self, district: &str, inquiry: &str, account: &str, kind: MessageKind) -> Result<()> {
        sqlx::query("DELETE FROM drafts WHERE district_id = $1 AND inquiry_id = $2 AND account_id = $3 AND kind = $4")
            .bind(district)
            .bind(inquiry)
            .bind(account)
            .bind(kind.as_str())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Remembers that somebody has read an inquiry until now.
    ///
    /// # Errors
    /// The database refused.
    pub async fn put_read(&mut self, district: &str, inquiry: &str, account: &str, at: i64) -> Result<()> {
        sqlx::query(
            "INSERT INTO reads (district_id, inquiry_id, account_id, read_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (district_id, inquiry_id, account_id) DO UPDATE SET read_at = excluded.read_at",
        )
        .bind(district)
        .bind(inquiry)
        .bind(account)
        .bind(at)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
