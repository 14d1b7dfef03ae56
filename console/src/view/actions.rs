//! What can be done with the open inquiry, where the API says that this person may.

use super::alarm::RaiseAlert;
use super::part::part;
use super::use_desk;
use crate::desk::{Deed, Sheet};
use crate::words;
use leptos::prelude::*;
use porchlight_shared::status::{Priority, Status};

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
                        "Hand on"
                    </button>
                </Show>
                <Show when=move || may.get().wait>
                    <StepButton deed=Deed::Wait label="Waiting on sender" />
                </Show>
                <Show when=move || may.get().reopen>
                    {move || {
                        let label = if waits.get() { "Stop waiting" } else { "Reopen" };
                        view! { <StepButton deed=Deed::Reopen label /> }
                    }}
                </Show>
                <Show when=move || may.get().close>
                    <StepButton deed=Deed::Close label="Close" />
                </Show>
                <Show when=move || may.get().work>
                    <More />
                </Show>
            </div>
        </Show>
    }
}

#[component]
fn StepButton(deed: Deed, label: &'static str) -> impl IntoView {
    let desk = use_desk();
    // Not `disabled`: a button that has the focus must not lose it while the server thinks.
    view! {
        <button
            type="button"
            class="button"
            aria-disabled=move || desk.busy.get().then_some("true")
            on:click=move |_| desk.step(deed.clone())
        >
            {label}
        </button>
    }
}

/// What is done more seldom.
#[component]
fn More() -> impl IntoView {
    let desk = use_desk();
    let priority = part(|inquiry| Some(inquiry.item.priority));
    let confidential = part(|inquiry| inquiry.item.confidential);
    let may_join = part(|inquiry| inquiry.may.join);
    let choose = move |event| {
        let chosen = Priority::parse(&event_target_value(&event));
        if let Some(chosen) = chosen.filter(|chosen| priority.get_untracked() != Some(*chosen)) {
            desk.step(Deed::Priority(chosen));
        }
    };
    view! {
        <label class="visually-hidden" for="set-priority">
            "Priority"
        </label>
        <select id="set-priority" on:change=choose>
            {Priority::ALL
                .iter()
                .map(|each| {
                    let each = *each;
                    view! {
                        <option value=each.as_str() prop:selected=move || priority.get() == Some(each)>
                            {format!("Priority: {}", words::priority_name(each))}
                        </option>
                    }
                })
                .collect_view()}
        </select>
        <button
            type="button"
            class="toggle"
            aria-pressed=move || if confidential.get() { "true" } else { "false" }
            on:click=move |_| desk.step(Deed::Confidential(!confidential.get_untracked()))
        >
            "Confidential"
        </button>
        <RaiseAlert />
        <Show when=move || may_join.get()>
            <button
                type="button"
                class="button"
                aria-haspopup="dialog"
                on:click=move |_| desk.sheet.set(Some(Sheet::Merge))
            >
                "Merge"
            </button>
        </Show>
    }
}
