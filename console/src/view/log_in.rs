//! The log-in screen.

use super::doors::Forgot;
use super::icon::{self, Icon};
use super::use_desk;
use crate::api::Failure;
use crate::desk::LIST_TITLE;
use crate::dom;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::{ev, html};

const EMAIL: &str = "log-in-email";
const PASSWORD: &str = "log-in-password";
const CODE: &str = "log-in-code";

/// What is wrong, and the field to which the focus goes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wrong {
    field: &'static str,
    words: String,
}

impl Wrong {
    fn new(field: &'static str, words: impl Into<String>) -> Self {
        Self { field, words: words.into() }
    }

    fn of(failure: &Failure) -> Self {
        match failure {
            Failure::LoggedOut => {
                Self::new(PASSWORD, "This e-mail and password do not go together. Please check both and try again.")
            }
            Failure::NotHere => Self::new(EMAIL, "This account cannot log in here. Please ask your administrator."),
            other => Self::new(PASSWORD, other.words()),
        }
    }
}

/// What must be there before the server is asked.
fn missing(email: &str, password: &str) -> Option<Wrong> {
    if email.trim().is_empty() {
        return Some(Wrong::new(EMAIL, "Please write your e-mail address."));
    }
    password.is_empty().then(|| Wrong::new(PASSWORD, "Please write your password."))
}

#[component]
pub(super) fn LogIn() -> impl IntoView {
    let desk = use_desk();
    let (email, password) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let wrong = RwSignal::new(None::<Wrong>);
    // The second factor is only asked for where there is one.
    let code = NodeRef::<html::Input>::new();
    let asks_code = RwSignal::new(false);
    let forgot = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    // The address is known when only the session ended.
    let known = StoredValue::new(desk.me.with_untracked(|me| me.as_ref().map(|me| me.email.clone())).unwrap_or_default());
    dom::focus_later([if known.with_value(String::is_empty) { EMAIL } else { PASSWORD }.to_owned()]);
    let try_it = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (Some(email), Some(password)) = (email.get_untracked(), password.get_untracked()) else { return };
        if busy.get_untracked() {
            return;
        }
        let (email, password) = (email.value(), password.value());
        let given = code.get_untracked().map(|code| code.value()).filter(|code| !code.trim().is_empty());
        let refuse = move |why: Wrong| {
            dom::focus(why.field);
            wrong.set(Some(why));
        };
        if let Some(why) = missing(&email, &password) {
            return refuse(why);
        }
        wrong.set(None);
        busy.set(true);
        spawn_local(async move {
            let result = desk.log_in(email.trim(), &password, given.as_deref()).await;
            busy.try_set(false);
            match result {
                Ok(()) => dom::focus_later([LIST_TITLE.to_owned()]),
                Err(Failure::SecondFactor) => {
                    let again = asks_code.get_untracked();
                    asks_code.set(true);
                    let words = if again { "This code is not right. Please type the one that is shown now." } else { "" };
                    wrong.set(again.then(|| Wrong::new(CODE, words)));
                    dom::focus_later([CODE.to_owned()]);
                }
                Err(failure) => refuse(Wrong::of(&failure)),
            }
        });
    };
    let form = move || {
        view! {
            <main class="door">
                <form class="door-card" on:submit=try_it novalidate>
                    <p class="brand">
                        <Icon path=icon::LAMP />
                        <span>"Porchlight"</span>
                    </p>
                    <h1>"Log in"</h1>
                    <p class="door-notice" role="status">
                        {move || desk.notice.get()}
                    </p>
                    <p class="problem" role="alert" id="log-in-problem">
                        {move || wrong.get().map(|wrong| wrong.words)}
                    </p>
                    <Field id=EMAIL label="E-mail" kind="email" autocomplete="username" value=known.get_value() wrong node=email />
                    <Field
                        id=PASSWORD
                        label="Password"
                        kind="password"
                        autocomplete="current-password"
                        value=String::new()
                        wrong
                        node=password
                    />
                    <Show when=move || asks_code.get()>
                        <p class="hint">"Type the six digits that your authenticator shows, or one of your recovery codes."</p>
                        <Field
                            id=CODE
                            label="Code"
                            kind="text"
                            autocomplete="one-time-code"
                            value=String::new()
                            wrong
                            node=code
                        />
                    </Show>
                    <button type="submit" class="button is-main" aria-disabled=move || busy.get().then_some("true")>
                        {move || if busy.get() { "Logging in…" } else { "Log in" }}
                    </button>
                    <button
                        type="button"
                        class="button"
                        on:click=move |_| {
                            typed.set(email.get_untracked().map(|email| email.value()).unwrap_or_default());
                            forgot.set(true);
                        }
                    >
                        "I forgot my password"
                    </button>
                </form>
            </main>
        }
    };
    move || {
        if forgot.get() { view! { <Forgot email=typed back=move || forgot.set(false) /> }.into_any() } else { form().into_any() }
    }
}

#[component]
fn Field(
    id: &'static str,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    value: String,
    wrong: RwSignal<Option<Wrong>>,
    node: NodeRef<html::Input>,
) -> impl IntoView {
    let is_wrong = move || wrong.with(|wrong| wrong.as_ref().is_some_and(|wrong| wrong.field == id));
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id
                name=autocomplete
                type=kind
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                required
                value=value
                aria-invalid=move || is_wrong().then_some("true")
                aria-describedby=move || is_wrong().then_some("log-in-problem")
                node_ref=node
            />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_empty_field_is_named() {
        assert_eq!(missing(" ", "").map(|wrong| wrong.field), Some(EMAIL));
        assert_eq!(missing("kim@example.org", "").map(|wrong| wrong.field), Some(PASSWORD));
        assert_eq!(missing("kim@example.org", "x"), None);
    }
}
