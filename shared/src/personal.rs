//! What in a text may tell who somebody is: looked for before a text for one person becomes one for everybody.
//!
//! It finds what has a form: addresses, numbers, references, keys, dates; and names that it is told. A name that nobody
//! told it is for people to see, so that whoever publishes is always asked to read once more.

use crate::coach::text::{Text, Word, fold};
use std::ops::Range;

/// Something that may be personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    pub kind: TraceKind,
    /// Where it stands, in bytes.
    pub at: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TraceKind {
    /// One of the names that were told.
    Name,
    Email,
    Phone,
    /// An inquiry's reference, or the address of a sender's page.
    Inquiry,
    /// A day with its year, like a birthday.
    Date,
    /// A number of six digits or more, like a student's.
    Number,
}

impl TraceKind {
    /// What it is, for staff.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Name => "a name",
            Self::Email => "an e-mail address",
            Self::Phone => "a phone number",
            Self::Inquiry => "an inquiry",
            Self::Date => "a date",
            Self::Number => "a number",
        }
    }
}

/// What may tell who somebody is, in the order of the text. `names` are of the people concerned; `public` is what
/// everybody knows already, like the district's phone.
pub fn traces(text: &str, names: &[&str], public: &[&str]) -> Vec<Trace> {
    let names: Vec<String> = names.iter().flat_map(|name| parts(name)).map(|part| fold(part).into_owned()).collect();
    let words = Text::read(text).words;
    let mut found: Vec<Trace> = Vec::new();
    let mut from = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let begin = from;
        from += piece.len();
        let bare = piece.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '+' | '/'));
        let Some(offset) = piece.find(bare).filter(|_| !bare.is_empty()) else { continue };
        let at = begin + offset..begin + offset + bare.len();
        let spelled = matches!(piece.trim().to_lowercase().as_str(), "[at]" | "(at)").then_some(TraceKind::Email);
        if let Some(kind) = spelled.or_else(|| of_word(bare, &names)) {
            found.push(Trace { kind, at });
        }
    }
    found.extend(numbers(text));
    found.extend(birthdays(&words));
    // What is part of something larger is told once; what everybody knows is no trace.
    let whole = found.clone();
    found.retain(|trace| {
        let inside = |other: &Trace| other != trace && other.at.start <= trace.at.start && other.at.end >= trace.at.end;
        let known = public.iter().any(|p| same_digits(p, &text[trace.at.clone()]) || *p == &text[trace.at.clone()]);
        !known && !whole.iter().any(|other| inside(other) && (other.at != trace.at || other.kind as u8 <= trace.kind as u8))
    });
    found.sort_by_key(|trace| trace.at.start);
    found.dedup_by_key(|trace| trace.at.start);
    found
}

/// Parts of a name that are names by themselves: `J. R. Smith` is `Smith`.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric()).filter(|part| part.chars().count() > 1)
}

fn of_word(word: &str, names: &[String]) -> Option<TraceKind> {
    let address = word.split_once('@').is_some_and(|(before, after)| !before.is_empty() && after.contains('.'));
    if address {
        return Some(TraceKind::Email);
    }
    // `/maple-valley/i/` and a code open a sender's page, and so does the code alone.
    let last = word.rsplit([':', '/', '=']).next().unwrap_or(word);
    if word.contains("/i/") || is_reference(last) || is_code(last) {
        return Some(TraceKind::Inquiry);
    }
    // Where a script has capitals, a name has one.
    let named = parts(word)
        .any(|part| names.iter().any(|name| *name == fold(part)) && !part.chars().next().is_some_and(char::is_lowercase));
    named.then_some(TraceKind::Name)
}

/// `MV-7K3Q-92X`: letters, then groups of four and of two or three letters and digits. In small letters one of them must
/// be a digit, since `on-time-bus` is three words.
fn is_reference(word: &str) -> bool {
    let groups: Vec<&str> = word.split('-').collect();
    let [prefix, first, last] = groups[..] else { return false };
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric());
    let capitals = !word.bytes().any(|b| b.is_ascii_lowercase());
    (1..=4).contains(&prefix.len())
        && prefix.bytes().all(|b| b.is_ascii_alphabetic())
        && (3..=4).contains(&first.len())
        && (2..=3).contains(&last.len())
        && plain(first)
        && plain(last)
        && (capitals || [first, last].concat().bytes().any(|b| b.is_ascii_digit()))
}

/// A sender's key: many letters and digits in one.
fn is_code(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    word.len() >= 12 && word.bytes().all(|b| b.is_ascii_alphanumeric()) && digits >= 2 && word.len() - digits >= 4
}

/// Letters of a text with their places; digits, dashes and spaces of every kind as ASCII has them.
fn plain(text: &str) -> Vec<(usize, char)> {
    let plain = |c: char| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{660}'..='\u{669}' => char::from(b'0' + (c as u32 - 0x660) as u8),
        '\u{6f0}'..='\u{6f9}' => char::from(b'0' + (c as u32 - 0x6f0) as u8),
        '\u{ff10}'..='\u{ff19}' => char::from(b'0' + (c as u32 - 0xff10) as u8),
        c if c.is_whitespace() && c != '\n' => ' ',
        c => c,
    };
    text.char_indices().map(|(at, c)| (at, plain(c))).collect()
}

/// Phone numbers, dates with a year, and long numbers.
fn numbers(text: &str) -> Vec<Trace> {
    let letters = plain(text);
    let place = |index: usize| letters.get(index).map_or(text.len(), |(at, _)| *at);
    let mut found = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let begins = letters[at].1.is_ascii_digit()
            || matches!(letters[at].1, '+' | '(') && letters.get(at + 1).is_some_and(|(_, c)| c.is_ascii_digit());
        if !begins {
            at += 1;
            continue;
        }
        let mut end = at;
        while letters.get(end).is_some_and(|(_, c)| c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | '-' | '.' | '/' | ' ')) {
            end += 1;
        }
        let next = end.max(at + 1);
        while end > at && !letters[end - 1].1.is_ascii_digit() {
            end -= 1;
        }
        let run: String = letters[at..end].iter().map(|(_, c)| *c).collect();
        match of_number(&run) {
            Some(kind) => found.push(Trace { kind, at: place(at)..place(end) }),
            // Two beside each other are none together.
            None if run.contains(' ') => {
                let mut begin = at;
                for piece in run.split(' ') {
                    let (from, to) = (begin, begin + piece.chars().count());
                    begin = to + 1;
                    found.extend(of_number(piece).map(|kind| Trace { kind, at: place(from)..place(to) }));
                }
            }
            None => {}
        }
        at = next;
    }
    found
}

fn of_number(raw: &str) -> Option<TraceKind> {
    let digits = raw.bytes().filter(u8::is_ascii_digit).count();
    if is_date(raw) {
        Some(TraceKind::Date)
    } else if raw.bytes().all(|b| b.is_ascii_digit()) {
        (digits >= 6).then_some(TraceKind::Number)
    } else {
        (7..=15).contains(&digits).then_some(TraceKind::Phone)
    }
}

/// `April 12, 2015`, `12 de abril de 2015`: a month and soon a year in which somebody at school may be born.
fn birthdays(words: &[Word]) -> Vec<Trace> {
    const MONTHS: &[&str] = &[
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ];
    let born = |word: &Word| word.folded.parse::<u32>().is_ok_and(|year| (1920..=2023).contains(&year));
    let mut found = Vec::new();
    for (place, word) in words.iter().enumerate().filter(|(_, word)| MONTHS.contains(&word.folded.as_str())) {
        let after = words.iter().skip(place + 1).take(3).find(|word| born(word));
        found.extend(after.map(|year| Trace { kind: TraceKind::Date, at: word.at.start..year.at.end }));
    }
    found
}

/// `4/12/2015`, `2015-04-12`, `12.4.15`: three numbers, of which two can be a month and a day.
fn is_date(raw: &str) -> bool {
    let Some(mark) = ['/', '-', '.'].into_iter().find(|mark| raw.contains(*mark)) else { return false };
    let parts: Vec<&str> = raw.split(mark).collect();
    let numbers: Option<Vec<u32>> = parts.iter().map(|p| p.parse().ok()).collect();
    let Some([a, b, c]) = numbers.as_deref().and_then(|n| <[u32; 3]>::try_from(n).ok()) else { return false };
    let (day, year) = (1..=31, 1900..=2100);
    let short = parts[2].len() == 2;
    year.contains(&a) && (1..=12).contains(&b) && day.contains(&c)
        || day.contains(&a) && day.contains(&b) && (a <= 12 || b <= 12) && (year.contains(&c) || short)
}

fn same_digits(a: &str, b: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (a, b) = (digits(a), digits(b));
    a.len() >= 7 && b.len() >= 7 && (a.ends_with(&b) || b.ends_with(&a))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(TraceKind, &str)> {
        let all = traces(text, &["Kim Park", "J. O'Neil"], &["555-010-0000"]);
        all.into_iter().map(|trace| (trace.kind, &text[trace.at])).collect()
    }

    #[test]
    fn what_tells_who_somebody_is_is_found() {
        assert_eq!(found("Write to kim@example.org, please."), [(TraceKind::Email, "kim@example.org")]);
        assert_eq!(found("Dear Kim, (Neil knows)."), [(TraceKind::Name, "Kim"), (TraceKind::Name, "Neil")]);
        assert_eq!(
            found("Call (555) 010-1234 or +1 555 010 1234."),
            [(TraceKind::Phone, "(555) 010-1234"), (TraceKind::Phone, "+1 555 010 1234")]
        );
        assert_eq!(found("About MV-7K3Q-92."), [(TraceKind::Inquiry, "MV-7K3Q-92")]);
        assert_eq!(
            found("See https://x.example/maple/i/AB12CD34 today"),
            [(TraceKind::Inquiry, "https://x.example/maple/i/AB12CD34")]
        );
        assert_eq!(found("Born 4/12/2015."), [(TraceKind::Date, "4/12/2015")]);
        assert_eq!(found("Born 2015-04-12."), [(TraceKind::Date, "2015-04-12")]);
        assert_eq!(found("Student 10023457 rides"), [(TraceKind::Number, "10023457")]);
    }

    #[test]
    fn it_is_found_in_the_forms_that_people_type() {
        for (text, expected) in [
            ("555-010-1234 555-010-5678", vec![TraceKind::Phone, TraceKind::Phone]),
            ("4/12/2015 555-010-1234", vec![TraceKind::Date, TraceKind::Phone]),
            ("100234 100235 100236", vec![TraceKind::Number; 3]),
            ("555\u{2011}010\u{2011}1234", vec![TraceKind::Phone]),
            ("(555)\u{a0}010\u{2013}1234", vec![TraceKind::Phone]),
            ("٥٥٥-٠١٠-١٢٣٤", vec![TraceKind::Phone]),
            ("Student S10023457", vec![TraceKind::Number]),
            ("Her code is 7k3q92x8m4ab1cde.", vec![TraceKind::Inquiry]),
            ("Ref:MV-KQRT-XYZ and mv-7k3q-92x", vec![TraceKind::Inquiry, TraceKind::Inquiry]),
            ("Born April 12, 2015", vec![TraceKind::Date]),
            ("el 12 de abril de 2015", vec![TraceKind::Date]),
            ("kim [at] example.org", vec![TraceKind::Email]),
        ] {
            assert_eq!(found(text).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>(), expected, "{text}");
        }
        let of = |text: &str, name: &str| traces(text, &[name], &[]).len();
        assert_eq!((of("Ask Jose.", "José Muñoz"), of("Ask José.", "Jose"), of("Ask Li.", "Li Wu")), (1, 1, 1));
        assert_eq!((of("مريم هنا", "مريم"), of("a kind of park", "Kim Park")), (1, 0));
    }

    #[test]
    fn what_everybody_may_know_is_not() {
        for harmless in [
            "Bus 12 leaves Cedar Elementary at 7:40 am from door 3.",
            "Call the office at 555-010-0000.",
            "It costs $12.50 in 2026-27, from August 12 on.",
            "The park closes at 9, in room B-204 or LAB-101.",
            "K-12 and 1-2-3",
            "The on-time-bus list is there from August 12, 2026 on.",
            "",
        ] {
            assert_eq!(found(harmless), [], "{harmless}");
        }
    }

    #[test]
    fn places_are_places_in_the_text() {
        let text = "¡Hola, José! — señora Kim: 😀 kim@example.org…";
        for trace in traces(text, &["Kim"], &[]) {
            assert!(text.get(trace.at.clone()).is_some(), "{trace:?}");
        }
    }
}
