//! What the console needs of the one who is logged in and of the district; and pieces that staff handlers share.

use super::session::Staff;
use crate::access::{self, Power};
use crate::app::App;
use crate::error::Error;
use crate::locale;
use crate::routing::Person;
use crate::store::{ListItem, StaffRecord};
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use jiff::Timestamp;
use porchlight_shared::api;
use porchlight_shared::status::Role;
use porchlight_shared::text::tidy;
use std::sync::Arc;

/// A text of at most so many characters, without surrounding spaces; `missing` is what is said where there must be one.
pub(super) fn short(given: &str, field: &'static str, most: usize, missing: &str) -> Result<String, Error> {
    let text = tidy(given).map_err(|kind| Error::field(field, kind))?.unwrap_or_default();
    if text.is_empty() && !missing.is_empty() {
        return Err(Error::refused(field, missing));
    }
    if text.chars().count() > most {
        return Err(Error::refused(field, format!("{most} characters are the most. Say it in fewer words.")));
    }
    Ok(text)
}

/// Longest tag, in characters.
const LONGEST_TAG: usize = 40;

/// A tag: a short word or two, in small letters.
fn tag(raw: &str) -> Result<String, Error> {
    let tag = raw.trim().trim_start_matches('#').split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    if tag.is_empty() || tag.chars().count() > LONGEST_TAG || tag.chars().any(|c| c.is_control() || c == ',') {
        return Err(Error::refused("tag", "Please write a tag of at most 40 characters, without commas."));
    }
    Ok(tag)
}

pub(super) fn tags(change: &api::TagChange) -> Result<(Vec<String>, Vec<String>), Error> {
    let all = |raw: &[String]| raw.iter().map(|t| tag(t)).collect::<Result<Vec<_>, Error>>();
    let (add, remove) = (all(&change.add)?, all(&change.remove)?);
    if add.len() + remove.len() == 0 || add.len() > 20 {
        return Err(Error::refused("tag", "Please give one to twenty tags."));
    }
    Ok((add, remove))
}

/// `GET /me`
pub(crate) async fn me(State(app): State<Arc<App>>, staff: Staff) -> Result<Json<api::Me>, Error> {
    let own = staff.own()?;
    let now = app.now().as_millisecond();
    let district = &staff.district.district;
    let first = district.first_locale();
    let sees_all = matches!(staff.asker.role, Role::Administrator | Role::Observer);
    let topics = district.topics.iter().filter(|t| sees_all || staff.asker.topics.contains(&t.id));
    let choices = |all: &[porchlight_shared::form::Choice]| {
        all.iter().map(|c| api::Named { id: c.id.clone(), label: c.label.get(first).to_owned() }).collect()
    };
    let mut people: Vec<&StaffRecord> = staff.people.iter().collect();
    people.sort_by_key(|p| p.disabled);
    Ok(Json(api::Me {
        account_id: own.account_id.clone(),
        name: own.name.clone(),
        email: own.email.clone(),
        title: own.title.clone(),
        role: own.role,
        district: api::DistrictBrief {
            slug: district.slug.clone(),
            name: district.name.clone(),
            phone: district.phone.clone(),
            time_zone: staff.district.calendar.zone().iana_name().unwrap_or("UTC").to_owned(),
        },
        topics: topics.map(|t| staff.topic(&t.id)).collect(),
        my_topics: staff.asker.topics.clone(),
        colleagues: people.iter().map(|p| staff.colleague_record(p, now)).collect(),
        schools: district.schools.iter().map(|s| api::Named { id: s.id.clone(), label: s.name.clone() }).collect(),
        grades: choices(&district.grades),
        departments: choices(&district.departments),
        locales: district
            .locales
            .iter()
            .map(|l| api::Named { id: l.as_str().to_owned(), label: locale::name(l).to_owned() })
            .collect(),
        tags: app.db.tags(&staff.district.id).await?,
        alert_categories: staff
            .district
            .alerts
            .categories
            .iter()
            .map(|known| api::Named { id: known.id.clone(), label: known.category.name.clone() })
            .collect(),
        can: api::Can {
            people: access::can(own.role, Power::People),
            routing: access::can(own.role, Power::Routing),
            ownerless: access::can(own.role, Power::Ownerless),
            trail: access::can(own.role, Power::Trail),
            share: access::can(own.role, Power::Share),
            answers: access::can(own.role, Power::Answers),
            promises: access::can(own.role, Power::Promises),
            alerts: access::can(own.role, Power::Alerts),
        },
        away_until: staff.district.directory.absence(&own.account_id, now).map(|a| time(a.ends_at)),
        second_factor_missing: staff.lacks_second_factor,
        preferences: own.preferences.clone(),
    }))
}

impl Staff {
    /// A topic by name; one that is gone keeps its id as its name.
    pub(super) fn topic(&self, topic: &str) -> api::Named {
        let label = self.district.topic_label(topic, self.district.district.first_locale());
        api::Named { id: topic.to_owned(), label: label.to_owned() }
    }

    fn colleague_record(&self, person: &StaffRecord, now: i64) -> api::Colleague {
        api::Colleague {
            account_id: person.account_id.clone(),
            name: person.name.clone(),
            title: person.title.clone(),
            can_own: !person.disabled && Person::can_own(person.role),
            away_until: self.district.directory.absence(&person.account_id, now).map(|a| time(a.ends_at)),
            left: person.disabled,
        }
    }

    /// Somebody of the district by id.
    pub(super) fn colleague(&self, account: &str, now: i64) -> Option<api::Colleague> {
        self.people.iter().find(|p| p.account_id == account).map(|p| self.colleague_record(p, now))
    }

    /// A line of a list. Of a sealed one, only that it is there.
    pub(super) fn line(&self, item: &ListItem, now: i64, sealed: bool, tags: Vec<String>) -> api::InquiryItem {
        api::InquiryItem {
            id: item.id.clone(),
            reference: item.reference.clone(),
            summary: if sealed { String::new() } else { item.summary.clone() },
            topic: self.topic(&item.topic_id),
            kind: item.kind,
            status: item.status,
            priority: item.priority,
            relationship: item.relationship,
            channel: item.channel,
            confidential: item.confidential,
            sender_name: item.sender_name.clone().filter(|_| !sealed),
            owner: item.owner_id.as_deref().and_then(|owner| self.colleague(owner, now)),
            received_at: time(item.received_at),
            due_at: item.due_at.map(time),
            past_due: item.due_at.is_some_and(|due| due < now),
            updated_at: time(item.updated_at),
            tags: if sealed { Vec::new() } else { tags },
            sealed,
            excerpt: Vec::new(),
        }
    }

    /// Lines as this person may see them, with their tags.
    pub(super) async fn lines(&self, app: &App, items: &[ListItem]) -> Result<Vec<api::InquiryItem>, Error> {
        let now = app.now().as_millisecond();
        let ids: Vec<&str> = items.iter().map(|i| i.id.as_str()).collect();
        let mut tags = app.db.tags_of(&self.district.id, &ids).await?;
        let confidential: Vec<&str> = items.iter().filter(|i| i.confidential).map(|i| i.id.as_str()).collect();
        let opened = app.db.opened(&self.district.id, self.account(), &confidential, now).await?;
        let line = |item: &ListItem| {
            let sealed = item.confidential && !opened.contains(&item.id);
            self.line(item, now, sealed, tags.remove(&item.id).unwrap_or_default())
        };
        Ok(items.iter().map(line).collect())
    }
}

/// A time as the API writes it, always with its milliseconds, so that times sort as they are written, too.
pub(super) fn time(at: i64) -> String {
    format!("{:.3}", Timestamp::from_millisecond(at).unwrap_or_default())
}

/// Why a JSON body was not taken.
pub(super) fn refused(rejection: &JsonRejection, help: &'static str) -> Error {
    match rejection.status() {
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Error::UnsupportedMedia,
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge { max_bytes: super::JSON_BYTES as u64 },
        _ => Error::Request(help),
    }
}

/// A JSON body, or why not.
pub(super) type Given<T> = Result<Json<T>, JsonRejection>;

/// The body, or what it should have been.
///
/// # Errors
/// [`Error::Request`] with `help`.
pub(super) fn given<T>(body: Given<T>, help: &'static str) -> Result<T, Error> {
    body.map(|Json(value)| value).map_err(|rejection| refused(&rejection, help))
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_sort_as_they_are_written() {
        let times: Vec<String> = [1_000, 1_001, 1_010, 1_011, 1_100, 1_101, 2_000].map(time).into();
        assert_eq!((times[0].as_str(), times.is_sorted()), ("1970-01-01T00:00:01.000Z", true));
    }
}
