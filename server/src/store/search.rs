//! The full-text index. Both engines are given the same tokens; what differs is how they are asked.

use super::list::Clause;
use super::row::Columns;
use super::{Db, Engine, ROWS_AT_ONCE, Result, Tx, placeholders};
use crate::search::{Document, Expr};
use porchlight_shared::form::RawAnswer;
use porchlight_shared::status::MessageKind;
use porchlight_shared::wire;
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeMap;

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

/// From here on PostgreSQL finds hits faster by walking from the newest than by collecting them all.
pub const COMMON: i64 = 50_000;

/// The first place of an arrival at `at` (ms UTC).
const fn first_place(at: i64) -> i64 {
    at << 20
}

fn place(at: i64) -> i64 {
    first_place(at) | i64::from(rand::random::<u32>() >> 12)
}

impl Db {
    /// How many inquiries are found, counted up to `most`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn hits(&self, district: &str, expr: &Expr, window: Window, most: i64) -> Result<i64> {
        let sql = match self.engine {
            Engine::Sqlite => format!(
                "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT rowid FROM search WHERE search MATCH $1 AND rowid >= $2 AND rowid < $3 LIMIT {most})"
            ),
            Engine::Postgres => format!(
                "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 FROM search_rows WHERE doc @@ CAST($1 AS tsquery) AND seq >= $2 AND seq < $3 AND district_id = $4 LIMIT {most}) AS found"
            ),
        };
        let asked = self.asked(expr);
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(asked).bind(window.from).bind(window.before);
        if self.engine == Engine::Postgres {
            query = query.bind(district);
        }
        let rows = query.fetch_all(&self.reader).await?;
        rows.first().map_or(Ok(0), |row| Ok(row.try_get(0)?))
    }

    /// Hits of a window, newest first. `common`: there are very many of them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn find(&self, district: &str, expr: &Expr, window: Window, limit: u32, common: bool) -> Result<Vec<Hit>> {
        let sql = match (self.engine, common) {
            (Engine::Sqlite, _) => format!(
                "SELECT r.seq, r.inquiry_id FROM search JOIN search_rows r ON r.seq = search.rowid \
                 WHERE search MATCH $1 AND search.rowid >= $2 AND search.rowid < $3 ORDER BY search.rowid DESC LIMIT {limit}"
            ),
            // Written so that the one way cannot be mistaken for the other by the planner.
            (Engine::Postgres, false) => format!(
                "SELECT seq, inquiry_id FROM search_rows WHERE doc @@ CAST($1 AS tsquery) AND seq >= $2 AND seq < $3 AND district_id = $4 ORDER BY seq + 0 DESC LIMIT {limit}"
            ),
            (Engine::Postgres, true) => format!(
                "SELECT seq, inquiry_id FROM search_rows WHERE COALESCE(doc @@ CAST($1 AS tsquery), FALSE) AND seq >= $2 AND seq < $3 AND district_id = $4 ORDER BY seq DESC LIMIT {limit}"
            ),
        };
        let asked = self.asked(expr);
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(asked).bind(window.from).bind(window.before);
        if self.engine == Engine::Postgres {
            query = query.bind(district);
        }
        let rows = query.fetch_all(&self.reader).await?;
        rows.iter().map(Columns::of).map(|mut c| Ok(Hit { seq: c.take()?, inquiry_id: c.text()? })).collect()
    }

    /// Whether so many hits are better found by walking.
    pub const fn is_common(hits: i64) -> bool {
        hits >= COMMON
    }

    fn asked(&self, expr: &Expr) -> String {
        match self.engine {
            Engine::Sqlite => expr.as_fts5(),
            Engine::Postgres => expr.as_tsquery(),
        }
    }

    /// What was said in some inquiries, answers first; without notes where they are not to be read.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn texts_of(&self, district: &str, ids: &[&str], notes: bool) -> Result<BTreeMap<String, Vec<String>>> {
        let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
        if ids.is_empty() {
            return Ok(texts);
        }
        let mut clause = Clause::default();
        let these = clause.any_of("id", ids.iter().copied());
        let sql = format!("SELECT id, answers FROM inquiries WHERE district_id = $1{these}");
        for row in &clause.bind(sql, district).fetch_all(&self.reader).await? {
            let mut c = Columns::of(row);
            let (id, answers): (String, serde_json::Value) = (c.text()?, c.json()?);
            let said = wire::read_answers(&answers).unwrap_or_default();
            let said = said.iter().filter_map(|(_, answer)| match answer {
                RawAnswer::Text(text) | RawAnswer::Place { text, .. } => Some(text.clone()),
                _ => None,
            });
            texts.entry(id).or_default().extend(said);
        }
        let mut clause = Clause::default();
        let these = clause.any_of("inquiry_id", ids.iter().copied());
        let kinds = if notes { "" } else { " AND kind <> 'note'" };
        let sql = format!("SELECT inquiry_id, body FROM messages WHERE district_id = $1{these}{kinds} ORDER BY created_at, id");
        for row in &clause.bind(sql, district).fetch_all(&self.reader).await? {
            let mut c = Columns::of(row);
            texts.entry(c.text()?).or_default().push(c.text()?);
        }
        Ok(texts)
    }

    /// Inquiries that are not in the index yet: those of before there was one.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn unindexed(&self, limit: u32) -> Result<Vec<(String, String)>> {
        let sql = format!(
            "SELECT i.district_id, i.id FROM inquiries i WHERE NOT EXISTS \
             (SELECT 1 FROM search_rows r WHERE r.district_id = i.district_id AND r.inquiry_id = i.id) LIMIT {limit}"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&self.reader).await?;
        rows.iter().map(Columns::of).map(|mut c| Ok((c.text()?, c.text()?))).collect()
    }
}

impl Tx {
    /// Puts what is found of an inquiry in the place of what was.
    ///
    /// # Errors
    /// The database refused.
    pub(crate) async fn put_document(
        &mut self,
        district: &str,
        inquiry: &str,
        received_at: i64,
        document: &Document,
    ) -> Result<()> {
        let rows = sqlx::query("SELECT seq FROM search_rows WHERE district_id = $1 AND inquiry_id = $2")
            .bind(district)
            .bind(inquiry)
            .fetch_all(self.connection())
            .await?;
        let known: Option<i64> = rows.first().map(|row| row.try_get(0)).transpose()?;
        let Some(seq) = known else {
            return self.insert_documents(&[(district, inquiry, received_at, document)]).await;
        };
        match self.engine {
            Engine::Postgres => {
                sqlx::query("UPDATE search_rows SET doc = CAST($3 AS tsvector) WHERE district_id = $1 AND seq = $2")
                    .bind(district)
                    .bind(seq)
                    .bind(document.as_tsvector())
                    .execute(self.connection())
                    .await?;
            }
            Engine::Sqlite => {
                sqlx::query("DELETE FROM search WHERE rowid = $1").bind(seq).execute(self.connection()).await?;
                sqlx::query("INSERT INTO search (rowid, doc) VALUES ($1, $2)")
                    .bind(seq)
                    .bind(document.as_text())
                    .execute(self.connection())
                    .await?;
            }
        }
        Ok(())
    }

    /// New documents, as district, inquiry, arrival (ms UTC) and tokens.
    ///
    /// # Errors
    /// The database refused.
    pub(crate) async fn insert_documents(&mut self, new: &[(&str, &str, i64, &Document)]) -> Result<()> {
        for chunk in new.chunks(ROWS_AT_ONCE) {
            let placed: Vec<(i64, String)> = chunk
                .iter()
                .map(|(_, _, at, document)| {
                    let tokens = if self.engine == Engine::Sqlite { document.as_text() } else { document.as_tsvector() };
                    (place(*at), tokens)
                })
                .collect();
            if self.engine == Engine::Postgres {
                let values: Vec<String> = (0..chunk.len())
                    .map(|row| {
                        format!("(${}, ${}, ${}, CAST(${} AS tsvector))", row * 4 + 1, row * 4 + 2, row * 4 + 3, row * 4 + 4)
                    })
                    .collect();
                let sql = format!("INSERT INTO search_rows (district_id, seq, inquiry_id, doc) VALUES {}", values.join(", "));
                let mut query = sqlx::query(AssertSqlSafe(sql));
                for ((district, inquiry, ..), (seq, tokens)) in chunk.iter().zip(&placed) {
                    query = query.bind(*district).bind(*seq).bind(*inquiry).bind(tokens.as_str());
                }
                query.execute(self.connection()).await?;
                continue;
            }
            let sql = format!("INSERT INTO search_rows (district_id, seq, inquiry_id) VALUES {}", placeholders(chunk.len(), 3));
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for ((district, inquiry, ..), (seq, _)) in chunk.iter().zip(&placed) {
                query = query.bind(*district).bind(*seq).bind(*inquiry);
            }
            query.execute(self.connection()).await?;
            let sql = format!("INSERT INTO search (rowid, doc) VALUES {}", placeholders(chunk.len(), 2));
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for (seq, tokens) in &placed {
                query = query.bind(*seq).bind(tokens.as_str());
            }
            query.execute(self.connection()).await?;
        }
        Ok(())
    }

    /// What an inquiry's thread says, as kind and text.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn bodies(&mut self, district: &str, inquiry: &str) -> Result<Vec<(MessageKind, String)>> {
        let rows =
            sqlx::query("SELECT kind, body FROM messages WHERE district_id = $1 AND inquiry_id = $2 ORDER BY created_at, id")
                .bind(district)
                .bind(inquiry)
                .fetch_all(self.connection())
                .await?;
        rows.iter().map(Columns::of).map(|mut c| Ok((c.word(MessageKind::parse)?, c.text()?))).collect()
    }

    /// # Errors
    /// The database cannot be read.
    pub async fn file_names(&mut self, district: &str, inquiry: &str) -> Result<Vec<String>> {
        self.words_of("SELECT name FROM files WHERE district_id = $1 AND inquiry_id = $2 ORDER BY id", district, inquiry).await
    }

    /// # Errors
    /// The database cannot be read.
    pub async fn tags_to_index(&mut self, district: &str, inquiry: &str) -> Result<Vec<String>> {
        self.words_of("SELECT tag FROM inquiry_tags WHERE district_id = $1 AND inquiry_id = $2 ORDER BY tag", district, inquiry)
            .await
    }

    /// Who ever opened a confidential inquiry with a reason.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn unsealed_by(&mut self, district: &str, inquiry: &str) -> Result<Vec<String>> {
        self.words_of(
            "SELECT account_id FROM unsealings WHERE district_id = $1 AND inquiry_id = $2 ORDER BY account_id",
            district,
            inquiry,
        )
        .await
    }

    async fn words_of(&mut self, sql: &'static str, district: &str, inquiry: &str) -> Result<Vec<String>> {
        let rows = sqlx::query(sql).bind(district).bind(inquiry).fetch_all(self.connection()).await?;
        rows.iter().map(|row| Columns::of(row).text()).collect()
    }
}
