//! Who is here, as what; asking people in and letting them go.

use super::invited::{Invite, Invited};
use super::me::stand_ins;
use super::teams::Teams;
use crate::desk::Loaded;
use crate::view::form::{Doing, Pick, Problem, shown};
use crate::view::use_desk;
use crate::words;
use gloo_net::http::Method;
use leptos::prelude::*;
use porchlight_shared::api::{Deactivated, Deactivation, NewAbsence, People as Everybody, Person, PersonChange, Required};
use porchlight_shared::status::Role;

#[component]
pub(in crate::view) fn People() -> impl IntoView {
    let everybody = Loaded::<Everybody>::new("/people");
    let body = shown(everybody, move |all| {
        let administrators: Vec<(String, String)> = all
            .people
            .iter()
            .filter(|p| !p.left && p.role == Role::Administrator)
            .map(|p| (p.account_id.clone(), p.name.clone()))
            .collect();
        let (here, left): (Vec<Person>, Vec<Person>) = all.people.iter().cloned().partition(|p| !p.left);
        let rows = here
            .into_iter()
            .chain(left)
            .map(|person| {
                let administrators = administrators.clone();
                view! { <Row person everybody administrators /> }
            })
            .collect_view();
        let invited = all.invitations.clone().into_iter().map(|i| view! { <Invited invitation=i everybody /> }).collect_view();
        view! {
            <ul class="rows people">{rows}</ul>
            {(!all.invitations.is_empty())
                .then(|| {
                    view! {
                        <h2>"Invited"</h2>
                        <ul class="rows">{invited}</ul>
                    }
                })}
            <Safety everybody required=all.second_factor_required />
            <Teams all=all.clone() everybody />
        }
    });
    view! {
        <div class="room">
            <h1 id="room-title" tabindex="-1">
                "People"
            </h1>
            <Invite everybody />
            {body}
        </div>
    }
}

pub(super) fn roles() -> Vec<(String, String)> {
    [Role::Staff, Role::Administrator, Role::Observer, Role::Recorder]
        .iter()
        .map(|role| (role.as_str().to_owned(), words::role(*role).to_owned()))
        .collect()
}

#[component]
fn Row(person: Person, everybody: Loaded<Everybody>, administrators: Vec<(String, String)>) -> impl IntoView {
    let desk = use_desk();
    let mut about = vec![words::role(person.role).to_owned()];
    if !person.title.is_empty() {
        about.push(person.title.clone());
    }
    if person.second_factor {
        about.push("second factor".to_owned());
    }
    for absence in &person.absences {
        about.push(format!("away {} to {}", desk.day(&absence.starts_at), desk.day_before(&absence.ends_at)));
    }
    if person.left {
        about.push("deactivated".to_owned());
    }
    let me = desk.me.with_untracked(|me| me.as_ref().map(|me| me.account_id.clone()));
    let is_me = me.as_deref() == Some(&person.account_id);
    let name = person.name.clone();
    let email = person.email.clone();
    let left = person.left;
    view! {
        <li class:is-left=left>
            <details class="fold">
                <summary>
                    <strong>{name}</strong>
                    " "
                    <span class="hint">{about.join(" · ")}</span>
                </summary>
                <p class="hint">{email}</p>
                <Change person=person.clone() everybody />
                {(!person.left).then(|| view! { <SendAway person=person.clone() everybody /> })}
                {(!is_me).then(|| view! { <Leave person everybody administrators /> })}
            </details>
        </li>
    }
}

#[component]
fn Change(person: Person, everybody: Loaded<Everybody>) -> impl IntoView {
    let desk = use_desk();
    let (role, title) = (RwSignal::new(person.role.as_str().to_owned()), RwSignal::new(person.title.clone()));
    let doing = Doing::new();
    let id = person.account_id.clone();
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let change =
            PersonChange { role: Role::parse(&role.get_untracked()).unwrap_or(Role::Staff), title: title.get_untracked() };
        doing.send::<()>(desk, Method::PUT, format!("/people/{id}"), change, move |()| {
            desk.tell("Saved.", None);
            everybody.load(desk);
        });
    };
    let title_id = format!("title-{}", person.account_id);
    view! {
        <form class="room-form" on:submit=save>
            <Pick id=format!("role-{}", person.account_id) label="Role" options=roles() value=role />
            <div class="field">
                <label for=title_id.clone()>"Title"</label>
                <input
                    id=title_id
                    type="text"
                    maxlength="120"
                    prop:value=title
                    on:input=move |event| title.set(event_target_value(&event))
                />
            </div>
            <Problem doing />
            <button type="submit" class="button">
                "Save"
            </button>
        </form>
    }
}

#[component]
fn SendAway(person: Person, everybody: Loaded<Everybody>) -> impl IntoView {
    let desk = use_desk();
    let (from, to, by) = (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let doing = Doing::new();
    let id = person.account_id.clone();
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let stand_in = Some(by.get_untracked()).filter(|s| !s.is_empty());
        let away = NewAbsence { from: from.get_untracked(), to: to.get_untracked(), stand_in };
        doing.send::<()>(desk, Method::POST, format!("/people/{id}/absences"), away, move |()| {
            desk.tell("Saved.", None);
            everybody.load(desk);
            desk.renew_me();
        });
    };
    let back = person
        .absences
        .iter()
        .map(|absence| {
            let path = format!("/people/{}/absences/{}", person.account_id, absence.id);
            let label = format!("End the absence from {}", desk.day(&absence.starts_at));
            view! {
                <button
                    type="button"
                    class="button"
                    on:click=move |_| {
                        doing
                            .send::<()>(
                                desk,
                                Method::DELETE,
                                path.clone(),
                                (),
                                move |()| {
                                    everybody.load(desk);
                                    desk.renew_me();
                                },
                            )
                    }
                >
                    {label}
                </button>
            }
        })
        .collect_view();
    let field = |what: &str| format!("{what}-{}", person.account_id);
    let (from_id, to_id) = (field("away-from"), field("away-to"));
    view! {
        <form class="room-form" on:submit=save>
            <div class="two">
                <div class="field">
                    <label for=from_id.clone()>"Away from"</label>
                    <input id=from_id type="date" prop:value=from on:input=move |e| from.set(event_target_value(&e)) />
                </div>
                <div class="field">
                    <label for=to_id.clone()>"to"</label>
                    <input id=to_id type="date" prop:value=to on:input=move |e| to.set(event_target_value(&e)) />
                </div>
            </div>
            <Pick id=field("away-by") label="Who stands in" options=stand_ins(&person.account_id) value=by />
            <Problem doing />
            <div class="sheet-end">
                <button type="submit" class="button">
                    "Save the absence"
                </button>
                {back}
            </div>
        </form>
    }
}

#[component]
fn Leave(person: Person, everybody: Loaded<Everybody>, administrators: Vec<(String, String)>) -> impl IntoView {
    let desk = use_desk();
    let to = RwSignal::new(desk.me.with_untracked(|me| me.as_ref().map(|me| me.account_id.clone()).unwrap_or_default()));
    let sure = RwSignal::new(false);
    let doing = Doing::new();
    let path = format!("/people/{}/deactivation", person.account_id);
    if person.left {
        return view! {
            <button
                type="button"
                class="button"
                on:click=move |_| {
                    doing.send::<()>(desk, Method::DELETE, path.clone(), (), move |()| everybody.load(desk));
                }
            >
                "Let in again"
            </button>
            <Problem doing />
        }
        .into_any();
    }
    let name = person.name.clone();
    let others: Vec<(String, String)> = administrators.into_iter().filter(|(id, _)| *id != person.account_id).collect();
    let reset = format!("/people/{}/second-factor", person.account_id);
    let has_factor = person.second_factor;
    let leave = move |_| {
        if !sure.get_untracked() {
            return sure.set(true);
        }
        let asked = Deactivation { confidential_to: Some(to.get_untracked()) };
        let name = name.clone();
        doing.send(desk, Method::POST, path.clone(), asked, move |done: Deactivated| {
            let handed = done.to.map_or_else(String::new, |to| format!(" {} open inquiries went to {to}.", done.handed_over));
            desk.tell(format!("{name} is deactivated; what they did stays.{handed}"), None);
            everybody.load(desk);
            desk.renew_me();
        });
    };
    view! {
        <div class="room-form">
            <Pick
                id=format!("confidential-to-{}", person.account_id)
                label="If they leave: who gets their confidential inquiries"
                options=others
                value=to
            />
            <p class="warning" hidden=move || !sure.get()>
                "Their history stays. Their open inquiries go to the fallback owner, confidential ones to the administrator above. Press again to do it."
            </p>
            <Problem doing />
            <div class="sheet-end">
                <button type="button" class="button" on:click=leave>
                    {move || if sure.get() { "Yes, deactivate" } else { "Deactivate…" }}
                </button>
                <button
                    type="button"
                    class="button"
                    hidden=!has_factor
                    on:click=move |_| {
                        doing
                            .send::<()>(
                                desk,
                                Method::DELETE,
                                reset.clone(),
                                (),
                                move |()| {
                                    desk.tell("Their second factor is gone; they can set up another.", None);
                                    everybody.load(desk);
                                },
                            )
                    }
                >
                    "They lost their phone"
                </button>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Safety(everybody: Loaded<Everybody>, required: bool) -> impl IntoView {
    let desk = use_desk();
    let doing = Doing::new();
    let change = move |event| {
        let required = event_target_checked(&event);
        doing.send::<()>(desk, Method::PUT, "/second-factor".to_owned(), Required { required }, move |()| everybody.load(desk));
    };
    view! {
        <section>
            <h2>"Safety"</h2>
            <label class="check">
                <input type="checkbox" prop:checked=required on:change=change />
                "Everybody needs a second factor"
            </label>
            <Problem doing />
        </section>
    }
}
