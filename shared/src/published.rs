//! Answers that stand before the question is asked, and how they are found: on the device of whoever types, so that
//! nothing that is typed leaves it before it is sent.

use crate::compact::compact_struct;
use crate::text::has;

/// An answer as visitors see it, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedAnswer {
    /// The word in its address.
    pub slug: String,
    pub topic: String,
    /// The only school for which it holds.
    pub school: Option<String>,
    pub question: String,
    pub text: String,
    /// Further words under which people look for it.
    pub keywords: String,
}

compact_struct!(PublishedAnswer { slug, topic, school, question, text, keywords });

/// Longest question, in characters.
pub const LONGEST_QUESTION: usize = 150;
/// Longest answer, in characters: what is longer belongs on a page of its own.
pub const LONGEST_TEXT: usize = 3_000;
/// Longest list of further words, in characters.
pub const LONGEST_KEYWORDS: usize = 300;
/// So many are offered at once.
pub const OFFERED: usize = 3;
/// So many letters of a word tell what it is about, whatever its ending.
const STEM: usize = 5;
/// Words with fewer letters say little.
const SHORTEST: usize = 4;
/// So many words of an answer make it likely that it is about the same.
const LIKELY: usize = 2;

impl PublishedAnswer {
    /// Whether it may hold at a school; where none is known, every answer may.
    pub fn is_at(&self, school: Option<&str>) -> bool {
        let own = self.school.as_deref();
        own.is_none() || school.is_none() || own == school
    }
}

/// Answers that share words with what was typed, the best first; none where too few do. `fold` makes words comparable.
pub fn likely<'a>(
    answers: &mut dyn Iterator<Item = &'a PublishedAnswer>,
    typed: &str,
    fold: fn(&str) -> String,
) -> Vec<&'a PublishedAnswer> {
    let typed = fold(typed);
    let stems = || typed.split(is_between_words).filter_map(stem);
    let enough = stems().take(LIKELY).count();
    // Two lists and insertion are smaller than pairs and a sorting algorithm.
    let (mut found, mut counts) = (Vec::new(), Vec::new());
    for answer in answers {
        let text = fold(&[answer.question.as_str(), " ", &answer.keywords, " ", &answer.text].concat());
        let count = stems().filter(|stem| has(&text, stem)).count();
        if count >= enough.max(1) {
            let place = counts.iter().position(|other| *other < count).unwrap_or(counts.len());
            counts.insert(place, count);
            found.insert(place, answer);
        }
    }
    found.truncate(OFFERED);
    found
}

/// Not by what Unicode calls a letter: its tables would be a twentieth of the widget.
fn is_between_words(c: char) -> bool {
    c.is_ascii_punctuation() || c.is_whitespace() || matches!(c, '¿' | '¡')
}

/// The beginning of a word that says something.
fn stem(word: &str) -> Option<&str> {
    word.char_indices().nth(SHORTEST - 1)?;
    let end = word.char_indices().nth(STEM).map_or(word.len(), |(end, _)| end);
    Some(&word[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(slug: &str, question: &str, keywords: &str) -> PublishedAnswer {
        PublishedAnswer {
            slug: slug.to_owned(),
            topic: String::from("bus"),
            school: None,
            question: question.to_owned(),
            text: String::from("The driver waits two minutes."),
            keywords: keywords.to_owned(),
        }
    }

    fn found(typed: &str) -> Vec<String> {
        let all = [
            answer("late", "My bus is late. Where is it?", "delayed, tracking"),
            answer("pass", "How do I get a bus pass?", "ticket, card"),
            answer("lost", "Something was left on the bus", "backpack, jacket"),
        ];
        likely(&mut all.iter(), typed, str::to_lowercase).iter().map(|a| a.slug.clone()).collect()
    }

    #[test]
    fn shared_words_find_an_answer_whatever_their_endings() {
        assert_eq!(found("We wait for the driver, it is so delayed"), ["late", "pass", "lost"]);
        assert_eq!(found("my daughter left her jackets"), ["lost"]);
        assert_eq!(found("Ticket"), ["pass"], "one word is all that was typed");
        assert!(found("the cafeteria has no milk").is_empty());
        assert!(found("a jacket was thrown at my windshield").is_empty(), "one word of many is chance");
        assert!(found("").is_empty() && found("is it so").is_empty());
    }

    #[test]
    fn an_answer_for_one_school_is_not_for_another() {
        let mut cedar = answer("late", "Late?", "");
        assert!(cedar.is_at(Some("cedar")));
        cedar.school = Some(String::from("cedar"));
        assert!(cedar.is_at(Some("cedar")) && cedar.is_at(None) && !cedar.is_at(Some("maple")));
    }
}
