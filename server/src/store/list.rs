//! Lists of inquiries: one page under a filter, and how many there are.
//!
//! A person sees inquiries for several reasons (owner, topic, named on it …). Each is a query of its own that stops after a
//! page (see [`super::way`]); the pages are then put together. So a page costs the same among a thousand as among a million.

use super::clause::Clause;
use super::row::Columns;
use super::scope::Scope;
use super::{Db, Result};
use porchlight_shared::status::{Channel, Kind, Priority, Relationship, Status};
use sqlx::AssertSqlSafe;
use sqlx::any::AnyRow;
use std::collections::{BTreeMap, BTreeSet};

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
    pub(super) const NEVER: i64 = i64::MAX;
    /// The same in SQL.
    pub(super) const NEVER_SQL: &'static str = "9223372036854775807";

    /// Where an inquiry stands in a list of this order.
    pub fn position(self, item: &ListItem) -> Position {
        let at = match self {
            Self::NewestFirst => item.received_at,
            Self::DueFirst => item.due_at.unwrap_or(Self::NEVER),
        };
        Position { at, id: item.id.clone() }
    }

    /// What orders, how what comes after compares, and the direction.
    pub(super) fn sql(self) -> (&'static str, char, &'static str) {
        match self {
            Self::NewestFirst => ("received_at", '<', "DESC"),
            // The very text of the indexes: another way to write it would not use them.
            Self::DueFirst => ("COALESCE(due_at, 9223372036854775807)", '>', "ASC"),
        }
    }
}

/// Whose inquiries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Owners {
    #[default]
    Any,
    /// One of these.
    Of(Vec<String>),
    /// Nobody's, or of one of these, who cannot be reached.
    NobodyOr(Vec<String>),
}

/// What a list shows. Only filters that are present become SQL.
#[derive(Debug, Clone)]
pub struct Filter {
    pub scope: Scope,
    /// Only these, where given.
    pub ids: Option<Vec<String>>,
    /// Any of these; empty means all.
    pub statuses: Vec<Status>,
    /// Any of these; empty means all.
    pub topics: Vec<String>,
    pub schools: Vec<String>,
    pub kinds: Vec<Kind>,
    pub priorities: Vec<Priority>,
    pub owners: Owners,
    /// Only confidential ones.
    pub confidential: bool,
    pub tag: Option<String>,
    /// Due from this time on, and before that one, in ms.
    pub due_from: Option<i64>,
    pub due_before: Option<i64>,
    /// With those that were merged into another one.
    pub merged: bool,
    pub after: Option<Position>,
    pub order: Order,
    /// Rows of a page, 1 to 200.
    pub limit: u32,
}

impl Filter {
    /// The first page of everything in `scope`, newest first.
    pub fn of(scope: Scope) -> Self {
        Self {
            scope,
            ids: None,
            statuses: Vec::new(),
            topics: Vec::new(),
            schools: Vec::new(),
            kinds: Vec::new(),
            priorities: Vec::new(),
            owners: Owners::Any,
            confidential: false,
            tag: None,
            due_from: None,
            due_before: None,
            merged: false,
            after: None,
            order: Order::NewestFirst,
            limit: 50,
        }
    }
}

pub(super) const LINE: &str = "id, reference, summary, topic_id, kind, status, priority, relationship, channel, confidential, sender_name, owner_id, \
    received_at, due_at, updated_at";

/// Further than this nothing is counted: "1,000 or more" says enough, and costs the same among a million.
pub const COUNTED: i64 = 1_000;

impl Db {
    /// A page of inquiries in the filter's order.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn inquiries(&self, district: &str, filter: &Filter) -> Result<Vec<ListItem>> {
        let mut clause = Clause::default();
        let limit = filter.limit.clamp(1, 201);
        let few_tagged = self.is_on_few(district, filter).await?;
        let Some(sql) = filter.page(&mut clause, few_tagged, limit) else { return Ok(Vec::new()) };
        clause.bind(sql, district).fetch_all(&self.reader).await?.iter().map(read_item).collect()
    }

    /// How many inquiries a filter shows, up to [`COUNTED`].
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn count(&self, district: &str, filter: &Filter) -> Result<i64> {
        let mut clause = Clause::default();
        let few_tagged = self.is_on_few(district, filter).await?;
        let Some(ids) = filter.ids(&mut clause, few_tagged, u32::try_from(COUNTED).unwrap_or(u32::MAX)) else { return Ok(0) };
        let sql = format!("SELECT CAST(COUNT(*) AS BIGINT) FROM ({ids}) AS found");
        let rows = clause.bind(sql, district).fetch_all(&self.reader).await?;
        rows.first().map_or(Ok(0), |row| Columns::of(row).take()).map(|n: i64| n.min(COUNTED))
    }

    /// Whether the tag that a filter asks for is on so few inquiries that all of them can be looked at; among more, a page
    /// is soon together.
    async fn is_on_few(&self, district: &str, filter: &Filter) -> Result<bool> {
        const FEW: i64 = 5_000;
        let Some(tag) = &filter.tag else { return Ok(false) };
        let sql = format!(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 FROM inquiry_tags WHERE district_id = $1 AND tag = $2 LIMIT {FEW}) AS few"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(district).bind(tag).fetch_all(&self.reader).await?;
        rows.first().map_or(Ok(0), |row| Columns::of(row).take()).map(|n: i64| n < FEW)
    }

    /// Lines by id, in any order, whatever their state.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn lines(&self, district: &str, ids: &[String]) -> Result<BTreeMap<String, ListItem>> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut clause = Clause::default();
        let these = clause.these(ids.iter().map(String::as_str));
        let sql = format!("SELECT {LINE} FROM {these} inquiries WHERE district_id = $1 AND id = these.column1");
        let rows = clause.bind(sql, district).fetch_all(&self.reader).await?;
        rows.iter().map(|row| read_item(row).map(|item| (item.id.clone(), item))).collect()
    }

    /// Other inquiries of the same sender, by e-mail or phone, newest first, as ids.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn by_sender(&self, district: &str, email: Option<&str>, phone: Option<&str>, limit: u32) -> Result<Vec<String>> {
        let mut clause = Clause::default();
        let ways = [("sender_email", email), ("sender_phone", phone)].into_iter().filter_map(|(column, value)| {
            let value = clause.text(value?);
            Some(format!(
                "SELECT id, received_at FROM (SELECT id, received_at FROM inquiries WHERE district_id = $1 AND {column} = {value} \
                 ORDER BY received_at DESC LIMIT {limit}) AS way"
            ))
        });
        let ways: Vec<String> = ways.collect();
        if ways.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!("SELECT id FROM ({}) AS theirs ORDER BY received_at DESC LIMIT {limit}", ways.join(" UNION "));
        let rows = clause.bind(sql, district).fetch_all(&self.reader).await?;
        rows.iter().map(|row| Columns::of(row).text()).collect()
    }

    /// Inquiries about a topic that arrived in `[from, before)` (ms UTC), newest first, as ids.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn around(&self, district: &str, topic: &str, from: i64, before: i64, limit: u32) -> Result<Vec<String>> {
        let sql = format!(
            "SELECT id FROM inquiries WHERE district_id = $1 AND topic_id = $2 AND received_at >= $3 AND received_at < $4 \
             ORDER BY received_at DESC, id DESC LIMIT {limit}"
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(district).bind(topic).bind(from).bind(before);
        query.fetch_all(&self.reader).await?.iter().map(|row| Columns::of(row).text()).collect()
    }

    /// Of confidential inquiries, those that `account` may read: owns them, is named on them, or gave a reason.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn opened(&self, district: &str, account: &str, ids: &[&str], now: i64) -> Result<BTreeSet<String>> {
        if ids.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut clause = Clause::default();
        let (me, now) = (clause.text(account), clause.number(now));
        let these = clause.these(ids.iter().copied());
        let sql = format!(
            "SELECT i.id FROM {these} inquiries i WHERE i.district_id = $1 AND i.id = these.column1 AND (i.owner_id = {me} \
             OR EXISTS (SELECT 1 FROM inquiry_members m WHERE m.district_id = $1 AND m.inquiry_id = i.id AND m.account_id = {me}) \
             OR EXISTS (SELECT 1 FROM unsealings u WHERE u.district_id = $1 AND u.inquiry_id = i.id AND u.account_id = {me} AND u.until > {now}))"
        );
        let rows = clause.bind(sql, district).fetch_all(&self.reader).await?;
        rows.iter().map(|row| Columns::of(row).text()).collect()
    }

    /// The tags of some inquiries.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn tags_of(&self, district: &str, ids: &[&str]) -> Result<BTreeMap<String, Vec<String>>> {
        let mut tags: BTreeMap<String, Vec<String>> = BTreeMap::new();
        if ids.is_empty() {
            return Ok(tags);
        }
        let mut clause = Clause::default();
        let these = clause.these(ids.iter().copied());
        let sql = format!(
            "SELECT inquiry_id, tag FROM {these} inquiry_tags WHERE district_id = $1 AND inquiry_id = these.column1 ORDER BY tag"
        );
        for row in &clause.bind(sql, district).fetch_all(&self.reader).await? {
            let mut c = Columns::of(row);
            tags.entry(c.text()?).or_default().push(c.text()?);
        }
        Ok(tags)
    }
}

pub(super) fn read_item(row: &AnyRow) -> Result<ListItem> {
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
