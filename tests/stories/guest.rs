//! A guest in every page: other people's styles, policies and frames, and what each leads to.
//!
//! `docs/conditions.md` is made from these tables, so it says what was seen.

use image::RgbImage;
use porchlight_tests::TestApp;
use porchlight_tests::app::Wish;
use porchlight_tests::browser::{Brand, Browser, Look};
use porchlight_tests::site::{HostPage, Site};
use serde_json::{Value, json};

/// What somebody gets who clicks the button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rung {
    /// The form itself.
    Form,
    /// The landing page in a frame.
    Frame,
    /// A plain link in the dialog.
    Link,
    /// The page's own link; there is no button.
    OwnLink,
}

impl Rung {
    pub(crate) const fn says(self) -> &'static str {
        match self {
            Self::Form => "the form",
            Self::Frame => "the landing page in a frame",
            Self::Link => "a link to the landing page",
            Self::OwnLink => "the page's own link",
        }
    }
}

/// A page's own styles.
pub(crate) struct Styled {
    pub(crate) name: &'static str,
    head: &'static str,
    body: &'static str,
    /// In every run, not only in the long one.
    always: bool,
}

const PLAIN: Styled = Styled { name: "no styles at all", head: "", body: "", always: true };

pub(crate) const STYLED: &[Styled] = &[
    Styled {
        name: "Bootstrap 5",
        head: "<link rel=stylesheet href=/npm/bootstrap/dist/css/bootstrap.min.css>",
        always: true,
        ..PLAIN
    },
    Styled {
        name: "Tailwind 4's reset",
        head: "<link rel=stylesheet href=/npm/tailwindcss/preflight.css>",
        always: false,
        ..PLAIN
    },
    Styled {
        name: "`* { all: unset !important }`",
        head: "<style>* { all: unset !important } head, style, script { display: none !important }</style>",
        always: true,
        ..PLAIN
    },
    Styled {
        name: "`font-size: 62.5%`, and every element its own font",
        head: "<style>html { font-size: 62.5% } * { font: italic 9px serif !important; letter-spacing: 3px !important; text-transform: uppercase; line-height: 3 }</style>",
        always: false,
        ..PLAIN
    },
    Styled {
        name: "elements that are hidden, shifted or turned",
        head: "<style>div, dialog, button, section { display: none !important; opacity: 0.2 !important; transform: rotate(3deg) !important; visibility: hidden !important; width: 3px !important }</style>",
        always: false,
        ..PLAIN
    },
    Styled {
        name: "a page that is transformed, filtered and clipped",
        head: "<style>body { transform: translateX(10px) scale(0.9); filter: sepia(1); overflow: hidden; height: 120px; contain: strict }</style>",
        always: true,
        ..PLAIN
    },
    Styled {
        name: "a war of z-indexes",
        head: "<style>.banner { position: fixed; inset: 0; z-index: 2147483647; pointer-events: none }</style>",
        body: "<div class=banner></div>",
        always: false,
    },
];

/// A page's policy or circumstances.
pub(crate) struct Policed {
    pub(crate) name: &'static str,
    /// Directives, with `{us}` for our origin; empty is no policy.
    policy: &'static str,
    headers: &'static [(&'static str, &'static str)],
    head: &'static str,
    /// Attributes of the script.
    script: &'static str,
    pub(crate) rung: Rung,
    always: bool,
}

const OPEN: Policed =
    Policed { name: "no policy", policy: "", headers: &[], head: "", script: "", rung: Rung::Form, always: true };

pub(crate) const POLICED: &[Policed] = &[
    Policed {
        name: "the directives that we ask for, and nothing else",
        policy: "default-src 'none'; script-src {us} 'wasm-unsafe-eval'; connect-src {us}; frame-src {us}",
        ..OPEN
    },
    Policed {
        name: "a nonce with `strict-dynamic`",
        policy: "default-src 'none'; script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src {us}",
        script: "nonce=abc",
        always: false,
        ..OPEN
    },
    Policed {
        name: "Trusted Types required",
        policy: "require-trusted-types-for 'script'; trusted-types 'none'; style-src 'none'",
        ..OPEN
    },
    Policed { name: "WASM forbidden", policy: "script-src {us}; connect-src {us}; frame-src {us}", rung: Rung::Frame, ..OPEN },
    Policed {
        name: "fetching forbidden",
        policy: "script-src {us} 'wasm-unsafe-eval'; connect-src 'none'; frame-src {us}",
        rung: Rung::Frame,
        always: false,
        ..OPEN
    },
    Policed {
        name: "all scripts but the loader forbidden",
        policy: "script-src {us}/embed.js 'wasm-unsafe-eval'; connect-src {us}; frame-src {us}",
        rung: Rung::Frame,
        always: false,
        ..OPEN
    },
    Policed {
        name: "WASM and frames forbidden",
        policy: "script-src {us}; connect-src {us}; frame-src 'none'",
        rung: Rung::Link,
        ..OPEN
    },
    Policed { name: "all scripts forbidden", policy: "script-src 'none'", rung: Rung::OwnLink, ..OPEN },
    Policed {
        name: "a sandboxed page (`allow-scripts`)",
        policy: "sandbox allow-scripts allow-forms allow-popups",
        always: false,
        ..OPEN
    },
    Policed {
        name: "all storage forbidden",
        head: "<script>for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError') } })</script>",
        ..OPEN
    },
    Policed {
        name: "`Cross-Origin-Embedder-Policy: require-corp`",
        headers: &[("cross-origin-embedder-policy", "require-corp"), ("cross-origin-opener-policy", "same-origin")],
        always: false,
        ..OPEN
    },
];

pub(crate) fn all() -> bool {
    std::env::var("PORCHLIGHT_TEST_ALL").is_ok()
}

/// Errors, refusals of a policy and slow tasks are written down from the first line on.
const WATCH: &str = "<script>window.__seen = { errors: [], refused: [], slow: [], shifts: 0, names: Object.keys(window) };
addEventListener('error', (e) => __seen.errors.push(String(e.message)), true);
addEventListener('unhandledrejection', (e) => __seen.errors.push(String(e.reason)));
document.addEventListener('securitypolicyviolation', (e) => e.blockedURI.endsWith('/favicon.ico') || __seen.refused.push(e.effectiveDirective));
new PerformanceObserver((l) => __seen.slow.push(...l.getEntries().map((e) => e.duration))).observe({ type: 'longtask' });
new PerformanceObserver((l) => { for (const e of l.getEntries()) __seen.shifts += e.value }).observe({ type: 'layout-shift', buffered: true });
</script>";

/// A school's page with its own head and body around the two lines.
pub(crate) fn host_page(us: &str, html: &str, head: &str, body: &str, script: &str) -> String {
    format!(
        "<!doctype html><html lang=en {html}><head><meta charset=utf-8><meta name=viewport content=\"width=device-width\"><title>A school</title>{WATCH}{head}</head>\
         <body><h1>Good morning</h1><p id=words>The book fair opens on Monday.</p><button id=theirs>Theirs</button>{body}\
         <p><a href=\"{us}/maple-valley\" data-porchlight>Let's talk</a></p>\
         <script async src=\"{us}/embed.js\" data-district=maple-valley {script}></script></body></html>"
    )
}

/// What stands in the page without us, as far as scripts can see.
const SEEN: &str = "const mine = [...document.documentElement.children].filter((e) => !e.shadowRoot);
const link = document.querySelector('[data-porchlight]');
const style = link.getAttribute('style'); link.removeAttribute('style');
const text = mine.map((e) => e.outerHTML).join(''); if (style) link.setAttribute('style', style);
const look = (e) => { const s = getComputedStyle(e); return [...s].map((n) => n + ':' + s.getPropertyValue(n)).join(';') + JSON.stringify(e.getBoundingClientRect()); };
return text + look(document.body) + look(document.querySelector('#words')) + look(document.querySelector('#theirs'));";

pub(crate) async fn seen(browser: &Browser) -> Value {
    browser.run("return window.__seen", Vec::new()).await
}

/// How much two pictures differ, in per cent of their pixels; more than a shade counts.
fn difference(one: &RgbImage, other: &RgbImage) -> f64 {
    if one.dimensions() != other.dimensions() {
        return 100.0;
    }
    let apart = |(a, b): (&image::Rgb<u8>, &image::Rgb<u8>)| (0..3).any(|i| a.0[i].abs_diff(b.0[i]) > 24);
    let different = one.pixels().zip(other.pixels()).filter(|pair| apart(*pair)).count();
    100.0 * different as f64 / f64::from(one.width() * one.height())
}

/// Pictures of the button, and of the form behind it at its first step.
async fn pictures(browser: &Browser) -> (RgbImage, RgbImage) {
    browser.find("#l").await;
    // The mouse stands on neither, so that neither looks hovered.
    browser.point_at(5, 5).await;
    let button = browser.picture_of("#l", 2).await;
    browser.click("#l").await;
    browser.find_text("h2", "Who are you?").await;
    browser.point_at(5, 5).await;
    let form = browser.picture_of("dialog", -12).await;
    (button, form)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_changes_it_and_it_changes_no_page() {
    for brand in Brand::BOTH {
        println!("{brand:?}");
        unchanged_in(brand).await;
    }
}

async fn unchanged_in(brand: Brand) {
    let app = TestApp::wish(Wish::default()).await;
    let site = Site::open().await;
    let browser = Browser::open(Look { brand, ..Look::default() }).await;
    let plain = host_page(&app.base, "", PLAIN.head, PLAIN.body, "");
    browser.goto(&site.put("plain", HostPage { html: plain, headers: Vec::new() })).await;
    let (button, form) = pictures(&browser).await;
    for (index, page) in STYLED.iter().enumerate().filter(|(_, page)| page.always || all()) {
        // The same page without us: no script, and its link, which the button stands for, hidden.
        let bare = host_page(&app.base, "", page.head, page.body, "")
            .replace("<script async src", "<script async data-no")
            .replace("data-porchlight>", "data-porchlight style=\"display: none !important\">");
        browser.goto(&site.put("bare", HostPage { html: bare, headers: Vec::new() })).await;
        // A page that fades its colours in is looked at when it has.
        browser.until("document.readyState == 'complete' && document.getAnimations().length == 0").await;
        let before = browser.run(SEEN, Vec::new()).await;
        let html = host_page(&app.base, "", page.head, page.body, "");
        browser.goto(&site.put(&format!("styled-{index}"), HostPage { html, headers: Vec::new() })).await;
        let (its_button, its_form) = pictures(&browser).await;
        browser.key("Escape").await;
        browser.gone("dialog[open]").await;
        browser.until("document.getAnimations().length == 0").await;
        let after = browser.run(SEEN, Vec::new()).await;
        let unsaid = |text: &Value| text.as_str().unwrap().replace("data-no=", "src=");
        let (before, after) = (unsaid(&before), unsaid(&after));
        let place = before.bytes().zip(after.bytes()).position(|(one, other)| one != other).unwrap_or(before.len());
        let around = |text: &str| text.get(place.saturating_sub(60)..).map(|rest| rest.chars().take(120).collect::<String>());
        assert!(before == after, "{}: the page was {:?}, is {:?}", page.name, around(&before), around(&after));
        let (one, other) = (difference(&button, &its_button), difference(&form, &its_form));
        if one > 1.0 || other > 1.0 {
            its_button.save(browser.shot("different").await.with_file_name("different-button.png")).unwrap();
        }
        assert!(one <= 1.0, "{}: {one} % of the button's pixels differ", page.name);
        assert!(other <= 1.0, "{}: {other} % of the form's pixels differ", page.name);
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_policy_leads_somewhere() {
    for brand in Brand::BOTH {
        println!("{brand:?}");
        every_policy_in(brand).await;
    }
}

async fn every_policy_in(brand: Brand) {
    let app = TestApp::wish(Wish::default()).await;
    let site = Site::open().await;
    let browser = Browser::open(Look { brand, ..Look::default() }).await;
    for (index, page) in POLICED.iter().enumerate().filter(|(_, page)| page.always || all()) {
        let mut headers: Vec<_> = page.headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let mut html = host_page(&app.base, "", page.head, "", page.script);
        if !page.policy.is_empty() {
            // Our own watching script is not the page's.
            let policy = page.policy.replace("{us}", &app.base);
            let policy = if policy.contains("script-src 'none'") {
                html = html.replace(WATCH, "");
                policy
            } else {
                html = html.replace("<script>window.__seen", "<script nonce=watch>window.__seen");
                policy.replacen("script-src", "script-src 'nonce-watch'", 1)
            };
            headers.push(("content-security-policy", policy));
        }
        browser.goto(&site.put(&format!("policed-{index}"), HostPage { html, headers })).await;
        leads_to(&browser, page).await;
    }
    browser.close().await;
}

async fn leads_to(browser: &Browser, page: &Policed) {
    let name = page.name;
    if page.rung == Rung::OwnLink {
        browser.click_text("a", "Let's talk").await;
        browser.find_text("h1", "Let's talk").await;
        return;
    }
    browser.click("#l").await;
    match page.rung {
        Rung::Form => {
            browser.click_text(".row", "Parent or guardian").await;
            browser.click_text(".row", "Bus or transportation").await;
            browser.find_text("label", "Where was it?").await;
            let seen = seen(browser).await;
            assert_eq!(seen["errors"], json!([]), "{name}: errors");
            assert_eq!(seen["refused"], json!([]), "{name}: the policy had to refuse nothing");
        }
        Rung::Frame => {
            let frame = browser.find("dialog iframe").await;
            assert!(!browser.has("dialog a").await, "{name}: the link has made room");
            frame.enter_frame().await.unwrap();
            browser.find_text("a", "Bus or transportation").await.click().await.unwrap();
            browser.find_text("h1", "Bus or transportation").await;
            browser.driver.enter_default_frame().await.unwrap();
        }
        Rung::Link => {
            let link = browser.find("dialog a[href]").await;
            assert!(link.attr("href").await.unwrap().unwrap().ends_with("/maple-valley/"), "{name}");
            assert!(!browser.has("dialog iframe").await, "{name}: no empty frame is shown");
        }
        Rung::OwnLink => {}
    }
    if page.rung != Rung::Form {
        // What the policy refuses is refused once, not again and again, and nothing else goes wrong.
        let seen = seen(browser).await;
        assert_eq!(seen["errors"], json!([]), "{name}: errors");
        assert!(seen["refused"].as_array().is_some_and(|all| all.len() <= 3), "{name}: {}", seen["refused"]);
    }
    // The way out is there on every rung; keys pressed in a frame are the frame's.
    if page.rung == Rung::Frame {
        browser.click_text("dialog > button", "OK").await;
    }
    browser.key("Escape").await;
    browser.gone("dialog[open]").await;
    browser.run("try { sessionStorage.clear() } catch {}", Vec::new()).await;
}
