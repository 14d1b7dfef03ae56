//! Templates beside a reply: chosen in a sheet, filled in for the open inquiry, and what is left to fill in by hand.

use super::form::shown;
use super::part::part;
use super::use_desk;
use crate::api::of_inquiry;
use crate::desk::{Loaded, Sheet};
use crate::state::draft::Writing;
use crate::state::route::{Room, Route};
use crate::words;
use leptos::prelude::*;
use porchlight_shared::api::OfferedTemplate;
use porchlight_shared::template::{left_open, marker};

#[component]
pub(super) fn UseTemplate() -> impl IntoView {
    let desk = use_desk();
    view! {
        <button
            type="button"
            class="button"
            id="use-template"
            aria-haspopup="dialog"
            on:click=move |_| desk.sheet.set(Some(Sheet::Templates))
        >
            "Templates"
        </button>
    }
}

/// Places that a template left open, each with the way there. Nothing is sent while there is one.
#[component]
pub(super) fn LeftOpen(id: StoredValue<String>) -> impl IntoView {
    let desk = use_desk();
    let text = move || desk.drafts.with(|drafts| drafts.text(&id.get_value(), Writing::Reply).to_owned());
    let open = Memo::new(move |_| left_open(&text()));
    let show = move |name: &str| desk.show_place(&text(), &marker(name));
    view! {
        <div class="left-open" hidden=move || open.with(Vec::is_empty) role="group" aria-label="Still to fill in">
            <span>"Still to fill in:"</span>
            {move || {
                open.get()
                    .into_iter()
                    .map(|name| {
                        view! {
                            <button type="button" class="chip" on:click=move |_| show(name)>
                                {name}
                            </button>
                        }
                    })
                    .collect_view()
            }}
        </div>
    }
}

/// What helps to choose: the words of a template, without regard to case.
fn has_words(template: &OfferedTemplate, words: &str) -> bool {
    let all = format!("{} {}", template.title, template.filled.text).to_lowercase();
    words.to_lowercase().split_whitespace().all(|word| all.contains(word))
}

#[component]
pub(super) fn Templates() -> impl IntoView {
    let desk = use_desk();
    let id = part(|inquiry| inquiry.item.id.clone()).get_untracked();
    let locale = part(|inquiry| inquiry.language.clone()).get_untracked();
    let words = RwSignal::new(String::new());
    let offered = Loaded::<Vec<OfferedTemplate>>::new(&of_inquiry(&id, "/templates"));
    let id = StoredValue::new(id);
    let body = shown(offered, move |all| {
        if all.is_empty() {
            return view! { <p>"There are no templates and no answers yet. Whoever writes the first one helps everybody after them."</p> }
                .into_any();
        }
        let all = StoredValue::new(all);
        let list = move |title: &'static str, which: fn(&OfferedTemplate) -> bool| {
            let words = words.get();
            let fitting =
                |all: &Vec<OfferedTemplate>| all.iter().filter(|t| which(t) && has_words(t, &words)).cloned().collect::<Vec<_>>();
            let lines = all.with_value(fitting);
            (!lines.is_empty()).then(|| {
                view! {
                    <h3>{title}</h3>
                    <ul class="choices">
                        {lines.into_iter().map(|template| view! { <Offer id template /> }).collect_view()}
                    </ul>
                }
            })
        };
        let none = move || {
            let words = words.get();
            all.with_value(|all| all.iter().all(|t| !has_words(t, &words)))
                .then(|| view! { <p>"No template has these words."</p> })
        };
        view! {
            {move || list("For this topic and language", |t| t.fits && !t.answer)}
            {move || list("Published answers", |t| t.answer)}
            {move || list("Other templates", |t| !t.fits && !t.answer)}
            {none}
        }
        .into_any()
    });
    view! {
        <div class="field">
            <label for="sheet-first">"Find a template"</label>
            <input
                id="sheet-first"
                type="text"
                autocomplete="off"
                maxlength="100"
                prop:value=words
                on:input=move |event| words.set(event_target_value(&event))
            />
        </div>
        <p class="hint">{format!("The sender writes in {locale}. What fits and worked before comes first.")}</p>
        {body}
        <p>
            <a href=Route::to_room(Room::Templates).hash() on:click=move |_| desk.sheet.set(None)>
                "Write and change templates"
            </a>
        </p>
    }
}

#[component]
fn Offer(id: StoredValue<String>, template: OfferedTemplate) -> impl IntoView {
    let desk = use_desk();
    let mut about = vec![if template.answer {
        words::answer_helped(template.settled)
    } else {
        words::template_uses(template.uses, template.settled)
    }];
    if template.personal {
        about.insert(0, "Only yours".to_owned());
    }
    if !template.fits {
        about.insert(0, desk.language(&template.locale));
    }
    let missing = template.filled.missing.join(", ");
    let label = format!("Insert {}", template.title);
    let (title, text) = (template.title.clone(), template.filled.text.clone());
    let insert = move |_| {
        desk.sheet.set(None);
        desk.insert(&id.get_value(), &template);
    };
    view! {
        <li>
            <strong>{title}</strong>
            <span class="hint">{about.join(" · ")}</span>
            {(!missing.is_empty()).then(|| view! { <span class="warning">{format!("To fill in by hand: {missing}")}</span> })}
            <details class="fold">
                <summary>"Read it"</summary>
                <p class="letter" dir="auto">
                    {text}
                </p>
            </details>
            <button type="button" class="button" aria-label=label on:click=insert>
                "Insert"
            </button>
        </li>
    }
}
