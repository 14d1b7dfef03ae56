//! Oneself: the second factor, the password, absences, and what one is told.

use super::session::Staff;
use super::staff::{Given, given, time};
use crate::app::App;
use crate::error::Error;
use crate::limit::Action;
use crate::notice::clock;
use crate::store::{AbsenceRecord, NewAudit, ReadNotices, Result};
use crate::{password, people, second_factor};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use porchlight_shared::api;
use serde::Deserialize;
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

async fn audit(app: &App, staff: &Staff, action: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let entry = NewAudit { inquiry: None, account: Some(staff.account()), action, detail: "{}", at: app.now() };
    tx.insert_audit(&staff.district.id, &entry).await?;
    tx.commit().await
}

/// Asks for the password again, and counts the tries like those of the log-in.
async fn right_password(app: &App, staff: &Staff, given: String) -> Result<()> {
    let account = app.db.account(staff.account()).await?.ok_or(Error::Unauthorized)?;
    // Counted by account alone: whoever sits here has a session already.
    app.limits.check(Action::LogIn, IpAddr::V4(Ipv4Addr::UNSPECIFIED), &account.email)?;
    let _slot = app.password_slots.acquire().await.map_err(|_| Error::Unavailable)?;
    let right = tokio::task::spawn_blocking(move || password::verify(&given, Some(&account.password_hash))).await;
    if right.unwrap_or(false) {
        Ok(())
    } else {
        Err(Error::refused("password", "This is not your password. Please type it again."))
    }
}

/// `PUT /me/password`
pub(crate) async fn change_password(
    State(app): State<Arc<App>>,
    staff: Staff,
    body: Given<api::NewPassword>,
) -> Result<StatusCode> {
    let change = given(body, "Send password and new as JSON.")?;
    right_password(&app, &staff, change.password).await?;
    people::good_password("new", &change.new)?;
    let hash = people::hash_password(&app, &change.new).await?;
    let mut tx = app.db.begin().await?;
    tx.set_password(staff.account(), &hash).await?;
    // Whoever knew the old one is out; this session stays.
    tx.delete_other_sessions(staff.account(), &staff.session).await?;
    tx.commit().await?;
    audit(&app, &staff, "password_changed").await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /me/second-factor`
pub(crate) async fn second_factor_state(State(app): State<Arc<App>>, staff: Staff) -> Result<Json<api::SecondFactorState>> {
    let kept = app.db.second_factor(staff.account()).await?;
    Ok(Json(api::SecondFactorState {
        on: kept.confirmed,
        required: staff.district.second_factor,
        recovery_codes_left: kept.codes_left,
    }))
}

/// `POST /me/second-factor`
pub(crate) async fn begin_second_factor(State(app): State<Arc<App>>, staff: Staff) -> Result<Json<api::SecondFactorSecret>> {
    second_factor::begin(&app, staff.account(), &staff.own()?.email).await.map(Json)
}

/// `PUT /me/second-factor`
pub(crate) async fn confirm_second_factor(
    State(app): State<Arc<App>>,
    staff: Staff,
    body: Given<api::Code>,
) -> Result<Json<api::RecoveryCodes>> {
    let code = given(body, "Send code as JSON.")?.code;
    app.limits.check(Action::LogIn, IpAddr::V4(Ipv4Addr::UNSPECIFIED), staff.account())?;
    let codes = second_factor::confirm(&app, staff.account(), &code).await?;
    audit(&app, &staff, "second_factor_on").await?;
    app.refresh_districts().await?;
    Ok(Json(api::RecoveryCodes { codes }))
}

/// `DELETE /me/second-factor`
pub(crate) async fn end_second_factor(
    State(app): State<Arc<App>>,
    staff: Staff,
    body: Given<api::Password>,
) -> Result<StatusCode> {
    let given = given(body, "Send password as JSON.")?;
    right_password(&app, &staff, given.password).await?;
    let mut tx = app.db.begin().await?;
    tx.set_second_factor_of(staff.account(), None).await?;
    tx.commit().await?;
    audit(&app, &staff, "second_factor_off").await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /me/recovery-codes`
pub(crate) async fn new_recovery_codes(
    State(app): State<Arc<App>>,
    staff: Staff,
    body: Given<api::Password>,
) -> Result<Json<api::RecoveryCodes>> {
    let given = given(body, "Send password as JSON.")?;
    right_password(&app, &staff, given.password).await?;
    if !app.db.second_factor(staff.account()).await?.confirmed {
        return Err(Error::refused("code", "Set up a second factor first; its recovery codes come with it."));
    }
    let codes = second_factor::renew_codes(&app, staff.account()).await?;
    audit(&app, &staff, "recovery_codes_renewed").await?;
    Ok(Json(api::RecoveryCodes { codes }))
}

/// Absences as they are listed.
pub(super) fn absence(staff: &Staff, record: &AbsenceRecord, now: i64) -> api::AbsenceShown {
    api::AbsenceShown {
        id: record.id.clone(),
        starts_at: time(record.absence.starts_at),
        ends_at: time(record.absence.ends_at),
        stand_in: record.absence.stand_in.as_deref().and_then(|s| staff.colleague(s, now)),
    }
}

/// `GET /me/absences`
pub(crate) async fn absences(State(app): State<Arc<App>>, staff: Staff) -> Result<Json<Vec<api::AbsenceShown>>> {
    let now = app.now().as_millisecond();
    let all = app.db.absences(&staff.district.id, now).await?;
    let mine = all.iter().filter(|a| a.absence.account == staff.asker.account_id);
    Ok(Json(mine.map(|a| absence(&staff, a, now)).collect()))
}

/// `POST /me/absences`
pub(crate) async fn go_away(State(app): State<Arc<App>>, staff: Staff, body: Given<api::NewAbsence>) -> Result<StatusCode> {
    let away = given(body, "Send from, to and stand_in as JSON.")?;
    people::go_away(&app, &staff.district, staff.account(), staff.account(), &away).await?;
    Ok(StatusCode::CREATED)
}

/// `DELETE /me/absences/{absence}`
pub(crate) async fn come_back(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Result<StatusCode> {
    people::come_back(&app, &staff.district, staff.account(), staff.account(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /me/notifications`
pub(crate) async fn notify_settings(staff: Staff) -> Result<Json<api::NotifySettings>> {
    Ok(Json(staff.own()?.notify.clone()))
}

/// `PUT /me/notifications`
pub(crate) async fn set_notify(
    State(app): State<Arc<App>>,
    staff: Staff,
    body: Given<api::NotifySettings>,
) -> Result<StatusCode> {
    let settings = given(body, "Send mail, quiet and daily_at as JSON.")?;
    let times = settings.quiet.iter().flat_map(|(from, to)| [("quiet", from), ("quiet", to)]);
    for (field, text) in times.chain([("daily_at", &settings.daily_at)]) {
        if clock(text).is_none() {
            return Err(Error::refused(field, "Please give a time of day, like 07:30."));
        }
    }
    if settings.quiet.as_ref().is_some_and(|(from, to)| from == to) {
        return Err(Error::refused(
            "quiet",
            "Quiet hours begin and end at the same time. To get no mail at all, choose “never”.",
        ));
    }
    let mut tx = app.db.begin().await?;
    tx.set_notify(&staff.district.id, staff.account(), &settings).await?;
    let detail = json!({ "account": staff.account(), "from": staff.own()?.notify, "to": settings }).to_string();
    let entry = NewAudit { inquiry: None, account: Some(staff.account()), action: "notify_set", detail: &detail, at: app.now() };
    tx.insert_audit(&staff.district.id, &entry).await?;
    tx.commit().await?;
    app.refresh_districts().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /me/preferences`
pub(crate) async fn set_preferences(
    State(app): State<Arc<App>>,
    staff: Staff,
    body: Given<api::Preferences>,
) -> Result<StatusCode> {
    let preferences = given(body, "Send coach as JSON: true or false.")?;
    let mut tx = app.db.begin().await?;
    tx.set_preferences(&staff.district.id, staff.account(), &preferences).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticesQuery {
    after: Option<String>,
}

/// `GET /notifications`
pub(crate) async fn notices(
    State(app): State<Arc<App>>,
    staff: Staff,
    Query(query): Query<NoticesQuery>,
) -> Result<Json<api::Notices>> {
    const PAGE: u32 = 30;
    let district = &staff.district.id;
    let mut all = app.db.notices(district, staff.account(), query.after.as_deref(), PAGE + 1).await?;
    let more = all.len() > PAGE as usize;
    all.truncate(PAGE as usize);
    let next = all.last().filter(|_| more).map(|n| n.id.clone());
    // What they may not see any more is not shown.
    let ids: Vec<String> = all.iter().map(|n| n.inquiry_id.clone()).collect();
    let filter =
        crate::store::Filter { ids: Some(ids), merged: true, limit: 200, ..crate::store::Filter::of(staff.asker.scope()) };
    let lines = staff.lines(&app, &app.db.inquiries(district, &filter).await?).await?;
    let notices = all.into_iter().filter_map(|notice| {
        let line = lines.iter().find(|l| l.id == notice.inquiry_id)?;
        let label = if line.sealed { String::from("A confidential inquiry") } else { line.summary.clone() };
        Some(api::Notice {
            id: notice.id,
            kind: notice.kind,
            inquiry: api::Named { id: notice.inquiry_id, label },
            reference: line.reference.clone(),
            by: notice.by.as_deref().map(|by| staff.district.directory.name(by).to_owned()),
            at: time(notice.at),
            read: notice.is_read,
        })
    });
    Ok(Json(api::Notices { notices: notices.collect(), unread: app.db.unread_notices(district, staff.account()).await?, next }))
}

/// `POST /notifications/read`
pub(crate) async fn read_notices(State(app): State<Arc<App>>, staff: Staff, body: Given<api::NoticesRead>) -> Result<StatusCode> {
    let which = given(body, "Send id or inquiry as JSON, or neither.")?;
    let about = match (&which.id, &which.inquiry) {
        (Some(id), _) => ReadNotices::One(id),
        (None, Some(inquiry)) => ReadNotices::About(inquiry),
        (None, None) => ReadNotices::All,
    };
    let mut tx = app.db.begin().await?;
    tx.read_notices(&staff.district.id, staff.account(), about, app.now().as_millisecond()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
