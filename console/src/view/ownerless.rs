//! First on every administrator's screen: what nobody would see.

use super::use_desk;
use crate::state::route::{Filter, Room, Route, View};
use leptos::prelude::*;

#[component]
pub(super) fn OwnerlessNotice() -> impl IntoView {
    let desk = use_desk();
    let told = Memo::new(move |_| {
        desk.ownerless.value.get().filter(|all| all.count > 0 || !all.topics.is_empty() || !all.rules.is_empty())
    });
    move || {
        told.get().map(|all| {
            let inquiries = match all.count {
                0 => None,
                1 => Some("1 inquiry has nobody who sees it.".to_owned()),
                1_000.. => Some("1,000 or more inquiries have nobody who sees them.".to_owned()),
                n => Some(format!("{n} inquiries have nobody who sees them.")),
            };
            let href = Route::default().to_filter(Filter { view: View::Unassigned, ..Filter::default() }).hash();
            // A confidential one whose owner is away is not in that view: it has an owner.
            let sealed = all.inquiries.iter().filter(|i| i.owner.is_some() && i.confidential).map(|item| {
                let to = Route::default().to_inquiry(&item.id).hash();
                let owner = item.owner.as_ref().map(|o| o.name.clone()).unwrap_or_default();
                view! { <li><a href=to>{item.reference.clone()}</a> {format!(": confidential, and {owner} is not here")}</li> }
            });
            let sealed = sealed.collect_view();
            let topics = all
                .topics
                .iter()
                .map(|topic| view! { <li>{format!("{}: {}.", topic.topic.label, topic.why)}</li> })
                .collect_view();
            let rules = all.rules.iter().map(|rule| view! { <li>{rule.words.clone()}</li> }).collect_view();
            view! {
                <section class="ownerless" aria-labelledby="ownerless-title">
                    <h2 id="ownerless-title">"Nobody would see this"</h2>
                    {inquiries.map(|words| view! { <p><a href=href>{words}</a></p> })}
                    <ul>{sealed} {topics} {rules}</ul>
                    <p>
                        <a href=Route::to_room(Room::People).hash()>"Name owners"</a>
                        " · "
                        <a href=Route::to_room(Room::Routing).hash()>"Change rules"</a>
                    </p>
                </section>
            }
        })
    }
}
