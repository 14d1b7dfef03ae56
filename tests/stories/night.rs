//! A safety tip at night: who is called, who has it, and what the sender hears.

use crate::console::log_in;
use crate::good_reply::put;
use porchlight_tests::TestApp;
use porchlight_tests::app::{Wish, eventually, new_key};
use porchlight_tests::browser::{Browser, Look, PHONE};
use serde_json::{Value, json};

/// The first choice of a field of a topic's form.
async fn first_choice(app: &TestApp, topic: &str, field: &str) -> Value {
    let public: Value = app.get("/api/v1/districts/maple-valley").await.json().await.unwrap();
    let topic = public["topics"].as_array().unwrap().iter().find(|t| t["id"] == topic).unwrap().clone();
    let field = topic["form"]["fields"].as_array().unwrap().iter().find(|f| f["id"] == field).unwrap().clone();
    field["options"][0]["id"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tip_at_night_is_heard_and_answered() {
    let app = TestApp::wish(Wish::default()).await;
    let tip = json!({
        "topic": "safety-tip", "relationship": "student", "locale": "en", "contact": null, "token": app.token().await,
        "answers": { "when": first_choice(&app, "safety-tip", "when").await, "message": "a kid in my class keeps saying he wants to kil himself, i think hes serius. pls help him" },
    });
    let answer = app.submit(&new_key(), &tip).await;
    let receipt: Value = answer.json().await.unwrap();
    assert!(receipt["help"].as_str().unwrap().contains("988"), "{receipt}");

    // Whoever is on duty is called, and learns from the mail where to look, and nothing else.
    let is_call = |mail: &String| mail.contains("Subject: ALERT") && mail.contains("counselor@");
    eventually("a call", || async { app.mail(0).await.iter().any(is_call) }).await;
    let mail = app.mail(0).await.into_iter().find(is_call).unwrap();
    assert!(!mail.contains("kil himself"), "confidential");
    let link = mail.split_whitespace().find(|word| word.contains("/console#/inquiry/")).unwrap().to_owned();

    // On a telephone, in the dark.
    let duty = Browser::open(Look { dark: true, ..PHONE }).await;
    log_in(&duty, &app, "counselor").await;
    duty.goto(&link).await;
    duty.find_text(".alert strong", "Self-harm").await;
    duty.shot("night-alert-on-a-phone").await;
    let found = duty.axe().await;
    assert!(found.is_empty(), "{found:#?}");
    duty.click_text(".alert button", "I have it").await;
    duty.find_text(".alert p", "Naomi Reyes has it.").await;
    put(&duty, "#write-reply", "Thank you for telling us. Can you say which class, or his first name?").await;
    duty.click_text("button", "Send reply").await;
    duty.find_text(".thread", "Thank you for telling us.").await;
    duty.close().await;

    // The sender has nothing but the page.
    let sender = Browser::open(PHONE).await;
    sender.goto(receipt["status_url"].as_str().unwrap()).await;
    sender.find_text(".emergency", "988").await;
    eventually("the reply on the sender's page", || async {
        let page = app.client.get(receipt["status_url"].as_str().unwrap()).send().await.unwrap().text().await.unwrap();
        page.contains("which class")
    })
    .await;
    sender.goto(receipt["status_url"].as_str().unwrap()).await;
    sender.find_text(".said", "which class").await;
    sender.shot("night-sender-page").await;
    put(&sender, "#f-text", "its Ryan in 3rd period math").await;
    sender.click_text("button", "Send").await;
    sender.shot("night-sender-added").await;
    sender.find_text(".said", "its Ryan in 3rd period math").await;
    sender.close().await;

    let morning = Browser::open(Look::default()).await;
    log_in(&morning, &app, "counselor").await;
    morning.goto(&link).await;
    morning.find_text(".thread", "Ryan in 3rd period").await;
    morning.shot("night-the-morning-after").await;
    let found = morning.axe().await;
    assert!(found.is_empty(), "{found:#?}");
    morning.close().await;
}
