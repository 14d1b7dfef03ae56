//! Templates: texts that staff keep for what is often asked.

use super::Named;
use serde::{Deserialize, Serialize};

/// `GET /templates`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Templates {
    /// Everybody's and the reader's own, by title; those that were put away, too.
    pub templates: Vec<Template>,
    /// What a template may name.
    pub variables: Vec<Variable>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    pub id: String,
    pub title: String,
    pub body: String,
    /// The topic that it is for; `null` is every topic.
    pub topic: Option<Named>,
    pub locale: String,
    /// The reader's own, which nobody else sees.
    pub personal: bool,
    /// Counts the changes, from 1.
    pub version: i64,
    pub changed_at: String,
    pub changed_by: Option<String>,
    /// Replies that left with it in the last year.
    pub uses: i64,
    /// Inquiries among them that are closed, and whose sender had nothing more to ask.
    pub settled: i64,
    /// Put away: it is not offered any more.
    pub retired: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    pub name: String,
    /// What it stands for.
    pub about: String,
}

/// `POST /templates`, and `PUT /templates/{template}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTemplate {
    pub title: String,
    pub body: String,
    #[serde(default)]
    pub topic: Option<String>,
    pub locale: String,
    /// For the writer alone; settled when it is made.
    #[serde(default)]
    pub personal: bool,
    /// The version that was changed; 409 where there is a newer one. Nothing when it is made.
    #[serde(default)]
    pub version: i64,
}

/// An entry of `GET /templates/{template}/versions`, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateVersion {
    pub version: i64,
    pub title: String,
    pub body: String,
    pub changed_at: String,
    pub changed_by: Option<String>,
}

/// `POST /templates/trial`: what would come of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TryTemplate {
    pub body: String,
    #[serde(default)]
    pub topic: Option<String>,
    pub locale: String,
}

/// The answer: filled in twice with invented values, or why it cannot be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateTrial {
    pub problem: Option<TemplateProblem>,
    /// For a sender who gave a name and a school.
    pub known: Option<FilledText>,
    /// For one who gave neither.
    pub anonymous: Option<FilledText>,
}

/// What is wrong with a template, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateProblem {
    /// From 1; 0 where it is not about a line.
    pub line: usize,
    pub words: String,
}

/// A template filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilledText {
    pub text: String,
    /// Variables that it wants and that have no value here. Where they belong stands `⟦variable⟧`.
    pub missing: Vec<String>,
}

/// An entry of `GET /inquiries/{id}/templates`: what can be inserted into a reply, filled in; what fits best first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedTemplate {
    pub id: String,
    pub title: String,
    pub locale: String,
    pub personal: bool,
    /// A published answer, with the address of its page.
    pub answer: bool,
    /// It is about the inquiry's topic and in its language.
    pub fits: bool,
    pub uses: i64,
    pub settled: i64,
    #[serde(flatten)]
    pub filled: FilledText,
}

/// What a template put into a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inserted {
    pub template: String,
    pub text: String,
}
