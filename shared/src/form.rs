//! A topic's own questions, as data: types, rules, conditions, labels.
//!
//! [`parse`](Form::parse) is the one judge of answers, for the browser and the server. How a form is
//! written in a file is told by `definition`, which the widget does without.

#[cfg(feature = "json")]
pub mod definition;
mod parse;

pub use parse::{Answers, Context, FieldAnswer, RawAnswer, RawAnswers};

use crate::compact::{compact_enum, compact_struct};
use crate::decimal::Decimal;
use crate::pattern::Pattern;
use crate::text::{Locale, Texts};
use serde::Serialize;

/// The questions of one topic in one version. An inquiry keeps the version that it answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Counts from 1; a changed form is a new version.
    pub version: u32,
    pub fields: Vec<Field>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Lower-case letters, digits and `_`; unique in its form.
    pub id: String,
    pub label: Texts,
    /// One line below the label; may be empty.
    pub help: Texts,
    pub required: bool,
    pub shown_when: Option<Condition>,
    pub kind: FieldKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    ShortText {
        length: Length,
        pattern: Option<Rule>,
    },
    LongText {
        length: Length,
    },
    Number {
        min: Option<Decimal>,
        max: Option<Decimal>,
        whole: bool,
    },
    /// Dates are ISO 8601 (`2026-11-22`), which sorts as text.
    Date {
        not_before: Option<String>,
        not_after: Option<String>,
    },
    Time,
    Email,
    Phone,
    Choice {
        options: Vec<Choice>,
    },
    Choices {
        options: Vec<Choice>,
        count: Length,
    },
    YesNo,
    School,
    Grade,
    Place,
    Files(FileRules),
}

/// Smallest and largest number of characters or choices; `None` means the type's own bound.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Length {
    pub min: u32,
    pub max: Option<u32>,
}

/// A pattern and the district's words for what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub pattern: Pattern,
    pub hint: Texts,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub id: String,
    pub label: Texts,
}

/// What a files field accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRules {
    pub types: Vec<FileType>,
    /// Bytes of one file, as sent.
    pub max_bytes: u64,
    pub max_count: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileType {
    Jpeg,
    Png,
    Webp,
    Gif,
    Pdf,
}

impl FileType {
    pub const ALL: &[Self] = &[Self::Jpeg, Self::Png, Self::Webp, Self::Gif, Self::Pdf];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Pdf => "pdf",
        }
    }

    pub fn parse(raw: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|t| t.as_str() == raw)
    }

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Webp => "WebP",
            Self::Gif => "GIF",
            Self::Pdf => "PDF",
        }
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Pdf => "application/pdf",
        }
    }

    /// What the first bytes of a file say that it is, whatever its name says.
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            _ => None,
        }
    }

    pub const fn is_image(self) -> bool {
        !matches!(self, Self::Pdf)
    }
}

/// A field is shown when another field's answer passes a test, and that field is shown itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub field: String,
    pub test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// The answer is this; of several choices, one of them is.
    Equals(String),
    OneOf(Vec<String>),
    NotEmpty,
}

compact_struct!(Form { version, fields });
compact_struct!(Field { id, label, help, required, shown_when, kind });
compact_enum!(FieldKind {
    0 = ShortText { length: length, pattern: pattern },
    1 = LongText { length: length },
    2 = Number { min: min, max: max, whole: whole },
    3 = Date { not_before: not_before, not_after: not_after },
    4 = Time,
    5 = Email,
    6 = Phone,
    7 = Choice { options: options },
    8 = Choices { options: options, count: count },
    9 = YesNo,
    10 = School,
    11 = Grade,
    12 = Place,
    13 = Files { 0: rules },
});
compact_struct!(Length { min, max });
compact_struct!(Rule { pattern, hint });
compact_struct!(Choice { id, label });
compact_struct!(FileRules { types, max_bytes, max_count });
compact_enum!(FileType { 0 = Jpeg, 1 = Png, 2 = Webp, 3 = Gif, 4 = Pdf });
compact_struct!(Condition { field, test });
compact_enum!(Test { 0 = Equals { 0: wanted }, 1 = OneOf { 0: wanted }, 2 = NotEmpty });

impl Form {
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.id == id)
    }

    /// Which fields are shown, given what has been answered so far, in the order of the form.
    ///
    /// A hidden field's answer counts for nothing, so conditions chain. Cycles are refused by
    /// `definition`; here a cycle would hide its fields.
    pub fn shown(&self, raw: &RawAnswers) -> Vec<bool> {
        (0..self.fields.len()).map(|i| self.is_shown(i, raw, self.fields.len())).collect()
    }

    fn is_shown(&self, index: usize, raw: &RawAnswers, steps: usize) -> bool {
        let Some(condition) = &self.fields[index].shown_when else { return true };
        let Some(other) = self.fields.iter().position(|f| f.id == condition.field) else { return false };
        steps > 0
            && raw.get(&condition.field).is_some_and(|answer| condition.test.passes(answer))
            && self.is_shown(other, raw, steps - 1)
    }

    /// Whether both ask the same in the same words, whatever their versions say.
    pub fn asks_the_same(&self, other: &Self) -> bool {
        self.fields == other.fields
    }

    /// The form with texts in one language only.
    #[must_use]
    pub fn only(&self, locale: &Locale) -> Self {
        Self { version: self.version, fields: self.fields.iter().map(|f| f.only(locale)).collect() }
    }
}

impl Test {
    /// Answers that pass, or `None` where any does.
    pub fn wanted(&self) -> Option<&[String]> {
        match self {
            Self::Equals(wanted) => Some(std::slice::from_ref(wanted)),
            Self::OneOf(wanted) => Some(wanted),
            Self::NotEmpty => None,
        }
    }

    /// Whether an answer passes.
    pub fn passes(&self, answer: &RawAnswer) -> bool {
        match self {
            Self::NotEmpty => !answer.is_blank(),
            Self::Equals(wanted) => answer.says(wanted),
            Self::OneOf(wanted) => wanted.iter().any(|w| answer.says(w)),
        }
    }
}

impl Field {
    /// Names that every form's own inputs have.
    pub const RESERVED: &[&str] = &["asked", "confidential", "contact", "homepage", "key", "kind", "relationship", "token"];

    fn only(&self, locale: &Locale) -> Self {
        let options = |all: &[Choice]| all.iter().map(|c| Choice { id: c.id.clone(), label: c.label.only(locale) }).collect();
        let kind = match &self.kind {
            FieldKind::Choice { options: all } => FieldKind::Choice { options: options(all) },
            FieldKind::Choices { options: all, count } => FieldKind::Choices { options: options(all), count: *count },
            FieldKind::ShortText { length, pattern } => FieldKind::ShortText {
                length: *length,
                pattern: pattern.as_ref().map(|r| Rule { pattern: r.pattern.clone(), hint: r.hint.only(locale) }),
            },
            other => other.clone(),
        };
        Self { label: self.label.only(locale), help: self.help.only(locale), kind, ..self.clone() }
    }

    /// Longest text in characters, for kinds that are typed.
    pub fn max_length(&self) -> Option<u32> {
        match &self.kind {
            FieldKind::ShortText { length, .. } => Some(length.max.unwrap_or(FieldKind::SHORT_MAX)),
            FieldKind::LongText { length } => Some(length.max.unwrap_or(FieldKind::LONG_MAX)),
            FieldKind::Place => Some(FieldKind::PLACE_MAX),
            _ => None,
        }
    }
}

impl FieldKind {
    /// Longest short text, in characters.
    pub const SHORT_MAX: u32 = 500;
    /// Longest long text, in characters.
    pub const LONG_MAX: u32 = 10_000;
    /// Longest place, in characters.
    pub const PLACE_MAX: u32 = 300;

    /// The name of the type in definition files.
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::ShortText { .. } => "short_text",
            Self::LongText { .. } => "long_text",
            Self::Number { .. } => "number",
            Self::Date { .. } => "date",
            Self::Time => "time",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Choice { .. } => "choice",
            Self::Choices { .. } => "choices",
            Self::YesNo => "yes_no",
            Self::School => "school",
            Self::Grade => "grade",
            Self::Place => "place",
            Self::Files(_) => "files",
        }
    }

    /// Whether some answer to a field of this kind passes.
    pub fn can_pass(&self, test: &Test) -> bool {
        let possible = |value: &String| match self {
            Self::Choice { options } | Self::Choices { options, .. } => options.iter().any(|o| o.id == *value),
            Self::YesNo => value == "true" || value == "false",
            Self::Number { .. } => Decimal::parse(value).is_some(),
            Self::Files(_) => false,
            _ => true,
        };
        test.wanted().is_none_or(|all| all.iter().any(possible))
    }

    pub fn choices(&self) -> &[Choice] {
        match self {
            Self::Choice { options } | Self::Choices { options, .. } => options,
            _ => &[],
        }
    }
}
