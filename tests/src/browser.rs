//! A real browser, driven by WebDriver.

mod aloud;
mod driver;

use image::RgbImage;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use thirtyfour::action_chain::ActionChain;
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;

/// Whose browser it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brand {
    Chromium,
    Firefox,
}

impl Brand {
    pub const BOTH: [Self; 2] = [Self::Chromium, Self::Firefox];
}

/// How a browser differs from the usual.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub width: u32,
    pub height: u32,
    pub javascript: bool,
    pub dark: bool,
    pub lang: &'static str,
    pub brand: Brand,
}

/// A phone, held upright.
pub const PHONE: Look = Look { width: 390, height: 844, javascript: true, dark: false, lang: "en-US", brand: Brand::Chromium };

impl Default for Look {
    fn default() -> Self {
        Self { width: 1_280, height: 860, javascript: true, dark: false, lang: "en-US", brand: Brand::Chromium }
    }
}

pub struct Browser {
    pub driver: WebDriver,
    look: Look,
    profile: Arc<tempfile::TempDir>,
    _helper: Arc<driver::Driver>,
}

impl Browser {
    pub async fn open(look: Look) -> Self {
        Self::with(Arc::new(tempfile::tempdir().expect("a profile")), look).await
    }

    /// Closes the browser and opens it again, with what it kept.
    pub async fn reopen(self, look: Look) -> Self {
        let profile = self.profile.clone();
        self.close().await;
        Self::with(profile, look).await
    }

    async fn with(profile: Arc<tempfile::TempDir>, look: Look) -> Self {
        let helper = tokio::task::spawn_blocking(move || driver::of(look.brand)).await.expect("the driver");
        let started =
            async || WebDriver::new(&format!("http://127.0.0.1:{}", helper.port), driver::wishes(look, profile.path())).await;
        // On a busy machine a browser sometimes ends while it starts, before it has seen a page.
        let driver = match started().await {
            Err(error) if matches!(error.as_inner(), WebDriverErrorInner::SessionNotCreated(_)) => {
                eprintln!("a browser did not start, and is started again: {error}");
                started().await
            }
            first => first,
        };
        let driver = driver.expect("a browser");
        driver.set_implicit_wait_timeout(Duration::ZERO).await.expect("no implicit waits");
        let browser = Self { driver, look, profile, _helper: helper };
        if look.brand == Brand::Chromium {
            browser.emulate(look).await;
        }
        browser
    }

    /// The size of a phone cannot be had from a window; the DevTools protocol gives it.
    async fn emulate(&self, look: Look) {
        let metrics = json!({ "width": look.width, "height": look.height, "deviceScaleFactor": 1, "mobile": look.width < 700 });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        let scheme = if look.dark { "dark" } else { "light" };
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] }))
            .await;
    }

    /// Gives the window another size, as a phone does that is turned.
    pub async fn resize(&self, width: u32, height: u32) {
        if self.look.brand == Brand::Chromium {
            self.emulate(Look { width, height, ..self.look }).await;
        } else {
            self.driver.set_window_rect(0, 0, width, height).await.expect("another size");
        }
    }

    /// A command of Chromium's own protocol; Firefox has none.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.driver.cdp().send_raw(command, parameters).await.unwrap_or_else(|e| panic!("{command}: {e}"))
    }

    /// From now on pages believe that it is so many days later.
    pub async fn shift_clock(&self, days: i64) {
        let script = format!(
            "{{ const Real = Date, by = {days} * 864e5; self.Date = class extends Real {{ constructor(...a) {{ a.length ? super(...a) : super(Real.now() + by) }} static now() {{ return Real.now() + by }} }} }}"
        );
        self.devtools("Page.enable", json!({})).await;
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    pub async fn goto(&self, url: &str) {
        self.driver.goto(url).await.expect("the page opens");
    }

    /// The first element that matches, also inside shadow roots; waits for it to be there.
    pub async fn find(&self, selector: &str) -> WebElement {
        self.wait(selector, vec![json!(selector)]).await
    }

    /// The first visible element with this text among those that match.
    pub async fn find_text(&self, selector: &str, text: &str) -> WebElement {
        self.wait(&format!("{selector} with “{text}”"), vec![json!(selector), json!(text)]).await
    }

    async fn wait(&self, what: &str, arguments: Vec<Value>) -> WebElement {
        let script = format!("{FIND} return look(document)");
        let began = Instant::now();
        loop {
            // Not there yet, gone again before it was told, or the page is just leaving.
            let found = self.driver.execute(&script, arguments.clone()).await.and_then(|found| found.element());
            let failed = match found {
                Ok(element) => return element,
                Err(failed) => failed,
            };
            if began.elapsed() > PATIENCE {
                let text = self.text().await;
                self.shot("missing").await;
                panic!("no {what} on {:?} ({failed}): {text}", self.driver.current_url().await);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    pub async fn click(&self, selector: &str) {
        let began = Instant::now();
        while !self.press(self.find(selector).await).await {
            assert!(began.elapsed() < PATIENCE, "{selector} never felt a click");
        }
    }

    pub async fn click_text(&self, selector: &str, text: &str) {
        let began = Instant::now();
        while !self.press(self.find_text(selector, text).await).await {
            assert!(began.elapsed() < PATIENCE, "{selector} with “{text}” never felt a click");
        }
    }

    /// A true mouse click where the element is seen, once it has come to rest: what lies above it would get it instead.
    /// Whether it was still there, and the click was felt.
    async fn press(&self, element: WebElement) -> bool {
        let element = vec![element.to_json().expect("an element")];
        let place = if self.look.javascript {
            self.driver.execute_async(&format!("{PLACE} rest()"), element).await
        } else {
            // No script runs in the page that could move it, nor one that waits for a frame.
            self.driver.execute(&format!("{PLACE} return place()"), element).await
        };
        // Gone before it was asked, as find may hand out what is replaced the moment after.
        let Ok(place) = place.map(|place| place.json().clone()) else { return false };
        let (Some(x), Some(y)) = (place[0].as_i64(), place[1].as_i64()) else { return false };
        self.hand().move_to(x, y).click().perform().await.expect("a click");
        // A frame has a process of its own: a busy browser may not know yet that what lies there is the frame's.
        let framed = place[2] == json!(true);
        !framed || self.driver.execute(FELT, Vec::new()).await.map_or(true, |felt| felt.json() != &json!(false))
    }

    /// Mouse and keyboard, without pauses.
    fn hand(&self) -> ActionChain {
        self.driver.action_chain_with_delay(Some(Duration::ZERO), Some(Duration::ZERO))
    }

    /// Types into an input, after a click on it.
    pub async fn type_into(&self, selector: &str, text: &str) {
        self.click(selector).await;
        self.hand().send_keys(text).perform().await.expect("typed");
    }

    /// Presses a key, like `Enter`, `Tab`, `Escape`, `j` or `Ctrl+Enter`.
    pub async fn key(&self, key: &str) {
        let (held, key) = key.strip_prefix("Ctrl+").map_or((false, key), |key| (true, key));
        let code = match key {
            "Enter" => Key::Enter.value(),
            "Tab" => Key::Tab.value(),
            "Escape" => Key::Escape.value(),
            one => one.chars().next().expect("a key"),
        };
        let hand = self.hand();
        let hand = if held { hand.key_down(Key::Control.value()) } else { hand };
        let hand = hand.key_down(code).key_up(code);
        let hand = if held { hand.key_up(Key::Control.value()) } else { hand };
        hand.perform().await.expect("pressed");
    }

    /// Chooses files in a file input.
    pub async fn choose_files(&self, selector: &str, files: &[impl AsRef<Path>]) {
        let all: Vec<_> = files.iter().map(|file| file.as_ref().display().to_string()).collect();
        self.find(selector).await.send_keys(all.join("\n")).await.expect("files");
    }

    /// Runs a script in the page and gives what it returns.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.driver.execute(script, arguments).await.unwrap_or_else(|e| panic!("{script}: {e}")).json().clone()
    }

    /// Waits until an expression is true.
    pub async fn until(&self, condition: &str) {
        self.hold(&format!("return !!({condition})"), Vec::new(), &format!("never: {condition}")).await;
    }

    /// Waits until nothing matches that is seen.
    pub async fn gone(&self, selector: &str) {
        self.hold(&format!("{FIND} return !look(document)"), vec![json!(selector)], &format!("{selector} is still there")).await;
    }

    /// The value of an input, read as soon as it is there.
    pub async fn value_of(&self, selector: &str) -> String {
        self.read(selector, "value").await
    }

    /// What is written in an element, read as soon as it is there.
    pub async fn text_of(&self, selector: &str) -> String {
        self.read(selector, "innerText").await
    }

    /// Found and read at once: what is drawn anew in between would be neither.
    async fn read(&self, selector: &str, property: &str) -> String {
        let script = format!("{FIND} return look(document)?.{property} ?? null");
        let text = self.hold(&script, vec![json!(selector)], &format!("no {selector} with a {property}")).await;
        text.as_str().expect("a text").to_owned()
    }

    /// Waits until a script gives something other than nothing or `false`; a page that is just leaving gives nothing.
    async fn hold(&self, script: &str, arguments: Vec<Value>, otherwise: &str) -> Value {
        let began = Instant::now();
        loop {
            let found = self.driver.execute(script, arguments.clone()).await;
            match &found {
                Ok(found) if !matches!(found.json(), Value::Null | Value::Bool(false)) => return found.json().clone(),
                _ => assert!(began.elapsed() < PATIENCE, "{otherwise} {:?}", found.as_ref().err()),
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Moves the mouse, in pixels from the window's corner.
    pub async fn point_at(&self, x: i64, y: i64) {
        self.hand().move_to(x, y).perform().await.expect("moved");
    }

    /// The middle of what matches, in pixels from the window's corner.
    pub async fn place_of(&self, selector: &str) -> (i64, i64) {
        let rect = self.find(selector).await.rect().await.expect("a place");
        ((rect.x + rect.width / 2.0) as i64, (rect.y + rect.height / 2.0) as i64)
    }

    /// A picture of what matches, with so many pixels around it, or without so many of its edge.
    pub async fn picture_of(&self, selector: &str, around: i32) -> RgbImage {
        let element = self.find(selector).await.to_json().expect("an element");
        let rect = self
            .run(
                "const r = arguments[0].getBoundingClientRect(); return [r.x, r.y, r.width, r.height].map(Math.round)",
                vec![element],
            )
            .await;
        let side = |i: usize, more: i32| u32::try_from(rect[i].as_i64().expect("a number") + i64::from(more)).unwrap_or(0);
        let png = self.driver.screenshot_as_png().await.expect("a picture");
        let whole = image::load_from_memory(&png).expect("a picture").into_rgb8();
        let (x, y, width, height) = (side(0, -around), side(1, -around), side(2, 2 * around), side(3, 2 * around));
        image::imageops::crop_imm(&whole, x, y, width, height).to_image()
    }

    /// Whether something matches now.
    pub async fn has(&self, selector: &str) -> bool {
        // Not the element itself, which may be gone before it is told.
        self.run(&format!("{FIND} return !!look(document)"), vec![json!(selector)]).await == json!(true)
    }

    /// Everything that can be read on the page, shadow roots included.
    pub async fn text(&self) -> String {
        let script = "const out=[];const walk=(n)=>{for(const c of n.children){if(c.shadowRoot)walk(c.shadowRoot)}if(n.innerText)out.push(n.innerText);else for(const c of n.children)if(c.innerText)out.push(c.innerText)};\
                      const all=(n)=>{for(const e of n.querySelectorAll('*'))if(e.shadowRoot){for(const c of e.shadowRoot.children)if(c.innerText)out.push(c.innerText);all(e.shadowRoot)}};out.push(document.body?document.body.innerText:'');all(document);return out.join('\\n')";
        self.driver.execute(script, Vec::new()).await.ok().and_then(|r| r.json().as_str().map(str::to_owned)).unwrap_or_default()
    }

    pub async fn wait_text(&self, text: &str) {
        let began = Instant::now();
        while !self.text().await.contains(text) {
            if began.elapsed() > PATIENCE {
                self.shot("missing").await;
                panic!("no “{text}” in: {}", self.text().await);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// A picture of what is seen, in `target/screenshots`.
    pub async fn shot(&self, name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join(format!("{name}.png"));
        std::fs::write(&file, self.driver.screenshot_as_png().await.expect("a picture")).expect("written");
        file
    }

    /// A picture for the README; kept in `docs/pictures` only when asked for, since each run's differs.
    pub async fn picture(&self, name: &str) {
        let file = self.shot(&format!("readme-{name}")).await;
        if std::env::var("PORCHLIGHT_PICTURES").is_ok() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures");
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::copy(file, folder.join(format!("{name}.png"))).expect("kept");
        }
    }

    /// What axe-core finds wrong, by WCAG 2.2 A and AA; nothing is as it should be.
    pub async fn axe(&self) -> Vec<String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(path).expect("axe-core: `cargo xtask test` installs it");
        self.driver.execute(&axe, Vec::new()).await.expect("axe loads");
        let script = "const done=arguments[arguments.length-1];axe.run(document,{runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then(r=>done(r.violations.map(v=>v.id+': '+v.help+' at '+v.nodes.map(n=>n.target.flat().join(' ')+' ['+n.failureSummary+']').join('; '))))";
        let found = self.driver.execute_async(script, Vec::new()).await.expect("axe runs");
        serde_json::from_value(found.json().clone()).expect("a list")
    }

    /// Errors in the browser's console.
    pub async fn console_errors(&self) -> Vec<String> {
        let found = self.driver.execute("return window.__errors || []", Vec::new()).await.expect("a script");
        serde_json::from_value(found.json().clone()).unwrap_or_default()
    }

    pub async fn close(self) {
        drop(self.driver.quit().await);
    }
}

/// How long a condition is waited for, which a busy machine may need: only a fault waits to its end.
const PATIENCE: Duration = Duration::from_secs(40);

/// Where the middle of an element is, in whole pixels; `rest` tells it when two frames agree, and whether the page is in
/// a frame, which then keeps whether it felt a click.
const PLACE: &str = "const [element, done] = arguments;\
    const place = () => {\
      element.scrollIntoView({ block: 'center', behavior: 'instant' });\
      const r = element.getClientRects()[0];\
      return r && [r.x + r.width / 2, r.y + r.height / 2].map(Math.floor);\
    };\
    const rest = (before) => requestAnimationFrame(() => {\
      const now = place();\
      if (now && String(now) != before) return rest(String(now));\
      if (!now || self == top) return done(now);\
      self.__felt = false;\
      addEventListener('pointerdown', () => { self.__felt = true; }, { capture: true, once: true });\
      done([...now, true]);\
    });";

/// Whether a click that was meant for a frame came to it; nothing where it led to another page.
const FELT: &str = "return self.__felt";

/// Looks through shadow roots, in document order, for something visible.
const FIND: &str = "const [selector, text] = arguments;\
    const seen = (e) => e.tagName === 'INPUT' && e.type === 'file' || !!(e.offsetParent || e.getClientRects().length);\
    const look = (root) => {\
      for (const e of root.querySelectorAll('*')) {\
        if (e.matches(selector) && seen(e) && (!text || e.innerText.includes(text))) return e;\
        if (e.shadowRoot) { const found = look(e.shadowRoot); if (found) return found; }\
      }\
      return null;\
    };";
