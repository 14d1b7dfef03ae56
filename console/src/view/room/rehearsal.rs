//! One invented inquiry: what they write, what one knows, one's own reply, and what becomes of it.

use super::practice::topic_label;
use crate::desk::{Loaded, RoomForm};
use crate::dom;
use crate::view::coach::Hints;
use crate::view::form::{Area, Doing, Problem, shown};
use crate::view::use_desk;
use crate::words;
use gloo_net::http::Method;
use leptos::prelude::*;
use porchlight_shared::api::{Made, NewTry, Try};
use porchlight_shared::coach::{Advice, Case, HintKind, advise};
use porchlight_shared::practice::{Scenario, Told};
use porchlight_shared::status::Relationship;
use porchlight_shared::text::Body;

/// Id of the field in which one practises.
const FIELD: &str = "practice-reply";
/// Id of the heading of what came of it.
const OUTCOME: &str = "practice-outcome";

#[component]
pub(super) fn Rehearsal(
    id: String,
    locale: String,
    tries: Loaded<Vec<Try>>,
    on_done: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let scenario = Loaded::<Scenario>::new(&format!("/practice/{id}"));
    let body = shown(scenario, move |scenario| match scenario.texts.get(&locale).cloned() {
        Some(told) => view! { <Scene scenario told locale=locale.clone() tries on_done /> }.into_any(),
        None => view! { <p>"This one is not told in that language."</p> }.into_any(),
    });
    view! {
        <div>
            <button
                type="button"
                class="button"
                on:click=move |_| on_done()
            >
                "All practice inquiries"
            </button>
        </div>
        {body}
    }
}

#[component]
fn Scene(
    scenario: Scenario,
    told: Told,
    locale: String,
    tries: Loaded<Vec<Try>>,
    on_done: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let desk = use_desk();
    let doing = Doing::new();
    let form = RoomForm::new(desk, format!("practice-{}-{locale}", scenario.id), 0);
    let draft = form.field("reply", String::new());
    let sent = RwSignal::new(None::<Advice>);
    let names = desk.me.with_untracked(|me| me.as_ref().map(|me| me.colleagues.clone()).unwrap_or_default());
    let names: Vec<String> = names.into_iter().map(|c| c.name).chain(told.facts.iter().cloned()).collect();
    let (told_kept, locale_kept) = (StoredValue::new(told.clone()), StoredValue::new(locale.clone()));
    let advice = Memo::new(move |_| {
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        told_kept.with_value(|told| {
            advise(&Case {
                inquiry: &told.message,
                locale: &locale_kept.get_value(),
                sender: told.sender.as_deref(),
                draft: &draft.read(),
                inserted: &[],
                known_names: &known,
            })
        })
    });
    let id = scenario.id.clone();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let now = advice.get_untracked();
        let new = NewTry {
            scenario: id.clone(),
            locale: locale_kept.get_value(),
            text: draft.get_untracked(),
            hints: now.hints.iter().map(|hint| hint.kind.as_str().to_owned()).collect(),
        };
        if new.text.trim().is_empty() {
            doing.problem.set(Some("Please write a reply first.".to_owned()));
            dom::focus(FIELD);
            return;
        }
        doing.send(desk, Method::POST, "/practice/tries".to_owned(), new, move |_: Made| {
            form.kept();
            sent.set(Some(now));
            tries.load(desk);
            dom::focus_later([OUTCOME.to_owned()]);
        });
    };
    let again = move || {
        sent.set(None);
        dom::focus_later([FIELD.to_owned()]);
    };
    let who = told.sender.clone().unwrap_or_else(|| "Somebody without a name".to_owned());
    let relationship = Relationship::parse(&told.relationship).map_or("", words::relationship);
    let about = format!("{} · {} · {relationship}", scenario.mood.words(), topic_label(desk, &scenario.topic));
    let facts = told.facts.iter().map(|fact| view! { <li>{fact.clone()}</li> }).collect_view();
    let (lang, lang_facts) = (locale.clone(), locale.clone());
    view! {
        <section class="practice-scene" aria-labelledby="practice-title">
            <h2 id="practice-title" lang=locale>
                {told.title.clone()}
            </h2>
            <p class="hint">{about}</p>
            <div class="entry is-sender">
                <p class="entry-label">"Invented inquiry"</p>
                <h3 class="entry-head">
                    <span class="entry-by">{who}</span>
                </h3>
                <p class="entry-text" dir="auto" lang=lang>
                    {told.message.clone()}
                </p>
            </div>
            <div>
                <h3>"What you know"</h3>
                <ul class="practice-facts" lang=lang_facts>
                    {facts}
                </ul>
            </div>
            <form class="room-form" on:submit=send hidden=move || sent.with(Option::is_some)>
                <Area id=FIELD label="Your reply" value=draft most=Body::MAX as usize />
                <Hints advice draft field=FIELD id="practice-coach" note="Hints only: you decide." />
                <Problem doing />
                <button type="submit" class="button is-main" aria-disabled=move || doing.busy.get().then_some("true")>
                    "Send it to nobody"
                </button>
            </form>
            {move || {
                sent.get().map(|advice| {
                    let told = told_kept.get_value();
                    let text = draft.get_untracked();
                    view! { <Outcome told text advice locale=locale_kept.get_value() on_again=again on_done /> }
                })
            }}
        </section>
    }
}

#[component]
fn Outcome(
    told: Told,
    text: String,
    advice: Advice,
    locale: String,
    on_again: impl Fn() + Copy + Send + Sync + 'static,
    on_done: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let kinds: Vec<HintKind> = advice.hints.iter().map(|hint| hint.kind).collect();
    let back = told.follow_ups.to(&kinds).to_owned();
    let none = advice.hints.is_empty();
    let hints = advice
        .hints
        .into_iter()
        .map(|hint| {
            view! {
                <li data-hint=hint.kind.as_str()>
                    <p>{hint.words}</p>
                    <p class="hint">{hint.kind.why()}</p>
                </li>
            }
        })
        .collect_view();
    let why = told.why.iter().map(|why| view! { <li>{why.clone()}</li> }).collect_view();
    let [lang_own, lang_back, lang_model, lang_why] = [(); 4].map(|()| locale.clone());
    view! {
        <h2 id=OUTCOME tabindex="-1">
            "What comes of it"
        </h2>
        <div class="entry is-reply">
            <p class="entry-label">"Your reply"</p>
            <p class="entry-text" dir="auto" lang=lang_own>
                {text}
            </p>
        </div>
        <div class="entry is-sender">
            <p class="entry-label">"They write back"</p>
            <p class="entry-text" dir="auto" lang=lang_back>
                {back}
            </p>
        </div>
        <div>
            <h3>"What the coach saw"</h3>
            <p class="hint" hidden=!none>
                "Nothing to add: it greets, answers, and says what comes next."
            </p>
            <ul class="coach-hints">{hints}</ul>
        </div>
        <div>
            <h3>"A good reply"</h3>
            <p class="letter" dir="auto" lang=lang_model>
                {told.model}
            </p>
            <h3>"What makes it good"</h3>
            <ul class="practice-facts" lang=lang_why>
                {why}
            </ul>
        </div>
        <p class="hint">"Your reply is kept in your own practice, which only you see."</p>
        <div class="sheet-end">
            <button type="button" class="button is-main" on:click=move |_| on_again()>
                "Try once more"
            </button>
            <button
                type="button"
                class="button"
                on:click=move |_| on_done()
            >
                "Another one"
            </button>
        </div>
    }
}
