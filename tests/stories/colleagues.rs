//! Two colleagues in two browsers: the right person is away, somebody stands in, both answer, a duplicate is merged.

use crate::console::log_in;
use porchlight_tests::TestApp;
use porchlight_tests::app::{Wish, eventually, new_key};
use porchlight_tests::browser::{Browser, Look};
use serde_json::{Value, json};

/// The one mail to `to` that says `words`, once it has left.
async fn mail_to(app: &TestApp, to: &str, words: &str) -> String {
    let found = || async { app.mail(1).await.into_iter().find(|m| m.contains(&format!("<{to}>")) && m.contains(words)) };
    eventually(&format!("mail to {to} with “{words}”"), || async { found().await.is_some() }).await;
    found().await.unwrap()
}

/// The plain part of a mail, as its reader has it before them.
fn plain(mail: &str) -> String {
    let body = mail.split("Content-Type: text/plain").nth(1).and_then(|m| m.split("\r\n\r\n--").next()).unwrap_or_default();
    let text = body.split_once("\r\n\r\n").map(|(_, text)| text).unwrap_or_default();
    text.replace("\r\n", "\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bus_concern_is_answered_by_two() {
    let settings = vec![("PORCHLIGHT_UNDO_SECONDS", String::from("1"))];
    let app = TestApp::wish(Wish { settings, ..Wish::default() }).await;
    let admin = app.log_in("admin").await;
    // Cedar's buses are Bev's; she is away, and Dewey stands in.
    let (bev, dewey) = (app.account("claims").await, app.account("dewey").await);
    let rule = json!({ "id": "cedar", "name": "Cedar’s buses", "when": { "topics": ["transportation"], "schools": ["cedar-elementary"] }, "then": { "owner": bev } });
    let put = admin.send("PUT", "/routing", Some(json!({ "version": 0, "rules": [rule] }))).await;
    assert!(put.status().is_success(), "{}", put.text().await.unwrap());
    let today = app.app.now().to_zoned(jiff::tz::TimeZone::get("America/Los_Angeles").unwrap()).date();
    let away =
        json!({ "from": today.yesterday().unwrap().to_string(), "to": today.tomorrow().unwrap().to_string(), "stand_in": dewey });
    let put = admin.send("POST", &format!("/people/{bev}/absences"), Some(away)).await;
    assert!(put.status().is_success(), "{}", put.text().await.unwrap());

    let dewey = Browser::open(Look::default()).await;
    log_in(&dewey, &app, "dewey").await;
    let naomi = Browser::open(Look { width: 768, ..Look::default() }).await;
    log_in(&naomi, &app, "counselor").await;
    naomi.wait_text("Nothing waits for you.").await;

    let mut concern = app.windshield().await;
    concern["school"] = json!("cedar-elementary");
    concern["answers"] =
        json!({ "road": "Elm St & 4th", "bus": "12", "what_happened": "The driver of bus 12 left my son at the stop." });
    let receipt: Value = app.submit(&new_key(), &concern).await.json().await.unwrap();

    // It appears by itself at the stand-in's.
    dewey.wait_text("The driver of bus 12 left my son").await;
    dewey.click(".lines a").await;
    dewey.wait_text("Elm St & 4th").await;
    dewey.click("#tab-note").await;
    dewey.wait_text("Note · only staff see this").await;
    dewey.type_into("#write-note", "@nao").await;
    dewey.click_text(".names button", "Naomi Reyes").await;
    dewey.type_into("#write-note", "do you know the family?").await;
    dewey.shot("two-note").await;
    dewey.click_text("button", "Save note").await;
    dewey.wait_text("do you know the family?").await;

    // Who is named is told, and may read it from now on.
    naomi.click_text(".rail-item", "News").await;
    naomi.wait_text("Dewey Ortiz asks you about").await;
    naomi.shot("two-notices").await;
    naomi.click(".notices a").await;
    naomi.wait_text("do you know the family?").await;

    // Both write, and each sees that the other does. Who is second is shown what was said before theirs goes out.
    naomi.click("#tab-reply").await;
    naomi.type_into("#write-reply", "Dear Kim, I will call you.").await;
    dewey.wait_text("Naomi Reyes is replying.").await;
    dewey.click("#tab-reply").await;
    dewey.type_into("#write-reply", "Dear Kim, we talk with the driver today.").await;
    naomi.wait_text("Dewey Ortiz is replying.").await;
    naomi.shot("two-replying").await;
    dewey.click_text("button", "Send reply").await;
    dewey.wait_text("Your reply leaves in a moment.").await;
    naomi.click_text("button", "Send reply").await;
    naomi.wait_text("A colleague replied while you wrote.").await;
    naomi.wait_text("we talk with the driver today").await;
    naomi.shot("two-conflict").await;
    let found = naomi.axe().await;
    assert!(found.is_empty(), "conflict: {found:#?}");
    let written = naomi.run("return document.querySelector('#write-reply').value", Vec::new()).await;
    assert_eq!(written, "Dear Kim, I will call you.", "what she wrote is still there");
    naomi.type_into("#write-reply", " Dewey has written already.").await;
    naomi.click_text("button", "Send reply").await;
    naomi.wait_text("Your reply leaves in a moment.").await;
    let english = plain(&mail_to(&app, "kim@example.org", "I will call you").await);
    assert!(english.starts_with("Naomi Reyes (Staff) from Maple Valley School District writes:\n\n> Dear Kim"), "{english}");
    assert!(english.contains(receipt["code"].as_str().unwrap()), "{english}");
    assert!(plain(&mail_to(&app, "kim@example.org", "with the driver today").await).contains("Dewey Ortiz (Staff)"));

    // Another family reports the same in Spanish: it is offered, and merged by hand.
    let mut again = app.windshield().await;
    (again["school"], again["locale"]) = (json!("cedar-elementary"), json!("es"));
    again["contact"] = json!({ "name": "José Muñoz", "email": "jose@example.org", "phone": null });
    again["answers"] =
        json!({ "road": "4th & Elm St", "bus": "12", "what_happened": "El autobús 12 dejó a mi hija en la parada." });
    let second: Value = app.submit(&new_key(), &again).await.json().await.unwrap();
    dewey.wait_text("El autobús 12 dejó a mi hija").await;
    dewey.click_text(".lines a", "El autobús 12").await;
    dewey.wait_text("Likely the same").await;
    dewey.shot("two-alike").await;
    dewey.click_text(".alike button", "Merge…").await;
    dewey.shot("two-merge").await;
    dewey.click_text(".choices button", "Merge into this one").await;
    dewey.wait_text("Merged into this one").await;
    dewey.find_text("h1", "The driver of bus 12 left my son").await;
    dewey.wait_text("It goes to those merged in, too: José Muñoz.").await;
    dewey.shot("two-merged").await;
    dewey.click("#tab-reply").await;
    dewey.type_into("#write-reply", "Dear families, bus 12 has another driver from Monday on.").await;
    dewey.click_text("button", "Send reply").await;
    dewey.wait_text("Your reply leaves in a moment.").await;
    let spanish = plain(&mail_to(&app, "jose@example.org", "another driver").await);
    eprintln!("{spanish}");
    assert!(spanish.contains(second["code"].as_str().unwrap()) && !spanish.contains("my son"), "{spanish}");
    assert!(spanish.starts_with("Dewey Ortiz (Staff), de Maple Valley School District, escribe:"), "{spanish}");
    mail_to(&app, "kim@example.org", "another driver").await;
    dewey.close().await;
    naomi.close().await;
}
