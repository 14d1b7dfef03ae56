//! Looking at the clock: who is reminded before, at and after a promised time, what a morning's digest tells, and what the
//! sender hears who is answered late.
//!
//! One job a district does so every minute. What it has done is written down with what follows from it, so that a machine
//! that was off does each step once, only the last of those that it missed, and all that is for one person leaves in one
//! mail.

use crate::app::App;
use crate::notice::{Telling, clock};
use crate::routing::Directory;
use crate::store::{DistrictRecord, InquiryRecord, NewAudit, NewJob, Result, Tx};
use jiff::Timestamp;
use porchlight_shared::calendar::Hours;
use porchlight_shared::promise::Reminders;
use porchlight_shared::status::{NoticeKind, Status};
use serde_json::json;

/// Inquiries of one transaction.
const PIECE: i64 = 200;

/// The steps of a due time, in order.
const SOON: i64 = 1;
const DUE: i64 = 2;
const DEPARTMENT: i64 = 3;
const DISTRICT: i64 = 4;

/// The job that looks at a district's clock.
pub fn job(district: &str, run_at: i64) -> NewJob {
    NewJob { id: format!("watch-{district}"), kind: "watch", payload: json!({ "district": district }).to_string(), run_at }
}

/// When each step of a due time is; the due time itself is always looked at, for the sender's sake.
fn steps(reminders: Reminders, hours: Hours<'_>, due: Timestamp) -> Vec<(i64, Timestamp)> {
    let after = |business: Option<u32>| hours.after(due, i64::from(business?) * 3_600_000).ok();
    let before = reminders.before.and_then(|business| hours.before(due, i64::from(business) * 3_600_000).ok());
    let all =
        [(SOON, before), (DUE, Some(due)), (DEPARTMENT, after(reminders.department)), (DISTRICT, after(reminders.district))];
    all.into_iter().filter_map(|(step, at)| Some((step, at?))).collect()
}

/// When the clock is looked at first for what came `received`; what is due sooner than reminders are early has none of those.
pub fn first_look(district: &DistrictRecord, school: Option<&str>, received: Timestamp, due: Timestamp) -> Timestamp {
    let all = steps(district.reminders, district.calendar.of(school), due);
    all.into_iter().map(|(_, at)| at).find(|at| *at > received).unwrap_or(due)
}

/// Looks at the clock once, and asks to do so in a minute.
///
/// # Errors
/// The database is not to be had; what was done is done.
pub async fn round(app: &App, district: &DistrictRecord) -> Result<()> {
    let now = app.now();
    loop {
        let ids = app.db.to_remind(&district.id, now.as_millisecond(), PIECE).await?;
        if ids.is_empty() {
            break;
        }
        let mut tx = app.db.begin().await?;
        let mut telling = Telling::new(app, district, None, now);
        let all: Vec<&str> = ids.iter().map(String::as_str).collect();
        for inquiry in tx.inquiries_to_change(&district.id, &all).await? {
            remind(&mut tx, app, district, &inquiry, now, &mut telling).await?;
        }
        telling.write(&mut tx).await?;
        tx.commit().await?;
        app.wake();
    }
    digests(app, district, now).await?;
    let mut tx = app.db.begin().await?;
    tx.insert_jobs(&[&job(&district.id, now.as_millisecond())]).await?;
    tx.commit().await
}

/// Does the last step whose time has come, and writes down when the next is.
async fn remind(
    tx: &mut Tx,
    app: &App,
    district: &DistrictRecord,
    inquiry: &InquiryRecord,
    now: Timestamp,
    telling: &mut Telling<'_>,
) -> Result<()> {
    let waits = inquiry.status != Status::Closed && inquiry.merged_into.is_none();
    let Some(due) = inquiry.due_at.filter(|_| waits) else {
        return tx.set_reminder(&district.id, &inquiry.id, inquiry.remind_step, None).await;
    };
    let hours = district.calendar.of(inquiry.school_id.as_deref());
    let all = steps(district.reminders, hours, Timestamp::from_millisecond(due).unwrap_or(now));
    let last = all.iter().rev().find(|(step, at)| *step > inquiry.remind_step && *at <= now);
    let reached = last.map_or(inquiry.remind_step, |(step, _)| *step);
    // A step before its time that is over by now is left out.
    let next = all.iter().find(|(step, at)| *step > reached && *at > now).map(|(_, at)| at.as_millisecond());
    if let Some(until) = inquiry.quiet_until.filter(|until| *until > now.as_millisecond()) {
        // Colleagues are left in peace; the sender hears all the same.
        late_word(tx, app, district, inquiry, due, now).await?;
        let look = if due > now.as_millisecond() { until.min(due) } else { until };
        return tx.set_reminder(&district.id, &inquiry.id, inquiry.remind_step, Some(look)).await;
    }
    if last.is_some() {
        if inquiry.confidential {
            telling.seal(&inquiry.id);
        }
        // Of steps that were missed each still tells its own people; only "soon" is over when it is due.
        let passed = (inquiry.remind_step + 1..=reached).filter(|step| *step != SOON || reached == SOON);
        for step in passed.filter(|step| all.iter().any(|(known, _)| known == step) && (*step != DUE || district.reminders.due)) {
            let people = whom(tx, district, inquiry, step).await?;
            tell(tx, district, inquiry, step, &people, now, telling).await?;
            let detail = json!({ "step": step, "to": people, "due": due }).to_string();
            let entry = NewAudit { inquiry: Some(&inquiry.id), account: None, action: "reminded", detail: &detail, at: now };
            tx.insert_audit(&district.id, &entry).await?;
        }
        late_word(tx, app, district, inquiry, due, now).await?;
    }
    tx.set_reminder(&district.id, &inquiry.id, reached, next).await
}

/// Tells the people of one step, and lets in who follows in the line, so that they can read what they are called for.
async fn tell(
    tx: &mut Tx,
    district: &DistrictRecord,
    inquiry: &InquiryRecord,
    step: i64,
    people: &[String],
    now: Timestamp,
    telling: &mut Telling<'_>,
) -> Result<()> {
    let kind = match step {
        SOON => NoticeKind::DueSoon,
        DUE => NoticeKind::PastDue,
        _ => NoticeKind::Escalated,
    };
    for account in people {
        if step > DUE && !inquiry.confidential && inquiry.owner_id.as_ref() != Some(account) {
            tx.insert_member(&district.id, &inquiry.id, account, now.as_millisecond()).await?;
        }
        telling.tell(account, &inquiry.id, kind, None);
    }
    if step > DUE { crate::search::index(tx, &district.id, &[&inquiry.id]).await } else { Ok(()) }
}

/// Who is reminded. Of a confidential inquiry nobody but who is named on it, and administrators after them.
async fn whom(tx: &mut Tx, district: &DistrictRecord, inquiry: &InquiryRecord, step: i64) -> Result<Vec<String>> {
    let directory: &Directory = &district.directory;
    let administrators = || directory.administrators().map(str::to_owned).collect::<Vec<_>>();
    let mut people: Vec<String> = Vec::new();
    if step <= DUE {
        people.extend(inquiry.owner_id.clone());
    }
    if step == DUE {
        people.extend(tx.members_to_change(&district.id, &inquiry.id).await?);
    }
    if step > DUE && inquiry.confidential {
        return Ok(administrators());
    }
    if step == DEPARTMENT {
        let department = district.district.topic(&inquiry.topic_id).map(|t| t.department.as_str());
        people.extend(department.and_then(|d| directory.department_owners.get(d)).cloned());
    }
    if step == DISTRICT || people.is_empty() {
        people.extend(directory.fallback.clone());
    }
    let somebody = people.iter().any(|p| directory.people.get(p).is_some_and(|p| p.active));
    Ok(if somebody { people } else { administrators() })
}

/// The sender is told, once for each due time, that they are answered late, and by whom.
async fn late_word(
    tx: &mut Tx,
    app: &App,
    district: &DistrictRecord,
    inquiry: &InquiryRecord,
    due: i64,
    now: Timestamp,
) -> Result<()> {
    if due > now.as_millisecond() || inquiry.sender_email.is_none() || app.is_quiet() {
        return Ok(());
    }
    let payload = json!({ "district": district.id, "inquiry": inquiry.id, "at": due }).to_string();
    let id = format!("late-{}-{due}", inquiry.id);
    if tx.told_late(&district.id, &inquiry.id, due).await? {
        tx.insert_jobs(&[&NewJob { id, kind: "mail_late", payload, run_at: now.as_millisecond() }]).await?;
    }
    Ok(())
}

/// Asks for the digests whose hour has come, on days on which the office is open and before it closes.
async fn digests(app: &App, district: &DistrictRecord, now: Timestamp) -> Result<()> {
    let local = district.calendar.local(now);
    let day = district.calendar.office().day(local.date());
    let minutes = u16::try_from(local.hour()).unwrap_or(0) * 60 + u16::try_from(local.minute()).unwrap_or(0);
    if app.is_quiet() || day.hours.last().is_none_or(|span| span.bounds().1 <= minutes) {
        return Ok(());
    }
    let today = local.date().to_string();
    for account in app.db.without_digest(&district.id, &today).await? {
        let Some(person) = district.directory.people.get(&account) else { continue };
        let hour = clock(&person.notify.daily_at).unwrap_or(jiff::civil::time(7, 30, 0, 0));
        if local.time() < hour {
            continue;
        }
        let mut tx = app.db.begin().await?;
        if tx.made_digest(&district.id, &account, &today).await? && person.notify.digest {
            let payload = json!({ "district": district.id, "account": account, "id": today }).to_string();
            let id = format!("digest-{}-{account}-{today}", district.id);
            tx.insert_jobs(&[&NewJob { id, kind: "mail_digest", payload, run_at: now.as_millisecond() }]).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
