//! A demo district filled with the inquiries of five years.

use super::office::{ADMINISTRATOR, STAFF};
use jiff::Timestamp;
use porchlight_server::app::App;
use porchlight_server::clock::SystemClock;
use porchlight_server::store::Db;
use porchlight_server::{search, secret};
use porchlight_tests::app::{PASSWORD, settings};
use porchlight_tests::program;
use serde_json::json;
use sqlx::{AnyPool, AssertSqlSafe};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// The same numbers in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        // xorshift64 (Marsaglia 2003).
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides.max(1)
    }

    /// Small numbers often, large ones seldom, as words are used.
    fn seldom(&mut self, sides: u64) -> u64 {
        let (one, two) = (self.roll(sides) + 1, self.roll(sides) + 1);
        one * two / sides
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[usize::try_from(self.roll(all.len() as u64)).unwrap_or(0)]
    }
}

const OFTEN: &[&str] = &[
    "bus", "school", "child", "teacher", "morning", "class", "parking", "lunch", "stop", "driver", "office", "homework",
    "winter", "lesson", "gym", "door", "street", "crossing", "schedule", "library",
];
const SMALL: &[&str] = &["the", "was", "and", "for", "my", "with", "late", "again", "not", "our", "at", "very"];
const SYLLABLES: &[&str] = &["ka", "ro", "min", "te", "lus", "per", "va", "dor", "shi", "no", "gel", "fra", "bo", "quin", "zet"];

fn text(dice: &mut Dice, number: u64) -> String {
    let mut words: Vec<String> = Vec::new();
    for _ in 0..12 + dice.roll(24) {
        words.push(match dice.roll(10) {
            0..4 => dice.of(SMALL).to_owned(),
            4..6 => dice.of(OFTEN).to_owned(),
            // A tail of words that few use.
            _ => {
                let mut tail = dice.seldom(30_000) + 1;
                let mut word = String::new();
                while tail > 0 {
                    word += SYLLABLES[usize::try_from(tail % SYLLABLES.len() as u64).unwrap_or(0)];
                    tail /= SYLLABLES.len() as u64;
                }
                word
            }
        });
    }
    // Twenty have the rare word, however many there are.
    if number % 500 == 7 && number < 10_000 {
        words.push(String::from("xylophone"));
    }
    words.join(" ")
}

/// A table's columns, and its rows as they are written.
struct Rows {
    into: &'static str,
    columns: usize,
    cells: Vec<Cell>,
}

enum Cell {
    Text(String),
    Number(i64),
    Nothing,
    NoNumber,
}

impl Rows {
    fn new(into: &'static str) -> Self {
        Self { into, columns: into.matches(',').count() + 1, cells: Vec::new() }
    }

    async fn write(&mut self, tx: &mut sqlx::Transaction<'_, sqlx::Any>) -> anyhow::Result<()> {
        if self.cells.is_empty() {
            return Ok(());
        }
        let row = |at: usize| {
            let each: Vec<String> = (1..=self.columns).map(|c| format!("${}", at * self.columns + c)).collect();
            format!("({})", each.join(","))
        };
        let rows: Vec<String> = (0..self.cells.len() / self.columns).map(row).collect();
        let mut query = sqlx::query(AssertSqlSafe(format!("INSERT INTO {} VALUES {}", self.into, rows.join(","))));
        for cell in self.cells.drain(..) {
            query = match cell {
                Cell::Text(text) => query.bind(text),
                Cell::Number(number) => query.bind(number),
                Cell::Nothing => query.bind(None::<String>),
                Cell::NoNumber => query.bind(None::<i64>),
            };
        }
        query.execute(&mut **tx).await?;
        Ok(())
    }
}

/// Fills a demo district with inquiries of five years, two of a hundred still open; then indexes them as the program does
/// after an upgrade.
pub(super) async fn generate(engine: &str, data: &Path, database: Option<&str>, size: u64) -> anyhow::Result<()> {
    for (email, role) in [(ADMINISTRATOR, "administrator"), (STAFF, "staff")] {
        let made = program::run(data, database, &["user", "add", "maple-valley", email, email, role], &format!("{PASSWORD}\n"));
        anyhow::ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
    let url = database.map_or_else(|| Db::embedded_url(data), str::to_owned);
    let db = Db::open(&url).await?;
    let district = db.districts(0).await?.remove(0).1?;
    let staff = db.account_by_email(STAFF).await?.map(|a| a.id).unwrap_or_default();
    let owners: Vec<String> = db.staff(&district.id).await?.into_iter().map(|p| p.account_id).collect();
    db.close().await;
    let topics: Vec<&str> = district.district.topics.iter().map(|t| t.id.as_str()).collect();
    let schools: Vec<&str> = district.district.schools.iter().map(|s| s.id.as_str()).collect();
    sqlx::any::install_default_drivers();
    let pool = sqlx::pool::PoolOptions::<sqlx::Any>::new().max_connections(1).connect(&url).await?;
    if database.is_none() {
        // Half a gigabyte, so that filling takes minutes and not an hour.
        sqlx::query("PRAGMA cache_size = -500000").execute(&pool).await?;
    }
    for topic in ["transportation", "food"] {
        sqlx::query("INSERT INTO topic_members VALUES ($1, $2, $3, 'member')")
            .bind(&district.id)
            .bind(topic)
            .bind(&staff)
            .execute(&pool)
            .await?;
    }
    let began = Instant::now();
    let now = Timestamp::now().as_millisecond();
    let step = 5 * 365 * 86_400_000 / i64::try_from(size)?;
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut number = 0;
    while number < size {
        let mut tx = pool.begin().await?;
        for _ in 0..25 {
            let mut inquiries = Rows::new(
                "inquiries (district_id,id,reference,code_hash,topic_id,form_version,school_id,relationship,kind,channel,locale,status,\
                 priority,confidential,summary,answers,sender_name,sender_email,owner_id,received_at,promised_at,due_at,first_reply_at,\
                 closed_at,updated_at)",
            );
            let mut messages = Rows::new("messages (district_id,id,inquiry_id,kind,account_id,body,client_key,created_at)");
            let mut trail = Rows::new("audit (district_id,id,inquiry_id,account_id,action,detail,at)");
            for _ in 0..400 {
                if number == size {
                    break;
                }
                one(
                    &mut dice,
                    number,
                    size,
                    now - i64::try_from(size - number)? * step,
                    &district.id,
                    (&topics, &schools, &owners, &staff),
                    [&mut inquiries, &mut messages, &mut trail],
                );
                number += 1;
            }
            for rows in [&mut inquiries, &mut messages, &mut trail] {
                rows.write(&mut tx).await?;
            }
        }
        tx.commit().await?;
    }
    pool.close().await;
    let written = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let app = App::start(settings(data, database, &[]), Arc::new(SystemClock), String::from("http://127.0.0.1:1")).await?;
    let indexed = search::catch_up(&app).await?;
    let took = began.elapsed().as_secs_f64();
    drop(app);
    if database.is_some() {
        // As autovacuum does it within the hour.
        let pool = AnyPool::connect(&url).await?;
        sqlx::query("VACUUM ANALYZE").execute(&pool).await?;
        pool.close().await;
    }
    let each = indexed as f64 / took;
    println!("{engine}: {size} inquiries written in {written:.0} s, made findable in {took:.0} s ({each:.0}/s)");
    Ok(())
}

/// Adds one inquiry with its reply and its trail.
fn one(
    dice: &mut Dice,
    number: u64,
    size: u64,
    at: i64,
    district: &str,
    (topics, schools, owners, staff): (&[&str], &[&str], &[String], &str),
    [inquiries, messages, trail]: [&mut Rows; 3],
) {
    use Cell::{NoNumber, Nothing, Number, Text};
    let own = |text: &str| Text(text.to_owned());
    let id = porchlight_server::app::new_id(Timestamp::from_millisecond(at).unwrap_or_default());
    let said = text(dice, number);
    // The last two of a hundred are open; of the older ones, one of a thousand.
    let is_open = number >= size - size / 50 || dice.roll(1_000) == 0;
    let status = if is_open { dice.of(&["new", "open", "open", "waiting"]) } else { "closed" };
    let due = if matches!(status, "new" | "open") { Number(at + 172_800_000) } else { NoNumber };
    let owner = match dice.roll(40) {
        0 if is_open => Nothing,
        1 => own(staff),
        _ => Text(owners[usize::try_from(dice.roll(owners.len() as u64)).unwrap_or(0)].clone()),
    };
    let person = dice.roll(size / 5 + 1);
    let replied = if status == "new" { NoNumber } else { Number(at + 7_200_000) };
    inquiries.cells.extend([
        own(district),
        Text(id.clone()),
        // Ten million different ones.
        Text(format!("MV-{:04}-{:03}", number / 1_000, number % 1_000)),
        Text(secret::code_hash(&id)),
        own(dice.of(topics)),
        Number(1),
        if dice.roll(3) == 0 { own(dice.of(schools)) } else { Nothing },
        own(dice.of(&["parent", "parent", "student", "employee", "community"])),
        own(dice.of(&["question", "comment", "concern", "suggestion", "compliment"])),
        own(dice.of(&["widget", "widget", "landing", "phone"])),
        own(if dice.roll(10) == 0 { "es" } else { "en" }),
        own(status),
        own(if dice.roll(200) == 0 { "critical" } else { "normal" }),
        Number(i64::from(dice.roll(100) == 0)),
        Text(porchlight_shared::inquiry::shorten(&said, 90)),
        Text(json!({ "message": said }).to_string()),
        Text(format!("Person {person}")),
        Text(format!("person{person}@example.org")),
        owner,
        Number(at),
        Number(at + 172_800_000),
        due,
        replied,
        if is_open { NoNumber } else { Number(at + 86_400_000) },
        Number(at),
    ]);
    let entry = |what: &str, later: i64| {
        [own(district), Text(format!("{id}-{later}")), Text(id.clone()), Nothing, own(what), own("{}"), Number(at + later)]
    };
    trail.cells.extend(entry("received", 0));
    if status != "new" {
        trail.cells.extend(entry("replied", 7_200_000));
        let body = format!("Dear family, {}. We wish you well.", text(dice, u64::MAX));
        messages.cells.extend([
            own(district),
            Text(format!("{id}-1")),
            Text(id.clone()),
            own("reply"),
            own(&owners[0]),
            Text(body),
            Text(id),
            Number(at + 7_200_000),
        ]);
    }
}
