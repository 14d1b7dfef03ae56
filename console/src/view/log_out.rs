//! Logging out, here or everywhere; says first what would be lost.

use super::use_desk;
use leptos::prelude::*;
use leptos::task::spawn_local;

#[component]
pub(super) fn LogOut() -> impl IntoView {
    let desk = use_desk();
    let problem = RwSignal::new(None::<String>);
    let who = desk.me.with_untracked(|me| me.as_ref().map(|me| format!("You are logged in as {} ({}).", me.name, me.email)));
    // Drafts are kept on the server; what did not get there, or stands in a room, is in danger.
    let unsent = move || match (desk.drafts.with(|drafts| drafts.unsaved()), desk.has_left()) {
        (0, false) => None,
        (0, true) => Some(
            "Under Writing, or in an answer made of a reply, there is text that you did not keep. It goes away when you log out."
                .to_owned(),
        ),
        (1, _) => Some("In one inquiry there is text that could not be kept yet. It may go away when you log out.".to_owned()),
        (n, _) => Some(format!("In {n} inquiries there is text that could not be kept yet. It may go away when you log out.")),
    };
    let leave = move |everywhere: bool| {
        problem.set(None);
        spawn_local(async move {
            if let Err(failure) = desk.log_out(everywhere).await {
                problem.try_set(Some(format!("You are still logged in. {}", failure.words())));
            }
        });
    };
    view! {
        <p>{who}</p>
        {move || unsent().map(|words| view! { <p class="warning">{words}</p> })}
        <p class="problem" role="alert">
            {move || problem.get()}
        </p>
        <div class="sheet-end">
            <button type="button" class="button is-main" id="sheet-first" on:click=move |_| leave(false)>
                "Log out"
            </button>
            <button type="button" class="button" on:click=move |_| leave(true)>
                "Log out on all devices"
            </button>
        </div>
    }
}
