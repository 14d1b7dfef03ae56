//! A text as the coach reads it: words with their places, folded, in sentences.

use super::Language;
use super::lexicon;
use std::borrow::Cow;
use std::ops::Range;

/// A word: as it is compared, and where it stands in bytes.
#[derive(Debug, Clone)]
pub struct Word {
    /// Lower case, without accents, with a plain apostrophe.
    pub folded: String,
    pub at: Range<usize>,
    /// Number of its sentence.
    pub sentence: usize,
}

/// A text with its words.
#[derive(Debug)]
pub struct Text<'a> {
    pub raw: &'a str,
    pub words: Vec<Word>,
    /// Each sentence's words, as a range of `words`, and where it ends in bytes, its mark included.
    pub sentences: Vec<Sentence>,
}

#[derive(Debug, Clone)]
pub struct Sentence {
    pub words: Range<usize>,
    pub at: Range<usize>,
}

/// Ends of words that end no sentence.
const ABBREVIATIONS: &[&str] =
    &["mr", "mrs", "ms", "dr", "st", "sr", "sra", "srta", "prof", "no", "vs", "jr", "ave", "rd", "ext", "p.m", "a.m"];

impl<'a> Text<'a> {
    pub fn read(raw: &'a str) -> Self {
        let mut text = Self { raw, words: Vec::new(), sentences: Vec::new() };
        let mut begin: Option<usize> = None;
        let (mut first, mut from) = (0, 0);
        let mut letters = raw.char_indices().peekable();
        while let Some((at, c)) = letters.next() {
            let next = letters.peek().map(|(_, c)| *c);
            let inside = c.is_alphanumeric()
                || (begin.is_some()
                    && matches!(c, '\'' | '’' | '-' | ':' | '.' | '@')
                    && next.is_some_and(char::is_alphanumeric))
                || (c == '$' && next.is_some_and(|n| n.is_ascii_digit()));
            if inside {
                begin.get_or_insert(at);
                continue;
            }
            if let Some(begin) = begin.take() {
                text.push_word(begin..at);
            }
            let ends = match c {
                '?' | '!' | '…' => !next.is_some_and(|n| matches!(n, '?' | '!' | '"' | '”')),
                '.' => next.is_none_or(char::is_whitespace) && !text.ends_with_abbreviation(at),
                '\n' => true,
                '¿' | '¡' => false,
                _ => false,
            };
            if ends {
                text.push_sentence(&mut first, &mut from, at + c.len_utf8());
            }
        }
        if let Some(begin) = begin {
            text.push_word(begin..raw.len());
        }
        text.push_sentence(&mut first, &mut from, raw.len());
        text
    }

    fn push_word(&mut self, at: Range<usize>) {
        self.words.push(Word { folded: fold(&self.raw[at.clone()]).into_owned(), at, sentence: self.sentences.len() });
    }

    fn push_sentence(&mut self, first: &mut usize, from: &mut usize, end: usize) {
        if self.words.len() > *first {
            self.sentences.push(Sentence { words: *first..self.words.len(), at: *from..end });
            *first = self.words.len();
        }
        *from = end;
    }

    fn ends_with_abbreviation(&self, at: usize) -> bool {
        self.words.last().is_some_and(|w| {
            w.at.end == at
                && (ABBREVIATIONS.contains(&w.folded.as_str())
                    || (w.folded.len() == 1 && !w.folded.starts_with(|c: char| c.is_ascii_digit())))
        })
    }

    /// The words of a sentence.
    pub fn of(&self, sentence: &Sentence) -> &[Word] {
        &self.words[sentence.words.clone()]
    }

    /// Where phrases of a list stand, in the order of the text; of those at one place the longest.
    pub(super) fn all(&self, phrases: &Phrases) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut next = 0;
        for at in 0..self.words.len() {
            if at < next {
                continue;
            }
            if let Some(count) = phrases.at(&self.words[at..]).max() {
                found.push(self.words[at].at.start..self.words[at + count - 1].at.end);
                next = at + count;
            }
        }
        found
    }

    /// Whether one of the phrases stands somewhere.
    pub(super) fn has(&self, phrases: &Phrases) -> bool {
        phrases.stand_in(&self.words)
    }

    /// The word that follows a place, if one does in the same sentence.
    pub(super) fn next_word(&self, end: usize) -> &[Word] {
        let at = self.words.partition_point(|w| w.at.start < end);
        let same = at > 0 && self.words.get(at).is_some_and(|next| next.sentence == self.words[at - 1].sentence);
        if same { &self.words[at..=at] } else { &[] }
    }

    /// Up to so many words before a place, of the same sentence.
    pub(super) fn words_before(&self, start: usize, count: usize) -> &[Word] {
        let end = self.words.partition_point(|w| w.at.start < start);
        let sentence = self.words.get(end).map_or(0, |w| w.sentence);
        let first = self.words.partition_point(|w| w.sentence < sentence);
        &self.words[end.saturating_sub(count).max(first.min(end))..end]
    }

    /// Whether a place stands in quotation marks.
    pub fn is_quoted(&self, at: &Range<usize>) -> bool {
        let line = self.raw[..at.start].rfind('\n').map_or(0, |i| i + 1);
        let before = &self.raw[line..at.start];
        let open = before.matches(['“', '«']).count() > before.matches(['”', '»']).count();
        open || before.matches('"').count() % 2 == 1 || before.trim_start().starts_with('>')
    }

    /// Whether the words of the other text hold this one.
    pub fn says(&self, folded: &str) -> bool {
        self.words.iter().any(|w| w.folded == folded)
    }
}

/// Phrases by the letter with which they begin, so that few are tried at each word.
pub(super) struct Phrases(Vec<Vec<Vec<&'static str>>>);

impl Phrases {
    /// Parts of the alphabet.
    const PARTS: usize = 32;

    pub(super) fn of(phrases: &[&'static str]) -> Self {
        let mut all = vec![Vec::new(); Self::PARTS];
        for phrase in phrases {
            all[Self::place(phrase)].push(phrase.split(' ').collect());
        }
        Self(all)
    }

    fn place(word: &str) -> usize {
        usize::from(word.bytes().next().unwrap_or_default()) % Self::PARTS
    }

    /// How many words each phrase takes that stands at the beginning of `words`.
    fn at<'s>(&'s self, words: &'s [Word]) -> impl Iterator<Item = usize> + 's {
        let place = words.first().map_or(0, |w| Self::place(&w.folded));
        self.0[place].iter().filter_map(|phrase| fits(words, phrase))
    }

    /// Whether one of them stands somewhere in these words.
    pub(super) fn stand_in(&self, words: &[Word]) -> bool {
        (0..words.len()).any(|at| self.at(&words[at..]).next().is_some())
    }

    /// Whether this word is one of them.
    pub(super) fn contains(&self, word: &str) -> bool {
        self.0[Self::place(word)].iter().any(|phrase| match phrase[..] {
            [one] => one == word || one.strip_suffix('~').is_some_and(|stem| word.starts_with(stem)),
            _ => false,
        })
    }

    /// Words of the longest of them.
    pub(super) fn longest(&self) -> usize {
        self.0.iter().flatten().map(Vec::len).max().unwrap_or(0)
    }
}

/// Words between the parts of a phrase that a `*` stands for, at most.
const GAP: usize = 3;

/// How many words a phrase takes at the beginning of `words`: `*` is up to three words of the same sentence, `frustrat~` any word
/// that begins so.
fn fits(words: &[Word], phrase: &[&str]) -> Option<usize> {
    let Some((part, rest)) = phrase.split_first() else { return Some(0) };
    if *part == "*" {
        return (0..=GAP.min(words.len())).find_map(|gap| fits(&words[gap..], rest).map(|n| n + gap));
    }
    let (first, others) = words.split_first()?;
    let same = match part.strip_suffix('~') {
        Some(stem) => first.folded.starts_with(stem),
        None => first.folded == *part,
    };
    let goes_on = rest.is_empty() || others.first().is_some_and(|next| next.sentence == first.sentence);
    if !same || !goes_on {
        return None;
    }
    fits(others, rest).map(|n| n + 1)
}

/// Lower case, without accents.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'\'') {
        return Cow::Borrowed(text);
    }
    let plain = |c: char| match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        '’' => '\'',
        other => other,
    };
    Cow::Owned(text.chars().flat_map(char::to_lowercase).map(plain).collect())
}

/// The language of a text, where its small words tell; names and numbers do not.
pub fn guess(text: &Text<'_>) -> Option<Language> {
    let count = |language: Language| {
        let small = &lexicon::of(language).small_words;
        text.words.iter().take(400).filter(|w| small.contains(&w.folded)).count()
    };
    let (english, spanish) = (count(Language::English), count(Language::Spanish));
    let enough = |this: usize, that: usize| this >= 2 && this >= 2 * that;
    match () {
        () if enough(english, spanish) => Some(Language::English),
        () if enough(spanish, english) => Some(Language::Spanish),
        () => None,
    }
}

/// Whether a text is long enough to tell, and has hardly a small word of this language.
pub fn is_not(text: &Text<'_>, language: Language) -> bool {
    let small = &lexicon::of(language).small_words;
    text.words.len() >= 12 && text.words.iter().filter(|w| small.contains(&w.folded)).count() * 10 < text.words.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sentences_and_words() {
        let text = Text::read("Mr. Lee calls at 3:30 p.m. today. Is that ok? Don’t worry!!\nBye");
        let words = |s: &Sentence| text.of(s).iter().map(|w| w.folded.clone()).collect::<Vec<_>>();
        let all: Vec<_> = text.sentences.iter().map(words).collect();
        assert_eq!(all[0], ["mr", "lee", "calls", "at", "3:30", "p.m", "today"]);
        assert_eq!(all[1..], [vec!["is", "that", "ok"], vec!["don't", "worry"], vec!["bye"]]);
        assert_eq!(&text.raw[text.sentences[1].at.clone()], " Is that ok?");
    }

    #[test]
    fn phrases_have_gaps_and_beginnings() {
        let text = Text::read("You really should have told us. It was frustrating.");
        let found = text.all(&Phrases::of(&["you * should have", "frustrat~"]));
        assert_eq!(found.iter().map(|at| &text.raw[at.clone()]).collect::<Vec<_>>(), ["You really should have", "frustrating"]);
        assert!(!text.has(&Phrases::of(&["us it"])), "a phrase ends with its sentence");
    }

    #[test]
    fn languages_are_told_by_small_words() {
        assert_eq!(guess(&Text::read("The bus was late and we are still waiting")), Some(Language::English));
        assert_eq!(guess(&Text::read("El autobús llegó tarde y no sabemos por qué")), Some(Language::Spanish));
        assert_eq!(guess(&Text::read("Xe buýt đến muộn và con tôi phải chờ")), None);
    }

    proptest! {
        #[test]
        fn nothing_breaks_it(raw in "\\PC*") {
            let text = Text::read(&raw);
            for word in &text.words {
                prop_assert!(raw.get(word.at.clone()).is_some());
            }
            for sentence in &text.sentences {
                prop_assert!(raw.get(sentence.at.clone()).is_some());
            }
        }
    }
}
