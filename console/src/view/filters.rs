//! Which inquiries the list shows. Every choice is an address, so that back and forward undo and redo it.

use super::use_desk;
use crate::desk::{LIST_TITLE, Sheet};
use crate::dom;
use crate::state::complete::{Known, complete};
use crate::state::route::{Filter, View};
use leptos::ev;
use leptos::prelude::*;
use std::time::Duration;

/// So long after the last letter, the words are looked for.
const PAUSE: Duration = Duration::from_millis(250);

#[component]
pub(super) fn Filters() -> impl IntoView {
    view! {
        <Views />
        <Search />
        <div class="list-tools">
            <Topic />
            <Tag />
        </div>
    }
}

/// "7", or "999+" where counting on would say no more.
pub(super) fn count_in_words(count: i64) -> String {
    if count >= 1_000 { "999+".to_owned() } else { count.to_string() }
}

#[component]
fn Views() -> impl IntoView {
    let desk = use_desk();
    let folded = RwSignal::new(true);
    let kept = Memo::new(move |_| desk.views.value.with(|views| views.as_ref().map(|v| v.kept.clone()).unwrap_or_default()));
    let current = Memo::new(move |_| desk.route.with(|route| route.filter.clone()));
    // The few that are looked at all day stand there; the rest unfolds.
    let is_shown = move |view: View| {
        !folded.get()
            || current.with(|filter| filter.view == view)
            || matches!(view, View::Open | View::Mine | View::PastDue | View::Critical)
    };
    view! {
        <nav class="views" aria-label="Views">
            <ul class="chips">
                {View::EACH
                    .into_iter()
                    .map(|shown| {
                        let href = move || {
                            desk.route
                                .with(|route| {
                                    route.to_filter(Filter { view: shown, words: String::new(), ..route.filter.clone() }).hash()
                                })
                        };
                        let is_current = move || current.with(|filter| (filter.view == shown).then_some("true"));
                        view! {
                            <li hidden=move || !is_shown(shown)>
                                <a class="chip" href=href aria-current=is_current title=shown.help()>
                                    {shown.label()}
                                    " "
                                    <span class="chip-count">{move || desk.count(shown).map(count_in_words)}</span>
                                </a>
                            </li>
                        }
                    })
                    .collect_view()}
                {move || {
                    (!folded.get())
                        .then(|| {
                            kept.get()
                                .into_iter()
                                .map(|view| {
                                    let href = format!("#/inbox?{}", view.filter);
                                    let title = view.by.as_ref().map(|by| format!("Shared by {by}"));
                                    view! {
                                        <li>
                                            <a class="chip is-kept" href=href title=title>
                                                {view.name.clone()}
                                            </a>
                                        </li>
                                    }
                                })
                                .collect_view()
                        })
                }}
                <li>
                    <button
                        type="button"
                        class="chip"
                        aria-expanded=move || if folded.get() { "false" } else { "true" }
                        on:click=move |_| folded.update(|folded| *folded = !*folded)
                    >
                        {move || if folded.get() { "More views" } else { "Fewer" }}
                    </button>
                </li>
                <li hidden=move || folded.get()>
                    <button
                        type="button"
                        class="chip"
                        aria-haspopup="dialog"
                        on:click=move |_| desk.sheet.set(Some(Sheet::KeepView))
                    >
                        "Keep this view…"
                    </button>
                </li>
            </ul>
        </nav>
    }
}

/// The id of the search field.
pub(super) const SEARCH: &str = "filter-words";
const OFFERED: &str = "filter-offered";

/// Looks for the words while they are typed; an emptied field shows everything again.
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
    let turn = StoredValue::new(0_u32);
    // Only other words renew the field; any other step leaves what is being typed.
    let looked_for = Memo::new(move |_| desk.route.with(|route| route.filter.words.clone()));
    Effect::new(move |_| {
        let words = looked_for.get();
        if typed.with_untracked(|typed| typed.trim() != words.trim()) {
            typed.set(words);
        }
    });
    let type_words = move |event: ev::Event| {
        typed.set(event_target_value(&event));
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let now = turn.get_value();
        let later = move || {
            if turn.try_get_value() == Some(now) {
                look(&typed.get_untracked());
            }
        };
        set_timeout(later, PAUSE);
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        // What was typed is looked for now, and not once more after the pause.
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        // A finished word is looked for as such.
        look(&format!("{} ", typed.get_untracked().trim_end()));
        // On to what was found; the keys of the list work at once.
        dom::focus_later([LIST_TITLE.to_owned()]);
    };
    let offers = Memo::new(move |_| {
        desk.me.with(|me| me.as_ref().map(|me| typed.with(|typed| complete(typed, &Known::of(me)))).unwrap_or_default())
    });
    let told = move || {
        desk.inbox.search.with(|search| {
            let search = search.as_ref()?;
            let hits = match search.hits {
                0 => "Nothing found".to_owned(),
                1 => "1 found".to_owned(),
                5_000.. => "5,000 or more found, newest first".to_owned(),
                n if search.best_first => format!("{n} found, best first"),
                n => format!("{n} found, newest first"),
            };
            Some(if search.problems.is_empty() { hits } else { format!("{hits}. {}", search.problems.join(" ")) })
        })
    };
    view! {
        <form role="search" on:submit=submit>
            <label class="visually-hidden" for=SEARCH>
                "Find by words, names, references"
            </label>
            <input
                id=SEARCH
                type="search"
                placeholder="Find… bus 12, \"left behind\", topic:"
                autocomplete="off"
                maxlength="300"
                enterkeyhint="search"
                list=OFFERED
                prop:value=typed
                on:input=type_words
            />
            <datalist id=OFFERED>
                {move || {
                    offers
                        .get()
                        .into_iter()
                        .map(|offer| view! { <option value=offer.whole>{offer.help}</option> })
                        .collect_view()
                }}
            </datalist>
            <p class="list-live" role="status">
                {told}
            </p>
        </form>
    }
}

#[component]
fn Choice(
    id: &'static str,
    label: &'static str,
    all: &'static str,
    options: Memo<Vec<(String, String)>>,
    chosen: Memo<Option<String>>,
    #[prop(into)] choose: Callback<Option<String>>,
) -> impl IntoView {
    view! {
        <label class="visually-hidden" for=id>
            {label}
        </label>
        <select
            id=id
            on:change=move |event| choose.run(Some(event_target_value(&event)).filter(|value| !value.is_empty()))
        >
            <option value="" prop:selected=move || chosen.with(Option::is_none)>
                {all}
            </option>
            {move || {
                options
                    .get()
                    .into_iter()
                    .map(|(value, label)| {
                        let own = value.clone();
                        view! {
                            <option value=value prop:selected=move || chosen.with(|c| c.as_ref() == Some(&own))>
                                {label}
                            </option>
                        }
                    })
                    .collect_view()
            }}
        </select>
    }
}

#[component]
fn Topic() -> impl IntoView {
    let desk = use_desk();
    let options = Memo::new(move |_| {
        desk.me.with(|me| {
            me.as_ref()
                .map(|me| me.topics.iter().map(|t| (t.id.clone(), t.label.clone())).collect::<Vec<_>>())
                .unwrap_or_default()
        })
    });
    let chosen = Memo::new(move |_| desk.route.with(|route| route.filter.topic.clone()));
    let choose = move |topic| {
        desk.go(&desk.route.with_untracked(|route| route.to_filter(Filter { topic, ..route.filter.clone() })));
    };
    view! { <Choice id="filter-topic" label="Topic" all="All topics" options chosen choose /> }
}

#[component]
fn Tag() -> impl IntoView {
    let desk = use_desk();
    let chosen = Memo::new(move |_| desk.route.with(|route| route.filter.tag.clone()));
    let options = Memo::new(move |_| {
        let mut tags = desk.me.with(|me| me.as_ref().map(|me| me.tags.clone()).unwrap_or_default());
        // One that came by an address may be unknown here.
        tags.extend(chosen.get().filter(|chosen| !tags.contains(chosen)));
        tags.into_iter().map(|tag| (tag.clone(), format!("#{tag}"))).collect::<Vec<_>>()
    });
    let choose = move |tag| {
        desk.go(&desk.route.with_untracked(|route| route.to_filter(Filter { tag, ..route.filter.clone() })));
    };
    view! { <Choice id="filter-tag" label="Tag" all="All tags" options chosen choose /> }
}
