//! Parts that several views use: a piece of the open inquiry, a moment, the marks of urgency.

use super::icon::{self, Icon};
use super::use_desk;
use crate::words;
use leptos::prelude::*;
use porchlight_shared::api::{Inquiry, Piece};
use porchlight_shared::status::Priority;

/// A piece of the open inquiry that only wakes its readers when it changes.
pub(super) fn part<T>(piece: impl Fn(&Inquiry) -> T + Send + Sync + 'static) -> Memo<T>
where
    T: Default + PartialEq + Send + Sync + 'static,
{
    let desk = use_desk();
    Memo::new(move |_| desk.opened.inquiry.with(|inquiry| inquiry.as_ref().map(&piece).unwrap_or_default()))
}

/// An excerpt with what was found marked.
pub(super) fn pieces(all: Vec<Piece>) -> impl IntoView {
    all.into_iter()
        .map(|piece| if piece.hit { view! { <mark>{piece.text}</mark> }.into_any() } else { piece.text.into_any() })
        .collect_view()
}

/// A moment in words; the exact one appears on hovering.
#[component]
pub(super) fn When(at: String) -> impl IntoView {
    let desk = use_desk();
    let (exact, words) = (at.clone(), at.clone());
    view! {
        <time datetime=at title=move || desk.full_time(&exact)>
            {move || desk.moment(&words)}
        </time>
    }
}

/// Until when an answer is due, and whether that is over; nothing where none waits.
#[component]
pub(super) fn Due(at: Memo<Option<String>>) -> impl IntoView {
    let desk = use_desk();
    let due = Memo::new(move |_| desk.due(at.get().as_deref()));
    move || {
        due.get().map(|(words, over)| {
            view! {
                <span class="due" class:is-over=over>
                    {words}
                </span>
            }
        })
    }
}

/// "Critical", "High", "Confidential": a colour, a drawing and always the word.
#[component]
pub(super) fn Marks(priority: Priority, confidential: bool) -> impl IntoView {
    let class = if priority == Priority::Critical { "mark is-critical" } else { "mark is-high" };
    view! {
        {words::priority(priority)
            .map(|word| {
                view! {
                    <span class=class>
                        <Icon path=icon::WARNING />
                        {word}
                    </span>
                }
            })}
        {confidential
            .then(|| {
                view! {
                    <span class="mark is-confidential">
                        <Icon path=icon::LOCK />
                        "Confidential"
                    </span>
                }
            })}
    }
}

/// Something that could not be loaded, and the way to try again.
#[component]
pub(super) fn Failed(words: String, #[prop(into)] retry: Callback<()>) -> impl IntoView {
    view! {
        <div class="failed" role="alert">
            <p>{words}</p>
            <button type="button" class="button" on:click=move |_| retry.run(())>
                "Try again"
            </button>
        </div>
    }
}

/// Grey shapes in the place of what comes; the style sheet shows them only after a moment.
#[component]
pub(super) fn Skeleton(count: usize) -> impl IntoView {
    let bones = (0..count)
        .map(|_| {
            view! {
                <div class="bone">
                    <div></div>
                    <div></div>
                </div>
            }
        })
        .collect_view();
    view! {
        <div class="skeleton" aria-hidden="true">
            {bones}
        </div>
    }
}
