//! Inquiries and their threads.

use super::row::Columns;
use super::{Db, DistrictRecord, Exactly, ROWS_AT_ONCE, Result, Tx};
use jiff::Timestamp;
use porchlight_shared::status::{Channel, Kind, MessageKind, Priority, Relationship, Status};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

#[derive(Debug, Clone)]
pub struct InquiryRecord {
    pub id: String,
    pub reference: String,
    pub code_hash: String,
    pub topic_id: String,
    pub form_version: u32,
    pub school_id: Option<String>,
    pub relationship: Relationship,
    pub kind: Kind,
    pub channel: Channel,
    pub locale: String,
    pub status: Status,
    pub priority: Priority,
    pub confidential: bool,
    pub withdrawn: bool,
    pub summary: String,
    pub answers: serde_json::Value,
    pub sender_name: Option<String>,
    pub sender_email: Option<String>,
    pub sender_phone: Option<String>,
    pub owner_id: Option<String>,
    pub entered_by: Option<String>,
    pub received_at: i64,
    pub promised_at: i64,
    pub due_at: Option<i64>,
    pub first_reply_at: Option<i64>,
    pub closed_at: Option<i64>,
    pub updated_at: i64,
    /// The inquiry that it was put into.
    pub merged_into: Option<String>,
    /// The last reminder that was given for the present due time.
    pub remind_step: i64,
    /// No reminder before then, ms UTC.
    pub quiet_until: Option<i64>,
    /// Since when it waits on the sender, ms UTC.
    pub waiting_since: Option<i64>,
}

impl InquiryRecord {
    /// Nobody can be written to or called: the code is the sender's only key.
    pub const fn is_anonymous(&self) -> bool {
        self.sender_email.is_none() && self.sender_phone.is_none()
    }

    /// When what awaits a reply since `at` is due, were it about `topic`; in ms UTC.
    pub fn promise(&self, district: &DistrictRecord, topic: &str, at: Timestamp) -> i64 {
        district.promise(at, topic, self.school_id.as_deref(), self.priority, self.kind).as_millisecond()
    }
}

const COLUMNS: &str = "id, reference, code_hash, topic_id, form_version, school_id, relationship, kind, channel, locale, status, \
    priority, confidential, withdrawn, summary, answers, sender_name, sender_email, sender_phone, owner_id, entered_by, received_at, \
    promised_at, due_at, first_reply_at, closed_at, updated_at, merged_into, remind_step, quiet_until, waiting_since";

fn read(row: &AnyRow) -> Result<InquiryRecord> {
    let mut c = Columns::of(row);
    Ok(InquiryRecord {
        id: c.text()?,
        reference: c.text()?,
        code_hash: c.text()?,
        topic_id: c.text()?,
        form_version: u32::try_from(c.take::<i64>()?).unwrap_or(0),
        school_id: c.take()?,
        relationship: c.word(Relationship::parse)?,
        kind: c.word(Kind::parse)?,
        channel: c.word(Channel::parse)?,
        locale: c.text()?,
        status: c.word(Status::parse)?,
        priority: c.word(Priority::parse)?,
        confidential: c.flag()?,
        withdrawn: c.flag()?,
        summary: c.text()?,
        answers: c.json()?,
        sender_name: c.take()?,
        sender_email: c.take()?,
        sender_phone: c.take()?,
        owner_id: c.take()?,
        entered_by: c.take()?,
        received_at: c.take()?,
        promised_at: c.take()?,
        due_at: c.take()?,
        first_reply_at: c.take()?,
        closed_at: c.take()?,
        updated_at: c.take()?,
        merged_into: c.take()?,
        remind_step: c.take()?,
        quiet_until: c.take()?,
        waiting_since: c.take()?,
    })
}

#[derive(Debug, Clone)]
pub struct MessageRecord {
    pub id: String,
    pub inquiry_id: String,
    pub kind: MessageKind,
    pub account_id: Option<String>,
    pub account_name: Option<String>,
    pub account_title: Option<String>,
    pub body: String,
    pub created_at: i64,
}

/// An inquiry with its thread and files, for looking at what was said.
#[derive(Debug, Clone)]
pub struct SenderTexts {
    pub inquiry: InquiryRecord,
    pub messages: Vec<MessageRecord>,
    pub files: Vec<super::FileRecord>,
}

#[derive(Debug)]
pub struct NewMessage<'a> {
    pub id: &'a str,
    pub inquiry_id: &'a str,
    pub kind: MessageKind,
    pub account_id: Option<&'a str>,
    pub body: &'a str,
    pub client_key: &'a str,
    pub at: i64,
}

/// A message as it was written before, to be told from a repetition.
#[derive(Debug)]
pub struct Before {
    pub kind: MessageKind,
    pub body: String,
    /// How many files came with it.
    pub files: usize,
}

/// What a step changes in an inquiry; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub status: Option<Status>,
    pub withdrawn: Option<bool>,
    pub owner_id: Option<Option<String>>,
    pub topic_id: Option<String>,
    pub priority: Option<Priority>,
    pub confidential: Option<bool>,
    pub due_at: Option<Option<i64>>,
    pub first_reply_at: Option<Option<i64>>,
    pub closed_at: Option<Option<i64>>,
}

impl Db {
    /// # Errors
    /// The database cannot be read.
    pub async fn inquiry(&self, district: &str, id: &str) -> Result<Option<InquiryRecord>> {
        let sql = AssertSqlSafe(format!("SELECT {COLUMNS} FROM inquiries WHERE district_id = $1 AND id = $2"));
        sqlx::query(sql).bind(district).bind(id).fetch_all(&self.reader).await?.first().map(read).transpose()
    }

    /// # Errors
    /// The database cannot be read.
    pub async fn inquiry_by_code(&self, district: &str, code_hash: &str) -> Result<Option<InquiryRecord>> {
        let sql = AssertSqlSafe(format!("SELECT {COLUMNS} FROM inquiries WHERE district_id = $1 AND code_hash = $2"));
        sqlx::query(sql).bind(district).bind(code_hash).fetch_all(&self.reader).await?.first().map(read).transpose()
    }

    /// Everything that was said, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn thread(&self, district: &str, inquiry: &str) -> Result<Vec<MessageRecord>> {
        let rows = sqlx::query(
            "SELECT t.id, t.inquiry_id, t.kind, t.account_id, a.name, m.title, t.body, t.created_at FROM messages t \
             LEFT JOIN accounts a ON a.id = t.account_id \
             LEFT JOIN members m ON m.district_id = t.district_id AND m.account_id = t.account_id \
             WHERE t.district_id = $1 AND t.inquiry_id = $2 ORDER BY t.created_at, t.id",
        )
        .bind(district)
        .bind(inquiry)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read_message).collect()
    }

    /// What senders said in a district, the newest inquiry first, from the one before `before` on.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn sender_texts(&self, district: &str, before: Option<&str>, most: usize) -> Result<Vec<SenderTexts>> {
        let mut clause = super::clause::Clause::default();
        let from = before.map_or_else(String::new, |id| format!(" AND id < {}", clause.text(id)));
        let sql = format!("SELECT {COLUMNS} FROM inquiries WHERE district_id = $1{from} ORDER BY id DESC LIMIT {most}");
        let rows = clause.bind(sql, district).fetch_all(&self.reader).await?;
        let inquiries: Vec<InquiryRecord> = rows.iter().map(read).collect::<Result<_>>()?;
        let mut all = Vec::with_capacity(inquiries.len());
        for chunk in inquiries.chunks(ROWS_AT_ONCE) {
            let ids = || chunk.iter().map(|i| i.id.as_str());
            let mut clause = super::clause::Clause::default();
            let these = clause.these(ids());
            let sql = format!(
                "SELECT t.id, t.inquiry_id, t.kind, t.account_id, CAST(NULL AS TEXT), CAST(NULL AS TEXT), t.body, t.created_at FROM {these} messages t \
                 WHERE t.district_id = $1 AND t.inquiry_id = these.column1 ORDER BY t.created_at, t.id"
            );
            let rows = clause.bind(sql, district).fetch_all(&self.reader).await?;
            let messages: Vec<MessageRecord> = rows.iter().map(read_message).collect::<Result<_>>()?;
            let files = self.files_of_many(district, &ids().collect::<Vec<_>>()).await?;
            for inquiry in chunk {
                let messages = messages.iter().filter(|m| m.inquiry_id == inquiry.id).cloned().collect();
                let files = files.iter().filter(|f| f.inquiry_id.as_deref() == Some(&inquiry.id)).cloned().collect();
                all.push(SenderTexts { inquiry: inquiry.clone(), messages, files });
            }
        }
        Ok(all)
    }

    /// The next 100 events of a district after the one named, oldest first, as `(id, kind, inquiry)`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn events_after(&self, district: &str, id: &str) -> Result<Vec<(String, String, String)>> {
        let rows =
            sqlx::query("SELECT id, kind, inquiry_id FROM events WHERE district_id = $1 AND id > $2 ORDER BY id LIMIT 100")
                .bind(district)
                .bind(id)
                .fetch_all(&self.reader)
                .await?;
        rows.iter().map(Columns::of).map(|mut c| Ok((c.text()?, c.text()?, c.text()?))).collect()
    }

    /// The newest event of a district, or nothing.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn last_event(&self, district: &str) -> Result<String> {
        let rows = sqlx::query("SELECT COALESCE(MAX(id), '') FROM events WHERE district_id = $1")
            .bind(district)
            .fetch_all(&self.reader)
            .await?;
        rows.first().map_or(Ok(String::new()), |row| Ok(row.try_get(0)?))
    }
}

fn read_message(row: &AnyRow) -> Result<MessageRecord> {
    let mut c = Columns::of(row);
    Ok(MessageRecord {
        id: c.text()?,
        inquiry_id: c.text()?,
        kind: c.word(MessageKind::parse)?,
        account_id: c.take()?,
        account_name: c.take()?,
        account_title: c.take()?,
        body: c.text()?,
        created_at: c.take()?,
    })
}

impl Tx {
    /// The inquiry as this transaction sees it, locked on PostgreSQL until the end.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn inquiry_to_change(&mut self, district: &str, id: &str) -> Result<Option<InquiryRecord>> {
        Ok(self.inquiries_to_change(district, &[id]).await?.pop())
    }

    /// Several at once, in the order of their ids, so that two who take the same ones don't wait for each other.
    ///
    /// # Errors
    /// The database cannot be read.
    pub(crate) async fn inquiries_to_change(&mut self, district: &str, ids: &[&str]) -> Result<Vec<InquiryRecord>> {
        let lock = if self.engine == super::Engine::Postgres { " FOR UPDATE OF inquiries" } else { "" };
        let mut clause = super::clause::Clause::default();
        let these = clause.these(ids.iter().copied());
        let sql =
            format!("SELECT {COLUMNS} FROM {these} inquiries WHERE district_id = $1 AND id = these.column1 ORDER BY id{lock}");
        clause.bind(sql, district).fetch_all(self.connection()).await?.iter().map(read).collect()
    }

    /// Adds to the thread. `false` when the same client key was there before.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_message(&mut self, district: &str, new: &NewMessage<'_>) -> Result<bool> {
        let rows = sqlx::query(
            "INSERT INTO messages (district_id, id, inquiry_id, kind, account_id, body, client_key, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id",
        )
        .bind(district)
        .bind(new.id)
        .bind(new.inquiry_id)
        .bind(new.kind.as_str())
        .bind(new.account_id)
        .bind(new.body)
        .bind(new.client_key)
        .bind(new.at)
        .fetch_all(self.connection())
        .await?;
        Ok(!rows.is_empty())
    }

    /// What was written before under a client key.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn message_of_key(&mut self, district: &str, inquiry: &str, key: &str) -> Result<Option<Before>> {
        let rows = sqlx::query(
            "SELECT m.kind, m.body, (SELECT CAST(COUNT(*) AS BIGINT) FROM files f WHERE f.district_id = m.district_id AND f.message_id = m.id) \
             FROM messages m WHERE m.district_id = $1 AND m.inquiry_id = $2 AND m.client_key = $3",
        )
            .bind(district)
            .bind(inquiry)
            .bind(key)
            .fetch_all(self.connection())
            .await?;
        rows.first()
            .map(Columns::of)
            .map(|mut c| {
                Ok(Before {
                    kind: c.word(MessageKind::parse)?,
                    body: c.text()?,
                    files: usize::try_from(c.take::<i64>()?).unwrap_or(0),
                })
            })
            .transpose()
    }

    /// # Errors
    /// There is no such inquiry, or the database refused.
    pub async fn update_inquiry(&mut self, district: &str, inquiry: &InquiryRecord, change: &Change, at: i64) -> Result<()> {
        sqlx::query(
            "UPDATE inquiries SET status = $3, withdrawn = $4, owner_id = $5, due_at = $6, first_reply_at = $7, closed_at = $8, updated_at = $9, \
             topic_id = $10, priority = $11, confidential = $12, \
             remind_at = CASE WHEN $13 = 0 THEN remind_at WHEN $6 IS NULL THEN NULL ELSE $9 END, \
             remind_step = CASE WHEN $13 = 0 THEN remind_step ELSE 0 END, quiet_until = CASE WHEN $13 = 0 THEN quiet_until ELSE NULL END, \
             waiting_since = CASE WHEN $3 <> 'waiting' THEN NULL WHEN waiting_since IS NULL THEN $9 ELSE waiting_since END \
             WHERE district_id = $1 AND id = $2",
        )
        .bind(district)
        .bind(&inquiry.id)
        .bind(change.status.unwrap_or(inquiry.status).as_str())
        .bind(i64::from(change.withdrawn.unwrap_or(inquiry.withdrawn)))
        .bind(change.owner_id.clone().unwrap_or_else(|| inquiry.owner_id.clone()))
        .bind(change.due_at.unwrap_or(inquiry.due_at))
        .bind(change.first_reply_at.unwrap_or(inquiry.first_reply_at))
        .bind(change.closed_at.unwrap_or(inquiry.closed_at))
        .bind(at)
        .bind(change.topic_id.as_ref().unwrap_or(&inquiry.topic_id))
        .bind(change.priority.unwrap_or(inquiry.priority).as_str())
        .bind(i64::from(change.confidential.unwrap_or(inquiry.confidential)))
        // Another due time has reminders of its own; the clock is looked at once more.
        .bind(i64::from(change.due_at.is_some_and(|due| due != inquiry.due_at)))
        .execute(self.connection())
        .await?
        .exactly(1)
    }

    /// Tells live consoles, when this transaction commits.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_event(&mut self, district: &str, id: &str, inquiry: &str, kind: &str, at: i64) -> Result<()> {
        sqlx::query("INSERT INTO events (district_id, id, inquiry_id, kind, at) VALUES ($1, $2, $3, $4, $5)")
            .bind(district)
            .bind(id)
            .bind(inquiry)
            .bind(kind)
            .bind(at)
            .execute(self.connection())
            .await?;
        self.announce().await
    }

    /// Forgets events that no console can still be waiting for.
    ///
    /// # Errors
    /// The database refused.
    pub async fn delete_events(&mut self, before: i64) -> Result<()> {
        sqlx::query("DELETE FROM events WHERE at < $1").bind(before).execute(self.connection()).await?;
        Ok(())
    }
}
