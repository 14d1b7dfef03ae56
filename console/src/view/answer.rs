//! An answer for everybody in the making: from nothing, from a reply, or as it stands.

use super::form::{Area, Doing, Line, Pick, Problem, after, shown};
use super::part::part;
use super::use_desk;
use crate::api::{self, of_inquiry};
use crate::desk::{Loaded, RoomForm};
use crate::dom;
use crate::state::coach::in_utf16;
use gloo_net::http::Method;
use leptos::prelude::*;
use porchlight_shared::api::{Answer, AnswerProposal, Made, NewAnswer};
use porchlight_shared::personal::traces;
use porchlight_shared::published::{LONGEST_KEYWORDS, LONGEST_QUESTION, LONGEST_TEXT};

/// A reply as an answer: one press to see it, another one to publish it.
#[component]
pub(super) fn MakeAnswer(message: String) -> impl IntoView {
    let desk = use_desk();
    let id = part(|inquiry| inquiry.item.id.clone()).get_untracked();
    let proposal = Loaded::<AnswerProposal>::new(&of_inquiry(&id, &format!("/messages/{message}/answer")));
    let name = format!("answer-of-{message}");
    shown(proposal, move |now| {
        let names = now.names.clone();
        let start = NewAnswer {
            question: now.question,
            text: now.text,
            topic: now.topic,
            school: now.school,
            locale: now.locale,
            check_by: Some(now.check_by),
            source: Some(id.clone()),
            ..NewAnswer::default()
        };
        view! {
            <p class="hint">"Without greeting and signature. Read it as somebody who was not there."</p>
            <AnswerForm name=name.clone() start names brief=true on_done=move || desk.sheet.set(None) />
        }
    })
}

/// The form of an answer. `id` names one that is there already.
#[component]
pub(super) fn AnswerForm(
    /// The form's own.
    name: String,
    start: NewAnswer,
    #[prop(optional, into)] id: Option<String>,
    /// People whose names must not stand in it.
    #[prop(optional)]
    names: Vec<String>,
    /// Names of its topic and its owner, who may be gone.
    #[prop(optional)]
    known: Vec<(String, String)>,
    /// Everybody reads it already.
    #[prop(optional)]
    published: bool,
    /// It was made of a reply.
    #[prop(optional)]
    from_inquiry: bool,
    /// What most answers leave as it is stands folded.
    #[prop(optional)]
    brief: bool,
    on_done: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let desk = use_desk();
    let form = RoomForm::new(desk, name, start.version);
    let (question, text, keywords) = (
        form.field("question", start.question.clone()),
        form.field("text", start.text.clone()),
        form.field("keywords", start.keywords.clone()),
    );
    let (topic, school) =
        (form.field("topic", start.topic.clone()), form.field("school", start.school.clone().unwrap_or_default()));
    let first = Some(start.locale.clone()).filter(|l| !l.is_empty()).unwrap_or_else(|| desk.first_locale());
    let locale = form.field("locale", first);
    let me = desk.me.with_untracked(|me| me.as_ref().map(|me| me.account_id.clone()).unwrap_or_default());
    let owner = form.field("owner", start.owner.clone().unwrap_or(me));
    let check_by = form.field("check", start.check_by.clone().unwrap_or_default());
    let from_inquiry = from_inquiry || start.source.is_some() || start.translates.is_some();
    let checked = RwSignal::new(false);
    let doing = Doing::new();
    let (start, id) = (StoredValue::new(start), StoredValue::new(id));
    let save = move |publish: bool| {
        let filled = |value: RwSignal<String>| Some(value.get_untracked()).filter(|text| !text.is_empty());
        let new = NewAnswer {
            question: question.get_untracked(),
            text: text.get_untracked(),
            keywords: keywords.get_untracked(),
            topic: topic.get_untracked(),
            school: filled(school),
            locale: locale.get_untracked(),
            owner: filled(owner),
            check_by: filled(check_by),
            publish,
            checked: checked.get_untracked(),
            version: form.version.get_untracked(),
            ..start.get_value()
        };
        let kept = move || {
            let words = if publish { "Published: everybody can read it now." } else { "Kept as a draft." };
            form.kept();
            desk.tell(words, None);
            on_done();
        };
        match id.get_value() {
            None => doing.send(desk, Method::POST, "/answers".to_owned(), new, move |_: Made| kept()),
            Some(id) => {
                let own = id.clone();
                let newest = async move || {
                    let all = api::get::<Vec<Answer>>("/answers").await.unwrap_or_default();
                    if let Some(found) = all.iter().find(|a| a.id == own) {
                        form.version.set(found.version);
                    }
                };
                doing.send_version(desk, format!("/answers/{id}"), new, newest, move |()| kept());
            }
        }
    };
    let publish = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        save(true);
    };
    let is_new = id.with_value(Option::is_none);
    let leave = move |_| {
        form.reset();
        if is_new {
            return on_done();
        }
        dom::focus(&form.id("question"));
    };
    let names = StoredValue::new(names);
    let found = Memo::new(move |_| {
        let heading = [question.get(), keywords.get()].join("\n");
        personal(&desk_phone(desk), &names.get_value(), &heading, &text.get())
    });
    // What was looked at is what stood there then.
    Effect::new(move |before: Option<Found>| {
        let now = found.get();
        if before.is_some_and(|before| before != now) {
            checked.set(false);
        }
        now
    });
    let more = view! {
        <div class="two">
            <Pick id=form.id("topic") label="Topic" options=with_known(after("Choose a topic", desk.topics()), &topic.get_untracked(), &known) value=topic />
            <Pick id=form.id("school") label="School" options=with_known(after("Every school", desk.schools()), &school.get_untracked(), &known) value=school />
            <Pick id=form.id("locale") label="Language" options=desk.languages() value=locale />
            <Pick id=form.id("owner") label="Looked after by" options=with_known(desk.owners(), &owner.get_untracked(), &known) value=owner />
        </div>
        <Line id=form.id("check") label="Check again by" kind="date" value=check_by />
        <Line id=form.id("keywords") label="Other words people use for it" value=keywords most=LONGEST_KEYWORDS />
    };
    let more = if brief {
        view! {
            <details class="fold">
                <summary>"Topic, school, owner, words"</summary>
                <div class="room-form">{more}</div>
            </details>
        }
        .into_any()
    } else {
        more.into_any()
    };
    view! {
        <form class="room-form" on:submit=publish>
            <Line id=form.id("question") label="The question, as people ask it" value=question most=LONGEST_QUESTION />
            <Area id=form.id("text") label="The answer" value=text most=LONGEST_TEXT />
            <Traces found text text_id=form.id("text") checked from_inquiry />
            {more}
            <Problem doing />
            <div class="sheet-end">
                <button type="submit" class="button is-main" aria-disabled=move || doing.busy.get().then_some("true")>
                    {if published { "Publish the change" } else { "Publish" }}
                </button>
                <button type="button" class="button" on:click=move |_| save(false)>
                    {if published { "Take it off, as a draft" } else { "Keep as a draft" }}
                </button>
                <button type="button" class="button" hidden=move || !is_new && !form.is_touched() on:click=leave>
                    {if is_new { "Leave it" } else { "Leave it as it was" }}
                </button>
            </div>
        </form>
    }
}

fn desk_phone(desk: crate::desk::Desk) -> Vec<String> {
    desk.me.with(|me| me.as_ref().and_then(|me| me.district.phone.clone()).into_iter().collect())
}

/// Choices with what is chosen now, also where that is gone: it stays until another one is chosen.
fn with_known(mut all: Vec<(String, String)>, now: &str, known: &[(String, String)]) -> Vec<(String, String)> {
    if all.iter().all(|(id, _)| id != now) {
        let name = known.iter().find(|(id, _)| id == now).map_or(now, |(_, name)| name);
        all.push((now.to_owned(), format!("{name} (gone)")));
    }
    all
}

/// What may tell who somebody is: each piece with what it is, and where it stands in the answer, if there.
type Found = Vec<(String, &'static str, Option<std::ops::Range<usize>>)>;

fn personal(public: &[String], names: &[String], question: &str, text: &str) -> Found {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let public: Vec<&str> = public.iter().map(String::as_str).collect();
    let of = |text: &str, place: bool| {
        let each = traces(text, &names, &public).into_iter();
        each.map(|t| (text[t.at.clone()].to_owned(), t.kind.words(), place.then_some(t.at))).collect::<Vec<_>>()
    };
    [of(question, false), of(text, true)].concat()
}

#[component]
fn Traces(
    found: Memo<Found>,
    text: RwSignal<String>,
    text_id: String,
    checked: RwSignal<bool>,
    from_inquiry: bool,
) -> impl IntoView {
    let text_id = StoredValue::new(text_id);
    let nothing = move || found.with(Vec::is_empty);
    let show = move |at: std::ops::Range<usize>| {
        let (from, to) = text.with_untracked(|text| in_utf16(text, &at));
        dom::select(&text_id.get_value(), from, to);
    };
    view! {
        // Names of an inquiry that only the server knows are found when it is kept: somebody must be able to answer that.
        <div class:warning=move || !nothing() role="status" hidden=move || nothing() && !from_inquiry>
            <p hidden=nothing>"This may tell who somebody is. Take it out, or make it general:"</p>
            <ul class="names">
                {move || {
                    found
                        .get()
                        .into_iter()
                        .map(|(piece, kind, at)| {
                            let label = format!("{piece} ({kind})");
                            match at {
                                Some(at) => {
                                    view! {
                                        <li>
                                            <button type="button" class="chip" on:click=move |_| show(at.clone())>
                                                {label}
                                            </button>
                                        </li>
                                    }
                                        .into_any()
                                }
                                None => view! { <li>{label}</li> }.into_any(),
                            }
                        })
                        .collect_view()
                }}
            </ul>
            <label class="check">
                <input type="checkbox" prop:checked=checked on:change=move |event| checked.set(event_target_checked(&event)) />
                "I looked: nobody can be recognized in it"
            </label>
        </div>
    }
}
