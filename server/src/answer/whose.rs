//! Whose an inquiry is, and which ones nobody sees.

use crate::app::App;
use crate::routing;
use crate::store::{DistrictRecord, Filter, InquiryRecord, ListItem, Order, Owners, Result, Scope};
use jiff::Timestamp;
use porchlight_shared::form::RawAnswers;
use porchlight_shared::status::Status;
use porchlight_shared::wire;

/// Open inquiries that nobody would see: the first of them, and how many there are. Each of both kinds is counted up to
/// 1,000.
pub struct Unseen {
    pub first: Vec<ListItem>,
    pub count: i64,
}

/// Open inquiries without an owner, with one who cannot be reached, and confidential ones whose owner is not here: a
/// stand-in does not read those.
///
/// # Errors
/// The database cannot be read.
pub async fn unseen(app: &App, district: &DistrictRecord, administrator: &str) -> Result<Unseen> {
    let now = app.now().as_millisecond();
    let own = |all: std::collections::BTreeSet<&str>| all.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let open = Filter {
        statuses: vec![Status::New, Status::Open, Status::Waiting],
        order: Order::DueFirst,
        ..Filter::of(Scope::Everything { account: administrator.to_owned() })
    };
    let nobodys = Filter { owners: Owners::NobodyOr(own(district.directory.unreachable(now))), ..open.clone() };
    let away = own(&district.directory.not_here(now) - &district.directory.unreachable(now));
    let sealed = Filter { owners: Owners::Of(away), confidential: true, ..open };
    let (mut first, mut count) = (Vec::new(), 0);
    for filter in [nobodys, sealed] {
        first.extend(app.db.inquiries(&district.id, &filter).await?);
        count += app.db.count(&district.id, &filter).await?;
    }
    Ok(Unseen { first, count })
}

/// Whether the owner, or for what is not confidential somebody in their place, sees what comes now.
pub fn is_seen(district: &DistrictRecord, owner: Option<&str>, confidential: bool, now: i64) -> bool {
    let Some(owner) = owner else { return false };
    district.directory.reach(owner, now).is_ok_and(|reached| reached == owner || !confidential)
}

/// Whom the rules name for an inquiry as it stands, under `topic`.
pub fn owner_by_rules(district: &DistrictRecord, inquiry: &InquiryRecord, topic: &str, now: Timestamp) -> Option<String> {
    decide(district, &district.rules, inquiry, topic, now).owner
}

/// What `rules` would do with an inquiry as it stands, under `topic`.
pub fn decide(
    district: &DistrictRecord,
    rules: &[porchlight_shared::rules::Rule],
    inquiry: &InquiryRecord,
    topic: &str,
    now: Timestamp,
) -> routing::Assignment {
    let answers: RawAnswers = wire::read_answers(&inquiry.answers).unwrap_or_default();
    let found = district.district.topic(topic);
    let answered = routing::Answered::of(found, inquiry.school_id.as_deref(), &answers);
    let facts = porchlight_shared::rules::Facts {
        topic,
        schools: &answered.schools,
        grades: &answered.grades,
        kind: inquiry.kind,
        relationship: inquiry.relationship,
        locale: &inquiry.locale,
        answers: &answers,
    };
    routing::assign(rules, &district.directory, found, inquiry.confidential, &facts, now.as_millisecond())
}
