//! What a district promises: within how many business hours which inquiry gets its first reply, and who is
//! reminded when that is about to be, or was, missed.

use crate::definition::{DefinitionProblem, Node, Reader};
use crate::status::{Kind, Priority};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An exception to what topics promise by themselves. What is not named fits everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    #[serde(default)]
    pub topic: Option<String>,
    #[serde(default)]
    pub priority: Option<Priority>,
    #[serde(default)]
    pub kind: Option<Kind>,
    /// Business hours, 1 to [`Promise::MOST_HOURS`].
    pub hours: u32,
}

/// All exceptions, those that decide first in front.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Promises(Vec<Promise>);

/// When those responsible are reminded, in business hours; steps without hours are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reminders {
    /// The owner, so long before it is due.
    pub before: Option<u32>,
    /// Owner and members, when it is due.
    pub due: bool,
    /// The department's owner, so long after.
    pub department: Option<u32>,
    /// The district's, so long after.
    pub district: Option<u32>,
}

impl Promise {
    pub const MOST_HOURS: u32 = 1_000;
    /// What is promised where nothing is said.
    pub const USUAL_HOURS: u32 = 16;

    fn fits(&self, topic: &str, priority: Priority, kind: Kind) -> bool {
        self.topic.as_deref().is_none_or(|named| named == topic)
            && self.priority.is_none_or(|named| named == priority)
            && self.kind.is_none_or(|named| named == kind)
    }

    /// What names more decides before what names less; of those, priority before kind before topic.
    fn weight(&self) -> (u8, bool, bool, bool) {
        let (priority, kind, topic) = (self.priority.is_some(), self.kind.is_some(), self.topic.is_some());
        (u8::from(priority) + u8::from(kind) + u8::from(topic), priority, kind, topic)
    }
}

impl Promises {
    /// Most exceptions of one district.
    pub const MOST: usize = 500;

    pub fn new(mut all: Vec<Promise>) -> Self {
        all.sort_by_key(|promise| std::cmp::Reverse(promise.weight()));
        Self(all)
    }

    pub fn all(&self) -> &[Promise] {
        &self.0
    }

    /// Promised business hours; `usual` is what the topic says by itself.
    pub fn hours(&self, topic: &str, priority: Priority, kind: Kind, usual: u32) -> u32 {
        self.0.iter().find(|promise| promise.fits(topic, priority, kind)).map_or(usual, |promise| promise.hours)
    }

    /// Reads `promises` of a district's definition.
    ///
    /// # Errors
    /// Every problem, with its place and the remedy.
    pub fn from_definition(district: &Value) -> Result<Self, Vec<DefinitionProblem>> {
        let mut reader = Reader::new(&[]);
        let topics: Vec<&str> =
            district["topics"].as_array().into_iter().flatten().filter_map(|topic| topic["id"].as_str()).collect();
        let mut all: Vec<Promise> = Vec::new();
        let Some(root) = reader.object(district, "") else { return Err(reader.problems) };
        for node in reader.objects(&root, "promises") {
            let promise = reader.promise(&node, &topics);
            let same = |p: &&Promise| (&p.topic, p.priority, p.kind) == (&promise.topic, promise.priority, promise.kind);
            if all.iter().any(|p| same(&p)) {
                reader.problem(&node.path, "the same is promised twice", "Take one of them out.");
            }
            all.push(promise);
        }
        if all.len() > Self::MOST {
            reader.problem(
                "promises",
                format!("these are more than {} promises", Self::MOST),
                "Let topics promise by themselves.",
            );
        }
        if reader.problems.is_empty() { Ok(Self::new(all)) } else { Err(reader.problems) }
    }

    /// What [`Promises::from_definition`] reads under `promises`.
    pub fn to_definition(&self) -> Value {
        json!(self.0)
    }
}

impl Default for Reminders {
    fn default() -> Self {
        Self { before: Some(2), due: true, department: Some(4), district: Some(8) }
    }
}

impl Reminders {
    /// Reads `reminders` of a district's definition; the usual ones where it has none.
    ///
    /// # Errors
    /// Every problem, with its place and the remedy.
    pub fn from_definition(district: &Value) -> Result<Self, Vec<DefinitionProblem>> {
        let Some(value) = district.get("reminders").filter(|v| !v.is_null()) else { return Ok(Self::default()) };
        let mut reader = Reader::new(&[]);
        let mut read = Self { before: None, due: false, department: None, district: None };
        if let Some(node) = reader.object(value, "reminders") {
            reader.only_keys(&node, &["before", "due", "department", "district"]);
            let mut hours = |key| reader.count(&node, key, 200).and_then(|n| u32::try_from(n).ok());
            (read.before, read.department, read.district) = (hours("before"), hours("department"), hours("district"));
            read.due = reader.flag(&node, "due");
        }
        if let (Some(department), Some(district)) = (read.department, read.district)
            && district < department
        {
            let remedy = "Let the district's owner hear of it no earlier than the department's.";
            reader.problem("reminders.district", format!("{district} hours are less than {department}"), remedy);
        }
        if reader.problems.is_empty() { Ok(read) } else { Err(reader.problems) }
    }
}

impl Reader<'_> {
    fn promise(&mut self, node: &Node<'_>, topics: &[&str]) -> Promise {
        self.only_keys(node, &["topic", "priority", "kind", "hours"]);
        let topic = self.optional_text(node, "topic");
        if let Some(id) = topic.as_deref().filter(|id| !topics.contains(id)) {
            self.problem(&node.at("topic"), format!("there is no topic `{id}`"), "Name a topic of this district by its id.");
        }
        let priority = self.known(node, "priority", Priority::parse, "Use critical, high, normal or low.");
        let kind = self.known(node, "kind", Kind::parse, "Use question, comment, concern, suggestion or compliment.");
        if topic.is_none() && priority.is_none() && kind.is_none() {
            self.problem(&node.path, "this names nothing", "Name a topic, a priority or a kind.");
        }
        let hours = self.count(node, "hours", u64::from(Promise::MOST_HOURS)).and_then(|n| u32::try_from(n).ok());
        if hours.unwrap_or(0) == 0 {
            let remedy = format!("Write business hours, 1 to {}.", Promise::MOST_HOURS);
            self.problem(&node.at("hours"), "this promises no time", remedy);
        }
        Promise { topic, priority, kind, hours: hours.unwrap_or(1) }
    }

    /// A word of a closed vocabulary, where there is one.
    pub(crate) fn known<T>(&mut self, node: &Node<'_>, key: &str, parse: fn(&str) -> Option<T>, remedy: &str) -> Option<T> {
        let word = self.optional_text(node, key)?;
        let known = parse(&word);
        if known.is_none() {
            self.problem(&node.at(key), format!("`{word}` is not known here"), remedy);
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_more_decides() {
        let district = json!({ "topics": [{ "id": "buses" }, { "id": "food" }], "promises": [
            { "kind": "compliment", "hours": 40 }, { "topic": "buses", "hours": 6 }, { "priority": "critical", "hours": 1 },
            { "topic": "buses", "kind": "compliment", "hours": 24 }, { "priority": "high", "topic": "food", "hours": 3 },
        ] });
        let promises = Promises::from_definition(&district).unwrap();
        let hours = |topic, priority, kind| promises.hours(topic, priority, kind, 16);
        use Kind::{Compliment, Concern};
        use Priority::{Critical, High, Normal};
        assert_eq!(hours("food", Normal, Concern), 16, "the topic's own");
        assert_eq!(hours("buses", Normal, Concern), 6);
        assert_eq!(hours("food", Normal, Compliment), 40);
        assert_eq!(hours("buses", Normal, Compliment), 24);
        assert_eq!(hours("food", Critical, Compliment), 1, "what is critical does not wait for being a compliment");
        assert_eq!(hours("food", High, Concern), 3);
        assert_eq!(hours("buses", High, Concern), 6);
        let again = json!({ "topics": district["topics"], "promises": promises.to_definition() });
        assert_eq!(Promises::from_definition(&again).unwrap(), promises);
    }

    #[test]
    fn wrong_promises_and_reminders_say_where() {
        for (wrong, told) in [
            (json!({ "promises": [{ "hours": 3 }] }), "promises[0]: this names nothing"),
            (json!({ "promises": [{ "kind": "rant", "hours": 3 }] }), "promises[0].kind: `rant` is not known here"),
            (json!({ "promises": [{ "kind": "concern", "hours": 0 }] }), "promises[0].hours: this promises no time"),
            (json!({ "promises": [{ "kind": "concern", "hours": 2_000 }] }), "promises[0].hours: this is not a count"),
            (json!({ "promises": [{ "topic": "x", "hours": 1 }] }), "promises[0].topic: there is no topic `x`"),
            (
                json!({ "promises": [{ "kind": "concern", "hours": 1 }, { "kind": "concern", "hours": 2 }] }),
                "promises[1]: the same is promised twice",
            ),
        ] {
            let told_all = Promises::from_definition(&wrong).unwrap_err();
            assert!(told_all[0].to_string().starts_with(told), "{told_all:?}");
        }
        let wrong = json!({ "reminders": { "department": 8, "district": 4, "manager": 2 } });
        let told: Vec<String> = Reminders::from_definition(&wrong).unwrap_err().into_iter().map(|p| p.path).collect();
        assert_eq!(told, ["reminders.manager", "reminders.district"]);
        assert_eq!(Reminders::from_definition(&json!({})), Ok(Reminders::default()));
        let off = Reminders { before: None, due: false, department: None, district: None };
        assert_eq!(Reminders::from_definition(&json!({ "reminders": {} })), Ok(off));
    }
}
