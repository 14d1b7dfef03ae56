//! Beside the thread: who wrote, whose it is, when it is due, and who did what.

use super::icon::{self, Icon};
use super::part::{When, part};
use super::use_desk;
use crate::desk::{Deed, Sheet};
use crate::{time, words};
use leptos::prelude::*;
use porchlight_shared::api::{Joined, TagChange};

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

/// Another inquiry as a link, with a word about it.
fn other(joined: Joined, about: String) -> impl IntoView {
    let desk = use_desk();
    let id = joined.id.clone();
    let href = move || desk.route.with(|route| route.to_inquiry(&id).hash());
    view! {
        <li>
            {if joined.summary.is_empty() {
                view! { <span>"One that you cannot open"</span> }.into_any()
            } else {
                view! { <a href=href>{joined.summary}</a> }.into_any()
            }}
            <span class="hint">{format!("{} · {} · {about}", joined.reference, words::status(joined.status))}</span>
        </li>
    }
}

/// What is likely the same, what belongs together, and what the sender wrote before.
#[component]
fn Related() -> impl IntoView {
    let desk = use_desk();
    let related = Memo::new(move |_| desk.related.value.get().unwrap_or_default());
    let merged_into = part(|inquiry| inquiry.merged_into.clone());
    let merged = part(|inquiry| inquiry.merged.clone());
    let split_from = part(|inquiry| inquiry.split_from.clone());
    let split_into = part(|inquiry| inquiry.split_into.clone());
    let may = part(|inquiry| inquiry.may.join);
    let id = part(|inquiry| inquiry.item.id.clone());
    let take_apart = move |child: String, label: &'static str, deed: fn(String) -> Deed| {
        may.get().then(|| {
            view! {
                <button type="button" class="button" on:click=move |_| desk.step(deed(child.clone()))>
                    {label}
                </button>
            }
        })
    };
    view! {
        <Show when=move || related.with(|r| !r.alike.is_empty())>
            <section class="alike">
                <h2>"Likely the same"</h2>
                <ul class="others">
                    {move || related.get().alike.into_iter().map(|a| other(a.other, words::because(&a.because))).collect_view()}
                </ul>
                <button
                    type="button"
                    class="button"
                    hidden=move || !may.get()
                    aria-haspopup="dialog"
                    on:click=move |_| desk.sheet.set(Some(Sheet::Merge))
                >
                    "Merge…"
                </button>
            </section>
        </Show>
        {move || {
            merged_into
                .get()
                .map(|parent| {
                    view! {
                        <section>
                            <h2>"Merged into"</h2>
                            <ul class="others">{other(parent, "it is answered there".to_owned())}</ul>
                            {take_apart(id.get(), "Take apart again", Deed::Unmerge)}
                        </section>
                    }
                })
        }}
        {move || {
            let all = merged.get();
            (!all.is_empty())
                .then(|| {
                    let each = all
                        .into_iter()
                        .map(|child| {
                            let apart = take_apart(child.id.clone(), "Take apart again", Deed::Unmerge);
                            let sender = child.sender.clone().unwrap_or_default();
                            view! {
                                {other(child, sender)}
                                <li>{apart}</li>
                            }
                        })
                        .collect_view();
                    view! {
                        <section>
                            <h2>"Merged into this one"</h2>
                            <ul class="others">{each}</ul>
                        </section>
                    }
                })
        }}
        {move || {
            split_from
                .get()
                .map(|from| {
                    view! {
                        <section>
                            <h2>"Split off from"</h2>
                            <ul class="others">{other(from, String::new())}</ul>
                            {take_apart(String::new(), "Put back", |_| Deed::Unsplit)}
                        </section>
                    }
                })
        }}
        {move || {
            let all = split_into.get();
            (!all.is_empty())
                .then(|| {
                    view! {
                        <section>
                            <h2>"Split off"</h2>
                            <ul class="others">{all.into_iter().map(|o| other(o, String::new())).collect_view()}</ul>
                        </section>
                    }
                })
        }}
        <Show when=move || related.with(|r| !r.earlier.is_empty())>
            <section>
                <h2>"From the same sender"</h2>
                <ul class="others">
                    {move || {
                        related
                            .get()
                            .earlier
                            .into_iter()
                            .map(|o| {
                                let when = desk.moment(&o.received_at);
                                other(o, when)
                            })
                            .collect_view()
                    }}
                </ul>
            </section>
        </Show>
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
