//! Anonymous means anonymous: what was planted is nowhere.

use porchlight_tests::app::new_key;
use porchlight_tests::{Engine, TestApp};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// What is logged while the story runs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub(crate) fn files_below(folder: &Path, out: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        out.extend_from_slice(path.to_string_lossy().as_bytes());
        if path.is_dir() { files_below(&path, out) } else { out.extend(std::fs::read(path).unwrap()) }
    }
}

/// A JPEG with an e-mail address in its EXIF segment.
pub(crate) fn photo() -> Vec<u8> {
    let mut jpeg = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(64, 48).write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    let mut bytes = jpeg.into_inner();
    let exif = b"Exif\0\0II*\0\x08\0\0\0\0\0planted-exif@example.org";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    bytes.splice(2..2, [&[0xff, 0xe1, length[0], length[1]], exif.as_slice()].concat());
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_an_anonymous_sender_is_kept() {
    let log = Log::default();
    let writer = log.clone();
    // Everything is logged, more than any server would.
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let installed = tracing_subscriber::util::SubscriberInitExt::try_init(subscriber).is_ok();
    assert!(installed, "no other story logs");

    for engine in [Engine::Sqlite, Engine::Postgres] {
        leave_a_tip(engine, &log).await;
    }
}

/// Everything that the database holds, as text.
async fn rows(app: &TestApp) -> Vec<u8> {
    let mut out = Vec::new();
    let pool = sqlx::PgPool::connect(&app.app.settings.database_url).await.unwrap();
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'")
            .fetch_all(&pool)
            .await
            .unwrap();
    assert!(tables.len() >= 12);
    for table in tables {
        let sql = sqlx::AssertSqlSafe(format!("SELECT CAST(t AS TEXT) FROM {table} t"));
        for row in sqlx::query_scalar::<_, String>(sql).fetch_all(&pool).await.unwrap() {
            out.extend_from_slice(row.as_bytes());
        }
    }
    out
}

async fn leave_a_tip(engine: Engine, log: &Log) {
    let app = TestApp::wish(porchlight_tests::app::Wish {
        engine,
        settings: vec![("PORCHLIGHT_TRUSTED_PROXIES", String::from("127.0.0.1"))],
        rate_limit: true,
        ..Default::default()
    })
    .await;
    let as_browser = |request: reqwest::RequestBuilder| {
        request
            .header("user-agent", "PlantedBrowser/7.7")
            .header("x-forwarded-for", "198.51.100.77")
            .header("referer", "https://planted-referer.example/private")
            .header("accept-language", "en, xx-planted;q=0.1")
    };
    let token = app.token().await;
    let part = reqwest::multipart::Part::bytes(photo()).file_name("planted-kim-park.jpg");
    let form = reqwest::multipart::Form::new().text("token", token.clone()).part("file", part);
    let upload =
        as_browser(app.client.post(app.url("/api/v1/districts/maple-valley/files"))).multipart(form).send().await.unwrap();
    assert_eq!(upload.status(), StatusCode::CREATED);
    let file = upload.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();

    let settings_of = app.get("/api/v1/districts/maple-valley").await.json::<Value>().await.unwrap();
    let topic = settings_of["topics"].as_array().unwrap().iter().find(|t| t["id"] == "safety-tip").unwrap().clone();
    let mut answers = json!({});
    for field in topic["form"]["fields"].as_array().unwrap() {
        let id = field["id"].as_str().unwrap();
        if !field["shown_when"].is_null() {
            continue;
        }
        match field["type"].as_str().unwrap() {
            "files" => answers[id] = json!([file]),
            "choice" if field["required"] == true => answers[id] = field["options"][0]["id"].clone(),
            "long_text" | "short_text" | "place" if field["required"] == true => {
                answers[id] = json!("Somebody talks about bringing a knife to school.")
            }
            "yes_no" if field["required"] == true => answers[id] = json!(false),
            "choices" if field["required"] == true => answers[id] = json!([field["options"][0]["id"]]),
            _ => {}
        }
    }
    let body = json!({
        "topic": "safety-tip", "school": null, "relationship": "student", "kind": null, "locale": "en", "answers": answers,
        "contact": null, "token": token, "page": "https://planted-page.example/my-account?user=kim",
    });
    let request =
        app.client.post(app.url("/api/v1/districts/maple-valley/inquiries")).header("idempotency-key", new_key()).json(&body);
    let answer = as_browser(request).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED, "{}", answer.text().await.unwrap());
    let receipt: Value = answer.json().await.unwrap();
    let code = receipt["code"].as_str().unwrap();
    let page =
        as_browser(app.client.get(app.url(&format!("/maple-valley/i/{code}")))).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Keep this link"), "the only key is to be kept");
    assert!(page.contains("photo-1.jpg"), "the file's own name would tell whose it is");

    // Staff sees no more than that.
    let counselor = app.log_in("counselor").await;
    let list = counselor.get("/inquiries").await;
    let inquiry = counselor.get(&format!("/inquiries/{}", list["inquiries"][0]["id"].as_str().unwrap())).await;
    assert_eq!(inquiry["sender"], json!({ "anonymous": true, "name": null, "email": null, "phone": null }));

    let mut everything = Vec::new();
    files_below(app.data.path(), &mut everything);
    if engine == Engine::Postgres {
        everything.extend(rows(&app).await);
    }
    assert!(everything.windows(5).any(|w| w == b"knife"), "the search finds what is there");
    let logged = log.0.lock().unwrap().clone();
    assert!(!logged.is_empty());
    for (place, bytes) in [("the data folder", &everything), ("the log", &logged)] {
        for planted in [
            "PlantedBrowser",
            "198.51.100.77",
            "planted-referer",
            "planted-exif",
            "planted-page",
            "planted-kim-park",
            "xx-planted",
        ] {
            assert!(!bytes.windows(planted.len()).any(|w| w == planted.as_bytes()), "{planted} is in {place}");
        }
        assert!(!bytes.windows(code.len()).any(|w| w == code.as_bytes()), "the code is in {place}");
    }
}
