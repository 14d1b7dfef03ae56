//! The console itself: its parts, what loads them, and the keyboard.
//!
//! All three columns are always in the page; `data-screen` tells the style sheet which of them a narrow
//! window shows. So nothing is built twice and nothing measures the window.

use super::alarm::{AlertStrip, open_alert, unjudged};
use super::filters::SEARCH;
use super::list::List;
use super::opened::OpenPane;
use super::rail::Rail;
use super::room::answers::Answers;
use super::room::me::Me;
use super::room::people::People;
use super::room::practice::Practice;
use super::room::rules::Rules;
use super::room::templates::Templates;
use super::room::trail::Trail;
use super::say::{Announcer, Banner, Toasts};
use super::sheet::Sheets;
use super::use_desk;
use crate::desk::{self, Deed, Desk, LIST_TITLE, Line, Sheet, TITLE};
use crate::dom;
use crate::keys::{self, Command, Press};
use crate::state::draft::Writing;
use crate::state::route::{Room, Route};
use futures_util::future::{AbortHandle, Abortable};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_shared::alert::Verdict;
use porchlight_shared::api::Inquiry;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

/// How long `g` waits for its second key.
const SECOND_KEY: Duration = Duration::from_millis(1_500);

#[component]
pub(super) fn Console() -> impl IntoView {
    let desk = use_desk();
    load_what_is_shown(desk);
    listen_to_the_server(desk);
    listen_to_keys(desk);
    let screen = move || {
        desk.route.with(|route| match (&route.open, route.details) {
            _ if !route.is_inbox() => "room",
            (None, _) => "list",
            (Some(_), false) => "thread",
            (Some(_), true) => "details",
        })
    };
    view! {
        <div class="console" data-screen=screen>
            <Rail />
            <main class="work">
                <AlertStrip />
                <Banner />
                <Rooms />
            </main>
        </div>
        <Toasts />
        <Announcer />
        <Sheets />
    }
}

/// The inbox is always there, so that coming back finds it as it was left; other rooms come and go.
#[component]
fn Rooms() -> impl IntoView {
    let desk = use_desk();
    let room = Memo::new(move |_| desk.route.with(|route| route.room.clone()));
    let in_inbox = Memo::new(move |_| room.with(|room| *room == Room::Inbox));
    Effect::new(move |before: Option<bool>| {
        let now = in_inbox.get();
        if before.is_some_and(|before| before != now) {
            dom::focus_later(["room-title".to_owned(), LIST_TITLE.to_owned()]);
        }
        now
    });
    view! {
        <Show when=move || in_inbox.get()>
            <List />
            <OpenPane />
        </Show>
        {move || match room.get() {
            Room::Inbox | Room::Join(_) | Room::Password(_) => ().into_any(),
            Room::Me => view! { <Me /> }.into_any(),
            Room::People => view! { <People /> }.into_any(),
            Room::Routing => view! { <Rules /> }.into_any(),
            Room::Trail => view! { <Trail /> }.into_any(),
            Room::Practice => view! { <Practice /> }.into_any(),
            Room::Answers => view! { <Answers /> }.into_any(),
            Room::Templates => view! { <Templates /> }.into_any(),
        }}
    }
}

fn load_what_is_shown(desk: Desk) {
    let filter = Memo::new(move |_| desk.route.with(|route| route.filter.clone()));
    Effect::new(move |_| {
        // Read, not only tracked: a memo that nobody reads does not always tell of its next change.
        filter.with(|_| ());
        desk.load_list();
    });
    let open = Memo::new(move |_| desk.route.with(|route| route.open.clone()));
    Effect::new(move |before: Option<Option<String>>| {
        let now = open.get();
        desk.load_open();
        if let (None, Some(Some(left))) = (&now, before) {
            // Back in the list: at the line one came from.
            dom::focus_later([Line::anchor(&left), LIST_TITLE.to_owned()]);
        }
        now
    });
    let details = Memo::new(move |_| desk.route.with(|route| route.details));
    Effect::new(move |before: Option<bool>| {
        let now = details.get();
        if before.is_some_and(|before| before != now) {
            // The link that led here is not on this screen.
            dom::catch_focus(&[TITLE]);
        }
        now
    });
}

fn listen_to_the_server(desk: Desk) {
    let (handle, registration) = AbortHandle::new_pair();
    on_cleanup(move || handle.abort());
    spawn_local(async move {
        let _ = Abortable::new(desk.listen(), registration).await;
    });
}

fn listen_to_keys(desk: Desk) {
    let after_g = StoredValue::new(false);
    let handle = window_event_listener(ev::keydown, move |event| {
        // Filling in by the browser sends events of this name that have no key.
        if !event.is_instance_of::<KeyboardEvent>() || event.default_prevented() || event.is_composing() {
            return;
        }
        let key = event.key();
        let command = keys::command(Press {
            key: &key,
            shift: event.shift_key(),
            modified: event.ctrl_key() || event.alt_key() || event.meta_key(),
            typing: dom::is_typing(),
            dialog: dom::is_dialog_open(),
            after_g: after_g.get_value(),
            letters_off: desk.letters_off.get_untracked(),
        });
        after_g.set_value(command == Some(Command::Go));
        match command {
            None => return,
            Some(Command::Go) => set_timeout(move || after_g.set_value(false), SECOND_KEY),
            Some(Command::Next | Command::Previous) => {}
            Some(_) if event.repeat() => return,
            Some(_) => {}
        }
        event.prevent_default();
        if let Some(command) = command {
            run(desk, command);
        }
    });
    on_cleanup(move || handle.remove());
}

fn run(desk: Desk, command: Command) {
    match command {
        Command::Go => {}
        Command::Next => move_in_list(desk, 1),
        Command::Previous => move_in_list(desk, -1),
        Command::Open => {
            if let Some(id) = focused_line() {
                desk.go(&desk.route.with_untracked(|route| route.to_inquiry(&id)));
            }
        }
        Command::Search => {
            dom::focus(SEARCH);
        }
        Command::Inbox => {
            desk.go(&Route::default());
            dom::focus_later([LIST_TITLE.to_owned()]);
        }
        Command::Leave => leave_field(),
        Command::Back => {
            let back = desk.route.with_untracked(|route| (route.open.is_some() || !route.is_inbox()).then(|| route.back()));
            if let Some(back) = back {
                desk.go(&back);
            }
        }
        Command::Help => desk.sheet.set(Some(Sheet::Help)),
        Command::Select => {
            if let Some(id) = focused_line().or_else(|| desk.route.with_untracked(|route| route.open.clone())) {
                desk.selected.update(|all| {
                    if !all.remove(&id) {
                        all.insert(id);
                    }
                });
            }
        }
        Command::News => desk.sheet.set(Some(Sheet::Notices)),
        Command::Reply
        | Command::Note
        | Command::Template
        | Command::Assign
        | Command::HandOver
        | Command::Wait
        | Command::Close
        | Command::Reopen
        | Command::HaveIt
        | Command::AlertRight
        | Command::FalseAlarm => {
            let open = desk.route.with_untracked(|route| route.open.clone());
            if focused_line().is_some_and(|line| open.as_ref() != Some(&line)) {
                // What is focused is not what is open: acting on either could be a mistake.
                return desk.tell("Press Enter to open this inquiry first.", None);
            }
            act(desk, command);
        }
    }
}

/// What is done to the open inquiry.
fn act(desk: Desk, command: Command) {
    let Some((id, may)) =
        desk.opened.inquiry.with_untracked(|inquiry| inquiry.as_ref().map(|open| (open.item.id.clone(), open.may)))
    else {
        return;
    };
    match command {
        Command::Reply if may.reply => write(desk, &id, Writing::Reply),
        Command::Note if may.note => write(desk, &id, Writing::Note),
        Command::Template if may.reply => {
            write(desk, &id, Writing::Reply);
            desk.sheet.set(Some(Sheet::Templates));
        }
        Command::Assign if may.assign => desk.sheet.set(Some(Sheet::Assign)),
        Command::HandOver if may.assign => desk.sheet.set(Some(Sheet::HandOver)),
        Command::Wait if may.wait => desk.step(Deed::Wait),
        Command::Close if may.close => desk.step(Deed::Close),
        Command::Reopen if may.reopen => desk.step(Deed::Reopen),
        Command::HaveIt if may.acknowledge => on_alert(desk, open_alert, Deed::Acknowledge),
        Command::AlertRight if may.work => on_alert(desk, unjudged, |id| Deed::Judge(id, Verdict::Right)),
        Command::FalseAlarm if may.work => on_alert(desk, unjudged, |id| Deed::Judge(id, Verdict::FalseAlarm)),
        _ => {}
    }
}

/// Something about the alert that one of the open inquiry's is chosen by.
fn on_alert(desk: Desk, choose: fn(&Inquiry) -> Option<String>, deed: fn(String) -> Deed) {
    if let Some(alert) = desk.opened.inquiry.with_untracked(|inquiry| inquiry.as_ref().and_then(choose)) {
        desk.step(deed(alert));
    }
}

fn write(desk: Desk, id: &str, writing: Writing) {
    desk.drafts.update(|drafts| drafts.choose(id, writing));
    if desk.route.with_untracked(|route| route.details) {
        desk.go(&desk.route.with_untracked(Route::back));
    }
    // At once where it is shown: the next letter is meant as text and must not be a command.
    if !dom::focus(desk::field(writing)) {
        dom::focus_later([desk::field(writing).to_owned()]);
    }
}

fn leave_field() {
    let field = dom::focused().unwrap_or_default();
    dom::blur();
    dom::focus(if field.starts_with("write-") { TITLE } else { LIST_TITLE });
}

fn focused_line() -> Option<String> {
    dom::focused()?.strip_prefix("line-").map(str::to_owned)
}

fn move_in_list(desk: Desk, by: isize) {
    let ids: Vec<String> = desk.inbox.lines.with_untracked(|lines| lines.iter().map(|line| line.id.clone()).collect());
    let open = desk.route.with_untracked(|route| route.open.clone());
    let here = focused_line().or(open.clone()).and_then(|id| ids.iter().position(|other| *other == id));
    let there = match here {
        None => 0,
        Some(here) => here.saturating_add_signed(by),
    };
    let Some(id) = ids.get(there) else { return desk.load_more() };
    // Where the list is not on the screen, the next inquiry itself opens.
    if !dom::focus(&Line::anchor(id)) && open.is_some() && open.as_ref() != Some(id) {
        desk.go(&desk.route.with_untracked(|route| route.to_inquiry(id)));
    }
}
