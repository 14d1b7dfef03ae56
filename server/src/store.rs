//! The database: the only place with SQL, one text for SQLite and PostgreSQL.
//!
//! What differs between the engines is here and nowhere else: how a transaction begins, session
//! settings, and how a waiting row is claimed. Statements are grouped by what they are about.

mod alert;
mod category;
mod clause;
mod directory;
mod district;
mod door;
mod file;
mod find;
mod held;
mod inquiry;
mod intake;
mod job;
mod join;
mod list;
mod notice;
mod practice;
mod published;
mod row;
mod scope;
mod search;
mod staff;
mod template;
mod together;
mod trail;
mod upload;
mod view;
mod watch;
mod way;

pub use alert::{AlertMatch, AlertRecord, NewAlert, TellingRecord};
pub use category::{KeywordCount, ScanRecord};
pub use directory::AbsenceRecord;
pub use district::{DistrictRecord, Put, PutDistrict};
pub use door::{InvitationRecord, SecondFactor, SessionListed};
pub use file::FileRecord;
pub use find::{AT_ONCE, Hit, MOST_HITS, Window};
pub use held::HeldReply;
pub use inquiry::{Change, InquiryRecord, MessageRecord, NewMessage, SenderTexts};
pub use intake::{NewInquiry, Written};
pub use job::{JobRecord, Lane, NewJob, QueueState};
pub use join::{MergeRecord, SplitRecord};
pub use list::{COUNTED, Filter, ListItem, Order, Owners, Position};
pub use notice::{NewNotice, NoticeRecord, ReadNotices};
pub use practice::TryRecord;
pub use published::{AnswerRecord, NewAnswer, YEAR_MS};
pub use scope::Scope;
pub(crate) use search::ToIndex;
pub use staff::{AccountRecord, NewAccount, NewSession, Relation, SessionRecord, StaffRecord};
pub use template::{NewVersion, TemplateRecord, TemplateUses, TemplateVersionRecord};
pub use together::{DraftRecord, Standing};
pub use trail::{AuditRecord, NewAudit, TrailFilter};
pub use upload::UploadRecord;
pub use view::ViewRecord;

use crate::error::Error;
use sqlx::any::{AnyPoolOptions, AnyQueryResult};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Any, AnyPool, Connection, Executor, SqlSafeStr, Transaction};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Pools of connections to one database.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    writer: AnyPool,
    reader: AnyPool,
}

/// One transaction; without [`commit`](Tx::commit) nothing of it happened.
pub struct Tx {
    inner: Transaction<'static, Any>,
    engine: Engine,
    /// Words for PostgreSQL's `search_words`. They are written last and in order, when nothing else is waited for: whoever
    /// writes the same new word at the same moment must never wait in a circle.
    words: BTreeSet<String>,
}

/// Every migration, oldest first. Never edited once released.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "init", include_str!("../migrations/0001_init.sql")),
    (2, "due first", include_str!("../migrations/0002_due_first.sql")),
    (3, "uploads", include_str!("../migrations/0003_uploads.sql")),
    (4, "office", include_str!("../migrations/0004_office.sql")),
    (7, "lists", include_str!("../migrations/0007_lists.sql")),
    (9, "preferences", include_str!("../migrations/0009_preferences.sql")),
    (10, "templates", include_str!("../migrations/0010_templates.sql")),
    (11, "answers", include_str!("../migrations/0011_answers.sql")),
    (12, "practice", include_str!("../migrations/0012_practice.sql")),
    (13, "alerts", include_str!("../migrations/0013_alerts.sql")),
    (14, "reminders", include_str!("../migrations/0014_reminders.sql")),
];

/// Migrations that the engines write differently, by number: SQLite's and PostgreSQL's.
const BY_ENGINE: &[(i64, &str, &str, &str)] = &[
    (5, "trail", include_str!("../migrations/0005_trail_sqlite.sql"), include_str!("../migrations/0005_trail_postgres.sql")),
    (6, "search", include_str!("../migrations/0006_search_sqlite.sql"), include_str!("../migrations/0006_search_postgres.sql")),
    (8, "words", include_str!("../migrations/0008_words_sqlite.sql"), include_str!("../migrations/0008_words_postgres.sql")),
];

/// Rows of one multi-row insert. More brings nothing and nears SQLite's limit of bound values.
pub(crate) const ROWS_AT_ONCE: usize = 64;

impl Db {
    /// Opens the database, the writer first, so that it is made before readers look for it.
    ///
    /// # Errors
    /// The database cannot be reached or is not one of ours.
    pub async fn open(url: &str) -> Result<Self> {
        sqlx::any::install_default_drivers();
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            // Apart: whoever reads something in the middle of a transaction must never wait for a connection that others
            // hold while they wait for that transaction.
            let (writer, reader) = (pool(url, 8).await?, pool(url, 8).await?);
            return Ok(Self { engine: Engine::Postgres, writer, reader });
        }
        // SQLite has one writer; waiting for it in a queue is fairer than `SQLITE_BUSY`.
        let writer = pool(&format!("{url}?mode=rwc"), 1).await?;
        let reader = pool(&format!("{url}?mode=rw"), 4).await?;
        Ok(Self { engine: Engine::Sqlite, writer, reader })
    }

    /// The URL of the embedded database in `folder`.
    pub fn embedded_url(folder: &Path) -> String {
        format!("sqlite://{}", folder.join("porchlight.db").display())
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// A migration fails, or the database was made by a newer version.
    pub async fn migrate(&self) -> Result<()> {
        let engines = BY_ENGINE.iter().map(|&(version, name, sqlite, postgres)| match self.engine {
            Engine::Sqlite => (version, name, sqlite),
            Engine::Postgres => (version, name, postgres),
        });
        let mut all: Vec<_> = MIGRATIONS.iter().copied().chain(engines).collect();
        all.sort_unstable_by_key(|(version, ..)| *version);
        let migrations = all.into_iter().map(|(version, name, sql)| {
            Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql.into_sql_str(), false)
        });
        Migrator::with_migrations(migrations.collect()).run(&self.writer).await.map_err(|e| Error::Database(e.into()))
    }

    /// # Errors
    /// No connection is to be had.
    pub async fn begin(&self) -> Result<Tx> {
        // A deferred BEGIN that reads and then writes fails at once on SQLite.
        let statement = match self.engine {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN",
        };
        Ok(Tx { inner: self.writer.begin_with(statement).await?, engine: self.engine, words: BTreeSet::new() })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query("SELECT 1").fetch_all(&self.reader).await?;
        Ok(())
    }

    /// Lets the embedded database grow to so many pages and no further, as a full disk would. For tests.
    ///
    /// # Errors
    /// The database refused.
    pub async fn limit_pages(&self, pages: i64) -> Result<()> {
        // SQLite takes no less than what is there already.
        let sql = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
        sqlx::query(sql).fetch_all(&self.writer).await?;
        Ok(())
    }

    /// Closes all connections; SQLite folds its write-ahead log into the file.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

impl Tx {
    /// # Errors
    /// Nothing of the transaction happened.
    pub async fn commit(mut self) -> Result<()> {
        if !self.words.is_empty() {
            let words: Vec<String> = std::mem::take(&mut self.words).into_iter().collect();
            sqlx::query(
                "INSERT INTO search_words SELECT word FROM unnest(string_to_array($1, ' ')) AS word ON CONFLICT DO NOTHING",
            )
            .bind(words.join(" "))
            .execute(self.connection())
            .await?;
        }
        self.inner.commit().await.map_err(Error::from)
    }

    /// # Errors
    /// The connection is gone, in which case the transaction is undone as well.
    pub async fn rollback(self) -> Result<()> {
        self.inner.rollback().await.map_err(Error::from)
    }

    fn connection(&mut self) -> &mut sqlx::AnyConnection {
        &mut self.inner
    }
}

async fn pool(url: &str, connections: u32) -> Result<AnyPool> {
    let options = AnyPoolOptions::new().max_connections(connections).acquire_timeout(Duration::from_secs(8));
    let options = options.after_connect(|connection, _| {
        Box::pin(async move {
            let settings = if connection.backend_name() == "SQLite" {
                "PRAGMA busy_timeout=10000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-8000;"
            } else {
                "SET synchronous_commit=on; SET statement_timeout='30s'; SET lock_timeout='10s'"
            };
            connection.execute(sqlx::raw_sql(settings)).await.map(drop)
        })
    });
    // SQLite undoes a transaction by itself where the disk is full, and the driver then holds it for open for ever:
    // such a connection would refuse everything that comes.
    let options = options.before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }));
    // A first connection proves the address; later ones come and go as needed.
    let pool = options.connect(url).await?;
    pool.acquire().await?.ping().await?;
    Ok(pool)
}

/// Counts the rows that a statement changed.
trait Exactly {
    /// # Errors
    /// [`Error::Conflict`] when another number of rows was changed than was meant.
    fn exactly(self, rows: u64) -> Result<()>;
}

impl Exactly for AnyQueryResult {
    fn exactly(self, rows: u64) -> Result<()> {
        if self.rows_affected() == rows { Ok(()) } else { Err(Error::Conflict) }
    }
}

/// `($1, $2), ($3, $4)` for `rows` rows of `columns` values.
fn placeholders(rows: usize, columns: usize) -> String {
    let row = |r: usize| {
        let values: Vec<String> = (1..=columns).map(|c| format!("${}", r * columns + c)).collect();
        format!("({})", values.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}
