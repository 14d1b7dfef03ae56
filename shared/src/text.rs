//! Text that people type, and text that a district shows in several languages.

use crate::compact::compact_struct;
use crate::named::Named;
use crate::problem::ProblemKind;
use serde::{Deserialize, Serialize};

/// Tidies what was typed and refuses what no database may hold.
///
/// Line ends become `\n`, surrounding white space goes. `None` means that nothing was written.
///
/// # Errors
/// [`ProblemKind::Unprintable`] for U+0000, which PostgreSQL cannot store.
pub fn tidy(raw: &str) -> Result<Option<String>, ProblemKind> {
    if raw.bytes().any(|b| b == 0) {
        return Err(ProblemKind::Unprintable);
    }
    let text = raw.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let mut lines = String::with_capacity(text.len());
    for (place, part) in text.split('\r').enumerate() {
        if place > 0 {
            lines.push('\n');
        }
        lines.push_str(if place > 0 { part.strip_prefix('\n').unwrap_or(part) } else { part });
    }
    Ok(Some(lines))
}

/// Whether `part` stands somewhere in `text`: without the standard library's search (which `contains` of a letter needs,
/// too), since the widget would have to bring it along. For texts of a few thousand letters.
pub fn has(text: &str, part: &str) -> bool {
    part.is_empty() || text.as_bytes().windows(part.len()).any(|window| window == part.as_bytes())
}

/// Texts with something between them: as `join`, which brings more code.
pub fn joined(texts: &[String], between: &str) -> String {
    let mut all = String::new();
    for text in texts {
        if !all.is_empty() {
            all.push_str(between);
        }
        all.push_str(text);
    }
    all
}

/// Length in Unicode scalar values, the unit of every limit that people are told.
pub fn length(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// What somebody says in a thread: 1 to 10,000 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body(String);

impl Body {
    /// Longest text accepted, in Unicode scalar values.
    pub const MAX: u32 = 10_000;

    /// # Errors
    /// Required, too long, or unprintable.
    pub fn parse(raw: &str) -> Result<Self, ProblemKind> {
        let text = tidy(raw)?.ok_or(ProblemKind::Required)?;
        if length(&text) > Self::MAX {
            return Err(ProblemKind::TooLong { max: Self::MAX });
        }
        Ok(Self(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A language tag (BCP 47), such as `en` or `es-MX`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Locale(String);

compact_struct!(Locale { 0 });

impl Locale {
    /// `None` unless `raw` looks like a language tag.
    pub fn parse(raw: &str) -> Option<Self> {
        let mut parts = raw.split('-');
        let language = parts.next()?;
        let letters = (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_lowercase());
        let rest = parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
        (letters && rest && raw.len() <= 35).then(|| Self(raw.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Which way it is written, as HTML's `dir` says it.
    pub fn direction(&self) -> &'static str {
        direction(&self.0)
    }

    /// The language without region: `es` of `es-MX`.
    pub fn language(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }
}

/// Which way a language is written: `rtl` or `ltr`. Source: CLDR, the scripts that these languages use.
pub fn direction(tag: &str) -> &'static str {
    let language = tag.split('-').next().unwrap_or(tag);
    if ["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"].contains(&language) { "rtl" } else { "ltr" }
}

/// The best of a district's languages for what was asked for, exact tags before bare languages.
pub fn choose<'a>(offered: &'a [Locale], wanted: impl Iterator<Item = &'a str>) -> Option<&'a Locale> {
    for tag in wanted {
        let tag = tag.trim();
        let language = tag.split('-').next().unwrap_or(tag);
        let exact = offered.iter().find(|l| l.as_str().eq_ignore_ascii_case(tag));
        if let Some(found) = exact.or_else(|| offered.iter().find(|l| l.language().eq_ignore_ascii_case(language))) {
            return Some(found);
        }
    }
    None
}

/// One text in the languages of a district.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Texts(Named<String>);

compact_struct!(Texts { 0 });

impl Texts {
    pub fn new(texts: Named<String>) -> Self {
        Self(texts)
    }

    /// The text in `locale`, else in its bare language, else in any language, else nothing.
    pub fn get(&self, locale: &Locale) -> &str {
        let found = self.0.get(locale.as_str()).or_else(|| self.0.get(locale.language()));
        found.or_else(|| self.0.values().next()).map_or("", String::as_str)
    }

    pub fn is_empty(&self) -> bool {
        self.0.values().all(String::is_empty)
    }

    pub fn has(&self, locale: &Locale) -> bool {
        self.0.get(locale.as_str()).is_some_and(|t| !t.trim().is_empty())
    }

    /// Keeps one language only, so that a visitor does not download the others.
    #[must_use]
    pub fn only(&self, locale: &Locale) -> Self {
        if self.0.is_empty() {
            return Self::default();
        }
        Self(Named::from_iter([(locale.as_str().to_owned(), self.get(locale).to_owned())]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_tidied_and_bounded() {
        assert_eq!(Body::parse("  one\r\ntwo ").unwrap().as_str(), "one\ntwo");
        assert_eq!(Body::parse(" \n "), Err(ProblemKind::Required));
        assert_eq!(Body::parse("a\0b"), Err(ProblemKind::Unprintable));
        assert!(Body::parse(&"é".repeat(10_000)).is_ok());
        assert!(Body::parse(&"é".repeat(10_001)).is_err());
    }

    #[test]
    fn a_language_is_chosen_by_tag_then_by_language() {
        let offered = [Locale::parse("en").unwrap(), Locale::parse("es").unwrap()];
        assert_eq!(choose(&offered, ["fr", "es-MX"].into_iter()).unwrap().as_str(), "es");
        assert_eq!(choose(&offered, ["fr"].into_iter()), None);
        assert!(Locale::parse("<script>").is_none());
        assert_eq!((direction("ar-EG"), direction("es"), offered[0].direction()), ("rtl", "ltr", "ltr"));
    }
}
