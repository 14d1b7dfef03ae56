//! Everything that must hold before a change lands.

use crate::need::WasmCompiler;
use crate::step::{cargo, run, step};
use crate::{budget, need, tidy, web};

/// Native crates; the browser's are built alone, since `csr` and `ssr` must not meet.
const NATIVE: &[&str] = &["-p", "porchlight-shared", "-p", "porchlight-server", "-p", "porchlight-tests", "-p", "xtask"];
const WASM: &[&str] = &["--target", "wasm32-unknown-unknown"];

pub(crate) fn test(all: bool) -> anyhow::Result<()> {
    step("format", || run(&mut cargo(&["fmt", "--all", "--check"])))?;
    step("habits", tidy::tidy)?;
    let compiler = step("what tests need", || {
        need::browsers()?;
        need::node_tools()?;
        need::postgres()?;
        need::wasm()
    })?;
    step("lints", || {
        lint(&[NATIVE, &["--all-targets"]].concat())?;
        if compiler == WasmCompiler::Debian {
            println!("   not the browser's crates: this toolchain has no WASM target");
            return Ok(());
        }
        lint(&[&["-p", "porchlight-widget", "--features", "csr"], WASM].concat())?;
        lint(&[&["-p", "porchlight-console"], WASM].concat())
    })?;
    web::build()?;
    step("size budgets", budget::check)?;
    // Stories about power cuts start the program itself, which a test build does not make.
    step("server", || run(&mut cargo(&["build", "--locked", "--quiet", "-p", "porchlight-server", "--bin", "porchlight"])))?;
    step("unit, integration and browser tests", || {
        let mut command = cargo(&[&["test", "--locked", "--quiet"], NATIVE, &["-p", "porchlight-widget"]].concat());
        if all {
            command.env("PORCHLIGHT_TEST_ALL", "1");
        }
        run(&mut command)
    })?;
    step("console's own tests", || run(&mut cargo(&["test", "--locked", "--quiet", "-p", "porchlight-console", "--lib"])))?;
    step("optional Shuttle entry", || {
        run(&mut cargo(&["check", "--locked", "--quiet", "-p", "porchlight-server", "--features", "shuttle"]))
    })?;
    println!("\neverything holds");
    Ok(())
}

/// Makes the README's pictures anew.
pub(crate) fn pictures() -> anyhow::Result<()> {
    need::browsers()?;
    web::build()?;
    step("pictures", || {
        let mut command =
            cargo(&["test", "--locked", "--quiet", "-p", "porchlight-tests", "--test", "stories", "pictures_for_the_readme"]);
        run(command.env("PORCHLIGHT_PICTURES", "1"))
    })
}

fn lint(arguments: &[&str]) -> anyhow::Result<()> {
    let before: &[&str] = &["clippy", "--locked", "--quiet"];
    run(&mut cargo(&[before, arguments, &["--", "-D", "warnings"]].concat()))
}
