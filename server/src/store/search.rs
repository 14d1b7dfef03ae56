//! The full-text index. Both engines are given the same tokens; what differs is how they are asked.

use super::clause::Clause;
use super::row::Columns;
use super::{Db, Engine, InquiryRecord, ROWS_AT_ONCE, Result, Tx, placeholders};
use crate::search::Document;
use porchlight_shared::form::RawAnswer;
use porchlight_shared::status::MessageKind;
use porchlight_shared::wire;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

/// The first place of an arrival at `at` (ms UTC).
pub(super) const fn first_place(at: i64) -> i64 {
    at.saturating_mul(1 << 20)
}

fn place(at: i64) -> i64 {
    first_place(at) | i64::from(rand::random::<u32>() >> 12)
}

impl Db {
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
        let these = clause.these(ids.iter().copied());
        let sql = format!("SELECT id, answers FROM {these} inquiries WHERE district_id = $1 AND id = these.column1");
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
        let these = clause.these(ids.iter().copied());
        let kinds = if notes { "" } else { " AND kind <> 'note'" };
        let sql = format!(
            "SELECT inquiry_id, body FROM {these} messages WHERE district_id = $1 AND inquiry_id = these.column1{kinds} ORDER BY created_at, id"
        );
        for row in &clause.bind(sql, district).fetch_all(&self.reader).await? {
            let mut c = Columns::of(row);
            texts.entry(c.text()?).or_default().push(c.text()?);
        }
        Ok(texts)
    }

    /// Inquiries that are not in the index yet, those of before there was one, after a place in their order. The place is
    /// that of the last one that was looked at.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn unindexed(&self, after: &(String, String), limit: u32) -> Result<Vec<(String, String)>> {
        let sql = format!(
            "SELECT i.district_id, i.id FROM inquiries i WHERE (i.district_id, i.id) > ($1, $2) AND NOT EXISTS \
             (SELECT 1 FROM search_rows r WHERE r.district_id = i.district_id AND r.inquiry_id = i.id) \
             ORDER BY i.district_id, i.id LIMIT {limit}"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(after.0.as_str()).bind(after.1.as_str()).fetch_all(&self.reader).await?;
        rows.iter().map(Columns::of).map(|mut c| Ok((c.text()?, c.text()?))).collect()
    }
}

/// What is found of one inquiry.
#[derive(Debug, Clone)]
pub(crate) struct ToIndex {
    pub(crate) inquiry: InquiryRecord,
    pub(crate) members: Vec<String>,
    /// Who ever opened it with a reason.
    pub(crate) unsealed_by: Vec<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) files: Vec<String>,
    pub(crate) messages: Vec<(MessageKind, String)>,
    /// Its place in the index, where it has one.
    seq: Option<i64>,
}

impl Tx {
    /// What is found of some inquiries, which nobody else changes meanwhile.
    ///
    /// # Errors
    /// The database cannot be read.
    pub(crate) async fn what_to_index(&mut self, district: &str, ids: &[&str]) -> Result<Vec<ToIndex>> {
        let inquiries = self.inquiries_to_change(district, ids).await?;
        let mut members = self.texts_by_inquiry("inquiry_members", "account_id", "at, account_id", district, ids).await?;
        let mut unsealed = self.texts_by_inquiry("unsealings", "account_id", "account_id", district, ids).await?;
        let mut tags = self.texts_by_inquiry("inquiry_tags", "tag", "tag", district, ids).await?;
        let mut files = self.texts_by_inquiry("files", "name", "id", district, ids).await?;
        let mut kinds = self.texts_by_inquiry("messages", "kind", "created_at, id", district, ids).await?;
        let mut bodies = self.texts_by_inquiry("messages", "body", "created_at, id", district, ids).await?;
        let mut clause = Clause::default();
        let these = clause.these(ids.iter().copied());
        let sql =
            format!("SELECT inquiry_id, seq FROM {these} search_rows WHERE district_id = $1 AND inquiry_id = these.column1");
        let mut places = BTreeMap::new();
        for row in &clause.bind(sql, district).fetch_all(self.connection()).await? {
            let mut c = Columns::of(row);
            places.insert(c.text()?, c.take::<i64>()?);
        }
        let of = |all: &mut BTreeMap<String, Vec<String>>, id: &str| all.remove(id).unwrap_or_default();
        let all = inquiries.into_iter().map(|inquiry| {
            let id = inquiry.id.as_str();
            let kinds = of(&mut kinds, id).into_iter().filter_map(|kind| MessageKind::parse(&kind));
            Ok(ToIndex {
                members: of(&mut members, id),
                unsealed_by: of(&mut unsealed, id),
                tags: of(&mut tags, id),
                files: of(&mut files, id),
                messages: kinds.zip(of(&mut bodies, id)).collect(),
                seq: places.get(id).copied(),
                inquiry,
            })
        });
        all.collect()
    }

    /// One column of a table that has rows of inquiries, by inquiry.
    async fn texts_by_inquiry(
        &mut self,
        table: &'static str,
        column: &'static str,
        order: &'static str,
        district: &str,
        ids: &[&str],
    ) -> Result<BTreeMap<String, Vec<String>>> {
        let mut clause = Clause::default();
        let these = clause.these(ids.iter().copied());
        let sql = format!(
            "SELECT inquiry_id, {column} FROM {these} {table} WHERE district_id = $1 AND inquiry_id = these.column1 ORDER BY {order}"
        );
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in &clause.bind(sql, district).fetch_all(self.connection()).await? {
            let mut c = Columns::of(row);
            all.entry(c.text()?).or_default().push(c.text()?);
        }
        Ok(all)
    }

    /// Puts what is found of some inquiries in the place of what was.
    ///
    /// # Errors
    /// The database refused.
    pub(crate) async fn put_documents(&mut self, district: &str, all: &[(ToIndex, Document)]) -> Result<()> {
        for (of, document) in all {
            let Some(seq) = of.seq else { continue };
            match self.engine {
                Engine::Postgres => {
                    self.words.extend(document.words().map(str::to_owned));
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
        }
        let new: Vec<(&str, &str, i64, &Document)> = all
            .iter()
            .filter(|(of, _)| of.seq.is_none())
            .map(|(of, document)| (district, of.inquiry.id.as_str(), of.inquiry.received_at, document))
            .collect();
        self.insert_documents(&new).await
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
                self.words.extend(chunk.iter().flat_map(|(.., document)| document.words()).map(str::to_owned));
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
}
