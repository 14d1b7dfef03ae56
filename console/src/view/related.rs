//! What belongs together with the open inquiry: likely the same, merged, split, and from the same sender.

use super::part::part;
use super::use_desk;
use crate::desk::{Deed, Sheet};
use crate::words;
use leptos::prelude::*;
use porchlight_shared::api::Joined;

/// Another inquiry as a link, with a word about it.
fn other(joined: Joined, about: String) -> impl IntoView {
    let desk = use_desk();
    let id = joined.id.clone();
    let href = move || desk.route.with(|route| route.to_inquiry(&id).hash());
    view! {
        <li>
            {if joined.summary.is_empty() {
                view! { <span>"One that you cannot open"</span> }.into_any()
            } else {
                view! { <a href=href>{words::calm(&joined.summary)}</a> }.into_any()
            }}
            <span class="hint">{format!("{} · {} · {about}", joined.reference, words::status(joined.status))}</span>
        </li>
    }
}

/// What is likely the same, what belongs together, and what the sender wrote before.
#[component]
pub(super) fn Related() -> impl IntoView {
    let desk = use_desk();
    let related = Memo::new(move |_| desk.related.value.get().unwrap_or_default());
    let merged_into = part(|inquiry| inquiry.merged_into.clone());
    let merged = part(|inquiry| inquiry.merged.clone());
    let split_from = part(|inquiry| inquiry.split_from.clone());
    let split_into = part(|inquiry| inquiry.split_into.clone());
    let may = part(|inquiry| inquiry.may.join);
    let id = part(|inquiry| inquiry.item.id.clone());
    let take_apart = move |child: String, label: &'static str, deed: fn(String) -> Deed| {
        may.get().then(|| {
            view! {
                <button type="button" class="button" on:click=move |_| desk.step(deed(child.clone()))>
                    {label}
                </button>
            }
        })
    };
    view! {
        <Show when=move || related.with(|r| !r.alike.is_empty())>
            <section class="alike">
                <h2>"Likely the same"</h2>
                <ul class="others">
                    {move || related.get().alike.into_iter().map(|a| other(a.other, words::because(&a.because))).collect_view()}
                </ul>
                <button
                    type="button"
                    class="button"
                    hidden=move || !may.get()
                    aria-haspopup="dialog"
                    on:click=move |_| desk.sheet.set(Some(Sheet::Merge))
                >
                    "Merge…"
                </button>
            </section>
        </Show>
        {move || {
            merged_into
                .get()
                .map(|parent| {
                    view! {
                        <section>
                            <h2>"Merged into"</h2>
                            <ul class="others">{other(parent, "it is answered there".to_owned())}</ul>
                            {take_apart(id.get(), "Take apart again", Deed::Unmerge)}
                        </section>
                    }
                })
        }}
        {move || {
            let all = merged.get();
            (!all.is_empty())
                .then(|| {
                    let each = all
                        .into_iter()
                        .map(|child| {
                            let apart = take_apart(child.id.clone(), "Take apart again", Deed::Unmerge);
                            let sender = child.sender.clone().unwrap_or_default();
                            view! {
                                {other(child, sender)}
                                <li>{apart}</li>
                            }
                        })
                        .collect_view();
                    view! {
                        <section>
                            <h2>"Merged into this one"</h2>
                            <ul class="others">{each}</ul>
                        </section>
                    }
                })
        }}
        {move || {
            split_from
                .get()
                .map(|from| {
                    view! {
                        <section>
                            <h2>"Split off from"</h2>
                            <ul class="others">{other(from, String::new())}</ul>
                            {take_apart(String::new(), "Put back", |_| Deed::Unsplit)}
                        </section>
                    }
                })
        }}
        {move || {
            let all = split_into.get();
            (!all.is_empty())
                .then(|| {
                    view! {
                        <section>
                            <h2>"Split off"</h2>
                            <ul class="others">{all.into_iter().map(|o| other(o, String::new())).collect_view()}</ul>
                        </section>
                    }
                })
        }}
        <Show when=move || related.with(|r| !r.earlier.is_empty())>
            <section>
                <h2>"From the same sender"</h2>
                <ul class="others">
                    {move || {
                        related
                            .get()
                            .earlier
                            .into_iter()
                            .map(|o| {
                                let when = desk.moment(&o.received_at);
                                other(o, when)
                            })
                            .collect_view()
                    }}
                </ul>
            </section>
        </Show>
    }
}
