//! Finding inquiries by their words, the same on both databases.
//!
//! What is written is taken apart here, not by the database: both are given the same tokens and asked for the same ones,
//! so both find the same. A token has a letter in front that says what it is: `w` a word as it was written, `s` its stem;
//! `m` and `n` the same of notes; `h` a word of the heading; `f` of the sender; others are facts, like `t` for the topic.

mod document;
mod excerpt;
mod expr;
mod plan;
mod text;

pub(crate) use document::{Document, fact, fresh};
pub use document::{catch_up, index};
pub use excerpt::Marker;
pub use expr::Expr;
pub use plan::{Plan, plan};
pub use text::words;
