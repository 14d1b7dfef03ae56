//! Who is responsible: teams, department owners, the fallback owner; and who is away.

use super::audit;
use crate::app::{App, new_id};
use crate::error::Error;
use crate::routing::{Absence, Person, Team};
use crate::store::{DistrictRecord, Result};
use jiff::ToSpan;
use porchlight_shared::problem::ProblemKind;
use serde_json::json;

/// Who may own: of the district, active, of a role that owns.
fn can_own(district: &DistrictRecord, field: &'static str, account: &str) -> Result<()> {
    let fit = district.directory.people.get(account).is_some_and(|p| p.active && Person::can_own(p.role));
    if fit { Ok(()) } else { Err(Error::field(field, ProblemKind::NotOffered)) }
}

/// Puts a topic's team in place.
///
/// # Errors
/// Somebody is not of the district, or may not own; there is no such topic; the database refused.
pub async fn set_team(app: &App, district: &DistrictRecord, by: &str, topic: &str, team: &Team) -> Result<()> {
    district.district.topic(topic).ok_or(Error::NotFound)?;
    if let Some(owner) = &team.owner {
        can_own(district, "owner", owner)?;
    }
    if team.members.iter().any(|m| !district.directory.people.get(m).is_some_and(|p| p.active)) {
        return Err(Error::field("members", ProblemKind::NotOffered));
    }
    let before = district.directory.teams.get(topic).cloned().unwrap_or_default();
    let mut tx = app.db.begin().await?;
    tx.set_team(&district.id, topic, team).await?;
    let detail = json!({ "topic": topic, "from": { "owner": before.owner, "members": before.members }, "to": { "owner": team.owner, "members": team.members } });
    audit(&mut tx, &district.id, Some(by), "team_set", &detail, app.now()).await?;
    tx.commit().await?;
    app.refresh_districts().await
}

/// Names the owner of a department, or nobody.
///
/// # Errors
/// They may not own; there is no such department; the database refused.
pub async fn set_department_owner(
    app: &App,
    district: &DistrictRecord,
    by: &str,
    department: &str,
    owner: Option<&str>,
) -> Result<()> {
    if !district.district.departments.iter().any(|d| d.id == department) {
        return Err(Error::NotFound);
    }
    if let Some(owner) = owner {
        can_own(district, "owner", owner)?;
    }
    let mut tx = app.db.begin().await?;
    tx.set_department_owner(&district.id, department, owner).await?;
    let detail = json!({ "department": department, "from": district.directory.department_owners.get(department), "to": owner });
    audit(&mut tx, &district.id, Some(by), "department_owner_set", &detail, app.now()).await?;
    tx.commit().await?;
    app.refresh_districts().await
}

/// Names who gets what has no other owner. There is always one.
///
/// # Errors
/// They may not own; the database refused.
pub async fn set_fallback(app: &App, district: &DistrictRecord, by: &str, owner: Option<&str>) -> Result<()> {
    let owner = owner.ok_or_else(|| Error::field("owner", ProblemKind::Required))?;
    can_own(district, "owner", owner)?;
    let mut tx = app.db.begin().await?;
    tx.set_fallback_owner(&district.id, owner).await?;
    // Deactivated a moment ago, by somebody else.
    if !tx.is_active(&district.id, owner).await? {
        return Err(Error::field("owner", ProblemKind::NotOffered));
    }
    let detail = json!({ "from": district.directory.fallback, "to": owner });
    audit(&mut tx, &district.id, Some(by), "fallback_owner_set", &detail, app.now()).await?;
    tx.commit().await?;
    app.refresh_districts().await
}

/// Keeps an absence. Days are the district's own, both included.
///
/// # Errors
/// The days or the stand-in cannot be; the database refused.
pub async fn go_away(
    app: &App,
    district: &DistrictRecord,
    by: &str,
    account: &str,
    away: &porchlight_shared::api::NewAbsence,
) -> Result<()> {
    let now = app.now();
    let day = |field: &'static str, text: &str| {
        text.parse::<jiff::civil::Date>().map_err(|_| Error::refused(field, "Please give a day, like 2026-11-23."))
    };
    let (from, to) = (day("from", &away.from)?, day("to", &away.to)?);
    if to < from {
        return Err(Error::refused("to", "The last day is before the first. Please exchange them."));
    }
    let start = |day: jiff::civil::Date| day.to_zoned(district.calendar.zone().clone()).map(|at| at.timestamp().as_millisecond());
    let impossible = |_| Error::refused("to", "This day is too far away.");
    let absence = Absence {
        account: account.to_owned(),
        starts_at: start(from).map_err(impossible)?,
        ends_at: start(to.checked_add(1.day()).map_err(impossible)?).map_err(impossible)?,
        stand_in: away.stand_in.clone().filter(|s| !s.is_empty()),
    };
    if absence.ends_at <= now.as_millisecond() {
        return Err(Error::refused("to", "These days are over. Please give days to come."));
    }
    if let Some(stand_in) = &absence.stand_in {
        if stand_in == account {
            return Err(Error::refused("stand_in", "Somebody else has to stand in."));
        }
        can_own(district, "stand_in", stand_in)?;
        let mut with = district.directory.clone();
        with.absences.push(absence.clone());
        if with.circle(account) {
            let words = format!(
                "{} is away at the same time, and whoever stands in for them leads back here. Please choose somebody else.",
                with.name(stand_in)
            );
            return Err(Error::refused("stand_in", words));
        }
    }
    let mut tx = app.db.begin().await?;
    let id = new_id(now);
    tx.insert_absence(&district.id, &id, &absence, now.as_millisecond()).await?;
    let detail = json!({ "account": account, "absence": id, "from": absence.starts_at, "to": absence.ends_at, "stand_in": absence.stand_in });
    audit(&mut tx, &district.id, Some(by), "absence_set", &detail, now).await?;
    tx.commit().await?;
    app.refresh_districts().await
}

/// Ends an absence, or takes it back.
///
/// # Errors
/// [`Error::NotFound`], or the database refused.
pub async fn come_back(app: &App, district: &DistrictRecord, by: &str, account: &str, id: &str) -> Result<()> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    tx.end_absence(&district.id, id, account, now.as_millisecond()).await?;
    audit(&mut tx, &district.id, Some(by), "absence_ended", &json!({ "account": account, "absence": id }), now).await?;
    tx.commit().await?;
    app.refresh_districts().await
}
