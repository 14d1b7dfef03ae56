//! Texts that are typed and not yet sent. Here in memory, and kept on the server for whoever typed them: the next person
//! at this computer finds nothing.
//!
//! A reply and a note of one inquiry are two texts that never share a place, so that a note cannot leave
//! as a reply. Each text carries the key under which it is sent; sending the same text again, after a
//! failure or a second press, repeats the key and so adds nothing.

use porchlight_shared::api::{DraftText, Inserted};
use porchlight_shared::template::is_still_in;
use std::collections::HashMap;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) enum Writing {
    /// Goes to the sender.
    #[default]
    Reply,
    /// Stays with the staff.
    Note,
}

impl Writing {
    /// The other tab.
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Reply => Self::Note,
            Self::Note => Self::Reply,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Note => "note",
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Text {
    text: String,
    key: Option<String>,
    /// The server has it.
    kept: bool,
    /// Something was typed here.
    touched: bool,
    /// The newest reply that stood in the thread when its writer began, or was last shown what came since.
    seen: Option<String>,
    /// What templates put into it.
    inserted: Vec<Inserted>,
}

impl Text {
    /// Templates of which something is still there.
    fn templates(&self) -> Vec<String> {
        self.inserted.iter().filter(|put| is_still_in(&self.text, &put.text)).map(|put| put.template.clone()).collect()
    }
}

#[derive(Debug, Clone, Default)]
struct Pair {
    reply: Text,
    note: Text,
    chosen: Writing,
}

impl Pair {
    fn text(&self, writing: Writing) -> &Text {
        match writing {
            Writing::Reply => &self.reply,
            Writing::Note => &self.note,
        }
    }

    fn text_mut(&mut self, writing: Writing) -> &mut Text {
        match writing {
            Writing::Reply => &mut self.reply,
            Writing::Note => &mut self.note,
        }
    }
}

/// By inquiry.
#[derive(Debug, Clone, Default)]
pub(crate) struct Drafts(HashMap<String, Pair>);

impl Drafts {
    pub(crate) fn text(&self, inquiry: &str, writing: Writing) -> &str {
        self.0.get(inquiry).map_or("", |pair| &pair.text(writing).text)
    }

    /// Another text is another message, so it gets another key.
    pub(crate) fn write(&mut self, inquiry: &str, writing: Writing, text: String) {
        let place = self.0.entry(inquiry.to_owned()).or_default().text_mut(writing);
        if place.text != text {
            let inserted = if text.is_empty() { Vec::new() } else { std::mem::take(&mut place.inserted) };
            *place = Text { text, key: None, kept: false, touched: true, seen: place.seen.take(), inserted };
        }
    }

    /// A template put this into a reply.
    pub(crate) fn put(&mut self, inquiry: &str, inserted: Inserted) {
        let all = &mut self.0.entry(inquiry.to_owned()).or_default().reply.inserted;
        all.retain(|before| before.template != inserted.template);
        all.push(inserted);
    }

    /// What templates put into a reply, changed since or not.
    pub(crate) fn inserted(&self, inquiry: &str) -> &[Inserted] {
        self.0.get(inquiry).map_or(&[], |pair| &pair.reply.inserted)
    }

    /// Templates that stand in a text that is about to leave.
    pub(crate) fn templates(&self, inquiry: &str) -> Vec<String> {
        self.0.get(inquiry).map(|pair| pair.reply.templates()).unwrap_or_default()
    }

    /// Its writer has seen the thread up to this reply: they begin, or were shown what came meanwhile.
    pub(crate) fn seen_up_to(&mut self, inquiry: &str, writing: Writing, seen: String) {
        self.0.entry(inquiry.to_owned()).or_default().text_mut(writing).seen = Some(seen);
    }

    /// Up to which reply its writer has seen the thread.
    pub(crate) fn seen(&self, inquiry: &str, writing: Writing) -> Option<&str> {
        self.0.get(inquiry).and_then(|pair| pair.text(writing).seen.as_deref())
    }

    /// Takes what the server kept, unless something was typed here since.
    pub(crate) fn found(&mut self, inquiry: &str, writing: Writing, text: &str, inserted: &[Inserted]) {
        let place = self.0.entry(inquiry.to_owned()).or_default().text_mut(writing);
        if place.text.is_empty() && (place.kept || !place.touched) {
            *place = Text { text: text.to_owned(), kept: true, inserted: inserted.to_vec(), ..Text::default() };
        }
    }

    /// Texts that the server does not have as they are here.
    pub(crate) fn unkept(&self) -> Vec<(String, Writing, DraftText)> {
        let each = |(id, pair): (&String, &Pair)| {
            let own = |writing: Writing| {
                let text = pair.text(writing);
                let draft = || DraftText { text: text.text.clone(), templates: text.templates() };
                (!text.kept && text.touched).then(|| (id.clone(), writing, draft()))
            };
            [own(Writing::Reply), own(Writing::Note)]
        };
        self.0.iter().flat_map(each).flatten().collect()
    }

    /// The server has this text now.
    pub(crate) fn kept(&mut self, inquiry: &str, writing: Writing, text: &str) {
        let Some(pair) = self.0.get_mut(inquiry) else { return };
        let place = pair.text_mut(writing);
        if place.text == text {
            place.kept = true;
        }
    }

    /// The key of the text as it stands; made once.
    pub(crate) fn key(&mut self, inquiry: &str, writing: Writing, make: impl FnOnce() -> String) -> String {
        self.0.entry(inquiry.to_owned()).or_default().text_mut(writing).key.get_or_insert_with(make).clone()
    }

    /// Forgets a text that arrived, unless something else has been typed in the meantime.
    pub(crate) fn sent(&mut self, inquiry: &str, writing: Writing, text: &str) {
        let Some(pair) = self.0.get_mut(inquiry) else { return };
        let place = pair.text_mut(writing);
        if place.text == text {
            // The server forgets a draft with its sending.
            *place = Text { kept: true, ..Text::default() };
        }
    }

    pub(crate) fn chosen(&self, inquiry: &str) -> Writing {
        self.0.get(inquiry).map_or(Writing::Reply, |pair| pair.chosen)
    }

    pub(crate) fn choose(&mut self, inquiry: &str, writing: Writing) {
        self.0.entry(inquiry.to_owned()).or_default().chosen = writing;
    }

    /// How many inquiries have text that the server does not have.
    pub(crate) fn unsaved(&self) -> usize {
        let is_unsaved = |text: &Text| !text.kept && !text.text.trim().is_empty();
        self.0.values().filter(|pair| is_unsaved(&pair.reply) || is_unsaved(&pair.note)).count()
    }
}

/// A text with another one put in at a place (UTF-16), as paragraphs of its own.
pub(crate) fn with_inserted(text: &str, at: u32, new: &str) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let (before, after) = units.split_at((at as usize).min(units.len()));
    let (before, after) = (String::from_utf16_lossy(before), String::from_utf16_lossy(after));
    let parts = [before.trim_end(), new.trim(), after.trim_start()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// A template's text with a variable put in at a place, and the place behind it (UTF-16).
pub(crate) fn with_variable(text: &str, at: u32, name: &str) -> (String, u32) {
    let units: Vec<u16> = text.encode_utf16().collect();
    let at = (at as usize).min(units.len());
    let put: Vec<u16> = format!("{{{{ {name} }}}}").encode_utf16().collect();
    let all = [&units[..at], &put, &units[at..]].concat();
    (String::from_utf16_lossy(&all), u32::try_from(at + put.len()).unwrap_or(u32::MAX))
}

/// A random UUID (version 4) from 16 random bytes.
pub(crate) fn uuid(mut bytes: [u8; 16]) -> String {
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_never_a_reply() {
        let mut drafts = Drafts::default();
        drafts.write("a", Writing::Note, "for us only".to_owned());
        drafts.choose("a", Writing::Reply);
        assert_eq!(drafts.text("a", Writing::Reply), "");
        assert_eq!(drafts.text("a", Writing::Note), "for us only");
        assert_eq!(drafts.text("b", Writing::Note), "");
    }

    #[test]
    fn the_same_text_keeps_its_key() {
        let mut drafts = Drafts::default();
        drafts.write("a", Writing::Reply, "Hello".to_owned());
        assert_eq!(drafts.key("a", Writing::Reply, || "1".to_owned()), "1");
        drafts.write("a", Writing::Reply, "Hello".to_owned());
        assert_eq!(drafts.key("a", Writing::Reply, || "2".to_owned()), "1");
        assert_eq!(drafts.key("a", Writing::Note, || "3".to_owned()), "3");
        drafts.write("a", Writing::Reply, "Hello Kim".to_owned());
        assert_eq!(drafts.key("a", Writing::Reply, || "4".to_owned()), "4");
    }

    #[test]
    fn what_its_writer_saw_when_they_began_stays() {
        let mut drafts = Drafts::default();
        drafts.seen_up_to("a", Writing::Reply, "r1".to_owned());
        drafts.write("a", Writing::Reply, "Hello".to_owned());
        drafts.write("a", Writing::Reply, "Hello Kim".to_owned());
        assert_eq!((drafts.seen("a", Writing::Reply), drafts.seen("a", Writing::Note)), (Some("r1"), None));
        drafts.sent("a", Writing::Reply, "Hello Kim");
        assert_eq!(drafts.seen("a", Writing::Reply), None);
    }

    #[test]
    fn what_arrived_is_forgotten_and_what_was_typed_since_is_not() {
        let mut drafts = Drafts::default();
        drafts.write("a", Writing::Reply, "Hello".to_owned());
        drafts.key("a", Writing::Reply, || "1".to_owned());
        drafts.write("a", Writing::Reply, "Hello again".to_owned());
        drafts.sent("a", Writing::Reply, "Hello");
        assert_eq!((drafts.text("a", Writing::Reply), drafts.unsaved()), ("Hello again", 1));
        drafts.sent("a", Writing::Reply, "Hello again");
        assert_eq!((drafts.text("a", Writing::Reply), drafts.unsaved()), ("", 0));
        assert_eq!(drafts.key("a", Writing::Reply, || "2".to_owned()), "2");
    }

    #[test]
    fn what_the_server_kept_comes_back_and_what_is_typed_stays() {
        let mut drafts = Drafts::default();
        drafts.found("a", Writing::Reply, "Dear Kim", &[]);
        assert_eq!((drafts.text("a", Writing::Reply), drafts.unkept().len()), ("Dear Kim", 0));
        drafts.write("a", Writing::Reply, "Dear Kim, thank you".to_owned());
        drafts.found("a", Writing::Reply, "Dear Kim", &[]);
        assert_eq!((drafts.text("a", Writing::Reply), drafts.unsaved()), ("Dear Kim, thank you", 1));
        drafts.kept("a", Writing::Reply, "Dear Kim");
        assert_eq!(drafts.unkept().len(), 1, "an older text was kept");
        drafts.kept("a", Writing::Reply, "Dear Kim, thank you");
        assert_eq!(drafts.unkept().len(), 0);
        drafts.write("a", Writing::Reply, String::new());
        assert_eq!(drafts.unkept().len(), 1, "that it was emptied is kept, too");
    }

    #[test]
    fn what_a_template_put_in_counts_while_something_of_it_is_there() {
        let mut drafts = Drafts::default();
        drafts.write("a", Writing::Reply, "Dear Kim, the bus comes at ten past eight.".to_owned());
        let text = "Dear Kim, the bus comes at ten past eight.".to_owned();
        drafts.put("a", Inserted { template: "t".to_owned(), text });
        assert_eq!((drafts.templates("a"), drafts.inserted("a").len()), (vec!["t".to_owned()], 1));
        drafts.write("a", Writing::Reply, "Something else.".to_owned());
        assert_eq!((drafts.templates("a").len(), drafts.inserted("a").len()), (0, 1), "undone, it is back");
        drafts.write("a", Writing::Reply, String::new());
        assert!(drafts.inserted("a").is_empty());
    }

    #[test]
    fn templates_become_paragraphs_where_the_cursor_is() {
        assert_eq!(with_inserted("", 0, "Dear Kim,\nhello.\n"), "Dear Kim,\nhello.");
        assert_eq!(with_inserted("Dear Kim,", 9, "The bus."), "Dear Kim,\n\nThe bus.");
        assert_eq!(with_inserted("😀 Hi,\n\nBye", 6, "The bus."), "😀 Hi,\n\nThe bus.\n\nBye");
        assert_eq!(with_inserted("Hi", u32::MAX, "The bus."), "Hi\n\nThe bus.");
    }

    #[test]
    fn a_variable_is_put_where_the_cursor_is() {
        assert_eq!(with_variable("😀 Dear ,", 8, "sender"), ("😀 Dear {{ sender }},".to_owned(), 20));
        assert_eq!(with_variable("", u32::MAX, "me"), ("{{ me }}".to_owned(), 8));
    }

    #[test]
    fn blank_text_is_nothing_to_lose() {
        let mut drafts = Drafts::default();
        drafts.write("a", Writing::Note, " \n".to_owned());
        assert_eq!(drafts.unsaved(), 0);
    }

    #[test]
    fn keys_are_random_uuids() {
        assert_eq!(uuid([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid([0; 16]), "00000000-0000-4000-8000-000000000000");
    }
}
