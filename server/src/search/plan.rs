//! From what was typed to what is asked of the index.

use super::document::fact;
use super::expr::Expr;
use super::text::{stems, words};
use crate::store::{DistrictRecord, Scope};
use jiff::civil::Date;
use porchlight_shared::search::{Query, What};
use porchlight_shared::status::{Kind, Priority, Status};
use std::collections::BTreeMap;

/// A search, ready to be asked.
#[derive(Debug, Clone)]
pub struct Plan {
    pub expr: Expr,
    /// From best to worst: the words in the heading, then one after the other; what is in none stands last.
    pub tiers: Vec<Expr>,
    /// Arrivals from this time on, and before that one, in ms UTC.
    pub from: Option<i64>,
    pub before: Option<i64>,
    /// What could not be understood.
    pub problems: Vec<String>,
    /// Words to mark in excerpts.
    pub marked: Marked,
}

impl Plan {
    /// The same, with the tokens that have them in the place of beginnings.
    #[must_use]
    pub fn spelled_out(self, tokens: &BTreeMap<String, Vec<String>>) -> Self {
        let tiers = self.tiers.into_iter().map(|tier| tier.spelled_out(tokens)).collect();
        Self { expr: self.expr.spelled_out(tokens), tiers, ..self }
    }
}

/// What is marked.
#[derive(Debug, Clone, Default)]
pub struct Marked {
    pub stems: Vec<String>,
    pub beginnings: Vec<String>,
}

/// Whether a beginning tells something.
fn is_enough(beginning: &str) -> bool {
    beginning.chars().nth(1).is_some()
}

struct Planner<'a> {
    district: &'a DistrictRecord,
    me: &'a str,
    notes: bool,
    all: Vec<Expr>,
    not: Vec<Expr>,
    /// Stems of each plain word, for the best tier.
    headings: Vec<Expr>,
    /// Plain words in the order in which they were typed.
    row: Vec<String>,
    plan: (Option<i64>, Option<i64>, Vec<String>, Marked),
}

/// Plans a search for somebody. `extra` are conditions that hold whatever was typed. `alone`: the index has no other
/// district's, or parts them itself.
pub fn plan(district: &DistrictRecord, me: &str, scope: &Scope, query: &Query, extra: Vec<Expr>, alone: bool) -> Plan {
    let notes = !matches!(scope, Scope::Own { own_notes_only: true, .. });
    let mut planner = Planner {
        district,
        me,
        notes,
        all: Vec::new(),
        not: Vec::new(),
        headings: Vec::new(),
        row: Vec::new(),
        plan: (None, None, query.problems.clone(), Marked::default()),
    };
    match of_scope(scope) {
        Limit::Within(expr) => planner.all.push(expr),
        Limit::Without(expr) => planner.not.push(expr),
    }
    planner.all.extend(extra);
    for term in &query.terms {
        let expr = match &term.what {
            What::Word { text, unfinished } => planner.word(text, *unfinished, term.not),
            What::Phrase(text) => planner.phrase(text, false, term.not),
            What::Key { key, value } => planner.key(key, value, term.not),
        };
        match (expr, term.not) {
            (Some(expr), true) => planner.not.push(expr),
            (Some(expr), false) => planner.all.push(expr),
            (None, _) => {}
        }
    }
    // What every inquiry of the district has is asked for only where it tells something: reading it costs as much as
    // there are inquiries.
    if !alone || planner.all.is_empty() {
        planner.all.insert(0, Expr::Token(fact('d', &district.id)));
    }
    let mut expr = Expr::All(planner.all);
    for not in planner.not {
        expr = expr.without(not);
    }
    let mut tiers = Vec::new();
    if !planner.headings.is_empty() {
        tiers.push(Expr::All(planner.headings));
    }
    if planner.row.len() > 1 {
        tiers.push(Expr::Row(planner.row));
    }
    let (from, before, problems, marked) = planner.plan;
    Plan { expr, tiers, from, before, problems, marked }
}

/// What somebody may find: not even the number of hits tells of what is confidential. That a confidential inquiry was
/// opened with a reason, but too long ago, is told when the hits are read.
fn of_scope(scope: &Scope) -> Limit {
    let token = |letter, value: &str| Expr::Token(fact(letter, value));
    let confidential = || token('x', "confidential");
    match scope {
        Scope::Everything { account } => {
            Limit::Without(confidential().without(Expr::Any(vec![token('p', account), token('u', account)])))
        }
        Scope::Open { account } => Limit::Without(confidential().without(token('p', account))),
        Scope::Own { account, topics, stands_in_for, .. } => {
            let mut ways = vec![token('r', account)];
            ways.extend(topics.iter().map(|t| token('t', t)));
            ways.extend(stands_in_for.iter().map(|o| token('o', o)));
            Limit::Within(Expr::Any(vec![token('p', account), Expr::Any(ways).without(confidential())]))
        }
    }
}

/// What somebody may find: these, or all but these.
enum Limit {
    Within(Expr),
    Without(Expr),
}

impl Planner<'_> {
    fn token(letter: char, value: &str) -> Expr {
        Expr::Token(fact(letter, value))
    }

    /// A word in any of its forms; several signs without a space between are a phrase.
    fn word(&mut self, text: &str, unfinished: bool, not: bool) -> Option<Expr> {
        let parts: Vec<String> = words(text).collect();
        let [word] = parts.as_slice() else { return self.phrase(text, unfinished, not) };
        // One letter begins a third of all words: it is not worth a look yet.
        let unfinished = unfinished && is_enough(word);
        let stems = stems(word);
        let mut ways: Vec<Expr> = stems.iter().map(|s| Expr::Token(format!("s{s}"))).collect();
        if self.notes {
            ways.extend(stems.iter().map(|s| Expr::Token(format!("n{s}"))));
        }
        let mut heading: Vec<Expr> = stems.iter().map(|s| Expr::Token(format!("h{s}"))).collect();
        if unfinished {
            ways.push(Expr::Beginning(format!("w{word}")));
            heading.push(Expr::Beginning(format!("h{word}")));
            if self.notes {
                ways.push(Expr::Beginning(format!("m{word}")));
            }
        }
        if !not {
            self.headings.push(Expr::Any(heading));
            self.row.push(format!("w{word}"));
            self.plan.3.stems.extend(stems);
            if unfinished {
                self.plan.3.beginnings.push(word.clone());
            }
        }
        Some(Expr::Any(ways))
    }

    fn phrase(&mut self, text: &str, unfinished: bool, not: bool) -> Option<Expr> {
        let parts: Vec<String> = words(text).collect();
        if parts.is_empty() {
            return None;
        }
        let row = |letter: char| {
            let row = parts.iter().map(|p| format!("{letter}{p}")).collect();
            if unfinished && parts.last().is_some_and(|last| is_enough(last)) { Expr::OpenRow(row) } else { Expr::Row(row) }
        };
        if !not && unfinished {
            self.plan.3.beginnings.extend(parts.last().cloned());
        }
        if !not {
            self.plan.3.stems.extend(parts.iter().flat_map(|p| stems(p)));
        }
        let mut ways = vec![row('w')];
        if self.notes {
            ways.push(row('m'));
        }
        Some(Expr::Any(ways))
    }

    fn key(&mut self, key: &str, value: &str, not: bool) -> Option<Expr> {
        let value = value.trim();
        // Still being typed.
        if value.is_empty() {
            return None;
        }
        let found = match key {
            "topic" => self.named('t', value, self.topics()),
            "school" => self.named('a', value, self.schools()),
            "owner" => match value {
                "me" => Some(Self::token('o', self.me)),
                "nobody" => Some(Self::token('o', "nobody")),
                name => self.named('o', name, self.people()),
            },
            "tag" => Some(Self::token('k', value)),
            "lang" => Some(Self::token('g', value)),
            "status" => Status::parse(&value.to_lowercase()).map(|s| Self::token('z', s.as_str())),
            "kind" => Kind::parse(&value.to_lowercase()).map(|k| Self::token('y', k.as_str())),
            "has" => (value == "file").then(|| Self::token('x', "file")),
            "is" => match value.to_lowercase().as_str() {
                word @ ("confidential" | "anonymous" | "merged") => Some(Self::token('x', word)),
                word => Priority::parse(word)
                    .map(|p| Self::token('q', p.as_str()))
                    .or_else(|| Status::parse(word).map(|s| Self::token('z', s.as_str()))),
            },
            "from" => {
                let parts: Vec<Expr> = words(value)
                    .map(|w| if is_enough(&w) { Expr::Beginning(format!("f{w}")) } else { Expr::Token(format!("f{w}")) })
                    .collect();
                (!parts.is_empty()).then_some(Expr::All(parts))
            }
            "before" | "after" => return self.day(key, value, not),
            _ => None,
        };
        if found.is_none() {
            self.plan.2.push(format!("Nothing here is called {key}:{value}; the words were looked for as they stand."));
            return self.phrase(&format!("{key} {value}"), false, not);
        }
        found
    }

    fn topics(&self) -> Vec<(String, String)> {
        let first = self.district.district.first_locale();
        self.district.district.topics.iter().map(|t| (t.id.clone(), t.label.get(first).to_owned())).collect()
    }

    fn schools(&self) -> Vec<(String, String)> {
        self.district.district.schools.iter().map(|s| (s.id.clone(), s.name.clone())).collect()
    }

    fn people(&self) -> Vec<(String, String)> {
        self.district.directory.people.iter().map(|(id, p)| (id.clone(), p.name.clone())).collect()
    }

    /// Everything whose id is this, or whose name has these words.
    fn named(&self, letter: char, value: &str, all: Vec<(String, String)>) -> Option<Expr> {
        if let Some((id, _)) = all.iter().find(|(id, _)| id.eq_ignore_ascii_case(value)) {
            return Some(Self::token(letter, id));
        }
        let asked: Vec<String> = words(value).collect();
        let fits = |name: &str| {
            let name: Vec<String> = words(name).collect();
            !asked.is_empty() && asked.iter().all(|a| name.iter().any(|n| n.starts_with(a)))
        };
        let found: Vec<Expr> = all.iter().filter(|(_, name)| fits(name)).map(|(id, _)| Self::token(letter, id)).collect();
        (!found.is_empty()).then_some(Expr::Any(found))
    }

    fn day(&mut self, key: &str, value: &str, not: bool) -> Option<Expr> {
        let start = value.parse::<Date>().ok().and_then(|day| day.to_zoned(self.district.calendar.zone().clone()).ok());
        let Some(start) = start.map(|at| at.timestamp().as_millisecond()) else {
            self.plan.2.push(format!(
                "“{value}” is not a day; write it like {key}:2026-11-23. The words were looked for as they stand."
            ));
            return self.phrase(&format!("{key} {value}"), false, not);
        };
        // Not before a day is from that day on.
        if (key == "after") == not {
            self.plan.1 = Some(self.plan.1.map_or(start, |b| b.min(start)));
        } else {
            self.plan.0 = Some(self.plan.0.map_or(start, |f| f.max(start)));
        }
        None
    }
}
