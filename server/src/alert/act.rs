//! What people do about an alert: acknowledge it, say whether it was right, raise one by hand.

use super::{Occasion, new_alert, telling};
use crate::answer::{Actor, Doing};
use crate::app::App;
use crate::error::Error;
use crate::notice::Telling;
use crate::store::{AlertRecord, DistrictRecord, Result, Tx};
use porchlight_shared::alert::Verdict;
use porchlight_shared::status::Priority;
use serde_json::json;

/// Somebody has it, and whatever else the inquiry raised: nobody else is called. Again changes nothing.
///
/// # Errors
/// [`Error::NotFound`], or the database refused.
pub async fn acknowledge(app: &App, district: &DistrictRecord, account: &str, inquiry: &str, alert: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    find(&mut tx, district, inquiry, alert).await?;
    acknowledge_all(&mut tx, &doing(app, district, account), account, inquiry).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

/// What answers an inquiry acknowledges its alerts.
pub(crate) async fn acknowledge_all(tx: &mut Tx, doing: &Doing<'_>, account: &str, inquiry: &str) -> Result<()> {
    for mut record in tx.alerts_to_change(&doing.district.id, inquiry).await?.into_iter().filter(AlertRecord::is_open) {
        settle(&mut record, account, doing.now.as_millisecond());
        tx.update_alert(&doing.district.id, &record).await?;
        let detail = json!({ "alert": record.id, "category": record.category_id });
        doing.write_trail(tx, inquiry, "alert_acknowledged", &detail).await?;
    }
    Ok(())
}

/// Says whether an alert was right; `None` takes that back. A false alarm gives the inquiry the priority that it had,
/// unless another alert stands.
///
/// # Errors
/// [`Error::NotFound`], or the database refused.
pub async fn judge(
    app: &App,
    district: &DistrictRecord,
    account: &str,
    inquiry_id: &str,
    alert: &str,
    verdict: Option<Verdict>,
) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let inquiry = tx.inquiry_to_change(&district.id, inquiry_id).await?.ok_or(Error::NotFound)?;
    let mut record = find(&mut tx, district, inquiry_id, alert).await?;
    if record.verdict == verdict {
        return Ok(());
    }
    let doing = doing(app, district, account);
    let at = doing.now.as_millisecond();
    settle(&mut record, account, at);
    record.verdict = verdict;
    record.verdict_by = verdict.map(|_| account.to_owned());
    record.verdict_at = verdict.map(|_| at);
    tx.update_alert(&district.id, &record).await?;
    let all = tx.alerts_to_change(&district.id, inquiry_id).await?;
    let stands = all.iter().any(|a| a.verdict != Some(Verdict::FalseAlarm));
    let before = all.first().map_or(Priority::Normal, |first| first.priority_before);
    let priority = if stands { Priority::Critical } else { before };
    // Only what alerts made critical is made less so; and what was taken back is as it was.
    let changes = if stands { verdict.is_none() } else { inquiry.priority == Priority::Critical };
    if changes && inquiry.priority != priority {
        tx.set_priority(&district.id, inquiry_id, priority, None, at).await?;
    }
    let detail = json!({ "alert": alert, "category": record.category_id, "verdict": verdict, "from": inquiry.priority, "to": if changes { priority } else { inquiry.priority } });
    doing.write_trail(&mut tx, inquiry_id, "alert_judged", &detail).await?;
    crate::search::index(&mut tx, &district.id, &[inquiry_id]).await?;
    tx.commit().await?;
    app.wake();
    Ok(())
}

/// Raises an alert that no word raised. The same `key` again raises none.
///
/// # Errors
/// [`Error::NotFound`] when there is no such category; or the database refused.
pub async fn raise_by_hand(
    app: &App,
    district: &DistrictRecord,
    account: &str,
    inquiry_id: &str,
    category: &str,
    key: &str,
) -> Result<()> {
    district.alerts.get(category).ok_or(Error::NotFound)?;
    let doing = doing(app, district, account);
    let at = doing.now.as_millisecond();
    let mut tx = app.db.begin().await?;
    let inquiry = tx.inquiry_to_change(&district.id, inquiry_id).await?.ok_or(Error::NotFound)?;
    let source = format!("hand:{key}");
    let occasion = Occasion { inquiry: inquiry_id, source: &source, safety: false, priority: inquiry.priority, at: doing.now };
    let mut alert = new_alert(category, Vec::new(), occasion);
    alert.raised_by = Some(account.to_owned());
    let fresh = tx.insert_alerts(&district.id, &[&alert]).await?;
    if !fresh.is_empty() {
        let critical = crate::store::InquiryRecord { priority: Priority::Critical, ..inquiry.clone() };
        let sooner = inquiry.due_at.map(|due| due.min(critical.promise(district, &inquiry.topic_id, doing.now)));
        tx.set_priority(&district.id, inquiry_id, Priority::Critical, sooner, at).await?;
        tx.insert_jobs(&[&telling(&district.id, &alert.id, 0, at)]).await?;
        let detail = json!({ "alert": alert.id, "category": category, "from": inquiry.priority, "due_from": inquiry.due_at, "due_to": sooner });
        doing.write_trail(&mut tx, inquiry_id, "alert_raised", &detail).await?;
        crate::search::index(&mut tx, &district.id, &[inquiry_id]).await?;
    }
    tx.commit().await?;
    app.wake();
    Ok(())
}

fn doing<'a>(app: &'a App, district: &'a DistrictRecord, account: &'a str) -> Doing<'a> {
    let now = app.now();
    Doing { app, district, actor: Actor::Staff(account), now, telling: Telling::new(app, district, Some(account), now) }
}

async fn find(tx: &mut Tx, district: &DistrictRecord, inquiry: &str, alert: &str) -> Result<AlertRecord> {
    let found = tx.alert_to_change(&district.id, alert).await?;
    found.filter(|record| record.inquiry_id == inquiry).ok_or(Error::NotFound)
}

/// Nobody else follows.
fn settle(record: &mut AlertRecord, account: &str, at: i64) {
    record.next_at = None;
    if record.acknowledged_at.is_none() {
        record.acknowledged_at = Some(at);
        record.acknowledged_by = Some(account.to_owned());
    }
}
