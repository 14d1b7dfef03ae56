//! What is done with many inquiries at once, and taken back.

use super::deeds::{goes_without_saying, hand_over, reason};
use super::inquiry::as_item;
use super::session::{Opened, Staff};
use super::staff::{Given, given, tags};
use crate::access::Action;
use crate::answer::{self, Actor, Deed, act_on_all};
use crate::app::App;
use crate::error::Error;
use crate::store::{Filter, ListItem, Result};
use axum::Json;
use axum::extract::{Path, State};
use porchlight_shared::api;
use porchlight_shared::problem::ProblemKind;
use std::sync::Arc;

/// Inquiries of one deed for many.
const MOST_AT_ONCE: usize = 200;

/// `POST /bulk`
pub(crate) async fn bulk(State(app): State<Arc<App>>, staff: Staff, body: Given<api::Bulk>) -> Result<Json<api::Done>> {
    let bulk = given(body, "Send ids and do as JSON.")?;
    if bulk.ids.is_empty() || bulk.ids.len() > MOST_AT_ONCE {
        return Err(Error::refused("ids", "Please choose one to 200 inquiries."));
    }
    let action = if matches!(bulk.deed, api::BulkDeed::Assign(_)) { Action::Assign } else { Action::Work };
    let (mut fit, mut skipped) = (Vec::new(), Vec::new());
    let mut ids = bulk.ids.clone();
    ids.sort();
    ids.dedup();
    let to_me = matches!(&bulk.deed, api::BulkDeed::Assign(to) if to.owner.as_deref() == Some(staff.account()));
    for id in ids {
        match Opened::find(&app, &staff, &id, action).await {
            // What one may not read one does not take: to read it one says why.
            Ok((inquiry, standing)) if to_me && !staff.asker.may(Action::See, &inquiry, standing) => {
                skipped.push((id, "not_yours"))
            }
            Ok((inquiry, _)) => fit.push(as_item(&inquiry)),
            Err(Error::Forbidden | Error::NotFound) => skipped.push((id, "not_yours")),
            Err(other) => return Err(other),
        }
    }
    let (why, add, remove);
    let deed = match &bulk.deed {
        api::BulkDeed::Close => Deed::Close,
        api::BulkDeed::Tag(change) => {
            (add, remove) = tags(change)?;
            Deed::Tag { add: &add, remove: &remove }
        }
        api::BulkDeed::Assign(asked) => {
            why = reason(&asked.reason)?;
            let to = hand_over(&staff, asked, &why, app.now())?;
            let owner = to.owner.as_deref().ok_or_else(|| Error::field("owner", ProblemKind::Required))?;
            let silent = |item: &ListItem| goes_without_saying(&staff, item.owner_id.as_deref(), Some(owner), to.topic);
            if why.is_empty() && !fit.iter().all(silent) {
                return Err(Error::refused("reason", "Please say in a few words why, so that the next person need not ask."));
            }
            Deed::Assign(to)
        }
    };
    let ids: Vec<String> = fit.iter().map(|i| i.id.clone()).collect();
    let mut done = api::Done::default();
    if !ids.is_empty() {
        let actor = Actor::Staff(staff.account());
        let outcome = act_on_all(&app, &staff.district, &ids, actor, &deed, "").await;
        let (acted, left_out) = match outcome {
            // One alone is an error of its own; here it is one that was left out.
            Err(Error::Conflict) => (answer::Acted::default(), ids),
            other => other?,
        };
        done.undo = acted.undo;
        skipped.extend(left_out.into_iter().map(|id| (id, "not_now")));
    }
    done.skipped = told(&app, &staff, skipped).await?;
    Ok(Json(done))
}

/// What was left out, with the reference of those that the asker may know of.
async fn told(app: &App, staff: &Staff, left_out: Vec<(String, &str)>) -> Result<Vec<api::Skipped>> {
    let filter = Filter {
        ids: Some(left_out.iter().map(|(id, _)| id.clone()).collect()),
        merged: true,
        limit: 200,
        ..Filter::of(staff.asker.scope())
    };
    let known = app.db.inquiries(&staff.district.id, &filter).await?;
    let each = left_out.into_iter().map(|(id, why)| {
        let reference = known.iter().find(|i| i.id == id).map(|i| i.reference.clone()).unwrap_or_default();
        api::Skipped { id, reference, why: why.to_owned() }
    });
    Ok(each.collect())
}

/// `POST /undo/{undo}`
pub(crate) async fn undo(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Result<Json<api::Done>> {
    let left = answer::undo(&app, &staff.district, staff.account(), &id).await?;
    let skipped = told(&app, &staff, left.into_iter().map(|id| (id, "changed")).collect()).await?;
    Ok(Json(api::Done { undo: None, skipped }))
}
