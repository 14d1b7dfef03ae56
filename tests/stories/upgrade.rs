//! Files by their content, and pages that stay open while the server is upgraded.

use base64::Engine as _;
use porchlight_server::assets;
use porchlight_tests::TestApp;
use porchlight_tests::app::Wish;
use porchlight_tests::browser::{Browser, Look};
use porchlight_tests::site::{HostPage, Site};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha384};
use std::path::{Path, PathBuf};

fn stored(app: &TestApp) -> PathBuf {
    app.data.path().join("files/assets")
}

fn dist() -> (PathBuf, Value) {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist");
    let manifest = serde_json::from_str(&std::fs::read_to_string(dist.join("manifest.json")).unwrap()).unwrap();
    (dist, manifest)
}

/// A file of the present build, as text, with the names of an earlier build in it.
fn of_an_earlier_build(name: &str) -> String {
    let (dist, manifest) = dist();
    let mut text = std::fs::read_to_string(dist.join(manifest[name].as_str().unwrap())).unwrap();
    for plain in ["widget.js", "form_bg.wasm"] {
        let (stem, ending) = plain.rsplit_once('.').unwrap();
        text = text.replace(manifest[plain].as_str().unwrap(), &format!("{stem}-00000000.{ending}"));
    }
    text
}

/// Puts an earlier build's files where it would have left them.
fn leave_an_earlier_build(app: &TestApp) {
    let folder = stored(app);
    std::fs::create_dir_all(&folder).unwrap();
    for name in ["embed.js", "widget.js"] {
        let stem = name.trim_end_matches(".js");
        std::fs::write(folder.join(format!("{stem}-00000000.js")), of_an_earlier_build(name)).unwrap();
    }
    let (dist, manifest) = dist();
    std::fs::copy(dist.join(manifest["form_bg.wasm"].as_str().unwrap()), folder.join("form_bg-00000000.wasm")).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hashed_files_stay_for_a_year() {
    let app = TestApp::wish(Wish { now: Some("2026-11-23T15:00:00Z"), ..Wish::default() }).await;
    let present = app.get("/assets/widget.js").await;
    assert_eq!(present.status(), StatusCode::TEMPORARY_REDIRECT, "a plain name leads to the present file");
    let address = present.headers()["location"].to_str().unwrap().to_owned();
    let file = app.client.get(app.url(&address)).header("accept-encoding", "gzip, br").send().await.unwrap();
    assert_eq!(file.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(file.headers()["content-encoding"], "br");
    assert_eq!(file.headers()["access-control-allow-origin"], "*");
    // Who asks for the script needs the WASM next; so does a landing page.
    let wasm = format!("<{}>; rel=preload; as=fetch; crossorigin", assets::url("form_bg.wasm"));
    assert_eq!(file.headers()["link"], wasm.as_str());
    let page = app.get("/maple-valley/transportation").await;
    assert_eq!(page.headers()["link"], format!("<{address}>; rel=modulepreload, {wasm}").as_str());
    let name = address.rsplit('/').next().unwrap();
    assert!(stored(&app).join(name).exists() && stored(&app).join(format!("{name}.br")).exists(), "every server finds it");
    // The loader is short-lived, and asked for again by its tag.
    let loader = app.get("/embed.js").await;
    assert!(loader.headers()["cache-control"].to_str().unwrap().starts_with("public, max-age=300"));
    let again = app.client.get(app.url("/embed.js")).header("if-none-match", &loader.headers()["etag"]).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    leave_an_earlier_build(&app);
    let earlier = app.get("/assets/widget-00000000.js").await;
    assert_eq!(earlier.status(), StatusCode::OK);
    assert_eq!(earlier.headers()["cache-control"], "public, max-age=31536000, immutable");
    for name in ["widget-ffffffff.js", "..%2F..%2Fporchlight.db", "widget-00000000.js.br", "manifest.json"] {
        assert_eq!(app.get(&format!("/assets/{name}")).await.status(), StatusCode::NOT_FOUND, "{name}");
    }
    // More than a year later our own are still there, the others are not.
    app.clock.as_ref().unwrap().advance(jiff::SignedDuration::from_hours(24 * 400));
    assert!(assets::forget_old(&app.app).await.unwrap() >= 3);
    assert_eq!(app.get("/assets/widget-00000000.js").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(app.get(&address).await.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_integrity_checked_line_works_and_names_what_it_checks() {
    let app = TestApp::wish(Wish::default()).await;
    let told: Value = app.get("/api/v1/districts/maple-valley/embed").await.json().await.unwrap();
    let loader = app.client.get(told["pinned_script"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(loader.headers()["cache-control"], "public, max-age=31536000, immutable");
    let digest = base64::engine::general_purpose::STANDARD.encode(Sha384::digest(loader.bytes().await.unwrap()));
    assert_eq!(told["integrity"], json!(format!("sha384-{digest}")));
    let policy = |name: &str| told["content_security_policy"][name].as_str().unwrap().to_owned();
    let site = Site::open().await;
    let page = HostPage {
        html: format!("<!doctype html><html lang=en><title>A school</title>{}", told["pinned_snippet"].as_str().unwrap()),
        headers: vec![(
            "content-security-policy",
            format!(
                "default-src 'none'; script-src {}; connect-src {}; frame-src {}",
                policy("script-src"),
                policy("connect-src"),
                policy("frame-src")
            ),
        )],
    };
    let browser = Browser::open(Look::default()).await;
    browser.goto(&site.put("pinned", page)).await;
    browser.click("#l").await;
    browser.find_text("h2", "Who are you?").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_was_open_during_an_upgrade_gets_the_later_form() {
    let app = TestApp::wish(Wish::default()).await;
    leave_an_earlier_build(&app);
    let settings = app.get("/api/v1/districts/maple-valley/widget?build=form_bg-00000000.wasm").await;
    assert_eq!(settings.status(), StatusCode::CONFLICT, "settings are written for one build");
    let site = Site::open().await;
    let html = format!(
        "<!doctype html><html lang=en><title>A school</title><a href=\"{0}/maple-valley\" data-porchlight>Let's talk</a>\
         <script async src=\"{0}/embed-00000000.js\" data-district=maple-valley></script>",
        app.base
    );
    let browser = Browser::open(Look::default()).await;
    browser.goto(&site.put("open", HostPage { html, headers: Vec::new() })).await;
    browser.click("#l").await;
    browser.click_text(".row", "Parent or guardian").await;
    browser.find_text("h2", "What is it about?").await;
    // Closing it reaches the form that took over.
    browser.key("Escape").await;
    browser.gone("dialog[open]").await;
    browser.close().await;
}
