//! Districts and every version of their forms.

use super::row::Columns;
use super::{AnswerRecord, Db, Exactly, NewAudit, Result, Tx};
use crate::alert::Alerts;
use crate::error::Error;
use crate::routing::Directory;
use jiff::Timestamp;
use porchlight_shared::calendar::Calendar;
use porchlight_shared::district::District;
use porchlight_shared::district::definition::Standards;
use porchlight_shared::form::Form;
use porchlight_shared::promise::{Promise, Promises, Reminders};
use porchlight_shared::rules::Rule;
use porchlight_shared::status::{Kind, Priority};
use porchlight_shared::text::{Locale, Texts};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A district as the server works with it; read once per revision and kept in memory.
#[derive(Debug, Clone)]
pub struct DistrictRecord {
    pub id: String,
    pub revision: i64,
    pub district: District,
    pub calendar: Calendar,
    /// What is promised other than by topics themselves.
    pub promises: Promises,
    pub reminders: Reminders,
    /// Who is responsible for what.
    pub directory: Directory,
    /// Routing rules in force, and their version.
    pub rules: Vec<Rule>,
    pub rules_version: i64,
    /// What it wants to hear of at once.
    pub alerts: Alerts,
    /// Staff need a second factor here.
    pub second_factor: bool,
    /// Answers that stand for everybody to read: those that settle most first.
    pub answers: Vec<AnswerRecord>,
    /// What the district once had: inquiries about it are shown with its name for ever.
    pub retired: Retired,
}

/// Names of what was taken out of a definition, by id.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Retired {
    topics: BTreeMap<String, Texts>,
    schools: BTreeMap<String, String>,
    grades: BTreeMap<String, Texts>,
}

impl DistrictRecord {
    /// By when an inquiry that awaits a reply since `at` is to have one.
    pub fn promise(&self, at: Timestamp, topic: &str, school: Option<&str>, priority: Priority, kind: Kind) -> Timestamp {
        let usual = self.district.topic(topic).map_or(Promise::USUAL_HOURS, |t| t.promise_hours);
        self.calendar.of(school).promise(at, self.promises.hours(topic, priority, kind, usual))
    }

    /// The name of a topic, also of one that is gone.
    pub fn topic_label<'a>(&'a self, id: &'a str, locale: &Locale) -> &'a str {
        let label = self.district.topic(id).map(|t| &t.label).or_else(|| self.retired.topics.get(id));
        label.map_or(id, |label| label.get(locale))
    }

    /// The name of a school, also of one that is gone.
    pub fn school_name<'a>(&'a self, id: &'a str) -> &'a str {
        let name = self.district.school(id).map(|s| &s.name).or_else(|| self.retired.schools.get(id));
        name.map_or(id, String::as_str)
    }

    /// The name of a grade, also of one that is gone.
    pub fn grade_label<'a>(&'a self, id: &'a str, locale: &Locale) -> &'a str {
        let label = self.district.grades.iter().find(|g| g.id == id).map(|g| &g.label).or_else(|| self.retired.grades.get(id));
        label.map_or(id, |label| label.get(locale))
    }
}

impl Retired {
    /// What `before`, a stored definition, had and knew as gone, without what `now` has.
    fn after(before: &Value, now: &District) -> Self {
        let mut retired: Self = serde_json::from_value(before["retired"].clone()).unwrap_or_default();
        fn named<'v>(before: &'v Value, list: &str, name: &'static str) -> impl Iterator<Item = (String, &'v Value)> {
            let all = before[list].as_array().into_iter().flatten();
            all.filter_map(move |one| Some((one["id"].as_str()?.to_owned(), &one[name])))
        }
        let texts = |value: &Value| serde_json::from_value::<Texts>(value.clone()).unwrap_or_default();
        retired.topics.extend(named(before, "topics", "label").map(|(id, label)| (id, texts(label))));
        retired.grades.extend(named(before, "grades", "label").map(|(id, label)| (id, texts(label))));
        let schools = named(before, "schools", "name");
        retired.schools.extend(schools.map(|(id, name)| (id, name.as_str().unwrap_or_default().to_owned())));
        retired.topics.retain(|id, _| now.topic(id).is_none());
        retired.schools.retain(|id, _| now.school(id).is_none());
        retired.grades.retain(|id, _| !now.grades.iter().any(|g| g.id == *id));
        retired
    }
}

/// A definition to put in place.
#[derive(Debug)]
pub struct PutDistrict<'a> {
    pub definition: &'a Value,
    /// What `definition` reads as.
    pub district: &'a District,
    /// The account that changes it; `None` for the command line.
    pub by: Option<&'a str>,
    pub at: Timestamp,
}

/// What became of it.
#[derive(Debug)]
pub struct Put {
    pub id: String,
    pub is_new: bool,
    /// Topics whose form is new or changed, with the version that it has now.
    pub changed_forms: Vec<(String, u32)>,
}

impl Db {
    /// Every district by its address, with absences that end after `now` (ms UTC); one whose definition this version does not understand is an error of
    /// its own.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn districts(&self, now: i64) -> Result<Vec<(String, Result<DistrictRecord>)>> {
        let rows =
            sqlx::query("SELECT id, slug, revision, definition, fallback_owner_id, second_factor FROM districts ORDER BY slug")
                .fetch_all(&self.reader)
                .await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut columns = Columns::of(row);
            let (id, slug, revision): (String, String, i64) = (columns.text()?, columns.text()?, columns.take()?);
            let definition: String = columns.text()?;
            let (fallback, second_factor) = (columns.take()?, columns.flag()?);
            let directory = self.directory(&id, fallback, now).await?;
            let (rules_version, rules) = self.rules(&id).await?;
            let answers = self.published_answers(&id, now).await?;
            let alerts = Alerts::new(self.alert_categories(&id).await?);
            let record = read_definition(&definition).map(|(district, standards, retired)| DistrictRecord {
                id,
                revision,
                district,
                calendar: standards.calendar,
                promises: standards.promises,
                reminders: standards.reminders,
                directory,
                rules,
                rules_version,
                alerts,
                second_factor,
                answers,
                retired,
            });
            found.push((slug, record));
        }
        Ok(found)
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
        read_kept_form(&definition, version).map(Some)
    }
}

impl Tx {
    /// Adds the district, or changes the one with this address. A form that differs from the one in force
    /// becomes the next version, and every version is kept.
    ///
    /// # Errors
    /// The definition is not one that [`District::from_definition`] accepts, or the database refused.
    pub async fn put_district(&mut self, put: PutDistrict<'_>) -> Result<Put> {
        let slug = &put.district.slug;
        // The change of the revision also holds the row, so that two who change at once come one by one.
        let rows = sqlx::query("UPDATE districts SET revision = revision + 1 WHERE slug = $1 RETURNING id")
            .bind(slug)
            .fetch_all(self.connection())
            .await?;
        let before = rows.first().map(|row| Columns::of(row).text()).transpose()?;
        let (id, is_new) = before.map_or_else(|| (crate::app::new_id(put.at), true), |id: String| (id, false));
        let mut definition = put.definition.clone();
        definition["retired"] = json!(Retired::after(&self.definition(&id).await?, put.district));
        let mut changed_forms = Vec::new();
        for (index, topic) in put.district.topics.iter().enumerate() {
            let kept = self.newest_form(&id, &topic.id).await?;
            let (version, changed) = match kept {
                None => (1, true),
                Some((version, before)) if topic.form.asks_the_same(&before) => (version, false),
                Some((version, _)) => (version + 1, true),
            };
            if changed {
                let form = Form { version, ..topic.form.clone() };
                self.keep_form(&id, &topic.id, &form, put.at.as_millisecond()).await?;
                changed_forms.push((topic.id.clone(), version));
            }
            definition["topics"][index]["form"]["version"] = version.into();
        }
        if is_new {
            sqlx::query("INSERT INTO districts (id, slug, definition, revision, created_at) VALUES ($1, $2, $3, 1, $4)")
                .bind(&id)
                .bind(slug)
                .bind(definition.to_string())
                .bind(put.at.as_millisecond())
                .execute(self.connection())
                .await?
                .exactly(1)?;
            self.insert_jobs(&[&crate::watch::job(&id, 0)]).await?;
        } else {
            sqlx::query("UPDATE districts SET definition = $2 WHERE id = $1")
                .bind(&id)
                .bind(definition.to_string())
                .execute(self.connection())
                .await?
                .exactly(1)?;
        }
        let detail = json!({ "forms": changed_forms }).to_string();
        let action = if is_new { "district_added" } else { "district_changed" };
        self.insert_audit(&id, &NewAudit { inquiry: None, account: put.by, action, detail: &detail, at: put.at }).await?;
        Ok(Put { id, is_new, changed_forms })
    }

    /// Who gets what has no other owner.
    ///
    /// # Errors
    /// There is no such district, or the database refused.
    pub async fn set_fallback_owner(&mut self, district: &str, account: &str) -> Result<()> {
        sqlx::query("UPDATE districts SET fallback_owner_id = $2, revision = revision + 1 WHERE id = $1")
            .bind(district)
            .bind(account)
            .execute(self.connection())
            .await?
            .exactly(1)
    }

    /// Who gets what has no other owner, as it stands in this transaction.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn fallback_owner(&mut self, district: &str) -> Result<Option<String>> {
        let rows = sqlx::query("SELECT fallback_owner_id FROM districts WHERE id = $1")
            .bind(district)
            .fetch_all(self.connection())
            .await?;
        rows.first().map_or(Ok(None), |row| Columns::of(row).take())
    }

    /// The definition in force, `null` where there is none.
    async fn definition(&mut self, district: &str) -> Result<Value> {
        let rows =
            sqlx::query("SELECT definition FROM districts WHERE id = $1").bind(district).fetch_all(self.connection()).await?;
        rows.first().map_or(Ok(Value::Null), |row| Columns::of(row).json())
    }

    /// The last version of a topic's form, also of a topic that was taken away for a while.
    async fn newest_form(&mut self, district: &str, topic: &str) -> Result<Option<(u32, Form)>> {
        let rows = sqlx::query(
            "SELECT version, definition FROM forms WHERE district_id = $1 AND topic_id = $2 ORDER BY version DESC LIMIT 1",
        )
        .bind(district)
        .bind(topic)
        .fetch_all(self.connection())
        .await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let mut columns = Columns::of(row);
        let version = u32::try_from(columns.take::<i64>()?).map_err(|e| Error::Corrupt(e.to_string()))?;
        Ok(Some((version, read_kept_form(&columns.json()?, version)?)))
    }

    /// Keeps one version of a form; one that is there already stays as it is.
    async fn keep_form(&mut self, district: &str, topic: &str, form: &Form, at: i64) -> Result<()> {
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

fn read_definition(text: &str) -> Result<(District, Standards, Retired)> {
    let mut definition: Value = serde_json::from_str(text).map_err(|e| Error::Corrupt(e.to_string()))?;
    let retired = definition.as_object_mut().and_then(|all| all.remove("retired")).unwrap_or_default();
    let (district, standards) = District::from_definition(&definition).map_err(|problems| {
        let first = problems.first().map(ToString::to_string).unwrap_or_default();
        Error::Corrupt(format!("definition of a district: {first}"))
    })?;
    Ok((district, standards, serde_json::from_value(retired).unwrap_or_default()))
}

/// A form that was accepted once is read in the languages that it had: the district may have more by now.
fn read_kept_form(definition: &Value, version: u32) -> Result<Form> {
    Form::from_definition(definition, &[], version).map_err(|_| Error::Corrupt(String::from("an old form")))
}
