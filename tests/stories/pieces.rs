//! Photos on a bad line: they go on where they stopped.

use crate::anonymous::{files_below, photo};
use crate::intake::YEARS_AHEAD;
use base64::Engine as _;
use porchlight_tests::TestApp;
use porchlight_tests::app::{Wish, new_key};
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

const UPLOADS: &str = "/api/v1/districts/maple-valley/uploads";

async fn begin(app: &TestApp, token: &str, length: usize) -> Response {
    let token = base64::engine::general_purpose::STANDARD.encode(token);
    let asked = app.client.post(app.url(UPLOADS)).header("tus-resumable", "1.0.0").header("upload-length", length);
    asked.header("upload-metadata", format!("name ,token {token}")).send().await.unwrap()
}

async fn append(app: &TestApp, address: &str, offset: usize, piece: &[u8]) -> Response {
    let asked = app.client.patch(address).header("tus-resumable", "1.0.0").header("upload-offset", offset);
    asked.header("content-type", "application/offset+octet-stream").body(piece.to_vec()).send().await.unwrap()
}

fn told(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default()
}

on_both_engines! {
    async fn a_photo_goes_on_where_it_stopped(app: TestApp) {
        let (token, photo) = (app.token().await, photo());
        let begun = begin(&app, &token, photo.len()).await;
        assert_eq!(begun.status(), StatusCode::CREATED);
        let address = app.url(&told(begun.headers(), "location"));
        let id = address.rsplit('/').next().unwrap().to_owned();
        let third = photo.len() / 3;
        let first = append(&app, &address, 0, &photo[..third]).await;
        assert_eq!((first.status(), told(first.headers(), "upload-offset")), (StatusCode::NO_CONTENT, third.to_string()));
        // The answer to the second piece was lost: asking tells where to go on, and what came is not taken twice.
        append(&app, &address, third, &photo[third..2 * third]).await;
        assert_eq!(append(&app, &address, third, &photo[third..2 * third]).await.status(), StatusCode::CONFLICT);
        let here = app.client.head(&address).send().await.unwrap();
        assert_eq!(told(here.headers(), "upload-offset"), (2 * third).to_string());
        assert_eq!(told(here.headers(), "upload-length"), photo.len().to_string());
        // Two last pieces at once make one file, whose bytes stay.
        let rest = &photo[2 * third..];
        let (one, other) = tokio::join!(append(&app, &address, 2 * third, rest), append(&app, &address, 2 * third, rest));
        let arrived = [one, other].iter().filter(|answer| answer.status() == StatusCode::NO_CONTENT).count();
        assert_eq!(arrived, 1);
        let here = app.client.head(&address).send().await.unwrap();
        assert_eq!(told(here.headers(), "upload-offset"), photo.len().to_string());
        let mut inquiry = app.windshield().await;
        inquiry["token"] = json!(token);
        inquiry["answers"]["photos"] = json!([id]);
        let receipt = app.submit(&new_key(), &inquiry).await;
        assert_eq!(receipt.status(), StatusCode::CREATED, "{}", receipt.text().await.unwrap());
        let receipt: Value = receipt.json().await.unwrap();
        let page = app.client.get(receipt["status_url"].as_str().unwrap()).send().await.unwrap().text().await.unwrap();
        let file = page.split('"').find(|part| part.contains("/files/")).expect("a link to the photo").replace("&amp;", "&");
        assert_eq!(app.get(&file).await.status(), StatusCode::OK);
    }

    async fn what_is_no_photo_is_refused_at_its_end(app: TestApp) {
        let token = app.token().await;
        let begun = begin(&app, &token, 20).await;
        let address = app.url(&told(begun.headers(), "location"));
        append(&app, &address, 0, b"no photo ").await;
        let refused = append(&app, &address, 9, b"at all, sir").await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let refused: Value = refused.json().await.unwrap();
        assert_eq!(refused["errors"][0]["code"], "file_type");
        assert_eq!(app.client.head(&address).send().await.unwrap().status(), StatusCode::NOT_FOUND, "nothing is left of it");
    }

    async fn pieces_keep_to_their_bounds(app: TestApp) {
        let token = app.token().await;
        assert_eq!(begin(&app, "no token", 20).await.status(), StatusCode::FORBIDDEN);
        for (length, code) in [(0, "required"), (20_000_001, "file_too_large")] {
            let refused: Value = begin(&app, &token, length).await.json().await.unwrap();
            assert_eq!(refused["errors"][0]["code"], code);
        }
        let address = app.url(&told(begin(&app, &token, 5).await.headers(), "location"));
        assert_eq!(append(&app, &address, 0, b"longer").await.status(), StatusCode::CONFLICT);
        let named = app.client.patch(&address).header("upload-offset", 0).body("12345").send().await.unwrap();
        assert_eq!(named.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(app.client.delete(&address).send().await.unwrap().status(), StatusCode::NO_CONTENT);
        assert_eq!(append(&app, &address, 0, b"12345").await.status(), StatusCode::NOT_FOUND);
        // A visit has room for twenty files, begun or whole.
        for _ in 0..20 {
            assert_eq!(begin(&app, &token, 5).await.status(), StatusCode::CREATED);
        }
        assert_eq!(begin(&app, &token, 5).await.status(), StatusCode::TOO_MANY_REQUESTS);
    }

    async fn what_never_arrived_whole_is_forgotten(app: TestApp = Wish { now: YEARS_AHEAD, ..Wish::default() }) {
        let address = app.url(&told(begin(&app, &app.token().await, 20).await.headers(), "location"));
        append(&app, &address, 0, b"no photo ").await;
        let mut stored = Vec::new();
        files_below(&app.data.path().join("files/uploads"), &mut stored);
        assert!(stored.ends_with(b"no photo "));
        app.clock.as_ref().unwrap().advance(jiff::SignedDuration::from_hours(25));
        porchlight_server::files::sweep(&app.app).await.unwrap();
        assert_eq!(app.client.head(&address).send().await.unwrap().status(), StatusCode::NOT_FOUND);
        let mut left = Vec::new();
        files_below(&app.data.path().join("files/uploads"), &mut left);
        assert!(!left.ends_with(b"no photo "), "no byte of it is left");
    }
}
