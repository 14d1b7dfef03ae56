//! Landing pages without scripts: ordinary forms that lose nothing.

use porchlight_tests::TestApp;
use porchlight_tests::app::new_key;
use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde_json::Value;

/// What a browser would send back of the page's own hidden inputs.
fn hidden(page: &str) -> Vec<(String, String)> {
    page.split("<input")
        .skip(1)
        .filter_map(|tag| {
            let tag = tag.split('>').next()?;
            let attribute = |name: &str| Some(tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?.to_owned());
            let sent = tag.contains("type=\"hidden\"") || (tag.contains("type=\"checkbox\"") && tag.contains("checked"));
            sent.then(|| Some((attribute("name")?, attribute("value").unwrap_or_default())))?
        })
        .collect()
}

async fn post(
    app: &TestApp,
    path: &str,
    page: &str,
    filled: &[(&str, &str)],
    file: Option<(&'static str, Vec<u8>)>,
) -> reqwest::Response {
    let mut form = Form::new();
    for (name, value) in hidden(page) {
        form = form.text(name, value);
    }
    for (name, value) in filled {
        form = form.text((*name).to_owned(), (*value).to_owned());
    }
    if let Some((name, bytes)) = file {
        form = form.part(name, Part::bytes(bytes).file_name("glass.jpg"));
    }
    app.client.post(app.url(path)).multipart(form).send().await.unwrap()
}

fn photo() -> Vec<u8> {
    let mut jpeg = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(64, 48).write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    jpeg.into_inner()
}

const PATH: &str = "/maple-valley/transportation";
const GOOD: &[(&str, &str)] = &[
    ("relationship", "community"),
    ("kind", "concern"),
    ("road", "Elm St & 4th"),
    ("bus", "12"),
    ("what_happened", "A binder hit my windshield."),
    ("contact.name", "Kim"),
    ("contact.email", "kim@example.org"),
];

on_both_engines! {
    async fn a_form_without_scripts_is_taken_with_its_photo(app: TestApp) {
        let page = app.get(PATH).await.text().await.unwrap();
        let sent = post(&app, PATH, &page, GOOD, Some(("file.photos", photo()))).await;
        assert_eq!(sent.status(), StatusCode::SEE_OTHER, "{}", sent.text().await.unwrap());
        let to = sent.headers()["location"].to_str().unwrap().to_owned();
        let receipt = app.get(&to).await.text().await.unwrap();
        assert!(receipt.contains("We have it, Kim.") && receipt.contains("You will hear from us by") && receipt.contains("photo-1.jpg"));
        // Pressing the button twice is one inquiry.
        let again = post(&app, PATH, &page, GOOD, None).await;
        assert_ne!(again.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let list = app.log_in("admin").await.get("/inquiries").await;
        assert_eq!(list["inquiries"].as_array().unwrap().len(), 1);
        assert_eq!(list["inquiries"][0]["channel"], "landing");
    }

    /// Widget, page and API give the same inquiry.
    async fn the_same_words_by_page_and_api_are_the_same_inquiry(app: TestApp) {
        app.windshield_receipt().await;
        let page = app.get(PATH).await.text().await.unwrap();
        assert_eq!(post(&app, PATH, &page, GOOD, None).await.status(), StatusCode::SEE_OTHER);
        let admin = app.log_in("admin").await;
        let list = admin.get("/inquiries").await;
        let mut both = Vec::new();
        for item in list["inquiries"].as_array().unwrap() {
            let mut inquiry = admin.get(&format!("/inquiries/{}", item["id"].as_str().unwrap())).await;
            for own in ["id", "reference", "channel", "received_at", "updated_at", "promised_at", "due_at", "audit"] {
                inquiry.as_object_mut().unwrap().remove(own);
            }
            both.push(inquiry);
        }
        assert_eq!(both[0], both[1]);
    }
}

on_both_engines! {
    async fn a_mistake_is_said_at_its_field_and_everything_is_kept(app: TestApp) {
        let page = app.get(PATH).await.text().await.unwrap();
        let filled = [("relationship", "community"), ("road", "Elm & 4th <b>"), ("contact.email", "kim@")];
        let back = post(&app, PATH, &page, &filled, Some(("file.photos", photo()))).await;
        assert_eq!(back.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = back.text().await.unwrap();
        for part in [
            "There are 3 things to fix",
            "href=\"#f-what_happened\"",
            "href=\"#f-contact-email\"",
            "Please write an e-mail address",
            "Elm &amp; 4th &lt;b",
            "value=\"kim@\"",
            "photo-1.jpg is kept",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
        // The photo is not asked for again.
        let good = [
            ("relationship", "community"),
            ("kind", "concern"),
            ("road", "Elm"),
            ("what_happened", "A binder."),
            ("contact.email", "kim@example.org"),
        ];
        let sent = post(&app, PATH, &page, &good, None).await;
        assert_eq!(sent.status(), StatusCode::SEE_OTHER, "{}", sent.text().await.unwrap());
        let admin = app.log_in("admin").await;
        let id = admin.get("/inquiries").await["inquiries"][0]["id"].as_str().unwrap().to_owned();
        let inquiry = admin.get(&format!("/inquiries/{id}")).await;
        let photos = inquiry["answers"].as_array().unwrap().iter().find(|a| a["field"] == "photos").unwrap();
        assert_eq!(photos["files"].as_array().unwrap().len(), 1);
    }
}

on_both_engines! {
    async fn a_question_behind_a_condition_comes_with_a_round_trip(app: TestApp) {
        let settings: Value = app.get("/api/v1/districts/maple-valley").await.json().await.unwrap();
        // A topic whose first level opens a further question by a choice.
        let conditional = |t: &&Value| t["id"] == "enrolment";
        let topic = settings["topics"].as_array().unwrap().iter().find(conditional).unwrap();
        let fields = topic["form"]["fields"].as_array().unwrap();
        let inner = fields.iter().find(|f| f["shown_when"].is_object()).unwrap();
        let outer = inner["shown_when"]["field"].as_str().unwrap();
        let wanted = &inner["shown_when"]["equals"];
        let wanted = wanted.as_str().map_or_else(|| wanted.to_string(), str::to_owned);
        let path = "/maple-valley/enrolment";
        let page = app.get(path).await.text().await.unwrap();
        assert!(!page.contains(&format!("name=\"{}\"", inner["id"].as_str().unwrap())), "it is not asked before");
        let back = post(&app, path, &page, &[("relationship", "parent"), (outer, &wanted)], None).await;
        let page = back.text().await.unwrap();
        assert!(page.contains("Your answers brought up another question.") || page.contains("things to fix"), "{page}");
        assert!(page.contains(&format!("name=\"{}\"", inner["id"].as_str().unwrap())), "now it is asked");
    }
}

on_both_engines! {
    async fn pages_speak_the_visitors_language_and_show_well_elsewhere(app: TestApp) {
        let spanish = app
            .client
            .get(app.url("/maple-valley"))
            .header("accept-language", "es-MX,es;q=0.9")
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        assert!(spanish.contains("<html lang=\"es\" dir=\"ltr\">") && spanish.contains("¿Quién es usted?"));
        let page = app.get("/maple-valley/transportation?lang=es").await.text().await.unwrap();
        for part in
            ["og:title", "og:image", "twitter:card", "rel=\"canonical\"", "hreflang=\"en\"", "/maple-valley/transportation/card.png"]
        {
            assert!(page.contains(part), "{part}");
        }
        let card = app.get("/maple-valley/transportation/card.png").await;
        assert_eq!(card.headers()["content-type"], "image/png");
        let picture = image::load_from_memory(&card.bytes().await.unwrap()).unwrap();
        assert_eq!((picture.width(), picture.height()), (1_200, 630));
        let campaign = app.get("/maple-valley/c/keep-us-safe").await.text().await.unwrap();
        assert!(campaign.contains("/maple-valley/safety-tip") && !campaign.contains("/maple-valley/food"));
        assert!(campaign.contains("color=%23b3261e"), "the campaign's own colour");
        let safety = app.get("/maple-valley/safety-tip").await.text().await.unwrap();
        assert!(safety.contains("911") && safety.contains("Leave quickly"));
        assert!(!safety.contains("landing") && safety.contains("leave-"), "a safety topic has no form of the widget's, but a key to leave");
        let found = app.get("/maple-valley?q=autobus&lang=es").await.text().await.unwrap();
        assert!(found.contains("/maple-valley/transportation") && !found.contains("/maple-valley/food?"));
        let none = app.get("/maple-valley?q=zzzz").await.text().await.unwrap();
        assert!(none.contains("No topic has these words"));
    }
}

on_both_engines! {
    async fn what_was_typed_never_becomes_markup(app: TestApp) {
        let page = app.get(PATH).await.text().await.unwrap();
        let evil = "</textarea><meta http-equiv=refresh content=0;url=https://evil.example><img src=x>";
        let back = post(&app, PATH, &page, &[("what_happened", evil), ("road", "\"><img src=x>"), ("contact.name", "<b>Kim</b>")], None).await;
        assert_eq!(back.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let text = back.text().await.unwrap();
        assert!(!text.contains("<meta http-equiv") && !text.contains("<img") && !text.contains("<b>Kim"), "{text}");
        assert!(text.contains("&lt;/textarea&gt;"));
    }

    /// The code of a safety tip is in no address, so it stays out of the browser's history.
    async fn a_safety_tip_leaves_no_address_behind(app: TestApp) {
        let path = "/maple-valley/safety-tip";
        let page = app.get(path).await.text().await.unwrap();
        let settings: Value = app.get("/api/v1/districts/maple-valley").await.json().await.unwrap();
        let topic = settings["topics"].as_array().unwrap().iter().find(|t| t["id"] == "safety-tip").unwrap().clone();
        let mut filled = vec![(String::from("relationship"), String::from("student")), (String::from("contact"), String::from("anonymous"))];
        for field in topic["form"]["fields"].as_array().unwrap().iter().filter(|f| f["required"] == true && f["shown_when"].is_null()) {
            let value = field["options"][0]["id"].as_str().unwrap_or("Somebody talks about a knife.").to_owned();
            filled.push((field["id"].as_str().unwrap().to_owned(), value));
        }
        let mut sent = None;
        let mut page = page;
        for _ in 0..3 {
            let pairs: Vec<(&str, &str)> = filled.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            let answer = post(&app, path, &page, &pairs, None).await;
            let status = answer.status();
            page = answer.text().await.unwrap();
            if status == StatusCode::OK {
                sent = Some(page.clone());
                break;
            }
        }
        let receipt = sent.unwrap_or_else(|| panic!("not sent: {page}"));
        assert!(receipt.contains("We have it.") && receipt.contains("Leave quickly") && receipt.contains("Keep this link"));
    }

    async fn a_code_is_typed_by_hand(app: TestApp) {
        let code = app.windshield_receipt().await["code"].as_str().unwrap().to_owned();
        let typed = format!(" {}-{} ", code[..8].to_uppercase(), &code[8..]);
        let found = app.client.post(app.url("/maple-valley/i")).form(&[("code", typed)]).send().await.unwrap();
        assert_eq!(found.status(), StatusCode::SEE_OTHER);
        assert!(found.headers()["location"].to_str().unwrap().contains(&code));
        // The whole link, as people paste it; the reference is told apart.
        let pasted = [("code", app.url(&format!("/maple-valley/i/{code}?lang=en")))];
        let found = app.client.post(app.url("/maple-valley/i")).form(&pasted).send().await.unwrap();
        assert_eq!(found.status(), StatusCode::SEE_OTHER);
        let reference = app.client.post(app.url("/maple-valley/i")).form(&[("code", "mv-7k3q-92x")]).send().await.unwrap();
        assert!(reference.text().await.unwrap().contains("This is your reference."));
        let wrong = app.client.post(app.url("/maple-valley/i")).form(&[("code", new_key())]).send().await.unwrap();
        assert_eq!(wrong.status(), StatusCode::NOT_FOUND);
        assert!(wrong.text().await.unwrap().contains("We know no message with this code."));
    }
}

on_both_engines! {
    /// Who came through a campaign's door stays inside it: colour, links, languages, picture.
    async fn a_campaign_is_a_door_of_its_own(app: TestApp) {
        let door = app.get("/maple-valley/c/keep-us-safe").await.text().await.unwrap();
        assert!(door.contains("theme.css?color=%23b3261e") && door.contains("/maple-valley/bullying?lang=en&amp;c=keep-us-safe"), "{door}");
        assert!(!door.contains("/maple-valley/food"));
        let slash = app.get("/maple-valley/?lang=es").await;
        assert_eq!(app.get("/%2F%2Fexample.org/").await.status(), StatusCode::NOT_FOUND, "nobody is led away");
        assert_eq!((slash.status(), &slash.headers()["location"]), (StatusCode::PERMANENT_REDIRECT, &"/maple-valley?lang=es".parse().unwrap()));
        assert!(door.contains("/maple-valley/c/keep-us-safe/card.png"));
        let card = app.get("/maple-valley/c/keep-us-safe/card.png").await;
        assert_eq!(card.headers()["content-type"], "image/png");
        let picture = image::load_from_memory(&card.bytes().await.unwrap()).unwrap().into_rgb8();
        assert_eq!((picture.dimensions(), picture.get_pixel(1, 1).0), ((1_200, 630), [0xb3, 0x26, 0x1e]));

        let inside = "/maple-valley/bullying?lang=en&c=keep-us-safe";
        let form = app.get(inside).await.text().await.unwrap();
        for part in [
            "theme.css?color=%23b3261e",
            "action=\"/maple-valley/bullying?lang=en&amp;c=keep-us-safe\"",
            "data-campaign=\"keep-us-safe\"",
            "href=\"/maple-valley/c/keep-us-safe?lang=en\"",
            "formaction=\"/maple-valley/bullying?lang=es&amp;c=keep-us-safe\"",
        ] {
            assert!(form.contains(part), "{part} in {form}");
        }
        let canonical = form.split("rel=\"canonical\"").nth(1).unwrap().split('>').next().unwrap();
        assert!(!canonical.contains("c="), "the address that counts is the topic's own");
        let back = post(&app, inside, &form, &[("relationship", "student")], None).await;
        assert_eq!(back.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(back.text().await.unwrap().contains("theme.css?color=%23b3261e"));
        // A topic outside of it is not dressed up as part of it.
        let other = app.get("/maple-valley/food?c=keep-us-safe").await.text().await.unwrap();
        assert!(other.contains("theme.css?color=%230f6b6b") && !other.contains("c=keep-us-safe"));
    }

    async fn topics_are_found_by_the_words_that_people_use(app: TestApp) {
        for (search, lang, found) in [
            ("windshield", "en", "Bus or transportation"),
            ("camión", "es", "Autobús o transporte"),
            ("CAMION", "es", "Autobús o transporte"),
        ] {
            let page = app.client.get(app.url("/maple-valley")).query(&[("q", search), ("lang", lang)]).send().await.unwrap();
            let page = page.text().await.unwrap();
            assert!(page.contains(found) && page.matches("class=\"row\"").count() < 4, "{search}: {page}");
        }
    }

    /// A name that was meant to stay out is not kept, and a way to reply is not dropped: people are asked.
    async fn anonymous_and_yet_with_a_name_is_asked_about(app: TestApp) {
        let path = "/maple-valley/safety-tip";
        let page = app.get(path).await.text().await.unwrap();
        let tip = [("relationship", "student"), ("message", "Somebody has a knife in a locker."), ("contact", "anonymous"), ("contact.email", "kim@example.org")];
        let back = post(&app, path, &page, &tip, None).await;
        assert_eq!(back.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = back.text().await.unwrap();
        assert!(page.contains("You chose to stay anonymous, but you also wrote how to reach you.") && page.contains("href=\"#f-contact\""), "{page}");
        assert!(page.contains("value=\"kim@example.org\""), "nothing that was typed is lost");
        let list = app.log_in("admin").await.get("/inquiries").await;
        assert_eq!(list["inquiries"], serde_json::json!([]));
    }
}

on_both_engines! {
    /// What the framework refuses is a page as well, and a sender's address is told to nobody.
    async fn a_strange_address_gets_a_page_and_no_inside_words(app: TestApp) {
        let code = app.windshield_receipt().await["code"].as_str().unwrap().to_owned();
        for path in [String::from("/maple-valley?q=a&q=b"), format!("/maple-valley/i/{code}?sent=1&sent=2"), String::from("/maple-valley/%00")] {
            let answer = app.client.get(app.url(&path)).header("accept-language", "es").send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path}");
            let referrer = answer.headers()["referrer-policy"].to_str().unwrap().to_owned();
            assert_eq!(referrer == "no-referrer", path.contains("/i/"), "{path}");
            let page = answer.text().await.unwrap();
            assert!(page.starts_with("<!doctype html>") && page.contains("lang=\"es\"") && !page.contains("deserialize"), "{page}");
        }
        let lost = app.get(&format!("/maple-valley/i/{code}/files/nothing")).await;
        assert_eq!((lost.status(), lost.headers()["referrer-policy"].to_str().unwrap()), (StatusCode::NOT_FOUND, "no-referrer"));
    }

    /// A form has room for every answer, and not for a machine's.
    async fn a_form_takes_no_endless_text(app: TestApp) {
        let page = app.get(PATH).await.text().await.unwrap();
        let long = "x".repeat(600_000);
        let refused = post(&app, PATH, &page, &[("what_happened", &long)], None).await;
        assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
        let parts: Vec<(&str, &str)> = vec![("bus", ""); 1_100];
        assert_eq!(post(&app, PATH, &page, &parts, None).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }

    /// Many at once get no more than one after the other.
    async fn a_visit_keeps_no_more_files_than_it_may(app: TestApp) {
        let token = app.token().await;
        let all = futures_util::future::join_all((0..30).map(|_| app.upload(&token, "glass.jpg", photo()))).await;
        let taken = all.iter().filter(|answer| answer.status() == StatusCode::CREATED).count();
        assert!((1..=20).contains(&taken) || app.app.db.engine() == porchlight_server::store::Engine::Postgres, "{taken}");
        assert!(all.iter().any(|answer| answer.status() == StatusCode::TOO_MANY_REQUESTS));
    }
}

on_both_engines! {
    /// A language is changed in the middle of a form without scripts, and nothing typed is lost.
    async fn another_language_keeps_what_was_typed(app: TestApp) {
        let page = app.get(PATH).await.text().await.unwrap();
        assert!(page.contains("name=\"switch\" value=\"es\"") && page.contains("form=\"topic-form\""), "{page}");
        let typed: Vec<_> = GOOD.iter().copied().filter(|(name, _)| *name != "kind").chain([("switch", "es")]).collect();
        let spanish = post(&app, &format!("{PATH}?lang=es"), &page, &typed, Some(("file.photos", photo()))).await;
        assert_eq!(spanish.status(), StatusCode::OK);
        let page = spanish.text().await.unwrap();
        for part in ["lang=\"es\"", "¿Dónde fue?", "Elm St &amp; 4th", "A binder hit my windshield.", "kim@example.org", "photo-1.jpg"] {
            assert!(page.contains(part), "{part} in {page}");
        }
        assert!(!page.contains("class=\"summary\""), "nothing is wrong yet");
        let sent = post(&app, &format!("{PATH}?lang=es"), &page, GOOD, None).await;
        assert_eq!(sent.status(), StatusCode::SEE_OTHER);
        let list = app.log_in("admin").await.get("/inquiries").await;
        assert_eq!(list["inquiries"].as_array().unwrap().len(), 1);
    }
}
