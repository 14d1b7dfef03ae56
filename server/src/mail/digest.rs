//! A morning's mail: what is due today, and what is past due.

use super::staff::blank;
use super::{Paragraph, Refused};
use crate::access::Asker;
use crate::app::App;
use crate::locale;
use crate::store::{DistrictRecord, Filter, ListItem, Order, Owners};
use jiff::Timestamp;
use jiff::civil::Date;
use porchlight_shared::status::Status;

/// Lines of one digest; the rest are counted.
const MOST: usize = 30;

/// Mails somebody what is theirs and due on a local day, or before it. Nothing due is no mail.
///
/// # Errors
/// Whether trying again may help.
pub async fn digest(app: &App, job: &str, district: &str, account: &str, day: &str) -> Result<(), Refused> {
    let district = app.district_by_id(district)?;
    let now = app.now();
    let today = district.calendar.local(now).date();
    // A machine that was off does not send yesterday's.
    if day.parse::<Date>().ok() != Some(today) {
        return Ok(());
    }
    let staff = app.db.staff(&district.id).await?;
    let Some(person) = staff.iter().find(|p| p.account_id == account && !p.disabled) else { return Ok(()) };
    let asker = Asker::of(&district, account, person.role, now.as_millisecond());
    let Some(end) = district.calendar.instant(today, 1_440) else { return Ok(()) };
    let owners = std::iter::once(account.to_owned()).chain(asker.stands_in_for.clone()).collect();
    let filter = Filter {
        statuses: vec![Status::New, Status::Open, Status::Waiting],
        owners: Owners::Of(owners),
        due_before: Some(end.as_millisecond()),
        order: Order::DueFirst,
        limit: 200,
        ..Filter::of(asker.scope())
    };
    let due = app.db.inquiries(&district.id, &filter).await?;
    if due.is_empty() {
        return Ok(());
    }
    let (past, today): (Vec<&ListItem>, Vec<&ListItem>) =
        due.iter().partition(|item| item.due_at.is_some_and(|due| due < now.as_millisecond()));
    let mut letter = blank(&district);
    letter.subject = match (past.len(), today.len()) {
        (0, n) => format!("{n} due today · {}", district.district.name),
        (n, 0) => format!("{n} past due · {}", district.district.name),
        (past, today) => format!("{today} due today, {past} past due · {}", district.district.name),
    };
    letter.paragraphs.push(Paragraph::Text(format!("Good morning {},", person.name)));
    let mut left = MOST;
    for (title, items) in [("Past due", past), ("Due today", today)] {
        if items.is_empty() {
            continue;
        }
        letter.paragraphs.push(Paragraph::Title(title.to_owned()));
        for item in items.iter().take(left) {
            letter.paragraphs.push(Paragraph::Text(line(&district, item)));
            letter.paragraphs.push(Paragraph::Link(format!("{}/console#/inquiry/{}", app.public_url(), item.id)));
        }
        if items.len() > left {
            letter.paragraphs.push(Paragraph::Text(format!("{} more wait in the console.", items.len() - left)));
        }
        left = left.saturating_sub(items.len());
    }
    letter.paragraphs.push(Paragraph::Small(String::from(
        "You get this on working days when something is due. Whether and when is in the console under “Me”.",
    )));
    app.mailer.send(job, &district.district.name, &person.email, Some(&person.name), &letter).await
}

/// One inquiry; of a confidential one nothing but its reference.
fn line(district: &DistrictRecord, item: &ListItem) -> String {
    let phrases = locale::phrases(district.district.first_locale());
    let due = item.due_at.and_then(|due| Timestamp::from_millisecond(due).ok());
    let due = due.map(|due| format!(", by {}", district.calendar.say(due, phrases))).unwrap_or_default();
    if item.confidential {
        return format!("{} · confidential{due}", item.reference);
    }
    let who = item.sender_name.as_deref().unwrap_or("Somebody who gave no name");
    format!("{} · {who}: {}{due}", item.reference, item.summary)
}
