//! Words that abuse whoever reads them, and what is needed to act beside them.
//!
//! Anger is no abuse, and stays as it is. Whatever may be a danger stays, too, whatever words it comes in.

use super::lexicon::{self, Lexicon};
use super::text::{Sentence, Text};
use super::{Language, READ};

/// A text that abuses its reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Harsh {
    /// Its sentences that do not, and those that may be a danger; empty where there is none.
    pub needed: String,
}

/// Whether a text abuses whoever reads it, in English or Spanish; and what of it is needed to act.
pub fn harsh(text: &str) -> Option<Harsh> {
    // A whole book of abuse is folded as a whole; what follows its beginning is shown with the rest.
    let text = text.char_indices().nth(READ * 2).map_or(text, |(at, _)| &text[..at]);
    let lexicons = [lexicon::of(Language::English), lexicon::of(Language::Spanish)];
    let read = Text::read(text);
    let abuses = |sentence: &Sentence| stands(&lexicons, &read, sentence, |lexicon| &lexicon.harsh);
    let endangers = |sentence: &Sentence| stands(&lexicons, &read, sentence, |lexicon| &lexicon.threats);
    if !read.sentences.iter().any(abuses) {
        return None;
    }
    let kept = read.sentences.iter().filter(|sentence| !abuses(sentence) || endangers(sentence));
    let needed: Vec<&str> = kept.map(|sentence| text[sentence.at.clone()].trim()).filter(|part| !part.is_empty()).collect();
    Some(Harsh { needed: needed.join(" ") })
}

fn stands(
    lexicons: &[&'static Lexicon],
    text: &Text<'_>,
    sentence: &Sentence,
    which: fn(&Lexicon) -> &super::text::Phrases,
) -> bool {
    lexicons.iter().any(|lexicon| which(lexicon).stand_in(text.of(sentence)))
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
    }

    #[test]
    fn danger_is_never_folded() {
        for text in ["I will kill you, bitch.", "You idiots, I am going to shoot this place up.", "Los voy a matar, pendejos."] {
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
