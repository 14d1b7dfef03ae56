//! What was typed, kept in this tab until it is sent: the next person at the computer finds nothing.

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
}

/// The draft as it is written: key, step, who, topic (and whether it was fixed), values.
type Written = (String, u8, Option<Relationship>, Option<String>, bool, BTreeMap<String, Values>);

const STEPS: [Step; 5] = [Step::Who, Step::Topic, Step::Form, Step::Contact, Step::Check];

fn place(district: &str) -> String {
    ["porchlight.", district].concat()
}

impl Draft {
    pub(super) fn read(district: &str) -> Option<Self> {
        let text = net::kept(&place(district));
        let bytes: Option<Vec<u8>> =
            text.as_bytes().chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?)).collect();
        let (key, step, who, topic, topic_fixed, values): Written = postcard::from_bytes(&bytes?).ok()?;
        let step = *STEPS.get(usize::from(step))?;
        Some(Self { flow: Flow { step, who, topic, topic_fixed }, values, key })
    }

    pub(super) fn write(self, district: &str) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let step = STEPS.iter().position(|s| *s == self.flow.step).unwrap_or(0) as u8;
        let written: Written = (self.key, step, self.flow.who, self.flow.topic, self.flow.topic_fixed, self.values);
        let Ok(bytes) = postcard::to_allocvec(&written) else { return };
        let text: String =
            bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]).map(char::from).collect();
        net::keep(&place(district), &text);
    }

    pub(super) fn forget(district: &str) {
        net::keep(&place(district), "");
    }
}

fn digit(letter: u8) -> Option<u8> {
    char::from(letter).to_digit(16).map(|d| d as u8)
}
