//! A district's own practice inquiries: added, changed, taken away.

use crate::desk::Loaded;
use crate::view::form::{Area, Doing, Line, Pick, Problem, is_open};
use crate::view::use_desk;
use crate::words;
use gloo_net::http::Method;
use leptos::prelude::*;
use porchlight_shared::api::{Made, Practice, PracticeLine};
use porchlight_shared::practice::{FollowUps, LONGEST, LONGEST_TITLE, Mood, Scenario, Told};
use porchlight_shared::status::Relationship;
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
        let scenario = Loaded::<Scenario>::new(&format!("/practice/{id}"));
        scenario.load(desk);
        Effect::new(move |_| {
            if let Some(found) = scenario.value.get() {
                changing.set(Some(found));
                crate::dom::focus_later(["scenario-title".to_owned()]);
            }
            if let Some(failure) = scenario.failed.get() {
                doing.problem.set(Some(failure.words()));
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

#[component]
fn Form(start: Option<Scenario>, all: Loaded<Practice>, on_leave: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let desk = use_desk();
    let doing = Doing::new();
    let told = start.as_ref().and_then(|s| s.texts.iter().next()).map(|(locale, told)| (locale.clone(), told.clone()));
    let (locale_now, told) = told.unwrap_or_else(|| (desk.first_locale(), Told::default()));
    let first_topic = desk.topics("").into_iter().nth(1).map(|(id, _)| id).unwrap_or_default();
    let topic = RwSignal::new(start.as_ref().map_or(first_topic, |s| s.topic.clone()));
    let mood = RwSignal::new(start.as_ref().map_or(Mood::Angry, |s| s.mood).words().to_owned());
    let locale = RwSignal::new(locale_now);
    let who = RwSignal::new(Some(told.relationship).filter(|r| !r.is_empty()).unwrap_or_else(|| "parent".to_owned()));
    let text = |value: String| RwSignal::new(value);
    let follow = told.follow_ups;
    let (title, sender, message) = (text(told.title), text(told.sender.unwrap_or_default()), text(told.message));
    let (facts, model, why) = (text(told.facts.join("\n")), text(told.model), text(told.why.join("\n")));
    let (good, cold, tone) = (text(follow.good), text(follow.cold), text(follow.tone));
    let (unanswered, when) = (text(follow.unanswered), text(follow.when));
    // Each language has texts of its own.
    let texts_of = StoredValue::new(start.as_ref().map(|s| s.texts.clone()).unwrap_or_default());
    Effect::new(move |before: Option<String>| {
        let chosen = locale.get();
        if before.is_some_and(|before| before != chosen) && !texts_of.with_value(BTreeMap::is_empty) {
            let told = texts_of.with_value(|all| all.get(&chosen).cloned()).unwrap_or_default();
            title.set(told.title);
            sender.set(told.sender.unwrap_or_default());
            message.set(told.message);
            facts.set(told.facts.join("\n"));
            model.set(told.model);
            why.set(told.why.join("\n"));
            let follow = told.follow_ups;
            let texts = [(good, follow.good), (cold, follow.cold), (tone, follow.tone), (unanswered, follow.unanswered)];
            for (field, text) in texts.into_iter().chain([(when, follow.when)]) {
                field.set(text);
            }
        }
        chosen
    });
    let (id, others) = start.map_or((None, BTreeMap::new()), |s| (Some(s.id), s.texts));
    let is_new = id.is_none();
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
        let mut texts = others.clone();
        texts.insert(locale.get_untracked(), told);
        let wanted = mood.get_untracked();
        let mood = Mood::ALL.iter().copied().find(|m| m.words() == wanted).unwrap_or(Mood::Angry);
        let scenario = Scenario { id: String::new(), topic: topic.get_untracked(), mood, texts };
        let kept = move || {
            desk.tell("Kept: your colleagues can practice on it.", None);
            all.load(desk);
        };
        match id.clone() {
            None => doing.send(desk, Method::POST, "/practice".to_owned(), scenario, move |_: Made| kept()),
            Some(id) => doing.send(desk, Method::PUT, format!("/practice/{id}"), scenario, move |()| kept()),
        }
    };
    let moods = Mood::ALL.iter().map(|m| (m.words().to_owned(), m.words().to_owned())).collect::<Vec<_>>();
    let people =
        Relationship::ALL.iter().map(|r| (r.as_str().to_owned(), words::relationship(*r).to_owned())).collect::<Vec<_>>();
    let topics: Vec<(String, String)> = desk.topics("").into_iter().skip(1).collect();
    let area =
        |id: &'static str, label: &'static str, value: RwSignal<String>| view! { <Area id label value rows=3 most=LONGEST /> };
    let line =
        |id: &'static str, label: &'static str, value: RwSignal<String>| view! { <Line id label value most=LONGEST_TITLE /> };
    view! {
        <form class="room-form" on:submit=save>
            <h3>{if is_new { "Add one" } else { "Change it" }}</h3>
            <p class="hint">"Invent it: nobody’s real words, names or troubles."</p>
            {line("scenario-title", "Title", title)}
            <div class="two">
                <Pick id="scenario-topic" label="Topic" options=topics value=topic />
                <Pick id="scenario-mood" label="Mood" options=moods value=mood />
                <Pick id="scenario-locale" label="Language" options=desk.languages() value=locale />
                <Pick id="scenario-who" label="Who writes" options=people value=who />
            </div>
            {line("scenario-sender", "Their name; empty for nobody", sender)}
            {area("scenario-message", "What they write", message)}
            {area("scenario-facts", "What the colleague knows, a line each", facts)}
            {area("scenario-model", "A good reply", model)}
            {area("scenario-why", "What makes it good, a line each", why)}
            {area("scenario-good", "They write back: to a good reply", good)}
            {area("scenario-cold", "They write back: when their feeling was not heard", cold)}
            {area("scenario-tone", "They write back: when they were blamed or contradicted", tone)}
            {area("scenario-unanswered", "They write back: when a question was left out", unanswered)}
            {area("scenario-when", "They write back: when it was not said what happens next", when)}
            <Problem doing />
            <button type="submit" class="button is-main" aria-disabled=move || doing.busy.get().then_some("true")>
                "Keep it"
            </button>
            <button type="button" class="button" hidden=is_new on:click=move |_| on_leave()>
                "Leave it as it was"
            </button>
        </form>
    }
}
