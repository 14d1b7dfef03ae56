//! What people type to find inquiries: words, `"phrases"`, `-without`, and `topic:` and the like.
//!
//! Nothing that is typed is refused: what cannot be understood is told and looked for as it stands.

/// The words before a colon, in the order in which they are offered.
pub const KEYS: &[(&str, &str)] = &[
    ("topic:", "About this topic"),
    ("from:", "Sent by this person or address"),
    ("before:", "Before this day, like before:2026-11-23"),
    ("after:", "From this day on"),
    ("status:", "new, open, waiting or closed"),
    ("is:", "critical, high, confidential or anonymous"),
    ("owner:", "Whose it is; owner:me, owner:nobody"),
    ("tag:", "With this tag"),
    ("school:", "At this school"),
    ("kind:", "question, comment, concern, suggestion, compliment"),
    ("has:", "has:file"),
    ("lang:", "Written in this language, like lang:es"),
];

/// A search as it was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pub terms: Vec<Term>,
    /// What could not be understood, in words.
    pub problems: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Inquiries without it.
    pub not: bool,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A word in any of its forms; while it is still being typed, also as a beginning.
    Word { text: String, unfinished: bool },
    /// These words in this order.
    Phrase(String),
    /// `key:value`; the value may be empty while it is being typed.
    Key { key: String, value: String },
}

/// Longest search that counts, in characters.
pub const LONGEST: usize = 300;
/// Terms that count.
const MOST_TERMS: usize = 16;

impl Query {
    /// Understands a search as far as it can be.
    pub fn parse(raw: &str) -> Self {
        let mut query = Self::default();
        let text: Vec<char> = raw.chars().filter(|c| *c != '\0').take(LONGEST).collect();
        if raw.chars().count() > LONGEST {
            query.problems.push(format!("Only the first {LONGEST} characters were looked for."));
        }
        let mut at = 0;
        while at < text.len() {
            if text[at].is_whitespace() {
                at += 1;
                continue;
            }
            if query.terms.len() == MOST_TERMS {
                query.problems.push(format!("Only the first {MOST_TERMS} words were looked for."));
                break;
            }
            let not = text[at] == '-' && text.get(at + 1).is_some_and(|c| !c.is_whitespace() && *c != '-');
            if not {
                at += 1;
            }
            at = query.term(&text, at, not);
        }
        query
    }

    /// Reads one term from `at` on; returns where the next begins.
    fn term(&mut self, text: &[char], at: usize, not: bool) -> usize {
        if text[at] == '"' {
            let (phrase, end) = self.quoted(text, at);
            self.push(not, What::Phrase(phrase));
            return end;
        }
        let end = (at..text.len()).find(|&i| text[i].is_whitespace() || text[i] == '"' || text[i] == ':').unwrap_or(text.len());
        let word: String = text[at..end].iter().collect();
        if text.get(end) != Some(&':') {
            let unfinished = end == text.len();
            self.push(not, What::Word { text: word, unfinished });
            return end;
        }
        let key = word.to_lowercase();
        let known = KEYS.iter().any(|(k, _)| k.trim_end_matches(':') == key);
        let (value, end) = match text.get(end + 1) {
            Some('"') => self.quoted(text, end + 1),
            _ => {
                let stop = (end + 1..text.len()).find(|&i| text[i].is_whitespace()).unwrap_or(text.len());
                (text[end + 1..stop].iter().collect(), stop)
            }
        };
        if known {
            self.push(not, What::Key { key, value });
        } else {
            // An address or a time of day has a colon, too: no reason to complain about everything.
            let looks_like_key = !word.is_empty() && word.chars().all(char::is_alphabetic) && !value.starts_with('/');
            if looks_like_key {
                self.problems.push(format!("“{word}:” is not something to search by; the words were looked for as they stand."));
            }
            self.push(not, What::Phrase(format!("{word} {value}")));
        }
        end
    }

    fn push(&mut self, not: bool, what: What) {
        let says_something = match &what {
            What::Word { text, .. } | What::Phrase(text) => text.chars().any(char::is_alphanumeric),
            What::Key { .. } => true,
        };
        if says_something {
            self.terms.push(Term { not, what });
        }
    }

    /// What stands in quotation marks from `at` on, and where it ends.
    fn quoted(&mut self, text: &[char], at: usize) -> (String, usize) {
        match (at + 1..text.len()).find(|&i| text[i] == '"') {
            Some(end) => (text[at + 1..end].iter().collect(), end + 1),
            None => {
                self.problems.push(String::from("A quotation mark is not closed; everything after it was taken as one phrase."));
                (text[at + 1..].iter().collect(), text.len())
            }
        }
    }

    /// Nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn word(text: &str, unfinished: bool) -> Term {
        Term { not: false, what: What::Word { text: text.to_owned(), unfinished } }
    }

    fn key(key: &str, value: &str) -> Term {
        Term { not: false, what: What::Key { key: key.to_owned(), value: value.to_owned() } }
    }

    #[test]
    fn words_phrases_and_keys() {
        let query = Query::parse(r#"late "bus 12" topic:transportation From:"Kim Park" -choir win"#);
        assert_eq!(
            query.terms,
            [
                word("late", false),
                Term { not: false, what: What::Phrase(String::from("bus 12")) },
                key("topic", "transportation"),
                key("from", "Kim Park"),
                Term { not: true, what: What::Word { text: String::from("choir"), unfinished: false } },
                word("win", true),
            ]
        );
        assert!(query.problems.is_empty());
        assert_eq!(Query::parse("wind ").terms, [word("wind", false)], "a word with a space after it is finished");
    }

    #[test]
    fn what_is_not_understood_is_told_and_looked_for() {
        let query = Query::parse("colour:red \"unfinished");
        assert_eq!(query.problems.len(), 2, "{:?}", query.problems);
        assert_eq!(query.terms[0].what, What::Phrase(String::from("colour red")));
        assert_eq!(query.terms[1].what, What::Phrase(String::from("unfinished")));
        assert!(Query::parse("at 8:15 https://example.org/x").problems.is_empty());
        assert!(Query::parse(" - \"\" … ").is_empty());
    }

    proptest! {
        #[test]
        fn nothing_breaks_it(raw in "\\PC*") {
            let query = Query::parse(&raw);
            prop_assert!(query.terms.len() <= MOST_TERMS);
        }
    }
}
