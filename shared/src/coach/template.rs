//! Whether a template goes out as it is.

use super::text::Text;
use super::{Case, Hint, HintKind};
use std::collections::HashMap;

/// So many words of one's own make a text personal.
const OWN_WORDS: usize = 6;

pub(super) fn as_it_is(draft: &Text<'_>, case: &Case<'_>) -> Option<Hint> {
    let sender = case.sender.map(Text::read);
    let own = |template: &&str| {
        let template = Text::read(super::beginning(template).0);
        if template.words.len() < 5 {
            return usize::MAX;
        }
        let mut there: HashMap<&str, usize> = HashMap::new();
        for word in &template.words {
            *there.entry(&word.folded).or_default() += 1;
        }
        let mut new = 0;
        for word in &draft.words {
            match there.get_mut(word.folded.as_str()) {
                Some(left) if *left > 0 => *left -= 1,
                _ if sender.as_ref().is_some_and(|s| s.says(&word.folded)) => {}
                _ => new += 1,
            }
        }
        // What was left of it is another text by now.
        let gone: usize = there.values().sum();
        if gone * 2 > template.words.len() { usize::MAX } else { new }
    };
    let least = case.inserted.iter().map(own).min()?;
    (least < OWN_WORDS)
        .then(|| Hint::new(HintKind::Template, "This is the template as it was. Add a sentence that only this person could get."))
}
