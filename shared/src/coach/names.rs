//! Names: whether the sender is called by theirs, and whether somebody else's child is.

use super::lexicon::Lexicon;
use super::text::{self, Text, fold};
use super::{Case, Hint, HintKind};
use std::collections::HashSet;

/// Words at the beginning in which a greeting stands.
const BEGINNING: usize = 14;

/// Greets, and by name where it is known. A name needs no language to be found; a greeting without one does.
pub(super) fn greeting(draft: &Text<'_>, sender: Option<&str>, lexicon: Option<&Lexicon>) -> Option<Hint> {
    let beginning = &draft.words[..draft.words.len().min(BEGINNING)];
    let name = sender.map(Text::read).filter(|name| name.words.iter().any(|w| w.folded.chars().count() > 1));
    if let Some(name) = name {
        let parts = name.words.iter().flat_map(|w| w.folded.split('-')).filter(|p| p.chars().count() > 1).collect::<Vec<_>>();
        let named =
            beginning.iter().any(|w| parts.contains(&w.folded.as_str()) || w.folded.split('-').any(|p| parts.contains(&p)));
        let first = name.raw.split_whitespace().next().unwrap_or_default();
        return (!named).then(|| Hint::new(HintKind::Greeting, format!("Greet them by name: {first}.")));
    }
    let lexicon = lexicon?;
    (!lexicon.greetings.stand_in(beginning)).then(|| Hint::new(HintKind::Greeting, "Begin with a greeting."))
}

/// A name of somebody who is neither the sender nor theirs nor a colleague, with what concerns only their family.
pub(super) fn third_child(
    draft: &Text<'_>,
    inquiry: &Text<'_>,
    asked: &Lexicon,
    case: &Case<'_>,
    lexicon: &Lexicon,
) -> Vec<Hint> {
    let mut known: HashSet<String> = HashSet::new();
    for name in case.known_names.iter().copied().chain(case.sender) {
        known.extend(Text::read(name).words.into_iter().map(|w| w.folded));
    }
    known.extend(known_in(inquiry, asked));
    known.extend(known_in(draft, lexicon));
    let mut hints: Vec<Hint> = Vec::new();
    for (number, sentence) in draft.sentences.iter().enumerate() {
        let words = draft.of(sentence);
        let after = draft.sentences.get(number + 1).map_or(&[][..], |next| draft.of(next));
        if !lexicon.private.stand_in(words) && !lexicon.private.stand_in(after) {
            continue;
        }
        for (place, word) in words.iter().enumerate() {
            let raw = &draft.raw[word.at.clone()];
            let folded = word.folded.trim_end_matches("'s");
            let begins = place == 0;
            let named = is_name(raw) && !lexicon.no_names.contains(folded) && !known.contains(folded);
            // The first word of a sentence is written large whatever it is.
            let ordinary = lexicon.small_words.contains(folded) || lexicon.empty_words.contains(folded);
            let doubtful = begins && (ordinary || !goes_on_as_name(draft, words)) || lexicon.titles.contains(folded);
            // A signature, or the owner of a street.
            let signs = words.len() <= 6 && number + 1 == draft.sentences.len() && !lexicon.private.stand_in(words);
            let titled = signs || words[..place].iter().rev().take(2).any(|w| lexicon.titles.contains(&w.folded));
            if named
                && !doubtful
                && !titled
                && !lexicon.greetings.contains(folded)
                && hints.iter().all(|h| !h.words.contains(raw))
            {
                let words = format!("Is {raw} somebody else’s child? What concerns them is only for their own family.");
                hints.push(Hint::at(HintKind::ThirdChild, word.at.clone(), words));
            }
        }
    }
    hints.truncate(3);
    hints
}

/// `Tyler was`, `Tyler Kemp has`: a name at a sentence's beginning.
fn goes_on_as_name(draft: &Text<'_>, words: &[text::Word]) -> bool {
    const VERBS: &[&str] = &[
        "was", "has", "is", "had", "got", "did", "admitted", "fue", "tiene", "esta", "ya", "estaba", "admitio", "confeso",
        "recibio",
    ];
    let is_verb = |at: usize| words.get(at).is_some_and(|w| VERBS.contains(&w.folded.as_str()));
    is_verb(1) || words.get(1).is_some_and(|w| is_name(&draft.raw[w.at.clone()])) && is_verb(2)
}

fn is_name(raw: &str) -> bool {
    let mut letters = raw.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.clone().count() >= 2 && !letters.any(char::is_uppercase)
}

/// Names beside "my son", "your daughter" and the like, and of schools and colleagues.
fn known_in(text: &Text<'_>, lexicon: &Lexicon) -> HashSet<String> {
    let mut own = HashSet::new();
    for sentence in &text.sentences {
        let words = text.of(sentence);
        for (place, word) in words.iter().enumerate() {
            if !is_name(&text.raw[word.at.clone()]) {
                continue;
            }
            let from = place.saturating_sub(3);
            let near = words[from..place].iter().chain(words.iter().skip(place + 1).take(1));
            let mut near = near.map(|w| w.folded.as_str());
            let titled = place > 0 && lexicon.titles.contains(&words[place - 1].folded);
            if titled || near.any(|w| lexicon.own_child.contains(w)) {
                own.insert(fold(&text.raw[word.at.clone()]).trim_end_matches("'s").to_owned());
            }
        }
    }
    own
}
