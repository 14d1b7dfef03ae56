//! Business time: the time inside a district's hours, in its own time zone, without its holidays.
//!
//! Hours are wall-clock times: on the night of a clock change an office that is open from 1 to 4 is open for two
//! hours or for four.

mod definition;
mod say;
#[cfg(test)]
mod tests;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeMap;

/// When a district answers, and where its schools differ.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    week: Week,
    /// Schools with hours of their own, by id.
    schools: BTreeMap<String, Week>,
    exceptions: Vec<Exception>,
    /// Which exceptions touch a day: those for some schools first, then the later written first.
    by_day: BTreeMap<Date, Vec<usize>>,
}

/// Open spans of each weekday from Monday on, in order, not overlapping.
pub type Week = [Vec<Span>; 7];

/// A time of opening, in minutes after local midnight: `from` < `to` ≤ 1,440.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    from: u16,
    to: u16,
}

/// Days that are unlike their weekday: a holiday, a break, a shortened day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// What it is called; may be empty.
    pub name: String,
    /// Open spans; none means closed.
    pub hours: Vec<Span>,
    /// For these schools only; none means for all and the district's office.
    pub schools: Vec<String>,
}

/// A day as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day<'a> {
    pub date: Date,
    pub hours: &'a [Span],
    /// Why it is unlike its weekday.
    pub exception: Option<&'a Exception>,
}

/// No hour is open within [`Calendar::HORIZON_DAYS`], or not enough of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NeverOpen;

/// The hours of the district's office, or of one school.
#[derive(Debug, Clone, Copy)]
pub struct Hours<'a> {
    calendar: &'a Calendar,
    school: Option<&'a str>,
}

impl Calendar {
    /// How far ahead business time is looked for, in days.
    pub const HORIZON_DAYS: u32 = 1_000;
    /// Most exceptions of one calendar.
    pub const MOST_EXCEPTIONS: usize = 1_000;
    /// Most days of one exception.
    pub const LONGEST_EXCEPTION: i32 = 400;

    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The hours of the district's office.
    pub fn office(&self) -> Hours<'_> {
        Hours { calendar: self, school: None }
    }

    /// The hours that count for an inquiry about `school`; the office's where there is none.
    pub fn of<'a>(&'a self, school: Option<&'a str>) -> Hours<'a> {
        Hours { calendar: self, school }
    }

    /// The local day and time of an instant.
    pub fn local(&self, at: Timestamp) -> DateTime {
        self.zone.to_datetime(at)
    }

    /// A local time as an instant: what a clock change skips is its moment, what it repeats is the first.
    pub fn instant(&self, day: Date, minutes: u16) -> Option<Timestamp> {
        let (day, minutes) = if minutes >= 1_440 { (day.tomorrow().ok()?, 0) } else { (day, minutes) };
        let time = Time::new(i8::try_from(minutes / 60).ok()?, i8::try_from(minutes % 60).ok()?, 0, 0).ok()?;
        let local = self.zone.to_ambiguous_timestamp(DateTime::from_parts(day, time));
        match local.offset() {
            AmbiguousOffset::Gap { after, .. } => {
                let before = after.to_timestamp(local.datetime()).ok()?;
                self.zone.following(before).next().map(|change| change.timestamp())
            }
            _ => local.compatible().ok(),
        }
    }
}

impl<'a> Hours<'a> {
    /// One day, with its reason where it is unlike its weekday.
    pub fn day(&self, date: Date) -> Day<'a> {
        let calendar = self.calendar;
        let touching = calendar.by_day.get(&date).map(Vec::as_slice).unwrap_or_default();
        let fits = |e: &&Exception| e.schools.is_empty() || self.school.is_some_and(|s| e.schools.iter().any(|named| named == s));
        let exception = touching.iter().map(|i| &calendar.exceptions[*i]).find(fits);
        let week = self.school.and_then(|s| calendar.schools.get(s)).unwrap_or(&calendar.week);
        let hours = exception.map_or(&week[index(date.weekday())], |e| &e.hours);
        Day { date, hours, exception }
    }

    /// The days of a year, in order.
    pub fn year(&self, year: i16) -> Vec<Day<'a>> {
        let first = Date::new(year, 1, 1).ok();
        let days = std::iter::successors(first, |day| day.tomorrow().ok());
        days.take_while(|day| day.year() == year).map(|day| self.day(day)).collect()
    }

    /// The instant that lies `business_ms` of business time after `start`; `start` itself for none.
    ///
    /// # Errors
    /// [`NeverOpen`] when the calendar has not that much open time within its horizon.
    pub fn after(&self, start: Timestamp, business_ms: i64) -> Result<Timestamp, NeverOpen> {
        let mut left = business_ms;
        if left <= 0 {
            return Ok(start);
        }
        let mut day = self.calendar.local(start).date();
        for _ in 0..Calendar::HORIZON_DAYS {
            for (from, to) in self.open(day) {
                let from = from.max(start);
                let open = to.as_millisecond() - from.as_millisecond();
                if open >= left {
                    return from.checked_add(left.milliseconds()).map_err(|_| NeverOpen);
                }
                left -= open.max(0);
            }
            day = day.tomorrow().map_err(|_| NeverOpen)?;
        }
        Err(NeverOpen)
    }

    /// The last instant from which `business_ms` of business time are left until `end`; `end` itself for none.
    ///
    /// # Errors
    /// [`NeverOpen`] as for [`Hours::after`], looking back.
    pub fn before(&self, end: Timestamp, business_ms: i64) -> Result<Timestamp, NeverOpen> {
        let mut left = business_ms;
        if left <= 0 {
            return Ok(end);
        }
        let mut day = self.calendar.local(end).date();
        for _ in 0..Calendar::HORIZON_DAYS {
            let spans: Vec<_> = self.open(day).collect();
            for (from, to) in spans.into_iter().rev() {
                let to = to.min(end);
                let open = to.as_millisecond() - from.as_millisecond();
                if open >= left {
                    return to.checked_sub(left.milliseconds()).map_err(|_| NeverOpen);
                }
                left -= open.max(0);
            }
            day = day.yesterday().map_err(|_| NeverOpen)?;
        }
        Err(NeverOpen)
    }

    /// Business time from `start` to `end` in milliseconds; 0 when `end` is not later. Days more than a hundred years
    /// after `start` do not count: no clock is right that says so.
    pub fn between(&self, start: Timestamp, end: Timestamp) -> i64 {
        const MOST_DAYS: u32 = 36_525;
        let last = self.calendar.local(end).date();
        let mut day = self.calendar.local(start).date();
        let mut total = 0;
        for _ in 0..MOST_DAYS {
            if day > last {
                break;
            }
            for (from, to) in self.open(day) {
                let open = to.min(end).as_millisecond() - from.max(start).as_millisecond();
                total += open.max(0);
            }
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        total
    }

    /// What is promised: `hours` of business time from `received`, rounded up to a half hour, since nobody is told "by
    /// 3:47". A calendar that is never open promises three times as many hours of any kind.
    pub fn promise(&self, received: Timestamp, hours: u32) -> Timestamp {
        const HALF_HOUR: i64 = 30 * 60 * 1_000;
        let exact = self.after(received, i64::from(hours) * 3_600_000);
        let exact = exact.unwrap_or_else(|NeverOpen| received.saturating_add((i64::from(hours) * 3).hours()).unwrap_or(received));
        let rounded = (exact.as_millisecond() + HALF_HOUR - 1).div_euclid(HALF_HOUR) * HALF_HOUR;
        Timestamp::from_millisecond(rounded).unwrap_or(exact)
    }

    /// Whether somebody is there at `at`.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.open(self.calendar.local(at).date()).any(|(from, to)| from <= at && at < to)
    }

    /// The open spans of a day as instants, in order.
    fn open(&self, day: Date) -> impl Iterator<Item = (Timestamp, Timestamp)> + use<'a> {
        let calendar = self.calendar;
        let hours = self.day(day).hours.iter();
        hours.filter_map(move |span| Some((calendar.instant(day, span.from)?, calendar.instant(day, span.to)?)))
    }
}

impl Span {
    /// Reads `08:00-16:30`; midnight at the end is `24:00`.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let read = |text: &str| {
            let (hour, minute) = text.trim().split_once(':')?;
            let digits = |part: &str, most: usize| part.len() <= most && part.bytes().all(|b| b.is_ascii_digit());
            if !digits(hour, 2) || minute.len() != 2 || !digits(minute, 2) {
                return None;
            }
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            (minute < 60 && hour * 60 + minute <= 1_440).then_some(hour * 60 + minute)
        };
        let (from, to) = (read(from)?, read(to)?);
        (from < to).then_some(Self { from, to })
    }

    /// In minutes after local midnight.
    pub const fn bounds(self) -> (u16, u16) {
        (self.from, self.to)
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { from, to } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

fn index(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).unwrap_or(0)
}
