//! The rooms that help to write, side by side.

use crate::state::route::{Room, Route};
use crate::view::use_desk;
use leptos::prelude::*;

#[component]
pub(super) fn Rooms() -> impl IntoView {
    let desk = use_desk();
    let way = |room: Room, label: &'static str| {
        let href = Route::to_room(room.clone()).hash();
        let here = move || desk.route.with(|route| (route.room == room).then_some("page"));
        view! {
            <a class="chip" href=href aria-current=here>
                {label}
            </a>
        }
    };
    view! {
        <nav class="names" aria-label="Writing">
            {way(Room::Templates, "Templates")}
            {way(Room::Answers, "Answers")}
            {way(Room::Practice, "Practice")}
        </nav>
    }
}
