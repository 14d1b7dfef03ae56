//! Alerts in the staff API: categories, what was raised, trying words out.

use super::{Colleague, InquiryItem};
use crate::alert::{Category, How, Verdict, WordLists};
use serde::{Deserialize, Serialize};

/// An alert of an inquiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub id: String,
    pub category: String,
    /// What staff call the category.
    pub name: String,
    pub raised_at: String,
    /// Who raised it by hand.
    pub by: Option<Colleague>,
    pub acknowledged_at: Option<String>,
    pub acknowledged_by: Option<Colleague>,
    pub verdict: Option<Verdict>,
    /// When the next in line is told, unless somebody acknowledges it.
    pub next_at: Option<String>,
    /// Who was told, in order: names, and addresses of after hours.
    pub told: Vec<String>,
    /// What matched; empty where no word did, and for whoever may not read it.
    pub matches: Vec<AlertMatch>,
}

/// What matched, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertMatch {
    /// As the district wrote it.
    pub keyword: String,
    pub locale: String,
    pub how: How,
    /// `answer:FIELD`, `message:ID` or `file:ID`.
    pub place: String,
    /// The words of the text that matched.
    pub text: String,
}

/// `GET /alerts`: what nobody has acknowledged yet, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenAlerts {
    pub alerts: Vec<OpenAlert>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenAlert {
    #[serde(flatten)]
    pub alert: Alert,
    pub inquiry: InquiryItem,
}

/// `POST /inquiries/{id}/alerts`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAlert {
    /// A category's id.
    pub category: String,
}

/// `PUT /inquiries/{id}/alerts/{alert}/verdict`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewVerdict {
    pub verdict: Verdict,
}

/// `GET /alerts/categories`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertCategories {
    pub categories: Vec<AlertCategory>,
    /// Languages of the district in which no category that is on has words.
    pub not_scanned: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertCategory {
    pub id: String,
    /// Give it back when changing it. 0: as it came with the program.
    pub version: i64,
    #[serde(flatten)]
    pub category: Category,
    /// It came with the program, and can be put back as it was.
    pub starter: bool,
    /// How often each keyword raised an alert in the last 180 days, most often first.
    pub counts: Vec<KeywordCount>,
    pub scan: Option<Scan>,
}

/// What became of a keyword's alerts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeywordCount {
    pub keyword: String,
    pub locale: String,
    pub alerts: i64,
    pub right: i64,
    pub false_alarms: i64,
    /// So many were false that it should be changed.
    pub noisy: bool,
}

/// A scan of what exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    pub scanned: i64,
    pub of: i64,
    pub found: i64,
    pub finished_at: Option<String>,
}

/// `PUT /alerts/categories/{category}` and `POST /alerts/categories`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryChange {
    /// The version that was changed; 0 for one that was never changed, or is new.
    #[serde(default)]
    pub version: i64,
    #[serde(flatten)]
    pub category: Category,
}

/// `POST /alerts/trial`: what word lists would have matched of what came last. Nothing changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertTrialRequest {
    pub lists: WordLists,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertTrial {
    /// Inquiries that were looked at, the newest first.
    pub of: usize,
    /// Inquiries that would have matched.
    pub matched: usize,
    /// Those, at most 50.
    pub lines: Vec<AlertTrialLine>,
    /// Keywords that match too much, with their share.
    pub too_much: Vec<TooMuch>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertTrialLine {
    pub id: String,
    pub reference: String,
    pub summary: String,
    pub received_at: String,
    pub matches: Vec<AlertMatch>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TooMuch {
    pub keyword: String,
    /// Of a hundred inquiries.
    pub percent: u32,
}

/// `POST /alerts/preview`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertPreview {
    pub text: String,
    #[serde(default)]
    pub locale: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertPreviewed {
    pub matches: Vec<PreviewMatch>,
    /// No list that is on has words in this language.
    pub not_scanned: bool,
}

/// A keyword in the text that was given; `start` and `end` in bytes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewMatch {
    pub category: String,
    pub keyword: String,
    pub start: usize,
    pub end: usize,
    pub how: How,
}
