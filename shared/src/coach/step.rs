//! Whether a reply that leaves something open says what happens next, and when.

use super::lexicon::Lexicon;
use super::question;
use super::text::Text;
use super::{Hint, HintKind};

pub(super) fn missing(inquiry: &Text<'_>, asked: &Lexicon, draft: &Text<'_>, lexicon: &Lexicon) -> Option<Hint> {
    let when = draft.has(&lexicon.times) || draft.words.iter().any(|w| is_time(&w.folded));
    let promises = draft.all(&lexicon.promises);
    if let Some(promise) = promises.last() {
        if when {
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

/// `3:30`, `12/4`, `8am`.
pub(super) fn is_time(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let begins = word.starts_with(|c: char| c.is_ascii_digit());
    begins && digits > 0 && (word.contains(':') || word.ends_with("am") || word.ends_with("pm") || word.ends_with("th"))
}
