//! Parts of the forms in rooms and at doors.

use super::part::{Failed, Skeleton};
use super::use_desk;
use crate::api::{self, Failure};
use crate::desk::{Desk, Loaded};
use gloo_net::http::Method;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a room shows once it is here; until then, and where it fails, a word about that.
pub(super) fn shown<T, V>(loaded: Loaded<T>, render: impl Fn(T) -> V + Send + Sync + 'static) -> impl IntoView
where
    T: DeserializeOwned + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let desk = use_desk();
    loaded.load(desk);
    move || match (loaded.value.get(), loaded.failed.get()) {
        (Some(value), _) => render(value).into_any(),
        (None, Some(failure)) => view! { <Failed words=failure.words() retry=move || loaded.load(desk) /> }.into_any(),
        (None, None) => view! { <Skeleton count=5 /> }.into_any(),
    }
}

/// A word about what is not here yet, or cannot be had; nothing once it is here. What is shown of it then follows the value,
/// so that what somebody types beside it stays when it is loaded anew.
pub(super) fn awaited<T>(loaded: Loaded<T>) -> impl IntoView
where
    T: DeserializeOwned + Clone + Send + Sync + 'static,
{
    let desk = use_desk();
    loaded.load(desk);
    let here = Memo::new(move |_| loaded.value.with(Option::is_some));
    move || match (here.get(), loaded.failed.get()) {
        (true, _) => ().into_any(),
        (false, Some(failure)) => view! { <Failed words=failure.words() retry=move || loaded.load(desk) /> }.into_any(),
        (false, None) => view! { <Skeleton count=5 /> }.into_any(),
    }
}

/// Whether a fold is open now.
pub(super) fn is_open(event: &leptos::ev::Event) -> bool {
    event_target::<web_sys::Element>(event).has_attribute("open")
}

/// A field of one line.
#[component]
pub(super) fn Line(
    #[prop(into)] id: String,
    label: &'static str,
    value: RwSignal<String>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(default = 400)] most: usize,
    #[prop(optional)] readonly: bool,
    #[prop(optional)] help: &'static str,
) -> impl IntoView {
    let help_id = format!("{id}-help");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            {(!help.is_empty())
                .then(|| {
                    view! {
                        <p class="hint" id=help_id.clone()>
                            {help}
                        </p>
                    }
                })}
            <input
                id=id
                type=kind
                autocomplete=autocomplete
                maxlength=most
                dir="auto"
                readonly=readonly
                aria-describedby=(!help.is_empty()).then_some(help_id)
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            />
        </div>
    }
}

/// A field of several lines.
#[component]
pub(super) fn Area(
    #[prop(into)] id: String,
    label: &'static str,
    value: RwSignal<String>,
    #[prop(default = 8)] rows: u32,
    most: usize,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <textarea
                id=id
                rows=rows
                dir="auto"
                maxlength=most
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
        </div>
    }
}

/// Choices behind one that is none of them.
pub(super) fn after(none: &str, choices: Vec<(String, String)>) -> Vec<(String, String)> {
    std::iter::once((String::new(), none.to_owned())).chain(choices).collect()
}

/// One of several, by value and label.
#[component]
pub(super) fn Pick(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    options: Vec<(String, String)>,
    value: RwSignal<String>,
    #[prop(optional)] quiet: bool,
) -> impl IntoView {
    let options = options
        .into_iter()
        .map(|(each, label)| {
            let own = each.clone();
            view! {
                <option value=each prop:selected=move || value.with(|v| *v == own)>
                    {label}
                </option>
            }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone() class:visually-hidden=quiet>
                {label}
            </label>
            <select id=id on:change=move |event| value.set(event_target_value(&event))>
                {options}
            </select>
        </div>
    }
}

/// What went wrong with a form, said where it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doing {
    pub(super) problem: RwSignal<Option<String>>,
    pub(super) busy: RwSignal<bool>,
}

impl Doing {
    pub(super) fn new() -> Self {
        Self { problem: RwSignal::new(None), busy: RwSignal::new(false) }
    }

    /// Sends something once; what went wrong is said, and what was typed stays.
    pub(super) fn send<T: DeserializeOwned + 'static>(
        self,
        desk: Desk,
        method: Method,
        path: String,
        body: impl Serialize + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        self.run(desk, method, path, body, async |failure| failure.words(), done);
    }

    /// As [`Self::send`] for a version of something that others change, too: where somebody was faster, `newest` learns of
    /// it, what was typed stays, and sending it again puts it in place of theirs.
    pub(super) fn send_version<T: DeserializeOwned + 'static>(
        self,
        desk: Desk,
        path: String,
        body: impl Serialize + 'static,
        newest: impl AsyncFnOnce() + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        let words = async move |failure: Failure| {
            if failure != Failure::Changed {
                return failure.words();
            }
            newest().await;
            "Somebody changed it meanwhile. Your text is still here: send it again to put it in place of theirs.".to_owned()
        };
        self.run(desk, Method::PUT, path, body, words, done);
    }

    fn run<T: DeserializeOwned + 'static>(
        self,
        desk: Desk,
        method: Method,
        path: String,
        body: impl Serialize + 'static,
        words: impl AsyncFnOnce(Failure) -> String + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let result = api::send::<T>(method, &path, &body).await;
            let _ = self.busy.try_set(false);
            match result {
                Ok(value) => done(value),
                Err(Failure::LoggedOut) => desk.session_ended(),
                Err(failure) => {
                    let words = words(failure).await;
                    let _ = self.problem.try_set(Some(words));
                }
            }
        });
    }
}

/// The problem of a form.
#[component]
pub(super) fn Problem(doing: Doing) -> impl IntoView {
    view! {
        <p class="problem" role="alert">
            {doing.problem}
        </p>
    }
}
