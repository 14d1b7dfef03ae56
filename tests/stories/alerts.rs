//! Words of concern: who hears of them, how soon, and what people do about it.

use jiff::SignedDuration;
use porchlight_server::job;
use porchlight_tests::TestApp;
use porchlight_tests::app::{Staff, Wish, new_key};
use porchlight_tests::office::Given;
use reqwest::StatusCode;
use serde_json::{Value, json};

/// A night of a Saturday, years ahead of the machine's clock.
fn night() -> Wish {
    Wish { now: Some(NIGHT), ..Wish::default() }
}

/// 23:00 on a Saturday in Los Angeles.
const NIGHT: &str = "2035-11-18T07:00:00Z";

pub(crate) async fn category(staff: &Staff<'_>, id: &str) -> Value {
    let all = staff.get("/alerts/categories").await;
    all["categories"].as_array().unwrap().iter().find(|c| c["id"] == id).cloned().expect("the category")
}

/// Changes a category as the console does: reads it, and gives it back.
pub(crate) async fn change(staff: &Staff<'_>, id: &str, change: impl FnOnce(&mut Value)) -> reqwest::Response {
    let mut now = category(staff, id).await;
    change(&mut now);
    let body = json!({
        "version": now["version"], "name": now["name"], "on": now["on"], "lists": now["lists"], "team": now["team"],
        "day": now["day"], "night": now["night"], "help": now["help"],
    });
    staff.send("PUT", &format!("/alerts/categories/{id}"), Some(body)).await
}

/// The team is Bev; at night Naomi is called, five minutes later Marisol.
async fn call_people(app: &TestApp, id: &str) {
    let staff = app.log_in("admin").await;
    let (team, first, second) = (app.account("claims").await, app.account("counselor").await, app.account("admin").await);
    let done = change(&staff, id, |category| {
        category["on"] = json!(true);
        category["team"] = json!([team]);
        category["night"] = json!({ "people": [first, second], "minutes": 5, "also": ["duty@maplevalley.example"] });
    })
    .await;
    assert_eq!(done.status(), StatusCode::NO_CONTENT);
    app.work_off().await;
}

pub(crate) async fn send(app: &TestApp, text: &str) -> String {
    let mut inquiry = app.windshield().await;
    inquiry["answers"]["what_happened"] = json!(text);
    let answer = app.submit(&new_key(), &inquiry).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    answer.json::<Value>().await.unwrap()["reference"].as_str().unwrap().to_owned()
}

pub(crate) async fn id_of(staff: &Staff<'_>, reference: &str) -> String {
    let list = staff.get("/inquiries?view=everything&limit=200").await;
    let line = list["inquiries"].as_array().unwrap().iter().find(|i| i["reference"] == reference);
    line.unwrap_or_else(|| panic!("{reference} in {list}"))["id"].as_str().unwrap().to_owned()
}

/// To whom alert mails left, in order of their names.
async fn called(app: &TestApp) -> Vec<String> {
    let to = |mail: &String| mail.lines().find_map(|l| l.strip_prefix("To: ")).unwrap_or_default().to_owned();
    let who = |line: String| line.rsplit('<').next().unwrap_or_default().split('@').next().unwrap_or_default().to_owned();
    let mut all: Vec<String> = app.mail(0).await.iter().filter(|m| m.contains("Subject: ALERT")).map(to).map(who).collect();
    all.sort();
    all
}

on_both_engines! {
    /// A threat at night: the team, the owner and who is on duty hear at once, the next after five minutes, and nobody any
    /// more once somebody has it.
    async fn a_threat_at_night_finds_somebody(app: TestApp = night()) {
        call_people(&app, "threat").await;
        let dewey = app.log_in("dewey").await;
        let reference = send(&app, "My son says a boy on the bus has a wepon in his bag.").await;
        app.work_off().await;
        assert_eq!(called(&app).await, ["claims", "counselor", "dewey", "duty"]);
        let id = id_of(&dewey, &reference).await;
        let inquiry = dewey.get(&format!("/inquiries/{id}")).await;
        assert_eq!(inquiry["priority"], "critical");
        let alert = &inquiry["alerts"][0];
        assert_eq!((alert["name"].as_str(), alert["matches"][0]["text"].as_str()), (Some("Threat or weapon"), Some("wepon")));
        assert_eq!(alert["matches"][0]["how"], "misspelt");
        assert_eq!(alert["told"].as_array().unwrap().len(), 4, "{alert}");
        // The team can read it now; who was told only of its being there cannot.
        let bev = app.log_in("claims").await;
        assert_eq!(bev.get(&format!("/inquiries/{id}")).await["alerts"][0]["matches"][0]["text"], "wepon");
        let mails = app.mail(4).await;
        let to_duty = mails.iter().find(|m| m.contains("duty@maplevalley.example")).unwrap();
        assert!(to_duty.contains(&reference) && !to_duty.contains("wepon") && !to_duty.contains("Kim"), "{to_duty}");
        assert!(mails.iter().any(|m| m.contains("counselor@") && m.contains("wepon") && m.contains(&format!("/console#/inquiry/{id}"))));

        // Nobody says anything for five minutes.
        let clock = app.clock.as_ref().unwrap();
        clock.advance(SignedDuration::from_secs(299));
        app.work_off().await;
        assert_eq!(called(&app).await.len(), 4);
        clock.advance(SignedDuration::from_secs(1));
        app.work_off().await;
        assert_eq!(called(&app).await, ["admin", "claims", "counselor", "dewey", "duty"]);
        let counselor = app.log_in("counselor").await;
        let open = counselor.get("/alerts").await;
        assert_eq!(open["alerts"][0]["inquiry"]["reference"], reference.as_str());
        let alert = open["alerts"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/inquiries/{id}/alerts/{alert}/acknowledgement");
        for _ in 0..2 {
            assert_eq!(counselor.send("PUT", &path, None).await.status(), StatusCode::NO_CONTENT);
        }
        clock.advance(SignedDuration::from_hours(1));
        app.work_off().await;
        assert_eq!(called(&app).await.len(), 5, "nobody follows");
        assert_eq!(counselor.get("/alerts").await["alerts"], json!([]));
        let inquiry = dewey.get(&format!("/inquiries/{id}")).await;
        assert_eq!(inquiry["alerts"][0]["acknowledged_by"]["name"], "Naomi Reyes");
        assert_eq!(inquiry["priority"], "critical", "it goes on being what it is");
        let trail: Vec<&str> = inquiry["audit"].as_array().unwrap().iter().map(|a| a["action"].as_str().unwrap()).collect();
        assert!(trail.contains(&"alert_told") && trail.contains(&"alert_acknowledged"), "{trail:?}");
    }

    /// The same job twice, as after a machine that died: nobody is told twice.
    async fn nobody_is_told_twice(app: TestApp = night()) {
        call_people(&app, "threat").await;
        send(&app, "There is a gun in locker 12.").await;
        app.work_off().await;
        let before = called(&app).await;
        let alert = app.app.db.open_alerts(&app.district_id()).await.unwrap().remove(0);
        for step in [0, 0, 1, 1] {
            porchlight_server::alert::tell(&app.app, &app.district_id(), &alert.id, step).await.unwrap();
        }
        while job::run_due(&app.app).await.unwrap() > 0 {}
        let after = called(&app).await;
        assert_eq!(after.len(), before.len() + 1, "only the next in line: {after:?}");
    }

    /// A machine that was off from Friday to Monday: each alert is told once, not once for each step that it missed.
    async fn a_weekend_off_is_no_storm(app: TestApp = night()) {
        call_people(&app, "threat").await;
        send(&app, "There is a gun in locker 12.").await;
        let clock = app.clock.as_ref().unwrap();
        app.work_off().await;
        assert_eq!(called(&app).await.len(), 4);
        clock.advance(SignedDuration::from_hours(36));
        app.work_off().await;
        // It is Monday: the day has nobody on duty, so administrators follow.
        assert_eq!(called(&app).await, ["admin", "claims", "counselor", "dewey", "duty"]);
    }

    /// What the sender adds later is scanned, too; what staff write is not.
    async fn later_messages_count_and_staff_do_not(app: TestApp = night()) {
        call_people(&app, "threat").await;
        let dewey = app.log_in("dewey").await;
        let mut inquiry = app.windshield().await;
        inquiry["answers"]["what_happened"] = json!("The bus is late every day.");
        let receipt: Value = app.submit(&new_key(), &inquiry).await.json().await.unwrap();
        let id = id_of(&dewey, receipt["reference"].as_str().unwrap()).await;
        dewey.send("POST", &format!("/inquiries/{id}/notes"), Some(json!({ "text": "Did somebody mention a gun?" }))).await;
        dewey.send("POST", &format!("/inquiries/{id}/replies"), Some(json!({ "text": "Nobody has a gun, do they?" }))).await;
        app.work_off().await;
        let shown = dewey.get(&format!("/inquiries/{id}")).await;
        assert_eq!((&shown["alerts"], &shown["priority"]), (&json!([]), &json!("normal")));
        let code = receipt["code"].as_str().unwrap();
        let form = reqwest::multipart::Form::new()
            .text("token", app.token().await)
            .text("key", new_key())
            .text("text", "now he says he brings a gun tomorow");
        let page = app.url(&format!("/maple-valley/i/{code}"));
        let added = app.client.post(page).header("origin", &app.base).multipart(form).send().await.unwrap();
        assert!(added.status().is_success() || added.status().is_redirection(), "{}", added.status());
        app.work_off().await;
        let shown = dewey.get(&format!("/inquiries/{id}")).await;
        assert_eq!((shown["alerts"].as_array().unwrap().len(), &shown["priority"]), (1, &json!("critical")));
        assert_eq!(called(&app).await, ["claims", "counselor", "dewey", "duty"]);
        // Whoever answers has it.
        assert!(shown["alerts"][0]["acknowledged_at"].is_null());
        dewey.send("POST", &format!("/inquiries/{id}/replies"), Some(json!({ "text": "We are on it." }))).await;
        app.work_off().await;
        assert_eq!(dewey.get(&format!("/inquiries/{id}")).await["alerts"][0]["acknowledged_by"]["name"], "Dewey Ortiz");
    }

    /// Confidential: critical, but the team is not let in; administrators and who is on duty hear that there is one.
    async fn what_is_confidential_stays_so(app: TestApp = night()) {
        call_people(&app, "threat").await;
        let mut inquiry = app.windshield().await;
        inquiry["answers"]["what_happened"] = json!("My stepfather keeps a gun in the car.");
        inquiry["confidential"] = json!(true);
        let receipt: Value = app.submit(&new_key(), &inquiry).await.json().await.unwrap();
        let reference = receipt["reference"].as_str().unwrap();
        app.work_off().await;
        assert_eq!(called(&app).await, ["admin", "counselor", "dewey", "duty"], "not the team");
        for mail in app.mail(4).await.iter().filter(|m| m.contains("Subject: ALERT")) {
            assert!(mail.contains(reference) && !mail.contains("stepfather") && !mail.contains("Threat") && !mail.contains("Kim"), "{mail}");
        }
        let admin = app.log_in("admin").await;
        let id = id_of(&admin, reference).await;
        let sealed = admin.get(&format!("/inquiries/{id}")).await;
        assert_eq!((sealed["priority"].as_str(), sealed["alerts"][0]["name"].as_str()), (Some("critical"), Some("Alert")));
        assert_eq!(sealed["alerts"][0]["matches"], json!([]));
        let bev = app.log_in("claims").await;
        assert_eq!(bev.send("GET", &format!("/inquiries/{id}"), None).await.status(), StatusCode::NOT_FOUND);
        // Who was called can say that they have it, and reads nothing.
        let counselor = app.log_in("counselor").await;
        let seen = counselor.get(&format!("/inquiries/{id}")).await;
        assert_eq!((&seen["answers"], &seen["summary"]), (&json!([]), &json!("")));
        assert_eq!(counselor.get("/alerts").await["alerts"][0]["inquiry"]["summary"], "");
        let alert = seen["alerts"][0]["id"].as_str().unwrap();
        let verdict = format!("/inquiries/{id}/alerts/{alert}/verdict");
        assert_eq!(counselor.send("PUT", &verdict, Some(json!({ "verdict": "right" }))).await.status(), StatusCode::FORBIDDEN);
        let acknowledged = counselor.send("PUT", &format!("/inquiries/{id}/alerts/{alert}/acknowledgement"), None).await;
        assert_eq!(acknowledged.status(), StatusCode::NO_CONTENT);
        app.clock.as_ref().unwrap().advance(SignedDuration::from_mins(10));
        app.work_off().await;
        assert_eq!(called(&app).await.len(), 4);
    }

    /// A false alarm is said with one deed, can be taken back, and counts against the word.
    async fn false_alarms_teach(app: TestApp) {
        let (dewey, admin) = (app.log_in("dewey").await, app.log_in("admin").await);
        let id = id_of(&dewey, &send(&app, "A glue stick like a gun hit my windshield.").await).await;
        let alert = dewey.get(&format!("/inquiries/{id}")).await["alerts"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/inquiries/{id}/alerts/{alert}/verdict");
        assert_eq!(dewey.send("PUT", &path, Some(json!({ "verdict": "false_alarm" }))).await.status(), StatusCode::NO_CONTENT);
        let shown = dewey.get(&format!("/inquiries/{id}")).await;
        assert_eq!((&shown["priority"], &shown["alerts"][0]["verdict"]), (&json!("normal"), &json!("false_alarm")));
        assert_eq!(dewey.send("DELETE", &path, None).await.status(), StatusCode::NO_CONTENT);
        let shown = dewey.get(&format!("/inquiries/{id}")).await;
        assert_eq!((&shown["priority"], &shown["alerts"][0]["verdict"]), (&json!("critical"), &Value::Null));
        dewey.send("PUT", &path, Some(json!({ "verdict": "false_alarm" }))).await;
        for _ in 0..2 {
            let id = id_of(&dewey, &send(&app, "He sold me a gun rack, ha.").await).await;
            let alert = dewey.get(&format!("/inquiries/{id}")).await["alerts"][0]["id"].as_str().unwrap().to_owned();
            dewey.send("PUT", &format!("/inquiries/{id}/alerts/{alert}/verdict"), Some(json!({ "verdict": "false_alarm" }))).await;
        }
        let threat = category(&admin, "threat").await;
        let count = threat["counts"].as_array().unwrap().iter().find(|c| c["keyword"].as_str().unwrap().contains("gun")).unwrap();
        assert_eq!((count["alerts"].as_i64(), count["right"].as_i64(), count["false_alarms"].as_i64()), (Some(3), Some(0), Some(3)));
        assert_eq!(count["noisy"], true, "suggested for change");
        assert_eq!(dewey.send("GET", "/alerts/categories", None).await.status(), StatusCode::FORBIDDEN);
    }

    /// By hand, and back.
    async fn an_alert_by_hand(app: TestApp = night()) {
        call_people(&app, "abuse").await;
        let dewey = app.log_in("dewey").await;
        let id = id_of(&dewey, &send(&app, "The bus was late.").await).await;
        let before = dewey.get(&format!("/inquiries/{id}")).await;
        let raised = dewey.send("POST", &format!("/inquiries/{id}/alerts"), Some(json!({ "category": "abuse" }))).await;
        assert_eq!(raised.status(), StatusCode::CREATED);
        app.work_off().await;
        let shown = dewey.get(&format!("/inquiries/{id}")).await;
        assert_eq!((&shown["priority"], &shown["alerts"][0]["by"]["name"]), (&json!("critical"), &json!("Dewey Ortiz")));
        assert!(shown["due_at"].as_str() <= before["due_at"].as_str());
        assert_eq!(called(&app).await, ["claims", "counselor", "dewey", "duty"]);
        let wrong = dewey.send("POST", &format!("/inquiries/{id}/alerts"), Some(json!({ "category": "weather" }))).await;
        assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let alert = shown["alerts"][0]["id"].as_str().unwrap();
        dewey.send("PUT", &format!("/inquiries/{id}/alerts/{alert}/verdict"), Some(json!({ "verdict": "false_alarm" }))).await;
        assert_eq!(dewey.get(&format!("/inquiries/{id}")).await["priority"], "normal");
    }

    /// A safety topic alerts whatever it says, and in a language without words, too; that is said.
    async fn a_safety_topic_needs_no_words(app: TestApp = Wish { district: |d| d["locales"] = json!(["en", "es"]), ..night() }) {
        let admin = app.log_in("admin").await;
        let tip = json!({
            "topic": "safety-tip", "relationship": "student", "locale": "en", "contact": null, "token": app.token().await,
            "answers": { "when": "later", "message": "Something is off with the new kid." },
        });
        let mut tip = tip;
        let answer = app.submit(&new_key(), &tip).await;
        if answer.status() == StatusCode::UNPROCESSABLE_ENTITY {
            // The demo's first choice, whatever it is called.
            let public: Value = app.get("/api/v1/districts/maple-valley").await.json().await.unwrap();
            let topic = public["topics"].as_array().unwrap().iter().find(|t| t["id"] == "safety-tip").unwrap();
            let when = topic["form"]["fields"].as_array().unwrap().iter().find(|f| f["id"] == "when").unwrap();
            tip["answers"]["when"] = when["options"][0]["id"].clone();
            assert_eq!(app.submit(&new_key(), &tip).await.status(), StatusCode::CREATED);
        }
        app.work_off().await;
        let open = admin.get("/alerts").await;
        assert_eq!(open["alerts"].as_array().unwrap().len(), 1, "{open}");
        assert!(called(&app).await.contains(&String::from("counselor")), "whose topic it is");
    }

    /// Switching a category on looks at what exists, a piece at a time, and goes on where a dead machine stopped.
    async fn what_exists_is_scanned(app: TestApp) {
        let admin = app.log_in("admin").await;
        let dewey_account = app.account("dewey").await;
        let off = change(&admin, "drugs", |c| c["on"] = json!(false)).await;
        assert_eq!(off.status(), StatusCode::NO_CONTENT);
        let mut all = Vec::new();
        for n in 0..450_i64 {
            let text = if n % 90 == 7 { "Somebody sells weed and vapes behind the gym." } else { "The bus was late again." };
            all.push(app.given(Given { text, owner: Some(&dewey_account), email: None, at: Some(1_900_000_000_000 + n), ..Given::default() }).await);
        }
        let team = app.account("claims").await;
        let on = change(&admin, "drugs", |c| { c["on"] = json!(true); c["team"] = json!([team]); }).await;
        assert_eq!(on.status(), StatusCode::NO_CONTENT);
        app.work_off().await;
        let scan = category(&admin, "drugs").await["scan"].clone();
        assert_eq!((scan["scanned"].as_i64(), scan["of"].as_i64(), scan["found"].as_i64()), (Some(450), Some(450), Some(5)), "{scan}");
        assert!(scan["finished_at"].is_string());
        let critical = admin.get("/inquiries?view=critical&limit=100").await;
        assert_eq!(critical["inquiries"].as_array().unwrap().len(), 5);
        // Again finds nothing new, and the team was told in one mail, not in five.
        assert_eq!(admin.send("POST", "/alerts/categories/drugs/scan", None).await.status(), StatusCode::ACCEPTED);
        app.work_off().await;
        let scan = category(&admin, "drugs").await["scan"].clone();
        assert_eq!((scan["scanned"].as_i64(), scan["found"].as_i64()), (Some(450), Some(0)), "{scan}");
        assert_eq!(called(&app).await, Vec::<String>::new());
        // Half done, as when a machine dies: the next one goes on from there.
        let mut tx = app.app.db.begin().await.unwrap();
        let district = app.district_id();
        let mut half = tx.scan_to_change(&district, "drugs").await.unwrap().unwrap();
        (half.reached, half.scanned, half.finished_at) = (all[250].clone(), 199, None);
        tx.put_scan(&district, &half).await.unwrap();
        tx.commit().await.unwrap();
        let record = app.app.district("maple-valley").unwrap();
        porchlight_server::alert::scan_piece(&app.app, &record, "drugs", half.started_at).await.unwrap();
        app.work_off().await;
        let scan = category(&admin, "drugs").await["scan"].clone();
        assert_eq!((scan["scanned"].as_i64(), scan["finished_at"].is_string()), (Some(449), true), "{scan}");
    }
}
