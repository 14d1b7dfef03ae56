//! The mail of an alert: all that is needed to act at night, on a telephone.
//!
//! Of what is confidential it says only that it is there; so does mail to an address that is nobody's account.

use super::staff::blank;
use super::{Paragraph, Refused};
use crate::alert::said_in_all;
use crate::app::App;
use crate::locale;
use crate::store::{AlertRecord, DistrictRecord, InquiryRecord};
use jiff::Timestamp;
use porchlight_shared::inquiry::shorten;

/// Characters of a message that are shown around what matched.
const AROUND: usize = 240;

/// Tells one recipient, an account or an address, of an alert.
///
/// # Errors
/// Whether trying again may help.
pub async fn alert(
    app: &App,
    district: &DistrictRecord,
    alert: &AlertRecord,
    inquiry: &InquiryRecord,
    recipient: &str,
    step: i64,
) -> Result<(), Refused> {
    let person = app.db.staff(&district.id).await?.into_iter().find(|p| p.account_id == recipient);
    let (to, name) = match &person {
        Some(person) if person.disabled => return Ok(()),
        Some(person) => (person.email.as_str(), Some(person.name.as_str())),
        // Nobody who ever was here: then it is an address of after hours.
        None if recipient.contains('@') => (recipient, None),
        None => return Ok(()),
    };
    // One mail tells of all that one message raised.
    let mut names: Vec<&str> = Vec::new();
    for raised in app.db.alerts_of(&district.id, &inquiry.id).await?.iter().filter(|a| a.source == alert.source) {
        let name = district.alerts.get(&raised.category_id).map_or("Alert", |known| known.category.name.as_str());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let category = names.join(", ");
    let first = district.district.first_locale();
    let moment = |at: i64| district.calendar.say(Timestamp::from_millisecond(at).unwrap_or_default(), locale::phrases(first));
    let mut letter = blank(district);
    let open = !inquiry.confidential && person.is_some();
    letter.subject = if inquiry.confidential {
        format!("ALERT: a confidential inquiry needs you [{}]", inquiry.reference)
    } else {
        format!("ALERT: {category} [{}]", inquiry.reference)
    };
    let hello = name.map_or_else(|| String::from("Hello,"), |name| format!("Hello {name},"));
    letter.paragraphs.push(Paragraph::Text(hello));
    let came = moment(alert.raised_at);
    letter.paragraphs.push(Paragraph::Text(match (inquiry.confidential, step) {
        (true, _) => {
            format!("a confidential inquiry raised an alert, {came}. What is confidential is not mailed: please log in.")
        }
        (false, 0) => format!("an inquiry raised an alert, {came}: {category}. Somebody must look at it now."),
        (false, _) => format!("an alert is waiting since {came}, and nobody has said yet that they have it: {category}."),
    }));
    if open {
        let who = inquiry.sender_name.clone().unwrap_or_else(|| String::from("Somebody who gave no name"));
        let school = inquiry.school_id.as_deref().map(|s| format!(", {}", district.school_name(s))).unwrap_or_default();
        let topic = district.topic_label(&inquiry.topic_id, first);
        letter.paragraphs.push(Paragraph::Text(format!("{who} ({}{school}) · {topic}", inquiry.relationship.as_str())));
        for quote in quotes(app, district, alert, inquiry).await? {
            letter.paragraphs.push(Paragraph::Quote(quote));
        }
    }
    letter.paragraphs.push(Paragraph::Text(String::from("Read it, and say that you have it:")));
    letter.paragraphs.push(Paragraph::Link(format!("{}/console#/inquiry/{}", app.public_url(), inquiry.id)));
    letter.paragraphs.push(Paragraph::Small(String::from(
        "Until somebody says so, the next in line is told. Alerts are mailed at once, whatever the hour.",
    )));
    let id = format!("alert-{}-{}", alert.id, recipient.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "_"));
    app.mailer.send(&id, &district.district.name, to, name, &letter).await
}

/// What raised it, with some words around; the whole beginning where no word did.
async fn quotes(
    app: &App,
    district: &DistrictRecord,
    alert: &AlertRecord,
    inquiry: &InquiryRecord,
) -> Result<Vec<String>, Refused> {
    let form = app.db.form(district, &inquiry.topic_id, inquiry.form_version).await?;
    let thread = app.db.thread(&district.id, &inquiry.id).await?;
    let files = app.db.files_of(&district.id, &inquiry.id).await?;
    let said = said_in_all(inquiry, form.as_ref(), &thread, &files);
    let matches = app.db.alert_matches(&district.id, &alert.id).await?;
    let mut quotes: Vec<String> = Vec::new();
    for said in &said {
        let first = matches.iter().filter(|m| m.place == said.place).map(|m| usize::try_from(m.start).unwrap_or(0)).min();
        if let Some(first) = first {
            quotes.push(around(&said.text, first));
        }
    }
    if quotes.is_empty() {
        quotes.push(shorten(&said.iter().map(|s| s.text.as_str()).collect::<Vec<_>>().join("\n"), AROUND * 3));
    }
    Ok(quotes)
}

/// A piece of a text that has byte `at` in it.
fn around(text: &str, at: usize) -> String {
    let before = text.get(..at).map_or(0, |before| before.chars().count());
    let from = before.saturating_sub(AROUND);
    let piece: String = text.chars().skip(from).take(AROUND * 2 + 80).collect();
    let more = text.chars().count() > from + piece.chars().count();
    format!("{}{}{}", if from > 0 { "…" } else { "" }, piece.trim(), if more { "…" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::around;

    #[test]
    fn a_piece_of_a_long_text() {
        assert_eq!(around("short", 2), "short");
        let long = format!("{} gun {}", "á".repeat(1_000), "b".repeat(1_000));
        let piece = around(&long, long.find("gun").unwrap());
        assert!(piece.starts_with('…') && piece.ends_with('…') && piece.contains(" gun ") && piece.chars().count() < 600);
        assert_eq!(around("á", 1), "á", "a place within a letter");
    }
}
