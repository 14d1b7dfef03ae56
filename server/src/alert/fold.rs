//! From a text to words as they are compared: small letters without accents, and where each stands.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest word that is told from another, in characters.
const LONGEST: usize = 40;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// In small letters, without accents and apostrophes; digits and signs that stand for letters are still there.
    pub(super) word: String,
    /// In small letters, with its accents.
    pub(super) lower: String,
    /// Where it stands, in bytes.
    pub(super) start: usize,
    pub(super) end: usize,
    /// A sentence or line ends before it.
    pub(super) begins: bool,
    /// A capital and small letters.
    pub(super) title: bool,
}

/// The words of `text`, in order. Languages that are written without spaces give each sign as a word.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut all: Vec<Token> = Vec::new();
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let end_of = |at: usize| chars.get(at).map_or(text.len(), |(byte, _)| *byte);
    let (mut at, mut stop, mut begins) = (0, false, true);
    while at < chars.len() {
        let (start, first) = chars[at];
        if !opens(&chars, at) {
            // A point ends a sentence only where space follows: "k.i.l.l" is none.
            begins |= first == '\n' || stop && first.is_whitespace();
            let titled = first == '.' && all.last().is_some_and(|t| is_title(&t.word));
            stop = !titled && matches!(first, '.' | '!' | '?' | ';' | '…' | '。' | '！' | '？')
                || stop && matches!(first, '"' | '”' | '»' | '’' | ')');
            at += 1;
            continue;
        }
        let from = at;
        at += 1;
        if !stands_alone(first) {
            while at < chars.len() && !stands_alone(chars[at].1) && goes_on(&chars, at) {
                at += 1;
            }
        }
        let raw = &text[start..end_of(at)];
        let word = fold(raw);
        if !word.is_empty() {
            let mut letters = chars[from..at].iter().map(|(_, c)| *c).filter(|c| c.is_alphabetic());
            let title = letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
            all.push(Token { word, lower: raw.to_lowercase(), start, end: end_of(at), begins, title });
            (stop, begins) = (false, false);
        }
    }
    all
}

/// What stands before a name, with a point that ends nothing.
fn is_title(word: &str) -> bool {
    matches!(word, "mr" | "mrs" | "ms" | "dr" | "sr" | "sra" | "srta" | "st" | "prof" | "lic")
}

/// Signs that people put in a letter's place.
const fn is_sign(c: char) -> bool {
    matches!(c, '@' | '$' | '€' | '!' | '|' | '+' | '*')
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '´' | '`')
}

/// What nobody sees: joiners, soft hyphens, marks of direction.
const fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fe0f}')
}

fn opens(chars: &[(usize, char)], at: usize) -> bool {
    let c = chars[at].1;
    let letter_follows = || chars.get(at + 1).is_some_and(|(_, next)| next.is_alphabetic());
    c.is_alphanumeric() || matches!(c, '@' | '$') && letter_follows()
}

fn goes_on(chars: &[(usize, char)], at: usize) -> bool {
    let c = chars[at].1;
    let next = chars.get(at + 1).map(|(_, next)| *next);
    if c.is_alphanumeric() || is_combining_mark(c) || is_hidden(c) || matches!(c, '*' | '$') {
        return true;
    }
    let more = next.is_some_and(|next| next.is_alphanumeric() || is_sign(next));
    (is_sign(c) || is_apostrophe(c)) && more
}

/// Chinese, Japanese, Korean and Thai signs, of which a word has one or several with nothing between.
fn stands_alone(c: char) -> bool {
    matches!(u32::from(c), 0x0e00..=0x0e7f | 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff)
}

/// A word in small letters without accents, apostrophes and hidden signs; "Kim's" is "kim". Letters of other alphabets that
/// look like Latin ones are those, where a word mixes them.
pub(super) fn fold(raw: &str) -> String {
    let owned = raw.char_indices().rev().find(|(_, c)| is_apostrophe(*c));
    let raw = owned.filter(|(at, c)| raw[at + c.len_utf8()..].eq_ignore_ascii_case("s")).map_or(raw, |(at, _)| &raw[..at]);
    if raw.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return raw.chars().take(LONGEST).map(|c| c.to_ascii_lowercase()).collect();
    }
    let latin = raw.chars().any(|c| c.is_ascii_alphabetic());
    raw.nfkd()
        .filter(|c| !is_combining_mark(*c) && !is_hidden(*c) && !is_apostrophe(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if latin { looks_like(c) } else { c })
        .filter(|c| c.is_alphanumeric() || is_sign(*c))
        .take(LONGEST)
        .collect()
}

/// Cyrillic and Greek letters that look like Latin ones. Source: Unicode's confusables (UTS 39).
const fn looks_like(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' => 'c',
        'е' | 'ε' => 'e',
        'һ' | 'н' => 'h',
        'і' | 'ι' | 'ı' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'ν' => 'v',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'у' | 'υ' => 'u',
        'х' | 'χ' => 'x',
        other => other,
    }
}

/// What a folded word may mean where digits, signs or stretched letters stand in it; the word itself is not among them.
pub(super) fn undisguised(word: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let letters = word.chars().any(char::is_alphabetic);
    let masked = word.chars().any(|c| c.is_ascii_digit() || is_sign(c) && c != '*');
    let mut ways = vec![word.to_owned()];
    if letters && masked || word.contains(['@', '$']) {
        ways = vec![String::new()];
        for c in word.chars() {
            let (one, other) = letter_of(c);
            let twice = other.filter(|_| ways.len() < 8);
            let others: Vec<String> = twice.iter().flat_map(|o| ways.iter().map(move |w| format!("{w}{o}"))).collect();
            ways.iter_mut().for_each(|way| way.push(one));
            ways.extend(others);
        }
    }
    // Stars around a word are there to make it stand out.
    for way in ways {
        let bare = way.trim_end_matches('*').to_owned();
        for way in [way, bare] {
            let short = stretched(&way, 1);
            for way in [stretched(&way, 2), short, way] {
                if way != word && !found.contains(&way) {
                    found.push(way);
                }
            }
        }
    }
    found
}

/// The letter that a digit or sign stands for, and another that it may stand for.
const fn letter_of(c: char) -> (char, Option<char>) {
    match c {
        '0' => ('o', None),
        '1' | '|' => ('i', Some('l')),
        '!' => ('i', None),
        '2' => ('z', None),
        '3' | '€' => ('e', None),
        '4' | '@' => ('a', None),
        '5' | '$' => ('s', None),
        '6' | '9' => ('g', None),
        '7' | '+' => ('t', None),
        '8' => ('b', None),
        other => (other, None),
    }
}

/// Letters that stand three times and more, as often as `most`: "killlll" as "kill", or as "kil".
fn stretched(word: &str, most: usize) -> String {
    let chars: Vec<char> = word.chars().collect();
    let mut out = String::with_capacity(word.len());
    for run in chars.chunk_by(|a, b| a == b) {
        let kept = if run.len() > 2 { most } else { run.len() };
        out.extend(&run[..kept]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|t| t.word).collect()
    }

    #[test]
    fn texts_are_cut_and_folded() {
        assert_eq!(words("El NIÑO’s gun, don't! su-icide_note.pdf"), ["el", "nino", "gun", "dont", "su", "icide", "note", "pdf"]);
        assert_eq!(
            words("k!ll $uicide @ 5 a$$ f*** hello! C+ 自杀"),
            ["k!ll", "$uicide", "5", "a$$", "f***", "hello", "c", "自", "杀"]
        );
        assert_eq!(words("ki\u{200b}ll w\u{435}apon оружие"), ["kill", "weapon", "оружие"]);
        let all = tokens("He said it. A gun.No");
        assert_eq!(all.iter().map(|t| t.begins).collect::<Vec<_>>(), [true, false, false, true, false, false]);
        assert_eq!((all[4].start, all[4].end, all[0].title, all[2].title), (14, 17, true, false));
    }

    #[test]
    fn disguises_are_taken_off() {
        assert!(undisguised("k1ll").contains(&String::from("kill")));
        assert!(undisguised("$u1c1d3").contains(&String::from("suicide")));
        assert!(undisguised("killlll").contains(&String::from("kill")));
        assert!(undisguised("shoooot").contains(&String::from("shoot")));
        assert!(undisguised("kill**").contains(&String::from("kill")));
        assert_eq!(undisguised("weapon"), Vec::<String>::new());
        assert_eq!(undisguised("1010"), Vec::<String>::new());
    }
}
