//! Whether a reply that leaves something open says what happens next, and when.

use super::lexicon::Lexicon;
use super::question;
use super::text::{Text, Word};
use super::{Hint, HintKind};

pub(super) fn missing(inquiry: &Text<'_>, asked: &Lexicon, draft: &Text<'_>, lexicon: &Lexicon) -> Option<Hint> {
    let timed: Vec<bool> = draft.sentences.iter().map(|sentence| says_when(draft.of(sentence), lexicon)).collect();
    let when = timed.contains(&true);
    let promises = draft.all(&lexicon.promises);
    if let Some(promise) = promises.last() {
        // The time of a promise stands beside it; that something was yesterday is none.
        let beside = |at: usize| timed.iter().skip(at.saturating_sub(1)).take(3).any(|t| *t);
        let mut at = promises.iter().filter_map(|p| draft.sentences.iter().position(|s| s.at.contains(&p.start)));
        if at.any(beside) {
            return None;
        }
        let words = format!("“{}”: by when? A day or an hour lets them wait in peace.", &draft.raw[promise.clone()]);
        return Some(Hint::at(HintKind::NextStep, promise.clone(), words));
    }
    let ways = draft.has(&lexicon.ways);
    if let Some(open) = draft.all(&lexicon.open).first() {
        return (!when && !ways)
            .then(|| Hint::at(HintKind::NextStep, open.clone(), "This stays open. What happens next, and when will they hear?"));
    }
    // Whoever complains and asks nothing wants something to happen all the same.
    let complains = inquiry.has(&asked.hard_feelings);
    let asks = !question::asked(inquiry, asked).is_empty();
    (complains && !asks && !when && !ways)
        .then(|| Hint::new(HintKind::NextStep, "Say what happens next, and when they will hear."))
}

fn says_when(words: &[Word], lexicon: &Lexicon) -> bool {
    lexicon.times.stand_in(words) || words.iter().any(|w| is_time(&w.folded))
}

/// `3:30`, `12/4`, `8am`.
pub(super) fn is_time(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let begins = word.starts_with(|c: char| c.is_ascii_digit());
    begins && digits > 0 && (word.contains(':') || word.ends_with("am") || word.ends_with("pm") || word.ends_with("th"))
}
