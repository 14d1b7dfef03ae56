//! Changing one rule: what it is about, and what it does.

use super::rules::{Choices, Part};
use crate::view::form::Pick;
use leptos::prelude::*;
use porchlight_shared::rules::{AnswerTest, Rule};
use porchlight_shared::status::{Kind, Priority, Relationship};

#[component]
pub(super) fn Change(id: StoredValue<String>, rules: RwSignal<Vec<Rule>>, choices: StoredValue<Choices>) -> impl IntoView {
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
