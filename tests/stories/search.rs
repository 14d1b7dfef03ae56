//! Finding inquiries by their words: the same ones on both databases, and never more than one may read.

use porchlight_shared::status::{Kind, Priority};
use porchlight_tests::TestApp;
use porchlight_tests::app::Staff;
use porchlight_tests::office::Given;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Noon of a day of November 2026 in the district, in ms UTC.
fn day(day: i64) -> i64 {
    1_793_559_600_000 + (day - 1) * 86_400_000
}

async fn post(staff: &Staff<'_>, path: &str, body: Value) {
    let answer = staff.send("POST", path, Some(body)).await;
    assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
}

/// The inquiries that both databases are asked about, by name.
async fn fill(app: &TestApp) -> BTreeMap<&'static str, String> {
    let dewey = app.account("dewey").await;
    let kim = Given { name: Some("Kim Park"), owner: Some(&dewey), ..Given::default() };
    let long = format!("The door of the gym does not close. {} And the heating of bus 12 is broken.", "It is cold. ".repeat(12));
    let all = [
        (
            "delays",
            Given {
                text: "The buses were delayed again; bus 12 left my son behind.",
                school: Some("cedar-elementary"),
                at: Some(day(2)),
                ..kim.clone()
            },
        ),
        (
            "autobus",
            Given {
                text: "El autobús llegó tarde y dejó a mi niño en la parada.",
                locale: "es",
                name: Some("José Muñoz"),
                email: Some("jose@example.org"),
                at: Some(day(3)),
                ..kim.clone()
            },
        ),
        (
            "lunch",
            Given {
                topic: "food",
                text: "Could the lunch menu name the nuts? My daughter has an allergy.",
                kind: Kind::Question,
                name: Some("Pat Lee"),
                email: Some("pat@example.org"),
                at: Some(day(4)),
                ..kim.clone()
            },
        ),
        (
            "choir",
            Given {
                topic: "technology",
                text: "Thank you for the choir evening",
                kind: Kind::Compliment,
                name: None,
                email: None,
                owner: None,
                at: Some(day(5)),
                ..kim.clone()
            },
        ),
        ("chinese", Given { text: "校车晚点了，学生在雨里等", locale: "zh", at: Some(day(6)), ..kim.clone() }),
        ("gym", Given { topic: "technology", text: &long, priority: Priority::Critical, at: Some(day(7)), ..kim.clone() }),
        ("sealed", Given { text: "The driver shouted at my child on bus 12.", confidential: true, at: Some(day(8)), ..kim }),
    ];
    let mut ids = BTreeMap::new();
    for (name, given) in all {
        ids.insert(name, app.given(given).await);
    }
    let admin = app.log_in("admin").await;
    let at = |name: &str, what: &str| format!("/inquiries/{}/{what}", ids[name]);
    post(&admin, &at("delays", "notes"), json!({ "text": "Ask the depot about the brakes." })).await;
    post(&admin, &at("lunch", "replies"), json!({ "text": "We repaint the menu board on Friday." })).await;
    post(&admin, &at("lunch", "closure"), json!({})).await;
    post(&admin, &at("gym", "tags"), json!({ "add": ["Heating Winter"] })).await;
    let form = reqwest::multipart::Form::new()
        .part("file", reqwest::multipart::Part::bytes(b"%PDF-1.4 songs".to_vec()).file_name("Liederheft-Übersicht.pdf"));
    let url = app.url(&format!("/api/v1{}", at("choir", "files")));
    let file = admin.raw(|c| c.post(url).header("origin", &app.base).multipart(form)).await.json::<Value>().await.unwrap();
    post(&admin, &at("choir", "replies"), json!({ "text": "The booklet.", "files": [file["id"]] })).await;
    ids
}

/// The names of what is found, in the order in which it is shown; with what was told of it.
async fn found(staff: &Staff<'_>, ids: &BTreeMap<&'static str, String>, words: &str) -> (Vec<&'static str>, Value) {
    let query = form_urlencoded::byte_serialize(words.as_bytes()).collect::<String>();
    let list = staff.get(&format!("/inquiries?view=everything&q={query}")).await;
    let name = |line: &Value| ids.iter().find(|(_, id)| line["id"] == id.as_str()).map(|(name, _)| *name).expect("one of ours");
    (list["inquiries"].as_array().unwrap().iter().map(name).collect(), list["search"].clone())
}

/// In which order they come is another story.
fn sorted<'n>(names: &[&'n str]) -> Vec<&'n str> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

on_both_engines! {
    /// The shared test set: what was typed, and what is found.
    async fn everybody_finds_the_same(app: TestApp) {
        let ids = fill(&app).await;
        let admin = app.log_in("admin").await;
        let all = ["gym", "chinese", "choir", "lunch", "autobus", "delays"];
        for (words, expected) in [
            // Forms of a word, in both languages; case and accents.
            ("bus ", &["gym", "delays"][..]), ("delays ", &["delays"]), ("LATE ", &[]), ("autobuses ", &["autobus"]),
            ("autobus ", &["autobus"]), ("AUTOBÚS ", &["autobus"]), ("nino ", &["autobus"]), ("niños ", &["autobus"]),
            ("munoz ", &["autobus"]), ("nut ", &["lunch"]), ("allergies ", &["lunch"]),
            // As typed, a beginning counts; with a space after it, the word is finished.
            ("del", &["delays"]), ("del ", &[]), ("autob", &["autobus"]), ("lunch men", &["lunch"]), ("bus 12 beh", &["delays"]),
            // Phrases, and without.
            ("\"left my son\"", &["delays"]), ("\"my son left\"", &[]), ("\"bus 12\"", &["gym", "delays"]), ("bus -delayed ", &["gym"]),
            ("bus -\"left my son\"", &["gym"]), ("-bus ", &["chinese", "choir", "lunch", "autobus"]),
            // A language without spaces.
            ("校车", &["chinese"]), ("学生", &["chinese"]), ("生学", &[]),
            // Names, addresses, references, files, notes, replies, tags.
            ("kim park ", &["gym", "chinese", "delays"]), ("jose@example.org", &["autobus"]), ("liederheft ", &["choir"]),
            ("ubersicht.pdf", &["choir"]), ("brakes ", &["delays"]), ("repainting ", &["lunch"]), ("winter ", &["gym"]),
            // Keys.
            ("topic:food", &["lunch"]), ("topic:bus", &["chinese", "autobus", "delays"]), ("-topic:transportation", &["gym", "choir", "lunch"]),
            ("from:jose", &["autobus"]), ("from:\"kim par\"", &["gym", "chinese", "delays"]), ("from:pat@example.org", &["lunch"]),
            ("before:2026-11-04", &["autobus", "delays"]), ("after:2026-11-06", &["gym", "chinese"]),
            ("after:2026-11-03 before:2026-11-05", &["lunch", "autobus"]), ("-after:2026-11-03", &["delays"]),
            ("status:closed", &["lunch"]), ("is:critical", &["gym"]), ("is:anonymous", &["choir"]), ("is:confidential", &[]),
            ("owner:nobody", &["choir"]), ("owner:dewey bus ", &["gym", "delays"]), ("owner:me", &[]), ("tag:\"heating winter\"", &["gym"]),
            ("school:cedar", &["delays"]), ("kind:question", &["lunch"]), ("has:file", &["choir"]), ("lang:es", &["autobus"]),
            ("bus topic:technology", &["gym"]), ("topic:", &all),
            // What is no search is looked for all the same.
            ("colour:bus ", &[]), ("bus AND ( OR * ^ ' \\ :: ", &[]), ("b' | 'us:* ", &[]), ("\"bus 12 left", &["delays"]),
        ] {
            let (names, told) = found(&admin, &ids, words).await;
            assert_eq!(sorted(&names), sorted(expected), "{words}: {told}");
            assert_eq!(told["hits"], expected.len(), "{words}");
        }
        let reference = admin.get(&format!("/inquiries/{}", ids["choir"])).await["reference"].as_str().unwrap().to_owned();
        assert_eq!(found(&admin, &ids, &reference).await.0, ["choir"]);
        assert_eq!(found(&admin, &ids, &reference.to_lowercase()[3..7]).await.0, ["choir"], "a part of it that a caller remembers");
    }

    /// What cannot be understood is explained and looked for as it stands.
    async fn mistakes_are_explained(app: TestApp) {
        let ids = fill(&app).await;
        let admin = app.log_in("admin").await;
        app.given(Given { text: "About colour: red, before yesterday", ..Given::default() }).await;
        for (words, problem, hits) in [
            ("colour:red", "“colour:” is not something to search by", 1),
            ("\"left my son", "not closed", 1),
            ("topic:spaceships", "Nothing here is called topic:spaceships", 0),
            ("before:yesterday", "“yesterday” is not a day; write it like before:2026-11-23", 1),
            ("kind:anger", "Nothing here is called kind:anger", 0),
        ] {
            let query = form_urlencoded::byte_serialize(words.as_bytes()).collect::<String>();
            let list = admin.get(&format!("/inquiries?view=everything&q={query}")).await;
            assert!(list["search"]["problems"][0].as_str().is_some_and(|p| p.contains(problem)), "{words}: {}", list["search"]);
            assert_eq!(list["search"]["hits"], hits, "{words}");
        }
        assert!(found(&admin, &ids, "( - \"\"").await.1["problems"][0].as_str().unwrap().contains("no letter"));
        let answer = admin.send("GET", "/inquiries?q=bus&after=nowhere", None).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    }

    /// Best first: words of the heading, then words that stand together; and where they stand is shown.
    async fn the_best_comes_first_and_shows_why(app: TestApp) {
        let ids = fill(&app).await;
        let admin = app.log_in("admin").await;
        let (names, told) = found(&admin, &ids, "heating bus ").await;
        assert_eq!((names, told["best_first"].clone()), (vec!["gym"], json!(true)));
        let more = [("old", "Heating of the bus", day(1)), ("new", "Something else", day(9))];
        let mut ids = ids;
        for (name, text, at) in more {
            let text = if name == "new" { format!("{text}. {} The bus has no heating.", "And so on. ".repeat(20)) } else { text.to_owned() };
            ids.insert(name, app.given(Given { text: &text, at: Some(at), ..Given::default() }).await);
        }
        assert_eq!(found(&admin, &ids, "heating bus ").await.0, ["old", "new", "gym"], "the heading's words first, then the newest");
        let list = admin.get("/inquiries?view=everything&q=heating+bus+").await;
        let of = |name: &str| list["inquiries"].as_array().unwrap().iter().find(|i| i["id"] == ids[name].as_str()).unwrap()["excerpt"].clone();
        let marked: Vec<String> = of("gym").as_array().unwrap().iter().filter(|p| p["hit"] == true).map(|p| p["text"].as_str().unwrap().to_owned()).collect();
        assert_eq!(marked, ["heating", "bus"], "{}", of("gym"));
        // Pages go on where the one before ended.
        let first = admin.get("/inquiries?view=everything&q=heating+bus+&limit=2").await;
        let path = format!("/inquiries?view=everything&q=heating+bus+&limit=2&after={}", first["next"].as_str().unwrap());
        let second = admin.get(&path).await;
        let of = |list: &Value| list["inquiries"].as_array().unwrap().iter().map(|i| i["id"].clone()).collect::<Vec<_>>();
        assert_eq!([of(&first), of(&second)].concat(), [&ids["old"], &ids["new"], &ids["gym"]].map(|id| json!(id)));
    }

    /// The same permission as reading: nobody finds by its words what they may not read, not even as a number.
    async fn only_what_may_be_read_is_found(app: TestApp) {
        let mut ids = fill(&app).await;
        let recorder_id = app.account("recorder").await;
        ids.insert("heard", app.given(Given { text: "A caller about bus 12", entered_by: Some(&recorder_id), at: Some(day(9)), ..Given::default() }).await);
        let admin = app.log_in("admin").await;
        post(&admin, &format!("/inquiries/{}/notes", ids["heard"]), json!({ "text": "A note about brakes." })).await;
        for (who, words, expected) in [
            ("admin", "bus 12 ", &["heard", "gym", "delays"][..]),
            ("admin", "shouted ", &[]),
            ("observer", "bus 12 ", &["heard", "gym", "delays"]),
            ("observer", "brakes ", &["heard", "delays"]),
            ("dewey", "bus 12 ", &["heard", "sealed", "gym", "delays"]),
            ("dewey", "shouted ", &["sealed"]),
            ("dewey", "is:confidential", &["sealed"]),
            // On the team of the topic: not what is confidential, not other topics.
            ("claims", "bus 12 ", &["heard", "delays"]),
            ("claims", "shouted ", &[]),
            ("claims", "lunch ", &[]),
            // Recorders see what they wrote down, without notes.
            ("recorder", "bus 12 ", &["heard"]),
            ("recorder", "brakes ", &[]),
        ] {
            let staff = app.log_in(who).await;
            let (names, told) = found(&staff, &ids, words).await;
            assert_eq!(sorted(&names), sorted(expected), "{who}: {words}");
            assert_eq!(told["hits"], expected.len(), "{who}: {words}");
        }
        // Opened with a reason, it is found; let in, too.
        post(&admin, &format!("/inquiries/{}/unsealing", ids["sealed"]), json!({ "reason": "The parent calls me." })).await;
        assert_eq!(found(&admin, &ids, "shouted ").await.0, ["sealed"]);
        let dewey = app.log_in("dewey").await;
        let claims_id = app.account("claims").await;
        post(&dewey, &format!("/inquiries/{}/members", ids["sealed"]), json!({ "account": claims_id })).await;
        let claims = app.log_in("claims").await;
        assert_eq!(found(&claims, &ids, "shouted ").await.0, ["sealed"]);
        // What is no longer so is no longer found.
        post(&dewey, &format!("/inquiries/{}/assignment", ids["delays"]), json!({ "topic": "food", "reason": "About food." })).await;
        assert_eq!(found(&claims, &ids, "bus 12 ").await.0, ["heard", "sealed"]);
    }
}
