//! One template in the making: what is written beside what comes of it, and what it was before.

use crate::api;
use crate::desk::{Loaded, RoomForm};
use crate::view::form::{Doing, Line, Pick, Problem, after, is_open, shown};
use crate::view::use_desk;
use gloo_net::http::Method;
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_shared::api::{FilledText, Made, NewTemplate, Template, TemplateTrial, TemplateVersion, Templates, TryTemplate};
use porchlight_shared::template::{LONGEST, LONGEST_TITLE, VARIABLES};
use std::time::Duration;

/// So long after the last letter, the preview follows.
const PAUSE: Duration = Duration::from_millis(300);

#[component]
pub(super) fn Editor(
    #[prop(optional)] template: Option<Template>,
    all: Loaded<Templates>,
    on_done: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let desk = use_desk();
    let now = template.clone().unwrap_or_else(|| new_template(desk.first_locale()));
    let name = template.as_ref().map_or_else(|| "template-new".to_owned(), |t| format!("template-{}", t.id));
    let form = RoomForm::new(desk, name, now.version);
    let (title, body) = (form.field("title", now.title), form.field("body", now.body));
    let topic = form.field("topic", now.topic.as_ref().map(|t| t.id.clone()).unwrap_or_default());
    let locale = form.field("locale", now.locale);
    let mut topics = after("Every topic", desk.topics());
    // One that is gone, or not this person's, stays what it is unless they choose another.
    let own = now.topic.filter(|own| topics.iter().all(|(id, _)| *id != own.id));
    topics.extend(own.map(|own| (own.id, own.label)));
    let may_share = desk.me.with_untracked(|me| me.as_ref().is_some_and(|me| me.can.share));
    // Not empty: for the writer alone.
    let personal = form.field("personal", if now.personal || !may_share { "yes".to_owned() } else { String::new() });
    let (is_new, shared) = (template.is_none(), !now.personal);
    let id = StoredValue::new(template.map(|t| t.id));
    let can_change = is_new || may_share || !shared;
    let doing = Doing::new();
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let new = NewTemplate {
            title: title.get_untracked(),
            body: body.get_untracked(),
            topic: Some(topic.get_untracked()).filter(|t| !t.is_empty()),
            locale: locale.get_untracked(),
            personal: personal.with_untracked(|p| !p.is_empty()),
            version: form.version.get_untracked(),
        };
        let kept = move |words: &'static str| {
            form.kept();
            desk.tell(words, None);
            all.load(desk);
            on_done();
            crate::dom::focus_later(["room-title".to_owned()]);
        };
        match id.get_value() {
            None => doing.send(desk, Method::POST, "/templates".to_owned(), new, move |_: Made| kept("The template is kept.")),
            Some(id) => {
                let own = id.clone();
                let newest = async move || {
                    let all = api::get::<Templates>("/templates").await.unwrap_or_default();
                    if let Some(found) = all.templates.iter().find(|t| t.id == own) {
                        form.version.set(found.version);
                    }
                };
                doing.send_version(desk, format!("/templates/{id}"), new, newest, move |()| kept("The new version is kept."));
            }
        }
    };
    let leave = move |_| {
        form.reset();
        if is_new {
            return on_done();
        }
        crate::dom::focus(&form.id("title"));
    };
    let put_away = move |_| {
        let Some(id) = id.get_value() else { return };
        doing.send::<()>(desk, Method::POST, format!("/templates/{id}/retirement"), (), move |()| {
            form.kept();
            desk.tell("It is put away. You find it at the end of this page.", None);
            all.load(desk);
        });
    };
    let put_in = move |name: &str| {
        let at = crate::dom::cursor(&form.id("body")).unwrap_or(u32::MAX);
        let (text, at) = crate::state::draft::with_variable(&body.get_untracked(), at, name);
        body.set(text);
        request_animation_frame(move || crate::dom::select(&form.id("body"), at, at));
    };
    let chips = VARIABLES.iter().map(|(name, about)| {
        view! {
            <button type="button" class="chip" title=*about on:click=move |_| put_in(name)>
                {*name}
            </button>
        }
    });
    let chips = chips.collect_view();
    let trial = RwSignal::new(TemplateTrial::default());
    follow(move || (body.get(), topic.get(), locale.get()), trial);
    view! {
        <form class="room-form" on:submit=save>
            <Line id=form.id("title") label="Title, for staff" value=title most=LONGEST_TITLE readonly=!can_change />
            <div class="two">
                <Pick id=form.id("topic") label="Topic" options=topics value=topic />
                <Pick id=form.id("locale") label="Language" options=desk.languages() value=locale />
            </div>
            <div class="field">
                <label for=form.id("body")>"Text"</label>
                <p class="hint" id=form.id("help")>
                    "Press a name to put it in. {% if school %} … {% endif %} is only there where the school is known."
                </p>
                <div class="names" role="group" aria-label="Put in">
                    {chips}
                </div>
                <textarea
                    id=form.id("body")
                    rows="10"
                    maxlength=LONGEST
                    dir="auto"
                    aria-describedby=format!("{} {}", form.id("help"), form.id("wrong"))
                    aria-invalid=move || trial.with(|t| t.problem.is_some()).then_some("true")
                    readonly=!can_change
                    prop:value=body
                    on:input=move |event| body.set(event_target_value(&event))
                ></textarea>
                <p class="problem" role="status" id=form.id("wrong")>
                    {move || trial.with(|t| t.problem.as_ref().map(problem_words))}
                </p>
            </div>
            <Preview trial />
            <label class="check" hidden=!is_new || !may_share>
                <input
                    type="checkbox"
                    prop:checked=move || personal.with(|p| !p.is_empty())
                    on:change=move |event| personal.set(if event_target_checked(&event) { "yes".to_owned() } else { String::new() })
                />
                "Only for me"
            </label>
            <Problem doing />
            <p class="hint" hidden=can_change>
                "Everybody uses this one; administrators and staff change it."
            </p>
            <div class="sheet-end" hidden=!can_change>
                <button type="submit" class="button is-main" aria-disabled=move || doing.busy.get().then_some("true")>
                    {if is_new { "Keep it" } else { "Keep the new version" }}
                </button>
                <button type="button" class="button" hidden=move || !is_new && !form.is_touched() on:click=leave>
                    {if is_new { "Leave it" } else { "Leave it as it was" }}
                </button>
                <button type="button" class="button" hidden=is_new on:click=put_away>
                    "Put away"
                </button>
            </div>
        </form>
        {id.get_value().map(|id| view! { <Versions id title body /> })}
    }
}

fn new_template(locale: String) -> Template {
    Template {
        id: String::new(),
        title: String::new(),
        body: "Dear {{ sender }},\n\n\n\n{{ signature }}\n".to_owned(),
        topic: None,
        locale,
        personal: false,
        version: 0,
        changed_at: String::new(),
        changed_by: None,
        uses: 0,
        settled: 0,
        retired: false,
    }
}

fn problem_words(problem: &porchlight_shared::api::TemplateProblem) -> String {
    match problem.line {
        0 => problem.words.clone(),
        line => format!("Line {line}: {}", problem.words),
    }
}

/// Asks what comes of the text, a moment after it was changed; the answer to what stands there last is shown.
fn follow(text: impl Fn() -> (String, String, String) + 'static, trial: RwSignal<TemplateTrial>) {
    let turn = StoredValue::new(0_u32);
    let ask = move |mine: u32, (body, topic, locale): (String, String, String)| {
        if turn.try_get_value() != Some(mine) {
            return;
        }
        spawn_local(async move {
            let text = TryTemplate { body, topic: Some(topic).filter(|t| !t.is_empty()), locale };
            // Where no answer comes, the last one stays; keeping it tells what is wrong.
            let answer = api::send::<TemplateTrial>(Method::POST, "/templates/trial", &text).await;
            if let (Ok(answer), true) = (answer, turn.try_get_value() == Some(mine)) {
                let _ = trial.try_set(answer);
            }
        });
    };
    Effect::new(move |before: Option<()>| {
        let text = text();
        let mine = turn.with_value(|turn| turn.wrapping_add(1));
        turn.set_value(mine);
        if before.is_none() { ask(mine, text) } else { set_timeout(move || ask(mine, text), PAUSE) }
    });
}

#[component]
fn Preview(trial: RwSignal<TemplateTrial>) -> impl IntoView {
    let letter = |title: &'static str, filled: FilledText| {
        let missing = filled.missing.join(", ");
        view! {
            <div>
                <h3>{title}</h3>
                <p class="letter" dir="auto">
                    {filled.text}
                </p>
                {(!missing.is_empty()).then(|| view! { <p class="warning">{format!("To fill in by hand: {missing}")}</p> })}
            </div>
        }
    };
    view! {
        <section aria-label="How it reads">
            {move || trial.with(|t| t.known.clone()).map(|text| letter("How it reads", text))}
            {move || {
                let differs = trial.with(|t| t.known != t.anonymous);
                trial.with(|t| t.anonymous.clone()).filter(|_| differs).map(|text| letter("Without a name and a school", text))
            }}
        </section>
    }
}

/// What it was before; any of it can be taken up again.
#[component]
fn Versions(id: String, title: RwSignal<String>, body: RwSignal<String>) -> impl IntoView {
    let desk = use_desk();
    let open = RwSignal::new(false);
    let path = StoredValue::new(format!("/templates/{id}/versions"));
    let list = move || {
        let all = Loaded::<Vec<TemplateVersion>>::new(&path.get_value());
        shown(all, move |all| {
            let line = |version: TemplateVersion| {
                let by = version.changed_by.clone().unwrap_or_default();
                let head = format!("Version {}, {by}, {}", version.version, desk.full_time(&version.changed_at));
                let label = format!("Take up version {}", version.version);
                let text = version.body.clone();
                let take = move |_| {
                    title.set(version.title.clone());
                    body.set(version.body.clone());
                    desk.tell("Its text is in the field above. It counts when you keep it.", None);
                };
                view! {
                    <li>
                        <p>{head}</p>
                        <p class="letter" dir="auto">
                            {text}
                        </p>
                        <button type="button" class="button" aria-label=label on:click=take>
                            "Take this text"
                        </button>
                    </li>
                }
            };
            view! { <ol class="rows">{all.into_iter().map(line).collect_view()}</ol> }
        })
    };
    view! {
        <details class="fold" on:toggle=move |event| open.set(is_open(&event))>
            <summary>"Versions"</summary>
            <Show when=move || open.get()>{list()}</Show>
        </details>
    }
}
