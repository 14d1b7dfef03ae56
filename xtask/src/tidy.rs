//! Habits that no compiler watches: leftovers fail, long files are named.

use crate::step::{output, program, root};
use anyhow::{Context, bail};
use std::fs;

/// Lines of a file beyond which it probably tells two stories.
const LONG_FILE: usize = 400;

pub(crate) fn tidy() -> anyhow::Result<()> {
    let tracked =
        output(&mut program("git", &["ls-files", "--cached", "--others", "--exclude-standard"])).context("git is missing")?;
    let mut problems = Vec::new();
    for name in tracked.lines().filter(|n| [".rs", ".js", ".css", ".html", ".sql"].iter().any(|e| n.ends_with(e))) {
        let Ok(text) = fs::read_to_string(root().join(name)) else { continue };
        let lines = text.lines().count();
        if lines > LONG_FILE {
            println!("   long: {name} has {lines} lines");
        }
        // Spelled in parts, so that this file does not find itself.
        for word in [["TO", "DO"], ["FIX", "ME"], ["X", "XX:"]].map(|parts| parts.concat()) {
            problems.extend(text.lines().position(|l| l.contains(&word)).map(|at| format!("{name}:{}: {word}", at + 1)));
        }
        problems
            .extend(text.lines().position(|l| l.ends_with(' ')).map(|at| format!("{name}:{}: white space at the end", at + 1)));
        if !text.is_empty() && !text.ends_with('\n') {
            problems.push(format!("{name}: no line end at its end"));
        }
    }
    if problems.is_empty() { Ok(()) } else { bail!("leftovers:\n{}", problems.join("\n")) }
}
