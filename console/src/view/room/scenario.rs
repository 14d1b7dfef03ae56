//! A district's own practice inquiries: added, changed, taken away.

use super::practice::moods;
use crate::api;
use crate::desk::{Loaded, RoomForm};
use crate::view::form::{Area, Doing, Line, Pick, Problem, is_open};
use crate::view::use_desk;
use crate::words;
use gloo_net::http::Method;
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_shared::api::{Made, Practice, PracticeLine};
use porchlight_shared::practice::{FollowUps, LONGEST, LONGEST_TITLE, Scenario, Told};
use porchlight_shared::status::{Mood, Relationship};
use std::collections::BTreeMap;

#[component]
pub(super) fn AddScenario(ours: Vec<PracticeLine>, all: Loaded<Practice>) -> impl IntoView {
    let desk = use_desk();
    let doing = Doing::new();
    let open = RwSignal::new(false);
    let may = desk.me.with_untracked(|me| me.as_ref().is_some_and(|me| me.can.share));
    // What colleagues practice on is not gone by one press.
    let sure = RwSignal::new(None::<String>);
    let remove = move |id: String| {
        if sure.get_untracked().as_ref() != Some(&id) {
            return sure.set(Some(id));
        }
        doing.send::<()>(desk, Method::DELETE, format!("/practice/{id}"), (), move |()| {
            desk.tell("It is taken away.", None);
            all.load(desk);
        });
    };
    let changing = RwSignal::new(None::<Scenario>);
    let change = move |id: String| {
        spawn_local(async move {
            match api::get::<Scenario>(&format!("/practice/{id}")).await {
                Ok(found) => {
                    let _ = changing.try_set(Some(found));
                    crate::dom::focus_later(["scenario-topic".to_owned()]);
                }
                Err(failure) => drop(doing.problem.try_set(Some(failure.words()))),
            }
        });
    };
    let rows = ours
        .into_iter()
        .map(|line| {
            let title = line.titles.values().next().cloned().unwrap_or_default();
            let (id, other, asked) = (line.id.clone(), line.id.clone(), line.id);
            let (label, change_label) = (format!("Take {title} away"), format!("Change {title}"));
            view! {
                <li>
                    {title}
                    " "
                    <button type="button" class="button is-small" aria-label=change_label on:click=move |_| change(other.clone())>
                        "Change"
                    </button>
                    <button type="button" class="button is-small" aria-label=label on:click=move |_| remove(id.clone())>
                        {move || if sure.get().as_ref() == Some(&asked) { "Really take it away, for everybody" } else { "Take away" }}
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="fold" hidden=!may on:toggle=move |event| open.set(is_open(&event))>
            <summary>"Your district’s own practice inquiries"</summary>
            <ul class="rows">{rows}</ul>
            <Problem doing />
            <Show when=move || open.get()>
                {move || {
                    let start = changing.get();
                    view! { <Form start all on_leave=move || changing.set(None) /> }
                }}
            </Show>
        </details>
    }
}

/// Lines of a field as a list.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// A new one, or one that is there, in one language at a time.
#[component]
fn Form(start: Option<Scenario>, all: Loaded<Practice>, on_leave: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let desk = use_desk();
    let doing = Doing::new();
    let topics = desk.topics();
    let is_new = start.is_none();
    let start = start.unwrap_or_else(|| Scenario {
        id: "new".to_owned(),
        topic: topics.first().map(|(id, _)| id.clone()).unwrap_or_default(),
        mood: Mood::Angry,
        texts: BTreeMap::new(),
    });
    let about = RoomForm::new(desk, format!("scenario-{}", start.id), 0);
    let (topic, mood) = (about.field("topic", start.topic.clone()), about.field("mood", start.mood.as_str().to_owned()));
    let locale = RwSignal::new(start.texts.keys().next().cloned().unwrap_or_else(|| desk.first_locale()));
    let start = StoredValue::new(start);
    let keep = move |told: Told, texts: RoomForm| {
        let mut scenario = start.get_value();
        let id = std::mem::take(&mut scenario.id);
        scenario.topic = topic.get_untracked();
        scenario.mood = Mood::parse(&mood.get_untracked()).unwrap_or(scenario.mood);
        scenario.texts.insert(locale.get_untracked(), told);
        let kept = move || {
            texts.kept();
            about.kept();
            desk.tell("Kept: your colleagues can practice on it.", None);
            all.load(desk);
        };
        if is_new {
            doing.send(desk, Method::POST, "/practice".to_owned(), scenario, move |_: Made| kept());
        } else {
            doing.send(desk, Method::PUT, format!("/practice/{id}"), scenario, move |()| kept());
        }
    };
    let leave = move |texts: RoomForm| {
        texts.reset();
        about.reset();
        on_leave();
    };
    let texts = move || {
        let locale = locale.get();
        let told = start.with_value(|start| start.texts.get(&locale).cloned()).unwrap_or_default();
        // What is written first has no language yet: choosing it afterwards leaves the words where they are.
        let language = if is_new { "any".to_owned() } else { locale };
        let texts = RoomForm::new(desk, format!("{}-{language}", about.id("in")), 0);
        let touched = move || texts.is_touched() || about.is_touched();
        view! {
            <Texts form=texts told doing on_keep=keep />
            <button type="button" class="button" hidden=move || is_new && !touched() on:click=move |_| leave(texts)>
                {if is_new { "Leave it" } else { "Leave it as it was" }}
            </button>
        }
    };
    view! {
        <div class="room-form">
            <h3>{if is_new { "Add one" } else { "Change it" }}</h3>
            <p class="hint">"Invent it: nobody’s real words, names or troubles."</p>
            <div class="two">
                <Pick id="scenario-topic" label="Topic" options=topics value=topic />
                <Pick id="scenario-mood" label="Mood" options=moods() value=mood />
                <Pick id="scenario-locale" label="Language" options=desk.languages() value=locale />
            </div>
            {texts}
        </div>
    }
}

/// What is told in one language.
#[component]
fn Texts(
    form: RoomForm,
    told: Told,
    doing: Doing,
    on_keep: impl Fn(Told, RoomForm) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let who = form.field("who", Some(told.relationship).filter(|r| !r.is_empty()).unwrap_or_else(|| "parent".to_owned()));
    let (title, sender) = (form.field("title", told.title), form.field("sender", told.sender.unwrap_or_default()));
    let (message, model) = (form.field("message", told.message), form.field("model", told.model));
    let (facts, why) = (form.field("facts", told.facts.join("\n")), form.field("why", told.why.join("\n")));
    let follow = told.follow_ups;
    let (good, cold, tone) = (form.field("good", follow.good), form.field("cold", follow.cold), form.field("tone", follow.tone));
    let (unanswered, when) = (form.field("unanswered", follow.unanswered), form.field("when", follow.when));
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let told = Told {
            title: title.get_untracked(),
            sender: Some(sender.get_untracked()).filter(|s| !s.trim().is_empty()),
            relationship: who.get_untracked(),
            message: message.get_untracked(),
            facts: lines(&facts.get_untracked()),
            model: model.get_untracked(),
            why: lines(&why.get_untracked()),
            follow_ups: FollowUps {
                good: good.get_untracked(),
                cold: cold.get_untracked(),
                tone: tone.get_untracked(),
                unanswered: unanswered.get_untracked(),
                when: when.get_untracked(),
            },
        };
        on_keep(told, form);
    };
    let people = Relationship::ALL.iter().map(|r| (r.as_str().to_owned(), words::relationship(*r).to_owned())).collect();
    let area = |name: &str, label: &'static str, value: RwSignal<String>| view! { <Area id=form.id(name) label value rows=3 most=LONGEST /> };
    let line = |name: &str, label: &'static str, value: RwSignal<String>| view! { <Line id=form.id(name) label value most=LONGEST_TITLE /> };
    view! {
        <form class="room-form" on:submit=save>
            {line("title", "Title", title)}
            <Pick id=form.id("who") label="Who writes" options=people value=who />
            {line("sender", "Their name; empty for nobody", sender)}
            {area("message", "What they write", message)}
            {area("facts", "What the colleague knows, a line each", facts)}
            {area("model", "A good reply", model)}
            {area("why", "What makes it good, a line each", why)}
            {area("good", "They write back: to a good reply", good)}
            {area("cold", "They write back: when their feeling was not heard", cold)}
            {area("tone", "They write back: when they were blamed or contradicted", tone)}
            {area("unanswered", "They write back: when a question was left out", unanswered)}
            {area("when", "They write back: when it was not said what happens next", when)}
            <Problem doing />
            <button type="submit" class="button is-main" aria-disabled=move || doing.busy.get().then_some("true")>
                "Keep it"
            </button>
        </form>
    }
}
