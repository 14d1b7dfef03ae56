//! Coming, going, being away; and who gets what meanwhile.

use porchlight_server::answer;
use porchlight_shared::status::{Role, Status};
use porchlight_tests::app::{PASSWORD, Staff, Wish, new_key};
use porchlight_tests::office::Given;
use porchlight_tests::{Engine, TestApp};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::StatusCode;
use serde_json::{Value, json};

async fn ok(staff: &Staff<'_>, method: &str, path: &str, body: Value) -> Value {
    let answer = staff.send(method, path, Some(body)).await;
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "{method} {path}: {status} {text}");
    if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() }
}

async fn no(staff: &Staff<'_>, method: &str, path: &str, body: Value) -> String {
    let answer = staff.send(method, path, Some(body)).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{method} {path}");
    answer.json::<Value>().await.unwrap()["errors"][0]["message"].as_str().unwrap().to_owned()
}

/// The word of a mail's link.
fn word_of<'m>(mail: &'m str, room: &str) -> &'m str {
    let rest = mail.split_once(&format!("/console#/{room}/")).expect("a link").1;
    rest.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).next().unwrap()
}

on_both_engines! {
    async fn an_invitation_is_accepted_once(app: TestApp) {
        let admin = app.log_in("admin").await;
        let new = json!({ "email": "Ana@MapleValley.example", "name": "Ana Ruiz", "title": "Registrar", "role": "staff" });
        let made = ok(&admin, "POST", "/invitations", new.clone()).await;
        assert!(no(&admin, "POST", "/invitations", new).await.contains("invited already"));
        let there = json!({ "email": "dewey@maplevalley.example", "role": "staff" });
        assert!(no(&admin, "POST", "/invitations", there).await.contains("here already"));
        let mail = app.mail(1).await.remove(0);
        let word = word_of(&mail, "join").to_owned();
        let ask = async |path: &str, body: Value| app.client.post(app.url(&format!("/api/v1{path}"))).json(&body).send().await.unwrap();
        let look: Value = ask("/invitation/look", json!({ "token": word })).await.json().await.unwrap();
        assert_eq!((look["email"].clone(), look["role"].clone(), look["known"].clone()), (json!("ana@maplevalley.example"), json!("staff"), json!(false)));
        assert_eq!(ask("/invitation/look", json!({ "token": format!("{word}x") })).await.status(), StatusCode::NOT_FOUND);
        let short = ask("/invitation", json!({ "token": word, "name": "Ana Ruiz", "password": "short" })).await;
        assert_eq!(short.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let joined = ask("/invitation", json!({ "token": word, "name": "Ana Ruiz", "password": PASSWORD })).await;
        assert_eq!(joined.status(), StatusCode::NO_CONTENT);
        assert!(joined.headers()["set-cookie"].to_str().unwrap().contains("HttpOnly"));
        assert_eq!(ask("/invitation", json!({ "token": word, "name": "Eve", "password": PASSWORD })).await.status(), StatusCode::NOT_FOUND, "once");
        let ana = app.log_in("ana").await;
        assert_eq!((ana.get("/me").await["role"].clone(), ana.get("/inquiries").await["inquiries"].clone()), (json!("staff"), json!([])));
        assert_eq!(admin.get("/people").await["invitations"], json!([]));
        let gone = admin.send("DELETE", &format!("/invitations/{}", made["id"].as_str().unwrap()), None).await;
        assert_eq!(gone.status(), StatusCode::NOT_FOUND, "accepted ones are not taken back");
    }

    async fn a_forgotten_password(app: TestApp) {
        let ask = async |email: &str| app.client.post(app.url("/api/v1/password-reset")).json(&json!({ "email": email })).send().await.unwrap().status();
        assert_eq!((ask("nobody@maplevalley.example").await, ask("dewey@maplevalley.example").await), (StatusCode::ACCEPTED, StatusCode::ACCEPTED), "nobody learns who has an account");
        let dewey = app.log_in("dewey").await;
        let mail = app.mail(1).await.remove(0);
        assert!(mail.contains("To: Dewey Ortiz") || mail.contains("To: \"Dewey Ortiz\""), "{mail}");
        let word = word_of(&mail, "password").to_owned();
        let put = async |body: Value| app.client.put(app.url("/api/v1/password-reset")).json(&body).send().await.unwrap().status();
        assert_eq!(put(json!({ "token": word, "password": "short" })).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(put(json!({ "token": word, "password": "a loud porch light" })).await, StatusCode::NO_CONTENT);
        assert_eq!(put(json!({ "token": word, "password": "yet another one" })).await, StatusCode::NOT_FOUND, "once");
        assert_eq!(dewey.send("GET", "/me", None).await.status(), StatusCode::UNAUTHORIZED, "every session ended");
        let log_in = async |password: &str| app.client.post(app.url("/api/v1/session")).json(&json!({ "email": "dewey@maplevalley.example", "password": password })).send().await.unwrap().status();
        assert_eq!((log_in(PASSWORD).await, log_in("a loud porch light").await), (StatusCode::UNAUTHORIZED, StatusCode::NO_CONTENT));
    }

    /// Codes of an authenticator count once; recovery codes, too; and a district can ask for it.
    async fn a_second_factor(app: TestApp = Wish { now: Some("2026-11-23T17:00:00Z"), ..Wish::default() }) {
        let admin = app.log_in("admin").await;
        assert!(no(&admin, "PUT", "/second-factor", json!({ "required": true })).await.contains("your own"), "nobody locks themselves out");
        let secret = ok(&admin, "POST", "/me/second-factor", json!({})).await;
        assert!(secret["uri"].as_str().unwrap().starts_with("otpauth://totp/") && secret["qr"].as_str().unwrap().contains("<svg"));
        let totp = totp_rs::Builder::new().with_secret(totp_rs::Secret::try_from_base32(secret["secret"].as_str().unwrap()).unwrap()).build().unwrap();
        let code = || totp.generate(u64::try_from(app.app.now().as_second()).unwrap()).to_string();
        assert!(no(&admin, "PUT", "/me/second-factor", json!({ "code": "000000" })).await.contains("not right"));
        let codes = ok(&admin, "PUT", "/me/second-factor", json!({ "code": code() })).await;
        let recovery = codes["codes"][0].as_str().unwrap().to_owned();
        assert_eq!(codes["codes"].as_array().unwrap().len(), 10);

        let log_in = async |code: Option<String>| {
            let body = json!({ "email": "admin@maplevalley.example", "password": PASSWORD, "code": code });
            let answer = app.client.post(app.url("/api/v1/session")).json(&body).send().await.unwrap();
            let status = answer.status();
            let code = if status.is_success() { String::new() } else { answer.json::<Value>().await.unwrap()["code"].as_str().unwrap().to_owned() };
            (status.as_u16(), code)
        };
        let asked = (401, String::from("second_factor"));
        assert_eq!(log_in(None).await, asked);
        assert_eq!(log_in(Some(code())).await, asked, "the code that confirmed it was used up");
        app.clock.as_ref().unwrap().set("2026-11-23T17:01:00Z".parse().unwrap());
        assert_eq!(log_in(Some(code())).await.0, 204);
        assert_eq!(log_in(Some(code())).await, asked, "a code counts once");
        assert_eq!(log_in(Some(recovery.to_uppercase().replace('-', " "))).await.0, 204);
        assert_eq!(log_in(Some(recovery)).await, asked, "so does a recovery code");

        ok(&admin, "PUT", "/second-factor", json!({ "required": true })).await;
        let dewey = app.log_in("dewey").await;
        assert_eq!(dewey.get("/me").await["second_factor_missing"], true);
        let shut: Value = dewey.send("GET", "/inquiries", None).await.json().await.unwrap();
        assert_eq!(shut["code"], "second_factor_missing");
        // An administrator helps who lost phone and codes.
        let me = app.account("admin").await;
        let second = app.add_person(&app.district_id(), "second", "Second Admin", Role::Administrator).await;
        assert!(!second.is_empty());
        ok(&admin, "DELETE", &format!("/people/{me}/second-factor"), json!({})).await;
        assert_eq!(log_in(None).await.0, 204);
    }

    async fn sessions_are_listed_and_ended(app: TestApp) {
        let (one, two) = (app.log_in("dewey").await, app.log_in("dewey").await);
        let list = one.get("/sessions").await;
        let others: Vec<&Value> = list.as_array().unwrap().iter().filter(|s| s["current"] == false).collect();
        assert_eq!((list.as_array().unwrap().len(), others.len()), (2, 1));
        assert!(!list.to_string().contains("hash"));
        let path = format!("/sessions/{}", others[0]["id"].as_str().unwrap());
        assert_eq!(app.log_in("claims").await.send("DELETE", &path, None).await.status(), StatusCode::NOT_FOUND, "one's own only");
        assert_eq!(one.send("DELETE", &path, None).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(two.send("GET", "/me", None).await.status(), StatusCode::UNAUTHORIZED);
        let change = json!({ "password": "wrong", "new": "a new quiet light" });
        assert!(no(&one, "PUT", "/me/password", change).await.contains("not your password"));
        ok(&one, "PUT", "/me/password", json!({ "password": PASSWORD, "new": "a new quiet light" })).await;
        assert_eq!(one.get("/me").await["name"], "Dewey Ortiz", "this session stays");
    }

    /// Who leaves keeps their history; what they had open is handed over, and both sides are told.
    async fn somebody_leaves(app: TestApp) {
        let code = app.windshield_receipt().await["code"].as_str().unwrap().to_owned();
        let (admin, dewey) = (app.log_in("admin").await, app.log_in("dewey").await);
        let account = app.account("dewey").await;
        let id = dewey.get("/inquiries").await["inquiries"][0]["id"].as_str().unwrap().to_owned();
        ok(&dewey, "POST", &format!("/inquiries/{id}/replies"), json!({ "text": "Dear Kim, we look into it." })).await;
        let sealed = app.given(Given { owner: Some(&account), confidential: true, ..Given::default() }).await;
        let path = format!("/people/{account}/deactivation");
        let words = no(&admin, "POST", &path, json!({})).await;
        assert!(words.contains("1 open confidential"), "{words}");
        let counselor = app.account("counselor").await;
        no(&admin, "POST", &path, json!({ "confidential_to": counselor })).await;
        let me = app.account("admin").await;
        let done = ok(&admin, "POST", &path, json!({ "confidential_to": me })).await;
        assert_eq!(done, json!({ "handed_over": 1, "to": "Marisol Vega", "confidential": 1 }));
        assert_eq!(dewey.send("GET", "/me", None).await.status(), StatusCode::UNAUTHORIZED);
        let open = admin.get(&format!("/inquiries/{id}")).await;
        assert_eq!((open["owner"]["name"].clone(), open["thread"][0]["by"]["name"].clone(), open["thread"][0]["by"]["left"].clone()), (json!("Marisol Vega"), json!("Dewey Ortiz"), json!(true)));
        let handed = open["audit"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((handed["action"].clone(), handed["reason"].clone()), (json!("assigned"), json!("Dewey Ortiz was deactivated.")));
        assert_eq!(admin.get(&format!("/inquiries/{sealed}")).await["owner"]["name"], "Marisol Vega", "by name");
        let page = app.get(&format!("/maple-valley/i/{code}")).await.text().await.unwrap();
        assert!(page.contains("Dewey Ortiz"), "what he said stays said");
        // New ones go on to the next in line; the last administrator and the fallback owner stay.
        app.windshield_receipt().await;
        assert_eq!(admin.get("/inquiries").await["inquiries"][0]["owner"]["name"], "Marisol Vega");
        assert!(no(&admin, "POST", &format!("/people/{me}/deactivation"), json!({})).await.contains("themselves"));
        assert!(no(&admin, "PUT", &format!("/people/{me}"), json!({ "role": "staff", "title": "" })).await.contains("last administrator"));
        ok(&admin, "DELETE", &path, json!({})).await;
        app.log_in("dewey").await;
        // Nor do inquiries come into hands that cannot answer them.
        app.given(Given { owner: Some(&account), ..Given::default() }).await;
        let role = json!({ "role": "observer", "title": "" });
        assert!(no(&admin, "PUT", &format!("/people/{account}"), role).await.contains("has open inquiries (1)"));
    }

    /// A rule sends it north, the owner there is away, the stand-in gets it; and nothing is lost when nobody is there.
    async fn rules_and_absences(app: TestApp = Wish { now: Some("2026-11-23T17:00:00Z"), ..Wish::default() }) {
        let admin = app.log_in("admin").await;
        let (claims, counselor) = (app.account("claims").await, app.account("counselor").await);
        let rule = |name: &str, when: Value, then: Value| json!({ "id": name, "name": name, "when": when, "then": then });
        let cedar = rule("Cedar", json!({ "topics": ["transportation"], "schools": ["cedar-elementary"] }), json!({ "owner": claims, "members": [counselor], "priority": "high" }));
        let never = rule("Never", json!({ "topics": ["transportation"], "answers": [{ "field": "spaceship", "not_empty": true }] }), json!({ "owner": claims }));
        let words = no(&admin, "PUT", "/routing", json!({ "version": 0, "rules": [cedar, never] })).await;
        assert!(words.contains("“Never” never fits"), "{words}");
        let hidden = rule("Hidden", json!({ "topics": ["transportation"], "schools": ["cedar-elementary"], "kinds": ["concern"] }), json!({ "owner": counselor }));
        let words = no(&admin, "PUT", "/routing", json!({ "version": 0, "rules": [cedar, hidden] })).await;
        assert!(words.contains("“Hidden” never decides: “Cedar”"), "{words}");

        let cedar_says = async |text: &str| {
            let mut body = app.windshield().await;
            (body["school"], body["answers"]["what_happened"]) = (json!("cedar-elementary"), json!(text));
            let receipt: Value = app.submit(&new_key(), &body).await.json().await.unwrap();
            let list = admin.get("/inquiries?view=everything").await;
            list["inquiries"].as_array().unwrap().iter().find(|i| i["reference"] == receipt["reference"]).expect("in the list").clone()
        };
        assert_eq!(cedar_says("Before the rule.").await["owner"]["name"], "Dewey Ortiz");
        // Trying out changes nothing.
        let trial = ok(&admin, "POST", "/routing/trial", json!({ "rules": [cedar] })).await;
        assert_eq!((trial["lines"][0]["owner"]["name"].clone(), trial["lines"][0]["owner_now"]["name"].clone(), trial["lines"][0]["rule"].clone()), (json!("Bev Castellan"), json!("Dewey Ortiz"), json!("Cedar")));
        ok(&admin, "PUT", "/routing", json!({ "version": 0, "rules": [cedar] })).await;
        let stale = admin.send("PUT", "/routing", Some(json!({ "version": 0, "rules": [] }))).await;
        assert_eq!(stale.status(), StatusCode::CONFLICT, "who changed them since is not overwritten");
        let routed = cedar_says("By the rule.").await;
        assert_eq!((routed["owner"]["name"].clone(), routed["priority"].clone()), (json!("Bev Castellan"), json!("high")));
        let full = admin.get(&format!("/inquiries/{}", routed["id"].as_str().unwrap())).await;
        assert_eq!(full["members"][0]["name"], "Naomi Reyes");

        // Bev is away, Dewey stands in: he gets what comes, and sees what she has.
        let bev = app.log_in("claims").await;
        let dewey = app.account("dewey").await;
        no(&bev, "POST", "/me/absences", json!({ "from": "2026-11-24", "to": "2026-11-23", "stand_in": null })).await;
        ok(&bev, "POST", "/me/absences", json!({ "from": "2026-11-23", "to": "2026-11-25", "stand_in": dewey })).await;
        assert_eq!(cedar_says("She is away.").await["owner"]["name"], "Dewey Ortiz");
        let back = app.log_in("dewey").await;
        assert!(no(&back, "POST", "/me/absences", json!({ "from": "2026-11-24", "to": "2026-11-26", "stand_in": claims })).await.contains("leads back here"));
        // Away without a stand-in: the next in line.
        ok(&back, "POST", "/me/absences", json!({ "from": "2026-11-23", "to": "2026-11-26", "stand_in": null })).await;
        assert_eq!(cedar_says("Both are away.").await["owner"]["name"], "Marisol Vega");
        let told = admin.get("/ownerless").await;
        assert!(told["rules"][0]["words"].as_str().unwrap().contains("“Cedar” names Bev Castellan, who is away"), "{told}");
        assert!(told["count"].as_i64().unwrap() >= 1, "what Dewey has open is on the list");
        // Nobody at all: on every administrator's first screen.
        ok(&admin, "POST", "/me/absences", json!({ "from": "2026-11-23", "to": "2026-11-26", "stand_in": null })).await;
        let nobody = cedar_says("Nobody is there.").await;
        assert_eq!(nobody["owner"], json!(null));
        let told = admin.get("/ownerless").await;
        assert!(told["inquiries"].as_array().unwrap().iter().any(|i| i["id"] == nobody["id"]));
        assert!(told["topics"].as_array().unwrap().iter().any(|t| t["topic"]["id"] == "food"));
    }
}

/// Whatever rules, absences and deactivations, and however the sender goes on: every open inquiry is seen by its owner,
/// or is on the administrators' list.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_ever_nobodys_unseen() {
    let app = TestApp::wish(Wish { now: Some("2026-11-23T17:00:00Z"), engine: Engine::Sqlite, ..Wish::default() }).await;
    let admin = app.log_in("admin").await;
    let names = ["dewey", "claims", "counselor"];
    let mut accounts = Vec::new();
    for name in names {
        accounts.push(app.account(name).await);
    }
    let me = app.account("admin").await;
    let rounds = if std::env::var_os("PORCHLIGHT_TEST_ALL").is_some() { 300 } else { 40 };
    let step = (0_usize..8, 0_usize..3, 0_usize..4, any::<bool>());
    let steps = proptest::collection::vec(step, rounds);
    let steps = steps.new_tree(&mut TestRunner::deterministic()).unwrap().current();
    let mut codes: Vec<String> = Vec::new();
    let (mut version, mut day) = (0, 0);
    for (number, (what, who, by, flag)) in steps.into_iter().enumerate() {
        let who_account = &accounts[who];
        match what {
            0 | 1 => {
                let mut body = app.windshield().await;
                body["topic"] = json!("transportation");
                body["confidential"] = json!(flag);
                let receipt: Value = app.submit(&new_key(), &body).await.json().await.unwrap();
                codes.push(receipt["code"].as_str().unwrap().to_owned());
            }
            2 => {
                let from = day;
                let away = json!({
                    "from": format!("2026-12-{:02}", 1 + from), "to": format!("2026-12-{:02}", 1 + (from + by).min(27)),
                    "stand_in": if flag { accounts.get(by) } else { None },
                });
                // A circle, or somebody who left, is refused; that is fine here.
                admin.send("POST", &format!("/people/{who_account}/absences"), Some(away)).await;
            }
            3 => drop(
                admin.send("POST", &format!("/people/{who_account}/deactivation"), Some(json!({ "confidential_to": me }))).await,
            ),
            4 => drop(admin.send("DELETE", &format!("/people/{who_account}/deactivation"), None).await),
            5 => {
                let rule = json!({ "id": "1", "name": "One", "when": if flag { json!({ "topics": ["transportation"] }) } else { json!({}) }, "then": { "owner": who_account } });
                if admin.send("PUT", "/routing", Some(json!({ "version": version, "rules": [rule] }))).await.status()
                    == StatusCode::OK
                {
                    version += 1;
                }
            }
            6 => {
                if let Some(code) = codes.get(by) {
                    let form = reqwest::multipart::Form::new()
                        .text("token", app.token().await)
                        .text("key", new_key())
                        .text("text", "And still.");
                    app.client.post(app.url(&format!("/maple-valley/i/{code}"))).multipart(form).send().await.unwrap();
                }
            }
            _ => {
                day = (day + by) % 27;
                let at = format!("2026-12-{:02}T18:00:00Z", 1 + day);
                app.clock.as_ref().unwrap().set(at.parse().unwrap());
            }
        }
        app.app.refresh_districts().await.unwrap();
        let district = app.app.district("maple-valley").unwrap();
        let unseen = answer::unseen(&app.app, &district, &me).await.unwrap();
        let listed: Vec<&str> = unseen.first.iter().map(|i| i.id.as_str()).collect();
        let everything = porchlight_server::store::Scope::Everything { account: me.clone() };
        let open = porchlight_server::store::Filter {
            statuses: vec![Status::New, Status::Open, Status::Waiting],
            limit: 200,
            ..porchlight_server::store::Filter::of(everything)
        };
        for inquiry in app.app.db.inquiries(&district.id, &open).await.unwrap() {
            let seen =
                answer::is_seen(&district, inquiry.owner_id.as_deref(), inquiry.confidential, app.app.now().as_millisecond());
            let on_list = listed.contains(&inquiry.id.as_str()) || unseen.count > 50;
            assert!(seen || on_list, "step {number}: {inquiry:?} is seen by nobody");
        }
    }
    assert!(codes.len() > 3);
}

on_both_engines! {
    /// One mail for a burst, with all that is needed to decide, and nothing that is confidential.
    async fn a_burst_is_one_mail(app: TestApp = Wish { now: Some("2026-11-23T17:00:00Z"), ..Wish::default() }) {
        for _ in 0..3 { app.windshield_receipt().await; }
        let mut sealed = app.windshield().await;
        (sealed["confidential"], sealed["answers"]["what_happened"]) = (json!(true), json!("A secret about my neighbour."));
        app.submit(&new_key(), &sealed).await;
        app.clock.as_ref().unwrap().set("2026-11-23T17:01:30Z".parse().unwrap());
        app.work_off().await;
        let mails = app.mail(5).await;
        let to_dewey: Vec<&String> = mails.iter().filter(|m| m.contains("dewey@maplevalley.example")).collect();
        assert_eq!(to_dewey.len(), 1, "{mails:#?}");
        let mail = to_dewey[0];
        for needed in ["4 inquiries need you", "A binder hit my windshield.", "Elm St & 4th", "Kim", "An answer is promised by", "/console#/inquiry/", "confidential"] {
            assert!(mail.contains(needed), "{needed}: {mail}");
        }
        assert!(!mail.contains("secret"), "{mail}");
        // Read in the console already: no mail is needed; and nights are quiet.
        let dewey = app.log_in("dewey").await;
        ok(&dewey, "PUT", "/me/notifications", json!({ "mail": "at_once", "quiet": ["08:00", "20:00"], "daily_at": "07:30" })).await;
        no(&dewey, "PUT", "/me/notifications", json!({ "mail": "at_once", "quiet": ["8", "20:00"], "daily_at": "07:30" })).await;
        app.windshield_receipt().await;
        app.clock.as_ref().unwrap().set("2026-11-23T17:10:00Z".parse().unwrap());
        app.work_off().await;
        let before = app.mail(6).await.len();
        app.clock.as_ref().unwrap().set("2026-11-24T04:00:01Z".parse().unwrap());
        app.work_off().await;
        let after = app.mail(before + 1).await;
        assert_eq!(after.iter().filter(|m| m.contains("dewey@maplevalley.example")).count(), 2);
        ok(&dewey, "POST", "/notifications/read", json!({})).await;
        assert_eq!(dewey.get("/notifications").await["unread"], 0);
    }

    /// The audit trail only grows: the database itself refuses everything else.
    async fn the_trail_only_grows(app: TestApp) {
        app.windshield_receipt().await;
        let admin = app.log_in("admin").await;
        let url = app.app.settings.database_url.clone();
        sqlx::any::install_default_drivers();
        let pool = sqlx::AnyPool::connect(&url).await.unwrap();
        for sql in ["UPDATE audit SET action = 'nothing'", "DELETE FROM audit"] {
            let refused = sqlx::query(sql).execute(&pool).await.unwrap_err().to_string();
            assert!(refused.contains("audit trail"), "{sql}: {refused}");
        }
        pool.close().await;
        let id = admin.get("/inquiries").await["inquiries"][0]["id"].as_str().unwrap().to_owned();
        ok(&admin, "PUT", &format!("/inquiries/{id}/priority"), json!({ "priority": "high" })).await;
        let trail = admin.get(&format!("/trail?inquiry={id}")).await;
        let newest = trail["entries"][0].clone();
        assert_eq!((newest["action"].clone(), newest["by"].clone(), newest["from"].clone(), newest["to"].clone()), (json!("priority_set"), json!("Marisol Vega"), json!("normal"), json!("high")));
        let csv = admin.raw(|c| c.get(app.url("/api/v1/trail")).header("accept", "text/csv")).await.text().await.unwrap();
        assert!(csv.starts_with("at,by,action,inquiry,from,to,reason,detail") && csv.contains("priority_set,MV-"), "{csv}");
    }
}
