//! How well words of concern are found: the starter lists against messages that were written before them.

use porchlight_tests::corpus::{self, HELD_OUT, KNOWN, MORE};

/// Prints what is found by category; less than this is a step back. `PORCHLIGHT_MISJUDGED=1` prints what was not found, and
/// what was found wrongly, but of the messages that were held out.
#[test]
fn the_starter_lists_find_what_they_should() {
    let matcher = corpus::starter_matcher();
    let mut all = Vec::new();
    for (title, file) in [("known", KNOWN), ("written later", MORE), ("held out", HELD_OUT)] {
        let (table, score) = corpus::table(title, &matcher, &corpus::read(file));
        println!("{table}");
        all.push(score);
    }
    if std::env::var_os("PORCHLIGHT_MISJUDGED").is_some() {
        for file in [KNOWN, MORE] {
            println!("{}", corpus::misjudged(&matcher, &corpus::read(file)).join("\n"));
        }
    }
    let [known, more, _] = all[..] else { unreachable!("three files") };
    assert!(known.recall() >= 0.97 && known.precision() >= 0.95, "{known:?}");
    assert!(more.recall() >= 0.97 && more.precision() >= 0.95, "{more:?}");
}
