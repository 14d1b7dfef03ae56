//! Alerts: the strip above everything while nobody has one, and what the open inquiry raised, why, and who has it.

use super::icon::{self, Icon};
use super::part::{When, part};
use super::use_desk;
use crate::desk::Deed;
use crate::state::route::Route;
use crate::words;
use leptos::prelude::*;
use porchlight_shared::alert::Verdict;
use porchlight_shared::api::{Alert, AlertMatch, Inquiry, OpenAlert};

/// What nobody has said they have, on every screen.
#[component]
pub(super) fn AlertStrip() -> impl IntoView {
    let desk = use_desk();
    let waiting = Memo::new(move |_| desk.alerts.value.get().map(|all| all.alerts).unwrap_or_default());
    let line = |open: OpenAlert| {
        let to = Route::default().to_inquiry(&open.inquiry.id).hash();
        view! {
            <li>
                <a href=to>{open.alert.name.clone()} " · " {open.inquiry.reference.clone()}</a>
                <span>" since " <When at=open.alert.raised_at /></span>
            </li>
        }
    };
    view! {
        <Show when=move || waiting.with(|all| !all.is_empty())>
            <section class="alert-strip" aria-labelledby="alert-strip-title">
                <Icon path=icon::WARNING />
                <h2 id="alert-strip-title">
                    <span role="status">{move || words::alerts_waiting(waiting.with(Vec::len))}</span>
                </h2>
                <ul>
                    <For each=move || waiting.get().into_iter().take(5) key=|open| open.alert.id.clone() children=line />
                </ul>
            </section>
        </Show>
    }
}

/// The alerts of the open inquiry, the newest first.
#[component]
pub(super) fn Alerts() -> impl IntoView {
    let alerts = part(|inquiry| inquiry.alerts.iter().rev().cloned().collect::<Vec<_>>());
    let not_scanned = part(|inquiry| inquiry.not_scanned.clone());
    view! {
        <Show when=move || alerts.with(|all| !all.is_empty())>
            <ul class="alerts" aria-label="Alerts">
                <For each=move || alerts.get() key=state_of let:alert>
                    <OneAlert alert />
                </For>
            </ul>
        </Show>
        {move || {
            not_scanned
                .get()
                .map(|language| {
                    view! {
                        <p class="not-scanned">
                            {format!("Not scanned for words of concern: no list has words in {language}.")}
                        </p>
                    }
                })
        }}
    }
}

/// What makes an alert be drawn anew.
fn state_of(alert: &Alert) -> String {
    let judged = alert.verdict.map_or("", Verdict::as_str);
    format!("{} {judged} {:?} {:?} {}", alert.id, alert.acknowledged_at, alert.next_at, alert.told.len())
}

#[component]
fn OneAlert(alert: Alert) -> impl IntoView {
    let desk = use_desk();
    let may = part(|inquiry| inquiry.may);
    let open = alert.acknowledged_at.is_none() && alert.verdict.is_none();
    let name = alert.by.as_ref().map_or_else(|| alert.name.clone(), |by| format!("{}, by {}", alert.name, by.name));
    let told = (!alert.told.is_empty()).then(|| format!("Told: {}.", alert.told.join(", ")));
    let next = alert.next_at.clone().filter(|_| open);
    let stands = words::alert_stands(&alert);
    let id = StoredValue::new(alert.id.clone());
    let judge = move |verdict| desk.step(Deed::Judge(id.get_value(), verdict));
    let verdict = alert.verdict;
    view! {
        <li class="alert" class:is-open=open class:is-false=verdict == Some(Verdict::FalseAlarm)>
            <p class="alert-title">
                <Icon path=icon::WARNING />
                <strong>"Alert: " {name}</strong>
                <span>" raised " <When at=alert.raised_at.clone() /></span>
            </p>
            <ul class="alert-why">
                {alert.matches.iter().map(|found| view! { <li><Why found=found.clone() /></li> }).collect_view()}
            </ul>
            {stands.map(|words| view! { <p>{words}</p> })}
            {told.map(|told| view! { <p class="hint">{told}</p> })}
            {next.map(|at| view! { <p class="hint">"The next in line is told " <When at /> "."</p> })}
            <div class="actions" role="group" aria-label="What to do with the alert">
                <Show when=move || open && may.get().acknowledge>
                    <button type="button" class="button is-main" on:click=move |_| desk.step(Deed::Acknowledge(id.get_value()))>
                        "I have it"
                    </button>
                </Show>
                <Show when=move || verdict.is_none() && may.get().work>
                    <button type="button" class="button" on:click=move |_| judge(Verdict::Right)>
                        "Right"
                    </button>
                    <button type="button" class="button" on:click=move |_| judge(Verdict::FalseAlarm)>
                        "False alarm"
                    </button>
                </Show>
                <Show when=move || verdict.is_some() && may.get().work>
                    <button type="button" class="button is-quiet" on:click=move |_| desk.step(Deed::Unjudge(id.get_value()))>
                        "Take that back"
                    </button>
                </Show>
            </div>
        </li>
    }
}

/// The words that matched, and how.
#[component]
fn Why(found: AlertMatch) -> impl IntoView {
    let place = part(move |inquiry| Some(place_of(inquiry, &found.place)));
    let how = words::how_matched(found.how);
    view! {
        <mark>{found.text.clone()}</mark>
        " "
        <span class="hint">{how} " “" {found.keyword.clone()} "”"{move || place.get().flatten().map(|place| format!(", {place}"))}</span>
    }
}

/// Where it stands, as people say it.
fn place_of(inquiry: &Inquiry, place: &str) -> Option<String> {
    let (kind, id) = place.split_once(':')?;
    match kind {
        "answer" => inquiry.answers.iter().find(|a| a.field == id).map(|a| format!("in “{}”", a.label)),
        "file" => Some("in a file’s name".to_owned()),
        _ => Some("in a later message".to_owned()),
    }
}

/// The newest alert that nobody has judged, for the keys.
pub(super) fn unjudged(inquiry: &Inquiry) -> Option<String> {
    inquiry.alerts.iter().rev().find(|alert| alert.verdict.is_none()).map(|alert| alert.id.clone())
}

/// The newest alert that nobody has said they have.
pub(super) fn open_alert(inquiry: &Inquiry) -> Option<String> {
    let open = |alert: &&Alert| alert.acknowledged_at.is_none() && alert.verdict.is_none();
    inquiry.alerts.iter().rev().find(open).map(|alert| alert.id.clone())
}

/// Raises one by hand.
#[component]
pub(super) fn RaiseAlert() -> impl IntoView {
    let desk = use_desk();
    let categories = move || desk.me.with(|me| me.as_ref().map(|me| me.alert_categories.clone()).unwrap_or_default());
    let choose = move |event: leptos::ev::Event| {
        let chosen = event_target_value(&event);
        if !chosen.is_empty() {
            desk.step(Deed::Alert(chosen));
            // Ready for another one.
            event_target::<web_sys::HtmlSelectElement>(&event).set_selected_index(0);
        }
    };
    view! {
        <label class="visually-hidden" for="raise-alert">
            "Raise an alert"
        </label>
        <select id="raise-alert" on:change=choose>
            <option value="">"Raise an alert…"</option>
            {move || categories().into_iter().map(|c| view! { <option value=c.id>{c.label}</option> }).collect_view()}
        </select>
    }
}
