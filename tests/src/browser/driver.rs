//! The programs that drive browsers, and what a browser is asked to be.

use super::{Brand, Look};
use serde_json::json;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use thirtyfour::common::capabilities::firefox::FirefoxPreferences;
use thirtyfour::prelude::*;

/// A running driver. It ends with this value, or with this process.
pub(super) struct Driver {
    pub(super) port: u16,
    _held: Sender<()>,
}

static CHROMIUM: OnceLock<Arc<Driver>> = OnceLock::new();

/// The driver of a browser: Chromium's serves all, Firefox's serves one.
///
/// # Panics
/// The driver cannot be started; `cargo xtask test` installs it.
pub(super) fn of(brand: Brand) -> Arc<Driver> {
    match brand {
        Brand::Chromium => CHROMIUM.get_or_init(|| start("chromedriver", &["--silent"])).clone(),
        Brand::Firefox => {
            let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/bin/geckodriver");
            start(&program.to_string_lossy(), &["--log=fatal", "--websocket-port=0"])
        }
    }
}

fn start(program: &str, arguments: &[&'static str]) -> Arc<Driver> {
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig=TERM", program, &format!("--port={port}")]).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let (ready, wait) = channel();
    let (held, dropped) = channel::<()>();
    // The driver is told to end when its parent *thread* does, so a thread is kept for it.
    std::thread::spawn(move || {
        let mut driver = command.spawn().expect("a driver: `cargo xtask test` installs it");
        ready.send(()).expect("somebody waits");
        // Nothing is ever sent: this ends when the other end is dropped.
        dropped.recv().unwrap_or_default();
        drop(driver.kill().and_then(|()| driver.wait()));
    });
    wait.recv().expect("the driver was started");
    let began = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(began.elapsed() < Duration::from_secs(30), "{program} does not listen");
        std::thread::sleep(Duration::from_millis(20));
    }
    Arc::new(Driver { port, _held: held })
}

pub(super) fn wishes(look: Look, profile: &Path) -> Capabilities {
    match look.brand {
        Brand::Chromium => chromium(look, profile),
        Brand::Firefox => firefox(look, profile),
    }
    .expect("wishes that can be said")
}

fn chromium(look: Look, profile: &Path) -> WebDriverResult<Capabilities> {
    let mut wishes = DesiredCapabilities::chrome();
    for argument in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--hide-scrollbars",
        "--force-prefers-reduced-motion",
    ] {
        wishes.add_arg(argument)?;
    }
    wishes.add_arg(&format!("--user-data-dir={}", profile.display()))?;
    wishes.add_arg(&format!("--window-size={},{}", look.width, look.height))?;
    wishes.add_arg(&format!("--lang={}", look.lang))?;
    let script = if look.javascript { 1 } else { 2 };
    wishes.add_experimental_option(
        "prefs",
        json!({ "profile.managed_default_content_settings.javascript": script, "intl.accept_languages": look.lang }),
    )?;
    Ok(wishes.into())
}

fn firefox(look: Look, profile: &Path) -> WebDriverResult<Capabilities> {
    let mut wishes = DesiredCapabilities::firefox();
    for argument in ["-headless", "-profile"] {
        wishes.add_arg(argument)?;
    }
    wishes.add_arg(&profile.display().to_string())?;
    wishes.add_arg(&format!("--width={}", look.width))?;
    wishes.add_arg(&format!("--height={}", look.height))?;
    let mut preferences = FirefoxPreferences::new();
    preferences.set("intl.accept_languages", look.lang)?;
    preferences.set("layout.css.prefers-color-scheme.content-override", if look.dark { 0 } else { 1 })?;
    preferences.set("ui.prefersReducedMotion", 1)?;
    preferences.set("javascript.enabled", look.javascript)?;
    // It asks nobody else for anything.
    preferences.set("network.captive-portal-service.enabled", false)?;
    preferences.set("network.connectivity-service.enabled", false)?;
    wishes.set_preferences(preferences)?;
    Ok(wishes.into())
}
