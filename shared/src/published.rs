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
/// So many words are looked for; whoever writes more has said what it is about.
const MOST_WORDS: usize = 40;
/// A word in the question or among its further words counts so much; one in the text counts one.
const IN_QUESTION: usize = 2;
/// What a likely answer counts, where that much was typed.
const LIKELY: usize = 3;

impl PublishedAnswer {
    /// Whether it may hold at a school; where none is known, every answer may.
    pub fn is_at(&self, school: Option<&str>) -> bool {
        let own = self.school.as_deref();
        own.is_none() || school.is_none() || own == school
    }
}

/// Answers that share words with what was typed, the best first; none where too few do. `small` are words that no question
/// is about, with spaces around each; `fold` makes words comparable.
pub fn likely<'a>(
    answers: &mut dyn Iterator<Item = &'a PublishedAnswer>,
    typed: &str,
    small: &str,
    fold: fn(&str) -> String,
) -> Vec<&'a PublishedAnswer> {
    let typed = fold(typed);
    let mut stems: Vec<&str> = Vec::new();
    for word in typed.split(is_between_words) {
        if let Some(stem) = stem(word).filter(|stem| !has(small, &[" ", word, " "].concat()) && !stems.contains(stem))
            && stems.len() < MOST_WORDS
        {
            stems.push(stem);
        }
    }
    // Two lists and insertion are smaller than pairs and a sorting algorithm.
    let (mut found, mut counts) = (Vec::new(), Vec::new());
    if stems.is_empty() {
        return found;
    }
    for answer in answers {
        let question = fold(&[" ", &answer.question, " ", &answer.keywords].concat());
        let text = fold(&[" ", answer.text.as_str()].concat());
        let (mut count, mut asked) = (0, 0);
        for stem in &stems {
            if begins_a_word(&question, stem) {
                count += IN_QUESTION;
                asked += 1;
            } else if begins_a_word(&text, stem) {
                count += 1;
            }
        }
        // Of one or two words all must be there; of more, enough, and one of them in the question.
        let fits = if stems.len() < LIKELY { count >= stems.len() * IN_QUESTION - 1 } else { count >= LIKELY };
        if fits && asked > 0 {
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
    c.is_ascii_punctuation() || c.is_whitespace() || matches!(c, '¿' | '¡' | '“' | '”' | '’' | '…')
}

/// The beginning of a word that says something.
fn stem(word: &str) -> Option<&str> {
    word.char_indices().nth(SHORTEST - 1)?;
    let end = word.char_indices().nth(STEM).map_or(word.len(), |(end, _)| end);
    Some(&word[..end])
}

/// Whether a word of a folded text begins so.
fn begins_a_word(text: &str, stem: &str) -> bool {
    text.split(is_between_words).any(|word| word.starts_with(stem))
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
        let small = " with what when that have your from they were about every after please there ";
        likely(&mut all.iter(), typed, small, str::to_lowercase).iter().map(|a| a.slug.clone()).collect()
    }

    #[test]
    fn shared_words_find_an_answer_whatever_their_endings() {
        assert_eq!(found("We wait for the driver, it is so delayed"), ["late"]);
        assert_eq!(found("my daughter left her jackets"), ["lost"]);
        assert_eq!(found("Ticket"), ["pass"], "one word is all that was typed");
        assert!(found("the cafeteria has no milk").is_empty());
        assert!(found("a jacket was thrown at my windshield").is_empty(), "one word of many is chance");
        assert!(found("There is a boy with a knife who hits me every day after lunch. What can you do about it?").is_empty());
        assert!(found("left left left left").len() < 2 && found("").is_empty() && found("is it so").is_empty());
    }

    #[test]
    fn whole_books_are_looked_for_in_time() {
        let book = (0..20_000).map(|n| format!("word{n} ")).collect::<String>();
        assert!(found(&book).is_empty());
    }

    #[test]
    fn an_answer_for_one_school_is_not_for_another() {
        let mut cedar = answer("late", "Late?", "");
        assert!(cedar.is_at(Some("cedar")));
        cedar.school = Some(String::from("cedar"));
        assert!(cedar.is_at(Some("cedar")) && cedar.is_at(None) && !cedar.is_at(Some("maple")));
    }
}
