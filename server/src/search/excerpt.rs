//! Where the words of a search stand: a short piece of text with what was found marked.

use super::plan::Marked;
use super::text::{Found, found, stems};
use porchlight_shared::api::Piece;
use std::collections::BTreeSet;

/// Characters around the first hit, about.
const BEFORE: usize = 50;
const LENGTH: usize = 160;
/// Hits of one text that are weighed.
const MOST_HITS: usize = 200;

/// Marks words in texts.
#[derive(Debug, Clone)]
pub struct Marker(Marked);

impl Marker {
    pub fn new(marked: Marked) -> Self {
        Self(marked)
    }

    fn hits(&self, word: &str) -> bool {
        self.0.beginnings.iter().any(|b| word.starts_with(b.as_str())) || stems(word).iter().any(|s| self.0.stems.contains(s))
    }

    /// The piece of the texts that has the most of what was looked for; empty where none has any.
    pub fn excerpt<'t>(&self, texts: impl Iterator<Item = &'t str>) -> Vec<Piece> {
        if self.0.stems.is_empty() && self.0.beginnings.is_empty() {
            return Vec::new();
        }
        let mut best: Option<(usize, &str, usize)> = None;
        for text in texts {
            let hits: Vec<Found> = found(text).filter(|f| self.hits(&f.word)).take(MOST_HITS).collect();
            for (number, first) in hits.iter().enumerate() {
                let near = hits[number..].iter().take_while(|hit| hit.end < first.start + LENGTH - BEFORE);
                let count = near.map(|hit| &hit.word).collect::<BTreeSet<_>>().len();
                if best.is_none_or(|(most, ..)| count > most) {
                    best = Some((count, text, first.start));
                }
            }
        }
        best.map(|(_, text, at)| self.cut(text, at)).unwrap_or_default()
    }

    /// A piece around a byte of the text, at words' ends.
    fn cut(&self, text: &str, at: usize) -> Vec<Piece> {
        let start = back(text, at, BEFORE);
        let length: usize = text[start..].chars().take(LENGTH).map(char::len_utf8).sum();
        let end = start + length;
        let end =
            if end < text.len() { text[start..end].rfind(char::is_whitespace).map_or(end, |space| start + space) } else { end };
        let end = end.max(at);
        let mut pieces = Vec::new();
        let mut put = |text: String, hit: bool| {
            if !text.is_empty() {
                pieces.push(Piece { text, hit });
            }
        };
        let mut done = start;
        let mut plain = String::from(if start > 0 { "… " } else { "" });
        for word in found(&text[start..end]) {
            if self.hits(&word.word) {
                let (from, to) = (start + word.start, start + word.end);
                plain += &one_line(&text[done..from]);
                put(std::mem::take(&mut plain), false);
                put(text[from..to].to_owned(), true);
                done = to;
            }
        }
        plain += &one_line(&text[done..end]);
        if end < text.len() {
            plain += " …";
        }
        put(plain, false);
        pieces
    }
}

/// The begin of a word, about so many characters before a byte.
fn back(text: &str, at: usize, characters: usize) -> usize {
    let start = text[..at].char_indices().rev().nth(characters.saturating_sub(1)).map_or(0, |(i, _)| i);
    if start == 0 { 0 } else { text[start..at].find(char::is_whitespace).map_or(at, |space| start + space + 1).min(at) }
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, stems: &[&str], beginnings: &[&str]) -> String {
        let own = |all: &[&str]| all.iter().map(|s| (*s).to_owned()).collect();
        let marker = Marker::new(Marked { stems: own(stems), beginnings: own(beginnings) });
        let pieces = marker.excerpt([text].into_iter());
        pieces.iter().map(|p| if p.hit { format!("[{}]", p.text) } else { p.text.clone() }).collect()
    }

    #[test]
    fn hits_are_marked_in_their_surroundings() {
        assert_eq!(marked("The buses were late; bus 12, too.", &["bus"], &[]), "The [buses] were late; [bus] 12, too.");
        assert_eq!(marked("El autobús llegó tarde", &[], &["autob"]), "El [autobús] llegó tarde");
        assert_eq!(marked("nothing", &["bus"], &[]), "");
        let late = format!("A bus. {} bus 12 came late", "Word ".repeat(40));
        assert!(marked(&late, &["bus", "late"], &[]).ends_with("[bus] 12 came [late]"), "where both stand");
        let long = format!("{} the binder broke my window {}", "word ".repeat(40), "more ".repeat(60));
        let shown = marked(&long, &["binder"], &[]);
        assert!(shown.starts_with("… word") && shown.contains("[binder] broke") && shown.ends_with(" …"), "{shown}");
        assert!(shown.chars().count() < 190, "{shown}");
    }
}
