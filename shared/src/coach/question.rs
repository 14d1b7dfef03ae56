//! Questions, and whether they are answered.
//!
//! A question is answered where the reply speaks of what it asks about, gives the kind of thing that it asks for, or says
//! that the answer will follow.

use super::lexicon::{Kind, Lexicon};
use super::step::is_time;
use super::text::{Sentence, Text, Word};
use super::{Hint, HintKind};
use std::collections::HashSet;

/// Questions that are looked after: nobody asks more.
const MOST: usize = 12;

/// A question of the inquiry.
pub(super) struct Question<'t> {
    pub(super) raw: &'t str,
    words: &'t [Word],
}

/// What is asked, rhetoric left aside.
pub(super) fn asked<'t>(inquiry: &'t Text<'_>, lexicon: &Lexicon) -> Vec<Question<'t>> {
    let mut all: Vec<Question<'t>> = Vec::new();
    for sentence in &inquiry.sentences {
        let words = inquiry.of(sentence);
        let raw = inquiry.raw[sentence.at.clone()].trim();
        if is_question(raw, words, lexicon) && !is_rhetorical(raw, words, lexicon) {
            let parts = parts(inquiry, sentence, lexicon);
            let whole = parts.len() == 1;
            all.extend(parts.into_iter().filter_map(|words| {
                let part = inquiry.raw.get(words.first()?.at.start..words.last()?.at.end)?;
                Some(Question { raw: if whole { raw } else { part }, words })
            }));
        }
    }
    all.truncate(MOST);
    all
}

fn is_question(raw: &str, words: &[Word], lexicon: &Lexicon) -> bool {
    let marked = raw.ends_with('?') || raw.contains("? ") || raw.contains('¿');
    marked || lexicon.asks.stand_in(words)
}

fn is_rhetorical(raw: &str, words: &[Word], lexicon: &Lexicon) -> bool {
    let says = words.iter().filter(|w| !lexicon.empty_words.contains(&w.folded)).count();
    let short = words.len() <= 3 && says == 0;
    short
        || raw.contains("?!")
        || raw.contains("!?")
        || raw.contains("???") && says < 2
        || lexicon.rhetorical.iter().any(|phrase| match phrase.longest() {
            // A single word is a question of its own; more may stand anywhere near the beginning.
            1 => words.len() == 1 && phrase.stand_in(words),
            count => phrase.stand_in(&words[..words.len().min(count + 4)]),
        })
}

/// The questions of one sentence: "what does it cost, how long does it take and can you send it?" is three.
fn parts<'t>(inquiry: &'t Text<'_>, sentence: &Sentence, lexicon: &Lexicon) -> Vec<&'t [Word]> {
    let words = &inquiry.words[sentence.words.clone()];
    let mut parts = Vec::new();
    let mut from = 0;
    for at in 2..words.len() {
        let (before, here) = (&words[at - 1], &words[at]);
        let between = &inquiry.raw[before.at.end..here.at.start];
        let new_clause = lexicon.joins.contains(&before.folded) || between.contains(',');
        let asks = lexicon.question_words.contains(&here.folded);
        if new_clause && asks && at - from > 2 && words.len() - at > 2 {
            parts.push(&words[from..at]);
            from = at;
        }
    }
    parts.push(&words[from..]);
    // What stands before the first question tells a story.
    if parts.len() > 1 && !lexicon.question_words.stand_in(parts[0]) {
        parts.remove(0);
    }
    parts
}

pub(super) fn unanswered(
    inquiry: &Text<'_>,
    asked_in: &Lexicon,
    draft: &Text<'_>,
    lexicon: &Lexicon,
    same_language: bool,
) -> Vec<Hint> {
    let questions = asked(inquiry, asked_in);
    if questions.is_empty() || !same_language {
        return Vec::new();
    }
    let later = draft.all(&lexicon.later).len();
    let said: HashSet<&str> = draft.words.iter().map(|w| w.folded.as_str()).collect();
    let mut open = Vec::new();
    for question in &questions {
        if !is_answered(question, &questions, draft, &said, asked_in, lexicon) {
            open.push(question);
        }
    }
    // "I will find out by Thursday" is an answer to whatever is still open.
    if open.len() <= later {
        return Vec::new();
    }
    open.into_iter().take(3).map(|q| Hint::new(HintKind::Unanswered, format!("They asked: “{}”", shortened(q.raw)))).collect()
}

fn shortened(raw: &str) -> String {
    const MOST: usize = 120;
    if raw.chars().count() <= MOST { raw.to_owned() } else { raw.chars().take(MOST).collect::<String>() + "…" }
}

fn is_answered(
    question: &Question<'_>,
    all: &[Question<'_>],
    draft: &Text<'_>,
    said: &HashSet<&str>,
    asked_in: &Lexicon,
    lexicon: &Lexicon,
) -> bool {
    let subject: Vec<&str> = question.words.iter().map(|w| w.folded.as_str()).filter(|w| is_subject(w, asked_in)).collect();
    // What several questions have in common tells none of them.
    let own: Vec<&str> = subject
        .iter()
        .copied()
        .filter(|w| all.len() == 1 || all.iter().filter(|q| q.words.iter().any(|o| alike(&o.folded, w))).count() == 1)
        .collect();
    let found = |words: &[&str]| words.iter().filter(|w| said.iter().any(|s| alike(s, w))).count();
    let kind = kind_of(question.words, asked_in);
    let given = kind.is_none_or(|kind| gives(kind, draft, lexicon, asked_in));
    let (hits, own_hits) = (found(&subject), found(&own));
    if all.len() == 1 {
        let open_kind = kind.is_none_or(|kind| !kind.whether);
        return given && (hits > 0 || subject.is_empty() || open_kind && draft.words.len() > 14) || hits >= 2;
    }
    let only_of_its_kind = kind.is_some_and(|kind| {
        !kind.whether && all.iter().filter(|q| kind_of(q.words, asked_in).is_some_and(|k| std::ptr::eq(k, kind))).count() == 1
    });
    given && (own_hits > 0 || only_of_its_kind) || own_hits >= 2 || own.is_empty() && given
}

fn is_subject(word: &str, lexicon: &Lexicon) -> bool {
    word.chars().count() > 2 && !lexicon.empty_words.contains(word)
}

/// The same word in another form: one begins as the other does, but for its ending.
fn alike(one: &str, other: &str) -> bool {
    let common = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let (short, long) = {
        let (a, b) = (one.chars().count(), other.chars().count());
        (a.min(b), a.max(b))
    };
    one == other || common >= 3 && common + 2 >= short && long <= common + 4 && common * 2 > long
}

fn kind_of<'l>(words: &[Word], lexicon: &'l Lexicon) -> Option<&'l Kind> {
    // The question word may stand after a story: the last clause begins the question.
    let first = lexicon.kinds.iter().filter(|k| !k.whether);
    for kind in first {
        if kind.asks.stand_in(words) {
            return Some(kind);
        }
    }
    // "What is the limit?" can be answered by anything that speaks of it.
    lexicon.kinds.last().filter(|_| !lexicon.which.stand_in(words))
}

/// Whether the draft has the kind of thing that is asked for.
fn gives(kind: &Kind, draft: &Text<'_>, lexicon: &Lexicon, asked_in: &Lexicon) -> bool {
    let place = asked_in.kinds.iter().position(|k| std::ptr::eq(k, kind)).unwrap_or(0);
    let kind = &lexicon.kinds[place];
    draft.has(&kind.gives)
        || kind.number
            && draft
                .words
                .iter()
                .any(|w| is_time(&w.folded) || w.folded.trim_start_matches('$').starts_with(|c: char| c.is_ascii_digit()))
}
