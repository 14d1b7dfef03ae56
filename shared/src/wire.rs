//! What the widget and its server say to each other.
//!
//! The settings travel as bare bytes ([`crate::compact`]), tied to one build of the widget by its hash. What the widget
//! *sends* is plain JSON of the public API, written by hand here: a JSON library would cost the widget
//! 27 kB, and an open page must be understood by every later server.

use crate::compact::compact_struct;
use crate::contact::RawContact;
use crate::district::District;
use crate::form::{RawAnswer, RawAnswers};
use crate::phrase::Phrases;
use crate::published::PublishedAnswer;
use crate::text::{Locale, joined};

/// Everything that the widget needs, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub district: District,
    pub locale: Locale,
    /// Names of the district's languages, each in itself.
    pub languages: Vec<(Locale, String)>,
    pub phrases: Phrases,
    /// The signed time token for the first submission.
    pub token: String,
    /// Answers that stand already, those that settle most first.
    pub answers: Vec<PublishedAnswer>,
    /// A style sheet that sets the accent's custom properties.
    pub theme: String,
}

compact_struct!(Settings { district, locale, languages, phrases, token, answers, theme });

/// Writes one JSON object, field by field.
#[derive(Default)]
pub struct JsonObject {
    text: String,
}

impl JsonObject {
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn string(self, key: &str, value: &str) -> Self {
        self.raw(key, &quoted(value))
    }

    /// Absent stays `null`, so that it is seen to be absent.
    #[must_use]
    pub fn optional(self, key: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.string(key, value),
            None => self.raw(key, "null"),
        }
    }

    /// `json` must be JSON already.
    #[must_use]
    pub fn raw(mut self, key: &str, json: &str) -> Self {
        self.text.push(if self.text.is_empty() { '{' } else { ',' });
        self.text.push_str(&quoted(key));
        self.text.push(':');
        self.text.push_str(json);
        self
    }

    pub fn finish(mut self) -> String {
        if self.text.is_empty() {
            self.text.push('{');
        }
        self.text.push('}');
        self.text
    }
}

/// A JSON string. Source: RFC 8259, section 7.
pub fn quoted(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c < ' ' => {
                out.push_str("\\u00");
                out.push(HEX[c as usize >> 4] as char);
                out.push(HEX[c as usize & 15] as char);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Answers as the public API takes them.
pub fn answers_json(answers: &RawAnswers) -> String {
    let all = answers.iter().fold(JsonObject::new(), |object, (id, answer)| object.raw(id, &answer_json(answer)));
    all.finish()
}

fn answer_json(answer: &RawAnswer) -> String {
    match answer {
        RawAnswer::Text(text) => quoted(text),
        RawAnswer::Number(n) => n.as_text(),
        RawAnswer::Flag(flag) => String::from(if *flag { "true" } else { "false" }),
        RawAnswer::Many(all) => {
            let items: Vec<String> = all.iter().map(|t| quoted(t)).collect();
            ["[", &joined(&items, ","), "]"].concat()
        }
        RawAnswer::Place { text, lat, lon } => {
            JsonObject::new().string("text", text).raw("lat", &lat.as_text()).raw("lon", &lon.as_text()).finish()
        }
        RawAnswer::Other => String::from("null"),
    }
}

/// A contact, or `null` for anonymous.
pub fn contact_json(contact: Option<&RawContact>) -> String {
    contact.map_or_else(
        || String::from("null"),
        |c| {
            JsonObject::new()
                .optional("name", c.name.as_deref())
                .optional("email", c.email.as_deref())
                .optional("phone", c.phone.as_deref())
                .finish()
        },
    )
}

#[cfg(feature = "json")]
mod json {
    use super::{RawAnswer, RawAnswers};
    use crate::decimal::Decimal;
    use serde_json::Value;

    impl From<&Value> for RawAnswer {
        fn from(value: &Value) -> Self {
            match value {
                Value::String(text) => Self::Text(text.clone()),
                Value::Bool(flag) => Self::Flag(*flag),
                Value::Number(n) => number(n).map_or(Self::Other, Self::Number),
                Value::Array(items) => {
                    let texts: Option<Vec<String>> = items.iter().map(|i| i.as_str().map(str::to_owned)).collect();
                    texts.map_or(Self::Other, Self::Many)
                }
                Value::Object(place) => {
                    let coordinate = |key| place.get(key).and_then(Value::as_number).and_then(number);
                    let text = place.get("text").and_then(Value::as_str);
                    match (text, coordinate("lat"), coordinate("lon")) {
                        (Some(text), Some(lat), Some(lon)) if place.len() == 3 => Self::Place { text: text.to_owned(), lat, lon },
                        _ => Self::Other,
                    }
                }
                Value::Null => Self::Text(String::new()),
            }
        }
    }

    /// Coordinates may come with more decimals than we keep; they are cut to six (about 10 cm).
    fn number(n: &serde_json::Number) -> Option<Decimal> {
        let text = n.to_string();
        Decimal::parse(&text).or_else(|| {
            let (whole, fraction) = text.split_once('.')?;
            Decimal::parse(&[whole, ".", fraction.get(..6)?].concat())
        })
    }

    /// Reads the `answers` object of the API. `None` when it is not an object.
    pub fn answers(value: &Value) -> Option<RawAnswers> {
        Some(value.as_object()?.iter().map(|(id, answer)| (id.clone(), answer.into())).collect())
    }
}

#[cfg(feature = "json")]
pub use json::answers as read_answers;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn strings_survive_json(text in any::<String>()) {
            prop_assert_eq!(serde_json::from_str::<String>(&quoted(&text)).unwrap(), text);
        }
    }

    #[test]
    fn answers_are_read_as_they_were_written() {
        let mut answers = RawAnswers::new();
        answers.insert("a".into(), RawAnswer::Text("say \"hi\"\n".into()));
        answers.insert("b".into(), RawAnswer::Number(crate::decimal::Decimal::parse("12.5").unwrap()));
        answers.insert("c".into(), RawAnswer::Many(vec!["x".into(), "y".into()]));
        answers.insert("d".into(), RawAnswer::Flag(true));
        let value: serde_json::Value = serde_json::from_str(&answers_json(&answers)).unwrap();
        assert_eq!(read_answers(&value).unwrap(), answers);
    }
}
