//! Answers that stand for everybody: what is to be looked at again, what is published, drafts, and what was put away.

use super::writing::Rooms;
use crate::desk::{Desk, Loaded};
use crate::state::route::Route;
use crate::time;
use crate::view::answer::AnswerForm;
use crate::view::form::{Doing, Problem, awaited, is_open, shown};
use crate::view::use_desk;
use crate::words;
use gloo_net::http::Method;
use leptos::prelude::*;
use porchlight_shared::api::{Answer, InquiryItem, NewAnswer};
use porchlight_shared::status::AnswerState;

type All = Loaded<Vec<Answer>>;

#[component]
pub(in crate::view) fn Answers() -> impl IntoView {
    let desk = use_desk();
    let all = Loaded::<Vec<Answer>>::new("/answers");
    let writing = RwSignal::new(None::<NewAnswer>);
    let may_write = desk.me.with_untracked(|me| me.as_ref().is_some_and(|me| me.can.answers));
    let waiting = awaited(all);
    let none = move || all.value.with(|all| all.as_ref().is_some_and(Vec::is_empty));
    let group = move |title: &'static str, which: fn(&Answer) -> bool| {
        let lines = Memo::new(move |_| {
            let all = all.value.with(|all| all.clone().unwrap_or_default());
            all.into_iter().filter(which).collect::<Vec<_>>()
        });
        view! {
            <section aria-label=title hidden=move || lines.with(Vec::is_empty)>
                <h2>{title}</h2>
                <ul class="rows">
                    <For each=move || lines.get() key=|a| (a.id.clone(), a.version, a.asked) let:answer>
                        <Row answer all writing may_write />
                    </For>
                </ul>
            </section>
        }
    };
    let new = move || {
        writing.get().map(|start| {
            let done = move || {
                writing.set(None);
                all.load(desk);
                crate::dom::focus_later(["room-title".to_owned()]);
            };
            view! {
                <section aria-label="A new answer">
                    <h2>{if start.translates.is_some() { "A translation" } else { "A new answer" }}</h2>
                    <AnswerForm name=name_of(&start) start on_done=done />
                </section>
            }
        })
    };
    view! {
        <div class="room">
            <Rooms />
            <h1 id="room-title" tabindex="-1">
                "Answers"
            </h1>
            <p class="hint">
                "They are offered while somebody chooses a topic and writes, and stand on pages of their own. Each has somebody who looks after it."
            </p>
            <div hidden=!may_write>
                <button
                    type="button"
                    class="button is-main"
                    id="new-answer"
                    hidden=move || writing.with(Option::is_some)
                    on:click=move |_| {
                        writing.set(Some(NewAnswer::default()));
                        crate::dom::focus_later(["answer-new-question".to_owned()]);
                    }
                >
                    "Write an answer"
                </button>
            </div>
            {new}
            {waiting}
            <p hidden=move || !none()>
                "Nothing stands here yet. Open a good reply and press “Make it an answer for everybody”, or write one."
            </p>
            {group("To be checked again", needs_care)}
            {group("Published", |a| a.state == AnswerState::Published && !needs_care(a))}
            {group("Drafts", |a| a.state == AnswerState::Draft)}
            {group("Put away", |a| a.state == AnswerState::Retired)}
        </div>
    }
}

/// Published, and to be looked at: its day has come, its topic is gone, or its owner is.
fn needs_care(answer: &Answer) -> bool {
    answer.state == AnswerState::Published && (answer.check_now || answer.topic_gone || answer.owner_left)
}

/// The form of a new answer: each translation has its own.
fn name_of(start: &NewAnswer) -> String {
    start.translates.as_ref().map_or_else(|| "answer-new".to_owned(), |of| format!("answer-{of}-{}", start.locale))
}

fn about(desk: Desk, answer: &Answer) -> String {
    let mut about = vec![answer.topic.label.clone()];
    about.extend(answer.school.as_ref().map(|school| school.label.clone()));
    about.push(desk.language(&answer.locale));
    about.push(words::answer_helped(answer.settled));
    about.extend((answer.asked > 0).then(|| format!("{} asked all the same", answer.asked)));
    about.push(format!("{} checks it by {}", answer.owner.label, time::date(&answer.check_by)));
    about.join(" · ")
}

fn as_new(answer: &Answer) -> NewAnswer {
    NewAnswer {
        question: answer.question.clone(),
        text: answer.text.clone(),
        keywords: answer.keywords.clone(),
        topic: answer.topic.id.clone(),
        school: answer.school.as_ref().map(|s| s.id.clone()),
        locale: answer.locale.clone(),
        owner: Some(answer.owner.id.clone()),
        check_by: Some(answer.check_by.clone()),
        version: answer.version,
        ..NewAnswer::default()
    }
}

#[component]
fn Row(answer: Answer, all: All, writing: RwSignal<Option<NewAnswer>>, may_write: bool) -> impl IntoView {
    let desk = use_desk();
    let open = RwSignal::new(false);
    let (question, about) = (answer.question.clone(), about(desk, &answer));
    let (gone, check, left) = (answer.topic_gone, answer.check_now, answer.owner_left);
    let retired = answer.state == AnswerState::Retired;
    let answer = StoredValue::new(answer);
    view! {
        <li class:is-left=retired>
            <details class="fold" on:toggle=move |event| open.set(is_open(&event))>
                <summary>
                    <strong dir="auto">{question}</strong>
                    " "
                    <span class="hint">{about}</span>
                </summary>
                <Show when=move || open.get()>
                    <p class="warning" hidden=!gone>
                        "Its topic is gone: nobody is offered it. Choose another topic, or put it away."
                    </p>
                    <p class="warning" hidden=!check>
                        "Its day has come. Does it still hold? Choose another day and publish it again, or put it away."
                    </p>
                    <p class="warning" hidden=!left>
                        "Whoever looked after it is not here any more. Please choose somebody else."
                    </p>
                    {may_write.then(|| view! { <Change answer=answer.get_value() all writing /> })}
                    <Asked answer=answer.get_value() />
                </Show>
            </details>
        </li>
    }
}

#[component]
fn Change(answer: Answer, all: All, writing: RwSignal<Option<NewAnswer>>) -> impl IntoView {
    let desk = use_desk();
    let doing = Doing::new();
    let path = StoredValue::new(format!("/answers/{}/retirement", answer.id));
    let done = move || all.load(desk);
    let retire = move |away: bool| {
        let (method, words) = if away {
            (Method::POST, "It is put away; its page says so.")
        } else {
            (Method::DELETE, "It is a draft again. Read it before you publish it.")
        };
        doing.send::<()>(desk, method, path.get_value(), (), move |()| {
            desk.tell(words, None);
            all.load(desk);
        });
    };
    let retired = answer.state == AnswerState::Retired;
    let published = answer.state == AnswerState::Published;
    let known =
        vec![(answer.topic.id.clone(), answer.topic.label.clone()), (answer.owner.id.clone(), answer.owner.label.clone())];
    let start = as_new(&answer);
    // The first language in which it does not stand yet.
    let other = desk
        .languages()
        .into_iter()
        .find(|(id, _)| *id != answer.locale && !answer.translations.contains(id))
        .map(|(id, name)| (NewAnswer { locale: id, translates: Some(answer.id.clone()), version: 0, ..start.clone() }, name));
    let translate = other.map(|(start, name)| {
        let begin = move |_| {
            // What is being written is not thrown away for it.
            if writing.with_untracked(Option::is_some) {
                return desk.tell("Please keep or leave the answer that you are writing first.", None);
            }
            crate::dom::focus_later([format!("{}-question", name_of(&start))]);
            writing.set(Some(start.clone()));
        };
        view! {
            <button type="button" class="button" on:click=begin>
                {format!("Translate ({name})")}
            </button>
        }
    });
    view! {
        {(!retired).then(|| view! { <AnswerForm name=format!("answer-{}", answer.id) start id=answer.id.clone() known published from_inquiry=answer.from_inquiry on_done=done /> })}
        <div class="sheet-end">
            {published
                .then(|| {
                    view! {
                        <a href=answer.url.clone() target="_blank" rel="noopener">
                            "See its page"
                        </a>
                    }
                })}
            {translate}
            <button type="button" class="button" on:click=move |_| retire(!retired)>
                {if retired { "Bring back" } else { "Put away" }}
            </button>
        </div>
        <Problem doing />
    }
}

/// What people still ask after they read it, so that it becomes better.
#[component]
fn Asked(answer: Answer) -> impl IntoView {
    let open = RwSignal::new(false);
    let path = StoredValue::new(format!("/answers/{}/asked", answer.id));
    let list = move || {
        let all = Loaded::<Vec<InquiryItem>>::new(&path.get_value());
        shown(all, |all| {
            let none = all.is_empty();
            let line = |item: InquiryItem| {
                let href = Route::default().to_inquiry(&item.id).hash();
                view! {
                    <li>
                        <a href=href>{words::title(&item)}</a>
                    </li>
                }
            };
            view! {
                <ul class="rows">{all.into_iter().map(line).collect_view()}</ul>
                <p class="hint" hidden=!none>
                    "Nothing that you can see."
                </p>
            }
        })
    };
    view! {
        <details class="fold" hidden=answer.asked == 0 on:toggle=move |event| open.set(is_open(&event))>
            <summary>{format!("What people still ask ({})", answer.asked)}</summary>
            <Show when=move || open.get()>{list()}</Show>
        </details>
    }
}
