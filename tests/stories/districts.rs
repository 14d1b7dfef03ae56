//! A district of one's own: its definition is put in place, changed, and old inquiries keep their forms.

use porchlight_server::store::PutDistrict;
use porchlight_shared::district::District;
use porchlight_tests::app::{DISTRICT, Wish, new_key};
use porchlight_tests::program::{Server, run};
use reqwest::StatusCode;
use serde_json::{Value, json};

fn transportation(district: &mut Value) -> &mut Value {
    let topics = district["topics"].as_array_mut().unwrap();
    topics.iter_mut().find(|t| t["id"] == "transportation").unwrap()
}

/// The district before it wrote in Spanish.
fn english_only(district: &mut Value) {
    district["locales"] = json!(["en"]);
    transportation(district)["form"]["fields"][0]["label"] = json!({ "en": "Which road?" });
}

on_both_engines! {
    /// A form changes twice, a topic goes away: what was answered is shown as it was asked.
    async fn an_inquiry_keeps_the_form_that_it_answered(app: TestApp = Wish { district: english_only, ..Wish::default() }) {
        let receipt = app.windshield_receipt().await;
        let code = receipt["code"].as_str().unwrap();

        // Now it speaks Spanish too, and asks for the road in other words.
        let put = app.change_district(|_| {}).await;
        assert_eq!(put.changed_forms, [(String::from("transportation"), 2)]);
        // The same again is no new version; going back to older words is one.
        assert!(app.change_district(|_| {}).await.changed_forms.is_empty());
        assert_eq!(app.change_district(english_only).await.changed_forms, [(String::from("transportation"), 3)]);
        let put = app.change_district(|district| transportation(district)["form"]["fields"][0]["label"]["en"] = json!("Street or stop")).await;
        assert_eq!(put.changed_forms, [(String::from("transportation"), 4)]);
        let newer = app.windshield_receipt().await;

        let dewey = app.log_in("dewey").await;
        let list = dewey.get("/inquiries").await;
        let label_of = async |reference: &Value| {
            let item = list["inquiries"].as_array().unwrap().iter().find(|i| i["reference"] == *reference).unwrap();
            dewey.get(&format!("/inquiries/{}", item["id"].as_str().unwrap())).await["answers"][0]["label"].clone()
        };
        assert_eq!(label_of(&receipt["reference"]).await, "Which road?");
        assert_eq!(label_of(&newer["reference"]).await, "Street or stop");

        // Also when the topic is gone.
        app.change_district(|district| {
            district["topics"].as_array_mut().unwrap().retain(|t| t["id"] != "transportation");
            for list in ["campaigns", "notices"] {
                district[list] = json!([]);
            }
        })
        .await;
        assert_eq!(label_of(&receipt["reference"]).await, "Which road?");
        let page = app.get(&format!("/maple-valley/i/{code}?lang=es")).await.text().await.unwrap();
        assert!(page.contains("Which road?") && page.contains("Elm St &amp; 4th"), "{page}");
        let gone = app.submit(&new_key(), &app.windshield().await).await;
        assert_eq!(gone.status(), StatusCode::UNPROCESSABLE_ENTITY);
        // And when it comes back with the words that it had, it is the same version still.
        let back = app.change_district(|district| transportation(district)["form"]["fields"][0]["label"]["en"] = json!("Street or stop")).await;
        assert!(back.changed_forms.is_empty(), "{back:?}");
    }
}

on_both_engines! {
    /// Names of what was taken away stay with the inquiries about it.
    async fn what_a_district_no_longer_has_keeps_its_name(app: TestApp) {
        let mut body = app.windshield().await;
        body["school"] = json!("cedar-elementary");
        let receipt: Value = app.submit(&new_key(), &body).await.json().await.unwrap();
        for _ in 0..2 {
            // Twice: what is gone already is not forgotten by the next change.
            app.change_district(|district| {
                district["schools"].as_array_mut().unwrap().retain(|s| s["id"] != "cedar-elementary");
                district["topics"].as_array_mut().unwrap().retain(|t| t["id"] != "transportation");
                district["campaigns"] = json!([]);
            })
            .await;
        }
        let admin = app.log_in("admin").await;
        let item = admin.get("/inquiries").await["inquiries"][0].clone();
        assert_eq!((&item["reference"], &item["topic"]["label"]), (&receipt["reference"], &json!("Bus or transportation")));
        let inquiry = admin.get(&format!("/inquiries/{}", item["id"].as_str().unwrap())).await;
        assert_eq!(inquiry["school"], "Cedar Elementary School");
        let page = app.get(&format!("/maple-valley/i/{}?lang=es", receipt["code"].as_str().unwrap())).await.text().await.unwrap();
        assert!(page.contains("Autobús o transporte"), "{page}");
        let public: Value = app.get("/api/v1/districts/maple-valley").await.json().await.unwrap();
        assert!(public.get("retired").is_none());
    }

    /// One district whose definition a newer version wrote goes on as it was known, and can be mended.
    async fn a_definition_that_is_not_understood_stops_nobody(app: TestApp) {
        let mut newer: Value = serde_json::from_str(DISTRICT).unwrap();
        let (district, _) = District::from_definition(&newer).unwrap();
        newer["weather"] = json!("fine");
        let mut tx = app.app.db.begin().await.unwrap();
        tx.put_district(PutDistrict { definition: &newer, district: &district, by: None, at: app.app.now() }).await.unwrap();
        tx.commit().await.unwrap();
        app.app.refresh_districts().await.unwrap();
        assert_eq!(app.get("/maple-valley").await.status(), StatusCode::OK);
        app.windshield_receipt().await;
        app.change_district(|district| district["name"] = json!("Maple Hill")).await;
        assert!(app.get("/maple-valley").await.text().await.unwrap().contains("Maple Hill"));
    }
}

/// The webmaster's afternoon: a definition with a mistake, the mistake mended, a person, a change while
/// the server runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_district_is_added_and_changed_by_command() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("pine.json");
    let path = file.to_str().unwrap();
    let mut definition: Value = serde_json::from_str(DISTRICT).unwrap();
    definition["slug"] = json!("pine-creek");
    definition["calendar"]["hollidays"] = json!([]);
    let write = |definition: &Value| std::fs::write(&file, definition.to_string()).unwrap();
    let command = |arguments: &[&str], input: &str| {
        let output = run(data.path(), None, arguments, input);
        let text = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(text).unwrap())
    };
    write(&definition);
    let (code, said) = command(&["district", path], "");
    assert!(code == 1 && said.contains("calendar.hollidays: this key is not known here"), "{said}");

    definition["calendar"].as_object_mut().unwrap().remove("hollidays");
    write(&definition);
    let (code, said) = command(&["district", path], "");
    assert!(code == 0 && said.contains("pine-creek was added"), "{said}");

    let (code, said) = command(&["user", "add", "pine-creek", "ada@pine.example", "Ada Field", "king"], "a quiet porch light\n");
    assert!(code == 1 && said.contains("`king` is no role"), "{said}");
    let (code, said) =
        command(&["user", "add", "pine-creek", "ada@pine.example", "Ada Field", "administrator"], "a quiet porch light\n");
    assert!(code == 0 && said.contains("may log in as administrator"), "{said}");
    let (code, said) = command(&["user", "password", "ada@pine.example"], "short\n");
    assert!(code == 1 && said.contains("fewer than"), "{said}");

    let server = Server::start(data.path(), None);
    let client = reqwest::Client::new();
    let log_in = json!({ "email": "ada@pine.example", "password": "a quiet porch light" });
    let session =
        client.post(format!("{}/api/v1/session", server.base)).header("origin", &server.base).json(&log_in).send().await.unwrap();
    assert_eq!(session.status(), StatusCode::NO_CONTENT);

    transportation(&mut definition)["form"]["fields"][0]["label"]["en"] = json!("Which road was it?");
    write(&definition);
    let (code, said) = command(&["district", path], "");
    assert!(code == 0 && said.contains("the form of transportation is now version 2"), "{said}");
    // The running server sees it by itself.
    porchlight_tests::app::eventually("changed form", || async {
        let page = client.get(format!("{}/pine-creek/transportation", server.base)).send().await.unwrap();
        page.text().await.unwrap().contains("Which road was it?")
    })
    .await;
}
