//! From a text to the keywords in it.

use super::fold::{Token, tokens, undisguised};
use super::index::{Index, Step, is_little, less_sure};
use super::spelling::Right;
use porchlight_shared::alert::{How, Keyword};
use std::collections::HashMap;
use std::rc::Rc;

/// Matches that one text tells of; more tell nothing new.
const MOST: usize = 100;
/// Little words that may stand between two words of a phrase.
const MOST_LITTLE: usize = 3;
/// Letters that stand alone in a row are tried as words up to so many.
const LONGEST_RUN: usize = 40;

/// A keyword in a text, and where it stands in bytes.
pub(super) struct Found {
    pub(super) phrase: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) how: How,
}

/// Words of keywords that a word of the text is, and how.
type Meanings = Rc<[(usize, How)]>;

/// A word of the text with its meanings.
struct Seen {
    token: Token,
    meanings: Meanings,
    /// Phrases that it is without their spaces.
    joined: Vec<(usize, How)>,
}

pub(super) fn scan(index: &Index, text: &str) -> Vec<Found> {
    if index.phrases.is_empty() {
        return Vec::new();
    }
    let mut known = HashMap::new();
    let seen: Vec<Seen> = put_together(index, tokens(text))
        .into_iter()
        .map(|(token, disguised)| {
            let slips = token.begins || !token.title;
            let meanings = if disguised {
                index.same(&token.word).iter().map(|word| (*word, How::Disguised)).collect()
            } else {
                let key = (token.lower.clone(), slips);
                known.entry(key).or_insert_with(|| meanings(index, &token.word, &token.lower, slips)).clone()
            };
            // "llevaron" is a word, and no "lleva ron" without its space.
            let joined = if disguised || !Right::of(&token.word).anywhere() { index.run_together(&token.word) } else { &[] };
            let joined = joined.iter().map(|phrase| (*phrase, How::Disguised)).collect();
            Seen { token, meanings, joined }
        })
        .collect();

    // What was found, and what is quiet in which category; each with the words that it covers.
    let mut found: Vec<(Found, Vec<usize>)> = Vec::new();
    let mut quiet: Vec<(usize, Vec<usize>)> = Vec::new();
    for at in 0..seen.len() {
        // Nobody reads so many; a text that was made to cost time shall not.
        if found.len() > MOST * 10 {
            break;
        }
        for (phrase, how) in &seen[at].joined {
            let Token { start, end, .. } = seen[at].token;
            found.push((Found { phrase: *phrase, start, end, how: *how }, vec![at]));
        }
        let mut tried = Vec::new();
        for (word, _) in seen[at].meanings.iter() {
            for phrase in index.starting_with(*word) {
                if tried.contains(phrase) {
                    continue;
                }
                tried.push(*phrase);
                let Some((words, how)) = follow(&index.phrases[*phrase].steps, &seen, at, true) else { continue };
                let (start, end) = (seen[at].token.start, seen[*words.last().unwrap_or(&at)].token.end);
                if index.phrases[*phrase].quiet {
                    quiet.push((index.phrases[*phrase].category, words));
                } else {
                    found.push((Found { phrase: *phrase, start, end, how }, words));
                }
            }
        }
    }
    let category = |found: &Found| index.phrases[found.phrase].category;
    found.retain(|(found, words)| {
        !quiet.iter().any(|(of, covers)| *of == category(found) && words.iter().any(|w| covers.contains(w)))
    });
    // The longest first, so that what lies within it falls away.
    found.sort_by_key(|(f, _)| (f.start, std::cmp::Reverse(f.end), f.how));
    let mut kept: Vec<Found> = Vec::new();
    for (one, _) in found {
        let within = kept.iter().any(|k| k.start <= one.start && one.end <= k.end && category(k) == category(&one));
        if !within && kept.len() < MOST {
            kept.push(one);
        }
    }
    kept
}

/// What a word of the text may be. `slips`: misspellings are thought of; a name in the middle of a sentence is none.
fn meanings(index: &Index, word: &str, lower: &str, slips: bool) -> Meanings {
    let mut all: Vec<(usize, How)> = Vec::new();
    let add = |words: &[usize], how: How, all: &mut Vec<(usize, How)>| {
        for word in words {
            if !all.iter().any(|(there, _)| there == word) {
                all.push((*word, how));
            }
        }
    };
    add(index.same(word), How::Exact, &mut all);
    let letters = word.chars().all(char::is_alphabetic);
    let right = Right::of(word);
    if letters {
        add(&index.inflected(word, right), How::Inflected, &mut all);
        // With its accents a word may have another stem: "demandó" and "demando".
        if lower != word {
            add(&index.inflected(lower, right), How::Inflected, &mut all);
        }
    }
    if letters && slips && !right.anywhere() {
        add(&index.misspelt(word), How::Misspelt, &mut all);
    }
    for plain in undisguised(word) {
        if plain.contains('*') {
            add(&index.starred(&plain), How::Disguised, &mut all);
            continue;
        }
        let right = Right::of(&plain);
        add(index.same(&plain), How::Disguised, &mut all);
        add(&index.inflected(&plain, right), How::Disguised, &mut all);
        if plain.chars().count() > 4 && !right.anywhere() {
            add(&index.misspelt(&plain), How::Disguised, &mut all);
        }
    }
    if word.contains('*') {
        add(&index.starred(word), How::Disguised, &mut all);
    }
    all.into()
}

/// Follows the steps of a phrase from a word on; the words that it holds, and how sure it is.
fn follow(steps: &[Step], seen: &[Seen], at: usize, first: bool) -> Option<(Vec<usize>, How)> {
    let (step, rest) = steps.split_first()?;
    let reach = match step {
        Step::Gap => {
            // A gap stays within its sentence.
            let open = (0..=Keyword::GAP).take_while(|n| n == &0 || seen.get(at + n - 1).is_some_and(|s| !s.token.begins));
            return open.filter_map(|n| follow(rest, seen, at + n, false)).next();
        }
        Step::OneOf(words) => words,
    };
    for at in at..=at + MOST_LITTLE {
        let this = seen.get(at).filter(|this| first || !this.token.begins)?;
        if let Some((_, how)) = this.meanings.iter().find(|(word, _)| reach.binary_search(word).is_ok()) {
            if rest.is_empty() {
                return Some((vec![at], *how));
            }
            if let Some((mut words, then)) = follow(rest, seen, at + 1, false) {
                words.insert(0, at);
                return Some((words, less_sure(*how, then)));
            }
        }
        if first || !is_little(&this.token.word) {
            return None;
        }
    }
    None
}

/// Puts together what was pulled apart: letters in a row (`s u i c i d e`), and halves of a word (`sui cide`). Tells which
/// were.
fn put_together(index: &Index, tokens: Vec<Token>) -> Vec<(Token, bool)> {
    let alone = |token: &Token| {
        token.word.chars().count() == 1 && token.word.chars().all(|c| c.is_ascii_alphanumeric() || "@$!*+|".contains(c))
    };
    let mut out: Vec<(Token, bool)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let row = tokens[at..].iter().take(LONGEST_RUN).take_while(|t| alone(t)).count();
        if row >= 3
            && let Some((from, length, word)) = longest_word(index, &tokens[at..at + row])
        {
            out.extend(tokens[at..at + from].iter().map(|token| (token.clone(), false)));
            at += from;
            out.push((join(&tokens[at..at + length], word), true));
            at += length;
            continue;
        }
        if let [one, two, ..] = &tokens[at..]
            && let Some(word) = halves(index, one, two)
        {
            out.push((join(&tokens[at..at + 2], word), true));
            at += 2;
            continue;
        }
        out.push((tokens[at].clone(), false));
        at += 1;
    }
    out
}

/// The word whose halves these are, where one of them is nothing by itself.
fn halves(index: &Index, one: &Token, two: &Token) -> Option<String> {
    let half = |token: &Token| token.word.chars().count() >= 2 && token.word.chars().all(char::is_alphabetic);
    if two.begins || !half(one) || !half(two) {
        return None;
    }
    let word = format!("{}{}", one.word, two.word);
    let known = word.chars().count() >= 6 && !index.same(&word).is_empty();
    (known && !(Right::of(&one.word).anywhere() && Right::of(&two.word).anywhere())).then_some(word)
}

/// The longest known word in letters that stand alone: where it begins, how many letters it has, and the word.
fn longest_word(index: &Index, row: &[Token]) -> Option<(usize, usize, String)> {
    let is_known = |word: &String| !index.same(word).is_empty() || !index.run_together(word).is_empty();
    (3..=row.len()).rev().find_map(|length| {
        (0..=row.len() - length).find_map(|from| {
            let raw: String = row[from..from + length].iter().map(|t| t.word.as_str()).collect();
            std::iter::once(raw.clone()).chain(undisguised(&raw)).find(is_known).map(|word| (from, length, word))
        })
    })
}

fn join(tokens: &[Token], word: String) -> Token {
    let (first, last) = (&tokens[0], &tokens[tokens.len() - 1]);
    Token { lower: word.clone(), word, start: first.start, end: last.end, begins: first.begins, title: false }
}
