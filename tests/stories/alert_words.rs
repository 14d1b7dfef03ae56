//! The words that alerts look for: trying them out, changing them, and what is refused.

use crate::alerts::{category, change, id_of, send};
use porchlight_tests::office::Given;
use porchlight_tests::{Engine, TestApp};
use reqwest::StatusCode;
use serde_json::{Value, json};

on_both_engines! {
    /// Before a change is kept: what it would have matched; and words that would match everything are refused.
    async fn words_are_tried_out_first(app: TestApp) {
        let admin = app.log_in("admin").await;
        for n in 0..60_i64 {
            let text = if n < 2 { "A goose chased my daughter." } else { "The bus was late again." };
            app.given(Given { text, email: None, at: Some(1_900_000_000_000 + n), ..Given::default() }).await;
        }
        app.given(Given { text: "The goose is confidential.", confidential: true, ..Given::default() }).await;
        let lists = json!({ "en": { "keywords": [{ "text": "goose" }], "quiet": [] } });
        let tried: Value = admin.send("POST", "/alerts/trial", Some(json!({ "lists": lists }))).await.json().await.unwrap();
        assert_eq!((tried["of"].as_i64(), tried["matched"].as_i64()), (Some(60), Some(2)), "{tried}");
        assert_eq!(tried["lines"][0]["matches"][0]["text"], "goose");
        assert_eq!(tried["too_much"], json!([]));
        let refused = change(&admin, "threat", |c| {
            c["lists"]["en"]["keywords"].as_array_mut().unwrap().push(json!({ "text": "bus" }));
        })
        .await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let told: Value = refused.json().await.unwrap();
        assert!(told["errors"][0]["message"].as_str().unwrap().contains("“bus” would match 96 of 100"), "{told}");
        assert_eq!(category(&admin, "threat").await["version"], 0);
    }

    /// Bad word lists say what is wrong, and nothing changes.
    async fn bad_words_are_told(app: TestApp) {
        let admin = app.log_in("admin").await;
        let word = |text: &str| json!({ "text": text });
        let many: Vec<Value> = (0..10_001).map(|n| word(&format!("word number {n}"))).collect();
        for (field, value, told) in [
            ("lists", json!({ "en": { "keywords": [word("  ")] } }), "A word is empty"),
            ("lists", json!({ "en": { "keywords": [word("* gun")] } }), "A * stands between two words"),
            ("lists", json!({ "en": { "keywords": [word("gun"), word("Gun ")] } }), "is there twice"),
            ("lists", json!({ "en": { "keywords": [word("a")] } }), "too short"),
            ("lists", json!({ "en": { "keywords": [{ "text": "gun", "tolerance": "spelling" }] } }), "too short"),
            ("lists", json!({ "english": { "keywords": [] } }), "is no language"),
            ("lists", json!({ "en": { "keywords": many } }), "10000 are the most"),
            ("name", json!(" "), "give it a name"),
            ("team", json!(["nobody"]), "not here any more"),
            ("day", json!({ "people": [], "minutes": 0, "also": [] }), "2 to 1440 minutes"),
            ("night", json!({ "people": [], "minutes": 5, "also": ["nobody"] }), "no mail address"),
            ("help", json!({ "en": "x".repeat(601) }), "600 characters"),
        ] {
            let refused = change(&admin, "threat", |c| c[field] = value.clone()).await;
            assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{field}: {told}");
            let problem: Value = refused.json().await.unwrap();
            let message = problem["errors"][0]["message"].as_str().unwrap_or_default();
            assert!(problem["errors"][0]["field"] == field && message.contains(told), "{told}: {problem}");
        }
        // Two who change at once: the second is told.
        let mut stale = category(&admin, "threat").await;
        assert_eq!(change(&admin, "threat", |c| c["name"] = json!("Threats")).await.status(), StatusCode::NO_CONTENT);
        for key in ["id", "starter", "counts", "scan"] {
            stale.as_object_mut().unwrap().remove(key);
        }
        assert_eq!(admin.send("PUT", "/alerts/categories/threat", Some(stale)).await.status(), StatusCode::CONFLICT);
        assert_eq!(category(&admin, "threat").await["name"], "Threats");
        assert_eq!(admin.send("DELETE", "/alerts/categories/threat", None).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(category(&admin, "threat").await["name"], "Threat or weapon", "as it came");
        // One of the district's own.
        let own = json!({ "name": "Lice", "on": true, "lists": { "en": { "keywords": [word("lice")] } } });
        let made: Value = admin.send("POST", "/alerts/categories", Some(own)).await.json().await.unwrap();
        let id = id_of(&admin, &send(&app, "My child has lice again").await).await;
        assert_eq!(admin.get(&format!("/inquiries/{id}")).await["alerts"][0]["name"], "Lice");
        let own = format!("/alerts/categories/{}", made["id"].as_str().unwrap());
        assert_eq!(admin.send("DELETE", &own, None).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(admin.send("DELETE", &own, None).await.status(), StatusCode::NOT_FOUND);
    }
}

/// `POST /alerts/preview`, as CONTRACT has it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preview_says_what_where_and_how() {
    let app = TestApp::start(Engine::Sqlite).await;
    let text = "Él tiene una pistola — k1ll";
    let body = json!({ "text": text, "locale": "es" });
    let dewey = app.log_in("dewey").await;
    let found: Value = dewey.send("POST", "/alerts/preview", Some(body.clone())).await.json().await.unwrap();
    let first = &found["matches"][0];
    let (start, end) = (first["start"].as_u64().unwrap(), first["end"].as_u64().unwrap());
    let piece = &text[usize::try_from(start).unwrap()..usize::try_from(end).unwrap()];
    assert!(first["category"] == "threat" && piece.contains("pistola") && first["how"].is_string(), "{found}");
    assert_eq!(found["not_scanned"], false);
    let other: Value =
        dewey.send("POST", "/alerts/preview", Some(json!({ "text": "xin chào", "locale": "vi" }))).await.json().await.unwrap();
    assert_eq!((&other["matches"], &other["not_scanned"]), (&json!([]), &json!(true)));
    let long = dewey.send("POST", "/alerts/preview", Some(json!({ "text": "x".repeat(20_001), "locale": "en" }))).await;
    assert_eq!(long.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let outside = app.client.post(app.url("/api/v1/alerts/preview")).json(&body).send().await.unwrap();
    assert!(outside.status().is_client_error(), "staff only");
}
