//! Alert categories as a district keeps them: words, whom to tell, what became of it, and scans of what exists.

use super::row::Columns;
use super::{Db, Exactly, Result, Tx};
use crate::error::Error;
use porchlight_shared::alert::Category;
use sqlx::AssertSqlSafe;
use sqlx::any::AnyRow;

/// How often a keyword raised an alert, and what people said of those.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeywordCount {
    pub keyword: String,
    pub locale: String,
    pub alerts: i64,
    pub right: i64,
    pub false_alarms: i64,
}

/// How far the scan of what exists has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanRecord {
    pub category_id: String,
    pub version: i64,
    /// The last inquiry that was looked at; empty before the first.
    pub reached: String,
    pub scanned: i64,
    pub in_all: i64,
    pub found: i64,
    pub started_by: Option<String>,
    pub started_at: i64,
    pub finished_at: Option<i64>,
}

const SCAN: &str = "SELECT category_id, version, reached, scanned, in_all, found, started_by, started_at, finished_at FROM alert_scans WHERE district_id = $1";

fn read_scan(row: &AnyRow) -> Result<ScanRecord> {
    let mut c = Columns::of(row);
    Ok(ScanRecord {
        category_id: c.text()?,
        version: c.take()?,
        reached: c.text()?,
        scanned: c.take()?,
        in_all: c.take()?,
        found: c.take()?,
        started_by: c.take()?,
        started_at: c.take()?,
        finished_at: c.take()?,
    })
}

impl Db {
    /// What a district changed of its categories, and its own, as `(id, version, category)`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn alert_categories(&self, district: &str) -> Result<Vec<(String, i64, Category)>> {
        let rows = sqlx::query("SELECT id, version, definition FROM alert_categories WHERE district_id = $1 ORDER BY id")
            .bind(district)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(Columns::of).map(|mut c| Ok((c.text()?, c.take()?, c.json()?))).collect()
    }

    /// How often each keyword of a category raised an alert since `since` (ms UTC), most often first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn keyword_counts(&self, district: &str, category: &str, since: i64) -> Result<Vec<KeywordCount>> {
        let rows = sqlx::query(
            "SELECT keyword, locale, CAST(COUNT(*) AS BIGINT) AS alerts, CAST(COUNT(*) FILTER (WHERE verdict = 'right') AS BIGINT), \
             CAST(COUNT(*) FILTER (WHERE verdict = 'false_alarm') AS BIGINT) FROM (\
             SELECT DISTINCT m.keyword, m.locale, a.id, a.verdict FROM alert_matches m \
             JOIN alerts a ON a.district_id = m.district_id AND a.id = m.alert_id \
             WHERE m.district_id = $1 AND m.category_id = $2 AND a.raised_at >= $3) AS one \
             GROUP BY keyword, locale ORDER BY 3 DESC, keyword, locale",
        )
        .bind(district)
        .bind(category)
        .bind(since)
        .fetch_all(&self.reader)
        .await?;
        let read = |mut c: Columns<'_>| {
            Ok(KeywordCount {
                keyword: c.text()?,
                locale: c.text()?,
                alerts: c.take()?,
                right: c.take()?,
                false_alarms: c.take()?,
            })
        };
        rows.iter().map(Columns::of).map(read).collect()
    }

    /// The scans of a district, finished or not.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn alert_scans(&self, district: &str) -> Result<Vec<ScanRecord>> {
        sqlx::query(SCAN).bind(district).fetch_all(&self.reader).await?.iter().map(read_scan).collect()
    }
}

impl Tx {
    /// Keeps a category as the next version.
    ///
    /// # Errors
    /// [`Error::Conflict`] when somebody else changed it since `before`; or the database refused.
    pub async fn put_alert_category(
        &mut self,
        district: &str,
        id: &str,
        before: i64,
        category: &Category,
        by: &str,
        at: i64,
    ) -> Result<()> {
        self.touch_district(district).await?;
        let definition = serde_json::to_string(category).map_err(|e| Error::Corrupt(e.to_string()))?;
        let sql = if before == 0 {
            "INSERT INTO alert_categories (district_id, id, version, definition, changed_by, changed_at) \
             VALUES ($1, $2, $3 + 1, $4, $5, $6) ON CONFLICT DO NOTHING"
        } else {
            "UPDATE alert_categories SET version = version + 1, definition = $4, changed_by = $5, changed_at = $6 \
             WHERE district_id = $1 AND id = $2 AND version = $3"
        };
        let done = sqlx::query(sql)
            .bind(district)
            .bind(id)
            .bind(before)
            .bind(definition)
            .bind(by)
            .bind(at)
            .execute(self.connection())
            .await?;
        done.exactly(1)
    }

    /// Takes a district's own category away, or puts back the program's.
    ///
    /// # Errors
    /// [`Error::Conflict`] when somebody else changed it since; or the database refused.
    pub async fn delete_alert_category(&mut self, district: &str, id: &str, version: i64) -> Result<()> {
        self.touch_district(district).await?;
        sqlx::query("DELETE FROM alert_categories WHERE district_id = $1 AND id = $2 AND version = $3")
            .bind(district)
            .bind(id)
            .bind(version)
            .execute(self.connection())
            .await?
            .exactly(1)
    }

    /// How many inquiries a district has.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn count_inquiries(&mut self, district: &str) -> Result<i64> {
        let rows = sqlx::query("SELECT CAST(COUNT(*) AS BIGINT) FROM inquiries WHERE district_id = $1")
            .bind(district)
            .fetch_all(self.connection())
            .await?;
        rows.first().map_or(Ok(0), |row| Columns::of(row).take())
    }

    /// Begins a scan, or begins it again.
    ///
    /// # Errors
    /// The database refused.
    pub async fn put_scan(&mut self, district: &str, scan: &ScanRecord) -> Result<()> {
        sqlx::query(
            "INSERT INTO alert_scans (district_id, category_id, version, reached, scanned, in_all, found, started_by, started_at, finished_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (district_id, category_id) DO UPDATE SET \
             version = excluded.version, reached = excluded.reached, scanned = excluded.scanned, in_all = excluded.in_all, \
             found = excluded.found, started_by = excluded.started_by, started_at = excluded.started_at, finished_at = excluded.finished_at",
        )
        .bind(district)
        .bind(&scan.category_id)
        .bind(scan.version)
        .bind(&scan.reached)
        .bind(scan.scanned)
        .bind(scan.in_all)
        .bind(scan.found)
        .bind(&scan.started_by)
        .bind(scan.started_at)
        .bind(scan.finished_at)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// A scan as this transaction sees it, locked on PostgreSQL until the end.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn scan_to_change(&mut self, district: &str, category: &str) -> Result<Option<ScanRecord>> {
        let lock = if self.engine == super::Engine::Postgres { " FOR UPDATE" } else { "" };
        let sql = format!("{SCAN} AND category_id = $2{lock}");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(district).bind(category).fetch_all(self.connection()).await?;
        rows.first().map(read_scan).transpose()
    }
}
