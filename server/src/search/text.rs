//! Words of a text: without case and accents, cut at everything that is no letter or digit; and their stems.

use rust_stemmers::{Algorithm, Stemmer};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));
static SPANISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::Spanish));

/// Longest word that is told from another, in characters.
const LONGEST: usize = 40;

/// A word and where it stands in its text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) word: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Words of a text in order, folded.
pub fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    found(text).map(|f| f.word)
}

/// Words of a text in order, folded, with their places. Languages that are written without spaces give each sign as a
/// word of its own.
pub(crate) fn found(text: &str) -> impl Iterator<Item = Found> + '_ {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (start, first) = rest.next()?;
            if !is_part(first) {
                continue;
            }
            let mut end = start + first.len_utf8();
            if !stands_alone(first) {
                // A mark that belongs to the letter before it does not end the word.
                while let Some(&(at, c)) = rest.peek() {
                    if stands_alone(c) || !(is_part(c) || is_combining_mark(c)) {
                        break;
                    }
                    end = at + c.len_utf8();
                    rest.next();
                }
            }
            let word = fold(&text[start..end]);
            if !word.is_empty() {
                return Some(Found { word, start, end });
            }
        }
    })
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric()
}

/// Chinese, Japanese and Korean signs, of which a word has one or several with nothing between.
fn stands_alone(c: char) -> bool {
    matches!(u32::from(c), 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)
}

/// Without case and accents: "Autobús" is "autobus".
fn fold(word: &str) -> String {
    let small = word.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    small.filter(|c| c.is_alphanumeric()).take(LONGEST).collect()
}

/// The stems of a folded word, English and Spanish: what is written in one language has words of the other.
pub(crate) fn stems(word: &str) -> Vec<String> {
    let english = ENGLISH.stem(word).into_owned();
    let spanish = SPANISH.stem(word).into_owned();
    if english == spanish { vec![english] } else { vec![english, spanish] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded() {
        let all = |text: &str| words(text).collect::<Vec<_>>();
        assert_eq!(all("El AUTOBÚS de mi niño, ¿dónde está?"), ["el", "autobus", "de", "mi", "nino", "donde", "esta"]);
        assert_eq!(all("MV-7K3Q-92X kim@example.org"), ["mv", "7k3q", "92x", "kim", "example", "org"]);
        assert_eq!(all("校车 晚点 bus12"), ["校", "车", "晚", "点", "bus12"]);
        assert_eq!(all("ﬁne Ⅳ"), ["fine", "iv"]);
        assert_eq!(all(" … — "), Vec::<String>::new());
        let places: Vec<(usize, usize)> = found("e\u{301}té là").map(|f| (f.start, f.end)).collect();
        assert_eq!(places, [(0, 6), (7, 10)]);
    }

    #[test]
    fn forms_of_a_word_have_a_stem_in_common() {
        for (one, other) in [
            ("buses", "bus"),
            ("delayed", "delays"),
            ("autobuses", "autobus"),
            ("tardanza", "tardanzas"),
            ("accident", "accidents"),
        ] {
            assert!(stems(one).iter().any(|s| stems(other).contains(s)), "{one} {other}: {:?} {:?}", stems(one), stems(other));
        }
    }
}
