//! Beside the thread: who wrote, whose it is, when it is due, and who did what.

use super::icon::{self, Icon};
use super::part::{When, part};
use super::promise::Promise;
use super::related::Related;
use super::use_desk;
use crate::desk::{Deed, Sheet};
use crate::{time, words};
use leptos::prelude::*;
use porchlight_shared::api::TagChange;

#[component]
pub(super) fn Details() -> impl IntoView {
    view! {
        <aside class="details" aria-label="Details">
            <Sender />
            <Standing />
            <Team />
            <Tags />
            <Related />
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
    let waiting = part(|inquiry| inquiry.waiting_since.clone());
    let quiet = part(|inquiry| inquiry.quiet_until.clone());
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
                <Row label="Waits on the sender since" value=moment(waiting) />
                <Row label="No reminders until" value=moment(quiet) />
                <Row label="First reply" value=moment(replied) />
                <Row label="Closed" value=moment(closed) />
            </dl>
            <Promise />
        </section>
    }
}

/// Who helps, and the way to let somebody in.
#[component]
fn Team() -> impl IntoView {
    let desk = use_desk();
    let members = part(|inquiry| inquiry.members.clone());
    let may = part(|inquiry| inquiry.may.assign && !inquiry.item.sealed);
    let read_by = part(|inquiry| {
        let names: Vec<&str> = inquiry.read_by.iter().map(|c| c.name.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    });
    let each = move || {
        let each = members.get().into_iter().map(|member| {
            let (account, name) = (member.account_id.clone(), member.name.clone());
            view! {
                <li>
                    {member.name.clone()}
                    {may
                        .get()
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button is-quiet"
                                    aria-label=format!("Take {name} out")
                                    on:click=move |_| desk.step(Deed::TakeOut(account.clone()))
                                >
                                    <Icon path=icon::CLOSE />
                                </button>
                            }
                        })}
                </li>
            }
        });
        each.collect_view()
    };
    view! {
        <section>
            <h2>"Who helps"</h2>
            <ul class="team">{each}</ul>
            <p class="hint" hidden=move || members.with(|m| !m.is_empty())>
                "Nobody is named on it yet."
            </p>
            <button
                type="button"
                class="button"
                hidden=move || !may.get()
                aria-haspopup="dialog"
                on:click=move |_| desk.sheet.set(Some(Sheet::LetIn))
            >
                "Let somebody in"
            </button>
            <dl class="facts">
                <Row label="Read by" value=read_by />
            </dl>
        </section>
    }
}

/// Tags in use, offered while one is typed.
#[component]
pub(super) fn AllTags() -> impl IntoView {
    let desk = use_desk();
    let all = move || {
        let tags = desk.me.with(|me| me.as_ref().map(|me| me.tags.clone()).unwrap_or_default());
        tags.into_iter().map(|tag| view! { <option value=tag></option> }).collect_view()
    };
    view! { <datalist id="all-tags">{all}</datalist> }
}

#[component]
fn Tags() -> impl IntoView {
    let desk = use_desk();
    let tags = part(|inquiry| inquiry.item.tags.clone());
    let may = part(|inquiry| inquiry.may.work);
    let typed = RwSignal::new(String::new());
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let tag = typed.get_untracked().trim().to_owned();
        if !tag.is_empty() {
            desk.step(Deed::Tag(TagChange { add: vec![tag], remove: Vec::new() }));
            typed.set(String::new());
            desk.renew_me();
        }
    };
    let each = move || {
        let each = tags.get().into_iter().map(|tag| {
            let gone = tag.clone();
            view! {
                <li class="tag">
                    "#"
                    {tag.clone()}
                    {may
                        .get()
                        .then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button is-quiet"
                                    aria-label=format!("Take the tag {tag} away")
                                    on:click=move |_| {
                                        desk.step(
                                            Deed::Tag(TagChange {
                                                add: Vec::new(),
                                                remove: vec![gone.clone()],
                                            }),
                                        )
                                    }
                                >
                                    <Icon path=icon::CLOSE />
                                </button>
                            }
                        })}
                </li>
            }
        });
        each.collect_view()
    };
    view! {
        <section>
            <h2>"Tags"</h2>
            <ul class="team">{each}</ul>
            <form class="add-tag" hidden=move || !may.get() on:submit=add>
                <label class="visually-hidden" for="new-tag">
                    "New tag"
                </label>
                <input
                    id="new-tag"
                    type="text"
                    maxlength="40"
                    autocomplete="off"
                    list="all-tags"
                    placeholder="New tag"
                    prop:value=typed
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <AllTags />
                <button type="submit" class="button">
                    "Add"
                </button>
            </form>
        </section>
    }
}

#[component]
fn Trail() -> impl IntoView {
    let audit = part(|inquiry| inquiry.audit.clone());
    let entries = move || {
        let entries = audit.get().into_iter().map(|entry| {
            view! {
                <li>{words::audit(&entry)} " · " <When at=entry.at /></li>
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
