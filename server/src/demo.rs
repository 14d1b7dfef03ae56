//! A district to try: Maple Valley, its people, and inquiries that went through the real intake.

use crate::answer::{Actor, Deed, act};
use crate::app::{App, new_id};
use crate::clock::{Clock, HeldClock};
use crate::config::Settings;
use crate::intake::{Submission, submit};
use crate::password;
use crate::secret;
use crate::store::{DistrictRecord, NewAccount, PutDistrict, Relation};
use anyhow::{Context, anyhow, bail};
use jiff::{SignedDuration, Timestamp, ToSpan};
use porchlight_shared::contact::RawContact;
use porchlight_shared::district::District;
use porchlight_shared::inquiry::RawSubmission;
use porchlight_shared::status::{Channel, Role};
use porchlight_shared::text::Body;
use porchlight_shared::wire;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const DISTRICT: &str = include_str!("../demo/maple-valley/district.json");
const PEOPLE: &str = include_str!("../demo/maple-valley/people.json");
const INQUIRIES: &str = include_str!("../demo/maple-valley/inquiries.json");

/// A printed log-in.
pub struct Login {
    pub email: String,
    pub password: String,
    pub role: Role,
}

#[derive(Deserialize)]
struct People {
    people: Vec<Person>,
    fallback_owner: String,
}

#[derive(Deserialize)]
struct Person {
    id: String,
    name: String,
    email: String,
    title: String,
    role: Role,
    #[serde(default)]
    owns: Vec<String>,
    #[serde(default)]
    helps: Vec<String>,
}

#[derive(Deserialize)]
struct Inquiries {
    inquiries: Vec<Inquiry>,
}

#[derive(Deserialize)]
struct Inquiry {
    days_ago: i64,
    at: String,
    topic: String,
    school: Option<String>,
    relationship: String,
    kind: String,
    locale: String,
    channel: Channel,
    answers: Value,
    contact: Option<RawContact>,
    #[serde(default)]
    story: Vec<Scene>,
}

#[derive(Deserialize)]
struct Scene {
    after_hours: f64,
    by: String,
    #[serde(rename = "do")]
    deed: String,
    #[serde(default)]
    text: String,
}

/// Loads the demo district. Loading twice changes nothing. Returns the log-ins, the administrator first.
///
/// # Errors
/// Another district is there and `beside_others` is false; or a store is not to be had.
pub async fn load(
    settings: &Settings,
    clock: Arc<dyn Clock>,
    public_url: &str,
    beside_others: bool,
) -> anyhow::Result<Vec<Login>> {
    let now = clock.now();
    let held = Arc::new(HeldClock::at(now));
    let app = App::start(settings.clone(), held.clone(), public_url.to_owned()).await?;
    app.hush();
    let definition: Value = serde_json::from_str(DISTRICT)?;
    let (district, _) = District::from_definition(&definition).map_err(|problems| {
        anyhow!("the demo district is wrong:\n{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })?;
    let others: Vec<String> =
        app.districts().iter().map(|d| d.district.slug.clone()).filter(|slug| *slug != district.slug).collect();
    if !others.is_empty() && !beside_others {
        bail!("this database serves another district ({}); add --beside-others to load the demo beside it", others.join(", "));
    }
    let people: People = serde_json::from_str(PEOPLE)?;
    let passwords = Passwords::kept_in(&settings.data, &people)?;
    if app.district(&district.slug).is_err() {
        make_district(&app, &definition, &district, &people, &passwords, now).await?;
        app.refresh_districts().await?;
    }
    let record = app.district(&district.slug).map_err(|e| anyhow!(e))?;
    load_inquiries(&app, &held, &record, now).await?;
    app.db.close().await;
    Ok(people
        .people
        .into_iter()
        .map(|p| Login { password: passwords.0.get(&p.email).cloned().unwrap_or_default(), email: p.email, role: p.role })
        .collect())
}

async fn make_district(
    app: &App,
    definition: &Value,
    district: &District,
    people: &People,
    passwords: &Passwords,
    now: Timestamp,
) -> anyhow::Result<()> {
    let at = now.as_millisecond();
    let mut accounts: BTreeMap<&str, (String, String)> = BTreeMap::new();
    for person in &people.people {
        let password = passwords.0.get(&person.email).context("a demo password is missing")?.clone();
        let hash = tokio::task::spawn_blocking(move || password::hash(&password)).await??;
        accounts.insert(&person.id, (new_id(now), hash));
    }
    let (fallback, _) = accounts.get(people.fallback_owner.as_str()).context("the fallback owner is nobody")?;
    let mut tx = app.db.begin().await?;
    let id = tx.put_district(PutDistrict { definition, district, by: None, at: now }).await?.id;
    tx.set_fallback_owner(&id, fallback).await?;
    for person in &people.people {
        let (account, hash) = &accounts[person.id.as_str()];
        tx.insert_account(&NewAccount {
            id: account,
            email: &person.email,
            name: &person.name,
            password_hash: hash,
            demo: true,
            at,
        })
        .await?;
        tx.set_member(&id, account, person.role, &person.title).await?;
        for (topics, relation) in [(&person.owns, Relation::Owner), (&person.helps, Relation::Member)] {
            for topic in topics {
                tx.set_topic_member(&id, topic, account, relation).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Sends every inquiry through the intake, at its own time, and plays its story.
async fn load_inquiries(app: &App, clock: &HeldClock, district: &DistrictRecord, now: Timestamp) -> anyhow::Result<()> {
    let data: Inquiries = serde_json::from_str(INQUIRIES)?;
    let people: People = serde_json::from_str(PEOPLE)?;
    let staff = app.db.staff(&district.id).await?;
    let emails: BTreeMap<String, String> = people.people.into_iter().map(|p| (p.id, p.email)).collect();
    let account = |id: &str| {
        let email = emails.get(id)?;
        staff.iter().find(|s| s.email == *email).map(|s| s.account_id.clone())
    };
    for (number, inquiry) in data.inquiries.iter().enumerate() {
        let key = format!("demo-{number}");
        if app.db.written(&district.id, inquiry.channel, &key).await?.is_some() {
            continue;
        }
        let received = moment(district, now, inquiry.days_ago, &inquiry.at)?;
        clock.set(received);
        let raw = RawSubmission {
            topic: inquiry.topic.clone(),
            school: inquiry.school.clone(),
            relationship: inquiry.relationship.clone(),
            kind: Some(inquiry.kind.clone()),
            locale: inquiry.locale.clone(),
            answers: wire::read_answers(&inquiry.answers).context("answers are no object")?,
            contact: inquiry.contact.clone(),
            confidential: false,
        };
        let submission = Submission {
            district,
            raw,
            channel: inquiry.channel,
            key,
            page: None,
            address: None,
            visit: String::new(),
            read: Vec::new(),
            entered_by: None,
            at: received,
        };
        let receipt = submit(app, submission).await.map_err(|e| anyhow!("demo inquiry {number}: {e}: {e:?}"))?;
        let mut at = received;
        for (step, scene) in inquiry.story.iter().enumerate() {
            at = at.saturating_add(SignedDuration::try_from_secs_f64(scene.after_hours * 3_600.0)?)?.min(now);
            clock.set(at);
            let by = account(&scene.by);
            play(app, district, &receipt.inquiry_id, scene, by.as_deref(), &format!("demo-{step}"))
                .await
                .with_context(|| format!("demo inquiry {number}, step {step}"))?;
        }
    }
    Ok(())
}

async fn play(
    app: &App,
    district: &DistrictRecord,
    inquiry: &str,
    scene: &Scene,
    by: Option<&str>,
    key: &str,
) -> anyhow::Result<()> {
    let actor = by.map_or(Actor::Sender, Actor::Staff);
    let body = Body::parse(&scene.text).ok();
    let body = || body.as_ref().context("a text is missing");
    let deed = match scene.deed.as_str() {
        "note" => Deed::Note { body: body()?, mentions: &[] },
        "reply" => Deed::Reply { body: body()?, files: &[], visit: "" },
        "message" => Deed::Add { body: body()?, files: &[], visit: "" },
        "waiting" => Deed::Wait,
        "close" => Deed::Close,
        "reopen" => Deed::Reopen,
        other => bail!("`{other}` is no deed"),
    };
    act(app, district, inquiry, actor, deed, key).await?;
    Ok(())
}

fn moment(district: &DistrictRecord, now: Timestamp, days_ago: i64, at: &str) -> anyhow::Result<Timestamp> {
    let zone = district.calendar.zone().clone();
    let day = now.to_zoned(zone.clone()).date().checked_sub(days_ago.days())?;
    let time: jiff::civil::Time = format!("{at}:00").parse()?;
    Ok(day.to_datetime(time).to_zoned(zone)?.timestamp().min(now))
}

/// Random passwords, made once and kept in the data folder, so that each print shows the same.
struct Passwords(BTreeMap<String, String>);

impl Passwords {
    fn kept_in(folder: &Path, people: &People) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join("demo-passwords.json");
        let mut kept: BTreeMap<String, String> = match std::fs::read_to_string(&path) {
            Ok(text) => {
                serde_json::from_str(&text).context("demo-passwords.json in the data folder cannot be read; delete it")?
            }
            Err(_) => BTreeMap::new(),
        };
        let before = kept.len();
        for person in &people.people {
            kept.entry(person.email.clone()).or_insert_with(|| secret::random_word(9));
        }
        if kept.len() != before {
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create(true).truncate(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            std::io::Write::write_all(&mut options.open(&path)?, serde_json::to_string_pretty(&kept)?.as_bytes())?;
        }
        Ok(Self(kept))
    }
}
