//! Asking the full-text index, each engine in its own way.
//!
//! SQLite's index gives hits one by one, newest first, and needs no more than is shown. PostgreSQL's gives all of them at
//! once, without order. So there what is common is found by walking from the newest inquiry on, what is not by collecting.

use super::row::Columns;
use super::search::first_place;
use super::{Db, Engine, Result};
use crate::search::Expr;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use std::collections::{BTreeMap, BTreeSet};

/// A hit: its place in the order, and the inquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub seq: i64,
    pub inquiry_id: String,
}

/// Which part of the hits: from `from` on and before `before`, as places.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    pub from: i64,
    pub before: i64,
}

impl Window {
    /// Everything that arrived in `[from, before)`, in ms UTC.
    pub fn of_time(from: Option<i64>, before: Option<i64>) -> Self {
        Self { from: from.map_or(i64::MIN, first_place), before: before.map_or(i64::MAX, first_place) }
    }
}

/// Hits that are told apart; more is "5,000 or more", newest first.
pub const MOST_HITS: i64 = 5_000;

/// What a search finds.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    /// Counted up to [`MOST_HITS`].
    pub count: i64,
    /// The newest, where they were read with the count; up to [`AT_ONCE`].
    pub newest: Vec<Hit>,
    /// So many that more of them are found by walking.
    pub walk: bool,
}

/// Hits that are read together.
pub const AT_ONCE: u32 = 100;

/// What PostgreSQL is asked: the conditions of every statement.
const HITS: &str = "doc @@ CAST($1 AS tsquery) AND seq >= $2 AND seq < $3 AND district_id = $4";
/// So many of the newest inquiries are walked. Each costs some µs, whether it is a hit or not.
const WALKED: i64 = 5_000;
/// A walk that finds fewer was in vain, and its hits are collected.
const WORTH_A_WALK: usize = 10;
/// Only where PostgreSQL's statistics expect so many hits is a walk tried at all.
const SURELY_MANY: i64 = 4 * MOST_HITS;

impl Db {
    /// How many inquiries are found.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn hits(&self, district: &str, expr: &Expr, window: Window) -> Result<Hits> {
        let rows = match self.engine {
            Engine::Sqlite => {
                let sql = format!(
                    "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT rowid FROM search WHERE search MATCH $1 AND rowid >= $2 AND rowid < $3 LIMIT {MOST_HITS})"
                );
                let query = sqlx::query(AssertSqlSafe(sql)).bind(expr.as_fts5()).bind(window.from).bind(window.before);
                query.fetch_all(&self.reader).await?
            }
            Engine::Postgres => {
                let asked = expr.as_tsquery();
                if self.are_surely_many(district, &asked, window).await? {
                    return Ok(Hits { count: MOST_HITS, newest: Vec::new(), walk: true });
                }
                // The index is read once for both, the count and the newest.
                let sql = format!(
                    "SELECT CAST(COUNT(*) OVER () AS BIGINT), seq, inquiry_id FROM (SELECT seq, inquiry_id FROM search_rows WHERE {HITS} \
                     ORDER BY seq DESC LIMIT {MOST_HITS}) AS found ORDER BY seq DESC LIMIT {AT_ONCE}"
                );
                self.by_index(sql, district, &asked, window).await?
            }
        };
        let count = rows.first().map_or(Ok(0), |row| row.try_get(0))?;
        let newest = if self.engine == Engine::Postgres { &rows[..] } else { &[] };
        let newest = newest.iter().map(|row| {
            let mut c = Columns::of(row);
            let _: i64 = c.take()?;
            Ok(Hit { seq: c.take()?, inquiry_id: c.text()? })
        });
        Ok(Hits { count, newest: newest.collect::<Result<_>>()?, walk: false })
    }

    /// Hits of a window, newest first, and whether there may be more after them. `walk`: see [`Hits`].
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find(&self, district: &str, expr: &Expr, window: Window, limit: u32, walk: bool) -> Result<(Vec<Hit>, bool)> {
        if self.engine == Engine::Sqlite {
            let sql = format!(
                "SELECT r.seq, r.inquiry_id FROM search CROSS JOIN search_rows r \
                 WHERE search MATCH $1 AND search.rowid >= $2 AND search.rowid < $3 AND r.seq = search.rowid AND r.district_id = $4 ORDER BY search.rowid DESC LIMIT {limit}"
            );
            let query = sqlx::query(AssertSqlSafe(sql)).bind(expr.as_fts5()).bind(window.from).bind(window.before).bind(district);
            let found: Vec<Hit> = query.fetch_all(&self.reader).await?.iter().map(hit).collect::<Result<_>>()?;
            let more = found.len() == limit as usize;
            return Ok((found, more));
        }
        let asked = expr.as_tsquery();
        if walk {
            let found = self.walk(district, &asked, window, limit).await?;
            if found.len() >= WORTH_A_WALK {
                return Ok((found, true));
            }
        }
        let sql = format!("SELECT seq, inquiry_id FROM search_rows WHERE {HITS} ORDER BY seq DESC LIMIT {limit}");
        let found: Vec<Hit> = self.by_index(sql, district, &asked, window).await?.iter().map(hit).collect::<Result<_>>()?;
        let more = found.len() == limit as usize;
        Ok((found, more))
    }

    /// Hits among the newest of a window.
    async fn walk(&self, district: &str, asked: &str, window: Window, limit: u32) -> Result<Vec<Hit>> {
        let sql = format!(
            "SELECT seq, inquiry_id FROM (SELECT seq, inquiry_id, doc FROM search_rows WHERE seq >= $2 AND seq < $3 AND district_id = $4 \
             ORDER BY seq DESC LIMIT {WALKED}) AS newest WHERE doc @@ CAST($1 AS tsquery) ORDER BY seq DESC LIMIT {limit}"
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(asked).bind(window.from).bind(window.before).bind(district);
        query.fetch_all(&self.reader).await?.iter().map(hit).collect()
    }

    /// Whether there are more than [`MOST_HITS`] without a doubt: PostgreSQL's statistics expect so many, and the newest
    /// inquiries promise twice as many. To count what is common, the index would have to be read from end to end.
    async fn are_surely_many(&self, district: &str, asked: &str, window: Window) -> Result<bool> {
        if self.expected(HITS, district, asked, window).await? < SURELY_MANY {
            return Ok(false);
        }
        let all = self.expected("$1 <> '' AND seq >= $2 AND seq < $3 AND district_id = $4", district, asked, window).await?;
        let found = i64::try_from(self.walk(district, asked, window, AT_ONCE).await?.len()).unwrap_or(0);
        Ok(found * all / WALKED >= 2 * MOST_HITS)
    }

    /// How many rows PostgreSQL's statistics expect.
    async fn expected(&self, conditions: &str, district: &str, asked: &str, window: Window) -> Result<i64> {
        let sql = format!("EXPLAIN SELECT 1 FROM search_rows WHERE {conditions}");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(asked).bind(window.from).bind(window.before).bind(district);
        let rows = query.fetch_all(&self.reader).await?;
        let first: String = rows.first().map_or(Ok(String::new()), |row| Columns::of(row).text())?;
        let expected = first.split("rows=").nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok());
        Ok(expected.unwrap_or(0))
    }

    /// Asks PostgreSQL's index and nothing else: its planner does not count what it costs to read a document, and would
    /// rather read all of them.
    async fn by_index(&self, sql: String, district: &str, asked: &str, window: Window) -> Result<Vec<AnyRow>> {
        const SETTINGS: &str = "SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL enable_seqscan = off; \
             SET LOCAL enable_indexscan = off; SET LOCAL work_mem = '32MB'";
        let mut tx = self.reader.begin().await?;
        sqlx::raw_sql(SETTINGS).execute(&mut *tx).await?;
        let query = sqlx::query(AssertSqlSafe(sql)).bind(asked).bind(window.from).bind(window.before).bind(district);
        let rows = query.fetch_all(&mut *tx).await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// The tokens of which some beginnings stand, where they are few. Both databases would otherwise read and sort every hit
    /// of every one of them before they give the first; for the shortest, SQLite has an index of beginnings.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn tokens_of(&self, beginnings: &BTreeSet<&str>) -> Result<BTreeMap<String, Vec<String>>> {
        /// More are read at once after all.
        const FEW: usize = 32;
        // Letters, with the one that says what it is, of the longest beginnings in SQLite's index.
        let (indexed, char) = if self.engine == Engine::Sqlite { (4, "char") } else { (0, "chr") };
        let mut all = BTreeMap::new();
        for &beginning in beginnings.iter().filter(|b| b.chars().count() > indexed) {
            let sql = format!(
                "WITH RECURSIVE words(word) AS (SELECT (SELECT term FROM search_words WHERE term >= $1 ORDER BY term LIMIT 1) UNION ALL \
                 SELECT (SELECT term FROM search_words WHERE term >= words.word || {char}(1) ORDER BY term LIMIT 1) FROM words \
                 WHERE substr(words.word, 1, length($1)) = $1) \
                 SELECT word FROM words WHERE substr(word, 1, length($1)) = $1 LIMIT {}",
                FEW + 1
            );
            let rows = sqlx::query(AssertSqlSafe(sql)).bind(beginning).fetch_all(&self.reader).await?;
            if rows.len() <= FEW {
                let tokens: Result<Vec<String>> = rows.iter().map(|row| Columns::of(row).text()).collect();
                all.insert(beginning.to_owned(), tokens?);
            }
        }
        Ok(all)
    }
}

fn hit(row: &AnyRow) -> Result<Hit> {
    let mut c = Columns::of(row);
    Ok(Hit { seq: c.take()?, inquiry_id: c.text()? })
}
