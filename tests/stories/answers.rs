//! Answers that stand before the question is asked: published once nobody can be recognized in them, offered to whoever
//! looks or writes, and measured by who had nothing more to ask.

use porchlight_tests::TestApp;
use porchlight_tests::app::{Staff, Wish, eventually, new_key};
use reqwest::StatusCode;
use serde_json::{Value, json};

pub(crate) fn late_bus() -> Value {
    json!({
        "question": "What happens when my bus is late?", "text": "The driver calls us. After ten minutes we write to you.\n\nYou can wait inside.",
        "keywords": "delayed tracking", "topic": "transportation", "locale": "en", "publish": true,
    })
}

pub(crate) async fn write(staff: &Staff<'_>, answer: Value) -> String {
    let sent = staff.send("POST", "/answers", Some(answer)).await;
    let status = sent.status();
    let body: Value = sent.json().await.unwrap();
    assert_eq!(status, StatusCode::CREATED, "{body}");
    body["id"].as_str().unwrap().to_owned()
}

async fn refused(staff: &Staff<'_>, answer: Value) -> String {
    let sent = staff.send("POST", "/answers", Some(answer)).await;
    assert_eq!(sent.status(), StatusCode::UNPROCESSABLE_ENTITY);
    sent.json::<Value>().await.unwrap()["errors"][0]["message"].as_str().unwrap().to_owned()
}

pub(crate) async fn find(staff: &Staff<'_>, id: &str) -> Value {
    let all = staff.get("/answers").await;
    all.as_array().unwrap().iter().find(|a| a["id"] == id).cloned().unwrap_or_default()
}

async fn page(app: &TestApp, path: &str) -> String {
    let answer = app.get(path).await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.text().await.unwrap()
}

on_both_engines! {
    /// From a reply to a page, to fewer questions, to what is still asked, and away again.
    async fn an_answer_lives(app: TestApp) {
        app.windshield_receipt().await;
        let dewey = app.log_in("dewey").await;
        let inquiry = dewey.get("/inquiries").await["inquiries"][0]["id"].as_str().unwrap().to_owned();
        let reply = "Dear Kim,\n\nthe district pays for the glass. Send the bill to kim@example.org.\n\nBest,\nDewey Ortiz";
        dewey.send("POST", &format!("/inquiries/{inquiry}/replies"), Some(json!({ "text": reply }))).await;
        let message = dewey.get(&format!("/inquiries/{inquiry}")).await["thread"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/inquiries/{inquiry}/messages/{message}/answer");
        let proposal = dewey.get(&path).await;
        assert_eq!(proposal["text"], "The district pays for the glass. Send the bill to kim@example.org.");
        assert_eq!((&proposal["topic"], &proposal["names"]), (&json!("transportation"), &json!(["Dewey Ortiz", "Kim"])));

        // What may tell who somebody is holds it back.
        let mut answer = json!({
            "question": "Who pays for Kim’s glass?", "text": proposal["text"], "topic": "transportation", "locale": "en",
            "source": inquiry, "publish": true,
        });
        let told = refused(&dewey, answer.clone()).await;
        assert!(told.contains("Kim’s, kim@example.org"), "{told}");
        answer["question"] = json!("Who pays for a broken window?");
        answer["text"] = json!("The district pays for the glass. Send the bill to claims@maplevalley.example.");
        assert!(refused(&dewey, answer.clone()).await.contains("claims@maplevalley.example"));
        answer["checked"] = json!(true);
        let id = write(&dewey, answer).await;
        let kept = find(&dewey, &id).await;
        assert_eq!((&kept["state"], &kept["owner"]["label"], &kept["settled"]), (&json!("published"), &json!("Dewey Ortiz"), &json!(0)));

        // Everybody reads it: on its page, by search, on the form, by other programs.
        let html = page(&app, "/maple-valley/a/who-pays-for-a-broken-window").await;
        for part in ["<h1", "The district pays for the glass.", "application/ld+json", "FAQPage", "rel=\"canonical\"", "og:image"] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("hreflang=\"es\""), "it stands in no other language");
        assert!(page(&app, "/maple-valley/a").await.contains("Who pays for a broken window?"));
        assert!(page(&app, "/maple-valley?q=glass+broken").await.contains("/a/who-pays-for-a-broken-window?lang=en"));
        assert!(!page(&app, "/maple-valley?q=lunch").await.contains("broken window"));
        assert!(page(&app, "/maple-valley/transportation").await.contains("Yes, that answers it"));
        assert!(page(&app, "/sitemap.xml").await.contains("/maple-valley/a/who-pays-for-a-broken-window?lang=en"));
        assert!(page(&app, "/robots.txt").await.contains("/sitemap.xml"));
        let list: Value = app.get("/api/v1/districts/maple-valley/answers?topic=transportation").await.json().await.unwrap();
        assert_eq!(list["answers"][0]["question"], "Who pays for a broken window?");
        let list: Value = app.get("/api/v1/districts/maple-valley/answers?topic=food").await.json().await.unwrap();
        assert_eq!(list["answers"], json!([]));

        // Whom it helps is counted, with scripts and without; who asks all the same is shown to its owner.
        let settled = app.url("/api/v1/districts/maple-valley/answers/who-pays-for-a-broken-window/settled");
        assert_eq!(app.client.post(settled).send().await.unwrap().status(), StatusCode::NO_CONTENT);
        let yes = app.client.post(app.url("/maple-valley/a/who-pays-for-a-broken-window?lang=en")).form(&[("yes", "1")]).send().await.unwrap();
        assert_eq!(yes.status(), StatusCode::SEE_OTHER);
        let thanks = yes.headers()["location"].to_str().unwrap().to_owned();
        assert!(page(&app, &thanks).await.contains("Good to know."));
        let mut asked = app.windshield().await;
        asked["read"] = json!("who-pays-for-a-broken-window nothing-of-ours");
        let key = new_key();
        assert_eq!(app.submit(&key, &asked).await.status(), StatusCode::CREATED);
        asked["read"] = json!("");
        assert_eq!(app.submit(&key, &asked).await.status(), StatusCode::OK, "what was read is no part of what was said");
        eventually("what was read is counted", || async { find(&dewey, &id).await["asked"] == 1 }).await;
        assert_eq!(find(&dewey, &id).await["settled"], 2);
        assert_eq!(dewey.get(&format!("/answers/{id}/asked")).await.as_array().unwrap().len(), 1);
        assert_eq!(app.log_in("counselor").await.get(&format!("/answers/{id}/asked")).await, json!([]), "not theirs to read");

        // Away: its page says so, and nobody is offered it.
        assert_eq!(dewey.send("POST", &format!("/answers/{id}/retirement"), None).await.status(), StatusCode::NO_CONTENT);
        let gone = app.get("/maple-valley/a/who-pays-for-a-broken-window").await;
        assert_eq!(gone.status(), StatusCode::GONE);
        assert!(gone.text().await.unwrap().contains("This answer is gone"));
        assert!(!page(&app, "/maple-valley/transportation").await.contains("Yes, that answers it"));
        dewey.send("DELETE", &format!("/answers/{id}/retirement"), None).await;
        assert_eq!(find(&dewey, &id).await["state"], "draft", "it may not hold any more: somebody reads it first");
        assert_eq!(app.get("/maple-valley/a/never-was").await.status(), StatusCode::NOT_FOUND);
    }

    /// One answer in two languages has one address; each page leads to the other.
    async fn an_answer_in_two_languages(app: TestApp) {
        let dewey = app.log_in("dewey").await;
        let id = write(&dewey, late_bus()).await;
        let html = page(&app, "/maple-valley/a/what-happens-when-my-bus-is-late?lang=es").await;
        assert!(html.contains("Esta respuesta solo está en English") && html.contains("lang=\"en\""), "{html}");
        let spanish = json!({
            "question": "¿Qué pasa si el autobús se retrasa?", "text": "El conductor nos llama.", "topic": "transportation",
            "locale": "es", "publish": true, "translates": id,
        });
        write(&dewey, spanish.clone()).await;
        let html = page(&app, "/maple-valley/a/what-happens-when-my-bus-is-late?lang=es").await;
        assert!(html.contains("El conductor nos llama.") && html.contains("hreflang=\"en\""), "{html}");
        assert!(refused(&dewey, spanish).await.contains("in that language already"));
        assert_eq!(find(&dewey, &id).await["translations"], json!(["es"]));
        // The words of a page stay as they were typed.
        let hostile = json!({
            "question": "</script><b>Is it safe?</b>", "text": "<img src=x onerror=alert(1)>\n\"Yes\" & no", "topic": "transportation",
            "locale": "en", "publish": true,
        });
        write(&dewey, hostile).await;
        let html = page(&app, "/maple-valley/a/script-b-is-it-safe-b").await;
        assert!(!html.contains("<b>Is it") && !html.contains("<img src=x") && html.contains("\\u003c/script>"), "{html}");
    }

    /// What nobody would want to publish is told in words.
    async fn bad_answers_are_told_what_to_do(app: TestApp) {
        let dewey = app.log_in("dewey").await;
        for (change, words) in [
            (json!({ "question": "" }), "write the question"),
            (json!({ "question": "x".repeat(151) }), "150 characters"),
            (json!({ "text": " " }), "write the answer"),
            (json!({ "text": "x".repeat(3_001) }), "3000 characters"),
            (json!({ "topic": "gone" }), "one of your district’s topics"),
            (json!({ "school": "gone" }), "one of your district’s schools"),
            (json!({ "locale": "xx" }), "a language of your district"),
            (json!({ "owner": "nobody" }), "somebody who works here"),
            (json!({ "check_by": "soon" }), "like 2027-05-01"),
            (json!({ "check_by": "2001-01-01" }), "a day to come"),
        ] {
            let mut answer = late_bus();
            answer.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let told = refused(&dewey, answer).await;
            assert!(told.contains(words), "{change}: {told}");
        }
        let mut foreign = late_bus();
        foreign["source"] = json!("nothing");
        assert_eq!(dewey.send("POST", "/answers", Some(foreign)).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(dewey.get("/answers").await, json!([]));
        let id = write(&dewey, late_bus()).await;
        let mut change = late_bus();
        change["version"] = json!(1);
        let path = format!("/answers/{id}");
        assert_eq!(dewey.send("PUT", &path, Some(change.clone())).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(dewey.send("PUT", &path, Some(change)).await.status(), StatusCode::CONFLICT, "somebody was faster");
        for wrong in ["/api/v1/districts/maple-valley/answers/nothing/settled", "/api/v1/districts/nowhere/answers/x/settled"] {
            assert_eq!(app.client.post(app.url(wrong)).send().await.unwrap().status(), StatusCode::NOT_FOUND);
        }
    }

    /// What is somebody's secret, or tells who they are, does not get out by way of a draft, a later change or a translation.
    async fn what_was_said_in_confidence_stays_there(app: TestApp) {
        let dewey = app.log_in("dewey").await;
        let mut body = app.windshield().await;
        body["contact"]["name"] = json!("Ximena Ibarra");
        app.submit(&new_key(), &body).await;
        let inquiry = dewey.get("/inquiries").await["inquiries"][0]["id"].as_str().unwrap().to_owned();
        let reply = json!({ "text": "Dear Ximena,\n\nthe district pays." });
        dewey.send("POST", &format!("/inquiries/{inquiry}/replies"), Some(reply)).await;
        let message = dewey.get(&format!("/inquiries/{inquiry}")).await["thread"][0]["id"].as_str().unwrap().to_owned();
        let mut draft = late_bus();
        draft.as_object_mut().unwrap().extend(
            json!({ "text": "Ximena was paid.", "publish": false, "source": inquiry }).as_object().unwrap().clone(),
        );
        assert!(refused(&dewey, draft.clone()).await.contains("Ximena"), "colleagues read drafts, too");
        draft["text"] = json!("The district pays.");
        let id = write(&dewey, draft).await;
        // The inquiry is remembered: what is written into it later is looked at, by whomever.
        let later = json!({ "question": "Who pays?", "text": "Ximena was paid.", "topic": "transportation", "locale": "en", "publish": true, "version": 1 });
        let change = app.log_in("claims").await.send("PUT", &format!("/answers/{id}"), Some(later.clone())).await;
        assert_eq!(change.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let mut translation = later;
        translation["locale"] = json!("es");
        translation["translates"] = json!(id);
        assert!(refused(&dewey, translation).await.contains("Ximena"));

        let confidential = json!({ "confidential": true });
        dewey.send("PUT", &format!("/inquiries/{inquiry}/confidential"), Some(confidential)).await;
        let proposal = dewey.send("GET", &format!("/inquiries/{inquiry}/messages/{message}/answer"), None).await;
        assert_eq!(proposal.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let mut secret = late_bus();
        secret["source"] = json!(inquiry);
        assert!(refused(&dewey, secret).await.contains("confidential"));
        // What a stranger says to have read is words of addresses, or nothing.
        let mut odd = app.windshield().await;
        odd["read"] = json!(format!("a\u{0} {} UPPER what-happens", "x".repeat(500)));
        assert_eq!(app.submit(&new_key(), &odd).await.status(), StatusCode::CREATED);
        let foreign = app.url("/api/v1/districts/maple-valley/answers/what-happens-when-my-bus-is-late/settled");
        let foreign = app.client.post(foreign).header("origin", "https://elsewhere.example").send().await.unwrap();
        assert!(matches!(foreign.status().as_u16(), 403 | 404), "{}", foreign.status());
    }

    /// An answer whose topic is gone is offered to nobody and leads to the district's door.
    async fn an_answer_without_its_topic(app: TestApp) {
        let dewey = app.log_in("dewey").await;
        let id = write(&dewey, late_bus()).await;
        app.change_district(|d| d["topics"].as_array_mut().unwrap().retain(|t| t["id"] != "transportation")).await;
        let kept = find(&dewey, &id).await;
        assert_eq!((&kept["topic_gone"], &kept["topic"]["label"]), (&json!(true), &json!("Bus or transportation")));
        let html = page(&app, "/maple-valley/a/what-happens-when-my-bus-is-late").await;
        assert!(html.contains("href=\"/maple-valley?lang=en\"") && !html.contains("/transportation"), "{html}");
        assert!(!page(&app, "/maple-valley/a").await.contains("my bus is late"));
        let mut moved = late_bus();
        moved.as_object_mut().unwrap().extend(json!({ "topic": "food", "version": 1 }).as_object().unwrap().clone());
        assert_eq!(dewey.send("PUT", &format!("/answers/{id}"), Some(moved)).await.status(), StatusCode::NO_CONTENT);
        assert!(page(&app, "/maple-valley/food").await.contains("my bus is late"));
    }
}

/// When the day has come on which somebody wanted to look again, it is said.
#[tokio::test]
async fn an_answer_is_looked_at_again() {
    let app = TestApp::wish(Wish { now: Some("2026-11-23T17:00:00Z"), ..Wish::default() }).await;
    let dewey = app.log_in("dewey").await;
    let mut answer = late_bus();
    answer["check_by"] = json!("2026-11-24");
    let id = write(&dewey, answer).await;
    assert_eq!(find(&dewey, &id).await["check_now"], false);
    app.clock.as_ref().unwrap().set("2026-11-24T17:00:00Z".parse().unwrap());
    let dewey = app.log_in("dewey").await;
    assert_eq!(find(&dewey, &id).await["check_now"], true);
}
