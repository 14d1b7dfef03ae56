use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

fn calendar(zone: &str, calendar: Value) -> Calendar {
    let schools = json!([{ "id": "north" }, { "id": "east" }]);
    Calendar::from_definition(&json!({ "time_zone": zone, "schools": schools, "calendar": calendar })).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn days() -> Value {
    json!([
        { "from": "2026-09-07", "name": "Labor Day" },
        { "from": "2026-11-11", "name": "Veterans Day" },
        { "from": "2026-11-25", "name": "Half day", "hours": ["08:00-12:00"] },
        { "from": "2026-11-26", "to": "2026-11-27", "name": "Thanksgiving" },
        { "from": "2026-12-07", "name": "Water damage", "schools": ["north"] },
        { "from": "2026-12-08", "name": "Late start", "hours": ["10:00-16:00"], "schools": ["north"] },
        { "from": "2026-12-21", "to": "2027-01-01", "name": "Winter break" },
        { "from": "2027-01-18", "name": "Dr. King's day" },
        { "from": "2027-02-15" },
        { "from": "2027-05-31" },
    ])
}

/// The calendars of `due_times.txt`, and the school that is asked about.
fn named(name: &str, zone: &str) -> (Calendar, Option<&'static str>) {
    let every =
        |hours: &[&str], days: &[&str]| days.iter().map(|d| ((*d).to_owned(), json!(hours))).collect::<serde_json::Map<_, _>>();
    const WORK: [&str; 5] = ["mon", "tue", "wed", "thu", "fri"];
    let office = every(&["08:00-16:00"], &WORK);
    let found = match name {
        "office" | "north" | "east" => {
            json!({ "week": office, "days": days(), "schools": { "east": every(&["09:00-15:00"], &WORK) } })
        }
        "split" => {
            let mut week = every(&["07:30-12:00", "12:30-16:30"], &WORK[..4]);
            week.insert(String::from("fri"), json!(["07:30-12:00"]));
            json!({ "week": week, "days": days() })
        }
        "round" => json!({ "week": every(&["00:00-24:00"], &["mon", "tue", "wed", "thu", "fri", "sat", "sun"]) }),
        "duty" => json!({ "week": { "sun": ["01:00-04:00"], "mon": ["08:00-12:00"] } }),
        "gap" => json!({ "week": { "sun": ["02:00-02:30", "02:45-03:30"], "mon": ["08:00-12:00"] } }),
        other => panic!("no calendar {other}"),
    };
    let school = match name {
        "north" => Some("north"),
        "east" => Some("east"),
        _ => None,
    };
    (calendar(zone, found), school)
}

#[test]
fn due_times_are_as_worked_out_by_hand() {
    let (mut rows, mut zones) = (0, std::collections::BTreeSet::new());
    for line in include_str!("due_times.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('|').map(str::trim).collect();
        let [zone, name, received, hours, due, why] = columns[..] else { panic!("{line}") };
        let (calendar, school) = named(name, zone);
        let hours: u32 = hours.parse().unwrap();
        let promised = calendar.of(school).promise(at(received), hours);
        let said = promised.to_zoned(calendar.zone().clone()).strftime("%Y-%m-%dT%H:%M%:z").to_string();
        assert_eq!(said, due, "{why}: {line}");
        rows += 1;
        zones.insert(zone);
    }
    assert!(rows >= 60 && zones.len() >= 3, "{rows} rows, {zones:?}");
    println!("{rows} due times in {} zones", zones.len());
}

#[test]
fn a_calendar_without_hours_is_an_error_and_no_loop() {
    let closed = json!({ "week": { "mon": ["08:00-16:00"] }, "days": [
        { "from": "2026-01-01", "to": "2027-01-30", "name": "Flood" }, { "from": "2027-01-31", "to": "2028-02-29", "name": "Flood" },
        { "from": "2028-03-01", "to": "2029-03-30", "name": "Flood" },
    ] });
    let closed = calendar("UTC", closed);
    let start = at("2026-01-01T00:00:00Z");
    assert_eq!(closed.office().after(start, 1), Err(NeverOpen));
    assert_eq!(closed.office().promise(start, 8), at("2026-01-02T00:00:00Z"), "something is promised nevertheless");
    assert_eq!(closed.office().between(start, at("2029-03-30T23:00:00Z")), 0);
    // A clock that is centuries wrong costs no more than a hundred years.
    assert!(named("round", "UTC").0.office().between(start, Timestamp::MAX) > 0);
    assert_eq!(named("round", "UTC").0.office().after(Timestamp::MAX, 3_600_000), Err(NeverOpen));
    assert_eq!(named("round", "UTC").0.office().after(start, i64::MAX), Err(NeverOpen));
}

#[test]
fn a_wrong_calendar_says_where_and_what_to_do() {
    let problems = |calendar: Value| -> Vec<String> {
        let wrong = json!({ "time_zone": "UTC", "schools": [{ "id": "north" }], "calendar": calendar });
        Calendar::from_definition(&wrong).unwrap_err().iter().map(ToString::to_string).collect()
    };
    let week = json!({ "mon": ["08:00-16:00"] });
    for (wrong, told) in [
        (json!({ "week": {} }), "calendar.week: the district is never open"),
        (
            json!({ "week": { "mon": ["08:00-12:00", "11:00-16:00"] } }),
            "calendar.week.mon: `08:00-12:00` and `11:00-16:00` overlap",
        ),
        (
            json!({ "week": { "mon": ["13:00-16:00", "08:00-12:00"] } }),
            "calendar.week.mon: `08:00-12:00` comes after `13:00-16:00`",
        ),
        (json!({ "week": { "mon": ["16:00-08:00"] } }), "calendar.week.mon: `16:00-08:00` are not hours"),
        (json!({ "week": { "mon": ["08:00-24:30"] } }), "calendar.week.mon: `08:00-24:30` are not hours"),
        (json!({ "week": { "mon": ["+8:00-16:00"] } }), "calendar.week.mon: `+8:00-16:00` are not hours"),
        (json!({ "week": { "mon": "08:00-16:00" } }), "calendar.week.mon: these are not hours"),
        (json!({ "week": { "someday": [] } }), "calendar.week.someday: `someday` is not a weekday"),
        (json!({ "week": week, "break": [] }), "calendar.break: this key is not known here"),
        (json!({ "week": week, "holidays": ["tomorrow"] }), "calendar.holidays[0]: `tomorrow` is not a day"),
        (json!({ "week": week, "holidays": "2026-11-26" }), "calendar.holidays: this is not a list of words"),
        (json!({ "week": week, "days": [{ "from": "2026-02-30" }] }), "calendar.days[0].from: `2026-02-30` is not a day"),
        (json!({ "week": week, "days": [{ "from": "9999-12-31" }] }), "calendar.days[0].from: `9999-12-31` is not a day"),
        (json!({ "week": week, "days": [{ "to": "2026-02-03" }] }), "calendar.days[0].from: this is missing"),
        (
            json!({ "week": week, "days": [{ "from": "2026-02-03", "to": "2026-02-02" }] }),
            "calendar.days[0].to: 2026-02-02 is before 2026-02-03",
        ),
        (
            json!({ "week": week, "days": [{ "from": "2026-02-03", "to": "2028-02-02" }] }),
            "calendar.days[0].to: these are more than 400 days",
        ),
        (
            json!({ "week": week, "days": [{ "from": "2026-02-03", "schools": ["south"] }] }),
            "calendar.days[0].schools: there is no school `south`",
        ),
        (
            json!({ "week": week, "days": [{ "from": "2026-02-03", "hours": ["8-9"] }] }),
            "calendar.days[0].hours: `8-9` are not hours",
        ),
        (json!({ "week": week, "schools": { "south": week } }), "calendar.schools.south: there is no school `south`"),
        (json!({ "week": week, "schools": { "north": {} } }), "calendar.schools.north: this school is never open"),
        (
            json!({ "week": week, "days": [{ "from": "2026-02-03", "name": "Fair" }, { "from": "2026-02-01", "to": "2026-02-05", "name": "Half", "hours": ["08:00-09:00"] }] }),
            "calendar.days: on 2026-02-03, “Fair” and “Half” say different hours",
        ),
        (
            json!({ "week": week, "days": vec![json!({ "from": "2026-02-03" }); 1_001] }),
            "calendar.days: these are more than 1000 exceptions",
        ),
    ] {
        let all = problems(wrong);
        assert!(all.len() == 1 && all[0].starts_with(told), "{told}: {all:?}");
    }
    let all = Calendar::from_definition(&json!({ "time_zone": "Mars/Olympus", "calendar": [] })).unwrap_err();
    assert_eq!(all.iter().map(|p| p.path.as_str()).collect::<Vec<_>>(), ["time_zone", "calendar", "calendar.week"]);
}

#[test]
fn a_year_at_a_glance() {
    let (calendar, _) = named("office", "America/Los_Angeles");
    let year = calendar.office().year(2026);
    assert_eq!((year.len(), calendar.office().year(2028).len()), (365, 366));
    let on = |date: &str| year.iter().find(|d| d.date == date.parse().unwrap()).unwrap();
    assert_eq!(on("2026-11-24").hours[0].to_string(), "08:00-16:00");
    let half = on("2026-11-25");
    assert_eq!((half.hours[0].bounds(), half.exception.unwrap().name.as_str()), ((480, 720), "Half day"));
    assert!(on("2026-11-27").hours.is_empty() && on("2026-12-07").exception.is_none(), "a school's day is not the office's");
    assert_eq!(calendar.of(Some("north")).day("2026-12-07".parse().unwrap()).exception.unwrap().name, "Water damage");
    assert!(
        calendar.office().is_open(at("2026-11-25T11:59:59-08:00")) && !calendar.office().is_open(at("2026-11-25T12:00:00-08:00"))
    );
    // As it is written, it is read.
    let again = json!({ "time_zone": "America/Los_Angeles", "schools": [{ "id": "north" }, { "id": "east" }], "calendar": calendar.to_definition() });
    assert_eq!(Calendar::from_definition(&again).unwrap().to_definition(), calendar.to_definition());
}

/// Any calendar: a few spans a day, on a grid of five minutes, and a few exceptions around the clock changes.
fn any_calendar() -> impl Strategy<Value = Calendar> {
    let spans = || {
        proptest::collection::btree_set(0_u16..=288, 0..5).prop_map(|edges| {
            let edges: Vec<u16> = edges.into_iter().map(|e| e * 5).collect();
            let text = |m: u16| format!("{:02}:{:02}", m / 60, m % 60);
            edges.chunks_exact(2).map(|two| format!("{}-{}", text(two[0]), text(two[1]))).collect::<Vec<_>>()
        })
    };
    let zones = prop::sample::select(vec![
        "America/Los_Angeles",
        "America/New_York",
        "America/Phoenix",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
    ]);
    let exceptions = proptest::collection::btree_map(0_i64..730, spans(), 0..6);
    (zones, proptest::collection::vec(spans(), 7), exceptions)
        .prop_filter("is open on some weekday", |(_, week, _)| week.iter().any(|d| !d.is_empty()))
        .prop_map(|(zone, week, exceptions)| {
            let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
            let week: serde_json::Map<_, _> =
                names.iter().zip(week).map(|(day, spans)| ((*day).to_owned(), json!(spans))).collect();
            let first = jiff::civil::date(2026, 1, 1);
            let days: Vec<Value> = exceptions
                .into_iter()
                .map(|(n, hours)| json!({ "from": (first + n.days()).to_string(), "hours": hours }))
                .collect();
            calendar(zone, json!({ "week": week, "days": days }))
        })
}

/// An instant of 2026 or 2027, one in two of them near a clock change.
fn any_instant() -> impl Strategy<Value = Timestamp> {
    let near = prop::sample::select(vec![
        "2026-03-08T08:00:00Z",
        "2026-11-01T08:00:00Z",
        "2027-03-14T08:00:00Z",
        "2026-10-03T15:30:00Z",
        "2027-04-03T15:00:00Z",
    ]);
    prop_oneof![
        (1_767_225_600_000_i64..1_830_000_000_000).prop_map(|ms| Timestamp::from_millisecond(ms).unwrap()),
        (near, -90_000_000_i64..90_000_000).prop_map(|(at, by)| at.parse::<Timestamp>().unwrap() + by.milliseconds()),
    ]
}

proptest! {
    #[test]
    fn after_and_between_undo_each_other(calendar in any_calendar(), start in any_instant(), business in 0_i64..400_000_000) {
        let hours = calendar.office();
        if let Ok(end) = hours.after(start, business) {
            prop_assert!(end >= start);
            prop_assert_eq!(hours.between(start, end), business);
            // It is the first such instant: a millisecond before, something was missing.
            if business > 0 {
                prop_assert_eq!(hours.between(start, end - 1.milliseconds()), business - 1);
            }
        }
    }

    #[test]
    fn before_is_after_looking_back(calendar in any_calendar(), end in any_instant(), business in 0_i64..100_000_000) {
        let hours = calendar.office();
        if let Ok(start) = hours.before(end, business) {
            prop_assert!(start <= end);
            prop_assert_eq!(hours.between(start, end), business);
            // It is the last such instant.
            if business > 0 {
                prop_assert_eq!(hours.between(start + 1.milliseconds(), end), business - 1);
            }
        }
    }

    #[test]
    fn business_time_adds_up(calendar in any_calendar(), times in [any_instant(), any_instant(), any_instant()]) {
        let hours = calendar.office();
        let mut times = times;
        times.sort_unstable();
        let [x, y, z] = times;
        prop_assert_eq!(hours.between(x, y) + hours.between(y, z), hours.between(x, z));
        prop_assert_eq!(hours.between(z, x), 0);
        // No more of it than of time.
        prop_assert!(hours.between(x, z) <= z.as_millisecond() - x.as_millisecond());
    }

    #[test]
    fn what_is_added_in_two_steps_is_added_in_one(calendar in any_calendar(), start in any_instant(), a in 0_i64..100_000_000, b in 0_i64..100_000_000) {
        let hours = calendar.office();
        let two = hours.after(start, a).and_then(|at| hours.after(at, b));
        prop_assert!(two.is_err() || two == hours.after(start, a + b));
    }

    #[test]
    fn later_stays_later_and_more_is_later(calendar in any_calendar(), one in any_instant(), other in any_instant(), a in 0_i64..100_000_000, b in 0_i64..100_000_000) {
        let hours = calendar.office();
        let (early, late) = (one.min(other), one.max(other));
        if let (Ok(first), Ok(second)) = (hours.after(early, a), hours.after(late, a)) {
            prop_assert!(first <= second);
        }
        if let (Ok(less), Ok(more)) = (hours.after(early, a.min(b)), hours.after(early, a.max(b))) {
            prop_assert!(less <= more);
        }
        if let Ok(end) = hours.after(early, a.max(1)) {
            prop_assert!(hours.is_open(end - 1.milliseconds()), "what is over was open until then");
        }
    }

    /// A minute at a time, as one would count on fingers.
    #[test]
    fn it_is_what_counting_minutes_gives(calendar in any_calendar(), start in any_instant(), minutes in 0_i64..3_000) {
        let hours = calendar.office();
        let start = Timestamp::from_second(start.as_second().div_euclid(60) * 60).unwrap();
        let counted = (0..minutes).filter(|m| {
            hours.is_open(start + (m * 60).seconds())
        });
        prop_assert_eq!(hours.between(start, start + (minutes * 60).seconds()), i64::try_from(counted.count()).unwrap() * 60_000);
    }
}
