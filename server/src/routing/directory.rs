//! The people of a district as far as responsibility goes: who is there, who is away, who stands in.

use porchlight_shared::api::NotifySettings;
use porchlight_shared::status::Role;
use std::collections::{BTreeMap, BTreeSet};

/// Everybody, and what they are responsible for.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// By account id; those who left stay, since history names them.
    pub people: BTreeMap<String, Person>,
    pub absences: Vec<Absence>,
    /// By topic.
    pub teams: BTreeMap<String, Team>,
    /// By department.
    pub department_owners: BTreeMap<String, String>,
    /// Who gets what has no other owner.
    pub fallback: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub role: Role,
    /// Not deactivated.
    pub active: bool,
    /// How they want to be told.
    pub notify: NotifySettings,
}

/// Out of office: from `starts_at` until just before `ends_at`, both in ms UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    pub account: String,
    pub starts_at: i64,
    pub ends_at: i64,
    pub stand_in: Option<String>,
}

/// Who is responsible for a topic, and who helps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Team {
    pub owner: Option<String>,
    pub members: Vec<String>,
}

/// Why somebody does not get an inquiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Deactivated, or never there.
    Gone,
    /// Observers and recorders own nothing.
    CannotOwn,
    /// Out of office, and with nobody who stands in.
    Away,
    /// Stand-ins point at each other in a circle.
    Circle,
}

impl Person {
    /// Whether somebody of this role may be responsible for an inquiry.
    pub const fn can_own(role: Role) -> bool {
        matches!(role, Role::Administrator | Role::Staff)
    }
}

impl Directory {
    /// The owners of a topic in the order in which they are asked.
    pub fn line<'a>(&'a self, topic: &str, department: Option<&str>) -> impl Iterator<Item = &'a str> + use<'a> {
        let topic = self.teams.get(topic).and_then(|team| team.owner.as_deref());
        let department = department.and_then(|d| self.department_owners.get(d)).map(String::as_str);
        [topic, department, self.fallback.as_deref()].into_iter().flatten()
    }

    /// Who gets an inquiry about a topic that no rule decides.
    ///
    /// # Errors
    /// Why the last in line does not; [`Missing::Gone`] where there is no line at all.
    pub fn owner_of<'a>(&'a self, topic: &str, department: Option<&str>, now: i64) -> Result<&'a str, Missing> {
        let mut last = Err(Missing::Gone);
        for candidate in self.line(topic, department) {
            last = self.reach(candidate, now);
            if last.is_ok() {
                break;
            }
        }
        last
    }

    /// Who acts as owner for `account`: they themselves, or who stands in for them, or for those.
    ///
    /// # Errors
    /// Nobody does.
    pub fn reach<'a>(&'a self, account: &'a str, now: i64) -> Result<&'a str, Missing> {
        self.follow(account, now, Person::can_own)
    }

    /// The same for somebody who only helps: of any role.
    ///
    /// # Errors
    /// Nobody does.
    pub fn reach_helper<'a>(&'a self, account: &'a str, now: i64) -> Result<&'a str, Missing> {
        self.follow(account, now, |_| true)
    }

    fn follow<'a>(&'a self, account: &'a str, now: i64, fit: fn(Role) -> bool) -> Result<&'a str, Missing> {
        let mut seen = BTreeSet::new();
        let mut current = account;
        while seen.insert(current) {
            let person = self.people.get(current).filter(|p| p.active).ok_or(Missing::Gone)?;
            if !fit(person.role) {
                return Err(Missing::CannotOwn);
            }
            let Some(absence) = self.absence(current, now) else { return Ok(current) };
            current = absence.stand_in.as_deref().ok_or(Missing::Away)?;
        }
        Err(Missing::Circle)
    }

    /// The absence in which somebody is; of several, the one that lasts longest.
    pub fn absence(&self, account: &str, now: i64) -> Option<&Absence> {
        let current = |a: &&Absence| a.account == account && a.starts_at <= now && now < a.ends_at;
        self.absences.iter().filter(current).max_by_key(|a| a.ends_at)
    }

    /// Everybody who would not see an inquiry that they own, nor anybody for them.
    pub fn unreachable(&self, now: i64) -> BTreeSet<&str> {
        self.people.keys().map(String::as_str).filter(|account| self.reach(account, now).is_err()).collect()
    }

    /// For whom `account` acts as owner now, apart from themselves.
    pub fn stands_in_for(&self, account: &str, now: i64) -> Vec<&str> {
        let others = self.people.keys().map(String::as_str).filter(|other| *other != account);
        others.filter(|other| self.reach(other, now) == Ok(account)).collect()
    }

    /// Accounts from which following stand-ins, whenever they are away, could come back to where it began: each is
    /// away at a time when the next is, too.
    pub fn circle(&self, account: &str) -> bool {
        self.circle_from(account, account, i64::MIN, i64::MAX, &mut BTreeSet::new())
    }

    fn circle_from<'a>(&'a self, start: &str, current: &'a str, from: i64, to: i64, seen: &mut BTreeSet<&'a str>) -> bool {
        if !seen.insert(current) {
            return false;
        }
        self.absences.iter().filter(|a| a.account == current).any(|absence| {
            let (from, to) = (from.max(absence.starts_at), to.min(absence.ends_at));
            let Some(next) = absence.stand_in.as_deref().filter(|_| from < to) else { return false };
            if next == start { self.is_away_within(start, from, to) } else { self.circle_from(start, next, from, to, seen) }
        })
    }

    fn is_away_within(&self, account: &str, from: i64, to: i64) -> bool {
        self.absences.iter().any(|a| a.account == account && a.starts_at < to && from < a.ends_at)
    }

    /// Everybody who administers the district.
    pub fn administrators(&self) -> impl Iterator<Item = &str> {
        self.people.iter().filter(|(_, p)| p.active && p.role == Role::Administrator).map(|(id, _)| id.as_str())
    }

    /// Everybody who is not there themselves, with or without a stand-in.
    pub fn not_here(&self, now: i64) -> BTreeSet<&str> {
        self.people.keys().map(String::as_str).filter(|account| self.reach(account, now) != Ok(account)).collect()
    }

    /// Topics that somebody works on: owns, helps with, or owns the department of.
    pub fn topics_of<'a>(&'a self, account: &str, topics: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
        let is_in = |team: &Team| team.owner.as_deref() == Some(account) || team.members.iter().any(|m| m == account);
        let theirs = |(topic, department): &(&str, &str)| {
            self.teams.get(*topic).is_some_and(is_in) || self.department_owners.get(*department).is_some_and(|o| o == account)
        };
        topics.filter(theirs).map(|(topic, _)| topic.to_owned()).collect()
    }

    pub fn name<'a>(&'a self, account: &'a str) -> &'a str {
        self.people.get(account).map_or(account, |p| p.name.as_str())
    }
}
