//! The coach beside a reply: how many hints, and on asking which, why, and where. It never holds a reply back.

use super::part::part;
use super::use_desk;
use crate::desk::field;
use crate::dom;
use crate::state::coach;
use crate::state::draft::Writing;
use leptos::prelude::*;
use porchlight_shared::coach::{Advice, Hint};

/// The coach beside the reply to an open inquiry.
#[component]
pub(super) fn Coach(id: StoredValue<String>) -> impl IntoView {
    let desk = use_desk();
    let on = Memo::new(move |_| desk.me.with(|me| me.as_ref().is_some_and(|me| me.preferences.coach)));
    let draft = Memo::new(move |_| desk.drafts.with(|drafts| drafts.text(&id.get_value(), Writing::Reply).to_owned()));
    let inserted = Memo::new(move |_| desk.drafts.with(|drafts| drafts.inserted(&id.get_value()).to_vec()));
    let inquiry = part(|inquiry| Some(inquiry.clone()));
    let advice = Memo::new(move |_| {
        if !on.get() {
            return Advice::default();
        }
        inquiry
            .with(|inquiry| {
                let inquiry = inquiry.as_ref()?;
                desk.me.with(|me| Some(coach::hints(inquiry, me.as_ref()?, &draft.read(), &inserted.read())))
            })
            .unwrap_or_default()
    });
    view! {
        <div hidden=move || !on.get()>
            <Hints
                advice
                draft
                field=field(Writing::Reply)
                id="coach"
                note="Hints only, for you alone: you decide, and nothing is kept. Switch them off under Me."
            />
        </div>
    }
}

/// What the coach says of a text that stands in the field named `field`. `id` names the button.
#[component]
pub(super) fn Hints(
    #[prop(into)] advice: Signal<Advice>,
    #[prop(into)] draft: Signal<String>,
    field: &'static str,
    id: &'static str,
    note: &'static str,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let list = format!("{id}-hints");
    let begun = Memo::new(move |_| draft.with(|draft| !draft.trim().is_empty()));
    let label = move || match advice.with(|advice| advice.hints.len()) {
        0 => "Coach: reads well".to_owned(),
        1 => "Coach: 1 hint".to_owned(),
        n => format!("Coach: {n} hints"),
    };
    let some = move || advice.with(|advice| !advice.hints.is_empty() || advice.language_unknown || advice.cut);
    view! {
        <div class="coach" hidden=move || !begun.get()>
            <button
                type="button"
                class="button is-quiet"
                id=id
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-controls=list.clone()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                {label}
            </button>
            <div id=list hidden=move || !open.get()>
                <p class="hint" hidden=some>
                    "Nothing to add: it greets, answers, and says what comes next. You know best."
                </p>
                <p class="hint" hidden=move || !advice.with(|advice| advice.language_unknown)>
                    "The coach does not know this language. It looks only at what needs none."
                </p>
                <p class="hint" hidden=move || !advice.with(|advice| advice.cut)>
                    "This is very long. The coach read the beginning."
                </p>
                <ul class="coach-hints">
                    {move || {
                        advice.get().hints.into_iter().map(|hint| view! { <Line hint draft field /> }).collect_view()
                    }}
                </ul>
                <p class="hint">{note}</p>
            </div>
        </div>
    }
}

#[component]
fn Line(hint: Hint, draft: Signal<String>, field: &'static str) -> impl IntoView {
    let place = hint.at.clone();
    let show = move |at: std::ops::Range<usize>| {
        let (from, to) = draft.with_untracked(|draft| coach::in_utf16(draft, &at));
        dom::select(field, from, to);
    };
    view! {
        <li data-hint=hint.kind.as_str()>
            <p>{hint.words}</p>
            <p class="hint">{hint.kind.why()}</p>
            {place
                .map(|at| {
                    view! {
                        <button type="button" class="button is-small" on:click=move |_| show(at.clone())>
                            "Show me where"
                        </button>
                    }
                })}
        </li>
    }
}
