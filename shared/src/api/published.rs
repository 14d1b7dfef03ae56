//! Published answers, as staff write and look after them.

use super::Named;
use crate::status::AnswerState;
use serde::{Deserialize, Serialize};

/// An entry of `GET /answers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub id: String,
    /// The page on which it stands once it is published.
    pub url: String,
    pub question: String,
    pub text: String,
    /// Further words under which people look for it.
    pub keywords: String,
    pub topic: Named,
    /// Its topic was taken away: it is shown with none until it has another.
    pub topic_gone: bool,
    /// The only school for which it holds.
    pub school: Option<Named>,
    pub locale: String,
    pub state: AnswerState,
    /// Who looks after it.
    pub owner: Named,
    /// They do not work here any more.
    pub owner_left: bool,
    /// The day on which they look again whether it still holds, like `2027-05-01`.
    pub check_by: String,
    /// That day has come.
    pub check_now: bool,
    /// Counts the changes, from 1.
    pub version: i64,
    pub changed_at: String,
    pub changed_by: String,
    /// How often somebody said that it answers their question, in the last year.
    pub settled: i64,
    /// Inquiries that were sent in the last year although their senders had read it.
    pub asked: i64,
    /// Other languages in which it stands.
    pub translations: Vec<String>,
    /// It was made of a reply, or is a translation of one that was: names of that inquiry's people are looked for in it.
    pub from_inquiry: bool,
}

/// `POST /answers`, and `PUT /answers/{answer}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewAnswer {
    pub question: String,
    pub text: String,
    pub keywords: String,
    pub topic: String,
    pub school: Option<String>,
    pub locale: String,
    /// Nobody named: the writer.
    pub owner: Option<String>,
    /// Nothing: half a year from now.
    pub check_by: Option<String>,
    /// Shown to everybody from now on; else a draft that staff see.
    pub publish: bool,
    /// Somebody read what may tell who a person is, and nobody can be recognised.
    pub checked: bool,
    /// The version that was changed; 409 where there is a newer one. Nothing when it is made.
    pub version: i64,
    /// When it is made: the answer, by id, of which it is a translation.
    pub translates: Option<String>,
    /// When it is made: the inquiry, by id, from which it comes. The names in it are looked for.
    pub source: Option<String>,
}

/// `GET /inquiries/{id}/messages/{message}/answer`: what a reply would be as an answer for everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerProposal {
    /// What was asked, without what only the sender asked.
    pub question: String,
    /// The reply without greeting and signature.
    pub text: String,
    pub topic: String,
    pub school: Option<String>,
    pub locale: String,
    /// People of the inquiry, whose names must not stand in it.
    pub names: Vec<String>,
    pub check_by: String,
}
