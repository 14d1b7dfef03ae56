//! Telling people: who hears of what, when it is mailed, and that a burst is one mail.
//!
//! A notice is written with what it is about, in the same transaction. Its mail is a job whose id is made of person and
//! moment, so that everything that happens until then leaves together.

use crate::app::{App, new_id};
use crate::mail::{self, Refused};
use crate::store::{DistrictRecord, NewJob, NewNotice, Result, Tx};
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use porchlight_shared::api::NotifySettings;
use porchlight_shared::status::{MailPace, NoticeKind};
use serde_json::json;
use std::collections::BTreeSet;

/// For so long a mail "at once" waits for more of the same, in seconds.
const GATHER_SECONDS: i64 = 60;

/// Collects whom to tell, and writes it with the change that it is about.
pub struct Telling<'a> {
    app: &'a App,
    district: &'a DistrictRecord,
    /// Who did it, and so needs no telling.
    by: Option<&'a str>,
    at: Timestamp,
    notices: Vec<NewNotice>,
    /// Confidential inquiries: nobody stands in for who reads them.
    sealed: BTreeSet<String>,
}

impl<'a> Telling<'a> {
    pub fn new(app: &'a App, district: &'a DistrictRecord, by: Option<&'a str>, at: Timestamp) -> Self {
        Self { app, district, by, at, notices: Vec::new(), sealed: BTreeSet::new() }
    }

    /// From now on, nobody is told of this inquiry in another one's stead: it is confidential.
    pub fn seal(&mut self, inquiry: &str) {
        self.sealed.insert(inquiry.to_owned());
    }

    /// Tells one person, or who stands in for them; not the one who did it, and nobody twice of the same inquiry.
    pub fn tell(&mut self, account: &str, inquiry: &str, kind: NoticeKind, message: Option<&str>) {
        let directory = &self.district.directory;
        let reached = if self.sealed.contains(inquiry) {
            directory.people.get(account).filter(|p| p.active).map(|_| account)
        } else {
            directory.reach_helper(account, self.at.as_millisecond()).ok()
        };
        let Some(reached) = reached else { return };
        let told = self.notices.iter().any(|n| n.account_id == reached && n.inquiry_id == inquiry);
        if told || self.by == Some(reached) {
            return;
        }
        let settings = self.district.directory.people.get(reached).map(|p| p.notify.clone()).unwrap_or_default();
        self.notices.push(NewNotice {
            id: new_id(self.at),
            account_id: reached.to_owned(),
            inquiry_id: inquiry.to_owned(),
            kind,
            by: self.by.map(str::to_owned),
            message_id: message.map(str::to_owned),
            at: self.at.as_millisecond(),
            mail: settings.mail != MailPace::Never && !self.app.is_quiet(),
        });
    }

    /// Tells every administrator that an inquiry has nobody.
    pub fn tell_administrators(&mut self, inquiry: &str) {
        for account in self.district.directory.administrators() {
            self.tell(account, inquiry, NoticeKind::Ownerless, None);
        }
    }

    /// The notices, and the jobs that mail them.
    pub fn into_rows(self) -> (Vec<NewNotice>, Vec<NewJob>) {
        let mut jobs: Vec<NewJob> = Vec::new();
        for notice in self.notices.iter().filter(|n| n.mail) {
            let settings = self.district.directory.people.get(&notice.account_id).map(|p| p.notify.clone()).unwrap_or_default();
            let Some(run_at) = next_mail(&settings, self.district.calendar.zone(), self.at) else { continue };
            let run_at = run_at.as_millisecond();
            let id = format!("notices-{}-{}-{run_at}", self.district.id, notice.account_id);
            if !jobs.iter().any(|job| job.id == id) {
                let payload = json!({ "district": self.district.id, "account": notice.account_id }).to_string();
                jobs.push(NewJob { id, kind: "mail_notices", payload, run_at });
            }
        }
        (self.notices, jobs)
    }

    /// Writes the notices, and the jobs that mail them.
    ///
    /// # Errors
    /// The database refused.
    pub async fn write(self, tx: &mut Tx) -> Result<()> {
        let district = self.district.id.clone();
        let (notices, jobs) = self.into_rows();
        tx.insert_notices(&district, &notices.iter().collect::<Vec<_>>()).await?;
        tx.insert_jobs(&jobs.iter().collect::<Vec<_>>()).await
    }
}

/// When something that happens `now` is mailed; `None` where nothing is. Everything between two such moments leaves
/// together.
pub fn next_mail(settings: &NotifySettings, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let local = |at: Timestamp| at.to_zoned(zone.clone());
    let at = match settings.mail {
        MailPace::Never => return None,
        MailPace::AtOnce => {
            // The end of the next whole minute: a burst has the same end.
            let second = (now.as_second() + GATHER_SECONDS).div_euclid(60) * 60;
            Timestamp::from_second(second + if second - now.as_second() < GATHER_SECONDS / 2 { 60 } else { 0 }).ok()?
        }
        MailPace::Hourly => Timestamp::from_second((now.as_second().div_euclid(3_600) + 1) * 3_600).ok()?,
        MailPace::Daily => {
            let time = clock(&settings.daily_at).unwrap_or(Time::constant(7, 30, 0, 0));
            return next_at(&local(now), time);
        }
    };
    let Some((from, to)) = settings.quiet.as_ref().and_then(|(from, to)| Some((clock(from)?, clock(to)?))) else {
        return Some(at);
    };
    let time = local(at).time();
    let quiet = if from <= to { from <= time && time < to } else { from <= time || time < to };
    if quiet { next_at(&local(at), to) } else { Some(at) }
}

/// The next moment after `now` at which the clock shows `time`.
fn next_at(now: &Zoned, time: Time) -> Option<Timestamp> {
    let on = |day: jiff::civil::Date| day.to_datetime(time).to_zoned(now.time_zone().clone()).ok().map(|at| at.timestamp());
    on(now.date()).filter(|at| *at > now.timestamp()).or_else(|| on(now.date().checked_add(1.day()).ok()?))
}

/// A time of day like 07:30.
pub fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    (text.len() == 5).then(|| Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()).flatten()
}

/// Mails somebody all that they were told of and have not seen.
///
/// # Errors
/// Whether trying again may help.
pub async fn mail_notices(app: &App, job: &str, district: &str, account: &str) -> std::result::Result<(), Refused> {
    let district = app.district_by_id(district)?;
    let now = app.now().as_millisecond();
    let waiting = app.db.notices_to_mail(&district.id, account, now).await?;
    let fresh: Vec<_> = waiting.iter().filter(|n| !n.is_read).cloned().collect();
    let here = district.directory.people.get(account).is_some_and(|p| p.active);
    let mut sent = Ok(());
    if here && !fresh.is_empty() {
        sent = mail::to_staff(app, job, &district, account, &fresh, true).await;
        // The mail server may not like what somebody wrote: then nobody's words are quoted.
        if matches!(sent, Err(Refused::ForGood(_))) {
            sent = mail::to_staff(app, job, &district, account, &fresh, false).await;
        }
    }
    if matches!(sent, Err(Refused::ForNow(_))) {
        return sent;
    }
    // Those and no others: what came while the mail was under way leaves with the next one. What no server takes does not
    // hold up the rest.
    let ids: Vec<&str> = waiting.iter().map(|n| n.id.as_str()).collect();
    let mut tx = app.db.begin().await?;
    tx.mailed_notices(&district.id, &ids, now).await?;
    tx.commit().await?;
    sent
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn next(settings: &NotifySettings, now: &str) -> Option<Timestamp> {
        next_mail(settings, &TimeZone::get("America/Los_Angeles").unwrap(), at(now))
    }

    #[test]
    fn a_burst_is_one_mail() {
        let settings = NotifySettings::default();
        assert_eq!(next(&settings, "2026-11-23T18:00:05Z"), Some(at("2026-11-23T18:01:00Z")));
        assert_eq!(next(&settings, "2026-11-23T18:00:29Z"), Some(at("2026-11-23T18:01:00Z")));
        assert_eq!(next(&settings, "2026-11-23T18:00:40Z"), Some(at("2026-11-23T18:02:00Z")), "never in the next seconds");
        let hourly = NotifySettings { mail: MailPace::Hourly, ..settings.clone() };
        assert_eq!(next(&hourly, "2026-11-23T18:20:00Z"), Some(at("2026-11-23T19:00:00Z")));
        assert_eq!(next(&NotifySettings { mail: MailPace::Never, ..settings }, "2026-11-23T18:20:00Z"), None);
    }

    #[test]
    fn nights_are_quiet_and_days_have_their_hour() {
        // Los Angeles is eight hours behind: 04:00 UTC is 20:00 the evening before.
        let quiet = NotifySettings { quiet: Some((String::from("20:00"), String::from("07:00"))), ..NotifySettings::default() };
        assert_eq!(next(&quiet, "2026-11-24T03:30:10Z"), Some(at("2026-11-24T03:31:00Z")));
        assert_eq!(next(&quiet, "2026-11-24T04:30:00Z"), Some(at("2026-11-24T15:00:00Z")));
        assert_eq!(next(&quiet, "2026-11-24T14:10:00Z"), Some(at("2026-11-24T15:00:00Z")));
        let noon = NotifySettings { quiet: Some((String::from("12:00"), String::from("13:00"))), ..NotifySettings::default() };
        assert_eq!(next(&noon, "2026-11-24T20:10:00Z"), Some(at("2026-11-24T21:00:00Z")));
        let daily = NotifySettings { mail: MailPace::Daily, ..NotifySettings::default() };
        assert_eq!(next(&daily, "2026-11-24T15:00:00Z"), Some(at("2026-11-24T15:30:00Z")));
        assert_eq!(next(&daily, "2026-11-24T15:30:00Z"), Some(at("2026-11-25T15:30:00Z")));
        assert_eq!((clock("7:30"), clock("24:00"), clock("07:30").is_some()), (None, None, true));
    }
}
