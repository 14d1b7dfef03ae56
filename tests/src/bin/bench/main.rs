//! The benchmarks, as a table with ratios: each figure beside the bare thing that it is made of, in the
//! same run. Not for judging machines: only the ratios travel.

mod alerts;
mod coach;
mod generate;
mod office;
mod widgets;

use jiff::Timestamp;
use porchlight_server::intake::write_batch;
use porchlight_server::store::{Db, NewInquiry, NewJob};
use porchlight_shared::status::{Channel, Kind, Priority, Relationship};
use porchlight_tests::app::new_key;
use porchlight_tests::program::{Server, demo};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const CLIENTS: usize = 64;
const SECONDS: u64 = 8;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let part = std::env::args().nth(1);
    let asked = |name| part.as_deref().is_none_or(|part| part == name);
    println!("\n{:<52} {:>12} {:>12} {:>8}", "measure", "figure", "aim", "ratio");
    if asked("start") {
        let data = tempfile::tempdir()?;
        demo(data.path(), None);
        idle_memory_and_start(data.path()).await?;
    }
    if asked("alerts") {
        alerts::alerts();
    }
    if asked("coach") {
        coach::coach();
    }
    if asked("widgets") {
        widgets::widgets().await?;
    }
    if asked("intake") {
        let data = tempfile::tempdir()?;
        demo(data.path(), None);
        intake("SQLite", data.path(), None, 0.5).await?;
        let url = porchlight_tests::postgres::database().await;
        let data = tempfile::tempdir()?;
        demo(data.path(), Some(&url));
        intake("PostgreSQL", data.path(), Some(&url), 0.0).await?;
    }
    for (engine, on_postgres) in [("SQLite", false), ("PostgreSQL", true)] {
        if asked("office") || part.as_deref() == Some(&format!("office-{}", engine.to_lowercase())) {
            office::office(engine, on_postgres).await?;
        }
    }
    Ok(())
}

fn line(measure: &str, figure: &str, aim: &str, ratio: &str) {
    println!("{measure:<52} {figure:>12} {aim:>12} {ratio:>8}");
}

async fn idle_memory_and_start(data: &Path) -> anyhow::Result<()> {
    let mut starts = Vec::new();
    for _ in 0..7 {
        let began = Instant::now();
        let server = Server::start(data, None);
        while reqwest::get(format!("{}/readyz", server.base)).await.is_err() {}
        starts.push(began.elapsed().as_millis());
    }
    starts.sort_unstable();
    line("start to ready, median of 7", &format!("{} ms", starts[3]), "200 ms", &format!("{:.2}", starts[3] as f64 / 200.0));
    let server = Server::start(data, None);
    reqwest::get(format!("{}/maple-valley", server.base)).await?;
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id()))?;
    let kilobytes =
        status.lines().find_map(|l| l.strip_prefix("VmRSS:")).and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok());
    let megabytes = kilobytes.unwrap_or(0.0) / 1_024.0;
    line("idle memory, resident", &format!("{megabytes:.0} MB"), "50 MB", &format!("{:.2}", megabytes / 50.0));
    Ok(())
}

async fn intake(engine: &str, data: &Path, database: Option<&str>, aim: f64) -> anyhow::Result<()> {
    // Bare before, HTTP, bare after: what the machine does meanwhile falls on both.
    let before = bare(data, database).await?;
    let (rate, p99, p50) = over_http(data, database).await?;
    let after = bare(data, database).await?;
    let base = (before + after) / 2.0;
    line(&format!("{engine}: bare group commit, {CLIENTS} submitters"), &format!("{base:.0}/s"), "", "1.00");
    let aim = if aim > 0.0 { format!("≥ {aim}") } else { String::new() };
    line(
        &format!("{engine}: durable inquiries over HTTP, {CLIENTS} clients"),
        &format!("{rate:.0}/s"),
        &aim,
        &format!("{:.2}", rate / base),
    );
    line(&format!("{engine}: their time, median"), &format!("{p50:.1} ms"), "", "");
    line(&format!("{engine}: their time, 99th percentile"), &format!("{p99:.1} ms"), "30 ms", &format!("{:.2}", p99 / 30.0));
    Ok(())
}

/// The same rows by the same group commit, without HTTP and parsing.
async fn bare(data: &Path, database: Option<&str>) -> anyhow::Result<f64> {
    let url = database.map_or_else(|| Db::embedded_url(data), str::to_owned);
    let db = Db::open(&url).await?;
    let district = db.districts(0).await?.remove(0).1?.id;
    let (queue, mut waiting) = tokio::sync::mpsc::channel::<(NewInquiry, tokio::sync::oneshot::Sender<()>)>(1_024);
    let written = Arc::new(AtomicU64::new(0));
    let end = Instant::now() + Duration::from_secs(SECONDS);
    let mut submitters = tokio::task::JoinSet::new();
    for _ in 0..CLIENTS {
        let (queue, written, district) = (queue.clone(), written.clone(), district.clone());
        submitters.spawn(async move {
            while Instant::now() < end {
                let (done, told) = tokio::sync::oneshot::channel();
                if queue.send((row(&district), done)).await.is_err() || told.await.is_err() {
                    return;
                }
                written.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    drop(queue);
    let began = Instant::now();
    let mut batch = Vec::new();
    while waiting.recv_many(&mut batch, 256).await > 0 {
        // Two of a hundred thousand may draw the same reference; the server draws another, and so do we.
        while let Err(problem) = write_batch(&db, &batch.iter().map(|(row, _)| row).collect::<Vec<_>>()).await {
            if !problem.is_taken() {
                return Err(problem.into());
            }
            for (row, _) in &mut batch {
                row.reference = porchlight_server::secret::reference("MV");
            }
        }
        for (_, done) in batch.drain(..) {
            let _ = done.send(());
        }
    }
    submitters.join_all().await;
    let rate = written.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64();
    db.close().await;
    Ok(rate)
}

/// The rows of the windshield story.
fn row(district: &str) -> NewInquiry {
    let now = Timestamp::now();
    let at = now.as_millisecond();
    let id = || porchlight_server::app::new_id(now);
    let inquiry = id();
    let answers = json!({ "road": "Elm St & 4th", "bus": "12", "what_happened": "A binder hit my windshield." });
    NewInquiry {
        district_id: district.to_owned(),
        reference: porchlight_server::secret::reference("MV"),
        code_hash: porchlight_server::secret::code_hash(&inquiry),
        topic_id: String::from("transportation"),
        form_version: 1,
        school_id: None,
        relationship: Relationship::Community,
        kind: Kind::Concern,
        channel: Channel::Api,
        locale: String::from("en"),
        priority: Priority::Normal,
        confidential: false,
        summary: String::from("A binder hit my windshield."),
        answers: answers.to_string(),
        sender_name: Some(String::from("Kim")),
        sender_email: Some(String::from("kim@example.org")),
        sender_phone: None,
        page: Some(String::from("https://www.example.org/contact")),
        owner_id: None,
        members: Vec::new(),
        routed: json!({}),
        notices: Vec::new(),
            alerts: Vec::new(),
        entered_by: None,
        received_at: at,
        promised_at: at,
        remind_at: None,
        channel_key: new_key(),
        body: body("").to_string(),
        body_hash: porchlight_server::secret::hash(&[inquiry.as_bytes()]),
        receipt: json!({ "reference": "MV-2222-222", "due": now.to_string(), "due_text": "Monday, November 23, 3:30 pm", "thanks": "Our transportation office has it now. We talk with the driver, look at the bus's record of the trip, and write back to you." }).to_string(),
        files: Vec::new(),
        file_names: Vec::new(),
        token_hash: String::new(),
        jobs: vec![NewJob { id: id(), kind: "mail_receipt", payload: json!({ "district": district, "inquiry": inquiry }).to_string(), run_at: at + 86_400_000 }],
        audit_id: id(),
        event_id: id(),
        id: inquiry,
    }
}

fn body(token: &str) -> Value {
    json!({
        "topic": "transportation", "school": null, "relationship": "community", "kind": "concern", "locale": "en",
        "answers": { "road": "Elm St & 4th", "bus": "12", "what_happened": "A binder hit my windshield." },
        "contact": { "name": "Kim", "email": "kim@example.org", "phone": null }, "token": token, "page": "https://www.example.org/contact",
    })
}

/// Inquiries a second, and the 99th and 50th percentile of their times in milliseconds.
async fn over_http(data: &Path, database: Option<&str>) -> anyhow::Result<(f64, f64, f64)> {
    let server = Server::start(data, database);
    let client = reqwest::Client::builder().pool_max_idle_per_host(CLIENTS).build()?;
    let token: Value = client.get(format!("{}/api/v1/districts/maple-valley/token", server.base)).send().await?.json().await?;
    let text = body(token["token"].as_str().unwrap_or_default()).to_string();
    let url = format!("{}/api/v1/districts/maple-valley/inquiries", server.base);
    let end = Instant::now() + Duration::from_secs(SECONDS);
    let mut clients = tokio::task::JoinSet::new();
    let began = Instant::now();
    for _ in 0..CLIENTS {
        let (client, url, text) = (client.clone(), url.clone(), text.clone());
        clients.spawn(async move {
            let mut times = Vec::new();
            while Instant::now() < end {
                let sent = Instant::now();
                let request = client
                    .post(&url)
                    .header("content-type", "application/json")
                    .header("idempotency-key", new_key())
                    .body(text.clone());
                let answer = request.send().await.expect("an answer");
                assert_eq!(answer.status(), 201, "an inquiry is taken");
                answer.bytes().await.expect("a receipt");
                times.push(sent.elapsed());
            }
            times
        });
    }
    let mut times: Vec<Duration> = clients.join_all().await.into_iter().flatten().collect();
    let rate = times.len() as f64 / began.elapsed().as_secs_f64();
    times.sort_unstable();
    let percentile = |p: usize| times.get(times.len() * p / 100).map_or(0.0, |t| t.as_secs_f64() * 1_000.0);
    Ok((rate, percentile(99), percentile(50)))
}
