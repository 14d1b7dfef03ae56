//! The form that people fill in.
//!
//! One crate, two lives: with `csr` it is the WASM widget (and what takes over a landing page), with
//! `ssr` the server renders the same [`field`] views into plain HTML. The [`flow`] of steps is plain
//! Rust and knows no DOM. There is deliberately no JSON library and no router: bytes are counted here.
#![forbid(unsafe_code)]

pub mod field;
pub mod flow;

#[cfg(feature = "csr")]
mod csr;
#[cfg(feature = "csr")]
pub use csr::{close, enhance, open};
