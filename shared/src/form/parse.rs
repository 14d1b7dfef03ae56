//! From what was typed to answers that can be trusted.

use super::{Field, FieldKind, Form, Length};
use crate::contact::{Email, Phone};
use crate::decimal::Decimal;
use crate::named::Named;
use crate::problem::{FieldProblem, ProblemKind};
use crate::text::{Locale, Texts, has, length, tidy};

/// An answer as it comes over the wire or out of an input, not yet judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawAnswer {
    Text(String),
    Number(Decimal),
    Flag(bool),
    Many(Vec<String>),
    Place {
        text: String,
        lat: Decimal,
        lon: Decimal,
    },
    /// JSON that is no answer at all: an object, a list of lists, a number out of range.
    Other,
}

/// Answers by field id.
pub type RawAnswers = Named<RawAnswer>;

impl RawAnswer {
    pub(super) fn is_blank(&self) -> bool {
        match self {
            Self::Text(t) | Self::Place { text: t, .. } => t.trim().is_empty(),
            Self::Many(all) => all.iter().all(|t| t.trim().is_empty()),
            _ => false,
        }
    }

    /// Whether the answer is `wanted`, as conditions write it.
    pub(super) fn says(&self, wanted: &str) -> bool {
        match self {
            Self::Text(t) | Self::Place { text: t, .. } => t.trim() == wanted,
            Self::Number(n) => Decimal::parse(wanted) == Some(*n),
            Self::Flag(f) => wanted == if *f { "true" } else { "false" },
            Self::Many(all) => all.iter().any(|t| t == wanted),
            Self::Other => false,
        }
    }
}

/// An answer that passed its field's rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldAnswer {
    Text(String),
    Number(Decimal),
    Date(String),
    Time(String),
    Email(String),
    Phone(String),
    One(String),
    Several(Vec<String>),
    YesNo(bool),
    School(String),
    Grade(String),
    Place {
        text: String,
        at: Option<(Decimal, Decimal)>,
    },
    /// Ids of files that were sent before.
    Files(Vec<String>),
}

/// Accepted answers, in the order of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers(Vec<(String, FieldAnswer)>);

/// What a form needs to know of the district in order to judge answers.
pub struct Context<'a> {
    /// Ids of the schools that may be answered.
    pub schools: &'a [&'a str],
    pub grades: &'a [&'a str],
    /// The language in which a pattern's hint is given.
    pub locale: &'a Locale,
}

impl Answers {
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FieldAnswer)> {
        self.0.iter().map(|(id, answer)| (id.as_str(), answer))
    }

    pub fn get(&self, id: &str) -> Option<&FieldAnswer> {
        self.0.iter().find(|(field, _)| field == id).map(|(_, answer)| answer)
    }

    /// Back to the wire form; parsing that again gives the same answers.
    pub fn to_raw(&self) -> RawAnswers {
        self.0.iter().map(|(id, answer)| (id.clone(), answer.to_raw())).collect()
    }

    /// Every file that the answers name, as `(field, file)`.
    pub fn files(&self) -> Vec<(&str, &str)> {
        let mut files = Vec::new();
        for (field, answer) in self.iter() {
            if let FieldAnswer::Files(ids) = answer {
                files.extend(ids.iter().map(|id| (field, id.as_str())));
            }
        }
        files
    }
}

impl FieldAnswer {
    fn to_raw(&self) -> RawAnswer {
        match self {
            Self::Text(t) | Self::Date(t) | Self::Time(t) | Self::Email(t) | Self::Phone(t) => RawAnswer::Text(t.clone()),
            Self::One(t) | Self::School(t) | Self::Grade(t) => RawAnswer::Text(t.clone()),
            Self::Place { text, at: None } => RawAnswer::Text(text.clone()),
            Self::Place { text, at: Some((lat, lon)) } => RawAnswer::Place { text: text.clone(), lat: *lat, lon: *lon },
            Self::Number(n) => RawAnswer::Number(*n),
            Self::YesNo(b) => RawAnswer::Flag(*b),
            Self::Several(all) | Self::Files(all) => RawAnswer::Many(all.clone()),
        }
    }
}

impl Form {
    /// Judges all answers at once: what is hidden must be absent, what is required must be there, and
    /// each must fit its field. Never panics; parsing accepted answers again gives the same.
    ///
    /// # Errors
    /// Every problem, in the order of the form, then fields that the form does not have.
    pub fn parse(&self, raw: &RawAnswers, context: &Context<'_>) -> Result<Answers, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut answers = Vec::new();
        for (field, shown) in self.fields.iter().zip(self.shown(raw)) {
            let given = raw.get(&field.id);
            let judged = match (shown, given) {
                (true, Some(answer)) => field.parse(answer, context),
                (true, None) if field.required => Err(ProblemKind::Required),
                (false, Some(answer)) if !answer.is_blank() => Err(ProblemKind::Hidden),
                _ => Ok(None),
            };
            match judged {
                Ok(Some(answer)) => answers.push((field.id.clone(), answer)),
                Ok(None) => {}
                Err(kind) => problems.push(FieldProblem::new(&field.id, kind)),
            }
        }
        let unknown = raw.keys().filter(|id| self.field(id).is_none());
        problems.extend(unknown.map(|id| FieldProblem::new(id, ProblemKind::Unknown)));
        if problems.is_empty() { Ok(Answers(answers)) } else { Err(problems) }
    }

    /// Drops answers that their conditions hide, as the widget does before it sends. Repeats until
    /// nothing changes, since a dropped answer may hide the next.
    pub fn keep_shown(&self, raw: &mut RawAnswers) {
        let shown = self.shown(raw);
        for (field, _) in self.fields.iter().zip(shown).filter(|(_, shown)| !shown) {
            raw.remove(&field.id);
        }
    }
}

impl Field {
    /// Judges one answer; `Ok(None)` means that it was left empty, and may be.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(&self, raw: &RawAnswer, context: &Context<'_>) -> Result<Option<FieldAnswer>, ProblemKind> {
        let parsed = self.parse_kind(raw, context)?;
        if parsed.is_none() && self.required { Err(ProblemKind::Required) } else { Ok(parsed) }
    }

    /// Turns what an HTML input holds into an answer. `None` when nothing was given.
    pub fn read(&self, values: &[String]) -> Option<RawAnswer> {
        let first = || values.iter().map(|v| v.trim()).find(|v| !v.is_empty());
        match &self.kind {
            FieldKind::Choices { .. } | FieldKind::Files(_) => {
                let all: Vec<String> = values.iter().filter(|v| !v.trim().is_empty()).cloned().collect();
                (!all.is_empty()).then_some(RawAnswer::Many(all))
            }
            FieldKind::Number { .. } => {
                first().map(|v| Decimal::parse(v).map_or_else(|| RawAnswer::Text(v.to_owned()), RawAnswer::Number))
            }
            FieldKind::YesNo => first().map(|v| match v {
                "true" => RawAnswer::Flag(true),
                "false" => RawAnswer::Flag(false),
                other => RawAnswer::Text(other.to_owned()),
            }),
            _ => first().map(|v| RawAnswer::Text(v.to_owned())),
        }
    }

    fn parse_kind(&self, raw: &RawAnswer, context: &Context<'_>) -> Result<Option<FieldAnswer>, ProblemKind> {
        match (&self.kind, raw) {
            (FieldKind::Files(rules), RawAnswer::Many(ids)) => {
                several(ids, Length { min: 0, max: Some(rules.max_count) }).map(|found| found.map(FieldAnswer::Files))
            }
            (FieldKind::Choices { options, count }, RawAnswer::Many(ids)) => {
                if ids.iter().any(|id| !options.iter().any(|o| o.id == *id)) {
                    return Err(ProblemKind::NotOffered);
                }
                several(ids, *count).map(|found| found.map(FieldAnswer::Several))
            }
            (FieldKind::YesNo, RawAnswer::Flag(flag)) => Ok(Some(FieldAnswer::YesNo(*flag))),
            (FieldKind::Number { min, max, whole }, RawAnswer::Number(n)) => number(*n, *min, *max, *whole).map(Some),
            (FieldKind::Place, RawAnswer::Place { text, lat, lon }) => {
                let inside = |n: &Decimal, bound: i32| (Decimal::whole(-bound)..=Decimal::whole(bound)).contains(n);
                if !inside(lat, 90) || !inside(lon, 180) {
                    return Err(ProblemKind::BadPlace);
                }
                Ok(place(text)?.map(|text| FieldAnswer::Place { text, at: Some((*lat, *lon)) }))
            }
            (kind, RawAnswer::Text(text)) => match tidy(text)? {
                None => Ok(None),
                Some(text) => typed(kind, text, context).map(Some),
            },
            _ => Err(ProblemKind::WrongType),
        }
    }
}

/// Judges what was typed into one line or box; `text` is tidy and not empty.
fn typed(kind: &FieldKind, text: String, context: &Context<'_>) -> Result<FieldAnswer, ProblemKind> {
    match kind {
        FieldKind::ShortText { length: bounds, pattern } => {
            let text = text.replace('\n', " ");
            within(&text, *bounds, FieldKind::SHORT_MAX)?;
            match pattern {
                Some(rule) if !rule.pattern.matches(&text) => Err(hint(&rule.hint, context.locale)),
                _ => Ok(FieldAnswer::Text(text)),
            }
        }
        FieldKind::LongText { length: bounds } => {
            within(&text, *bounds, FieldKind::LONG_MAX)?;
            Ok(FieldAnswer::Text(text))
        }
        FieldKind::Date { not_before, not_after } => date(text, not_before.as_deref(), not_after.as_deref()),
        FieldKind::Time if is_time(&text) => Ok(FieldAnswer::Time(text)),
        FieldKind::Time => Err(ProblemKind::NotATime),
        FieldKind::Email => Ok(FieldAnswer::Email(Email::parse(&text)?.as_str().to_owned())),
        FieldKind::Phone => Ok(FieldAnswer::Phone(Phone::parse(&text)?.as_str().to_owned())),
        FieldKind::Choice { options } if options.iter().any(|o| o.id == text) => Ok(FieldAnswer::One(text)),
        FieldKind::School if context.schools.contains(&text.as_str()) => Ok(FieldAnswer::School(text)),
        FieldKind::Grade if context.grades.contains(&text.as_str()) => Ok(FieldAnswer::Grade(text)),
        FieldKind::Choice { .. } | FieldKind::School | FieldKind::Grade => Err(ProblemKind::NotOffered),
        FieldKind::Place => match place(&text)? {
            Some(text) => Ok(FieldAnswer::Place { text, at: None }),
            None => Err(ProblemKind::Required),
        },
        FieldKind::Number { .. } => Err(ProblemKind::NotANumber),
        FieldKind::Choices { .. } | FieldKind::YesNo | FieldKind::Files(_) => Err(ProblemKind::WrongType),
    }
}

fn hint(texts: &Texts, locale: &Locale) -> ProblemKind {
    ProblemKind::Pattern { hint: texts.get(locale).to_owned() }
}

fn within(text: &str, bounds: Length, most: u32) -> Result<(), ProblemKind> {
    let count = length(text);
    let max = bounds.max.unwrap_or(most);
    if count > max {
        return Err(ProblemKind::TooLong { max });
    }
    if count < bounds.min { Err(ProblemKind::TooShort { min: bounds.min }) } else { Ok(()) }
}

fn number(n: Decimal, min: Option<Decimal>, max: Option<Decimal>, whole: bool) -> Result<FieldAnswer, ProblemKind> {
    if whole && !n.is_whole() {
        return Err(ProblemKind::NotWhole);
    }
    if let Some(min) = min.filter(|&min| n < min) {
        return Err(ProblemKind::TooSmall { min });
    }
    match max.filter(|&max| n > max) {
        Some(max) => Err(ProblemKind::TooLarge { max }),
        None => Ok(FieldAnswer::Number(n)),
    }
}

fn several(ids: &[String], count: Length) -> Result<Option<Vec<String>>, ProblemKind> {
    // No form offers so many; comparing each with each would take long.
    if ids.len() > 200 {
        return Err(ProblemKind::TooMany { max: count.max.unwrap_or(200).min(200) });
    }
    let mut unique: Vec<String> = Vec::new();
    for id in ids {
        if has(id, "\0") || id.len() > 64 {
            return Err(ProblemKind::NotOffered);
        }
        if !id.trim().is_empty() && !unique.contains(id) {
            unique.push(id.clone());
        }
    }
    let given = u32::try_from(unique.len()).unwrap_or(u32::MAX);
    match count.max {
        _ if unique.is_empty() => Ok(None),
        Some(max) if given > max => Err(ProblemKind::TooMany { max }),
        _ if given < count.min => Err(ProblemKind::TooFew { min: count.min }),
        _ => Ok(Some(unique)),
    }
}

fn place(text: &str) -> Result<Option<String>, ProblemKind> {
    let Some(text) = tidy(text)?.map(|t| t.replace('\n', ", ")) else { return Ok(None) };
    within(&text, Length::default(), FieldKind::PLACE_MAX)?;
    Ok(Some(text))
}

fn date(text: String, min: Option<&str>, max: Option<&str>) -> Result<FieldAnswer, ProblemKind> {
    if !is_date(&text) {
        return Err(ProblemKind::NotADate);
    }
    // ISO dates sort as text.
    if let Some(min) = min.filter(|&min| text.as_str() < min) {
        return Err(ProblemKind::TooEarly { min: min.to_owned() });
    }
    match max.filter(|&max| text.as_str() > max) {
        Some(max) => Err(ProblemKind::TooLate { max: max.to_owned() }),
        None => Ok(FieldAnswer::Date(text)),
    }
}

/// Whether `text` is a day of the Gregorian calendar as `YYYY-MM-DD`, from year 1 to 9999.
pub(super) fn is_date(text: &str) -> bool {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return false };
    let read = |digits: &[&u8]| digits.iter().try_fold(0_u32, |n, d| d.is_ascii_digit().then(|| n * 10 + u32::from(**d - b'0')));
    let (Some(year), Some(month), Some(day)) = (read(&[y1, y2, y3, y4]), read(&[m1, m2]), read(&[d1, d2])) else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    year > 0 && (1..=days).contains(&day)
}

fn is_time(text: &str) -> bool {
    let [h1, h2, b':', m1, m2] = text.as_bytes() else { return false };
    let digits = [h1, h2, m1, m2].iter().all(|d| d.is_ascii_digit());
    digits && (h1, h2) <= (&b'2', &b'3') && *h1 <= b'2' && *m1 <= b'5'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_hours() {
        for good in ["2024-02-29", "2000-02-29", "2026-12-31"] {
            assert!(is_date(good), "{good}");
        }
        for bad in ["2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "0000-01-01", "２０２６-01-01"] {
            assert!(!is_date(bad), "{bad}");
        }
        for good in ["00:00", "08:05", "19:59", "23:59"] {
            assert!(is_time(good), "{good}");
        }
        for bad in ["24:00", "8:05", "29:00", "12:60", "12:5x"] {
            assert!(!is_time(bad), "{bad}");
        }
    }
}
