//! Templates of staff, every version of them, and the replies that left with one.

use super::row::Columns;
use super::{Db, Exactly, Result, Tx};
use crate::error::Error;
use sqlx::any::AnyRow;
use std::collections::HashMap;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRecord {
    pub id: String,
    /// Whose it is; `None` is everybody's.
    pub account_id: Option<String>,
    /// `None` fits every topic.
    pub topic_id: Option<String>,
    pub locale: String,
    pub title: String,
    pub body: String,
    pub version: i64,
    pub changed_by: String,
    /// In ms UTC.
    pub changed_at: i64,
    pub retired: bool,
}

/// What became of a template.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TemplateUses {
    /// Replies that left with it.
    pub uses: i64,
    /// Inquiries among them that are closed without another word of their sender.
    pub settled: i64,
}

/// Templates that an account may use.
const USABLE: &str = "SELECT t.id, COALESCE(t.account_id, ''), COALESCE(t.topic_id, ''), t.locale, t.title, t.body, t.version, t.changed_by, t.changed_at, \
    CASE WHEN t.retired_at IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END \
    FROM templates t WHERE t.district_id = $1 AND (t.account_id IS NULL OR t.account_id = $2)";

fn read(row: &AnyRow) -> Result<TemplateRecord> {
    let given = |text: String| Some(text).filter(|text| !text.is_empty());
    let mut c = Columns::of(row);
    Ok(TemplateRecord {
        id: c.text()?,
        account_id: given(c.text()?),
        topic_id: given(c.text()?),
        locale: c.text()?,
        title: c.text()?,
        body: c.text()?,
        version: c.take()?,
        changed_by: c.text()?,
        changed_at: c.take()?,
        retired: c.flag()?,
    })
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateVersionRecord {
    pub version: i64,
    pub title: String,
    pub body: String,
    pub changed_by: String,
    pub changed_at: i64,
}

/// A template as it is from now on.
#[derive(Debug, Clone, Copy)]
pub struct NewVersion<'a> {
    pub id: &'a str,
    /// Whose it is when it is made; not changed afterwards.
    pub owner: Option<&'a str>,
    pub topic: Option<&'a str>,
    pub locale: &'a str,
    pub title: &'a str,
    pub body: &'a str,
    /// The version that was changed; 0 makes a new template.
    pub before: i64,
    pub by: &'a str,
    pub at: i64,
}

impl Db {
    /// Templates that an account may use, by title; those that were put away, too.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn templates(&self, district: &str, account: &str) -> Result<Vec<TemplateRecord>> {
        let sql = format!("{USABLE} ORDER BY t.title, t.id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(district).bind(account).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }

    /// One that an account may use; one that was put away, too.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn template(&self, district: &str, account: &str, id: &str) -> Result<Option<TemplateRecord>> {
        let sql = format!("{USABLE} AND t.id = $3");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(district).bind(account).bind(id).fetch_all(&self.reader).await?;
        rows.first().map(read).transpose()
    }

    /// What became of a district's templates since `since` (ms UTC), by id; those that were not used are not in it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn template_uses(&self, district: &str, since: i64) -> Result<HashMap<String, TemplateUses>> {
        let rows = sqlx::query(
            "SELECT u.template_id, COUNT(*), COUNT(DISTINCT CASE WHEN i.status = 'closed' AND NOT EXISTS \
             (SELECT 1 FROM messages m WHERE m.district_id = $1 AND m.inquiry_id = u.inquiry_id AND m.kind = 'sender' AND m.created_at > u.at) \
             THEN u.inquiry_id END) \
             FROM template_uses u LEFT JOIN inquiries i ON i.district_id = $1 AND i.id = u.inquiry_id \
             WHERE u.district_id = $1 AND u.at >= $2 GROUP BY u.template_id",
        )
        .bind(district)
        .bind(since)
        .fetch_all(&self.reader)
        .await?;
        let of = |mut c: Columns<'_>| Ok((c.text()?, TemplateUses { uses: c.take()?, settled: c.take()? }));
        rows.iter().map(Columns::of).map(of).collect()
    }

    /// Every version of a template, newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn template_versions(&self, district: &str, template: &str) -> Result<Vec<TemplateVersionRecord>> {
        let rows = sqlx::query(
            "SELECT version, title, body, changed_by, changed_at FROM template_versions WHERE district_id = $1 AND template_id = $2 ORDER BY version DESC",
        )
        .bind(district)
        .bind(template)
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(Columns::of)
            .map(|mut c| {
                Ok(TemplateVersionRecord {
                    version: c.take()?,
                    title: c.text()?,
                    body: c.text()?,
                    changed_by: c.text()?,
                    changed_at: c.take()?,
                })
            })
            .collect()
    }
}

impl Tx {
    /// Makes a template, or its next version.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it was changed since `before`; or the database refused.
    pub async fn put_template(&mut self, district: &str, new: &NewVersion<'_>) -> Result<()> {
        let statement = if new.before == 0 {
            "INSERT INTO templates (district_id, id, topic_id, locale, title, body, version, changed_by, changed_at, account_id) \
             VALUES ($1, $2, $3, $4, $5, $6, CAST($7 AS BIGINT) + 1, $8, $9, $10)"
        } else {
            "UPDATE templates SET topic_id = $3, locale = $4, title = $5, body = $6, version = version + 1, changed_by = $8, changed_at = $9 \
             WHERE district_id = $1 AND id = $2 AND version = $7 AND COALESCE(account_id, '') = COALESCE($10, '')"
        };
        sqlx::query(statement)
            .bind(district)
            .bind(new.id)
            .bind(new.topic)
            .bind(new.locale)
            .bind(new.title)
            .bind(new.body)
            .bind(new.before)
            .bind(new.by)
            .bind(new.at)
            .bind(new.owner)
            .execute(self.connection())
            .await?
            .exactly(1)?;
        sqlx::query(
            "INSERT INTO template_versions (district_id, template_id, version, title, body, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(district)
        .bind(new.id)
        .bind(new.before + 1)
        .bind(new.title)
        .bind(new.body)
        .bind(new.by)
        .bind(new.at)
        .execute(self.connection())
        .await?
        .exactly(1)
    }

    /// Puts a template away (ms UTC), or with `None` brings it back.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not there; or the database refused.
    pub async fn retire_template(&mut self, district: &str, id: &str, at: Option<i64>) -> Result<()> {
        let done = sqlx::query("UPDATE templates SET retired_at = $3 WHERE district_id = $1 AND id = $2")
            .bind(district)
            .bind(id)
            .bind(at)
            .execute(self.connection())
            .await?;
        done.exactly(1).map_err(|_| Error::NotFound)
    }

    /// A reply left with these templates; those that are not the district's count nothing.
    ///
    /// # Errors
    /// The database refused.
    pub async fn count_templates(
        &mut self,
        district: &str,
        templates: &[String],
        inquiry: &str,
        message: &str,
        at: i64,
    ) -> Result<()> {
        for template in templates {
            sqlx::query(
                "INSERT INTO template_uses (district_id, template_id, message_id, inquiry_id, at) \
                 SELECT district_id, id, $3, $4, CAST($5 AS BIGINT) FROM templates WHERE district_id = $1 AND id = $2 ON CONFLICT DO NOTHING",
            )
            .bind(district)
            .bind(template)
            .bind(message)
            .bind(inquiry)
            .bind(at)
            .execute(self.connection())
            .await?;
        }
        Ok(())
    }
}
