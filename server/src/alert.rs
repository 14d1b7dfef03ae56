//! Step 3: words of concern.
//!
//! Matching is pure: a text and word lists in, matches out, so that a preview, a dry run and the scan at intake find the
//! same. Who is told is decided purely, too; [`tell`] and what people do about an alert write it down.

mod act;
mod backscan;
mod check;
mod fold;
mod index;
mod raise;
mod scan;
mod settings;
mod sound;
mod spelling;
pub mod starter;
mod tell;
#[cfg(test)]
mod tests;

pub(crate) use act::acknowledge_all;
pub use act::{acknowledge, judge, raise_by_hand};
pub use backscan::{begin_scan, scan_piece};
pub use check::category_problem;
pub use raise::{Occasion, Said, found, matches_in, new_alert, raise, said_in_all, said_in_answers, telling};
pub use settings::{About, Alerts, Known, Reached, SAFETY, reached, starters};

pub use tell::tell;

use index::Index;
use porchlight_shared::alert::{How, WordLists};

/// Word lists made ready for scanning.
pub struct Matcher {
    index: Index,
    /// Ids of the categories, in the order in which they were given.
    categories: Vec<String>,
}

/// A keyword that a text matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match<'m> {
    pub category: &'m str,
    /// As the district wrote it.
    pub keyword: &'m str,
    /// The list's language.
    pub locale: &'m str,
    /// Where it stands, in bytes.
    pub start: usize,
    pub end: usize,
    pub how: How,
}

impl Matcher {
    /// Makes categories, by id, ready. Keywords that cannot be read are left out: they were refused when they were written.
    pub fn new<'a>(categories: impl IntoIterator<Item = (&'a str, &'a WordLists)>) -> Self {
        let mut index = Index::default();
        let mut ids = Vec::new();
        for (id, lists) in categories {
            let category = ids.len();
            ids.push(id.to_owned());
            for (locale, list) in lists {
                for keyword in &list.keywords {
                    index.add(category, locale, &keyword.text, keyword.tolerance, false);
                }
                for quiet in &list.quiet {
                    index.add(category, locale, quiet, None, true);
                }
            }
        }
        index.finish();
        Self { index, categories: ids }
    }

    /// Finds every keyword that `text` matches, in the order of the text; of those that lie within one another the longest
    /// of each category.
    pub fn scan(&self, text: &str) -> Vec<Match<'_>> {
        scan::scan(&self.index, text)
            .into_iter()
            .map(|found| {
                let phrase = &self.index.phrases[found.phrase];
                Match {
                    category: &self.categories[phrase.category],
                    keyword: &phrase.text,
                    locale: &self.index.languages[phrase.language].tag,
                    start: found.start,
                    end: found.end,
                    how: found.how,
                }
            })
            .collect()
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.index.phrases.is_empty()
    }
}
