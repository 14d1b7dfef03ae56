//! From a raw submission to a draft that may become an inquiry.

use crate::contact::{RawContact, Sender};
use crate::district::{District, Topic};
use crate::form::{Answers, Context, FieldAnswer, RawAnswers};
use crate::problem::{FieldProblem, ProblemKind};
use crate::status::{Kind, Relationship};
use crate::text::Locale;

/// What every channel makes of its message before it is judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawSubmission {
    pub topic: String,
    pub school: Option<String>,
    pub relationship: String,
    pub kind: Option<String>,
    pub locale: String,
    pub answers: RawAnswers,
    /// `None` is anonymous.
    pub contact: Option<RawContact>,
    /// Only for those who are named on it.
    pub confidential: bool,
}

/// A submission that passed every check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub topic: String,
    pub form_version: u32,
    pub school: Option<String>,
    pub relationship: Relationship,
    pub kind: Kind,
    pub locale: Locale,
    pub answers: Answers,
    pub sender: Sender,
    /// The sender asks that only those who are named on it read it.
    pub confidential: bool,
}

impl RawSubmission {
    /// Judges the whole submission against what the district offers.
    ///
    /// # Errors
    /// Every problem at once; those of the form carry the field's id.
    pub fn parse(&self, district: &District) -> Result<Draft, Vec<FieldProblem>> {
        let Some(topic) = district.topic(&self.topic) else {
            let kind = if self.topic.is_empty() { ProblemKind::Required } else { ProblemKind::NotOffered };
            return Err(vec![FieldProblem::new("topic", kind)]);
        };
        let mut problems = Vec::new();
        let mut keep = |field: &str, kind: ProblemKind| problems.push(FieldProblem::new(field, kind));

        let relationship = Relationship::parse(&self.relationship);
        match relationship {
            None if self.relationship.is_empty() => keep("relationship", ProblemKind::Required),
            Some(who) if district.relationships.contains(&who) && topic.is_for(who) => {}
            _ => keep("relationship", ProblemKind::NotOffered),
        }
        let kind = self.kind(district, topic).map_err(|problem| keep("kind", problem)).ok();
        let school = self.school.clone().filter(|s| !s.is_empty());
        if school.as_deref().is_some_and(|id| district.school(id).is_none() || !topic.is_at(id)) {
            keep("school", ProblemKind::NotOffered);
        }
        let locale = district.locales.iter().find(|l| l.as_str() == self.locale);
        if locale.is_none() {
            keep("locale", if self.locale.is_empty() { ProblemKind::Required } else { ProblemKind::NotOffered });
        }
        let answers = self.answers(district, topic, locale.unwrap_or(district.first_locale()));
        let answers = answers.map_err(|found| problems.extend(found)).ok();
        let sender = match &self.contact {
            Some(contact) => contact.parse(),
            None if topic.anonymous => Ok(Sender::Anonymous),
            None => Err(vec![FieldProblem::new("contact", ProblemKind::NotAnonymous)]),
        };
        let sender = sender.map_err(|found| problems.extend(found)).ok();

        match (relationship, kind, locale, answers, sender) {
            (Some(relationship), Some(kind), Some(locale), Some(answers), Some(sender)) if problems.is_empty() => Ok(Draft {
                topic: topic.id.clone(),
                form_version: topic.form.version,
                school,
                relationship,
                kind,
                locale: locale.clone(),
                answers,
                sender,
                confidential: self.confidential,
            }),
            _ => Err(problems),
        }
    }

    fn kind(&self, district: &District, topic: &Topic) -> Result<Kind, ProblemKind> {
        let given = self.kind.as_deref().filter(|k| !k.is_empty());
        match (topic.kind, given) {
            (Some(fixed), None) => Ok(fixed),
            (None, None) => Err(ProblemKind::Required),
            (fixed, Some(raw)) => {
                let kind = Kind::parse(raw).ok_or(ProblemKind::NotOffered)?;
                let offered = fixed.map_or_else(|| district.kinds.contains(&kind), |fixed| fixed == kind);
                if offered { Ok(kind) } else { Err(ProblemKind::NotOffered) }
            }
        }
    }

    fn answers(&self, district: &District, topic: &Topic, locale: &Locale) -> Result<Answers, Vec<FieldProblem>> {
        let schools: Vec<&str> = district.schools_for(topic).map(|s| s.id.as_str()).collect();
        let grades: Vec<&str> = district.grades.iter().map(|g| g.id.as_str()).collect();
        topic.form.parse(&self.answers, &Context { schools: &schools, grades: &grades, locale })
    }
}

impl Draft {
    /// One line for lists: the beginning of the longest thing that was written, at most 90 characters.
    pub fn summary(&self) -> String {
        let written = self.answers.iter().filter_map(|(_, answer)| match answer {
            FieldAnswer::Text(text) | FieldAnswer::Place { text, .. } => Some(text.as_str()),
            _ => None,
        });
        let longest = written.max_by_key(|text| text.chars().count()).unwrap_or("");
        let line = longest.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or("");
        shorten(line, 90)
    }
}

/// Cuts at a word's end, with an ellipsis, so that at most `max` characters remain.
pub fn shorten(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let cut: String = text.chars().take(max - 1).collect();
    let end = cut.rfind(' ').filter(|&at| at > max / 2).unwrap_or(cut.len());
    [cut[..end].trim_end_matches([' ', ',', ';']), "…"].concat()
}
