//! The practice room: newcomers learn on people who are invented, and nobody counts it.

use crate::console::log_in;
use porchlight_server::practice::SCENARIOS;
use porchlight_shared::coach::{Case, advise};
use porchlight_tests::TestApp;
use porchlight_tests::app::{Staff, Wish};
use porchlight_tests::browser::{Browser, Look};
use reqwest::StatusCode;
use serde_json::{Value, json};

fn own() -> Value {
    json!({
        "topic": "transportation", "mood": "angry",
        "texts": { "en": {
            "title": "A stop was forgotten", "sender": "Ari Invented", "relationship": "parent",
            "message": "You forgot my stop again! Where is the bus?", "facts": ["Bus 12 skipped Elm Street.", "It stops there from tomorrow on."],
            "model": "Dear Ari,\n\nI am sorry. The bus stops at Elm Street from tomorrow on. I call you at 4 pm.", "why": ["It says sorry."],
            "follow_ups": { "good": "Thank you.", "cold": "Do you even care?", "tone": "How dare you.", "unanswered": "And where is it?", "when": "When?" },
        } },
    })
}

async fn refused(staff: &Staff<'_>, path: &str, body: Value) -> String {
    let answer = staff.send("POST", path, Some(body)).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    answer.json::<Value>().await.unwrap()["errors"][0]["message"].as_str().unwrap().to_owned()
}

on_both_engines! {
    async fn what_is_practised_is_ones_own_and_counts_nowhere(app: TestApp) {
        let (dewey, admin) = (app.log_in("dewey").await, app.log_in("admin").await);
        let all = dewey.get("/practice").await;
        assert!(all["scenarios"].as_array().unwrap().len() >= 24);
        let id = all["scenarios"][0]["id"].as_str().unwrap().to_owned();
        assert!(all["scenarios"][0]["titles"]["es"].is_string() && all["scenarios"][0]["ours"] == false);
        let before = admin.get("/trail").await["entries"].as_array().unwrap().len();
        let tried = json!({ "scenario": id, "locale": "es", "text": "Estimado Ramiro: lo siento.", "hints": ["unanswered", "nonsense"] });
        assert_eq!(dewey.send("POST", "/practice/tries", Some(tried)).await.status(), StatusCode::CREATED);
        let log = dewey.get("/practice/tries").await;
        assert_eq!((&log[0]["text"], &log[0]["hints"]), (&json!("Estimado Ramiro: lo siento."), &json!(["unanswered"])));

        // Nobody else sees it, and nothing else knows of it.
        assert_eq!(admin.get("/practice/tries").await, json!([]));
        let entry = log[0]["id"].as_str().unwrap();
        assert_eq!(admin.send("DELETE", &format!("/practice/tries/{entry}"), None).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(admin.get("/inquiries?view=everything").await["inquiries"], json!([]));
        assert_eq!(admin.get("/inquiries?view=everything&q=Ramiro").await["inquiries"], json!([]));
        assert_eq!(admin.get("/trail").await["entries"].as_array().unwrap().len(), before);
        assert!(!app.get("/metrics").await.text().await.unwrap().contains("practice_"));
        assert_eq!(dewey.send("DELETE", "/practice/tries", None).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(dewey.get("/practice/tries").await, json!([]));
        for (body, words) in [
            (json!({ "scenario": id, "locale": "es", "text": " " }), ""),
            (json!({ "scenario": id, "locale": "fr", "text": "Bonjour." }), "not told in this language"),
        ] {
            assert!(refused(&dewey, "/practice/tries", body).await.contains(words));
        }
        let nothing = json!({ "scenario": "nothing", "locale": "en", "text": "Hello." });
        assert_eq!(dewey.send("POST", "/practice/tries", Some(nothing)).await.status(), StatusCode::NOT_FOUND);
    }

    async fn a_district_adds_its_own(app: TestApp) {
        let dewey = app.log_in("dewey").await;
        let made = dewey.send("POST", "/practice", Some(own())).await;
        assert_eq!(made.status(), StatusCode::CREATED);
        let id = made.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
        let all = dewey.get("/practice").await;
        let line = all["scenarios"].as_array().unwrap().iter().find(|s| s["id"] == id.as_str()).unwrap();
        assert_eq!((&line["ours"], &line["titles"]["en"]), (&json!(true), &json!("A stop was forgotten")));
        let mut changed = own();
        changed["texts"]["en"]["title"] = json!("Elm Street");
        assert_eq!(dewey.send("PUT", &format!("/practice/{id}"), Some(changed)).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(dewey.get(&format!("/practice/{id}")).await["texts"]["en"]["title"], "Elm Street");
        // The program's own stay as they are.
        let first = all["scenarios"][0]["id"].as_str().unwrap();
        assert_eq!(dewey.send("PUT", &format!("/practice/{first}"), Some(own())).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(dewey.send("DELETE", &format!("/practice/{first}"), None).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(dewey.send("DELETE", &format!("/practice/{id}"), None).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(dewey.send("GET", &format!("/practice/{id}"), None).await.status(), StatusCode::NOT_FOUND);
        for (field, wrong, words) in [
            ("title", json!(""), "write something"),
            ("message", json!("x".repeat(4_001)), "4000 characters"),
            ("facts", json!([]), "1 to 20 lines"),
            ("relationship", json!("stranger"), "who writes"),
        ] {
            let mut scenario = own();
            scenario["texts"]["en"][field] = wrong;
            let told = refused(&dewey, "/practice", scenario).await;
            assert!(told.contains(words), "{field}: {told}");
        }
        let mut foreign = own();
        foreign["texts"] = json!({ "xx": own()["texts"]["en"] });
        assert!(refused(&dewey, "/practice", foreign).await.contains("not a language of your district"));
        assert_eq!(app.log_in("observer").await.send("POST", "/practice", Some(own())).await.status(), StatusCode::FORBIDDEN);
    }
}

/// A newcomer practises in Spanish: a cold reply gets a cold word back, a good one a warm one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_practises_in_spanish() {
    let app = TestApp::wish(Wish::default()).await;
    // One whose model answer gets no hint.
    let fits = |told: &porchlight_shared::practice::Told| {
        told.sender.is_some()
            && advise(&Case {
                inquiry: &told.message,
                locale: "es",
                sender: told.sender.as_deref(),
                draft: &told.model,
                known_names: &told.facts.iter().map(String::as_str).collect::<Vec<_>>(),
                ..Case::default()
            })
            .hints
            .is_empty()
    };
    let scenario = SCENARIOS.iter().find(|s| s.mood.words() == "angry" && s.texts.get("es").is_some_and(fits)).expect("one");
    let told = &scenario.texts["es"];
    let put = "const t = document.querySelector('#practice-reply'); t.value = arguments[0]; t.dispatchEvent(new Event('input', { bubbles: true }))";
    let pick = "const s = document.querySelector(arguments[0]); s.value = arguments[1]; s.dispatchEvent(new Event('change', { bubbles: true }))";
    let browser = Browser::open(Look { width: 360, dark: true, ..Look::default() }).await;
    log_in(&browser, &app, "recorder").await;
    browser.click_text(".rail a", "Writing").await;
    browser.click_text("nav a", "Practice").await;
    browser.wait_text("these people are invented").await;
    browser.find("#practice-locale").await;
    browser.run(pick, vec![json!("#practice-locale"), json!("es")]).await;
    browser.run(pick, vec![json!("#practice-mood"), json!("angry")]).await;
    browser.find_text(".practice-line", &told.title).await;
    browser.shot("practice-choose").await;
    let found = browser.axe().await;
    assert!(found.is_empty(), "{found:#?}");
    browser.click_text(".practice-line", &told.title).await;
    browser.wait_text("Invented inquiry").await;
    browser.run(put, vec![json!("Usted debió llamarnos antes. No es para tanto.")]).await;
    browser.wait_text("hints").await;
    browser.click("#practice-coach").await;
    browser.shot("practice-write").await;
    let found = browser.axe().await;
    assert!(found.is_empty(), "{found:#?}");
    browser.click_text("button", "Send it to nobody").await;
    browser.wait_text("What comes of it").await;
    browser.find_text(".entry-text", &told.follow_ups.tone).await;
    browser.shot("practice-outcome").await;
    let found = browser.axe().await;
    assert!(found.is_empty(), "{found:#?}");
    // The model answer shows how; once more, and they write back as people do.
    browser.click_text("button", "Try once more").await;
    browser.run(put, vec![json!(told.model)]).await;
    browser.wait_text("Coach: reads well").await;
    browser.click_text("button", "Send it to nobody").await;
    browser.find_text(".entry-text", &told.follow_ups.good).await;
    browser.click_text("button", "Another one").await;
    browser.wait_text("practiced").await;
    browser.click_text("summary", "My practice, for my eyes only (2)").await;
    browser.wait_text("no hints").await;
    browser.click_text("button", "Forget all of it").await;
    browser.wait_text("All of it is forgotten.").await;
    browser.close().await;
}
