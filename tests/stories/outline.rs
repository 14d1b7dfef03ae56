//! What a screen reader is given, step by step, written down: a change in it is seen in review.
//!
//! `PORCHLIGHT_BLESS=1 cargo test -p porchlight-tests --test stories outline` writes `tests/outlines` anew.

use porchlight_tests::TestApp;
use porchlight_tests::app::Wish;
use porchlight_tests::browser::{Browser, PHONE};
use std::fmt::Write as _;
use std::path::Path;

/// Compares with what was written down.
async fn is_as_before(browser: &Browser, name: &str) {
    let mut outline = browser.outline("dialog").await;
    // References differ each time.
    while let Some(at) = outline.find("MV-").filter(|at| !outline[*at..].starts_with("MV-REFERENCE")) {
        outline.replace_range(at..at + "MV-7K3Q-92X".len(), "MV-REFERENCE");
    }
    let _ = writeln!(outline);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("outlines/{name}.txt"));
    if std::env::var("PORCHLIGHT_BLESS").is_ok() {
        std::fs::write(&file, &outline).unwrap();
    }
    let before = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(before == outline, "{name} is not read aloud as before; if it is meant, bless it:\n{outline}");
}

/// From the button to the receipt; `look` is called at every step, with its name.
pub(crate) async fn every_step(app: &TestApp, browser: &Browser, look: impl AsyncFn(&str)) {
    browser.goto(&app.url("/demo")).await;
    browser.click("#l").await;
    browser.find_text("h2", "Who are you?").await;
    look("1-who").await;
    browser.click_text(".row", "Parent or guardian").await;
    browser.find_text("h2", "What is it about?").await;
    look("2-topic").await;
    browser.click_text(".row", "Bus or transportation").await;
    browser.find("#f-photos").await;
    look("3-form").await;
    browser.click_text(".button", "Next").await;
    browser.find(".summary").await;
    look("4-form-with-problems").await;
    browser.click_text(".choice", "A concern").await;
    browser.type_into("#f-road", "Elm St & 4th").await;
    browser.type_into("#f-what_happened", "The bus did not come.").await;
    browser.click_text(".button", "Next").await;
    browser.find("#f-contact-email").await;
    look("5-contact").await;
    browser.type_into("#f-contact-email", "ana@example.org").await;
    browser.click_text(".button", "Next").await;
    browser.find_text("h2", "Check and send").await;
    look("6-check").await;
    browser.click_text(".button", "Send").await;
    browser.find_text("h2", "We have it.").await;
    look("7-receipt").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_step_is_read_aloud_as_it_is_written_down() {
    let app = TestApp::wish(Wish { now: Some("2026-11-23T15:00:00Z"), ..Wish::default() }).await;
    let browser = Browser::open(PHONE).await;
    every_step(&app, &browser, async |name| is_as_before(&browser, name).await).await;
    browser.close().await;
}
