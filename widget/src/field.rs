//! One question of a form as HTML: label, help, problem, input. The same on every surface.
//!
//! Inputs are uncontrolled: they are rendered with what was answered so far and report what is typed.
//! Without scripts they are an ordinary form's inputs.

use crate::node::{Element, Node, State, checked, el, held, live};
use porchlight_shared::decimal::digits;
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
#[derive(Clone)]
pub struct FieldState {
    pub values: State<Values>,
    /// What is wrong with it, in the person's language.
    pub problem: State<Option<String>>,
    /// Told to those who hear the form.
    pub required: bool,
}

impl FieldState {
    pub fn new(values: Values, problem: Option<String>) -> Self {
        Self { values: State::new(values), problem: State::new(problem), required: false }
    }

    fn first(&self) -> String {
        self.values.peek(|v| v.first().cloned().unwrap_or_default())
    }

    fn has(&self, id: &str) -> bool {
        self.values.peek(|v| v.iter().any(|x| x == id))
    }

    /// The same field, which must be answered.
    #[must_use]
    pub fn required(self, required: bool) -> Self {
        Self { required, ..self }
    }
}

/// The DOM id of a field's input, or of its first choice.
pub fn input_id(field: &str) -> String {
    ["f-", &field.replace('.', "-")].concat()
}

/// A whole question. `files` renders the input of a files field, which differs between surfaces.
pub fn field_view(field: &Field, state: FieldState, around: &Around, files: impl FnOnce() -> Node) -> Node {
    let state = state.required(field.required);
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
                let hint = around.phrases.fill(Say::FilesHint, &[&digits(rules.max_count.into()), &megabytes(rules.max_bytes)]);
                if help.is_empty() { hint } else { [&help, " ", &hint].concat() }
            } else {
                help
            };
            let id = input_id(&field.id);
            let described = described_by(&id, !help.is_empty());
            let input = single(field, &state, around, &id, described, files);
            question(id, label, optional, help, &state, input)
        }
    }
}

fn named(options: &[Choice], locale: &Locale) -> Vec<(String, String)> {
    options.iter().map(|o| (o.id.clone(), o.label.get(locale).to_owned())).collect()
}

/// The elements that describe an input: its problem and, where there is one, its help.
pub fn described_by(id: &str, help: bool) -> String {
    if help { [id, "-problem ", id, "-help"].concat() } else { [id, "-problem"].concat() }
}

/// Label above, problem between help and input, so that it is read before typing.
fn question(
    id: String,
    label: String,
    optional: Option<String>,
    help: String,
    state: &FieldState,
    input: impl Into<Node>,
) -> Node {
    let label = el("label").attr("for", id.clone()).child(label).child(optional_view(optional));
    marked(el("div"), state).child(label).child(help_view(&id, help)).child(problem_view(&id, state)).child(input).into()
}

/// A field's box, which shows when something is wrong in it.
fn marked(field: Element, state: &FieldState) -> Element {
    let problem = state.problem.clone();
    field.attr_live("class", move || Some(if problem.with(Option::is_some) { "field wrong" } else { "field" }.into()))
}

/// The word "optional" behind a label.
fn optional_view(optional: Option<String>) -> Node {
    optional.map(|word| el("span").class("optional").child([" (", &word, ")"].concat())).into()
}

fn help_view(id: &str, help: String) -> Node {
    (!help.is_empty()).then(|| el("p").class("help").attr("id", [id, "-help"].concat()).child(help)).into()
}

fn problem_view(id: &str, state: &FieldState) -> Node {
    let problem = state.problem.clone();
    el("p").class("problem").attr("id", [id, "-problem"].concat()).child(live(move || problem.get())).into()
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
) -> Node {
    let id = input_id(name);
    // Check boxes in a group have no way to say that one of them is needed; radio buttons have.
    let mut field = marked(el("fieldset"), &state).attr("aria-describedby", described_by(&id, !help.is_empty()));
    if !several {
        field = invalid(field.attr("role", "radiogroup"), &state);
    }
    let legend = el("legend").child(label).child(optional_view(optional));
    let choices = choice_list(name, &state, options, several);
    field.child(legend).child(help_view(&id, help)).child(problem_view(&id, &state)).child(choices).into()
}

/// Radio buttons, or check boxes where several may be chosen.
pub fn choice_list(name: &str, state: &FieldState, options: &[(String, String)], several: bool) -> Element {
    let id = input_id(name);
    let mut choices = el("div").class("choices");
    for (index, (value, text)) in options.iter().enumerate() {
        let input = if index == 0 { id.clone() } else { [&id, "-", value].concat() };
        let (changing, chosen) = (state.clone(), value.clone());
        let input = el("input")
            .attr("type", if several { "checkbox" } else { "radio" })
            .attr("id", input)
            .attr("name", name.to_owned())
            .attr("value", value.clone())
            .attr_if(state.has(value), "checked", "")
            .on("change", move |event| choose(&changing, &chosen, several, checked(&event)));
        choices = choices.child(el("label").class("choice").child(input).child(el("span").child(text.clone())));
    }
    choices
}

fn choose(state: &FieldState, value: &str, several: bool, checked: bool) {
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
fn single(field: &Field, state: &FieldState, around: &Around, id: &str, described: String, files: impl FnOnce() -> Node) -> Node {
    let plain = |kind| Look { kind, mode: None, autocomplete: None };
    let look = match &field.kind {
        FieldKind::LongText { .. } => {
            let input = el("textarea").attr("rows", "5").child(state.first());
            return control(input, &field.id, state, id, described, "input").into();
        }
        FieldKind::Choice { options } => {
            return select(&field.id, state, around, id, described, &named(options, &around.locale));
        }
        FieldKind::School => return select(&field.id, state, around, id, described, &around.schools),
        FieldKind::Grade => return select(&field.id, state, around, id, described, &around.grades),
        FieldKind::Files(_) => return files(),
        FieldKind::Number { whole, .. } => {
            let mode = if *whole { "numeric" } else { "decimal" };
            Look { kind: "text", mode: Some(mode), autocomplete: Some("off") }
        }
        FieldKind::Date { .. } => plain("date"),
        FieldKind::Time => plain("time"),
        FieldKind::Email => email(),
        FieldKind::Phone => phone(),
        _ => plain("text"),
    };
    line(&field.id, state, id, described, &look)
}

const fn email() -> Look {
    Look { kind: "email", mode: Some("email"), autocomplete: Some("email") }
}

const fn phone() -> Look {
    Look { kind: "tel", mode: Some("tel"), autocomplete: Some("tel") }
}

/// What every input of one value has: its names, who describes it, what it holds and whether that is wrong.
fn control(input: Element, name: &str, state: &FieldState, id: &str, described: String, event: &'static str) -> Element {
    let values = state.values.clone();
    let input = input
        .class("input")
        .attr("id", id.to_owned())
        .attr("name", name.to_owned())
        .attr("aria-describedby", described)
        .on(event, move |event| values.set(vec![held(&event)]));
    invalid(input, state)
}

/// Tells those who hear the form whether it must be answered, and whether something is wrong.
fn invalid(input: Element, state: &FieldState) -> Element {
    let problem = state.problem.clone();
    let input = input.attr_if(state.required, "aria-required", "true");
    input.attr_live("aria-invalid", move || problem.with(Option::is_some).then_some("true".into()))
}

fn line(name: &str, state: &FieldState, id: &str, described: String, look: &Look) -> Node {
    let mut input = el("input").attr("type", look.kind).attr("value", state.first());
    for (name, value) in [("inputmode", look.mode), ("autocomplete", look.autocomplete)] {
        if let Some(value) = value {
            input = input.attr(name, value);
        }
    }
    control(input, name, state, id, described, "input").into()
}

fn select(name: &str, state: &FieldState, around: &Around, id: &str, described: String, options: &[(String, String)]) -> Node {
    let first = around.phrases.say(Say::ChooseOne).to_owned();
    control(choices(first, state, options), name, state, id, described, "change").into()
}

/// A list to choose from; the first line stands for nothing chosen.
fn choices(first: String, state: &FieldState, options: &[(String, String)]) -> Element {
    let mut list = el("select").child(el("option").attr("value", "").child(first));
    for (value, text) in options {
        list =
            list.child(el("option").attr("value", value.clone()).attr_if(state.has(value), "selected", "").child(text.clone()));
    }
    list
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
pub fn contact_view(part: ContactPart, state: &FieldState, phrases: &Phrases, private: bool) -> Node {
    let (say, mut look) = match part {
        ContactPart::Name => (Say::ContactName, Look { kind: "text", mode: None, autocomplete: Some("name") }),
        ContactPart::Email => (Say::ContactEmail, email()),
        ContactPart::Phone => (Say::ContactPhone, phone()),
    };
    if private {
        look.autocomplete = Some("off");
    }
    let id = input_id(part.field());
    let input = line(part.field(), state, &id, described_by(&id, false), &look);
    question(id, phrases.say(say).to_owned(), None, String::new(), state, input)
}

/// Whether only those who answer are to read it.
pub fn confidential_view(state: &FieldState, phrases: &Phrases) -> Node {
    choice_list("confidential", state, &[(String::from("yes"), phrases.say(Say::Confidential).to_owned())], true).into()
}

/// A choice among a school, or none.
pub fn school_view(state: &FieldState, around: &Around) -> Node {
    let id = input_id("school");
    let say = |what| around.phrases.say(what).to_owned();
    let input = choices(say(Say::SchoolNone), state, &around.schools);
    let input = control(input, "school", state, &id, described_by(&id, false), "change");
    question(id, say(Say::SchoolTitle), Some(say(Say::Optional)), String::new(), state, input)
}
