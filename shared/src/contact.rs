//! Who wrote, and how an answer reaches them.

use crate::problem::{FieldProblem, ProblemKind};
use crate::text::{has, length, tidy};
use serde::{Deserialize, Serialize};

/// A person's name as they write it: one line, 1 to 120 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    pub const MAX: u32 = 120;

    /// # Errors
    /// Required, too long, unprintable.
    pub fn parse(raw: &str) -> Result<Self, ProblemKind> {
        let text = tidy(raw)?.ok_or(ProblemKind::Required)?;
        if length(&text) > Self::MAX {
            return Err(ProblemKind::TooLong { max: Self::MAX });
        }
        // Characters that turn the direction of writing or are not seen have no place in a name.
        let plain = |c: char| {
            if c.is_control()
                || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
            {
                ' '
            } else {
                c
            }
        };
        let text: String = text.chars().map(plain).collect();
        if text.trim().is_empty() {
            return Err(ProblemKind::Required);
        }
        Ok(Self(text.trim().to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An e-mail address, as the HTML standard's `type=email` understands it, with a dot in its domain.
/// Source: HTML Living Standard, "valid e-mail address".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Longest address, in characters (RFC 5321, section 4.5.3.1.3, less the brackets).
    pub const MAX: u32 = 254;

    /// # Errors
    /// Required, or not an address that mail can be sent to.
    pub fn parse(raw: &str) -> Result<Self, ProblemKind> {
        let text = tidy(raw)?.ok_or(ProblemKind::Required)?;
        let (local, domain) = text.rsplit_once('@').ok_or(ProblemKind::NotAnEmail)?;
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !has(local, "..")
            && local.bytes().all(|b| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b));
        let label_ok = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        if !local_ok || !has(domain, ".") || !domain.split('.').all(label_ok) || length(&text) > Self::MAX {
            return Err(ProblemKind::NotAnEmail);
        }
        Ok(Self([local, "@", &domain.to_ascii_lowercase()].concat()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A telephone number as written, with 7 to 15 digits (ITU-T E.164 allows fifteen).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// # Errors
    /// Required, or not a telephone number.
    pub fn parse(raw: &str) -> Result<Self, ProblemKind> {
        let text = tidy(raw)?.ok_or(ProblemKind::Required)?;
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let shape = text.bytes().enumerate().all(|(i, b)| b.is_ascii_digit() || b" ()-./x".contains(&b) || (b == b'+' && i == 0));
        if !shape || !(7..=15).contains(&digits) || text.len() > 40 {
            return Err(ProblemKind::NotAPhone);
        }
        Ok(Self(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The way an answer goes back. At least one way is open, or the sender chose to stay unnamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sender {
    /// Nothing that identifies is stored; the code is the only key.
    Anonymous,
    Known {
        name: Option<Name>,
        reach: Reach,
    },
}

/// How to reach somebody who left a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    Email(Email),
    Phone(Phone),
    Both(Email, Phone),
}

impl Sender {
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Known { name: Some(name), .. } => Some(name.as_str()),
            _ => None,
        }
    }

    pub fn email(&self) -> Option<&str> {
        match self {
            Self::Known { reach: Reach::Email(email) | Reach::Both(email, _), .. } => Some(email.as_str()),
            _ => None,
        }
    }

    pub fn phone(&self) -> Option<&str> {
        match self {
            Self::Known { reach: Reach::Phone(phone) | Reach::Both(_, phone), .. } => Some(phone.as_str()),
            _ => None,
        }
    }

    pub fn is_anonymous(&self) -> bool {
        matches!(self, Self::Anonymous)
    }
}

/// A contact as it comes over the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawContact {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub phone: Option<String>,
}

impl RawContact {
    /// # Errors
    /// Every part that is wrong, under `contact.name`, `contact.email`, `contact.phone`.
    pub fn parse(&self) -> Result<Sender, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let name = optional(self.name.as_deref(), Name::parse, "contact.name", &mut problems);
        let email = optional(self.email.as_deref(), Email::parse, "contact.email", &mut problems);
        let phone = optional(self.phone.as_deref(), Phone::parse, "contact.phone", &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        let reach = match (email, phone) {
            (Some(email), Some(phone)) => Reach::Both(email, phone),
            (Some(email), None) => Reach::Email(email),
            (None, Some(phone)) => Reach::Phone(phone),
            (None, None) => return Err(vec![FieldProblem::new("contact.email", ProblemKind::NoContact)]),
        };
        Ok(Sender::Known { name, reach })
    }
}

fn optional<T>(
    raw: Option<&str>,
    parse: impl Fn(&str) -> Result<T, ProblemKind>,
    field: &str,
    problems: &mut Vec<FieldProblem>,
) -> Option<T> {
    match parse(raw?) {
        Ok(value) => Some(value),
        Err(ProblemKind::Required) => None,
        Err(kind) => {
            problems.push(FieldProblem::new(field, kind));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["kim@example.org", "o'neil+bus@mail.school.example", "KIM@Example.ORG"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in
            ["kim", "kim@", "@x.org", "kim@localhost", "a b@x.org", "kim@x..org", "kim@-x.org", "a@b.c\nBcc: d@e.f", "é@x.org"]
        {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn telephone_numbers() {
        for good in ["555-010-1234", "(555) 010-1234", "+52 55 1234 5678", "5550101234 x12"] {
            assert!(Phone::parse(good).is_ok(), "{good}");
        }
        for bad in ["12345", "call me", "555-010-1234; drop", "1234567890123456", "55+50101234"] {
            assert!(Phone::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn somebody_must_be_reachable() {
        let nobody = RawContact { name: Some("Kim".into()), email: Some("  ".into()), phone: None };
        assert_eq!(nobody.parse().unwrap_err()[0].kind, ProblemKind::NoContact);
        let by_phone = RawContact { phone: Some("555-010-1234".into()), ..RawContact::default() };
        assert_eq!(by_phone.parse().unwrap().phone(), Some("555-010-1234"));
    }
}
