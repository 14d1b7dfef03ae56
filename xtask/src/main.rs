//! The project's own commands. Each says what it does and how long it took, installs what is missing,
//! and fails with the remedy.

mod budget;
mod need;
mod run;
mod step;
mod test;
mod tidy;
mod web;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask run             build all, load the demo district, serve on 127.0.0.1:8080
cargo xtask test [--all]    format, lints, tests, browsers, size budgets
cargo xtask build           the release: target/release/porchlight, one file
cargo xtask bench [part]    the benchmarks, as a table with ratios; part: start, coach, widgets, intake or office
cargo xtask tidy            habits: file and function sizes, leftovers
cargo xtask web             only the browser bundles, into dist/
cargo xtask pictures        the README's pictures, from the program as it is";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        ["run"] => run::run(),
        ["test"] => test::test(false),
        ["test", "--all"] => test::test(true),
        ["build"] => run::build(),
        ["bench"] => run::bench(None),
        ["bench", part @ ("start" | "coach" | "widgets" | "intake" | "office")] => run::bench(Some(part)),
        ["tidy"] => tidy::tidy(),
        ["pictures"] => test::pictures(),
        ["web"] => web::build().map(drop),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
