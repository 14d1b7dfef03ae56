//! Filters that somebody keeps for themselves, or shares with everybody.

use super::row::Columns;
use super::{Db, Exactly, Result, Tx};
use crate::error::Error;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewRecord {
    pub id: String,
    pub account_id: String,
    pub name: String,
    /// The filter as the console's address has it.
    pub filter: String,
    pub shared: bool,
}

impl Db {
    /// Views that an account keeps, and those that are shared, by name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn views(&self, district: &str, account: &str) -> Result<Vec<ViewRecord>> {
        let rows = sqlx::query(
            "SELECT id, account_id, name, filter, shared FROM views WHERE district_id = $1 AND (account_id = $2 OR shared = 1) ORDER BY name, id",
        )
        .bind(district)
        .bind(account)
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(Columns::of)
            .map(|mut c| {
                Ok(ViewRecord { id: c.text()?, account_id: c.text()?, name: c.text()?, filter: c.text()?, shared: c.flag()? })
            })
            .collect()
    }
}

impl Tx {
    /// # Errors
    /// The database refused.
    pub async fn insert_view(&mut self, district: &str, view: &ViewRecord, at: i64) -> Result<()> {
        sqlx::query("INSERT INTO views (district_id, id, account_id, name, filter, shared, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(district)
            .bind(&view.id)
            .bind(&view.account_id)
            .bind(&view.name)
            .bind(&view.filter)
            .bind(i64::from(view.shared))
            .bind(at)
            .execute(self.connection())
            .await?
            .exactly(1)
    }

    /// Changes a view of an account's own.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not theirs; or the database refused.
    pub async fn update_view(&mut self, district: &str, view: &ViewRecord) -> Result<()> {
        let done = sqlx::query(
            "UPDATE views SET name = $4, filter = $5, shared = $6 WHERE district_id = $1 AND id = $2 AND account_id = $3",
        )
        .bind(district)
        .bind(&view.id)
        .bind(&view.account_id)
        .bind(&view.name)
        .bind(&view.filter)
        .bind(i64::from(view.shared))
        .execute(self.connection())
        .await?;
        done.exactly(1).map_err(|_| Error::NotFound)
    }

    /// Forgets a view of an account's own.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not theirs; or the database refused.
    pub async fn delete_view(&mut self, district: &str, id: &str, account: &str) -> Result<()> {
        let done = sqlx::query("DELETE FROM views WHERE district_id = $1 AND id = $2 AND account_id = $3")
            .bind(district)
            .bind(id)
            .bind(account)
            .execute(self.connection())
            .await?;
        done.exactly(1).map_err(|_| Error::NotFound)
    }
}
