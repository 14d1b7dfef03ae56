//! What is wrong with rules: those that can never fit, those that another one hides, those that lead nowhere.

use super::{Directory, Person};
use porchlight_shared::district::{District, Topic};
use porchlight_shared::form::{Condition, FieldKind};
use porchlight_shared::rules::{AnswerTest, Rule, When};
use porchlight_shared::status::Kind;
use std::collections::BTreeSet;

/// Something about one rule, in words for an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleProblem {
    /// The rule's id.
    pub rule: String,
    /// Rules with such a problem are refused; the others are kept and flagged.
    pub refused: bool,
    /// What is wrong and what to do, with the rule's name.
    pub words: String,
}

/// Most rules of a district.
pub const MOST_RULES: usize = 200;
const LONGEST_NAME: usize = 80;

/// Looks at all rules together. `now` in ms UTC.
pub fn check(rules: &[Rule], district: &District, directory: &Directory, now: i64) -> Vec<RuleProblem> {
    let mut checker = Checker { district, directory, problems: Vec::new() };
    let mut ids = BTreeSet::new();
    for (index, rule) in rules.iter().enumerate() {
        if index == MOST_RULES {
            checker.refuse(rule, format!("is one too many: {MOST_RULES} rules are the most. Join some."));
            break;
        }
        if rule.name.trim().is_empty() {
            checker.problems.push(RuleProblem {
                rule: rule.id.clone(),
                refused: true,
                words: format!("Rule {} has no name. Give it one that says whom it is for.", index + 1),
            });
        }
        if rule.name.chars().count() > LONGEST_NAME {
            checker.refuse(rule, format!("has a name that is too long. Write at most {LONGEST_NAME} characters."));
        }
        if rule.id.is_empty() || !ids.insert(rule.id.as_str()) {
            checker.refuse(rule, "has no id of its own.");
        }
        checker.references(rule);
        checker.effect(rule, now);
        checker.possible(rule);
        let hides = |earlier: &&Rule| !earlier.off && !rule.off && earlier.when.covers(&rule.when);
        if let Some(earlier) = rules[..index].iter().find(hides) {
            checker.refuse(
                rule,
                format!(
                    "never decides: “{}” stands above it and fits whenever it does. Move it up, or narrow the other.",
                    earlier.name
                ),
            );
        }
    }
    checker.problems
}

struct Checker<'a> {
    district: &'a District,
    directory: &'a Directory,
    problems: Vec<RuleProblem>,
}

impl Checker<'_> {
    fn refuse(&mut self, rule: &Rule, words: impl AsRef<str>) {
        self.put(rule, true, words.as_ref());
    }

    fn flag(&mut self, rule: &Rule, words: impl AsRef<str>) {
        self.put(rule, false, words.as_ref());
    }

    fn put(&mut self, rule: &Rule, refused: bool, words: &str) {
        let name = if rule.name.trim().is_empty() { "This rule" } else { &rule.name };
        self.problems.push(RuleProblem { rule: rule.id.clone(), refused, words: format!("“{name}” {words}") });
    }

    /// Every id must be one of the district's.
    fn references(&mut self, rule: &Rule) {
        let When { topics, schools, grades, locales, .. } = &rule.when;
        let district = self.district;
        let mut gone = Vec::new();
        let mut look = |what: &str, ids: &[String], known: &dyn Fn(&str) -> bool| {
            let missing = ids.iter().filter(|id| !known(id));
            gone.extend(
                missing.map(|id| format!("asks for the {what} `{id}`, which the district does not have. Choose another.")),
            );
        };
        look("topic", topics, &|id| district.topic(id).is_some());
        look("school", schools, &|id| district.school(id).is_some());
        look("grade", grades, &|id| district.grades.iter().any(|g| g.id == id));
        look("language", locales, &|id| district.locales.iter().any(|l| l.as_str() == id));
        for words in gone {
            self.refuse(rule, words);
        }
    }

    fn effect(&mut self, rule: &Rule, now: i64) {
        let then = &rule.then;
        if then.owner.is_none() && then.members.is_empty() && then.priority.is_none() {
            self.refuse(rule, "changes nothing. Name an owner, somebody who helps, or a priority.");
        }
        if let Some(owner) = &then.owner {
            match self.directory.people.get(owner) {
                None => self.refuse(rule, "names an owner whom nobody knows. Choose somebody of the district."),
                Some(person) if !Person::can_own(person.role) => {
                    self.refuse(
                        rule,
                        format!("names {} as owner, who may not own inquiries. Choose somebody of the staff.", person.name),
                    );
                }
                Some(person) if !person.active => {
                    self.flag(rule, format!("names {}, who was deactivated. The next in line gets its inquiries.", person.name));
                }
                Some(person) if self.directory.circle(owner) => {
                    self.flag(rule, format!("leads in a circle: {} and those who stand in for them are away at the same time and name each other. The next in line gets its inquiries.", person.name));
                }
                Some(person) if self.directory.reach(owner, now).is_err() => {
                    self.flag(
                        rule,
                        format!(
                            "names {}, who is away without anybody standing in. The next in line gets its inquiries.",
                            person.name
                        ),
                    );
                }
                Some(_) => {}
            }
        }
        for member in &then.members {
            if !self.directory.people.get(member).is_some_and(|p| p.active) {
                let words = format!("wants {} to help, who is not here any more. Take them out.", self.directory.name(member));
                self.flag(rule, words);
            }
        }
    }

    /// Whether any inquiry could ever fit.
    fn possible(&mut self, rule: &Rule) {
        let when = &rule.when;
        let meant: Vec<&Topic> =
            self.district.topics.iter().filter(|t| when.topics.is_empty() || when.topics.contains(&t.id)).collect();
        if meant.is_empty() {
            return;
        }
        let all = |holds: &dyn Fn(&&Topic) -> bool| !meant.iter().any(holds);
        if !when.schools.is_empty() && all(&|t| when.schools.iter().any(|s| t.is_at(s))) {
            self.refuse(rule, "never fits: its topics are not offered for its schools.");
        }
        if !when.relationships.is_empty()
            && all(&|t| when.relationships.iter().any(|r| t.is_for(*r) && self.district.relationships.contains(r)))
        {
            self.refuse(rule, "never fits: its topics are not offered to the people that it asks for.");
        }
        let kind_fits =
            |topic: &&Topic, kind: &Kind| topic.kind.map_or_else(|| self.district.kinds.contains(kind), |fixed| fixed == *kind);
        if !when.kinds.is_empty() && all(&|t| when.kinds.iter().any(|k| kind_fits(t, k))) {
            self.refuse(rule, "never fits: its topics take none of its kinds.");
        }
        if !when.grades.is_empty() && all(&|t| t.form.fields.iter().any(|f| matches!(f.kind, FieldKind::Grade))) {
            self.refuse(rule, "never fits: none of its topics asks for a grade.");
        }
        self.answers(rule, &meant);
    }

    fn answers(&mut self, rule: &Rule, meant: &[&Topic]) {
        let mut conditions: Vec<Condition> = Vec::new();
        for test in &rule.when.answers {
            match test.condition() {
                Some(condition) => conditions.push(condition),
                None => {
                    let AnswerTest { field, .. } = test;
                    return self.refuse(
                        rule,
                        format!("tests nothing about `{field}`. Say what the answer must be, or that there must be one."),
                    );
                }
            }
        }
        for condition in &conditions {
            let fields = || meant.iter().filter_map(|t| t.form.field(&condition.field));
            if fields().next().is_none() {
                self.refuse(rule, format!("never fits: none of its topics asks `{}`.", condition.field));
            } else if !fields().any(|field| field.kind.can_pass(&condition.test)) {
                self.refuse(rule, format!("never fits: `{}` can never be answered so.", condition.field));
            }
        }
        // One answer that must be two things at once; of several choices both may be ticked.
        for (i, one) in conditions.iter().enumerate() {
            for other in &conditions[i + 1..] {
                let (Some(a), Some(b)) = (one.test.wanted(), other.test.wanted()) else { continue };
                let several =
                    meant.iter().filter_map(|t| t.form.field(&one.field)).any(|f| matches!(f.kind, FieldKind::Choices { .. }));
                if one.field == other.field && !several && !a.iter().any(|wanted| b.contains(wanted)) {
                    self.refuse(rule, format!("never fits: `{}` cannot be both.", one.field));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::Absence;
    use porchlight_shared::status::Role;
    use serde_json::{Value, json};

    fn district() -> District {
        let definition: Value = serde_json::from_str(include_str!("../../demo/maple-valley/district.json")).unwrap();
        District::from_definition(&definition).unwrap().0
    }

    fn directory() -> Directory {
        let person = |name: &str, role, active| {
            (name.to_owned(), Person { name: name.to_owned(), role, active, notify: Default::default() })
        };
        Directory {
            people: [
                person("Ana", Role::Staff, true),
                person("Ben", Role::Staff, true),
                person("Luz", Role::Recorder, true),
                person("Old", Role::Staff, false),
            ]
            .into_iter()
            .collect(),
            ..Directory::default()
        }
    }

    fn problems(rules: Value, directory: &Directory) -> Vec<(bool, String)> {
        let rules: Vec<Rule> = serde_json::from_value(rules).unwrap();
        check(&rules, &district(), directory, 50).into_iter().map(|p| (p.refused, p.words)).collect()
    }

    #[test]
    fn good_rules_have_no_problems() {
        let rules = json!([
            { "id": "1", "name": "Bus 12", "when": { "topics": ["transportation"], "answers": [{ "field": "bus", "equals": "12" }] }, "then": { "owner": "Ana" } },
            { "id": "2", "name": "Buses", "when": { "topics": ["transportation"] }, "then": { "owner": "Ben", "members": ["Ana"] } },
            { "id": "3", "name": "Rest", "then": { "priority": "high" } },
        ]);
        assert_eq!(problems(rules, &directory()), []);
    }

    #[test]
    fn each_problem_names_its_rule() {
        let one =
            |when: Value, then: Value| problems(json!([{ "id": "1", "name": "Mine", "when": when, "then": then }]), &directory());
        let owner = || json!({ "owner": "Ana" });
        for (when, then, refused, says) in [
            (json!({ "topics": ["nothing"] }), owner(), true, "topic `nothing`"),
            (json!({ "schools": ["hogwarts"] }), owner(), true, "school `hogwarts`"),
            (json!({ "locales": ["tlh"] }), owner(), true, "language `tlh`"),
            (json!({}), json!({}), true, "changes nothing"),
            (json!({}), json!({ "owner": "Nobody" }), true, "nobody knows"),
            (json!({}), json!({ "owner": "Luz" }), true, "may not own"),
            (json!({}), json!({ "owner": "Old" }), false, "was deactivated"),
            (json!({}), json!({ "owner": "Ana", "members": ["Old"] }), false, "not here any more"),
            (
                json!({ "answers": [{ "field": "spaceship", "not_empty": true }] }),
                owner(),
                true,
                "none of its topics asks `spaceship`",
            ),
            (json!({ "answers": [{ "field": "bus" }] }), owner(), true, "tests nothing"),
            (
                json!({ "topics": ["transportation"], "answers": [{ "field": "bus", "equals": "1" }, { "field": "bus", "equals": "2" }] }),
                owner(),
                true,
                "cannot be both",
            ),
        ] {
            let found = one(when.clone(), then.clone());
            assert!(found.len() == 1 && found[0].0 == refused && found[0].1.contains(says), "{when} {then}: {found:?}");
            assert!(found[0].1.contains("Mine"), "{found:?}");
        }
    }

    #[test]
    fn a_hidden_rule_and_a_circle_are_told() {
        let hidden = json!([
            { "id": "1", "name": "All", "then": { "owner": "Ana" } },
            { "id": "2", "name": "Food", "when": { "topics": ["food"] }, "then": { "owner": "Ben" } },
        ]);
        let found = problems(hidden, &directory());
        assert!(found.len() == 1 && found[0].1.contains("“Food” never decides: “All”"), "{found:?}");

        let away = |account: &str, by: &str, starts_at, ends_at| Absence {
            account: account.to_owned(),
            starts_at,
            ends_at,
            stand_in: Some(by.to_owned()),
        };
        let mut directory = directory();
        let rule = json!([{ "id": "1", "name": "All", "then": { "owner": "Ana" } }]);
        directory.absences = vec![away("Ana", "Ben", 100, 200), away("Ben", "Ana", 150, 300)];
        let found = problems(rule.clone(), &directory);
        assert!(found.len() == 1 && !found[0].0 && found[0].1.contains("“All” leads in a circle"), "{found:?}");
        directory.absences = vec![away("Ana", "Ben", 100, 200), away("Ben", "Ana", 200, 300)];
        assert_eq!(problems(rule, &directory), [], "one after the other is fine");
    }
}
