//! What in a text may tell who somebody is: looked for before a text for one person becomes one for everybody.
//!
//! It finds what has a form: addresses, numbers, references, keys, dates; and names that it is told. A name that nobody
//! told it is for people to see, so that whoever publishes is always asked to read once more.

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
    let names: Vec<String> = names.iter().flat_map(|name| words(name)).map(|at| at.to_lowercase()).collect();
    let mut found: Vec<Trace> = Vec::new();
    let mut from = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let begin = from;
        from += piece.len();
        let bare = piece.trim_matches(|c: char| !c.is_alphanumeric() && c != '+' && c != '/');
        let Some(offset) = piece.find(bare).filter(|_| !bare.is_empty()) else { continue };
        let at = begin + offset..begin + offset + bare.len();
        if let Some(kind) = of_word(bare, &names) {
            found.push(Trace { kind, at });
        }
    }
    found.extend(numbers(text));
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
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2)
}

fn of_word(word: &str, names: &[String]) -> Option<TraceKind> {
    if word.split_once('@').is_some_and(|(before, after)| !before.is_empty() && after.contains('.')) {
        return Some(TraceKind::Email);
    }
    // `/maple-valley/i/` and a code open a sender's page.
    if word.contains("/i/") || is_reference(word) {
        return Some(TraceKind::Inquiry);
    }
    let named = words(word).any(|part| names.contains(&part.to_lowercase()));
    (named && word.chars().next().is_some_and(char::is_uppercase)).then_some(TraceKind::Name)
}

/// `MV-7K3Q-92`: capitals, then groups of three to four and two or three letters and digits.
fn is_reference(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    let [prefix, first, last] = parts[..] else { return false };
    let code = |part: &str, lengths: Range<usize>| {
        lengths.contains(&part.len()) && part.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    (1..=4).contains(&prefix.len())
        && prefix.chars().all(|c| c.is_ascii_uppercase())
        && code(first, 3..5)
        && code(last, 2..4)
        && [first, last].concat().chars().any(|c| c.is_ascii_digit())
}

/// Phone numbers, dates with a year, and long numbers.
fn numbers(text: &str) -> Vec<Trace> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let begins =
            bytes[at].is_ascii_digit() || matches!(bytes[at], b'+' | b'(') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if !begins || at > 0 && bytes[at - 1].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let mut end = at;
        while end < bytes.len()
            && (bytes[end].is_ascii_digit() || matches!(bytes[end], b'+' | b'(' | b')' | b'-' | b'.' | b'/' | b' '))
        {
            end += 1;
        }
        while end > at && !bytes[end - 1].is_ascii_digit() {
            end -= 1;
        }
        let raw = &text[at..end];
        let digits = raw.bytes().filter(u8::is_ascii_digit).count();
        let kind = if is_date(raw) {
            Some(TraceKind::Date)
        } else if raw.bytes().all(|b| b.is_ascii_digit()) {
            (digits >= 6).then_some(TraceKind::Number)
        } else {
            (7..=15).contains(&digits).then_some(TraceKind::Phone)
        };
        found.extend(kind.map(|kind| Trace { kind, at: at..end }));
        at = end.max(at + 1);
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
    fn what_everybody_may_know_is_not() {
        for harmless in [
            "Bus 12 leaves Cedar Elementary at 7:40 am from door 3.",
            "Call the office at 555-010-0000.",
            "It costs $12.50 in 2026-27, from August 12 on.",
            "The park closes at 9, in room B-204 or LAB-101.",
            "K-12 and 1-2-3",
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
