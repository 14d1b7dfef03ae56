//! What can be done with the open inquiry, where the API says that this person may.

use super::part::part;
use super::use_desk;
use crate::api::Step;
use crate::desk::Sheet;
use leptos::prelude::*;
use porchlight_shared::status::Status;

#[component]
pub(super) fn Actions() -> impl IntoView {
    let desk = use_desk();
    let may = part(|inquiry| inquiry.may);
    let waits = part(|inquiry| inquiry.item.status == Status::Waiting);
    let any = move || {
        let may = may.get();
        may.assign || may.wait || may.close || may.reopen
    };
    view! {
        <Show when=any>
            <div class="actions" role="group" aria-label="What to do with it">
                <Show when=move || may.get().assign>
                    <button
                        type="button"
                        class="button"
                        aria-haspopup="dialog"
                        on:click=move |_| desk.sheet.set(Some(Sheet::Assign))
                    >
                        "Assign"
                    </button>
                </Show>
                <Show when=move || may.get().wait>
                    <StepButton step=Step::Wait label="Waiting on sender" />
                </Show>
                <Show when=move || may.get().reopen>
                    {move || {
                        let label = if waits.get() { "Stop waiting" } else { "Reopen" };
                        view! { <StepButton step=Step::Reopen label /> }
                    }}
                </Show>
                <Show when=move || may.get().close>
                    <StepButton step=Step::Close label="Close" />
                </Show>
            </div>
        </Show>
    }
}

#[component]
fn StepButton(step: Step, label: &'static str) -> impl IntoView {
    let desk = use_desk();
    // Not `disabled`: a button that has the focus must not lose it while the server thinks.
    view! {
        <button
            type="button"
            class="button"
            aria-disabled=move || desk.busy.get().then_some("true")
            on:click=move |_| desk.step(step)
        >
            {label}
        </button>
    }
}
