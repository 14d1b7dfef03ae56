//! How a guest behaves: it costs little, stands where the page reads to, and minds what people set.

use crate::guest::{Rung, host_page, seen};
use crate::networks::fill_in;
use porchlight_tests::TestApp;
use porchlight_tests::app::Wish;
use porchlight_tests::browser::{Brand, Browser, Look};
use porchlight_tests::site::{HostPage, Site};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_the_click_the_page_pays_for_one_small_script() {
    let app = TestApp::wish(Wish::default()).await;
    let site = Site::open().await;
    let browser = Browser::open(Look::default()).await;
    let html = host_page(&app.base, "", "", "", "");
    let page = site.put("plain", HostPage { html, headers: Vec::new() });
    // What is slow because of us is slow at every visit; a busy machine can make any one of them so.
    let mut slow = Vec::new();
    let seen = loop {
        browser.goto(&page).await;
        browser.find("#l").await;
        let seen = seen(&browser).await;
        assert_eq!(seen["shifts"], json!(0), "nothing shifts");
        if seen["slow"] == json!([]) {
            break seen;
        }
        slow.push(seen["slow"].clone());
        assert!(slow.len() < 8, "long tasks (ms) at every visit: {slow:?}");
    };
    let fetched = "return performance.getEntriesByType('resource').filter((e) => e.name.startsWith(arguments[0])).map((e) => new URL(e.name).pathname)";
    let before = browser.run(fetched, vec![json!(app.base)]).await;
    assert_eq!(before, json!(["/embed.js"]));
    // The last one is the driver's.
    let names = "return Object.keys(window).filter((name) => ![...arguments[0], '__seen', 'ret_nodes'].includes(name))";
    assert_eq!(browser.run(names, vec![seen["names"].clone()]).await, json!(["Porchlight"]));
    // The mouse comes near: everything is fetched, nothing is shown.
    let (x, y) = browser.place_of("#l").await;
    browser.point_at(x, y).await;
    browser.until("performance.getEntriesByType('resource').some((e) => e.name.includes('/widget?build='))").await;
    assert!(!browser.has("dialog").await);
    browser.click("#l").await;
    browser.find_text("h2", "Who are you?").await;
    let kept = "return document.cookie + localStorage.length + [...document.scripts].length + document.head.querySelectorAll('style,link').length";
    assert_eq!(browser.run(kept, Vec::new()).await, json!("020"), "no cookie, nothing stored, no script or style added");
    browser.close().await;
}

/// What a frame around the school's page allows, and what a click leads to there.
pub(crate) const SANDBOXES: &[(&str, Rung)] =
    &[("allow-scripts allow-forms allow-popups", Rung::Form), ("allow-scripts", Rung::Form), ("", Rung::OwnLink)];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_sandboxed_frame_it_does_what_the_frame_allows() {
    let app = TestApp::wish(Wish::default()).await;
    let site = Site::open().await;
    for brand in Brand::BOTH {
        let browser = Browser::open(Look { brand, ..Look::default() }).await;
        for (allowed, rung) in SANDBOXES {
            println!("{brand:?}, {allowed}");
            let html = host_page(&app.base, "", "", "", "");
            let inside = site.put("inside", HostPage { html, headers: Vec::new() });
            let html = format!(
                "<!doctype html><title>Outside</title><iframe width=900 height=700 sandbox=\"{allowed}\" src={inside}></iframe>"
            );
            browser.goto(&site.put("outside", HostPage { html, headers: Vec::new() })).await;
            browser.find("iframe").await.enter_frame().await.unwrap();
            if *rung == Rung::Form {
                browser.click("#l").await;
                browser.click_text(".row", "Parent or guardian").await;
                browser.click_text(".row", "Bus or transportation").await;
                fill_in(&browser).await;
                browser.click_text(".button", "Send").await;
                browser.find_text("h2", "We have it.").await;
                assert_eq!(seen(&browser).await["errors"], json!([]), "{allowed}");
            } else {
                browser.find_text("a", "Let's talk").await.click().await.unwrap();
                browser.find_text("h1", "Let's talk").await;
            }
            browser.driver.enter_default_frame().await.unwrap();
        }
        browser.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_follows_the_page_and_the_person() {
    let app = TestApp::wish(Wish::default()).await;
    let site = Site::open().await;
    let browser = Browser::open(Look::default()).await;
    let left = "return document.querySelector('html > div').shadowRoot.querySelector(arguments[0]).getBoundingClientRect().left";
    // Right to left: the button and the form stand at the end of the line, which is the left.
    let html = host_page(&app.base, "dir=rtl", "", "", "");
    browser.goto(&site.put("rtl", HostPage { html, headers: Vec::new() })).await;
    browser.find("#l").await;
    assert_eq!(browser.run(left, vec![json!("#l")]).await, json!(20));
    browser.click("#l").await;
    browser.find_text("h2", "Who are you?").await;
    assert_eq!(browser.run(left, vec![json!("dialog")]).await, json!(20));
    let way = "return getComputedStyle(document.querySelector('html > div').shadowRoot.querySelector('.desk')).direction";
    assert_eq!(browser.run(way, Vec::new()).await, json!("ltr"), "what is written in English is read from the left");
    browser.shot("widget-rtl").await;
    // Whoever says so gets it on the other side, button and form alike.
    let html = host_page(&app.base, "", "", "", "data-position=left");
    browser.goto(&site.put("left", HostPage { html, headers: Vec::new() })).await;
    browser.click("#l").await;
    browser.find_text("h2", "Who are you?").await;
    assert_eq!(browser.run(left, vec![json!("#l")]).await, json!(20));
    assert_eq!(browser.run(left, vec![json!("dialog")]).await, json!(20));
    // Colours that the system forces: the button keeps an edge.
    let html = host_page(&app.base, "", "", "", "");
    let address = site.put("plain", HostPage { html, headers: Vec::new() });
    let media = |name: &str, value: &str| json!({ "features": [{ "name": name, "value": value }] });
    browser.devtools("Emulation.setEmulatedMedia", media("forced-colors", "active")).await;
    browser.goto(&address).await;
    browser.find("#l").await;
    let edge = "const s = getComputedStyle(document.querySelector('html > div').shadowRoot.querySelector('#l')); return [s.borderTopWidth, s.borderTopColor != s.backgroundColor]";
    assert_eq!(browser.run(edge, Vec::new()).await, json!(["1px", true]));
    browser.click("#l").await;
    browser.find_text("h2", "Who are you?").await;
    browser.shot("widget-forced-colours").await;
    // Paper: no button on it.
    browser.devtools("Emulation.setEmulatedMedia", json!({ "media": "print", "features": [] })).await;
    browser.goto(&address).await;
    browser.until("window.Porchlight").await;
    assert!(!browser.has("#l").await);
    // Nothing moves for those who asked for that.
    browser.devtools("Emulation.setEmulatedMedia", media("prefers-reduced-motion", "reduce")).await;
    browser.goto(&address).await;
    browser.click("#l").await;
    browser.find_text("h2", "Who are you?").await;
    let moving = "return document.getAnimations().length + [...document.querySelector('html > div').shadowRoot.querySelectorAll('*')].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0.001).length";
    assert_eq!(browser.run(moving, Vec::new()).await, json!(0));
    browser.close().await;
}
