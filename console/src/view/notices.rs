//! What somebody was told of, in the sheet; and the view that they keep.

use super::form::{Doing, Line, Problem};
use super::part::When;
use super::use_desk;
use crate::api;
use crate::state::route::Route;
use crate::words;
use gloo_net::http::Method;
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_shared::api::{Made, NewView, NoticesRead};

#[component]
pub(super) fn Notices() -> impl IntoView {
    let desk = use_desk();
    let all = Memo::new(move |_| desk.notices.value.get().unwrap_or_default());
    let read_all = move |_| {
        spawn_local(async move {
            if api::send::<()>(Method::POST, "/notifications/read", &NoticesRead::default()).await.is_ok() {
                desk.notices.load(desk);
            }
        });
    };
    let each = move || {
        let each = all.get().notices.into_iter().map(|notice| {
            let href = Route::default().to_inquiry(&notice.inquiry.id).hash();
            view! {
                <li class:is-unread=!notice.read>
                    <a href=href on:click=move |_| desk.sheet.set(None)>
                        {(!notice.read).then(|| view! { <span class="visually-hidden">"Unread: "</span> })}
                        {words::notice(notice.kind, notice.by.as_deref())}
                        ": "
                        {words::calm(&notice.inquiry.label)}
                    </a>
                    <span class="hint">{notice.reference} " · " <When at=notice.at /></span>
                </li>
            }
        });
        each.collect_view()
    };
    view! {
        <p class="empty" hidden=move || all.with(|a| !a.notices.is_empty())>
            "Nothing yet. What is yours, and where colleagues name you, appears here."
        </p>
        <ul class="rows notices">{each}</ul>
        <button type="button" class="button" hidden=move || all.with(|a| a.unread == 0) on:click=read_all>
            "Mark all as read"
        </button>
    }
}

#[component]
pub(super) fn KeepView() -> impl IntoView {
    let desk = use_desk();
    let name = RwSignal::new(String::new());
    let shared = RwSignal::new(false);
    let may_share = desk.me.with_untracked(|me| me.as_ref().is_some_and(|me| me.can.share));
    let doing = Doing::new();
    let keep = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let view = NewView {
            name: name.get_untracked(),
            filter: desk.route.with_untracked(|route| route.filter.query()),
            shared: shared.get_untracked(),
        };
        doing.send(desk, Method::POST, "/views".to_owned(), view, move |_: Made| {
            desk.views.load(desk);
            desk.sheet.set(None);
            desk.tell("Kept. It is under “More views”.", None);
        });
    };
    let mine = Memo::new(move |_| {
        let all = desk.views.value.with(|v| v.as_ref().map(|v| v.kept.clone()).unwrap_or_default());
        all.into_iter().filter(|view| view.mine).collect::<Vec<_>>()
    });
    let forget = move |id: String| {
        doing.send::<()>(desk, Method::DELETE, format!("/views/{id}"), (), move |()| desk.views.load(desk));
    };
    view! {
        <form on:submit=keep>
            <Line id="sheet-first" label="What you call it" value=name help="It keeps the view, the topic, the tag and the words." />
            <label class="check" hidden=!may_share>
                <input type="checkbox" prop:checked=shared on:change=move |event| shared.set(event_target_checked(&event)) />
                "Everybody here sees it in their list, with what they may see"
            </label>
            <Problem doing />
            <div class="sheet-end">
                <button type="submit" class="button is-main">
                    "Keep"
                </button>
            </div>
        </form>
        <ul class="rows">
            {move || {
                mine.get()
                    .into_iter()
                    .map(|view| {
                        let id = view.id.clone();
                        let label = format!("Forget {}", view.name);
                        view! {
                            <li>
                                {view.name}
                                {view.shared.then_some(" (shared)")}
                                " "
                                <button
                                    type="button"
                                    class="button"
                                    aria-label=label
                                    on:click=move |_| forget(id.clone())
                                >
                                    "Forget"
                                </button>
                            </li>
                        }
                    })
                    .collect_view()
            }}
        </ul>
    }
}
