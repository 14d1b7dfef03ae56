//! Routing rules: in their order, the first that fits decides. Changed here, tried out on the last inquiries, then put in
//! force.

use crate::desk::Loaded;
use crate::view::form::{Doing, Pick, Problem, shown};
use crate::view::use_desk;
use gloo_net::http::Method;
use leptos::prelude::*;
use porchlight_shared::api::{AskedField, Me, Named, Routing, RoutingChange, RuleTold, Trial};
use porchlight_shared::rules::{AnswerTest, Rule};
use porchlight_shared::status::{Kind, Priority, Relationship};

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
struct Choices {
    topics: Vec<(String, String)>,
    schools: Vec<(String, String)>,
    grades: Vec<(String, String)>,
    locales: Vec<(String, String)>,
    owners: Vec<(String, String)>,
    people: Vec<(String, String)>,
    fields: Vec<AskedField>,
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

type Part = fn(&mut Rule) -> &mut Vec<String>;

#[component]
fn Change(id: StoredValue<String>, rules: RwSignal<Vec<Rule>>, choices: StoredValue<Choices>) -> impl IntoView {
    let edit = move |change: &dyn Fn(&mut Rule)| {
        rules.update(|all| {
            if let Some(rule) = all.iter_mut().find(|r| r.id == id.get_value()) {
                change(rule);
            }
        });
    };
    let read = move || rules.with_untracked(|all| all.iter().find(|r| r.id == id.get_value()).cloned().unwrap_or_default());
    let first = read();
    let field = move |what: &str| format!("rule-{what}-{}", id.get_value());
    let ticks = move |legend: &'static str, all: Vec<(String, String)>, part: Part| {
        let chosen = part(&mut read()).clone();
        let count = chosen.len();
        let each = all
            .into_iter()
            .map(|(value, label)| {
                let checked = chosen.contains(&value);
                let toggle = move |_| {
                    let value = value.clone();
                    edit(&|rule| {
                        let list = part(rule);
                        match list.iter().position(|v| *v == value) {
                            Some(at) => drop(list.remove(at)),
                            None => list.push(value.clone()),
                        }
                    });
                };
                view! {
                    <label class="check">
                        <input type="checkbox" prop:checked=checked on:change=toggle />
                        {label}
                    </label>
                }
            })
            .collect_view();
        view! {
            <details class="fold" open=count != 0>
                <summary>{legend}</summary>
                <div class="ticks" role="group" aria-label=legend>
                    {each}
                </div>
            </details>
        }
    };
    let all = choices.get_value();
    let kinds = Kind::ALL.iter().map(|k| (k.as_str().to_owned(), k.as_str().to_owned())).collect::<Vec<_>>();
    let who =
        Relationship::ALL.iter().map(|r| (r.as_str().to_owned(), crate::words::relationship(*r).to_owned())).collect::<Vec<_>>();
    // Words of closed vocabularies are toggled through their own lists.
    let tick_words =
        move |legend: &'static str, all: Vec<(String, String)>, has: fn(&Rule, &str) -> bool, toggle: fn(&mut Rule, &str)| {
            let now = read();
            let each = all
                .into_iter()
                .map(|(value, label)| {
                    let checked = has(&now, &value);
                    view! {
                        <label class="check">
                            <input
                                type="checkbox"
                                prop:checked=checked
                                on:change=move |_| edit(&|rule| toggle(rule, &value))
                            />
                            {label}
                        </label>
                    }
                })
                .collect_view();
            view! {
                <details class="fold">
                    <summary>{legend}</summary>
                    <div class="ticks" role="group" aria-label=legend>
                        {each}
                    </div>
                </details>
            }
        };
    let owner = RwSignal::new(first.then.owner.clone().unwrap_or_default());
    let priority = RwSignal::new(first.then.priority.map(|p| p.as_str().to_owned()).unwrap_or_default());
    Effect::new(move |before: Option<()>| {
        let (owner, priority) = (owner.get(), priority.get());
        if before.is_some() {
            edit(&|rule| {
                rule.then.owner = Some(owner.clone()).filter(|o| !o.is_empty());
                rule.then.priority = Priority::parse(&priority);
            });
        }
    });
    let owners = std::iter::once((String::new(), "As without a rule".to_owned())).chain(all.owners.clone()).collect();
    let priorities = std::iter::once((String::new(), "Normal".to_owned()))
        .chain(Priority::ALL.iter().map(|p| (p.as_str().to_owned(), crate::words::priority_name(*p).to_owned())))
        .collect();
    let name_id = field("name");
    view! {
        <div class="room-form">
            <div class="field">
                <label for=name_id.clone()>"Name"</label>
                <input
                    id=name_id
                    type="text"
                    maxlength="80"
                    value=first.name.clone()
                    on:input=move |event| {
                        let name = event_target_value(&event);
                        edit(&|rule| rule.name.clone_from(&name));
                    }
                />
            </div>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=!first.off
                    on:change=move |event| {
                        let off = !event_target_checked(&event);
                        edit(&|rule| rule.off = off);
                    }
                />
                "In force"
            </label>
            <h3>"When"</h3>
            {ticks("Topics", all.topics.clone(), |r| &mut r.when.topics)}
            {ticks("Schools", all.schools.clone(), |r| &mut r.when.schools)}
            {ticks("Grades", all.grades.clone(), |r| &mut r.when.grades)}
            {ticks("Languages", all.locales.clone(), |r| &mut r.when.locales)}
            {tick_words(
                "Kinds",
                kinds,
                |rule, word| rule.when.kinds.iter().any(|k| k.as_str() == word),
                |rule, word| {
                    let Some(kind) = Kind::parse(word) else { return };
                    match rule.when.kinds.iter().position(|k| *k == kind) {
                        Some(at) => drop(rule.when.kinds.remove(at)),
                        None => rule.when.kinds.push(kind),
                    }
                },
            )}
            {tick_words(
                "Who writes",
                who,
                |rule, word| rule.when.relationships.iter().any(|r| r.as_str() == word),
                |rule, word| {
                    let Some(who) = Relationship::parse(word) else { return };
                    match rule.when.relationships.iter().position(|r| *r == who) {
                        Some(at) => drop(rule.when.relationships.remove(at)),
                        None => rule.when.relationships.push(who),
                    }
                },
            )}
            <Answers id rules choices />
            <h3>"Then"</h3>
            <Pick id=field("owner") label="It goes to" options=owners value=owner />
            {ticks("Who helps", all.people.clone(), |r| &mut r.then.members)}
            <Pick id=field("priority") label="Priority" options=priorities value=priority />
        </div>
    }
}

/// Conditions on answers: a field, and what it must be.
#[component]
fn Answers(id: StoredValue<String>, rules: RwSignal<Vec<Rule>>, choices: StoredValue<Choices>) -> impl IntoView {
    let (field, wanted) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let tests = Memo::new(move |_| {
        rules.with(|all| all.iter().find(|r| r.id == id.get_value()).map(|r| r.when.answers.clone()).unwrap_or_default())
    });
    let edit = move |change: &dyn Fn(&mut Vec<AnswerTest>)| {
        rules.update(|all| {
            if let Some(rule) = all.iter_mut().find(|r| r.id == id.get_value()) {
                change(&mut rule.when.answers);
            }
        });
    };
    // Each field once, whatever the topics that ask it.
    let fields = choices.with_value(|c| {
        let mut all: Vec<(String, String)> = Vec::new();
        for asked in &c.fields {
            if !all.iter().any(|(id, _)| *id == asked.field) {
                all.push((asked.field.clone(), asked.label.clone()));
            }
        }
        all
    });
    let options = move || {
        choices
            .with_value(|c| c.fields.iter().find(|f| f.field == field.get() && !f.options.is_empty()).map(|f| f.options.clone()))
    };
    let add = move |_| {
        let name = field.get_untracked();
        if name.is_empty() {
            return;
        }
        let value = wanted.get_untracked().trim().to_owned();
        edit(&|all| {
            let test = if value.is_empty() {
                AnswerTest { field: name.clone(), not_empty: Some(true), ..AnswerTest::default() }
            } else if value.contains(',') {
                let each = value.split(',').map(|v| v.trim().to_owned()).filter(|v| !v.is_empty()).collect();
                AnswerTest { field: name.clone(), one_of: Some(each), ..AnswerTest::default() }
            } else {
                AnswerTest { field: name.clone(), equals: Some(value.clone()), ..AnswerTest::default() }
            };
            all.push(test);
        });
        wanted.set(String::new());
    };
    let list = move || {
        let each = tests.get().into_iter().enumerate().map(|(at, test)| {
            let says = test.equals.clone().or_else(|| test.one_of.as_ref().map(|all| all.join(" or ")));
            let words = says.map_or_else(|| format!("{} is answered", test.field), |says| format!("{} is {says}", test.field));
            view! {
                <li>
                    {words.clone()}
                    " "
                    <button
                        type="button"
                        class="button"
                        aria-label=format!("Delete: {words}")
                        on:click=move |_| edit(&|all| drop((at < all.len()).then(|| all.remove(at))))
                    >
                        "Delete"
                    </button>
                </li>
            }
        });
        each.collect_view()
    };
    let pick_id = format!("rule-field-{}", id.get_value());
    let value_id = StoredValue::new(format!("rule-value-{}", id.get_value()));
    let offered = std::iter::once((String::new(), "Choose a question".to_owned())).chain(fields).collect();
    view! {
        <details class="fold">
            <summary>"Answers"</summary>
            <ul class="rows">{list}</ul>
            <Pick id=pick_id label="Question" options=offered value=field />
            {move || match options() {
                Some(options) => {
                    let all = std::iter::once((String::new(), "Anything".to_owned()))
                        .chain(options.into_iter().map(|o| (o.id, o.label)))
                        .collect();
                    wanted.set(String::new());
                    view! { <Pick id=value_id.get_value() label="is" options=all value=wanted /> }.into_any()
                }
                None => {
                    view! {
                        <div class="field">
                            <label for=value_id.get_value()>"is (several parted by commas; nothing: anything)"</label>
                            <input
                                id=value_id.get_value()
                                type="text"
                                maxlength="200"
                                prop:value=wanted
                                on:input=move |event| wanted.set(event_target_value(&event))
                            />
                        </div>
                    }
                        .into_any()
                }
            }}
            <button type="button" class="button" on:click=add>
                "Add this condition"
            </button>
        </details>
    }
}

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
            let title = if line.summary.is_empty() { line.reference } else { line.summary };
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
