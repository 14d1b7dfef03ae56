//! What is confidential: read by those who are named on it, or who say why.

use crate::together::{first, post, refused};
use porchlight_tests::TestApp;
use porchlight_tests::app::{Staff, Wish, new_key};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// A confidential inquiry, as its owner has it.
async fn sealed(app: &TestApp, dewey: &Staff<'_>) -> String {
    let mut body = app.windshield().await;
    body["confidential"] = json!(true);
    assert_eq!(app.submit(&new_key(), &body).await.status(), StatusCode::CREATED);
    first(dewey).await
}

on_both_engines! {
    /// Confidential: for owner and named members; an administrator opens it with a reason that is kept.
    async fn what_is_confidential_stays_so(app: TestApp) {
        let mut body = app.windshield().await;
        body["confidential"] = json!(true);
        assert_eq!(app.submit(&new_key(), &body).await.status(), StatusCode::CREATED);
        let (dewey, claims, admin) = (app.log_in("dewey").await, app.log_in("claims").await, app.log_in("admin").await);
        let id = first(&dewey).await;
        let path = format!("/inquiries/{id}");
        assert_eq!(claims.send("GET", &path, None).await.status(), StatusCode::NOT_FOUND, "a member of the topic");
        let sealed = admin.get(&path).await;
        assert_eq!((sealed["sealed"].clone(), sealed["may"]["unseal"].clone(), sealed["answers"].clone()), (json!(true), json!(true), json!([])));
        assert!(!sealed.to_string().contains("windshield") && !sealed.to_string().contains("Kim"), "{sealed}");
        let (status, _) = refused(&admin, "POST", &format!("{path}/unsealing"), json!({ "reason": "why not" })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        admin.send("POST", &format!("{path}/unsealing"), Some(json!({ "reason": "The police asked for it today." }))).await;
        let open = admin.get(&path).await;
        assert_eq!(open["sender"]["name"], "Kim");
        let trail = open["audit"].as_array().unwrap().iter().find(|a| a["action"] == "unsealed").unwrap().clone();
        assert_eq!((trail["by"].clone(), trail["reason"].clone()), (json!("Marisol Vega"), json!("The police asked for it today.")));
        // Its notices are mailed without a word of it.
        dewey.send("POST", &format!("{path}/members"), Some(json!({ "account": app.account("claims").await }))).await;
        assert_eq!(claims.get(&path).await["sender"]["name"], "Kim");
        // A draft of a reply is only for who may reply.
        let observer = app.account("observer").await;
        post(&dewey, &format!("{path}/members"), json!({ "account": observer })).await;
        let grace = app.log_in("observer").await;
        let draft = |kind: &str| format!("{path}/drafts/{kind}");
        assert_eq!(refused(&grace, "PUT", &draft("reply"), json!({ "text": "x" })).await.0, StatusCode::FORBIDDEN);
        assert_eq!(grace.send("PUT", &draft("note"), Some(json!({ "text": "x" }))).await.status(), StatusCode::NO_CONTENT);
        // Opened to all again, it must not open what was merged into it.
        let mut other = app.windshield().await;
        other["confidential"] = json!(true);
        app.submit(&new_key(), &other).await;
        let list = dewey.get("/inquiries").await;
        let child = list["inquiries"].as_array().unwrap().iter().find(|i| i["id"] != id.as_str()).unwrap()["id"].clone();
        post(&dewey, &format!("/inquiries/{}/merge", child.as_str().unwrap()), json!({ "into": id })).await;
        let (status, words) = refused(&dewey, "PUT", &format!("{path}/confidential"), json!({ "confidential": false })).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && words.to_string().contains("was merged into this one"), "{words}");
    }

    /// An administrator knows that it is there. No other way leads round the reason for opening it.
    async fn there_is_no_way_round_the_reason(app: TestApp = Wish { now: Some("2026-11-23T17:00:00Z"), ..Wish::default() }) {
        let (dewey, admin) = (app.log_in("dewey").await, app.log_in("admin").await);
        let id = sealed(&app, &dewey).await;
        let (path, me) = (format!("/inquiries/{id}"), app.account("admin").await);
        post(&dewey, "/bulk", json!({ "ids": [id], "do": { "tag": { "add": ["custody"], "remove": [] } } })).await;
        let claims = app.account("claims").await;
        post(&dewey, &format!("{path}/assignment"), json!({ "owner": claims, "reason": "Custody matter of the Lees" })).await;

        for (deed, body) in [("members", json!({ "account": me })), ("assignment", json!({ "owner": me, "reason": "" }))] {
            let (status, words) = refused(&admin, "POST", &format!("{path}/{deed}"), body).await;
            assert!(status == StatusCode::UNPROCESSABLE_ENTITY && words.to_string().contains("Open it first"), "{deed}: {words}");
        }
        let bulk = post(&admin, "/bulk", json!({ "ids": [id], "do": { "assign": { "owner": me, "reason": "" } } })).await;
        assert_eq!(bulk["skipped"][0]["why"], "not_yours");
        // Neither its tags, nor what rules would find in it, nor why it was handed on.
        assert_eq!(admin.get("/me").await["tags"], json!([]));
        assert_eq!(admin.get("/inquiries?tag=custody").await["inquiries"], json!([]));
        let rule = json!({ "id": "12", "name": "Bus 12", "when": { "topics": ["transportation"], "answers": [{ "field": "bus", "equals": "12" }] }, "then": { "owner": claims } });
        let trial = post(&admin, "/routing/trial", json!({ "version": 0, "rules": [rule] })).await;
        assert_eq!(trial["lines"], json!([]));
        let trail = admin.get(&format!("/trail?inquiry={id}")).await.to_string();
        assert!(trail.contains("assigned") && !trail.contains("Lees") && !trail.contains("custody"), "{trail}");
        let found = async || admin.get("/inquiries?q=windshield").await["search"]["hits"].clone();
        assert_eq!(found().await, 0);
        // With a reason, for a day; then its words are not found any more, either.
        assert!(admin.send("POST", &format!("{path}/unsealing"), Some(json!({ "reason": "The police asked for it today." }))).await.status().is_success());
        assert_eq!(found().await, 1);
        assert!(admin.get(&format!("/trail?inquiry={id}")).await.to_string().contains("Lees"));
        assert_eq!(admin.get("/inquiries?tag=custody").await["inquiries"].as_array().unwrap().len(), 1);
        app.clock.as_ref().unwrap().advance(jiff::SignedDuration::from_hours(25));
        app.work_off().await;
        let admin = app.log_in("admin").await;
        let after: Value = admin.get("/inquiries?q=windshield").await;
        assert_eq!(after["search"]["hits"], 0);
    }
}
