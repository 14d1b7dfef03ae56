//! Published answers: how a reply to one person becomes an answer for everybody.

use crate::store::{AnswerRecord, DistrictRecord, InquiryRecord};
use jiff::Timestamp;
use jiff::civil::Date;
use porchlight_shared::personal::traces;
use porchlight_shared::published::{LONGEST_QUESTION, PublishedAnswer};
use porchlight_shared::text::Locale;
use porchlight_widget::flow::fold;

/// An answer that nobody gave a day to is looked at again after so many days.
const CHECKED_AFTER_DAYS: i32 = 182;
/// Longest word in an answer's address.
const LONGEST_SLUG: usize = 60;

/// The day of a moment where the district is.
pub fn day(district: &DistrictRecord, at: Timestamp) -> Date {
    at.to_zoned(district.calendar.zone().clone()).date()
}

/// When an answer that nobody gave a day to is looked at again.
pub fn check_by(district: &DistrictRecord, now: Timestamp) -> Date {
    let today = day(district, now);
    today.checked_add(jiff::Span::new().days(CHECKED_AFTER_DAYS)).unwrap_or(today)
}

/// The word in an answer's address, made of its question; another one than those that are `taken`.
pub fn slug(question: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut slug = String::new();
    for word in fold(question).split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()) {
        if slug.len() + word.len() >= LONGEST_SLUG {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(word);
    }
    // In a script that has none of these letters.
    if slug.is_empty() {
        slug = String::from("answer");
    }
    let numbered = (2..).map(|n| format!("{slug}-{n}"));
    std::iter::once(slug.clone()).chain(numbered).find(|slug| !taken(slug)).unwrap_or(slug)
}

impl DistrictRecord {
    /// Published answers in a language whose topic is there, those that settle most first.
    pub fn answers_in<'a>(&'a self, locale: &'a Locale) -> impl Iterator<Item = &'a AnswerRecord> {
        self.answers.iter().filter(|a| a.locale == locale.as_str() && self.district.topic(&a.shown.topic).is_some())
    }

    /// The same as visitors are shown them.
    pub fn shown_in(&self, locale: &Locale) -> Vec<PublishedAnswer> {
        self.answers_in(locale).map(|a| a.shown.clone()).collect()
    }

    /// A published answer by its address, in this language or else in the first in which it stands.
    pub fn answer(&self, slug: &str, locale: &Locale) -> Option<&AnswerRecord> {
        let all = || self.answers.iter().filter(|a| a.shown.slug == slug);
        all().find(|a| a.locale == locale.as_str()).or_else(|| {
            let first = self.district.first_locale().as_str();
            all().find(|a| a.locale == first).or_else(|| all().next())
        })
    }
}

/// What in an answer may tell who somebody is: each piece as it stands there.
pub fn personal<'t>(district: &DistrictRecord, text: &'t str, names: &[&str]) -> Vec<&'t str> {
    let public: Vec<&str> = district.district.phone.iter().map(String::as_str).collect();
    let mut found: Vec<&str> = traces(text, names, &public).into_iter().filter_map(|trace| text.get(trace.at)).collect();
    found.dedup();
    found
}

/// A reply without its greeting and its signature.
pub fn without_letter(reply: &str, sender: Option<&str>, author: &str, district: &str) -> String {
    let mut lines: Vec<&str> = reply.trim().lines().collect();
    let greets = |line: &str| {
        let line = line.trim();
        let named = sender.is_some_and(|name| name.split_whitespace().any(|part| part.len() > 1 && line.contains(part)));
        line.chars().count() <= 60 && line.ends_with([',', ':', '!']) && (named || line.split_whitespace().count() <= 4)
    };
    if lines.first().is_some_and(|first| greets(first)) {
        lines.remove(0);
    } else if let (Some(first), Some(name)) = (lines.first_mut(), sender)
        && let Some((greeting, rest)) = first.split_once(',')
        && greets(&format!("{greeting},"))
        && name.split_whitespace().any(|part| part.len() > 1 && greeting.contains(part))
    {
        *first = rest.trim_start();
    }
    let signs = |line: &str| {
        let line = line.trim().trim_end_matches([',', '.', '!']);
        let named = !author.is_empty() && (line.contains(author) || author.split_whitespace().next() == Some(line));
        line.is_empty() || named || line == district || line.split_whitespace().count() <= 3 && !line.ends_with(['?', ';'])
    };
    // Only behind the last blank line: a short last sentence is part of the answer.
    let body = lines
        .iter()
        .rposition(|line| line.trim().is_empty())
        .map_or(lines.len(), |blank| if lines[blank..].iter().all(|line| signs(line)) { blank } else { lines.len() });
    let mut text = lines[..body].join("\n").trim().to_owned();
    if let Some(first) = text.chars().next() {
        text = first.to_uppercase().chain(text.chars().skip(1)).collect();
    }
    text
}

/// What was asked, as one question: the first sentence with a question mark that is not too long, else the summary.
pub fn question(asked: &str, inquiry: &InquiryRecord) -> String {
    let sentences = asked.split_inclusive(['.', '!', '?', '\n']).map(str::trim);
    let mut questions = sentences.filter(|s| s.ends_with('?') && s.chars().count() <= LONGEST_QUESTION);
    questions.next().map_or_else(|| inquiry.summary.chars().take(LONGEST_QUESTION).collect(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_words_and_each_its_own() {
        assert_eq!(slug("¿Dónde está el autobús 12?", |_| false), "donde-esta-el-autobus-12");
        assert_eq!(slug("Late?", |s| matches!(s, "late" | "late-2")), "late-3");
        assert_eq!(slug("متى؟", |_| false), "answer");
        assert!(slug(&"word ".repeat(60), |_| false).len() <= LONGEST_SLUG);
    }

    #[test]
    fn a_reply_loses_its_greeting_and_its_signature() {
        let cases = [
            (
                "Dear Kim,\n\nbus 12 leaves at 7:40. It waits two minutes.\n\nKind regards,\nDewey Ortiz\nMaple Valley",
                "Bus 12 leaves at 7:40. It waits two minutes.",
            ),
            ("Dear Kim, the district pays. Send us the bill.", "The district pays. Send us the bill."),
            (
                "Hello!\n\nYes, it is free.\n\nThank you for asking, and please come.",
                "Yes, it is free.\n\nThank you for asking, and please come.",
            ),
            ("Yes.", "Yes."),
            ("Estimada Kim:\n\nel autobús sale a las 7:40.\n\nDewey", "El autobús sale a las 7:40."),
        ];
        for (reply, expected) in cases {
            assert_eq!(without_letter(reply, Some("Kim Park"), "Dewey Ortiz", "Maple Valley"), expected);
        }
    }
}
