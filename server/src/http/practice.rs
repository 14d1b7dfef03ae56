//! The practice room. Nothing of it is an inquiry: no list, measure, trail or mail knows of what happens here.

use super::session::Staff;
use super::staff::{Given, given, short, time};
use crate::app::{App, new_id};
use crate::error::Error;
use crate::practice::SCENARIOS;
use crate::store::{Result, TryRecord};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use porchlight_shared::api;
use porchlight_shared::coach::HintKind;
use porchlight_shared::practice::Scenario;
use porchlight_shared::status::Relationship;
use porchlight_shared::text::Body;
use std::sync::Arc;

/// Most scenarios that a district adds.
const MOST: usize = 200;
/// Most tries that are kept of one person.
const MOST_TRIES: usize = 500;

fn line(scenario: &Scenario, ours: bool) -> api::PracticeLine {
    api::PracticeLine {
        id: scenario.id.clone(),
        topic: scenario.topic.clone(),
        mood: scenario.mood,
        titles: scenario.texts.iter().map(|(locale, told)| (locale.clone(), told.title.clone())).collect(),
        ours,
    }
}

async fn find(app: &App, staff: &Staff, id: &str) -> Result<Scenario> {
    let own = SCENARIOS.iter().find(|s| s.id == id).cloned();
    if let Some(own) = own {
        return Ok(own);
    }
    app.db.scenarios(&staff.district.id).await?.into_iter().find(|s| s.id == id).ok_or(Error::NotFound)
}

/// `GET /practice`
pub(crate) async fn all(State(app): State<Arc<App>>, staff: Staff) -> Result<Json<api::Practice>> {
    let ours = app.db.scenarios(&staff.district.id).await?;
    let scenarios = SCENARIOS.iter().map(|s| line(s, false)).chain(ours.iter().map(|s| line(s, true))).collect();
    Ok(Json(api::Practice { scenarios }))
}

/// `GET /practice/{scenario}`
pub(crate) async fn scenario(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Result<Json<Scenario>> {
    Ok(Json(find(&app, &staff, &id).await?))
}

/// A scenario of a district's own, checked.
fn checked(staff: &Staff, new: &Scenario) -> Result<()> {
    short(&new.topic, "topic", 60, "Please say in a word what it is about.")?;
    if new.texts.is_empty() {
        return Err(Error::refused("texts", "Please tell it in one language at least."));
    }
    for (locale, told) in &new.texts {
        if staff.district.district.locales.iter().all(|l| l.as_str() != locale) {
            return Err(Error::refused("texts", format!("“{locale}” is not a language of your district.")));
        }
        if Relationship::parse(&told.relationship).is_none() {
            return Err(Error::refused("relationship", "Please choose who writes."));
        }
        if let Some((field, words)) = told.problem() {
            return Err(Error::refused(field, words));
        }
    }
    Ok(())
}

async fn put(app: &App, staff: &Staff, scenario: &Scenario) -> Result<()> {
    let mut tx = app.db.begin().await?;
    tx.put_scenario(&staff.district.id, scenario, staff.account(), app.now().as_millisecond()).await?;
    tx.commit().await
}

const HELP: &str = "Send topic, mood and texts as JSON.";

/// `POST /practice`
pub(crate) async fn make(
    State(app): State<Arc<App>>,
    staff: Staff,
    body: Given<Scenario>,
) -> Result<(StatusCode, Json<api::Made>)> {
    let mut new = given(body, HELP)?;
    checked(&staff, &new)?;
    if app.db.scenarios(&staff.district.id).await?.len() >= MOST {
        return Err(Error::refused("title", format!("{MOST} are the most. Please take one away first.")));
    }
    new.id = new_id(app.now());
    put(&app, &staff, &new).await?;
    Ok((StatusCode::CREATED, Json(api::Made { id: new.id })))
}

/// `PUT /practice/{scenario}`: the district's own; the program's stay as they are.
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Given<Scenario>,
) -> Result<StatusCode> {
    let mut new = given(body, HELP)?;
    app.db.scenarios(&staff.district.id).await?.iter().find(|s| s.id == id).ok_or(Error::NotFound)?;
    checked(&staff, &new)?;
    new.id = id;
    put(&app, &staff, &new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /practice/{scenario}`
pub(crate) async fn take_away(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    tx.delete_scenario(&staff.district.id, &id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /practice/tries`
pub(crate) async fn tries(State(app): State<Arc<App>>, staff: Staff) -> Result<Json<Vec<api::Try>>> {
    let all = app.db.tries(&staff.district.id, staff.account()).await?;
    let shown = |t: TryRecord| api::Try {
        id: t.id,
        scenario: t.scenario_id,
        locale: t.locale,
        title: t.title,
        text: t.body,
        hints: t.hints,
        at: time(t.at),
    };
    Ok(Json(all.into_iter().map(shown).collect()))
}

/// `POST /practice/tries`
pub(crate) async fn keep_try(
    State(app): State<Arc<App>>,
    staff: Staff,
    body: Given<api::NewTry>,
) -> Result<(StatusCode, Json<api::Made>)> {
    let new = given(body, "Send scenario, locale, text and hints as JSON.")?;
    let text = Body::parse(&new.text).map_err(|kind| Error::field("text", kind))?;
    let scenario = find(&app, &staff, &new.scenario).await?;
    let told = scenario.texts.get(&new.locale).ok_or_else(|| Error::refused("locale", "It is not told in this language."))?;
    let before = app.db.tries(&staff.district.id, staff.account()).await?;
    let record = TryRecord {
        id: new_id(app.now()),
        scenario_id: scenario.id.clone(),
        locale: new.locale.clone(),
        title: told.title.clone(),
        body: text.as_str().to_owned(),
        hints: new.hints.iter().filter(|h| HintKind::parse(h).is_some()).take(50).cloned().collect(),
        at: app.now().as_millisecond(),
    };
    let mut tx = app.db.begin().await?;
    // The oldest makes room for the newest.
    for old in before.iter().skip(MOST_TRIES - 1) {
        tx.delete_tries(&staff.district.id, staff.account(), Some(&old.id)).await?;
    }
    tx.insert_try(&staff.district.id, staff.account(), &record).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(api::Made { id: record.id })))
}

async fn forget(app: &App, staff: &Staff, id: Option<&str>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let gone = tx.delete_tries(&staff.district.id, staff.account(), id).await?;
    tx.commit().await?;
    if id.is_some() && gone == 0 { Err(Error::NotFound) } else { Ok(StatusCode::NO_CONTENT) }
}

/// `DELETE /practice/tries`: all of one's own.
pub(crate) async fn forget_tries(State(app): State<Arc<App>>, staff: Staff) -> Result<StatusCode> {
    forget(&app, &staff, None).await
}

/// `DELETE /practice/tries/{try}`
pub(crate) async fn forget_try(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Result<StatusCode> {
    forget(&app, &staff, Some(&id)).await
}
