//! The open inquiry: its heading, what was said, the place to write, and the details beside it.

use super::actions::Actions;
use super::alarm::Alerts;
use super::composer::Composer;
use super::details::Details;
use super::entry::{Entry, FirstEntry, HeldReplies, Merged, Writing};
use super::icon::{self, Icon};
use super::join::Sealed;
use super::part::{Due, Failed, Marks, Skeleton, part};
use super::use_desk;
use crate::api::Failure;
use crate::desk::{THREAD, TITLE};
use crate::{dom, words};
use leptos::prelude::*;

/// What the pane holds.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Face {
    Nothing,
    Loading,
    Failed(Failure),
    /// By id: another inquiry is built anew, a renewed one is not.
    Open(String),
}

#[component]
pub(super) fn OpenPane() -> impl IntoView {
    let desk = use_desk();
    let face = Memo::new(move |_| {
        let Some(wanted) = desk.route.with(|route| route.open.clone()) else { return Face::Nothing };
        let is_here = desk.opened.inquiry.with(|inquiry| inquiry.as_ref().is_some_and(|inquiry| inquiry.item.id == wanted));
        match desk.opened.failed.get() {
            _ if is_here => Face::Open(wanted),
            Some(failure) => Face::Failed(failure),
            None => Face::Loading,
        }
    });
    move || match face.get() {
        Face::Nothing => view! {
            <div class="opened is-nothing">
                <p>"Choose an inquiry from the list to read it here."</p>
            </div>
        }
        .into_any(),
        Face::Loading => view! {
            <div class="opened is-loading" aria-busy="true">
                <div class="opened-head">
                    <Back />
                </div>
                <Skeleton count=4 />
            </div>
        }
        .into_any(),
        Face::Failed(failure) => view! { <NotShown failure /> }.into_any(),
        Face::Open(id) => view! { <Open id /> }.into_any(),
    }
}

#[component]
fn NotShown(failure: Failure) -> impl IntoView {
    let desk = use_desk();
    dom::focus_later([TITLE.to_owned()]);
    view! {
        <div class="opened is-failed">
            <div class="opened-head">
                <Back />
                <h1 id=TITLE tabindex="-1">
                    "This inquiry can’t be shown now"
                </h1>
            </div>
            <Failed words=failure.words() retry=move || desk.load_open() />
        </div>
    }
}

#[component]
fn Open(id: String) -> impl IntoView {
    let thread = part(|inquiry| inquiry.thread.clone());
    let locale = part(|inquiry| inquiry.locale.clone());
    let sealed = part(|inquiry| inquiry.item.sealed);
    let id = StoredValue::new(id);
    dom::focus_later([TITLE.to_owned()]);
    view! {
        <div class="opened">
            <Head />
            <div class="opened-body">
                <Show
                    when=move || !sealed.get()
                    fallback=|| view! { <Sealed /> }
                >
                    <div class="thread-scroll" role="region" aria-label="Thread" tabindex="0">
                        <ol class="thread" id=THREAD>
                            <FirstEntry />
                            <Merged />
                            <For each=move || thread.get() key=|message| message.id.clone() let:message>
                                <Entry message locale=locale />
                            </For>
                            <HeldReplies />
                        </ol>
                        <Writing />
                    </div>
                    <Composer id=id.get_value() />
                </Show>
            </div>
            <Details />
        </div>
    }
}

/// One screen up, where the window shows one screen at a time.
#[component]
fn Back() -> impl IntoView {
    let desk = use_desk();
    view! {
        <a class="back" href=move || desk.route.with(|route| route.back().hash())>
            <Icon path=icon::ARROW_LEFT />
            {move || if desk.route.with(|route| route.details) { "Back to the thread" } else { "Back to the list" }}
        </a>
    }
}

#[component]
fn Head() -> impl IntoView {
    let desk = use_desk();
    let summary = part(|inquiry| words::title(&inquiry.item));
    let reference = part(|inquiry| inquiry.item.reference.clone());
    let meta = part(|inquiry| {
        let item = &inquiry.item;
        format!("{} · {} · {}", item.kind.as_str(), item.topic.label, words::status(item.status))
    });
    let marks = part(|inquiry| Some((inquiry.item.priority, inquiry.item.confidential)));
    let withdrawn = part(|inquiry| inquiry.withdrawn);
    let due_at = part(|inquiry| inquiry.item.due_at.clone());
    view! {
        <div class="opened-head">
            <div class="opened-ways">
                <Back />
                <a class="to-details" href=move || desk.route.with(|route| route.to_details().hash())>
                    "Details"
                </a>
            </div>
            <h1 id=TITLE tabindex="-1" dir="auto">
                {summary}
            </h1>
            <p class="opened-meta">
                <span class="reference">{reference}</span>
                <span>{meta}</span>
                {move || marks.get().map(|(priority, confidential)| view! { <Marks priority confidential /> })}
                <Due at=due_at />
            </p>
            <Show when=move || withdrawn.get()>
                <p class="withdrawn">"The sender took this back."</p>
            </Show>
            <Alerts />
            <Actions />
        </div>
    }
}
