//! Within everybody's reach: large enough for a thumb, named as it looks, whole when it is zoomed, turned, or half hidden
//! behind a keyboard.

use crate::outline::every_step;
use porchlight_tests::TestApp;
use porchlight_tests::app::Wish;
use porchlight_tests::browser::{Brand, Browser, Look, PHONE};
use serde_json::json;

/// What can be pressed and is smaller than a thumb, or is named without the words that stand on it. A link within a
/// sentence is as high as its line.
const OUT_OF_REACH: &str = "const root = document.querySelector('html > div').shadowRoot, wrong = [];
const controls = root.querySelectorAll('dialog :is(button, a, select, textarea, label.choice, label.button, input:not([type=radio], [type=checkbox], .unseen, .trap *))');
for (const e of controls) {
  const r = e.getBoundingClientRect(), name = (e.ariaLabel ?? '').toLowerCase(), words = e.innerText.trim().toLowerCase();
  if (!r.width || e.closest('.trap, [hidden]') || getComputedStyle(e).visibility == 'hidden') continue;
  if (r.width < 43.5 || r.height < 43.5) wrong.push(`${e.outerHTML.slice(0, 90)} is ${Math.round(r.width)} × ${Math.round(r.height)}`);
  if (name && /[a-z]/.test(words) && !name.startsWith(words)) wrong.push(`${words} is called ${name}`);
}
const dialog = root.querySelector('dialog');
if (dialog.scrollWidth > dialog.clientWidth) wrong.push(`${dialog.scrollWidth} pixels wide in ${dialog.clientWidth}`);
return wrong";

async fn within_reach(browser: &Browser, where_: &str) {
    assert_eq!(browser.run(OUT_OF_REACH, Vec::new()).await, json!([]), "{where_}");
}

async fn all_within_reach(look: Look) {
    let app = TestApp::wish(Wish::default()).await;
    let browser = Browser::open(look).await;
    browser.goto(&app.url("/demo")).await;
    let history = browser.run("return history.length", Vec::new()).await;
    every_step(&app, &browser, async |step| {
        within_reach(&browser, step).await;
        browser.shot(&format!("reach-{step}-{}", look.width)).await;
    })
    .await;
    // What closes a dialog, a key or a gesture, leaves the page's own history alone.
    browser.key("Escape").await;
    browser.gone("dialog[open]").await;
    assert_eq!(browser.run("return history.length", Vec::new()).await, history);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_control_has_room_for_a_thumb_and_the_name_it_shows() {
    all_within_reach(PHONE).await;
}

/// A window of 1280 by 1024 at 400 %, as WCAG 2.2 has it (1.4.10, Reflow).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_four_times_the_size_nothing_is_cut_off() {
    all_within_reach(Look { width: 320, height: 256, ..PHONE }).await;
}

const IN_SIGHT: &str = "(() => {
  const root = document.querySelector('html > div').shadowRoot, r = root.activeElement.getBoundingClientRect();
  const head = root.querySelector('.head').getBoundingClientRect();
  return root.activeElement.tagName == 'TEXTAREA' && r.top >= head.top && r.top < visualViewport.height && r.left >= 0 && r.right <= innerWidth;
})()";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_turned_phone_keeps_the_place() {
    let app = TestApp::wish(Wish::default()).await;
    for brand in Brand::BOTH {
        println!("{brand:?}");
        let browser = Browser::open(Look { brand, ..PHONE }).await;
        browser.goto(&app.url("/demo")).await;
        browser.click_text("a", "Tell the bus office").await;
        browser.click_text(".row", "Parent or guardian").await;
        browser.type_into("#f-what_happened", "The bus did not come.").await;
        browser.until(IN_SIGHT).await;
        browser.resize(844, 390).await;
        browser.until("innerWidth > 800").await;
        browser.until(IN_SIGHT).await;
        browser.resize(390, 844).await;
        browser.until(IN_SIGHT).await;
        assert_eq!(browser.value_of("#f-what_happened").await, "The bus did not come.");
        browser.close().await;
    }
}

/// A phone tells that its keyboard has come up by a visual viewport that is less high; the page stays as high as it was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_keyboard_covers_nothing_that_is_typed() {
    let app = TestApp::wish(Wish::default()).await;
    let browser = Browser::open(PHONE).await;
    browser.goto(&app.url("/demo")).await;
    browser.click_text("a", "Tell the bus office").await;
    browser.click_text(".row", "Parent or guardian").await;
    browser.type_into("#f-what_happened", "The bus did not come.").await;
    let keyboard = "Object.defineProperty(visualViewport, 'height', { configurable: true, value: arguments[0] }); visualViewport.dispatchEvent(new Event('resize'))";
    let high = "document.querySelector('html > div').shadowRoot.querySelector('dialog').getBoundingClientRect().height";
    for (visible, height) in [(420, 420), (844, 844)] {
        browser.run(keyboard, vec![json!(visible)]).await;
        browser.until(&format!("{high} == {height}")).await;
        let inside = format!(
            "(() => {{ const r = document.querySelector('html > div').shadowRoot.activeElement.getBoundingClientRect(); return r.top >= 0 && r.bottom <= {visible} }})()"
        );
        browser.until(&inside).await;
    }
    browser.close().await;
}
