//! Who is responsible for what, who is away, and by which rules inquiries find them.
//!
//! Every change here moves the district's revision, so that every machine routes by it.

use super::row::Columns;
use super::{Db, Exactly, Relation, Result, Tx};
use crate::error::Error;
use crate::routing::{Absence, Directory, Person, Team};
use porchlight_shared::rules::Rule;
use porchlight_shared::status::Role;
use std::collections::BTreeMap;

/// An absence as its list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbsenceRecord {
    pub id: String,
    pub absence: Absence,
}

impl Db {
    /// Everybody of a district, with absences that end after `now` (ms UTC).
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn directory(&self, district: &str, fallback: Option<String>, now: i64) -> Result<Directory> {
        let people = self.staff(district).await?.into_iter();
        let people = people
            .map(|p| (p.account_id, Person { name: p.name, role: p.role, active: !p.disabled, notify: p.notify }))
            .collect();
        let absences = self.absences(district, now).await?.into_iter().map(|a| a.absence).collect();
        let mut teams: BTreeMap<String, Team> = BTreeMap::new();
        let rows = sqlx::query(
            "SELECT topic_id, account_id, relation FROM topic_members WHERE district_id = $1 ORDER BY topic_id, account_id",
        )
        .bind(district)
        .fetch_all(&self.reader)
        .await?;
        for row in &rows {
            let mut c = Columns::of(row);
            let (team, account) = (teams.entry(c.text()?).or_default(), c.text()?);
            match c.word(Relation::parse)? {
                Relation::Owner => team.owner = Some(account),
                Relation::Member => team.members.push(account),
            }
        }
        let rows = sqlx::query("SELECT department_id, account_id FROM department_owners WHERE district_id = $1")
            .bind(district)
            .fetch_all(&self.reader)
            .await?;
        let department_owners =
            rows.iter().map(Columns::of).map(|mut c| Ok((c.text()?, c.text()?))).collect::<Result<BTreeMap<_, _>>>()?;
        Ok(Directory { people, absences, teams, department_owners, fallback })
    }

    /// Absences that end after `now` (ms UTC), soonest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn absences(&self, district: &str, now: i64) -> Result<Vec<AbsenceRecord>> {
        let rows = sqlx::query(
            "SELECT id, account_id, starts_at, ends_at, stand_in_id FROM absences WHERE district_id = $1 AND ends_at > $2 ORDER BY starts_at, id",
        )
        .bind(district)
        .bind(now)
        .fetch_all(&self.reader)
        .await?;
        rows.iter()
            .map(Columns::of)
            .map(|mut c| {
                let id = c.text()?;
                let absence = Absence { account: c.text()?, starts_at: c.take()?, ends_at: c.take()?, stand_in: c.take()? };
                Ok(AbsenceRecord { id, absence })
            })
            .collect()
    }

    /// The rules in force, and their version; none is version 0.
    ///
    /// # Errors
    /// The database cannot be read, or holds rules that this version does not understand.
    pub async fn rules(&self, district: &str) -> Result<(i64, Vec<Rule>)> {
        let rows = sqlx::query("SELECT version, rules FROM routings WHERE district_id = $1 ORDER BY version DESC LIMIT 1")
            .bind(district)
            .fetch_all(&self.reader)
            .await?;
        let Some(row) = rows.first() else { return Ok((0, Vec::new())) };
        let mut c = Columns::of(row);
        Ok((c.take()?, c.json()?))
    }
}

impl Tx {
    /// Tells every machine that something about a district changed; also makes changes at once come one by one.
    ///
    /// # Errors
    /// There is no such district, or the database refused.
    pub async fn touch_district(&mut self, district: &str) -> Result<()> {
        sqlx::query("UPDATE districts SET revision = revision + 1 WHERE id = $1")
            .bind(district)
            .execute(self.connection())
            .await?
            .exactly(1)
    }

    /// Puts the team of a topic in place.
    ///
    /// # Errors
    /// The database refused.
    pub async fn set_team(&mut self, district: &str, topic: &str, team: &Team) -> Result<()> {
        sqlx::query("DELETE FROM topic_members WHERE district_id = $1 AND topic_id = $2")
            .bind(district)
            .bind(topic)
            .execute(self.connection())
            .await?;
        if let Some(owner) = &team.owner {
            self.set_topic_member(district, topic, owner, Relation::Owner).await?;
        }
        for member in team.members.iter().filter(|m| Some(*m) != team.owner.as_ref()) {
            self.set_topic_member(district, topic, member, Relation::Member).await?;
        }
        self.touch_district(district).await
    }

    /// Names a department's owner, or nobody.
    ///
    /// # Errors
    /// The database refused.
    pub async fn set_department_owner(&mut self, district: &str, department: &str, account: Option<&str>) -> Result<()> {
        sqlx::query("DELETE FROM department_owners WHERE district_id = $1 AND department_id = $2")
            .bind(district)
            .bind(department)
            .execute(self.connection())
            .await?;
        if let Some(account) = account {
            sqlx::query("INSERT INTO department_owners (district_id, department_id, account_id) VALUES ($1, $2, $3)")
                .bind(district)
                .bind(department)
                .bind(account)
                .execute(self.connection())
                .await?;
        }
        self.touch_district(district).await
    }

    /// # Errors
    /// The database refused.
    pub async fn insert_absence(&mut self, district: &str, id: &str, absence: &Absence, at: i64) -> Result<()> {
        sqlx::query(
            "INSERT INTO absences (district_id, id, account_id, starts_at, ends_at, stand_in_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(district)
        .bind(id)
        .bind(&absence.account)
        .bind(absence.starts_at)
        .bind(absence.ends_at)
        .bind(&absence.stand_in)
        .bind(at)
        .execute(self.connection())
        .await?;
        self.touch_district(district).await
    }

    /// Ends an absence of `account` at `at` (ms UTC), or takes it back before it began.
    ///
    /// # Errors
    /// [`Error::NotFound`] when they have no such absence; or the database refused.
    pub async fn end_absence(&mut self, district: &str, id: &str, account: &str, at: i64) -> Result<()> {
        let done = sqlx::query(
            "UPDATE absences SET ends_at = $4 WHERE district_id = $1 AND id = $2 AND account_id = $3 AND ends_at > $4",
        )
        .bind(district)
        .bind(id)
        .bind(account)
        .bind(at)
        .execute(self.connection())
        .await?;
        done.exactly(1).map_err(|_| Error::NotFound)?;
        self.touch_district(district).await
    }

    /// Deactivates somebody in a district, or lets them in again; their history stays.
    ///
    /// # Errors
    /// They are not of this district, or the database refused.
    pub async fn set_disabled(&mut self, district: &str, account: &str, at: Option<i64>) -> Result<()> {
        sqlx::query("UPDATE members SET disabled_at = $3 WHERE district_id = $1 AND account_id = $2")
            .bind(district)
            .bind(account)
            .bind(at)
            .execute(self.connection())
            .await?
            .exactly(1)?;
        self.touch_district(district).await
    }

    /// # Errors
    /// They are not of this district, or the database refused.
    pub async fn set_role(&mut self, district: &str, account: &str, role: Role, title: &str) -> Result<()> {
        sqlx::query("UPDATE members SET role = $3, title = $4 WHERE district_id = $1 AND account_id = $2")
            .bind(district)
            .bind(account)
            .bind(role.as_str())
            .bind(title)
            .execute(self.connection())
            .await?
            .exactly(1)?;
        self.touch_district(district).await
    }

    /// Puts rules in force as the version after `before`.
    ///
    /// # Errors
    /// [`Error::Conflict`] when somebody else changed them since `before`; or the database refused.
    pub async fn put_rules(&mut self, district: &str, before: i64, rules: &[Rule], by: &str, at: i64) -> Result<()> {
        self.touch_district(district).await?;
        let rules = serde_json::to_string(rules).map_err(|e| Error::Corrupt(e.to_string()))?;
        let done = sqlx::query(
            "INSERT INTO routings (district_id, version, rules, account_id, created_at) \
             SELECT $1, $2, $3, $4, $5 WHERE COALESCE((SELECT MAX(version) FROM routings WHERE district_id = $1), 0) = $2 - 1",
        )
        .bind(district)
        .bind(before + 1)
        .bind(rules)
        .bind(by)
        .bind(at)
        .execute(self.connection())
        .await?;
        done.exactly(1)
    }

    /// Whether a district is only entered with a second factor.
    ///
    /// # Errors
    /// There is no such district, or the database refused.
    pub async fn set_second_factor(&mut self, district: &str, required: bool) -> Result<()> {
        sqlx::query("UPDATE districts SET second_factor = $2, revision = revision + 1 WHERE id = $1")
            .bind(district)
            .bind(i64::from(required))
            .execute(self.connection())
            .await?
            .exactly(1)
    }

    /// Whether somebody is of a district and active, as it stands in this transaction.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn is_active(&mut self, district: &str, account: &str) -> Result<bool> {
        let rows = sqlx::query(
            "SELECT 1 FROM members m JOIN accounts a ON a.id = m.account_id WHERE m.district_id = $1 AND m.account_id = $2 \
             AND m.disabled_at IS NULL AND a.disabled_at IS NULL",
        )
        .bind(district)
        .bind(account)
        .fetch_all(self.connection())
        .await?;
        Ok(!rows.is_empty())
    }

    /// How many can administer a district, `account` left aside.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn other_administrators(&mut self, district: &str, account: &str) -> Result<i64> {
        let rows = sqlx::query(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM members m JOIN accounts a ON a.id = m.account_id WHERE m.district_id = $1 \
             AND m.account_id <> $2 AND m.role = 'administrator' AND m.disabled_at IS NULL AND a.disabled_at IS NULL",
        )
        .bind(district)
        .bind(account)
        .fetch_all(self.connection())
        .await?;
        rows.first().map_or(Ok(0), |row| Columns::of(row).take())
    }
}
