//! What is wrong with an answer: a code for programs, a sentence for people.

use crate::decimal::Decimal;
use crate::decimal::digits;
use crate::form::FileType;
use crate::phrase::{Phrases, Say};

/// One problem and the field that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// A field's id, or `topic`, `kind`, `contact.email` and the like.
    pub field: String,
    pub kind: ProblemKind,
}

impl FieldProblem {
    pub fn new(field: &str, kind: ProblemKind) -> Self {
        Self { field: field.to_owned(), kind }
    }
}

/// What can be wrong, without words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    Required,
    Unknown,
    /// Answered although its condition hides it.
    Hidden,
    WrongType,
    Unprintable,
    TooShort {
        min: u32,
    },
    TooLong {
        max: u32,
    },
    NotANumber,
    NotWhole,
    TooSmall {
        min: Decimal,
    },
    TooLarge {
        max: Decimal,
    },
    NotADate,
    TooEarly {
        min: String,
    },
    TooLate {
        max: String,
    },
    NotATime,
    NotAnEmail,
    NotAPhone,
    NotOffered,
    TooFew {
        min: u32,
    },
    TooMany {
        max: u32,
    },
    /// The district's own words for what to write.
    Pattern {
        hint: String,
    },
    NoContact,
    /// This topic needs a name and a way to reply.
    NotAnonymous,
    BadPlace,
    FileGone,
    FileTooLarge {
        max_bytes: u64,
    },
    FileType {
        /// What the field takes, by name.
        offered: String,
    },
    FileNotWhatItSays,
}

impl ProblemKind {
    /// A file of another kind than `types`.
    pub fn file_type<'t>(types: impl IntoIterator<Item = &'t FileType>) -> Self {
        let mut offered = String::new();
        for kind in types {
            if !offered.is_empty() {
                offered.push_str(", ");
            }
            offered.push_str(kind.name());
        }
        Self::FileType { offered }
    }

    /// The stable code in `errors[].code`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Unknown => "unknown",
            Self::Hidden => "not_asked",
            Self::WrongType => "wrong_type",
            Self::Unprintable => "unprintable",
            Self::TooShort { .. } => "too_short",
            Self::TooLong { .. } => "too_long",
            Self::NotANumber => "not_a_number",
            Self::NotWhole => "not_whole",
            Self::TooSmall { .. } => "too_small",
            Self::TooLarge { .. } => "too_large",
            Self::NotADate => "not_a_date",
            Self::TooEarly { .. } => "too_early",
            Self::TooLate { .. } => "too_late",
            Self::NotATime => "not_a_time",
            Self::NotAnEmail => "not_an_email",
            Self::NotAPhone => "not_a_phone",
            Self::NotOffered => "not_offered",
            Self::TooFew { .. } => "too_few",
            Self::TooMany { .. } => "too_many",
            Self::Pattern { .. } => "pattern",
            Self::NoContact => "no_contact",
            Self::NotAnonymous => "not_anonymous",
            Self::BadPlace => "bad_place",
            Self::FileGone => "file_gone",
            Self::FileTooLarge { .. } => "file_too_large",
            Self::FileType { .. } => "file_type",
            Self::FileNotWhatItSays => "file_not_what_it_says",
        }
    }

    /// What to do about it, in the person's language.
    pub fn sentence(&self, phrases: &Phrases) -> String {
        let with = |say: Say, value: &str| phrases.fill(say, &[value]);
        match self {
            Self::Required => phrases.say(Say::ProblemRequired).to_owned(),
            Self::Unknown => phrases.say(Say::ProblemUnknown).to_owned(),
            Self::Hidden => phrases.say(Say::ProblemHidden).to_owned(),
            Self::WrongType => phrases.say(Say::ProblemWrongType).to_owned(),
            Self::Unprintable => phrases.say(Say::ProblemUnprintable).to_owned(),
            Self::TooShort { min } => with(Say::ProblemTooShort, &digits((*min).into())),
            Self::TooLong { max } => with(Say::ProblemTooLong, &digits((*max).into())),
            Self::NotANumber => phrases.say(Say::ProblemNotANumber).to_owned(),
            Self::NotWhole => phrases.say(Say::ProblemNotWhole).to_owned(),
            Self::TooSmall { min } => with(Say::ProblemTooSmall, &min.as_text()),
            Self::TooLarge { max } => with(Say::ProblemTooLarge, &max.as_text()),
            Self::NotADate => phrases.say(Say::ProblemNotADate).to_owned(),
            Self::TooEarly { min } => with(Say::ProblemTooEarly, &day(min, phrases)),
            Self::TooLate { max } => with(Say::ProblemTooLate, &day(max, phrases)),
            Self::NotATime => phrases.say(Say::ProblemNotATime).to_owned(),
            Self::NotAnEmail => phrases.say(Say::ProblemNotAnEmail).to_owned(),
            Self::NotAPhone => phrases.say(Say::ProblemNotAPhone).to_owned(),
            Self::NotOffered => phrases.say(Say::ProblemNotOffered).to_owned(),
            Self::TooFew { min } => with(Say::ProblemTooFew, &digits((*min).into())),
            Self::TooMany { max } => with(Say::ProblemTooMany, &digits((*max).into())),
            Self::Pattern { hint } => hint.clone(),
            Self::NoContact => phrases.say(Say::ProblemNoContact).to_owned(),
            Self::NotAnonymous => phrases.say(Say::ProblemNotAnonymous).to_owned(),
            Self::BadPlace => phrases.say(Say::ProblemBadPlace).to_owned(),
            Self::FileGone => phrases.say(Say::ProblemFileGone).to_owned(),
            Self::FileTooLarge { max_bytes } => with(Say::ProblemFileTooLarge, &megabytes(*max_bytes)),
            Self::FileType { offered } => with(Say::ProblemFileType, offered),
            Self::FileNotWhatItSays => phrases.say(Say::ProblemFileNotWhatItSays).to_owned(),
        }
    }
}

/// A day in words, where month names are at hand; the widget puts the browser's words in beforehand.
#[cfg(feature = "calendar")]
fn day(date: &str, phrases: &Phrases) -> String {
    crate::calendar::Calendar::say_date(date, phrases).unwrap_or_else(|| date.to_owned())
}

#[cfg(not(feature = "calendar"))]
fn day(date: &str, _: &Phrases) -> String {
    date.to_owned()
}

/// Bytes as whole megabytes (10⁶), at least 1, the way people are told a limit.
pub fn megabytes(bytes: u64) -> String {
    digits((bytes / 1_000_000).max(1))
}
