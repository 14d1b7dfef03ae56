//! Bytes that a visitor pays, compressed as they travel; over budget fails.

use crate::step::root;
use anyhow::{Context, bail};
use std::collections::BTreeMap;
use std::fs;

/// Brotli bytes before any click.
const LOADER: u64 = 1_250;
/// Brotli bytes of everything after the click: glue, WASM, style sheet and the words of one language.
const WIDGET: u64 = 80_000;

/// Sizes in brotli bytes, by plain name.
pub(crate) fn sizes() -> anyhow::Result<BTreeMap<String, u64>> {
    let dist = root().join("dist");
    let manifest: BTreeMap<String, String> =
        serde_json::from_str(&fs::read_to_string(dist.join("manifest.json")).context("run `cargo xtask web` first")?)?;
    let size = |file: &str| anyhow::Ok(fs::metadata(dist.join(format!("{file}.br")))?.len());
    let mut sizes = BTreeMap::new();
    for (name, file) in manifest {
        sizes.insert(name, size(&file)?);
    }
    sizes.insert(String::from("words of the longest language"), words()?);
    Ok(sizes)
}

/// What the widget's phrases take in the language that takes most.
fn words() -> anyhow::Result<u64> {
    let mut longest = 0;
    for file in crate::web::files_below(&root().join("server/locales"))? {
        let phrases = porchlight_shared::phrase::Phrases::from_json(&fs::read_to_string(&file)?).map_err(anyhow::Error::msg)?;
        let bytes = porchlight_shared::compact::to_bytes(&phrases.for_widget());
        longest = longest.max(crate::web::brotli(&bytes)?.len() as u64);
    }
    Ok(longest)
}

pub(crate) fn check() -> anyhow::Result<()> {
    let sizes = sizes()?;
    for (name, bytes) in &sizes {
        println!("   {bytes:>8} B  {name}");
    }
    let before = sizes["embed.js"];
    let parts = ["widget.js", "form_bg.wasm", "words of the longest language"];
    let after: u64 = parts.iter().map(|name| sizes[*name]).sum();
    println!("   before the click {before} of {LOADER} B; after it {after} of {WIDGET} B");
    if before > LOADER || after > WIDGET {
        bail!("the size budget is overdrawn");
    }
    Ok(())
}
