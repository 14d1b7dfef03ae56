//! The people of a district: asking them in, letting them go without losing anything, and who is responsible.

mod door;
mod duty;

pub use door::{
    Invite, forgot_password, good_password, hash_password, invitation_of, invite, invite_again, join, reset_password, uninvite,
};
pub use duty::{come_back, go_away, set_department_owner, set_fallback, set_team};

use crate::app::{App, new_id};
use crate::error::Error;
use crate::notice::Telling;
use crate::routing::Person;
use crate::store::{Change, DistrictRecord, Filter, ListItem, NewAudit, Owners, Result, Scope, Tx};
use jiff::Timestamp;
use porchlight_shared::problem::ProblemKind;
use porchlight_shared::status::{NoticeKind, Role, Status};
use serde_json::{Value, json};

/// Longest name and title, in characters.
const LONGEST: usize = 120;

fn short(field: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.contains('\0') || text.chars().count() > LONGEST {
        return Err(Error::field(field, ProblemKind::TooLong { max: 120 }));
    }
    Ok(text.to_owned())
}

async fn audit(tx: &mut Tx, district: &str, by: Option<&str>, action: &str, detail: &Value, at: Timestamp) -> Result<()> {
    let detail = detail.to_string();
    tx.insert_audit(district, &NewAudit { inquiry: None, account: by, action, detail: &detail, at }).await
}

/// Changes what somebody is. The last administrator stays one.
///
/// # Errors
/// [`Error::NotFound`], or it would leave the district without an administrator; the database refused.
pub async fn set_role(app: &App, district: &DistrictRecord, by: &str, account: &str, role: Role, title: &str) -> Result<()> {
    let person = district.directory.people.get(account).ok_or(Error::NotFound)?;
    let title = short("title", title)?;
    let now = app.now();
    let mut tx = app.db.begin().await?;
    tx.touch_district(&district.id).await?;
    if role != Role::Administrator && tx.other_administrators(&district.id, account).await? == 0 {
        return Err(last_administrator("role"));
    }
    if !Person::can_own(role) {
        if tx.fallback_owner(&district.id).await?.as_deref() == Some(account) {
            let words = format!("{} is the district’s fallback owner. Name another one first.", person.name);
            return Err(Error::refused("role", words));
        }
        let open = open_of(app, district, by, account).await?.len();
        if open > 0 {
            let words = format!("{} has open inquiries ({open}). Hand them on first; then the role can change.", person.name);
            return Err(Error::refused("role", words));
        }
    }
    tx.set_role(&district.id, account, role, &title).await?;
    let detail = json!({ "account": account, "from": person.role, "to": role });
    audit(&mut tx, &district.id, Some(by), "role_set", &detail, now).await?;
    tx.commit().await?;
    app.refresh_districts().await
}

fn last_administrator(field: &'static str) -> Error {
    Error::refused(field, "This is the last administrator. Make somebody else one first.")
}

/// What a deactivation did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedOver {
    pub count: i64,
    pub to: Option<String>,
    pub confidential: i64,
}

/// Deactivates somebody: their history stays, what they have open goes to the fallback owner, what is confidential of it
/// to an administrator by name, and both are told.
///
/// # Errors
/// [`Error::NotFound`]; they are the last administrator or the fallback owner; there are confidential ones and no
/// administrator for them is named; the database refused.
pub async fn deactivate(
    app: &App,
    district: &DistrictRecord,
    by: &str,
    account: &str,
    confidential_to: Option<&str>,
) -> Result<HandedOver> {
    let now = app.now();
    let at = now.as_millisecond();
    let directory = &district.directory;
    let person = directory.people.get(account).filter(|p| p.active).ok_or(Error::NotFound)?;
    let keeper = confidential_to.filter(|to| *to != account);
    let may_keep = |to: &str| directory.people.get(to).is_some_and(|p| p.active && p.role == Role::Administrator);
    // As if they were gone already: where they stand in for the fallback owner, they get nothing.
    let mut without = directory.clone();
    if let Some(person) = without.people.get_mut(account) {
        person.active = false;
    }
    let fallback = without.fallback.as_deref().and_then(|f| without.reach(f, at).ok()).map(str::to_owned);
    let mut tx = app.db.begin().await?;
    tx.touch_district(&district.id).await?;
    if tx.fallback_owner(&district.id).await?.as_deref() == Some(account) {
        let words = format!("{} is the district’s fallback owner. Name another one first.", person.name);
        return Err(Error::refused("person", words));
    }
    if person.role == Role::Administrator && tx.other_administrators(&district.id, account).await? == 0 {
        return Err(last_administrator("person"));
    }
    tx.set_disabled(&district.id, account, Some(at)).await?;
    tx.delete_sessions_in(&district.id, account).await?;
    let mut telling = Telling::new(app, district, Some(by), now);
    let (mut count, mut sealed) = (0, 0);
    for item in &open_of(app, district, by, account).await? {
        let Some(inquiry) = tx.inquiry_to_change(&district.id, &item.id).await? else { continue };
        // A colleague handed it on or closed it a moment ago.
        if inquiry.owner_id.as_deref() != Some(account) || inquiry.status == Status::Closed {
            continue;
        }
        let to = if inquiry.confidential { keeper.map(str::to_owned) } else { fallback.clone() };
        if inquiry.confidential {
            sealed += 1;
            telling.seal(&inquiry.id);
        } else {
            count += 1;
        }
        tx.update_inquiry(&district.id, &inquiry, &Change { owner_id: Some(to.clone()), ..Change::default() }, at).await?;
        let detail = json!({ "from": account, "to": to, "reason": format!("{} was deactivated.", person.name) }).to_string();
        let entry = NewAudit { inquiry: Some(&item.id), account: Some(by), action: "assigned", detail: &detail, at: now };
        tx.insert_audit(&district.id, &entry).await?;
        tx.insert_event(&district.id, &new_id(app.now()), &item.id, "assigned", at).await?;
        crate::search::index(&mut tx, &district.id, &[&item.id]).await?;
        match &to {
            Some(to) => telling.tell(to, &item.id, NoticeKind::Assigned, None),
            None => telling.tell_administrators(&item.id),
        }
    }
    if sealed > 0 && !keeper.is_some_and(may_keep) {
        let words = format!("{} has {sealed} open confidential inquiries. Name the administrator who gets them.", person.name);
        return Err(Error::refused("confidential_to", words));
    }
    telling.write(&mut tx).await?;
    let detail = json!({ "account": account, "handed_over": count + sealed, "to": fallback, "confidential": sealed, "confidential_to": keeper });
    audit(&mut tx, &district.id, Some(by), "deactivated", &detail, now).await?;
    tx.commit().await?;
    app.refresh_districts().await?;
    app.wake();
    Ok(HandedOver { count, to: fallback, confidential: sealed })
}

/// Everything that somebody owns and that is not closed.
async fn open_of(app: &App, district: &DistrictRecord, by: &str, account: &str) -> Result<Vec<ListItem>> {
    const PAGE: u32 = 200;
    let mut filter = Filter {
        statuses: vec![Status::New, Status::Open, Status::Waiting],
        owners: Owners::Of(vec![account.to_owned()]),
        limit: PAGE,
        ..Filter::of(Scope::Everything { account: by.to_owned() })
    };
    let mut open = Vec::new();
    loop {
        let page = app.db.inquiries(&district.id, &filter).await?;
        filter.after = page.last().map(|last| filter.order.position(last));
        let more = page.len() == PAGE as usize;
        open.extend(page);
        if !more {
            return Ok(open);
        }
    }
}

/// Lets somebody in again.
///
/// # Errors
/// [`Error::NotFound`], or the database refused.
pub async fn reactivate(app: &App, district: &DistrictRecord, by: &str, account: &str) -> Result<()> {
    district.directory.people.get(account).ok_or(Error::NotFound)?;
    let mut tx = app.db.begin().await?;
    tx.set_disabled(&district.id, account, None).await?;
    audit(&mut tx, &district.id, Some(by), "reactivated", &json!({ "account": account }), app.now()).await?;
    tx.commit().await?;
    app.refresh_districts().await
}
