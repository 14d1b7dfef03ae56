//! What people do in a browser.

use porchlight_tests::browser::{Browser, Look};
use porchlight_tests::{Engine, TestApp};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_widget_walks_through_a_whole_inquiry() {
    let app = TestApp::start(Engine::Sqlite).await;
    let browser = Browser::open(Look { width: 390, height: 844, ..Look::default() }).await;
    browser.goto(&app.url("/demo")).await;
    browser.shot("w0-host").await;
    browser.click(".l").await;
    browser.find_text("h2", "Who are you?").await;
    browser.shot("w1-who").await;
    browser.click_text(".row", "Community member").await;
    browser.find_text("h2", "What is it about?").await;
    browser.shot("w2-topic").await;
    browser.type_into("#q", "bus").await;
    browser.click_text(".row", "Bus or transportation").await;
    browser.find_text("h2", "Bus or transportation").await;
    browser.shot("w3-form").await;
    browser.click_text(".button", "Next").await;
    browser.find(".summary").await;
    browser.shot("w4-problems").await;
    browser.click_text(".choice", "A concern").await;
    browser.type_into("#f-road", "Elm St & 4th").await;
    browser.type_into("#f-bus", "12").await;
    browser.type_into("#f-what_happened", "A binder flew out of the window and hit my windshield.").await;
    browser.click_text(".button", "Next").await;
    browser.find_text("h2", "How can we reach you?").await;
    browser.type_into("#f-contact-name", "Kim").await;
    browser.type_into("#f-contact-email", "kim@example.org").await;
    browser.shot("w5-contact").await;
    browser.click_text(".button", "Next").await;
    browser.find_text("h2", "Check and send").await;
    browser.shot("w6-check").await;
    browser.click_text(".button", "Send").await;
    browser.find_text("h2", "We have it, Kim.").await;
    browser.shot("w7-receipt").await;
    browser.close().await;
}
