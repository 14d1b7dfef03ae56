//! Routing rules: reading them, changing them, and trying them out on what came last.

use super::session::Staff;
use super::staff::{Given, given};
use crate::answer;
use crate::app::App;
use crate::error::Error;
use crate::routing::{self, Missing, RuleProblem};
use crate::store::{Filter, NewAudit, Result};
use axum::Json;
use axum::extract::State;
use porchlight_shared::api;
use porchlight_shared::form::FieldKind;
use porchlight_shared::rules::Rule;
use serde_json::json;
use std::sync::Arc;

/// Inquiries that rules are tried on.
const TRIED: u32 = 200;

pub(super) fn told(problem: RuleProblem) -> api::RuleTold {
    api::RuleTold { rule: problem.rule, refused: problem.refused, words: problem.words }
}

/// Why somebody gets nothing, as a sentence's end.
pub(super) const fn missing(why: Missing) -> &'static str {
    match why {
        Missing::Gone => "nobody is named who is still here",
        Missing::CannotOwn => "who is named may not own inquiries",
        Missing::Away => "who is named is away, and nobody stands in",
        Missing::Circle => "those who stand in are away, too, and name each other",
    }
}

fn check(app: &App, staff: &Staff, rules: &[Rule]) -> Vec<RuleProblem> {
    routing::check(rules, &staff.district.district, &staff.district.directory, app.now().as_millisecond())
}

/// `GET /routing`
pub(crate) async fn routing(State(app): State<Arc<App>>, staff: Staff) -> Result<Json<api::Routing>> {
    let record = &staff.district;
    let first = record.district.first_locale();
    let (version, rules) = app.db.rules(&record.id).await?;
    let mut fields = Vec::new();
    for topic in &record.district.topics {
        for field in
            topic.form.fields.iter().filter(|f| !matches!(f.kind, FieldKind::Files(_) | FieldKind::School | FieldKind::Grade))
        {
            let mut options: Vec<api::Named> = field
                .kind
                .choices()
                .iter()
                .map(|c| api::Named { id: c.id.clone(), label: c.label.get(first).to_owned() })
                .collect();
            if matches!(field.kind, FieldKind::YesNo) {
                options = [("true", "Yes"), ("false", "No")]
                    .map(|(id, label)| api::Named { id: id.into(), label: label.into() })
                    .into();
            }
            fields.push(api::AskedField {
                topic: topic.id.clone(),
                field: field.id.clone(),
                label: field.label.get(first).to_owned(),
                options,
            });
        }
    }
    let problems = check(&app, &staff, &rules).into_iter().map(told).collect();
    Ok(Json(api::Routing { version, rules, problems, fields }))
}

/// `PUT /routing`
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    staff: Staff,
    body: Given<api::RoutingChange>,
) -> Result<Json<Vec<api::RuleTold>>> {
    let change = given(body, "Send version and rules as JSON; a rule has id, name, when and then.")?;
    let problems = check(&app, &staff, &change.rules);
    if let Some(first) = problems.iter().find(|p| p.refused) {
        return Err(Error::refused("rules", first.words.clone()));
    }
    let at = app.now();
    let mut tx = app.db.begin().await?;
    tx.put_rules(&staff.district.id, change.version, &change.rules, staff.account(), at.as_millisecond()).await?;
    let detail = json!({ "from": change.version, "to": change.version + 1, "rules": change.rules.len() }).to_string();
    let entry = NewAudit { inquiry: None, account: Some(staff.account()), action: "rules_set", detail: &detail, at };
    tx.insert_audit(&staff.district.id, &entry).await?;
    tx.commit().await?;
    app.refresh_districts().await?;
    Ok(Json(problems.into_iter().map(told).collect()))
}

/// `POST /routing/trial`: what rules would do with the last inquiries. Nothing changes.
pub(crate) async fn trial(
    State(app): State<Arc<App>>,
    staff: Staff,
    body: Given<api::RoutingChange>,
) -> Result<Json<api::Trial>> {
    let rules = given(body, "Send rules as JSON; a rule has id, name, when and then.")?.rules;
    // Each is asked of each of the last inquiries.
    if rules.len() > routing::MOST_RULES {
        return Err(Error::refused("rules", format!("{} rules are the most. Join some.", routing::MOST_RULES)));
    }
    let problems = check(&app, &staff, &rules).into_iter().map(told).collect();
    let now = app.now();
    let at = now.as_millisecond();
    let filter = Filter { limit: TRIED, ..Filter::of(staff.asker.scope()) };
    let last = app.db.inquiries(&staff.district.id, &filter).await?;
    let shown = staff.lines(&app, &last).await?;
    let mut lines = Vec::new();
    // What rules find in a sealed one would tell what it says.
    for line in shown.into_iter().filter(|line| !line.sealed) {
        let Some(found) = app.db.inquiry(&staff.district.id, &line.id).await? else { continue };
        let decided = answer::decide(&staff.district, &rules, &found, &found.topic_id, now);
        let passed = decided.passed.iter().map(|p| format!("{}: {}", staff.district.directory.name(&p.account), missing(p.why)));
        lines.push(api::TrialLine {
            school: found.school_id.as_deref().map(|s| staff.district.school_name(s).to_owned()),
            owner: decided.owner.as_deref().and_then(|o| staff.colleague(o, at)),
            members: decided.members.iter().filter_map(|m| staff.colleague(m, at)).collect(),
            priority: decided.priority,
            rule: decided.rule.and_then(|id| rules.iter().find(|r| r.id == id)).map(|r| r.name.clone()),
            passed: passed.collect(),
            owner_now: line.owner,
            id: line.id,
            reference: line.reference,
            summary: line.summary,
            topic: line.topic,
        });
    }
    Ok(Json(api::Trial { problems, lines }))
}
