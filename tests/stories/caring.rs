//! Caring for staff: nobody has to read abuse unasked, take it alone, or go on without a breath.

use crate::console::log_in;
use porchlight_tests::TestApp;
use porchlight_tests::app::{Wish, eventually, new_key};
use porchlight_tests::browser::{Browser, Look};
use serde_json::json;

const ABUSE: &str = "You fucking idiots. Bus 12 left my son at Elm Street. When will somebody call me?";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn harsh_words_are_folded_and_somebody_else_can_answer() {
    let app = TestApp::wish(Wish { now: Some("2026-11-23T17:00:00Z"), ..Wish::default() }).await;
    let mut hard = app.windshield().await;
    hard["answers"]["what_happened"] = json!(ABUSE);
    app.submit(&new_key(), &hard).await;
    // A mail comes unasked: it tells what is needed.
    app.clock.as_ref().unwrap().set("2026-11-23T17:02:00Z".parse().unwrap());
    app.work_off().await;
    let mails = app.mail(2).await;
    let told = mails.iter().find(|m| m.contains("Bus 12 left my son")).expect("a mail to staff");
    assert!(!told.contains("idiots") && told.contains("Harsh words are left out"), "{told}");

    let browser = Browser::open(Look { width: 360, dark: true, ..Look::default() }).await;
    log_in(&browser, &app, "dewey").await;
    browser.find_text(".lines a", "Bus 12 left my son at Elm Street.").await;
    // Nor is it read in what a search found.
    browser.type_into("input[type=search]", "idiots Elm").await;
    browser.key("Enter").await;
    browser.wait_text("1 found").await;
    browser.find(".line-excerpt").await;
    let listed = browser.text().await;
    assert!(!listed.contains("idiots"), "{listed}");
    browser.click(".lines a").await;
    browser.wait_text("Harsh words, show").await;
    let shown = browser.text().await;
    assert!(!shown.contains("idiots") && shown.contains("When will somebody call me?"), "{shown}");
    browser.shot("harsh-folded").await;
    let found = browser.axe().await;
    assert!(found.is_empty(), "{found:#?}");
    browser.click_text("summary", "Harsh words, show").await;
    browser.wait_text("You fucking idiots.").await;

    // One key and Enter: somebody else has it, and colleagues read why.
    browser.key("h").await;
    browser.wait_text("Nobody has to take abuse alone.").await;
    browser.shot("harsh-hand-over").await;
    let found = browser.axe().await;
    assert!(found.is_empty(), "{found:#?}");
    browser.key("Enter").await;
    browser.wait_text("That was a hard one. Take five").await;
    browser.shot("take-five").await;
    let found = browser.axe().await;
    assert!(found.is_empty(), "{found:#?}");
    let admin = app.log_in("admin").await;
    let inquiry = admin.get("/inquiries").await["inquiries"][0].clone();
    assert_eq!(inquiry["owner"]["name"], "Marisol Vega");
    let open = admin.get(&format!("/inquiries/{}", inquiry["id"].as_str().unwrap())).await;
    let reasons: Vec<_> = open["audit"].as_array().unwrap().iter().filter_map(|a| a["reason"].as_str()).collect();
    assert!(reasons.contains(&"This one is hard on me. Please take it over."), "{reasons:?}");
    browser.click("[aria-label='Put this away']").await;
    browser.gone(".rest").await;

    // Whoever wants to see every word at once does.
    browser.run("location.hash = '#/me'", Vec::new()).await;
    browser.click("#fold-harsh").await;
    browser.wait_text("You see every word at once.").await;
    browser.run(&format!("location.hash = '#/inquiry/{}'", inquiry["id"].as_str().unwrap()), Vec::new()).await;
    eventually("the words stand there", || async {
        let text = browser.text().await;
        text.contains("You fucking idiots.") && !text.contains("Harsh words, show")
    })
    .await;
    browser.close().await;
}

/// Whoever hands a hard one over is out of it, and somebody else is in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handing_over_needs_somebody_else() {
    let app = TestApp::wish(Wish::default()).await;
    app.windshield_receipt().await;
    let (dewey, admin) = (app.log_in("dewey").await, app.log_in("admin").await);
    let id = dewey.get("/inquiries").await["inquiries"][0]["id"].as_str().unwrap().to_owned();
    let over = json!({ "owner": null, "reason": "This one is hard on me.", "leave": true });
    let path = format!("/inquiries/{id}/assignment");
    assert_eq!(dewey.send("POST", &path, Some(over.clone())).await.status(), 200);
    let open = admin.get(&format!("/inquiries/{id}")).await;
    assert_eq!((&open["owner"]["name"], &open["members"]), (&json!("Marisol Vega"), &json!([])));
    // The fallback owner has no other one to fall back on.
    let refused = admin.send("POST", &path, Some(over)).await;
    assert_eq!(refused.status(), 422);
    let words: serde_json::Value = refused.json().await.unwrap();
    assert!(words["errors"][0]["message"].as_str().unwrap().contains("Please choose somebody"), "{words}");

    // Who helps with it can go, too; whoever had it did not ask for that, and still follows it.
    let claims = app.log_in("claims").await;
    let (me, counselor) = (claims.get("/me").await["account_id"].clone(), app.log_in("counselor").await.get("/me").await);
    assert_eq!(admin.send("POST", &format!("/inquiries/{id}/members"), Some(json!({ "account": me }))).await.status(), 200);
    let to = |owner: &serde_json::Value| json!({ "owner": owner, "reason": "This one is hard on me.", "leave": true });
    let owner = &admin.get("/me").await["account_id"];
    assert_eq!(claims.send("POST", &path, Some(to(owner))).await.status(), 422, "the one who has it is nobody else");
    assert_eq!(claims.send("POST", &path, Some(to(&counselor["account_id"]))).await.status(), 200);
    let open = admin.get(&format!("/inquiries/{id}")).await;
    let members: Vec<_> = open["members"].as_array().unwrap().iter().map(|m| &m["name"]).collect();
    assert_eq!((&open["owner"]["name"], members), (&counselor["name"], vec![&json!("Marisol Vega")]));
}
