//! What a language's rules need: lists of folded phrases, from `english.txt` and `spanish.txt`.

use super::Language;
use super::text::Phrases;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The words of one language; what each list is for stands in its file.
pub(super) struct Lexicon {
    pub(super) language: Language,
    pub(super) small_words: Phrases,
    pub(super) empty_words: Phrases,
    pub(super) greetings: Phrases,
    pub(super) hard_feelings: Phrases,
    pub(super) glad_feelings: Phrases,
    pub(super) heard: Phrases,
    pub(super) thanked: Phrases,
    pub(super) promises: Phrases,
    pub(super) times: Phrases,
    pub(super) ways: Phrases,
    pub(super) open: Phrases,
    pub(super) dismissive: Phrases,
    pub(super) blaming: Phrases,
    pub(super) arguing: Phrases,
    pub(super) jargon: Phrases,
    pub(super) asks: Phrases,
    pub(super) rhetorical: Vec<Phrases>,
    pub(super) which: Phrases,
    pub(super) question_words: Phrases,
    pub(super) joins: Phrases,
    pub(super) later: Phrases,
    pub(super) private: Phrases,
    pub(super) own_child: Phrases,
    pub(super) titles: Phrases,
    pub(super) no_names: Phrases,
    pub(super) shouted: Phrases,
    pub(super) owed: Phrases,
    pub(super) negations: Phrases,
    pub(super) harsh: Phrases,
    pub(super) threats: Phrases,
    /// What is asked for, and what in an answer gives it; the last is whether something is so.
    pub(super) kinds: Vec<Kind>,
}

/// A kind of question.
pub(super) struct Kind {
    pub(super) asks: Phrases,
    pub(super) gives: Phrases,
    /// A number or a time answers it, too.
    pub(super) number: bool,
    /// Whether something is so, which can be said of anything.
    pub(super) whether: bool,
}

const KINDS: [&str; 6] = ["when", "how_much", "why", "where", "who", "whether"];

impl Lexicon {
    fn read(language: Language, source: &'static str) -> Self {
        let lists = lists(source);
        let list = |name: &str| Phrases::of(lists.get(name).map_or(&[][..], Vec::as_slice));
        let kind = |name: &&str| Kind {
            asks: list(&format!("{name}_asks")),
            gives: list(&format!("{name}_gives")),
            number: matches!(*name, "when" | "how_much"),
            whether: *name == "whether",
        };
        Self {
            language,
            small_words: list("small_words"),
            empty_words: list("empty_words"),
            greetings: list("greetings"),
            hard_feelings: list("hard_feelings"),
            glad_feelings: list("glad_feelings"),
            heard: list("heard"),
            thanked: list("thanked"),
            promises: list("promises"),
            times: list("times"),
            ways: list("ways"),
            open: list("open"),
            dismissive: list("dismissive"),
            blaming: list("blaming"),
            arguing: list("arguing"),
            jargon: list("jargon"),
            asks: list("asks"),
            rhetorical: lists.get("rhetorical").into_iter().flatten().map(|p| Phrases::of(&[*p])).collect(),
            which: list("which"),
            question_words: list("question_words"),
            joins: list("joins"),
            later: list("later"),
            private: list("private"),
            own_child: list("own_child"),
            titles: list("titles"),
            no_names: list("no_names"),
            shouted: list("shouted"),
            owed: list("owed"),
            negations: list("negations"),
            harsh: list("harsh"),
            threats: list("threats"),
            kinds: KINDS.iter().map(kind).collect(),
        }
    }
}

/// `[name] what it is for`, then phrases parted by commas.
fn lists(source: &'static str) -> HashMap<&'static str, Vec<&'static str>> {
    let mut lists: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut name = "";
    for line in source.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((next, _)) => name = next,
            None => lists.entry(name).or_default().extend(line.split(',').map(str::trim).filter(|p| !p.is_empty())),
        }
    }
    lists
}

pub(super) fn of(language: Language) -> &'static Lexicon {
    static ENGLISH: OnceLock<Lexicon> = OnceLock::new();
    static SPANISH: OnceLock<Lexicon> = OnceLock::new();
    match language {
        Language::English => ENGLISH.get_or_init(|| Lexicon::read(language, include_str!("english.txt"))),
        Language::Spanish => SPANISH.get_or_init(|| Lexicon::read(language, include_str!("spanish.txt"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_lists_of_folded_phrases() {
        let (english, spanish) = (lists(include_str!("english.txt")), lists(include_str!("spanish.txt")));
        let names =
            |lists: &HashMap<&str, Vec<&str>>| lists.keys().map(|n| (*n).to_owned()).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(names(&english), names(&spanish));
        for (name, phrases) in english.into_iter().chain(spanish) {
            assert!(!phrases.is_empty(), "{name}");
            for phrase in phrases {
                assert_eq!(super::super::text::fold(phrase), phrase, "in {name}");
                assert!(!phrase.contains("  ") && !phrase.starts_with(['*', '~']), "{name}: {phrase}");
            }
        }
    }
}
