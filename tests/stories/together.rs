//! Colleagues at one inquiry: let in, told, not in each other's way, and able to take things back.

use porchlight_tests::app::{Staff, Wish, new_key};
use porchlight_tests::office::Given;
use reqwest::StatusCode;
use serde_json::{Value, json};

pub(crate) async fn first(staff: &Staff<'_>) -> String {
    staff.get("/inquiries").await["inquiries"][0]["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn post(staff: &Staff<'_>, path: &str, body: Value) -> Value {
    let answer = staff.send("POST", path, Some(body)).await;
    assert!(answer.status().is_success(), "{path}: {} {}", answer.status(), answer.text().await.unwrap());
    let text = answer.text().await.unwrap();
    if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() }
}

pub(crate) async fn refused(staff: &Staff<'_>, method: &str, path: &str, body: Value) -> (StatusCode, Value) {
    let answer = staff.send(method, path, Some(body)).await;
    assert!(answer.status().is_client_error(), "{path}: {}", answer.status());
    (answer.status(), answer.json().await.unwrap())
}

/// How many replies there are: those that left, and those that are about to.
fn all(open: &Value) -> usize {
    ["thread", "held"].map(|list| open[list].as_array().unwrap().len()).iter().sum()
}

/// A reply that can be taken back for ten seconds.
fn undoable(text: &str, seen: &Value) -> Value {
    json!({ "text": text, "undoable": true, "seen": seen.as_str().unwrap_or_default() })
}

pub(crate) fn graceful() -> Wish {
    Wish { now: Some("2026-11-23T17:00:00Z"), settings: vec![("PORCHLIGHT_UNDO_SECONDS", String::from("10"))], ..Wish::default() }
}

on_both_engines! {
    /// For ten seconds a reply is its writer's to take back; then it leaves, once.
    async fn a_reply_can_be_taken_back(app: TestApp = graceful()) {
        let receipt = app.windshield_receipt().await;
        let code = receipt["code"].as_str().unwrap();
        let dewey = app.log_in("dewey").await;
        let id = first(&dewey).await;
        let path = format!("/inquiries/{id}");
        let held = post(&dewey, &format!("{path}/replies"), undoable("Dear Kim, no.", &Value::Null)).await;
        let open = dewey.get(&path).await;
        assert_eq!((open["held"][0]["mine"].clone(), open["thread"].as_array().unwrap().len()), (json!(true), 0));
        assert_eq!(open["status"], "new", "nothing has happened yet");
        // What is just leaving was written for one sender: it gets no other readers on its way.
        let other = app.given(Given { name: Some("Pat"), ..Given::default() }).await;
        let (status, words) = refused(&dewey, "POST", &format!("/inquiries/{other}/merge"), json!({ "into": id })).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && words.to_string().contains("just leaving"), "{words}");
        let back = dewey.send("DELETE", &format!("{path}/replies/{}", held["id"].as_str().unwrap()), None).await;
        assert_eq!(back.status(), StatusCode::NO_CONTENT);
        let open = dewey.get(&path).await;
        assert_eq!((open["held"].clone(), open["drafts"]["reply"].clone()), (json!([]), json!("Dear Kim, no.")));

        // What could not leave is refused while its writer is here.
        let wrong = json!({ "text": "Here.", "undoable": true, "files": ["nothing"] });
        assert_eq!(refused(&dewey, "POST", &format!("{path}/replies"), wrong).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        let held = post(&dewey, &format!("{path}/replies"), undoable("Dear Kim, yes.", &Value::Null)).await;
        app.clock.as_ref().unwrap().set("2026-11-23T17:00:11Z".parse().unwrap());
        app.work_off().await;
        let late = dewey.send("DELETE", &format!("{path}/replies/{}", held["id"].as_str().unwrap()), None).await;
        assert_eq!(late.status(), StatusCode::CONFLICT);
        let open = dewey.get(&path).await;
        assert_eq!((open["thread"][0]["text"].clone(), open["status"].clone(), open["drafts"]["reply"].clone()), (json!("Dear Kim, yes."), json!("open"), json!(null)));
        let page = app.get(&format!("/maple-valley/i/{code}")).await.text().await.unwrap();
        assert!(page.contains("Dear Kim, yes.") && !page.contains("Dear Kim, no."));
        let mails = app.mail(2).await;
        assert_eq!(mails.iter().filter(|m| m.contains("Dear Kim, yes.")).count(), 1);
    }

    /// Two reply at once: the second one sees what was just sent before theirs goes out.
    async fn two_replies_at_once(app: TestApp = graceful()) {
        app.windshield_receipt().await;
        let (dewey, claims) = (app.log_in("dewey").await, app.log_in("claims").await);
        let id = first(&dewey).await;
        let replies = format!("/inquiries/{id}/replies");
        let (one, two) = (dewey.get(&format!("/inquiries/{id}")).await, claims.get(&format!("/inquiries/{id}")).await);
        dewey.send("PUT", &format!("/inquiries/{id}/drafts/reply"), Some(json!({ "text": "Dear Kim, the district" }))).await;
        let seen_by_claims = claims.get(&format!("/inquiries/{id}")).await;
        assert_eq!(seen_by_claims["replying"][0]["name"], "Dewey Ortiz");
        assert_eq!(seen_by_claims["drafts"]["reply"], json!(null), "a draft is its writer's");
        post(&dewey, &replies, undoable("Dear Kim, the district pays.", &one["seen"])).await;
        // Held or gone, it is news to the other.
        let (status, problem) = refused(&claims, "POST", &replies, undoable("Dear Kim, ask your insurance.", &two["seen"])).await;
        assert_eq!((status, problem["code"].as_str().unwrap()), (StatusCode::CONFLICT, "replied_meanwhile"));
        let shown = claims.get(&format!("/inquiries/{id}")).await;
        assert_eq!(shown["held"][0]["text"], "Dear Kim, the district pays.");
        app.clock.as_ref().unwrap().set("2026-11-23T17:00:05Z".parse().unwrap());
        // Having seen it, they may still send theirs; and a program that does not ask is not asked.
        post(&claims, &replies, undoable("Dear Kim, here is the form for it.", &shown["seen"])).await;
        app.clock.as_ref().unwrap().set("2026-11-23T17:00:11Z".parse().unwrap());
        app.work_off().await;
        app.clock.as_ref().unwrap().set("2026-11-23T17:00:16Z".parse().unwrap());
        app.work_off().await;
        let thread = dewey.get(&format!("/inquiries/{id}")).await["thread"].clone();
        let said: Vec<&str> = thread.as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap()).collect();
        assert_eq!(said, ["Dear Kim, the district pays.", "Dear Kim, here is the form for it."]);
        post(&dewey, &replies, json!({ "text": "One more thing." })).await;
    }

    /// A reply that leaves is about to, or has left: at no moment is it in neither place, and news again to who has seen it.
    async fn a_reply_that_leaves_is_never_out_of_sight(app: TestApp = graceful()) {
        app.windshield_receipt().await;
        let (dewey, claims) = (app.log_in("dewey").await, app.log_in("claims").await);
        let path = format!("/inquiries/{}", first(&dewey).await);
        for count in 1..=12 {
            post(&dewey, &format!("{path}/replies"), undoable("Dear Kim, the district pays.", &Value::Null)).await;
            let newest = claims.get(&path).await["seen"].clone();
            let look = async || {
                while {
                    let open = claims.get(&path).await;
                    assert_eq!((&open["seen"], all(&open)), (&newest, count), "{open}");
                    !open["held"].as_array().unwrap().is_empty()
                } {}
            };
            app.clock.as_ref().unwrap().advance(jiff::SignedDuration::from_secs(11));
            tokio::join!(app.work_off(), futures_util::future::join_all([look(), look(), look(), look(), look(), look()]));
        }
    }

    /// The same reply pressed twice is held once; another text under the key is refused.
    async fn pressing_twice_holds_once(app: TestApp = graceful()) {
        app.windshield_receipt().await;
        let dewey = app.log_in("dewey").await;
        let id = first(&dewey).await;
        let key = new_key();
        let press = |text: &'static str| {
            let (url, key, base) = (app.url(&format!("/api/v1/inquiries/{id}/replies")), key.clone(), app.base.clone());
            dewey.raw(move |c| c.post(url).header("origin", base).header("idempotency-key", key).json(&undoable(text, &Value::Null)))
        };
        assert_eq!(press("Dear Kim").await.status(), StatusCode::ACCEPTED);
        assert_eq!(press("Dear Kim").await.status(), StatusCode::ACCEPTED);
        assert_eq!(press("Dear Pat").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(dewey.get(&format!("/inquiries/{id}")).await["held"].as_array().unwrap().len(), 1);
        app.clock.as_ref().unwrap().set("2026-11-23T17:00:11Z".parse().unwrap());
        app.work_off().await;
        // Also when it has left, the same is no error and adds nothing.
        assert!(press("Dear Kim").await.status().is_success());
        assert_eq!(dewey.get(&format!("/inquiries/{id}")).await["thread"].as_array().unwrap().len(), 1);
    }

    /// A name in a note tells that person and lets them in.
    async fn a_mention_lets_a_colleague_in(app: TestApp) {
        app.windshield_receipt().await;
        let (dewey, counselor) = (app.log_in("dewey").await, app.log_in("counselor").await);
        let id = first(&dewey).await;
        let path = format!("/inquiries/{id}");
        assert_eq!(counselor.send("GET", &path, None).await.status(), StatusCode::NOT_FOUND);
        post(&dewey, &format!("{path}/notes"), json!({ "text": "@naomi reyes, do you know this driver? kim@naomi is no name." })).await;
        let open = counselor.get(&path).await;
        assert_eq!((open["members"][0]["name"].clone(), open["may"]["reply"].clone()), (json!("Naomi Reyes"), json!(true)));
        let news = counselor.get("/notifications").await;
        assert_eq!((news["unread"].clone(), news["notices"][0]["kind"].clone(), news["notices"][0]["by"].clone()), (json!(1), json!("mentioned"), json!("Dewey Ortiz")));
        counselor.send("PUT", &format!("{path}/read"), None).await;
        assert_eq!(counselor.get("/notifications").await["unread"], 0);
        let read_by = dewey.get(&path).await["read_by"].clone();
        assert_eq!(read_by[0]["name"], "Naomi Reyes");
        let counselors = app.account("counselor").await;
        let gone = dewey.send("DELETE", &format!("{path}/members/{counselors}"), None).await;
        assert_eq!(gone.status(), StatusCode::OK);
        assert_eq!(counselor.send("GET", &path, None).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(counselor.get("/notifications").await["notices"], json!([]), "what may not be seen is not told");
    }

    /// Handing on names the next owner, carries a reason, and tells the sender where the promise moves.
    async fn handing_on_is_no_dead_end(app: TestApp = Wish { now: Some("2026-11-23T17:00:00Z"), ..Wish::default() }) {
        let mut spanish = app.windshield().await;
        (spanish["locale"], spanish["contact"]) = (json!("es"), json!({ "name": "Ana", "email": "ana@example.org", "phone": null }));
        app.windshield_receipt().await;
        assert_eq!(app.submit(&new_key(), &spanish).await.status(), StatusCode::CREATED);
        let dewey = app.log_in("dewey").await;
        let naomi = app.account("counselor").await;
        let list = dewey.get("/inquiries").await;
        for item in list["inquiries"].as_array().unwrap() {
            let path = format!("/inquiries/{}", item["id"].as_str().unwrap());
            let (status, problem) = refused(&dewey, "POST", &format!("{path}/assignment"), json!({ "owner": naomi })).await;
            assert_eq!((status, problem["errors"][0]["field"].as_str().unwrap()), (StatusCode::UNPROCESSABLE_ENTITY, "reason"));
            let to = json!({ "owner": naomi, "reason": "A pupil is in trouble, not a bus.", "due": "2026-12-01T22:00:00Z" });
            post(&dewey, &format!("{path}/assignment"), to).await;
            // Whoever handed it on may follow it.
            let open = dewey.get(&path).await;
            assert_eq!((open["owner"]["name"].clone(), open["due_at"].clone()), (json!("Naomi Reyes"), json!("2026-12-01T22:00:00.000Z")));
            let entry = open["audit"].as_array().unwrap().iter().find(|a| a["action"] == "assigned").unwrap().clone();
            assert_eq!((entry["reason"].clone(), entry["by"].clone()), (json!("A pupil is in trouble, not a bus."), json!("Dewey Ortiz")));
            assert!(entry["from"].as_str().unwrap().starts_with("Dewey Ortiz") && entry["to"].as_str().unwrap().starts_with("Naomi Reyes"), "{entry}");
        }
        app.work_off().await;
        let mails = app.mail(4).await;
        let moved = |to: &str| mails.iter().find(|m| m.contains(&format!("To: {to}")) && m.contains("Naomi Reyes")).unwrap_or_else(|| panic!("{to} is told: {mails:#?}"));
        assert!(moved("Kim").contains("It will be by Tuesday, December 1, 2 pm instead."), "{}", moved("Kim"));
        assert!(moved("Ana").contains("Ahora será a más tardar el martes"), "{}", moved("Ana"));
        assert!(mails.iter().all(|m| !m.contains("A pupil is in trouble")), "a reason is for colleagues");
    }

    /// Many at once, with one way back; what cannot be is left out and named.
    async fn many_at_once(app: TestApp) {
        for _ in 0..3 { app.windshield_receipt().await; }
        let dewey = app.log_in("dewey").await;
        let foreign = app.given(Given { topic: "food", ..Given::default() }).await;
        let ids: Vec<String> = dewey.get("/inquiries").await["inquiries"].as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids.len(), 3);
        dewey.send("POST", &format!("/inquiries/{}/closure", ids[0]), None).await;
        let mut all = ids.clone();
        all.push(foreign.clone());
        let done = post(&dewey, "/bulk", json!({ "ids": all, "do": "close" })).await;
        let mut why: Vec<(&str, &str)> = done["skipped"].as_array().unwrap().iter().map(|s| (s["id"].as_str().unwrap(), s["why"].as_str().unwrap())).collect();
        why.sort_by_key(|(_, why)| *why);
        assert_eq!(why, [(ids[0].as_str(), "not_now"), (foreign.as_str(), "not_yours")]);
        let closed = async || dewey.get("/inquiries?status=closed").await["inquiries"].as_array().unwrap().len();
        assert_eq!(closed().await, 3);
        post(&dewey, &format!("/undo/{}", done["undo"].as_str().unwrap()), Value::Null).await;
        assert_eq!(closed().await, 1, "what was closed before stays closed");
        let again = dewey.send("POST", &format!("/undo/{}", done["undo"].as_str().unwrap()), None).await;
        assert_eq!(again.status(), StatusCode::NOT_FOUND, "once");

        let done = post(&dewey, "/bulk", json!({ "ids": ids, "do": { "tag": { "add": ["#Late Bus"], "remove": [] } } })).await;
        assert_eq!(dewey.get("/inquiries?tag=late%20bus").await["inquiries"].as_array().unwrap().len(), 3);
        assert_eq!(dewey.get("/me").await["tags"], json!(["late bus"]));
        let naomi = app.account("counselor").await;
        let handed = post(&dewey, "/bulk", json!({ "ids": ids, "do": { "assign": { "owner": naomi, "reason": "away" } } })).await;
        assert_eq!(dewey.get(&format!("/inquiries?owner={naomi}")).await["inquiries"].as_array().unwrap().len(), 3);
        // Somebody has gone on since: that one stays.
        post(&dewey, &format!("/inquiries/{}/notes", ids[1]), json!({ "text": "wait" })).await;
        let left = post(&dewey, &format!("/undo/{}", handed["undo"].as_str().unwrap()), Value::Null).await;
        assert_eq!((left["skipped"].as_array().unwrap().len(), left["skipped"][0]["id"].clone()), (1, json!(ids[1])));
        // Another one's way back is not this one's.
        let claims = app.log_in("claims").await;
        let foreign = claims.send("POST", &format!("/undo/{}", done["undo"].as_str().unwrap()), None).await;
        assert_eq!(foreign.status(), StatusCode::NOT_FOUND);
    }

    /// A closing that is taken back is told to nobody.
    async fn a_closing_that_was_taken_back_is_not_mailed(app: TestApp = graceful()) {
        app.windshield_receipt().await;
        let dewey = app.log_in("dewey").await;
        let id = first(&dewey).await;
        let before = dewey.get(&format!("/inquiries/{id}")).await["due_at"].clone();
        let done = post(&dewey, &format!("/inquiries/{id}/closure"), Value::Null).await;
        post(&dewey, &format!("/undo/{}", done["undo"].as_str().unwrap()), Value::Null).await;
        let open = dewey.get(&format!("/inquiries/{id}")).await;
        assert_eq!((open["status"].clone(), open["due_at"].clone()), (json!("new"), before), "as if nothing had been");
        app.clock.as_ref().unwrap().set("2026-11-23T17:00:05Z".parse().unwrap());
        post(&dewey, &format!("/inquiries/{id}/closure"), Value::Null).await;
        app.clock.as_ref().unwrap().set("2026-11-23T17:00:30Z".parse().unwrap());
        app.work_off().await;
        let mails = app.mail(2).await;
        assert_eq!(mails.iter().filter(|m| m.contains("/i/") && m.contains("closed")).count(), 1, "{mails:#?}");
    }

    /// Files go with a reply: the sender sees them, nobody else before.
    async fn files_go_with_a_reply(app: TestApp) {
        let code = app.windshield_receipt().await["code"].as_str().unwrap().to_owned();
        let dewey = app.log_in("dewey").await;
        let id = first(&dewey).await;
        let form = reqwest::multipart::Form::new().part("file", reqwest::multipart::Part::bytes(b"%PDF-1.4 a form".to_vec()).file_name("claim form.pdf"));
        let file: Value = dewey
            .raw(|c| c.post(app.url(&format!("/api/v1/inquiries/{id}/files"))).header("origin", &app.base).multipart(form))
            .await
            .json()
            .await
            .unwrap();
        let file = file["id"].as_str().unwrap().to_owned();
        let at = |code: &str| format!("/maple-valley/i/{code}/files/{file}");
        assert_eq!(app.get(&at(&code)).await.status(), StatusCode::NOT_FOUND, "not sent yet");
        // Somebody else's upload is not this one's to send.
        let claims = app.log_in("claims").await;
        let (status, _) = refused(&claims, "POST", &format!("/inquiries/{id}/replies"), json!({ "text": "Here.", "files": [file] })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        post(&dewey, &format!("/inquiries/{id}/replies"), json!({ "text": "Please fill this in.", "files": [file] })).await;
        assert_eq!(app.get(&at(&code)).await.status(), StatusCode::OK);
        let mails = app.mail(2).await;
        assert!(mails.iter().any(|m| m.contains("With it came: claim form.pdf")), "{mails:#?}");
    }
}

on_both_engines! {
    /// Merging: one thread, every sender answered, no sender shown the other; and back again.
    async fn duplicates_are_merged_by_people(app: TestApp) {
        let first_code = app.windshield_receipt().await["code"].as_str().unwrap().to_owned();
        let mut second = app.windshield().await;
        second["contact"] = json!({ "name": "Pat", "email": "pat@example.org", "phone": null });
        second["answers"] = json!({ "road": "4th & Elm St", "bus": "12", "what_happened": "Something from the bus broke a window. My neighbour Lou saw it." });
        let second: Value = app.submit(&new_key(), &second).await.json().await.unwrap();
        let second_code = second["code"].as_str().unwrap().to_owned();
        let dewey = app.log_in("dewey").await;
        let list = dewey.get("/inquiries").await;
        let of = |name: &str| list["inquiries"].as_array().unwrap().iter().find(|i| i["sender_name"] == name).unwrap()["id"].as_str().unwrap().to_owned();
        let (kim, pat) = (of("Kim"), of("Pat"));
        let related = dewey.get(&format!("/inquiries/{pat}/related")).await;
        assert_eq!(related["alike"][0]["id"], kim.as_str());
        assert_eq!(related["alike"][0]["because"], json!(["same_place", "same_day"]));
        assert_eq!(dewey.get(&format!("/inquiries/{pat}")).await["status"], "new", "nothing is merged by machine");

        let (status, _) = refused(&dewey, "POST", &format!("/inquiries/{pat}/merge"), json!({ "into": pat })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        post(&dewey, &format!("/inquiries/{pat}/merge"), json!({ "into": kim })).await;
        let (status, _) = refused(&dewey, "POST", &format!("/inquiries/{kim}/merge"), json!({ "into": pat })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "no circles");
        assert_eq!(dewey.get("/inquiries").await["inquiries"].as_array().unwrap().len(), 1);
        let merged = dewey.get(&format!("/inquiries/{kim}")).await;
        assert_eq!((merged["merged"][0]["sender"].clone(), merged["merged"][0]["answers"].as_array().unwrap().len()), (json!("Pat"), 3));
        let child = dewey.get(&format!("/inquiries/{pat}")).await;
        assert_eq!((child["merged_into"]["id"].clone(), child["may"]["reply"].clone()), (json!(kim), json!(false)));

        post(&dewey, &format!("/inquiries/{kim}/replies"), json!({ "text": "Dear both, we talk with the driver." })).await;
        let mails = app.mail(4).await;
        for (to, code) in [("kim@example.org", &first_code), ("pat@example.org", &second_code)] {
            assert!(mails.iter().any(|m| m.contains(to) && m.contains("we talk with the driver") && m.contains(code.as_str())), "{to}");
        }
        let page = async |code: &str| app.get(&format!("/maple-valley/i/{code}")).await.text().await.unwrap();
        assert!(page(&second_code).await.contains("we talk with the driver") && page(&first_code).await.contains("we talk with the driver"));
        assert!(!page(&second_code).await.contains("binder") && !page(&first_code).await.contains("Lou"), "no sender reads the other");
        // Pat writes on their own page: it is read, and due, in the one thread.
        let form = reqwest::multipart::Form::new().text("token", app.token().await).text("key", new_key()).text("text", "The window is fixed now.");
        app.client.post(app.url(&format!("/maple-valley/i/{second_code}"))).multipart(form).send().await.unwrap();
        let merged = dewey.get(&format!("/inquiries/{kim}")).await;
        let last = merged["thread"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((last["text"].clone(), last["of"].clone(), merged["due_at"].is_string()), (json!("The window is fixed now."), json!(pat), true));
        assert!(!page(&first_code).await.contains("The window is fixed"));

        let late = json!({ "text": "Too late.", "undoable": true });
        assert_eq!(refused(&dewey, "POST", &format!("/inquiries/{pat}/replies"), late).await.0, StatusCode::CONFLICT);

        let back = dewey.send("DELETE", &format!("/inquiries/{pat}/merge"), None).await;
        assert_eq!(back.status(), StatusCode::NO_CONTENT);
        let apart = dewey.get(&format!("/inquiries/{pat}")).await;
        assert_eq!((apart["merged_into"].clone(), apart["status"].clone(), apart["thread"][0]["text"].clone()), (json!(null), json!("open"), json!("The window is fixed now.")));
        assert!(apart["due_at"].is_string(), "what Pat wrote since waits for an answer: {apart}");
        let actions: Vec<&str> = apart["audit"].as_array().unwrap().iter().map(|a| a["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["received", "merged", "unmerged"]);
        assert!(page(&second_code).await.contains("we talk with the driver"), "what was said to them stays said");
    }

    /// Splitting: two matters, two numbers; and back again.
    async fn two_matters_are_split(app: TestApp) {
        let code = app.windshield_receipt().await["code"].as_str().unwrap().to_owned();
        let form = reqwest::multipart::Form::new().text("token", app.token().await).text("key", new_key()).text("text", "And lunch was cold again.");
        app.client.post(app.url(&format!("/maple-valley/i/{code}"))).multipart(form).send().await.unwrap();
        let admin = app.log_in("admin").await;
        let id = first(&admin).await;
        let message = admin.get(&format!("/inquiries/{id}")).await["thread"][0]["id"].as_str().unwrap().to_owned();
        let made = post(&admin, &format!("/inquiries/{id}/split"), json!({ "message": message, "topic": "food" })).await;
        let new = made["id"].as_str().unwrap();
        let split = admin.get(&format!("/inquiries/{new}")).await;
        assert_eq!((split["summary"].clone(), split["topic"]["id"].clone(), split["sender"]["name"].clone()), (json!("And lunch was cold again."), json!("food"), json!("Kim")));
        assert_eq!((split["split_from"]["id"].clone(), split["thread"][0]["text"].clone()), (json!(id), json!("And lunch was cold again.")));
        let old = admin.get(&format!("/inquiries/{id}")).await;
        assert_eq!((old["thread"].clone(), old["split_into"][0]["id"].clone()), (json!([]), json!(new)));
        let mails = app.mail(2).await;
        let told = mails.iter().find(|m| m.contains("a matter of its own")).expect("the sender is told");
        assert!(told.contains(split["reference"].as_str().unwrap()));
        let list = admin.get("/inquiries?q=lunch").await;
        assert_eq!(list["inquiries"][0]["id"], new);

        // Who answers for the one has no way into the other by it: putting back needs both, and shows nothing of what is sealed.
        let claims = app.account("claims").await;
        post(&admin, &format!("/inquiries/{new}/assignment"), json!({ "owner": claims, "reason": "Bev knows." })).await;
        admin.send("PUT", &format!("/inquiries/{id}/confidential"), Some(json!({ "confidential": true }))).await;
        let bev = app.log_in("claims").await;
        let seen = bev.get(&format!("/inquiries/{new}")).await["split_from"].clone();
        assert_eq!((seen["id"].clone(), seen["summary"].clone()), (json!(id), json!("")));
        assert_eq!(bev.send("DELETE", &format!("/inquiries/{new}/split"), None).await.status(), StatusCode::NOT_FOUND);
        admin.send("PUT", &format!("/inquiries/{id}/confidential"), Some(json!({ "confidential": false }))).await;

        let back: Value = admin.send("DELETE", &format!("/inquiries/{new}/split"), None).await.json().await.unwrap();
        assert_eq!(back["id"], id.as_str());
        assert_eq!(admin.get(&format!("/inquiries/{id}")).await["thread"][0]["text"], "And lunch was cold again.");
        assert_eq!(admin.get(&format!("/inquiries/{new}")).await["merged_into"]["id"], id.as_str());
    }
}
