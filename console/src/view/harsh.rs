//! Caring for whoever reads: what abuses them is folded, somebody else can take over, and there is a break afterwards.

use super::assign::{Colleagues, value};
use super::icon::{self, Icon};
use super::part::part;
use super::use_desk;
use crate::desk::{Deed, LIST_TITLE, Sheet, TITLE};
use crate::dom;
use leptos::html;
use leptos::prelude::*;
use porchlight_shared::api::Assignment;
use porchlight_shared::coach::harsh;

/// Words of a sender: as they are, or where they abuse, what is needed of them, and the rest on asking.
#[component]
pub(super) fn FromSender(text: String) -> impl IntoView {
    let desk = use_desk();
    let fold = Memo::new(move |_| desk.me.with(|me| me.as_ref().is_none_or(|me| me.preferences.fold_harsh)));
    let Some(found) = harsh(&text) else { return text.into_any() };
    let may_assign = part(|inquiry| inquiry.may.assign);
    let is_folded = found.is_folded;
    let (text, needed) = (StoredValue::new(text), StoredValue::new(found.needed));
    view! {
        <Show when=move || fold.get() fallback=move || text.get_value()>
            {(!needed.with_value(String::is_empty)).then(|| needed.get_value())}
            <span class="hint" hidden=!needed.with_value(String::is_empty)>
                "Nothing else stands in it."
            </span>
            // Where all of it may be a danger, all of it stands above.
            <details class="fold harsh" hidden=!is_folded>
                <summary>"Harsh words, show"</summary>
                {text.get_value()}
            </details>
            <button
                type="button"
                class="button is-small"
                aria-haspopup="dialog"
                hidden=move || !may_assign.get()
                on:click=move |_| desk.sheet.set(Some(Sheet::HandOver))
            >
                "Hand it over (H)"
            </button>
        </Show>
    }
    .into_any()
}

/// Somebody else answers this one. The reason stands there already: nobody has to explain themselves.
#[component]
pub(super) fn HandOver() -> impl IntoView {
    const REASON: &str = "This one is hard on me. Please take it over.";
    let desk = use_desk();
    let (owner_node, reason_node) = (NodeRef::<html::Select>::new(), NodeRef::<html::Textarea>::new());
    let problem = RwSignal::new(None::<&'static str>);
    let id = part(|inquiry| inquiry.item.id.clone());
    let owner = part(|inquiry| inquiry.item.owner.as_ref().map(|owner| owner.account_id.clone()));
    let hand_over = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let to = value(owner_node);
        if to.is_some() && to == owner.get_untracked() {
            return problem.set(Some("They have it already. Please choose somebody else."));
        }
        let typed = reason_node.get_untracked().map(|node| node.value().trim().to_owned()).unwrap_or_default();
        let reason = if typed.is_empty() { REASON.to_owned() } else { typed };
        desk.sheet.set(None);
        desk.act(id.get_untracked(), Deed::Assign(Assignment { owner: to, reason, leave: true, ..Assignment::default() }));
        // Out of it: what stands there need not be read once more.
        desk.go(&desk.route.with_untracked(crate::state::route::Route::back));
    };
    view! {
        <form on:submit=hand_over>
            <p>"Nobody has to take abuse alone. Press Enter, and somebody else answers."</p>
            <label for="hand-over-to">"Who takes it?"</label>
            <Colleagues
                id="hand-over-to"
                node=owner_node
                chosen=Signal::stored(None::<String>)
                first="The district’s fallback owner"
                owners=true
            />
            <label for="hand-over-reason">"What colleagues read"</label>
            <textarea id="hand-over-reason" rows="2" maxlength="500" node_ref=reason_node>
                {REASON}
            </textarea>
            <p class="problem" role="alert">
                {move || problem.get()}
            </p>
            <div class="sheet-end">
                // The first thing that has the focus: one key opens this, the next one does it.
                <button type="submit" class="button is-main" id="sheet-first">
                    "Hand it over"
                </button>
            </div>
        </form>
    }
}

/// "Take five": said once, quietly, after a hard thread.
#[component]
pub(super) fn Rest() -> impl IntoView {
    let desk = use_desk();
    let put_away = move |_| {
        desk.rest.set(None);
        dom::catch_focus(&[TITLE, LIST_TITLE]);
    };
    view! {
        {move || {
            desk.rest
                .get()
                .map(|words| {
                    view! {
                        <div class="toast rest">
                            <p>{words}</p>
                            <button type="button" class="button is-quiet" aria-label="Put this away" on:click=put_away>
                                <Icon path=icon::CLOSE />
                            </button>
                        </div>
                    }
                })
        }}
    }
}
