//! The word lists that a district begins with.

use porchlight_shared::alert::{Keyword, Tolerance, WordList, WordLists};

/// A category that comes with the program.
pub struct Starter {
    pub id: &'static str,
    pub name: &'static str,
    lists: &'static [(&'static str, &'static str)],
    help: &'static [(&'static str, &'static str)],
}

macro_rules! starters {
    ($($id:literal $name:literal $help:expr),+ $(,)?) => {
        &[$(Starter {
            id: $id,
            name: $name,
            lists: &[
                ("en", include_str!(concat!("../../alerts/", $id, ".en.txt"))),
                ("es", include_str!(concat!("../../alerts/", $id, ".es.txt"))),
            ],
            help: $help,
        }),+]
    };
}

/// The lines of the United States, staffed at all hours and free. Source: 988lifeline.org, childhelphotline.org.
const SELF_HARM_HELP: &[(&str, &str)] = &[
    (
        "en",
        "You matter, and you don't have to wait for us. Call or text 988 now, day or night: somebody will listen. In danger, call 911.",
    ),
    (
        "es",
        "Usted nos importa, y no tiene que esperarnos. Llame ahora al 988, de día o de noche, y oprima el 2 para español: alguien le va a escuchar. Si hay peligro, llame al 911.",
    ),
];
const ABUSE_HELP: &[(&str, &str)] = &[
    (
        "en",
        "If a child is in danger now, call 911. You can also call or text the Childhelp hotline, 1-800-422-4453, day or night. You did right to tell.",
    ),
    (
        "es",
        "Si un niño está en peligro ahora, llame al 911. También puede llamar a la línea Childhelp, 1-800-422-4453, de día o de noche. Hizo bien en decirlo.",
    ),
];

/// All of them, in the order in which they are shown.
pub const STARTERS: &[Starter] = starters![
    "threat" "Threat or weapon" &[],
    "self_harm" "Self-harm" SELF_HARM_HELP,
    "abuse" "Abuse or neglect" ABUSE_HELP,
    "missing" "Missing child" &[],
    "bullying" "Bullying" &[],
    "discrimination" "Discrimination" &[],
    "drugs" "Drugs and alcohol" &[],
    "legal" "Lawyers and press" &[],
];

impl Starter {
    pub fn lists(&self) -> WordLists {
        self.lists.iter().map(|(locale, text)| ((*locale).to_owned(), read(text))).collect()
    }

    /// What the sender reads at once, by language.
    pub fn help(&self) -> std::collections::BTreeMap<String, String> {
        self.help.iter().map(|(locale, text)| ((*locale).to_owned(), (*text).to_owned())).collect()
    }
}

/// Reads a list: a keyword a line; `=` before it means exactly, `+` with its forms, `~` with slips, `-` is a quiet phrase.
pub fn read(text: &str) -> WordList {
    let mut list = WordList::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let tolerance = match line.as_bytes()[0] {
            b'-' => {
                list.quiet.push(line[1..].trim().to_owned());
                continue;
            }
            b'=' => Some(Tolerance::Exact),
            b'+' => Some(Tolerance::Forms),
            b'~' => Some(Tolerance::Spelling),
            _ => None,
        };
        let text = if tolerance.is_some() { line[1..].trim() } else { line };
        list.keywords.push(Keyword { text: text.to_owned(), tolerance });
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_can_be_read_and_stands_once() {
        for starter in STARTERS {
            for (locale, list) in starter.lists() {
                let mut all: Vec<&str> =
                    list.keywords.iter().map(|k| k.text.as_str()).chain(list.quiet.iter().map(String::as_str)).collect();
                for line in &all {
                    assert!(Keyword::parts(line).is_ok(), "{} {locale}: {line}: {:?}", starter.id, Keyword::parts(line));
                }
                let count = all.len();
                all.sort_unstable();
                all.dedup();
                assert_eq!(all.len(), count, "{} {locale}: a line stands twice", starter.id);
                assert!(list.keywords.len() > 20, "{} {locale}", starter.id);
            }
        }
    }
}
