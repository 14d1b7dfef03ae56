//! The messages that alert matching is judged by: `tests/corpus/alerts`, see its README.

use porchlight_server::alert::{Matcher, starters};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Two thirds of the messages, which whoever works on matcher and lists reads.
pub const KNOWN: &str = include_str!("../corpus/alerts/known.jsonl");
/// One third, which they do not read.
pub const HELD_OUT: &str = include_str!("../corpus/alerts/held_out.jsonl");
/// Written after the matcher was begun, for the breadth of the lists.
pub const MORE: &str = include_str!("../corpus/alerts/more.jsonl");

/// One message with the categories whose people must hear of it.
#[derive(Debug, Clone, Deserialize)]
pub struct Judged {
    pub text: String,
    pub locale: String,
    pub labels: Vec<String>,
    /// Careful readers could differ: these count neither way.
    pub maybe: Vec<String>,
    pub style: String,
}

/// How often a category was found where it is, where it is not, and not where it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    pub found: u32,
    pub wrong: u32,
    pub missed: u32,
}

impl Score {
    pub fn recall(self) -> f64 {
        f64::from(self.found) / f64::from((self.found + self.missed).max(1))
    }

    pub fn precision(self) -> f64 {
        f64::from(self.found) / f64::from((self.found + self.wrong).max(1))
    }

    fn add(&mut self, other: Self) {
        *self = Self { found: self.found + other.found, wrong: self.wrong + other.wrong, missed: self.missed + other.missed };
    }
}

/// # Panics
/// The file is not what its README says.
pub fn read(file: &str) -> Vec<Judged> {
    file.lines().map(|line| serde_json::from_str(line).expect("a judged message")).collect()
}

/// The starter lists of every category, on or off.
pub fn starter_matcher() -> Matcher {
    let all: Vec<_> = starters().collect();
    Matcher::new(all.iter().map(|(id, category)| (*id, &category.lists)))
}

/// Scores by category, in their order, and in all.
pub fn judge(matcher: &Matcher, messages: &[Judged]) -> (Vec<(String, Score)>, Score) {
    let mut by_category: BTreeMap<String, Score> = BTreeMap::new();
    for message in messages {
        let found: Vec<&str> = matcher.scan(&message.text).into_iter().map(|m| m.category).collect();
        for (id, _) in starters() {
            let has = |all: &[String]| all.iter().any(|c| c == id);
            let score = match (has(&message.labels), found.contains(&id)) {
                (true, true) => Score { found: 1, ..Score::default() },
                (true, false) => Score { missed: 1, ..Score::default() },
                (false, true) if !has(&message.maybe) => Score { wrong: 1, ..Score::default() },
                _ => continue,
            };
            by_category.entry(id.to_owned()).or_default().add(score);
        }
    }
    let mut all = Score::default();
    for score in by_category.values() {
        all.add(*score);
    }
    (by_category.into_iter().collect(), all)
}

/// What is missed and what is found wrongly, for whoever works on the lists.
pub fn misjudged(matcher: &Matcher, messages: &[Judged]) -> Vec<String> {
    let mut all = Vec::new();
    for message in messages {
        let found = matcher.scan(&message.text);
        for (id, _) in starters() {
            let has = |all: &[String]| all.iter().any(|c| c == id);
            let words: Vec<&str> = found.iter().filter(|m| m.category == id).map(|m| m.keyword).collect();
            match (has(&message.labels), words.is_empty()) {
                (true, true) => all.push(format!("missed {id}: {}", message.text)),
                (false, false) if !has(&message.maybe) => all.push(format!("wrongly {id} by {words:?}: {}", message.text)),
                _ => {}
            }
        }
    }
    all
}

/// A table as tests and benchmark print it.
pub fn table(title: &str, matcher: &Matcher, messages: &[Judged]) -> (String, Score) {
    let (by_category, all) = judge(matcher, messages);
    let mut text = format!("{title}: {} messages\n", messages.len());
    for (category, score) in by_category.iter().map(|(c, s)| (c.as_str(), s)).chain([("all", &all)]) {
        text += &format!(
            "  {category:<16} recall {:.3}  precision {:.3}  (found {}, wrong {}, missed {})\n",
            score.recall(),
            score.precision(),
            score.found,
            score.wrong,
            score.missed
        );
    }
    (text, all)
}
