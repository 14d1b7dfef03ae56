//! The practice room: invented inquiries on which colleagues learn, so that families are not practised on.

use crate::coach::HintKind;
use crate::status::Mood;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An invented inquiry, with what a colleague needs to answer it and to see how they did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    #[serde(default)]
    pub id: String,
    /// What it is about, as a word; districts call their topics as they like.
    pub topic: String,
    pub mood: Mood,
    /// By language.
    pub texts: BTreeMap<String, Told>,
}

impl Mood {
    /// In a word or two, for staff.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Angry => "angry",
            Self::Frightened => "frightened",
            Self::Confused => "confused",
            Self::Wrong => "wrong about the facts",
            Self::Grieving => "grieving",
            Self::Mocking => "mocking",
            Self::Rumour => "a rumor",
            Self::Compliment => "a compliment",
        }
    }
}

/// A scenario in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    pub title: String,
    /// `None`: they did not say who they are.
    pub sender: Option<String>,
    /// The word of a [`crate::status::Relationship`].
    pub relationship: String,
    pub message: String,
    /// What the colleague knows.
    pub facts: Vec<String>,
    /// A good reply, and what makes it good.
    pub model: String,
    pub why: Vec<String>,
    pub follow_ups: FollowUps,
}

/// How the person writes back, in character.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUps {
    /// To a good reply.
    pub good: String,
    /// When their feeling was not heard.
    pub cold: String,
    /// When they were blamed, contradicted or made small.
    pub tone: String,
    /// When a question was left out.
    pub unanswered: String,
    /// When it was not said what happens next, and when.
    pub when: String,
}

impl FollowUps {
    /// What the person writes back to a reply on which the coach had these hints: what hurts most comes first.
    pub fn to(&self, hints: &[HintKind]) -> &str {
        let any = |kinds: &[HintKind]| hints.iter().any(|hint| kinds.contains(hint));
        if any(&[HintKind::Dismissive, HintKind::Blaming, HintKind::Arguing, HintKind::Capitals, HintKind::ThirdChild]) {
            &self.tone
        } else if any(&[HintKind::Feeling]) {
            &self.cold
        } else if any(&[HintKind::Unanswered]) {
            &self.unanswered
        } else if any(&[HintKind::NextStep]) {
            &self.when
        } else {
            &self.good
        }
    }
}

/// Longest text of a scenario, in characters.
pub const LONGEST: usize = 4_000;
/// Longest title of one, in characters.
pub const LONGEST_TITLE: usize = 80;

impl Told {
    /// What is missing or too long, as the field's name and the remedy.
    pub fn problem(&self) -> Option<(&'static str, String)> {
        let follow = &self.follow_ups;
        for (field, text, most) in [
            ("title", &self.title, LONGEST_TITLE),
            ("message", &self.message, LONGEST),
            ("model", &self.model, LONGEST),
            ("good", &follow.good, LONGEST),
            ("cold", &follow.cold, LONGEST),
            ("tone", &follow.tone, LONGEST),
            ("unanswered", &follow.unanswered, LONGEST),
            ("when", &follow.when, LONGEST),
        ] {
            if text.trim().is_empty() || text.contains('\0') {
                return Some((field, String::from("Please write something here.")));
            }
            if text.chars().count() > most {
                return Some((field, format!("{most} characters are the most.")));
            }
        }
        for (field, lines) in [("facts", &self.facts), ("why", &self.why)] {
            if lines.is_empty() || lines.len() > 20 || lines.iter().any(|l| l.trim().is_empty() || l.chars().count() > 600) {
                return Some((field, String::from("Please write 1 to 20 lines of at most 600 characters.")));
            }
        }
        let sender = self.sender.as_deref().unwrap_or_default();
        (sender.chars().count() > LONGEST_TITLE).then(|| ("sender", String::from("This name is too long.")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hurts_most_is_answered_first() {
        let own = |text: &str| text.to_owned();
        let follow = FollowUps {
            good: own("good"),
            cold: own("cold"),
            tone: own("tone"),
            unanswered: own("unanswered"),
            when: own("when"),
        };
        for (hints, expected) in [
            (&[][..], "good"),
            (&[HintKind::Jargon, HintKind::HardToRead, HintKind::Greeting], "good"),
            (&[HintKind::NextStep], "when"),
            (&[HintKind::NextStep, HintKind::Unanswered], "unanswered"),
            (&[HintKind::Unanswered, HintKind::Feeling], "cold"),
            (&[HintKind::Feeling, HintKind::NextStep, HintKind::Blaming], "tone"),
        ] {
            assert_eq!(follow.to(hints), expected, "{hints:?}");
        }
    }
}
