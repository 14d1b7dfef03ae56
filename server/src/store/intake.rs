//! Writing new inquiries, many in one transaction.

use super::row::Columns;
use super::{Db, Exactly, ROWS_AT_ONCE, Result, Tx, placeholders};
use crate::error::Error;
use porchlight_shared::status::{Channel, Kind, Priority, Relationship, Status};
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;

/// All that one new inquiry writes.
#[derive(Debug, Clone)]
pub struct NewInquiry {
    pub district_id: String,
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
    pub priority: Priority,
    pub confidential: bool,
    pub summary: String,
    pub answers: String,
    pub sender_name: Option<String>,
    pub sender_email: Option<String>,
    pub sender_phone: Option<String>,
    pub page: Option<String>,
    pub owner_id: Option<String>,
    /// Who helps by name.
    pub members: Vec<String>,
    /// How the owner was found, for the audit trail.
    pub routed: serde_json::Value,
    pub notices: Vec<super::NewNotice>,
    /// What must be told at once.
    pub alerts: Vec<super::NewAlert>,
    pub entered_by: Option<String>,
    pub received_at: i64,
    pub promised_at: i64,
    /// When somebody is reminded first.
    pub remind_at: Option<i64>,
    /// The channel's own key: idempotency key, message id …
    pub channel_key: String,
    pub body: String,
    pub body_hash: String,
    pub receipt: String,
    /// Files that the answers name, as `(field, file)`, and the visit that they were sent in.
    pub files: Vec<(String, String)>,
    /// What those are called.
    pub file_names: Vec<String>,
    pub token_hash: String,
    /// `(id, kind, payload)` of what follows.
    pub jobs: Vec<super::NewJob>,
    pub audit_id: String,
    pub event_id: String,
}

/// What was written before under a channel's key.
#[derive(Debug, Clone)]
pub struct Written {
    pub inquiry_id: String,
    pub body_hash: String,
    pub receipt: String,
    pub code_hash: String,
}

impl NewInquiry {
    /// What is found of it.
    fn document(&self) -> crate::search::Document {
        let row = super::InquiryRecord {
            id: self.id.clone(),
            reference: self.reference.clone(),
            code_hash: String::new(),
            topic_id: self.topic_id.clone(),
            form_version: self.form_version,
            school_id: self.school_id.clone(),
            relationship: self.relationship,
            kind: self.kind,
            channel: self.channel,
            locale: self.locale.clone(),
            status: Status::New,
            priority: self.priority,
            confidential: self.confidential,
            withdrawn: false,
            summary: self.summary.clone(),
            answers: serde_json::from_str(&self.answers).unwrap_or_default(),
            sender_name: self.sender_name.clone(),
            sender_email: self.sender_email.clone(),
            sender_phone: self.sender_phone.clone(),
            owner_id: self.owner_id.clone(),
            entered_by: self.entered_by.clone(),
            received_at: self.received_at,
            promised_at: self.promised_at,
            due_at: None,
            first_reply_at: None,
            closed_at: None,
            updated_at: self.received_at,
            merged_into: None,
            remind_step: 0,
            quiet_until: None,
            waiting_since: None,
        };
        let files: Vec<&str> = self.file_names.iter().map(String::as_str).collect();
        crate::search::fresh(&self.district_id, &row, &self.members, &files)
    }
}

impl Db {
    /// # Errors
    /// The database cannot be read.
    pub async fn written(&self, district: &str, channel: Channel, key: &str) -> Result<Option<Written>> {
        let rows = sqlx::query(
            "SELECT r.inquiry_id, r.body_hash, r.receipt, i.code_hash FROM raw_messages r \
             JOIN inquiries i ON i.district_id = r.district_id AND i.id = r.inquiry_id \
             WHERE r.district_id = $1 AND r.channel = $2 AND r.channel_key = $3",
        )
        .bind(district)
        .bind(channel_group(channel))
        .bind(key)
        .fetch_all(&self.reader)
        .await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let mut c = Columns::of(row);
        Ok(Some(Written { inquiry_id: c.text()?, body_hash: c.text()?, receipt: c.text()?, code_hash: c.text()? }))
    }
}

/// Widget, landing page and API share one space of keys: the same person may be handed from one to
/// the other with the same idempotency key.
fn channel_group(channel: Channel) -> &'static str {
    match channel {
        Channel::Widget | Channel::Landing | Channel::Api => "web",
        other => other.as_str(),
    }
}

impl Tx {
    /// Writes all of `items`; tells for each whether it is new (`true`) or its key was there before.
    ///
    /// # Errors
    /// Nothing was written. [`Error::Fields`] when a file is gone or belongs to somebody else.
    pub async fn insert_inquiries(&mut self, items: &[&NewInquiry]) -> Result<Vec<bool>> {
        let mut fresh = self.insert_raw(items).await?;
        // The same key twice in one batch: the first is new, the others are repetitions.
        let mut seen = BTreeSet::new();
        for (item, fresh) in items.iter().zip(&mut fresh) {
            *fresh = *fresh && seen.insert((&item.district_id, channel_group(item.channel), &item.channel_key));
        }
        let new: Vec<&NewInquiry> = items.iter().zip(&fresh).filter(|(_, fresh)| **fresh).map(|(item, _)| *item).collect();
        for chunk in new.chunks(ROWS_AT_ONCE) {
            self.insert_rows(chunk).await?;
            self.insert_trail(chunk).await?;
        }
        for item in &new {
            self.claim_files(item).await?;
        }
        for item in &new {
            for member in &item.members {
                self.insert_member(&item.district_id, &item.id, member, item.received_at).await?;
            }
        }
        // One insert for each district of the batch, which is nearly always one.
        for district in new.iter().map(|item| &item.district_id).collect::<BTreeSet<_>>() {
            let notices: Vec<_> = new.iter().filter(|i| i.district_id == *district).flat_map(|item| &item.notices).collect();
            self.insert_notices(district, &notices).await?;
        }
        for item in new.iter().filter(|item| !item.alerts.is_empty()) {
            self.insert_alerts(&item.district_id, &item.alerts.iter().collect::<Vec<_>>()).await?;
        }
        let documents: Vec<_> = new.iter().map(|item| (*item, item.document())).collect();
        let documents: Vec<_> =
            documents.iter().map(|(i, doc)| (i.district_id.as_str(), i.id.as_str(), i.received_at, doc)).collect();
        self.insert_documents(&documents).await?;
        let mut seen = BTreeSet::new();
        let jobs: Vec<&super::NewJob> = new.iter().flat_map(|item| &item.jobs).filter(|job| seen.insert(&job.id)).collect();
        self.insert_jobs(&jobs).await?;
        Ok(fresh)
    }

    async fn insert_raw(&mut self, items: &[&NewInquiry]) -> Result<Vec<bool>> {
        let mut inserted = BTreeSet::new();
        for chunk in items.chunks(ROWS_AT_ONCE) {
            let sql = format!(
                "INSERT INTO raw_messages (district_id, channel, channel_key, inquiry_id, body, body_hash, receipt, received_at) VALUES {} \
                 ON CONFLICT DO NOTHING RETURNING inquiry_id",
                placeholders(chunk.len(), 8)
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for item in chunk {
                query = query
                    .bind(&item.district_id)
                    .bind(channel_group(item.channel))
                    .bind(&item.channel_key)
                    .bind(&item.id)
                    .bind(&item.body)
                    .bind(&item.body_hash)
                    .bind(&item.receipt)
                    .bind(item.received_at);
            }
            for row in query.fetch_all(self.connection()).await? {
                inserted.insert(Columns::of(&row).text()?);
            }
        }
        Ok(items.iter().map(|item| inserted.contains(&item.id)).collect())
    }

    /// The rows themselves, without what belongs to them.
    ///
    /// # Errors
    /// The database refused.
    pub async fn insert_rows(&mut self, items: &[&NewInquiry]) -> Result<()> {
        let sql = format!(
            "INSERT INTO inquiries (district_id, id, reference, code_hash, topic_id, form_version, school_id, relationship, kind, \
             channel, locale, status, priority, confidential, summary, answers, sender_name, sender_email, sender_phone, page, \
             owner_id, entered_by, received_at, promised_at, due_at, updated_at, remind_at) VALUES {}",
            placeholders(items.len(), 27)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for item in items {
            query = query
                .bind(&item.district_id)
                .bind(&item.id)
                .bind(&item.reference)
                .bind(&item.code_hash)
                .bind(&item.topic_id)
                .bind(i64::from(item.form_version))
                .bind(&item.school_id)
                .bind(item.relationship.as_str())
                .bind(item.kind.as_str())
                .bind(item.channel.as_str())
                .bind(&item.locale)
                .bind(Status::New.as_str())
                .bind(item.priority.as_str())
                .bind(i64::from(item.confidential))
                .bind(&item.summary)
                .bind(&item.answers)
                .bind(&item.sender_name)
                .bind(&item.sender_email)
                .bind(&item.sender_phone)
                .bind(&item.page)
                .bind(&item.owner_id)
                .bind(&item.entered_by)
                .bind(item.received_at)
                .bind(item.promised_at)
                .bind(item.promised_at)
                .bind(item.received_at)
                .bind(item.remind_at);
        }
        query.execute(self.connection()).await?.exactly(items.len() as u64)
    }

    /// The audit entry and the event of each.
    async fn insert_trail(&mut self, items: &[&NewInquiry]) -> Result<()> {
        let sql = format!(
            "INSERT INTO audit (district_id, id, inquiry_id, account_id, action, detail, at) VALUES {}",
            placeholders(items.len(), 7)
        );
        let details: Vec<String> = items
            .iter()
            .map(|item| {
                let mut detail = item.routed.clone();
                detail["channel"] = item.channel.as_str().into();
                detail.to_string()
            })
            .collect();
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (index, item) in items.iter().enumerate() {
            query = query
                .bind(&item.district_id)
                .bind(&item.audit_id)
                .bind(&item.id)
                .bind(&item.entered_by)
                .bind("received")
                .bind(&details[index])
                .bind(item.received_at);
        }
        query.execute(self.connection()).await?;

        let sql = format!("INSERT INTO events (district_id, id, inquiry_id, kind, at) VALUES {}", placeholders(items.len(), 5));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for item in items {
            query = query.bind(&item.district_id).bind(&item.event_id).bind(&item.id).bind("received").bind(item.received_at);
        }
        query.execute(self.connection()).await?;
        self.announce().await
    }

    async fn claim_files(&mut self, item: &NewInquiry) -> Result<()> {
        for (field, file) in &item.files {
            let claimed = sqlx::query(
                "UPDATE files SET inquiry_id = $3, claimed_at = $4, token_hash = '' \
                 WHERE district_id = $1 AND id = $2 AND token_hash = $5 AND inquiry_id IS NULL",
            )
            .bind(&item.district_id)
            .bind(file)
            .bind(&item.id)
            .bind(item.received_at)
            .bind(&item.token_hash)
            .execute(self.connection())
            .await?;
            claimed.exactly(1).map_err(|_| Error::field(field, porchlight_shared::problem::ProblemKind::FileGone))?;
        }
        Ok(())
    }

    /// Wakes the other machines' live connections when this transaction commits.
    pub(super) async fn announce(&mut self) -> Result<()> {
        if self.engine == super::Engine::Postgres {
            sqlx::query("SELECT CAST(pg_notify('porchlight_events', '') AS TEXT)").fetch_all(self.connection()).await?;
        }
        Ok(())
    }
}
