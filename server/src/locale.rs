//! Which languages we speak, and which one a visitor gets.

use porchlight_shared::phrase::Phrases;
use porchlight_shared::text::{Locale, choose};
use std::sync::LazyLock;

/// `(tag, the language's own name, texts)`.
const FILES: &[(&str, &str, &str)] =
    &[("en", "English", include_str!("../locales/en.json")), ("es", "Español", include_str!("../locales/es.json"))];

static PHRASES: LazyLock<Vec<(&'static str, &'static str, Phrases)>> = LazyLock::new(|| {
    let read = |&(tag, name, json): &(&'static str, &'static str, &str)| match Phrases::from_json(json) {
        Ok(phrases) => (tag, name, phrases),
        // The files are part of the program; a test reads every one.
        Err(why) => unreachable!("locales/{tag}.json: {why}"),
    };
    FILES.iter().map(read).collect()
});

/// Our own wording in `locale`, else in English.
pub fn phrases(locale: &Locale) -> &'static Phrases {
    let found = PHRASES.iter().find(|(tag, _, _)| *tag == locale.language());
    found.map_or_else(english, |(_, _, phrases)| phrases)
}

pub fn english() -> &'static Phrases {
    &PHRASES[0].2
}

/// Our own wording for somebody of whom only the request is known.
pub fn ours(asked: Option<&str>, accept_language: Option<&str>) -> &'static Phrases {
    let offered: Vec<Locale> = PHRASES.iter().filter_map(|(tag, _, _)| Locale::parse(tag)).collect();
    phrases(&for_visitor(&offered, asked, accept_language))
}

/// The tag of our own wording.
pub fn tag(phrases: &Phrases) -> &'static str {
    PHRASES.iter().find(|(_, _, known)| std::ptr::eq(known, phrases)).map_or("en", |(tag, _, _)| tag)
}

/// The name of a language in itself.
pub fn name(locale: &Locale) -> &str {
    PHRASES.iter().find(|(tag, _, _)| *tag == locale.language()).map_or(locale.as_str(), |(_, name, _)| name)
}

/// The language for a visitor: what the address asks for, else what the browser prefers, else the
/// district's own.
pub fn for_visitor(offered: &[Locale], asked: Option<&str>, accept_language: Option<&str>) -> Locale {
    let mut preferred: Vec<(&str, u32)> = accept_language
        .unwrap_or("")
        .split(',')
        .take(20)
        .map(|part| {
            let (tag, weight) = part.split_once(';').unwrap_or((part, "q=1"));
            let weight: f32 = weight.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(0.0);
            // Thousandths, so that weights sort exactly.
            (tag.trim(), (weight.clamp(0.0, 1.0) * 1_000.0) as u32)
        })
        .filter(|(tag, weight)| !tag.is_empty() && *weight > 0)
        .collect();
    preferred.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    let wanted = asked.into_iter().chain(preferred.into_iter().map(|(tag, _)| tag));
    choose(offered, wanted).unwrap_or(&offered[0]).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_everything() {
        for (tag, _, phrases) in PHRASES.iter() {
            for blank in ["{0}", "{1}"] {
                let count = |p: &Phrases| format!("{p:?}").matches(blank).count();
                assert_eq!(count(phrases), count(english()), "{tag} uses {blank} as often as English does");
            }
        }
    }

    #[test]
    fn the_address_wins_then_the_browser_then_the_district() {
        let offered = [Locale::parse("en").unwrap(), Locale::parse("es").unwrap()];
        let pick = |asked, accept| for_visitor(&offered, asked, accept).as_str().to_owned();
        assert_eq!(pick(Some("es"), Some("en")), "es");
        assert_eq!(pick(None, Some("fr;q=0.9, es-MX;q=0.8, en;q=0.7")), "es");
        assert_eq!(pick(Some("xx"), None), "en");
        assert_eq!(pick(None, Some(";;;q=nonsense,*")), "en");
    }
}
