//! Every screen of the console: nothing that axe finds, everything by keyboard, nothing wider than a phone.

use crate::console::log_in;
use porchlight_tests::TestApp;
use porchlight_tests::app::{Wish, new_key};
use porchlight_tests::browser::{Browser, Look};
use porchlight_tests::office::Given;
use serde_json::{Value, json};

/// A district with something on every screen.
async fn lived_in() -> TestApp {
    let app = TestApp::wish(Wish::default()).await;
    let admin = app.log_in("admin").await;
    let (dewey, claims) = (app.account("dewey").await, app.account("claims").await);
    let send = async |method: &str, path: &str, body: Value| {
        let answer = admin.send(method, path, Some(body)).await;
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
    };
    for name in ["Kim Park", "José Muñoz"] {
        let mut body = app.windshield().await;
        body["contact"]["name"] = json!(name);
        app.submit(&new_key(), &body).await;
    }
    app.given(Given { confidential: true, owner: Some(&dewey), ..Given::default() }).await;
    app.given(Given { topic: "food", text: "Nobody has this one.", ..Given::default() }).await;
    let rule = json!({ "id": "cedar", "name": "Cedar’s buses", "when": { "topics": ["transportation"], "schools": ["cedar-elementary"] }, "then": { "owner": claims } });
    send("PUT", "/routing", json!({ "version": 0, "rules": [rule] })).await;
    send("POST", &format!("/people/{claims}/absences"), json!({ "from": "2026-11-01", "to": "2036-11-25", "stand_in": null }))
        .await;
    send(
        "POST",
        "/invitations",
        json!({ "email": "ana@maplevalley.example", "name": "Ana Ruiz", "title": "Registrar", "role": "staff" }),
    )
    .await;
    let list = admin.get("/inquiries?q=binder+").await;
    let id = list["inquiries"][0]["id"].as_str().unwrap().to_owned();
    send("POST", &format!("/inquiries/{id}/notes"), json!({ "text": "@Dewey Ortiz, do you know this driver?" })).await;
    send("POST", &format!("/inquiries/{id}/replies"), json!({ "text": "Dear family, we look into it." })).await;
    send("POST", &format!("/inquiries/{id}/tags"), json!({ "add": ["glass"] })).await;
    let text = "Dear {{ sender }},\n\nthank you for telling us about the bus.\n\n{{ signature }}";
    send("POST", "/templates", json!({ "title": "A late bus", "body": text, "topic": "transportation", "locale": "en" })).await;
    send("POST", "/answers", crate::answers::late_bus()).await;
    send("POST", "/views", json!({ "name": "Glass", "filter": "tag=glass", "shared": true })).await;
    app
}

/// What can be seen and used, and is not reached by Tab.
async fn unreached(browser: &Browser) -> Vec<String> {
    let list = "window.__left = new Set([...(document.querySelector('dialog[open]') || document)\
        .querySelectorAll('a[href],button,input,select,textarea,summary,[tabindex]')].filter(e =>\
        e.tabIndex >= 0 && !e.disabled && e.checkVisibility({ visibilityProperty: true }) && !e.closest('[inert]')\
        && !(e.type === 'radio' && !e.checked)));\
        document.activeElement.blur(); return window.__left.size";
    let all = browser.run(list, Vec::new()).await.as_u64().unwrap();
    assert!(all > 0, "a screen without anything to do");
    let step = "window.__left.delete(document.activeElement); return window.__left.size";
    let mut left = all;
    for _ in 0..all * 2 + 20 {
        if left == 0 {
            break;
        }
        browser.key("Tab").await;
        left = browser.run(step, Vec::new()).await.as_u64().unwrap();
    }
    let names = browser.run("return [...window.__left].map(e => e.outerHTML.slice(0, 120))", Vec::new()).await;
    serde_json::from_value(names).unwrap()
}

/// Looks at what is shown now.
async fn look_at(browser: &Browser, name: &str) {
    browser.shot(&format!("screen-{name}")).await;
    let found = browser.axe().await;
    assert!(found.is_empty(), "{name}: {found:#?}");
    let wide = browser
        .run(
            "const w = innerWidth; const room = document.querySelector('.room'); return document.documentElement.scrollWidth > w || room?.scrollWidth > room?.clientWidth ? [...document.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > w + 1).slice(0, 5).map(e => e.outerHTML.slice(0, 100)) : []",
            Vec::new(),
        )
        .await;
    assert_eq!(wide, json!([]), "{name}: wider than the screen");
    let left = unreached(browser).await;
    assert!(left.is_empty(), "{name}: not reached by Tab: {left:#?}");
}

async fn every_screen(look: Look, kind: &str) {
    let app = lived_in().await;
    let browser = Browser::open(look).await;
    let at = |hash: &str| app.url(&format!("/console#/{hash}"));
    let name = |screen: &str| format!("{kind}-{screen}");

    // The doors.
    let mail = app.mail(1).await;
    let invitation = mail.iter().find(|m| m.contains("/console#/join/")).expect("an invitation");
    let word = invitation.split_once("/console#/join/").unwrap().1.split(|c: char| c.is_whitespace() || c == '"').next().unwrap();
    browser.goto(&at(&format!("join/{word}"))).await;
    browser.wait_text("Maple Valley School District").await;
    browser.find("input[type=password]").await;
    look_at(&browser, &name("join")).await;
    browser.goto("about:blank").await;
    browser.goto(&at(&format!("join/{word}x"))).await;
    browser.wait_text("does not count any more").await;
    look_at(&browser, &name("join-over")).await;
    browser.goto("about:blank").await;
    browser.goto(&at(&format!("password/{word}"))).await;
    browser.find("input[type=password]").await;
    look_at(&browser, &name("password")).await;
    browser.goto("about:blank").await;
    browser.goto(&app.url("/console")).await;
    browser.click_text("button", "I forgot my password").await;
    browser.find_text("button", "Send me a mail").await;
    look_at(&browser, &name("forgot")).await;
    browser.goto("about:blank").await;

    log_in(&browser, &app, "admin").await;
    browser.wait_text("A binder hit my windshield.").await;
    look_at(&browser, &name("inbox")).await;
    browser.click_text("button", "More views").await;
    browser.click_text("button", "Keep this view…").await;
    browser.find("dialog[open] #sheet-first").await;
    look_at(&browser, &name("keep-view")).await;
    browser.key("Escape").await;
    browser.gone("dialog[open]").await;
    browser.click_text("button", "Fewer").await;

    // Selected.
    browser.click(".lines input[type=checkbox]").await;
    browser.find(".bulk").await;
    look_at(&browser, &name("selected")).await;
    for (button, screen) in [("Hand on", "hand-on-selected"), ("Tag", "tag-selected")] {
        browser.click_text(".bulk button", button).await;
        browser.find("dialog[open]").await;
        look_at(&browser, &name(screen)).await;
        browser.key("Escape").await;
        browser.gone("dialog[open]").await;
    }
    browser.click(".lines input[type=checkbox]").await;

    // On a phone, one logs out under Me.
    let log_out = if look.width < 600 { ".room button" } else { ".rail-item" };
    for (place, button, screen) in
        [(".rail-item", "News", "news"), (".rail-item", "Help", "help"), (log_out, "Log out", "log-out")]
    {
        if place == ".room button" {
            browser.click_text(".rail-item", "Me").await;
        }
        browser.click_text(place, button).await;
        browser.find("dialog[open]").await;
        look_at(&browser, &name(screen)).await;
        browser.key("Escape").await;
        browser.gone("dialog[open]").await;
    }
    for (hash, text, screen) in [
        ("inbox?view=everything&q=binder%20", "found", "search"),
        ("inbox?view=everything&q=colour:red", "is not something to search by", "search-mistake"),
        ("inbox?tag=nothing", "There is nothing here", "empty"),
        ("people", "ana@maplevalley.example", "people"),
        ("routing", "Cedar’s buses", "rules"),
        ("trail", "Marisol Vega", "trail"),
        ("templates", "A late bus", "templates"),
        ("answers", "my bus is late", "answers"),
        ("practice", "these people are invented", "practice"),
        ("me", "Second factor", "me"),
    ] {
        browser.goto(&at(hash)).await;
        browser.wait_text(text).await;
        look_at(&browser, &name(screen)).await;
    }

    // One that is open, its sheets, and its details.
    let admin = app.log_in("admin").await;
    let list = admin.get("/inquiries?view=everything").await;
    let with = |what: &str, value: Value| {
        let all = list["inquiries"].as_array().unwrap().iter();
        all.clone().find(|i| i[what] == value).unwrap_or_else(|| panic!("no {what} {value}: {list}"))["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (open, sealed) = (with("status", json!("open")), with("sealed", json!(true)));
    browser.goto(&at(&format!("inquiry/{open}"))).await;
    browser.wait_text("do you know this driver?").await;
    look_at(&browser, &name("thread")).await;
    browser.click("#tab-note").await;
    browser.type_into("#write-note", "@").await;
    browser.find(".names button").await;
    look_at(&browser, &name("note")).await;
    browser.click_text("button", "Hand on").await;
    browser.find("dialog[open]").await;
    look_at(&browser, &name("hand-on")).await;
    browser.key("Escape").await;
    browser.gone("dialog[open]").await;
    if look.width < 900 {
        browser.click_text("a", "Details").await;
    }
    browser.wait_text("Likely the same").await;
    look_at(&browser, &name("details")).await;
    for (button, screen) in [("Merge…", "merge"), ("Let somebody in", "let-in")] {
        browser.click_text("button", button).await;
        browser.find("dialog[open]").await;
        look_at(&browser, &name(screen)).await;
        browser.key("Escape").await;
        browser.gone("dialog[open]").await;
    }
    browser.goto(&at(&format!("inquiry/{sealed}"))).await;
    browser.find("#unseal-reason").await;
    look_at(&browser, &name("sealed")).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_screen_on_a_desk() {
    every_screen(Look::default(), "desk").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_screen_on_a_phone_in_the_dark() {
    every_screen(Look { dark: true, width: 360, height: 780, ..Look::default() }, "phone").await;
}
