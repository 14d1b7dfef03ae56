//! What is seen. Each part reads the desk, which it finds in its context, and calls it.
#![expect(unreachable_pub, reason = "the component macro writes `pub` for what another module may see")]

mod actions;
mod alarm;
mod answer;
mod assign;
mod bulk;
mod coach;
mod composer;
mod console;
mod details;
mod doors;
mod entry;
mod files;
mod filters;
mod form;
mod harsh;
mod help;
mod icon;
mod join;
mod line;
mod list;
mod log_in;
mod log_out;
mod notices;
mod opened;
mod ownerless;
mod part;
mod promise;
mod rail;
mod related;
mod room;
mod say;
mod sheet;
mod template;

use crate::api::Failure;
use crate::desk::{Desk, Stage};
use crate::state::route::{Room, Route, View};
use crate::words;
use jiff::Timestamp;
use leptos::ev;
use leptos::prelude::*;
use std::time::Duration;

/// How often words like "due in 5 min" are looked at again.
const TICK: Duration = Duration::from_secs(20);

/// The desk of this page.
fn use_desk() -> Desk {
    expect_context()
}

#[component]
pub(crate) fn App() -> impl IntoView {
    let desk = Desk::new();
    provide_context(desk);
    follow_the_address(desk);
    name_the_page(desk);
    guard_drafts(desk);
    set_interval(move || desk.now.set(Timestamp::now()), TICK);
    desk.ask_who();
    let stage = Memo::new(move |_| desk.stage.get());
    // The links of mails lead to doors, whoever is logged in here.
    let door = Memo::new(move |_| desk.route.with(|route| route.room.clone()));
    move || match (door.get(), stage.get()) {
        (Room::Join(word), _) => view! { <doors::Join word /> }.into_any(),
        (Room::Password(word), _) => view! { <doors::NewPassword word /> }.into_any(),
        (_, stage) => staged(stage),
    }
}

fn staged(stage: Stage) -> AnyView {
    match stage {
        Stage::Asking => view! { <main class="door" aria-busy="true"></main> }.into_any(),
        Stage::Failed(failure) => view! { <Closed failure /> }.into_any(),
        Stage::LoggedOut => view! { <log_in::LogIn /> }.into_any(),
        Stage::LoggedIn => view! { <console::Console /> }.into_any(),
    }
}

/// The page loaded, but the server could not say who is here.
#[component]
fn Closed(failure: Failure) -> impl IntoView {
    let desk = use_desk();
    view! {
        <main class="door">
            <div class="door-card" role="alert">
                <h1>"Not connected"</h1>
                <p>{failure.words()}</p>
                <button type="button" class="button is-main" on:click=move |_| desk.ask_who()>
                    "Try again"
                </button>
            </div>
        </main>
    }
}

fn follow_the_address(desk: Desk) {
    let handle = window_event_listener(ev::hashchange, move |_| {
        let route = Route::parse(&location_hash().unwrap_or_default());
        if desk.route.with_untracked(|old| *old != route) {
            desk.route.set(route);
        }
    });
    on_cleanup(move || handle.remove());
}

/// The title that a tab, a bookmark and a screen reader say.
fn name_the_page(desk: Desk) {
    Effect::new(move |_| {
        let place = if desk.stage.with(|stage| *stage != Stage::LoggedIn) {
            "Log in".to_owned()
        } else if let Some(summary) =
            desk.opened.inquiry.with(|inquiry| inquiry.as_ref().map(|inquiry| words::title(&inquiry.item)))
        {
            summary
        } else {
            let room = desk.route.with(|route| match route.room {
                Room::Me => Some("Me"),
                Room::People => Some("People"),
                Room::Routing => Some("Rules"),
                Room::Trail => Some("Audit trail"),
                Room::Templates => Some("Templates"),
                Room::Answers => Some("Answers"),
                Room::Practice => Some("Practice"),
                _ => None,
            });
            match (room, desk.count(View::Mine)) {
                (Some(room), _) => room.to_owned(),
                (None, None | Some(0)) => "Inbox".to_owned(),
                (None, Some(mine)) => format!("({mine}) Inbox"),
            }
        };
        document().set_title(&format!("{place} · Porchlight"));
    });
}

/// Asks before a page with unsent text goes away, since drafts live in memory only.
fn guard_drafts(desk: Desk) {
    let handle = window_event_listener(ev::beforeunload, move |event| {
        if desk.has_unsaved() {
            event.prevent_default();
            event.set_return_value("There is text that you did not send.");
        }
    });
    on_cleanup(move || handle.remove());
}
