//! Bad moments: the machine dies, the disk is full, the database is away. What was acknowledged is there.

use porchlight_server::serve::{Patience, serve_with};
use porchlight_tests::app::new_key;
use porchlight_tests::postgres;
use porchlight_tests::program::{Server, demo};
use porchlight_tests::{Engine, TestApp};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

fn body(token: &str, number: usize) -> Value {
    json!({
        "topic": "transportation", "relationship": "community", "kind": "concern", "locale": "en",
        "answers": { "road": "Elm St & 4th", "what_happened": format!("number {number}") },
        "contact": { "name": "Kim", "email": "kim@example.org" }, "token": token,
    })
}

/// Ten power cuts under load: every acknowledged reference is there, none twice, and what was not
/// acknowledged can be sent again under its key.
async fn ten_power_cuts(database: Option<String>) {
    let data = tempfile::tempdir().unwrap();
    demo(data.path(), database.as_deref());
    let client = Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
    let acknowledged: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
    let mut unanswered: Vec<(String, Value)> = Vec::new();
    for round in 0..10 {
        let server = Server::start(data.path(), database.as_deref());
        let token: Value = client
            .get(format!("{}/api/v1/districts/maple-valley/token", server.base))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let token = token["token"].as_str().unwrap().to_owned();
        let url = format!("{}/api/v1/districts/maple-valley/inquiries", server.base);
        // First what the last cut left without an answer, under the same keys.
        for (key, mut body) in std::mem::take(&mut unanswered) {
            body["token"] = json!(token);
            let answer = client.post(&url).header("idempotency-key", &key).json(&body).send().await.unwrap();
            assert!(answer.status().is_success(), "{}", answer.status());
            let reference = answer.json::<Value>().await.unwrap()["reference"].as_str().unwrap().to_owned();
            acknowledged.lock().unwrap().push((key, reference));
        }
        let before = acknowledged.lock().unwrap().len();
        let mut senders = tokio::task::JoinSet::new();
        for sender in 0..16 {
            let (client, url, token, acknowledged) = (client.clone(), url.clone(), token.clone(), acknowledged.clone());
            senders.spawn(async move {
                for number in 0.. {
                    let (key, body) = (new_key(), body(&token, round * 10_000 + sender * 100 + number));
                    match client.post(&url).header("idempotency-key", &key).json(&body).send().await {
                        Ok(answer) if answer.status() == StatusCode::CREATED => match answer.json::<Value>().await {
                            Ok(receipt) => {
                                acknowledged.lock().unwrap().push((key, receipt["reference"].as_str().unwrap().to_owned()))
                            }
                            Err(_) => return (key, body),
                        },
                        _ => return (key, body),
                    }
                }
                unreachable!("the server is killed")
            });
        }
        // The cut comes once the load is under way.
        while acknowledged.lock().unwrap().len() < before + 40 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        server.kill();
        unanswered = senders.join_all().await;
    }
    let settings = porchlight_tests::app::settings(data.path(), database.as_deref(), &[]);
    let db = porchlight_server::store::Db::open(&settings.database_url).await.unwrap();
    let district = db.districts().await.unwrap().remove(0).1.unwrap().id;
    let mut stored = Vec::new();
    let mut filter = porchlight_server::store::Filter { confidential: true, limit: 200, ..Default::default() };
    loop {
        let page = db.inquiries(&district, &filter).await.unwrap();
        let Some(last) = page.last() else { break };
        filter.after = Some(porchlight_server::store::Position { at: last.received_at, id: last.id.clone() });
        stored.extend(page.into_iter().map(|i| i.reference));
    }
    let unique: BTreeSet<&String> = stored.iter().collect();
    assert_eq!(unique.len(), stored.len(), "no reference twice");
    let acknowledged = acknowledged.lock().unwrap();
    let references: BTreeSet<&String> = acknowledged.iter().map(|(_, reference)| reference).collect();
    assert_eq!(references.len(), acknowledged.len(), "no reference was told twice");
    let missing: Vec<_> = references.iter().filter(|r| !unique.contains(*r)).collect();
    assert!(missing.is_empty(), "{} of {} acknowledged are missing", missing.len(), acknowledged.len());
    println!("{} acknowledged over ten power cuts, all there", acknowledged.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn power_cuts_lose_nothing_on_sqlite() {
    ten_power_cuts(None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn power_cuts_lose_nothing_on_postgres() {
    ten_power_cuts(Some(postgres::database().await)).await;
}

/// A disk that is full: 503 with `Retry-After`, and afterwards the same key goes through.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_database_is_said_and_mended() {
    let app = TestApp::start(Engine::Sqlite).await;
    let body = app.windshield().await;
    let key = new_key();
    // SQLite's own limit stands in for the disk's: the same error, SQLITE_FULL.
    let limit = |pages: i64| porchlight_tests::app::sqlite_page_limit(&app, pages);
    limit(1).await;
    let mut full = None;
    for _ in 0..400 {
        let answer = app.submit(&new_key(), &body).await;
        if answer.status() != StatusCode::CREATED {
            full = Some(answer);
            break;
        }
    }
    let full = full.expect("the database fills up");
    assert_eq!(full.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(full.headers().contains_key("retry-after"));
    let text = full.text().await.unwrap();
    assert!(!text.to_lowercase().contains("sqlite") && !text.contains("disk"), "no internal text: {text}");
    limit(1_000_000).await;
    assert_eq!(app.submit(&key, &body).await.status(), StatusCode::CREATED);
    let page = app.get("/maple-valley").await;
    assert_eq!(page.status(), StatusCode::OK);
}

/// Somebody else holds the database for a while: senders wait a little and are taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_database_is_waited_for() {
    let app = TestApp::start(Engine::Sqlite).await;
    let body = app.windshield().await;
    let other = porchlight_server::store::Db::open(&app.app.settings.database_url).await.unwrap();
    let held = other.begin().await.unwrap();
    let key = new_key();
    let sending = app.submit(&key, &body);
    let letting_go = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        held.rollback().await.unwrap();
    };
    let (answer, ()) = tokio::join!(sending, letting_go);
    assert_eq!(answer.status(), StatusCode::CREATED);
}

/// PostgreSQL goes away and comes back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_database_is_said_and_found_again() {
    let app = TestApp::start(Engine::Postgres).await;
    let body = app.windshield().await;
    let url = app.app.settings.database_url.clone();
    let name = url.rsplit('/').next().unwrap().to_owned();
    let admin = sqlx::PgPool::connect(&url.replace(&name, "postgres")).await.unwrap();
    let run = |sql: String| {
        let admin = admin.clone();
        async move { sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&admin).await.unwrap() }
    };
    run(format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")).await;
    run(format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")).await;
    let key = new_key();
    let lost = app.submit(&key, &body).await;
    assert_eq!(lost.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(lost.headers().contains_key("retry-after"));
    assert_eq!(app.get("/readyz").await.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(app.get("/healthz").await.status(), StatusCode::OK);
    run(format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")).await;
    let found = app.submit(&key, &body).await;
    assert_eq!(found.status(), StatusCode::CREATED, "the same key, once the database is back");
}

/// Who connects and says nothing, or half a word, is let go; who comes after finds a place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silent_connections_are_let_go() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let app = TestApp::start(Engine::Sqlite).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let patience = Patience { head: Duration::from_millis(300), connections: 2, ..Patience::default() };
    let (_stop, stopped) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(serve_with(app.app.clone(), listener, async move { drop(stopped.await) }, patience));
    let mut silent = Vec::new();
    // All places are taken, by nothing and by the beginning of what could be HTTP/2.
    for word in ["", "P"] {
        let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
        socket.write_all(word.as_bytes()).await.unwrap();
        silent.push(socket);
    }
    let answer = app.client.get(format!("http://{address}/healthz")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    for mut socket in silent {
        let mut rest = Vec::new();
        // Closed, perhaps with a word about why; never kept.
        let _ = tokio::time::timeout(Duration::from_secs(10), socket.read_to_end(&mut rest)).await.expect("let go");
    }
}
