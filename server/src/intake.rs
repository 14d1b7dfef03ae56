//! Step 1: a raw submission becomes an inquiry, durable before anybody is told.
//!
//! Many arrive at once on a bad morning, so one writer takes whatever is waiting and commits it as one
//! transaction; each sender is answered after that commit. Nothing here calls anything outside.

mod writer;

pub use writer::{Intake, write_batch};

use crate::alert::{self, Occasion, Said};
use crate::app::{App, new_id};
use crate::error::Error;
use crate::limit::Action;
use crate::notice::Telling;
use crate::routing::{Answered, Assignment};
use crate::secret::{code_hash, hash, reference};
use crate::store::{DistrictRecord, NewInquiry, NewJob, Result, Written};
use crate::{files, locale, published, routing, watch};
use jiff::Timestamp;
use porchlight_shared::contact::Sender;
use porchlight_shared::district::Topic;
use porchlight_shared::form::{FieldKind, FileType};
use porchlight_shared::inquiry::{Draft, RawSubmission};
use porchlight_shared::problem::{FieldProblem, ProblemKind};
use porchlight_shared::rules::Facts;
use porchlight_shared::status::{Channel, NoticeKind, Priority};
use porchlight_shared::wire;
use serde_json::{Value, json};
use std::net::IpAddr;

/// What a channel hands over.
pub struct Submission<'a> {
    pub district: &'a DistrictRecord,
    pub raw: RawSubmission,
    pub channel: Channel,
    /// The channel's own key: the same key is the same inquiry.
    pub key: String,
    /// The page that it was written on; kept without query and only where a contact was left.
    pub page: Option<String>,
    /// Whose limit it counts against; never kept. `None` for our own loading.
    pub address: Option<IpAddr>,
    /// The hash of the visit that files were sent under.
    pub visit: String,
    /// The member of staff who wrote it down.
    pub entered_by: Option<String>,
    /// Published answers that the sender had read, by their addresses; others count nothing.
    pub read: Vec<String>,
    pub at: Timestamp,
}

/// So many answers count as read before one inquiry.
const MOST_READ: usize = 20;

/// What the sender is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub inquiry_id: String,
    pub reference: String,
    pub code: String,
    pub status_url: String,
    /// RFC 3339, in the district's own offset.
    pub due: String,
    /// The same as words in the sender's language.
    pub due_text: String,
    pub thanks: String,
    /// Lines to call and places to go, where what was said calls for them; one a line.
    pub help: String,
    /// The same submission came before.
    pub replayed: bool,
}

/// Takes a submission in. Returns after it is durable.
///
/// # Errors
/// [`Error::Fields`] when answers need mending, [`Error::KeyReused`], or the database is not to be had;
/// then nothing was taken and it can be sent again under the same key.
pub async fn submit(app: &App, submission: Submission<'_>) -> Result<Receipt> {
    let body = canonical(&submission.raw);
    let body_hash = hash(&[body.as_bytes()]);
    if let Some(before) = app.db.written(&submission.district.id, submission.channel, &submission.key).await? {
        return replay(app, submission.district, &before, &body_hash);
    }
    let draft = submission.raw.parse(&submission.district.district).map_err(Error::Fields)?;
    let topic = submission.district.district.topic(&draft.topic).ok_or(Error::NotFound)?;
    let files = check_files(app, &submission, topic, &draft).await?;

    // Only what would be taken counts, and safety tips are counted apart.
    if let Some(address) = submission.address {
        let action = if topic.safety { Action::Tip } else { Action::Submit };
        app.limits.check(action, address, &submission.district.id)?;
    }
    if !topic.safety {
        app.limits.check_district(&submission.district.id)?;
    }
    let mut row = row(app, &submission, &draft, topic, (body, body_hash), files);
    // A reference has 30⁷ possibilities; should one be taken, another is drawn.
    for _ in 0..3 {
        match app.intake.write(row.clone()).await {
            Ok(true) => {
                app.wake();
                metrics::counter!("porchlight_inquiries_total", "channel" => submission.channel.as_str()).increment(1);
                return receipt(app, submission.district, &row.id, &row.code_hash, &row.receipt, false);
            }
            Ok(false) => {
                // Somebody sent the same key at the same moment.
                let before = app.db.written(&submission.district.id, submission.channel, &submission.key).await?;
                return replay(app, submission.district, &before.ok_or(Error::Conflict)?, &row.body_hash);
            }
            Err(error) if error.is_taken() => {
                let fresh = reference(&submission.district.district.reference_prefix);
                row.receipt = row.receipt.replace(&row.reference, &fresh);
                row.reference = fresh;
            }
            Err(other) => return Err(other),
        }
    }
    Err(Error::Unavailable)
}

/// What is kept and compared: what was said, without token and page.
fn canonical(raw: &RawSubmission) -> String {
    let answers: Value = serde_json::from_str(&wire::answers_json(&raw.answers)).unwrap_or(Value::Null);
    let contact = raw.contact.as_ref().map(|c| json!({ "name": c.name, "email": c.email, "phone": c.phone }));
    let mut body = json!({
        "topic": raw.topic, "school": raw.school, "relationship": raw.relationship, "kind": raw.kind, "locale": raw.locale,
        "answers": answers, "contact": contact,
    });
    // Only where it was asked for: bodies of older pages compare as before.
    if raw.confidential {
        body["confidential"] = json!(true);
    }
    body.to_string()
}

fn replay(app: &App, district: &DistrictRecord, before: &Written, body_hash: &str) -> Result<Receipt> {
    if before.body_hash != body_hash {
        return Err(Error::KeyReused);
    }
    receipt(app, district, &before.inquiry_id, &before.code_hash, &before.receipt, true)
}

fn receipt(app: &App, district: &DistrictRecord, inquiry: &str, code_hash: &str, kept: &str, replayed: bool) -> Result<Receipt> {
    let kept: Value = serde_json::from_str(kept).map_err(|e| Error::Corrupt(e.to_string()))?;
    let code = app.secrets.code_again(&district.id, inquiry, code_hash);
    let code = code.ok_or_else(|| Error::Corrupt(String::from("a code was made with a secret that is gone")))?;
    let text = |key: &str| kept[key].as_str().unwrap_or_default().to_owned();
    Ok(Receipt {
        inquiry_id: inquiry.to_owned(),
        reference: text("reference"),
        status_url: status_url(app, district, &code),
        code,
        due: text("due"),
        due_text: text("due_text"),
        thanks: text("thanks"),
        help: text("help"),
        replayed,
    })
}

/// The sender's page of one inquiry.
pub fn status_url(app: &App, district: &DistrictRecord, code: &str) -> String {
    format!("{}/{}/i/{code}", app.public_url(), district.district.slug)
}

/// Every file that is named must be there, sent in this visit, and be of a kind that its field takes. Returns their ids
/// and what they are called.
async fn check_files(app: &App, submission: &Submission<'_>, topic: &Topic, draft: &Draft) -> Result<Vec<(String, String)>> {
    if draft.answers.files().is_empty() {
        return Ok(Vec::new());
    }
    let sent = app.db.files_of_token(&submission.district.id, &submission.visit).await?;
    let (mut problems, mut telling) = (Vec::new(), Vec::new());
    let mut used = std::collections::BTreeSet::new();
    for field in &topic.form.fields {
        let (FieldKind::Files(rules), Some(porchlight_shared::form::FieldAnswer::Files(ids))) =
            (&field.kind, draft.answers.get(&field.id))
        else {
            continue;
        };
        for id in ids {
            let file = sent.iter().find(|f| f.id == *id && used.insert(id.as_str()));
            let problem = match file {
                None => Some(ProblemKind::FileGone),
                // A PDF can name its author.
                Some(f) if draft.sender.is_anonymous() && f.sent_type == FileType::Pdf.media_type() => {
                    telling.push(f.id.clone());
                    Some(ProblemKind::file_type(rules.types.iter().filter(|t| t.is_image())))
                }
                Some(f) if !rules.types.iter().any(|t| t.media_type() == f.sent_type) => {
                    Some(ProblemKind::file_type(&rules.types))
                }
                Some(f) if u64::try_from(f.sent_size).unwrap_or(u64::MAX) > rules.max_bytes => {
                    Some(ProblemKind::FileTooLarge { max_bytes: rules.max_bytes })
                }
                Some(_) => None,
            };
            problems.extend(problem.map(|kind| FieldProblem::new(&field.id, kind)));
        }
    }
    // Nor does it wait a day for the sweep.
    for id in telling {
        files::discard(app, &submission.district.id, &id).await?;
    }
    let names = sent.into_iter().filter(|f| used.contains(f.id.as_str())).map(|f| (f.id, f.name)).collect();
    if problems.is_empty() { Ok(names) } else { Err(Error::Fields(problems)) }
}

fn row(
    app: &App,
    submission: &Submission<'_>,
    draft: &Draft,
    topic: &Topic,
    (body, body_hash): (String, String),
    files: Vec<(String, String)>,
) -> NewInquiry {
    let district = submission.district;
    let at = submission.at;
    let id = new_id(at);
    let reference = reference(&district.district.reference_prefix);
    let phrases = locale::phrases(&draft.locale);
    let anonymous = draft.sender.is_anonymous();
    let confidential = topic.confidential || draft.confidential;
    let routed = route(district, draft, topic, confidential, at);
    let by_rules = routed.priority.unwrap_or(Priority::Normal);
    let mut said = alert::said_in_answers(&draft.answers.to_raw(), Some(&topic.form), draft.locale.as_str());
    said.extend(files.iter().map(|(id, name)| Said::file(id, name)));
    let occasion = Occasion { inquiry: &id, source: "inquiry", safety: topic.safety, priority: by_rules, at };
    let alerts = alert::raise(&district.alerts, &said, occasion);
    let priority = if alerts.is_empty() { by_rules } else { Priority::Critical };
    let promised = district.promise(at, &topic.id, draft.school.as_deref(), priority, draft.kind);
    let due = promised.to_zoned(district.calendar.zone().clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    let thanks = if anonymous { &topic.thanks_anonymous } else { &topic.thanks };
    let mut receipt = json!({
        "reference": reference, "due": due, "due_text": district.calendar.say(promised, phrases), "thanks": thanks.get(&draft.locale),
    });
    let help = district.alerts.help(alerts.iter().map(|a| a.category_id.as_str()), draft.locale.as_str());
    if !help.is_empty() {
        receipt["help"] = json!(help.join("\n"));
    }
    let mut telling = Telling::new(app, district, submission.entered_by.as_deref(), at);
    if confidential {
        telling.seal(&id);
    }
    match &routed.owner {
        Some(owner) => telling.tell(owner, &id, NoticeKind::Assigned, None),
        None => telling.tell_administrators(&id),
    }
    for member in &routed.members {
        telling.tell(member, &id, NoticeKind::LetIn, None);
    }
    let (notices, mut jobs) = telling.into_rows();
    jobs.extend(
        alerts.iter().filter(|_| !app.is_quiet()).map(|raised| alert::telling(&district.id, &raised.id, 0, at.as_millisecond())),
    );
    // An address that is named again and again gets no more of our mail: it may be somebody else's.
    let mailed = draft.sender.email().is_some_and(|email| !app.is_quiet() && app.limits.check_recipient(email).is_ok());
    if mailed {
        let payload = json!({ "district": district.id, "inquiry": id }).to_string();
        jobs.push(NewJob { id: new_id(at), kind: "mail_receipt", payload, run_at: at.as_millisecond() });
    }
    // What is only counted does not make the sender wait.
    let mut slugs: Vec<&String> = submission.read.iter().filter(|slug| published::is_slug(slug)).take(MOST_READ).collect();
    slugs.sort();
    slugs.dedup();
    if !slugs.is_empty() {
        let payload = json!({ "district": district.id, "inquiry": id, "answers": slugs }).to_string();
        jobs.push(NewJob { id: new_id(at), kind: "answers_read", payload, run_at: at.as_millisecond() });
    }
    NewInquiry {
        district_id: district.id.clone(),
        reference,
        code_hash: code_hash(&app.secrets.code(&district.id, &id)),
        topic_id: topic.id.clone(),
        form_version: draft.form_version,
        school_id: draft.school.clone(),
        relationship: draft.relationship,
        kind: draft.kind,
        channel: submission.channel,
        locale: draft.locale.as_str().to_owned(),
        priority,
        confidential,
        summary: draft.summary(),
        answers: wire::answers_json(&draft.answers.to_raw()),
        sender_name: draft.sender.name().map(str::to_owned),
        sender_email: draft.sender.email().map(str::to_owned),
        sender_phone: draft.sender.phone().map(str::to_owned),
        page: if matches!(draft.sender, Sender::Anonymous) { None } else { submission.page.as_deref().and_then(origin_and_path) },
        owner_id: routed.owner.clone(),
        members: routed.members.clone(),
        routed: trail_of(&routed),
        notices,
        entered_by: submission.entered_by.clone(),
        received_at: at.as_millisecond(),
        promised_at: promised.as_millisecond(),
        remind_at: Some(watch::first_look(district, draft.school.as_deref(), at, promised).as_millisecond()),
        channel_key: submission.key.clone(),
        body,
        body_hash,
        receipt: receipt.to_string(),
        files: draft.answers.files().into_iter().map(|(field, id)| (field.to_owned(), id.to_owned())).collect(),
        file_names: files.into_iter().map(|(_, name)| name).collect(),
        alerts,
        token_hash: submission.visit.clone(),
        jobs,
        audit_id: new_id(at),
        event_id: new_id(app.now()),
        id,
    }
}

/// Who is responsible for a new inquiry.
fn route(district: &DistrictRecord, draft: &Draft, topic: &Topic, confidential: bool, at: Timestamp) -> Assignment {
    let answers = draft.answers.to_raw();
    let answered = Answered::of(Some(topic), draft.school.as_deref(), &answers);
    let facts = Facts {
        topic: &topic.id,
        schools: &answered.schools,
        grades: &answered.grades,
        kind: draft.kind,
        relationship: draft.relationship,
        locale: draft.locale.as_str(),
        answers: &answers,
    };
    routing::assign(&district.rules, &district.directory, Some(topic), confidential, &facts, at.as_millisecond())
}

/// What the audit trail keeps of it.
fn trail_of(routed: &Assignment) -> Value {
    let passed: Vec<&str> = routed.passed.iter().map(|p| p.account.as_str()).collect();
    json!({ "to": routed.owner, "rule": routed.rule, "members": routed.members, "passed": passed })
}

/// A page's address without query, fragment or credentials: those may hold what is nobody's business.
fn origin_and_path(page: &str) -> Option<String> {
    let mut url = url::Url::parse(page).ok().filter(|u| matches!(u.scheme(), "http" | "https"))?;
    url.set_query(None);
    url.set_fragment(None);
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    let text = url.to_string();
    (text.len() <= 500).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_cut_to_origin_and_path() {
        assert_eq!(origin_and_path("https://u:p@www.example.org/contact?id=7#x").unwrap(), "https://www.example.org/contact");
        assert_eq!(origin_and_path("javascript:alert(1)"), None);
        assert_eq!(origin_and_path("not a page"), None);
    }
}
