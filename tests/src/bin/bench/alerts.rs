//! Alert matching: what a scan costs, and how well it finds.

use super::line;
use aho_corasick::{AhoCorasick, MatchKind};
use porchlight_server::alert::Matcher;
use porchlight_shared::alert::{Keyword, Tolerance, WordList, WordLists};
use porchlight_tests::corpus::{self, HELD_OUT, KNOWN, MORE};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Words that are looked for.
const WORDS: usize = 5_000;
/// Characters of the message.
const CHARACTERS: usize = 2_000;

pub(crate) fn alerts() {
    let words = words();
    let keywords =
        words.iter().map(|word| Keyword { text: word.clone(), tolerance: Some(Tolerance::Spelling) }).collect::<Vec<_>>();
    let lists = WordLists::from([(String::from("en"), WordList { keywords, quiet: Vec::new() })]);
    let tolerant = Matcher::new([("words", &lists)]);
    let plain = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(&words)
        .expect("an automaton");
    let text = message();
    let scan = time(|| {
        black_box(tolerant.scan(black_box(&text)));
    });
    let bare = time(|| {
        black_box(plain.find_iter(black_box(&text)).count());
    });
    let ratio = scan.as_secs_f64() / bare.as_secs_f64();
    line(
        &format!("scan of {CHARACTERS} characters for {WORDS} words, with slips"),
        &format!("{} µs", scan.as_micros()),
        "1000 µs",
        &format!("{:.2}", scan.as_secs_f64() * 1_000.0),
    );
    line("  beside a plain exact matcher (Aho-Corasick)", &format!("{} µs", bare.as_micros()), "", &format!("{ratio:.0} ×"));
    let starter = corpus::starter_matcher();
    let own = time(|| {
        black_box(starter.scan(black_box(&text)));
    });
    line(
        "  for the program's own lists",
        &format!("{} µs", own.as_micros()),
        "1000 µs",
        &format!("{:.2}", own.as_secs_f64() * 1_000.0),
    );
    for (title, file) in [("known messages", KNOWN), ("written later", MORE), ("held out", HELD_OUT)] {
        print!("{}", corpus::table(title, &starter, &corpus::read(file)).0);
    }
}

/// The median of many.
fn time(mut scan: impl FnMut()) -> Duration {
    let mut all: Vec<Duration> = (0..200)
        .map(|_| {
            let began = Instant::now();
            scan();
            began.elapsed()
        })
        .collect();
    all.sort_unstable();
    all[all.len() / 2]
}

/// Words as they stand in the program's dictionary, evenly from all of it, so that none is rare or frequent by choice.
fn words() -> Vec<String> {
    let all: Vec<&str> = include_str!("../../../../server/words/en.txt").lines().filter(|w| w.len() >= 5).collect();
    all.iter().step_by(all.len() / WORDS).take(WORDS).map(|word| (*word).to_owned()).collect()
}

/// What people write, misspelt and not, until it is long enough.
fn message() -> String {
    let mut text = String::new();
    for message in corpus::read(KNOWN).iter().filter(|m| m.locale == "en") {
        text += &message.text;
        text.push(' ');
        if text.chars().count() >= CHARACTERS {
            break;
        }
    }
    text.chars().take(CHARACTERS).collect()
}
