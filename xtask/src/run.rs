//! Serving the demo, the release, and the benchmarks.

use crate::step::{cargo, program, root, run as go, step};
use crate::{need, web};

/// Builds, loads the demo district and serves it until stopped.
pub(crate) fn run() -> anyhow::Result<()> {
    web::build()?;
    step("server", || go(&mut cargo(&["build", "--locked", "--quiet", "--package", "porchlight-server"])))?;
    let binary = root().join("target/debug/porchlight");
    let binary = binary.to_string_lossy();
    let demo = || go(&mut program(&binary, &["demo"]));
    println!("\nThe demo's accounts (they log in from this machine only):");
    step("demo district", demo)?;
    let listen = std::env::var("PORCHLIGHT_LISTEN").unwrap_or_else(|_| String::from("127.0.0.1:8080"));
    let data = std::env::var("PORCHLIGHT_DATA").unwrap_or_else(|_| String::from("data"));
    println!(
        "\n  a school's site     http://{listen}/demo\n  landing page        http://{listen}/maple-valley\n  staff console       http://{listen}/console\n  outgoing mail       {data}/mail\n\nCtrl-C stops it.\n"
    );
    go(&mut program(&binary, &["serve"]))
}

/// The release: one file with everything inside.
pub(crate) fn build() -> anyhow::Result<()> {
    web::build()?;
    step("release", || {
        go(&mut cargo(&["build", "--locked", "--release", "--package", "porchlight-server", "--bin", "porchlight"]))
    })?;
    println!("\ntarget/release/porchlight: one file; `porchlight serve` starts it.");
    Ok(())
}

/// Runs the benchmarks against the release: all, or `start`, `coach`, `widgets`, `intake` or `office`.
pub(crate) fn bench(part: Option<&str>) -> anyhow::Result<()> {
    build()?;
    step("sizes", crate::budget::check)?;
    step("others' forms", || {
        need::browsers()?;
        need::bench_tools().map(drop)
    })?;
    step("benchmarks", || {
        let mut bench =
            cargo(&["run", "--locked", "--quiet", "--release", "--package", "porchlight-tests", "--bin", "bench", "--"]);
        go(bench.args(part))
    })
}
