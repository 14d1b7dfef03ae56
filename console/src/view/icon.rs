//! Small line drawings. They never stand alone: a word is beside each.

use leptos::prelude::*;

pub(super) const ARROW_LEFT: &str = "M15 5l-7 7 7 7";
pub(super) const BELL: &str = "M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4";
pub(super) const CLOSE: &str = "M6 6l12 12M18 6L6 18";
pub(super) const FILE: &str = "M7 3h7l4 4v14H7zM14 3v4h4";
pub(super) const HELP: &str =
    "M9 9a3 3 0 1 1 4.2 2.8c-.8.4-1.2 1-1.2 2.2M12 17.5v.5M12 2.5a9.5 9.5 0 1 1 0 19 9.5 9.5 0 0 1 0-19z";
pub(super) const INBOX: &str = "M3 13l3-8h12l3 8v6H3zM3 13h5l1.5 3h5L16 13h5";
pub(super) const LAMP: &str = "M12 2l8 5H4zM7 7h10v12H7zM12 10a3 3 0 1 1 0 6 3 3 0 0 1 0-6z";
pub(super) const LOCK: &str = "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3";
pub(super) const LOG_OUT: &str = "M14 4H5v16h9M10 12h11M17 8l4 4-4 4";
pub(super) const ME: &str = "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4 21c0-4 3.5-6.5 8-6.5s8 2.5 8 6.5";
pub(super) const PEOPLE: &str =
    "M9 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM2.5 19c0-3 2.8-5 6.5-5s6.5 2 6.5 5M16 6a2.5 2.5 0 1 1 0 5M17.5 14c2.5.4 4 2 4 5";
pub(super) const RULES: &str = "M4 6h10M18 4v4M4 12h4M12 10v4M16 12h4M4 18h8M16 16v4";
pub(super) const TRAIL: &str = "M12 3a9 9 0 1 1-8.5 6M3 4v5h5M12 8v5l3 2";
pub(super) const WRITING: &str = "M5 20l1-4L16 6l3 3L9 19zM14 8l3 3M13 20h7";
pub(super) const WARNING: &str = "M12 4l9 16H3zM12 10v5M12 17.5v.5";

#[component]
pub(super) fn Icon(path: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=path></path>
        </svg>
    }
}
