//! Durable jobs: enqueued in the transaction that makes them necessary, claimed once, kept when given up.

use super::row::Columns;
use super::{Db, Engine, ROWS_AT_ONCE, Result, Tx, placeholders};
use sqlx::AssertSqlSafe;

#[derive(Debug, Clone)]
pub struct NewJob {
    pub id: String,
    pub kind: &'static str,
    /// JSON without personal data: ids only.
    pub payload: String,
    pub run_at: i64,
}

/// Workers take turns in their lane only: what is quick waits for no mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Words of concern: nothing goes before them.
    Alert,
    /// What nobody but the database does.
    Quick,
    /// Mail.
    Slow,
}

impl Lane {
    pub const ALL: [Self; 3] = [Self::Alert, Self::Quick, Self::Slow];

    const fn sql(self) -> &'static str {
        match self {
            Self::Alert => " AND kind = 'tell_alert'",
            Self::Quick => " AND kind IN ('release_reply', 'seal_again', 'watch')",
            Self::Slow => " AND kind NOT IN ('tell_alert', 'release_reply', 'seal_again', 'watch')",
        }
    }
}

#[derive(Debug, Clone)]
pub struct JobRecord {
    pub id: String,
    pub kind: String,
    pub payload: String,
    /// How often it was tried before.
    pub attempts: u32,
    /// Until when the claim holds, in ms UTC.
    pub claimed_until: i64,
}

/// What is waiting, for health checks and metrics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueState {
    pub waiting: i64,
    /// Of those, and of the looks at the clock, what somebody has claimed and not settled yet.
    pub claimed: i64,
    pub failed: i64,
}

impl Db {
    /// Claims up to `most` jobs that are due, until `until`; a claim that is not settled by then is
    /// anybody's again.
    ///
    /// # Errors
    /// The database refused.
    pub async fn claim_jobs(&self, lane: Lane, now: i64, until: i64, most: u32) -> Result<Vec<JobRecord>> {
        let skip = if self.engine == Engine::Postgres { " FOR UPDATE SKIP LOCKED" } else { "" };
        let sql = format!(
            "UPDATE jobs SET claimed_until = $2, attempts = attempts + 1 WHERE id IN (\
             SELECT id FROM jobs WHERE failed_at IS NULL{} AND run_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $1) \
             ORDER BY run_at LIMIT {most}{skip}) RETURNING id, kind, payload, attempts",
            lane.sql()
        );
        let mut tx = self.begin().await?;
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(now).bind(until).fetch_all(tx.connection()).await?;
        tx.commit().await?;
        rows.iter()
            .map(|row| {
                let mut c = Columns::of(row);
                let (id, kind, payload) = (c.text()?, c.text()?, c.text()?);
                let attempts = u32::try_from(c.take::<i64>()? - 1).unwrap_or(0);
                Ok(JobRecord { id, kind, payload, attempts, claimed_until: until })
            })
            .collect()
    }

    /// When the next job may be claimed.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn next_job_at(&self, lane: Lane) -> Result<Option<i64>> {
        let sql = format!(
            "SELECT CAST(MIN(CASE WHEN claimed_until IS NULL THEN run_at ELSE claimed_until END) AS BIGINT) FROM jobs WHERE failed_at IS NULL{}",
            lane.sql()
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&self.reader).await?;
        rows.first().map_or(Ok(None), |row| Columns::of(row).take())
    }

    /// Forgets jobs that are done, all in one transaction: on a bad morning there are thousands. One that was asked for
    /// again while it ran stays.
    ///
    /// # Errors
    /// The database refused; done again they do no harm.
    pub async fn finish_jobs(&self, jobs: &[JobRecord]) -> Result<()> {
        if jobs.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        for job in jobs {
            sqlx::query("DELETE FROM jobs WHERE id = $1 AND (kind NOT IN ('mail_notices', 'watch') OR claimed_until = $2)")
                .bind(&job.id)
                .bind(job.claimed_until)
                .execute(tx.connection())
                .await?;
        }
        tx.commit().await
    }

    /// Puts a job back for `run_at`, unless its claim ran out and somebody else has it.
    ///
    /// # Errors
    /// The database refused.
    pub async fn retry_job(&self, job: &JobRecord, run_at: i64, error: &str) -> Result<()> {
        self.settle_job(job, "run_at", run_at, error).await
    }

    /// Gives a job up, loudly: it stays and is counted. Not where its claim ran out and somebody else has it.
    ///
    /// # Errors
    /// The database refused.
    pub async fn fail_job(&self, job: &JobRecord, at: i64, error: &str) -> Result<()> {
        self.settle_job(job, "failed_at", at, error).await
    }

    async fn settle_job(&self, job: &JobRecord, column: &'static str, at: i64, error: &str) -> Result<()> {
        let sql =
            format!("UPDATE jobs SET claimed_until = NULL, {column} = $2, last_error = $3 WHERE id = $1 AND claimed_until = $4");
        let mut tx = self.begin().await?;
        let query = sqlx::query(AssertSqlSafe(sql)).bind(&job.id).bind(at).bind(error).bind(job.claimed_until);
        query.execute(tx.connection()).await?;
        tx.commit().await
    }

    /// # Errors
    /// The database cannot be read.
    pub async fn queue_state(&self) -> Result<QueueState> {
        let rows = sqlx::query(
            "SELECT CAST(COUNT(*) FILTER (WHERE failed_at IS NULL AND kind <> 'watch') AS BIGINT), \
             CAST(COUNT(*) FILTER (WHERE failed_at IS NULL AND claimed_until IS NOT NULL) AS BIGINT), \
             CAST(COUNT(*) FILTER (WHERE failed_at IS NOT NULL) AS BIGINT) FROM jobs",
        )
        .fetch_all(&self.reader)
        .await?;
        let Some(row) = rows.first() else { return Ok(QueueState::default()) };
        let mut c = Columns::of(row);
        Ok(QueueState { waiting: c.take()?, claimed: c.take()?, failed: c.take()? })
    }
}

impl Tx {
    /// Enqueues jobs; one whose id is there already is that job. Where that one mails notices and is just running, it may
    /// have read them before this one came: it runs again, a minute later. So does one that looks at the clock.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_jobs(&mut self, jobs: &[&NewJob]) -> Result<()> {
        for chunk in jobs.chunks(ROWS_AT_ONCE) {
            let sql = format!(
                "INSERT INTO jobs (id, kind, payload, run_at, created_at) VALUES {} ON CONFLICT (id) DO UPDATE SET \
                 claimed_until = NULL, attempts = 0, run_at = excluded.run_at + 60000 \
                 WHERE jobs.kind IN ('mail_notices', 'watch') AND jobs.claimed_until IS NOT NULL AND jobs.failed_at IS NULL",
                placeholders(chunk.len(), 5)
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for job in chunk {
                query = query.bind(&job.id).bind(job.kind).bind(&job.payload).bind(job.run_at).bind(job.run_at);
            }
            query.execute(self.connection()).await?;
        }
        Ok(())
    }
}
