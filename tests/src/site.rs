//! Somebody's site: pages of another origin that embed the widget, with their own styles and policies.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::collections::BTreeMap;
use std::path::Path as FilePath;
use std::sync::{Arc, Mutex};

/// A page and the headers that it is served with.
#[derive(Debug, Clone, Default)]
pub struct HostPage {
    pub html: String,
    pub headers: Vec<(&'static str, String)>,
}

/// A site on a port of its own, under another name than our server, so that it is another site to browsers too.
pub struct Site {
    pub base: String,
    pages: Arc<Mutex<BTreeMap<String, HostPage>>>,
}

impl Site {
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let pages = Arc::new(Mutex::new(BTreeMap::new()));
        let router = Router::new()
            .route("/npm/{*path}", get(package))
            .route("/dist/{name}", get(bundle))
            .route("/{name}", get(page))
            .with_state(pages.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base: format!("http://localhost:{port}"), pages }
    }

    /// Puts a page in place; gives its address.
    pub fn put(&self, name: &str, page: HostPage) -> String {
        self.pages.lock().expect("pages").insert(name.to_owned(), page);
        format!("{}/{name}", self.base)
    }
}

async fn page(State(pages): State<Arc<Mutex<BTreeMap<String, HostPage>>>>, Path(name): Path<String>) -> Response {
    let Some(page) = pages.lock().expect("pages").get(&name).cloned() else { return StatusCode::NOT_FOUND.into_response() };
    let kind = if name.ends_with(".js") { "text/javascript" } else { "text/html; charset=utf-8" };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    for (name, value) in page.headers {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(&value).expect("a header"));
    }
    (headers, page.html).into_response()
}

/// A file of ours, by its plain name, as if this site had it.
async fn bundle(Path(name): Path<String>) -> Response {
    let dist = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("../dist");
    let manifest = std::fs::read_to_string(dist.join("manifest.json")).expect("`cargo xtask web` made the bundles");
    let manifest: BTreeMap<String, String> = serde_json::from_str(&manifest).expect("JSON");
    let hashed = manifest.get(&name).unwrap_or(&name);
    match std::fs::read(dist.join(hashed)) {
        Ok(bytes) => ([(header::CONTENT_TYPE, "text/javascript")], Body::from(bytes)).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A file of a package that sites are made of.
async fn package(Path(path): Path<String>) -> Response {
    // What only the benchmarks need is in a folder of its own.
    let folders = ["../target/tools", "../target/bench-tools"].map(|f| FilePath::new(env!("CARGO_MANIFEST_DIR")).join(f));
    let file = folders.map(|folder| folder.join("node_modules").join(&path)).into_iter().find(|file| file.exists());
    let kind = if path.ends_with(".css") { "text/css" } else { "text/javascript" };
    match file.map(std::fs::read) {
        Some(Ok(bytes)) => ([(header::CONTENT_TYPE, kind)], Body::from(bytes)).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
