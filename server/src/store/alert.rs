//! Alerts, what raised them, and who was told.

use super::clause::Clause;
use super::row::Columns;
use super::{Db, Exactly, ROWS_AT_ONCE, Result, Tx, placeholders};
use porchlight_shared::alert::{How, Verdict};
use porchlight_shared::status::Priority;
use sqlx::AssertSqlSafe;
use sqlx::any::AnyRow;

/// An alert to raise.
#[derive(Debug, Clone)]
pub struct NewAlert {
    pub id: String,
    pub inquiry_id: String,
    pub category_id: String,
    /// What raised it; the same never raises two.
    pub source: String,
    pub raised_by: Option<String>,
    pub raised_at: i64,
    pub priority_before: Priority,
    pub matches: Vec<AlertMatch>,
}

/// A word that raised it, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertMatch {
    pub keyword: String,
    pub locale: String,
    pub how: How,
    /// `answer:FIELD`, `message:ID` or `file:ID`.
    pub place: String,
    /// In bytes of that text.
    pub start: i64,
    pub end: i64,
}

#[derive(Debug, Clone)]
pub struct AlertRecord {
    pub id: String,
    pub inquiry_id: String,
    pub category_id: String,
    pub source: String,
    pub raised_by: Option<String>,
    pub raised_at: i64,
    pub priority_before: Priority,
    /// When the next in line is told; `None`: nobody follows.
    pub next_at: Option<i64>,
    pub acknowledged_at: Option<i64>,
    pub acknowledged_by: Option<String>,
    pub verdict: Option<Verdict>,
    pub verdict_by: Option<String>,
    pub verdict_at: Option<i64>,
}

impl AlertRecord {
    /// Nobody has said that they have it, or that it is none.
    pub const fn is_open(&self) -> bool {
        self.acknowledged_at.is_none() && self.verdict.is_none()
    }
}

/// Who was told of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TellingRecord {
    pub recipient: String,
    pub step: i64,
    pub told_at: i64,
    pub mailed_at: Option<i64>,
}

const COLUMNS: &str = "id, inquiry_id, category_id, source, raised_by, raised_at, priority_before, next_at, acknowledged_at, \
    acknowledged_by, verdict, verdict_by, verdict_at";

fn read(row: &AnyRow) -> Result<AlertRecord> {
    let mut c = Columns::of(row);
    Ok(AlertRecord {
        id: c.text()?,
        inquiry_id: c.text()?,
        category_id: c.text()?,
        source: c.text()?,
        raised_by: c.take()?,
        raised_at: c.take()?,
        priority_before: c.word(Priority::parse)?,
        next_at: c.take()?,
        acknowledged_at: c.take()?,
        acknowledged_by: c.take()?,
        verdict: c.take::<Option<String>>()?.as_deref().and_then(Verdict::parse),
        verdict_by: c.take()?,
        verdict_at: c.take()?,
    })
}

impl Db {
    /// # Errors
    /// The database cannot be read.
    pub async fn alert(&self, district: &str, id: &str) -> Result<Option<AlertRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM alerts WHERE district_id = $1 AND id = $2");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(district).bind(id).fetch_all(&self.reader).await?;
        rows.first().map(read).transpose()
    }

    /// The alerts of an inquiry, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn alerts_of(&self, district: &str, inquiry: &str) -> Result<Vec<AlertRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM alerts WHERE district_id = $1 AND inquiry_id = $2 ORDER BY raised_at, id");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(district).bind(inquiry).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }

    /// Alerts that nobody has acknowledged, oldest first, at most 200.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn open_alerts(&self, district: &str) -> Result<Vec<AlertRecord>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM alerts WHERE district_id = $1 AND acknowledged_at IS NULL AND verdict IS NULL ORDER BY raised_at, id LIMIT 200"
        );
        sqlx::query(AssertSqlSafe(sql)).bind(district).fetch_all(&self.reader).await?.iter().map(read).collect()
    }

    /// The words that raised an alert.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn alert_matches(&self, district: &str, alert: &str) -> Result<Vec<AlertMatch>> {
        let rows = sqlx::query(
            "SELECT keyword, locale, how, place, start_at, end_at FROM alert_matches WHERE district_id = $1 AND alert_id = $2 ORDER BY number",
        )
        .bind(district)
        .bind(alert)
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(Columns::of)
            .map(|mut c| {
                Ok(AlertMatch {
                    keyword: c.text()?,
                    locale: c.text()?,
                    how: c.word(How::parse)?,
                    place: c.text()?,
                    start: c.take()?,
                    end: c.take()?,
                })
            })
            .collect()
    }

    /// Who was told of an alert, in order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn alert_tellings(&self, district: &str, alert: &str) -> Result<Vec<TellingRecord>> {
        let rows = sqlx::query(
            "SELECT recipient, step, told_at, mailed_at FROM alert_tellings WHERE district_id = $1 AND alert_id = $2 ORDER BY step, recipient",
        )
        .bind(district)
        .bind(alert)
        .fetch_all(&self.reader)
        .await?;
        let read = |mut c: Columns<'_>| {
            Ok(TellingRecord { recipient: c.text()?, step: c.take()?, told_at: c.take()?, mailed_at: c.take()? })
        };
        rows.iter().map(Columns::of).map(read).collect()
    }
}

impl Tx {
    /// Writes alerts and what they matched; those that the same thing raised before are left out. Returns the ids of the
    /// new ones.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_alerts(&mut self, district: &str, alerts: &[&NewAlert]) -> Result<Vec<String>> {
        let mut fresh = Vec::new();
        for alert in alerts {
            let rows = sqlx::query(
                "INSERT INTO alerts (district_id, id, inquiry_id, category_id, source, raised_by, raised_at, priority_before, next_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7) ON CONFLICT DO NOTHING RETURNING id",
            )
            .bind(district)
            .bind(&alert.id)
            .bind(&alert.inquiry_id)
            .bind(&alert.category_id)
            .bind(&alert.source)
            .bind(&alert.raised_by)
            .bind(alert.raised_at)
            .bind(alert.priority_before.as_str())
            .fetch_all(self.connection())
            .await?;
            if rows.is_empty() {
                continue;
            }
            fresh.push(alert.id.clone());
            for (chunk_at, chunk) in alert.matches.chunks(ROWS_AT_ONCE).enumerate() {
                let sql = format!(
                    "INSERT INTO alert_matches (district_id, alert_id, number, category_id, keyword, locale, how, place, start_at, end_at) VALUES {}",
                    placeholders(chunk.len(), 10)
                );
                let mut query = sqlx::query(AssertSqlSafe(sql));
                for (at, found) in chunk.iter().enumerate() {
                    query = query
                        .bind(district)
                        .bind(&alert.id)
                        .bind(i64::try_from(chunk_at * ROWS_AT_ONCE + at).unwrap_or(i64::MAX))
                        .bind(&alert.category_id)
                        .bind(&found.keyword)
                        .bind(&found.locale)
                        .bind(found.how.as_str())
                        .bind(&found.place)
                        .bind(found.start)
                        .bind(found.end);
                }
                query.execute(self.connection()).await?;
            }
        }
        Ok(fresh)
    }

    /// An alert as this transaction sees it, locked on PostgreSQL until the end.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn alert_to_change(&mut self, district: &str, id: &str) -> Result<Option<AlertRecord>> {
        let lock = if self.engine == super::Engine::Postgres { " FOR UPDATE" } else { "" };
        let sql = format!("SELECT {COLUMNS} FROM alerts WHERE district_id = $1 AND id = $2{lock}");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(district).bind(id).fetch_all(self.connection()).await?;
        rows.first().map(read).transpose()
    }

    /// The alerts of an inquiry as this transaction sees them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn alerts_to_change(&mut self, district: &str, inquiry: &str) -> Result<Vec<AlertRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM alerts WHERE district_id = $1 AND inquiry_id = $2 ORDER BY raised_at, id");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(district).bind(inquiry).fetch_all(self.connection()).await?;
        rows.iter().map(read).collect()
    }

    /// Remembers what people said of an alert, and who is next.
    ///
    /// # Errors
    /// There is no such alert, or the database refused.
    pub async fn update_alert(&mut self, district: &str, alert: &AlertRecord) -> Result<()> {
        sqlx::query(
            "UPDATE alerts SET next_at = $3, acknowledged_at = $4, acknowledged_by = $5, verdict = $6, verdict_by = $7, verdict_at = $8 \
             WHERE district_id = $1 AND id = $2",
        )
        .bind(district)
        .bind(&alert.id)
        .bind(alert.next_at)
        .bind(alert.acknowledged_at)
        .bind(&alert.acknowledged_by)
        .bind(alert.verdict.map(Verdict::as_str))
        .bind(&alert.verdict_by)
        .bind(alert.verdict_at)
        .execute(self.connection())
        .await?
        .exactly(1)
    }

    /// Remembers who is told; nobody is told twice of the same alert.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_tellings(
        &mut self,
        district: &str,
        alert: &str,
        recipients: &[&str],
        step: i64,
        at: i64,
    ) -> Result<Vec<String>> {
        let mut fresh = Vec::new();
        for recipient in recipients {
            let done = sqlx::query(
                "INSERT INTO alert_tellings (district_id, alert_id, recipient, step, told_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            )
            .bind(district)
            .bind(alert)
            .bind(*recipient)
            .bind(step)
            .bind(at)
            .execute(self.connection())
            .await?;
            if done.rows_affected() == 1 {
                fresh.push((*recipient).to_owned());
            }
        }
        Ok(fresh)
    }

    /// Whoever is told of another alert that the same thing raised needs no second mail.
    ///
    /// # Errors
    /// The database refused.
    pub async fn spare_second_mails(&mut self, district: &str, alert: &AlertRecord, at: i64) -> Result<()> {
        sqlx::query(
            "UPDATE alert_tellings SET mailed_at = $5 WHERE district_id = $1 AND alert_id = $2 AND mailed_at IS NULL AND recipient IN (\
             SELECT t.recipient FROM alert_tellings t JOIN alerts a ON a.district_id = t.district_id AND a.id = t.alert_id \
             WHERE t.district_id = $1 AND a.inquiry_id = $3 AND a.source = $4 AND a.id <> $2)",
        )
        .bind(district)
        .bind(&alert.id)
        .bind(&alert.inquiry_id)
        .bind(&alert.source)
        .bind(at)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Remembers that somebody's mail has left, or needs none.
    ///
    /// # Errors
    /// The database refused.
    pub async fn mailed_telling(&mut self, district: &str, alert: &str, recipient: &str, at: i64) -> Result<()> {
        sqlx::query("UPDATE alert_tellings SET mailed_at = $4 WHERE district_id = $1 AND alert_id = $2 AND recipient = $3")
            .bind(district)
            .bind(alert)
            .bind(recipient)
            .bind(at)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Sets priority alone, as an alert does.
    ///
    /// # Errors
    /// There is no such inquiry, or the database refused.
    pub async fn set_priority(
        &mut self,
        district: &str,
        inquiry: &str,
        to: Priority,
        due_at: Option<i64>,
        at: i64,
    ) -> Result<()> {
        let mut clause = Clause::default();
        let (to, id, at, due) =
            (clause.text(to.as_str()), clause.text(inquiry), clause.number(at), due_at.map(|due| clause.number(due)));
        let due = due.map_or_else(String::new, |due| format!(", due_at = {due}, remind_at = {at}, remind_step = 0"));
        let sql = format!("UPDATE inquiries SET priority = {to}, updated_at = {at}{due} WHERE district_id = $1 AND id = {id}");
        clause.bind(sql, district).execute(self.connection()).await?.exactly(1)
    }
}
