//! `docs/conditions.md`: what each condition leads to, made from the tables that the stories walk.

use crate::frameworks::WAYS;
use crate::guest::{POLICED, STYLED};
use crate::manners::SANDBOXES;
use crate::networks::NETWORKS;
use std::fmt::Write as _;
use std::path::Path;

fn document() -> String {
    let mut out = String::from(
        "# What each condition leads to\n\n\
         Made by the tests from what they see in Chromium and in Firefox (`cargo xtask test --all` writes it anew); a line that is not \
         true any more fails them.\n\n\
         ## A page's own styles\n\n\
         Button and form look as in a page without styles, pixel by pixel, and the page is as it was.\n\n| the page has | what people get |\n| --- | --- |\n",
    );
    for page in STYLED {
        let _ = writeln!(out, "| {} | the button and the form, unchanged |", page.name);
    }
    out += "\n## A page's policy and circumstances\n\n| the page has | a click leads to |\n| --- | --- |\n";
    for page in POLICED {
        let _ = writeln!(out, "| {} | {} |", page.name, page.rung.says());
    }
    for (allowed, rung) in SANDBOXES {
        let allowed = if allowed.is_empty() { "nothing" } else { allowed };
        let _ = writeln!(out, "| a sandboxed frame around it that allows {allowed} | {} |", rung.says());
    }
    out += "\n## How the line comes into the page\n\nThere is one button, whatever becomes of the page: React, Vue and Turbo draw it anew, morph it or swap it fifty times, \
            and what was typed is there again. Where no script runs, the link in `<noscript>` leads to the landing page.\n\n| it comes | the button says |\n| --- | --- |\n";
    for (name, _, own) in WAYS {
        let _ = writeln!(out, "| {name} | {} |", if *own { "what the page's own link says" } else { "“Let's talk”" });
    }
    out += "\n## Networks, at the moment of sending\n\nWhat was sent is kept on the device, goes out by itself and arrives once.\n\n| there is | people read |\n| --- | --- |\n";
    for (name, _, told) in NETWORKS {
        let _ = writeln!(out, "| {name} | “{told}” |");
    }
    out
}

#[test]
fn the_document_says_what_was_seen() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/conditions.md");
    let document = document();
    if crate::guest::all() {
        std::fs::write(&file, &document).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(written, document, "docs/conditions.md is not up to date: `cargo xtask test --all` writes it");
}
