//! Whether a feeling that was shown was heard.

use super::lexicon::Lexicon;
use super::text::Text;
use super::{Hint, HintKind};

pub(super) fn unheard(inquiry: &Text<'_>, asked: &Lexicon, draft: &Text<'_>, lexicon: &Lexicon) -> Option<Hint> {
    let hard = inquiry.all(&asked.hard_feelings);
    if let Some(shown) = hard.first() {
        // Tears of joy are answered with joy.
        let joy = inquiry.has(&asked.glad_feelings) && draft.has(&lexicon.thanked);
        if joy || draft.has(&lexicon.heard) {
            return None;
        }
        let words = &inquiry.raw[shown.clone()];
        return Some(Hint::new(HintKind::Feeling, format!("They wrote “{words}”. Say in your own words that you heard it.")));
    }
    let glad = inquiry.all(&asked.glad_feelings);
    let shown = glad.first()?;
    // Thanks in passing, at the end of a question, are a way to say goodbye.
    let asks = inquiry.raw.contains('?') || inquiry.has(&asked.asks);
    if asks && glad.len() < 2 || draft.has(&lexicon.thanked) || draft.has(&lexicon.heard) {
        return None;
    }
    let words = &inquiry.raw[shown.clone()];
    Some(Hint::new(HintKind::Feeling, format!("They are glad (“{words}”). Be glad with them.")))
}
