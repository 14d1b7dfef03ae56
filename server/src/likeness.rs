//! What is likely the same matter. Pure: two inquiries in, reasons out. People decide; nothing is merged by machine.

use std::collections::BTreeSet;

/// What is compared.
#[derive(Debug, Clone, Default)]
pub struct Traits {
    /// E-mail or phone, in one way of writing.
    pub sender: Option<String>,
    pub topic: String,
    /// Everything that was written.
    pub text: String,
    /// The places that were named.
    pub places: Vec<String>,
    /// When it came, in ms UTC.
    pub received_at: i64,
}

/// Why two may be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    SameSender,
    SameWords,
    SamePlace,
    SameDay,
}

impl Because {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SameSender => "same_sender",
            Self::SameWords => "same_words",
            Self::SamePlace => "same_place",
            Self::SameDay => "same_day",
        }
    }
}

const DAY_MS: i64 = 86_400_000;
/// Words of few letters say little.
const SHORT: usize = 3;

/// Why two are likely the same, strongest first; empty where they are not. One sign alone is none: the same sender
/// writes about many things, and many write on one day.
pub fn alike(one: &Traits, other: &Traits) -> Vec<Because> {
    let mut because = Vec::new();
    if one.sender.is_some() && one.sender == other.sender {
        because.push(Because::SameSender);
    }
    let words = overlap(&words(&one.text), &words(&other.text));
    if words >= 0.35 {
        because.push(Because::SameWords);
    }
    let near = |a: &String| other.places.iter().any(|b| overlap(&self::words(a), &self::words(b)) >= 0.5);
    if one.places.iter().any(near) {
        because.push(Because::SamePlace);
    }
    if (one.received_at - other.received_at).abs() <= DAY_MS {
        because.push(Because::SameDay);
    }
    let has = |b: Because| because.contains(&b);
    let same_topic = one.topic == other.topic;
    let likely = has(Because::SameWords) && (has(Because::SameSender) || has(Because::SameDay) && same_topic)
        || has(Because::SamePlace) && has(Because::SameDay) && same_topic
        || has(Because::SameSender) && has(Because::SameDay) && same_topic && words >= 0.15;
    if likely { because } else { Vec::new() }
}

/// The words of a text that say something, without case and accents.
fn words(text: &str) -> BTreeSet<String> {
    crate::search::words(text).filter(|w| w.chars().count() > SHORT || w.chars().any(char::is_numeric)).collect()
}

/// Words that both have, of all words that either has (Jaccard's index); 0 where one has too few.
fn overlap(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    let both = one.intersection(other).count();
    let all = one.union(other).count();
    if all == 0 { 0.0 } else { both as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traits(sender: &str, text: &str, place: &str, days: i64) -> Traits {
        Traits {
            sender: Some(sender.to_owned()).filter(|s| !s.is_empty()),
            topic: String::from("transportation"),
            text: text.to_owned(),
            places: vec![place.to_owned()].into_iter().filter(|p| !p.is_empty()).collect(),
            received_at: days * DAY_MS,
        }
    }

    #[test]
    fn the_same_matter_is_seen() {
        let first =
            traits("kim@example.org", "A binder flew out of bus 12 and cracked my windshield on Elm Street.", "Elm St & 4th", 0);
        let again = traits("kim@example.org", "I wrote before: a binder from bus 12 cracked my windshield. Elm Street!", "", 3);
        assert_eq!(alike(&first, &again), [Because::SameSender, Because::SameWords]);
        let neighbour = traits("", "Something was thrown from a bus window here", "4th & Elm St", 0);
        assert_eq!(alike(&first, &neighbour), [Because::SamePlace, Because::SameDay]);
        let both = traits("pat@example.org", "A binder flew out of bus 12 and cracked a windshield on Elm Street", "", 0);
        assert_eq!(alike(&first, &both), [Because::SameWords, Because::SameDay]);
    }

    #[test]
    fn one_sign_alone_is_none() {
        let first = traits("kim@example.org", "A binder flew out of bus 12 and cracked my windshield.", "", 0);
        assert!(alike(&first, &traits("kim@example.org", "When does the choir meet?", "", 30)).is_empty(), "another matter");
        assert!(alike(&first, &traits("pat@example.org", "My daughter was left at the stop", "", 0)).is_empty(), "the same day");
        assert!(
            alike(&first, &traits("", "A binder flew out of bus 12 and cracked my windshield.", "", 200)).is_empty(),
            "long ago"
        );
        assert!(alike(&traits("", "", "", 0), &traits("", "", "", 0)).is_empty(), "nothing said");
    }
}
