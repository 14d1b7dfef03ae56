//! A district's alert categories, ready to be scanned for, and whom each reaches.

use super::Matcher;
use super::starter::STARTERS;
use crate::routing::Directory;
use porchlight_shared::alert::{Category, Duty, WordLists};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, Mutex, Weak};

/// The category of topics that always alert, words or not.
pub const SAFETY: &str = "safety";

/// What one district wants to hear of at once.
#[derive(Clone)]
pub struct Alerts {
    /// By id, in the order in which they are shown.
    pub categories: Vec<Known>,
    pub matcher: Arc<Matcher>,
}

/// A category and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub id: String,
    /// 0: as it came with the program.
    pub version: i64,
    pub category: Category,
}

impl std::fmt::Debug for Alerts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Alerts").field("categories", &self.categories.len()).finish_non_exhaustive()
    }
}

/// Categories as they come with the program: those in which hours count are on.
pub fn starters() -> impl Iterator<Item = (&'static str, Category)> {
    const ON: [&str; 4] = ["threat", "self_harm", "abuse", "missing"];
    let safety = Category { name: String::from("Safety topics"), on: true, ..Category::default() };
    let with_words = STARTERS.iter().map(|starter| {
        let category = Category {
            name: starter.name.to_owned(),
            on: ON.contains(&starter.id),
            lists: starter.lists(),
            help: starter.help(),
            ..Category::default()
        };
        (starter.id, category)
    });
    std::iter::once((SAFETY, safety)).chain(with_words)
}

impl Alerts {
    /// The program's categories with what a district changed, and its own behind them; `kept` as `(id, version, category)`.
    pub fn new(kept: Vec<(String, i64, Category)>) -> Self {
        let mut kept: BTreeMap<String, (i64, Category)> = kept.into_iter().map(|(id, v, c)| (id, (v, c))).collect();
        let mut categories: Vec<Known> = starters()
            .map(|(id, starter)| {
                let (version, category) = kept.remove(id).unwrap_or((0, starter));
                Known { id: id.to_owned(), version, category }
            })
            .collect();
        categories.extend(kept.into_iter().map(|(id, (version, category))| Known { id, version, category }));
        let matcher = shared(&categories);
        Self { categories, matcher }
    }

    pub fn get(&self, id: &str) -> Option<&Known> {
        self.categories.iter().find(|known| known.id == id)
    }

    /// What a sender reads at once where these categories raised alerts, in their language or else the first that there is.
    pub fn help<'a>(&self, categories: impl IntoIterator<Item = &'a str>, locale: &str) -> Vec<String> {
        let language = locale.split('-').next().unwrap_or(locale);
        let mut all: Vec<String> = Vec::new();
        for known in categories.into_iter().filter_map(|id| self.get(id)) {
            let help = &known.category.help;
            let text = help.get(locale).or_else(|| help.get(language)).or_else(|| help.values().next());
            if let Some(text) = text.filter(|text| !text.trim().is_empty() && !all.contains(text)) {
                all.push(text.clone());
            }
        }
        all
    }

    /// Whether any category that is on has words in a language.
    pub fn scans(&self, locale: &str) -> bool {
        let code = |tag: &str| tag.split('-').next().unwrap_or(tag).to_owned();
        let has = |lists: &WordLists| lists.iter().any(|(tag, list)| code(tag) == code(locale) && !list.keywords.is_empty());
        self.categories.iter().any(|known| known.category.on && has(&known.category.lists))
    }
}

/// The matcher of these categories; districts with the same words share one, since it takes a few megabytes.
fn shared(categories: &[Known]) -> Arc<Matcher> {
    static KNOWN: LazyLock<Mutex<BTreeMap<Vec<u8>, Weak<Matcher>>>> = LazyLock::new(Mutex::default);
    let on: Vec<(&str, &WordLists)> =
        categories.iter().filter(|known| known.category.on).map(|known| (known.id.as_str(), &known.category.lists)).collect();
    let key = {
        use sha2::Digest;
        let text = serde_json::to_vec(&on).unwrap_or_default();
        sha2::Sha256::digest(text).to_vec()
    };
    let mut known = KNOWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(there) = known.get(&key).and_then(Weak::upgrade) {
        return there;
    }
    let made = Arc::new(Matcher::new(on));
    known.retain(|_, weak| weak.strong_count() > 0);
    known.insert(key, Arc::downgrade(&made));
    made
}

/// An inquiry, as far as it matters for who is told.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    pub owner: Option<&'a str>,
    /// Who is named on it.
    pub members: &'a [String],
    pub confidential: bool,
    /// Within the district's hours.
    pub open: bool,
    /// ms UTC.
    pub now: i64,
}

/// Whom a step of an alert reaches. Pure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reached {
    /// Accounts.
    pub people: BTreeSet<String>,
    /// Addresses that hear that there is an alert.
    pub also: Vec<String>,
    /// Whether somebody follows if nobody acknowledges, and after how many minutes.
    pub then: Option<u32>,
}

/// Whom step `step` reaches, counted from 0: first the team, the owner and whoever is on duty, then one after the other of
/// the line, then every administrator. Of a confidential inquiry only who is named on it, who is on duty, and
/// administrators hear, that one exists. Somebody who is away is told through their stand-in, unless it is confidential.
pub fn reached(category: &Category, directory: &Directory, about: About<'_>, step: usize) -> Reached {
    let duty: &Duty = if about.open { &category.day } else { &category.night };
    let reach = |account: &str| -> Option<String> {
        if about.confidential {
            return directory.people.get(account).filter(|p| p.active).map(|_| account.to_owned());
        }
        directory.reach_helper(account, about.now).ok().map(str::to_owned)
    };
    let mut people: BTreeSet<String> = BTreeSet::new();
    if step == 0 {
        people.extend(about.owner.iter().copied().filter_map(reach));
        if about.confidential {
            people.extend(about.members.iter().map(String::as_str).filter_map(reach));
            people.extend(directory.administrators().map(str::to_owned));
        } else {
            people.extend(category.team.iter().map(String::as_str).filter_map(reach));
        }
    }
    people.extend(duty.people.get(step).map(String::as_str).and_then(reach));
    // Nobody is left in line, or there was never anybody.
    let last = step >= duty.people.len().max(1);
    if last || step == 0 && people.is_empty() {
        people.extend(directory.administrators().map(str::to_owned));
    }
    let also = if step == 0 { duty.also.clone() } else { Vec::new() };
    Reached { people, also, then: (!last).then_some(duty.minutes.clamp(Duty::LEAST_MINUTES, Duty::MOST_MINUTES)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routing::{Absence, Person};
    use porchlight_shared::status::Role;

    fn directory() -> Directory {
        let person = |name: &str| {
            let role = if name.starts_with("admin") { Role::Administrator } else { Role::Staff };
            (name.to_owned(), Person { name: name.to_owned(), role, active: name != "gone", notify: Default::default() })
        };
        Directory {
            people: ["admin", "admin2", "owner", "one", "two", "day", "night", "night2", "gone", "helper"].map(person).into(),
            absences: vec![Absence {
                account: String::from("two"),
                starts_at: 0,
                ends_at: 100,
                stand_in: Some(String::from("helper")),
            }],
            ..Directory::default()
        }
    }

    fn category() -> Category {
        let all = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        Category {
            team: all(&["one", "two", "gone"]),
            day: Duty { people: all(&["day"]), minutes: 30, also: Vec::new() },
            night: Duty { people: all(&["night", "night2"]), minutes: 5, also: all(&["duty@example.org"]) },
            ..Category::default()
        }
    }

    fn at(confidential: bool, open: bool, step: usize) -> (Vec<String>, Reached) {
        let members = [String::from("helper")];
        let about = About { owner: Some("owner"), members: &members, confidential, open, now: 50 };
        let reached = reached(&category(), &directory(), about, step);
        (reached.people.iter().cloned().collect(), reached)
    }

    #[test]
    fn day_and_night_have_lines_of_their_own() {
        let (people, by_day) = at(false, true, 0);
        assert_eq!(people, ["day", "helper", "one", "owner"], "who is away is told through their stand-in, who left is not");
        assert_eq!((by_day.then, by_day.also.len()), (Some(30), 0));
        let (people, last) = at(false, true, 1);
        assert_eq!((people, last.then), (vec![String::from("admin"), String::from("admin2")], None));
        let (people, by_night) = at(false, false, 0);
        assert_eq!(people, ["helper", "night", "one", "owner"]);
        assert_eq!((by_night.then, by_night.also), (Some(5), vec![String::from("duty@example.org")]));
        assert_eq!(at(false, false, 1).0, ["night2"]);
        assert_eq!(at(false, false, 2).0, ["admin", "admin2"]);
        assert_eq!(at(false, false, 2).1.then, None);
        // It grew dark between two steps.
        assert_eq!(at(false, true, 5).0, ["admin", "admin2"]);
    }

    #[test]
    fn what_is_confidential_does_not_reach_the_team() {
        assert_eq!(at(true, false, 0).0, ["admin", "admin2", "helper", "night", "owner"]);
        assert_eq!(at(true, false, 1).0, ["night2"]);
        assert_eq!(at(true, false, 2).0, ["admin", "admin2"]);
    }

    #[test]
    fn somebody_is_always_told() {
        let nobody = Category::default();
        let about = About { owner: None, members: &[], confidential: false, open: false, now: 50 };
        let first = reached(&nobody, &directory(), about, 0);
        assert_eq!((first.people.len(), first.then), (2, Some(15)), "administrators, where nobody else is named");
        assert_eq!(reached(&nobody, &directory(), about, 1).then, None);
    }

    #[test]
    fn a_district_keeps_what_it_changed() {
        let fresh = Alerts::new(Vec::new());
        assert!(fresh.get("threat").is_some_and(|k| k.version == 0 && k.category.on));
        assert!(fresh.scans("en") && fresh.scans("es-MX") && !fresh.scans("vi"));
        let own = Category { name: String::from("Lice"), on: true, ..Category::default() };
        let off = Category { on: false, ..fresh.get("threat").unwrap().category.clone() };
        let changed = Alerts::new(vec![(String::from("threat"), 3, off), (String::from("lice"), 1, own)]);
        assert_eq!(changed.categories.last().unwrap().id, "lice");
        assert!(!changed.get("threat").unwrap().category.on);
        let again = Alerts::new(Vec::new());
        assert!(Arc::ptr_eq(&fresh.matcher, &again.matcher), "the same words are made ready once");
        assert!(!Arc::ptr_eq(&fresh.matcher, &changed.matcher));
    }
}
