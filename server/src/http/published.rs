//! Published answers for staff: written, from a reply or from nothing, published once nobody can be recognised in them,
//! looked after, put away.

use super::answer_page::url;
use super::session::{Opened, Staff};
use super::staff::{Given, given, short, time};
use crate::access::Action;
use crate::app::{App, new_id};
use crate::error::Error;
use crate::published::{check_by, day, personal, question, slug, without_letter};
use crate::routing::Person;
use crate::store::{AnswerRecord, Filter, NewAnswer, NewAudit, Result};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::civil::Date;
use porchlight_shared::api;
use porchlight_shared::form::RawAnswer;
use porchlight_shared::published::{LONGEST_KEYWORDS, LONGEST_QUESTION, LONGEST_TEXT, PublishedAnswer};
use porchlight_shared::status::{AnswerState, MessageKind};
use porchlight_shared::wire;
use std::sync::Arc;

/// Most answers of a district.
const MOST: usize = 2_000;
/// So many are looked through for those that the reader may see.
const LOOKED_THROUGH: u32 = 500;
/// Inquiries that are shown under "asked all the same".
const SHOWN: u32 = 50;

const HELP: &str = "Send question, text, topic and locale as JSON, and what else an answer has.";

impl Staff {
    fn answer(&self, app: &App, answer: &AnswerRecord, asked: i64, all: &[AnswerRecord]) -> api::Answer {
        let district = &self.district.district;
        let (shown, now) = (&answer.shown, app.now());
        let name = |account: &str| self.district.directory.name(account).to_owned();
        let due = answer.check_by.parse::<Date>().is_ok_and(|date| date <= day(&self.district, now));
        let others = all.iter().filter(|o| o.shown.slug == shown.slug && o.id != answer.id);
        api::Answer {
            id: answer.id.clone(),
            url: url(app, &self.district, answer),
            question: shown.question.clone(),
            text: shown.text.clone(),
            keywords: shown.keywords.clone(),
            topic: self.topic(&shown.topic),
            topic_gone: district.topic(&shown.topic).is_none(),
            school: shown
                .school
                .as_ref()
                .map(|id| api::Named { id: id.clone(), label: self.district.school_name(id).to_owned() }),
            locale: answer.locale.clone(),
            state: answer.state,
            owner_left: self.people.iter().all(|p| p.account_id != answer.owner_id || p.disabled),
            owner: api::Named { id: answer.owner_id.clone(), label: name(&answer.owner_id) },
            check_by: answer.check_by.clone(),
            check_now: due && answer.state == AnswerState::Published,
            version: answer.version,
            changed_at: time(answer.changed_at),
            changed_by: name(&answer.changed_by),
            settled: answer.settled,
            asked,
            translations: others.map(|o| o.locale.clone()).collect(),
            from_inquiry: answer.source.is_some(),
        }
    }

    async fn answers(&self, app: &App) -> Result<Vec<AnswerRecord>> {
        app.db.answers(&self.district.id, app.now().as_millisecond()).await
    }
}

/// `GET /answers`
pub(crate) async fn answers(State(app): State<Arc<App>>, staff: Staff) -> Result<Json<Vec<api::Answer>>> {
    let all = staff.answers(&app).await?;
    let asked = app.db.asked_counts(&staff.district.id, app.now().as_millisecond()).await?;
    let asked = |answer: &AnswerRecord| asked.get(&answer.id).copied().unwrap_or_default();
    Ok(Json(all.iter().map(|answer| staff.answer(&app, answer, asked(answer), &all)).collect()))
}

/// Names of the people of an inquiry: its sender's, what short answers say (a child's name, perhaps), the same of what was
/// merged into it, and those of staff who replied.
async fn names(app: &App, staff: &Staff, source: &str) -> Result<Vec<String>> {
    let district = &staff.district.id;
    let mut names = Vec::new();
    for id in app.db.children_of(district, source).await?.into_iter().chain([source.to_owned()]) {
        let Some(inquiry) = app.db.inquiry(district, &id).await? else { continue };
        let answers = wire::read_answers(&inquiry.answers).unwrap_or_default();
        names.extend(answers.iter().filter_map(|(_, answer)| match answer {
            RawAnswer::Text(text) if is_like_a_name(text) => Some(text.clone()),
            _ => None,
        }));
        names.extend(inquiry.sender_name);
    }
    let thread = app.db.thread(district, source).await?;
    names.extend(thread.into_iter().filter(|m| m.kind == MessageKind::Reply).filter_map(|m| m.account_name));
    names.sort();
    names.dedup();
    Ok(names)
}

/// `Maya Lee`: a few words on one line, each with a capital, and nothing else.
fn is_like_a_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    (1..=4).contains(&words.len())
        && text.chars().count() <= 40
        && words.iter().all(|word| {
            !word.chars().next().is_some_and(char::is_lowercase) && word.chars().all(|c| c.is_alphabetic() || "'’.-".contains(c))
        })
}

/// The inquiry from which an answer is made: one that its maker may read, and that is nobody's secret.
async fn source_of(app: &App, staff: &Staff, source: Option<&str>) -> Result<Option<String>> {
    let Some(source) = source.filter(|id| !id.is_empty()) else { return Ok(None) };
    let (inquiry, _) = Opened::find(app, staff, source, Action::See).await?;
    if inquiry.confidential {
        return Err(Error::refused("source", SECRET));
    }
    Ok(Some(inquiry.id))
}

const SECRET: &str = "This inquiry is confidential: what was said in it stays in it. Write the answer from nothing instead.";

/// What was written, checked; `before` is what is changed.
async fn checked(
    app: &App,
    staff: &Staff,
    new: &api::NewAnswer,
    before: Option<&AnswerRecord>,
    all: &[AnswerRecord],
) -> Result<NewAnswer> {
    let district = &staff.district.district;
    let question = short(&new.question, "question", LONGEST_QUESTION, "Please write the question as people ask it.")?;
    let body = short(&new.text, "text", LONGEST_TEXT, "Please write the answer.")?;
    let keywords = short(&new.keywords, "keywords", LONGEST_KEYWORDS, "")?;
    if district.topic(&new.topic).is_none() {
        return Err(Error::refused("topic", "Please choose one of your district’s topics."));
    }
    let school = new.school.clone().filter(|s| !s.is_empty());
    if school.as_deref().is_some_and(|s| district.school(s).is_none()) {
        return Err(Error::refused("school", "Please choose one of your district’s schools, or every school."));
    }
    if district.locales.iter().all(|l| l.as_str() != new.locale) {
        return Err(Error::refused("locale", "Please choose a language of your district."));
    }
    let owner = new.owner.clone().filter(|o| !o.is_empty()).unwrap_or_else(|| staff.account().to_owned());
    if !staff.people.iter().any(|p| p.account_id == owner && !p.disabled && Person::can_own(p.role)) {
        return Err(Error::refused("owner", "Please choose somebody who works here, to look after it."));
    }
    let check_by = match new.check_by.as_deref().filter(|date| !date.is_empty()) {
        None => check_by(&staff.district, app.now()),
        Some(given) => given.parse::<Date>().map_err(|_| Error::refused("check_by", "Please give a day, like 2027-05-01."))?,
    };
    if new.publish && check_by <= day(&staff.district, app.now()) {
        return Err(Error::refused("check_by", "Please choose a day to come, on which somebody looks whether it still holds."));
    }
    let slug = address(new, &question, before, all)?;
    let source = match before.and_then(|b| b.source.clone()).or_else(|| translated(new, all)) {
        Some(source) => Some(source),
        None => source_of(app, staff, new.source.as_deref()).await?,
    };
    let names = match &source {
        Some(source) => names(app, staff, source).await?,
        None => Vec::new(),
    };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    // A draft is read by every colleague: what comes from an inquiry is looked at before that, too.
    if (new.publish || source.is_some()) && !new.checked {
        let whole = [question.as_str(), &body, &keywords].join("\n");
        let found = personal(&staff.district, &whole, &names);
        if !found.is_empty() {
            return Err(Error::refused(
                "checked",
                format!(
                    "This may tell who somebody is: {}. Please take it out, or say that nobody can be recognized.",
                    found.join(", ")
                ),
            ));
        }
    }
    let state = if new.publish { AnswerState::Published } else { AnswerState::Draft };
    Ok(NewAnswer {
        id: before.map_or_else(|| new_id(app.now()), |b| b.id.clone()),
        locale: new.locale.clone(),
        source,
        shown: PublishedAnswer { slug, topic: new.topic.clone(), school, question, text: body, keywords },
        state,
        owner_id: owner,
        check_by: check_by.to_string(),
        before: before.map_or(0, |b| b.version),
        by: staff.account().to_owned(),
        at: app.now().as_millisecond(),
    })
}

/// The inquiry from which the original of a translation was made.
fn translated(new: &api::NewAnswer, all: &[AnswerRecord]) -> Option<String> {
    let of = new.translates.as_deref()?;
    all.iter().find(|o| o.id == of)?.source.clone()
}

/// Its address stays for ever; a translation shares it, a new answer gets one of its own.
fn address(new: &api::NewAnswer, question: &str, before: Option<&AnswerRecord>, all: &[AnswerRecord]) -> Result<String> {
    let is_taken = |slug: &str, locale: &str| {
        all.iter().any(|o| o.shown.slug == slug && o.locale == locale && before.is_none_or(|b| b.id != o.id))
    };
    let kept = match (before, new.translates.as_deref()) {
        (Some(before), _) => Some(before.shown.slug.clone()),
        (None, Some(of)) => Some(all.iter().find(|o| o.id == of).ok_or(Error::NotFound)?.shown.slug.clone()),
        (None, None) => None,
    };
    match kept {
        Some(slug) if is_taken(&slug, &new.locale) => {
            Err(Error::refused("locale", "This answer stands in that language already. Please choose another one."))
        }
        Some(slug) => Ok(slug),
        None => Ok(slug(question, |slug| all.iter().any(|o| o.shown.slug == slug))),
    }
}

async fn put(app: &App, staff: &Staff, new: &NewAnswer, action: &str) -> Result<()> {
    let district = &staff.district.id;
    let detail = serde_json::json!({ "answer": new.id, "to": new.shown.question, "state": new.state.as_str() }).to_string();
    let entry = NewAudit { inquiry: None, account: Some(staff.account()), action, detail: &detail, at: app.now() };
    let mut tx = app.db.begin().await?;
    tx.put_answer(district, new).await?;
    tx.insert_audit(district, &entry).await?;
    tx.commit().await?;
    app.refresh_districts().await
}

/// `POST /answers`
pub(crate) async fn make(
    State(app): State<Arc<App>>,
    staff: Staff,
    body: Given<api::NewAnswer>,
) -> Result<(StatusCode, Json<api::Made>)> {
    let new = given(body, HELP)?;
    let all = staff.answers(&app).await?;
    if all.len() >= MOST {
        return Err(Error::refused("question", format!("{MOST} answers are the most. Please change one that is there.")));
    }
    let record = checked(&app, &staff, &new, None, &all).await?;
    put(&app, &staff, &record, "answer_written").await?;
    Ok((StatusCode::CREATED, Json(api::Made { id: record.id })))
}

/// `PUT /answers/{answer}`
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Given<api::NewAnswer>,
) -> Result<StatusCode> {
    let new = given(body, HELP)?;
    let all = staff.answers(&app).await?;
    let before = all.iter().find(|a| a.id == id).ok_or(Error::NotFound)?;
    if new.version != before.version {
        return Err(Error::Conflict);
    }
    let record = checked(&app, &staff, &new, Some(before), &all).await?;
    put(&app, &staff, &record, "answer_changed").await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_state(app: &App, staff: &Staff, id: &str, state: AnswerState, action: &str) -> Result<StatusCode> {
    let all = staff.answers(app).await?;
    let found = all.iter().find(|a| a.id == id).ok_or(Error::NotFound)?;
    let (district, now) = (&staff.district.id, app.now());
    let detail = serde_json::json!({ "answer": id, "to": found.shown.question }).to_string();
    let mut tx = app.db.begin().await?;
    tx.set_answer_state(district, id, state, staff.account(), now.as_millisecond()).await?;
    tx.insert_audit(district, &NewAudit { inquiry: None, account: Some(staff.account()), action, detail: &detail, at: now })
        .await?;
    tx.commit().await?;
    app.refresh_districts().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /answers/{answer}/retirement`
pub(crate) async fn put_away(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Result<StatusCode> {
    set_state(&app, &staff, &id, AnswerState::Retired, "answer_put_away").await
}

/// `DELETE /answers/{answer}/retirement`: as a draft, since it may not hold any more.
pub(crate) async fn bring_back(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Result<StatusCode> {
    set_state(&app, &staff, &id, AnswerState::Draft, "answer_brought_back").await
}

/// `GET /answers/{answer}/asked`: what was asked by those who had read it, as far as the reader may see it.
pub(crate) async fn asked(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Json<Vec<api::InquiryItem>>> {
    let ids = app.db.asked_after(&staff.district.id, &id, LOOKED_THROUGH).await?;
    let filter = Filter { ids: Some(ids), merged: true, limit: SHOWN, ..Filter::of(staff.asker.scope()) };
    let found = app.db.inquiries(&staff.district.id, &filter).await?;
    Ok(Json(staff.lines(&app, &found).await?))
}

/// `GET /inquiries/{id}/messages/{message}/answer`
pub(crate) async fn propose(
    State(app): State<Arc<App>>,
    opened: Opened,
    Path((_, message)): Path<(String, String)>,
) -> Result<Json<api::AnswerProposal>> {
    let Opened { staff, inquiry, .. } = &opened;
    let thread = app.db.thread(&staff.district.id, &inquiry.id).await?;
    if inquiry.confidential {
        return Err(Error::refused("source", SECRET));
    }
    let reply = thread.iter().find(|m| m.id == message && m.kind == MessageKind::Reply).ok_or(Error::NotFound)?;
    let answers = wire::read_answers(&inquiry.answers).unwrap_or_default();
    let texts =
        answers.iter().filter_map(|(_, answer)| if let RawAnswer::Text(text) = answer { Some(text.as_str()) } else { None });
    let before = thread.iter().filter(|m| m.kind == MessageKind::Sender && m.id < reply.id).map(|m| m.body.as_str());
    let asked = texts.chain(before).collect::<Vec<_>>().join("\n");
    let district = &staff.district.district;
    let sender = inquiry.sender_name.as_deref();
    let author = reply.account_name.as_deref().unwrap_or_default();
    Ok(Json(api::AnswerProposal {
        question: question(&asked, inquiry),
        text: without_letter(&reply.body, sender, &[author, reply.account_title.as_deref().unwrap_or_default(), &district.name]),
        topic: inquiry.topic_id.clone(),
        school: inquiry.school_id.clone().filter(|s| district.school(s).is_some()),
        locale: inquiry.locale.clone(),
        names: names(&app, staff, &inquiry.id).await?,
        check_by: check_by(&staff.district, app.now()).to_string(),
    }))
}
