//! Handing on, in the sheet: to whom, why, and what changes with it. The same for everything that was ticked, and for
//! letting somebody in.

use super::part::part;
use super::use_desk;
use crate::desk::Deed;
use leptos::html;
use leptos::prelude::*;
use porchlight_shared::api::{Assignment, BulkDeed, Colleague, TagChange};

/// Colleagues as they are chosen; who is away is said so.
fn label(colleague: &Colleague) -> String {
    let mut label = colleague.name.clone();
    if !colleague.title.is_empty() {
        label = format!("{label}, {}", colleague.title);
    }
    if colleague.away_until.is_some() { format!("{label} (away)") } else { label }
}

#[component]
pub(super) fn Colleagues(
    id: &'static str,
    node: NodeRef<html::Select>,
    #[prop(into)] chosen: Signal<Option<String>>,
    /// What the first choice says, which is nobody.
    first: &'static str,
    /// Only those who may be responsible.
    owners: bool,
) -> impl IntoView {
    let desk = use_desk();
    let all = desk.me.with_untracked(|me| me.as_ref().map(|me| me.colleagues.clone()).unwrap_or_default());
    let options = all.into_iter().filter(|c| !c.left && (c.can_own || !owners)).map(|colleague| {
        let (id, label) = (colleague.account_id.clone(), label(&colleague));
        view! {
            <option value=colleague.account_id prop:selected=move || chosen.with(|c| c.as_ref() == Some(&id))>
                {label}
            </option>
        }
    });
    view! {
        <select id=id node_ref=node>
            <option value="" prop:selected=move || chosen.with(Option::is_none)>
                {first}
            </option>
            {options.collect_view()}
        </select>
    }
}

pub(super) fn value(node: NodeRef<html::Select>) -> Option<String> {
    node.get_untracked().map(|select| select.value()).filter(|value| !value.is_empty())
}

#[component]
pub(super) fn Assign() -> impl IntoView {
    let desk = use_desk();
    let (owner_node, topic_node) = (NodeRef::<html::Select>::new(), NodeRef::<html::Select>::new());
    let (reason_node, due_node) = (NodeRef::<html::Textarea>::new(), NodeRef::<html::Input>::new());
    let id = part(|inquiry| inquiry.item.id.clone());
    let owner = part(|inquiry| inquiry.item.owner.as_ref().map(|owner| owner.account_id.clone()));
    let topic = part(|inquiry| inquiry.item.topic.id.clone());
    let due_at = part(|inquiry| inquiry.item.due_at.clone());
    let me = desk.me.with_untracked(|me| me.as_ref().map(|me| me.account_id.clone()).unwrap_or_default());
    let topics = desk.me.with_untracked(|me| me.as_ref().map(|me| me.topics.clone()).unwrap_or_default());
    let problem = RwSignal::new(None::<&'static str>);
    let hand_on = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let reason = reason_node.get_untracked().map(|node| node.value().trim().to_owned()).unwrap_or_default();
        let to = value(owner_node);
        let moved = value(topic_node).filter(|t| *t != topic.get_untracked());
        let same = to == owner.get_untracked() && moved.is_none();
        let due = due_node.get_untracked().map(|node| node.value()).filter(|due| !due.is_empty());
        if same && due.is_none() {
            return problem.set(Some("Please choose somebody else, another topic, or another time."));
        }
        if reason.is_empty() && owner.get_untracked().is_some() {
            return problem.set(Some("Please say in a few words why, so that the next person need not ask."));
        }
        desk.sheet.set(None);
        let due = due.and_then(|due| desk.zone.with_untracked(|zone| crate::time::instant(&due, zone)));
        desk.act(id.get_untracked(), Deed::Assign(Assignment { owner: to, reason, topic: moved, due, leave: false }));
    };
    let can_take = owner.get_untracked().as_ref() != Some(&me);
    let take = can_take.then(|| {
        view! {
            <button
                type="button"
                class="button"
                on:click=move |_| {
                    desk.sheet.set(None);
                    let to = Assignment { owner: Some(me.clone()), ..Assignment::default() };
                    desk.act(id.get_untracked(), Deed::Assign(to));
                }
            >
                "Take it myself"
            </button>
        }
    });
    let promised = move || {
        due_at.get().map(|at| view! { <p class="hint">{format!("Promised now: {}. If you change it, the sender is told.", desk.full_time(&at))}</p> })
    };
    view! {
        <form on:submit=hand_on>
            <label for="sheet-first">"Who answers this inquiry?"</label>
            <Colleagues id="sheet-first" node=owner_node chosen=owner first="The district’s fallback owner" owners=true />
            <label for="hand-topic">"Topic"</label>
            <select id="hand-topic" node_ref=topic_node>
                {topics
                    .into_iter()
                    .map(|each| {
                        let id = each.id.clone();
                        view! {
                            <option value=each.id prop:selected=move || topic.get() == id>
                                {each.label}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
            <label for="hand-reason">"Why? Colleagues read this, the sender does not."</label>
            <textarea id="hand-reason" rows="2" maxlength="500" node_ref=reason_node></textarea>
            <div hidden=move || due_at.with(Option::is_none)>
                <label for="hand-due">"Another promised time, if it has to be"</label>
                <input id="hand-due" type="datetime-local" node_ref=due_node />
                {promised}
            </div>
            <p class="problem" role="alert">
                {move || problem.get()}
            </p>
            <div class="sheet-end">
                <button type="submit" class="button is-main">
                    "Hand on"
                </button>
                {take}
            </div>
        </form>
    }
}

#[component]
pub(super) fn AssignSelected() -> impl IntoView {
    let desk = use_desk();
    let (owner_node, reason_node) = (NodeRef::<html::Select>::new(), NodeRef::<html::Textarea>::new());
    let problem = RwSignal::new(None::<&'static str>);
    let hand_on = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(owner) = value(owner_node) else { return problem.set(Some("Please choose somebody.")) };
        let reason = reason_node.get_untracked().map(|node| node.value().trim().to_owned()).unwrap_or_default();
        if reason.is_empty() {
            return problem.set(Some("Please say in a few words why, so that the next person need not ask."));
        }
        desk.sheet.set(None);
        desk.act_on_selected(BulkDeed::Assign(Assignment { owner: Some(owner), reason, ..Assignment::default() }));
    };
    view! {
        <form on:submit=hand_on>
            <label for="sheet-first">"Who answers these inquiries?"</label>
            <Colleagues id="sheet-first" node=owner_node chosen=Signal::stored(None::<String>) first="Choose somebody" owners=true />
            <label for="hand-reason">"Why? Colleagues read this, the senders do not."</label>
            <textarea id="hand-reason" rows="2" maxlength="500" node_ref=reason_node></textarea>
            <p class="problem" role="alert">
                {move || problem.get()}
            </p>
            <div class="sheet-end">
                <button type="submit" class="button is-main">
                    "Hand on"
                </button>
            </div>
        </form>
    }
}

#[component]
pub(super) fn TagSelected() -> impl IntoView {
    let desk = use_desk();
    let node = NodeRef::<html::Input>::new();
    let tag = move |remove: bool| {
        let Some(word) = node.get_untracked().map(|node| node.value().trim().to_owned()).filter(|w| !w.is_empty()) else {
            return;
        };
        desk.sheet.set(None);
        let (add, gone) = if remove { (Vec::new(), vec![word]) } else { (vec![word], Vec::new()) };
        desk.act_on_selected(BulkDeed::Tag(TagChange { add, remove: gone }));
        desk.renew_me();
    };
    view! {
        <form on:submit=move |event| {
            event.prevent_default();
            tag(false);
        }>
            <label for="sheet-first">"Tag"</label>
            <input id="sheet-first" type="text" maxlength="40" autocomplete="off" list="all-tags" node_ref=node />
            <super::details::AllTags />
            <div class="sheet-end">
                <button type="submit" class="button is-main">
                    "Add it"
                </button>
                <button type="button" class="button" on:click=move |_| tag(true)>
                    "Take it away"
                </button>
            </div>
        </form>
    }
}

#[component]
pub(super) fn LetIn() -> impl IntoView {
    let desk = use_desk();
    let node = NodeRef::<html::Select>::new();
    let id = part(|inquiry| inquiry.item.id.clone());
    let confidential = part(|inquiry| inquiry.item.confidential);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(account) = value(node) else { return };
        desk.sheet.set(None);
        desk.act(id.get_untracked(), Deed::LetIn(account));
    };
    view! {
        <form on:submit=submit>
            <label for="sheet-first">"Who helps with this inquiry?"</label>
            <Colleagues id="sheet-first" node chosen=Signal::stored(None::<String>) first="Choose somebody" owners=false />
            <p class="warning" hidden=move || !confidential.get()>
                "It is confidential. Whoever you let in reads all of it."
            </p>
            <div class="sheet-end">
                <button type="submit" class="button is-main">
                    "Let in"
                </button>
            </div>
        </form>
    }
}
