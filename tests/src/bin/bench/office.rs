//! A district after many years: how long the console's answers take with 10,000 and with 1,000,000 inquiries, and how
//! they grow from the one to the other.

use jiff::Timestamp;
use porchlight_server::app::App;
use porchlight_server::clock::SystemClock;
use porchlight_server::store::Db;
use porchlight_server::{search, secret};
use porchlight_tests::app::{PASSWORD, settings};
use porchlight_tests::program::{self, Server, demo};
use serde_json::{Value, json};
use sqlx::{AnyPool, AssertSqlSafe};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// How many there are: few, and many.
const SIZES: [u64; 2] = [10_000, 1_000_000];
/// Times that each question is asked.
const ASKED: usize = 120;
const ADMINISTRATOR: &str = "bench-admin@maplevalley.example";
const STAFF: &str = "bench-staff@maplevalley.example";

/// Asks everything on one engine.
pub(super) async fn office(engine: &str, on_postgres: bool) -> anyhow::Result<()> {
    let mut figures: Vec<BTreeMap<&'static str, (f64, f64)>> = Vec::new();
    for size in SIZES {
        let data = tempfile::tempdir()?;
        let url = if on_postgres { Some(porchlight_tests::postgres::database().await) } else { None };
        demo(data.path(), url.as_deref());
        generate(engine, data.path(), url.as_deref(), size).await?;
        figures.push(ask(data.path(), url.as_deref()).await?);
    }
    println!(
        "\n{engine:<44} {:>17} {:>19} {:>9} {:>7} {:>7}",
        "10,000: p50/p95", "1,000,000: p50/p95", "aim p95", "ratio", "growth"
    );
    for (what, (few_median, few)) in &figures[0] {
        let Some((many_median, many)) = figures[1].get(what) else { continue };
        let aim = match *what {
            w if w.starts_with("inbox") || w.starts_with("filter") => Some(15.0),
            w if w.starts_with("search") => Some(80.0),
            _ => None,
        };
        let (aim, ratio) = aim.map_or_else(Default::default, |aim: f64| (format!("{aim:.0} ms"), format!("{:.2}", many / aim)));
        println!(
            "{what:<44} {:>17} {:>19} {aim:>9} {ratio:>7} {:>7}",
            format!("{few_median:.1} / {few:.1} ms"),
            format!("{many_median:.1} / {many:.1} ms"),
            format!("×{:.2}", many_median / few_median),
        );
    }
    Ok(())
}

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
            };
        }
        query.execute(&mut **tx).await?;
        Ok(())
    }
}

/// Fills a demo district with inquiries of five years, two of a hundred still open; then indexes them as the program does
/// after an upgrade.
async fn generate(engine: &str, data: &Path, database: Option<&str>, size: u64) -> anyhow::Result<()> {
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
    let pool = AnyPool::connect(&url).await?;
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
    use Cell::{Nothing, Number, Text};
    let own = |text: &str| Text(text.to_owned());
    let id = porchlight_server::app::new_id(Timestamp::from_millisecond(at).unwrap_or_default());
    let said = text(dice, number);
    // The last two of a hundred are open; of the older ones, one of a thousand.
    let is_open = number >= size - size / 50 || dice.roll(1_000) == 0;
    let status = if is_open { dice.of(&["new", "open", "open", "waiting"]) } else { "closed" };
    let due = if matches!(status, "new" | "open") { Number(at + 172_800_000) } else { Nothing };
    let owner = match dice.roll(40) {
        0 if is_open => Nothing,
        1 => own(staff),
        _ => Text(owners[usize::try_from(dice.roll(owners.len() as u64)).unwrap_or(0)].clone()),
    };
    let person = dice.roll(size / 5 + 1);
    let replied = if status == "new" { Nothing } else { Number(at + 7_200_000) };
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
        if is_open { Nothing } else { Number(at + 86_400_000) },
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

/// Asks the program as the console does, as an administrator who may see everything, and as staff with two topics.
async fn ask(data: &Path, database: Option<&str>) -> anyhow::Result<BTreeMap<&'static str, (f64, f64)>> {
    let server = Server::start(data, database);
    let mut figures = BTreeMap::new();
    let admin = Person::log_in(&server, ADMINISTRATOR).await?;
    let some = ids(&admin).await?;
    let open: Vec<String> = some.iter().map(|id| format!("/inquiries/{id}")).collect();
    let each = |paths: &[&str]| paths.iter().map(|p| (*p).to_owned()).collect::<Vec<_>>();
    let filters = each(&[
        "/inquiries?view=mine",
        "/inquiries?view=unassigned",
        "/inquiries?view=waiting",
        "/inquiries?view=past_due",
        "/inquiries?view=critical",
        "/inquiries?view=closed",
        "/inquiries?view=everything",
        "/inquiries?view=open&topic=transportation",
        "/inquiries?view=closed&topic=food",
        "/inquiries?view=everything&status=closed&kind=concern",
    ]);
    for (what, paths) in [
        ("inbox page, administrator", each(&["/inquiries?view=open"])),
        ("filter change, administrator", filters.clone()),
        ("open thread, administrator", open),
        ("counts of all views, administrator", each(&["/views"])),
        (
            "search common word, administrator",
            each(&["/inquiries?view=everything&q=bus+", "/inquiries?view=everything&q=school+"]),
        ),
        ("search rare word, administrator", each(&["/inquiries?view=everything&q=xylophone+"])),
        (
            "search three-word prefix, administrator",
            each(&[
                "/inquiries?view=everything&q=winter+parking+less",
                "/inquiries?view=everything&q=gym+door+crossi",
                "/inquiries?view=everything&q=library+homework+sched",
            ]),
        ),
    ] {
        figures.insert(what, admin.times(&paths).await?);
    }
    let staff = Person::log_in(&server, STAFF).await?;
    for (what, paths) in [
        ("inbox page, staff", each(&["/inquiries?view=open"])),
        ("filter change, staff", filters),
        ("search common word, staff", each(&["/inquiries?view=everything&q=bus+", "/inquiries?view=everything&q=school+"])),
        ("search three-word prefix, staff", each(&["/inquiries?view=everything&q=winter+parking+less"])),
    ] {
        figures.insert(what, staff.times(&paths).await?);
    }
    Ok(figures)
}

/// Some inquiries, old and new.
async fn ids(admin: &Person<'_>) -> anyhow::Result<Vec<String>> {
    let mut all = Vec::new();
    for path in ["/inquiries?view=open&limit=30", "/inquiries?view=closed&limit=30", "/inquiries?view=everything&q=xylophone+"] {
        let list: Value = serde_json::from_str(&admin.get(path).await?)?;
        all.extend(list["inquiries"].as_array().into_iter().flatten().filter_map(|i| i["id"].as_str().map(str::to_owned)));
    }
    anyhow::ensure!(all.len() >= 60, "{} inquiries to open", all.len());
    Ok(all)
}

struct Person<'a> {
    server: &'a Server,
    client: reqwest::Client,
}

impl<'a> Person<'a> {
    async fn log_in(server: &'a Server, email: &str) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().cookie_store(true).build()?;
        let body = json!({ "email": email, "password": PASSWORD });
        let url = format!("{}/api/v1/session", server.base);
        client.post(url).header("origin", &server.base).json(&body).send().await?.error_for_status()?;
        Ok(Self { server, client })
    }

    async fn get(&self, path: &str) -> anyhow::Result<String> {
        let url = format!("{}/api/v1{path}", self.server.base);
        Ok(self.client.get(url).send().await?.error_for_status()?.text().await?)
    }

    /// Median and 95th percentile of the server's answers in ms, of these paths in turn.
    async fn times(&self, paths: &[String]) -> anyhow::Result<(f64, f64)> {
        for path in paths.iter().take(10) {
            self.get(path).await?;
        }
        let mut times = Vec::with_capacity(ASKED);
        for path in paths.iter().cycle().take(ASKED) {
            let began = Instant::now();
            self.get(path).await?;
            times.push(began.elapsed().as_secs_f64() * 1_000.0);
        }
        times.sort_unstable_by(f64::total_cmp);
        Ok((times[ASKED / 2], times[ASKED * 95 / 100]))
    }
}
