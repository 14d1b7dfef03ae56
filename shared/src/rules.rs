//! Routing rules as they are written, kept and shown: data, in order, the first that fits decides.
//!
//! What they mean for an inquiry is decided by the server; here is only what a rule says.

use crate::form::{Condition, RawAnswers, Test};
use crate::status::{Kind, Priority, Relationship};
use serde::{Deserialize, Serialize};

/// One rule. Whatever it leaves empty, it leaves open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Stays the same while the rule is changed and moved.
    pub id: String,
    /// What people call it, in problems and in the audit trail.
    pub name: String,
    /// Kept, but not in force.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub off: bool,
    #[serde(default)]
    pub when: When,
    #[serde(default)]
    pub then: Then,
}

/// Which inquiries it is for: every list that is not empty must hold what the inquiry has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub schools: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grades: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub relationships: Vec<Relationship>,
    /// Language tags, as the district has them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locales: Vec<String>,
    /// All of these must pass.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<AnswerTest>,
}

/// What follows. An owner that is not named is found as if there were no rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Then {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
}

/// A test of one answer, written as the conditions of forms are: one of the three.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AnswerTest {
    pub field: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub equals: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_of: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_empty: Option<bool>,
}

impl AnswerTest {
    /// The condition, or `None` when it says nothing, or more than one thing.
    pub fn condition(&self) -> Option<Condition> {
        let test = match (&self.equals, &self.one_of, self.not_empty) {
            (Some(wanted), None, None) => Test::Equals(wanted.clone()),
            (None, Some(wanted), None) if !wanted.is_empty() => Test::OneOf(wanted.clone()),
            (None, None, Some(true)) => Test::NotEmpty,
            _ => return None,
        };
        (!self.field.is_empty()).then(|| Condition { field: self.field.clone(), test })
    }
}

/// What rules look at.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub topic: &'a str,
    /// The school that was chosen, and those that were answered.
    pub schools: &'a [String],
    pub grades: &'a [String],
    pub kind: Kind,
    pub relationship: Relationship,
    pub locale: &'a str,
    pub answers: &'a RawAnswers,
}

impl When {
    /// Whether an inquiry is meant.
    pub fn fits(&self, facts: &Facts<'_>) -> bool {
        fn open_or<T>(all: &[T], holds: impl FnMut(&T) -> bool) -> bool {
            all.is_empty() || all.iter().any(holds)
        }
        open_or(&self.topics, |t| t == facts.topic)
            && open_or(&self.schools, |s| facts.schools.contains(s))
            && open_or(&self.grades, |g| facts.grades.contains(g))
            && open_or(&self.kinds, |k| *k == facts.kind)
            && open_or(&self.relationships, |r| *r == facts.relationship)
            && open_or(&self.locales, |l| l == facts.locale)
            && self.answers.iter().all(|test| {
                let answer = |condition: Condition| facts.answers.get(&condition.field).is_some_and(|a| condition.test.passes(a));
                test.condition().is_some_and(answer)
            })
    }

    /// Whether everything that `other` is for, this is for, too.
    pub fn covers(&self, other: &Self) -> bool {
        fn all<T: PartialEq>(wide: &[T], narrow: &[T]) -> bool {
            wide.is_empty() || (!narrow.is_empty() && narrow.iter().all(|n| wide.contains(n)))
        }
        all(&self.topics, &other.topics)
            && all(&self.schools, &other.schools)
            && all(&self.grades, &other.grades)
            && all(&self.kinds, &other.kinds)
            && all(&self.relationships, &other.relationships)
            && all(&self.locales, &other.locales)
            && self.answers.iter().all(|wide| other.answers.iter().any(|narrow| implies(narrow, wide)))
    }
}

/// Whether an answer that passes `narrow` always passes `wide`.
fn implies(narrow: &AnswerTest, wide: &AnswerTest) -> bool {
    let (Some(narrow), Some(wide)) = (narrow.condition(), wide.condition()) else { return false };
    if narrow.field != wide.field {
        return false;
    }
    match (wide.test.wanted(), narrow.test.wanted()) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wide), Some(narrow)) => narrow.iter().all(|n| wide.contains(n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::RawAnswer;
    use serde_json::json;

    fn when(value: serde_json::Value) -> When {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn every_list_must_hold_what_the_inquiry_has() {
        let answers = RawAnswers::from_iter([(String::from("bus"), RawAnswer::Text(String::from("12")))]);
        let schools = [String::from("north")];
        let facts = Facts {
            topic: "buses",
            schools: &schools,
            grades: &[],
            kind: Kind::Concern,
            relationship: Relationship::Parent,
            locale: "es",
            answers: &answers,
        };
        for (value, fits) in [
            (json!({}), true),
            (json!({ "topics": ["buses", "food"], "schools": ["north"], "locales": ["es"] }), true),
            (json!({ "schools": ["south"] }), false),
            (json!({ "grades": ["3"] }), false),
            (json!({ "kinds": ["question"] }), false),
            (json!({ "answers": [{ "field": "bus", "equals": "12" }] }), true),
            (json!({ "answers": [{ "field": "bus", "one_of": ["1", "12"] }, { "field": "bus", "not_empty": true }] }), true),
            (json!({ "answers": [{ "field": "bus", "equals": "12" }, { "field": "road", "not_empty": true }] }), false),
            (json!({ "answers": [{ "field": "bus" }] }), false),
        ] {
            assert_eq!(when(value.clone()).fits(&facts), fits, "{value}");
        }
    }

    #[test]
    fn a_wider_rule_covers_a_narrower_one() {
        for (wide, narrow, covers) in [
            (json!({}), json!({ "topics": ["buses"] }), true),
            (json!({ "topics": ["buses"] }), json!({}), false),
            (json!({ "topics": ["buses", "food"] }), json!({ "topics": ["food"], "kinds": ["question"] }), true),
            (json!({ "schools": ["north"] }), json!({ "topics": ["food"] }), false),
            (
                json!({ "answers": [{ "field": "bus", "not_empty": true }] }),
                json!({ "answers": [{ "field": "bus", "equals": "1" }] }),
                true,
            ),
            (
                json!({ "answers": [{ "field": "bus", "one_of": ["1", "2"] }] }),
                json!({ "answers": [{ "field": "bus", "equals": "3" }] }),
                false,
            ),
        ] {
            assert_eq!(when(wide.clone()).covers(&when(narrow.clone())), covers, "{wide} over {narrow}");
        }
    }
}
