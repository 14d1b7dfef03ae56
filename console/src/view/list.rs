//! The list of inquiries, which must be read in a second: who, what, when due, what is wrong.

use super::bulk::Bulk;
use super::filters::Filters;
use super::line::LineView;
use super::ownerless::OwnerlessNotice;
use super::part::{Failed, Skeleton};
use super::use_desk;
use crate::api::Failure;
use crate::desk::inbox::Phase;
use crate::desk::{LIST, LIST_TITLE, MORE};
use crate::state::route::{Filter, View};
use leptos::prelude::*;

/// What the box of the list holds.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Face {
    Lines,
    Skeleton,
    Empty,
    Failed(Failure),
}

#[component]
pub(super) fn List() -> impl IntoView {
    let desk = use_desk();
    let face = Memo::new(move |_| match (desk.inbox.phase.get(), desk.inbox.lines.with(Vec::is_empty)) {
        (Phase::Failed(failure), _) => Face::Failed(failure),
        (Phase::Loading, true) => Face::Skeleton,
        (Phase::Ready, true) => Face::Empty,
        (_, false) => Face::Lines,
    });
    let order = move || {
        desk.route.with(|route| match &route.filter {
            filter if filter.is_search() => None,
            filter if filter.view.due_first() => Some("Due soonest first"),
            _ => Some("Newest first"),
        })
    };
    let is_loading = move || desk.inbox.phase.with(|phase| *phase == Phase::Loading);
    view! {
        <section class="list" aria-labelledby=LIST_TITLE>
            <div class="list-head">
                <Title />
                <p class="list-live" role="status">
                    {move || desk.live.paused.get().then_some("Live updates paused; reconnecting")}
                </p>
                <Filters />
                <p class="list-order">{order}</p>
                <Bulk />
            </div>
            <OwnerlessNotice />
            <div
                class="list-scroll"
                id=LIST
                class:is-stale=is_loading
                aria-busy=move || if is_loading() { "true" } else { "false" }
            >
                {move || match face.get() {
                    Face::Lines => view! { <Lines /> }.into_any(),
                    Face::Skeleton => view! { <Skeleton count=6 /> }.into_any(),
                    Face::Empty => view! { <Empty /> }.into_any(),
                    Face::Failed(failure) => {
                        view! { <Failed words=failure.words() retry=move || desk.load_list() /> }.into_any()
                    }
                }}
            </div>
        </section>
    }
}

/// The heading of the page while only the list is open, else a heading below the inquiry's.
#[component]
fn Title() -> impl IntoView {
    let desk = use_desk();
    let is_open = Memo::new(move |_| desk.route.with(|route| route.open.is_some()));
    let words = move || {
        let filter = desk.route.with(|route| route.filter.clone());
        if filter.is_search() {
            return "Found".to_owned();
        }
        let name = filter.view.label();
        let count = if filter.topic.is_none() && filter.tag.is_none() { desk.count(filter.view) } else { None };
        count.map_or_else(|| name.to_owned(), |count| format!("{name} · {}", super::filters::count_in_words(count)))
    };
    move || {
        if is_open.get() {
            view! {
                <h2 id=LIST_TITLE tabindex="-1">
                    {words}
                </h2>
            }
            .into_any()
        } else {
            view! {
                <h1 id=LIST_TITLE tabindex="-1">
                    {words}
                </h1>
            }
            .into_any()
        }
    }
}

#[component]
fn Lines() -> impl IntoView {
    let desk = use_desk();
    view! {
        <ul class="lines">
            <For each=move || desk.inbox.lines.get() key=|line| line.id.clone() let:line>
                <LineView line />
            </For>
        </ul>
        <Show when=move || desk.inbox.next.with(Option::is_some)>
            <p class="more">
                <button type="button" class="button" id=MORE on:click=move |_| desk.load_more()>
                    {move || if desk.inbox.more.get() { "Loading…" } else { "Load more" }}
                </button>
            </p>
        </Show>
    }
}

#[component]
fn Empty() -> impl IntoView {
    let desk = use_desk();
    let words = move || {
        desk.route.with(|route| match &route.filter {
            filter if filter.is_search() => {
                "Nothing has these words. Fewer words find more; names, references and notes are looked through, too."
            }
            Filter { view: View::Open, topic: None, tag: None, .. } => {
                "Nothing waits for you. New inquiries appear here by themselves."
            }
            Filter { view: View::Mine, topic: None, tag: None, .. } => "Nothing of yours waits for an answer.",
            Filter { view: View::PastDue, topic: None, tag: None, .. } => "Nothing is past due. Every promise was kept so far.",
            Filter { view: View::Unassigned, .. } => "Everything has somebody who sees it.",
            Filter { topic: None, tag: None, .. } => "There is nothing here. Choose another view above.",
            _ => "There is nothing here. Choose another view, topic or tag above.",
        })
    };
    view! { <p class="empty">{words}</p> }
}
