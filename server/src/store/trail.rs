//! The audit trail: who did what, when, from what to what. It only grows; the database refuses everything else.

use super::clause::Clause;
use super::row::Columns;
use super::{Db, Result, Tx};
use sqlx::any::AnyRow;

/// Who did what, when; never edited.
#[derive(Debug)]
pub struct NewAudit<'a> {
    pub inquiry: Option<&'a str>,
    /// `None` for the sender, the system, and the command line.
    pub account: Option<&'a str>,
    pub action: &'a str,
    /// JSON with `from` and `to`, ids and counts; of texts only stated reasons.
    pub detail: &'a str,
    pub at: jiff::Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    pub id: String,
    pub inquiry_id: Option<String>,
    pub account_id: Option<String>,
    pub account_name: Option<String>,
    pub action: String,
    pub detail: serde_json::Value,
    pub at: i64,
}

/// Which entries of a district's trail.
#[derive(Debug, Clone, Default)]
pub struct TrailFilter {
    pub account: Option<String>,
    pub action: Option<String>,
    pub inquiry: Option<String>,
    /// From this time on, and before that one, in ms UTC.
    pub from: Option<i64>,
    pub before: Option<i64>,
    /// The id of the last entry of the page before; ids are in the order of time.
    pub after: Option<String>,
    pub limit: u32,
}

fn read(row: &AnyRow) -> Result<AuditRecord> {
    let mut c = Columns::of(row);
    Ok(AuditRecord {
        id: c.text()?,
        inquiry_id: c.take()?,
        account_id: c.take()?,
        account_name: c.take()?,
        action: c.text()?,
        detail: c.json()?,
        at: c.take()?,
    })
}

const ENTRY: &str = "SELECT t.id, t.inquiry_id, t.account_id, a.name, t.action, t.detail, t.at FROM audit t LEFT JOIN accounts a ON a.id = t.account_id";

impl Db {
    /// The trail of one inquiry, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn audit_of(&self, district: &str, inquiry: &str) -> Result<Vec<AuditRecord>> {
        let sql = format!("{ENTRY} WHERE t.district_id = $1 AND t.inquiry_id = $2 ORDER BY t.at, t.id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(district).bind(inquiry).fetch_all(&self.reader).await?;
        rows.iter().map(read).collect()
    }

    /// A page of a district's trail, newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn trail(&self, district: &str, filter: &TrailFilter) -> Result<Vec<AuditRecord>> {
        let mut clause = Clause::default();
        let mut narrow = String::new();
        for (column, value) in [("account_id", &filter.account), ("action", &filter.action), ("inquiry_id", &filter.inquiry)] {
            if let Some(value) = value {
                narrow += &format!(" AND t.{column} = {}", clause.text(value));
            }
        }
        if let Some(from) = filter.from {
            narrow += &format!(" AND t.at >= {}", clause.number(from));
        }
        if let Some(before) = filter.before {
            narrow += &format!(" AND t.at < {}", clause.number(before));
        }
        if let Some(after) = &filter.after {
            narrow += &format!(" AND t.id < {}", clause.text(after));
        }
        let sql = format!("{ENTRY} WHERE t.district_id = $1{narrow} ORDER BY t.id DESC LIMIT {}", filter.limit.clamp(1, 1_001));
        clause.bind(sql, district).fetch_all(&self.reader).await?.iter().map(read).collect()
    }
}

impl Tx {
    /// # Errors
    /// The database refused.
    pub async fn insert_audit(&mut self, district: &str, new: &NewAudit<'_>) -> Result<()> {
        sqlx::query(
            "INSERT INTO audit (district_id, id, inquiry_id, account_id, action, detail, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(district)
        .bind(crate::app::new_id(new.at))
        .bind(new.inquiry)
        .bind(new.account)
        .bind(new.action)
        .bind(new.detail)
        .bind(new.at.as_millisecond())
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
