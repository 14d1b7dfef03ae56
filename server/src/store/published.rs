//! Published answers: what staff wrote, and what became of those who read it.

use super::row::Columns;
use super::{Db, Exactly, Result, Tx};
use crate::error::Error;
use jiff::Timestamp;
use porchlight_shared::published::PublishedAnswer;
use porchlight_shared::status::AnswerState;
use sqlx::any::AnyRow;
use std::collections::HashMap;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRecord {
    pub id: String,
    pub locale: String,
    /// What visitors see of it.
    pub shown: PublishedAnswer,
    /// The inquiry from which it was made.
    pub source: Option<String>,
    pub state: AnswerState,
    pub owner_id: String,
    /// A day, `YYYY-MM-DD`.
    pub check_by: String,
    pub version: i64,
    pub changed_by: String,
    /// In ms UTC.
    pub changed_at: i64,
    /// How often it answered somebody's question in a year.
    pub settled: i64,
}

/// An answer as it is from now on.
#[derive(Debug, Clone)]
pub struct NewAnswer {
    pub id: String,
    pub locale: String,
    pub shown: PublishedAnswer,
    pub source: Option<String>,
    pub state: AnswerState,
    pub owner_id: String,
    pub check_by: String,
    /// The version that was changed; 0 makes a new one.
    pub before: i64,
    pub by: String,
    pub at: i64,
}

/// Uses are counted for so long, in ms.
pub const YEAR_MS: i64 = 365 * 24 * 3_600_000;

const COLUMNS: &str = "a.id, a.slug, a.topic_id, COALESCE(a.school_id, ''), a.locale, a.question, a.body, a.keywords, COALESCE(a.source_id, ''), a.state, \
    a.owner_id, a.check_by, a.version, a.changed_by, a.changed_at";

fn read(row: &AnyRow) -> Result<AnswerRecord> {
    let mut c = Columns::of(row);
    let (id, slug, topic, school, locale) = (c.text()?, c.text()?, c.text()?, c.text()?, c.text()?);
    let (question, text, keywords) = (c.text()?, c.text()?, c.text()?);
    let source = Some(c.text()?).filter(|s| !s.is_empty());
    Ok(AnswerRecord {
        id,
        locale,
        shown: PublishedAnswer { slug, topic, school: Some(school).filter(|s| !s.is_empty()), question, text, keywords },
        source,
        state: c.word(AnswerState::parse)?,
        owner_id: c.text()?,
        check_by: c.text()?,
        version: c.take()?,
        changed_by: c.text()?,
        changed_at: c.take()?,
        settled: c.take()?,
    })
}

impl Db {
    /// A district's answers: those that settled most in the year before `now` (ms UTC) first, then by what they ask.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn answers(&self, district: &str, now: i64) -> Result<Vec<AnswerRecord>> {
        self.answers_where(district, now, "").await
    }

    /// Those of them that everybody may read.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn published_answers(&self, district: &str, now: i64) -> Result<Vec<AnswerRecord>> {
        self.answers_where(district, now, "AND a.state = 'published'").await
    }

    async fn answers_where(&self, district: &str, now: i64, condition: &str) -> Result<Vec<AnswerRecord>> {
        let since = Timestamp::from_millisecond(now - YEAR_MS).unwrap_or_default().strftime("%Y-%m-%d").to_string();
        let sql = format!(
            "SELECT {COLUMNS}, \
             CAST((SELECT COALESCE(SUM(d.settled), 0) FROM answer_days d WHERE d.district_id = $1 AND d.answer_id = a.id AND d.day >= $2) AS BIGINT) AS settled \
             FROM published_answers a WHERE a.district_id = $1 {condition} ORDER BY settled DESC, a.question, a.id"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(district).bind(since).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }

    /// Inquiries that were sent in the year before `now` (ms UTC) although their senders had read an answer, by the answer's
    /// id; not what is confidential.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn asked_counts(&self, district: &str, now: i64) -> Result<HashMap<String, i64>> {
        let rows = sqlx::query(
            "SELECT k.answer_id, COUNT(*) FROM answer_asks k JOIN inquiries i ON i.district_id = k.district_id AND i.id = k.inquiry_id \
             WHERE k.district_id = $1 AND k.at >= $2 AND i.confidential = 0 GROUP BY k.answer_id",
        )
        .bind(district)
        .bind(now - YEAR_MS)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(Columns::of).map(|mut c| Ok((c.text()?, c.take()?))).collect()
    }

    /// Whether an answer of this address was put away.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn is_retired(&self, district: &str, slug: &str) -> Result<bool> {
        let rows =
            sqlx::query("SELECT id FROM published_answers WHERE district_id = $1 AND slug = $2 AND state = 'retired' LIMIT 1")
                .bind(district)
                .bind(slug)
                .fetch_all(&self.reader)
                .await?;
        Ok(!rows.is_empty())
    }

    /// Inquiries that were sent although their senders had read an answer, newest first; not what is confidential.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn asked_after(&self, district: &str, answer: &str, limit: u32) -> Result<Vec<String>> {
        let rows = sqlx::query(
            "SELECT k.inquiry_id FROM answer_asks k JOIN inquiries i ON i.district_id = k.district_id AND i.id = k.inquiry_id \
             WHERE k.district_id = $1 AND k.answer_id = $2 AND i.confidential = 0 ORDER BY k.at DESC, k.inquiry_id LIMIT $3",
        )
        .bind(district)
        .bind(answer)
        .bind(i64::from(limit))
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|row| Columns::of(row).text()).collect()
    }
}

impl Tx {
    /// Makes an answer, or changes it; the district has a new revision then.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it was changed since `before`; or the database refused.
    pub async fn put_answer(&mut self, district: &str, new: &NewAnswer) -> Result<()> {
        let statement = if new.before == 0 {
            "INSERT INTO published_answers (district_id, id, slug, topic_id, school_id, locale, question, body, keywords, state, \
             owner_id, check_by, version, changed_by, changed_at, source_id) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, CAST($13 AS BIGINT) + 1, $14, $15, $16)"
        } else {
            "UPDATE published_answers SET slug = $3, topic_id = $4, school_id = $5, locale = $6, question = $7, body = $8, keywords = $9, \
             state = $10, owner_id = $11, check_by = $12, version = version + 1, changed_by = $14, changed_at = $15, source_id = $16 \
             WHERE district_id = $1 AND id = $2 AND version = $13"
        };
        let shown = &new.shown;
        sqlx::query(statement)
            .bind(district)
            .bind(&new.id)
            .bind(&shown.slug)
            .bind(&shown.topic)
            .bind(&shown.school)
            .bind(&new.locale)
            .bind(&shown.question)
            .bind(&shown.text)
            .bind(&shown.keywords)
            .bind(new.state.as_str())
            .bind(&new.owner_id)
            .bind(&new.check_by)
            .bind(new.before)
            .bind(&new.by)
            .bind(new.at)
            .bind(&new.source)
            .execute(self.connection())
            .await?
            .exactly(1)?;
        self.touch_district(district).await
    }

    /// Puts an answer away, or brings it back as a draft.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not there; or the database refused.
    pub async fn set_answer_state(&mut self, district: &str, id: &str, state: AnswerState, by: &str, at: i64) -> Result<()> {
        let done = sqlx::query(
            "UPDATE published_answers SET state = $3, version = version + 1, changed_by = $4, changed_at = $5 WHERE district_id = $1 AND id = $2",
        )
        .bind(district)
        .bind(id)
        .bind(state.as_str())
        .bind(by)
        .bind(at)
        .execute(self.connection())
        .await?;
        done.exactly(1).map_err(|_| Error::NotFound)?;
        self.touch_district(district).await
    }

    /// Somebody said on that day (`YYYY-MM-DD`) that an answer is theirs.
    ///
    /// # Errors
    /// The database refused.
    pub async fn count_settled(&mut self, district: &str, answer: &str, day: &str) -> Result<()> {
        sqlx::query(
            "INSERT INTO answer_days (district_id, answer_id, day, settled) VALUES ($1, $2, $3, 1) \
             ON CONFLICT (district_id, answer_id, day) DO UPDATE SET settled = answer_days.settled + 1",
        )
        .bind(district)
        .bind(answer)
        .bind(day)
        .execute(self.connection())
        .await?
        .exactly(1)
    }

    /// Counts an inquiry of somebody who had read these answers, by address: in its language, or else in the first.
    ///
    /// # Errors
    /// The database refused.
    pub async fn count_asked(&mut self, district: &str, inquiry: &str, slugs: &[String], at: i64) -> Result<()> {
        for slug in slugs {
            sqlx::query(
                "INSERT INTO answer_asks (district_id, answer_id, inquiry_id, at) \
                 SELECT a.district_id, a.id, i.id, CAST($4 AS BIGINT) FROM published_answers a JOIN inquiries i ON i.district_id = a.district_id \
                 WHERE a.district_id = $1 AND i.id = $2 AND a.slug = $3 \
                 ORDER BY CASE WHEN a.locale = i.locale THEN 0 ELSE 1 END, a.locale LIMIT 1 ON CONFLICT DO NOTHING",
            )
            .bind(district)
            .bind(inquiry)
            .bind(slug)
            .bind(at)
            .execute(self.connection())
            .await?;
        }
        Ok(())
    }
}
