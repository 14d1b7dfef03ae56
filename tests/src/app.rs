//! A server in this process, with the demo district's definition and a few people.

use crate::postgres;
use jiff::Timestamp;
use porchlight_server::app::{App, new_id};
use porchlight_server::clock::{Clock, HeldClock, SystemClock};
use porchlight_server::config::{Raw, Settings};
use porchlight_server::store::{NewAccount, Put, PutDistrict, Relation};
use porchlight_server::{demo, job, password, serve};
use porchlight_shared::district::District;
use porchlight_shared::status::Role;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The district of all stories.
pub const DISTRICT: &str = include_str!("../../server/demo/maple-valley/district.json");
/// Everybody's password.
pub const PASSWORD: &str = "a quiet porch light";
pub(crate) static PASSWORD_HASH: LazyLock<String> = LazyLock::new(|| password::hash(PASSWORD).expect("a hash"));

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// How a test's server differs from the usual.
pub struct Wish {
    pub engine: Engine,
    /// `None` is the system's time.
    pub now: Option<&'static str>,
    pub rate_limit: bool,
    /// Further settings, by their names in the environment.
    pub settings: Vec<(&'static str, String)>,
    /// Changes the definition before it is loaded.
    pub district: fn(&mut Value),
    /// The whole demo, with its people and inquiries, instead of a few people and none.
    pub demo: bool,
}

impl Default for Wish {
    fn default() -> Self {
        Self { engine: Engine::Sqlite, now: None, rate_limit: false, settings: Vec::new(), district: |_| {}, demo: false }
    }
}

pub struct TestApp {
    pub app: Arc<App>,
    pub base: String,
    pub clock: Option<Arc<HeldClock>>,
    pub client: Client,
    pub data: tempfile::TempDir,
    /// The demo's accounts, where it was loaded.
    pub logins: Vec<demo::Login>,
    stop: Option<oneshot::Sender<()>>,
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

/// Settings for a server in `data`.
pub fn settings(data: &std::path::Path, database_url: Option<&str>, more: &[(&'static str, String)]) -> Settings {
    let mut raw: Raw = more.iter().cloned().collect();
    raw.insert("PORCHLIGHT_DATA", data.display().to_string());
    raw.insert("PORCHLIGHT_SECRET", String::from("a secret that only these tests know"));
    if let Some(url) = database_url {
        raw.insert("PORCHLIGHT_DATABASE_URL", url.to_owned());
    }
    Settings::parse(&raw).expect("good settings")
}

impl TestApp {
    pub async fn start(engine: Engine) -> Self {
        Self::wish(Wish { engine, ..Wish::default() }).await
    }

    /// # Panics
    /// The server does not start.
    pub async fn wish(wish: Wish) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let database = match wish.engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(postgres::database().await),
        };
        let mut more = wish.settings.clone();
        more.push(("PORCHLIGHT_RATE_LIMIT", String::from(if wish.rate_limit { "on" } else { "off" })));
        // No story waits for the seconds of grace, but the one that is about them.
        if !more.iter().any(|(name, _)| *name == "PORCHLIGHT_UNDO_SECONDS") {
            more.push(("PORCHLIGHT_UNDO_SECONDS", String::from("0")));
        }
        let settings = settings(data.path(), database.as_deref(), &more);
        let held = wish.now.map(|now| Arc::new(HeldClock::at(now.parse().expect("a time"))));
        let clock: Arc<dyn Clock> = match &held {
            Some(held) => held.clone(),
            None => Arc::new(SystemClock),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address: SocketAddr = listener.local_addr().expect("an address");
        let base = format!("http://{address}");
        let logins = if wish.demo {
            demo::load(&settings, clock.clone(), &base, false).await.expect("the demo loads")
        } else {
            Vec::new()
        };
        let app = App::start(settings, clock, base.clone()).await.expect("the server starts");
        let mut definition: Value = serde_json::from_str(DISTRICT).expect("JSON");
        (wish.district)(&mut definition);
        if !wish.demo {
            install(&app, &definition).await;
        }
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = serve::serve(app.clone(), listener, async move { drop(stopped.await) });
        tokio::spawn(serving);
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            .build()
            .expect("a client");
        Self { app, base, clock: held, client, data, logins, stop: Some(stop) }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().await.expect("an answer")
    }

    /// A fresh token of the demo district.
    pub async fn token(&self) -> String {
        let answer: Value = self.get("/api/v1/districts/maple-valley/token").await.json().await.expect("JSON");
        answer["token"].as_str().expect("a token").to_owned()
    }

    /// Sends a submission under a key.
    pub async fn submit(&self, key: &str, body: &Value) -> Response {
        self.client
            .post(self.url("/api/v1/districts/maple-valley/inquiries"))
            .header("idempotency-key", key)
            .json(body)
            .send()
            .await
            .expect("an answer")
    }

    /// Changes the district's definition as its people would.
    pub async fn change_district(&self, change: impl FnOnce(&mut Value)) -> Put {
        let mut definition: Value = serde_json::from_str(DISTRICT).expect("JSON");
        change(&mut definition);
        let (district, _) = District::from_definition(&definition).expect("a good definition");
        let mut tx = self.app.db.begin().await.expect("a transaction");
        let put = PutDistrict { definition: &definition, district: &district, by: None, at: Timestamp::now() };
        let put = tx.put_district(put).await.expect("put in place");
        tx.commit().await.expect("committed");
        self.app.refresh_districts().await.expect("districts");
        put
    }

    /// The windshield story's submission.
    pub async fn windshield(&self) -> Value {
        json!({
            "topic": "transportation", "school": null, "relationship": "community", "kind": "concern", "locale": "en",
            "answers": { "road": "Elm St & 4th", "bus": "12", "what_happened": "A binder hit my windshield." },
            "contact": { "name": "Kim", "email": "kim@example.org", "phone": null },
            "token": self.token().await, "page": "https://www.example.org/contact?from=mail",
        })
    }

    /// Sends the windshield story in and gives its receipt.
    pub async fn windshield_receipt(&self) -> Value {
        let answer = self.submit(&new_key(), &self.windshield().await).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        answer.json().await.expect("a receipt")
    }

    /// Uploads a file under a token.
    pub async fn upload(&self, token: &str, name: &str, bytes: Vec<u8>) -> Response {
        let part = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new().text("token", token.to_owned()).part("file", part);
        self.client.post(self.url("/api/v1/districts/maple-valley/files")).multipart(form).send().await.expect("an answer")
    }

    /// A client with the session of one of the people.
    pub async fn log_in(&self, who: &str) -> Staff<'_> {
        let client = Client::builder().cookie_store(true).timeout(Duration::from_secs(30)).build().expect("a client");
        let staff = Staff { app: self, client };
        let answer = staff
            .send("POST", "/session", Some(json!({ "email": format!("{who}@maplevalley.example"), "password": PASSWORD })))
            .await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{who} logs in");
        staff
    }

    /// Does everything that is due at the held clock, and waits for what the program's own workers have begun of it: a
    /// clock that goes on meanwhile would let later jobs overtake earlier ones.
    pub async fn work_off(&self) {
        loop {
            while job::run_due(&self.app).await.expect("a queue") > 0 {}
            eventually("work that was begun, done", || async { self.app.db.queue_state().await.expect("a queue").claimed == 0 })
                .await;
            if job::run_due(&self.app).await.expect("a queue") == 0 {
                return;
            }
        }
    }

    /// Mail that left, oldest first, once there are at least `count`.
    pub async fn mail(&self, count: usize) -> Vec<String> {
        let folder = self.data.path().join("mail");
        let read = || {
            let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
                .into_iter()
                .flatten()
                .flatten()
                .map(|e| e.path())
                .filter(|p| p.extension().is_some_and(|e| e == "eml"))
                .collect();
            files.sort();
            files
        };
        eventually(&format!("{count} mails"), || async { read().len() >= count }).await;
        read().iter().map(|file| decoded(&std::fs::read_to_string(file).expect("a mail"))).collect()
    }
}

/// A member of staff at work.
pub struct Staff<'a> {
    app: &'a TestApp,
    client: Client,
}

impl Staff<'_> {
    /// Calls the staff API as the console does.
    pub async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Response {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.client.request(method, self.app.url(&format!("/api/v1{path}"))).header("origin", &self.app.base);
        request = request.header("idempotency-key", new_key());
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.expect("an answer")
    }

    pub async fn get(&self, path: &str) -> Value {
        let answer = self.send("GET", path, None).await;
        assert_eq!(answer.status(), StatusCode::OK, "GET {path}");
        answer.json().await.expect("JSON")
    }

    pub async fn raw(&self, request: impl FnOnce(&Client) -> reqwest::RequestBuilder) -> Response {
        request(&self.client).send().await.expect("an answer")
    }
}

/// The district and its people, without inquiries.
async fn install(app: &App, definition: &Value) {
    let now = Timestamp::now();
    let at = now.as_millisecond();
    let (district, _) = District::from_definition(definition).expect("a good definition");
    let people = [
        ("admin", "Marisol Vega", Role::Administrator, ""),
        ("observer", "Grace Lindqvist", Role::Observer, ""),
        ("recorder", "Luz Herrera", Role::Recorder, ""),
        ("dewey", "Dewey Ortiz", Role::Staff, "transportation"),
        ("claims", "Bev Castellan", Role::Staff, ""),
        ("counselor", "Naomi Reyes", Role::Staff, "safety-tip"),
    ];
    let ids: Vec<String> = people.iter().map(|_| new_id(now)).collect();
    let mut tx = app.db.begin().await.expect("a transaction");
    let put = PutDistrict { definition, district: &district, by: None, at: now };
    let id = tx.put_district(put).await.expect("a district").id;
    tx.set_fallback_owner(&id, &ids[0]).await.expect("a fallback owner");
    for ((who, name, role, topic), account) in people.iter().zip(&ids) {
        let email = format!("{who}@maplevalley.example");
        let new = NewAccount { id: account, email: &email, name, password_hash: &PASSWORD_HASH, demo: false, at };
        tx.insert_account(&new).await.expect("an account");
        tx.set_member(&id, account, *role, "Staff").await.expect("a member");
        if !topic.is_empty() {
            tx.set_topic_member(&id, topic, account, Relation::Owner).await.expect("an owner");
        }
    }
    tx.set_topic_member(&id, "transportation", &ids[4], Relation::Member).await.expect("a member of the topic");
    tx.commit().await.expect("committed");
    app.refresh_districts().await.expect("districts");
}

/// An idempotency key.
pub fn new_key() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Waits for a condition, not for time; 40 s is only the end of patience.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < Duration::from_secs(40), "still no {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Undoes quoted-printable (RFC 2045) well enough to read a mail of ours.
pub(crate) fn decoded(mail: &str) -> String {
    let bytes = mail.replace("=\r\n", "").replace("=\n", "").into_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'=').then(|| bytes.get(at + 1..at + 3)).flatten().and_then(|h| std::str::from_utf8(h).ok());
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Lets the embedded database grow to so many pages and no further: what a full disk does, with the same
/// error.
///
/// # Panics
/// The database is not SQLite.
pub async fn sqlite_page_limit(app: &TestApp, pages: i64) {
    app.app.db.limit_pages(pages).await.expect("a limit");
}
