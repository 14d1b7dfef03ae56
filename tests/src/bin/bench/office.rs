//! A district after many years: how long the console's answers take with 10,000 and with 1,000,000 inquiries, and how
//! they grow from the one to the other.

use crate::generate::generate;
use porchlight_tests::app::PASSWORD;
use porchlight_tests::program::{Server, demo};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// How many there are: few, and many.
const SIZES: [u64; 2] = [10_000, 1_000_000];
/// Times that each question is asked.
const ASKED: usize = 120;
pub(super) const ADMINISTRATOR: &str = "bench-admin@maplevalley.example";
pub(super) const STAFF: &str = "bench-staff@maplevalley.example";

/// An empty database: in the cluster that `PORCHLIGHT_BENCH_POSTGRES` names, or in one that goes with this process.
async fn postgres(size: u64) -> anyhow::Result<String> {
    let Ok(cluster) = std::env::var("PORCHLIGHT_BENCH_POSTGRES") else {
        return Ok(porchlight_tests::postgres::database().await);
    };
    let maker = sqlx::PgPool::connect(&format!("{cluster}/postgres")).await?;
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE bench_{size}"))).execute(&maker).await?;
    Ok(format!("{cluster}/bench_{size}"))
}

/// Asks everything on one engine. What was filled once can be asked again: `PORCHLIGHT_BENCH_KEEP` names a folder for it.
pub(super) async fn office(engine: &str, on_postgres: bool) -> anyhow::Result<()> {
    let mut figures: Vec<BTreeMap<&'static str, (f64, f64)>> = Vec::new();
    for size in SIZES {
        let data = tempfile::tempdir()?;
        let kept = std::env::var_os("PORCHLIGHT_BENCH_KEEP").map(|kept| Path::new(&kept).join(format!("{engine}-{size}")));
        let folder = kept.as_deref().unwrap_or(data.path());
        let address = folder.join("postgres");
        let url = match std::fs::read_to_string(&address) {
            _ if !on_postgres => None,
            Ok(address) => Some(address),
            Err(_) => Some(postgres(size).await?),
        };
        if !folder.join("filled").exists() {
            std::fs::create_dir_all(folder)?;
            demo(folder, url.as_deref());
            generate(engine, folder, url.as_deref(), size).await?;
            std::fs::write(folder.join("filled"), "")?;
            url.iter().try_for_each(|url| std::fs::write(&address, url))?;
        }
        figures.push(ask(folder, url.as_deref()).await?);
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
        let mut slowest = (0.0, "");
        for path in paths.iter().cycle().take(ASKED) {
            let began = Instant::now();
            self.get(path).await?;
            let took = began.elapsed().as_secs_f64() * 1_000.0;
            times.push(took);
            if took > slowest.0 {
                slowest = (took, path);
            }
        }
        if slowest.0 > 100.0 {
            println!("  slow: {:.0} ms, {}", slowest.0, slowest.1);
        }
        times.sort_unstable_by(f64::total_cmp);
        Ok((times[ASKED / 2], times[ASKED * 95 / 100]))
    }
}
