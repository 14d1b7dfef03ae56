//! Forms as people write them in files: reading with every problem named, and writing back.

use super::{Choice, Condition, Field, FieldKind, FileRules, FileType, Form, Length, Rule, Test};
use crate::decimal::Decimal;
use crate::definition::{DefinitionProblem, Node, Reader};
use crate::pattern::Pattern;
use crate::text::Locale;
use serde_json::{Value, json};

impl Reader<'_> {
    /// Reads a form. `version` is given by whoever keeps the forms.
    pub(crate) fn form(&mut self, node: &Node<'_>, version: u32) -> Form {
        self.only_keys(node, &["fields", "version"]);
        let mut fields = Vec::new();
        for field in self.objects(node, "fields") {
            fields.extend(self.field(&field));
        }
        let path = node.at("fields");
        if fields.len() > 60 {
            self.problem(&path, "this form has more than 60 fields", "Split the topic.");
        }
        self.unique(&path, fields.iter().map(|f: &Field| f.id.as_str()));
        let form = Form { version, fields };
        self.conditions(&form, &path);
        form
    }

    fn field(&mut self, node: &Node<'_>) -> Option<Field> {
        let kind = self.kind(node);
        let id = self.id(node, "id", '_');
        if Field::RESERVED.contains(&id.as_str()) {
            self.problem(&node.at("id"), format!("`{id}` is a name of every form’s own"), "Choose another one.");
        }
        let field = Field {
            id,
            label: self.texts(node, "label"),
            help: self.optional_texts(node, "help"),
            required: self.flag(node, "required"),
            shown_when: self.condition(node),
            kind: kind?,
        };
        Some(field)
    }

    fn condition(&mut self, node: &Node<'_>) -> Option<Condition> {
        let value = node.object.get("shown_when").filter(|v| !v.is_null())?;
        let condition = self.object(value, &node.at("shown_when"))?;
        self.only_keys(&condition, &["field", "equals", "one_of", "not_empty"]);
        let field = self.text(&condition, "field");
        let scalar = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Number(n) => Some(n.to_string()),
            _ => None,
        };
        let test = match (condition.object.get("equals"), condition.object.get("one_of"), condition.object.get("not_empty")) {
            (Some(value), None, None) => scalar(value).map(Test::Equals),
            (None, Some(Value::Array(all)), None) if !all.is_empty() => {
                all.iter().map(scalar).collect::<Option<_>>().map(Test::OneOf)
            }
            (None, None, Some(Value::Bool(true))) => Some(Test::NotEmpty),
            _ => None,
        };
        if test.is_none() {
            self.problem(
                &condition.path,
                "this condition tests nothing",
                r#"Use one of "equals": x, "one_of": [x, y], "not_empty": true."#,
            );
        }
        Some(Condition { field, test: test? })
    }

    fn conditions(&mut self, form: &Form, path: &str) {
        for (i, field) in form.fields.iter().enumerate() {
            let Some(condition) = &field.shown_when else { continue };
            let here = format!("{path}[{i}].shown_when");
            let Some(other) = form.field(&condition.field) else {
                let remedy = "Name a field of this form by its id.";
                self.problem(&format!("{here}.field"), format!("there is no field `{}`", condition.field), remedy);
                continue;
            };
            if in_cycle(form, field) {
                self.problem(
                    &here,
                    "this condition depends on itself in a circle",
                    "Let one field of the circle be shown always.",
                );
            }
            self.reachable(&condition.test, other, &here);
        }
    }

    /// A test against an option that does not exist could never pass.
    fn reachable(&mut self, test: &Test, other: &Field, path: &str) {
        for value in test.wanted().unwrap_or_default() {
            let possible = other.kind.can_pass(&Test::Equals(value.clone()));
            if !possible {
                let remedy = format!("Use an answer that `{}` can have.", other.id);
                self.problem(path, format!("`{value}` can never be answered to `{}`", other.id), remedy);
            }
        }
    }

    fn kind(&mut self, node: &Node<'_>) -> Option<FieldKind> {
        const COMMON: [&str; 6] = ["id", "type", "label", "help", "required", "shown_when"];
        let name = self.text(node, "type");
        let (kind, keys): (FieldKind, &[&str]) = match name.as_str() {
            "short_text" => {
                let length = self.length(node, "min_length", "max_length", FieldKind::SHORT_MAX);
                let kind = FieldKind::ShortText { length, pattern: self.pattern(node) };
                (kind, &["min_length", "max_length", "pattern", "pattern_hint"])
            }
            "long_text" => {
                let length = self.length(node, "min_length", "max_length", FieldKind::LONG_MAX);
                (FieldKind::LongText { length }, &["min_length", "max_length"])
            }
            "number" => (self.number(node), &["min", "max", "whole"]),
            "date" => (self.date(node), &["not_before", "not_after"]),
            "time" => (FieldKind::Time, &[]),
            "email" => (FieldKind::Email, &[]),
            "phone" => (FieldKind::Phone, &[]),
            "choice" => (FieldKind::Choice { options: self.options(node) }, &["options"]),
            "choices" => {
                let options = self.options(node);
                let most = u32::try_from(options.len()).unwrap_or(u32::MAX);
                let count = self.length(node, "min_count", "max_count", most);
                (FieldKind::Choices { options, count }, &["options", "min_count", "max_count"])
            }
            "yes_no" => (FieldKind::YesNo, &[]),
            "school" => (FieldKind::School, &[]),
            "grade" => (FieldKind::Grade, &[]),
            "place" => (FieldKind::Place, &[]),
            "files" => (FieldKind::Files(self.files(node)), &["types", "max_bytes", "max_count"]),
            "" => return None,
            unknown => {
                let remedy = "Use one of: short_text, long_text, number, date, time, email, phone, choice, choices, yes_no, school, grade, place, files.";
                self.problem(&node.at("type"), format!("`{unknown}` is not a type of field"), remedy);
                return None;
            }
        };
        let known: Vec<&str> = COMMON.iter().chain(keys).copied().collect();
        self.only_keys(node, &known);
        Some(kind)
    }

    fn length(&mut self, node: &Node<'_>, min_key: &str, max_key: &str, most: u32) -> Length {
        let mut read = |key| self.count(node, key, u64::from(most)).and_then(|n| u32::try_from(n).ok());
        let length = Length { min: read(min_key).unwrap_or(0), max: read(max_key) };
        if length.max.is_some_and(|max| max < length.min.max(1)) {
            self.problem(
                &node.at(max_key),
                "the most is less than the least",
                format!("Make `{max_key}` at least `{min_key}`, and at least 1."),
            );
        }
        length
    }

    fn pattern(&mut self, node: &Node<'_>) -> Option<Rule> {
        let source = self.optional_text(node, "pattern")?;
        let hint = self.texts(node, "pattern_hint");
        match Pattern::parse(&source) {
            Ok(pattern) => Some(Rule { pattern, hint }),
            Err(why) => {
                self.problem(&node.at("pattern"), why, r"Literals, \d, classes like [A-Z0-9] and ? * + {2,4} are understood.");
                None
            }
        }
    }

    fn number(&mut self, node: &Node<'_>) -> FieldKind {
        let mut read = |key: &str| {
            let value = node.object.get(key).filter(|v| !v.is_null())?;
            let number = value.as_number().and_then(|n| Decimal::parse(&n.to_string()));
            if number.is_none() {
                self.problem(
                    &node.at(key),
                    "this is not a number that we can use",
                    "Write a number like 12 or 2.5, at most six decimals.",
                );
            }
            number
        };
        let (min, max) = (read("min"), read("max"));
        if matches!((min, max), (Some(min), Some(max)) if min > max) {
            self.problem(&node.at("max"), "the most is less than the least", "Make `max` at least `min`.");
        }
        FieldKind::Number { min, max, whole: self.flag(node, "whole") }
    }

    fn date(&mut self, node: &Node<'_>) -> FieldKind {
        let mut read = |key: &str| {
            let date = self.optional_text(node, key)?;
            if !super::parse::is_date(&date) {
                self.problem(&node.at(key), format!("`{date}` is not a day"), "Write it like 2026-11-22.");
                return None;
            }
            Some(date)
        };
        let (not_before, not_after) = (read("not_before"), read("not_after"));
        if matches!((&not_before, &not_after), (Some(from), Some(to)) if from > to) {
            self.problem(&node.at("not_after"), "the last day is before the first", "Exchange them.");
        }
        FieldKind::Date { not_before, not_after }
    }

    fn options(&mut self, node: &Node<'_>) -> Vec<Choice> {
        let options = self.choices(node, "options");
        if options.is_empty() {
            self.problem(&node.at("options"), "there is nothing to choose", "Add at least one option with id and label.");
        }
        options
    }

    fn files(&mut self, node: &Node<'_>) -> FileRules {
        const MOST_BYTES: u64 = 20_000_000;
        let mut types = Vec::new();
        for word in self.words(node, "types") {
            match FileType::parse(&word) {
                Some(found) => types.push(found),
                None => {
                    self.problem(&node.at("types"), format!("`{word}` is not a type of file"), "Use jpeg, png, webp, gif, pdf.")
                }
            }
        }
        if types.is_empty() {
            types = FileType::ALL.to_vec();
        }
        let max_bytes = self.count(node, "max_bytes", MOST_BYTES).unwrap_or(12_000_000).max(1);
        let max_count = self.count(node, "max_count", 10).and_then(|n| u32::try_from(n).ok()).unwrap_or(5).max(1);
        FileRules { types, max_bytes, max_count }
    }
}

/// Whether following conditions from `field` comes back to it, or never ends.
fn in_cycle(form: &Form, field: &Field) -> bool {
    let mut current = field;
    for _ in 0..form.fields.len() {
        let Some(next) = current.shown_when.as_ref().and_then(|c| form.field(&c.field)) else { return false };
        if next.id == field.id {
            return true;
        }
        current = next;
    }
    false
}

impl Form {
    /// Reads a form's definition (`{"fields": […]}`).
    ///
    /// # Errors
    /// Every problem, with its place and the remedy.
    pub fn from_definition(value: &Value, locales: &[Locale], version: u32) -> Result<Self, Vec<DefinitionProblem>> {
        let mut reader = Reader::new(locales);
        let form = reader.object(value, "").map(|node| reader.form(&node, version));
        match form {
            Some(form) if reader.problems.is_empty() => Ok(form),
            _ => Err(reader.problems),
        }
    }

    /// Writes the definition that reads back as this form.
    pub fn to_definition(&self) -> Value {
        json!({ "version": self.version, "fields": self.fields.iter().map(Field::to_definition).collect::<Vec<_>>() })
    }
}

impl Field {
    fn to_definition(&self) -> Value {
        let mut out = json!({ "id": self.id, "type": self.kind.type_name(), "label": self.label, "required": self.required });
        let mut set = |key: &str, value: Value| {
            if !value.is_null() {
                out[key] = value;
            }
        };
        if !self.help.is_empty() {
            set("help", json!(self.help));
        }
        if let Some(condition) = &self.shown_when {
            let (key, value) = match &condition.test {
                Test::Equals(wanted) => ("equals", json!(wanted)),
                Test::OneOf(wanted) => ("one_of", json!(wanted)),
                Test::NotEmpty => ("not_empty", json!(true)),
            };
            set("shown_when", json!({ "field": condition.field, key: value }));
        }
        match &self.kind {
            FieldKind::ShortText { length, pattern } => {
                set("min_length", at_least(length.min));
                set("max_length", json!(length.max));
                if let Some(rule) = pattern {
                    set("pattern", json!(rule.pattern.as_str()));
                    set("pattern_hint", json!(rule.hint));
                }
            }
            FieldKind::LongText { length } => {
                set("min_length", at_least(length.min));
                set("max_length", json!(length.max));
            }
            FieldKind::Number { min, max, whole } => {
                set("min", number(*min));
                set("max", number(*max));
                set("whole", json!(whole));
            }
            FieldKind::Date { not_before, not_after } => {
                set("not_before", json!(not_before));
                set("not_after", json!(not_after));
            }
            FieldKind::Choice { options } => set("options", choices(options)),
            FieldKind::Choices { options, count } => {
                set("options", choices(options));
                set("min_count", at_least(count.min));
                set("max_count", json!(count.max));
            }
            FieldKind::Files(rules) => {
                set("types", json!(rules.types));
                set("max_bytes", json!(rules.max_bytes));
                set("max_count", json!(rules.max_count));
            }
            FieldKind::Time | FieldKind::Email | FieldKind::Phone | FieldKind::YesNo => {}
            FieldKind::School | FieldKind::Grade | FieldKind::Place => {}
        }
        out
    }
}

fn at_least(min: u32) -> Value {
    if min == 0 { Value::Null } else { json!(min) }
}

fn number(n: Option<Decimal>) -> Value {
    n.map_or(Value::Null, |n| serde_json::from_str(&n.to_string()).unwrap_or(Value::Null))
}

/// Choices as definition files write them.
pub(crate) fn choices(all: &[Choice]) -> Value {
    all.iter().map(|c| json!({ "id": c.id, "label": c.label })).collect()
}
