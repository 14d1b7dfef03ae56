//! What was typed, kept in this tab until it is sent: the next person at the computer finds nothing.

use super::desk::Opening;
use super::net;
use crate::field::Values;
use crate::flow::{Flow, Step};
use porchlight_shared::compact::{self, Compact, Reader};
use porchlight_shared::named::Named;

pub(super) struct Draft {
    pub(super) flow: Flow,
    pub(super) values: Named<Values>,
    /// The idempotency key: made once per inquiry, whatever happens to the page.
    pub(super) key: String,
    /// The visit that files were sent in.
    pub(super) token: String,
    /// Files that were sent, as `(id, name)`, by field.
    pub(super) files: Sent,
}

pub(super) type Sent = Named<Vec<(String, String)>>;

/// Where the language is kept that the person chose in this tab.
pub(super) const LANGUAGE: &str = "porchlight.lang";

const STEPS: [Step; 5] = [Step::Who, Step::Topic, Step::Form, Step::Contact, Step::Check];

/// Each door has a draft of its own: opening another topic must not wipe the first.
pub(super) fn place(opening: &Opening) -> String {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_default();
    ["porchlight.", &opening.district, ".", &or_none(&opening.campaign), ".", &or_none(&opening.topic)].concat()
}

impl Compact for Draft {
    fn write(&self, out: &mut Vec<u8>) {
        self.key.write(out);
        STEPS.iter().position(|step| *step == self.flow.step).write(out);
        self.flow.who.write(out);
        self.flow.topic.write(out);
        self.flow.topic_fixed.write(out);
        self.values.write(out);
        self.token.write(out);
        self.files.write(out);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let key = Compact::read(from);
        let step = <Option<usize>>::read(from).and_then(|place| STEPS.get(place)).copied();
        Self {
            key,
            flow: Flow {
                step: step.unwrap_or(Step::Who),
                who: Compact::read(from),
                topic: Compact::read(from),
                topic_fixed: Compact::read(from),
                mending: false,
            },
            values: Compact::read(from),
            token: Compact::read(from),
            files: Compact::read(from),
        }
    }
}

impl Draft {
    pub(super) fn read(opening: &Opening) -> Option<Self> {
        let text = net::kept(&place(opening));
        let mut bytes = Vec::new();
        for pair in text.as_bytes().chunks(2) {
            bytes.push(digit(pair[0])? << 4 | digit(*pair.get(1)?)?);
        }
        compact::from_bytes(&bytes)
    }

    pub(super) fn write(&self, opening: &Opening) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = String::new();
        for byte in compact::to_bytes(self) {
            text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            text.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        net::keep(&place(opening), &text);
    }

    /// Forgets the draft of this inquiry; another's stays.
    pub(super) fn forget_sent(opening: &Opening, key: &str) {
        if Self::read(opening).is_some_and(|draft| draft.key == key) {
            Self::forget(opening);
        }
    }

    pub(super) fn forget(opening: &Opening) {
        net::keep(&place(opening), "");
    }
}

fn digit(letter: u8) -> Option<u8> {
    char::from(letter).to_digit(16).map(|d| d as u8)
}
