//! Which inquiries the list shows. Every choice is an address, so that back and forward undo and redo it.

use super::use_desk;
use crate::desk::LIST_TITLE;
use crate::dom;
use crate::state::route::{Filter, Shown};
use leptos::ev;
use leptos::prelude::*;

#[component]
pub(super) fn Filters() -> impl IntoView {
    view! {
        <nav aria-label="Status">
            <ul class="chips">{Shown::EACH.into_iter().map(|shown| view! { <Chip shown /> }).collect_view()}</ul>
        </nav>
        <Search />
        <div class="list-tools">
            <Topic />
            <Mine />
        </div>
    }
}

#[component]
fn Chip(shown: Shown) -> impl IntoView {
    let desk = use_desk();
    let href = move || desk.route.with(|route| route.to_filter(Filter { shown, ..route.filter.clone() }).hash());
    let current = move || desk.route.with(|route| (route.filter.shown == shown).then_some("true"));
    view! {
        <li>
            <a class="chip" href=href aria-current=current>
                {shown.label()}
                " "
                <span class="chip-count">{move || desk.inbox.count(shown)}</span>
            </a>
        </li>
    }
}

/// The id of the search field.
pub(super) const SEARCH: &str = "filter-words";

/// Enter looks for the words; an emptied field shows everything again.
#[component]
fn Search() -> impl IntoView {
    let desk = use_desk();
    let look = move |words: &str| {
        let to = desk.route.with_untracked(|route| route.to_filter(route.filter.searching(words)));
        if desk.route.with_untracked(|route| *route != to) {
            desk.go(&to);
        }
    };
    let typed = RwSignal::new(String::new());
    // Only other words renew the field; any other step leaves what is being typed.
    let looked_for = Memo::new(move |_| desk.route.with(|route| route.filter.words.clone()));
    Effect::new(move |_| typed.set(looked_for.get()));
    let type_words = move |event: ev::Event| {
        typed.set(event_target_value(&event));
        if typed.with_untracked(String::is_empty) {
            look("");
        }
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        look(&typed.get_untracked());
        // On to what was found; the keys of the list work at once.
        dom::focus_later([LIST_TITLE.to_owned()]);
    };
    let leave = move |_| typed.set(looked_for.get_untracked());
    view! {
        <form role="search" on:submit=submit>
            <label class="visually-hidden" for=SEARCH>
                "Find by reference, subject or name"
            </label>
            <input
                id=SEARCH
                type="search"
                placeholder="Reference, subject or name"
                autocomplete="off"
                maxlength="200"
                enterkeyhint="search"
                prop:value=typed
                on:input=type_words
                on:blur=leave
            />
        </form>
    }
}

#[component]
fn Topic() -> impl IntoView {
    let desk = use_desk();
    let choose = move |topic: String| {
        let topic = (!topic.is_empty()).then_some(topic);
        desk.go(&desk.route.with_untracked(|route| route.to_filter(Filter { topic, ..route.filter.clone() })));
    };
    let is_chosen = move |id: &str| desk.route.with(|route| route.filter.topic.as_deref().unwrap_or_default() == id);
    let topics = desk.me.with_untracked(|me| me.as_ref().map(|me| me.topics.clone()).unwrap_or_default());
    let options = topics
        .into_iter()
        .map(|topic| {
            let id = topic.id.clone();
            view! {
                <option value=topic.id prop:selected=move || is_chosen(&id)>
                    {topic.label}
                </option>
            }
        })
        .collect_view();
    view! {
        <label class="visually-hidden" for="filter-topic">
            "Topic"
        </label>
        <select id="filter-topic" on:change=move |event| choose(event_target_value(&event))>
            <option value="" prop:selected=move || is_chosen("")>
                "All topics"
            </option>
            {options}
        </select>
    }
}

#[component]
fn Mine() -> impl IntoView {
    let desk = use_desk();
    let mine = move || desk.route.with(|route| route.filter.mine);
    let toggle = move |_| {
        let to = desk.route.with_untracked(|route| {
            let filter = Filter { mine: !route.filter.mine, ..route.filter.clone() };
            route.to_filter(filter)
        });
        desk.go(&to);
    };
    view! {
        <button type="button" class="toggle" aria-pressed=move || if mine() { "true" } else { "false" } on:click=toggle>
            "Mine"
        </button>
    }
}
