//! What a visitor pays: our button and form beside others', in one run, on a phone's processor (4 × slowed).
//!
//! Each page has a button that opens a form with the same five questions, one of which depends on another. Others'
//! scripts are loaded on click, like ours; served from this machine, so that what is measured is the work, not the line.

use super::line;
use porchlight_tests::TestApp;
use porchlight_tests::app::Wish;
use porchlight_tests::browser::{Browser, PHONE};
use porchlight_tests::site::{HostPage, Site};
use serde_json::{Value, json};
use std::time::Duration;

const RUNS: usize = 7;

/// A form library's page: what it loads on click, and how the form is made; `shown` is true once its first field is there.
struct Peer {
    name: &'static str,
    open: &'static str,
    shown: &'static str,
}

const PEERS: &[Peer] = &[
    Peer {
        name: "SurveyJS 2.5, on click",
        open: "await css('/npm/survey-core/survey-core.min.css'); await js('/npm/survey-core/survey.core.min.js'); await js('/npm/survey-js-ui/survey-js-ui.min.js');
            const survey = new Survey.Model({ elements: [
                { type: 'radiogroup', name: 'kind', title: 'What would you like to share?', isRequired: true, choices: ['A question', 'A comment', 'A concern'] },
                { type: 'text', name: 'road', title: 'Where was it?', isRequired: true },
                { type: 'text', name: 'bus', title: 'Bus number', visibleIf: \"{kind} = 'A concern'\" },
                { type: 'text', name: 'day', inputType: 'date', title: 'Which day?' },
                { type: 'comment', name: 'what', title: 'What happened?', isRequired: true } ] });
            survey.render(place);",
        shown: "document.querySelector('#place input')",
    },
    Peer {
        name: "Form.io 5.6, on click",
        open: "await css('/npm/@formio/js/dist/formio.form.min.css'); await js('/npm/@formio/js/dist/formio.form.min.js');
            await Formio.createForm(place, { components: [
                { type: 'radio', key: 'kind', label: 'What would you like to share?', input: true, validate: { required: true }, values: [{ label: 'A question', value: 'q' }, { label: 'A comment', value: 'c' }, { label: 'A concern', value: 'n' }] },
                { type: 'textfield', key: 'road', label: 'Where was it?', input: true, validate: { required: true } },
                { type: 'textfield', key: 'bus', label: 'Bus number', input: true, conditional: { show: true, when: 'kind', eq: 'n' } },
                { type: 'textfield', key: 'day', label: 'Which day?', input: true },
                { type: 'textarea', key: 'what', label: 'What happened?', input: true, validate: { required: true } } ] });",
        shown: "document.querySelector('#place input')",
    },
];

/// Ours: the bus form, which asks a kind, a school, a place, a bus, a day, a time, what happened, and photos.
const OURS: Peer = Peer {
    name: "Porchlight, on click",
    open: "Porchlight.open({ topic: 'transportation', prefill: { relationship: 'parent' } });",
    shown: "[...document.documentElement.children].some((e) => e.shadowRoot?.querySelector('dialog input'))",
};

fn page(peer: &Peer, line: &str) -> HostPage {
    let html = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>A school</title><h1>Good morning</h1>{line}<button id=open>Open</button><div id=place></div><script>
        const js = (src) => new Promise((done, fail) => document.head.append(Object.assign(document.createElement('script'), {{ src, onload: done, onerror: fail }})));
        const css = (href) => new Promise((done, fail) => document.head.append(Object.assign(document.createElement('link'), {{ href, rel: 'stylesheet', onload: done, onerror: fail }})));
        const place = document.getElementById('place');
        document.getElementById('open').onclick = async () => {{
            const began = performance.now();
            const look = () => {{
                const field = {};
                if (field) requestAnimationFrame(() => setTimeout(() => (window.took = performance.now() - began)));
                else setTimeout(look, 2);
            }};
            look();
            {}
        }};</script>",
        peer.shown, peer.open
    );
    HostPage { html, headers: Vec::new() }
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// Milliseconds that scripts took since the page began, as the browser counts them.
async fn script_ms(browser: &Browser) -> f64 {
    let metrics = browser.devtools("Performance.getMetrics", json!({})).await;
    let found = metrics["metrics"].as_array().and_then(|all| all.iter().find(|m| m["name"] == "ScriptDuration"));
    found.and_then(|m| m["value"].as_f64()).unwrap_or(0.0) * 1_000.0
}

struct Paid {
    /// Script before the click, more than the same page takes without us.
    before: f64,
    /// From the click to the first field.
    click: f64,
}

async fn measure(browser: &Browser, peer: &Peer, address: &str, bare: f64, ready: &str) -> Paid {
    let (mut before, mut click) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        browser.devtools("Network.clearBrowserCache", json!({})).await;
        browser.goto("about:blank").await;
        let at_first = script_ms(browser).await;
        // The page is there when its scripts have run; to ask it anything would be counted, too.
        browser.goto(address).await;
        before.push((script_ms(browser).await - at_first - bare).max(0.0));
        browser.until(ready).await;
        browser.run("document.getElementById('open').click()", Vec::new()).await;
        browser.until("window.took").await;
        let took: Value = browser.run("return window.took", Vec::new()).await;
        click.push(took.as_f64().unwrap_or_else(|| panic!("{}: no time", peer.name)));
    }
    Paid { before: median(before), click: median(click) }
}

/// How long a quick finger stays on a button.
const FINGER: Duration = Duration::from_millis(80);

/// From the click on our button to the first question, when it is a finger that clicks: the button hears it coming.
async fn touched(browser: &Browser, address: &str) -> f64 {
    const WATCH: &str = "addEventListener('click', () => {
        const began = performance.now();
        const look = () => {
            const row = [...document.documentElement.children].some((e) => e.shadowRoot?.querySelector('dialog .row'));
            if (row) requestAnimationFrame(() => setTimeout(() => (window.took = performance.now() - began)));
            else setTimeout(look, 2);
        };
        look();
    }, true)";
    let mut all = Vec::new();
    for _ in 0..RUNS {
        browser.devtools("Network.clearBrowserCache", json!({})).await;
        browser.goto("about:blank").await;
        browser.goto(address).await;
        let (x, y) = browser.place_of("#l").await;
        browser.run(WATCH, Vec::new()).await;
        let touch =
            |kind, points: Value| browser.devtools("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points }));
        touch("touchStart", json!([{ "x": x, "y": y }])).await;
        tokio::time::sleep(FINGER).await;
        touch("touchEnd", json!([])).await;
        browser.until("window.took").await;
        all.push(browser.run("return window.took", Vec::new()).await.as_f64().expect("a time"));
    }
    median(all)
}

/// # Errors
/// The server or the browser does not start.
pub(crate) async fn widgets() -> anyhow::Result<()> {
    let app = TestApp::wish(Wish::default()).await;
    let site = Site::open().await;
    let browser = Browser::open(PHONE).await;
    for (command, parameters) in [
        ("Performance.enable", json!({ "timeDomain": "timeTicks" })),
        ("Network.enable", json!({})),
        ("Emulation.setCPUThrottlingRate", json!({ "rate": 4 })),
    ] {
        browser.devtools(command, parameters).await;
    }
    let nothing = Peer { name: "", open: "window.took = 1;", shown: "true" };
    let address = site.put("nothing", page(&nothing, ""));
    let bare = measure(&browser, &nothing, &address, 0.0, "document.readyState == 'complete'").await.before;
    let us = &app.base;
    let embed = format!("<script async src=\"{us}/embed.js\" data-district=maple-valley></script>");
    let address = site.put("ours", page(&OURS, &embed));
    let ours = measure(&browser, &OURS, &address, bare, "window.Porchlight").await;
    line(
        "button: script before the click, 4 × slowed",
        &format!("{:.1} ms", ours.before),
        "5 ms",
        &format!("{:.2}", ours.before / 5.0),
    );
    line(
        "Porchlight: click to first field, median of 7",
        &format!("{:.0} ms", ours.click),
        "180 ms",
        &format!("{:.2}", ours.click / 180.0),
    );
    let touched = touched(&browser, &address).await;
    line(
        "Porchlight: finger on the button to first question",
        &format!("{touched:.0} ms"),
        "110 ms",
        &format!("{:.2}", touched / 110.0),
    );
    for peer in PEERS {
        let address = site.put("peer", page(peer, ""));
        let theirs = measure(&browser, peer, &address, bare, "document.readyState == 'complete'").await;
        let times = theirs.click / ours.click;
        line(
            &format!("{}: click to first field", peer.name),
            &format!("{:.0} ms", theirs.click),
            "≥ 5 × ours",
            &format!("{times:.1} ×"),
        );
    }
    browser.close().await;
    Ok(())
}
