//! Bad input: each gets a clear answer that names the field, and nothing breaks.

use porchlight_tests::TestApp;
use porchlight_tests::app::{Wish, new_key};
use reqwest::StatusCode;
use serde_json::{Value, json};

async fn errors(app: &TestApp, change: impl FnOnce(&mut Value)) -> Vec<(String, String)> {
    let mut body = app.windshield().await;
    change(&mut body);
    let answer = app.submit(&new_key(), &body).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: Value = answer.json().await.unwrap();
    let each = |e: &Value| {
        assert!(!e["message"].as_str().unwrap().is_empty());
        (e["field"].as_str().unwrap().to_owned(), e["code"].as_str().unwrap().to_owned())
    };
    problem["errors"].as_array().unwrap().iter().map(each).collect()
}

on_both_engines! {
    async fn each_wrong_field_is_named(app: TestApp) {
        let one = |field: &str, code: &str| vec![(field.to_owned(), code.to_owned())];
        assert_eq!(errors(&app, |b| b["topic"] = json!("nonsense")).await, one("topic", "not_offered"));
        assert_eq!(errors(&app, |b| b["answers"]["colour"] = json!("red")).await, one("colour", "unknown"));
        assert_eq!(errors(&app, |b| b["locale"] = json!("xx")).await, one("locale", "not_offered"));
        assert_eq!(errors(&app, |b| b["school"] = json!("nowhere")).await, one("school", "not_offered"));
        assert_eq!(errors(&app, |b| b["kind"] = json!("rant")).await, one("kind", "not_offered"));
        assert_eq!(errors(&app, |b| b["relationship"] = json!(7)).await, one("relationship", "wrong_type"));
        assert_eq!(errors(&app, |b| b["answers"]["bus"] = json!(["12"])).await, one("bus", "wrong_type"));
        assert_eq!(errors(&app, |b| b["answers"]["bus"] = json!("1\u{0}2")).await, one("bus", "unprintable"));
        assert_eq!(errors(&app, |b| b["contact"]["email"] = json!("kim@")).await, one("contact.email", "not_an_email"));
        assert_eq!(errors(&app, |b| b["contact"]["name"] = json!("K".repeat(1_000))).await, one("contact.name", "too_long"));
        assert_eq!(errors(&app, |b| b["contact"] = json!({ "name": "Kim" })).await, one("contact.email", "no_contact"));
        assert_eq!(errors(&app, |b| b["contact"] = Value::Null).await, one("contact", "not_anonymous"));
        assert_eq!(errors(&app, |b| b["surprise"] = json!(1)).await, one("surprise", "unknown"));
        assert_eq!(errors(&app, |b| b["answers"]["photos"] = json!(["made-up"])).await, one("photos", "file_gone"));
        assert_eq!(errors(&app, |b| b["answers"] = json!({})).await.len(), 2);
    }
}

on_both_engines! {
    async fn strange_but_honest_text_is_kept_as_it_is(app: TestApp) {
        let mut body = app.windshield().await;
        let text = "🚌💥 العربية \u{202e}txt <script>alert('x')</script> '; DROP TABLE inquiries; -- \u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}";
        body["answers"]["what_happened"] = json!(text);
        body["contact"]["name"] = json!("Zoë 😀 O'Brien");
        let receipt: Value = app.submit(&new_key(), &body).await.json().await.unwrap();
        let admin = app.log_in("admin").await;
        let list = admin.get("/inquiries").await;
        let inquiry = admin.get(&format!("/inquiries/{}", list["inquiries"][0]["id"].as_str().unwrap())).await;
        assert!(inquiry["answers"].as_array().unwrap().iter().any(|a| a["text"] == text));
        let page = app.get(&format!("/maple-valley/i/{}", receipt["code"].as_str().unwrap())).await.text().await.unwrap();
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script>alert"));
        assert!(app.mail(1).await[0].contains("Zo"), "an umlaut in a name does not stop the mail");
    }
}

on_both_engines! {
    async fn what_is_no_request_of_ours_is_refused_in_the_right_way(app: TestApp) {
        let post = |body: Vec<u8>, kind: &'static str| {
            app.client
                .post(app.url("/api/v1/districts/maple-valley/inquiries"))
                .header("idempotency-key", new_key())
                .header("content-type", kind)
                .body(body)
                .send()
        };
        assert_eq!(post(b"{".to_vec(), "application/json").await.unwrap().status(), StatusCode::BAD_REQUEST);
        assert_eq!(
            post(b"{\"topic\":\"\\ud800\"}".to_vec(), "application/json").await.unwrap().status(),
            StatusCode::BAD_REQUEST,
            "a lone surrogate"
        );
        assert_eq!(post(vec![0xff, 0xfe], "application/json").await.unwrap().status(), StatusCode::BAD_REQUEST);
        assert_eq!(
            post(b"topic=x".to_vec(), "application/x-www-form-urlencoded").await.unwrap().status(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        );
        let large = post(vec![b' '; 10_000_000], "application/json").await.unwrap();
        assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(large.json::<Value>().await.unwrap()["code"], "too_large");
        let method = app.client.put(app.url("/api/v1/districts/maple-valley/inquiries")).send().await.unwrap();
        assert_eq!(method.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(method.json::<Value>().await.unwrap()["code"], "method_not_allowed");
        let query = app.get("/api/v1/districts/maple-valley/widget").await;
        assert_eq!(query.json::<Value>().await.unwrap()["code"], "bad_request");
        let body = app.windshield().await;
        let no_key = app.client.post(app.url("/api/v1/districts/maple-valley/inquiries")).json(&body).send().await.unwrap();
        assert_eq!(no_key.status(), StatusCode::BAD_REQUEST);
        assert_eq!(app.submit("not-a-uuid", &body).await.status(), StatusCode::BAD_REQUEST);
        for unknown in [
            "/api/v1/nonsense",
            "/api/v1/districts/nowhere/token",
            "/nowhere",
            "/maple-valley/nowhere",
            "/maple-valley/i/abcdabcdabcdabcd",
            "/assets/nothing.js",
            "/maple-valley/c/nothing",
        ] {
            assert_eq!(app.get(unknown).await.status(), StatusCode::NOT_FOUND, "{unknown}");
        }
    }
}

on_both_engines! {
    async fn a_machine_and_an_old_page_are_told_apart(app: TestApp = Wish { now: Some("2026-11-23T17:00:00Z"), ..Wish::default() }) {
        let mut body = app.windshield().await;
        body["homepage"] = json!("https://spam.example");
        let answer = app.submit(&new_key(), &body).await;
        assert_eq!(answer.json::<Value>().await.unwrap()["code"], "looks_automated");

        let body = app.windshield().await;
        let mut without = body.clone();
        without["token"] = json!("made up");
        assert_eq!(app.submit(&new_key(), &without).await.json::<Value>().await.unwrap()["code"], "token_expired");
        app.clock.as_ref().unwrap().advance(jiff::SignedDuration::from_hours(5));
        let key = new_key();
        let old = app.submit(&key, &body).await;
        assert_eq!(old.status(), StatusCode::FORBIDDEN);
        assert_eq!(old.json::<Value>().await.unwrap()["code"], "token_expired");
        // Fetch another and send again under the same key.
        let fresh = json!({ "token": app.token().await });
        let mut again = body.clone();
        again["token"] = fresh["token"].clone();
        assert_eq!(app.submit(&key, &again).await.status(), StatusCode::CREATED);
    }
}

on_both_engines! {
    async fn files_that_are_not_what_they_say_are_refused(app: TestApp) {
        let token = app.token().await;
        let code = |bytes: Vec<u8>| {
            let (app, token) = (&app, token.clone());
            async move {
                let answer = app.upload(&token, "photo.jpg", bytes).await;
                assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
                answer.json::<Value>().await.unwrap()["errors"][0]["code"].as_str().unwrap().to_owned()
            }
        };
        assert_eq!(code(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec()).await, "file_type");
        assert_eq!(code(b"<html><script>alert(1)</script>".to_vec()).await, "file_type");
        assert_eq!(code(b"MZ\x90\0program".to_vec()).await, "file_type");
        assert_eq!(code([b"\xff\xd8\xff\xe0".as_slice(), &[0; 2_000]].concat()).await, "file_not_what_it_says");
        let mut large = vec![0_u8; 21_000_000];
        large[..3].copy_from_slice(b"\xff\xd8\xff");
        assert_eq!(code(large).await, "file_too_large");
        // A picture that claims to be 60,000 pixels wide would need gigabytes.
        let mut bomb = std::io::Cursor::new(Vec::new());
        image::DynamicImage::new_luma8(8, 8).write_to(&mut bomb, image::ImageFormat::Png).unwrap();
        let mut bomb = bomb.into_inner();
        bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        assert_eq!(code(bomb).await, "file_not_what_it_says");
        let foreign = app.upload("no token", "photo.jpg", vec![1]).await;
        assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
        let huge = app.upload(&token, "photo.jpg", vec![0xff; 70_000_000]).await;
        assert_eq!(huge.status(), StatusCode::PAYLOAD_TOO_LARGE);
        // The same on a page, in the person's language.
        let part = reqwest::multipart::Part::bytes(vec![0xff; 100_000_000]).file_name("two films.mov");
        let form = reqwest::multipart::Form::new().part("file.photos", part);
        let page = app.client.post(app.url("/maple-valley/transportation?lang=es")).multipart(form).send().await.unwrap();
        assert_eq!(page.status(), StatusCode::PAYLOAD_TOO_LARGE);
        assert!(page.text().await.unwrap().contains("lo que escribió sigue ahí"));
    }
}

on_both_engines! {
    /// An answer that is known before all has arrived still arrives itself.
    async fn whoever_is_still_sending_reads_the_answer(app: TestApp) {
        for (path, status) in [
            ("/maple-valley/nowhere", StatusCode::NOT_FOUND),
            ("/nowhere/at/all", StatusCode::NOT_FOUND),
            ("/embed.js", StatusCode::METHOD_NOT_ALLOWED),
            ("/maple-valley/i/abcdabcdabcdabcd", StatusCode::NOT_FOUND),
            ("/api/v1/districts/nowhere/files", StatusCode::NOT_FOUND),
            ("/api/v1/districts/maple-valley/files", StatusCode::FORBIDDEN),
            ("/api/v1/session", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ] {
            for _ in 0..4 {
                let part = reqwest::multipart::Part::bytes(vec![0xff; 8_000_000]).file_name("glass.jpg");
                let form = reqwest::multipart::Form::new().part("file", part);
                let answer = app.client.post(app.url(path)).multipart(form).send().await.unwrap();
                assert_eq!(answer.status(), status, "{path}");
            }
        }
        // Who asks first whether to send need not.
        let asked = app.client.post(app.url("/embed.js")).header("expect", "100-continue").body(vec![0; 1_000_000]).send();
        assert_eq!(asked.await.unwrap().status(), StatusCode::METHOD_NOT_ALLOWED);
    }
}

on_both_engines! {
    /// Problems are told in the language of the address, the form or the browser.
    async fn a_problem_is_told_in_the_persons_language(app: TestApp) {
        let title = async |path: &str, accept: &str| {
            let answer = app.client.get(app.url(path)).header("accept-language", accept).send().await.unwrap();
            answer.json::<Value>().await.unwrap()["title"].as_str().unwrap().to_owned()
        };
        assert_eq!(title("/api/v1/districts/nowhere", "en").await, "There is nothing at this address.");
        assert_eq!(title("/api/v1/districts/nowhere", "es-MX").await, "No hay nada en esta dirección.");
        assert_eq!(title("/api/v1/nothing?lang=es", "en").await, "No hay nada en esta dirección.");
        let mut body = app.windshield().await;
        body["locale"] = json!("es");
        body["answers"]["what_happened"] = json!("");
        body["answers"]["day"] = json!("2020-01-01");
        let problem: Value = app.submit(&new_key(), &body).await.json().await.unwrap();
        assert_eq!(problem["title"], "Hay respuestas que corregir.");
        let said = problem["errors"].to_string();
        assert!(said.contains("Por favor, elija el miércoles 1 de julio de 2026 o un día posterior."), "{said}");
    }
}
