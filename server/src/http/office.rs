//! The district's people, for administrators: who is here, as what, for what, and who comes and goes.

use super::account::absence;
use super::session::Staff;
use super::staff::{Given, given, time};
use crate::app::App;
use crate::error::Error;
use crate::people::{self, Invite};
use crate::routing::Team;
use crate::store::{NewAudit, Result};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use porchlight_shared::api;
use serde_json::json;
use std::sync::Arc;

/// `GET /people`
pub(crate) async fn people(State(app): State<Arc<App>>, staff: Staff) -> Result<Json<api::People>> {
    let now = app.now().as_millisecond();
    let (record, directory) = (&staff.district, &staff.district.directory);
    let first = record.district.first_locale();
    let absences = app.db.absences(&record.id, now).await?;
    let person = |p: &crate::store::StaffRecord| api::Person {
        account_id: p.account_id.clone(),
        name: p.name.clone(),
        email: p.email.clone(),
        title: p.title.clone(),
        role: p.role,
        left: p.disabled,
        second_factor: p.second_factor,
        absences: absences.iter().filter(|a| a.absence.account == p.account_id).map(|a| absence(&staff, a, now)).collect(),
    };
    let department = |id: &str| {
        let found = record.district.departments.iter().find(|d| d.id == id);
        let label = found.map_or(id, |d| d.label.get(first));
        api::Named { id: id.to_owned(), label: label.to_owned() }
    };
    let team = |topic: &porchlight_shared::district::Topic| {
        let team = directory.teams.get(&topic.id).cloned().unwrap_or_default();
        api::TopicTeam {
            topic: staff.topic(&topic.id),
            department: department(&topic.department),
            owner: team.owner,
            members: team.members,
        }
    };
    let invitations = app.db.open_invitations(&record.id).await?.into_iter().map(|i| api::Invitation {
        id: i.id,
        email: i.email,
        name: i.name,
        role: i.role,
        expires_at: time(i.expires_at),
        expired: i.expires_at <= now,
    });
    Ok(Json(api::People {
        people: staff.people.iter().map(person).collect(),
        invitations: invitations.collect(),
        topics: record.district.topics.iter().map(team).collect(),
        departments: record
            .district
            .departments
            .iter()
            .map(|d| api::DepartmentOwner {
                department: department(&d.id),
                owner: directory.department_owners.get(&d.id).cloned(),
            })
            .collect(),
        fallback: directory.fallback.clone(),
        second_factor_required: record.second_factor,
    }))
}

/// `POST /invitations`
pub(crate) async fn invite(
    State(app): State<Arc<App>>,
    staff: Staff,
    body: Given<api::NewInvitation>,
) -> Result<(StatusCode, Json<api::Made>)> {
    let new = given(body, "Send email, name, title and role as JSON.")?;
    let invite = Invite { email: &new.email, name: &new.name, title: &new.title, role: new.role };
    let id = people::invite(&app, &staff.district, staff.account(), &invite).await?;
    Ok((StatusCode::CREATED, Json(api::Made { id })))
}

/// `POST /invitations/{invitation}/mail`
pub(crate) async fn invite_again(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Result<StatusCode> {
    people::invite_again(&app, &staff.district, staff.account(), &id).await?;
    Ok(StatusCode::ACCEPTED)
}

/// `DELETE /invitations/{invitation}`
pub(crate) async fn uninvite(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Result<StatusCode> {
    people::uninvite(&app, &staff.district, staff.account(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /people/{person}`
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(person): Path<String>,
    body: Given<api::PersonChange>,
) -> Result<StatusCode> {
    let change = given(body, "Send role and title as JSON.")?;
    people::set_role(&app, &staff.district, staff.account(), &person, change.role, &change.title).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /people/{person}/deactivation`
pub(crate) async fn deactivate(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(person): Path<String>,
    body: Given<api::Deactivation>,
) -> Result<Json<api::Deactivated>> {
    let asked = given(body, "Send confidential_to as JSON.")?;
    if person == staff.asker.account_id {
        return Err(Error::refused("person", "Nobody deactivates themselves. Another administrator can."));
    }
    let to = asked.confidential_to.as_deref();
    let done = people::deactivate(&app, &staff.district, staff.account(), &person, to).await?;
    let name = done.to.as_deref().map(|to| staff.district.directory.name(to).to_owned());
    Ok(Json(api::Deactivated { handed_over: done.count, to: name, confidential: done.confidential }))
}

/// `DELETE /people/{person}/deactivation`
pub(crate) async fn reactivate(State(app): State<Arc<App>>, staff: Staff, Path(person): Path<String>) -> Result<StatusCode> {
    people::reactivate(&app, &staff.district, staff.account(), &person).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn is_here(staff: &Staff, person: &str) -> Result<()> {
    if staff.people.iter().any(|p| p.account_id == person) { Ok(()) } else { Err(Error::NotFound) }
}

/// `POST /people/{person}/absences`: for somebody who fell ill.
pub(crate) async fn send_away(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(person): Path<String>,
    body: Given<api::NewAbsence>,
) -> Result<StatusCode> {
    let away = given(body, "Send from, to and stand_in as JSON.")?;
    is_here(&staff, &person)?;
    people::go_away(&app, &staff.district, staff.account(), &person, &away).await?;
    Ok(StatusCode::CREATED)
}

/// `DELETE /people/{person}/absences/{absence}`
pub(crate) async fn fetch_back(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path((person, id)): Path<(String, String)>,
) -> Result<StatusCode> {
    people::come_back(&app, &staff.district, staff.account(), &person, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /people/{person}/second-factor`: for somebody who lost their phone and their codes.
pub(crate) async fn reset_second_factor(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(person): Path<String>,
) -> Result<StatusCode> {
    is_here(&staff, &person)?;
    // The account works elsewhere, too: nobody there asked for this.
    let districts = app.db.districts_of(&person).await?;
    if districts.iter().any(|d| *d != staff.district.id) {
        return Err(Error::refused("person", "This account works in another district, too. Ask who runs the server."));
    }
    let mut tx = app.db.begin().await?;
    tx.set_second_factor_of(&person, None).await?;
    tx.delete_sessions_of(&person).await?;
    let detail = json!({ "account": person }).to_string();
    let entry =
        NewAudit { inquiry: None, account: Some(staff.account()), action: "second_factor_reset", detail: &detail, at: app.now() };
    tx.insert_audit(&staff.district.id, &entry).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /topics/{topic}/team`
pub(crate) async fn team(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(topic): Path<String>,
    body: Given<api::TeamChange>,
) -> Result<StatusCode> {
    let change = given(body, "Send owner and members as JSON.")?;
    let team = Team { owner: change.owner, members: change.members };
    people::set_team(&app, &staff.district, staff.account(), &topic, &team).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /departments/{department}/owner`
pub(crate) async fn department_owner(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(department): Path<String>,
    body: Given<api::OwnerChange>,
) -> Result<StatusCode> {
    let owner = given(body, "Send owner as JSON.")?.owner;
    people::set_department_owner(&app, &staff.district, staff.account(), &department, owner.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /fallback-owner`
pub(crate) async fn fallback(State(app): State<Arc<App>>, staff: Staff, body: Given<api::OwnerChange>) -> Result<StatusCode> {
    let owner = given(body, "Send owner as JSON.")?.owner;
    people::set_fallback(&app, &staff.district, staff.account(), owner.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /second-factor`
pub(crate) async fn require_second_factor(
    State(app): State<Arc<App>>,
    staff: Staff,
    body: Given<api::Required>,
) -> Result<StatusCode> {
    let required = given(body, "Send required as JSON.")?.required;
    // Whoever asks it of all has it, and so does not lock themselves out.
    if required && !staff.own()?.second_factor {
        return Err(Error::refused("required", "Set up your own second factor first, under “Me”."));
    }
    let mut tx = app.db.begin().await?;
    tx.set_second_factor(&staff.district.id, required).await?;
    let detail = json!({ "from": staff.district.second_factor, "to": required }).to_string();
    let entry = NewAudit {
        inquiry: None,
        account: Some(staff.account()),
        action: "second_factor_required",
        detail: &detail,
        at: app.now(),
    };
    tx.insert_audit(&staff.district.id, &entry).await?;
    tx.commit().await?;
    app.refresh_districts().await?;
    Ok(StatusCode::NO_CONTENT)
}
