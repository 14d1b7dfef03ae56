//! The console stays live behind bad lines: it says when it is not, and catches up with everything.

use crate::console::log_in_as;
use porchlight_tests::TestApp;
use porchlight_tests::app::{PASSWORD, Wish, new_key};
use porchlight_tests::browser::{Browser, Look};
use porchlight_tests::line::Line;
use serde_json::json;
use std::time::Duration;

async fn says(app: &TestApp, words: &str) {
    let mut inquiry = app.windshield().await;
    inquiry["answers"]["what_happened"] = json!(words);
    assert_eq!(app.submit(&new_key(), &inquiry).await.status(), 201);
}

const PAUSED: &str = "Live updates paused";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_inbox_catches_up_through_a_bad_line() {
    let settings = vec![("PORCHLIGHT_HEARTBEAT_SECONDS", String::from("2"))];
    let app = TestApp::wish(Wish { settings, ..Wish::default() }).await;
    let line = Line::open().await;
    line.lead_to(Some(&app.base));
    let browser = Browser::open(Look::default()).await;
    log_in_as(&browser, &line.base, "dewey@maplevalley.example", PASSWORD).await;
    browser.wait_text("New inquiries appear here").await;
    let watch = format!(
        "window.paused=0;new MutationObserver(()=>{{if(document.body.innerText.includes('{PAUSED}'))window.paused++}})\
         .observe(document.body,{{childList:true,subtree:true,characterData:true}})"
    );
    browser.run(&watch, Vec::new()).await;

    // A proxy that closes whatever is idle for less than a beat: between two connections nothing is heard, and nothing is
    // missed.
    line.cut_idle(Duration::from_secs(1));
    for number in 1..=5 {
        says(&app, &format!("The bus was late, time number {number}.")).await;
        tokio::time::sleep(Duration::from_millis(1_300)).await;
    }
    for number in 1..=5 {
        browser.wait_text(&format!("time number {number}.")).await;
    }
    let reconnects = String::from_utf8_lossy(&line.carried()).matches("/v1/events ").count();
    assert!(reconnects > 1, "the proxy never cut");
    assert_eq!(browser.run("return window.paused", Vec::new()).await, json!(0), "what is back at once is not worth a word");

    // A connection that dies without a word to either side.
    line.mend();
    line.live_dies_silently();
    says(&app, "Nobody heard of this one.").await;
    browser.wait_text("Nobody heard of this one.").await;

    // No network at all, for longer.
    line.cut(true);
    browser.wait_text(PAUSED).await;
    browser.shot("live-paused").await;
    assert!(browser.axe().await.is_empty());
    says(&app, "While the line was cut.").await;
    line.mend();
    browser.wait_text("While the line was cut.").await;
    browser.until(&format!("!document.body.innerText.includes('{PAUSED}')")).await;
    browser.close().await;
}
