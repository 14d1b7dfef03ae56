//! Alert categories: reading and changing them, and trying words out before they count.

use super::alert::as_match;
use super::session::Staff;
use super::staff::{Given, given, short, time};
use crate::alert::{self, Alerts, Known, Matcher, category_problem, said_in_all};
use crate::app::App;
use crate::error::Error;
use crate::store::{NewAudit, Result};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use porchlight_shared::alert::{Category, WordLists};
use porchlight_shared::api;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Precision is counted over so many ms: 180 days.
const COUNTED_MS: i64 = 180 * 86_400_000;
/// Inquiries that words are tried on.
const TRIED: usize = 3_200;
/// Inquiries on which a new word is tried before it is taken.
const PROBED: usize = 400;
/// With fewer nothing is said about shares.
const PROBED_LEAST: usize = 50;
/// A keyword that hits more of a hundred inquiries is refused.
const TOO_MUCH_PERCENT: usize = 20;
/// Lines that a trial shows.
const SHOWN: usize = 50;

/// `GET /alerts/categories`
pub(crate) async fn categories(State(app): State<Arc<App>>, staff: Staff) -> Result<Json<api::AlertCategories>> {
    let district = &staff.district;
    // As they are now: another machine may have changed them a moment ago.
    let alerts = Alerts::new(app.db.alert_categories(&district.id).await?);
    let scans = app.db.alert_scans(&district.id).await?;
    let since = app.now().as_millisecond() - COUNTED_MS;
    let mut categories = Vec::new();
    for Known { id, version, category } in alerts.categories.clone() {
        let counts = app.db.keyword_counts(&district.id, &id, since).await?.into_iter().map(|c| api::KeywordCount {
            noisy: c.false_alarms >= 3 && c.false_alarms > c.right,
            keyword: c.keyword,
            locale: c.locale,
            alerts: c.alerts,
            right: c.right,
            false_alarms: c.false_alarms,
        });
        let scan = scans.iter().find(|scan| scan.category_id == id).map(|scan| api::Scan {
            scanned: scan.scanned,
            of: scan.in_all,
            found: scan.found,
            finished_at: scan.finished_at.map(time),
        });
        let starter = alert::starters().any(|(starter, _)| starter == id);
        categories.push(api::AlertCategory { counts: counts.collect(), scan, starter, id, version, category });
    }
    let unscanned = district.district.locales.iter().filter(|locale| !alerts.scans(locale.as_str()));
    let not_scanned = unscanned.map(|locale| crate::locale::name(locale).to_owned()).collect();
    Ok(Json(api::AlertCategories { categories, not_scanned }))
}

/// `POST /alerts/categories`: one of the district's own.
pub(crate) async fn make(
    State(app): State<Arc<App>>,
    staff: Staff,
    body: Given<api::CategoryChange>,
) -> Result<(StatusCode, Json<api::Made>)> {
    let change = given(body, "Send name, on, lists, team, day, night and help as JSON.")?;
    let id = crate::app::new_id(app.now());
    put(&app, &staff, &id, 0, change.category).await?;
    Ok((StatusCode::CREATED, Json(api::Made { id })))
}

/// `PUT /alerts/categories/{category}`
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Given<api::CategoryChange>,
) -> Result<StatusCode> {
    let change = given(body, "Send version, name, on, lists, team, day, night and help as JSON.")?;
    staff.district.alerts.get(&id).ok_or(Error::NotFound)?;
    put(&app, &staff, &id, change.version, change.category).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /alerts/categories/{category}`: the district's own goes, the program's is as it came.
pub(crate) async fn forget(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Result<StatusCode> {
    let known = staff.district.alerts.get(&id).ok_or(Error::NotFound)?;
    let at = app.now();
    let mut tx = app.db.begin().await?;
    tx.delete_alert_category(&staff.district.id, &id, known.version).await?;
    let detail = json!({ "category": id, "name": known.category.name }).to_string();
    let entry = NewAudit { inquiry: None, account: Some(staff.account()), action: "alert_category_reset", detail: &detail, at };
    tx.insert_audit(&staff.district.id, &entry).await?;
    tx.commit().await?;
    app.refresh_districts().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Judges a category and keeps it; one that is switched on looks at what exists, too.
async fn put(app: &App, staff: &Staff, id: &str, version: i64, mut category: Category) -> Result<()> {
    let record = &staff.district;
    category.name = short(&category.name, "name", 60, "Please give it a name that colleagues will know.")?;
    let others = record.alerts.categories.iter().filter(|known| known.id != id);
    if let Some((field, words)) = category_problem(&category, others, record) {
        return Err(Error::refused(field, words));
    }
    let before = record.alerts.get(id).map(|known| &known.category);
    refuse_too_much(app, staff, before.map(|b| &b.lists), &category.lists).await?;
    let at = app.now();
    let mut tx = app.db.begin().await?;
    tx.put_alert_category(&record.id, id, version, &category, staff.account(), at.as_millisecond()).await?;
    let words = |category: &Category| category.lists.values().map(|list| list.keywords.len()).sum::<usize>();
    let detail = json!({
        "category": id, "name": category.name, "from": before.is_some_and(|b| b.on), "to": category.on,
        "words_from": before.map_or(0, words), "words_to": words(&category),
    });
    let detail = detail.to_string();
    let entry = NewAudit { inquiry: None, account: Some(staff.account()), action: "alert_category_changed", detail: &detail, at };
    tx.insert_audit(&record.id, &entry).await?;
    if category.on && !before.is_some_and(|before| before.on) {
        alert::begin_scan(&mut tx, &record.id, id, version + 1, Some(staff.account()), at).await?;
    }
    tx.commit().await?;
    app.refresh_districts().await?;
    app.wake();
    Ok(())
}

/// Words that are new must not match everything: then nobody would look any more.
async fn refuse_too_much(app: &App, staff: &Staff, before: Option<&WordLists>, lists: &WordLists) -> Result<()> {
    let mut fresh = WordLists::new();
    for (locale, list) in lists {
        let known = |text: &str| before.and_then(|b| b.get(locale)).is_some_and(|b| b.keywords.iter().any(|k| k.text == text));
        let quiet = list.quiet.clone();
        let keywords: Vec<_> = list.keywords.iter().filter(|k| !known(&k.text)).cloned().collect();
        if !keywords.is_empty() {
            fresh.insert(locale.clone(), porchlight_shared::alert::WordList { keywords, quiet });
        }
    }
    if fresh.is_empty() {
        return Ok(());
    }
    let trial = try_out(app, staff, &fresh, PROBED).await?;
    match trial.too_much.first() {
        None => Ok(()),
        Some(worst) => Err(Error::refused(
            "lists",
            format!(
                "“{}” would match {} of 100 inquiries. Take a longer phrase, or match it exactly.",
                worst.keyword, worst.percent
            ),
        )),
    }
}

/// `POST /alerts/trial`
pub(crate) async fn trial(
    State(app): State<Arc<App>>,
    staff: Staff,
    body: Given<api::AlertTrialRequest>,
) -> Result<Json<api::AlertTrial>> {
    let lists = given(body, "Send lists as JSON: by language, keywords and quiet phrases.")?.lists;
    let asked = Category { lists, ..Category::default() };
    if let Some((field, words)) = category_problem(&asked, std::iter::empty(), &staff.district) {
        return Err(Error::refused(field, words));
    }
    Ok(Json(try_out(&app, &staff, &asked.lists, TRIED).await?))
}

/// What lists would have matched of the last inquiries that the asker may read.
async fn try_out(app: &App, staff: &Staff, lists: &WordLists, most: usize) -> Result<api::AlertTrial> {
    let lists = lists.clone();
    // Thousands of words take a while to make ready: not on a thread that answers others.
    let matcher = tokio::task::spawn_blocking(move || Matcher::new([("tried", &lists)])).await.map_err(|_| Error::Unavailable)?;
    let (mut trial, mut hits): (api::AlertTrial, BTreeMap<String, usize>) = Default::default();
    let mut after = None;
    while trial.of < most {
        let page = app.db.sender_texts(&staff.district.id, after.as_deref(), 200.min(most - trial.of)).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.inquiry.id.clone());
        let sealed: Vec<&str> = page.iter().filter(|t| t.inquiry.confidential).map(|t| t.inquiry.id.as_str()).collect();
        let now = app.now().as_millisecond();
        let opened = app.db.opened(&staff.district.id, staff.account(), &sealed, now).await?;
        for texts in &page {
            let inquiry = &texts.inquiry;
            // What words find in a sealed one would tell what it says.
            if inquiry.confidential && !opened.contains(&inquiry.id) {
                continue;
            }
            trial.of += 1;
            let form = app.db.form(&staff.district, &inquiry.topic_id, inquiry.form_version).await?;
            let said = said_in_all(inquiry, form.as_ref(), &texts.messages, &texts.files);
            let matches = alert::matches_in(&matcher, &said);
            let mut keywords: Vec<&str> = matches.iter().map(|m| m.keyword.as_str()).collect();
            keywords.sort_unstable();
            keywords.dedup();
            for keyword in &keywords {
                *hits.entry((*keyword).to_owned()).or_default() += 1;
            }
            if keywords.is_empty() {
                continue;
            }
            trial.matched += 1;
            if trial.lines.len() < SHOWN {
                trial.lines.push(api::AlertTrialLine {
                    id: inquiry.id.clone(),
                    reference: inquiry.reference.clone(),
                    summary: inquiry.summary.clone(),
                    received_at: time(inquiry.received_at),
                    matches: matches.iter().map(|m| as_match(m, &said)).collect(),
                });
            }
        }
    }
    if trial.of >= PROBED_LEAST {
        let share = |(keyword, hits): (String, usize)| (keyword, hits * 100 / trial.of);
        let over = hits.into_iter().map(share).filter(|(_, percent)| *percent > TOO_MUCH_PERCENT);
        trial.too_much =
            over.map(|(keyword, percent)| api::TooMuch { keyword, percent: u32::try_from(percent).unwrap_or(100) }).collect();
        trial.too_much.sort_by_key(|t| std::cmp::Reverse(t.percent));
    }
    Ok(trial)
}

/// `POST /alerts/preview`
pub(crate) async fn preview(staff: Staff, body: Given<api::AlertPreview>) -> Result<Json<api::AlertPreviewed>> {
    let asked = given(body, "Send text and locale as JSON.")?;
    if asked.text.chars().count() > 20_000 {
        return Err(Error::field("text", porchlight_shared::problem::ProblemKind::TooLong { max: 20_000 }));
    }
    let alerts = &staff.district.alerts;
    let matches = alerts.matcher.scan(&asked.text).into_iter().map(|found| api::PreviewMatch {
        category: found.category.to_owned(),
        keyword: found.keyword.to_owned(),
        start: found.start,
        end: found.end,
        how: found.how,
    });
    let not_scanned = !asked.locale.is_empty() && !alerts.scans(&asked.locale);
    Ok(Json(api::AlertPreviewed { matches: matches.collect(), not_scanned }))
}

/// `POST /alerts/categories/{category}/scan`: looks at what exists once more.
pub(crate) async fn scan(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Result<StatusCode> {
    let known = staff.district.alerts.get(&id).ok_or(Error::NotFound)?;
    if !known.category.on {
        return Err(Error::refused("category", "Switch the category on first."));
    }
    let mut tx = app.db.begin().await?;
    alert::begin_scan(&mut tx, &staff.district.id, &id, known.version, Some(staff.account()), app.now()).await?;
    tx.commit().await?;
    app.wake();
    Ok(StatusCode::ACCEPTED)
}
