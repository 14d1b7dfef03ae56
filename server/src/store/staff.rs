//! Accounts, memberships and sessions.

use super::row::Columns;
use super::{Db, Result, Tx};
use porchlight_shared::api::{NotifySettings, Preferences};
use porchlight_shared::status::Role;
use sqlx::any::AnyRow;

#[derive(Debug, Clone)]
pub struct AccountRecord {
    pub id: String,
    pub email: String,
    pub name: String,
    pub password_hash: String,
    pub demo: bool,
    pub disabled: bool,
}

#[derive(Debug)]
pub struct NewAccount<'a> {
    pub id: &'a str,
    pub email: &'a str,
    pub name: &'a str,
    pub password_hash: &'a str,
    pub demo: bool,
    pub at: i64,
}

/// Somebody who works in a district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffRecord {
    pub account_id: String,
    pub name: String,
    pub email: String,
    pub title: String,
    pub role: Role,
    /// Deactivated, here or everywhere.
    pub disabled: bool,
    /// How they want to be told.
    pub notify: NotifySettings,
    /// How the console helps them.
    pub preferences: Preferences,
    /// A second factor is in force.
    pub second_factor: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    Owner,
    Member,
}

impl Relation {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Member => "member",
        }
    }

    pub fn parse(raw: &str) -> Option<Self> {
        [Self::Owner, Self::Member].into_iter().find(|r| r.as_str() == raw)
    }
}

#[derive(Debug, Clone)]
pub struct SessionRecord {
    pub account_id: String,
    pub district_id: String,
    pub created_at: i64,
    pub seen_at: i64,
    pub expires_at: i64,
    pub demo: bool,
}

#[derive(Debug)]
pub struct NewSession<'a> {
    pub id_hash: &'a str,
    /// What it is called where it is listed.
    pub public_id: &'a str,
    pub account: &'a str,
    pub district: &'a str,
    /// Browser and system, in words.
    pub agent: &'a str,
    pub now: i64,
    pub expires_at: i64,
}

impl Db {
    /// # Errors
    /// The database cannot be read.
    pub async fn account_by_email(&self, email: &str) -> Result<Option<AccountRecord>> {
        self.account_where("email", &email.to_lowercase()).await
    }

    /// # Errors
    /// The database cannot be read.
    pub async fn account(&self, id: &str) -> Result<Option<AccountRecord>> {
        self.account_where("id", id).await
    }

    async fn account_where(&self, column: &'static str, value: &str) -> Result<Option<AccountRecord>> {
        let sql = format!(
            "SELECT id, email, name, password_hash, demo, CASE WHEN disabled_at IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END \
             FROM accounts WHERE {column} = $1"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(value).fetch_all(&self.reader).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let mut c = Columns::of(row);
        Ok(Some(AccountRecord {
            id: c.text()?,
            email: c.text()?,
            name: c.text()?,
            password_hash: c.text()?,
            demo: c.flag()?,
            disabled: c.flag()?,
        }))
    }

    /// Districts in which an account works.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn districts_of(&self, account: &str) -> Result<Vec<String>> {
        let rows =
            sqlx::query("SELECT district_id FROM members WHERE account_id = $1 AND disabled_at IS NULL ORDER BY district_id")
                .bind(account)
                .fetch_all(&self.reader)
                .await?;
        rows.iter().map(|row| Columns::of(row).text()).collect()
    }

    /// Everybody who works or worked in a district.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn staff(&self, district: &str) -> Result<Vec<StaffRecord>> {
        let rows = sqlx::query(
            "SELECT a.id, a.name, a.email, m.title, m.role, CASE WHEN a.disabled_at IS NULL AND m.disabled_at IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END, \
             m.notify, m.preferences, CASE WHEN a.totp_confirmed_at IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END FROM members m JOIN accounts a ON a.id = m.account_id WHERE m.district_id = $1 ORDER BY a.name",
        )
        .bind(district)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(read_staff).collect()
    }

    /// # Errors
    /// The database cannot be read.
    pub async fn session(&self, id_hash: &str) -> Result<Option<SessionRecord>> {
        let rows = sqlx::query(
            "SELECT s.account_id, s.district_id, s.created_at, s.seen_at, s.expires_at, a.demo FROM sessions s \
             JOIN accounts a ON a.id = s.account_id WHERE s.id_hash = $1 AND a.disabled_at IS NULL",
        )
        .bind(id_hash)
        .fetch_all(&self.reader)
        .await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let mut c = Columns::of(row);
        Ok(Some(SessionRecord {
            account_id: c.text()?,
            district_id: c.text()?,
            created_at: c.take()?,
            seen_at: c.take()?,
            expires_at: c.take()?,
            demo: c.flag()?,
        }))
    }
}

fn read_staff(row: &AnyRow) -> Result<StaffRecord> {
    let mut c = Columns::of(row);
    Ok(StaffRecord {
        account_id: c.text()?,
        name: c.text()?,
        email: c.text()?,
        title: c.text()?,
        role: c.word(Role::parse)?,
        disabled: c.flag()?,
        // What an older version wrote, or a newer one, must not keep anybody out.
        notify: c.take::<Option<String>>()?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
        preferences: c.take::<Option<String>>()?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
        second_factor: c.flag()?,
    })
}

impl Tx {
    /// # Errors
    /// The e-mail address is taken, or the database refused.
    pub async fn insert_account(&mut self, new: &NewAccount<'_>) -> Result<()> {
        sqlx::query("INSERT INTO accounts (id, email, name, password_hash, demo, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(new.id)
            .bind(new.email.to_lowercase())
            .bind(new.name)
            .bind(new.password_hash)
            .bind(i64::from(new.demo))
            .bind(new.at)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Makes somebody part of a district, or changes what they are there.
    ///
    /// # Errors
    /// The database refused.
    pub async fn set_member(&mut self, district: &str, account: &str, role: Role, title: &str) -> Result<()> {
        sqlx::query(
            "INSERT INTO members (district_id, account_id, role, title) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (district_id, account_id) DO UPDATE SET role = excluded.role, title = excluded.title",
        )
        .bind(district)
        .bind(account)
        .bind(role.as_str())
        .bind(title)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// # Errors
    /// The database refused.
    pub async fn set_topic_member(&mut self, district: &str, topic: &str, account: &str, relation: Relation) -> Result<()> {
        sqlx::query(
            "INSERT INTO topic_members (district_id, topic_id, account_id, relation) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (district_id, topic_id, account_id) DO UPDATE SET relation = excluded.relation",
        )
        .bind(district)
        .bind(topic)
        .bind(account)
        .bind(relation.as_str())
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// How the console helps somebody.
    ///
    /// # Errors
    /// They are not of this district, or the database refused.
    pub async fn set_preferences(&mut self, district: &str, account: &str, preferences: &Preferences) -> Result<()> {
        use super::Exactly;
        let text = serde_json::to_string(preferences).map_err(|e| crate::error::Error::Corrupt(e.to_string()))?;
        sqlx::query("UPDATE members SET preferences = $3 WHERE district_id = $1 AND account_id = $2")
            .bind(district)
            .bind(account)
            .bind(text)
            .execute(self.connection())
            .await?
            .exactly(1)
    }

    /// How somebody wants to be told.
    ///
    /// # Errors
    /// They are not of this district, or the database refused.
    pub async fn set_notify(&mut self, district: &str, account: &str, settings: &NotifySettings) -> Result<()> {
        use super::Exactly;
        let text = serde_json::to_string(settings).map_err(|e| crate::error::Error::Corrupt(e.to_string()))?;
        sqlx::query("UPDATE members SET notify = $3 WHERE district_id = $1 AND account_id = $2")
            .bind(district)
            .bind(account)
            .bind(text)
            .execute(self.connection())
            .await?
            .exactly(1)?;
        self.touch_district(district).await
    }

    /// # Errors
    /// The database refused.
    pub async fn set_password(&mut self, account: &str, hash: &str) -> Result<()> {
        use super::Exactly;
        sqlx::query("UPDATE accounts SET password_hash = $2 WHERE id = $1")
            .bind(account)
            .bind(hash)
            .execute(self.connection())
            .await?
            .exactly(1)
    }

    /// # Errors
    /// The database refused.
    pub async fn insert_session(&mut self, new: &NewSession<'_>) -> Result<()> {
        sqlx::query("DELETE FROM sessions WHERE expires_at < $1").bind(new.now).execute(self.connection()).await?;
        sqlx::query(
            "INSERT INTO sessions (id_hash, account_id, district_id, created_at, seen_at, expires_at, public_id, agent) VALUES ($1, $2, $3, $4, $4, $5, $6, $7)",
        )
        .bind(new.id_hash)
        .bind(new.account)
        .bind(new.district)
        .bind(new.now)
        .bind(new.expires_at)
        .bind(new.public_id)
        .bind(new.agent)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// # Errors
    /// The database refused.
    pub async fn touch_session(&mut self, id_hash: &str, now: i64, expires_at: i64) -> Result<()> {
        sqlx::query("UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE id_hash = $1")
            .bind(id_hash)
            .bind(now)
            .bind(expires_at)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// # Errors
    /// The database refused.
    pub async fn delete_session(&mut self, id_hash: &str) -> Result<()> {
        sqlx::query("DELETE FROM sessions WHERE id_hash = $1").bind(id_hash).execute(self.connection()).await?;
        Ok(())
    }

    /// Ends all sessions of an account; tells how many there were.
    ///
    /// # Errors
    /// The database refused.
    pub async fn delete_sessions_of(&mut self, account: &str) -> Result<u64> {
        let done = sqlx::query("DELETE FROM sessions WHERE account_id = $1").bind(account).execute(self.connection()).await?;
        Ok(done.rows_affected())
    }
}
