//! Promised times of one inquiry: moving one for a reason, and asking for quiet while somebody is at it.

use super::deeds::{reason, step};
use super::session::Opened;
use super::staff::{Given, given};
use crate::answer::Deed;
use crate::app::App;
use crate::error::Error;
use crate::store::Result;
use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use porchlight_shared::api;
use std::sync::Arc;

/// Whoever says that they are at it is not reminded for so many business hours.
const AT_IT_HOURS: i64 = 4;
/// Nobody is quiet for longer than so many business hours.
const MOST_QUIET_HOURS: i64 = 24;

/// `PUT /inquiries/{id}/due`: another time, for a reason that is kept; the sender is told.
pub(crate) async fn postpone(State(app): State<Arc<App>>, opened: Opened, body: Given<api::NewDue>) -> Result<Json<api::Done>> {
    let new = given(body, "Send due and reason as JSON.")?;
    let why = reason(&new.reason)?;
    if why.chars().count() < 3 {
        return Err(Error::refused("reason", "Please say why another time is promised."));
    }
    let wrong = || Error::refused("due", "Please give a time to come, like 2026-11-24T16:00:00Z.");
    let due = new.due.parse::<Timestamp>().ok().filter(|at| *at > app.now()).ok_or_else(wrong)?;
    step(&app, &opened, Deed::Postpone { due, reason: &why }).await
}

/// `PUT /inquiries/{id}/quiet`: no reminders for a while; the due time stays as it is.
pub(crate) async fn quiet(State(app): State<Arc<App>>, opened: Opened, body: Given<api::Quiet>) -> Result<Json<api::Done>> {
    let asked = given(body, "Send until and reason as JSON, or {} for “I am at it”.")?;
    let hours = opened.staff.district.calendar.of(opened.inquiry.school_id.as_deref());
    let now = app.now();
    let after = |business: i64| hours.after(now, business * 3_600_000).unwrap_or(now);
    let why = reason(&asked.reason)?;
    let until = match asked.until.as_deref().filter(|until| !until.is_empty()) {
        None => after(AT_IT_HOURS),
        Some(until) => {
            let latest = after(MOST_QUIET_HOURS);
            let wrong =
                || Error::refused("until", "Please give a time within the next three working days, like 2026-11-24T16:00:00Z.");
            let until = until.parse::<Timestamp>().ok().filter(|at| *at > now && *at <= latest).ok_or_else(wrong)?;
            if why.is_empty() {
                return Err(Error::refused("reason", "Please say in a few words what it waits for. Colleagues read it."));
            }
            until
        }
    };
    step(&app, &opened, Deed::Quiet { until, reason: &why }).await
}
