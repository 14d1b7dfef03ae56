//! What the console knows, as plain Rust: no DOM, no network, no clock. Tested natively.

pub(crate) mod coach;
pub(crate) mod complete;
pub(crate) mod draft;
pub(crate) mod inbox;
pub(crate) mod route;
