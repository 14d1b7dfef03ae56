//! What is done with everything that was ticked.

use super::use_desk;
use crate::desk::Sheet;
use crate::state::route::View;
use leptos::prelude::*;
use porchlight_shared::api::BulkDeed;

#[component]
pub(super) fn Bulk() -> impl IntoView {
    let desk = use_desk();
    let count = Memo::new(move |_| desk.selected.with(|all| all.len()));
    let is_closed = move || desk.route.with(|route| route.filter.view == View::Closed);
    let all = move |_| {
        let ids: Vec<String> = desk.inbox.lines.with_untracked(|lines| lines.iter().map(|line| line.id.clone()).collect());
        desk.selected.update(|selected| selected.extend(ids.into_iter().take(200)));
    };
    view! {
        <Show when=move || count.get() != 0>
            <div class="bulk" role="group" aria-label="What to do with the selected inquiries">
                <p role="status">
                    {move || if count.get() == 1 { "1 selected".to_owned() } else { format!("{} selected", count.get()) }}
                </p>
                <button
                    type="button"
                    class="button"
                    aria-haspopup="dialog"
                    on:click=move |_| desk.sheet.set(Some(Sheet::AssignSelected))
                >
                    "Hand on"
                </button>
                <button
                    type="button"
                    class="button"
                    aria-haspopup="dialog"
                    on:click=move |_| desk.sheet.set(Some(Sheet::TagSelected))
                >
                    "Tag"
                </button>
                <button
                    type="button"
                    class="button"
                    hidden=is_closed
                    aria-disabled=move || desk.busy.get().then_some("true")
                    on:click=move |_| desk.act_on_selected(BulkDeed::Close)
                >
                    "Close"
                </button>
                <button type="button" class="button" on:click=all>
                    "All"
                </button>
                <button type="button" class="button" on:click=move |_| desk.selected.update(|all| all.clear())>
                    "None"
                </button>
            </div>
        </Show>
    }
}
