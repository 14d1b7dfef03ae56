//! Reading definition files: every problem with its place in the file and the remedy.

use crate::form::Choice;
use crate::text::{Locale, Texts};
use serde_json::{Map, Value};

/// What is wrong with a definition, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionProblem {
    /// The place in the file: `topics[3].form.fields[2].type`.
    pub path: String,
    pub problem: String,
    pub remedy: String,
}

impl std::fmt::Display for DefinitionProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}. {}", self.path, self.problem, self.remedy)
    }
}

/// Collects problems while a definition is read.
pub(crate) struct Reader<'a> {
    pub(crate) locales: &'a [Locale],
    pub(crate) problems: Vec<DefinitionProblem>,
}

/// A JSON object and its place in the file.
#[derive(Clone)]
pub(crate) struct Node<'v> {
    pub(crate) path: String,
    pub(crate) object: &'v Map<String, Value>,
}

impl Node<'_> {
    pub(crate) fn at(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

impl<'a> Reader<'a> {
    pub(crate) fn new(locales: &'a [Locale]) -> Self {
        Self { locales, problems: Vec::new() }
    }

    pub(crate) fn problem(&mut self, path: &str, problem: impl Into<String>, remedy: impl Into<String>) {
        self.problems.push(DefinitionProblem { path: path.to_owned(), problem: problem.into(), remedy: remedy.into() });
    }

    pub(crate) fn object<'v>(&mut self, value: &'v Value, path: &str) -> Option<Node<'v>> {
        if let Some(object) = value.as_object() {
            return Some(Node { path: path.to_owned(), object });
        }
        self.problem(path, "this is not an object", "Write it as { … }.");
        None
    }

    /// Names keys that nobody reads, so that a typing error is not silently ignored.
    pub(crate) fn only_keys(&mut self, node: &Node<'_>, known: &[&str]) {
        for key in node.object.keys().filter(|k| !known.contains(&k.as_str())) {
            self.problem(&node.at(key), "this key is not known here", format!("Remove it, or use one of: {}.", known.join(", ")));
        }
    }

    pub(crate) fn objects<'v>(&mut self, node: &Node<'v>, key: &str) -> Vec<Node<'v>> {
        match node.object.get(key) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => {
                let path = node.at(key);
                items.iter().enumerate().filter_map(|(i, item)| self.object(item, &format!("{path}[{i}]"))).collect()
            }
            Some(_) => {
                self.problem(&node.at(key), "this is not a list", "Write it as [ … ].");
                Vec::new()
            }
        }
    }

    pub(crate) fn optional_text(&mut self, node: &Node<'_>, key: &str) -> Option<String> {
        match node.object.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) if !text.trim().is_empty() => Some(text.clone()),
            Some(_) => {
                self.problem(&node.at(key), "this is not a text", "Write it in quotation marks.");
                None
            }
        }
    }

    pub(crate) fn text(&mut self, node: &Node<'_>, key: &str) -> String {
        let before = self.problems.len();
        let text = self.optional_text(node, key);
        if text.is_none() && self.problems.len() == before {
            self.problem(&node.at(key), "this is missing", "Give it a text.");
        }
        text.unwrap_or_default()
    }

    /// An id: lower-case letters, digits and `separator`.
    pub(crate) fn id(&mut self, node: &Node<'_>, key: &str, separator: char) -> String {
        let id = self.text(node, key);
        let good = id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == separator);
        if !id.is_empty() && (!good || id.len() > 60) {
            let remedy = format!("Use lower-case letters, digits and `{separator}`, at most 60.");
            self.problem(&node.at(key), format!("`{id}` cannot be an id"), remedy);
        }
        id
    }

    /// A text in every language of the district.
    pub(crate) fn texts(&mut self, node: &Node<'_>, key: &str) -> Texts {
        if matches!(node.object.get(key), None | Some(Value::Null)) {
            self.problem(&node.at(key), "this text is missing", "Write it in every language of the district.");
            return Texts::default();
        }
        self.texts_there(node, key)
    }

    /// A text that may be absent; where it is there, it is there in every language.
    pub(crate) fn optional_texts(&mut self, node: &Node<'_>, key: &str) -> Texts {
        let absent = node.object.get(key).is_none_or(|v| v.is_null() || v.as_object().is_some_and(Map::is_empty));
        if absent { Texts::default() } else { self.texts_there(node, key) }
    }

    fn texts_there(&mut self, node: &Node<'_>, key: &str) -> Texts {
        let (path, value) = (node.at(key), &node.object[key]);
        let Ok(texts) = serde_json::from_value::<Texts>(value.clone()) else {
            self.problem(&path, "this is not a text by language", r#"Write it as {"en": "…"}."#);
            return Texts::default();
        };
        for locale in self.locales.iter().filter(|l| !texts.has(l)) {
            let remedy = format!("Add a text under `{}`.", locale.as_str());
            self.problems.push(DefinitionProblem {
                path: format!("{path}.{}", locale.as_str()),
                problem: String::from("the text in this language is missing"),
                remedy,
            });
        }
        texts
    }

    pub(crate) fn flag(&mut self, node: &Node<'_>, key: &str) -> bool {
        match node.object.get(key) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                self.problem(&node.at(key), "this is neither yes nor no", "Write true or false.");
                false
            }
        }
    }

    pub(crate) fn count(&mut self, node: &Node<'_>, key: &str, most: u64) -> Option<u64> {
        match node.object.get(key) {
            None | Some(Value::Null) => None,
            Some(value) => {
                let count = value.as_u64().filter(|n| *n <= most);
                if count.is_none() {
                    self.problem(
                        &node.at(key),
                        "this is not a count that we can use",
                        format!("Write a whole number from 0 to {most}."),
                    );
                }
                count
            }
        }
    }

    pub(crate) fn words(&mut self, node: &Node<'_>, key: &str) -> Vec<String> {
        let Some(value) = node.object.get(key).filter(|v| !v.is_null()) else { return Vec::new() };
        serde_json::from_value(value.clone()).unwrap_or_else(|_| {
            self.problem(&node.at(key), "this is not a list of words", r#"Write it as ["one", "two"]."#);
            Vec::new()
        })
    }

    /// Names ids that occur twice.
    pub(crate) fn unique<'i>(&mut self, path: &str, ids: impl Iterator<Item = &'i str>) {
        let mut seen = std::collections::BTreeSet::new();
        for (i, id) in ids.enumerate() {
            if !id.is_empty() && !seen.insert(id) {
                self.problem(&format!("{path}[{i}].id"), format!("`{id}` is there twice"), "Give one of them another id.");
            }
        }
    }

    pub(crate) fn choices(&mut self, node: &Node<'_>, key: &str) -> Vec<Choice> {
        let nodes = self.objects(node, key);
        let mut choices = Vec::new();
        for option in nodes {
            self.only_keys(&option, &["id", "label"]);
            choices.push(Choice { id: self.id(&option, "id", '-'), label: self.texts(&option, "label") });
        }
        self.unique(&node.at(key), choices.iter().map(|c| c.id.as_str()));
        choices
    }
}
