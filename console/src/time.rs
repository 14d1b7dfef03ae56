//! Moments in words, in the district's time zone. The present is always an argument.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// A time as the API writes it.
pub(crate) fn parse(raw: &str) -> Option<Timestamp> {
    raw.parse().ok()
}

/// The zone of that name; UTC, which every shown time then says, if this build does not know it.
pub(crate) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// The day of a moment, like "Nov 23".
pub(crate) fn day_of(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    day(&at.to_zoned(zone.clone()), &now.to_zoned(zone.clone()))
}

/// A local time as a browser's field writes it (`2026-11-24T16:00`), as the API writes times.
pub(crate) fn instant(local: &str, zone: &TimeZone) -> Option<String> {
    let local: jiff::civil::DateTime = local.parse().ok()?;
    Some(local.to_zoned(zone.clone()).ok()?.timestamp().to_string())
}

/// "due 4 pm", "due tomorrow, 10 am", "past due since Monday".
pub(crate) fn due(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (due, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let (days, clock) = (days_between(&today, &due), clock(&due));
    if at < now {
        return match days {
            0 => format!("past due since {clock}"),
            -1 => format!("past due since yesterday, {clock}"),
            -6..=-2 => format!("past due since {}", weekday(&due)),
            _ => format!("past due since {}", day(&due, &today)),
        };
    }
    match days {
        0 => format!("due {clock}"),
        1 => format!("due tomorrow, {clock}"),
        2..=6 => format!("due {}, {clock}", weekday(&due)),
        _ => format!("due {}, {clock}", day(&due, &today)),
    }
}

/// "in 1 h 20 min" while that says more than the time itself: within the next twelve hours.
pub(crate) fn remaining(at: Timestamp, now: Timestamp) -> Option<String> {
    let minutes = at.duration_since(now).as_mins();
    match (minutes / 60, minutes % 60) {
        _ if at < now => None,
        (0, 0) => Some("in less than a minute".to_owned()),
        (0, minutes) => Some(format!("in {minutes} min")),
        (hours @ 1..12, 0) => Some(format!("in {hours} h")),
        (hours @ 1..12, minutes) => Some(format!("in {hours} h {minutes} min")),
        _ => None,
    }
}

/// "today 8:02 am", "Tuesday 8:54 am", "Nov 3, 8:54 am"; what stands beside it says whether that is over.
pub(crate) fn moment(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (then, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let clock = clock(&then);
    match days_between(&then, &today) {
        0 => format!("today {clock}"),
        1 => format!("yesterday {clock}"),
        -1 => format!("tomorrow {clock}"),
        2..=6 | -6..=-2 => format!("{} {clock}", weekday(&then)),
        _ => format!("{}, {clock}", day(&then, &today)),
    }
}

/// All of it, for whoever wants to be sure: "Tuesday, November 3, 2026, 8:54 am EST".
pub(crate) fn full(at: Timestamp, zone: &TimeZone) -> String {
    let then = at.to_zoned(zone.clone());
    format!("{}, {} {}", then.strftime("%A, %B %-d, %Y"), clock(&then), then.strftime("%Z"))
}

/// A day on its own, like `2027-05-01`, with its year.
pub(crate) fn date(raw: &str) -> String {
    raw.parse::<jiff::civil::Date>().map_or_else(|_| raw.to_owned(), |date| date.strftime("%B %-d, %Y").to_string())
}

/// Calendar days from one to the other, where both happen.
fn days_between(from: &Zoned, to: &Zoned) -> i32 {
    from.date().until(to.date()).map_or(0, |span| span.get_days())
}

fn weekday(at: &Zoned) -> String {
    at.strftime("%A").to_string()
}

fn day(at: &Zoned, today: &Zoned) -> String {
    let format = if at.year() == today.year() { "%b %-d" } else { "%b %-d, %Y" };
    at.strftime(format).to_string()
}

fn clock(at: &Zoned) -> String {
    let half = if at.hour() < 12 { "am" } else { "pm" };
    let hour = match at.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    match (at.hour(), at.minute()) {
        (0, 0) => "midnight".to_owned(),
        (12, 0) => "noon".to_owned(),
        (_, 0) => format!("{hour} {half}"),
        (_, minute) => format!("{hour}:{minute:02} {half}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A time in New York, where winter is five hours behind.
    fn at(local: &str) -> Timestamp {
        format!("{local}-05:00").parse().unwrap()
    }

    fn new_york() -> TimeZone {
        zone("America/New_York")
    }

    #[test]
    fn a_field_of_the_browser_means_local_time() {
        assert_eq!(instant("2026-11-18T16:00", &new_york()).as_deref(), Some("2026-11-18T21:00:00Z"));
        assert_eq!(instant("soon", &new_york()), None);
    }

    #[test]
    fn due_in_words() {
        // A Wednesday.
        let now = at("2026-11-18T09:30:00");
        let words = |local| due(at(local), now, &new_york());
        assert_eq!(words("2026-11-18T16:00:00"), "due 4 pm");
        assert_eq!(words("2026-11-18T12:00:00"), "due noon");
        assert_eq!(words("2026-11-19T10:00:00"), "due tomorrow, 10 am");
        assert_eq!(words("2026-11-20T10:15:00"), "due Friday, 10:15 am");
        assert_eq!(words("2026-11-24T08:00:00"), "due Tuesday, 8 am");
        assert_eq!(words("2026-11-25T08:00:00"), "due Nov 25, 8 am");
        assert_eq!(words("2027-01-04T08:00:00"), "due Jan 4, 2027, 8 am");
    }

    #[test]
    fn past_due_in_words() {
        let now = at("2026-11-18T09:30:00");
        let words = |local| due(at(local), now, &new_york());
        assert_eq!(words("2026-11-18T09:00:00"), "past due since 9 am");
        assert_eq!(words("2026-11-17T16:00:00"), "past due since yesterday, 4 pm");
        assert_eq!(words("2026-11-16T16:00:00"), "past due since Monday");
        assert_eq!(words("2026-11-11T16:00:00"), "past due since Nov 11");
        assert_eq!(words("2025-12-01T16:00:00"), "past due since Dec 1, 2025");
    }

    #[test]
    fn days_are_the_districts_days() {
        // 02:30 UTC on the 19th is still the evening of the 18th in New York.
        let now: Timestamp = "2026-11-19T02:30:00Z".parse().unwrap();
        let at: Timestamp = "2026-11-19T15:00:00Z".parse().unwrap();
        assert_eq!(due(at, now, &new_york()), "due tomorrow, 10 am");
        assert_eq!(due(at, now, &TimeZone::UTC), "due 3 pm");
    }

    #[test]
    fn time_that_is_left() {
        let now = at("2026-11-18T09:30:00");
        let left = |local| remaining(at(local), now);
        assert_eq!(left("2026-11-18T10:50:00").as_deref(), Some("in 1 h 20 min"));
        assert_eq!(left("2026-11-18T11:30:00").as_deref(), Some("in 2 h"));
        assert_eq!(left("2026-11-18T09:45:30").as_deref(), Some("in 15 min"));
        assert_eq!(left("2026-11-18T09:30:20").as_deref(), Some("in less than a minute"));
        assert_eq!(left("2026-11-18T09:00:00"), None);
        assert_eq!(left("2026-11-19T09:30:00"), None);
    }

    #[test]
    fn days_on_their_own() {
        assert_eq!(date("2027-05-01"), "May 1, 2027");
        assert_eq!(date("some day"), "some day");
    }

    #[test]
    fn moments_in_words() {
        let now = at("2026-11-18T09:30:00");
        let words = |local| moment(at(local), now, &new_york());
        assert_eq!(words("2026-11-18T08:02:00"), "today 8:02 am");
        assert_eq!(words("2026-11-17T08:54:00"), "yesterday 8:54 am");
        assert_eq!(words("2026-11-15T20:00:00"), "Sunday 8 pm");
        assert_eq!(words("2026-11-03T08:54:00"), "Nov 3, 8:54 am");
        assert_eq!(words("2026-11-19T10:00:00"), "tomorrow 10 am");
        assert_eq!(words("2026-11-20T10:00:00"), "Friday 10 am");
        assert_eq!(words("2025-11-03T00:30:00"), "Nov 3, 2025, 12:30 am");
        assert_eq!(full(at("2026-11-03T08:54:00"), &new_york()), "Tuesday, November 3, 2026, 8:54 am EST");
    }
}
