//! What is said in passing: the banner when the connection fails, toasts, and words for screen readers.

use super::harsh::Rest;
use super::icon::{self, Icon};
use super::use_desk;
use crate::desk::{LIST_TITLE, Offer, TITLE, TOAST, Toast};
use crate::dom;
use leptos::prelude::*;

/// The connection, or the server, does not do what it should.
#[component]
pub(super) fn Banner() -> impl IntoView {
    let desk = use_desk();
    view! {
        <div class="banner-place" role="alert">
            {move || {
                desk.trouble
                    .get()
                    .map(|words| {
                        view! {
                            <div class="banner">
                                <p>{words}</p>
                                <button type="button" class="button" on:click=move |_| desk.renew()>
                                    "Try again"
                                </button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

#[component]
pub(super) fn Toasts() -> impl IntoView {
    let desk = use_desk();
    view! {
        <div class="toasts" role="status">
            {move || desk.toast.get().map(|toast| view! { <ToastView toast /> })}
            <Rest />
        </div>
    }
}

#[component]
fn ToastView(toast: Toast) -> impl IntoView {
    let desk = use_desk();
    let put_away = move |_| {
        desk.toast.set(None);
        dom::catch_focus(&[TITLE, LIST_TITLE]);
    };
    let button = toast.offer.map(|offer| {
        let label = match offer {
            Offer::Undo(_) => "Undo",
            Offer::TakeBack(..) => "Undo",
            Offer::Again(..) => "Try again",
        };
        view! {
            <button type="button" class="button" on:click=move |_| desk.take(offer.clone())>
                {label}
            </button>
        }
    });
    view! {
        <div class="toast" class:is-trouble=toast.trouble id=TOAST>
            <p>{toast.words}</p>
            {button}
            <button type="button" class="button is-quiet" aria-label="Put this message away" on:click=put_away>
                <Icon path=icon::CLOSE />
            </button>
        </div>
    }
}

/// Read aloud by screen readers, seen by nobody.
#[component]
pub(super) fn Announcer() -> impl IntoView {
    let desk = use_desk();
    view! {
        <p class="visually-hidden" role="status">
            {move || desk.said.get()}
        </p>
    }
}
