//! One line of the list: a link to the inquiry.

use super::part::{Due, Marks};
use super::use_desk;
use crate::desk::Line;
use crate::words;
use leptos::prelude::*;
use porchlight_shared::status::Status;

#[component]
pub(super) fn LineView(line: Line) -> impl IntoView {
    let desk = use_desk();
    let (item, fresh) = (RwSignal::from(line.item), RwSignal::from(line.fresh));
    let (for_href, for_current, anchor) = (line.id.clone(), line.id.clone(), Line::anchor(&line.id));
    let href = move || desk.route.with(|route| route.to_inquiry(&for_href).hash());
    let current = move || desk.route.with(|route| (route.open.as_ref() == Some(&for_current)).then_some("true"));
    let is_new = Memo::new(move |_| item.with(|item| item.status == Status::New));
    let marks = Memo::new(move |_| item.with(|item| (item.priority, item.confidential)));
    let due_at = Memo::new(move |_| item.with(|item| item.due_at.clone()));
    view! {
        <li>
            <a id=anchor class="line" class:is-fresh=move || fresh.get() href=href aria-current=current>
                <span class="line-head">
                    {move || {
                        is_new
                            .get()
                            .then(|| {
                                view! {
                                    <span class="dot" aria-hidden="true"></span>
                                    <span class="visually-hidden">"New: "</span>
                                }
                            })
                    }}
                    <span class="line-summary" dir="auto">
                        {move || item.with(|item| item.summary.clone())}
                    </span>
                </span>
                <span class="line-meta">
                    {move || item.with(|item| format!("{} · {}", words::sender(item), item.topic.label))}
                </span>
                <span class="line-end">
                    {move || {
                        let (priority, confidential) = marks.get();
                        view! { <Marks priority confidential /> }
                    }}
                    {move || {
                        match item.with(|item| item.status) {
                            Status::New | Status::Open => None,
                            Status::Waiting => Some(view! { <span class="mark">"Waiting"</span> }),
                            Status::Closed => Some(view! { <span class="mark">"Closed"</span> }),
                        }
                    }}
                    <Due at=due_at />
                </span>
            </a>
        </li>
    }
}
