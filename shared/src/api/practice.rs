//! The practice room, as the console shows it.

use crate::status::Mood;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `GET /practice`: what can be practised.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Practice {
    /// The program's own, then the district's.
    pub scenarios: Vec<PracticeLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PracticeLine {
    pub id: String,
    pub topic: String,
    pub mood: Mood,
    /// Its title in each language that it is told in.
    pub titles: BTreeMap<String, String>,
    /// The district added it.
    pub ours: bool,
}

/// `POST /practice/tries`: kept for nobody but who wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTry {
    pub scenario: String,
    pub locale: String,
    pub text: String,
    /// Kinds of the coach's hints on it.
    #[serde(default)]
    pub hints: Vec<String>,
}

/// An entry of `GET /practice/tries`, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Try {
    pub id: String,
    pub scenario: String,
    pub locale: String,
    pub title: String,
    pub text: String,
    pub hints: Vec<String>,
    pub at: String,
}
