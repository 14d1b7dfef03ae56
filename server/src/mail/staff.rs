//! Mail to the people who answer: what is theirs, with all that is needed to decide; how to come in.
//!
//! What is confidential is only named by its reference: a mail box is not a place for it.

use super::{Letter, Paragraph, Refused, with_title};
use crate::app::App;
use crate::locale;
use crate::store::{DistrictRecord, Filter, InquiryRecord, MessageRecord, NoticeRecord};
use jiff::Timestamp;
use porchlight_shared::coach::{calm_line, harsh};
use porchlight_shared::inquiry::shorten;
use porchlight_shared::status::{NoticeKind, Status};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Inquiries that one mail tells in full; the rest are counted.
const MOST: usize = 20;
/// Characters of a message that a mail shows.
const EXCERPT: usize = 1_200;

pub(super) fn blank(district: &DistrictRecord) -> Letter {
    let accent = crate::brand::on_white(&district.district.brand.accent);
    Letter { subject: String::new(), paragraphs: Vec::new(), automatic: true, lang: String::from("en"), accent }
}

/// One mail about all that somebody was told of, newest kinds first; what they may not see any more is left out. Only
/// where it is `quoted` does it show anybody's words.
///
/// # Errors
/// Whether trying again may help.
pub async fn to_staff(
    app: &App,
    job: &str,
    district: &DistrictRecord,
    account: &str,
    notices: &[NoticeRecord],
    quoted: bool,
) -> Result<(), Refused> {
    let staff = app.db.staff(&district.id).await?;
    let Some(person) = staff.iter().find(|p| p.account_id == account) else { return Ok(()) };
    let asker = crate::access::Asker::of(district, account, person.role, app.now().as_millisecond());
    let mut about: BTreeMap<&str, Vec<&NoticeRecord>> = BTreeMap::new();
    for notice in notices {
        about.entry(&notice.inquiry_id).or_default().push(notice);
    }
    let ids: Vec<String> = about.keys().map(|id| (*id).to_owned()).collect();
    let mut seen = Vec::new();
    for some in ids.chunks(200) {
        let filter = Filter { ids: Some(some.to_vec()), merged: true, limit: 200, ..Filter::of(asker.scope()) };
        seen.extend(app.db.inquiries(&district.id, &filter).await?.into_iter().map(|i| i.id));
    }
    if seen.is_empty() {
        return Ok(());
    }
    let mut letter = blank(district);
    letter.paragraphs.push(Paragraph::Text(format!("Hello {},", person.name)));
    let mut first = None;
    for id in seen.iter().take(MOST) {
        let Some(inquiry) = app.db.inquiry(&district.id, id).await? else { continue };
        let why = about.get(id.as_str()).map(Vec::as_slice).unwrap_or_default();
        let who = |account: &Option<String>| account.as_deref().map_or("Porchlight", |a| district.directory.name(a)).to_owned();
        let why_words: Vec<String> = why.iter().map(|n| reason(n.kind, &who(&n.by))).collect();
        first.get_or_insert_with(|| (why_words.first().cloned().unwrap_or_default(), inquiry.clone()));
        let hidden = inquiry.confidential || !quoted;
        let thread = if hidden { None } else { Some(app.db.thread(&district.id, id).await?) };
        tell(&mut letter, app, district, &inquiry, &why_words, why, thread.as_deref()).await?;
    }
    if seen.len() > MOST {
        letter.paragraphs.push(Paragraph::Text(format!("{} more wait in the console.", seen.len() - MOST)));
    }
    letter.paragraphs.push(Paragraph::Small(String::from(
        "You get this since these inquiries are yours, or colleagues named you. How often, and when not, is in the console under “Me”.",
    )));
    letter.subject = match (seen.len(), first) {
        (1, Some((why, inquiry))) if inquiry.confidential || !quoted => format!("{why} [{}]", inquiry.reference),
        (1, Some((why, inquiry))) => format!("{why}: {} [{}]", title(&inquiry), inquiry.reference),
        (n, _) => format!("{n} inquiries need you · {}", district.district.name),
    };
    app.mailer.send(job, &district.district.name, &person.email, Some(&person.name), &letter).await
}

/// All that is needed to decide about one inquiry; without a `thread` only that it is there.
async fn tell(
    letter: &mut Letter,
    app: &App,
    district: &DistrictRecord,
    inquiry: &InquiryRecord,
    why: &[String],
    notices: &[&NoticeRecord],
    thread: Option<&[MessageRecord]>,
) -> Result<(), Refused> {
    let first = district.district.first_locale();
    let say = |at: i64| district.calendar.say(Timestamp::from_millisecond(at).unwrap_or_default(), locale::phrases(first));
    let link = format!("{}/console#/inquiry/{}", app.public_url(), inquiry.id);
    let mut paragraphs = Vec::new();
    if inquiry.confidential {
        paragraphs.push(Paragraph::Title(format!("{} · confidential", inquiry.reference)));
        paragraphs
            .push(Paragraph::Text(format!("{}. Please log in to read it: what is confidential is not mailed.", why.join(". "))));
    } else if thread.is_none() {
        paragraphs.push(Paragraph::Title(inquiry.reference.clone()));
        paragraphs.push(Paragraph::Text(format!(
            "{}. Please log in to read it: the mail server did not take its words.",
            why.join(". ")
        )));
    } else {
        paragraphs.push(Paragraph::Title(format!("{} · {}", inquiry.reference, title(inquiry))));
        paragraphs.push(Paragraph::Text(format!("{}.", why.join(". "))));
        let who = inquiry.sender_name.clone().unwrap_or_else(|| String::from("Somebody who gave no name"));
        let school = inquiry.school_id.as_deref().map(|s| format!(", {}", district.school_name(s))).unwrap_or_default();
        let language = if inquiry.locale == first.as_str() {
            String::new()
        } else {
            format!(
                ", writes {}",
                porchlight_shared::text::Locale::parse(&inquiry.locale)
                    .map_or_else(|| inquiry.locale.clone(), |l| locale::name(&l).to_owned())
            )
        };
        paragraphs.push(Paragraph::Text(format!(
            "{who} ({}{language}{school}) · {} · {}",
            inquiry.relationship.as_str(),
            inquiry.kind.as_str(),
            district.topic_label(&inquiry.topic_id, first)
        )));
        let named = |m: &&MessageRecord| notices.iter().any(|n| n.message_id.as_ref() == Some(&m.id));
        let messages: Vec<&MessageRecord> = thread.into_iter().flatten().filter(named).collect();
        if messages.is_empty() {
            let form = app.db.form(district, &inquiry.topic_id, inquiry.form_version).await?;
            let answers = crate::http::shown_answers(inquiry, form.as_ref(), district, first, &[], &|_| String::new());
            let lines: Vec<String> =
                answers.iter().filter(|a| !a.text.is_empty()).map(|a| format!("{}: {}", a.label, calm(&a.text))).collect();
            paragraphs.push(Paragraph::Quote(shorten(&lines.join("\n"), EXCERPT)));
        }
        for message in messages {
            let by = message
                .account_name
                .as_deref()
                .map_or_else(|| who.clone(), |name| with_title(name, message.account_title.as_deref()));
            // Colleagues are read as they wrote.
            let said = if message.account_name.is_none() { calm(&message.body) } else { Cow::Borrowed(message.body.as_str()) };
            paragraphs.push(Paragraph::Text(format!("{by} wrote:")));
            paragraphs.push(Paragraph::Quote(shorten(&said, EXCERPT)));
        }
    }
    match inquiry.due_at {
        Some(due) if inquiry.status != Status::Closed => {
            paragraphs.push(Paragraph::Text(format!("An answer is promised by {}.", say(due))))
        }
        _ => {}
    }
    paragraphs.push(Paragraph::Link(link));
    letter.paragraphs.extend(paragraphs);
    Ok(())
}

/// A mail comes unasked: what abuses its reader stays in the console.
fn calm(text: &str) -> Cow<'_, str> {
    match harsh(text).filter(|harsh| harsh.is_folded) {
        None => Cow::Borrowed(text),
        Some(harsh) => {
            let needed = [harsh.needed.as_str(), "(Harsh words are left out; they stand in the console.)"];
            Cow::Owned(needed.join(" ").trim().to_owned())
        }
    }
}

fn title(inquiry: &InquiryRecord) -> String {
    calm_line(&inquiry.summary).unwrap_or_else(|| inquiry.summary.clone())
}

/// Why somebody is told, as the beginning of a sentence.
fn reason(kind: NoticeKind, by: &str) -> String {
    match kind {
        NoticeKind::Assigned if by == "Porchlight" => String::from("This one is yours"),
        NoticeKind::Assigned => format!("{by} handed this one to you"),
        NoticeKind::LetIn if by == "Porchlight" => String::from("You help with this one"),
        NoticeKind::LetIn => format!("{by} asks you to help"),
        NoticeKind::Mentioned => format!("{by} asks you something"),
        NoticeKind::SenderWrote => String::from("The sender wrote again"),
        NoticeKind::Replied => format!("{by} replied to the sender"),
        NoticeKind::Noted => format!("{by} wrote a note"),
        NoticeKind::Reopened => format!("{by} reopened it"),
        NoticeKind::Withdrawn => String::from("The sender took it back"),
        NoticeKind::DueSoon => String::from("An answer is due soon"),
        NoticeKind::PastDue => String::from("An answer was due, and there is none yet"),
        NoticeKind::Escalated => String::from("It is past due, and nobody has answered: you are next in line"),
        NoticeKind::Alert => String::from("It raised an alert"),
        NoticeKind::Ownerless => String::from("Nobody who can be reached owns this one"),
    }
}

/// Asks somebody in. An invitation that was taken back needs no mail.
///
/// # Errors
/// Whether trying again may help.
pub async fn invitation(app: &App, job: &str, district: &str, id: &str) -> Result<(), Refused> {
    let district = app.district_by_id(district)?;
    let Some(invitation) = app.db.invitation(&district.id, id).await?.filter(|i| i.is_open) else { return Ok(()) };
    let name = &district.district.name;
    let until = Timestamp::from_millisecond(invitation.expires_at).unwrap_or_default();
    let until = district.calendar.say(until, locale::phrases(district.district.first_locale()));
    let mut letter = blank(&district);
    letter.subject = format!("{name} invites you to Porchlight");
    let hello = if invitation.name.is_empty() { String::from("Hello,") } else { format!("Hello {},", invitation.name) };
    letter.paragraphs = vec![
        Paragraph::Text(hello),
        Paragraph::Text(format!(
            "{name} answers families with Porchlight, and you are invited as {}. To join, open this page and choose a password:",
            invitation.role.as_str()
        )),
        Paragraph::Link(format!("{}/console#/join/{}", app.public_url(), app.secrets.invitation(&district.id, id))),
        Paragraph::Text(format!("The link works once, until {until}.")),
        Paragraph::Small(format!(
            "You don't know what this is about? Then nothing happens unless you open the page. {name} sent it to {}.",
            invitation.email
        )),
    ];
    let to_name = Some(invitation.name.as_str()).filter(|n| !n.is_empty());
    app.mailer.send(job, name, &invitation.email, to_name, &letter).await
}

/// The way back in for somebody who forgot their password.
///
/// # Errors
/// Whether trying again may help.
pub async fn password_reset(app: &App, job: &str, id: &str, account: &str) -> Result<(), Refused> {
    let now = app.now().as_millisecond();
    if app.db.password_reset(id, now).await?.as_deref() != Some(account) {
        return Ok(());
    }
    let Some(account) = app.db.account(account).await? else { return Ok(()) };
    let districts = app.db.districts_of(&account.id).await?;
    let Some(district) = districts.first() else { return Ok(()) };
    let district = app.district_by_id(district)?;
    let mut letter = blank(&district);
    letter.subject = String::from("Choose a new password for Porchlight");
    letter.paragraphs = vec![
        Paragraph::Text(format!("Hello {},", account.name)),
        Paragraph::Text(String::from("somebody, hopefully you, asked for a new password. Open this page to choose one:")),
        Paragraph::Link(format!("{}/console#/password/{}", app.public_url(), app.secrets.password_reset(id))),
        Paragraph::Text(String::from("The link works once, for one hour.")),
        Paragraph::Small(String::from("You did not ask? Then you need do nothing: your password stays as it is.")),
    ];
    app.mailer.send(job, &district.district.name, &account.email, Some(&account.name), &letter).await
}
