//! From half an answer to a better one: a parent, the staff who answer, and everybody who asks the same afterwards.

use crate::answers::{find, late_bus, write};
use crate::console::log_in;
use porchlight_tests::TestApp;
use porchlight_tests::app::{Wish, eventually};
use porchlight_tests::browser::{Browser, Look, PHONE};
use serde_json::{Value, json};

const WHO_PAYS: &str = "The district pays when something falls from one of its buses.";

/// Puts a text into a field as if it had been typed at once.
pub(crate) async fn put(browser: &Browser, selector: &str, text: &str) {
    let script = "const look = (r) => r.querySelector(arguments[0]) || [...r.querySelectorAll('*')].map(e => e.shadowRoot && look(e.shadowRoot)).find(Boolean); \
                  const t = look(document); t.value = arguments[1]; t.dispatchEvent(new Event('input', { bubbles: true, composed: true }))";
    browser.find(selector).await;
    browser.run(script, vec![json!(selector), json!(text)]).await;
}

async fn hints(browser: &Browser) -> Value {
    browser.run("return [...document.querySelectorAll('.coach-hints li')].map(li => li.dataset.hint)", Vec::new()).await
}

/// A parent finds half of what they want to know, and sends all the same.
async fn a_parent_asks(app: &TestApp) {
    let browser = Browser::open(PHONE).await;
    browser.goto(&app.url("/demo")).await;
    browser.click("#l").await;
    browser.click_text(".row", "Parent or guardian").await;
    browser.type_into("#q", "broken window").await;
    browser.find_text("h3", "Does this answer it?").await;
    browser.shot("answers-while-searching").await;
    let found = browser.axe().await;
    assert!(found.is_empty(), "{found:#?}");
    browser.click_text("summary", "Who pays for a broken window?").await;
    browser.find_text(".said", WHO_PAYS).await;
    browser.shot("answers-opened").await;
    put(&browser, "#q", "").await;
    browser.click_text(".row", "Bus or transportation").await;
    browser.find_text("summary", "Who pays for a broken window?").await;
    browser.shot("answers-above-a-form").await;
    // What they write finds one more, beside what they write.
    browser.click_text(".choice", "A concern").await;
    browser.type_into("#f-road", "Elm St & 4th").await;
    put(
        &browser,
        "#f-what_happened",
        "A binder fell from bus 12 on my windshield and I am so upset. Who pays for the glass? When will somebody call me about the lunch money in it?",
    )
    .await;
    browser.find_text("summary", "How do I pay for lunch money?").await;
    browser.click_text("summary", "How do I pay for lunch money?").await;
    browser.click_text(".answer[open] button", "Yes, that answers it").await;
    browser.find_text("p", "Good to know. You need not write to us.").await;
    browser.shot("answers-while-typing").await;
    let found = browser.axe().await;
    assert!(found.is_empty(), "{found:#?}");
    browser.click_text(".button", "Next").await;
    browser.type_into("#f-contact-name", "Kim Park").await;
    browser.type_into("#f-contact-email", "kim@example.org").await;
    browser.click_text(".button", "Next").await;
    browser.click_text(".button", "Send").await;
    browser.find_text("h2", "We have it, Kim Park.").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_an_answer_becomes_a_whole_one() {
    let app = TestApp::wish(Wish::default()).await;
    let dewey = app.log_in("dewey").await;
    let mut pays = late_bus();
    pays.as_object_mut().unwrap().extend(
        json!({ "question": "Who pays for a broken window?", "text": WHO_PAYS, "keywords": "glass windshield" })
            .as_object()
            .unwrap()
            .clone(),
    );
    let pays = write(&dewey, pays).await;
    let mut lunch = late_bus();
    lunch.as_object_mut().unwrap().extend(
        json!({ "question": "How do I pay for lunch money?", "text": "On the lunch page, by card.", "topic": "food", "keywords": "" })
            .as_object()
            .unwrap()
            .clone(),
    );
    let lunch = write(&dewey, lunch).await;
    a_parent_asks(&app).await;
    eventually("what helped and what did not is counted", || async {
        find(&dewey, &lunch).await["settled"] == 1 && find(&dewey, &pays).await["asked"] == 1
    })
    .await;

    // Staff begin with a template; the coach finds what it leaves open.
    let template = json!({
        "title": "Damage by a bus", "topic": "transportation", "locale": "en",
        "body": "Hello,\n\nthank you for telling us about this. Our insurance pays for damage by our buses. Please send us the bill of the repair.\n\n{{ signature }}",
    });
    dewey.send("POST", "/templates", Some(template)).await;
    let browser = Browser::open(Look { width: 1280, ..Look::default() }).await;
    log_in(&browser, &app, "dewey").await;
    browser.click(".lines a").await;
    browser.wait_text("Elm St & 4th").await;
    browser.key("t").await;
    browser.wait_text("Published answers").await;
    browser.shot("good-reply-templates").await;
    let found = browser.axe().await;
    assert!(found.is_empty(), "{found:#?}");
    browser.find("[aria-label='Insert Damage by a bus']").await;
    browser.click("[aria-label='Insert Damage by a bus']").await;
    browser.wait_text("hints").await;
    browser.click("#coach").await;
    let first = hints(&browser).await;
    let found: Vec<&str> = first.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for kind in ["greeting", "template", "unanswered", "feeling"] {
        assert!(found.contains(&kind), "{kind} is not among {first}");
    }
    browser.wait_text("Greet them by name: Kim.").await;
    browser.shot("good-reply-coach").await;
    put(
        &browser,
        "#write-reply",
        "Dear Kim,\n\nI am sorry about this fright. Our insurance pays for the glass; please send us the bill of the repair. \
         Priya from our claims office calls you tomorrow at 9 am about the lunch money.\n\nDewey Ortiz",
    )
    .await;
    browser.wait_text("Coach: reads well").await;
    browser.click_text("#panel-reply button", "Send reply").await;
    browser.wait_text("Your reply is on its way.").await;

    // Two clicks make a better answer of it; what tells who asked is seen before.
    browser.click_text(".entry button", "Make it an answer for everybody").await;
    browser.wait_text("I am sorry about this fright.").await;
    let found = browser.axe().await;
    assert!(found.is_empty(), "{found:#?}");
    browser.shot("good-reply-answer").await;
    browser.click_text("dialog button", "Publish").await;
    browser.wait_text("Published: everybody can read it now.").await;
    let all = dewey.get("/answers").await;
    let made = all.as_array().unwrap().iter().find(|a| a["text"].as_str().unwrap().contains("Priya")).expect("the new answer");
    assert_eq!((&made["question"], &made["state"]), (&json!("Who pays for the glass?"), &json!("published")));
    assert!(!made["text"].as_str().unwrap().contains("Kim") && !made["text"].as_str().unwrap().contains("Dewey Ortiz"), "{made}");

    // Its owner sees what people still ask, and finds it in the room.
    browser.run("location.hash = '#/answers'", Vec::new()).await;
    browser.wait_text("1 asked all the same").await;
    browser.click_text("summary", "Who pays for a broken window?").await;
    browser.click_text("summary", "What people still ask (1)").await;
    browser.find_text(".rows .rows a", "A binder fell from bus 12").await;
    browser.shot("answers-room").await;
    // What was made of a reply can be changed later, also where a name that only the server knows stands in it.
    browser.click_text("summary", "Who pays for the glass?").await;
    let id = made["id"].as_str().unwrap();
    put(&browser, &format!("#answer-{id}-text"), "Priya, or Kim, calls you at 9 am. Our insurance pays for the glass.").await;
    let form = format!(".room-form:has(#answer-{id}-text)");
    browser.click_text(&format!("{form} button"), "Publish the change").await;
    browser.wait_text("This may tell who somebody is: Kim").await;
    browser.click_text(&format!("{form} .check"), "nobody can be recognized").await;
    browser.click_text(&format!("{form} button"), "Publish the change").await;
    browser.wait_text("Published: everybody can read it now.").await;
    let found = browser.axe().await;
    assert!(found.is_empty(), "{found:#?}");
    browser.close().await;

    // The next one who looks for it reads it on a phone, without scripts.
    let browser = Browser::open(Look { javascript: false, ..PHONE }).await;
    browser.goto(&app.url("/maple-valley?q=who+pays+glass")).await;
    browser.click_text(".row", "Who pays for the glass?").await;
    browser.find_text("h1", "Who pays for the glass?").await;
    browser.shot("answer-page").await;
    browser.click_text("button", "Yes, that answers it").await;
    browser.wait_text("Good to know.").await;
    browser.close().await;
    eventually("it is counted", || async { find(&dewey, made["id"].as_str().unwrap()).await["settled"] == 1 }).await;
}

/// What may tell who somebody is: shown in the form, kept by the server, cleared by a person.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_personal_is_seen_before_it_is_published() {
    let app = TestApp::wish(Wish::default()).await;
    let browser = Browser::open(Look { width: 360, dark: true, ..Look::default() }).await;
    log_in(&browser, &app, "dewey").await;
    browser.click_text(".rail a", "Writing").await;
    browser.click_text("nav a", "Answers").await;
    browser.wait_text("Nothing stands here yet.").await;
    browser.shot("answers-room-empty").await;
    browser.click("#new-answer").await;
    put(&browser, "#answer-new-question", "Whom do I call about a pass?").await;
    put(&browser, "#answer-new-text", "Call Ana at (555) 010-7788, as we told student 10023457.").await;
    browser.wait_text("(555) 010-7788 (a phone number)").await;
    browser.shot("answers-personal").await;
    let found = browser.axe().await;
    assert!(found.is_empty(), "{found:#?}");
    browser.click_text(".warning button", "10023457 (a number)").await;
    let chosen = "const t = document.querySelector('#answer-new-text'); return t.value.slice(t.selectionStart, t.selectionEnd)";
    assert_eq!(browser.run(chosen, Vec::new()).await, "10023457");
    put(&browser, "#answer-new-text", "Call our bus office at (555) 010-7788.").await;
    let pick = "const s = document.querySelector('#answer-new-topic'); s.value = 'transportation'; s.dispatchEvent(new Event('change', { bubbles: true }))";
    browser.run(pick, Vec::new()).await;
    browser.click_text(".room-form button", "Publish").await;
    browser.wait_text("This may tell who somebody is: (555) 010-7788.").await;
    browser.click_text(".warning label", "nobody can be recognized").await;
    browser.click_text(".room-form button", "Publish").await;
    browser.wait_text("Published: everybody can read it now.").await;
    browser.wait_text("helped nobody yet").await;
    browser.close().await;
}
