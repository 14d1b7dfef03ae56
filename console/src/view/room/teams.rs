//! Who is responsible for what: topics, departments, and for everything else.

use crate::desk::Loaded;
use crate::view::form::{Doing, Pick, Problem};
use crate::view::use_desk;
use gloo_net::http::Method;
use leptos::prelude::*;
use porchlight_shared::api::{OwnerChange, People as Everybody, TeamChange, TopicTeam};
use porchlight_shared::status::Role;

/// People who may own, by account and name.
fn owners(all: &Everybody) -> Vec<(String, String)> {
    let fit = all.people.iter().filter(|p| !p.left && matches!(p.role, Role::Administrator | Role::Staff));
    std::iter::once((String::new(), "Nobody: the next in line".to_owned()))
        .chain(fit.map(|p| (p.account_id.clone(), p.name.clone())))
        .collect()
}

#[component]
pub(super) fn Teams(all: Everybody, everybody: Loaded<Everybody>) -> impl IntoView {
    let desk = use_desk();
    let doing = Doing::new();
    let save_owner = move |path: String, owner: Option<String>| {
        doing.send::<()>(desk, Method::PUT, path, OwnerChange { owner }, move |()| {
            desk.tell("Saved.", None);
            everybody.load(desk);
        });
    };
    let pick = |id: String, label: String, path: String, now: Option<String>, with_nobody: bool| {
        let value = RwSignal::new(now.clone().unwrap_or_default());
        // What is chosen is kept at once; what was loaded is not sent back.
        Effect::new(move |before: Option<String>| {
            let chosen = value.get();
            if before.is_some_and(|before| before != chosen) {
                save_owner(path.clone(), Some(chosen.clone()).filter(|c| !c.is_empty()));
            }
            chosen
        });
        let options = owners(&all).into_iter().skip(usize::from(!with_nobody && now.is_some())).collect::<Vec<_>>();
        view! { <Pick id label options value /> }
    };
    let departments = all
        .departments
        .iter()
        .map(|d| {
            pick(
                format!("department-{}", d.department.id),
                d.department.label.clone(),
                format!("/departments/{}/owner", d.department.id),
                d.owner.clone(),
                true,
            )
        })
        .collect_view();
    let fallback = pick(
        "fallback".to_owned(),
        "Gets what has no other owner".to_owned(),
        "/fallback-owner".to_owned(),
        all.fallback.clone(),
        false,
    );
    let topics = all
        .topics
        .iter()
        .map(|team| {
            let (options, people) =
                (owners(&all), all.people.iter().filter(|p| !p.left).map(|p| (p.account_id.clone(), p.name.clone())).collect());
            view! { <Topic team=team.clone() options people everybody /> }
        })
        .collect_view();
    view! {
        <section>
            <h2>"Who is responsible"</h2>
            <p class="hint">"An inquiry goes to whom a rule names, else to its topic’s owner, else its department’s, else to the fallback owner. Whoever is away is passed over for their stand-in."</p>
            {fallback}
            <h3>"Departments"</h3>
            {departments}
            <Problem doing />
            <h3>"Topics"</h3>
            <ul class="rows">{topics}</ul>
        </section>
    }
}

#[component]
fn Topic(
    team: TopicTeam,
    options: Vec<(String, String)>,
    people: Vec<(String, String)>,
    everybody: Loaded<Everybody>,
) -> impl IntoView {
    let desk = use_desk();
    let doing = Doing::new();
    let id = team.topic.id.clone();
    let name = |account: &String| people.iter().find(|(id, _)| id == account).map(|(_, name)| name.clone());
    let owner_name = team.owner.as_ref().and_then(name).unwrap_or_else(|| "nobody".to_owned());
    let helpers: Vec<String> = team.members.iter().filter_map(name).collect();
    let about = if helpers.is_empty() { owner_name } else { format!("{owner_name}; helped by {}", helpers.join(", ")) };
    let owner = RwSignal::new(team.owner.clone().unwrap_or_default());
    let members = RwSignal::new(team.members.clone());
    let path = format!("/topics/{id}/team");
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let change =
            TeamChange { owner: Some(owner.get_untracked()).filter(|o| !o.is_empty()), members: members.get_untracked() };
        doing.send::<()>(desk, Method::PUT, path.clone(), change, move |()| {
            desk.tell("Saved.", None);
            everybody.load(desk);
        });
    };
    let ticks = people
        .into_iter()
        .map(|(account, name)| {
            let own = account.clone();
            let toggle = move |_| {
                members.update(|all| match all.iter().position(|m| *m == account) {
                    Some(at) => drop(all.remove(at)),
                    None => all.push(account.clone()),
                });
            };
            view! {
                <label class="check">
                    <input type="checkbox" prop:checked=move || members.with(|all| all.contains(&own)) on:change=toggle />
                    {name}
                </label>
            }
        })
        .collect_view();
    view! {
        <li>
            <details class="fold">
                <summary>
                    <strong>{team.topic.label.clone()}</strong>
                    " "
                    <span class="hint">{about}</span>
                </summary>
                <form class="room-form" on:submit=save>
                    <Pick id=format!("owner-{id}") label="Owner" options value=owner />
                    <fieldset>
                        <legend>"Who helps"</legend>
                        <div class="ticks">{ticks}</div>
                    </fieldset>
                    <Problem doing />
                    <button type="submit" class="button">
                        "Save"
                    </button>
                </form>
            </details>
        </li>
    }
}
