//! Getting what is missing: each part looks first, says what it installs, and fails with the remedy.

use crate::step::{cargo, exists, output, program, root, run};
use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Node tools at fixed versions, in `target/tools`.
const NODE_TOOLS: &[&str] = &[
    "binaryen@132.0.0",
    "esbuild@0.28.2",
    "axe-core@4.14.1",
    // What host pages are made of.
    "@hotwired/turbo@8.0.23",
    "bootstrap@5.3.9",
    "react@19.3.1",
    "react-dom@19.3.1",
    "tailwindcss@4.3.5",
    "vue@3.5.45",
];

/// Others' forms, for the benchmarks only.
const BENCH_TOOLS: &[&str] = &["survey-core@2.5.38", "survey-js-ui@2.5.38", "@formio/js@5.6.0"];

/// Which compiler makes WASM on this machine. Either builds the standard library itself, for size.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum WasmCompiler {
    /// Ours.
    Rustup,
    Debian,
}

/// The WASM target and the standard library's source, by rustup where they can be had, else by Debian's packages.
pub(crate) fn wasm() -> anyhow::Result<WasmCompiler> {
    let parts = ["rust-std-wasm32-unknown-unknown", "rust-src"];
    let installed = || {
        let list = output(&mut program("rustup", &["component", "list", "--installed"])).unwrap_or_default();
        parts.iter().all(|part| list.lines().any(|line| line == *part))
    };
    if installed() {
        return Ok(WasmCompiler::Rustup);
    }
    if exists("rustup") {
        println!("   adding the WASM target and the standard library's source with rustup");
        let target = run(&mut program("rustup", &["target", "add", "wasm32-unknown-unknown"]));
        if target.and_then(|()| run(&mut program("rustup", &["component", "add", "rust-src"]))).is_ok() && installed() {
            return Ok(WasmCompiler::Rustup);
        }
    }
    debian(&["rustc-web", "cargo-web", "rust-web-src"], "/usr/lib/rustlib/src/rust/library").context(
        "WASM cannot be built: run `rustup target add wasm32-unknown-unknown` and `rustup component add rust-src`, or install Debian's rustc-web, cargo-web and rust-web-src",
    )?;
    Ok(WasmCompiler::Debian)
}

/// Debian packages, when `proof` is not there yet. Needs root.
fn debian(packages: &[&str], proof: &str) -> anyhow::Result<()> {
    if Path::new(proof).exists() {
        return Ok(());
    }
    let hint = format!("install {} (on Debian: apt-get install {})", packages.join(" and "), packages.join(" "));
    if !exists("apt-get") {
        bail!("{hint}");
    }
    println!("   installing {} with apt-get", packages.join(", "));
    let apt = |arguments: &[&str]| {
        run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdout(std::process::Stdio::null()))
    };
    let install: Vec<&str> = ["install", "-y", "--no-install-recommends"].iter().chain(packages).copied().collect();
    if apt(&install).is_err() {
        apt(&["update"]).with_context(|| hint.clone())?;
        apt(&install).with_context(|| hint.clone())?;
    }
    if Path::new(proof).exists() { Ok(()) } else { bail!("{proof} is still missing: {hint}") }
}

/// Firefox's driver, which Debian does not have; built here.
const GECKODRIVER: &str = "geckodriver@0.37.1";

/// Chromium and Firefox, each with its driver.
pub(crate) fn browsers() -> anyhow::Result<()> {
    debian(&["chromium", "chromium-driver"], "/usr/bin/chromedriver")?;
    debian(&["firefox-esr"], "/usr/bin/firefox-esr")?;
    let tools = root().join("target/tools");
    let stamp = tools.join("driver");
    if std::fs::read_to_string(&stamp).is_ok_and(|had| had == GECKODRIVER) {
        return Ok(());
    }
    println!("   building {GECKODRIVER} with cargo");
    let mut install = cargo(&["install", "--quiet", "--locked", "--debug", "--force", GECKODRIVER, "--root"]);
    // It has nothing to compute: what counts is how soon it is built.
    run(install.arg(&tools).env("CARGO_PROFILE_DEV_DEBUG", "0"))
        .context("geckodriver could not be built; is the crate registry to be reached?")?;
    std::fs::write(stamp, GECKODRIVER)?;
    Ok(())
}

/// PostgreSQL's own programs: servers are started privately by the tests.
pub(crate) fn postgres() -> anyhow::Result<PathBuf> {
    let find = || {
        let asked = output(&mut program("pg_config", &["--bindir"])).map(PathBuf::from);
        let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|e| e.path().join("bin"));
        asked.into_iter().chain(versions).find(|dir| dir.join("initdb").exists() && dir.join("postgres").exists())
    };
    if let Some(found) = find() {
        return Ok(found);
    }
    debian(&["postgresql"], "/usr/lib/postgresql")?;
    find().context("PostgreSQL's initdb is missing: install postgresql (on Debian: apt-get install postgresql)")
}

/// Node tools; returns the folder in which they are.
pub(crate) fn node_tools() -> anyhow::Result<PathBuf> {
    packages("tools", NODE_TOOLS)
}

/// Others' forms, to be measured beside ours.
pub(crate) fn bench_tools() -> anyhow::Result<PathBuf> {
    packages("bench-tools", BENCH_TOOLS)
}

/// Packages of npm in a folder below `target`.
fn packages(folder: &str, packages: &[&str]) -> anyhow::Result<PathBuf> {
    let folder = root().join("target").join(folder);
    let stamp = folder.join("installed");
    let wanted = packages.join("\n");
    if std::fs::read_to_string(&stamp).is_ok_and(|had| had == wanted) {
        return Ok(folder);
    }
    if !exists("npm") {
        debian(&["nodejs", "npm"], "/usr/bin/npm").context("Node.js is missing")?;
    }
    println!("   installing {} with npm", packages.join(", "));
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("package.json"), "{\"private\":true}")?;
    let arguments: Vec<&str> =
        ["install", "--no-audit", "--no-fund", "--loglevel=error"].iter().chain(packages).copied().collect();
    run(program("npm", &arguments).current_dir(&folder))
        .context("npm could not install the tools; is its registry to be reached?")?;
    std::fs::write(&stamp, wanted)?;
    Ok(folder)
}
