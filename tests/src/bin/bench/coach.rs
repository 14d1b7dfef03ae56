//! The reply coach: what one key costs in a long draft. It runs in the browser at every one.

use crate::line;
use porchlight_shared::coach::{Case, READ, advise};
use std::hint::black_box;
use std::time::Instant;

/// Key presses that are measured.
const KEYS: usize = 200;

pub(crate) fn coach() {
    let inquiry = "The bus was late again and my daughter cried. Why was it late? Who can tell me when it comes? ".repeat(20);
    let reply = "Dear Kim, I am sorry that she had to wait, and I can see why you are upset. The bus had a flat tire on \
                 Elm Street. Bev calls you tomorrow at 9 am with the time of the new stop. ";
    for (name, letters) in [("a reply of 1,000 letters", 1_000), ("the longest that is read", READ)] {
        let draft: String = reply.chars().cycle().take(letters).collect();
        let case = Case {
            inquiry: &inquiry,
            locale: "en",
            sender: Some("Kim Park"),
            draft: &draft,
            inserted: &[&draft],
            ..Case::default()
        };
        let mut times: Vec<f64> = (0..KEYS)
            .map(|_| {
                let began = Instant::now();
                black_box(advise(black_box(&case)));
                began.elapsed().as_secs_f64() * 1_000.0
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let (p50, p95) = (times[KEYS / 2], times[KEYS * 95 / 100]);
        line(&format!("coach, {name}, p50 / p95"), &format!("{p50:.2}/{p95:.2} ms"), "5 ms", &format!("{:.2}", p95 / 5.0));
    }
}
