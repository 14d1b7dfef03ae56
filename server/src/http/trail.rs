//! The audit trail, read and exported.

use super::session::Staff;
use super::staff::time;
use crate::app::App;
use crate::error::Error;
use crate::store::{AuditRecord, DistrictRecord, Result, TrailFilter};
use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use porchlight_shared::api;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Entries of a page.
const PAGE: u32 = 100;
/// Entries that are exported at a time.
const EXPORTED: u32 = 1_000;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrailQuery {
    account: Option<String>,
    action: Option<String>,
    inquiry: Option<String>,
    /// RFC 3339.
    from: Option<String>,
    before: Option<String>,
    after: Option<String>,
}

/// What an entry says in words: from what, to what, and why.
pub(super) fn said(entry: &AuditRecord, district: &DistrictRecord) -> (Option<String>, Option<String>, Option<String>) {
    let detail = &entry.detail;
    let first = district.district.first_locale();
    let account = |value: &Value| value.as_str().map(|id| district.directory.name(id).to_owned());
    let accounts = |value: &Value| {
        let names: Vec<String> = value.as_array().into_iter().flatten().filter_map(account).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let words = |value: &Value| {
        let all: Vec<&str> = value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        (!all.is_empty()).then(|| all.join(", "))
    };
    let plain = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(String::from(if *flag { "yes" } else { "no" })),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    };
    let moment = |value: &Value| {
        let at = Timestamp::from_millisecond(value.as_i64()?).ok()?;
        Some(district.calendar.say(at, crate::locale::phrases(first)))
    };
    let reason = detail["reason"].as_str().filter(|r| !r.is_empty()).map(str::to_owned);
    let nobody = || Some(String::from("nobody"));
    let (from, to) = match entry.action.as_str() {
        "assigned" | "fallback_owner_set" | "department_owner_set" => {
            let topics = (detail["topic_from"].as_str(), detail["topic_to"].as_str());
            let with = |name: Option<String>, topic: Option<&str>, due: &Value| {
                let mut parts: Vec<String> = name.into_iter().collect();
                parts.extend(topic.map(|t| district.topic_label(t, first).to_owned()));
                parts.extend(moment(due));
                (!parts.is_empty()).then(|| parts.join(", "))
            };
            let (from, to) = (account(&detail["from"]).or_else(nobody), account(&detail["to"]).or_else(nobody));
            (with(from, topics.0, &detail["due_from"]), with(to, topics.1, &detail["due_to"]))
        }
        "received" => (None, account(&detail["to"])),
        "tagged" => (words(&detail["removed"]), words(&detail["added"])),
        "let_in" => (None, accounts(&detail["let_in"]).or_else(|| accounts(&detail["to"]))),
        "noted" => (None, accounts(&detail["let_in"])),
        "taken_out" => (account(&detail["from"]), None),
        "undone" => (plain(&detail["status_from"]), plain(&detail["status_to"])),
        "absence_set" => (moment(&detail["from"]), moment(&detail["to"])),
        "role_set" | "deactivated" | "reactivated" => {
            let who = account(&detail["account"]);
            let to = plain(&detail["to"]).filter(|_| entry.action == "role_set");
            (who.clone().or_else(|| plain(&detail["from"])), to)
        }
        _ => (plain(&detail["from"]), plain(&detail["to"])),
    };
    (from, to, reason)
}

fn filter_of(query: &TrailQuery) -> Result<TrailFilter> {
    let moment = |text: &Option<String>| {
        let text = text.as_deref().filter(|t| !t.is_empty());
        text.map(|t| t.parse::<Timestamp>().map(|at| at.as_millisecond()))
            .transpose()
            .map_err(|_| Error::Request("from and before take a time, like 2026-11-23T00:00:00Z."))
    };
    let given = |text: &Option<String>| text.clone().filter(|t| !t.is_empty());
    Ok(TrailFilter {
        account: given(&query.account),
        action: given(&query.action),
        inquiry: given(&query.inquiry),
        from: moment(&query.from)?,
        before: moment(&query.before)?,
        after: given(&query.after),
        limit: PAGE + 1,
    })
}

fn shown(entry: &AuditRecord, district: &DistrictRecord, references: &BTreeMap<String, String>, sealed: bool) -> api::TrailEntry {
    let (mut from, mut to, mut reason) = said(entry, district);
    let mut detail = entry.detail.to_string();
    // Of what is confidential and not open to the reader: who did what, and why somebody opened it; no other words.
    if sealed && entry.action != "unsealed" {
        reason = None;
        detail = String::from("{}");
        if entry.action == "tagged" {
            (from, to) = (None, None);
        }
    }
    api::TrailEntry {
        at: time(entry.at),
        by: entry.account_name.clone(),
        action: entry.action.clone(),
        reference: entry.inquiry_id.as_ref().and_then(|id| references.get(id).cloned()),
        inquiry: entry.inquiry_id.clone(),
        from,
        to,
        reason,
        detail,
    }
}

async fn entries(app: &App, staff: &Staff, filter: &TrailFilter) -> Result<(Vec<api::TrailEntry>, Option<String>)> {
    let mut all = app.db.trail(&staff.district.id, filter).await?;
    let page = filter.limit as usize - 1;
    let more = all.len() > page;
    all.truncate(page);
    let mut ids: Vec<String> = all.iter().filter_map(|e| e.inquiry_id.clone()).collect();
    ids.sort();
    ids.dedup();
    let (mut references, mut sealed) = (BTreeMap::new(), BTreeSet::new());
    for some in ids.chunks(500) {
        let lines = app.db.lines(&staff.district.id, some).await?;
        let confidential: Vec<&str> = lines.values().filter(|l| l.confidential).map(|l| l.id.as_str()).collect();
        let opened = app.db.opened(&staff.district.id, staff.account(), &confidential, app.now().as_millisecond()).await?;
        sealed.extend(confidential.iter().filter(|id| !opened.contains(**id)).map(|id| (*id).to_owned()));
        references.extend(lines.into_iter().map(|(id, line)| (id, line.reference)));
    }
    let next = all.last().filter(|_| more).map(|e| e.id.clone());
    let is_sealed = |e: &AuditRecord| e.inquiry_id.as_ref().is_some_and(|id| sealed.contains(id));
    Ok((all.iter().map(|e| shown(e, &staff.district, &references, is_sealed(e))).collect(), next))
}

fn cells(entry: api::TrailEntry) -> [String; 8] {
    let of = |cell: Option<String>| harmless(&cell.unwrap_or_default());
    [
        entry.at,
        of(entry.by),
        harmless(&entry.action),
        of(entry.reference),
        of(entry.from),
        of(entry.to),
        of(entry.reason),
        harmless(&entry.detail),
    ]
}

/// `GET /trail`: a page as JSON, or with `Accept: text/csv` all of it.
pub(crate) async fn trail(
    State(app): State<Arc<App>>,
    staff: Staff,
    Query(query): Query<TrailQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let mut filter = filter_of(&query)?;
    let csv = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("text/csv"));
    if !csv {
        let (entries, next) = entries(&app, &staff, &filter).await?;
        return Ok(Json(api::Trail { entries, next }).into_response());
    }
    filter.limit = EXPORTED + 1;
    // Page by page as it is read, so that an export of years needs no more memory than one of a day. One that breaks off
    // is a broken answer, not a short one.
    let head = ["at", "by", "action", "inquiry", "from", "to", "reason", "detail"];
    let begin = (Some(filter), vec![head.map(str::to_owned)]);
    let pages = futures_util::stream::try_unfold(begin, move |(filter, mut rows)| {
        let (app, staff) = (app.clone(), staff.clone());
        async move {
            let Some(mut filter) = filter else { return Ok::<_, Error>(None) };
            let (page, next) = entries(&app, &staff, &filter).await?;
            rows.extend(page.into_iter().map(cells));
            let mut out = csv::Writer::from_writer(Vec::new());
            for row in &rows {
                out.write_record(row).map_err(|e| Error::Corrupt(e.to_string()))?;
            }
            let bytes = out.into_inner().map_err(|e| Error::Corrupt(e.to_string()))?;
            filter.after = next;
            Ok(Some((bytes, (filter.after.is_some().then_some(filter), Vec::new()))))
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit-trail.csv\""),
    ];
    Ok((headers, Body::from_stream(pages)).into_response())
}

/// A cell that no spreadsheet takes for a formula (OWASP, CSV injection).
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}
