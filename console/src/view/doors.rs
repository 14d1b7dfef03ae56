//! Doors beside the log-in: an invitation, and a forgotten password.

use super::form::{Doing, Line, Problem};
use super::icon::{self, Icon};
use super::use_desk;
use crate::api::{self, Failure};
use crate::state::route::Route;
use crate::words;
use gloo_net::http::Method;
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_shared::api::{AcceptInvitation, ForgotPassword, InvitationShown, InvitationToken, ResetPassword};

#[component]
fn Door(title: &'static str, children: Children) -> impl IntoView {
    view! {
        <main class="door">
            <div class="door-card">
                <p class="brand">
                    <Icon path=icon::LAMP />
                    <span>"Porchlight"</span>
                </p>
                <h1>{title}</h1>
                {children()}
            </div>
        </main>
    }
}

/// A link that does not count any more.
#[component]
fn Over() -> impl IntoView {
    view! {
        <p>"This link does not count any more: it was used, taken back, or ran out. Ask for another."</p>
        <a href=Route::default().hash()>"To the log-in"</a>
    }
}

#[component]
pub(super) fn Join(word: String) -> impl IntoView {
    let shown = RwSignal::new(None::<Result<InvitationShown, Failure>>);
    let token = StoredValue::new(word);
    let look = move || {
        spawn_local(async move {
            let asked = InvitationToken { token: token.get_value() };
            let _ = shown.try_set(Some(api::send(Method::POST, "/invitation/look", &asked).await));
        });
    };
    look();
    view! {
        <Door title="You are invited">
            {move || match shown.get() {
                None => view! { <p aria-busy="true">"One moment…"</p> }.into_any(),
                Some(Ok(invitation)) => view! { <Accept invitation token /> }.into_any(),
                Some(Err(Failure::NotHere)) => view! { <Over /> }.into_any(),
                Some(Err(failure)) => {
                    view! {
                        <p class="problem" role="alert">
                            {failure.words()}
                        </p>
                        <button type="button" class="button" on:click=move |_| look()>
                            "Try again"
                        </button>
                    }
                        .into_any()
                }
            }}
        </Door>
    }
}

#[component]
fn Accept(invitation: InvitationShown, token: StoredValue<String>) -> impl IntoView {
    let desk = use_desk();
    let (name, password) = (RwSignal::new(invitation.name.clone()), RwSignal::new(String::new()));
    let doing = Doing::new();
    let known = invitation.known;
    let join = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if doing.busy.get_untracked() {
            return;
        }
        doing.busy.set(true);
        doing.problem.set(None);
        spawn_local(async move {
            let body =
                AcceptInvitation { token: token.get_value(), name: name.get_untracked(), password: password.get_untracked() };
            let result = match api::send::<()>(Method::POST, "/invitation", &body).await {
                Ok(()) => desk.enter().await,
                Err(failure) => Err(failure),
            };
            let _ = doing.busy.try_set(false);
            if let Err(failure) = result {
                if failure == Failure::SecondFactor {
                    desk.notice.set(Some("You are in. Please log in with your second factor.".to_owned()));
                    return desk.go(&Route::default());
                }
                let _ = doing.problem.try_set(Some(failure.words()));
            }
        });
    };
    view! {
        <p>
            {format!("{} answers families here. You join as {} with {}.", invitation.district, words::role(invitation.role), invitation.email)}
        </p>
        <form class="room-form" on:submit=join>
            <div hidden=known>
                <Line id="join-name" label="Your name, as families read it" autocomplete="name" value=name />
            </div>
            <Line
                id="join-password"
                label=if known { "The password that you have here" } else { "Choose a password" }
                kind="password"
                autocomplete=if known { "current-password" } else { "new-password" }
                help=if known { "" } else { "At least 10 characters. A short sentence is good." }
                value=password
            />
            <Problem doing />
            <button type="submit" class="button is-main" aria-disabled=move || doing.busy.get().then_some("true")>
                "Join"
            </button>
        </form>
    }
}

#[component]
pub(super) fn NewPassword(word: String) -> impl IntoView {
    let desk = use_desk();
    let password = RwSignal::new(String::new());
    let doing = Doing::new();
    let over = RwSignal::new(false);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = ResetPassword { token: word.clone(), password: password.get_untracked() };
        doing.problem.set(None);
        spawn_local(async move {
            match api::send::<()>(Method::PUT, "/password-reset", &body).await {
                Ok(()) => {
                    desk.notice.set(Some("Your password is changed. Please log in with it.".to_owned()));
                    desk.go(&Route::default());
                }
                Err(Failure::NotHere) => drop(over.try_set(true)),
                Err(failure) => drop(doing.problem.try_set(Some(failure.words()))),
            }
        });
    };
    view! {
        <Door title="A new password">
            <Show when=move || over.get()>
                <Over />
            </Show>
            <form class="room-form" hidden=move || over.get() on:submit=save>
                <Line
                    id="new-password"
                    label="Choose a password"
                    kind="password"
                    autocomplete="new-password"
                    help="At least 10 characters. A short sentence is good."
                    value=password
                />
                <Problem doing />
                <button type="submit" class="button is-main">
                    "Keep it"
                </button>
            </form>
        </Door>
    }
}

/// Asks for the mail with the way to a new password. The answer is the same whether the address is known.
#[component]
pub(super) fn Forgot(email: RwSignal<String>, #[prop(into)] back: Callback<()>) -> impl IntoView {
    let desk = use_desk();
    let doing = Doing::new();
    let sent = RwSignal::new(false);
    let ask = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = ForgotPassword { email: email.get_untracked() };
        doing.send::<()>(desk, Method::POST, "/password-reset".to_owned(), body, move |()| sent.set(true));
    };
    view! {
        <Door title="A new password">
            <p role="status">
                {move || sent.get().then_some("If there is an account with this address, a mail is on its way. Its link counts for one hour.")}
            </p>
            <form class="room-form" hidden=move || sent.get() on:submit=ask>
                <Line id="forgot-email" label="Your e-mail address" kind="email" autocomplete="username" value=email />
                <Problem doing />
                <button type="submit" class="button is-main">
                    "Send me a mail"
                </button>
            </form>
            <button type="button" class="button" on:click=move |_| back.run(())>
                "Back to the log-in"
            </button>
        </Door>
    }
}
