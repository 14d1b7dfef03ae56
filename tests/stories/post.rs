//! Mail while the mail server is away, does not answer, or does not want it.

use porchlight_tests::TestApp;
use porchlight_tests::app::{Wish, eventually, new_key};
use porchlight_tests::mailserver::MailServer;
use serde_json::{Value, json};

const DEWEY: &str = "dewey@maplevalley.example";

fn mailing(address: &str, undo_seconds: u32, now: Option<&'static str>) -> Wish {
    let settings = vec![("PORCHLIGHT_MAIL_URL", address.to_owned()), ("PORCHLIGHT_UNDO_SECONDS", undo_seconds.to_string())];
    Wish { settings, now, ..Wish::default() }
}

async fn waiting(app: &TestApp) -> i64 {
    app.app.db.queue_state().await.unwrap().waiting
}

/// Lets the held clock go on until nothing is to be done any more.
async fn let_it_all_go(app: &TestApp) {
    for _ in 0..20 {
        app.clock.as_ref().unwrap().advance(jiff::SignedDuration::from_mins(3));
        app.work_off().await;
        if waiting(app).await == 0 {
            return;
        }
    }
    panic!("{} jobs are never done", waiting(app).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_waits_for_the_server_and_arrives_once() {
    let (port, address) = MailServer::free_port();
    let app = TestApp::wish(mailing(&address, 0, Some("2026-11-23T17:00:00Z"))).await;
    app.windshield_receipt().await;
    let dewey = app.log_in("dewey").await;
    let id = dewey.get("/inquiries").await["inquiries"][0]["id"].as_str().unwrap().to_owned();
    let naomi = app.account("counselor").await;
    let note = json!({ "text": "@naomi do you know them?", "mentions": [naomi] });
    assert!(dewey.send("POST", &format!("/inquiries/{id}/notes"), Some(note)).await.status().is_success());
    app.clock.as_ref().unwrap().advance(jiff::SignedDuration::from_mins(2));
    app.work_off().await;
    assert!(waiting(&app).await >= 2, "nobody took it");
    let server = MailServer::open(port).await;
    let_it_all_go(&app).await;
    let_it_all_go(&app).await;
    for (to, words) in [("kim@example.org", "has arrived"), (DEWEY, "A binder hit my windshield.")] {
        let mails = server.mails_to(to);
        assert_eq!(mails.len(), 1, "{to}: {mails:#?}");
        assert!(mails[0].contains(words), "{}", mails[0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_mail_server_holds_up_no_reply() {
    let (port, address) = MailServer::free_port();
    let server = MailServer::open(port).await;
    server.fall_silent();
    let app = TestApp::wish(mailing(&address, 1, None)).await;
    for _ in 0..3 {
        app.windshield_receipt().await;
    }
    let dewey = app.log_in("dewey").await;
    let id = dewey.get("/inquiries").await["inquiries"][0]["id"].as_str().unwrap().to_owned();
    let reply = json!({ "text": "Dear Kim, we pay for it.", "undoable": true });
    let held: Value = dewey.send("POST", &format!("/inquiries/{id}/replies"), Some(reply)).await.json().await.unwrap();
    assert!(held["id"].is_string(), "{held}");
    eventually("the reply in the thread", || async {
        dewey.get(&format!("/inquiries/{id}")).await["thread"][0]["text"] == "Dear Kim, we pay for it."
    })
    .await;
    assert!(waiting(&app).await > 0, "its mail still waits");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_no_server_wants_stops_no_other() {
    let (port, address) = MailServer::free_port();
    let server = MailServer::open(port).await;
    server.refuse("GTUBE");
    let app = TestApp::wish(mailing(&address, 0, Some("2026-11-23T17:00:00Z"))).await;
    let mut spam = app.windshield().await;
    spam["answers"]["what_happened"] = json!("They wrote GTUBE on the bus.");
    assert_eq!(app.submit(&new_key(), &spam).await.status(), 201);
    let_it_all_go(&app).await;
    let told = server.mails_to(DEWEY);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("did not take its words") && told[0].contains("/console#/inquiry/"), "{}", told[0]);
    app.windshield_receipt().await;
    let_it_all_go(&app).await;
    let told = server.mails_to(DEWEY);
    assert!(told.len() == 2 && told[1].contains("A binder hit my windshield."), "{told:#?}");
    assert_eq!(app.app.db.queue_state().await.unwrap().failed, 0, "it was told");
}
