//! Bytes that a visitor pays, compressed as they travel; over budget fails.

use crate::step::root;
use anyhow::{Context, bail};
use std::collections::BTreeMap;
use std::fs;

/// Brotli bytes before any click.
const LOADER: u64 = 1_250;
/// Brotli bytes of everything after the click that is wanted: glue, WASM, style sheet.
const WIDGET_GOAL: u64 = 80_000;
/// Where it stands, so that it does not grow on the way there.
const WIDGET: u64 = 147_000;

/// Sizes in brotli bytes, by plain name.
pub(crate) fn sizes() -> anyhow::Result<BTreeMap<String, u64>> {
    let dist = root().join("dist");
    let manifest: BTreeMap<String, String> =
        serde_json::from_str(&fs::read_to_string(dist.join("manifest.json")).context("run `cargo xtask web` first")?)?;
    let size = |file: &str| anyhow::Ok(fs::metadata(dist.join(format!("{file}.br")))?.len());
    let mut sizes = BTreeMap::from([(String::from("embed.js"), size("embed.js")?)]);
    for (name, file) in manifest {
        sizes.insert(name, size(&file)?);
    }
    Ok(sizes)
}

pub(crate) fn check() -> anyhow::Result<()> {
    let sizes = sizes()?;
    for (name, bytes) in &sizes {
        println!("   {bytes:>8} B  {name}");
    }
    let before = sizes["embed.js"];
    let after: u64 = ["widget.js", "widget_bg.wasm", "widget.css"].iter().map(|name| sizes[*name]).sum();
    println!("   before the click {before} of {LOADER} B; after it {after} of {WIDGET} B (goal {WIDGET_GOAL} B)");
    if before > LOADER || after > WIDGET {
        bail!("the size budget is overdrawn");
    }
    Ok(())
}
