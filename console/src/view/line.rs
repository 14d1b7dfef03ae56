//! One line of the list: a link to the inquiry, and a box to tick it.

use super::part::{Due, Marks, pieces};
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
    let (for_tick, for_ticked) = (line.id.clone(), line.id.clone());
    let href = move || desk.route.with(|route| route.to_inquiry(&for_href).hash());
    let current = move || desk.route.with(|route| (route.open.as_ref() == Some(&for_current)).then_some("true"));
    let is_new = Memo::new(move |_| item.with(|item| item.status == Status::New));
    let marks = Memo::new(move |_| item.with(|item| (item.priority, item.confidential)));
    let due_at = Memo::new(move |_| item.with(|item| item.due_at.clone()));
    let tags = Memo::new(move |_| item.with(|item| item.tags.clone()));
    let excerpt = Memo::new(move |_| item.with(|item| words::calm_excerpt(&item.excerpt)));
    let title = Memo::new(move |_| item.with(words::title));
    let tick = move |_| {
        desk.selected.update(|all| {
            if !all.remove(&for_tick) {
                all.insert(for_tick.clone());
            }
        });
    };
    let ticked = Memo::new(move |_| desk.selected.with(|all| all.contains(&for_ticked)));
    view! {
        <li class="line-row" class:is-selected=ticked>
            <label class="line-tick">
                <input type="checkbox" prop:checked=ticked on:change=tick />
                <span class="visually-hidden">{move || format!("Select {}", title.get())}</span>
            </label>
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
                        {title}
                    </span>
                </span>
                {move || {
                    let excerpt = excerpt.get();
                    (!excerpt.is_empty())
                        .then(|| {
                            view! {
                                <span class="line-excerpt" dir="auto">
                                    {pieces(excerpt)}
                                </span>
                            }
                        })
                }}
                <span class="line-meta">{move || item.with(words::line_meta)}</span>
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
                    {move || tags.get().into_iter().map(|tag| view! { <span class="tag">"#" {tag}</span> }).collect_view()}
                    <Due at=due_at />
                </span>
            </a>
        </li>
    }
}
