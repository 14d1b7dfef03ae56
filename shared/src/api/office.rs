//! The district's people, rules, views and audit trail.

use super::{Colleague, InquiryItem, Named};
use crate::rules::Rule;
use crate::status::{Priority, Role};
use serde::{Deserialize, Serialize};

/// `GET /people`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    pub people: Vec<Person>,
    pub invitations: Vec<Invitation>,
    pub topics: Vec<TopicTeam>,
    pub departments: Vec<DepartmentOwner>,
    /// Who gets what has no other owner.
    pub fallback: Option<String>,
    pub second_factor_required: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub account_id: String,
    pub name: String,
    pub email: String,
    pub title: String,
    pub role: Role,
    pub left: bool,
    pub second_factor: bool,
    pub absences: Vec<super::AbsenceShown>,
}

/// An invitation that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: String,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub expires_at: String,
    pub expired: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicTeam {
    pub topic: Named,
    pub department: Named,
    pub owner: Option<String>,
    pub members: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentOwner {
    pub department: Named,
    pub owner: Option<String>,
}

/// `POST /invitations`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    pub email: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub title: String,
    pub role: Role,
}

/// `PUT /people/{person}`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonChange {
    pub role: Role,
    pub title: String,
}

/// `POST /people/{person}/deactivation`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Deactivation {
    /// The administrator who gets their confidential inquiries; needed where there are any.
    pub confidential_to: Option<String>,
}

/// What a deactivation did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deactivated {
    /// Open inquiries that were handed over, and to whom.
    pub handed_over: i64,
    pub to: Option<String>,
    pub confidential: i64,
}

/// `PUT /topics/{topic}/team`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TeamChange {
    pub owner: Option<String>,
    pub members: Vec<String>,
}

/// `PUT /departments/{department}/owner` and `PUT /fallback-owner`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnerChange {
    pub owner: Option<String>,
}

/// `PUT /second-factor`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Required {
    pub required: bool,
}

/// `GET /routing`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routing {
    /// Give it back with a change: whoever changed them since is not overwritten.
    pub version: i64,
    pub rules: Vec<Rule>,
    pub problems: Vec<RuleTold>,
    /// What the topics ask, for conditions on answers.
    pub fields: Vec<AskedField>,
}

/// Something about one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleTold {
    /// The rule's id.
    pub rule: String,
    /// It cannot be kept like this.
    pub refused: bool,
    pub words: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedField {
    pub topic: String,
    pub field: String,
    pub label: String,
    /// What can be chosen; empty where anything can be written.
    pub options: Vec<Named>,
}

/// `PUT /routing`, and `POST /routing/trial` (without version).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoutingChange {
    #[serde(default)]
    pub version: i64,
    pub rules: Vec<Rule>,
}

/// What rules would do with the last inquiries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    pub problems: Vec<RuleTold>,
    pub lines: Vec<TrialLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialLine {
    pub id: String,
    pub reference: String,
    pub summary: String,
    pub topic: Named,
    pub school: Option<String>,
    /// Who would get it; `null`: nobody can be reached.
    pub owner: Option<Colleague>,
    pub members: Vec<Colleague>,
    pub priority: Option<Priority>,
    /// The rule that decides, by name.
    pub rule: Option<String>,
    /// Whom it goes past, in words.
    pub passed: Vec<String>,
    /// Who has it now.
    pub owner_now: Option<Colleague>,
}

/// `GET /ownerless`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ownerless {
    pub topics: Vec<OwnerlessTopic>,
    pub inquiries: Vec<InquiryItem>,
    /// How many there are, counted up to 1,000.
    pub count: i64,
    /// Rules that lead to somebody who cannot be reached.
    pub rules: Vec<RuleTold>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerlessTopic {
    pub topic: Named,
    /// Why, in words.
    pub why: String,
}

/// `GET /views`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Views {
    pub counts: Vec<ViewCount>,
    pub kept: Vec<KeptView>,
}

/// How many inquiries a built-in view shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewCount {
    pub view: String,
    /// Counted up to 1,000.
    pub count: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptView {
    pub id: String,
    pub name: String,
    /// The filter as the console's address has it.
    pub filter: String,
    pub shared: bool,
    pub mine: bool,
    /// Who shares it.
    pub by: Option<String>,
}

/// `POST /views`, `PUT /views/{view}`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewView {
    pub name: String,
    pub filter: String,
    #[serde(default)]
    pub shared: bool,
}

/// `GET /trail`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trail {
    pub entries: Vec<TrailEntry>,
    pub next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailEntry {
    pub at: String,
    pub by: Option<String>,
    pub action: String,
    pub inquiry: Option<String>,
    /// The reference, where there is an inquiry.
    pub reference: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub reason: Option<String>,
    /// All that was kept of it, as JSON.
    pub detail: String,
}
