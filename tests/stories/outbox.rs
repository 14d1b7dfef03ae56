//! What waits on the device, and the forms that are opened meanwhile.

use crate::networks::Bus;
use porchlight_tests::browser::{Browser, PHONE};
use serde_json::{Value, json};

/// Lines of `localStorage`, and entries of all databases.
async fn stored(browser: &Browser) -> Value {
    let script = "const done = arguments[0]; indexedDB.databases().then((all) => Promise.all(all.map((d) => new Promise((ok) => { const o = indexedDB.open(d.name); o.onsuccess = () => { const s = [...o.result.objectStoreNames]; if (!s.length) return ok(o.result.close() || 0); const c = o.result.transaction(s[0]).objectStore(s[0]).count(); c.onsuccess = () => ok((o.result.close(), c.result)); } })))).then((counts) => done([localStorage.length, counts.reduce((a, b) => a + b, 0)]))";
    browser.driver.execute_async(script, Vec::new()).await.unwrap().json().clone()
}

async fn online(bus: &Bus, browser: &Browser) {
    bus.line.mend();
    browser.run("dispatchEvent(new Event('online'))", Vec::new()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shared_computer_keeps_nothing_beyond_the_tab() {
    let bus = Bus::ride().await;
    let browser = Browser::open(PHONE).await;
    bus.about_to_send(&browser).await;
    // The first try was kept; whoever says so then leaves nothing of it either.
    bus.cannot_send(&browser).await;
    assert_eq!(stored(&browser).await, json!([0, 1]));
    browser.click_text(".choice", "I am on a shared computer").await;
    browser.click_text(".button", "Send").await;
    browser.find_text(".failed", "Please keep this page open.").await;
    assert_eq!(stored(&browser).await, json!([0, 0]), "nothing that outlives the tab");
    online(&bus, &browser).await;
    browser.find_text("h2", "We have it.").await;
    assert_eq!(bus.inquiries().await, 1);
    browser.close().await;
}

/// The line comes back while another form is filled in: that one stays as it is, and the answer is told beside it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_finds_another_form_and_leaves_it_alone() {
    let bus = Bus::ride().await;
    let browser = Browser::open(PHONE).await;
    bus.about_to_send(&browser).await;
    bus.leaves_waiting(&browser).await;
    let open = "Porchlight.open({ topic: 'food', prefill: { relationship: 'parent' } })";
    browser.run(open, Vec::new()).await;
    browser.type_into("textarea", "The soup was cold.").await;
    online(&bus, &browser).await;
    browser.find_text(".outbox", "We have what you wrote to us about “Bus or transportation”.").await;
    assert_eq!(bus.inquiries().await, 1);
    let focused = "return document.activeElement.shadowRoot.activeElement.value";
    assert_eq!(browser.run(focused, Vec::new()).await, json!("The soup was cold."), "nobody was interrupted");
    browser.goto(&bus.page).await;
    browser.find("#l").await;
    browser.run(open, Vec::new()).await;
    assert_eq!(browser.value_of("textarea").await, "The soup was cold.", "its draft is still there");
    browser.close().await;
}

/// Sent with a photo and no connection, closed, opened again: it says that it waits, and the photo goes along.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_is_opened_again_knows_that_it_waits() {
    let bus = Bus::ride().await;
    let folder = tempfile::tempdir().unwrap();
    let photo = folder.path().join("seat.png");
    image::RgbImage::from_pixel(60, 40, image::Rgb([15, 107, 107])).save(&photo).unwrap();
    let browser = Browser::open(PHONE).await;
    bus.about_to_send(&browser).await;
    browser.click("[aria-label='Change: Where was it?']").await;
    bus.line.cut(true);
    browser.choose_files("#f-photos", &[&photo]).await;
    browser.find_text(".attached", "seat.png is waiting for a connection.").await;
    browser.click_text(".button", "Next").await;
    browser.find_text("h2", "Check and send").await;
    bus.leaves_waiting(&browser).await;
    browser.run("Porchlight.open({ topic: 'transportation' })", Vec::new()).await;
    browser.find_text(".failed", "Your message is kept on this device.").await;
    browser.find_text("dd", "seat.png").await;
    browser.click_text(".button", "Send").await;
    browser.find_text(".failed", "You seem to be offline.").await;
    online(&bus, &browser).await;
    browser.find_text("h2", "We have it.").await;
    let admin = bus.app.log_in("admin").await;
    let list = admin.get("/inquiries").await;
    let id = list["inquiries"][0]["id"].as_str().unwrap();
    let inquiry = admin.get(&format!("/inquiries/{id}")).await;
    let photos = inquiry["answers"].as_array().unwrap().iter().find(|a| a["field"] == "photos").unwrap();
    assert_eq!(photos["files"].as_array().unwrap().len(), 1);
    browser.close().await;
}

/// Something between answers in a way that is not ours: nothing is given up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_stranger_answers_is_no_answer() {
    let bus = Bus::ride().await;
    let browser = Browser::open(PHONE).await;
    bus.about_to_send(&browser).await;
    bus.line.answer("404 Not Found", "text/html", "<h1>This site is being moved</h1>");
    browser.click_text(".button", "Send").await;
    browser.find_text(".failed", "Your message is kept on this device.").await;
    assert_eq!(stored(&browser).await, json!([0, 1]));
    online(&bus, &browser).await;
    browser.find_text("h2", "We have it.").await;
    browser.close().await;
}

/// The form changed while something waited: it is told, and opens with all that was typed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_later_opens_with_all_that_was_typed() {
    let bus = Bus::ride().await;
    let browser = Browser::open(PHONE).await;
    bus.about_to_send(&browser).await;
    bus.leaves_waiting(&browser).await;
    bus.line.mend();
    bus.line.answer("422 Unprocessable Content", "application/problem+json", "{\"code\":\"fields\",\"errors\":[]}");
    browser.run("dispatchEvent(new Event('online'))", Vec::new()).await;
    browser.find_text(".outbox", "did not go out: the form has changed.").await;
    bus.line.mend();
    browser.click_text(".outbox .link", "Open it").await;
    browser.find_text("h2", "Check and send").await;
    browser.find_text("dd", "Elm St & 4th").await;
    browser.gone(".outbox").await;
    assert_eq!(stored(&browser).await, json!([0, 0]), "it is the form's again");
    browser.click_text(".button", "Send").await;
    browser.find_text("h2", "We have it.").await;
    assert_eq!(bus.inquiries().await, 1);
    browser.close().await;
}
