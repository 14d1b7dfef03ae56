//! Moments as people say them, in the district's own time and the reader's language.

use super::Calendar;
use crate::phrase::{Phrases, Say};
use jiff::Timestamp;
use jiff::civil::Date;

impl Calendar {
    /// An instant as a sentence's end, in the district's own time: "Tuesday, November 24, 4 pm".
    pub fn say(&self, at: Timestamp, phrases: &Phrases) -> String {
        let local = at.to_zoned(self.zone().clone());
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
}

/// Half a day, hour and, unless it is the full hour, minutes.
fn clock(hour: i8, minute: i8, phrases: &Phrases) -> String {
    let half = phrases.say(Say::HalfDays).split('|').nth(usize::from(hour >= 12)).unwrap_or("");
    let hour = if hour % 12 == 0 { 12 } else { hour % 12 };
    if minute == 0 { format!("{hour} {half}") } else { format!("{hour}:{minute:02} {half}") }
}
