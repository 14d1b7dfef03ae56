//! Routing rules: in their order, the first that fits decides. Changed here, tried out on the last inquiries, then put in
//! force.

use super::rule::Change;
use crate::desk::Loaded;
use crate::view::form::{Doing, Problem, shown};
use crate::view::use_desk;
use gloo_net::http::Method;
use leptos::prelude::*;
use porchlight_shared::api::{AskedField, Me, Named, Routing, RoutingChange, RuleTold, Trial};
use porchlight_shared::rules::Rule;

#[component]
pub(in crate::view) fn Rules() -> impl IntoView {
    let routing = Loaded::<Routing>::new("/routing");
    let body = shown(routing, move |now| view! { <Editor now routing /> });
    view! {
        <div class="room">
            <h1 id="room-title" tabindex="-1">
                "Rules"
            </h1>
            <p class="hint">
                "Rules say who gets what. They are asked from top to bottom; the first that fits decides. What it does not say is found as if there were no rule."
            </p>
            {body}
        </div>
    }
}

/// What rules can be about, by value and label.
#[derive(Clone)]
pub(super) struct Choices {
    pub(super) topics: Vec<(String, String)>,
    pub(super) schools: Vec<(String, String)>,
    pub(super) grades: Vec<(String, String)>,
    pub(super) locales: Vec<(String, String)>,
    pub(super) owners: Vec<(String, String)>,
    pub(super) people: Vec<(String, String)>,
    pub(super) fields: Vec<AskedField>,
}

impl Choices {
    fn of(me: &Me, fields: Vec<AskedField>) -> Self {
        let named = |all: &[Named]| all.iter().map(|n| (n.id.clone(), n.label.clone())).collect();
        let people = || me.colleagues.iter().filter(|c| !c.left);
        Self {
            topics: named(&me.topics),
            schools: named(&me.schools),
            grades: named(&me.grades),
            locales: named(&me.locales),
            owners: people().filter(|c| c.can_own).map(|c| (c.account_id.clone(), c.name.clone())).collect(),
            people: people().map(|c| (c.account_id.clone(), c.name.clone())).collect(),
            fields,
        }
    }

    fn name(all: &[(String, String)], id: &str) -> String {
        all.iter().find(|(value, _)| value == id).map_or_else(|| id.to_owned(), |(_, label)| label.clone())
    }
}

/// A rule in a sentence.
fn in_words(rule: &Rule, choices: &Choices) -> String {
    let names =
        |all: &[(String, String)], ids: &[String]| ids.iter().map(|id| Choices::name(all, id)).collect::<Vec<_>>().join(" or ");
    let mut when = Vec::new();
    for (what, all, ids) in [
        ("about", &choices.topics, &rule.when.topics),
        ("at", &choices.schools, &rule.when.schools),
        ("in", &choices.grades, &rule.when.grades),
        ("written in", &choices.locales, &rule.when.locales),
    ] {
        if !ids.is_empty() {
            when.push(format!("{what} {}", names(all, ids)));
        }
    }
    if !rule.when.kinds.is_empty() {
        when.push(format!("a {}", rule.when.kinds.iter().map(|k| k.as_str()).collect::<Vec<_>>().join(" or ")));
    }
    if !rule.when.relationships.is_empty() {
        when.push(format!("from a {}", rule.when.relationships.iter().map(|r| r.as_str()).collect::<Vec<_>>().join(" or ")));
    }
    for test in &rule.when.answers {
        let label = choices.fields.iter().find(|f| f.field == test.field).map_or(test.field.as_str(), |f| f.label.as_str());
        let wanted = test.equals.clone().or_else(|| test.one_of.as_ref().map(|all| all.join(" or ")));
        when.push(wanted.map_or_else(|| format!("“{label}” is answered"), |wanted| format!("“{label}” is {wanted}")));
    }
    let mut then = Vec::new();
    if let Some(owner) = &rule.then.owner {
        then.push(format!("goes to {}", Choices::name(&choices.people, owner)));
    }
    if !rule.then.members.is_empty() {
        then.push(format!(
            "with {}",
            rule.then.members.iter().map(|m| Choices::name(&choices.people, m)).collect::<Vec<_>>().join(", ")
        ));
    }
    if let Some(priority) = rule.then.priority {
        then.push(format!("as {}", crate::words::priority_name(priority)));
    }
    let when = if when.is_empty() { "Everything".to_owned() } else { format!("What is {}", when.join(", ")) };
    format!("{when}: {}.", if then.is_empty() { "nothing changes".to_owned() } else { then.join(", ") })
}

#[component]
fn Editor(now: Routing, routing: Loaded<Routing>) -> impl IntoView {
    let desk = use_desk();
    let choices = desk.me.with_untracked(|me| me.as_ref().map(|me| Choices::of(me, now.fields.clone())));
    let Some(choices) = choices else { return ().into_any() };
    let choices = StoredValue::new(choices);
    let rules = RwSignal::new(now.rules.clone());
    let kept = StoredValue::new(now.rules.clone());
    let problems = RwSignal::new(now.problems.clone());
    let open = RwSignal::new(None::<String>);
    let trial = RwSignal::new(None::<Trial>);
    let doing = Doing::new();
    let changed = Memo::new(move |_| rules.with(|rules| *rules != kept.get_value()));
    let version = now.version;
    let save = move |_| {
        let change = RoutingChange { version, rules: rules.get_untracked() };
        doing.send::<Vec<RuleTold>>(desk, Method::PUT, "/routing".to_owned(), change, move |_| {
            desk.tell("The rules are in force.", None);
            routing.load(desk);
        });
    };
    let try_out = move |_| {
        let change = RoutingChange { version, rules: rules.get_untracked() };
        doing.send(desk, Method::POST, "/routing/trial".to_owned(), change, move |told: Trial| {
            problems.set(told.problems.clone());
            trial.set(Some(told));
        });
    };
    let add = move |_| {
        let id = crate::dom::fresh_key();
        rules.update(|all| all.push(Rule { id: id.clone(), ..Rule::default() }));
        open.set(Some(id));
    };
    let ids = Memo::new(move |_| rules.with(|all| all.iter().map(|r| r.id.clone()).collect::<Vec<_>>()));
    view! {
        <ol class="rows rules">
            <For each=move || ids.get() key=Clone::clone let:id>
                <Row id rules problems open choices />
            </For>
        </ol>
        <p class="hint" hidden=move || rules.with(|r| !r.is_empty())>
            "There are no rules yet: everything goes to its topic’s owner."
        </p>
        <Problem doing />
        <div class="sheet-end">
            <button type="button" class="button" on:click=add>
                "Add a rule"
            </button>
            <button type="button" class="button" on:click=try_out aria-disabled=move || doing.busy.get().then_some("true")>
                "Try it out"
            </button>
            <button type="button" class="button is-main" hidden=move || !changed.get() on:click=save>
                "Put in force"
            </button>
            <button type="button" class="button" hidden=move || !changed.get() on:click=move |_| rules.set(kept.get_value())>
                "Throw my changes away"
            </button>
        </div>
        {move || trial.get().map(|trial| view! { <Tried trial /> })}
    }
    .into_any()
}

#[component]
fn Row(
    id: String,
    rules: RwSignal<Vec<Rule>>,
    problems: RwSignal<Vec<RuleTold>>,
    open: RwSignal<Option<String>>,
    choices: StoredValue<Choices>,
) -> impl IntoView {
    let id = StoredValue::new(id);
    let rule = Memo::new(move |_| rules.with(|all| all.iter().find(|r| r.id == id.get_value()).cloned().unwrap_or_default()));
    let shift = move |by: isize| {
        rules.update(|all| {
            let Some(at) = all.iter().position(|r| r.id == id.get_value()) else { return };
            let to = at.saturating_add_signed(by);
            if to < all.len() {
                all.swap(at, to);
            }
        });
    };
    let told = move || {
        let own = problems.get().into_iter().filter(|p| p.rule == id.get_value());
        own.map(|p| view! { <p class=if p.refused { "problem" } else { "warning" }>{p.words}</p> }).collect_view()
    };
    let is_open = Memo::new(move |_| open.get() == Some(id.get_value()));
    let name = move || rule.with(|r| if r.name.is_empty() { "A new rule".to_owned() } else { r.name.clone() });
    view! {
        <li class:is-left=move || rule.with(|r| r.off)>
            <p>
                <strong>{name}</strong>
                {move || rule.with(|r| r.off.then_some(" (off)"))}
                <br />
                {move || rule.with(|rule| in_words(rule, &choices.get_value()))}
            </p>
            {told}
            <div class="sheet-end">
                <button
                    type="button"
                    class="button"
                    aria-expanded=move || if is_open.get() { "true" } else { "false" }
                    aria-label=move || format!("Change {}", name())
                    on:click=move |_| open.update(|o| *o = if *o == Some(id.get_value()) { None } else { Some(id.get_value()) })
                >
                    {move || if is_open.get() { "Done" } else { "Change" }}
                </button>
                <button type="button" class="button" aria-label=move || format!("Move {} up", name()) on:click=move |_| shift(-1)>
                    "Up"
                </button>
                <button type="button" class="button" aria-label=move || format!("Move {} down", name()) on:click=move |_| shift(1)>
                    "Down"
                </button>
                <button
                    type="button"
                    class="button"
                    aria-label=move || format!("Delete {}", name())
                    on:click=move |_| rules.update(|all| all.retain(|r| r.id != id.get_value()))
                >
                    "Delete"
                </button>
            </div>
            <Show when=move || is_open.get()>
                <Change id rules choices />
            </Show>
        </li>
    }
}

pub(super) type Part = fn(&mut Rule) -> &mut Vec<String>;

/// What the rules would do with the last inquiries.
#[component]
fn Tried(trial: Trial) -> impl IntoView {
    let count = trial.lines.len();
    let moved = trial
        .lines
        .iter()
        .filter(|l| l.owner.as_ref().map(|o| &o.account_id) != l.owner_now.as_ref().map(|o| &o.account_id))
        .count();
    let lines = trial
        .lines
        .into_iter()
        .map(|line| {
            let owner = line.owner.as_ref().map_or_else(|| "nobody who can be reached".to_owned(), |o| o.name.clone());
            let now = line.owner_now.as_ref().map_or_else(|| "nobody".to_owned(), |o| o.name.clone());
            let helped = line.members.iter().map(|m| m.name.clone()).collect::<Vec<_>>().join(", ");
            let differs = owner != now;
            let why = line.rule.map_or_else(|| "no rule".to_owned(), |rule| format!("rule “{rule}”"));
            let title = if line.summary.is_empty() { line.reference } else { crate::words::calm(&line.summary) };
            view! {
                <tr class:is-changed=differs>
                    <td>{title} <br /> <span class="hint">{line.topic.label} {line.school.map(|s| format!(", {s}"))}</span></td>
                    <td>{owner} {(!helped.is_empty()).then(|| format!(" with {helped}"))}</td>
                    <td>{now}</td>
                    <td>
                        {why}
                        {line.priority.map(|p| format!(", {}", crate::words::priority_name(p)))}
                        {line.passed.into_iter().map(|p| view! { <br /> <span class="hint">{p}</span> }).collect_view()}
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="tried">
            <h2 id="tried" tabindex="-1" role="status">
                {format!("Tried on the last {count}: {moved} would go to somebody else")}
            </h2>
            <p class="hint">"Nothing was changed."</p>
            <div class="table-scroll" role="region" aria-labelledby="tried" tabindex="0">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"Inquiry"</th>
                            <th scope="col">"Would go to"</th>
                            <th scope="col">"Is with"</th>
                            <th scope="col">"Why"</th>
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
        </section>
    }
}
