//! Step 2: who is responsible. Pure: rules, people and inquiry in, assignment out.
//!
//! The first rule that fits may name an owner; else it is the topic's owner, else its department's, else the
//! district's fallback owner. Whoever is away is passed over for their stand-in, whoever left for the next in
//! line, so that nobody gets work that they will not see. Where nobody is left, the inquiry has no owner, and
//! administrators have it on their list.

mod check;
mod directory;

pub use check::{MOST_RULES, RuleProblem, check};
pub use directory::{Absence, Directory, Missing, Person, Team};

use porchlight_shared::district::Topic;
use porchlight_shared::form::{FieldKind, RawAnswer, RawAnswers};
use porchlight_shared::rules::{Facts, Rule};
use porchlight_shared::status::Priority;

/// What routing decides about a new inquiry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assignment {
    /// `None`: nobody can be reached.
    pub owner: Option<String>,
    /// Who helps by name, the owner not among them.
    pub members: Vec<String>,
    pub priority: Option<Priority>,
    /// The rule that decided, by id.
    pub rule: Option<String>,
    /// Whom it went past, and why.
    pub passed: Vec<Passed>,
}

/// Somebody who would have been the owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    pub account: String,
    pub why: Missing,
}

/// Schools and grades that an inquiry names, wherever it does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    pub schools: Vec<String>,
    pub grades: Vec<String>,
}

impl Answered {
    /// Reads them off the answers to `topic`'s form, and the school that was chosen beside it.
    pub fn of(topic: Option<&Topic>, school: Option<&str>, answers: &RawAnswers) -> Self {
        let mut found = Self { schools: school.map(str::to_owned).into_iter().collect(), grades: Vec::new() };
        for field in topic.map(|t| t.form.fields.as_slice()).unwrap_or_default() {
            let list = match field.kind {
                FieldKind::School => &mut found.schools,
                FieldKind::Grade => &mut found.grades,
                _ => continue,
            };
            if let Some(RawAnswer::Text(id)) = answers.get(&field.id)
                && !list.contains(id)
            {
                list.push(id.clone());
            }
        }
        found
    }
}

/// Decides. `topic` is `None` for one that the district no longer has; `now` in ms UTC.
pub fn assign(
    rules: &[Rule],
    directory: &Directory,
    topic: Option<&Topic>,
    confidential: bool,
    facts: &Facts<'_>,
    now: i64,
) -> Assignment {
    let rule = rules.iter().find(|rule| !rule.off && rule.when.fits(facts));
    let mut assignment = Assignment {
        rule: rule.map(|rule| rule.id.clone()),
        priority: rule.and_then(|rule| rule.then.priority),
        ..Assignment::default()
    };
    let named = rule.and_then(|rule| rule.then.owner.as_deref());
    for candidate in named.into_iter().chain(directory.line(facts.topic, topic.map(|t| t.department.as_str()))) {
        match directory.reach(candidate, now) {
            Ok(owner) => {
                assignment.owner = Some(owner.to_owned());
                if owner != candidate {
                    assignment.passed.push(Passed { account: candidate.to_owned(), why: Missing::Away });
                }
                break;
            }
            Err(why) => assignment.passed.push(Passed { account: candidate.to_owned(), why }),
        }
    }
    let helpers = rule.map(|rule| rule.then.members.as_slice()).unwrap_or_default();
    // A topic that is confidential names its whole team; nobody else's inquiry becomes known by belonging to a topic.
    let team = directory.teams.get(facts.topic).filter(|_| confidential && topic.is_some_and(|t| t.confidential));
    let team = team.into_iter().flat_map(|team| team.owner.iter().chain(&team.members));
    for helper in helpers.iter().chain(team) {
        let Ok(helper) = directory.reach_helper(helper, now) else { continue };
        if assignment.owner.as_deref() != Some(helper) && !assignment.members.iter().any(|m| m == helper) {
            assignment.members.push(helper.to_owned());
        }
    }
    assignment
}

#[cfg(test)]
mod tests {
    use super::*;
    use porchlight_shared::status::{Kind, Relationship, Role};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn directory() -> Directory {
        let person = |name: &str| {
            (name.to_owned(), Person { name: name.to_owned(), role: Role::Staff, active: true, notify: Default::default() })
        };
        Directory {
            people: ["north", "topic", "department", "fallback", "stand-in", "helper"].into_iter().map(person).collect(),
            absences: Vec::new(),
            teams: BTreeMap::from([(
                String::from("buses"),
                Team { owner: Some(String::from("topic")), members: vec![String::from("helper")] },
            )]),
            department_owners: BTreeMap::from([(String::from("transport"), String::from("department"))]),
            fallback: Some(String::from("fallback")),
        }
    }

    fn rule() -> Rule {
        serde_json::from_value(serde_json::json!({
            "id": "r1", "name": "North", "when": { "schools": ["north"] },
            "then": { "owner": "north", "members": ["helper"], "priority": "high" },
        }))
        .unwrap()
    }

    fn away(account: &str, stand_in: Option<&str>) -> Absence {
        Absence { account: account.to_owned(), starts_at: 0, ends_at: 100, stand_in: stand_in.map(str::to_owned) }
    }

    fn decide(directory: &Directory, rules: &[Rule], schools: &[String]) -> Assignment {
        let answers = RawAnswers::new();
        let facts = Facts {
            topic: "buses",
            schools,
            grades: &[],
            kind: Kind::Concern,
            relationship: Relationship::Parent,
            locale: "en",
            answers: &answers,
        };
        let topic = topic();
        assign(rules, directory, Some(&topic), false, &facts, 50)
    }

    fn topic() -> Topic {
        let definition: serde_json::Value = serde_json::from_str(include_str!("../demo/maple-valley/district.json")).unwrap();
        let (district, _) = porchlight_shared::district::District::from_definition(&definition).unwrap();
        let mut topic = district.topics[0].clone();
        (topic.id, topic.department) = (String::from("buses"), String::from("transport"));
        topic
    }

    #[test]
    fn the_line_of_owners() {
        let mut directory = directory();
        let north = [String::from("north")];
        let owner = |directory: &Directory, schools: &[String]| decide(directory, &[rule()], schools).owner;
        assert_eq!(owner(&directory, &north).as_deref(), Some("north"));
        assert_eq!(owner(&directory, &[]).as_deref(), Some("topic"), "no rule fits");
        directory.absences = vec![away("north", Some("stand-in"))];
        let through = decide(&directory, &[rule()], &north);
        assert_eq!(through.owner.as_deref(), Some("stand-in"));
        assert_eq!(through.passed, [Passed { account: String::from("north"), why: Missing::Away }]);
        assert_eq!((through.members, through.priority), (vec![String::from("helper")], Some(Priority::High)));
        directory.absences = vec![away("north", None), away("topic", Some("north"))];
        assert_eq!(owner(&directory, &north).as_deref(), Some("department"), "a stand-in who is away stands in for nobody");
        directory.people.get_mut("department").unwrap().active = false;
        assert_eq!(owner(&directory, &north).as_deref(), Some("fallback"));
        directory.absences.push(away("fallback", None));
        let nobody = decide(&directory, &[rule()], &north);
        assert_eq!((nobody.owner, nobody.passed.len()), (None, 4));
        directory.absences = vec![away("topic", Some("stand-in")), away("stand-in", Some("topic"))];
        assert_eq!(owner(&directory, &[]).as_deref(), Some("fallback"), "a circle of stand-ins ends");
        let off = Rule { off: true, ..rule() };
        assert_eq!(decide(&directory, &[off], &north).rule, None);
    }

    proptest! {
        /// Whatever the rules, absences and deactivations: the owner can be reached, or there is none and then nobody
        /// in line could be.
        #[test]
        fn the_owner_can_be_reached(
            gone in proptest::collection::vec(any::<bool>(), 6),
            absences in proptest::collection::vec((0_usize..6, 0_i64..100, 0_i64..100, proptest::option::of(0_usize..6)), 0..8),
            owners in proptest::collection::vec(proptest::option::of(0_usize..7), 3),
            ruled in proptest::collection::vec((any::<bool>(), any::<bool>(), proptest::option::of(0_usize..7), proptest::collection::vec(0_usize..7, 0..3)), 0..4),
        ) {
            // The seventh is somebody who was never there.
            let names = ["a", "b", "c", "d", "e", "f", "ghost"];
            let name = |i: usize| names[i].to_owned();
            let directory = Directory {
                people: (0..6).map(|i| (name(i), Person { name: name(i), role: if i == 5 { Role::Observer } else { Role::Staff }, active: !gone[i], notify: Default::default() })).collect(),
                absences: absences.iter().map(|(who, from, long, by)| Absence { account: name(*who), starts_at: *from, ends_at: from + long, stand_in: by.map(name) }).collect(),
                teams: BTreeMap::from([(String::from("buses"), Team { owner: owners[0].map(name), members: vec![name(1)] })]),
                department_owners: owners[1].map(|o| (String::from("transport"), name(o))).into_iter().collect(),
                fallback: owners[2].map(name),
            };
            let rules: Vec<Rule> = ruled.iter().enumerate().map(|(i, (off, narrow, owner, members))| {
                let mut rule = Rule { id: i.to_string(), off: *off, ..Rule::default() };
                if *narrow { rule.when.schools = vec![String::from("south")]; }
                rule.then.owner = owner.map(name);
                rule.then.members = members.iter().copied().map(name).collect();
                rule
            }).collect();
            let decided = decide(&directory, &rules, &[String::from("north")]);
            let here = |who: &str| {
                directory.people.get(who).is_some_and(|p| p.active && p.role == Role::Staff)
                    && !directory.absences.iter().any(|a| a.account == who && a.starts_at <= 50 && 50 < a.ends_at)
            };
            match &decided.owner {
                Some(owner) => prop_assert!(here(owner), "{owner} cannot be reached"),
                None => {
                    let line = directory.line("buses", Some("transport"));
                    for candidate in line {
                        prop_assert!(!here(candidate), "{candidate} could have been reached");
                        prop_assert!(directory.unreachable(50).contains(candidate) || !directory.people.contains_key(candidate));
                    }
                    prop_assert!(directory.owner_of("buses", Some("transport"), 50).is_err(), "the topic is on the list");
                }
            }
            for member in &decided.members {
                prop_assert!(directory.people.get(member).is_some_and(|p| p.active));
                prop_assert!(decided.owner.as_ref() != Some(member));
            }
        }
    }
}
