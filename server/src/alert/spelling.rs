//! Words that are spelled right, and how far one word is from another.

/// Words of a language, one a line, in order.
struct Dictionary {
    language: &'static str,
    words: &'static str,
}

const DICTIONARIES: [Dictionary; 2] = [
    Dictionary { language: "en", words: include_str!("../../words/en.txt") },
    Dictionary { language: "es", words: include_str!("../../words/es.txt") },
];
const NAMES: &str = include_str!("../../words/names.txt");
/// What people type to each other: no slips, either.
const CHAT: &str = include_str!("../../words/chat.txt");

/// In which languages a word is spelled right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Right {
    in_some: bool,
    languages: [bool; DICTIONARIES.len()],
}

impl Right {
    pub(super) fn of(word: &str) -> Self {
        let languages = DICTIONARIES.each_ref().map(|d| stands_in(d.words, word));
        Self { in_some: languages.contains(&true) || stands_in(NAMES, word) || stands_in(CHAT, word), languages }
    }

    /// It is a word, or a name: no slip of the pen.
    pub(super) const fn anywhere(self) -> bool {
        self.in_some
    }

    /// It belongs to another language and not to this one: its forms are not this one's.
    pub(super) fn is_foreign_to(self, language: &str) -> bool {
        let here = DICTIONARIES.iter().position(|d| d.language == language);
        self.languages.contains(&true) && here.is_some_and(|here| !self.languages[here])
    }
}

/// Whether `word` is a line of `lines`, which are in order.
fn stands_in(lines: &str, word: &str) -> bool {
    let bytes = lines.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes[..middle].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1).max(low);
        let end = bytes[middle..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |at| middle + at);
        match bytes[start..end].cmp(word.as_bytes()) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

/// Whether at most `most` slips lead from one word to the other: a letter too many, too few, wrong, or two neighbours
/// swapped (optimal string alignment).
pub(super) fn is_near(one: &str, other: &str, most: usize) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > most {
        return false;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for i in 1..=one.len() {
        let mut row = vec![i];
        for j in 1..=other.len() {
            let changed = last[j - 1] + usize::from(one[i - 1] != other[j - 1]);
            let mut least = changed.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        if row.iter().min().is_some_and(|least| *least > most) {
            return false;
        }
        before = std::mem::replace(&mut last, row);
    }
    last[other.len()] <= most
}

/// Hashes of a word with up to `most` letters left out: two words that are near have one in common (the symmetric delete
/// index, W. Garbe 2012).
pub(super) fn left_out(word: &str, most: usize) -> Vec<u64> {
    fn leave_out(letters: &mut Vec<char>, from: usize, most: usize, all: &mut Vec<u64>) {
        all.push(hash(letters));
        if most == 0 || letters.len() < 2 {
            return;
        }
        // From the left to the right, so that each pair is left out once.
        for at in from..letters.len() {
            let letter = letters.remove(at);
            leave_out(letters, at, most - 1, all);
            letters.insert(at, letter);
        }
    }
    let mut all = Vec::new();
    leave_out(&mut word.chars().collect(), 0, most, &mut all);
    all.sort_unstable();
    all.dedup();
    all
}

/// FNV-1a. Collisions cost a comparison and nothing else.
fn hash(letters: &[char]) -> u64 {
    letters.iter().fold(0xcbf2_9ce4_8422_2325, |h, c| (h ^ u64::from(*c)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_looked_up() {
        assert!(Right::of("shoots").anywhere() && Right::of("keller").anywhere() && Right::of("amenaza").anywhere());
        assert!(!Right::of("wepon").anywhere() && !Right::of("suiside").anywhere() && !Right::of("amenaso").anywhere());
        assert!(Right::of("threatens").is_foreign_to("es") && !Right::of("threatens").is_foreign_to("en"));
        assert!(!Right::of("wepon").is_foreign_to("es"), "what is no word belongs to nobody");
        assert!(CHAT.lines().is_sorted() && Right::of("dont").anywhere());
        for dictionary in DICTIONARIES.iter().map(|d| d.words).chain([NAMES]) {
            let words: Vec<&str> = dictionary.lines().collect();
            assert!(words.is_sorted() && words.len() > 4_000);
            assert!(
                words.iter().step_by(97).chain(&words[..2]).chain(&words[words.len() - 2..]).all(|w| stands_in(dictionary, w))
            );
            assert!(!stands_in(dictionary, "") && !stands_in(dictionary, "zzzz") && !stands_in(dictionary, "aaaa"));
        }
    }

    proptest! {
        #[test]
        fn near_words_have_a_hash_in_common(word in "[a-d]{5,9}", slips in proptest::collection::vec((0_usize..9, 0_u8..4, 0_usize..4), 0..3)) {
            let mut other: Vec<char> = word.chars().collect();
            for (at, what, letter) in &slips {
                let at = at % other.len().max(1);
                let c = ['a', 'b', 'c', 'd'][*letter];
                match what {
                    0 => other.insert(at, c),
                    1 if other.len() > 1 => drop(other.remove(at)),
                    // One swap is one slip; a swap and a slip in the same place may be three.
                    2 if at + 1 < other.len() && slips.len() == 1 => other.swap(at, at + 1),
                    _ => other[at] = c,
                }
            }
            let other: String = other.into_iter().collect();
            prop_assert!(is_near(&word, &other, slips.len()));
            prop_assert!(is_near(&other, &word, slips.len()), "it is the same both ways");
            let (one, two) = (left_out(&word, slips.len()), left_out(&other, slips.len()));
            prop_assert!(one.iter().any(|h| two.contains(h)));
        }
    }
}
