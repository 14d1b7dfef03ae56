//! Entries of the thread: the sender's form first, then everything in the order in which it was said.

use super::files::Files;
use super::part::{When, part};
use crate::words;
use leptos::prelude::*;
use porchlight_shared::api::{Message, ShownAnswer};
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
                {answer.text}
                <Files files=answer.files />
            </dd>
        </div>
    }
}

/// A message of the sender, a reply or a note.
#[component]
pub(super) fn Entry(message: Message, locale: Memo<String>) -> impl IntoView {
    let Message { kind, by, text, files, at, .. } = message;
    let class = match kind {
        MessageKind::Sender => "entry is-sender",
        MessageKind::Reply => "entry is-reply",
        MessageKind::Note => "entry is-note",
    };
    let sender = part(|inquiry| words::sender_in_full(&inquiry.sender));
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
            <p class="entry-text" dir="auto" lang=lang>
                {text}
            </p>
            <Files files />
        </li>
    }
}
