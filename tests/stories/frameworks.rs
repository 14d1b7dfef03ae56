//! Sites that are programs: pages that change without being loaded, scripts that come twice or late.

use porchlight_tests::TestApp;
use porchlight_tests::app::Wish;
use porchlight_tests::browser::{Brand, Browser, Look, PHONE};
use porchlight_tests::site::{HostPage, Site};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// How many launchers there are, wherever they stand.
const LAUNCHERS: &str = "return [...document.querySelectorAll('*')].filter((e) => e.shadowRoot?.querySelector('#l')).length";

fn page(us: &str, head: &str, body: &str) -> HostPage {
    let html = format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>A school</title>{head}</head><body>{}</body></html>",
        body.replace("{us}", us)
    );
    HostPage { html, headers: Vec::new() }
}

fn line(us: &str) -> String {
    format!(
        "<a href=\"{us}/maple-valley\" data-porchlight>Let's talk</a><script async src=\"{us}/embed.js\" data-district=maple-valley></script>"
    )
}

/// One of our sample pages, put together as its own site would do it.
fn bundle(sample: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let tools = root.join("target/tools/node_modules");
    let made = Command::new(tools.join(".bin/esbuild"))
        .arg(root.join("static/demo").join(sample))
        .args(["--bundle", "--minify", "--format=esm", "--jsx=automatic", "--define:process.env.NODE_ENV=\"production\""])
        .args(["--alias:vue=vue/dist/vue.esm-browser.prod.js", "--log-level=error"])
        .env("NODE_PATH", &tools)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap()
}

/// Whoever wrote something before the page changed finds it again, behind the only button there is.
async fn one_launcher_and_the_draft_kept(browser: &Browser) {
    browser.find("#l").await;
    assert_eq!(browser.run(LAUNCHERS, Vec::new()).await, json!(1));
    browser.click_text("a", "Tell the bus office").await;
    browser.wait_text("We kept what you wrote before.").await;
    assert_eq!(browser.value_of("#f-road").await, "Elm St & 4th");
    browser.key("Escape").await;
    browser.gone("dialog[open]").await;
}

/// Writes a part of a form.
async fn write_something(browser: &Browser) {
    browser.click_text("a", "Tell the bus office").await;
    browser.click_text(".row", "Parent or guardian").await;
    browser.type_into("#f-road", "Elm St & 4th").await;
    browser.key("Escape").await;
    browser.gone("dialog[open]").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn react_and_vue_change_their_pages_and_it_stays() {
    let app = TestApp::wish(Wish::default()).await;
    let site = Site::open().await;
    for (brand, sample) in Brand::BOTH.into_iter().flat_map(|brand| [(brand, "react.jsx"), (brand, "vue.js")]) {
        println!("{brand:?}, {sample}");
        let script = format!("{}.js", sample.split('.').next().unwrap());
        site.put(&script, HostPage { html: bundle(sample), headers: Vec::new() });
        let body = format!(
            "<div id=site data-us=\"{{us}}\" data-district=maple-valley></div><script type=module src=/{script}></script>"
        );
        let browser = Browser::open(Look { brand, ..Look::default() }).await;
        browser.goto(&site.put("site", page(&app.base, "", &body))).await;
        browser.find("#l").await;
        write_something(&browser).await;
        for name in ["Calendar", "Contact", "News"] {
            browser.click_text("nav button", name).await;
            browser.find_text("h1", name).await;
            one_launcher_and_the_draft_kept(&browser).await;
        }
        browser.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn turbo_replaces_and_morphs_and_it_stays() {
    let app = TestApp::wish(Wish::default()).await;
    let site = Site::open().await;
    let head = "<script src=/npm/@hotwired/turbo/dist/turbo.es2017-umd.js></script>\
                <meta name=turbo-refresh-method content=morph><meta name=turbo-refresh-scroll content=preserve>";
    for name in ["one", "two"] {
        let body = format!(
            "<h1>{name}</h1><a href=/one>to one</a> <a href=/two>to two</a> <a href=\"{{us}}/maple-valley/transportation\" data-porchlight=transportation>Tell the bus office</a> {}",
            line(&app.base)
        );
        site.put(name, page(&app.base, head, &body));
    }
    for brand in Brand::BOTH {
        println!("{brand:?}");
        let browser = Browser::open(Look { brand, ..Look::default() }).await;
        browser.goto(&format!("{}/one", site.base)).await;
        browser.find("#l").await;
        write_something(&browser).await;
        for name in ["two", "one"] {
            browser.click_text("a", &format!("to {name}")).await;
            browser.find_text("h1", name).await;
            one_launcher_and_the_draft_kept(&browser).await;
        }
        // A visit to the page where one is morphs it in place.
        browser.run("Turbo.visit(location.href, { action: 'replace' })", Vec::new()).await;
        browser.until("!document.documentElement.hasAttribute('aria-busy')").await;
        one_launcher_and_the_draft_kept(&browser).await;
        browser.close().await;
    }
}

/// What is alive in the page after the garbage is gone: listeners, nodes, bytes.
async fn alive(browser: &Browser) -> (i64, i64, i64) {
    for _ in 0..3 {
        browser.devtools("HeapProfiler.collectGarbage", json!({})).await;
    }
    let counted = browser.devtools("Memory.getDOMCounters", json!({})).await;
    let heap = browser.devtools("Runtime.getHeapUsage", json!({})).await;
    let number = |value: &Value| value.as_f64().unwrap() as i64;
    (number(&counted["jsEventListeners"]), number(&counted["nodes"]), number(&heap["usedSize"]))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_pages_later_nothing_has_piled_up() {
    let app = TestApp::wish(Wish::default()).await;
    let site = Site::open().await;
    let browser = Browser::open(PHONE).await;
    browser.goto(&site.put("spa", page(&app.base, "", &format!("<h1>0</h1>{}", line(&app.base))))).await;
    browser.find("#l").await;
    let mut before = (0, 0, 0);
    for swap in 1..=55 {
        let script = "const body = document.createElement('body'); body.innerHTML = '<h1>' + arguments[0] + '</h1>'; document.body.replaceWith(body); Porchlight.open()";
        browser.run(script, vec![json!(swap)]).await;
        // Not found as elements: the driver would keep those alive.
        let shown =
            |what: &str| format!("[...document.querySelectorAll('*')].some((e) => e.shadowRoot?.querySelector('{what}'))");
        browser.until(&shown("dialog[open] h2")).await;
        browser.run("Porchlight.close()", Vec::new()).await;
        browser.until(&format!("!{}", shown("h2"))).await;
        if swap == 5 {
            before = alive(&browser).await;
        }
    }
    assert_eq!(browser.run(LAUNCHERS, Vec::new()).await, json!(1));
    let after = alive(&browser).await;
    println!("after 5 and after 55 pages: {before:?}, {after:?} (listeners, nodes, bytes)");
    assert!(after.0 <= before.0 + 5, "listeners: {} became {}", before.0, after.0);
    assert!(after.1 <= before.1 + 50, "nodes: {} became {}", before.1, after.1);
    assert!(after.2 <= before.2 + 250_000, "bytes: {} became {}", before.2, after.2);
    browser.close().await;
}

/// How the line comes into a page, and whether the page's own link gives the button its words.
type Way = (&'static str, fn(&str) -> HostPage, bool);

/// The loader, put in by a script of the page.
fn inserted(us: &str) -> String {
    format!(
        "const s = document.createElement('script'); s.src = '{us}/embed.js'; s.dataset.district = 'maple-valley'; document.head.append(s);"
    )
}

fn own_link(us: &str) -> String {
    format!("<a href=\"{us}/maple-valley\" data-porchlight>Write to us</a>")
}

pub(crate) const WAYS: &[Way] = &[
    ("twice", |us| page(us, "", &[line(us), line(us)].concat()), false),
    (
        "by a tag manager, after all else",
        |us| page(us, "", &format!("{}<script>addEventListener('load', () => {{ {} }})</script>", own_link(us), inserted(us))),
        true,
    ),
    ("late", |us| page(us, "", &format!("{}<script>setTimeout(() => {{ {} }}, 300)</script>", own_link(us), inserted(us))), true),
    (
        "in the head, before the link",
        |us| page(us, &format!("<script src=\"{us}/embed.js\" data-district=maple-valley></script>"), &own_link(us)),
        true,
    ),
    (
        "without a link",
        |us| page(us, "", &format!("<script async src=\"{us}/embed.js\" data-district=maple-valley></script>")),
        false,
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_the_script_comes_there_is_one_button() {
    let app = TestApp::wish(Wish::default()).await;
    let site = Site::open().await;
    for brand in Brand::BOTH {
        println!("{brand:?}");
        let browser = Browser::open(Look { brand, ..Look::default() }).await;
        for (name, make, own) in WAYS {
            browser.goto(&site.put("way", make(&app.base))).await;
            let label = browser.text_of("#l").await;
            assert_eq!(browser.run(LAUNCHERS, Vec::new()).await, json!(1), "{name}");
            assert_eq!(label, if *own { "Write to us" } else { "Let's talk" }, "{name}: the link's words are the button's");
            browser.click("#l").await;
            browser.find_text("h2", "Who are you?").await;
        }
        browser.close().await;
    }
    // Where scripts don't run, or a CMS allows a link only.
    let browser = Browser::open(Look { javascript: false, ..Look::default() }).await;
    let body = format!("<noscript>{}</noscript>", own_link(&app.base));
    browser.goto(&site.put("noscript", page(&app.base, "", &body))).await;
    browser.find_text("a", "Write to us").await.click().await.unwrap();
    browser.find_text("h1", "Let's talk").await;
    browser.close().await;
}
