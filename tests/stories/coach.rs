//! The coach beside a reply: it hints while somebody writes, shows the place, and is switched off by whoever wants it so.

use crate::console::log_in;
use porchlight_tests::TestApp;
use porchlight_tests::app::{Wish, new_key};
use porchlight_tests::browser::{Browser, Look};
use serde_json::{Value, json};

/// Kinds of the hints that are shown now.
async fn hints(browser: &Browser) -> Vec<String> {
    let script = "return [...document.querySelectorAll('.coach-hints li')].map(li => li.dataset.hint)";
    serde_json::from_value(browser.run(script, Vec::new()).await).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hints_come_while_one_writes() {
    let app = TestApp::wish(Wish::default()).await;
    let mut concern = app.windshield().await;
    concern["answers"]["what_happened"] =
        json!("A binder hit my windshield and I am so upset. Who pays for the glass? When will somebody call me?");
    app.submit(&new_key(), &concern).await;
    let browser = Browser::open(Look { width: 360, dark: true, ..Look::default() }).await;
    log_in(&browser, &app, "dewey").await;
    browser.click(".lines a").await;
    browser.wait_text("Who pays for the glass?").await;
    browser.click("#tab-reply").await;
    browser.type_into("#write-reply", "We will look into it. You should have called us.").await;
    browser.wait_text("hints").await;
    browser.click("#coach").await;
    browser.wait_text("Greet them by name: Kim.").await;
    assert_eq!(hints(&browser).await, ["greeting", "unanswered", "unanswered", "feeling", "next_step", "blaming"]);
    browser.shot("coach-phone").await;
    let found = browser.axe().await;
    assert!(found.is_empty(), "{found:#?}");
    // The place is shown in the text itself.
    browser.click_text("[data-hint=blaming] button", "Show me where").await;
    let chosen = "const t = document.querySelector('#write-reply'); return document.activeElement === t && t.value.slice(t.selectionStart, t.selectionEnd)";
    assert_eq!(browser.run(chosen, Vec::new()).await, "You should have");

    // What is mended goes away, at once and without the server.
    let better = "Dear Kim, I am sorry about this fright. Our insurance pays for the glass. Priya calls you tomorrow at 9 am.";
    let write = "const t = document.querySelector('#write-reply'); t.value = arguments[0]; t.dispatchEvent(new Event('input', { bubbles: true }))";
    browser.run(write, vec![json!(better)]).await;
    browser.wait_text("Coach: reads well").await;
    assert!(hints(&browser).await.is_empty());
    browser.shot("coach-well").await;

    // Whoever does not want it switches it off, for themselves, wherever they log in.
    browser.run("location.hash = '#/me'", Vec::new()).await;
    browser.click("#coach-on").await;
    browser.wait_text("The coach is off.").await;
    let dewey = app.log_in("dewey").await;
    assert_eq!(dewey.get("/me").await["preferences"], json!({ "coach": false, "fold_harsh": true }));
    assert_eq!(
        app.log_in("admin").await.get("/me").await["preferences"],
        json!({ "coach": true, "fold_harsh": true }),
        "it is theirs alone"
    );
    let id = dewey.get("/inquiries").await["inquiries"][0]["id"].as_str().unwrap().to_owned();
    browser.run(&format!("location.hash = '#/inquiry/{id}'"), Vec::new()).await;
    browser.wait_text("Who pays for the glass?").await;
    let shown = browser.run("return document.querySelector('.coach')?.checkVisibility()", Vec::new()).await;
    assert_eq!(shown, json!(false));
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn preferences_are_asked_for_in_words() {
    let app = TestApp::wish(Wish::default()).await;
    let dewey = app.log_in("dewey").await;
    for wrong in [json!({ "coach": "no" }), json!({ "colour": "red" })] {
        let answer = dewey.send("PUT", "/me/preferences", Some(wrong)).await;
        assert_eq!(answer.status(), 400);
        let problem: Value = answer.json().await.unwrap();
        assert!(problem["detail"].as_str().unwrap().contains("coach"), "{problem}");
    }
}
