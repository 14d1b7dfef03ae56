//! The staff console: what comes in, what was said, what is to be done, on one screen.
//!
//! Read it from the plain to the visible:
//! - [`state`]: filters, addresses, drafts, how a fresh list meets the one on the screen. Plain Rust, tested.
//! - [`time`], [`words`], [`keys`]: due times, vocabularies and the keyboard in words and tables. Plain, tested.
//! - [`api`]: the calls, and what can go wrong with them.
//! - [`desk`]: all that is on the screen as signals, and everything that changes it.
//! - [`view`]: how it looks. Views read the desk and call it; they keep nothing to themselves.
//!
//! There is deliberately no router (the address after the `#` is enough), no storage of what people type
//! (see [`state::draft`]), and no rule of its own about who may do what: the API says so in `may`.

mod api;
mod desk;
mod dom;
mod keys;
mod state;
mod time;
mod view;
mod words;

use leptos::mount::mount_to;
use wasm_bindgen::prelude::wasm_bindgen;

/// Puts the console into the page's `<div id="console">`, for as long as the page is there.
#[wasm_bindgen]
pub fn start() {
    let Some(place) = dom::by_id("console") else { return };
    place.set_text_content(None);
    mount_to(place, view::App).forget();
}
