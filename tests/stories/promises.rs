//! Promised times: fixed when an inquiry comes in, reminded of, moved only for a reason, and never hidden.

use jiff::SignedDuration;
use porchlight_tests::TestApp;
use porchlight_tests::app::{Wish, new_key};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// Tuesday, 10:00 in Los Angeles, years ahead of the machine's clock.
const TUESDAY: &str = "2035-11-20T18:00:00Z";

/// Open from 8 to 16, Monday to Friday; transportation promises 8 hours, compliments 16, what is critical 1.
fn office(district: &mut Value) {
    let day = json!(["08:00-16:00"]);
    district["calendar"] = json!({ "week": { "mon": day, "tue": day, "wed": day, "thu": day, "fri": day } });
    district["promises"] = json!([{ "kind": "compliment", "hours": 16 }, { "priority": "critical", "hours": 1 }]);
    district["reminders"] = json!({ "before": 2, "due": true, "department": 4, "district": 8 });
}

fn tuesday() -> Wish {
    Wish { now: Some(TUESDAY), district: office, ..Wish::default() }
}

async fn send(app: &TestApp, change: impl FnOnce(&mut Value)) -> Value {
    let mut inquiry = app.windshield().await;
    change(&mut inquiry);
    let answer = app.submit(&new_key(), &inquiry).await;
    assert_eq!(answer.status(), StatusCode::CREATED, "{inquiry}");
    answer.json().await.unwrap()
}

/// Mails whose subject has a text, by whom they go to.
async fn mails(app: &TestApp, subject: &str) -> Vec<(String, String)> {
    let line = |mail: &str, name: &str| mail.lines().find_map(|l| l.strip_prefix(name)).unwrap_or_default().to_owned();
    let all = app.mail(0).await.into_iter().filter(|m| subject_of(m).contains(subject));
    all.map(|m| (line(&m, "To: ").rsplit('<').next().unwrap_or_default().split('@').next().unwrap_or_default().to_owned(), m))
        .collect()
}

/// A subject as people read it; RFC 2047 words are decoded.
fn subject_of(mail: &str) -> String {
    use base64::Engine;
    let head = mail.split("\r\n\r\n").next().unwrap_or(mail).replace("\r\n ", " ");
    let subject = head.lines().find_map(|l| l.strip_prefix("Subject: ")).unwrap_or_default().to_owned();
    let mut out = String::new();
    for word in subject.split_inclusive(' ') {
        match word.trim().strip_prefix("=?utf-8?b?").and_then(|rest| rest.strip_suffix("?=")) {
            Some(coded) => {
                out += &String::from_utf8_lossy(&base64::engine::general_purpose::STANDARD.decode(coded).unwrap_or_default())
            }
            None => out += word,
        }
    }
    out
}

async fn advance(app: &TestApp, hours: i64) {
    app.clock.as_ref().unwrap().advance(SignedDuration::from_hours(hours));
    app.work_off().await;
    // Notices are gathered for a minute.
    app.clock.as_ref().unwrap().advance(SignedDuration::from_secs(120));
    app.work_off().await;
}

async fn only_id(app: &TestApp) -> String {
    let admin = app.log_in("admin").await;
    admin.get("/inquiries?view=everything").await["inquiries"][0]["id"].as_str().unwrap().to_owned()
}

on_both_engines! {
    /// By topic, kind and priority; said in the sender's language; kept when the calendar changes.
    async fn a_promise_is_fixed_when_it_is_made(app: TestApp = tuesday()) {
        let usual = send(&app, |_| {}).await;
        assert_eq!((usual["due"].as_str(), usual["due_text"].as_str()), (Some("2035-11-21T10:00:00-08:00"), Some("Wednesday, November 21, 10 am")));
        let praise = send(&app, |i| { i["kind"] = json!("compliment"); i["locale"] = json!("es"); }).await;
        assert_eq!(praise["due"], "2035-11-22T10:00:00-08:00");
        assert!(praise["due_text"].as_str().unwrap().contains("jueves 22 de noviembre"), "{praise}");
        let critical = send(&app, |i| i["answers"]["what_happened"] = json!("The driver has a gun.")).await;
        assert_eq!(critical["due"], "2035-11-20T11:00:00-08:00");
        // A holiday that is put in afterwards moves nothing.
        app.change_district(|d| { office(d); d["calendar"]["days"] = json!([{ "from": "2035-11-21", "name": "Storm" }]); }).await;
        let page = app.client.get(usual["status_url"].as_str().unwrap()).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("Wednesday, November 21, 10 am"), "{page}");
        assert_eq!(send(&app, |_| {}).await["due"], "2035-11-22T10:00:00-08:00", "what comes now knows the holiday");
    }

    /// Owner before it is due, owner and members when it is, then up the line; each once, and the sender hears that they are
    /// answered late.
    async fn reminders_go_up_the_line(app: TestApp = tuesday()) {
        let admin = app.log_in("admin").await;
        let (claims, department) = (app.account("claims").await, app.account("counselor").await);
        admin.send("PUT", "/departments/transportation/owner", Some(json!({ "owner": department }))).await;
        let receipt = send(&app, |_| {}).await;
        let id = only_id(&app).await;
        let dewey = app.log_in("dewey").await;
        dewey.send("POST", &format!("/inquiries/{id}/members"), Some(json!({ "account": claims }))).await;
        advance(&app, 0).await;
        assert_eq!(mails(&app, "due").await.len(), 0);
        // Tuesday 10:00 + 8 business hours is Wednesday 10:00; two of them before, it is Wednesday 8:00.
        advance(&app, 22).await;
        let soon = mails(&app, "An answer is due soon").await;
        assert_eq!(soon.iter().map(|(who, _)| who.as_str()).collect::<Vec<_>>(), ["dewey"], "{soon:?}");
        advance(&app, 2).await;
        let due = mails(&app, "An answer was due").await;
        let mut who: Vec<&str> = due.iter().map(|(who, _)| who.as_str()).collect();
        who.sort_unstable();
        assert_eq!(who, ["claims", "dewey"]);
        let late = mails(&app, "We are late with your answer").await;
        assert_eq!(late.len(), 1);
        assert!(late[0].1.contains("Wednesday, November 21, 10 am") && late[0].1.contains("Dewey Ortiz"), "{}", late[0].1);
        let page = app.client.get(receipt["status_url"].as_str().unwrap()).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("We are late") && page.contains("Dewey Ortiz"), "{page}");
        advance(&app, 4).await;
        assert_eq!(mails(&app, "next in line").await.iter().map(|(who, _)| who.as_str()).collect::<Vec<_>>(), ["counselor"]);
        advance(&app, 20).await;
        let line: Vec<String> = mails(&app, "next in line").await.into_iter().map(|(who, _)| who).collect();
        assert!(line.contains(&String::from("admin")) && line.len() == 2, "{line:?}");
        advance(&app, 100).await;
        assert_eq!((mails(&app, "next in line").await.len(), mails(&app, "We are late").await.len()), (2, 1), "each once");
        let dewey = app.log_in("dewey").await;
        let trail = dewey.get(&format!("/inquiries/{id}")).await["audit"].clone();
        assert_eq!(trail.as_array().unwrap().iter().filter(|a| a["action"] == "reminded").count(), 4);
        // An answer ends it.
        dewey.send("POST", &format!("/inquiries/{id}/replies"), Some(json!({ "text": "We are sorry. Here is what we know." }))).await;
        advance(&app, 100).await;
        assert_eq!(mails(&app, "next in line").await.len(), 2);
    }

    /// Whoever is at it is not reminded for a while, and the time stays what it was.
    async fn quiet_is_asked_for_and_hides_nothing(app: TestApp = tuesday()) {
        send(&app, |_| {}).await;
        let id = only_id(&app).await;
        let dewey = app.log_in("dewey").await;
        let due = dewey.get(&format!("/inquiries/{id}")).await["due_at"].clone();
        for (asked, told) in [
            (json!({ "until": "2035-11-20T17:00:00Z", "reason": "camera" }), "until"),
            (json!({ "until": "2035-12-20T17:00:00Z", "reason": "camera" }), "until"),
            (json!({ "until": "soon", "reason": "camera" }), "until"),
            (json!({ "until": "2035-11-21T20:00:00Z" }), "reason"),
        ] {
            let refused = dewey.send("PUT", &format!("/inquiries/{id}/quiet"), Some(asked)).await;
            assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(refused.json::<Value>().await.unwrap()["errors"][0]["field"], told);
        }
        let asked = json!({ "until": "2035-11-21T20:00:00Z", "reason": "The recording comes at noon." });
        assert_eq!(dewey.send("PUT", &format!("/inquiries/{id}/quiet"), Some(asked)).await.status(), StatusCode::OK);
        advance(&app, 24).await;
        assert_eq!(mails(&app, "An answer").await.len(), 0, "quiet");
        assert_eq!(mails(&app, "We are late").await.len(), 1, "the sender is told all the same");
        let dewey = app.log_in("dewey").await;
        let shown = dewey.get(&format!("/inquiries/{id}")).await;
        assert_eq!((&shown["due_at"], &shown["past_due"]), (&due, &json!(true)));
        assert!(shown["quiet_until"].is_string());
        assert_eq!(dewey.get("/inquiries?view=past_due").await["inquiries"][0]["id"], id.as_str());
        advance(&app, 2).await;
        assert_eq!(mails(&app, "An answer was due").await.len(), 1, "then it goes on");
    }

    /// Waiting on the sender shows its own clock; what nobody answered stays due.
    async fn waiting_hides_no_lateness(app: TestApp = tuesday()) {
        send(&app, |_| {}).await;
        let id = only_id(&app).await;
        let dewey = app.log_in("dewey").await;
        advance(&app, 0).await;
        assert_eq!(dewey.send("POST", &format!("/inquiries/{id}/waiting"), None).await.status(), StatusCode::OK);
        let shown = dewey.get(&format!("/inquiries/{id}")).await;
        assert!(shown["waiting_since"].is_string() && shown["due_at"].is_string(), "{shown}");
        advance(&app, 30).await;
        let dewey = app.log_in("dewey").await;
        assert_eq!(dewey.get("/inquiries?view=past_due").await["inquiries"][0]["id"], id.as_str());
        assert_eq!(mails(&app, "An answer was due").await.len(), 1);
        // A reply answers; then only the sender's clock runs.
        dewey.send("POST", &format!("/inquiries/{id}/replies"), Some(json!({ "text": "Which bus was it?" }))).await;
        app.work_off().await;
        dewey.send("POST", &format!("/inquiries/{id}/waiting"), None).await;
        let shown = dewey.get(&format!("/inquiries/{id}")).await;
        assert!(shown["waiting_since"].is_string() && shown["due_at"].is_null(), "{shown}");
        assert_eq!(dewey.get("/inquiries?view=past_due").await["inquiries"], json!([]));
    }

    /// Another time needs a reason, which is kept; the sender is told the time.
    async fn a_time_is_moved_for_a_reason(app: TestApp = tuesday()) {
        send(&app, |_| {}).await;
        let id = only_id(&app).await;
        let dewey = app.log_in("dewey").await;
        let later = "2035-11-26T20:00:00Z";
        for body in [json!({ "due": later, "reason": " " }), json!({ "due": "2035-11-01T00:00:00Z", "reason": "camera" }), json!({ "due": "Friday", "reason": "camera" })] {
            let refused = dewey.send("PUT", &format!("/inquiries/{id}/due"), Some(body)).await;
            assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        }
        let handed = json!({ "owner": app.account("claims").await, "due": later });
        assert_eq!(dewey.send("POST", &format!("/inquiries/{id}/assignment"), Some(handed)).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let moved = dewey.send("PUT", &format!("/inquiries/{id}/due"), Some(json!({ "due": later, "reason": "The recording comes on Monday." }))).await;
        assert_eq!(moved.status(), StatusCode::OK);
        app.work_off().await;
        let shown = dewey.get(&format!("/inquiries/{id}")).await;
        assert_eq!(shown["due_at"], "2035-11-26T20:00:00.000Z");
        let entry = shown["audit"].as_array().unwrap().iter().find(|a| a["action"] == "postponed").cloned().unwrap();
        assert_eq!(entry["reason"], "The recording comes on Monday.");
        let told = mails(&app, "takes a little longer").await;
        assert!(told.len() == 1 && told[0].1.contains("Monday, November 26, 12 pm") && !told[0].1.contains("recording"), "{told:?}");
        // The old time passes without a word, the new one does not.
        advance(&app, 30).await;
        assert_eq!(mails(&app, "We are late").await.len(), 0);
        let dewey = app.log_in("dewey").await;
        // More urgent is due sooner, and that is written down; less urgent moves nothing.
        dewey.send("PUT", &format!("/inquiries/{id}/priority"), Some(json!({ "priority": "critical" }))).await;
        let sooner = dewey.get(&format!("/inquiries/{id}")).await["due_at"].clone();
        assert!(sooner.as_str() < Some("2035-11-26"), "{sooner}");
        dewey.send("PUT", &format!("/inquiries/{id}/priority"), Some(json!({ "priority": "low" }))).await;
        assert_eq!(dewey.get(&format!("/inquiries/{id}")).await["due_at"], sooner);
    }

    /// A machine that was off from Friday to Monday catches up with one mail to each, not with one for each inquiry.
    async fn a_weekend_off_is_one_mail(app: TestApp = Wish { now: Some("2035-11-23T18:00:00Z"), ..tuesday() }) {
        for _ in 0..40 {
            send(&app, |i| i["contact"]["email"] = json!(format!("{}@example.org", new_key()))).await;
        }
        advance(&app, 0).await;
        // Off until Tuesday, 11:00: all of them are past due by then, and past two steps.
        app.clock.as_ref().unwrap().advance(SignedDuration::from_hours(97));
        app.work_off().await;
        app.clock.as_ref().unwrap().advance(SignedDuration::from_secs(120));
        app.work_off().await;
        let staff = mails(&app, "inquiries need you").await;
        let to_dewey = staff.iter().filter(|(who, m)| who == "dewey" && m.contains("was due")).count();
        assert_eq!(to_dewey, 1);
        assert_eq!(mails(&app, "We are late").await.len(), 40, "each sender once");
        let digests = mails(&app, "past due").await;
        assert_eq!(digests.iter().filter(|(who, _)| who == "dewey").count(), 1, "one digest, of today");
    }

    /// On the morning of a working day, what is due today and what is past due; nothing where nothing is due.
    async fn a_mornings_digest(app: TestApp = tuesday()) {
        send(&app, |_| {}).await;
        let secret = send(&app, |i| { i["confidential"] = json!(true); i["answers"]["what_happened"] = json!("Only for you."); }).await;
        app.work_off().await;
        advance(&app, 22).await;
        let digest = mails(&app, "due today").await;
        assert_eq!(digest.iter().map(|(who, _)| who.as_str()).collect::<Vec<_>>(), ["dewey"], "who has nothing due gets none");
        assert!(digest[0].1.contains("2 due today") && digest[0].1.contains("A binder hit my windshield."), "{}", digest[0].1);
        assert!(digest[0].1.contains(secret["reference"].as_str().unwrap()) && !digest[0].1.contains("Only for you"));
        advance(&app, 3).await;
        assert_eq!(mails(&app, "due today").await.len(), 1, "once a day");
        let dewey = app.log_in("dewey").await;
        let mut settings = dewey.get("/me/notifications").await;
        settings["digest"] = json!(false);
        assert_eq!(dewey.send("PUT", "/me/notifications", Some(settings)).await.status(), StatusCode::NO_CONTENT);
        // Thursday's: past due, but not wanted. Saturday's is nobody's.
        advance(&app, 24).await;
        advance(&app, 48).await;
        assert_eq!(mails(&app, "past due · ").await.len(), 0);
    }
}
