//! Types of the staff API, the same in the server and the console. Times are RFC 3339 in UTC.

mod account;
mod alert;
mod office;
mod practice;
mod published;
mod template;
mod thread;

pub use account::*;
pub use alert::*;
pub use office::*;
pub use practice::*;
pub use published::*;
pub use template::*;
pub use thread::*;

use crate::status::{Channel, Kind, Priority, Relationship, Role, Status};
use serde::{Deserialize, Serialize};

/// `GET /me`: who is logged in, and what the console needs of the district.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub account_id: String,
    pub name: String,
    pub email: String,
    pub title: String,
    pub role: Role,
    pub district: DistrictBrief,
    /// Topics that the person sees, in the order of the district.
    pub topics: Vec<Named>,
    /// Topics that the person owns or helps with.
    pub my_topics: Vec<String>,
    /// Everybody of the district, those who left last.
    pub colleagues: Vec<Colleague>,
    pub schools: Vec<Named>,
    pub grades: Vec<Named>,
    pub departments: Vec<Named>,
    pub locales: Vec<Named>,
    /// Tags in use, most used first.
    pub tags: Vec<String>,
    pub can: Can,
    /// Alert categories, for raising one by hand.
    #[serde(default)]
    pub alert_categories: Vec<Named>,
    /// Out of office now, until then.
    pub away_until: Option<String>,
    /// The district wants a second factor, and there is none yet: nothing else works before.
    pub second_factor_missing: bool,
    #[serde(default)]
    pub preferences: Preferences,
}

/// What the reader may do with the district.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Can {
    pub people: bool,
    pub routing: bool,
    pub ownerless: bool,
    pub trail: bool,
    pub share: bool,
    pub answers: bool,
    #[serde(default)]
    pub promises: bool,
    #[serde(default)]
    pub alerts: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DistrictBrief {
    pub slug: String,
    pub name: String,
    /// An IANA time zone name, in which times are shown.
    pub time_zone: String,
    /// Its telephone, which everybody knows.
    pub phone: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub id: String,
    pub label: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    pub account_id: String,
    pub name: String,
    pub title: String,
    /// May be responsible for inquiries.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub can_own: bool,
    /// Out of office now, until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub away_until: Option<String>,
    /// Deactivated.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left: bool,
}

/// `GET /inquiries?view=…&status=new,open&topic=…&owner=me&tag=…&q=…&sort=…&after=…&limit=…`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InquiryList {
    pub inquiries: Vec<InquiryItem>,
    /// Give it as `after` for the next page; `null` at the end.
    pub next: Option<String>,
    /// What `q` was understood as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<SearchTold>,
}

/// How a search went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchTold {
    /// Hits, counted up to 5,000.
    pub hits: i64,
    /// The best match stands first; else the newest, since there are too many to compare.
    pub best_first: bool,
    /// What could not be understood and was looked for as it stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
}

/// One line of the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InquiryItem {
    pub id: String,
    pub reference: String,
    pub summary: String,
    pub topic: Named,
    pub kind: Kind,
    pub status: Status,
    pub priority: Priority,
    pub relationship: Relationship,
    pub channel: Channel,
    pub confidential: bool,
    /// `null` when anonymous or without a name.
    pub sender_name: Option<String>,
    pub owner: Option<Colleague>,
    pub received_at: String,
    /// When the oldest unanswered message must be answered; `null` when none waits.
    pub due_at: Option<String>,
    pub past_due: bool,
    pub updated_at: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Confidential, and not open to the reader: summary and sender are left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sealed: bool,
    /// Where the words of a search stand, with what is to be marked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excerpt: Vec<Piece>,
}

/// A piece of an excerpt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    pub text: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hit: bool,
}

/// The data of an `inquiry` event of `GET /events`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InquiryEvent {
    pub id: String,
    /// As in [`AuditEntry::action`].
    pub action: String,
}

/// A problem as the API tells it (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub title: String,
    pub status: u16,
    pub code: String,
    #[serde(default)]
    pub detail: Option<String>,
    #[serde(default)]
    pub errors: Vec<ProblemEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemEntry {
    pub field: String,
    pub code: String,
    pub message: String,
}
