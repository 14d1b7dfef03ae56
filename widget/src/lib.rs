//! The form that people fill in.
//!
//! One crate, two lives: with `csr` it is the WASM widget (and what takes over a landing page); the
//! server writes the same [`field`] views as plain HTML. Both are [`node`]s, which follow Leptos's reactive
//! system. The [`flow`] of steps is plain Rust and knows no DOM. There is deliberately no JSON library and no router: bytes are counted here.
#![forbid(unsafe_code)]

pub mod answer;
pub mod field;
pub mod flow;
pub mod node;

#[cfg(feature = "csr")]
mod csr;
#[cfg(feature = "csr")]
pub use csr::{close, enhance, show};
