//! Lists of inquiries: one page, counted, under a filter.

use super::row::Columns;
use super::{Db, Result};
use porchlight_shared::status::{Channel, Kind, Priority, Relationship, Status};
use sqlx::AssertSqlSafe;
use sqlx::any::AnyRow;

/// One line of a list.
#[derive(Debug, Clone)]
pub struct ListItem {
    pub id: String,
    pub reference: String,
    pub summary: String,
    pub topic_id: String,
    pub kind: Kind,
    pub status: Status,
    pub priority: Priority,
    pub relationship: Relationship,
    pub channel: Channel,
    pub confidential: bool,
    pub sender_name: Option<String>,
    pub owner_id: Option<String>,
    pub received_at: i64,
    pub due_at: Option<i64>,
    pub updated_at: i64,
}

/// The place in a list after which the next page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The arrival, or where the due times order the list, the due time; both in ms.
    pub at: i64,
    pub id: String,
}

/// How a list is ordered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    NewestFirst,
    DueFirst,
}

impl Order {
    /// Stands for "never due", behind everything that is.
    const NEVER: i64 = i64::MAX;

    /// Where an inquiry stands in a list of this order.
    pub fn position(self, item: &ListItem) -> Position {
        let at = match self {
            Self::NewestFirst => item.received_at,
            Self::DueFirst => item.due_at.unwrap_or(Self::NEVER),
        };
        Position { at, id: item.id.clone() }
    }

    /// What orders, how what comes after compares, and the direction.
    fn sql(self) -> (String, char, &'static str) {
        match self {
            Self::NewestFirst => (String::from("received_at"), '<', "DESC"),
            Self::DueFirst => (format!("COALESCE(due_at, {})", Self::NEVER), '>', "ASC"),
        }
    }
}

/// What a list shows. Only filters that are present become SQL.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Any of these; empty means all.
    pub statuses: Vec<Status>,
    pub topic: Option<String>,
    pub owner: Option<String>,
    /// Each of these words stands in the reference, the subject line or the sender's name, in small letters or
    /// capitals.
    pub words: Vec<String>,
    pub after: Option<Position>,
    pub order: Order,
    /// Who asks: sees only these topics, what they own and what they entered. `None` sees all.
    pub only_for: Option<(String, Vec<String>)>,
    /// Whether confidential ones are listed at all.
    pub confidential: bool,
    /// Whether they are listed for whoever only wrote them down.
    pub entered_confidential: bool,
    /// Rows of a page, 1 to 200.
    pub limit: u32,
}

impl Filter {
    /// The WHERE clause after `district_id = $1`, and the values from `$2` on.
    fn clause(&self) -> (String, Vec<String>) {
        let mut sql = String::new();
        let mut values: Vec<String> = Vec::new();
        let mut bind = |value: &str| {
            values.push(value.to_owned());
            format!("${}", values.len() + 1)
        };
        if !self.statuses.is_empty() {
            let all: Vec<String> = self.statuses.iter().map(|s| bind(s.as_str())).collect();
            sql += &format!(" AND status IN ({})", all.join(", "));
        }
        if let Some(topic) = &self.topic {
            sql += &format!(" AND topic_id = {}", bind(topic));
        }
        if let Some(owner) = &self.owner {
            sql += &format!(" AND owner_id = {}", bind(owner));
        }
        for word in &self.words {
            // SQLite lowers ASCII only: any other letter may be any letter, on both engines alike.
            let plain: String = word.to_lowercase().chars().map(|c| if c.is_ascii() { c } else { '\u{1}' }).collect();
            let plain = plain.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_").replace('\u{1}', "_");
            let word = bind(&format!("%{plain}%"));
            let fits = |column: &str| format!("LOWER({column}) LIKE {word} ESCAPE '\\'");
            sql += &format!(" AND ({} OR {} OR {})", fits("reference"), fits("summary"), fits("COALESCE(sender_name, '')"));
        }
        if let Some((account, topics)) = &self.only_for {
            let me = bind(account);
            let entered = if self.entered_confidential { "" } else { " AND confidential = 0" };
            let mut ways = vec![format!("owner_id = {me}"), format!("(entered_by = {me}{entered})")];
            if !topics.is_empty() {
                let all: Vec<String> = topics.iter().map(|t| bind(t)).collect();
                ways.push(format!("topic_id IN ({})", all.join(", ")));
            }
            sql += &format!(" AND ({})", ways.join(" OR "));
        }
        if !self.confidential {
            sql += " AND confidential = 0";
        }
        (sql, values)
    }
}

impl Db {
    /// A page of inquiries in the filter's order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn inquiries(&self, district: &str, filter: &Filter) -> Result<Vec<ListItem>> {
        let (mut clause, values) = filter.clause();
        let (by, comes_after, direction) = filter.order.sql();
        if filter.after.is_some() {
            let (at, id) = (values.len() + 2, values.len() + 3);
            clause += &format!(" AND ({by}, id) {comes_after} (${at}, ${id})");
        }
        let sql = format!(
            "SELECT id, reference, summary, topic_id, kind, status, priority, relationship, channel, confidential, sender_name, owner_id, \
             received_at, due_at, updated_at FROM inquiries WHERE district_id = $1{clause} ORDER BY {by} {direction}, id {direction} LIMIT {}",
            filter.limit.clamp(1, 201)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(district);
        for value in &values {
            query = query.bind(value);
        }
        if let Some(after) = &filter.after {
            query = query.bind(after.at).bind(&after.id);
        }
        query.fetch_all(&self.reader).await?.iter().map(read_item).collect()
    }

    /// How many inquiries each status has, under the same filter.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn counts(&self, district: &str, filter: &Filter) -> Result<Vec<(Status, i64)>> {
        let (clause, values) = filter.clause();
        let sql =
            format!("SELECT status, CAST(COUNT(*) AS BIGINT) FROM inquiries WHERE district_id = $1{clause} GROUP BY status");
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(district);
        for value in &values {
            query = query.bind(value);
        }
        let rows = query.fetch_all(&self.reader).await?;
        rows.iter().map(Columns::of).map(|mut c| Ok((c.word(Status::parse)?, c.take()?))).collect()
    }
}

fn read_item(row: &AnyRow) -> Result<ListItem> {
    let mut c = Columns::of(row);
    Ok(ListItem {
        id: c.text()?,
        reference: c.text()?,
        summary: c.text()?,
        topic_id: c.text()?,
        kind: c.word(Kind::parse)?,
        status: c.word(Status::parse)?,
        priority: c.word(Priority::parse)?,
        relationship: c.word(Relationship::parse)?,
        channel: c.word(Channel::parse)?,
        confidential: c.flag()?,
        sender_name: c.take()?,
        owner_id: c.take()?,
        received_at: c.take()?,
        due_at: c.take()?,
        updated_at: c.take()?,
    })
}
