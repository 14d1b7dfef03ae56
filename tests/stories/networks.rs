//! Bad networks and bad moments: what people read, and what becomes of what they wrote.

use porchlight_tests::TestApp;
use porchlight_tests::app::{Wish, eventually};
use porchlight_tests::browser::{Brand, Browser, Look, PHONE};
use porchlight_tests::line::Line;
use porchlight_tests::site::{HostPage, Site};
use serde_json::json;

/// A school's page on a site that is always there, whose widget comes over a bad line.
pub(crate) struct Bus {
    pub(crate) app: TestApp,
    pub(crate) line: Line,
    _site: Site,
    pub(crate) page: String,
}

impl Bus {
    pub(crate) async fn ride() -> Self {
        let line = Line::open().await;
        let settings = vec![("PORCHLIGHT_PUBLIC_URL", line.base.clone())];
        let app = TestApp::wish(Wish { settings, now: Some("2026-11-23T15:00:00Z"), ..Wish::default() }).await;
        line.lead_to(Some(&app.base));
        let site = Site::open().await;
        let us = &line.base;
        let html = format!(
            "<!doctype html><html lang=en><title>A school</title><meta name=viewport content=\"width=device-width\"><h1>Good morning</h1>\
             <p><a href=\"{us}/maple-valley\" data-porchlight>Let's talk</a></p>\
             <script src=\"{us}/embed.js\" data-district=maple-valley></script>"
        );
        let page = site.put("school", HostPage { html, headers: Vec::new() });
        Self { app, line, _site: site, page }
    }

    /// At the last step of the bus form, everything filled in.
    pub(crate) async fn about_to_send(&self, browser: &Browser) {
        browser.goto(&self.page).await;
        browser.find("#l").await;
        let prefill = json!({
            "relationship": "parent", "kind": "concern", "road": "Elm St & 4th", "what_happened": "The bus did not come.",
            "contact.email": "ana@example.org",
        });
        browser.run("Porchlight.open({ topic: 'transportation', prefill: arguments[0] })", vec![prefill]).await;
        browser.find_text("label", "Where was it?").await;
        browser.click_text(".button", "Next").await;
        browser.find("#f-contact-email").await;
        browser.click_text(".button", "Next").await;
        browser.find_text("h2", "Check and send").await;
    }

    /// Presses Send without a connection.
    pub(crate) async fn cannot_send(&self, browser: &Browser) {
        self.line.cut(true);
        browser.click_text(".button", "Send").await;
        browser.find_text(".failed", "Your message is kept on this device.").await;
    }

    /// Presses Send without a connection, and closes the form.
    pub(crate) async fn leaves_waiting(&self, browser: &Browser) {
        self.cannot_send(browser).await;
        browser.key("Escape").await;
        browser.gone("dialog[open]").await;
    }

    pub(crate) async fn inquiries(&self) -> usize {
        let list = self.app.log_in("admin").await.get("/inquiries").await;
        list["inquiries"].as_array().unwrap().len()
    }
}

/// Answers the bus form, from its first question to the last look before it is sent.
pub(crate) async fn fill_in(browser: &Browser) {
    browser.click_text(".choice", "A concern").await;
    browser.type_into("#f-road", "Elm St & 4th").await;
    browser.type_into("#f-what_happened", "The bus did not come.").await;
    browser.click_text(".button", "Next").await;
    browser.type_into("#f-contact-email", "ana@example.org").await;
    browser.click_text(".button", "Next").await;
    browser.find_text("h2", "Check and send").await;
}

/// What stands between the person and us, how it comes about, and what they read.
type Network = (&'static str, fn(&Line), &'static str);

pub(crate) const NETWORKS: &[Network] = &[
    ("no connection at all", |line| line.cut(true), "You seem to be offline. Nothing is lost."),
    (
        "a Wi-Fi that wants people to sign in first, and answers in our place",
        Line::captive,
        "This network wants you to sign in first.",
    ),
    (
        "a server that fails (5xx)",
        |line| line.answer("502 Bad Gateway", "text/html", "<h1>502</h1>"),
        "We could not take it just now. Nothing is lost",
    ),
    (
        "a proxy that fails, in words that no script may read",
        Line::fail_unreadably,
        "We could not take it just now. Nothing is lost",
    ),
    (
        "a server that has too much to do (429)",
        |line| line.answer("429 Too Many Requests", "application/problem+json", "{\"code\":\"too_many\"}"),
        "Please try again in 7 seconds.",
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_are_told_and_it_goes_out_by_itself() {
    for brand in Brand::BOTH {
        println!("{brand:?}");
        told_and_sent_in(brand).await;
    }
}

async fn told_and_sent_in(brand: Brand) {
    let bus = Bus::ride().await;
    let browser = Browser::open(Look { brand, ..PHONE }).await;
    for (index, (name, happens, told)) in NETWORKS.iter().enumerate() {
        bus.about_to_send(&browser).await;
        happens(&bus.line);
        browser.click_text(".button", "Send").await;
        browser.find_text(".failed", told).await;
        browser.find_text(".failed", "Your message is kept on this device.").await;
        assert_eq!(bus.inquiries().await, index, "{name}: it is not there yet");
        bus.line.mend();
        browser.run("dispatchEvent(new Event('online'))", Vec::new()).await;
        browser.find_text("h2", "We have it.").await;
        assert_eq!(bus.inquiries().await, index + 1, "{name}: it went out once");
        let left = "const done = arguments[0]; indexedDB.databases().then((all) => done([localStorage.length, sessionStorage.length, all.some((db) => db.name == 'porchlight!')]))";
        // A browser deletes a database in its own time.
        eventually(&format!("empty device after {name}"), || async {
            *browser.driver.execute_async(left, Vec::new()).await.unwrap().json() == json!([0, 0, false])
        })
        .await;
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_goes_out_when_the_browser_was_closed_meanwhile() {
    for brand in Brand::BOTH {
        println!("{brand:?}");
        closed_meanwhile_in(Look { brand, ..PHONE }).await;
    }
}

async fn closed_meanwhile_in(look: Look) {
    let bus = Bus::ride().await;
    let browser = Browser::open(look).await;
    bus.about_to_send(&browser).await;
    bus.cannot_send(&browser).await;
    let browser = browser.reopen(look).await;
    // Still no connection: nothing is said, and nothing is lost.
    bus.line.mend();
    browser.goto(&bus.page).await;
    let said = browser.find_text(".outbox", "We have what you wrote to us about “Bus or transportation”.").await;
    assert!(said.text().await.unwrap().contains("MV-"), "with its reference");
    browser.shot("outbox-arrived").await;
    assert_eq!(bus.inquiries().await, 1);
    browser.click_text(".outbox .link", "Close").await;
    browser.gone(".outbox").await;
    browser.goto(&bus.page).await;
    browser.find("#l").await;
    assert!(!browser.has(".outbox").await, "it is told once");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_old_is_not_sent_unasked() {
    let bus = Bus::ride().await;
    for wrong_by in [30, -3_000] {
        let browser = Browser::open(PHONE).await;
        let before = bus.inquiries().await;
        bus.about_to_send(&browser).await;
        bus.cannot_send(&browser).await;
        let browser = browser.reopen(PHONE).await;
        bus.line.mend();
        // A month later; or the clock was set back by years.
        browser.shift_clock(wrong_by).await;
        browser.goto(&bus.page).await;
        browser.find_text(".outbox", "Do you still want to send it?").await;
        browser.shot("outbox-old").await;
        assert_eq!(bus.inquiries().await, before, "nobody was asked yet");
        browser.click_text(".outbox .link", if wrong_by > 0 { "Send" } else { "Do not send it" }).await;
        if wrong_by > 0 {
            browser.find_text(".outbox", "We have what you wrote to us").await;
        } else {
            browser.gone(".outbox").await;
        }
        assert_eq!(bus.inquiries().await, before + usize::from(wrong_by > 0));
        browser.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_was_open_for_hours_and_a_wrong_clock_do_not_matter() {
    let bus = Bus::ride().await;
    let browser = Browser::open(PHONE).await;
    browser.shift_clock(-4_000).await;
    bus.about_to_send(&browser).await;
    bus.app.clock.as_ref().unwrap().advance(jiff::SignedDuration::from_hours(9));
    browser.click_text(".button", "Send").await;
    browser.find_text("h2", "We have it.").await;
    assert_eq!(bus.inquiries().await, 1, "the token was renewed under the same key");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_slow_line_the_dialog_is_there_at_once() {
    let bus = Bus::ride().await;
    let browser = Browser::open(PHONE).await;
    browser.goto(&bus.page).await;
    browser.find("#l").await;
    // Slow 3G, as browsers' tools have it.
    let slow = json!({ "offline": false, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000 });
    browser.devtools("Network.enable", json!({})).await;
    browser.devtools("Network.emulateNetworkConditions", slow).await;
    browser.click("#l").await;
    browser.find("dialog[open]").await;
    browser.find_text("dialog > button", "OK").await;
    browser.shot("widget-slow").await;
    browser.find_text("h2", "Who are you?").await;
    browser.gone("dialog > button").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn our_own_pages_send_what_waits_too() {
    let bus = Bus::ride().await;
    let browser = Browser::open(PHONE).await;
    browser.goto(&format!("{}/maple-valley/transportation", bus.line.base)).await;
    browser.click_text(".row", "Parent or guardian").await;
    fill_in(&browser).await;
    bus.cannot_send(&browser).await;
    let browser = browser.reopen(PHONE).await;
    bus.line.mend();
    browser.goto(&format!("{}/maple-valley", bus.line.base)).await;
    browser.find_text(".outbox", "We have what you wrote to us").await;
    browser.shot("outbox-on-our-page").await;
    assert_eq!(bus.inquiries().await, 1);
    browser.close().await;
}
