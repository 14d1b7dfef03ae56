//! What of an inquiry is found: its tokens, made anew whenever it changes, in the same transaction.

use super::text::{stems, words};
use crate::app::App;
use crate::error::Error;
use crate::store::{InquiryRecord, Result, ToIndex, Tx};
use porchlight_shared::form::RawAnswer;
use porchlight_shared::status::MessageKind;
use porchlight_shared::wire;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Words of one inquiry that are found by their places; PostgreSQL counts no further.
const MOST_PLACES: usize = 16_000;

/// Bytes of one inquiry's words, a long book's: what is said after that is not found by its words. PostgreSQL takes a
/// megabyte, with what it notes beside them.
const MOST_BYTES: usize = 500_000;

/// The tokens of one inquiry.
#[derive(Debug, Clone, Default)]
pub(crate) struct Document {
    /// In the order in which they stand: a phrase is found by it. Never across two texts.
    placed: Vec<String>,
    /// Facts and stems, in no order.
    loose: BTreeSet<String>,
    /// Bytes of the words so far, with their stems.
    bytes: usize,
}

/// A token of a fact: its letter and the value, with what no token may have replaced.
pub(crate) fn fact(letter: char, value: &str) -> String {
    let value: String = value.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '·' }).collect();
    format!("{letter}{value}")
}

impl Document {
    pub(crate) fn fact(&mut self, letter: char, value: &str) {
        self.loose.insert(fact(letter, value));
    }

    /// Adds what was said, or with `note` what colleagues noted.
    pub(crate) fn text(&mut self, text: &str, note: bool) {
        let (word, stem) = if note { ('m', 'n') } else { ('w', 's') };
        if !self.placed.is_empty() {
            // A stop between two texts, which nobody asks for.
            self.placed.push(String::from("·"));
        }
        for found in words(text) {
            if self.bytes > MOST_BYTES {
                return;
            }
            self.bytes += found.len() * 3;
            if self.placed.len() > MOST_PLACES {
                self.loose.insert(format!("{word}{found}"));
            } else {
                self.placed.push(format!("{word}{found}"));
            }
            self.loose.extend(stems(&found).into_iter().map(|s| format!("{stem}{s}")));
        }
    }

    /// Adds a part of the heading: found first.
    pub(crate) fn heading(&mut self, text: &str) {
        self.text(text, false);
        for found in words(text) {
            self.loose.extend(stems(&found).into_iter().map(|s| format!("h{s}")));
        }
    }

    pub(crate) fn sender(&mut self, text: &str) {
        self.heading(text);
        self.loose.extend(words(text).map(|w| format!("f{w}")));
    }

    /// Words whose beginnings may be asked for.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.placed.iter().chain(&self.loose).map(String::as_str).filter(|token| token.starts_with(['w', 'm', 'h', 'f']))
    }

    /// As one text of tokens, for FTS5.
    pub(crate) fn as_text(&self) -> String {
        let mut out = self.placed.join(" ");
        for token in &self.loose {
            // The writing of a text never fails.
            let _ = write!(out, " {token}");
        }
        out
    }

    /// As a `tsvector`.
    pub(crate) fn as_tsvector(&self) -> String {
        let mut places: std::collections::BTreeMap<&str, Vec<usize>> = std::collections::BTreeMap::new();
        for (place, token) in self.placed.iter().enumerate() {
            places.entry(token).or_default().push(place + 1);
        }
        for token in &self.loose {
            places.entry(token).or_default();
        }
        let mut out = String::new();
        for (token, at) in places {
            let at: Vec<String> = at.iter().take(255).map(usize::to_string).collect();
            let colon = if at.is_empty() { "" } else { ":" };
            let _ = write!(out, "'{token}'{colon}{} ", at.join(","));
        }
        out
    }
}

/// What an inquiry's own row says.
fn of_row(district: &str, inquiry: &InquiryRecord) -> Document {
    let mut document = Document::default();
    document.fact('d', district);
    document.fact('t', &inquiry.topic_id);
    document.fact('z', inquiry.status.as_str());
    document.fact('y', inquiry.kind.as_str());
    document.fact('q', inquiry.priority.as_str());
    document.fact('c', inquiry.channel.as_str());
    document.fact('g', &inquiry.locale);
    if let Some(school) = &inquiry.school_id {
        document.fact('a', school);
    }
    match &inquiry.owner_id {
        Some(owner) => {
            document.fact('o', owner);
            document.fact('p', owner);
        }
        None => document.fact('o', "nobody"),
    }
    if let Some(recorder) = &inquiry.entered_by {
        document.fact('r', recorder);
    }
    for (is, word) in
        [(inquiry.confidential, "confidential"), (inquiry.is_anonymous(), "anonymous"), (inquiry.merged_into.is_some(), "merged")]
    {
        if is {
            document.fact('x', word);
        }
    }
    document.heading(&inquiry.reference);
    document.heading(&inquiry.summary);
    for known in [&inquiry.sender_name, &inquiry.sender_email, &inquiry.sender_phone].into_iter().flatten() {
        document.sender(known);
    }
    for (_, answer) in wire::read_answers(&inquiry.answers).unwrap_or_default().iter() {
        match answer {
            RawAnswer::Text(text) | RawAnswer::Place { text, .. } => document.text(text, false),
            RawAnswer::Number(number) => document.text(&number.to_string(), false),
            RawAnswer::Many(_) | RawAnswer::Flag(_) | RawAnswer::Other => {}
        }
    }
    document
}

/// A new inquiry, which has a row, perhaps files and members, and nothing else yet.
pub(crate) fn fresh(district: &str, inquiry: &InquiryRecord, members: &[String], files: &[&str]) -> Document {
    let mut document = of_row(district, inquiry);
    for member in members {
        document.fact('p', member);
    }
    for file in files {
        document.fact('x', "file");
        document.text(file, false);
    }
    document
}

/// Indexes what came before there was an index, some at a time, until all of it is found.
///
/// # Errors
/// The database refused; the next call goes on.
pub async fn catch_up(app: &App) -> Result<usize> {
    const AT_ONCE: u32 = 200;
    let mut done = 0;
    let mut after = (String::new(), String::new());
    loop {
        let missing = app.db.unindexed(&after, AT_ONCE).await?;
        for some in missing.chunk_by(|(one, _), (other, _)| one == other) {
            let ids: Vec<&str> = some.iter().map(|(_, id)| id.as_str()).collect();
            let mut tx = app.db.begin().await?;
            index(&mut tx, &some[0].0, &ids).await?;
            tx.commit().await?;
        }
        done += missing.len();
        let more = missing.len() == AT_ONCE as usize;
        match missing.into_iter().last() {
            Some(last) if more => after = last,
            _ => return Ok(done),
        }
    }
}

/// Makes what is found of some inquiries anew.
///
/// # Errors
/// There is no such inquiry, or the database refused.
pub async fn index(tx: &mut Tx, district: &str, inquiries: &[&str]) -> Result<()> {
    if inquiries.is_empty() {
        return Ok(());
    }
    let all = tx.what_to_index(district, inquiries).await?;
    if all.len() != inquiries.len() {
        return Err(Error::NotFound);
    }
    let documents: Vec<(ToIndex, Document)> = all
        .into_iter()
        .map(|of| {
            let files: Vec<&str> = of.files.iter().map(String::as_str).collect();
            let mut document = fresh(district, &of.inquiry, &of.members, &files);
            for account in &of.unsealed_by {
                document.fact('u', account);
            }
            for tag in &of.tags {
                document.fact('k', tag);
                document.heading(tag);
            }
            for (kind, body) in &of.messages {
                document.text(body, *kind == MessageKind::Note);
            }
            (of, document)
        })
        .collect();
    tx.put_documents(district, &documents).await
}
