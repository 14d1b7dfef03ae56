//! The windshield story in a real browser, from the button to the answer, and the same without scripts.

use crate::console::log_in;
use porchlight_tests::TestApp;
use porchlight_tests::app::Wish;
use porchlight_tests::browser::{Brand, Browser, Look, PHONE};
use std::path::PathBuf;

fn photo(folder: &tempfile::TempDir) -> PathBuf {
    let mut picture = image::RgbImage::new(900, 600);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        // A cracked pane: a light ground with dark lines from one point.
        let (dx, dy) = (f64::from(x) - 450.0, f64::from(y) - 280.0);
        let angle = (dy.atan2(dx) * 9.0).sin().abs();
        let dark = angle < 0.04 && dx.hypot(dy) < 330.0;
        *pixel = if dark { image::Rgb([40, 50, 60]) } else { image::Rgb([168, 190, 204]) };
    }
    let file = folder.path().join("windshield.jpg");
    picture.save(&file).unwrap();
    file
}

async fn clean(browser: &Browser, where_: &str) {
    let found = browser.axe().await;
    assert!(found.is_empty(), "{where_}: {found:#?}");
}

/// From the topic list to the receipt, as the driver does it.
async fn send_the_story(browser: &Browser, photo: &std::path::Path) -> String {
    browser.click_text(".row", "Community member").await;
    browser.find_text("h2", "What is it about?").await;
    clean(browser, "topics").await;
    browser.shot("widget-topics").await;
    browser.type_into("#q", "bus").await;
    browser.click_text(".row", "Bus or transportation").await;
    browser.find_text("h2", "Bus or transportation").await;
    clean(browser, "form").await;
    // Nothing filled in: said where it is, and one press goes there.
    browser.click_text(".button", "Next").await;
    browser.find(".summary").await;
    clean(browser, "problems").await;
    browser.shot("widget-problems").await;
    browser.click_text(".summary .link", "Where was it?").await;
    browser.type_into("#f-road", "Elm St & 4th").await;
    browser.click_text(".choice", "A concern").await;
    browser.type_into("#f-bus", "12").await;
    browser.type_into("#f-what_happened", "A binder flew out of a bus window and cracked my windshield.").await;
    browser.choose_files("#f-photos", &[photo]).await;
    browser.find_text(".attached button", "Remove windshield.jpg").await;
    browser.shot("widget-form").await;
    loop {
        if !browser.has(".attached progress").await {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    browser.click_text(".button", "Next").await;
    browser.find_text("h2", "How can we reach you?").await;
    browser.type_into("#f-contact-name", "Kim").await;
    browser.type_into("#f-contact-email", "kim@example.org").await;
    clean(browser, "contact").await;
    browser.click_text(".button", "Next").await;
    browser.find_text("h2", "Check and send").await;
    clean(browser, "check").await;
    browser.shot("widget-check").await;
    browser.click_text(".button", "Send").await;
    browser.find_text("h2", "We have it, Kim.").await;
    clean(browser, "receipt").await;
    browser.shot("widget-receipt").await;
    browser.find("a[href*='/i/']").await.attr("href").await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_windshield_story() {
    let app = TestApp::wish(Wish::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let driver = Browser::open(PHONE).await;
    let dewey = Browser::open(Look::default()).await;
    log_in(&dewey, &app, "dewey").await;
    clean(&dewey, "empty console").await;

    driver.goto(&app.url("/demo")).await;
    clean(&driver, "host page, closed").await;
    driver.click("#l").await;
    driver.find_text("h2", "Who are you?").await;
    clean(&driver, "who").await;
    let page = send_the_story(&driver, &photo(&folder)).await;

    // Live in the console, without anybody asking for it.
    dewey.click_text("main a, main button, nav a, li a, li button", "A binder flew out").await;
    dewey.wait_text("Elm St & 4th").await;
    dewey.find("img[src*='/files/']").await;
    clean(&dewey, "inquiry").await;
    dewey.shot("console-inquiry").await;

    dewey.key("n").await;
    dewey.type_into("textarea", "@claims can you take the glass?").await;
    dewey.shot("console-note").await;
    clean(&dewey, "note").await;
    dewey.key("Ctrl+Enter").await;
    dewey.find("#inquiry-title:focus").await;
    dewey.find_text("main", "can you take the glass?").await;
    dewey.key("r").await;
    dewey.find("#write-reply:focus").await;
    dewey
        .type_into(
            "textarea",
            "Dear Kim, I am sorry about your windshield. Our claims office pays for the glass; Bev calls you today.",
        )
        .await;
    dewey.click_text("button", "Send reply").await;
    dewey.wait_text("Bev calls you today.").await;

    let mails = app.mail(2).await;
    let reply = mails.iter().find(|m| m.contains("Bev calls you today.")).expect("the reply is mailed");
    assert!(reply.contains(&page) && !reply.contains("can you take the glass"));

    // The driver answers on his page.
    driver.goto(&page).await;
    driver.wait_text("Bev calls you today.").await;
    assert!(!driver.text().await.contains("can you take the glass"));
    clean(&driver, "sender's page").await;
    driver.shot("sender-page").await;
    driver.type_into("textarea", "Thank you, she called already.").await;
    driver.click_text("button", "Send").await;
    driver.wait_text("We added it.").await;
    dewey.wait_text("she called already").await;

    dewey.click_text("button", "Close").await;
    dewey.wait_text("Undo").await;
    dewey.shot("console-closed").await;
    driver.goto(&page).await;
    driver.wait_text("This is settled.").await;
    assert!(app.mail(3).await.iter().any(|m| m.contains("is settled")));
    driver.close().await;
    dewey.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_driver_may_use_firefox() {
    let app = TestApp::wish(Wish::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let driver = Browser::open(Look { brand: Brand::Firefox, ..PHONE }).await;
    driver.goto(&app.url("/demo")).await;
    driver.click("#l").await;
    driver.find_text("h2", "Who are you?").await;
    let page = send_the_story(&driver, &photo(&folder)).await;
    driver.goto(&page).await;
    driver.wait_text("A binder flew out of a bus window").await;
    clean(&driver, "sender's page").await;
    driver.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_windshield_story_without_scripts() {
    let app = TestApp::wish(Wish::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let driver = Browser::open(Look { javascript: false, ..PHONE }).await;
    driver.goto(&app.url("/demo")).await;
    // Without scripts the line of HTML is a link.
    driver.click_text("a", "Let's talk").await;
    driver.find_text("h2", "Who are you?").await;
    driver.shot("landing-phone").await;
    driver.click_text(".chip", "Community member").await;
    driver.click_text(".row", "Bus or transportation").await;
    driver.find_text("h1", "Bus or transportation").await;
    driver.click_text(".button", "Send").await;
    driver.find_text(".summary", "things to fix").await;
    driver.shot("landing-problems").await;
    driver.click_text(".choice", "A concern").await;
    driver.type_into("#f-road", "Elm St & 4th").await;
    driver.type_into("#f-what_happened", "A binder flew out of a bus window and cracked my windshield.").await;
    driver.choose_files("#f-photos", &[photo(&folder)]).await;
    driver.type_into("#f-contact-name", "Kim").await;
    driver.type_into("#f-contact-email", "kim@example.org").await;
    driver.click_text(".button", "Send").await;
    driver.find_text("h1", "We have it, Kim.").await;
    driver.find_text("a", "photo-1.jpg").await;
    driver.shot("landing-receipt").await;
    let dewey = app.log_in("dewey").await;
    let id = dewey.get("/inquiries").await["inquiries"][0]["id"].as_str().unwrap().to_owned();
    dewey
        .send("POST", &format!("/inquiries/{id}/replies"), Some(serde_json::json!({ "text": "Dear Kim, we pay for the glass." })))
        .await;
    let mail = app.mail(2).await.into_iter().find(|m| m.contains("we pay for the glass")).unwrap();
    let page = mail.lines().find(|l| l.starts_with("http")).unwrap().trim().to_owned();
    driver.goto(&page).await;
    driver.find_text(".said", "we pay for the glass").await;
    driver.type_into("textarea", "Thank you!").await;
    driver.click_text("button", "Send").await;
    driver.find_text(".notice", "We added it.").await;
    driver.click_text("a", "Take it back").await;
    driver.click_text("button", "Yes, take it back").await;
    driver.find_text(".status", "You took this message back.").await;
    driver.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_for_everybody_in_light_and_dark() {
    let app = TestApp::wish(Wish::default()).await;
    let receipt = app.windshield_receipt().await;
    let code_page = format!("/maple-valley/i/{}", receipt["code"].as_str().unwrap());
    for (dark, width) in [(false, 1_280), (true, 360)] {
        let browser = Browser::open(Look { width, height: 800, dark, ..Look::default() }).await;
        for (name, path) in [
            ("home", "/"),
            ("landing", "/maple-valley"),
            ("form", "/maple-valley/transportation"),
            ("safety", "/maple-valley/safety-tip"),
            ("campaign", "/maple-valley/c/keep-us-safe"),
            ("code", "/maple-valley/i"),
            ("sender", code_page.as_str()),
            ("missing", "/nowhere"),
            ("spanish", "/maple-valley/enrolment?lang=es"),
        ] {
            browser.goto(&app.url(path)).await;
            browser.find("h1").await;
            if name == "form" || name == "spanish" {
                // The form became the widget's.
                browser.find(".desk").await;
            }
            clean(&browser, &format!("{name} at {width}")).await;
            browser.shot(&format!("page-{name}-{width}")).await;
        }
        browser.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_form_of_a_landing_page_is_taken_over_with_what_was_typed() {
    let app = TestApp::wish(Wish::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let browser = Browser::open(PHONE).await;
    // The script is slow to come: people type into the plain form meanwhile.
    browser.devtools("Network.enable", serde_json::json!({})).await;
    browser.devtools("Network.setBlockedURLs", serde_json::json!({ "urls": ["*/assets/landing*"] })).await;
    browser.goto(&app.url("/maple-valley/transportation?who=parent")).await;
    browser.click_text(".choice", "A concern").await;
    browser.type_into("#f-road", "Elm St & 4th").await;
    browser.type_into("#f-what_happened", "A binder.").await;
    browser.choose_files("#f-photos", &[photo(&folder)]).await;
    browser.type_into("#f-contact-email", "kim@example.org").await;
    browser.devtools("Network.setBlockedURLs", serde_json::json!({ "urls": [] })).await;
    browser.driver.execute("import(document.querySelector('script[src*=landing]').src + '?late')", Vec::new()).await.unwrap();
    browser.find(".desk").await;
    assert_eq!(browser.value_of("#f-road").await, "Elm St & 4th");
    browser.find_text(".attached button", "Remove windshield.jpg").await;
    while browser.has(".attached progress").await {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    browser.shot("landing-taken-over").await;
    browser.click_text(".button", "Next").await;
    browser.find_text("h2", "How can we reach you?").await;
    assert_eq!(browser.value_of("#f-contact-email").await, "kim@example.org");
    browser.click_text(".button", "Next").await;
    browser.click_text(".button", "Send").await;
    browser.find_text("h2", "We have it.").await;
    let admin = app.log_in("admin").await;
    let id = admin.get("/inquiries").await["inquiries"][0]["id"].as_str().unwrap().to_owned();
    let inquiry = admin.get(&format!("/inquiries/{id}")).await;
    assert_eq!(
        inquiry["answers"].as_array().unwrap().iter().find(|a| a["field"] == "photos").unwrap()["files"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    browser.close().await;
}
