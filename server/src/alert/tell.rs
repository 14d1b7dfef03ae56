//! Telling the people of an alert, and who follows while nobody has acknowledged it.
//!
//! A step first writes whom it reaches and when the next one is, then mails those who have no mail yet: killed in
//! between, it goes on where it was, and nobody is told twice.

use super::{About, Reached, reached, telling};
use crate::app::{App, new_id};
use crate::mail::{self, Refused};
use crate::store::{AlertRecord, DistrictRecord, InquiryRecord, NewAudit, NewNotice, Result, Tx};
use porchlight_shared::status::NoticeKind;
use serde_json::json;

/// Tells whom step `step` of an alert reaches. One that was acknowledged, or was none, needs no more telling.
///
/// # Errors
/// Whether trying again may help.
pub async fn tell(app: &App, district: &str, alert: &str, step: i64) -> std::result::Result<(), Refused> {
    let district = app.district_by_id(district)?;
    let Some(record) = app.db.alert(&district.id, alert).await? else { return Ok(()) };
    let Some(inquiry) = app.db.inquiry(&district.id, &record.inquiry_id).await? else { return Ok(()) };
    // What a first try wrote down is mailed, also when somebody has it by now: they were promised to hear.
    if record.is_open() {
        write(app, &district, &record.id, &inquiry, step).await?;
    }
    let waiting: Vec<_> =
        app.db.alert_tellings(&district.id, alert).await?.into_iter().filter(|told| told.mailed_at.is_none()).collect();
    // Side by side: a slow mail server must not keep the last of them waiting until the claim has run out.
    let mails = waiting.iter().map(|told| mail::alert(app, &district, &record, &inquiry, &told.recipient, told.step));
    let sent = futures_util::future::join_all(mails).await;
    let mut outcome = Ok(());
    for (told, sent) in waiting.iter().zip(sent) {
        // Whom no server takes is not tried again; whom it does not take for now is.
        if !matches!(sent, Err(Refused::ForNow(_))) {
            let mut tx = app.db.begin().await?;
            tx.mailed_telling(&district.id, alert, &told.recipient, app.now().as_millisecond()).await?;
            tx.commit().await?;
        }
        outcome = outcome.and(sent);
    }
    outcome
}

/// Writes down who is told now, lets them in, and when the next step is.
async fn write(app: &App, district: &DistrictRecord, alert: &str, inquiry: &InquiryRecord, step: i64) -> Result<()> {
    let now = app.now();
    let at = now.as_millisecond();
    let mut tx = app.db.begin().await?;
    // The rows are asked anew: somebody may have acknowledged it a moment ago.
    let Some(mut record) = tx.alert_to_change(&district.id, alert).await?.filter(AlertRecord::is_open) else { return Ok(()) };
    // One after the other for one inquiry, so that who is told of two of its alerts at once gets one mail.
    tx.inquiry_to_change(&district.id, &inquiry.id).await?;
    let members = tx.members_to_change(&district.id, &inquiry.id).await?;
    let Reached { people, also, then } = whom(district, &record, inquiry, &members, app.now(), step);
    let recipients: Vec<&str> = people.iter().chain(&also).map(String::as_str).collect();
    let fresh = tx.insert_tellings(&district.id, alert, &recipients, step, at).await?;
    tx.spare_second_mails(&district.id, &record, at).await?;
    let told: Vec<&String> = people.iter().filter(|account| fresh.contains(account)).collect();
    let notices: Vec<NewNotice> = told
        .iter()
        .map(|account| NewNotice {
            id: new_id(now),
            account_id: (*account).clone(),
            inquiry_id: inquiry.id.clone(),
            kind: NoticeKind::Alert,
            by: record.raised_by.clone(),
            message_id: None,
            at,
            // It has a mail of its own, and no pace.
            mail: false,
        })
        .collect();
    tx.insert_notices(&district.id, &notices.iter().collect::<Vec<_>>()).await?;
    if !inquiry.confidential {
        for account in &told {
            if inquiry.owner_id.as_ref() != Some(account) {
                tx.insert_member(&district.id, &inquiry.id, account, at).await?;
            }
        }
        crate::search::index(&mut tx, &district.id, &[&inquiry.id]).await?;
    }
    record.next_at = then.map(|minutes| at + i64::from(minutes) * 60_000);
    tx.update_alert(&district.id, &record).await?;
    if let Some(next) = record.next_at {
        tx.insert_jobs(&[&telling(&district.id, alert, step + 1, next)]).await?;
    }
    write_trail(&mut tx, app, district, &record, &told, step).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

fn whom(
    district: &DistrictRecord,
    alert: &AlertRecord,
    inquiry: &InquiryRecord,
    members: &[String],
    now: jiff::Timestamp,
    step: i64,
) -> Reached {
    let about = About {
        owner: inquiry.owner_id.as_deref(),
        members,
        confidential: inquiry.confidential,
        open: district.calendar.of(inquiry.school_id.as_deref()).is_open(now),
        now: now.as_millisecond(),
    };
    // A category that is gone by now still had its reason: administrators hear of it.
    let gone = porchlight_shared::alert::Category::default();
    let category = district.alerts.get(&alert.category_id).map_or(&gone, |known| &known.category);
    reached(category, &district.directory, about, usize::try_from(step).unwrap_or(usize::MAX))
}

async fn write_trail(
    tx: &mut Tx,
    app: &App,
    district: &DistrictRecord,
    alert: &AlertRecord,
    told: &[&String],
    step: i64,
) -> Result<()> {
    let now = app.now();
    let detail = json!({ "alert": alert.id, "category": alert.category_id, "to": told, "step": step }).to_string();
    let entry = NewAudit { inquiry: Some(&alert.inquiry_id), account: None, action: "alert_told", detail: &detail, at: now };
    tx.insert_audit(&district.id, &entry).await?;
    tx.insert_event(&district.id, &new_id(now), &alert.inquiry_id, "alert", now.as_millisecond()).await
}
