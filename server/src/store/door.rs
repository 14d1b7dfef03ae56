//! How people come in: invitations, forgotten passwords, second factors, sessions.

use super::row::Columns;
use super::{Db, Exactly, Result, Tx};
use crate::error::Error;
use porchlight_shared::status::Role;
use sqlx::any::AnyRow;

/// Somebody who was invited and has not come yet, or has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationRecord {
    pub district_id: String,
    pub id: String,
    pub email: String,
    pub name: String,
    pub title: String,
    pub role: Role,
    pub created_at: i64,
    pub expires_at: i64,
    /// Neither accepted nor taken back.
    pub is_open: bool,
}

/// What an account proves itself with beside its password.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecondFactor {
    /// The secret, sealed.
    pub sealed: Option<String>,
    /// It was confirmed with a code and counts.
    pub confirmed: bool,
    /// The last time step that was used.
    pub step: i64,
    /// Recovery codes that are left.
    pub codes_left: i64,
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionListed {
    pub id: String,
    pub agent: String,
    pub created_at: i64,
    pub seen_at: i64,
    pub id_hash: String,
}

const INVITATION: &str = "district_id, id, email, name, title, role, created_at, expires_at, \
    CASE WHEN accepted_at IS NULL AND revoked_at IS NULL THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END";

fn read_invitation(row: &AnyRow) -> Result<InvitationRecord> {
    let mut c = Columns::of(row);
    Ok(InvitationRecord {
        district_id: c.text()?,
        id: c.text()?,
        email: c.text()?,
        name: c.text()?,
        title: c.text()?,
        role: c.word(Role::parse)?,
        created_at: c.take()?,
        expires_at: c.take()?,
        is_open: c.flag()?,
    })
}

impl Db {
    /// # Errors
    /// The database cannot be read.
    pub async fn invitation(&self, district: &str, id: &str) -> Result<Option<InvitationRecord>> {
        let sql = format!("SELECT {INVITATION} FROM invitations WHERE district_id = $1 AND id = $2");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(district).bind(id).fetch_all(&self.reader).await?;
        rows.first().map(read_invitation).transpose()
    }

    /// Invitations that can still be accepted, or could until they ran out.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn open_invitations(&self, district: &str) -> Result<Vec<InvitationRecord>> {
        let sql = format!(
            "SELECT {INVITATION} FROM invitations WHERE district_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL ORDER BY created_at DESC"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(district).fetch_all(&self.reader).await?;
        rows.iter().map(read_invitation).collect()
    }

    /// Whose password a reset is for, if it still counts.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn password_reset(&self, id: &str, now: i64) -> Result<Option<String>> {
        let rows = sqlx::query(
            "SELECT r.account_id FROM password_resets r JOIN accounts a ON a.id = r.account_id \
             WHERE r.id = $1 AND r.used_at IS NULL AND r.expires_at > $2 AND a.disabled_at IS NULL",
        )
        .bind(id)
        .bind(now)
        .fetch_all(&self.reader)
        .await?;
        rows.first().map(|row| Columns::of(row).text()).transpose()
    }

    /// # Errors
    /// The database cannot be read.
    pub async fn second_factor(&self, account: &str) -> Result<SecondFactor> {
        let rows = sqlx::query(
            "SELECT totp_sealed, CASE WHEN totp_confirmed_at IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END, totp_step, \
             (SELECT CAST(COUNT(*) AS BIGINT) FROM recovery_codes r WHERE r.account_id = a.id AND r.used_at IS NULL) FROM accounts a WHERE id = $1",
        )
        .bind(account)
        .fetch_all(&self.reader)
        .await?;
        let Some(row) = rows.first() else { return Ok(SecondFactor::default()) };
        let mut c = Columns::of(row);
        Ok(SecondFactor { sealed: c.take()?, confirmed: c.flag()?, step: c.take()?, codes_left: c.take()? })
    }

    /// Sessions of an account, the last used first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn sessions_of(&self, account: &str, now: i64) -> Result<Vec<SessionListed>> {
        let rows = sqlx::query(
            "SELECT public_id, agent, created_at, seen_at, id_hash FROM sessions WHERE account_id = $1 AND expires_at > $2 ORDER BY seen_at DESC",
        )
        .bind(account)
        .bind(now)
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(Columns::of)
            .map(|mut c| {
                Ok(SessionListed {
                    id: c.text()?,
                    agent: c.text()?,
                    created_at: c.take()?,
                    seen_at: c.take()?,
                    id_hash: c.text()?,
                })
            })
            .collect()
    }
}

impl Tx {
    /// # Errors
    /// The database refused.
    pub async fn insert_invitation(&mut self, new: &InvitationRecord, by: &str) -> Result<()> {
        sqlx::query(
            "INSERT INTO invitations (district_id, id, email, name, title, role, invited_by, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&new.district_id)
        .bind(&new.id)
        .bind(&new.email)
        .bind(&new.name)
        .bind(&new.title)
        .bind(new.role.as_str())
        .bind(by)
        .bind(new.created_at)
        .bind(new.expires_at)
        .execute(self.connection())
        .await?
        .exactly(1)
    }

    /// Takes an invitation back.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not open; or the database refused.
    pub async fn revoke_invitation(&mut self, district: &str, id: &str, at: i64) -> Result<()> {
        let done = sqlx::query(
            "UPDATE invitations SET revoked_at = $3 WHERE district_id = $1 AND id = $2 AND accepted_at IS NULL AND revoked_at IS NULL",
        )
        .bind(district)
        .bind(id)
        .bind(at)
        .execute(self.connection())
        .await?;
        done.exactly(1).map_err(|_| Error::NotFound)
    }

    /// Gives an invitation more time.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not open; or the database refused.
    pub async fn extend_invitation(&mut self, district: &str, id: &str, expires_at: i64) -> Result<()> {
        let done = sqlx::query(
            "UPDATE invitations SET expires_at = $3 WHERE district_id = $1 AND id = $2 AND accepted_at IS NULL AND revoked_at IS NULL",
        )
        .bind(district)
        .bind(id)
        .bind(expires_at)
        .execute(self.connection())
        .await?;
        done.exactly(1).map_err(|_| Error::NotFound)
    }

    /// Uses an invitation up.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it does not count any more; or the database refused.
    pub async fn accept_invitation(&mut self, district: &str, id: &str, at: i64) -> Result<()> {
        let done = sqlx::query(
            "UPDATE invitations SET accepted_at = $3 WHERE district_id = $1 AND id = $2 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $3",
        )
        .bind(district)
        .bind(id)
        .bind(at)
        .execute(self.connection())
        .await?;
        done.exactly(1).map_err(|_| Error::NotFound)
    }

    /// # Errors
    /// The database refused.
    pub async fn insert_password_reset(&mut self, id: &str, account: &str, at: i64, expires_at: i64) -> Result<()> {
        // One at a time: an older mail stops to count when a newer one is asked for.
        sqlx::query("UPDATE password_resets SET used_at = $2 WHERE account_id = $1 AND used_at IS NULL")
            .bind(account)
            .bind(at)
            .execute(self.connection())
            .await?;
        sqlx::query("INSERT INTO password_resets (id, account_id, created_at, expires_at) VALUES ($1, $2, $3, $4)")
            .bind(id)
            .bind(account)
            .bind(at)
            .bind(expires_at)
            .execute(self.connection())
            .await?
            .exactly(1)
    }

    /// # Errors
    /// [`Error::NotFound`] when it does not count any more; or the database refused.
    pub async fn use_password_reset(&mut self, id: &str, at: i64) -> Result<()> {
        let done = sqlx::query("UPDATE password_resets SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND expires_at > $2")
            .bind(id)
            .bind(at)
            .execute(self.connection())
            .await?;
        done.exactly(1).map_err(|_| Error::NotFound)
    }

    /// Puts a new secret in place, which does not count before it is confirmed; `None` takes the factor away.
    ///
    /// # Errors
    /// The database refused.
    pub async fn set_second_factor_of(&mut self, account: &str, sealed: Option<&str>) -> Result<()> {
        // One that is in force is taken away, never replaced.
        let only = if sealed.is_some() { " AND totp_confirmed_at IS NULL" } else { "" };
        let sql = format!("UPDATE accounts SET totp_sealed = $2, totp_confirmed_at = NULL, totp_step = 0 WHERE id = $1{only}");
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(account).bind(sealed).execute(self.connection()).await?.exactly(1)?;
        if sealed.is_none() {
            self.put_recovery_codes(account, &[]).await?;
        }
        Ok(())
    }

    /// # Errors
    /// There is another one to confirm, or none; the database refused.
    pub async fn confirm_second_factor(&mut self, account: &str, sealed: &str, at: i64) -> Result<()> {
        sqlx::query("UPDATE accounts SET totp_confirmed_at = $2 WHERE id = $1 AND totp_sealed = $3 AND totp_confirmed_at IS NULL")
            .bind(account)
            .bind(at)
            .bind(sealed)
            .execute(self.connection())
            .await?
            .exactly(1)
    }

    /// Uses a time step up. `false` when it, or a later one, was used before.
    ///
    /// # Errors
    /// The database refused.
    pub async fn use_totp_step(&mut self, account: &str, step: i64) -> Result<bool> {
        let done = sqlx::query("UPDATE accounts SET totp_step = $2 WHERE id = $1 AND totp_step < $2")
            .bind(account)
            .bind(step)
            .execute(self.connection())
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Puts new recovery codes, as hashes, in the place of all others.
    ///
    /// # Errors
    /// The database refused.
    pub async fn put_recovery_codes(&mut self, account: &str, hashes: &[String]) -> Result<()> {
        sqlx::query("DELETE FROM recovery_codes WHERE account_id = $1").bind(account).execute(self.connection()).await?;
        for hash in hashes {
            sqlx::query("INSERT INTO recovery_codes (account_id, code_hash) VALUES ($1, $2)")
                .bind(account)
                .bind(hash)
                .execute(self.connection())
                .await?;
        }
        Ok(())
    }

    /// Uses a recovery code up. `false` when it is none, or was used before.
    ///
    /// # Errors
    /// The database refused.
    pub async fn use_recovery_code(&mut self, account: &str, hash: &str, at: i64) -> Result<bool> {
        let done =
            sqlx::query("UPDATE recovery_codes SET used_at = $3 WHERE account_id = $1 AND code_hash = $2 AND used_at IS NULL")
                .bind(account)
                .bind(hash)
                .bind(at)
                .execute(self.connection())
                .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Ends one session of an account, by its public id.
    ///
    /// # Errors
    /// [`Error::NotFound`] when they have no such session; or the database refused.
    pub async fn delete_session_of(&mut self, account: &str, public_id: &str) -> Result<()> {
        let done = sqlx::query("DELETE FROM sessions WHERE account_id = $1 AND public_id = $2")
            .bind(account)
            .bind(public_id)
            .execute(self.connection())
            .await?;
        done.exactly(1).map_err(|_| Error::NotFound)
    }

    /// Ends all sessions of an account in one district.
    ///
    /// # Errors
    /// The database refused.
    pub async fn delete_sessions_in(&mut self, district: &str, account: &str) -> Result<()> {
        sqlx::query("DELETE FROM sessions WHERE district_id = $1 AND account_id = $2")
            .bind(district)
            .bind(account)
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Ends all sessions of an account but one.
    ///
    /// # Errors
    /// The database refused.
    pub async fn delete_other_sessions(&mut self, account: &str, id_hash: &str) -> Result<()> {
        sqlx::query("DELETE FROM sessions WHERE account_id = $1 AND id_hash <> $2")
            .bind(account)
            .bind(id_hash)
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
