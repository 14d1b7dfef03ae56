//! What the coach is shown of an open inquiry. Plain.

use porchlight_shared::api::{Inquiry, Inserted, Me};
use porchlight_shared::coach::{Advice, Case, advise};
use porchlight_shared::status::MessageKind;

/// What the sender wrote and what waits for an answer: after a reply, only what came since.
pub(crate) fn waiting_words(inquiry: &Inquiry) -> String {
    let last_reply = inquiry.thread.iter().rposition(|m| m.kind == MessageKind::Reply);
    let since = &inquiry.thread[last_reply.map_or(0, |at| at + 1)..];
    let mut texts: Vec<&str> = Vec::new();
    if last_reply.is_none() {
        texts.extend(inquiry.answers.iter().map(|a| a.text.as_str()));
    }
    texts.extend(since.iter().filter(|m| m.kind == MessageKind::Sender).map(|m| m.text.as_str()));
    texts.retain(|text| !text.trim().is_empty());
    texts.join("\n")
}

/// The coach's hints on a draft of a reply.
pub(crate) fn hints(inquiry: &Inquiry, me: &Me, draft: &str, inserted: &[Inserted]) -> Advice {
    let words = waiting_words(inquiry);
    let people = me.colleagues.iter().map(|c| c.name.as_str());
    let places = me.schools.iter().chain(&me.topics).map(|n| n.label.as_str());
    let known: Vec<&str> = people.chain(places).chain([me.district.name.as_str()]).collect();
    let inserted: Vec<&str> = inserted.iter().map(|put| put.text.as_str()).collect();
    advise(&Case {
        inquiry: &words,
        locale: &inquiry.locale,
        sender: inquiry.sender.name.as_deref(),
        draft,
        inserted: &inserted,
        known_names: &known,
    })
}

/// Places in a text as the browser counts them, in UTF-16.
pub(crate) fn in_utf16(text: &str, at: &std::ops::Range<usize>) -> (u32, u32) {
    let count = |end: usize| u32::try_from(text.get(..end).unwrap_or(text).encode_utf16().count()).unwrap_or(u32::MAX);
    (count(at.start), count(at.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_as_browsers_do() {
        let text = "ñ 😀 you should";
        let at = text.find("you").unwrap()..text.len();
        assert_eq!(in_utf16(text, &at), (5, 15));
    }
}
