//! Words that abuse whoever reads them, and what is needed to act beside them.
//!
//! Anger is no abuse, and stays as it is. Whatever may be a danger stays, too, whatever words it comes in.

use super::lexicon::{self, Lexicon};
use super::text::{Sentence, Text};
use super::{Language, READ};
use std::ops::Range;

/// A text that abuses its reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Harsh {
    /// What it says without that: sentences that may be a danger as they are, others with `…` for their harsh words.
    /// Empty where nothing else is said.
    pub needed: String,
    /// Whether anything is left out there: where all of it may be a danger, nothing is.
    pub is_folded: bool,
}

/// So many words that say something make a sentence more than abuse.
const SAYS_SOMETHING: usize = 2;

/// Whether a text abuses whoever reads it, in English or Spanish; and what of it is needed to act.
pub fn harsh(text: &str) -> Option<Harsh> {
    // No message may be longer; of what is, the beginning decides.
    let text = text.char_indices().nth(READ * 2).map_or(text, |(at, _)| &text[..at]);
    let lexicons = [lexicon::of(Language::English), lexicon::of(Language::Spanish)];
    let read = Text::read(text);
    let abuse: Vec<Range<usize>> = lexicons.iter().flat_map(|lexicon| read.all(&lexicon.harsh)).collect();
    if abuse.is_empty() {
        return None;
    }
    let needed: Vec<Needed> = read.sentences.iter().map(|sentence| needed_of(&read, sentence, &abuse, &lexicons)).collect();
    let is_folded = needed.iter().any(|needed| !matches!(needed, Needed::Whole(_)));
    let kept = needed.into_iter().filter_map(|needed| match needed {
        Needed::Whole(text) | Needed::Part(text) => Some(text).filter(|text| !text.is_empty()),
        Needed::Nothing => None,
    });
    Some(Harsh { needed: kept.collect::<Vec<_>>().join(" "), is_folded })
}

/// What is needed of one sentence.
enum Needed {
    Whole(String),
    Part(String),
    Nothing,
}

fn needed_of(text: &Text<'_>, sentence: &Sentence, abuse: &[Range<usize>], lexicons: &[&Lexicon]) -> Needed {
    let raw = text.raw[sentence.at.clone()].trim();
    let words = text.of(sentence);
    let inside = |at: &Range<usize>| abuse.iter().any(|found| found.start <= at.start && at.end <= found.end);
    let clean = !words.iter().any(|word| inside(&word.at));
    if clean || lexicons.iter().any(|lexicon| lexicon.threats.stand_in(words)) {
        return Needed::Whole(raw.to_owned());
    }
    let small = |word: &str| lexicons.iter().any(|l| l.small_words.contains(word) || l.empty_words.contains(word));
    let saying = words.iter().filter(|word| !inside(&word.at) && !small(&word.folded)).count();
    if saying < SAYS_SOMETHING {
        return Needed::Nothing;
    }
    let mut out = String::new();
    let mut from = sentence.at.start;
    let mut found: Vec<&Range<usize>> =
        abuse.iter().filter(|f| sentence.at.start <= f.start && f.end <= sentence.at.end).collect();
    found.sort_by_key(|f| (f.start, f.end));
    for at in found {
        if at.start >= from {
            out.push_str(&text.raw[from..at.start]);
            out.push('…');
        }
        from = from.max(at.end);
    }
    out.push_str(&text.raw[from..sentence.at.end]);
    Needed::Part(out.trim().to_owned())
}

/// A line of such a text as a heading: without what abuses.
pub fn calm_line(text: &str) -> Option<String> {
    let found = harsh(text)?;
    Some(if found.needed.is_empty() { String::from("Harsh words") } else { found.needed })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(text: &str) -> Option<String> {
        harsh(text).map(|harsh| harsh.needed)
    }

    #[test]
    fn abuse_is_found_and_what_is_needed_stays() {
        assert_eq!(
            needed("You fucking idiots. Bus 12 left my son at Elm Street. When will somebody call me?").unwrap(),
            "Bus 12 left my son at Elm Street. When will somebody call me?"
        );
        assert_eq!(
            needed("Son unos inútiles. ¿A qué hora sale el autobús? ¡Váyanse al diablo!").unwrap(),
            "¿A qué hora sale el autobús?"
        );
        assert_eq!(needed("Screw you, you are worthless!").unwrap(), "");
        assert_eq!(calm_line("Screw you!").unwrap(), "Harsh words");
        let folded = |text: &str| harsh(text).unwrap().is_folded;
        assert!(folded("Screw you!") && folded("Why the fuck is it late?") && folded("Idiots. Bus 12 was late."));
        assert!(!folded("I will kill you, bitch."), "all of it may be a danger");
    }

    #[test]
    fn a_fact_in_a_harsh_sentence_stays() {
        for (text, expected) in [
            ("Why the fuck is bus 12 always late?", "Why the … is bus 12 always late?"),
            ("You idiots left my 6 year old alone at the bus stop.", "… left my 6 year old alone at the bus stop."),
            ("¿Por qué mierda nadie contesta el teléfono?", "¿Por qué … nadie contesta el teléfono?"),
        ] {
            assert_eq!(needed(text).as_deref(), Some(expected));
        }
    }

    #[test]
    fn danger_is_never_folded() {
        for text in [
            "I will kill you, bitch.",
            "You idiots, I am going to shoot this place up.",
            "Los voy a matar, pendejos.",
            "Some idiot teacher touched my daughter.",
            "Fuck this, I want to end it all.",
        ] {
            assert_eq!(needed(text).as_deref(), Some(text), "{text}");
        }
    }

    #[test]
    fn anger_is_no_abuse() {
        for text in [
            "I am so angry that I could scream! This is the third time, and nobody cares.",
            "This is ridiculous. You should be ashamed of yourselves.",
            "Estoy harta. Es una vergüenza lo que hacen con nuestros hijos.",
            "My daughter was called a bad word in class. She did not shut the door.",
            "Mr. Prickett from Scunthorpe asks about the assembly class.",
            "",
        ] {
            assert_eq!(needed(text), None, "{text}");
        }
    }

    #[test]
    fn invented_and_collected_inquiries_are_angry_at_most() {
        let mut folded = Vec::new();
        for source in [include_str!("../../coach/english.json"), include_str!("../../coach/spanish.json")] {
            let drafts: serde_json::Value = serde_json::from_str(source).unwrap();
            for case in drafts.as_array().unwrap() {
                let inquiry = case["inquiry"].as_str().unwrap();
                folded.extend(harsh(inquiry).map(|_| inquiry.to_owned()));
            }
        }
        assert!(folded.is_empty(), "{folded:#?}");
    }

    #[test]
    fn a_megabyte_of_abuse_is_read_in_time_and_at_its_beginning() {
        let flood = "You idiots! ".repeat(90_000);
        assert!(needed(&flood).unwrap().len() < 20, "what is cut in the middle is no abuse any more");
    }
}
