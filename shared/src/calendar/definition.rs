//! A calendar as a part of a district's definition.

use super::{Calendar, Exception, Span, Week};
use crate::definition::{DefinitionProblem, Node, Reader};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The keys of a week, from Monday on.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Calendar {
    /// Reads `time_zone` and `calendar` of a district's definition. Schools that it names must be among the `schools`.
    ///
    /// # Errors
    /// Every problem, with its place and the remedy.
    pub fn from_definition(district: &Value) -> Result<Self, Vec<DefinitionProblem>> {
        let mut reader = Reader::new(&[]);
        let name = district["time_zone"].as_str().unwrap_or_default();
        let zone = TimeZone::get(name).unwrap_or_else(|_| {
            reader.problem("time_zone", format!("`{name}` is not a time zone"), "Use a name like America/Los_Angeles.");
            TimeZone::UTC
        });
        let known: Vec<&str> =
            district["schools"].as_array().into_iter().flatten().filter_map(|school| school["id"].as_str()).collect();
        let (mut week, mut schools, mut exceptions) = (Week::default(), BTreeMap::new(), Vec::new());
        if let Some(calendar) = reader.object(&district["calendar"], "calendar") {
            reader.only_keys(&calendar, &["week", "schools", "days", "holidays"]);
            week = calendar.object.get("week").map(|days| reader.week(days, "calendar.week")).unwrap_or_default();
            schools = reader.school_weeks(&calendar, &known);
            exceptions = reader.exceptions(&calendar, &known);
        }
        // Whoever wrote hours that cannot be read is told of those.
        let told = reader.problems.iter().any(|p| p.path.starts_with("calendar.week."));
        if week.iter().all(Vec::is_empty) && !told {
            let remedy = r#"Give at least one day hours, like {"mon": ["08:00-16:00"]}."#;
            reader.problem("calendar.week", "the district is never open", remedy);
        }
        let by_day = reader.by_day(&exceptions);
        if reader.problems.is_empty() { Ok(Self { zone, week, schools, exceptions, by_day }) } else { Err(reader.problems) }
    }

    /// What [`Calendar::from_definition`] reads under `calendar`.
    pub fn to_definition(&self) -> Value {
        let week = |week: &Week| -> Value {
            let open = DAYS.iter().zip(week).filter(|(_, spans)| !spans.is_empty());
            open.map(|(day, spans)| ((*day).to_owned(), json!(written(spans)))).collect::<serde_json::Map<_, _>>().into()
        };
        let days: Vec<Value> = self
            .exceptions
            .iter()
            .map(|e| {
                json!({
                    "from": e.from.to_string(), "to": e.to.to_string(), "name": e.name, "hours": written(&e.hours),
                    "schools": e.schools,
                })
            })
            .collect();
        let schools: serde_json::Map<String, Value> = self.schools.iter().map(|(id, own)| (id.clone(), week(own))).collect();
        json!({ "week": week(&self.week), "schools": schools, "days": days })
    }
}

fn written(spans: &[Span]) -> Vec<String> {
    spans.iter().map(ToString::to_string).collect()
}

impl Reader<'_> {
    fn week(&mut self, value: &Value, path: &str) -> Week {
        let mut week = Week::default();
        let Some(days) = self.object(value, path) else { return week };
        for (day, spans) in days.object {
            let path = days.at(day);
            match DAYS.iter().position(|known| known == day) {
                Some(index) => week[index] = self.spans(spans, &path),
                None => self.problem(&path, format!("`{day}` is not a weekday"), "Use mon, tue, wed, thu, fri, sat, sun."),
            }
        }
        week
    }

    /// A day's hours.
    fn spans(&mut self, value: &Value, path: &str) -> Vec<Span> {
        const REMEDY: &str = r#"Write them in order, like ["07:30-12:00", "12:30-16:30"]."#;
        let Some(texts) = value.as_array().and_then(|all| all.iter().map(Value::as_str).collect::<Option<Vec<_>>>()) else {
            self.problem(path, "these are not hours", REMEDY);
            return Vec::new();
        };
        let mut spans: Vec<Span> = Vec::new();
        for text in texts {
            let Some(span) = Span::parse(text) else {
                let remedy = "Write them from the earlier to the later time of the same day, like 07:30-16:30.";
                self.problem(path, format!("`{text}` are not hours"), remedy);
                continue;
            };
            match spans.last() {
                Some(before) if span.from < before.to && span.to > before.from => {
                    self.problem(
                        path,
                        format!("`{before}` and `{span}` overlap"),
                        "Join them, or let one end before the next begins.",
                    );
                }
                Some(before) if span.from < before.to => self.problem(path, format!("`{span}` comes after `{before}`"), REMEDY),
                _ => spans.push(span),
            }
        }
        spans
    }

    fn school_weeks(&mut self, calendar: &Node<'_>, known: &[&str]) -> BTreeMap<String, Week> {
        let mut all = BTreeMap::new();
        let Some(value) = calendar.object.get("schools").filter(|v| !v.is_null()) else { return all };
        let Some(schools) = self.object(value, "calendar.schools") else { return all };
        for (school, week) in schools.object {
            let path = schools.at(school);
            self.known_school(&path, school, known);
            let before = self.problems.len();
            let week = self.week(week, &path);
            if week.iter().all(Vec::is_empty) && self.problems.len() == before {
                self.problem(
                    &path,
                    "this school is never open",
                    "Give at least one day hours, or take it out: then the district's count.",
                );
            }
            all.insert(school.clone(), week);
        }
        all
    }

    fn known_school(&mut self, path: &str, school: &str, known: &[&str]) {
        if !known.contains(&school) {
            self.problem(path, format!("there is no school `{school}`"), "Name a school of this district by its id.");
        }
    }

    fn exceptions(&mut self, calendar: &Node<'_>, known: &[&str]) -> Vec<Exception> {
        let mut all = Vec::new();
        for (i, day) in self.words(calendar, "holidays").iter().enumerate() {
            if let Some(day) = self.day(&format!("calendar.holidays[{i}]"), day) {
                all.push(Exception { from: day, to: day, name: String::new(), hours: Vec::new(), schools: Vec::new() });
            }
        }
        for node in self.objects(calendar, "days") {
            self.only_keys(&node, &["from", "to", "name", "hours", "schools"]);
            let hours = match node.object.get("hours") {
                None | Some(Value::Null) => Vec::new(),
                Some(hours) => self.spans(hours, &node.at("hours")),
            };
            let schools = self.words(&node, "schools");
            for school in &schools {
                self.known_school(&node.at("schools"), school, known);
            }
            let from = self.text(&node, "from");
            let Some(from) = (!from.is_empty()).then(|| self.day(&node.at("from"), &from)).flatten() else { continue };
            let to = self.optional_text(&node, "to").map_or(Some(from), |to| self.day(&node.at("to"), &to));
            let Some(to) = to else { continue };
            let long = (to - from).get_days();
            if to < from {
                self.problem(&node.at("to"), format!("{to} is before {from}"), "Let it end on its first day or later.");
            } else if long >= Calendar::LONGEST_EXCEPTION {
                let most = Calendar::LONGEST_EXCEPTION;
                self.problem(&node.at("to"), format!("these are more than {most} days"), "Change the weekly hours instead.");
            } else {
                all.push(Exception {
                    from,
                    to,
                    name: node.object.get("name").and_then(Value::as_str).unwrap_or("").trim().to_owned(),
                    hours,
                    schools,
                });
            }
        }
        if all.len() > Calendar::MOST_EXCEPTIONS {
            let most = Calendar::MOST_EXCEPTIONS;
            self.problem(
                "calendar.days",
                format!("these are more than {most} exceptions"),
                "Take out years that are over, or write breaks as one.",
            );
            all.truncate(most);
        }
        all
    }

    fn day(&mut self, path: &str, text: &str) -> Option<Date> {
        let shape = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let day = text.parse::<Date>().ok().filter(|day| shape && (2000..2200).contains(&day.year()));
        if day.is_none() {
            self.problem(path, format!("`{text}` is not a day"), "Write a day that there is, like 2026-11-26.");
        }
        day
    }

    /// Which exceptions touch which day. Two for the same schools that say different things are a problem.
    fn by_day(&mut self, exceptions: &[Exception]) -> BTreeMap<Date, Vec<usize>> {
        let mut by_day: BTreeMap<Date, Vec<usize>> = BTreeMap::new();
        for (i, exception) in exceptions.iter().enumerate() {
            let days = std::iter::successors(Some(exception.from), |day| day.tomorrow().ok());
            for day in days.take_while(|day| *day <= exception.to) {
                by_day.entry(day).or_default().push(i);
            }
        }
        let mut told = Vec::new();
        for (day, touching) in &mut by_day {
            for (n, i) in touching.iter().enumerate() {
                let this = &exceptions[*i];
                let other = touching[..n].iter().map(|j| &exceptions[*j]).find(|other| other.contradicts(this));
                if let Some(other) = other.filter(|_| !told.contains(i)) {
                    told.push(*i);
                    let problem = format!("on {day}, “{}” and “{}” say different hours", other.name, this.name);
                    self.problem("calendar.days", problem, "Take that day out of one of them.");
                }
            }
            touching.sort_by_key(|i| (exceptions[*i].schools.is_empty(), std::cmp::Reverse(*i)));
        }
        by_day
    }
}

impl Exception {
    /// Both are for all, or for the same school, and do not say the same.
    fn contradicts(&self, other: &Self) -> bool {
        let meet = if self.schools.is_empty() || other.schools.is_empty() {
            self.schools.is_empty() && other.schools.is_empty()
        } else {
            self.schools.iter().any(|school| other.schools.contains(school))
        };
        meet && self.hours != other.hours
    }
}
