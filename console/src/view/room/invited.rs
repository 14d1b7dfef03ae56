//! Inviting people, and who is invited.

use super::people::roles;
use crate::desk::Loaded;
use crate::view::form::{Doing, Line, Pick, Problem};
use crate::view::use_desk;
use crate::words;
use gloo_net::http::Method;
use leptos::prelude::*;
use porchlight_shared::api::{Invitation, Made, NewInvitation, People as Everybody};
use porchlight_shared::status::Role;

#[component]
pub(super) fn Invite(everybody: Loaded<Everybody>) -> impl IntoView {
    let desk = use_desk();
    let (email, name, title) = (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let role = RwSignal::new("staff".to_owned());
    let doing = Doing::new();
    let invite = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let new = NewInvitation {
            email: email.get_untracked(),
            name: name.get_untracked(),
            title: title.get_untracked(),
            role: Role::parse(&role.get_untracked()).unwrap_or(Role::Staff),
        };
        doing.send(desk, Method::POST, "/invitations".to_owned(), new, move |_: Made| {
            desk.tell("The invitation is on its way.", None);
            for field in [email, name, title] {
                field.set(String::new());
            }
            everybody.load(desk);
        });
    };
    view! {
        <details class="fold">
            <summary>"Invite somebody"</summary>
            <form class="room-form" on:submit=invite>
                <Line id="invite-email" label="E-mail" kind="email" value=email />
                <Line id="invite-name" label="Name" value=name />
                <Line id="invite-title" label="Title, which families see" value=title />
                <Pick id="invite-role" label="Role" options=roles() value=role />
                <p class="hint">
                    "Staff see their topics. Recorders write inquiries down and see those. Observers read everything but what is confidential. Administrators do all."
                </p>
                <Problem doing />
                <button type="submit" class="button is-main">
                    "Invite"
                </button>
            </form>
        </details>
    }
}

#[component]
pub(super) fn Invited(invitation: Invitation, everybody: Loaded<Everybody>) -> impl IntoView {
    let desk = use_desk();
    let doing = Doing::new();
    let (again, gone) = (invitation.id.clone(), invitation.id);
    let until = if invitation.expired { "ran out".to_owned() } else { format!("until {}", desk.day(&invitation.expires_at)) };
    view! {
        <li>
            {format!("{} as {}, {until}", invitation.email, words::role(invitation.role))}
            " "
            <button
                type="button"
                class="button"
                on:click=move |_| {
                    doing
                        .send::<()>(
                            desk,
                            Method::POST,
                            format!("/invitations/{again}/mail"),
                            (),
                            move |()| {
                                desk.tell("Sent again.", None);
                                everybody.load(desk);
                            },
                        )
                }
            >
                "Send again"
            </button>
            <button
                type="button"
                class="button"
                on:click=move |_| {
                    doing
                        .send::<()>(
                            desk,
                            Method::DELETE,
                            format!("/invitations/{gone}"),
                            (),
                            move |()| everybody.load(desk),
                        )
                }
            >
                "Take back"
            </button>
            <Problem doing />
        </li>
    }
}
