//! Templates: written, tried, kept in versions, put away; and offered for an inquiry, filled in.

use super::answer_page::url;
use super::session::{Opened, Staff};
use super::staff::{Given, given, short, time};
use crate::access::{Power, can};
use crate::app::{App, new_id};
use crate::error::Error;
use crate::store::{AnswerRecord, NewAudit, NewVersion, Result, TemplateRecord, TemplateUses, YEAR_MS};
use crate::template::{Filled, Known, Problem, sample};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use porchlight_shared::api;
use porchlight_shared::template::{LONGEST_TITLE, VARIABLES};
use porchlight_shared::text::Locale;
use std::sync::Arc;

/// Most templates that somebody has at hand.
const MOST: usize = 500;

const HELP: &str = "Send title, body, locale, and if need be topic, personal and version as JSON.";

async fn at_hand(app: &App, staff: &Staff) -> Result<Vec<TemplateRecord>> {
    app.db.templates(&staff.district.id, staff.account()).await
}

async fn find(app: &App, staff: &Staff, id: &str) -> Result<TemplateRecord> {
    app.db.template(&staff.district.id, staff.account(), id).await?.ok_or(Error::NotFound)
}

/// What became of templates in a year.
async fn uses(app: &App, staff: &Staff) -> Result<impl Fn(&TemplateRecord) -> TemplateUses + use<>> {
    let all = app.db.template_uses(&staff.district.id, app.now().as_millisecond() - YEAR_MS).await?;
    Ok(move |template: &TemplateRecord| all.get(&template.id).copied().unwrap_or_default())
}

/// One that the person may use, and if everybody may, one that they may change.
async fn to_change(app: &App, staff: &Staff, id: &str) -> Result<TemplateRecord> {
    let found = find(app, staff, id).await?;
    if found.account_id.is_none() && !can(staff.asker.role, Power::Share) {
        return Err(Error::Forbidden);
    }
    Ok(found)
}

/// `GET /templates`
pub(crate) async fn templates(State(app): State<Arc<App>>, staff: Staff) -> Result<Json<api::Templates>> {
    let name = |account: &str| Some(staff.district.directory.name(account).to_owned()).filter(|name| !name.is_empty());
    let uses = uses(&app, &staff).await?;
    let shown = |t: TemplateRecord| api::Template {
        uses: uses(&t).uses,
        settled: uses(&t).settled,
        id: t.id,
        title: t.title,
        body: t.body,
        topic: t.topic_id.as_deref().map(|topic| staff.topic(topic)),
        locale: t.locale,
        personal: t.account_id.is_some(),
        version: t.version,
        changed_at: time(t.changed_at),
        changed_by: name(&t.changed_by),
        retired: t.retired,
    };
    let variables = VARIABLES.iter().map(|(name, about)| api::Variable { name: (*name).into(), about: (*about).into() });
    Ok(Json(api::Templates {
        templates: at_hand(&app, &staff).await?.into_iter().map(shown).collect(),
        variables: variables.collect(),
    }))
}

fn locale_of(staff: &Staff, locale: &str) -> Result<Locale> {
    let offered = staff.district.district.locales.iter().find(|l| l.as_str() == locale);
    offered.cloned().ok_or_else(|| Error::refused("locale", "Please choose a language of your district."))
}

fn topic_of<'a>(staff: &Staff, topic: Option<&'a str>) -> Result<Option<&'a str>> {
    let topic = topic.filter(|t| !t.is_empty());
    if topic.is_some_and(|t| staff.district.district.topic(t).is_none()) {
        return Err(Error::refused("topic", "This topic is gone. Please choose another one, or every topic."));
    }
    Ok(topic)
}

/// Checks what was written and keeps it as the next version.
async fn put(app: &App, staff: &Staff, id: &str, new: &api::NewTemplate, owner: Option<&str>, before: i64) -> Result<()> {
    let title = short(&new.title, "title", LONGEST_TITLE, "Please give it a title.")?;
    let body = new.body.trim_end().replace('\0', "");
    if body.trim().is_empty() {
        return Err(Error::refused("body", "Please write the text of the template."));
    }
    let (locale, topic) = (locale_of(staff, &new.locale)?, topic_of(staff, new.topic.as_deref())?);
    sample(app, &staff.district, staff.own()?, &body, topic, &locale)
        .map_err(|problem| Error::refused("body", problem.to_string()))?;
    let (district, now) = (&staff.district.id, app.now());
    let version = NewVersion {
        id,
        owner,
        topic,
        locale: locale.as_str(),
        title: &title,
        body: &body,
        before,
        by: staff.account(),
        at: now.as_millisecond(),
    };
    let mut tx = app.db.begin().await?;
    tx.put_template(district, &version).await?;
    // What somebody keeps for themselves is nobody else's business.
    if owner.is_none() {
        let action = if before == 0 { "template_written" } else { "template_changed" };
        let detail = serde_json::json!({ "template": id, "to": title, "version": before + 1 }).to_string();
        tx.insert_audit(district, &NewAudit { inquiry: None, account: Some(staff.account()), action, detail: &detail, at: now })
            .await?;
    }
    tx.commit().await
}

/// `POST /templates`
pub(crate) async fn make(
    State(app): State<Arc<App>>,
    staff: Staff,
    body: Given<api::NewTemplate>,
) -> Result<(StatusCode, Json<api::Made>)> {
    let new = given(body, HELP)?;
    if !new.personal && !can(staff.asker.role, Power::Share) {
        return Err(Error::Forbidden);
    }
    if at_hand(&app, &staff).await?.len() >= MOST {
        return Err(Error::refused("title", format!("{MOST} templates are the most. Please change one that is there.")));
    }
    let id = new_id(app.now());
    let owner = new.personal.then(|| staff.account());
    put(&app, &staff, &id, &new, owner, 0).await?;
    Ok((StatusCode::CREATED, Json(api::Made { id })))
}

/// `PUT /templates/{template}`
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Given<api::NewTemplate>,
) -> Result<StatusCode> {
    let new = given(body, HELP)?;
    let found = to_change(&app, &staff, &id).await?;
    if new.version != found.version {
        return Err(Error::Conflict);
    }
    put(&app, &staff, &id, &new, found.account_id.as_deref(), found.version).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn retire(app: &App, staff: &Staff, id: &str, away: bool) -> Result<StatusCode> {
    let found = to_change(app, staff, id).await?;
    let (district, now) = (&staff.district.id, app.now());
    let mut tx = app.db.begin().await?;
    tx.retire_template(district, id, away.then(|| now.as_millisecond())).await?;
    if found.account_id.is_none() {
        let action = if away { "template_put_away" } else { "template_brought_back" };
        let detail = serde_json::json!({ "template": id, "to": found.title }).to_string();
        tx.insert_audit(district, &NewAudit { inquiry: None, account: Some(staff.account()), action, detail: &detail, at: now })
            .await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /templates/{template}/retirement`
pub(crate) async fn put_away(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Result<StatusCode> {
    retire(&app, &staff, &id, true).await
}

/// `DELETE /templates/{template}/retirement`
pub(crate) async fn bring_back(State(app): State<Arc<App>>, staff: Staff, Path(id): Path<String>) -> Result<StatusCode> {
    retire(&app, &staff, &id, false).await
}

/// `GET /templates/{template}/versions`
pub(crate) async fn versions(
    State(app): State<Arc<App>>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Json<Vec<api::TemplateVersion>>> {
    find(&app, &staff, &id).await?;
    let all = app.db.template_versions(&staff.district.id, &id).await?;
    let shown = all.into_iter().map(|v| api::TemplateVersion {
        version: v.version,
        title: v.title,
        body: v.body,
        changed_at: time(v.changed_at),
        changed_by: Some(staff.district.directory.name(&v.changed_by).to_owned()).filter(|name| !name.is_empty()),
    });
    Ok(Json(shown.collect()))
}

fn told(problem: Problem) -> api::TemplateProblem {
    api::TemplateProblem { line: problem.line, words: problem.words }
}

fn filled(filled: Filled) -> api::FilledText {
    api::FilledText { text: filled.text, missing: filled.missing.into_iter().map(str::to_owned).collect() }
}

/// `POST /templates/trial`: a text that does not work is an answer, not an error: somebody is typing it.
pub(crate) async fn trial(
    State(app): State<Arc<App>>,
    staff: Staff,
    body: Given<api::TryTemplate>,
) -> Result<Json<api::TemplateTrial>> {
    let new = given(body, "Send body and locale as JSON, and topic if there is one.")?;
    let (locale, topic) = (locale_of(&staff, &new.locale)?, topic_of(&staff, new.topic.as_deref())?);
    Ok(Json(match sample(&app, &staff.district, staff.own()?, &new.body, topic, &locale) {
        Ok((known, anonymous)) => {
            api::TemplateTrial { problem: None, known: Some(filled(known)), anonymous: Some(filled(anonymous)) }
        }
        Err(problem) => api::TemplateTrial { problem: Some(told(problem)), ..api::TemplateTrial::default() },
    }))
}

/// How well a template fits an inquiry: its language first, since another one cannot be sent; then the topic; then what
/// settled matters before, where one lucky use does not outweigh twenty.
fn rank(template: &TemplateRecord, became: TemplateUses, topic: &str, locale: &str) -> (bool, u8, i64) {
    let about = match template.topic_id.as_deref() {
        Some(own) if own == topic => 0,
        None => 1,
        Some(_) => 2,
    };
    (template.locale != locale, about, -(became.settled + 1) * 1_000 / (became.uses + 2) - became.uses.min(100))
}

async fn known<'a>(app: &'a App, opened: &'a Opened) -> Result<Known<'a>> {
    let Opened { staff, inquiry, .. } = opened;
    let shared = !app.db.children_of(&staff.district.id, &inquiry.id).await?.is_empty();
    Ok(Known { app, district: &staff.district, inquiry, own: staff.own()?, shared })
}

/// A published answer as it is put into a reply: with where it stands.
fn with_page(app: &App, staff: &Staff, answer: &AnswerRecord) -> String {
    format!("{}\n\n{}", answer.shown.text, url(app, &staff.district, answer))
}

/// `GET /inquiries/{id}/templates`: templates, then published answers in its language or about its topic.
pub(crate) async fn offered(State(app): State<Arc<App>>, opened: Opened) -> Result<Json<Vec<api::OfferedTemplate>>> {
    let Opened { staff, inquiry, .. } = &opened;
    let (known, uses) = (known(&app, &opened).await?, uses(&app, staff).await?);
    let mut all: Vec<TemplateRecord> = at_hand(&app, staff).await?.into_iter().filter(|t| !t.retired).collect();
    all.sort_by_key(|t| rank(t, uses(t), &inquiry.topic_id, &inquiry.locale));
    let offered = all.into_iter().filter_map(|t| {
        let (text, became) = (known.fill(&t.body, &t.locale).ok()?, uses(&t));
        Some(api::OfferedTemplate {
            fits: t.locale == inquiry.locale && t.topic_id.as_ref().is_none_or(|topic| *topic == inquiry.topic_id),
            id: t.id,
            title: t.title,
            locale: t.locale,
            personal: t.account_id.is_some(),
            answer: false,
            uses: became.uses,
            settled: became.settled,
            filled: filled(text),
        })
    });
    // What stands for everybody already.
    let about = |a: &AnswerRecord| (a.locale != inquiry.locale, a.shown.topic != inquiry.topic_id);
    let mut answers: Vec<&AnswerRecord> = staff.district.answers.iter().filter(|a| about(a) != (true, true)).collect();
    answers.sort_by_key(|a| about(a));
    let answers = answers.into_iter().map(|a| api::OfferedTemplate {
        id: a.id.clone(),
        title: a.shown.question.clone(),
        locale: a.locale.clone(),
        personal: false,
        answer: true,
        fits: about(a) == (false, false),
        uses: 0,
        settled: a.settled,
        filled: api::FilledText { text: with_page(&app, staff, a), missing: Vec::new() },
    });
    Ok(Json(offered.chain(answers).collect()))
}

/// What templates and answers put into a draft, as they would put it now.
pub(super) async fn inserted(app: &App, opened: &Opened, ids: &[String]) -> Result<Vec<api::Inserted>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (staff, known) = (&opened.staff, known(app, opened).await?);
    let mut all = Vec::new();
    for id in ids {
        let text = if let Some(answer) = staff.district.answers.iter().find(|a| a.id == *id) {
            Some(with_page(app, staff, answer))
        } else {
            let found = app.db.template(&staff.district.id, staff.account(), id).await?;
            found.and_then(|t| known.fill(&t.body, &t.locale).ok()).map(|filled| filled.text)
        };
        all.extend(text.map(|text| api::Inserted { template: id.clone(), text }));
    }
    Ok(all)
}

/// Ids of templates that a client names, as far as they can be any.
pub(super) fn named(ids: &[String]) -> Result<Vec<String>> {
    let fit = ids.len() <= 20 && ids.iter().all(|id| uuid::Uuid::parse_str(id).is_ok());
    if fit { Ok(ids.to_vec()) } else { Err(Error::refused("templates", "At most 20 templates, by their ids.")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(topic: Option<&str>, locale: &str, uses: i64, settled: i64) -> (TemplateRecord, TemplateUses) {
        let template = TemplateRecord {
            id: String::new(),
            account_id: None,
            topic_id: topic.map(str::to_owned),
            locale: locale.to_owned(),
            title: String::new(),
            body: String::new(),
            version: 1,
            changed_by: String::new(),
            changed_at: 0,
            retired: false,
        };
        (template, TemplateUses { uses, settled })
    }

    #[test]
    fn language_comes_before_topic_and_that_before_what_worked() {
        let rank = |(template, became): &(TemplateRecord, TemplateUses)| rank(template, *became, "bus", "es");
        let best_first = [
            template(Some("bus"), "es", 20, 18),
            template(Some("bus"), "es", 1, 1),
            template(Some("bus"), "es", 20, 2),
            template(None, "es", 90, 90),
            template(Some("food"), "es", 90, 90),
            template(Some("bus"), "en", 90, 90),
        ];
        assert!(best_first.is_sorted_by_key(rank), "{:?}", best_first.iter().map(rank).collect::<Vec<_>>());
    }
}
