//! Beside the thread: who wrote, whose it is, when it is due, and who did what.

use super::part::{When, part};
use super::use_desk;
use crate::{time, words};
use leptos::prelude::*;

#[component]
pub(super) fn Details() -> impl IntoView {
    view! {
        <aside class="details" aria-label="Details">
            <Sender />
            <Standing />
            <Trail />
        </aside>
    }
}

/// A line of a details list; nothing when there is nothing to say.
#[component]
fn Row(label: &'static str, #[prop(into)] value: Signal<Option<String>>) -> impl IntoView {
    move || {
        value.get().map(|value| {
            view! {
                <div>
                    <dt>{label}</dt>
                    <dd>{value}</dd>
                </div>
            }
        })
    }
}

#[component]
fn Sender() -> impl IntoView {
    let name = part(|inquiry| words::sender_in_full(&inquiry.sender));
    let relationship = part(|inquiry| Some(words::relationship(inquiry.item.relationship).to_owned()));
    let language = part(|inquiry| Some(inquiry.language.clone()));
    let channel = part(|inquiry| Some(words::channel(inquiry.item.channel).to_owned()));
    let school = part(|inquiry| inquiry.school.clone());
    let email = part(|inquiry| inquiry.sender.email.clone());
    let phone = part(|inquiry| inquiry.sender.phone.clone());
    let contact = |label: &'static str, scheme: &'static str, value: Memo<Option<String>>| {
        move || {
            value.get().map(|value| {
                view! {
                    <div>
                        <dt>{label}</dt>
                        <dd>
                            <a href=format!("{scheme}:{value}")>{value.clone()}</a>
                        </dd>
                    </div>
                }
            })
        }
    };
    view! {
        <section>
            <h2 dir="auto">{name}</h2>
            <dl class="facts">
                <Row label="Who" value=relationship />
                {contact("E-mail", "mailto", email)}
                {contact("Phone", "tel", phone)}
                <Row label="Language" value=language />
                <Row label="Came by" value=channel />
                <Row label="School" value=school />
            </dl>
        </section>
    }
}

#[component]
fn Standing() -> impl IntoView {
    let desk = use_desk();
    let status = part(|inquiry| Some(words::status(inquiry.item.status).to_owned()));
    let owner = part(|inquiry| {
        Some(inquiry.item.owner.as_ref().map_or_else(
            || "Nobody yet".to_owned(),
            |owner| if owner.title.is_empty() { owner.name.clone() } else { format!("{}, {}", owner.name, owner.title) },
        ))
    });
    let due_at = part(|inquiry| inquiry.item.due_at.clone());
    let due = move || {
        let raw = due_at.get()?;
        let (words, _) = desk.due(Some(&raw))?;
        Some(match time::remaining(time::parse(&raw)?, desk.now.get()) {
            Some(left) => format!("{words}, {left}"),
            None => words,
        })
    };
    let promised = part(|inquiry| inquiry.promised_at.clone());
    let replied = part(|inquiry| inquiry.first_reply_at.clone());
    let closed = part(|inquiry| inquiry.closed_at.clone());
    let moment = move |at: Memo<Option<String>>| Signal::derive(move || at.get().map(|at| desk.moment(&at)));
    // While an answer is due, that line says it.
    let promise =
        Signal::derive(move || (replied.get().is_none() && due_at.get().is_none()).then(|| desk.moment(&promised.get())));
    view! {
        <section>
            <h2>"Where it stands"</h2>
            <dl class="facts">
                <Row label="Owner" value=owner />
                <Row label="Status" value=status />
                <Row label="Due" value=Signal::derive(due) />
                <Row label="Promised" value=promise />
                <Row label="First reply" value=moment(replied) />
                <Row label="Closed" value=moment(closed) />
            </dl>
        </section>
    }
}

#[component]
fn Trail() -> impl IntoView {
    let audit = part(|inquiry| inquiry.audit.clone());
    let entries = move || {
        let entries = audit.get().into_iter().map(|entry| {
            view! {
                <li>{words::audit(entry.by.as_deref(), &entry.action)} " · " <When at=entry.at /></li>
            }
        });
        entries.collect_view()
    };
    view! {
        <details class="trail">
            <summary>
                <h2>"Audit trail"</h2>
                " "
                <span class="chip-count">{move || audit.with(Vec::len)}</span>
            </summary>
            <ol>{entries}</ol>
        </details>
    }
}
