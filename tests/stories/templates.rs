//! Templates: written in the console, filled in for an inquiry, never sent with a hole in them, and counted.

use crate::console::log_in;
use crate::good_reply::put;
use crate::together::graceful;
use porchlight_tests::TestApp;
use porchlight_tests::app::{Staff, Wish, eventually, new_key};
use porchlight_tests::browser::{Browser, Look};
use reqwest::StatusCode;
use serde_json::{Value, json};

const LATE_BUS: &str = "Dear {{ sender }},\n\nthank you for telling us about bus 12{% if school %} at {{ school }}{% endif %}. \
    We answer by {{ promise }}. Your reference is {{ reference }}.\n\n{{ signature }}";

fn late_bus() -> Value {
    json!({ "title": "A late bus", "body": LATE_BUS, "topic": "transportation", "locale": "en", "personal": false })
}

/// Writes a template and gives its id.
async fn write(staff: &Staff<'_>, template: Value) -> String {
    let answer = staff.send("POST", "/templates", Some(template)).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned()
}

async fn refused(staff: &Staff<'_>, path: &str, body: Value) -> String {
    let answer = staff.send("POST", path, Some(body)).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    answer.json::<Value>().await.unwrap()["errors"][0]["message"].as_str().unwrap().to_owned()
}

async fn find(staff: &Staff<'_>, id: &str) -> Value {
    let all = staff.get("/templates").await;
    all["templates"].as_array().unwrap().iter().find(|t| t["id"] == id).cloned().unwrap_or_default()
}

on_both_engines! {
    async fn a_template_is_filled_in_and_its_uses_count(app: TestApp = graceful()) {
        let mut hostile = app.windshield().await;
        hostile["contact"]["name"] = json!("Kim <b>{{ me }}</b>");
        app.submit(&new_key(), &hostile).await;
        let dewey = app.log_in("dewey").await;
        let id = write(&dewey, late_bus()).await;
        let inquiry = dewey.get("/inquiries").await["inquiries"][0]["id"].as_str().unwrap().to_owned();
        let offered = dewey.get(&format!("/inquiries/{inquiry}/templates")).await;
        let offered = offered.as_array().unwrap().iter().find(|t| t["id"] == id.as_str()).unwrap();
        let text = offered["text"].as_str().unwrap();
        assert!(text.starts_with("Dear Kim <b>{{ me }}</b>,"), "what a sender typed is text: {text}");
        assert!(!text.contains(" at ") && text.contains("MV-") && text.contains("Dewey Ortiz\nStaff\nMaple Valley"), "{text}");
        assert_eq!((&offered["missing"], &offered["fits"], &offered["uses"]), (&json!([]), &json!(true), &json!(0)));

        // A hole is never sent.
        let holed = refused(&dewey, &format!("/inquiries/{inquiry}/replies"), json!({ "text": "Dear ⟦sender⟧, hello." })).await;
        assert!(holed.contains("“⟦sender⟧” is still to be filled in"), "{holed}");
        assert_eq!(dewey.get(&format!("/inquiries/{inquiry}")).await["thread"], json!([]));

        // Held, taken back, sent: what was inserted is known all the way, and counts once.
        let reply = json!({ "text": text, "templates": [&id], "undoable": true });
        let held = dewey.send("POST", &format!("/inquiries/{inquiry}/replies"), Some(reply.clone())).await;
        assert_eq!(held.status(), StatusCode::ACCEPTED);
        let held: Value = held.json().await.unwrap();
        dewey.send("DELETE", &format!("/inquiries/{inquiry}/replies/{}", held["id"].as_str().unwrap()), None).await;
        let drafts = dewey.get(&format!("/inquiries/{inquiry}")).await["drafts"].clone();
        assert_eq!(drafts["inserted"], json!([{ "template": id, "text": text }]));
        assert_eq!(find(&dewey, &id).await["uses"], 0);
        let sent = dewey.send("POST", &format!("/inquiries/{inquiry}/replies"), Some(reply)).await;
        assert_eq!(sent.status(), StatusCode::ACCEPTED);
        app.clock.as_ref().unwrap().set("2026-11-23T17:00:11Z".parse().unwrap());
        app.work_off().await;
        eventually("a counted use", || async { find(&dewey, &id).await["uses"] == 1 }).await;
        assert_eq!(find(&dewey, &id).await["settled"], 0);
        dewey.send("POST", &format!("/inquiries/{inquiry}/closure"), None).await;
        assert_eq!(find(&dewey, &id).await["settled"], 1);
    }

    async fn templates_have_versions_and_owners(app: TestApp) {
        let (dewey, claims) = (app.log_in("dewey").await, app.log_in("claims").await);
        let shared = write(&dewey, late_bus()).await;
        let mut own = late_bus();
        own["personal"] = json!(true);
        let own = write(&dewey, own).await;
        assert_eq!(find(&claims, &own).await, Value::Null, "what is Dewey's is nobody else's");
        for (method, rest, body) in [("PUT", "", Some(late_bus())), ("POST", "/retirement", None), ("DELETE", "/retirement", None)] {
            assert_eq!(claims.send(method, &format!("/templates/{own}{rest}"), body).await.status(), StatusCode::NOT_FOUND);
        }
        assert_eq!(claims.send("GET", &format!("/templates/{own}/versions"), None).await.status(), StatusCode::NOT_FOUND);

        // Of two who change the same version, the second is told.
        let change = |title: &str| json!({ "title": title, "body": "Dear {{ sender }}.", "locale": "es", "version": 1 });
        let path = format!("/templates/{shared}");
        assert_eq!(claims.send("PUT", &path, Some(change("Bus 12"))).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(dewey.send("PUT", &path, Some(change("Bus twelve"))).await.status(), StatusCode::CONFLICT);
        let now = find(&dewey, &shared).await;
        assert_eq!((&now["title"], &now["version"], &now["topic"], &now["locale"]), (&json!("Bus 12"), &json!(2), &Value::Null, &json!("es")));
        assert_eq!(now["changed_by"], "Bev Castellan");
        let versions = dewey.get(&format!("{path}/versions")).await;
        assert_eq!(versions.as_array().unwrap().iter().map(|v| v["title"].as_str().unwrap()).collect::<Vec<_>>(), ["Bus 12", "A late bus"]);

        // Put away, it is offered to nobody; brought back, it is.
        app.windshield_receipt().await;
        let inquiry = dewey.get("/inquiries").await["inquiries"][0]["id"].as_str().unwrap().to_owned();
        let offered = || async {
            let all = dewey.get(&format!("/inquiries/{inquiry}/templates")).await;
            all.as_array().unwrap().iter().any(|t| t["id"] == shared.as_str())
        };
        assert!(offered().await);
        dewey.send("POST", &format!("{path}/retirement"), None).await;
        assert!(!offered().await && find(&dewey, &shared).await["retired"] == true);
        dewey.send("DELETE", &format!("{path}/retirement"), None).await;
        assert!(offered().await);

        // Who only reads keeps none for everybody; and the trail knows of what everybody uses, and of nothing else.
        let observer = app.log_in("observer").await;
        assert_eq!(observer.send("POST", "/templates", Some(late_bus())).await.status(), StatusCode::FORBIDDEN);
        assert_eq!(observer.send("PUT", &path, Some(change("Mine"))).await.status(), StatusCode::FORBIDDEN);
        let trail = app.log_in("admin").await.get("/trail").await;
        let actions: Vec<&str> =
            trail["entries"].as_array().unwrap().iter().map(|e| e["action"].as_str().unwrap()).filter(|a| a.starts_with("template")).collect();
        assert_eq!(actions, ["template_brought_back", "template_put_away", "template_changed", "template_written"]);
    }

    async fn bad_templates_are_told_where_and_how(app: TestApp) {
        let dewey = app.log_in("dewey").await;
        let with = |body: &str| json!({ "title": "T", "body": body, "locale": "en" });
        for (body, line, words) in [
            ("Hello\n{{ sender", 2, "A variable looks like {{ sender }}"),
            ("Hello\n\n{{ teacher }}", 3, "“teacher” is not known. You can use sender, school"),
            ("{% if sender %}Hello", 1, "needs its {% endif %}"),
            ("{% include 'x' %}", 1, "can’t be read"),
            ("{% set a = 'xxxxxxxxxxxxxxxx' %}{% for x in a %}{% for y in a %}{% for z in a %}{% for w in a %}.{% endfor %}{% endfor %}{% endfor %}{% endfor %}", 1, "loop"),
        ] {
            let told = refused(&dewey, "/templates", with(body)).await;
            assert!(told.starts_with(&format!("Line {line}: ")) && told.contains(words), "{body}: {told}");
            let tried = dewey.send("POST", "/templates/trial", Some(json!({ "body": body, "locale": "en" }))).await;
            assert_eq!(tried.status(), StatusCode::OK, "somebody is typing: {body}");
            let tried: Value = tried.json().await.unwrap();
            assert_eq!(tried["problem"]["line"], line, "{body}: {tried}");
            assert!(tried["problem"]["words"].as_str().unwrap().contains(words), "{body}: {tried}");
        }
        let long = format!("{}{}", "x".repeat(9_000), "{{ signature }}".repeat(100));
        assert!(refused(&dewey, "/templates", with(&long)).await.contains("the most"), "longer than a template may be");
        for (change, words) in [
            (json!({ "title": " " }), "a title"),
            (json!({ "body": " \n" }), "write the text"),
            (json!({ "locale": "xx" }), "a language of your district"),
            (json!({ "topic": "gone" }), "This topic is gone"),
        ] {
            let mut template = late_bus();
            template.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let told = refused(&dewey, "/templates", template).await;
            assert!(told.contains(words), "{change}: {told}");
        }
        assert_eq!(dewey.send("POST", "/templates", Some(json!({ "title": 5 }))).await.status(), StatusCode::BAD_REQUEST);
        assert_eq!(dewey.get("/templates").await["templates"], json!([]), "nothing of all this was kept");
    }
}

/// Written with a preview, found by a colleague beside a reply, and finished by hand where a name is missing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_template_from_the_writing_to_the_reply() {
    let app = TestApp::wish(Wish::default()).await;
    let mut unnamed = app.windshield().await;
    unnamed["contact"]["name"] = Value::Null;
    app.submit(&new_key(), &unnamed).await;
    let browser = Browser::open(Look { width: 360, dark: true, ..Look::default() }).await;
    log_in(&browser, &app, "dewey").await;
    browser.click_text(".rail a", "Writing").await;
    browser.wait_text("There are no templates yet").await;
    browser.click("#new-template").await;
    browser.type_into("#template-new-title", "A late bus").await;
    // What does not work is said while it is typed, with its line.
    let write = "const t = document.querySelector('#template-new-body'); t.value = arguments[0]; t.dispatchEvent(new Event('input', { bubbles: true }))";
    browser.run(write, vec![json!("Dear {{ sender }},\nbus {{ bus }} was late.")]).await;
    browser.wait_text("Line 2: “bus” is not known.").await;
    browser.shot("template-problem").await;
    browser
        .run(
            write,
            vec![json!(
                "Dear {{ sender }},\n\nthank you for telling us about the bus. We call you by {{ promise }}.\n\n{{ signature }}"
            )],
        )
        .await;
    browser.wait_text("Dear Kim Park,").await;
    browser.wait_text("To fill in by hand: sender").await;
    let found = browser.axe().await;
    assert!(found.is_empty(), "{found:#?}");
    browser.shot("template-editor").await;
    // Whoever looks elsewhere for a moment finds what they wrote.
    browser.click_text("nav a", "Answers").await;
    browser.wait_text("Nothing stands here yet.").await;
    browser.click_text("nav a", "Templates").await;
    browser.click("#new-template").await;
    browser.wait_text("Dear Kim Park,").await;
    assert_eq!(browser.value_of("#template-new-title").await, "A late bus");
    browser.click_text(".room-form button", "Keep it").await;
    browser.wait_text("The template is kept.").await;
    browser.wait_text("every topic · English · not used yet").await;

    // Beside a reply, by its key; the hole is named, shown, and holds the reply back.
    browser.click_text(".rail a", "Inbox").await;
    browser.click(".lines a").await;
    browser.wait_text("Elm St & 4th").await;
    browser.key("t").await;
    browser.wait_text("To fill in by hand: sender").await;
    browser.shot("template-sheet").await;
    let found = browser.axe().await;
    assert!(found.is_empty(), "{found:#?}");
    browser.click_text(".choices button", "Insert").await;
    browser.wait_text("Still to fill in:").await;
    let chosen = "const t = document.querySelector('#write-reply'); return document.activeElement === t ? t.value.slice(t.selectionStart, t.selectionEnd) : document.activeElement.id";
    eventually("the hole is selected", || async { browser.run(chosen, Vec::new()).await == "⟦sender⟧" }).await;
    browser.shot("template-hole").await;
    browser.click_text("#panel-reply button", "Send reply").await;
    browser.wait_text("Please fill in “sender” first").await;
    // Sent as it is, the coach would say so; edited, it does not.
    let sent_as_it_is = "return [...document.querySelectorAll('.coach-hints li')].some(li => li.dataset.hint === 'template')";
    let mend = "const t = document.querySelector('#write-reply'); t.value = t.value.replace('⟦sender⟧', arguments[0]); t.dispatchEvent(new Event('input', { bubbles: true }))";
    browser.run(mend, vec![json!("neighbor")]).await;
    eventually("nothing is open", || async {
        browser.run("return document.querySelector('.left-open').checkVisibility()", Vec::new()).await == false
    })
    .await;
    browser.click("#coach").await;
    assert_eq!(browser.run(sent_as_it_is, Vec::new()).await, json!(true), "a name alone makes no letter");
    browser.run("const t = document.querySelector('#write-reply'); t.value = t.value.replace('the bus.', 'the binder that fell on your windshield. Our claims office pays for the glass.'); t.dispatchEvent(new Event('input', { bubbles: true }))", Vec::new()).await;
    eventually("the coach sees the edit", || async { browser.run(sent_as_it_is, Vec::new()).await == false }).await;
    browser.click_text("#panel-reply button", "Send reply").await;
    browser.wait_text("Your reply is on its way.").await;
    browser.close().await;
}

/// What was typed in a form and not kept comes back to that form, and to no other; nobody's change is overwritten unseen.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_left_in_a_form_comes_back_to_it_alone() {
    let app = TestApp::wish(Wish::default()).await;
    let dewey = app.log_in("dewey").await;
    let template = json!({ "title": "A late bus", "body": "It was late.", "topic": null, "locale": "en", "personal": false });
    let made: Value = dewey.send("POST", "/templates", Some(template.clone())).await.json().await.unwrap();
    let path = format!("/templates/{}", made["id"].as_str().unwrap());
    let answer = json!({ "question": "When does it come?", "text": "At 8.", "keywords": "", "topic": "transportation", "locale": "en",
        "publish": true, "checked": false });
    assert_eq!(dewey.send("POST", "/answers", Some(answer)).await.status(), StatusCode::CREATED);

    let browser = Browser::open(Look { width: 360, ..Look::default() }).await;
    log_in(&browser, &app, "dewey").await;
    browser.click_text(".rail a", "Writing").await;
    let made = made["id"].as_str().unwrap();
    let value = async |field: &str| browser.value_of(field).await;
    let body = format!("#template-{made}-body");
    browser.click_text("summary", "A late bus").await;
    put(&browser, &body, "It was late. Sorry.").await;
    browser.click_text("nav a", "Answers").await;

    // A colleague changes the template meanwhile.
    let mut theirs = template;
    theirs["body"] = json!("It was very late.");
    theirs["version"] = json!(1);
    assert_eq!(app.log_in("admin").await.send("PUT", &path, Some(theirs)).await.status(), StatusCode::NO_CONTENT);

    // An answer that was begun is not in the way of another one's translation.
    browser.click("#new-answer").await;
    put(&browser, "#answer-new-question", "Something else?").await;
    browser.click_text("nav a", "Practice").await;
    browser.click_text("summary", "Your district’s own practice inquiries").await;
    put(&browser, "#scenario-new-in-any-title", "A rumor about lunch").await;
    browser.click_text("nav a", "Answers").await;
    browser.click_text("summary", "When does it come?").await;
    browser.click_text("button", "Translate (Español)").await;
    browser.wait_text("A translation").await;
    let of_translation =
        "return [...document.querySelectorAll('section[aria-label=\"A new answer\"] input')].map(i => i.value)[0]";
    assert_eq!(browser.run(of_translation, Vec::new()).await, "When does it come?");
    browser.click_text("button", "Leave it").await;
    browser.click("#new-answer").await;
    assert_eq!(value("#answer-new-question").await, "Something else?");
    browser.click_text("nav a", "Practice").await;
    browser.click_text("summary", "Your district’s own practice inquiries").await;
    assert_eq!(value("#scenario-new-in-any-title").await, "A rumor about lunch");

    browser.click_text("nav a", "Templates").await;
    browser.click_text("summary", "A late bus").await;
    assert_eq!(value(&body).await, "It was late. Sorry.");
    browser.click_text("button", "Keep the new version").await;
    browser.wait_text("Somebody changed it meanwhile. Your text is still here").await;
    assert_eq!(dewey.get("/templates").await["templates"][0]["body"], "It was very late.");
    browser.click_text("button", "Leave it as it was").await;
    assert_eq!(value(&body).await, "It was very late.");
    browser.close().await;
}
