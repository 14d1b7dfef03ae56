//! The narrow rail: where one can go, help, and the way out.

use super::icon::{self, Icon};
use super::use_desk;
use crate::desk::{Sheet, TITLE};
use crate::dom;
use crate::state::route::{Room, Route};
use leptos::prelude::*;
use porchlight_shared::api::Can;

#[component]
pub(super) fn Rail() -> impl IntoView {
    let desk = use_desk();
    let is_open = move || desk.route.with(|route| route.open.is_some());
    let unread = move || {
        let count = desk.notices.value.with(|all| all.as_ref().map_or(0, |all| all.unread));
        (count > 0).then(|| if count >= 100 { "99+".to_owned() } else { count.to_string() })
    };
    let can =
        move |which: fn(&Can) -> bool| Signal::derive(move || desk.me.with(|me| me.as_ref().is_some_and(|me| which(&me.can))));
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
                <Way room=Room::Inbox label="Inbox" path=icon::INBOX shown=Signal::stored(true) />
                <Way room=Room::Templates label="Writing" path=icon::WRITING shown=Signal::stored(true) />
                <Way room=Room::People label="People" path=icon::PEOPLE shown=can(|can| can.people) />
                <Way room=Room::Routing label="Rules" path=icon::RULES shown=can(|can| can.routing) />
                <Way room=Room::Trail label="Trail" path=icon::TRAIL shown=can(|can| can.trail) />
            </nav>
            <div class="rail-end">
                <button
                    type="button"
                    class="rail-item"
                    aria-haspopup="dialog"
                    on:click=move |_| desk.sheet.set(Some(Sheet::Notices))
                >
                    <Icon path=icon::BELL />
                    <span>
                        "News"
                        {move || unread().map(|n| view! { <span class="unread">{n} <span class="visually-hidden">" unread"</span></span> })}
                    </span>
                </button>
                <Way room=Room::Me label="Me" path=icon::ME shown=Signal::stored(true) />
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
                    class="rail-item is-roomy"
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

/// A way to a room; hidden where there is nothing for this person.
#[component]
fn Way(room: Room, label: &'static str, path: &'static str, #[prop(into)] shown: Signal<bool>) -> impl IntoView {
    let desk = use_desk();
    let href = Route::to_room(room.clone()).hash();
    let current = move || {
        desk.route.with(|route| {
            match (route.room == room || room.is_writing() && route.room.is_writing(), route.open.is_some()) {
                (false, _) => None,
                (true, true) => Some("true"),
                (true, false) => Some("page"),
            }
        })
    };
    view! {
        <a class="rail-item" href=href aria-current=current hidden=move || !shown.get()>
            <Icon path />
            <span>{label}</span>
        </a>
    }
}
