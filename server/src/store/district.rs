//! Districts and every version of their forms.

use super::row::Columns;
use super::{Db, Result, Tx};
use crate::error::Error;
use porchlight_shared::calendar::Calendar;
use porchlight_shared::district::District;
use porchlight_shared::form::Form;
use serde_json::Value;
use std::collections::BTreeMap;

/// A district as the server works with it; read once per revision and kept in memory.
#[derive(Debug, Clone)]
pub struct DistrictRecord {
    pub id: String,
    pub revision: i64,
    pub district: District,
    pub calendar: Calendar,
    pub fallback_owner: Option<String>,
    /// Owner of each topic that has one.
    pub topic_owners: BTreeMap<String, String>,
}

pub struct NewDistrict<'a> {
    pub id: &'a str,
    pub slug: &'a str,
    pub definition: &'a Value,
    pub fallback_owner: Option<&'a str>,
    pub at: i64,
}

impl Db {
    /// # Errors
    /// The database cannot be read, or holds a definition that this version does not understand.
    pub async fn districts(&self) -> Result<Vec<DistrictRecord>> {
        let rows = sqlx::query("SELECT id, revision, definition, fallback_owner_id FROM districts ORDER BY slug")
            .fetch_all(&self.reader)
            .await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut columns = Columns::of(row);
            let (id, revision): (String, i64) = (columns.text()?, columns.take()?);
            let definition: Value = columns.json()?;
            let fallback_owner = columns.take()?;
            let (district, calendar) = District::from_definition(&definition).map_err(|problems| {
                let first = problems.first().map(ToString::to_string).unwrap_or_default();
                Error::Corrupt(format!("definition of a district: {first}"))
            })?;
            let topic_owners = self.topic_owners(&id).await?;
            found.push(DistrictRecord { id, revision, district, calendar, fallback_owner, topic_owners });
        }
        Ok(found)
    }

    async fn topic_owners(&self, district: &str) -> Result<BTreeMap<String, String>> {
        let rows = sqlx::query("SELECT topic_id, account_id FROM topic_members WHERE district_id = $1 AND relation = 'owner'")
            .bind(district)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(Columns::of).map(|mut c| Ok((c.text()?, c.text()?))).collect()
    }

    /// The sum of all revisions: when it is unchanged, nothing was.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn revision(&self) -> Result<i64> {
        let rows =
            sqlx::query("SELECT CAST(COALESCE(SUM(revision), 0) AS BIGINT) FROM districts").fetch_all(&self.reader).await?;
        rows.first().map_or(Ok(0), |row| Columns::of(row).take())
    }

    /// A form as it was in `version`.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn form(&self, district: &DistrictRecord, topic: &str, version: u32) -> Result<Option<Form>> {
        if let Some(current) = district.district.topic(topic).filter(|t| t.form.version == version) {
            return Ok(Some(current.form.clone()));
        }
        let rows = sqlx::query("SELECT definition FROM forms WHERE district_id = $1 AND topic_id = $2 AND version = $3")
            .bind(&district.id)
            .bind(topic)
            .bind(i64::from(version))
            .fetch_all(&self.reader)
            .await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let definition: Value = Columns::of(row).json()?;
        let form = Form::from_definition(&definition, &district.district.locales, version);
        form.map(Some).map_err(|_| Error::Corrupt(String::from("an old form")))
    }
}

impl Tx {
    /// # Errors
    /// The slug is taken, or the database refused.
    pub async fn insert_district(&mut self, new: &NewDistrict<'_>) -> Result<()> {
        sqlx::query(
            "INSERT INTO districts (id, slug, definition, fallback_owner_id, revision, created_at) VALUES ($1, $2, $3, $4, 1, $5)",
        )
        .bind(new.id)
        .bind(new.slug)
        .bind(new.definition.to_string())
        .bind(new.fallback_owner)
        .bind(new.at)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Replaces the definition and keeps the forms that inquiries answered.
    ///
    /// # Errors
    /// There is no such district, or the database refused.
    pub async fn update_district(&mut self, id: &str, definition: &Value) -> Result<()> {
        use super::Exactly;
        sqlx::query("UPDATE districts SET definition = $2, revision = revision + 1 WHERE id = $1")
            .bind(id)
            .bind(definition.to_string())
            .execute(self.connection())
            .await?
            .exactly(1)
    }

    /// Keeps one version of a form; one that is there already stays as it is.
    ///
    /// # Errors
    /// The database refused.
    pub async fn keep_form(&mut self, district: &str, topic: &str, form: &Form, at: i64) -> Result<()> {
        sqlx::query(
            "INSERT INTO forms (district_id, topic_id, version, definition, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(district)
        .bind(topic)
        .bind(i64::from(form.version))
        .bind(form.to_definition().to_string())
        .bind(at)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}
