//! The list of keys, and the switch for those who speak to their computer or type with one hand.

use super::use_desk;
use crate::{dom, keys};
use leptos::prelude::*;

#[component]
pub(super) fn Help() -> impl IntoView {
    let desk = use_desk();
    let toggle = move |event| {
        let off = !event_target_checked(&event);
        desk.letters_off.set(off);
        dom::remember_letters_off(off);
    };
    let rows = keys::HELP
        .iter()
        .map(|(keys, what)| {
            let keys = keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view();
            view! {
                <div>
                    <dt>{keys}</dt>
                    <dd>{*what}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <p>"Everything works with the mouse or a finger too. Keys rest while you type."</p>
        <dl class="keys">{rows}</dl>
        <label class="check">
            <input type="checkbox" prop:checked=move || !desk.letters_off.get() on:change=toggle />
            "Use single letters as keys"
        </label>
    }
}
