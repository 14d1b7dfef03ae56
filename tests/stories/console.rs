//! What staff do in a browser.

use porchlight_tests::app::PASSWORD;
use porchlight_tests::browser::{Browser, Look};
use porchlight_tests::{Engine, TestApp};

/// Logs in through the page.
pub(crate) async fn log_in(browser: &Browser, app: &TestApp, who: &str) {
    browser.goto(&app.url("/console")).await;
    browser.type_into("input[type=email]", &format!("{who}@maplevalley.example")).await;
    browser.type_into("input[type=password]", PASSWORD).await;
    browser.shot("c0-login").await;
    browser.key("Enter").await;
    browser.find("nav").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_office_answers() {
    let app = TestApp::start(Engine::Sqlite).await;
    let browser = Browser::open(Look::default()).await;
    log_in(&browser, &app, "dewey").await;
    browser.wait_text("New inquiries appear here").await;
    browser.shot("c1-empty").await;
    app.windshield_receipt().await;
    browser.wait_text("A binder hit my windshield.").await;
    browser.shot("c2-live").await;
    browser.close().await;
}
