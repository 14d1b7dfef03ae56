//! The practice room: invented inquiries by mood, topic and language, and what one tried. It looks like nothing else here.

use super::rehearsal::Rehearsal;
use super::scenario::AddScenario;
use super::writing::Rooms;
use crate::desk::{Desk, Loaded};
use crate::view::form::{Doing, Pick, Problem, after, is_open, shown};
use crate::view::use_desk;
use gloo_net::http::Method;
use leptos::prelude::*;
use porchlight_shared::api::{Practice as All, PracticeLine, Try};
use porchlight_shared::coach::HintKind;
use porchlight_shared::status::Mood;

/// A scenario in a language.
type Chosen = (String, String);

#[component]
pub(in crate::view) fn Practice() -> impl IntoView {
    let chosen = RwSignal::new(None::<Chosen>);
    let tries = Loaded::<Vec<Try>>::new("/practice/tries");
    let back = move || {
        chosen.set(None);
        crate::dom::focus_later(["room-title".to_owned()]);
    };
    view! {
        <div class="room is-practice">
            <Rooms />
            <h1 id="room-title" tabindex="-1">
                "Practice"
            </h1>
            <p class="practice-note" role="note">
                "Practice: these people are invented. Nothing you write here is sent, counted, or shown to anybody but you."
            </p>
            {move || match chosen.get() {
                None => view! { <Choose chosen tries /> }.into_any(),
                Some((id, locale)) => view! { <Rehearsal id locale tries on_done=back /> }.into_any(),
            }}
        </div>
    }
}

/// A topic's word as a label: the district's own, where it has such a topic.
pub(super) fn topic_label(desk: Desk, topic: &str) -> String {
    let own = desk.me.with_untracked(|me| Some(me.as_ref()?.topics.iter().find(|t| t.id == topic)?.label.clone()));
    own.unwrap_or_else(|| {
        let mut words = topic.replace('-', " ");
        if let Some(first) = words.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        words
    })
}

/// Moods as choices.
pub(super) fn moods() -> Vec<(String, String)> {
    Mood::ALL.iter().map(|mood| (mood.as_str().to_owned(), mood.words().to_owned())).collect()
}

#[component]
fn Choose(chosen: RwSignal<Option<Chosen>>, tries: Loaded<Vec<Try>>) -> impl IntoView {
    let desk = use_desk();
    let all = Loaded::<All>::new("/practice");
    let locale = RwSignal::new(desk.first_locale());
    let (mood, topic) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    tries.load(desk);
    let body = shown(all, move |now| {
        let mut topics: Vec<(String, String)> =
            now.scenarios.iter().map(|s| (s.topic.clone(), topic_label(desk, &s.topic))).collect();
        topics.sort_by(|a, b| a.1.cmp(&b.1));
        topics.dedup();
        let (topics, moods) = (after("Every topic", topics), after("Every mood", moods()));
        let lines = StoredValue::new(now.scenarios);
        let fitting = Memo::new(move |_| {
            let (locale, mood, topic) = (locale.get(), mood.get(), topic.get());
            let fits = |line: &PracticeLine| {
                line.titles.contains_key(&locale)
                    && (mood.is_empty() || line.mood.as_str() == mood)
                    && (topic.is_empty() || line.topic == topic)
            };
            lines.with_value(|all| all.iter().filter(|line| fits(line)).cloned().collect::<Vec<_>>())
        });
        let surprise = move |_| {
            let all = fitting.get_untracked();
            let at = (js_sys::Math::random() * all.len() as f64) as usize;
            if let Some(line) = all.get(at) {
                chosen.set(Some((line.id.clone(), locale.get_untracked())));
            }
        };
        let done = move |id: &str| tries.value.with(|all| all.as_ref().is_some_and(|all| all.iter().any(|t| t.scenario == id)));
        let rows = move || {
            let row = |line: PracticeLine| {
                let title = line.titles.get(&locale.get()).cloned().unwrap_or_default();
                let mut about = vec![line.mood.words().to_owned(), topic_label(desk, &line.topic)];
                about.extend(line.ours.then(|| "your district’s own".to_owned()));
                about.extend(done(&line.id).then(|| "practiced".to_owned()));
                let id = line.id.clone();
                view! {
                    <li>
                        <button
                            type="button"
                            class="practice-line"
                            lang=locale.get()
                            on:click=move |_| chosen.set(Some((id.clone(), locale.get_untracked())))
                        >
                            <strong>{title}</strong>
                            <span class="hint" lang="en">
                                {about.join(" · ")}
                            </span>
                        </button>
                    </li>
                }
            };
            fitting.get().into_iter().map(row).collect_view()
        };
        let ours = lines.with_value(|all| all.iter().filter(|line| line.ours).cloned().collect::<Vec<_>>());
        view! {
            <div class="two">
                <Pick id="practice-locale" label="Language" options=desk.languages() value=locale />
                <Pick id="practice-mood" label="Mood" options=moods value=mood />
                <Pick id="practice-topic" label="Topic" options=topics value=topic />
            </div>
            <div>
                <button type="button" class="button is-main" on:click=surprise>
                    "Surprise me"
                </button>
            </div>
            <ul class="rows">{rows}</ul>
            <p hidden=move || !fitting.with(Vec::is_empty)>"Nothing invented fits. Choose another mood or topic."</p>
            <Log tries />
            <AddScenario ours all />
        }
    });
    view! { {body} }
}

/// What one tried; nobody else is shown it.
#[component]
fn Log(tries: Loaded<Vec<Try>>) -> impl IntoView {
    let desk = use_desk();
    let doing = Doing::new();
    let forget = move |path: String, words: &'static str| {
        doing.send::<()>(desk, Method::DELETE, path, (), move |()| {
            desk.tell(words, None);
            tries.load(desk);
        });
    };
    let open = RwSignal::new(false);
    let count = move || tries.value.with(|all| all.as_ref().map_or(0, Vec::len));
    let list = move || {
        let row = |entry: Try| {
            let hints = entry.hints.iter().filter_map(|h| HintKind::parse(h)).map(|h| h.as_str().replace('_', " "));
            let hints = hints.collect::<Vec<_>>().join(", ");
            let told = if hints.is_empty() { "no hints".to_owned() } else { format!("hints: {hints}") };
            let (path, label) = (format!("/practice/tries/{}", entry.id), format!("Forget {}", entry.title));
            view! {
                <li>
                    <p>
                        <strong>{entry.title}</strong>
                        " "
                        <span class="hint">{format!("{} · {told}", desk.full_time(&entry.at))}</span>
                    </p>
                    <p class="letter" dir="auto" lang=entry.locale>
                        {entry.text}
                    </p>
                    <button
                        type="button"
                        class="button is-small"
                        aria-label=label
                        on:click=move |_| forget(path.clone(), "Forgotten.")
                    >
                        "Forget"
                    </button>
                </li>
            }
        };
        tries.value.get().unwrap_or_default().into_iter().map(row).collect_view()
    };
    view! {
        <details class="fold" hidden=move || count() == 0 on:toggle=move |event| open.set(is_open(&event))>
            <summary>{move || format!("My practice, for my eyes only ({})", count())}</summary>
            <Show when=move || open.get()>
                <ul class="rows">{list}</ul>
                <Problem doing />
                <button
                    type="button"
                    class="button"
                    on:click=move |_| forget("/practice/tries".to_owned(), "All of it is forgotten.")
                >
                    "Forget all of it"
                </button>
            </Show>
        </details>
    }
}
