//! The narrow rail: where one can go, help, and the way out.

use super::icon::{self, Icon};
use super::use_desk;
use crate::desk::{Sheet, TITLE};
use crate::dom;
use crate::state::route::Route;
use leptos::prelude::*;

#[component]
pub(super) fn Rail() -> impl IntoView {
    let desk = use_desk();
    let is_open = move || desk.route.with(|route| route.open.is_some());
    let district = move || desk.me.with(|me| me.as_ref().map(|me| me.district.name.clone()));
    view! {
        <header class="rail">
            <button type="button" class="skip" hidden=move || !is_open() on:click=move |_| {
                dom::focus(TITLE);
            }>
                "Skip to the inquiry"
            </button>
            <p class="brand">
                <Icon path=icon::LAMP />
                <span>"Porchlight"</span>
                <span class="visually-hidden">{district}</span>
            </p>
            <nav aria-label="Main">
                <a class="rail-item" href=Route::default().hash() aria-current=move || if is_open() { "true" } else { "page" }>
                    <Icon path=icon::INBOX />
                    <span>"Inbox"</span>
                </a>
            </nav>
            <div class="rail-end">
                <button
                    type="button"
                    class="rail-item"
                    aria-haspopup="dialog"
                    on:click=move |_| desk.sheet.set(Some(Sheet::Help))
                >
                    <Icon path=icon::HELP />
                    <span>"Help"</span>
                </button>
                <button
                    type="button"
                    class="rail-item"
                    aria-haspopup="dialog"
                    on:click=move |_| desk.sheet.set(Some(Sheet::LogOut))
                >
                    <Icon path=icon::LOG_OUT />
                    <span>"Log out"</span>
                </button>
            </div>
        </header>
    }
}
