//! What was typed, kept in this tab until it is sent: the next person at the computer finds nothing.

use super::desk::Opening;
use super::net;
use crate::field::Values;
use crate::flow::{Flow, Step};
use porchlight_shared::status::Relationship;
use std::collections::BTreeMap;

pub(super) struct Draft {
    pub(super) flow: Flow,
    pub(super) values: BTreeMap<String, Values>,
    /// The idempotency key: made once per inquiry, whatever happens to the page.
    pub(super) key: String,
    /// The visit that files were sent in.
    pub(super) token: String,
    /// Files that were sent, as `(id, name)`, by field.
    pub(super) files: Sent,
}

pub(super) type Sent = BTreeMap<String, Vec<(String, String)>>;

/// The draft as it is written: key, step, who, topic (and whether it was fixed), values, token, files.
type Written = (String, u8, Option<Relationship>, Option<String>, bool, BTreeMap<String, Values>, String, Sent);

/// Where the language is kept that the person chose in this tab.
pub(super) const LANGUAGE: &str = "porchlight.lang";

const STEPS: [Step; 5] = [Step::Who, Step::Topic, Step::Form, Step::Contact, Step::Check];

/// Each door has a draft of its own: opening another topic must not wipe the first.
pub(super) fn place(opening: &Opening) -> String {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_default();
    ["porchlight.", &opening.district, ".", &or_none(&opening.campaign), ".", &or_none(&opening.topic)].concat()
}

impl Draft {
    pub(super) fn read(opening: &Opening) -> Option<Self> {
        let text = net::kept(&place(opening));
        let bytes: Option<Vec<u8>> =
            text.as_bytes().chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?)).collect();
        let (key, step, who, topic, topic_fixed, values, token, files): Written = postcard::from_bytes(&bytes?).ok()?;
        let step = *STEPS.get(usize::from(step))?;
        Some(Self { flow: Flow { step, who, topic, topic_fixed, mending: false }, values, key, token, files })
    }

    pub(super) fn write(self, opening: &Opening) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let step = STEPS.iter().position(|s| *s == self.flow.step).unwrap_or(0) as u8;
        let flow = self.flow;
        let written: Written = (self.key, step, flow.who, flow.topic, flow.topic_fixed, self.values, self.token, self.files);
        let Ok(bytes) = postcard::to_allocvec(&written) else { return };
        let text: String =
            bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]).map(char::from).collect();
        net::keep(&place(opening), &text);
    }

    pub(super) fn forget(opening: &Opening) {
        net::keep(&place(opening), "");
    }
}

fn digit(letter: u8) -> Option<u8> {
    char::from(letter).to_digit(16).map(|d| d as u8)
}
