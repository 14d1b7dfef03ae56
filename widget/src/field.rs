//! One question of a form as HTML: label, help, problem, input. The same on every surface.
//!
//! Inputs are uncontrolled: they are rendered with what was answered so far and report what is typed.
//! Without scripts they are an ordinary form's inputs.

use leptos::prelude::*;
use porchlight_shared::form::{Choice, Field, FieldKind};
use porchlight_shared::phrase::{Phrases, Say};
use porchlight_shared::problem::megabytes;
use porchlight_shared::text::Locale;
use std::sync::Arc;

/// What the inputs of one field hold: the values that an HTML form would send.
pub type Values = Vec<String>;

/// What every field needs to know besides itself.
#[derive(Clone)]
pub struct Around {
    pub locale: Locale,
    pub phrases: Arc<Phrases>,
    /// `(id, name)` of the schools that may be answered.
    pub schools: Arc<Vec<(String, String)>>,
    pub grades: Arc<Vec<(String, String)>>,
}

/// A field's state.
#[derive(Clone, Copy)]
pub struct FieldState {
    pub values: RwSignal<Values>,
    /// What is wrong with it, in the person's language.
    pub problem: RwSignal<Option<String>>,
    /// Told to those who hear the form.
    pub required: bool,
}

impl FieldState {
    pub fn new(values: Values, problem: Option<String>) -> Self {
        Self { values: RwSignal::new(values), problem: RwSignal::new(problem), required: false }
    }

    fn first(self) -> String {
        self.values.with_untracked(|v| v.first().cloned().unwrap_or_default())
    }

    fn has(self, id: &str) -> bool {
        self.values.with_untracked(|v| v.iter().any(|x| x == id))
    }
}

/// The DOM id of a field's input, or of its first choice.
pub fn input_id(field: &str) -> String {
    ["f-", &field.replace('.', "-")].concat()
}

/// A whole question. `files` renders the input of a files field, which differs between surfaces.
pub fn field_view(field: &Field, state: FieldState, around: &Around, files: impl FnOnce() -> AnyView) -> AnyView {
    let state = FieldState { required: field.required, ..state };
    let label = field.label.get(&around.locale).to_owned();
    let help = field.help.get(&around.locale).to_owned();
    let optional = (!field.required).then(|| around.phrases.say(Say::Optional).to_owned());
    match &field.kind {
        FieldKind::YesNo => {
            let yes_no =
                [("true", Say::Yes), ("false", Say::No)].map(|(id, say)| (id.to_owned(), around.phrases.say(say).to_owned()));
            group(&field.id, label, optional, help, state, &yes_no, false)
        }
        FieldKind::Choice { options } if options.len() <= 7 => {
            group(&field.id, label, optional, help, state, &named(options, &around.locale), false)
        }
        FieldKind::Choices { options, .. } => {
            group(&field.id, label, optional, help, state, &named(options, &around.locale), true)
        }
        kind => {
            let help = if let FieldKind::Files(rules) = kind {
                let hint = around.phrases.fill(Say::FilesHint, &[&rules.max_count.to_string(), &megabytes(rules.max_bytes)]);
                if help.is_empty() { hint } else { [&help, " ", &hint].concat() }
            } else {
                help
            };
            let id = input_id(&field.id);
            let described = described_by(&id, !help.is_empty());
            let input = single(field, state, around, &id, &described, files);
            question(id, label, optional, help, state, input)
        }
    }
}

fn named(options: &[Choice], locale: &Locale) -> Vec<(String, String)> {
    options.iter().map(|o| (o.id.clone(), o.label.get(locale).to_owned())).collect()
}

fn described_by(id: &str, help: bool) -> String {
    if help { [id, "-problem ", id, "-help"].concat() } else { [id, "-problem"].concat() }
}

/// Label above, problem between help and input, so that it is read before typing.
fn question(id: String, label: String, optional: Option<String>, help: String, state: FieldState, input: AnyView) -> AnyView {
    let (for_input, help_id) = (id.clone(), [&id, "-help"].concat());
    view! {
        <div class="field" class:wrong=move || state.problem.with(Option::is_some)>
            <label for=for_input>{label} {optional_view(optional)}</label>
            {help_view(help_id, help)}
            {problem_view(id, state)}
            {input}
        </div>
    }
    .into_any()
}

/// The word "optional" behind a label.
fn optional_view(optional: Option<String>) -> AnyView {
    optional.map(|word| view! { <span class="optional">" ("{word}")"</span> }).into_any()
}

fn help_view(id: String, help: String) -> AnyView {
    (!help.is_empty()).then(|| view! { <p class="help" id=id>{help}</p> }).into_any()
}

fn problem_view(id: String, state: FieldState) -> AnyView {
    let id = [&id, "-problem"].concat();
    view! { <p class="problem" id=id>{move || state.problem.get()}</p> }.into_any()
}

/// Radio buttons or check boxes under one legend.
pub fn group(
    name: &str,
    label: String,
    optional: Option<String>,
    help: String,
    state: FieldState,
    options: &[(String, String)],
    several: bool,
) -> AnyView {
    let id = input_id(name);
    let described = described_by(&id, !help.is_empty());
    let kind = if several { "checkbox" } else { "radio" };
    // Check boxes in a group have no way to say that one of them is needed; radio buttons have.
    let role = (!several).then_some("radiogroup");
    let required = (!several && state.required).then_some("true");
    let each = |(index, (value, text)): (usize, &(String, String))| {
        let input = if index == 0 { id.clone() } else { [&id, "-", value].concat() };
        let (name, value, checked) = (name.to_owned(), value.clone(), state.has(value));
        let chosen = value.clone();
        view! {
            <label class="choice">
                <input type=kind id=input name=name value=value checked=checked
                    on:change=move |event| choose(state, &chosen, several, event_target_checked(&event)) />
                <span>{text.clone()}</span>
            </label>
        }
        .into_any()
    };
    let choices: Vec<AnyView> = options.iter().enumerate().map(each).collect();
    let (help_id, problem_id) = ([&id, "-help"].concat(), id.clone());
    view! {
        <fieldset class="field" role=role aria-required=required
            aria-invalid=move || (role.is_some() && state.problem.with(Option::is_some)).then_some("true") class:wrong=move || state.problem.with(Option::is_some) aria-describedby=described>
            <legend>{label} {optional_view(optional)}</legend>
            {help_view(help_id, help)}
            {problem_view(problem_id, state)}
            <div class="choices">{choices}</div>
        </fieldset>
    }
    .into_any()
}

fn choose(state: FieldState, value: &str, several: bool, checked: bool) {
    state.values.update(|values| {
        if !several {
            values.clear();
        }
        values.retain(|v| v != value);
        if checked {
            values.push(value.to_owned());
        }
    });
}

/// How a one-line input looks to the browser.
struct Look {
    kind: &'static str,
    mode: Option<&'static str>,
    autocomplete: Option<&'static str>,
}

/// Fields with one input under one label.
fn single(
    field: &Field,
    state: FieldState,
    around: &Around,
    id: &str,
    described: &str,
    files: impl FnOnce() -> AnyView,
) -> AnyView {
    let plain = |kind| Look { kind, mode: None, autocomplete: None };
    match &field.kind {
        FieldKind::LongText { .. } => long_text(&field.id, state, id, described),
        FieldKind::Choice { options } => select(&field.id, state, around, id, described, &named(options, &around.locale)),
        FieldKind::School => select(&field.id, state, around, id, described, &around.schools),
        FieldKind::Grade => select(&field.id, state, around, id, described, &around.grades),
        FieldKind::Files(_) => files(),
        FieldKind::Number { whole, .. } => {
            let mode = if *whole { "numeric" } else { "decimal" };
            line(&field.id, state, id, described, Look { kind: "text", mode: Some(mode), autocomplete: Some("off") })
        }
        FieldKind::Date { .. } => line(&field.id, state, id, described, plain("date")),
        FieldKind::Time => line(&field.id, state, id, described, plain("time")),
        FieldKind::Email => line(&field.id, state, id, described, email()),
        FieldKind::Phone => line(&field.id, state, id, described, phone()),
        _ => line(&field.id, state, id, described, plain("text")),
    }
}

const fn email() -> Look {
    Look { kind: "email", mode: Some("email"), autocomplete: Some("email") }
}

const fn phone() -> Look {
    Look { kind: "tel", mode: Some("tel"), autocomplete: Some("tel") }
}

fn line(name: &str, state: FieldState, id: &str, described: &str, look: Look) -> AnyView {
    view! {
        <input class="input" id=id.to_owned() name=name.to_owned() type=look.kind inputmode=look.mode autocomplete=look.autocomplete
            value=state.first() aria-describedby=described.to_owned()
            aria-required=state.required.then_some("true")
            aria-invalid=move || state.problem.with(Option::is_some).then_some("true")
            on:input=move |event| state.values.set(vec![event_target_value(&event)]) />
    }
    .into_any()
}

/// The text of a box. Markup in it must not become the page's: the server's renderer writes a box's text as
/// it is, the browser's makes a text node. HTML drops one line end after the tag, so one is given.
fn boxed(text: &str) -> String {
    if cfg!(feature = "ssr") {
        ["\n", &text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")].concat()
    } else {
        text.to_owned()
    }
}

fn long_text(name: &str, state: FieldState, id: &str, described: &str) -> AnyView {
    view! {
        <textarea class="input" id=id.to_owned() name=name.to_owned() rows="5" aria-describedby=described.to_owned()
            aria-required=state.required.then_some("true")
            aria-invalid=move || state.problem.with(Option::is_some).then_some("true")
            on:input=move |event| state.values.set(vec![event_target_value(&event)])>{boxed(&state.first())}</textarea>
    }
    .into_any()
}

fn select(name: &str, state: FieldState, around: &Around, id: &str, described: &str, options: &[(String, String)]) -> AnyView {
    let each = |(value, text): &(String, String)| {
        let selected = state.has(value);
        view! { <option value=value.clone() selected=selected>{text.clone()}</option> }.into_any()
    };
    let options: Vec<AnyView> = options.iter().map(each).collect();
    view! {
        <select class="input" id=id.to_owned() name=name.to_owned() aria-describedby=described.to_owned()
            aria-required=state.required.then_some("true")
            aria-invalid=move || state.problem.with(Option::is_some).then_some("true")
            on:change=move |event| state.values.set(vec![event_target_value(&event)])>
            <option value="">{around.phrases.say(Say::ChooseOne).to_owned()}</option>
            {options}
        </select>
    }
    .into_any()
}

/// The two ways to be known or not, each with what it means.
pub fn contact_ways(phrases: &Phrases) -> [(String, String); 2] {
    let unnamed = [phrases.say(Say::ContactAnonymous), ". ", phrases.say(Say::ContactAnonymousWhy)].concat();
    [(String::from("named"), phrases.say(Say::ContactLeave).to_owned()), (String::from("anonymous"), unnamed)]
}

/// Which of the three contact inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContactPart {
    Name,
    Email,
    Phone,
}

impl ContactPart {
    pub const ALL: [Self; 3] = [Self::Name, Self::Email, Self::Phone];

    /// The field's name in problems and forms.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Name => "contact.name",
            Self::Email => "contact.email",
            Self::Phone => "contact.phone",
        }
    }
}

/// One contact input. What is `private` is not kept or suggested by the browser.
pub fn contact_view(part: ContactPart, state: FieldState, phrases: &Phrases, private: bool) -> AnyView {
    let (say, mut look) = match part {
        ContactPart::Name => (Say::ContactName, Look { kind: "text", mode: None, autocomplete: Some("name") }),
        ContactPart::Email => (Say::ContactEmail, email()),
        ContactPart::Phone => (Say::ContactPhone, phone()),
    };
    if private {
        look.autocomplete = Some("off");
    }
    let id = input_id(part.field());
    let input = line(part.field(), state, &id, &described_by(&id, false), look);
    question(id, phrases.say(say).to_owned(), None, String::new(), state, input)
}

/// A choice among a school, or none.
pub fn school_view(state: FieldState, around: &Around) -> AnyView {
    let id = input_id("school");
    let mut options = vec![(String::new(), around.phrases.say(Say::SchoolNone).to_owned())];
    options.extend(around.schools.iter().cloned());
    let each = |(value, text): &(String, String)| {
        let selected = !value.is_empty() && state.has(value);
        view! { <option value=value.clone() selected=selected>{text.clone()}</option> }.into_any()
    };
    let options: Vec<AnyView> = options.iter().map(each).collect();
    let described = described_by(&id, false);
    let input = view! {
        <select class="input" id=id.clone() name="school" aria-describedby=described
            on:change=move |event| state.values.set(vec![event_target_value(&event)])>
            {options}
        </select>
    };
    question(
        id,
        around.phrases.say(Say::SchoolTitle).to_owned(),
        Some(around.phrases.say(Say::Optional).to_owned()),
        String::new(),
        state,
        input.into_any(),
    )
}
