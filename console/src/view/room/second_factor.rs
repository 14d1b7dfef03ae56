//! Setting up an authenticator, and its recovery codes.

use crate::desk::Loaded;
use crate::view::form::{Doing, Line, Problem, shown};
use crate::view::use_desk;
use gloo_net::http::Method;
use leptos::prelude::*;
use porchlight_shared::api::{Code, Password, RecoveryCodes, SecondFactorSecret, SecondFactorState};

#[component]
pub(super) fn SecondFactor() -> impl IntoView {
    let desk = use_desk();
    let state = Loaded::<SecondFactorState>::new("/me/second-factor");
    let codes = RwSignal::new(None::<Vec<String>>);
    let secret = RwSignal::new(None::<SecondFactorSecret>);
    let doing = Doing::new();
    let begin = move |_| {
        doing
            .send(desk, Method::POST, "/me/second-factor".to_owned(), (), move |made: SecondFactorSecret| secret.set(Some(made)));
    };
    let body = shown(state, move |now| {
        if now.on {
            return view! { <On state codes left=now.recovery_codes_left /> }.into_any();
        }
        view! {
            <p>"A code from an app on your phone, beside your password. Whoever learns your password still does not get in."</p>
            <button type="button" class="button is-main" on:click=begin hidden=move || secret.with(Option::is_some)>
                "Set it up"
            </button>
            {move || secret.get().map(|secret_now| view! { <Confirm secret_now secret state codes /> })}
        }
        .into_any()
    });
    view! {
        <section>
            <h2>"Second factor"</h2>
            {move || codes.get().map(|all| view! { <Codes all codes /> })}
            {body}
            <Problem doing />
        </section>
    }
}

/// Recovery codes, shown once.
#[component]
fn Codes(all: Vec<String>, codes: RwSignal<Option<Vec<String>>>) -> impl IntoView {
    view! {
        <div class="warning" role="status">
            <p>"Write these recovery codes down and keep them apart from your phone. Each lets you in once. They are not shown again."</p>
            <ul class="codes">{all.into_iter().map(|code| view! { <li>{code}</li> }).collect_view()}</ul>
            <button type="button" class="button" on:click=move |_| codes.set(None)>
                "I have them"
            </button>
        </div>
    }
}

#[component]
fn Confirm(
    secret_now: SecondFactorSecret,
    secret: RwSignal<Option<SecondFactorSecret>>,
    state: Loaded<SecondFactorState>,
    codes: RwSignal<Option<Vec<String>>>,
) -> impl IntoView {
    let desk = use_desk();
    let code = RwSignal::new(String::new());
    let doing = Doing::new();
    let confirm = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let given = Code { code: code.get_untracked() };
        doing.send(desk, Method::PUT, "/me/second-factor".to_owned(), given, move |made: RecoveryCodes| {
            codes.set(Some(made.codes));
            secret.set(None);
            state.load(desk);
            desk.renew_me();
        });
    };
    view! {
        <ol class="steps">
            <li>
                <p>"Scan this with your authenticator app."</p>
                <div class="qr" role="img" aria-label="The code to scan" inner_html=secret_now.qr></div>
                <p>
                    "Or type this in: " <code class="secret">{secret_now.secret}</code>
                </p>
            </li>
            <li>
                <form class="room-form" on:submit=confirm>
                    <Line id="totp-code" label="The six digits that it shows now" autocomplete="one-time-code" value=code />
                    <Problem doing />
                    <button type="submit" class="button is-main">
                        "Turn it on"
                    </button>
                </form>
            </li>
        </ol>
    }
}

/// It is on: new codes, or the end of it.
#[component]
fn On(state: Loaded<SecondFactorState>, codes: RwSignal<Option<Vec<String>>>, left: i64) -> impl IntoView {
    let desk = use_desk();
    let password = RwSignal::new(String::new());
    let doing = Doing::new();
    let given = move || Password { password: password.get_untracked() };
    let renew = move |_| {
        doing.send(desk, Method::POST, "/me/recovery-codes".to_owned(), given(), move |made: RecoveryCodes| {
            codes.set(Some(made.codes));
            state.load(desk);
        });
    };
    let end = move |_| {
        doing.send::<()>(desk, Method::DELETE, "/me/second-factor".to_owned(), given(), move |()| {
            state.load(desk);
            desk.renew_me();
        });
    };
    view! {
        <p>{format!("It is on. {left} recovery codes are left.")}</p>
        <form class="room-form" on:submit=move |event| event.prevent_default()>
            <Line id="totp-password" label="Your password, to change it" kind="password" autocomplete="current-password" value=password />
            <Problem doing />
            <div class="sheet-end">
                <button type="button" class="button" on:click=renew>
                    "New recovery codes"
                </button>
                <button type="button" class="button" on:click=end>
                    "Turn it off"
                </button>
            </div>
        </form>
    }
}
