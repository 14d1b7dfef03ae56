//! Choosing the owner, in the sheet.

use super::part::part;
use super::use_desk;
use crate::desk::Deed;
use leptos::html;
use leptos::prelude::*;
use porchlight_shared::api::Colleague;

#[component]
pub(super) fn Assign() -> impl IntoView {
    let desk = use_desk();
    let choice = NodeRef::<html::Select>::new();
    let id = part(|inquiry| inquiry.item.id.clone());
    let owner = part(|inquiry| inquiry.item.owner.as_ref().map(|owner| owner.account_id.clone()));
    let (me, colleagues) =
        desk.me.with_untracked(|me| me.as_ref().map(|me| (me.account_id.clone(), me.colleagues.clone())).unwrap_or_default());
    let hand_to = move |to: Option<String>| {
        desk.sheet.set(None);
        if owner.get_untracked() != to || to.is_none() {
            desk.act(id.get_untracked(), Deed::Assign(to));
        }
    };
    let hand_on = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(select) = choice.get_untracked() else { return };
        hand_to(Some(select.value()).filter(|to| !to.is_empty()));
    };
    let can_take = colleagues.iter().any(|colleague| colleague.account_id == me) && owner.get_untracked().as_ref() != Some(&me);
    let take = can_take.then(|| {
        view! {
            <button type="button" class="button" on:click=move |_| hand_to(Some(me.clone()))>
                "Take it myself"
            </button>
        }
    });
    let options = colleagues.into_iter().map(|colleague| view! { <Choice colleague owner /> }).collect_view();
    view! {
        <form on:submit=hand_on>
            <label for="sheet-first">"Who answers this inquiry?"</label>
            <select id="sheet-first" node_ref=choice>
                <option value="" prop:selected=move || owner.get().is_none()>
                    "The district’s usual owner"
                </option>
                {options}
            </select>
            <div class="sheet-end">
                <button type="submit" class="button is-main">
                    "Assign"
                </button>
                {take}
            </div>
        </form>
    }
}

#[component]
fn Choice(colleague: Colleague, owner: Memo<Option<String>>) -> impl IntoView {
    let Colleague { account_id, name, title } = colleague;
    let id = account_id.clone();
    let label = if title.is_empty() { name } else { format!("{name}, {title}") };
    view! {
        <option value=account_id prop:selected=move || owner.get().as_ref() == Some(&id)>
            {label}
        </option>
    }
}
