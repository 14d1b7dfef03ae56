//! Merging and splitting, in the sheet. People decide: what is likely the same is only offered.

use super::part::part;
use super::use_desk;
use crate::api;
use crate::desk::Deed;
use crate::state::route::{Filter, View};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::{ev, html};
use porchlight_shared::api::{InquiryItem, Joined};

#[component]
pub(super) fn Merge() -> impl IntoView {
    let desk = use_desk();
    let id = part(|inquiry| inquiry.item.id.clone());
    let found = RwSignal::new(None::<Vec<InquiryItem>>);
    let problem = RwSignal::new(None::<String>);
    let node = NodeRef::<html::Input>::new();
    let merge = move |into: String| {
        desk.sheet.set(None);
        desk.act(id.get_untracked(), Deed::Merge(into));
    };
    let look = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(words) = node.get_untracked().map(|node| node.value()).filter(|w| !w.trim().is_empty()) else { return };
        problem.set(None);
        spawn_local(async move {
            let filter = Filter { view: View::Everything, words, ..Filter::default() };
            match api::inquiries(&filter, None).await {
                Ok(list) => {
                    let own = id.get_untracked();
                    let _ = found.try_set(Some(list.inquiries.into_iter().filter(|i| i.id != own).take(8).collect()));
                }
                Err(failure) => drop(problem.try_set(Some(failure.words()))),
            }
        });
    };
    let alike = Memo::new(move |_| desk.related.value.with(|r| r.as_ref().map(|r| r.alike.clone()).unwrap_or_default()));
    let offer = move |joined: Joined, why: String| {
        let into = joined.id.clone();
        view! {
            <li>
                <p>
                    <strong>{joined.reference}</strong>
                    " "
                    {words::calm(&joined.summary)}
                    " "
                    <span class="hint">{why}</span>
                </p>
                <button type="button" class="button" on:click=move |_| merge(into.clone())>
                    "Merge into this one"
                </button>
            </li>
        }
    };
    view! {
        <p>
            "This inquiry becomes part of another one and is answered there. Both senders get the replies; neither sees what the other wrote. You can take it back."
        </p>
        <ul class="choices">
            {move || alike.get().into_iter().map(|a| offer(a.other, words::because(&a.because))).collect_view()}
        </ul>
        <form on:submit=look>
            <label for="sheet-first">"Find the other one: reference, name or words"</label>
            <input id="sheet-first" type="search" autocomplete="off" node_ref=node />
            <div class="sheet-end">
                <button type="submit" class="button">
                    "Find"
                </button>
            </div>
        </form>
        <p class="problem" role="alert">
            {problem}
        </p>
        <div role="status">
            {move || {
                found
                    .get()
                    .map(|all| {
                        if all.is_empty() {
                            return view! { <p>"Nothing was found."</p> }.into_any();
                        }
                        let each = all
                            .into_iter()
                            .map(|item| {
                                let joined = Joined {
                                    id: item.id.clone(),
                                    reference: item.reference.clone(),
                                    summary: words::title(&item),
                                    status: item.status,
                                    received_at: item.received_at.clone(),
                                    sender: None,
                                    answers: Vec::new(),
                                };
                                offer(joined, words::line_meta(&item))
                            })
                            .collect_view();
                        view! { <ul class="choices">{each}</ul> }.into_any()
                    })
            }}
        </div>
    }
}

#[component]
pub(super) fn Split(message: String) -> impl IntoView {
    let desk = use_desk();
    let id = part(|inquiry| inquiry.item.id.clone());
    let node = NodeRef::<html::Select>::new();
    let topics = desk.me.with_untracked(|me| me.as_ref().map(|me| me.topics.clone()).unwrap_or_default());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(topic) = node.get_untracked().map(|node| node.value()).filter(|t| !t.is_empty()) else { return };
        desk.sheet.set(None);
        desk.act(id.get_untracked(), Deed::Split { message: message.clone(), topic });
    };
    view! {
        <form on:submit=submit>
            <p>
                "This message becomes an inquiry of its own, with its own number, owner and promise. The sender is told. You can take it back."
            </p>
            <label for="sheet-first">"What is it about?"</label>
            <select id="sheet-first" node_ref=node>
                {topics.into_iter().map(|topic| view! { <option value=topic.id>{topic.label}</option> }).collect_view()}
            </select>
            <div class="sheet-end">
                <button type="submit" class="button is-main">
                    "Split off"
                </button>
            </div>
        </form>
    }
}

/// A confidential inquiry that opens to a stated reason.
#[component]
pub(super) fn Sealed() -> impl IntoView {
    let desk = use_desk();
    let id = part(|inquiry| inquiry.item.id.clone());
    let may = part(|inquiry| inquiry.may.unseal);
    let node = NodeRef::<html::Textarea>::new();
    let problem = RwSignal::new(None::<&'static str>);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let reason = node.get_untracked().map(|node| node.value().trim().to_owned()).unwrap_or_default();
        if reason.chars().count() < 10 {
            return problem.set(Some("Please say in a sentence why you need to read it."));
        }
        desk.act(id.get_untracked(), Deed::Unseal(reason));
    };
    view! {
        <div class="sealed">
            <p>"This inquiry is confidential: its owner and those who are named on it read it."</p>
            <Show when=move || may.get()>
                <form on:submit=submit>
                    <label for="unseal-reason">"Why do you need to read it? The reason is kept in the audit trail."</label>
                    <textarea id="unseal-reason" rows="3" maxlength="500" node_ref=node></textarea>
                    <p class="problem" role="alert">
                        {move || problem.get()}
                    </p>
                    <button type="submit" class="button is-main">
                        "Open it for a day"
                    </button>
                </form>
            </Show>
        </div>
    }
}
