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
/// So many bytes of answers travel with the widget.
const CARRIED: usize = 40_000;
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

/// Whether a word can be in an answer's address.
pub fn is_slug(word: &str) -> bool {
    (1..=LONGEST_SLUG + 8).contains(&word.len())
        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
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

    /// What travels with the widget: the answers that settle most, as far as a phone can carry them; the others are found
    /// on the district's pages.
    pub fn carried_in(&self, locale: &Locale) -> Vec<PublishedAnswer> {
        let mut letters = 0;
        let all = self.answers_in(locale).map(|a| a.shown.clone());
        all.take_while(|a| {
            letters += a.question.len() + a.text.len() + a.keywords.len();
            letters <= CARRIED
        })
        .collect()
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

/// Words with which letters begin and end, folded.
const GREETINGS: &[&str] = &[
    "dear",
    "hello",
    "hi",
    "good morning",
    "good afternoon",
    "good evening",
    "greetings",
    "estimado",
    "estimada",
    "estimados",
    "querido",
    "querida",
    "hola",
    "buenos dias",
    "buenas tardes",
    "buenas noches",
];
const CLOSINGS: &[&str] = &[
    "regards",
    "kind regards",
    "best regards",
    "warm regards",
    "best",
    "best wishes",
    "all the best",
    "sincerely",
    "warmly",
    "yours sincerely",
    "yours truly",
    "respectfully",
    "thank you",
    "thanks",
    "many thanks",
    "atentamente",
    "cordialmente",
    "saludos",
    "saludos cordiales",
    "un saludo",
    "gracias",
    "muchas gracias",
    "con carino",
    "respetuosamente",
];

/// A reply without its greeting and its signature. `own` is what stands in the signature: the author's name and title, the
/// district.
pub fn without_letter(reply: &str, sender: Option<&str>, own: &[&str]) -> String {
    let mut text = reply.trim();
    // `Dear Kim,` and what follows it, on the same line or not.
    let end = text.find([',', ':', '!', '\n']).unwrap_or(text.len());
    let begin = fold(&text[..end]);
    let greets =
        GREETINGS.iter().any(|word| begin == *word || begin.strip_prefix(word).is_some_and(|rest| rest.starts_with(' ')));
    let names = sender.is_some_and(|name| {
        let name = fold(name);
        name.split_whitespace().any(|part| part.chars().count() > 1 && begin.split_whitespace().any(|word| word == part))
    });
    if end < text.len() && begin.chars().count() <= 60 && (greets || names && begin.split_whitespace().count() <= 4) {
        text = text[end..].trim_start_matches([',', ':', '!']).trim_start();
    }
    let mut lines: Vec<&str> = text.lines().collect();
    let own: Vec<String> = own.iter().map(|line| fold(line.trim())).filter(|line| !line.is_empty()).collect();
    let signs = |line: &str| {
        let line = fold(line.trim().trim_end_matches([',', '.', '!']));
        let first = own.first().and_then(|name| name.split_whitespace().next().map(str::to_owned));
        line.is_empty() || own.contains(&line) || first.is_some_and(|first| first == line) || CLOSINGS.contains(&line.as_str())
    };
    while lines.last().is_some_and(|line| signs(line)) {
        lines.pop();
    }
    let mut letters = lines.join("\n").chars().collect::<Vec<_>>().into_iter();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
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
                "Dear Kim,\n\nbus 12 leaves at 7:40. It waits two minutes.\n\nKind regards,\n\nDewey Ortiz\nDirector of Student Services and Safety\nMaple Valley",
                "Bus 12 leaves at 7:40. It waits two minutes.",
            ),
            ("Dear Kim, the district pays. Send us the bill.\nDewey", "The district pays. Send us the bill."),
            ("Kim: yes, it is free.", "Yes, it is free."),
            (
                "Hello!\n\nYes, it is free.\n\nThank you for asking, and please come.",
                "Yes, it is free.\n\nThank you for asking, and please come.",
            ),
            ("Yes.", "Yes."),
            ("No, sorry!\n\nThe bus does not wait for anybody.", "No, sorry!\n\nThe bus does not wait for anybody."),
            (
                "To enrol, bring:\n\n- birth certificate\n- proof of address",
                "To enrol, bring:\n\n- birth certificate\n- proof of address",
            ),
            ("Here you are:\n\nBus 12: 7:40\nBus 40: 7:55", "Here you are:\n\nBus 12: 7:40\nBus 40: 7:55"),
            ("Estimada Kim:\n\nel autobús sale a las 7:40.\n\nAtentamente,\nDewey", "El autobús sale a las 7:40."),
            ("Dear Kim,", ""),
            ("", ""),
        ];
        for (reply, expected) in cases {
            let own = ["Dewey Ortiz", "Director of Student Services and Safety", "Maple Valley"];
            assert_eq!(without_letter(reply, Some("Kim Park"), &own), expected, "{reply}");
        }
    }
}
