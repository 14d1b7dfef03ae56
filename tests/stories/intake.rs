//! What comes in: durable, once, whatever the network does.

use porchlight_shared::phrase::Phrases;
use porchlight_tests::TestApp;
use porchlight_tests::app::{Wish, new_key};
use reqwest::StatusCode;
use serde_json::{Value, json};

on_both_engines! {
    async fn a_submission_gets_a_receipt_and_a_mail(app: TestApp) {
        let answer = app.submit(&new_key(), &app.windshield().await).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        let receipt: Value = answer.json().await.unwrap();
        assert!(receipt["reference"].as_str().unwrap().starts_with("MV-"));
        assert_eq!(receipt["code"].as_str().unwrap().len(), 16);
        assert_eq!(receipt["status_url"].as_str().unwrap(), format!("{}/maple-valley/i/{}", app.base, receipt["code"].as_str().unwrap()));
        assert!(receipt["due"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap() > jiff::Timestamp::now());
        assert!(!receipt["thanks"].as_str().unwrap().is_empty());

        let mail = app.mail(1).await.remove(0);
        for part in ["To: Kim <kim@example.org>", receipt["reference"].as_str().unwrap(), receipt["status_url"].as_str().unwrap(), receipt["due_text"].as_str().unwrap(), "text/html", "Auto-Submitted: auto-generated"] {
            assert!(mail.contains(part), "{part} in {mail}");
        }
        let page = app.get(&format!("/maple-valley/i/{}", receipt["code"].as_str().unwrap())).await;
        assert_eq!(page.status(), StatusCode::OK);
        assert_eq!(page.headers()["referrer-policy"], "no-referrer");
        assert_eq!(page.headers()["cache-control"], "no-store");
        let text = page.text().await.unwrap();
        assert!(text.contains("A binder hit my windshield.") && text.contains("noindex"));
    }

    async fn the_same_key_is_the_same_inquiry(app: TestApp) {
        let (key, body) = (new_key(), app.windshield().await);
        let first: Value = app.submit(&key, &body).await.json().await.unwrap();
        // Another token and another page are not another inquiry.
        let mut again = body.clone();
        again["token"] = json!(app.token().await);
        again["page"] = json!("https://elsewhere.example/");
        let answer = app.submit(&key, &again).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.json::<Value>().await.unwrap(), first);
        again["answers"]["bus"] = json!("13");
        let other = app.submit(&key, &again).await;
        assert_eq!(other.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(other.json::<Value>().await.unwrap()["code"], "key_reused");
        let list = app.log_in("admin").await.get("/inquiries").await;
        assert_eq!(list["inquiries"].as_array().unwrap().len(), 1);
    }

    async fn the_same_key_at_the_same_moment_is_one_inquiry(app: TestApp) {
        let (key, body) = (new_key(), app.windshield().await);
        let (one, two, three, four) = tokio::join!(app.submit(&key, &body), app.submit(&key, &body), app.submit(&key, &body), app.submit(&key, &body));
        let mut receipts = Vec::new();
        let mut created = 0;
        for answer in [one, two, three, four] {
            created += usize::from(answer.status() == StatusCode::CREATED);
            receipts.push(answer.json::<Value>().await.unwrap());
        }
        assert_eq!(created, 1);
        assert!(receipts.iter().all(|r| *r == receipts[0]));
    }

    async fn many_at_once_are_all_there(app: TestApp) {
        let mut body = app.windshield().await;
        let mut answers = tokio::task::JoinSet::new();
        for number in 0..150 {
            body["answers"]["bus"] = json!(number.to_string());
            let request = app.client.post(app.url("/api/v1/districts/maple-valley/inquiries")).header("idempotency-key", new_key()).json(&body);
            answers.spawn(async move { request.send().await.unwrap().json::<Value>().await.unwrap()["reference"].as_str().unwrap().to_owned() });
        }
        let mut references: Vec<String> = answers.join_all().await;
        references.sort();
        references.dedup();
        assert_eq!(references.len(), 150);
        let admin = app.log_in("admin").await;
        let mut found = Vec::new();
        let mut after = String::new();
        loop {
            let page = admin.get(&format!("/inquiries?limit=40{after}")).await;
            found.extend(page["inquiries"].as_array().unwrap().iter().map(|i| i["reference"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        found.sort();
        assert_eq!(found, references);
    }

    async fn a_file_belongs_to_the_visit_that_sent_it(app: TestApp) {
        let token = app.token().await;
        let answer = app.upload(&token, "binder.png", picture()).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        let id = answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();

        let mut body = app.windshield().await;
        body["answers"]["photos"] = json!([id]);
        let stolen = app.submit(&new_key(), &body).await;
        assert_eq!(stolen.status(), StatusCode::UNPROCESSABLE_ENTITY, "another visit's file");
        assert_eq!(stolen.json::<Value>().await.unwrap()["errors"][0]["code"], "file_gone");

        // A renewed token is the same visit.
        let renewed: Value = app.get(&format!("/api/v1/districts/maple-valley/token?renew={token}")).await.json().await.unwrap();
        body["token"] = renewed["token"].clone();
        let receipt: Value = app.submit(&new_key(), &body).await.json().await.unwrap();
        let code = receipt["code"].as_str().unwrap();
        let file = app.get(&format!("/maple-valley/i/{code}/files/{id}")).await;
        assert_eq!(file.status(), StatusCode::OK);
        assert_eq!(file.headers()["content-type"], "image/png");
        let again = app.submit(&new_key(), &body).await;
        assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY, "a file is claimed once");
    }

    async fn unclaimed_files_go_after_a_day(app: TestApp) {
        let token = app.token().await;
        let id = app.upload(&token, "binder.png", picture()).await.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
        let record = app.app.district("maple-valley").unwrap();
        porchlight_server::files::sweep(&app.app).await.unwrap();
        assert!(app.app.db.file(&record.id, &id).await.unwrap().is_some());
        let mut tx = app.app.db.begin().await.unwrap();
        assert!(tx.delete_unclaimed(&record.id, &id).await.unwrap());
        tx.rollback().await.unwrap();
        assert!(app.app.db.file(&record.id, &id).await.unwrap().is_some());
        porchlight_server::files::discard(&app.app, &record.id, &id).await.unwrap();
        assert!(porchlight_server::files::read(&app.app, &record.id, &id).await.is_err());
    }
}

/// Far enough ahead that files which are written now are old.
pub(crate) const YEARS_AHEAD: Option<&str> = Some("2036-11-25T23:00:00Z");

on_both_engines! {
    /// A power cut between the bytes and their row leaves bytes that nobody knows.
    async fn stored_bytes_without_a_row_are_swept(app: TestApp = Wish { now: YEARS_AHEAD, ..Wish::default() }) {
        let token = app.token().await;
        let id = app.upload(&token, "binder.png", picture()).await.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
        let record = app.app.district("maple-valley").unwrap();
        let orphan = app.data.path().join("files").join(&record.id).join("left-behind");
        let unfinished = orphan.with_file_name("left-behind#1");
        for left in [&orphan, &unfinished] {
            std::fs::write(left, b"bytes").unwrap();
        }
        assert_eq!(porchlight_server::files::sweep_orphans(&app.app).await.unwrap(), 2);
        assert!(!orphan.exists() && !unfinished.exists());
        assert!(porchlight_server::files::read(&app.app, &record.id, &id).await.is_ok(), "a file with a row stays");
    }

    /// Young bytes may be on their way to their row.
    async fn young_bytes_without_a_row_stay(app: TestApp) {
        let token = app.token().await;
        app.upload(&token, "binder.png", picture()).await;
        let folder = app.data.path().join("files").join(&app.app.district("maple-valley").unwrap().id);
        for name in ["on-its-way", "on-its-way#1"] {
            std::fs::write(folder.join(name), b"bytes").unwrap();
        }
        assert_eq!(porchlight_server::files::sweep_orphans(&app.app).await.unwrap(), 0);
    }
}

fn picture() -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(60, 40).write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

on_both_engines! {
    async fn a_promise_is_kept_in_the_districts_own_time(app: TestApp = Wish { now: Some("2026-11-25T23:00:00Z"), ..Wish::default() }) {
        // Wednesday before Thanksgiving, 3 pm in Maple Valley; the office closes at half past four.
        let receipt = app.windshield_receipt().await;
        assert_eq!(receipt["due"], "2026-11-30T14:00:00-08:00", "8 business hours, Thursday and Friday are holidays");
        assert_eq!(receipt["due_text"], "Monday, November 30, 2 pm");
        let mut body = app.windshield().await;
        body["locale"] = json!("es");
        let receipt: Value = app.submit(&new_key(), &body).await.json().await.unwrap();
        assert_eq!(receipt["due_text"], "el lunes 30 de noviembre a las 2 p. m.");
        assert!(app.mail(2).await.iter().all(|m| !m.contains("m..")), "one full stop is enough");
        assert!(app.mail(2).await.iter().any(|m| m.contains("Recibimos su mensaje")));
    }
}

on_both_engines! {
    async fn the_public_settings_are_cached_and_complete(app: TestApp) {
        let answer = app.get("/api/v1/districts/maple-valley").await;
        assert_eq!(answer.headers()["cache-control"], "public, max-age=30");
        let etag = answer.headers()["etag"].clone();
        let settings: Value = answer.json().await.unwrap();
        assert!(settings["topics"].as_array().unwrap().len() >= 12);
        assert!(settings.get("calendar").is_none(), "nothing but what is public");
        let again = app.client.get(app.url("/api/v1/districts/maple-valley")).header("if-none-match", etag).send().await.unwrap();
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(app.get("/api/v1/districts/nowhere").await.status(), StatusCode::NOT_FOUND);
        let description: Value = app.get("/api/openapi.json").await.json().await.unwrap();
        assert_eq!(description["openapi"].as_str().unwrap().split('.').next(), Some("3"));
    }
}

#[tokio::test]
async fn pages_of_allowed_sites_may_read_and_others_may_not() {
    let app =
        TestApp::wish(Wish { district: |d| d["allowed_sites"] = json!(["https://www.maplevalley.example"]), ..Wish::default() })
            .await;
    let ask = |origin: &'static str, method: reqwest::Method| {
        app.client
            .request(method, app.url("/api/v1/districts/maple-valley/inquiries"))
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .send()
    };
    let allowed = ask("https://www.maplevalley.example", reqwest::Method::OPTIONS).await.unwrap();
    assert_eq!(allowed.headers()["access-control-allow-origin"], "https://www.maplevalley.example");
    assert!(allowed.headers().get("access-control-allow-credentials").is_none());
    let foreign = ask("https://evil.example", reqwest::Method::OPTIONS).await.unwrap();
    assert!(foreign.headers().get("access-control-allow-origin").is_none());
    let landing = app.get("/maple-valley").await;
    let policy = landing.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("frame-ancestors 'self' https://www.maplevalley.example"), "{policy}");
    let safety = app.get("/maple-valley/safety-tip").await;
    assert!(safety.headers()["content-security-policy"].to_str().unwrap().ends_with("frame-ancestors 'none'"));
    // A problem can be read from there too: without these headers the page would see a failed network.
    let problem = |path: &str| {
        app.client.get(app.url(path)).header("origin", "https://www.maplevalley.example").header("accept-language", "es").send()
    };
    let refused = problem("/api/v1/districts/maple-valley/widget?build=of-last-week").await.unwrap();
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    assert_eq!(refused.headers()["access-control-allow-origin"], "https://www.maplevalley.example");
    assert_eq!(refused.json::<Value>().await.unwrap()["title"], "Esto cambió mientras tanto.");
    let large = app
        .client
        .post(app.url("/api/v1/districts/maple-valley/inquiries"))
        .header("origin", "https://www.maplevalley.example")
        .header("accept-language", "es")
        .header("content-type", "application/json")
        .body(vec![b' '; 10_000_000])
        .send()
        .await
        .unwrap();
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(large.headers()["access-control-allow-origin"], "https://www.maplevalley.example");
    assert_eq!(large.json::<Value>().await.unwrap()["title"], "La solicitud es demasiado grande.");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
}

on_both_engines! {
    /// A pupil who sends nonsense uses up nothing of the school's share.
    async fn junk_takes_nobodys_place(app: TestApp = Wish { rate_limit: true, ..Wish::default() }) {
        let body = app.windshield().await;
        for _ in 0..150 {
            let junk = app.submit(&new_key(), &json!({ "topic": "transportation", "token": body["token"] })).await;
            assert_eq!(junk.status(), StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(app.submit(&new_key(), &body).await.status(), StatusCode::CREATED);
    }

    async fn whoever_is_limited_is_told_and_others_go_on(app: TestApp = Wish { rate_limit: true, settings: vec![("PORCHLIGHT_TRUSTED_PROXIES", String::from("127.0.0.1"))], ..Wish::default() }) {
        let body = app.windshield().await;
        let from = |address: &'static str| {
            app.client
                .post(app.url("/api/v1/districts/maple-valley/inquiries"))
                .header("x-forwarded-for", format!("203.0.113.9, {address}"))
                .header("idempotency-key", new_key())
                .json(&body)
                .send()
        };
        let mut limited = None;
        for _ in 0..200 {
            let answer = from("192.0.2.1").await.unwrap();
            if answer.status() == StatusCode::TOO_MANY_REQUESTS {
                limited = Some(answer);
                break;
            }
        }
        let limited = limited.expect("a limit");
        assert!(limited.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
        assert_eq!(
            from("192.0.2.2").await.unwrap().status(),
            StatusCode::CREATED,
            "behind a trusted proxy the visitor's address counts"
        );
        // Who has used up the share of one address still gets a safety tip through from there.
        let mut tip = app.windshield().await;
        tip["topic"] = json!("safety-tip");
        tip["kind"] = json!(null);
        tip["contact"] = json!(null);
        tip["answers"] = json!({ "message": "Somebody has a knife in a locker." });
        let answer = app
            .client
            .post(app.url("/api/v1/districts/maple-valley/inquiries"))
            .header("x-forwarded-for", "192.0.2.1")
            .header("idempotency-key", new_key())
            .json(&tip)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED, "{}", answer.text().await.unwrap());
    }
}

on_both_engines! {
    /// On the page of an inquiry, too: the words come back, and are taken a little later.
    async fn a_limited_message_is_not_lost(app: TestApp = Wish { rate_limit: true, ..Wish::default() }) {
        let receipt = app.windshield_receipt().await;
        let page = format!("/maple-valley/i/{}", receipt["code"].as_str().unwrap());
        let token = app.token().await;
        for _ in 0..200 {
            let form = reqwest::multipart::Form::new()
                .text("token", token.clone())
                .text("key", new_key())
                .text("text", "The mirror is broken, too.");
            let answer = app.client.post(app.url(&page)).multipart(form).send().await.unwrap();
            if answer.status() == StatusCode::TOO_MANY_REQUESTS {
                assert!(answer.headers().contains_key("retry-after"));
                let page = answer.text().await.unwrap();
                assert!(page.contains("The mirror is broken, too.</textarea>"), "{page}");
                return;
            }
            assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        }
        panic!("a limit");
    }
}

#[test]
fn both_languages_are_whole() {
    for json in [include_str!("../../server/locales/en.json"), include_str!("../../server/locales/es.json")] {
        Phrases::from_json(json).unwrap();
    }
}
