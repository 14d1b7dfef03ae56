//! Beside the thread: being at it, so that nobody reminds for a while, and promising another time.

use super::form::Line;
use super::part::part;
use super::use_desk;
use crate::desk::Deed;
use crate::time;
use leptos::prelude::*;
use porchlight_shared::api::{NewDue, Quiet};

#[component]
pub(super) fn Promise() -> impl IntoView {
    let desk = use_desk();
    let due = part(|inquiry| inquiry.item.due_at.is_some() && inquiry.may.work);
    let quiet = part(|inquiry| inquiry.quiet_until.is_some());
    let (at, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let told = RwSignal::new("");
    let promise = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let due = desk.zone.with_untracked(|zone| time::instant(&at.get_untracked(), zone));
        let why = reason.get_untracked().trim().to_owned();
        match due {
            None => told.set("Please choose a day and a time."),
            Some(_) if why.chars().count() < 3 => told.set("Please say why. Colleagues read it, the sender does not."),
            Some(due) => {
                told.set("");
                desk.step(Deed::Postpone(NewDue { due, reason: why }));
                at.set(String::new());
                reason.set(String::new());
            }
        }
    };
    view! {
        <Show when=move || due.get()>
            <button type="button" class="button" hidden=move || quiet.get() on:click=move |_| desk.step(Deed::Quiet(Quiet::default()))>
                "I am at it: no reminders for now"
            </button>
            <details class="promise">
                <summary>"Promise another time"</summary>
                <form class="room-form" on:submit=promise>
                    <Line id="new-due" label="New time" kind="datetime-local" value=at />
                    <Line id="new-due-why" label="Why" most=300 value=reason help="The sender is told the time; colleagues read why." />
                    <p class="problem" role="alert">
                        {told}
                    </p>
                    <button type="submit" class="button">
                        "Promise it"
                    </button>
                </form>
            </details>
        </Show>
    }
}
