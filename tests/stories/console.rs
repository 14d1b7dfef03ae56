//! What staff do in a browser.

use porchlight_tests::app::{PASSWORD, Wish};
use porchlight_tests::browser::{Browser, Look};
use porchlight_tests::{Engine, TestApp};
use serde_json::json;

/// Logs in through the page.
pub(crate) async fn log_in(browser: &Browser, app: &TestApp, who: &str) {
    log_in_as(browser, &app.url(""), &format!("{who}@maplevalley.example"), PASSWORD).await;
}

pub(crate) async fn log_in_as(browser: &Browser, base: &str, email: &str, password: &str) {
    browser.goto(&format!("{base}/console")).await;
    browser.type_into("input[type=email]", email).await;
    browser.type_into("input[type=password]", password).await;
    browser.shot("console-log-in").await;
    browser.key("Enter").await;
    browser.find("nav").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_inbox_is_live_and_works_by_keyboard() {
    let app = TestApp::start(Engine::Sqlite).await;
    let browser = Browser::open(Look::default()).await;
    browser.goto(&app.url("/console")).await;
    browser.find("input[type=email]").await;
    assert!(browser.axe().await.is_empty(), "log-in");
    browser.type_into("input[type=email]", "dewey@maplevalley.example").await;
    browser.type_into("input[type=password]", "wrong password").await;
    browser.key("Enter").await;
    browser.find("[role=alert]").await;
    browser.shot("console-wrong-password").await;
    log_in(&browser, &app, "dewey").await;
    browser.wait_text("New inquiries appear here").await;
    browser.shot("console-empty").await;
    app.windshield_receipt().await;
    browser.wait_text("A binder hit my windshield.").await;
    browser.key("j").await;
    browser.key("Enter").await;
    browser.wait_text("Elm St & 4th").await;
    browser.key("?").await;
    browser.find("dialog[open]").await;
    assert!(browser.axe().await.is_empty(), "help");
    browser.shot("console-help").await;
    browser.key("Escape").await;
    // A written reply is not left behind by a key.
    browser.key("r").await;
    browser.type_into("#write-reply", "Dear Kim").await;
    browser.key("Escape").await;
    browser.key("e").await;
    browser.wait_text("Your reply is written but not sent.").await;
    browser.key("r").await;
    browser.find("#write-reply:focus").await;
    browser
        .driver
        .execute(
            "const t=document.querySelector('#write-reply');t.value='';t.dispatchEvent(new InputEvent('input',{bubbles:true}))",
            Vec::new(),
        )
        .await
        .unwrap();
    browser.key("Escape").await;
    browser.key("e").await;
    browser.wait_text("Undo").await;
    browser.click_text("button", "Undo").await;
    browser.wait_text("open").await;

    // A caller names the reference; it is found wherever it stands, and Escape and an empty field lead back.
    let other = app.windshield_receipt().await["reference"].as_str().unwrap().to_owned();
    browser.key("Escape").await;
    browser.key("Escape").await;
    browser.wait_text("Needs us · 2").await;
    browser.key("/").await;
    browser.type_into("input[type=search]", &other[3..]).await;
    browser.key("Enter").await;
    browser.wait_text("1 found").await;
    assert!(browser.axe().await.is_empty(), "search");
    browser.shot("console-search").await;
    let focused = browser.driver.execute("return document.activeElement.tagName", Vec::new()).await.unwrap();
    assert!(["H1", "H2"].contains(&focused.json().as_str().unwrap()), "on to what was found: {focused:?}");
    browser.type_into("input[type=search]", "violin").await;
    browser.key("Enter").await;
    browser.wait_text("Nothing has these words").await;
    let empty =
        "const q=document.querySelector('input[type=search]');q.value='';q.dispatchEvent(new InputEvent('input',{bubbles:true}))";
    browser.driver.execute(empty, Vec::new()).await.unwrap();
    browser.wait_text("Needs us · 2").await;
    browser.close().await;
}

/// Makes the network slow for drafts: each waits until `letGo()`.
const SLOW_DRAFTS: &str = "const go = window.fetch; window.held = []; \
    window.fetch = (r) => r.method === 'PUT' && r.url.includes('/drafts/') \
        ? new Promise((free) => window.held.push(free)).then(() => go(r)) : go(r); \
    window.letGo = () => window.held.splice(0).forEach((free) => free())";

/// A draft that is long on its way is neither back after its text was sent, nor lost when somebody logs out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_draft_arrives_before_what_follows() {
    let app = TestApp::wish(Wish::default()).await;
    app.windshield_receipt().await;
    let dewey = app.log_in("dewey").await;
    let path = format!("/inquiries/{}", dewey.get("/inquiries").await["inquiries"][0]["id"].as_str().unwrap());
    let browser = Browser::open(Look::default()).await;
    log_in(&browser, &app, "dewey").await;
    browser.click(".lines a").await;
    browser.wait_text("Elm St & 4th").await;
    browser.run(SLOW_DRAFTS, Vec::new()).await;

    browser.key("n").await;
    browser.type_into("#write-note", "The driver knows.").await;
    browser.until("window.held.length").await;
    browser.key("Ctrl+Enter").await;
    browser.wait_text("Saving…").await;
    browser.run("letGo()", Vec::new()).await;
    browser.find("#inquiry-title:focus").await;
    let open = dewey.get(&path).await;
    assert_eq!((&open["thread"][0]["text"], &open["drafts"]["note"]), (&json!("The driver knows."), &json!(null)));

    browser.key("r").await;
    browser.type_into("#write-reply", "Dear Kim,").await;
    browser.until("window.held.length").await;
    // More of it, while the first part is still on its way.
    browser.type_into("#write-reply", " we will call you.").await;
    browser.click_text(".rail-item", "Log out").await;
    browser.click("#sheet-first").await;
    browser.run("letGo()", Vec::new()).await;
    browser.until("window.held.length").await;
    browser.run("letGo()", Vec::new()).await;
    browser.wait_text("You are logged out.").await;
    assert_eq!(dewey.get(&path).await["drafts"]["reply"], "Dear Kim, we will call you.");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_console_fits_a_phone_in_the_dark() {
    let app = TestApp::wish(Wish { demo: true, ..Wish::default() }).await;
    let admin = &app.logins[0];
    for (name, look) in [
        ("phone", Look { width: 360, height: 780, dark: true, ..Look::default() }),
        ("tablet", Look { width: 768, ..Look::default() }),
    ] {
        let browser = Browser::open(look).await;
        log_in_as(&browser, &app.url(""), &admin.email, &admin.password).await;
        browser.find("main li a, main li button").await;
        let found = browser.axe().await;
        assert!(found.is_empty(), "{name}, list: {found:#?}");
        browser.shot(&format!("console-{name}-list")).await;
        browser.key("j").await;
        browser.key("Enter").await;
        browser.find("textarea").await;
        let found = browser.axe().await;
        assert!(found.is_empty(), "{name}, thread: {found:#?}");
        browser.shot(&format!("console-{name}-thread")).await;
        let wide: bool = serde_json::from_value(
            browser
                .driver
                .execute("return document.documentElement.scrollWidth > innerWidth", Vec::new())
                .await
                .unwrap()
                .json()
                .clone(),
        )
        .unwrap();
        assert!(!wide, "{name}: nothing is wider than the screen");
        browser.close().await;
    }
}

/// The README's pictures, made from the program as it is. `cargo xtask pictures` keeps them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_for_the_readme() {
    let app = TestApp::wish(Wish { demo: true, ..Wish::default() }).await;
    let phone = Browser::open(Look { width: 390, height: 780, ..Look::default() }).await;
    phone.goto(&app.url("/demo")).await;
    phone.click("#l").await;
    phone.click_text(".row", "Community member").await;
    phone.click_text(".row", "Bus or transportation").await;
    phone.click_text(".choice", "A concern").await;
    phone.type_into("#f-road", "Elm St & 4th").await;
    phone.driver.execute("document.activeElement.shadowRoot.activeElement.blur()", Vec::new()).await.unwrap();
    phone.find("[data-heading]").await.scroll_into_view().await.unwrap();
    phone.picture("widget").await;
    phone.close().await;
    let desktop = Browser::open(Look { width: 1_280, height: 780, ..Look::default() }).await;
    desktop.goto(&app.url("/maple-valley")).await;
    desktop.find("h1").await;
    desktop.picture("landing").await;
    let admin = &app.logins[0];
    log_in_as(&desktop, &app.url(""), &admin.email, &admin.password).await;
    // Kim's inquiry, as it stands two weeks later.
    let record = app.app.district("maple-valley").unwrap();
    let everything = porchlight_server::store::Scope::Everything { account: String::new() };
    let filter = porchlight_server::store::Filter {
        topics: vec!["transportation".into()],
        limit: 200,
        ..porchlight_server::store::Filter::of(everything)
    };
    let all = app.app.db.inquiries(&record.id, &filter).await.unwrap();
    let kim = all.iter().find(|i| i.sender_name.as_deref() == Some("Kim Park")).unwrap();
    desktop.goto(&app.url(&format!("/console#/inquiry/{}?status=new,open,waiting,closed&topic=transportation", kim.id))).await;
    desktop.driver.refresh().await.unwrap();
    desktop.find("textarea").await;
    desktop.picture("console").await;
    desktop.close().await;
}

/// Words are looked for a moment after the last letter, or at Enter; not at Enter and a moment after.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn enter_searches_once() {
    let app = TestApp::wish(Wish::default()).await;
    app.windshield_receipt().await;
    let browser = Browser::open(Look::default()).await;
    log_in(&browser, &app, "dewey").await;
    browser.find(".lines a").await;
    // A timer of ours that begins after theirs ends after it, too.
    let script = "const field = document.querySelector('input[type=search]');\
        field.value = 'bus'; field.dispatchEvent(new Event('input', { bubbles: true })); field.form.requestSubmit();\
        const first = location.hash; return new Promise((done) => setTimeout(() => done([first, location.hash]), 300))";
    let hashes = browser.run(script, Vec::new()).await;
    assert!(hashes[0].as_str().unwrap().contains("bus"), "{hashes}");
    assert_eq!(hashes[0], hashes[1], "a finished word stays one, and the list is not drawn anew under a click");
    browser.close().await;
}
