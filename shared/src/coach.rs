//! The reply coach: reads what was asked and what is about to be said, and gives short, kind hints.
//!
//! Pure and quick enough to run at every key. It knows English and Spanish; of other languages it says so and keeps to
//! what needs no language. It only ever hints: nothing is held back, nothing is kept, and nobody is counted. What good is,
//! `shared/coach/README.md` says with examples; the words of its rules stand in `english.txt` and `spanish.txt`.

mod feeling;
mod harsh;
mod lexicon;
mod names;
mod question;
mod reading;
mod step;
mod template;
pub mod text;

pub use harsh::{Harsh, calm_line, harsh};

use lexicon::Lexicon;
use std::ops::Range;
use text::Text;

/// Characters of a draft and of an inquiry that are read: no longer reply can be sent.
pub const READ: usize = 10_000;

/// What the coach is shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Case<'a> {
    /// What the sender wrote and what waits for an answer.
    pub inquiry: &'a str,
    /// The language of the sender's form, like `es`.
    pub locale: &'a str,
    /// The sender's name, where it is known.
    pub sender: Option<&'a str>,
    pub draft: &'a str,
    /// Texts of templates that were inserted, as they were inserted.
    pub inserted: &'a [&'a str],
    /// Names of colleagues and schools, which are nobody's secret.
    pub known_names: &'a [&'a str],
}

/// What a hint is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HintKind {
    /// Does not greet, or not by name.
    Greeting,
    /// A template, sent as it is.
    Template,
    /// A question that gets no answer.
    Unanswered,
    /// Does not show that the feeling was heard.
    Feeling,
    /// Does not say what happens next, or when.
    NextStep,
    /// Words of the office.
    Jargon,
    /// Words in capitals, rows of exclamation marks.
    Capitals,
    /// Makes the matter small.
    Dismissive,
    /// Puts the fault on the sender.
    Blaming,
    /// Contradicts instead of explaining.
    Arguing,
    /// Long sentences and words.
    HardToRead,
    /// Not the sender's language.
    Language,
    /// Tells something about somebody else's child.
    ThirdChild,
}

impl HintKind {
    pub const ALL: &[Self] = &[
        Self::Greeting,
        Self::Template,
        Self::Unanswered,
        Self::Feeling,
        Self::NextStep,
        Self::Jargon,
        Self::Capitals,
        Self::Dismissive,
        Self::Blaming,
        Self::Arguing,
        Self::HardToRead,
        Self::Language,
        Self::ThirdChild,
    ];

    /// The word in tests and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::Template => "template",
            Self::Unanswered => "unanswered",
            Self::Feeling => "feeling",
            Self::NextStep => "next_step",
            Self::Jargon => "jargon",
            Self::Capitals => "capitals",
            Self::Dismissive => "dismissive",
            Self::Blaming => "blaming",
            Self::Arguing => "arguing",
            Self::HardToRead => "hard_to_read",
            Self::Language => "language",
            Self::ThirdChild => "third_child",
        }
    }

    pub fn parse(raw: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == raw)
    }

    /// Why it matters, in one sentence.
    pub const fn why(self) -> &'static str {
        match self {
            Self::Greeting => "People feel seen when they are called by their name.",
            Self::Template => "A text that everybody gets reads like one. One sentence about this person changes that.",
            Self::Unanswered => "A question that is left out comes back, or it does not, and trust goes with it.",
            Self::Feeling => "People care what we know once they know that we care.",
            Self::NextStep => "“What happens next, and when” is what people look for first.",
            Self::Jargon => "Words of the office keep people out.",
            Self::Capitals => "Capitals and rows of exclamation marks sound like shouting.",
            Self::Dismissive => "It is not small to the person who wrote.",
            Self::Blaming => "Whoever is blamed stops listening.",
            Self::Arguing => "Contradiction heats up; a fact with its reason cools down.",
            Self::HardToRead => "Short sentences and everyday words are read by everybody, also on a phone.",
            Self::Language => "The language is the family’s choice.",
            Self::ThirdChild => "What concerns another family’s child is that family’s own.",
        }
    }
}

/// One hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    pub kind: HintKind,
    /// What to do, in a sentence.
    pub words: String,
    /// The place in the draft, in bytes, where there is one.
    pub at: Option<Range<usize>>,
}

impl Hint {
    pub(crate) fn new(kind: HintKind, words: impl Into<String>) -> Self {
        Self { kind, words: words.into(), at: None }
    }

    pub(crate) fn at(kind: HintKind, at: Range<usize>, words: impl Into<String>) -> Self {
        Self { kind, words: words.into(), at: Some(at) }
    }
}

/// What the coach has to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Advice {
    /// In the order of the draft's making: who, what, how.
    pub hints: Vec<Hint>,
    /// The language is not one that the coach knows; only what needs no language was looked at.
    pub language_unknown: bool,
    /// Only the beginning was read.
    pub cut: bool,
}

/// Reads a draft beside the inquiry that it answers. An empty draft gets no hints.
pub fn advise(case: &Case<'_>) -> Advice {
    let (draft, cut) = beginning(case.draft);
    let (inquiry, _) = beginning(case.inquiry);
    if draft.trim().is_empty() {
        return Advice::default();
    }
    let (draft, inquiry) = (Text::read(draft), Text::read(inquiry));
    let wanted = language_of(&inquiry, case.locale);
    let written = text::guess(&draft);
    let mut advice = Advice { cut, ..Advice::default() };
    let hints = &mut advice.hints;
    if let (None, Some(wanted)) = (written, wanted)
        && text::is_not(&draft, wanted)
    {
        hints.push(Hint::new(HintKind::Language, format!("They wrote in {}; this does not look like it.", wanted.name())));
        advice.language_unknown = true;
        return advice;
    }
    // What is written in another language is read by that language's rules.
    let lexicon = written.or(wanted).map(lexicon::of);
    let asked = wanted.map(lexicon::of);
    advice.language_unknown = lexicon.is_none() || asked.is_none();
    hints.extend(names::greeting(&draft, case.sender, lexicon));
    hints.extend(template::as_it_is(&draft, case));
    if let (Some(lexicon), Some(asked)) = (lexicon, asked) {
        hints.extend(question::unanswered(&inquiry, asked, &draft, lexicon, wanted == written || written.is_none()));
        hints.extend(feeling::unheard(&inquiry, asked, &draft, lexicon));
        hints.extend(step::missing(&inquiry, asked, &draft, lexicon));
    }
    if let Some(lexicon) = lexicon {
        hints.extend(tone(&draft, lexicon));
        hints.extend(names::third_child(&draft, &inquiry, asked.unwrap_or(lexicon), case, lexicon));
        hints.extend(reading::jargon(&draft, &inquiry, lexicon));
        hints.extend(reading::hard(&draft, lexicon));
    }
    hints.extend(reading::capitals(&draft, &inquiry));
    hints.extend(other_language(written, wanted, case.locale));
    hints.sort_by_key(|hint| hint.kind);
    advice
}

/// The first [`READ`] characters, and whether there were more.
fn beginning(text: &str) -> (&str, bool) {
    text.char_indices().nth(READ).map_or((text, false), |(at, _)| (&text[..at], true))
}

/// The language that the sender used: what they wrote counts more than which form they found.
fn language_of(inquiry: &Text<'_>, locale: &str) -> Option<Language> {
    let of_form = Language::of(locale);
    if of_form.is_none() && !locale.is_empty() {
        return None;
    }
    text::guess(inquiry).or(of_form)
}

/// A language that the coach knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
    Spanish,
}

impl Language {
    /// Of a language tag such as `es-MX`.
    pub fn of(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "es" => Some(Self::Spanish),
            _ => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Spanish => "Spanish",
        }
    }
}

fn other_language(written: Option<Language>, wanted: Option<Language>, locale: &str) -> Option<Hint> {
    let written = written?;
    let words = match wanted {
        Some(wanted) if wanted == written => return None,
        Some(wanted) => format!("They wrote in {}; this is {}.", wanted.name(), written.name()),
        None if locale.is_empty() => return None,
        None => format!("They wrote in another language (“{locale}”); this is {}.", written.name()),
    };
    Some(Hint::new(HintKind::Language, words))
}

/// Phrases that make small, blame or argue.
fn tone(draft: &Text<'_>, lexicon: &Lexicon) -> Vec<Hint> {
    let kinds = [
        (
            HintKind::Dismissive,
            &lexicon.dismissive,
            "can sound as if the matter were small. What is true and kind could stand here instead?",
        ),
        (HintKind::Blaming, &lexicon.blaming, "puts the fault on them. What can be done now?"),
        (HintKind::Arguing, &lexicon.arguing, "sounds like a quarrel. The fact with its reason is enough."),
    ];
    let mut hints = Vec::new();
    for (kind, phrases, advice) in kinds {
        for found in draft.all(phrases).into_iter().take(3) {
            // What the sender said, said again in quotation marks, is theirs; "not your fault" is the contrary.
            let owed = lexicon.owed.stand_in(draft.next_word(found.end));
            let turned = kind == HintKind::Blaming && lexicon.negations.stand_in(draft.words_before(found.start, 2));
            if !draft.is_quoted(&found) && !owed && !turned {
                let words = format!("“{}” {advice}", &draft.raw[found.clone()]);
                hints.push(Hint::at(kind, found, words));
            }
        }
    }
    hints
}

#[cfg(test)]
mod tests;
