//! How it reads: words of the office, capitals, long sentences.

use super::lexicon::{self, Lexicon};
use super::text::{Text, Word, fold};
use super::{Hint, HintKind, Language};

/// Abbreviations that everybody reads.
const COMMON: &[&str] = &[
    "OK", "AM", "PM", "TV", "US", "USA", "PE", "ID", "PDF", "FAQ", "CD", "DVD", "GPS", "EE", "UU", "II", "III", "IV", "XI", "XII",
];

pub(super) fn jargon(draft: &Text<'_>, inquiry: &Text<'_>, lexicon: &Lexicon) -> Vec<Hint> {
    let mut hints = Vec::new();
    for found in draft.all(&lexicon.jargon) {
        let raw = &draft.raw[found.clone()];
        // What they said themselves they understand.
        if !inquiry.says(&fold(raw)) {
            hints.push(Hint::at(
                HintKind::Jargon,
                found.clone(),
                format!("“{raw}” is a word of the office. Say it as you would at the counter."),
            ));
        }
    }
    let long = |word: &&Word| is_large(&draft.raw[word.at.clone()], 4);
    // Several long ones beside rows of marks: that is somebody's voice, and said elsewhere.
    let shouting = draft.raw.contains("!!") && draft.words.iter().filter(long).count() > 1;
    for (place, word) in draft.words.iter().enumerate() {
        let raw = &draft.raw[word.at.clone()];
        if is_abbreviation(raw)
            && !shouting
            && !COMMON.contains(&raw)
            && !inquiry.says(&word.folded)
            && !is_explained(draft, place)
            && !shouts_around(draft, place)
        {
            hints.push(Hint::at(HintKind::Jargon, word.at.clone(), format!("Not everybody knows “{raw}”. Say what it is.")));
        }
    }
    hints.truncate(4);
    hints
}

fn is_abbreviation(raw: &str) -> bool {
    let letters = raw.chars().count();
    (2..=5).contains(&letters) && raw.chars().all(|c| c.is_ascii_uppercase()) && !is_shouted(raw)
}

/// A short word that is shouted rather than an abbreviation.
fn is_shouted(raw: &str) -> bool {
    let word = fold(raw);
    [Language::English, Language::Spanish].into_iter().any(|language| lexicon::of(language).shouted.contains(&word))
}

/// All in capitals, and so many of them at least.
fn is_large(raw: &str, least: usize) -> bool {
    raw.chars().count() >= least && raw.chars().all(char::is_uppercase)
}

/// In capitals, and no abbreviation.
fn shouts(raw: &str) -> bool {
    is_large(raw, 2) && is_shouted(raw) || is_large(raw, 6)
}

/// Stands in brackets after its words, or is followed by them.
fn is_explained(draft: &Text<'_>, place: usize) -> bool {
    let word = &draft.words[place];
    let (before, after) = (&draft.raw[..word.at.start], &draft.raw[word.at.end..]);
    let next = after.trim_start();
    before.ends_with('(')
        || next.starts_with('(')
        || next.starts_with(", the ")
        || next.starts_with(", la ")
        || next.starts_with(", el ")
        || next.starts_with(", or ")
}

/// A neighbour that is written large, too, and is no abbreviation: somebody shouts.
fn shouts_around(draft: &Text<'_>, place: usize) -> bool {
    let shouts = |word: &Word| shouts(&draft.raw[word.at.clone()]);
    place.checked_sub(1).and_then(|i| draft.words.get(i)).is_some_and(shouts) || draft.words.get(place + 1).is_some_and(shouts)
}

pub(super) fn capitals(draft: &Text<'_>, inquiry: &Text<'_>) -> Option<Hint> {
    let shouted = draft.words.iter().find(|word| {
        let raw = &draft.raw[word.at.clone()];
        shouts(raw) && !inquiry.words.iter().any(|w| &inquiry.raw[w.at.clone()] == raw)
    });
    if let Some(word) = shouted {
        let words = format!("“{}” in capitals sounds like shouting.", &draft.raw[word.at.clone()]);
        return Some(Hint::at(HintKind::Capitals, word.at.clone(), words));
    }
    let row = draft.raw.find("!!")?;
    Some(Hint::at(HintKind::Capitals, row..row + 2, "One exclamation mark is enough."))
}

/// Words from which on ease of reading can be told.
const ENOUGH: usize = 30;
/// Grade from which on English is hard (Kincaid et al. 1975).
const HARDEST_GRADE: f64 = 10.0;
/// Ease below which Spanish is hard (Szigriszt-Pazos 1993, the scale INFLESZ: 55 and more is normal).
const LEAST_EASE: f64 = 50.0;

pub(super) fn hard(draft: &Text<'_>, lexicon: &Lexicon) -> Option<Hint> {
    let words: Vec<&Word> = draft.words.iter().filter(|w| w.folded.chars().any(char::is_alphabetic)).collect();
    if words.len() < ENOUGH {
        return longest(draft, 38);
    }
    let sentences = draft.sentences.iter().filter(|s| s.words.len() > 2).count().max(1);
    let syllables: usize = words.iter().map(|w| syllables(&w.folded, lexicon.language)).sum();
    let (count, sentences, syllables) = (words.len() as f64, sentences as f64, syllables as f64);
    let hard = match lexicon.language {
        Language::English => 0.39 * count / sentences + 11.8 * syllables / count - 15.59 > HARDEST_GRADE,
        Language::Spanish => 206.835 - 62.3 * syllables / count - count / sentences < LEAST_EASE,
    };
    if !hard { longest(draft, 45) } else { longest(draft, 0) }
}

/// The longest sentence, where it has more than so many words.
fn longest(draft: &Text<'_>, most: usize) -> Option<Hint> {
    let sentence = draft.sentences.iter().max_by_key(|s| s.words.len()).filter(|s| s.words.len() > most)?;
    let words = draft.of(sentence);
    let at = words.first()?.at.start..words.last()?.at.end;
    Some(Hint::at(
        HintKind::HardToRead,
        at,
        format!("{} words in one sentence, or long words. Two short ones are easier on a phone.", words.len()),
    ))
}

/// Syllables, as near as spelling tells.
fn syllables(word: &str, language: Language) -> usize {
    let vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let mut count = 0;
    let mut before = false;
    for c in word.chars() {
        let now = vowel(c);
        count += usize::from(now && !before);
        before = now;
    }
    if language == Language::English && word.ends_with('e') && !word.ends_with("le") && count > 1 {
        count -= 1;
    }
    count.max(1)
}
