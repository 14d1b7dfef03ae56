//! Looking at what exists when a category is switched on: in the background, a piece at a time, from the newest to the
//! oldest. Killed in between, it goes on with the piece where it was; what it found before is not found twice.

use super::{Occasion, found, new_alert, said_in_all};
use crate::app::App;
use crate::notice::Telling;
use crate::store::{DistrictRecord, NewAudit, NewJob, Result, ScanRecord, SenderTexts, Tx};
use jiff::Timestamp;
use porchlight_shared::status::{NoticeKind, Priority, Status};
use serde_json::json;

/// Inquiries of one piece.
const PIECE: usize = 200;

/// Begins a scan for a category in its version, or begins it again.
///
/// # Errors
/// The database refused.
pub async fn begin_scan(
    tx: &mut Tx,
    district: &str,
    category: &str,
    version: i64,
    by: Option<&str>,
    at: Timestamp,
) -> Result<()> {
    let scan = ScanRecord {
        category_id: category.to_owned(),
        version,
        reached: String::new(),
        scanned: 0,
        in_all: tx.count_inquiries(district).await?,
        found: 0,
        started_by: by.map(str::to_owned),
        started_at: at.as_millisecond(),
        finished_at: None,
    };
    tx.put_scan(district, &scan).await?;
    tx.insert_jobs(&[&next_piece(district, &scan, at)]).await
}

/// The job of the next piece; its id says where it begins, so that one piece is one job.
fn next_piece(district: &str, scan: &ScanRecord, at: Timestamp) -> NewJob {
    let ScanRecord { category_id, started_at, reached, .. } = scan;
    let payload = json!({ "district": district, "id": category_id, "at": started_at }).to_string();
    let id = format!("scan-{district}-{category_id}-{started_at}-{reached}");
    NewJob { id, kind: "scan_alerts", payload, run_at: at.as_millisecond() }
}

/// Does one piece of the scan that began at `began` (ms UTC), and asks for the next.
///
/// # Errors
/// The database is not to be had.
pub async fn scan_piece(app: &App, district: &DistrictRecord, category: &str, began: i64) -> Result<()> {
    let Some(scan) = app.db.alert_scans(&district.id).await?.into_iter().find(|s| s.category_id == category) else {
        return Ok(());
    };
    let known = district.alerts.get(category).filter(|known| known.category.on);
    // It was begun anew since, is over, or the category was switched off.
    if scan.started_at != began || scan.finished_at.is_some() || known.is_none() {
        return Ok(());
    }
    let before = (!scan.reached.is_empty()).then_some(scan.reached.as_str());
    let page = app.db.sender_texts(&district.id, before, PIECE).await?;
    let now = app.now();
    let mut hits = Vec::new();
    for texts in page.iter().filter(|t| t.inquiry.status != Status::Closed && t.inquiry.merged_into.is_none()) {
        let form = app.db.form(district, &texts.inquiry.topic_id, texts.inquiry.form_version).await?;
        let said = said_in_all(&texts.inquiry, form.as_ref(), &texts.messages, &texts.files);
        if let Some(matches) = found(&district.alerts, &said).remove(category) {
            hits.push((texts, matches));
        }
    }
    let mut tx = app.db.begin().await?;
    let Some(mut scan) = tx.scan_to_change(&district.id, category).await? else { return Ok(()) };
    if scan.started_at != began || scan.reached != before.unwrap_or_default() {
        return Ok(());
    }
    let mut telling = Telling::new(app, district, None, now);
    for (texts, matches) in hits {
        let inquiry = &texts.inquiry;
        let occasion = Occasion { inquiry: &inquiry.id, source: "scan", safety: false, priority: inquiry.priority, at: now };
        let alert = new_alert(category, matches, occasion);
        // What raised an alert of this category when it came needs no second.
        if tx.alerts_to_change(&district.id, &inquiry.id).await?.iter().any(|a| a.category_id == category) {
            continue;
        }
        if tx.insert_alerts(&district.id, &[&alert]).await?.is_empty() {
            continue;
        }
        scan.found += 1;
        raise_found(&mut tx, district, texts, &alert.id, category, now, &mut telling).await?;
    }
    telling.write(&mut tx).await?;
    scan.scanned += i64::try_from(page.len()).unwrap_or(0);
    match page.last() {
        Some(last) if page.len() == PIECE => {
            scan.reached.clone_from(&last.inquiry.id);
            tx.insert_jobs(&[&next_piece(&district.id, &scan, now)]).await?;
        }
        _ => scan.finished_at = Some(now.as_millisecond()),
    }
    tx.put_scan(&district.id, &scan).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

/// Makes it critical, lets the team in, and tells them: as notices, so that a hundred are one mail.
async fn raise_found(
    tx: &mut Tx,
    district: &DistrictRecord,
    texts: &SenderTexts,
    alert: &str,
    category: &str,
    now: Timestamp,
    telling: &mut Telling<'_>,
) -> Result<()> {
    let (inquiry, at) = (&texts.inquiry, now.as_millisecond());
    tx.set_priority(&district.id, &inquiry.id, Priority::Critical, None, at).await?;
    let team = district.alerts.get(category).map(|known| known.category.team.clone()).unwrap_or_default();
    if inquiry.confidential {
        telling.seal(&inquiry.id);
        for administrator in district.directory.administrators() {
            telling.tell(administrator, &inquiry.id, NoticeKind::Alert, None);
        }
    } else {
        for account in &team {
            if inquiry.owner_id.as_ref() != Some(account) {
                tx.insert_member(&district.id, &inquiry.id, account, at).await?;
            }
            telling.tell(account, &inquiry.id, NoticeKind::Alert, None);
        }
    }
    if let Some(owner) = &inquiry.owner_id {
        telling.tell(owner, &inquiry.id, NoticeKind::Alert, None);
    }
    let detail = json!({ "alert": alert, "category": category, "from": inquiry.priority, "scan": true }).to_string();
    let entry = NewAudit { inquiry: Some(&inquiry.id), account: None, action: "alert_raised", detail: &detail, at: now };
    tx.insert_audit(&district.id, &entry).await?;
    tx.insert_event(&district.id, &crate::app::new_id(now), &inquiry.id, "alert", at).await?;
    crate::search::index(tx, &district.id, &[&inquiry.id]).await
}
