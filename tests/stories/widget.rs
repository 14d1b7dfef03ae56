//! The widget in somebody's page: drafts, failures, languages, and what the page around it can do.

use crate::networks::fill_in;
use porchlight_tests::TestApp;
use porchlight_tests::app::Wish;
use porchlight_tests::browser::{Browser, Look, PHONE};

/// A parent on a phone, at the form that a link with a topic opens.
async fn at_the_bus_form(app: &TestApp) -> Browser {
    let browser = Browser::open(PHONE).await;
    browser.goto(&app.url("/demo")).await;
    browser.click_text("a", "Tell the bus office").await;
    browser.click_text(".row", "Parent or guardian").await;
    browser
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_typed_survives() {
    let app = TestApp::wish(Wish::default()).await;
    let browser = at_the_bus_form(&app).await;
    browser.type_into("#f-road", "Elm St & 4th").await;
    browser.type_into("#f-what_happened", "The bus did not come.").await;
    browser.key("Escape").await;
    browser.goto(&app.url("/demo")).await;
    browser.click_text("a", "Tell the bus office").await;
    browser.wait_text("We kept what you wrote before.").await;
    assert_eq!(browser.value_of("#f-road").await, "Elm St & 4th");
    // Another topic has a draft of its own and does not touch this one.
    browser.driver.execute("Porchlight.close();Porchlight.open({topic:'food'})", Vec::new()).await.unwrap();
    browser.find_text("h2", "Who are you?").await;
    browser.driver.execute("Porchlight.close()", Vec::new()).await.unwrap();
    browser.click_text("a", "Tell the bus office").await;
    browser.find("#f-road").await;
    // Back and forth loses nothing either.
    browser.click(".back").await;
    browser.click_text(".row", "Parent or guardian").await;
    assert_eq!(browser.value_of("#f-what_happened").await, "The bus did not come.");
    browser.click_text(".link", "Start over").await;
    browser.find_text("h2", "Who are you?").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_is_said_and_what_was_sent_goes_out_by_itself() {
    let app = TestApp::wish(Wish::default()).await;
    let browser = at_the_bus_form(&app).await;
    fill_in(&browser).await;
    let offline =
        |off: bool| serde_json::json!({ "offline": off, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    browser.devtools("Network.enable", serde_json::json!({})).await;
    browser.devtools("Network.emulateNetworkConditions", offline(true)).await;
    browser.click_text(".button", "Send").await;
    browser.find_text(".failed", "You seem to be offline. Nothing is lost").await;
    browser.shot("widget-offline").await;
    browser.click_text(".button", "Send").await;
    browser.find_text(".failed", "Your message is kept on this device.").await;
    // Nobody does anything, and it goes out.
    browser.devtools("Network.emulateNetworkConditions", offline(false)).await;
    browser.find_text("h2", "We have it.").await;
    let list = app.log_in("admin").await.get("/inquiries").await;
    assert_eq!(list["inquiries"].as_array().unwrap().len(), 1);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_around_it_can_open_prefill_and_listen() {
    let app = TestApp::wish(Wish::default()).await;
    let browser = Browser::open(Look { lang: "es", ..PHONE }).await;
    browser.goto(&app.url("/demo")).await;
    browser.find("#l").await;
    let run = |script: &'static str| {
        let driver = browser.driver.clone();
        async move { driver.execute(script, Vec::new()).await.unwrap().json().clone() }
    };
    run("window.heard=[];for(const e of ['open','sent','close'])document.addEventListener('porchlight:'+e,()=>heard.push(e));\
         document.documentElement.lang='es';Porchlight.open({topic:'transportation',school:'cedar-elementary',prefill:{relationship:'parent',bus:'40'}})").await;
    browser.find("#f-bus").await;
    assert_eq!(browser.value_of("#f-bus").await, "40");
    assert_eq!(browser.value_of("#f-school").await, "cedar-elementary");
    run("Porchlight.close()").await;
    while run("return heard").await != serde_json::json!(["open", "close"]) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    // A safety topic never opens inside somebody else's page.
    run("Porchlight.open({topic:'safety-tip'})").await;
    let way = browser.find("a.row[href*='/maple-valley/safety-tip']").await;
    assert_eq!(way.attr("target").await.unwrap().as_deref(), Some("_blank"));
    assert_eq!(
        run("return Object.keys(window).filter(k=>/porch/i.test(k))").await,
        serde_json::json!(["Porchlight"]),
        "one global name"
    );
    browser.close().await;
}

/// Somebody who chooses more photos than may come sees which stay behind, and goes on with the rest.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_photo_too_many_is_said_and_stays_said() {
    let app = TestApp::wish(Wish::default()).await;
    let folder = tempfile::tempdir().unwrap();
    let photos: Vec<std::path::PathBuf> = (1..=5).map(|n| folder.path().join(format!("photo {n}.png"))).collect();
    for photo in &photos {
        image::RgbImage::from_pixel(40, 30, image::Rgb([15, 107, 107])).save(photo).unwrap();
    }
    let browser = at_the_bus_form(&app).await;
    browser.choose_files("#f-photos", &photos).await;
    for n in 1..=4 {
        browser.find_text(".attached li", &format!("photo {n}.png")).await;
    }
    let attached = "const all=[...document.querySelectorAll('*')].map(e=>e.shadowRoot).find(Boolean);\
                    return [all.querySelectorAll('.attached li').length,all.querySelectorAll('.attached progress').length].join()";
    while browser.driver.execute(attached, Vec::new()).await.unwrap().json() != "4,0" {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    browser.find_text("#f-photos-problem", "photo 5.png: Please choose at most 4.").await;
    browser.find(".attached").await.scroll_into_view().await.unwrap();
    let drawn = "[...document.querySelectorAll('*')].flatMap((e) => [...(e.shadowRoot?.querySelectorAll('.attached canvas') ?? [])]).filter((c) => c.width == 112).length == 4";
    browser.until(drawn).await;
    browser.shot("widget-photos").await;
    browser.click_text(".attached button", "Remove photo 4.png").await;
    browser.choose_files("#f-photos", &photos[4..]).await;
    browser.find_text(".attached li", "photo 5.png").await;
    assert!(!browser.has("#f-photos-problem").await, "nothing is wrong any more");
    browser.close().await;
}

/// A grandparent finds Spanish in the middle of the form, changes one thing at the end, and closes the
/// receipt too soon.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_language_changes_in_mid_form_and_the_receipt_stays() {
    let app = TestApp::wish(Wish::default()).await;
    let browser = Browser::open(PHONE).await;
    browser.goto(&app.url("/demo")).await;
    browser.click("#l").await;
    browser.click_text(".row", "Community member").await;
    // A word that fits nothing leaves the list.
    browser.type_into("input[type=search]", "windsheild").await;
    browser.wait_text("No topic has these words.").await;
    browser.click_text(".row", "Bus or transportation").await;
    browser.click_text(".choice", "A concern").await;
    browser.type_into("#f-road", "Elm St & 4th").await;
    browser.click_text(".link", "Español").await;
    browser.find_text("h2", "Autobús o transporte").await;
    assert_eq!(browser.value_of("#f-road").await, "Elm St & 4th");
    let focused = "return document.activeElement.shadowRoot.activeElement.tagName";
    assert_eq!(browser.driver.execute(focused, Vec::new()).await.unwrap().json(), "H2", "read on from the heading");
    // Closed and opened again, it is still Spanish.
    browser.key("Escape").await;
    browser.click("#l").await;
    browser.find_text("h2", "Autobús o transporte").await;
    browser.type_into("#f-what_happened", "Una carpeta rompió mi parabrisas.").await;
    browser.click_text(".button", "Siguiente").await;
    browser.type_into("#f-contact-phone", "555 010 4321").await;
    browser.click_text(".button", "Siguiente").await;
    browser.find_text("h2", "Revise y envíe").await;
    // One thing is changed without walking everything again.
    browser.click("[aria-label='Cambiar: ¿Quién es usted?']").await;
    browser.click_text(".row", "Estudiante").await;
    browser.find_text("dd", "Estudiante").await;
    browser.find_text("h2", "Revise y envíe").await;
    browser.click_text(".button", "Enviar").await;
    browser.find_text("li", "Es posible que le llamemos al 555 010 4321.").await;
    let address = browser.text_of(".address").await;
    assert!(address.contains("/maple-valley/i/"), "{address}");
    let found = browser.axe().await;
    assert!(found.is_empty(), "{found:#?}");
    browser.shot("widget-receipt-phone").await;
    browser.key("Escape").await;
    browser.click("#l").await;
    assert_eq!(browser.text_of(".address").await, address, "still there");
    browser.click_text(".link", "otro").await;
    browser.find_text("h2", "¿Quién es usted?").await;
    browser.close().await;
}

/// A form that stands in the page takes no focus, and a dialog beside it leaves it alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_in_the_page_lives_beside_the_dialog() {
    let app = TestApp::wish(Wish::default()).await;
    let browser = Browser::open(Look::default()).await;
    browser.goto(&app.url("/demo")).await;
    browser.find("#l").await;
    let inline = "delete window.Porchlight;const s=document.createElement('script');s.src='/embed.js';\
                  Object.assign(s.dataset,{district:'maple-valley',mode:'inline',topic:'food'});document.querySelector('main').append(s)";
    browser.driver.execute(inline, Vec::new()).await.unwrap();
    browser.find_text("h2", "Who are you?").await;
    assert_eq!(browser.driver.execute("return document.activeElement.tagName", Vec::new()).await.unwrap().json(), "BODY");
    assert!(!browser.has(".close").await, "there is nothing to close");
    browser.click_text(".row", "Parent or guardian").await;
    browser.find("#f-message, #f-what, textarea").await;
    browser.click("#l").await;
    browser.find("dialog .close").await;
    browser.key("Escape").await;
    browser.find("textarea").await;
    browser.shot("widget-inline").await;
    browser.close().await;
}
