//! Words of concern as a district writes them: keywords, how tolerant they are, and the categories that they belong to.
//!
//! A keyword is a word or a phrase. `gun|pistol` stands for either word, `*` for up to four words in between, and a name
//! in capitals like `SOMEONE` for a group of words that the program knows; `=gun` is that very word. Articles and words like
//! "my" between the words of a phrase need not be written. What a text matches is decided by the server.

use crate::status::vocabulary;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

vocabulary! {
    /// What counts as the same word.
    Tolerance {
        /// The word itself.
        Exact = "exact",
        /// Its grammatical forms, too.
        Forms = "forms",
        /// Its forms, and one or two slips of the pen.
        Spelling = "spelling",
    }
}
vocabulary! {
    /// How a text matched a keyword.
    How {
        Exact = "exact",
        /// In another grammatical form.
        Inflected = "inflected",
        Misspelt = "misspelt",
        /// Spaced out, run together, or written with digits and signs.
        Disguised = "disguised",
    }
}

vocabulary! {
    /// What somebody said of an alert.
    Verdict { Right = "right", FalseAlarm = "false_alarm" }
}

/// A word or phrase to look for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keyword {
    pub text: String,
    /// `None`: by length, see [`Tolerance::usual`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<Tolerance>,
}

/// What a category looks for in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WordList {
    pub keywords: Vec<Keyword>,
    /// Phrases in which keywords mean no harm: "shooting hoops". What they cover is no match.
    pub quiet: Vec<String>,
}

/// Word lists by language.
pub type WordLists = BTreeMap<String, WordList>;

/// What a district wants to hear of at once, and who hears of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Category {
    /// What staff call it.
    pub name: String,
    pub on: bool,
    pub lists: WordLists,
    /// Accounts that are let in and told first, all at once.
    pub team: Vec<String>,
    /// Inside the district's hours.
    pub day: Duty,
    /// Outside of them.
    pub night: Duty,
    /// What the sender reads at once, by language: lines to call, places to go. Empty: nothing.
    pub help: BTreeMap<String, String>,
}

/// Who follows whom until somebody has acknowledged an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Duty {
    /// Accounts, in order; the first is told together with the team. After the last, every administrator is told.
    pub people: Vec<String>,
    /// Minutes until the next is told, [`Duty::LEAST_MINUTES`] to [`Duty::MOST_MINUTES`].
    pub minutes: u32,
    /// Mail addresses that are told that there is an alert, and no more of it: a duty telephone's, a pager's.
    pub also: Vec<String>,
}

impl Default for Duty {
    fn default() -> Self {
        Self { people: Vec::new(), minutes: 15, also: Vec::new() }
    }
}

impl Duty {
    pub const LEAST_MINUTES: u32 = 2;
    pub const MOST_MINUTES: u32 = 24 * 60;
    /// Most people in one line, and most addresses.
    pub const MOST: usize = 20;
}

/// A part of a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// One of these words, parted by `|`.
    OneOf(&'a str),
    /// Up to [`Keyword::GAP`] words of any kind.
    Gap,
}

/// What is wrong with a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeywordProblem {
    Empty,
    TooLong,
    TooManyParts,
    /// A gap at the beginning or the end, or two in a row.
    LooseGap,
    /// Neither letter nor digit in one of its words.
    NoWord,
}

impl Tolerance {
    /// What is usual for a word of so many letters: a short one that stands alone exactly, since so many others are like
    /// it. In a phrase the other words make up for that.
    pub const fn usual(letters: usize, in_phrase: bool) -> Self {
        if letters <= 4 && !in_phrase { Self::Exact } else { Self::Spelling }
    }

    /// Slips of the pen that are forgiven in a word of so many letters.
    pub const fn slips(letters: usize) -> usize {
        match letters {
            0..=3 => 0,
            4..=8 => 1,
            _ => 2,
        }
    }
}

impl Keyword {
    /// Longest keyword, in characters.
    pub const LONGEST: usize = 160;
    /// Most words and gaps of one keyword.
    pub const MOST_PARTS: usize = 10;
    /// Words that a gap may hold.
    pub const GAP: usize = 4;
    /// Most keywords and quiet phrases of a district.
    pub const MOST: usize = 10_000;

    /// The parts of a keyword or quiet phrase.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parts(text: &str) -> Result<Vec<Part<'_>>, KeywordProblem> {
        if text.chars().count() > Self::LONGEST {
            return Err(KeywordProblem::TooLong);
        }
        let parts: Vec<Part<'_>> =
            text.split_whitespace().map(|word| if word == "*" { Part::Gap } else { Part::OneOf(word) }).collect();
        let worded = |part: &Part<'_>| match part {
            Part::OneOf(words) => words.split('|').all(|word| word.chars().any(char::is_alphanumeric)),
            Part::Gap => true,
        };
        let gap = |part: Option<&Part<'_>>| part == Some(&Part::Gap);
        match parts.len() {
            0 => Err(KeywordProblem::Empty),
            n if n > Self::MOST_PARTS => Err(KeywordProblem::TooManyParts),
            _ if !parts.iter().all(worded) => Err(KeywordProblem::NoWord),
            _ if gap(parts.first()) || gap(parts.last()) => Err(KeywordProblem::LooseGap),
            _ if parts.windows(2).any(|two| two == [Part::Gap, Part::Gap]) => Err(KeywordProblem::LooseGap),
            _ => Ok(parts),
        }
    }
}

impl KeywordProblem {
    /// What to do about it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Empty => "A word is empty. Write it, or take the line out.",
            Self::TooLong => "That is longer than 160 characters. Take the few words that matter.",
            Self::TooManyParts => "A phrase has at most ten words. Put * for what may stand in between.",
            Self::LooseGap => "A * stands between two words, not at an end and not beside another one.",
            Self::NoWord => "There are no letters in one of its words.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_have_parts() {
        use Part::{Gap, OneOf};
        assert_eq!(Keyword::parts(" bring|brought *  gun "), Ok(vec![OneOf("bring|brought"), Gap, OneOf("gun")]));
        for (wrong, told) in [
            ("  ", KeywordProblem::Empty),
            ("* gun", KeywordProblem::LooseGap),
            ("bring *", KeywordProblem::LooseGap),
            ("a * * b", KeywordProblem::LooseGap),
            ("gun ?", KeywordProblem::NoWord),
            ("gun||knife", KeywordProblem::NoWord),
            ("a b c d e f g h i j k", KeywordProblem::TooManyParts),
        ] {
            assert_eq!(Keyword::parts(wrong), Err(told), "{wrong}");
        }
        assert_eq!(Keyword::parts(&"x".repeat(161)), Err(KeywordProblem::TooLong));
        assert_eq!((Tolerance::usual(4, false), Tolerance::usual(5, false)), (Tolerance::Exact, Tolerance::Spelling));
        assert_eq!(Tolerance::usual(4, true), Tolerance::Spelling);
        assert_eq!([3, 4, 8, 9].map(Tolerance::slips), [0, 1, 1, 2]);
    }
}
