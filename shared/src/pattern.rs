//! A small, safe part of regular expressions for the `pattern` rule of a field.
//!
//! Literals, `\d`, `.`, classes such as `[A-Z0-9-]`, and the quantifiers `? * + {m} {m,n}`, matched
//! against the whole text. The part is chosen so that an HTML `pattern` attribute means the same, and
//! so that no pattern can take exponential time. A full engine would cost the widget more than all
//! of its views together; groups and `|` are deliberately absent.

use crate::compact::compact_struct;

/// A checked pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    source: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    ranges: Vec<(char, char)>,
    min: u16,
    max: u16,
}

compact_struct!(Pattern { source, steps });
compact_struct!(Step { ranges, min, max });

/// Longest run that a quantifier may ask for; also what `*` and `+` stand for.
const MOST: u16 = 500;
/// Longest pattern, in bytes.
const LONGEST: usize = 200;

impl Pattern {
    /// # Errors
    /// A sentence that says what is not understood.
    pub fn parse(source: &str) -> Result<Self, String> {
        if source.is_empty() || source.len() > LONGEST {
            return Err(String::from("a pattern has 1 to 200 characters"));
        }
        let chars: Vec<char> = source.chars().collect();
        let mut at = 0;
        let mut steps = Vec::new();
        while at < chars.len() {
            let ranges = atom(&chars, &mut at)?;
            let (min, max) = quantifier(&chars, &mut at)?;
            steps.push(Step { ranges, min, max });
        }
        Ok(Self { source: source.to_owned(), steps })
    }

    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether the whole of `text` matches. Takes time in proportion to text × pattern.
    pub fn matches(&self, text: &str) -> bool {
        let chars: Vec<char> = text.chars().collect();
        // reach[i]: the steps so far can consume exactly the first i characters.
        let mut reach = vec![false; chars.len() + 1];
        reach[0] = true;
        for step in &self.steps {
            let fits = |c: char| step.ranges.iter().any(|&(from, to)| (from..=to).contains(&c));
            let mut next = vec![false; chars.len() + 1];
            for start in (0..=chars.len()).filter(|&i| reach[i]) {
                if step.min == 0 {
                    next[start] = true;
                }
                for taken in 1..=usize::from(step.max) {
                    let end = start + taken;
                    if end > chars.len() || !fits(chars[end - 1]) {
                        break;
                    }
                    if taken >= usize::from(step.min) {
                        next[end] = true;
                    }
                }
            }
            reach = next;
        }
        reach[chars.len()]
    }
}

fn atom(chars: &[char], at: &mut usize) -> Result<Vec<(char, char)>, String> {
    let c = chars[*at];
    *at += 1;
    match c {
        '\\' => escaped(chars, at),
        '[' => class(chars, at),
        '.' => Ok(vec![('\u{0}', '\u{9}'), ('\u{b}', char::MAX)]),
        '(' | ')' | '|' | '^' | '$' | '*' | '+' | '?' | '{' | '}' | ']' => {
            Err(["`", &c.to_string(), "` is not understood here; write it as `\\", &c.to_string(), "`"].concat())
        }
        _ => Ok(vec![(c, c)]),
    }
}

fn escaped(chars: &[char], at: &mut usize) -> Result<Vec<(char, char)>, String> {
    let c = *chars.get(*at).ok_or("a pattern cannot end in `\\`")?;
    *at += 1;
    match c {
        'd' => Ok(vec![('0', '9')]),
        c if c.is_ascii_alphanumeric() => Err(["`\\", &c.to_string(), "` is not understood; use a class such as [A-Z]"].concat()),
        c => Ok(vec![(c, c)]),
    }
}

fn class(chars: &[char], at: &mut usize) -> Result<Vec<(char, char)>, String> {
    let mut ranges = Vec::new();
    loop {
        let c = *chars.get(*at).ok_or("a class `[` needs its `]`")?;
        *at += 1;
        if c == ']' {
            break;
        }
        if c == '^' && ranges.is_empty() {
            return Err(String::from("`[^…]` is not understood; list what is allowed"));
        }
        if c == '\\' {
            ranges.extend(escaped(chars, at)?);
            continue;
        }
        let is_range = chars.get(*at) == Some(&'-') && chars.get(*at + 1).is_some_and(|&to| to != ']');
        if !is_range {
            ranges.push((c, c));
            continue;
        }
        let to = chars[*at + 1];
        *at += 2;
        if to < c {
            return Err(String::from("a range in a class runs upwards, like a-z"));
        }
        ranges.push((c, to));
    }
    if ranges.is_empty() { Err(String::from("a class `[]` cannot be empty")) } else { Ok(ranges) }
}

fn quantifier(chars: &[char], at: &mut usize) -> Result<(u16, u16), String> {
    let bounds = match chars.get(*at) {
        Some('?') => (0, 1),
        Some('*') => (0, MOST),
        Some('+') => (1, MOST),
        Some('{') => return counted(chars, at),
        _ => return Ok((1, 1)),
    };
    *at += 1;
    Ok(bounds)
}

fn counted(chars: &[char], at: &mut usize) -> Result<(u16, u16), String> {
    const HELP: &str = "write a count as {2}, {2,} or {2,4}, up to 500";
    let end = chars[*at..].iter().position(|&c| c == '}').ok_or(HELP)?;
    let inside: String = chars[*at + 1..*at + end].iter().collect();
    *at += end + 1;
    let (low, high) = inside.split_once(',').unwrap_or((&inside, &inside));
    let min: u16 = low.parse().map_err(|_| HELP)?;
    let max: u16 = if high.is_empty() { MOST } else { high.parse().map_err(|_| HELP)? };
    if min > max || max > MOST || max == 0 {
        return Err(String::from(HELP));
    }
    Ok((min, max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_whole_texts() {
        let case = |p: &str, yes: &[&str], no: &[&str]| {
            let pattern = Pattern::parse(p).unwrap();
            for t in yes {
                assert!(pattern.matches(t), "{p} should match {t:?}");
            }
            for t in no {
                assert!(!pattern.matches(t), "{p} should not match {t:?}");
            }
        };
        case(r"\d{1,4}[A-Z]?", &["1", "1234", "12B"], &["", "12345", "1b", "A", "12BB"]);
        case(r"[A-Z]{2}-\d+", &["AB-1", "ZZ-99"], &["AB1", "ab-1"]);
        case(r"a*a*b", &["b", "aaaab"], &["aaaa"]);
        case(r"[a\-z]\.", &["a.", "-.", "z."], &["b.", "ab"]);
        case(".+", &["é", "ab"], &["", "a\nb"]);
    }

    #[test]
    fn says_what_it_does_not_understand() {
        for bad in ["", "(a)", "a|b", "[", "[]", "[^a]", "\\w", "a{", "a{3,1}", "*", "[z-a]", "a{0}"] {
            assert!(Pattern::parse(bad).is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(source in "\\PC{0,40}", text in "\\PC{0,40}") {
            if let Ok(pattern) = Pattern::parse(&source) { pattern.matches(&text); }
        }
    }
}
