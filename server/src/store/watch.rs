//! What the clock is looked at for: reminders, and who has no digest of today yet.

use super::row::Columns;
use super::{Db, Exactly, Result, Tx};

impl Db {
    /// Inquiries for which somebody is to be reminded by `now` (ms UTC), those that wait longest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn to_remind(&self, district: &str, now: i64, most: i64) -> Result<Vec<String>> {
        let rows = sqlx::query(
            "SELECT id FROM inquiries WHERE district_id = $1 AND remind_at IS NOT NULL AND remind_at <= $2 ORDER BY remind_at LIMIT $3",
        )
        .bind(district)
        .bind(now)
        .bind(most)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|row| Columns::of(row).text()).collect()
    }

    /// Accounts whose digest of a local day was not made yet.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn without_digest(&self, district: &str, day: &str) -> Result<Vec<String>> {
        let rows = sqlx::query(
            "SELECT account_id FROM members WHERE district_id = $1 AND digest_on <> $2 AND disabled_at IS NULL ORDER BY account_id",
        )
        .bind(district)
        .bind(day)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(|row| Columns::of(row).text()).collect()
    }
}

impl Tx {
    /// Remembers which reminder was the last, and when the next may be.
    ///
    /// # Errors
    /// There is no such inquiry, or the database refused.
    pub async fn set_reminder(&mut self, district: &str, inquiry: &str, step: i64, at: Option<i64>) -> Result<()> {
        sqlx::query("UPDATE inquiries SET remind_step = $3, remind_at = $4 WHERE district_id = $1 AND id = $2")
            .bind(district)
            .bind(inquiry)
            .bind(step)
            .bind(at)
            .execute(self.connection())
            .await?
            .exactly(1)
    }

    /// Remembers that the sender is told that a due time is missed; `false` when they were before.
    ///
    /// # Errors
    /// The database refused.
    pub async fn told_late(&mut self, district: &str, inquiry: &str, due: i64) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE inquiries SET late_told = $3 WHERE district_id = $1 AND id = $2 AND (late_told IS NULL OR late_told <> $3)",
        )
        .bind(district)
        .bind(inquiry)
        .bind(due)
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// No reminder before `until` (ms UTC).
    ///
    /// # Errors
    /// There is no such inquiry, or the database refused.
    pub async fn set_quiet(&mut self, district: &str, inquiry: &str, until: Option<i64>, at: i64) -> Result<()> {
        sqlx::query(
            "UPDATE inquiries SET quiet_until = $3, remind_at = CASE WHEN due_at IS NULL THEN NULL ELSE $4 END, updated_at = $4 \
             WHERE district_id = $1 AND id = $2",
        )
        .bind(district)
        .bind(inquiry)
        .bind(until)
        .bind(at)
        .execute(self.connection())
        .await?
        .exactly(1)
    }

    /// Remembers that somebody's digest of a local day was made; `false` when it was before.
    ///
    /// # Errors
    /// The database refused.
    pub async fn made_digest(&mut self, district: &str, account: &str, day: &str) -> Result<bool> {
        let done =
            sqlx::query("UPDATE members SET digest_on = $3 WHERE district_id = $1 AND account_id = $2 AND digest_on <> $3")
                .bind(district)
                .bind(account)
                .bind(day)
                .execute(self.connection())
                .await?;
        Ok(done.rows_affected() == 1)
    }
}
