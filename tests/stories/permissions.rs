//! Who may do what: the whole table, asked of every route; and that one district knows nothing of another.

use porchlight_server::access::{Action, Relation, can, may};
use porchlight_server::http::{Guard, routes};
use porchlight_server::routing::Absence;
use porchlight_server::store::Relation as TeamRelation;
use porchlight_shared::status::Role;
use porchlight_tests::app::Staff;
use porchlight_tests::office::Given;
use porchlight_tests::{Engine, TestApp};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A path with nothing real in it but the inquiry.
fn filled(path: &str, inquiry: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{inquiry}" => inquiry,
        "{kind}" => "note",
        part if part.starts_with('{') => "nothing",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Calls with a body that no route takes, so that what is allowed changes nothing.
async fn call(staff: &Staff<'_>, method: &str, path: &str) -> StatusCode {
    let body = (method != "GET").then(|| json!("not what was asked for"));
    staff.send(method, path, body).await.status()
}

on_both_engines! {
    /// Role × relation × confidential × every route: the answer is the table's.
    async fn every_route_asks_the_table(app: TestApp) {
        let district = app.district_id();
        let owner = app.account("dewey").await;
        let away = app.add_person(&district, "away", "Away Ann", Role::Staff).await;
        let mut asked = 0;
        for role in Role::ALL {
            let who = format!("one-{}", role.as_str());
            let account = app.add_person(&district, &who, "One", *role).await;
            let mut tx = app.app.db.begin().await.unwrap();
            tx.set_topic_member(&district, "food", &account, TeamRelation::Member).await.unwrap();
            let absence = Absence { account: away.clone(), starts_at: 0, ends_at: i64::MAX, stand_in: Some(account.clone()) };
            tx.insert_absence(&district, &format!("absence-{who}"), &absence, 0).await.unwrap();
            tx.commit().await.unwrap();
            app.app.refresh_districts().await.unwrap();
            let staff = app.log_in(&who).await;
            for relation in Relation::ALL {
                // Observers and recorders stand in for nobody: the one they would stand in for is not reached.
                if *relation == Relation::StandIn && !matches!(role, Role::Administrator | Role::Staff) {
                    continue;
                }
                for confidential in [false, true] {
                    let members = [account.clone()];
                    let id = app
                        .given(Given {
                            topic: if *relation == Relation::Team { "food" } else { "technology" },
                            owner: Some(match relation {
                                Relation::Owner => &account,
                                Relation::StandIn => &away,
                                _ => &owner,
                            }),
                            members: if *relation == Relation::Member { &members } else { &[] },
                            entered_by: (*relation == Relation::Recorder).then_some(account.as_str()),
                            confidential,
                            ..Given::default()
                        })
                        .await;
                    if *relation == Relation::Unsealed {
                        let mut tx = app.app.db.begin().await.unwrap();
                        tx.unseal(&district, &id, &account, "a good reason", 0, i64::MAX).await.unwrap();
                        tx.commit().await.unwrap();
                    }
                    if *relation == Relation::Told {
                        app.told(&id, &account).await;
                    }
                    let allowed = |action| may(*role, *relation, confidential, action) || may(*role, Relation::None, confidential, action);
                    for route in routes() {
                        let Guard::Inquiry(action) = route.guard else { continue };
                        let status = call(&staff, route.method.as_str(), &filled(&route.path, &id)).await;
                        let at = format!("{role:?} {relation:?} confidential {confidential}: {} {} is {status}", route.method, route.path);
                        asked += 1;
                        match (allowed(Action::Know), allowed(action)) {
                            (false, _) => assert_eq!(status, StatusCode::NOT_FOUND, "{at}"),
                            (true, false) => assert_eq!(status, StatusCode::FORBIDDEN, "{at}"),
                            (true, true) => assert!(!matches!(status.as_u16(), 401 | 403 | 500..), "{at}"),
                        }
                    }
                    // Lists and searches show what may be known, and content only of what may be read.
                    let list = staff.get("/inquiries?limit=200").await;
                    let line = list["inquiries"].as_array().unwrap().iter().find(|i| i["id"] == id.as_str());
                    // Who was called reaches it from what called them, not by looking around.
                    let listed = may(*role, Relation::None, confidential, Action::Know) || *relation != Relation::Told && allowed(Action::Know);
                    assert_eq!(line.is_some(), listed, "{role:?} {relation:?} {confidential} in the list");
                    if let Some(line) = line {
                        let shown = !line["summary"].as_str().unwrap().is_empty();
                        assert_eq!(shown, allowed(Action::See), "{role:?} {relation:?} {confidential}: {line}");
                    }
                    let found = staff.get("/inquiries?q=windshield&limit=200").await;
                    let found = found["inquiries"].as_array().unwrap().iter().any(|i| i["id"] == id.as_str());
                    assert_eq!(found, allowed(Action::See), "{role:?} {relation:?} {confidential} found");
                }
            }
        }
        assert!(asked > 1_000, "{asked}");
    }

    async fn every_power_is_somebodys(app: TestApp) {
        let stranger = app.client.clone();
        for (who, role) in [("admin", Role::Administrator), ("observer", Role::Observer), ("claims", Role::Staff), ("recorder", Role::Recorder)] {
            let staff = app.log_in(who).await;
            for route in routes() {
                let path = filled(&route.path, "nothing");
                // What ends the session comes last, which is never.
                if path == "/sessions" && route.method == "DELETE" || path == "/session" || path == "/events" {
                    continue;
                }
                let status = match route.guard {
                    Guard::Anyone | Guard::Inquiry(_) => continue,
                    _ => call(&staff, route.method.as_str(), &path).await,
                };
                let at = format!("{who}: {} {path} is {status}", route.method);
                match route.guard {
                    Guard::Power(power) => assert_eq!(status == StatusCode::FORBIDDEN, !can(role, power), "{at}"),
                    _ => assert!(!matches!(status.as_u16(), 401 | 403 | 500..), "{at}"),
                }
            }
        }
        for route in routes().into_iter().filter(|r| r.guard != Guard::Anyone) {
            let url = app.url(&format!("/api/v1{}", filled(&route.path, "nothing")));
            let answer = stranger.request(route.method.clone(), url).header("origin", &app.base).json(&json!({})).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{} {} without a session", route.method, route.path);
        }
    }

    /// Another district's data is out of reach by id, list, search, event, file, notice, trail and export.
    async fn districts_know_nothing_of_each_other(app: TestApp) {
        let ours = app.windshield_receipt().await["reference"].as_str().unwrap().to_owned();
        let (_, theirs) = app.second_district().await;
        let admin = app.log_in("admin").await;
        let other = app.log_in("other").await;
        let first = admin.get("/inquiries").await["inquiries"][0]["id"].as_str().unwrap().to_owned();
        for (staff, foreign) in [(&admin, &theirs), (&other, &first)] {
            for route in routes() {
                if let Guard::Inquiry(_) = route.guard {
                    let status = call(staff, route.method.as_str(), &filled(&route.path, foreign)).await;
                    assert_eq!(status, StatusCode::NOT_FOUND, "{} {}", route.method, route.path);
                }
            }
            let bulk = staff.send("POST", "/bulk", Some(json!({ "ids": [foreign], "do": "close" }))).await;
            let bulk: Value = bulk.json().await.unwrap();
            assert_eq!(bulk["skipped"][0], json!({ "id": foreign, "reference": "", "why": "not_yours" }));
        }
        let own = other.get("/inquiries").await["inquiries"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(own, theirs);
        let merge = other.send("POST", &format!("/inquiries/{own}/merge"), Some(json!({ "into": first }))).await;
        assert_eq!(merge.status(), StatusCode::NOT_FOUND);
        let stranger = admin.get("/me").await["account_id"].as_str().unwrap().to_owned();
        for (path, body) in [
            (format!("/inquiries/{own}/members"), json!({ "account": stranger })),
            (format!("/inquiries/{own}/assignment"), json!({ "owner": stranger, "reason": "over there" })),
        ] {
            assert_eq!(other.send("POST", &path, Some(body)).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        }
        for path in ["/inquiries", "/inquiries?q=binder", "/inquiries?view=everything", "/notifications", "/trail", "/ownerless", "/people", "/routing", "/views", "/me"] {
            let text = other.get(path).await.to_string();
            for secret in [ours.as_str(), first.as_str(), "binder", "Dewey", "Marisol", stranger.as_str()] {
                assert!(!text.contains(secret), "{path} tells of {secret}");
            }
        }
        let csv = other.raw(|c| c.get(app.url("/api/v1/trail")).header("accept", "text/csv")).await.text().await.unwrap();
        assert!(csv.contains("logged_in") && !csv.contains(&ours) && !csv.contains(&first), "{csv}");
        assert_eq!(admin.get("/inquiries?q=secret").await["inquiries"], json!([]));
    }
}

/// The description of the API names every route, and no other.
#[tokio::test]
async fn every_route_is_described() {
    let app = TestApp::start(Engine::Sqlite).await;
    let description: Value = app.get("/api/openapi.json").await.json().await.unwrap();
    let mut described = BTreeSet::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys().filter(|m| *m != "parameters") {
            described.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let routed: BTreeSet<String> =
        routes().iter().map(|r| format!("{} /api/v1{}", r.method, r.path.trim_end_matches('/'))).collect();
    let missing: Vec<&String> = routed.difference(&described).collect();
    assert!(missing.is_empty(), "not described: {missing:#?}");
    let invented: Vec<&String> = described.difference(&routed).collect();
    assert!(invented.is_empty(), "not there: {invented:#?}");
}
