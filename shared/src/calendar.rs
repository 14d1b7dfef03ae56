//! Business time: the time inside a district's hours, in its own time zone, without its holidays.

use crate::definition::{DefinitionProblem, Reader};
use crate::phrase::{Phrases, Say};
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use std::collections::BTreeSet;

/// When a district answers.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    /// Open spans of each weekday from Monday on, in order, not overlapping.
    week: [Vec<(Time, Time)>; 7],
    holidays: BTreeSet<Date>,
}

/// A calendar in which no hour is ever open, or none within [`Calendar::HORIZON_DAYS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NeverOpen;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Calendar {
    /// How far ahead business time is looked for, in days.
    pub const HORIZON_DAYS: u32 = 1_000;

    /// The instant that lies `business_ms` of business time after `start`.
    ///
    /// # Errors
    /// [`NeverOpen`] when the calendar has not that much open time within its horizon.
    pub fn after(&self, start: Timestamp, business_ms: i64) -> Result<Timestamp, NeverOpen> {
        let mut left = business_ms.max(0);
        let mut day = start.to_zoned(self.zone.clone()).date();
        for _ in 0..Self::HORIZON_DAYS {
            for (from, to) in self.spans(day) {
                let from = from.max(start);
                let open = to.as_millisecond() - from.as_millisecond();
                if open >= left && open > 0 {
                    return Timestamp::from_millisecond(from.as_millisecond() + left).map_err(|_| NeverOpen);
                }
                left -= open.max(0);
            }
            day = day.tomorrow().map_err(|_| NeverOpen)?;
        }
        Err(NeverOpen)
    }

    /// Business time from `start` to `end` in milliseconds; 0 when `end` is not later.
    pub fn between(&self, start: Timestamp, end: Timestamp) -> i64 {
        let last = end.to_zoned(self.zone.clone()).date();
        let mut day = start.to_zoned(self.zone.clone()).date();
        let mut total = 0;
        while day <= last {
            for (from, to) in self.spans(day) {
                let open = to.min(end).as_millisecond() - from.max(start).as_millisecond();
                total += open.max(0);
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        total
    }

    /// What is promised: `hours` of business time from `received`, rounded up to a half hour, since
    /// nobody is told "by 3:47". When the calendar is never open, the same number of weekdays counts.
    pub fn promise(&self, received: Timestamp, hours: u32) -> Timestamp {
        const HALF_HOUR: i64 = 30 * 60 * 1_000;
        let exact = self.after(received, i64::from(hours) * 3_600_000);
        let exact = exact.unwrap_or_else(|NeverOpen| received.saturating_add((i64::from(hours) * 3).hours()).unwrap_or(received));
        let rounded = (exact.as_millisecond() + HALF_HOUR - 1).div_euclid(HALF_HOUR) * HALF_HOUR;
        Timestamp::from_millisecond(rounded).unwrap_or(exact)
    }

    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// An instant as a sentence's end, in the district's own time: "Tuesday, November 24, 4 pm".
    pub fn say(&self, at: Timestamp, phrases: &Phrases) -> String {
        let local = at.to_zoned(self.zone.clone());
        let pick = |say: Say, index: i8| {
            let index = usize::try_from(index).unwrap_or(0);
            phrases.say(say).split('|').nth(index).unwrap_or("").to_owned()
        };
        let time = clock(local.hour(), local.minute(), phrases);
        let weekday = pick(Say::Weekdays, local.weekday().to_monday_zero_offset());
        let month = pick(Say::Months, local.month() - 1);
        let shape = if local.hour() % 12 == 1 { Say::MomentAtOne } else { Say::Moment };
        phrases.fill(shape, &[&weekday, &month, &local.day().to_string(), &time])
    }

    /// A day of a form as people say it: "Sunday, November 22, 2026".
    pub fn say_date(date: &str, phrases: &Phrases) -> Option<String> {
        let day: Date = date.parse().ok()?;
        let pick = |say: Say, index: i8| phrases.say(say).split('|').nth(usize::try_from(index).ok()?).map(str::to_owned);
        let weekday = pick(Say::Weekdays, day.weekday().to_monday_zero_offset())?;
        let month = pick(Say::Months, day.month() - 1)?;
        Some(phrases.fill(Say::Day, &[&weekday, &month, &day.day().to_string(), &day.year().to_string()]))
    }

    /// A time of a form (`15:40`) as people say it: "3:40 pm".
    pub fn say_time(time: &str, phrases: &Phrases) -> Option<String> {
        let (hour, minute) = time.split_once(':')?;
        Some(clock(hour.parse().ok()?, minute.parse().ok()?, phrases))
    }

    fn spans(&self, day: Date) -> impl Iterator<Item = (Timestamp, Timestamp)> + '_ {
        let open: &[(Time, Time)] = if self.holidays.contains(&day) { &[] } else { &self.week[index(day.weekday())] };
        open.iter().filter_map(move |&(from, to)| Some((self.instant(day, from)?, self.instant(day, to)?)))
    }

    /// A local time as an instant; a time that a clock change skips is taken after the gap.
    fn instant(&self, day: Date, time: Time) -> Option<Timestamp> {
        self.zone.to_ambiguous_timestamp(DateTime::from_parts(day, time)).compatible().ok()
    }

    /// Reads `time_zone` and `calendar` of a district's definition.
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
        let mut week: [Vec<(Time, Time)>; 7] = Default::default();
        let mut holidays = BTreeSet::new();
        if let Some(calendar) = reader.object(&district["calendar"], "calendar") {
            reader.only_keys(&calendar, &["week", "holidays"]);
            let days = calendar.object.get("week").and_then(|days| reader.object(days, "calendar.week"));
            for (day, spans) in days.iter().flat_map(|days| days.object) {
                let path = format!("calendar.week.{day}");
                let Some(index) = DAYS.iter().position(|d| d == day) else {
                    reader.problem(&path, format!("`{day}` is not a weekday"), "Use mon, tue, wed, thu, fri, sat, sun.");
                    continue;
                };
                match spans.as_array().and_then(|all| all.iter().map(read_span).collect::<Option<Vec<_>>>()) {
                    Some(read) if read.windows(2).all(|two| two[0].1 <= two[1].0) => week[index] = read,
                    _ => {
                        let remedy = r#"Write them in order, like ["07:30-12:00", "12:30-16:30"]."#;
                        reader.problem(&path, "these are not hours", remedy);
                    }
                }
            }
            for (i, day) in reader.words(&calendar, "holidays").iter().enumerate() {
                match day.parse::<Date>() {
                    Ok(day) => drop(holidays.insert(day)),
                    Err(_) => {
                        let path = format!("calendar.holidays[{i}]");
                        reader.problem(&path, format!("`{day}` is not a day"), "Write it like 2026-11-26.");
                    }
                }
            }
        }
        if week.iter().all(Vec::is_empty) {
            let remedy = r#"Give at least one day hours, like {"mon": ["08:00-16:00"]}."#;
            reader.problem("calendar.week", "the district is never open", remedy);
        }
        if reader.problems.is_empty() { Ok(Self { zone, week, holidays }) } else { Err(reader.problems) }
    }
}

/// Half a day, hour and, unless it is the full hour, minutes.
fn clock(hour: i8, minute: i8, phrases: &Phrases) -> String {
    let half = phrases.say(Say::HalfDays).split('|').nth(usize::from(hour >= 12)).unwrap_or("");
    let hour = if hour % 12 == 0 { 12 } else { hour % 12 };
    if minute == 0 { format!("{hour} {half}") } else { format!("{hour}:{minute:02} {half}") }
}

fn index(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).unwrap_or(0)
}

fn read_span(value: &Value) -> Option<(Time, Time)> {
    let (from, to) = value.as_str()?.split_once('-')?;
    let read = |text: &str| {
        let (hour, minute) = text.trim().split_once(':')?;
        Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
    };
    let (from, to) = (read(from)?, read(to)?);
    (from < to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn office() -> Calendar {
        Calendar::from_definition(&json!({
            "time_zone": "America/Los_Angeles",
            "calendar": {
                "week": { "mon": ["08:00-12:00", "13:00-17:00"], "tue": ["08:00-16:00"], "wed": ["08:00-16:00"],
                          "thu": ["08:00-16:00"], "fri": ["08:00-15:00"], "sun": ["01:00-04:00"] },
                "holidays": ["2026-11-26", "2026-11-27"],
            },
        }))
        .unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_promise_skips_nights_and_holidays() {
        // Wednesday, 15:00 in Los Angeles; Thursday and Friday are Thanksgiving; Sunday has three hours.
        let due = office().after(at("2026-11-25T23:00:00Z"), 5 * 3_600_000).unwrap();
        assert_eq!(due, at("2026-11-30T17:00:00Z"));
        assert_eq!(office().between(at("2026-11-25T23:00:00Z"), due), 5 * 3_600_000);
    }

    #[test]
    fn a_promise_is_a_half_hour() {
        assert_eq!(office().promise(at("2026-11-24T16:07:00Z"), 2), at("2026-11-24T18:30:00Z"));
    }

    #[test]
    fn an_empty_calendar_is_an_error_and_no_loop() {
        let closed = Calendar { zone: TimeZone::UTC, week: Default::default(), holidays: BTreeSet::new() };
        assert_eq!(closed.after(at("2026-01-01T00:00:00Z"), 1), Err(NeverOpen));
    }

    #[test]
    fn a_wrong_calendar_says_where() {
        let problems = Calendar::from_definition(&json!({
            "time_zone": "Mars/Olympus", "calendar": { "week": { "mon": ["9-5"], "someday": [] }, "holidays": ["tomorrow"], "break": [] },
        }))
        .unwrap_err();
        let paths: Vec<&str> = problems.iter().map(|p| p.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "time_zone",
                "calendar.break",
                "calendar.week.mon",
                "calendar.week.someday",
                "calendar.holidays[0]",
                "calendar.week"
            ]
        );
        let wrong = json!({ "time_zone": "UTC", "calendar": { "week": { "mon": ["08:00-16:00"] }, "holidays": "2026-11-26" } });
        assert_eq!(Calendar::from_definition(&wrong).unwrap_err()[0].path, "calendar.holidays");
    }

    proptest! {
        // 2026-03-08 and 2026-11-01 are clock changes in Los Angeles; Sundays are open across them.
        #[test]
        fn after_and_between_undo_each_other(start in 1_770_000_000_i64..1_800_000_000, business in 1_i64..400_000) {
            let calendar = office();
            let start = Timestamp::from_second(start).unwrap();
            let end = calendar.after(start, business * 1_000).unwrap();
            prop_assert!(end >= start);
            prop_assert_eq!(calendar.between(start, end), business * 1_000);
        }

        #[test]
        fn business_time_adds_up(a in 0_i64..3_000_000, b in 0_i64..3_000_000, c in 0_i64..3_000_000) {
            let calendar = office();
            let mut times = [a, b, c];
            times.sort_unstable();
            let [x, y, z] = times.map(|s| Timestamp::from_second(1_790_000_000 + s).unwrap());
            prop_assert_eq!(calendar.between(x, y) + calendar.between(y, z), calendar.between(x, z));
        }
    }
}
