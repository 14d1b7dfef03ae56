//! Alerts of inquiries: what was raised, who has it, whether it was right.

use super::deeds::client_key;
use super::inquiry::as_item;
use super::session::{Opened, Staff};
use super::staff::{Given, given, time};
use crate::access::Action;
use crate::alert::{self, Said, said_in_all};
use crate::app::App;
use crate::error::Error;
use crate::store::{AlertMatch, AlertRecord, InquiryRecord, Result};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use porchlight_shared::api;
use std::sync::Arc;

/// The alerts of an inquiry; of what the reader may not read, only that they are there.
pub(super) async fn alerts_of(app: &App, staff: &Staff, inquiry: &InquiryRecord, sealed: bool) -> Result<Vec<api::Alert>> {
    let records = app.db.alerts_of(&staff.district.id, &inquiry.id).await?;
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let said = if sealed { Vec::new() } else { said_by_sender(app, staff, inquiry).await? };
    let mut shown = Vec::new();
    for record in &records {
        shown.push(as_shown(app, staff, record, &said, sealed).await?);
    }
    Ok(shown)
}

async fn said_by_sender(app: &App, staff: &Staff, inquiry: &InquiryRecord) -> Result<Vec<Said>> {
    let district = &staff.district.id;
    let form = app.db.form(&staff.district, &inquiry.topic_id, inquiry.form_version).await?;
    let (thread, files) = (app.db.thread(district, &inquiry.id).await?, app.db.files_of(district, &inquiry.id).await?);
    Ok(said_in_all(inquiry, form.as_ref(), &thread, &files))
}

async fn as_shown(app: &App, staff: &Staff, record: &AlertRecord, said: &[Said], sealed: bool) -> Result<api::Alert> {
    let (district, now) = (&staff.district, app.now().as_millisecond());
    let colleague = |account: &Option<String>| account.as_deref().and_then(|a| staff.colleague(a, now));
    let told = app.db.alert_tellings(&district.id, &record.id).await?;
    let matches = if sealed { Vec::new() } else { app.db.alert_matches(&district.id, &record.id).await? };
    // Which category it is tells what a sealed one says.
    let name = district.alerts.get(&record.category_id).filter(|_| !sealed).map_or("Alert", |known| &known.category.name);
    Ok(api::Alert {
        id: record.id.clone(),
        category: if sealed { String::new() } else { record.category_id.clone() },
        name: name.to_owned(),
        raised_at: time(record.raised_at),
        by: colleague(&record.raised_by),
        acknowledged_at: record.acknowledged_at.map(time),
        acknowledged_by: colleague(&record.acknowledged_by),
        verdict: record.verdict,
        next_at: record.next_at.filter(|_| record.is_open()).map(time),
        told: told.iter().map(|t| district.directory.name(&t.recipient).to_owned()).collect(),
        matches: matches.iter().map(|m| as_match(m, said)).collect(),
    })
}

pub(super) fn as_match(found: &AlertMatch, said: &[Said]) -> api::AlertMatch {
    let place = |at: i64| usize::try_from(at).unwrap_or(0);
    let text = said.iter().find(|s| s.place == found.place).and_then(|s| s.text.get(place(found.start)..place(found.end)));
    api::AlertMatch {
        keyword: found.keyword.clone(),
        locale: found.locale.clone(),
        how: found.how,
        place: found.place.clone(),
        text: text.unwrap_or_default().to_owned(),
    }
}

/// `GET /alerts`: what nobody has yet, as far as the reader may know of it.
pub(crate) async fn open(State(app): State<Arc<App>>, staff: Staff) -> Result<Json<api::OpenAlerts>> {
    let now = app.now().as_millisecond();
    let mut alerts = Vec::new();
    for record in app.db.open_alerts(&staff.district.id).await? {
        let found = match Opened::find(&app, &staff, &record.inquiry_id, Action::Know).await {
            Ok((inquiry, standing)) => (inquiry, standing),
            Err(Error::NotFound | Error::Forbidden) => continue,
            Err(other) => return Err(other),
        };
        let sealed = !staff.asker.may(Action::See, &found.0, found.1);
        let said = if sealed { Vec::new() } else { said_by_sender(&app, &staff, &found.0).await? };
        let alert = as_shown(&app, &staff, &record, &said, sealed).await?;
        alerts.push(api::OpenAlert { alert, inquiry: staff.line(&as_item(&found.0), now, sealed, Vec::new()) });
    }
    Ok(Json(api::OpenAlerts { alerts }))
}

/// `POST /inquiries/{id}/alerts`
pub(crate) async fn raise(
    State(app): State<Arc<App>>,
    opened: Opened,
    headers: HeaderMap,
    body: Given<api::NewAlert>,
) -> Result<StatusCode> {
    let new = given(body, "Send category as JSON.")?;
    let key = client_key(&headers)?;
    if opened.staff.district.alerts.get(&new.category).is_none() {
        return Err(Error::refused("category", "There is no such category. Please choose one of the list."));
    }
    let (district, account) = (&opened.staff.district, opened.staff.account());
    alert::raise_by_hand(&app, district, account, &opened.inquiry.id, &new.category, &key).await?;
    Ok(StatusCode::CREATED)
}

/// `PUT /inquiries/{id}/alerts/{alert}/acknowledgement`
pub(crate) async fn acknowledge(
    State(app): State<Arc<App>>,
    opened: Opened,
    Path((_, alert)): Path<(String, String)>,
) -> Result<StatusCode> {
    let Opened { staff, inquiry, .. } = &opened;
    alert::acknowledge(&app, &staff.district, staff.account(), &inquiry.id, &alert).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /inquiries/{id}/alerts/{alert}/verdict`
pub(crate) async fn judge(
    State(app): State<Arc<App>>,
    opened: Opened,
    Path((_, alert)): Path<(String, String)>,
    body: Given<api::NewVerdict>,
) -> Result<StatusCode> {
    let verdict = given(body, "Send verdict as JSON: right or false_alarm.")?.verdict;
    let Opened { staff, inquiry, .. } = &opened;
    alert::judge(&app, &staff.district, staff.account(), &inquiry.id, &alert, Some(verdict)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /inquiries/{id}/alerts/{alert}/verdict`
pub(crate) async fn unjudge(
    State(app): State<Arc<App>>,
    opened: Opened,
    Path((_, alert)): Path<(String, String)>,
) -> Result<StatusCode> {
    let Opened { staff, inquiry, .. } = &opened;
    alert::judge(&app, &staff.district, staff.account(), &inquiry.id, &alert, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
