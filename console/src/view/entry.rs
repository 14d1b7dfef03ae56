//! Entries of the thread: the sender's form first, then everything in the order in which it was said.

use super::files::Files;
use super::harsh::FromSender;
use super::part::{When, part};
use super::use_desk;
use crate::desk::Sheet;
use crate::words;
use leptos::prelude::*;
use porchlight_shared::api::{Message, ShownAnswer};
use porchlight_shared::mention::mentions;
use porchlight_shared::status::MessageKind;

/// What the sender answered to the form's questions.
#[component]
pub(super) fn FirstEntry() -> impl IntoView {
    let by = part(|inquiry| words::sender_in_full(&inquiry.sender));
    let received = part(|inquiry| inquiry.item.received_at.clone());
    let channel = part(|inquiry| words::channel(inquiry.item.channel));
    let answers = part(|inquiry| inquiry.answers.clone());
    let locale = part(|inquiry| inquiry.locale.clone());
    view! {
        <li class="entry is-sender">
            <h2 class="entry-head">
                <span class="entry-by">{by}</span>
                <span class="entry-at">
                    {move || view! { <When at=received.get() /> }}
                    " · "
                    {channel}
                </span>
            </h2>
            <dl class="answers">
                {move || answers.get().into_iter().map(|answer| view! { <Answer answer locale /> }).collect_view()}
            </dl>
        </li>
    }
}

#[component]
fn Answer(answer: ShownAnswer, locale: Memo<String>) -> impl IntoView {
    // A short answer stands beside its question, a long one below it.
    let is_long = answer.text.chars().count() > 60 || answer.text.contains('\n') || !answer.files.is_empty();
    view! {
        <div class:is-long=is_long>
            <dt>{answer.label}</dt>
            <dd dir="auto" lang=locale>
                <FromSender text=answer.text />
                <Files files=answer.files />
            </dd>
        </div>
    }
}

/// What was merged into this inquiry: the other sender's form.
#[component]
pub(super) fn Merged() -> impl IntoView {
    let merged = part(|inquiry| inquiry.merged.clone());
    let locale = part(|inquiry| inquiry.locale.clone());
    move || {
        let each = merged.get().into_iter().map(|child| {
            let answers = child.answers.into_iter().map(|answer| view! { <Answer answer locale /> }).collect_view();
            view! {
                <li class="entry is-sender is-merged">
                    <p class="entry-label">{format!("Merged in: {}", child.reference)}</p>
                    <h2 class="entry-head">
                        <span class="entry-by">{child.sender}</span>
                        <span class="entry-at">
                            <When at=child.received_at />
                        </span>
                    </h2>
                    <dl class="answers">{answers}</dl>
                </li>
            }
        });
        each.collect_view()
    }
}

/// Replies that leave in a moment.
#[component]
pub(super) fn HeldReplies() -> impl IntoView {
    let desk = use_desk();
    let held = part(|inquiry| inquiry.held.clone());
    let id = part(|inquiry| inquiry.item.id.clone());
    move || {
        let each = held.get().into_iter().map(|reply| {
            let of = reply.id.clone();
            let back = reply.mine.then(|| {
                view! {
                    <button
                        type="button"
                        class="button"
                        on:click=move |_| desk.take_back(id.get_untracked(), of.clone())
                    >
                        "Take it back"
                    </button>
                }
            });
            view! {
                <li class="entry is-reply is-held">
                    <p class="entry-label">"Reply · leaves in a moment"</p>
                    <h2 class="entry-head">
                        <span class="entry-by">{reply.by.name}</span>
                    </h2>
                    <p class="entry-text" dir="auto">
                        {reply.text}
                    </p>
                    {back}
                </li>
            }
        });
        each.collect_view()
    }
}

/// "Ana is replying."
#[component]
pub(super) fn Writing() -> impl IntoView {
    let replying = part(|inquiry| inquiry.replying.iter().map(|c| c.name.clone()).collect::<Vec<_>>());
    let words = move || {
        let names = replying.get();
        match names.as_slice() {
            [] => None,
            [one] => Some(format!("{one} is replying.")),
            many => Some(format!("{} are replying.", many.join(" and "))),
        }
    };
    view! {
        <p class="writing" role="status">
            {words}
        </p>
    }
}

/// A note with everybody who is named in it marked.
fn with_mentions(text: String, people: &[(String, String)]) -> Vec<AnyView> {
    let mut pieces = Vec::new();
    let mut done = 0;
    for mention in mentions(&text, people.iter().map(|(id, name)| (id.as_str(), name.as_str()))) {
        pieces.push(text[done..mention.start].to_owned().into_any());
        let named = text[mention.start..mention.end].to_owned();
        pieces.push(view! { <strong class="mention">{named}</strong> }.into_any());
        done = mention.end;
    }
    pieces.push(text[done..].to_owned().into_any());
    pieces
}

/// A message of the sender, a reply or a note.
#[component]
pub(super) fn Entry(message: Message, locale: Memo<String>) -> impl IntoView {
    let Message { id, kind, by, of, text, files, at } = message;
    let desk = use_desk();
    let message_id = id.clone();
    let class = match kind {
        MessageKind::Sender => "entry is-sender",
        MessageKind::Reply => "entry is-reply",
        MessageKind::Note => "entry is-note",
    };
    let sender = part(move |inquiry| {
        let merged = of.as_ref().and_then(|of| inquiry.merged.iter().find(|m| m.id == *of)).and_then(|m| m.sender.clone());
        merged.unwrap_or_else(|| words::sender_in_full(&inquiry.sender))
    });
    let may_split = part(move |inquiry| inquiry.may.join && inquiry.merged_into.is_none());
    let own_message = kind == MessageKind::Sender && by.is_none();
    let split = move || {
        let id = id.clone();
        (own_message && may_split.get()).then(|| {
            view! {
                <button
                    type="button"
                    class="button is-small"
                    aria-haspopup="dialog"
                    on:click=move |_| desk.sheet.set(Some(Sheet::Split(id.clone())))
                >
                    "Split off"
                </button>
            }
        })
    };
    // What helped one family helps others, too.
    let publish =
        (kind == MessageKind::Reply && desk.me.with_untracked(|me| me.as_ref().is_some_and(|me| me.can.answers))).then(|| {
            view! {
                <button
                    type="button"
                    class="button is-small"
                    aria-haspopup="dialog"
                    on:click=move |_| desk.sheet.set(Some(Sheet::MakeAnswer(message_id.clone())))
                >
                    "Make it an answer for everybody"
                </button>
            }
        });
    let text = if kind == MessageKind::Note {
        let people = desk.me.with_untracked(|me| {
            let all = me.as_ref().map(|me| me.colleagues.as_slice()).unwrap_or_default();
            all.iter().map(|c| (c.account_id.clone(), c.name.clone())).collect::<Vec<_>>()
        });
        with_mentions(text, &people).into_any()
    } else if own_message {
        view! { <FromSender text /> }.into_any()
    } else {
        text.into_any()
    };
    let (name, title) = by.map_or((None, None), |by| (Some(by.name), Some(by.title).filter(|title| !title.is_empty())));
    let label = match kind {
        MessageKind::Sender => None,
        MessageKind::Reply => Some(view! { <p class="entry-label">"Reply"</p> }),
        MessageKind::Note => Some(view! { <p class="entry-label">"Note · only staff see this"</p> }),
    };
    let lang = move || (kind == MessageKind::Sender).then(|| locale.get());
    view! {
        <li class=class>
            {label}
            <h2 class="entry-head">
                <span class="entry-by">
                    {move || match (&name, kind) {
                        (Some(name), _) => name.clone(),
                        (None, MessageKind::Sender) => sender.get(),
                        (None, _) => "Porchlight".to_owned(),
                    }}
                </span>
                <span class="entry-at">
                    {title.map(|title| format!("{title} · "))}
                    <When at />
                </span>
            </h2>
            <div class="entry-text" dir="auto" lang=lang>
                {text}
            </div>
            <Files files />
            {split}
            {publish}
        </li>
    }
}
