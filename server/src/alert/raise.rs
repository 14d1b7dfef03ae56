//! From what a sender said to the alerts that it raises. Pure.

use super::{Alerts, Match, Matcher, SAFETY};
use crate::app::new_id;
use crate::store::{AlertMatch, FileRecord, InquiryRecord, MessageRecord, NewAlert, NewJob};
use jiff::Timestamp;
use porchlight_shared::form::{Form, RawAnswer, RawAnswers};
use porchlight_shared::status::{MessageKind, Priority};
use porchlight_shared::text::Locale;
use serde_json::json;
use std::collections::BTreeMap;

/// Something that a sender said, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// `answer:FIELD`, `message:ID` or `file:ID`.
    pub place: String,
    pub text: String,
}

impl Said {
    pub fn message(id: &str, text: &str) -> Self {
        Self { place: format!("message:{id}"), text: text.to_owned() }
    }

    pub fn file(id: &str, name: &str) -> Self {
        Self { place: format!("file:{id}"), text: name.to_owned() }
    }
}

/// What the answers to a form say: texts as they were written, choices in the sender's words.
pub fn said_in_answers(answers: &RawAnswers, form: Option<&Form>, locale: &str) -> Vec<Said> {
    let locale = Locale::parse(locale);
    let mut said = Vec::new();
    for (field, answer) in answers.iter() {
        let choices = form.and_then(|f| f.fields.iter().find(|f| f.id == *field)).map(|f| f.kind.choices()).unwrap_or_default();
        let label = |id: &String| {
            let choice = choices.iter().find(|c| c.id == *id)?;
            locale.as_ref().map(|locale| choice.label.get(locale).to_owned())
        };
        let text = match answer {
            RawAnswer::Text(text) | RawAnswer::Place { text, .. } => label(text).unwrap_or_else(|| text.clone()),
            RawAnswer::Many(ids) => ids.iter().filter_map(label).collect::<Vec<_>>().join("\n"),
            RawAnswer::Number(_) | RawAnswer::Flag(_) | RawAnswer::Other => continue,
        };
        said.push(Said { place: format!("answer:{field}"), text });
    }
    said
}

/// All that the sender of an inquiry said until now; what staff wrote is not in it.
pub fn said_in_all(inquiry: &InquiryRecord, form: Option<&Form>, thread: &[MessageRecord], files: &[FileRecord]) -> Vec<Said> {
    let answers = porchlight_shared::wire::read_answers(&inquiry.answers).unwrap_or_default();
    let mut said = said_in_answers(&answers, form, &inquiry.locale);
    said.extend(thread.iter().filter(|m| m.kind == MessageKind::Sender).map(|m| Said::message(&m.id, &m.body)));
    let from_staff = |file: &&FileRecord| {
        file.message_id.as_ref().is_some_and(|id| thread.iter().any(|m| m.id == *id && m.kind != MessageKind::Sender))
    };
    said.extend(files.iter().filter(|f| !from_staff(f)).map(|f| Said::file(&f.id, &f.name)));
    said
}

/// What of it each category must hear of.
pub fn found(alerts: &Alerts, said: &[Said]) -> BTreeMap<String, Vec<AlertMatch>> {
    let mut by_category: BTreeMap<String, Vec<AlertMatch>> = BTreeMap::new();
    for said in said {
        for found in alerts.matcher.scan(&said.text) {
            by_category.entry(found.category.to_owned()).or_default().push(as_match(said, &found));
        }
    }
    by_category
}

/// What of it a matcher finds, whatever the category.
pub fn matches_in(matcher: &Matcher, said: &[Said]) -> Vec<AlertMatch> {
    said.iter().flat_map(|said| matcher.scan(&said.text).into_iter().map(|found| as_match(said, &found))).collect()
}

fn as_match(said: &Said, found: &Match<'_>) -> AlertMatch {
    AlertMatch {
        keyword: found.keyword.to_owned(),
        locale: found.locale.to_owned(),
        how: found.how,
        place: said.place.clone(),
        start: i64::try_from(found.start).unwrap_or(i64::MAX),
        end: i64::try_from(found.end).unwrap_or(i64::MAX),
    }
}

/// What raises alerts.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    pub inquiry: &'a str,
    /// `inquiry`, a message's id, or `scan`.
    pub source: &'a str,
    /// The topic always alerts.
    pub safety: bool,
    pub priority: Priority,
    pub at: Timestamp,
}

/// The alerts that follow from what was said.
pub fn raise(alerts: &Alerts, said: &[Said], occasion: Occasion<'_>) -> Vec<NewAlert> {
    let mut by_category = found(alerts, said);
    let safety = alerts.get(SAFETY).is_some_and(|known| known.category.on);
    if occasion.safety && safety {
        by_category.entry(SAFETY.to_owned()).or_default();
    }
    by_category.into_iter().map(|(category, matches)| new_alert(&category, matches, occasion)).collect()
}

/// One alert.
pub fn new_alert(category: &str, matches: Vec<AlertMatch>, occasion: Occasion<'_>) -> NewAlert {
    NewAlert {
        id: new_id(occasion.at),
        inquiry_id: occasion.inquiry.to_owned(),
        category_id: category.to_owned(),
        source: occasion.source.to_owned(),
        raised_by: None,
        raised_at: occasion.at.as_millisecond(),
        priority_before: occasion.priority,
        matches,
    }
}

/// The job that tells of an alert; `step` counts who was told before.
pub fn telling(district: &str, alert: &str, step: i64, run_at: i64) -> NewJob {
    let payload = json!({ "district": district, "id": alert, "step": step }).to_string();
    NewJob { id: format!("alert-{alert}-{step}"), kind: "tell_alert", payload, run_at }
}
