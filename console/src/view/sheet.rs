//! What lies on top: one `<dialog>` for help, logging out, choosing an owner, and photos. The browser keeps
//! the focus inside, closes it with Escape, and gives the focus back.

use super::answer::MakeAnswer;
use super::assign::{Assign, AssignSelected, LetIn, TagSelected};
use super::files::Photo;
use super::harsh::HandOver;
use super::help::Help;
use super::icon::{self, Icon};
use super::join::{Merge, Split};
use super::log_out::LogOut;
use super::notices::{KeepView, Notices};
use super::template::Templates;
use super::use_desk;
use crate::desk::Sheet;
use crate::dom;
use leptos::prelude::*;
use leptos::{ev, html};

const SHEET_TITLE: &str = "sheet-title";

#[component]
pub(super) fn Sheets() -> impl IntoView {
    let desk = use_desk();
    let dialog = NodeRef::<html::Dialog>::new();
    let is_open = Memo::new(move |_| desk.sheet.with(Option::is_some));
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (is_open.get(), dialog.open()) {
            (true, false) => {
                let _ = dialog.show_modal();
                dom::focus_later(["sheet-first".to_owned(), "sheet-close".to_owned()]);
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    // The content has a box of its own, so what hits the dialog itself is beside the content. Whoever selects text and lets
    // go outside did not mean to close it.
    let pressed_beside = StoredValue::new(false);
    let press = move |event: ev::PointerEvent| pressed_beside.set_value(event.target() == event.current_target());
    let click = move |event: ev::MouseEvent| {
        if event.target() == event.current_target() && pressed_beside.get_value() {
            desk.sheet.set(None);
        }
    };
    let content = move || desk.sheet.get().map(|sheet| view! { <Content sheet /> });
    view! {
        <dialog
            node_ref=dialog
            class="sheet"
            class:is-photo=move || matches!(desk.sheet.get(), Some(Sheet::Photo(_)))
            aria-labelledby=SHEET_TITLE
            on:close=move |_| desk.sheet.set(None)
            on:pointerdown=press
            on:click=click
        >
            {content}
        </dialog>
    }
}

#[component]
fn Content(sheet: Sheet) -> impl IntoView {
    let desk = use_desk();
    let (title, body) = match sheet {
        Sheet::Help => ("Keys", view! { <Help /> }.into_any()),
        Sheet::LogOut => ("Log out", view! { <LogOut /> }.into_any()),
        Sheet::Assign => ("Hand on", view! { <Assign /> }.into_any()),
        Sheet::HandOver => ("Hand it over", view! { <HandOver /> }.into_any()),
        Sheet::AssignSelected => ("Hand on what is selected", view! { <AssignSelected /> }.into_any()),
        Sheet::TagSelected => ("Tag what is selected", view! { <TagSelected /> }.into_any()),
        Sheet::LetIn => ("Let somebody in", view! { <LetIn /> }.into_any()),
        Sheet::Merge => ("Merge", view! { <Merge /> }.into_any()),
        Sheet::Split(message) => ("Split off", view! { <Split message /> }.into_any()),
        Sheet::Notices => ("What is new", view! { <Notices /> }.into_any()),
        Sheet::KeepView => ("Keep this view", view! { <KeepView /> }.into_any()),
        Sheet::MakeAnswer(message) => ("An answer for everybody", view! { <MakeAnswer message /> }.into_any()),
        Sheet::Templates => ("Insert a template", view! { <Templates /> }.into_any()),
        Sheet::Photo(file) => ("Photo", view! { <Photo file /> }.into_any()),
    };
    view! {
        <div class="sheet-box">
            <div class="sheet-head">
                <h2 id=SHEET_TITLE>{title}</h2>
                <button
                    type="button"
                    class="button is-quiet"
                    id="sheet-close"
                    aria-label="Close this"
                    on:click=move |_| desk.sheet.set(None)
                >
                    <Icon path=icon::CLOSE />
                </button>
            </div>
            {body}
        </div>
    }
}
