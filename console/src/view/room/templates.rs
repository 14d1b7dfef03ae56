//! Templates: everybody's and one's own, by topic and language; those that were put away at the end.

use super::template::Editor;
use super::writing::Rooms;
use crate::desk::{Desk, Loaded};
use crate::view::form::{Doing, Problem, awaited, is_open};
use crate::view::use_desk;
use crate::words;
use gloo_net::http::Method;
use leptos::prelude::*;
use porchlight_shared::api::{Template, Templates as All};

/// What a template is for, in words.
fn about(desk: Desk, template: &Template) -> String {
    let topic = template.topic.as_ref().map_or_else(|| "every topic".to_owned(), |topic| topic.label.clone());
    let mut about = vec![topic, desk.language(&template.locale), words::template_uses(template.uses, template.settled)];
    if template.personal {
        about.insert(0, "only yours".to_owned());
    }
    about.join(" · ")
}

#[component]
pub(in crate::view) fn Templates() -> impl IntoView {
    let all = Loaded::<All>::new("/templates");
    let writing = RwSignal::new(false);
    let waiting = awaited(all);
    let of = move |retired: bool| {
        Memo::new(move |_| {
            let all = all.value.with(|all| all.as_ref().map(|all| all.templates.clone()).unwrap_or_default());
            all.into_iter().filter(|t| t.retired == retired).collect::<Vec<_>>()
        })
    };
    let (here, away) = (of(false), of(true));
    let none = move || here.with(Vec::is_empty) && all.value.with(Option::is_some);
    view! {
        <div class="room">
            <Rooms />
            <h1 id="room-title" tabindex="-1">
                "Templates"
            </h1>
            <p class="hint">
                "The facts that many replies need, with places for what only this one has. Insert one with T while you write; what is missing is shown before anything leaves."
            </p>
            <div>
                <button
                    type="button"
                    class="button is-main"
                    id="new-template"
                    hidden=move || writing.get()
                    on:click=move |_| {
                        writing.set(true);
                        crate::dom::focus_later(["template-new-title".to_owned()]);
                    }
                >
                    "Write a template"
                </button>
            </div>
            {waiting}
            <Show when=move || writing.get()>
                <section aria-label="A new template">
                    <h2>"A new template"</h2>
                    <Editor all on_done=move || writing.set(false) />
                </section>
            </Show>
            <p hidden=move || !none()>
                "There are no templates yet. Think of what you are asked again and again: write the answer once, well, and keep it here."
            </p>
            <ul class="rows">
                <For each=move || here.get() key=|t| (t.id.clone(), t.version) let:template>
                    <Row template all />
                </For>
            </ul>
            <details class="fold" hidden=move || away.with(Vec::is_empty)>
                <summary>{move || format!("Put away ({})", away.with(Vec::len))}</summary>
                <ul class="rows">
                    <For each=move || away.get() key=|t| (t.id.clone(), t.version) let:template>
                        <Away template all />
                    </For>
                </ul>
            </details>
        </div>
    }
}

#[component]
fn Row(template: Template, all: Loaded<All>) -> impl IntoView {
    let desk = use_desk();
    let (title, about) = (template.title.clone(), about(desk, &template));
    let open = RwSignal::new(false);
    let template = StoredValue::new(template);
    view! {
        <li>
            <details class="fold" on:toggle=move |event| open.set(is_open(&event))>
                <summary>
                    <strong dir="auto">{title}</strong>
                    " "
                    <span class="hint">{about}</span>
                </summary>
                // Made when it is looked at: a hundred editors would ask for a hundred previews.
                <Show when=move || open.get()>
                    <Editor template=template.get_value() all on_done=|| () />
                </Show>
            </details>
        </li>
    }
}

#[component]
fn Away(template: Template, all: Loaded<All>) -> impl IntoView {
    let desk = use_desk();
    let doing = Doing::new();
    let (title, about) = (template.title.clone(), about(desk, &template));
    let label = format!("Bring {title} back");
    let back = move |_| {
        let path = format!("/templates/{}/retirement", template.id);
        doing.send::<()>(desk, Method::DELETE, path, (), move |()| {
            desk.tell("It is offered again.", None);
            all.load(desk);
        });
    };
    view! {
        <li class="is-left">
            <strong dir="auto">{title}</strong>
            " "
            <span class="hint">{about}</span>
            " "
            <button type="button" class="button" aria-label=label on:click=back>
                "Bring back"
            </button>
            <Problem doing />
        </li>
    }
}
