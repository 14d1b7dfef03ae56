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
    let district = db.districts(0).await.unwrap().remove(0).1.unwrap().id;
    let mut stored = Vec::new();
    let everything = porchlight_server::store::Scope::Everything { account: String::new() };
    let mut filter = porchlight_server::store::Filter { limit: 200, ..porchlight_server::store::Filter::of(everything) };
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

/// A disk that is full, a real one: what was acknowledged is there, the rest is told to come again, and comes through
/// under its key as soon as there is room.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_and_mended() {
    let data = tempfile::tempdir().unwrap();
    let Some(server) = Server::on_small_disk(data.path(), 12) else {
        return eprintln!("left out: this system lets nobody make a small disk (unshare and mount)");
    };
    let disk = server.sees(data.path());
    let client = Client::new();
    let at = |path: &str| format!("{}/api/v1/districts/maple-valley/{path}", server.base);
    let token: Value = client.get(at("token")).send().await.unwrap().json().await.unwrap();
    let token = token["token"].as_str().unwrap();
    let send =
        |key: String, number| client.post(at("inquiries")).header("idempotency-key", key).json(&body(token, number)).send();
    let mut codes = vec![send(new_key(), 0).await.unwrap().json::<Value>().await.unwrap()["code"].clone()];

    let ballast = disk.join("ballast");
    let fill = || {
        let mut file = std::fs::File::options().create(true).append(true).open(&ballast).unwrap();
        while std::io::Write::write_all(&mut file, &[0; 4_096]).is_ok() {}
    };
    // The write-ahead log has some room of its own; it ends, too.
    let mut waiting = Vec::new();
    for number in 1..400 {
        fill();
        let key = new_key();
        let answer = send(key.clone(), number).await.unwrap();
        if answer.status() == StatusCode::CREATED {
            codes.push(answer.json::<Value>().await.unwrap()["code"].clone());
            continue;
        }
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.headers().contains_key("retry-after"));
        waiting.push((key, number));
        if waiting.len() == 5 {
            break;
        }
    }
    assert_eq!(waiting.len(), 5, "the disk is full");
    let mut photo = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(40, 30).write_to(&mut photo, image::ImageFormat::Png).unwrap();
    let part = || reqwest::multipart::Part::bytes(photo.get_ref().clone()).file_name("glass.png");
    let upload = || {
        client
            .post(at("files"))
            .multipart(reqwest::multipart::Form::new().text("token", token.to_owned()).part("file", part()))
            .send()
    };
    assert_eq!(upload().await.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(client.get(format!("{}/maple-valley", server.base)).send().await.unwrap().status(), StatusCode::OK);

    std::fs::remove_file(&ballast).unwrap();
    assert_eq!(upload().await.unwrap().status(), StatusCode::CREATED);
    for (key, number) in waiting {
        let answer = send(key, number).await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED, "there is room again");
        codes.push(answer.json::<Value>().await.unwrap()["code"].clone());
    }
    for code in codes {
        let page = client.get(format!("{}/maple-valley/i/{}", server.base, code.as_str().unwrap())).send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK, "what was acknowledged is there");
    }
}

/// The database's own limit: 503 with `Retry-After`, and afterwards the same key goes through.
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
