//! Exactly once: whatever happens to line, tab and server, what was sent arrives, and arrives once.

use crate::guest::all;
use porchlight_tests::app::new_key;
use porchlight_tests::browser::{Browser, Look};
use porchlight_tests::line::Line;
use porchlight_tests::program::{Server, demo};
use porchlight_tests::site::{HostPage, Site};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::{Value, json};
use std::path::Path;

/// What can happen.
#[derive(Debug, Clone, Copy)]
enum Step {
    Send,
    /// The next answer gets lost on its way back.
    LoseAnswer,
    Offline,
    Online,
    Reload,
    SecondTab,
    KillServer,
    StartServer,
    /// A network that wants people to sign in answers in our place.
    Captive,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Send),
        2 => Just(Step::LoseAnswer),
        2 => Just(Step::Offline),
        2 => Just(Step::Online),
        2 => Just(Step::Reload),
        1 => Just(Step::SecondTab),
        1 => Just(Step::KillServer),
        1 => Just(Step::StartServer),
        1 => Just(Step::Captive),
    ];
    prop::collection::vec(step, 3..9)
}

/// The widget's own outbox in a page of another site, with nothing drawn around it.
const PAGE: &str = r#"<!doctype html><title>A page</title><body><script type=module>
import { attend, send } from "/dist/widget.js";
window.told = [];
window.post = (base, key, body) => {
  const note = JSON.stringify({ days: 7, topic: "transportation", lang: "en", place: "x", draft: "", words: {} });
  send(key, base, JSON.stringify(body), note, [], false, (status, body) => told.push([status, body?.reference, body?.code, body?.errors]))
    .then(([status, , body]) => status && told.push([status, body?.reference, body?.code, body?.errors]));
};
window.entries = () => new Promise((done) => {
  const opening = indexedDB.open("porchlight", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("outbox", { keyPath: "key" });
  opening.onsuccess = () => {
    const asked = opening.result.transaction("outbox").objectStore("outbox").getAll();
    asked.onsuccess = () => (done(asked.result), opening.result.close());
  };
});
await attend(document.body);
</script>"#;

struct World {
    browser: Browser,
    line: Line,
    server: Option<Server>,
    data: tempfile::TempDir,
    page: String,
    token: String,
    sent: usize,
}

impl World {
    async fn make() -> Self {
        let data = tempfile::tempdir().unwrap();
        demo(data.path(), None);
        let (line, site) = (Line::open().await, Site::open().await);
        let server = Server::start(data.path(), None);
        line.lead_to(Some(&server.base));
        let page = site.put("page", HostPage { html: PAGE.to_owned(), headers: Vec::new() });
        let token = reqwest::get(format!("{}/api/v1/districts/maple-valley/token", line.base)).await.unwrap();
        let token: Value = token.json().await.unwrap();
        let browser = Browser::open(Look::default()).await;
        browser.goto(&page).await;
        Self { browser, line, server: Some(server), data, page, token: token["token"].as_str().unwrap().to_owned(), sent: 0 }
    }

    async fn ready(&self) {
        self.browser.until("window.post").await;
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Send => {
                self.sent += 1;
                let body = json!({
                    "topic": "transportation", "relationship": "community", "kind": "concern", "locale": "en",
                    "answers": { "road": "Elm St & 4th", "what_happened": format!("once-{}", self.sent) },
                    "contact": { "name": "Kim", "email": "kim@example.org", "phone": null }, "token": self.token,
                });
                self.ready().await;
                let base = format!("{}/api/v1/districts/maple-valley", self.line.base);
                self.browser.run("window.post(...arguments)", vec![json!(base), json!(new_key()), body]).await;
                self.settle().await;
            }
            Step::LoseAnswer => self.line.lose_answers(1),
            Step::Offline => self.line.cut(true),
            Step::Online => self.online().await,
            Step::Reload => self.browser.goto(&self.page).await,
            Step::SecondTab => {
                let tab = self.browser.driver.new_tab().await.unwrap();
                self.browser.driver.switch_to_window(tab).await.unwrap();
                self.browser.goto(&self.page).await;
            }
            Step::KillServer => {
                self.line.lead_to(None);
                drop(self.server.take());
            }
            Step::StartServer => self.start(),
            Step::Captive => self.line.captive(),
        }
    }

    /// Waits until the outbox holds what was just sent, or it has arrived.
    async fn settle(&self) {
        let script = "const done = arguments[arguments.length - 1]; window.entries().then((all) => done([all.length, window.told.length]))";
        loop {
            let found = self.browser.driver.execute_async(script, Vec::new()).await.unwrap().json().clone();
            if found[0].as_u64() > Some(0) || found[1].as_u64() > Some(0) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    async fn online(&self) {
        self.line.mend();
        self.ready().await;
        self.browser.run("dispatchEvent(new Event('online'))", Vec::new()).await;
    }

    fn start(&mut self) {
        if self.server.is_none() {
            let server = Server::start(self.data.path(), None);
            self.line.lead_to(Some(&server.base));
            self.server = Some(server);
        }
    }

    /// Everything is well again: what waits goes out.
    async fn heal(&mut self) {
        self.start();
        self.online().await;
        let left = "const done = arguments[arguments.length - 1]; window.entries().then((all) => done(all.filter((e) => !e.receipt).map((e) => [e.key, !!e.refused])))";
        let began = std::time::Instant::now();
        loop {
            let waiting = self.browser.driver.execute_async(left, Vec::new()).await.unwrap().json().clone();
            if waiting == json!([]) {
                break;
            }
            assert!(waiting.as_array().unwrap().iter().all(|entry| entry[1] == json!(false)), "refused: {waiting}");
            assert!(began.elapsed() < std::time::Duration::from_secs(60), "never went out: {waiting}");
            self.browser.run("dispatchEvent(new Event('online'))", Vec::new()).await;
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let told = self.browser.run("return window.told", Vec::new()).await;
        let well = |one: &Value| one[0].as_u64().is_some_and(|status| matches!(status, 200 | 201)) && one[1].is_string();
        assert!(told.as_array().unwrap().iter().all(|one| well(one) || [json!(511), json!(502)].contains(&one[0])), "{told}");
        // Only one tab for the next run, and nothing in it.
        let tabs = self.browser.driver.windows().await.unwrap();
        for tab in &tabs[1..] {
            self.browser.driver.switch_to_window(tab.clone()).await.unwrap();
            self.browser.driver.close_window().await.unwrap();
        }
        self.browser.driver.switch_to_window(tabs[0].clone()).await.unwrap();
        let clear = "const done = arguments[arguments.length - 1]; const gone = ['porchlight', 'porchlight!'].map((name) => new Promise((ok) => { const one = indexedDB.deleteDatabase(name); one.onsuccess = one.onblocked = ok; })); Promise.all(gone).then(() => done())";
        self.browser.driver.execute_async(clear, Vec::new()).await.unwrap();
        self.browser.goto(&self.page).await;
    }
}

/// How many inquiries the database has, and how many different numbers were written in them.
async fn arrived(data: &Path) -> (usize, usize) {
    let url = format!("sqlite://{}?mode=ro", data.join("porchlight.db").display());
    sqlx::any::install_default_drivers();
    let pool = sqlx::any::AnyPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
    let sql =
        "SELECT CAST(COUNT(*) AS BIGINT), CAST(COUNT(DISTINCT answers) AS BIGINT) FROM inquiries WHERE answers LIKE '%once-%'";
    let (all, different): (i64, i64) = sqlx::query_as(sql).fetch_one(&pool).await.unwrap();
    pool.close().await;
    (usize::try_from(all).unwrap(), usize::try_from(different).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_happens_it_arrives_once() {
    let mut world = World::make().await;
    let runs = if all() { 500 } else { 25 };
    let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Fixed(20_261_122), ..Config::default() });
    for run in 0..runs {
        let steps = steps().new_tree(&mut runner).unwrap().current();
        for step in &steps {
            world.take(*step).await;
        }
        world.heal().await;
        let sent = world.sent;
        assert_eq!(arrived(world.data.path()).await, (sent, sent), "run {run}: {steps:?}");
    }
    println!("{runs} runs, {} inquiries, each arrived once", world.sent);
    world.browser.close().await;
}
