//! The office behind the button: logging in, seeing, answering together.

use porchlight_tests::app::{PASSWORD, eventually, new_key};
use porchlight_tests::{Engine, TestApp};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn first(staff: &porchlight_tests::app::Staff<'_>) -> String {
    staff.get("/inquiries").await["inquiries"][0]["id"].as_str().unwrap().to_owned()
}

on_both_engines! {
    /// The windshield story from the office's side.
    async fn an_inquiry_is_answered_together(app: TestApp) {
        let receipt = app.windshield_receipt().await;
        let code = receipt["code"].as_str().unwrap().to_owned();
        let dewey = app.log_in("dewey").await;
        let id = first(&dewey).await;
        let inquiry = dewey.get(&format!("/inquiries/{id}")).await;
        assert_eq!(inquiry["owner"]["name"], "Dewey Ortiz");
        assert_eq!(inquiry["status"], "new");
        assert_eq!(inquiry["may"]["reply"], true);

        let send = |method, path: &str, body| { let (dewey, path) = (&dewey, format!("/inquiries/{id}{path}")); async move { dewey.send(method, &path, body).await.status() } };
        assert_eq!(send("POST", "/notes", Some(json!({ "text": "@claims can you take the glass?" }))).await, StatusCode::CREATED);
        assert_eq!(send("POST", "/replies", Some(json!({ "text": "Dear Kim, we are so sorry. We pay for the glass." }))).await, StatusCode::CREATED);
        assert_eq!(send("POST", "/replies", Some(json!({ "text": "  " }))).await, StatusCode::UNPROCESSABLE_ENTITY);

        let mails = app.mail(2).await;
        let reply = mails.iter().find(|m| m.contains("We pay for the glass.")).expect("the reply is mailed");
        assert!(reply.contains("Dewey Ortiz") && reply.contains(&code));
        assert!(mails.iter().all(|m| !m.contains("can you take the glass")), "a note is never mailed");
        let page = app.get(&format!("/maple-valley/i/{code}")).await.text().await.unwrap();
        assert!(page.contains("We pay for the glass.") && page.contains("Dewey Ortiz") && !page.contains("can you take the glass"));

        assert_eq!(send("POST", "/waiting", None).await, StatusCode::OK);
        assert_eq!(send("POST", "/waiting", None).await, StatusCode::CONFLICT);
        assert_eq!(send("POST", "/closure", None).await, StatusCode::OK);
        assert_eq!(dewey.get(&format!("/inquiries/{id}")).await["status"], "closed");
        assert_eq!(send("DELETE", "/closure", None).await, StatusCode::OK);
        assert_eq!(send("POST", "/assignment", Some(json!({ "owner": "nobody" }))).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(send("POST", "/assignment", Some(json!({ "owner": null, "reason": "Not about buses." }))).await, StatusCode::OK);

        let inquiry = dewey.get(&format!("/inquiries/{id}")).await;
        assert_eq!(inquiry["owner"]["name"], "Marisol Vega", "the fallback owner");
        let actions: Vec<&str> = inquiry["audit"].as_array().unwrap().iter().map(|a| a["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["received", "noted", "replied", "waiting", "closed", "reopened", "assigned"]);
        assert!(inquiry["first_reply_at"].is_string());
    }

    async fn a_text_is_never_lost_under_a_used_key(app: TestApp) {
        app.windshield_receipt().await;
        let dewey = app.log_in("dewey").await;
        let id = first(&dewey).await;
        let key = new_key();
        let reply = |text: &'static str| {
            let (url, key, base) = (app.url(&format!("/api/v1/inquiries/{id}/replies")), key.clone(), app.base.clone());
            dewey.raw(move |c| c.post(url).header("origin", base).header("idempotency-key", key).json(&json!({ "text": text })))
        };
        assert_eq!(reply("We are looking into it.").await.status(), StatusCode::CREATED);
        assert_eq!(reply("We are looking into it.").await.status(), StatusCode::CREATED);
        assert_eq!(reply("Something else.").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(dewey.get(&format!("/inquiries/{id}")).await["thread"].as_array().unwrap().len(), 1);
    }

    async fn a_sender_adds_and_withdraws(app: TestApp) {
        let receipt = app.windshield_receipt().await;
        let page = format!("/maple-valley/i/{}", receipt["code"].as_str().unwrap());
        let add = |key: String, text: &'static str, token: String| {
            let photo = reqwest::multipart::Part::bytes(picture()).file_name("glass.png");
            let form = reqwest::multipart::Form::new().text("token", token).text("key", key).text("text", text).part("files", photo);
            app.client.post(app.url(&page)).multipart(form).send()
        };
        let (key, token) = (new_key(), app.token().await);
        assert_eq!(add(key.clone(), "Here is a photo.", token.clone()).await.unwrap().status(), StatusCode::SEE_OTHER);
        let dewey = app.log_in("dewey").await;
        let id = first(&dewey).await;
        let inquiry = dewey.get(&format!("/inquiries/{id}")).await;
        let file = inquiry["thread"][0]["files"][0]["url"].as_str().unwrap().to_owned();
        let bytes = dewey.raw(|c| c.get(app.url(&file))).await;
        assert_eq!(bytes.status(), StatusCode::OK);
        assert_eq!(app.get(&file).await.status(), StatusCode::UNAUTHORIZED);
        // The same key again adds nothing.
        add(key, "Here is a photo.", token).await.unwrap();
        assert_eq!(dewey.get(&format!("/inquiries/{id}")).await["thread"].as_array().unwrap().len(), 1);

        let nothing = add(new_key(), "   ", app.token().await).await.unwrap();
        assert_eq!(nothing.status(), StatusCode::UNPROCESSABLE_ENTITY);

        // Opening changes nothing; asking first changes nothing; only the button does.
        for path in [page.clone(), format!("{page}/withdrawal")] {
            app.get(&path).await;
        }
        assert_eq!(dewey.get(&format!("/inquiries/{id}")).await["status"], "new");
        let done = app.client.post(app.url(&format!("{page}/withdrawal"))).send().await.unwrap();
        assert_eq!(done.status(), StatusCode::SEE_OTHER);
        let inquiry = dewey.get(&format!("/inquiries/{id}")).await;
        assert_eq!((inquiry["status"].as_str().unwrap(), inquiry["withdrawn"].as_bool().unwrap()), ("closed", true));
        // Writing again opens it again, with a new promise.
        add(new_key(), "It is not settled after all.", app.token().await).await.unwrap();
        let inquiry = dewey.get(&format!("/inquiries/{id}")).await;
        assert_eq!(inquiry["status"], "open");
        assert!(inquiry["due_at"].is_string());
    }

    async fn everybody_sees_what_is_theirs(app: TestApp) {
        app.windshield_receipt().await;
        let admin = app.log_in("admin").await;
        let id = first(&admin).await;
        let count = |list: &Value| list["inquiries"].as_array().unwrap().len();
        for (who, sees) in [("admin", 1), ("observer", 1), ("dewey", 1), ("claims", 1), ("counselor", 0), ("recorder", 0)] {
            let staff = app.log_in(who).await;
            assert_eq!(count(&staff.get("/inquiries").await), sees, "{who}");
            let opened = staff.send("GET", &format!("/inquiries/{id}"), None).await.status();
            assert_eq!(opened == StatusCode::OK, sees == 1, "{who}");
        }
        let observer = app.log_in("observer").await;
        let reply = observer.send("POST", &format!("/inquiries/{id}/replies"), Some(json!({ "text": "x" }))).await;
        assert_eq!(reply.status(), StatusCode::FORBIDDEN);
        let counselor = app.log_in("counselor").await;
        let reply = counselor.send("POST", &format!("/inquiries/{id}/replies"), Some(json!({ "text": "x" }))).await;
        assert_eq!(reply.status(), StatusCode::NOT_FOUND, "what may not be seen does not exist");
        let me = counselor.get("/me").await;
        assert_eq!((me["role"].as_str().unwrap(), me["topics"].as_array().unwrap().len()), ("staff", 1));
    }

    async fn filters_and_counts(app: TestApp) {
        for _ in 0..3 { app.windshield_receipt().await; }
        let admin = app.log_in("admin").await;
        let id = first(&admin).await;
        admin.send("POST", &format!("/inquiries/{id}/closure"), None).await;
        let list = admin.get("/inquiries?status=new,open&topic=transportation&limit=1").await;
        let views = admin.get("/views").await;
        let count = |view: &str| views["counts"].as_array().unwrap().iter().find(|v| v["view"] == view).unwrap()["count"].as_i64().unwrap();
        assert_eq!((count("open"), count("mine"), count("waiting"), count("unassigned")), (2, 0, 0, 0));
        assert_eq!(list["inquiries"].as_array().unwrap().len(), 1);
        assert!(list["next"].is_string());
        assert_eq!(admin.get("/inquiries?topic=food").await["inquiries"], json!([]));
        assert_eq!(admin.get("/inquiries?owner=me").await["inquiries"], json!([]));
        // Found by reference, subject or name, in small letters or capitals; marks of the search language are text.
        let reference = list["inquiries"][0]["reference"].as_str().unwrap().to_lowercase();
        let found = async |q: &str| admin.get(&format!("/inquiries?q={q}")).await["inquiries"].as_array().unwrap().len();
        assert_eq!(found(&reference).await, 1);
        assert_eq!((found("KIM%20binder").await, found("kim%20violin").await, found("%25").await, found("_").await), (3, 0, 0, 0));
        // Letters beyond ASCII are found on both engines, however they are written.
        let mut body = app.windshield().await;
        body["contact"]["name"] = json!("Ángel Ñandú");
        assert_eq!(app.submit(&new_key(), &body).await.status(), StatusCode::CREATED);
        for name in ["%C3%81ngel", "%C3%A1ngel", "%C3%B1and%C3%9A"] {
            assert_eq!(found(name).await, 1, "{name}");
        }
        assert_eq!(found(&"a".repeat(20_000)).await, 0);
        assert_eq!(admin.send("GET", "/inquiries?q=%00", None).await.status(), StatusCode::BAD_REQUEST);
        let recorder = app.log_in("recorder").await;
        assert_eq!(recorder.get(&format!("/inquiries?q={reference}")).await["inquiries"], json!([]), "a search shows nobody more");
        for wrong in ["/inquiries?colour=red", "/inquiries?status=lost", "/inquiries?after=x"] {
            assert_eq!(admin.send("GET", wrong, None).await.status(), StatusCode::BAD_REQUEST, "{wrong}");
        }
    }

    /// What is due soonest stands first, page by page; what waits for nobody stands last.
    async fn what_is_due_stands_first(app: TestApp = porchlight_tests::app::Wish { now: Some("2026-11-23T17:00:00Z"), ..Default::default() }) {
        let admin = app.log_in("admin").await;
        let mut references = Vec::new();
        for hours in [3, 0, 6, 1] {
            let at: jiff::Timestamp = "2026-11-23T17:00:00Z".parse().unwrap();
            app.clock.as_ref().unwrap().set(at + jiff::SignedDuration::from_hours(hours));
            references.push((hours, app.windshield_receipt().await["reference"].clone()));
        }
        let newest = first(&admin).await;
        admin.send("POST", &format!("/inquiries/{newest}/closure"), None).await;
        let mut seen = Vec::new();
        let mut after = String::new();
        loop {
            let page = admin.get(&format!("/inquiries?sort=due&limit=1{after}")).await;
            seen.push(page["inquiries"][0]["reference"].clone());
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        // The closed one (6) waits for nobody.
        let expected: Vec<Value> = [0, 1, 3, 6].iter().map(|h| references.iter().find(|(hours, _)| hours == h).unwrap().1.clone()).collect();
        assert_eq!(seen, expected);
        assert_eq!(admin.send("GET", "/inquiries?sort=size", None).await.status(), StatusCode::BAD_REQUEST);
    }

    async fn arrivals_are_live(app: TestApp) {
        use futures_util::StreamExt;
        let dewey = app.log_in("dewey").await;
        let counselor = app.log_in("counselor").await;
        let mut events = dewey.raw(|c| c.get(app.url("/api/v1/events")).timeout(std::time::Duration::from_secs(20))).await.bytes_stream();
        let mut others = counselor.raw(|c| c.get(app.url("/api/v1/events")).timeout(std::time::Duration::from_secs(20))).await.bytes_stream();
        app.windshield_receipt().await;
        let mut heard = String::new();
        while !heard.contains("\"action\":\"received\"") {
            heard += &String::from_utf8_lossy(&events.next().await.expect("an event").unwrap());
        }
        let id = first(&dewey).await;
        assert!(heard.contains("event: inquiry") && heard.contains(&id));
        // A connection that dropped goes on where it was.
        let last = heard.lines().find_map(|l| l.strip_prefix("id: ")).unwrap().to_owned();
        drop(events);
        dewey.send("POST", &format!("/inquiries/{id}/notes"), Some(json!({ "text": "while away" }))).await;
        let mut again = dewey.raw(|c| c.get(app.url("/api/v1/events")).header("last-event-id", last).timeout(std::time::Duration::from_secs(20))).await.bytes_stream();
        let mut caught_up = String::new();
        while !caught_up.contains("\"action\":\"noted\"") {
            caught_up += &String::from_utf8_lossy(&again.next().await.expect("an event").unwrap());
        }
        let beat = String::from_utf8_lossy(&others.next().await.unwrap().unwrap()).into_owned();
        assert!(beat.contains("event: beat") && beat.contains("data: 20000"), "{beat}");
        let nothing = tokio::time::timeout(std::time::Duration::from_millis(200), others.next()).await;
        assert!(nothing.is_err(), "the counselor has nothing to do with buses");
        // A burst of more than is read from the database at once.
        let mut new: BTreeSet<String> = BTreeSet::new();
        for _ in 0..104 {
            let reference = app.windshield_receipt().await["reference"].as_str().unwrap().to_owned();
            new.insert(reference);
        }
        let all = dewey.get("/inquiries?limit=200").await;
        let mut missing: BTreeSet<String> = all["inquiries"].as_array().unwrap().iter().filter(|i| new.contains(i["reference"].as_str().unwrap())).map(|i| i["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(missing.len(), 104);
        let mut rest = String::new();
        while !missing.is_empty() {
            rest += &String::from_utf8_lossy(&again.next().await.expect("an event").unwrap());
            missing.retain(|id| !rest.contains(id));
        }
    }
}

fn picture() -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(60, 40).write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

on_both_engines! {
    async fn logging_in_and_out(app: TestApp) {
        let try_in = |email: &'static str, password: &'static str, origin: Option<&'static str>| {
            let request = app.client.post(app.url("/api/v1/session")).json(&json!({ "email": email, "password": password }));
            origin.map_or(request.try_clone().unwrap(), |o| request.header("origin", o)).send()
        };
        assert_eq!(try_in("dewey@maplevalley.example", "wrong", None).await.unwrap().status(), StatusCode::UNAUTHORIZED);
        assert_eq!(try_in("nobody@maplevalley.example", PASSWORD, None).await.unwrap().status(), StatusCode::UNAUTHORIZED);
        assert_eq!(
            try_in("dewey@maplevalley.example", PASSWORD, Some("https://evil.example")).await.unwrap().status(),
            StatusCode::FORBIDDEN
        );
        let good = try_in("Dewey@MapleValley.example", PASSWORD, None).await.unwrap();
        assert_eq!(good.status(), StatusCode::NO_CONTENT);
        let cookie = good.headers()["set-cookie"].to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        assert_eq!(app.get("/api/v1/me").await.status(), StatusCode::UNAUTHORIZED);

        let (one, two) = (app.log_in("dewey").await, app.log_in("dewey").await);
        let foreign = one.raw(|c| c.delete(app.url("/api/v1/sessions")).header("origin", "https://evil.example")).await;
        assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
        let without = one.raw(|c| c.delete(app.url("/api/v1/sessions"))).await;
        assert_eq!(without.status(), StatusCode::FORBIDDEN, "an unsafe method needs its origin");
        assert_eq!(one.send("DELETE", "/sessions", None).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(two.send("GET", "/me", None).await.status(), StatusCode::UNAUTHORIZED, "logged out everywhere");
    }
}

on_both_engines! {
    async fn guessing_passwords_is_slow(app: TestApp = porchlight_tests::app::Wish { rate_limit: true, ..Default::default() }) {
        let mut refused = 0;
        for _ in 0..14 {
            let body = json!({ "email": "dewey@maplevalley.example", "password": "guess" });
            let answer = app.client.post(app.url("/api/v1/session")).json(&body).send().await.unwrap();
            refused += usize::from(answer.status() == StatusCode::TOO_MANY_REQUESTS);
        }
        // Colleagues behind the same address log in all the same.
        app.log_in("admin").await;
        assert!(refused >= 3, "{refused}");
    }
}

#[tokio::test]
async fn the_demo_loads_once_and_beside_nobody() {
    use porchlight_server::clock::SystemClock;
    let data = tempfile::tempdir().unwrap();
    let settings = porchlight_tests::app::settings(data.path(), None, &[]);
    let load =
        |beside| porchlight_server::demo::load(&settings, std::sync::Arc::new(SystemClock), "http://127.0.0.1:8080", beside);
    let first = load(false).await.unwrap();
    assert_eq!(first[0].role.as_str(), "administrator");
    let second = load(false).await.unwrap();
    let passwords = |logins: &[porchlight_server::demo::Login]| logins.iter().map(|l| l.password.clone()).collect::<Vec<_>>();
    assert_eq!(passwords(&first), passwords(&second));
    let db = porchlight_server::store::Db::open(&settings.database_url).await.unwrap();
    let district = db.districts(0).await.unwrap().remove(0).1.unwrap();
    let everything = porchlight_server::store::Scope::Everything { account: String::new() };
    let total = db.count(&district.id, &porchlight_server::store::Filter::of(everything)).await.unwrap();
    assert!((110..=140).contains(&total), "{total} inquiries");
    assert_eq!(db.queue_state().await.unwrap().waiting, 0, "made-up senders get no mail");
    db.close().await;

    // Where another district lives, the demo stays away unless told otherwise.
    let app = TestApp::start(Engine::Sqlite).await;
    let mut tx = app.app.db.begin().await.unwrap();
    let mut other: Value = serde_json::from_str(porchlight_tests::app::DISTRICT).unwrap();
    other["slug"] = json!("pine-ridge");
    let (district, _) = porchlight_shared::district::District::from_definition(&other).unwrap();
    let put = porchlight_server::store::PutDistrict { definition: &other, district: &district, by: None, at: app.app.now() };
    tx.put_district(put).await.unwrap();
    tx.commit().await.unwrap();
    let refused = porchlight_server::demo::load(&app.app.settings, std::sync::Arc::new(SystemClock), &app.base, false).await;
    assert!(refused.is_err_and(|e| e.to_string().contains("--beside-others")));
}

#[tokio::test]
async fn a_mail_server_that_is_away_only_delays() {
    // Nobody listens on this port: mail waits, and nothing else does.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let settings = vec![("PORCHLIGHT_MAIL_URL", format!("smtp://{closed}"))];
    let app = TestApp::wish(porchlight_tests::app::Wish { settings, ..Default::default() }).await;
    app.windshield_receipt().await;
    // The sender's receipt, and the owner's notice.
    eventually("jobs that wait", || async { app.app.db.queue_state().await.unwrap().waiting == 2 }).await;
    let ready: Value = app.get("/readyz").await.json().await.unwrap();
    assert_eq!(ready["jobs"], json!({ "waiting": 2, "failed": 0 }));
    let metrics = app.get("/metrics").await.text().await.unwrap();
    assert!(metrics.contains("porchlight_jobs_waiting 2"), "{metrics}");
}
