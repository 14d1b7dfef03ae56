//! The practice room: a district's own invented inquiries, and what each colleague tried.

use super::row::Columns;
use super::{Db, Exactly, Result, Tx};
use crate::error::Error;
use porchlight_shared::practice::Scenario;

/// Something that somebody tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TryRecord {
    pub id: String,
    pub scenario_id: String,
    pub locale: String,
    pub title: String,
    pub body: String,
    /// Kinds of the coach's hints.
    pub hints: Vec<String>,
    /// In ms UTC.
    pub at: i64,
}

impl Db {
    /// A district's own scenarios, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn scenarios(&self, district: &str) -> Result<Vec<Scenario>> {
        let rows = sqlx::query("SELECT definition FROM practice_scenarios WHERE district_id = $1 ORDER BY id")
            .bind(district)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(|row| Columns::of(row).json()).collect()
    }

    /// What somebody tried, newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn tries(&self, district: &str, account: &str) -> Result<Vec<TryRecord>> {
        let rows = sqlx::query(
            "SELECT id, scenario_id, locale, title, body, hints, at FROM practice_tries WHERE district_id = $1 AND account_id = $2 ORDER BY id DESC",
        )
        .bind(district)
        .bind(account)
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(Columns::of)
            .map(|mut c| {
                Ok(TryRecord {
                    id: c.text()?,
                    scenario_id: c.text()?,
                    locale: c.text()?,
                    title: c.text()?,
                    body: c.text()?,
                    hints: c.words()?,
                    at: c.take()?,
                })
            })
            .collect()
    }
}

impl Tx {
    /// Adds a scenario, or changes it.
    ///
    /// # Errors
    /// The database refused.
    pub async fn put_scenario(&mut self, district: &str, scenario: &Scenario, by: &str, at: i64) -> Result<()> {
        let definition = serde_json::to_string(scenario).map_err(|e| Error::Corrupt(e.to_string()))?;
        sqlx::query(
            "INSERT INTO practice_scenarios (district_id, id, definition, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (district_id, id) DO UPDATE SET definition = excluded.definition, changed_by = excluded.changed_by, changed_at = excluded.changed_at",
        )
        .bind(district)
        .bind(&scenario.id)
        .bind(definition)
        .bind(by)
        .bind(at)
        .execute(self.connection())
        .await?
        .exactly(1)
    }

    /// # Errors
    /// [`Error::NotFound`] when it is not there; or the database refused.
    pub async fn delete_scenario(&mut self, district: &str, id: &str) -> Result<()> {
        let done = sqlx::query("DELETE FROM practice_scenarios WHERE district_id = $1 AND id = $2")
            .bind(district)
            .bind(id)
            .execute(self.connection())
            .await?;
        done.exactly(1).map_err(|_| Error::NotFound)
    }

    /// # Errors
    /// The database refused.
    pub async fn insert_try(&mut self, district: &str, account: &str, new: &TryRecord) -> Result<()> {
        sqlx::query(
            "INSERT INTO practice_tries (district_id, account_id, id, scenario_id, locale, title, body, hints, at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(district)
        .bind(account)
        .bind(&new.id)
        .bind(&new.scenario_id)
        .bind(&new.locale)
        .bind(&new.title)
        .bind(&new.body)
        .bind(new.hints.join(" "))
        .bind(new.at)
        .execute(self.connection())
        .await?
        .exactly(1)
    }

    /// Forgets one of somebody's tries, or with `None` all of them.
    ///
    /// # Errors
    /// The database refused.
    pub async fn delete_tries(&mut self, district: &str, account: &str, id: Option<&str>) -> Result<u64> {
        let all = sqlx::query("DELETE FROM practice_tries WHERE district_id = $1 AND account_id = $2");
        let one = "DELETE FROM practice_tries WHERE district_id = $1 AND account_id = $2 AND id = $3";
        let query = id.map_or(all.bind(district).bind(account), |id| sqlx::query(one).bind(district).bind(account).bind(id));
        Ok(query.execute(self.connection()).await?.rows_affected())
    }
}
