//! Keywords made ready: every word of theirs once, and by what a text's word may lead to it.

use super::fold::{fold, tokens};
use super::sound::sound;
use super::spelling::{is_near, left_out};
use porchlight_shared::alert::{How, Keyword, Part, Tolerance};
use rust_stemmers::{Algorithm, Stemmer};
use std::collections::HashMap;

/// Words that one word of a text may be misspelling: what is like more is like nothing.
const MOST_MEANINGS: usize = 24;

/// A language of the lists.
pub(super) struct Language {
    /// As the district writes it: `es`, `es-MX`.
    pub(super) tag: String,
    /// Without its region.
    code: String,
    stemmer: Option<Stemmer>,
}

/// A word of some keyword.
struct Word {
    text: String,
    language: usize,
}

/// What a word of a text may be a misspelling of.
struct Form {
    word: usize,
    sound: String,
    slips: usize,
}

/// A keyword or a quiet phrase.
pub(super) struct Phrase {
    pub(super) category: usize,
    pub(super) language: usize,
    /// As it was written.
    pub(super) text: String,
    pub(super) quiet: bool,
    pub(super) steps: Vec<Step>,
}

/// A step of a phrase, by the numbers of words.
pub(super) enum Step {
    OneOf(Vec<usize>),
    Gap,
}

#[derive(Default)]
pub(super) struct Index {
    pub(super) languages: Vec<Language>,
    pub(super) phrases: Vec<Phrase>,
    words: Vec<Word>,
    numbers: HashMap<(usize, Tolerance, String), usize>,
    forms: Vec<Form>,
    exact: HashMap<String, Vec<usize>>,
    stems: HashMap<(usize, String), Vec<usize>>,
    near: HashMap<u64, Vec<usize>>,
    /// Phrases that begin with a word.
    starts: HashMap<usize, Vec<usize>>,
    /// Phrases written as one word.
    joined: HashMap<String, Vec<usize>>,
}

impl Index {
    pub(super) fn add(&mut self, category: usize, locale: &str, text: &str, tolerance: Option<Tolerance>, quiet: bool) {
        let Ok(parts) = Keyword::parts(text) else { return };
        let language = self.language(locale);
        let mut steps = Vec::new();
        let phrase = parts.len() > 1;
        for (at, part) in parts.iter().enumerate() {
            match part {
                Part::Gap => steps.push(Step::Gap),
                Part::OneOf(words) if words.contains('|') || group(locale, words).is_some() => {
                    let named = words.split('|').flat_map(|word| group(locale, word).unwrap_or_else(|| vec![word]));
                    let mut all: Vec<usize> = named
                        .map(|word| {
                            let (word, tolerance) = marked(word, tolerance);
                            self.number(language, &fold(word), &word.to_lowercase(), (tolerance, phrase), quiet)
                        })
                        .collect();
                    all.sort_unstable();
                    all.dedup();
                    steps.push(Step::OneOf(all));
                }
                // What is written with a hyphen is two words, and little words within are never asked for.
                Part::OneOf(word) => {
                    let edge = at == 0 || at + 1 == parts.len();
                    let (word, tolerance) = marked(word, tolerance);
                    for token in tokens(word).into_iter().filter(|token| edge || !is_little(&token.word)) {
                        let number = self.number(language, &token.word, &token.lower, (tolerance, phrase), quiet);
                        steps.push(Step::OneOf(vec![number]));
                    }
                }
            }
        }
        let Some(Step::OneOf(first)) = steps.first() else { return };
        let number = self.phrases.len();
        for word in first.clone() {
            self.starts.entry(word).or_default().push(number);
        }
        if !quiet {
            self.join(number, &steps);
        }
        self.phrases.push(Phrase { category, language, text: text.trim().to_owned(), quiet, steps });
    }

    /// Remembers how a phrase looks without its spaces: "killmyself".
    fn join(&mut self, number: usize, steps: &[Step]) {
        let mut ways = vec![String::new()];
        for step in steps {
            let Step::OneOf(words) = step else { return };
            ways = words.iter().flat_map(|w| ways.iter().map(|way| format!("{way}{}", self.words[*w].text))).take(64).collect();
        }
        for way in ways.into_iter().filter(|way| steps.len() > 1 && way.chars().count() >= 6) {
            self.joined.entry(way).or_default().push(number);
        }
    }

    fn language(&mut self, tag: &str) -> usize {
        if let Some(at) = self.languages.iter().position(|l| l.tag == tag) {
            return at;
        }
        let code = tag.split('-').next().unwrap_or(tag).to_owned();
        let stemmer = algorithm(&code).map(Stemmer::create);
        self.languages.push(Language { tag: tag.to_owned(), code, stemmer });
        self.languages.len() - 1
    }

    /// A word's number; the same word in the same language with the same tolerance has the same.
    fn number(
        &mut self,
        language: usize,
        word: &str,
        lower: &str,
        (asked, phrase): (Option<Tolerance>, bool),
        quiet: bool,
    ) -> usize {
        let letters = word.chars().count();
        // What makes a match quiet is not guessed at, but may be inflected.
        let usual = if quiet { Tolerance::Forms } else { Tolerance::usual(letters, phrase) };
        let tolerance = asked.unwrap_or(usual);
        let key = (language, tolerance, word.to_owned());
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let number = self.words.len();
        self.numbers.insert(key, number);
        self.exact.entry(word.to_owned()).or_default().push(number);
        if tolerance >= Tolerance::Forms {
            for stem in [self.stem(language, word), self.stem(language, lower)] {
                let words = self.stems.entry((language, fold(&stem))).or_default();
                if !words.contains(&number) {
                    words.push(number);
                }
            }
        }
        if tolerance == Tolerance::Spelling {
            self.add_forms(number, language, word);
        }
        self.words.push(Word { text: word.to_owned(), language });
        number
    }

    fn add_forms(&mut self, number: usize, language: usize, word: &str) {
        let code = self.languages[language].code.clone();
        let letters = word.chars().count();
        let mut forms = vec![(word.to_owned(), Tolerance::slips(letters))];
        let stem = self.stem(language, word);
        if stem != word {
            let slips = Tolerance::slips(letters).min(Tolerance::slips(stem.chars().count()));
            forms.push((stem, slips));
        }
        // A short word with an ending is like many others: then only its sound counts.
        let slips = Tolerance::slips(letters).saturating_sub(usize::from(letters < 6));
        if code == "en" && letters <= 7 {
            forms.extend(english_forms(word).into_iter().map(|form| (form, slips)));
        }
        for (form, slips) in forms {
            let sound = sound(&form, &code);
            // What is hardly anything but its beginning is like too much.
            if form.chars().count() < 4 || sound.chars().count() < 3 {
                continue;
            }
            let at = self.forms.len();
            for hash in left_out(&sound, slips) {
                self.near.entry(hash).or_default().push(at);
            }
            self.forms.push(Form { word: number, sound, slips });
        }
    }

    /// Lets go of what was needed only while words were added.
    pub(super) fn finish(&mut self) {
        self.numbers = HashMap::new();
    }

    fn stem(&self, language: usize, word: &str) -> String {
        self.languages[language].stemmer.as_ref().map_or_else(|| word.to_owned(), |s| s.stem(word).into_owned())
    }

    /// Phrases that begin with a word.
    pub(super) fn starting_with(&self, word: usize) -> &[usize] {
        self.starts.get(&word).map(Vec::as_slice).unwrap_or_default()
    }

    /// Words that are `word`, letter for letter.
    pub(super) fn same(&self, word: &str) -> &[usize] {
        self.exact.get(word).map(Vec::as_slice).unwrap_or_default()
    }

    /// Phrases that are `word` when their spaces are left out.
    pub(super) fn run_together(&self, word: &str) -> &[usize] {
        self.joined.get(word).map(Vec::as_slice).unwrap_or_default()
    }

    /// Words of which `word` has stars in place of letters.
    pub(super) fn starred(&self, word: &str) -> Vec<usize> {
        let fits = |text: &str| {
            text.chars().count() == word.chars().count() && text.chars().zip(word.chars()).all(|(a, b)| a == b || b == '*')
        };
        (0..self.words.len()).filter(|n| fits(&self.words[*n].text)).collect()
    }

    /// Words of which `word` is a grammatical form. What belongs to another language is none.
    pub(super) fn inflected(&self, word: &str, right: super::spelling::Right) -> Vec<usize> {
        let mut all = Vec::new();
        for (at, language) in self.languages.iter().enumerate() {
            if language.stemmer.is_some() && !right.is_foreign_to(&language.code) {
                all.extend(self.stems.get(&(at, fold(&self.stem(at, word)))).into_iter().flatten());
            }
        }
        all
    }

    /// Words of which `word`, which is no word, may be a misspelling.
    pub(super) fn misspelt(&self, word: &str) -> Vec<usize> {
        let letters = word.chars().count();
        if letters < 4 {
            return Vec::new();
        }
        let mut all = Vec::new();
        for (at, language) in self.languages.iter().enumerate() {
            let stem = self.stem(at, word);
            let mut sounds = vec![sound(word, &language.code)];
            if stem.chars().count() >= 4 {
                sounds.push(sound(&stem, &language.code));
            }
            sounds.dedup();
            for heard in sounds {
                let most = if letters >= 7 { 2 } else { 1 };
                for form in
                    left_out(&heard, most).iter().filter_map(|hash| self.near.get(hash)).flatten().map(|f| &self.forms[*f])
                {
                    let fresh = !all.contains(&form.word) && self.words[form.word].language == at;
                    if fresh && is_slip(&heard, form) {
                        all.push(form.word);
                        if all.len() >= MOST_MEANINGS {
                            return all;
                        }
                    }
                }
            }
        }
        all
    }
}

/// Whether what is heard is near enough. People seldom get the first sound of a word wrong, and many words differ in it
/// alone.
fn is_slip(heard: &str, form: &Form) -> bool {
    heard.chars().next() == form.sound.chars().next() && is_near(heard, &form.sound, form.slips)
}

/// A word with `=` before it is meant exactly, whatever counts for the rest.
fn marked(word: &str, tolerance: Option<Tolerance>) -> (&str, Option<Tolerance>) {
    word.strip_prefix('=').map_or((word, tolerance), |exact| (exact, Some(Tolerance::Exact)))
}

/// The words of a group that the program knows by a name in capitals.
fn group(locale: &str, name: &str) -> Option<Vec<&'static str>> {
    const GROUPS: [(&str, &str); 2] =
        [("en", include_str!("../../alerts/groups.en.txt")), ("es", include_str!("../../alerts/groups.es.txt"))];
    if name.len() < 2 || !name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') {
        return None;
    }
    let code = locale.split('-').next()?;
    let (_, lines) = GROUPS.iter().find(|(language, _)| *language == code)?;
    let words = lines.lines().filter_map(|line| line.split_once(':')).find(|(named, _)| *named == name)?.1;
    Some(words.split_whitespace().collect())
}

/// Articles, and words that say whose or which.
pub(super) fn is_little(word: &str) -> bool {
    const LITTLE: &[&str] = &[
        "a", "an", "any", "el", "ella", "esa", "ese", "esos", "esta", "este", "estos", "her", "his", "its", "la", "las", "los",
        "me", "mi", "mis", "my", "our", "some", "su", "sus", "that", "the", "their", "these", "this", "those", "tu", "tus", "un",
        "una", "unas", "unos", "your",
    ];
    LITTLE.binary_search(&word).is_ok()
}

/// Regular forms of an English word: people who cannot spell it cannot spell those, either.
fn english_forms(word: &str) -> Vec<String> {
    let bare = word.strip_suffix('e').unwrap_or(word);
    let mut forms: Vec<String> = ["s", "ed", "ing", "er"]
        .iter()
        .map(|end| if *end == "s" { format!("{word}s") } else { format!("{bare}{end}") })
        .collect();
    let letters: Vec<char> = word.chars().rev().take(3).collect();
    let vowel = |c: &char| "aeiou".contains(*c);
    if let [last, middle, first] = letters[..]
        && !vowel(&last)
        && vowel(&middle)
        && !vowel(&first)
    {
        forms.extend(["ed", "ing"].iter().map(|end| format!("{word}{last}{end}")));
    }
    forms
}

/// The stemmer of a language.
fn algorithm(code: &str) -> Option<Algorithm> {
    Some(match code {
        "ar" => Algorithm::Arabic,
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "en" => Algorithm::English,
        "es" => Algorithm::Spanish,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "nl" => Algorithm::Dutch,
        "no" => Algorithm::Norwegian,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        _ => return None,
    })
}

/// How sure a match is: the least sure of its words decides.
pub(super) const fn less_sure(one: How, other: How) -> How {
    if (one as u8) < (other as u8) { other } else { one }
}
