//! Templates that staff write: the facts that many replies need, with places for what only this one has.
//!
//! Whoever writes one is trusted as little as whoever writes a form: nothing is loaded or included, every step costs fuel,
//! what comes out is bounded, and only the variables of [`VARIABLES`] are known. Escaping is left to where text becomes HTML:
//! here everything is text.

mod values;

pub use values::{Known, sample};

use minijinja::value::{Object, Value};
use minijinja::{Environment, Error as Jinja, ErrorKind, UndefinedBehavior};
use porchlight_shared::template::{LONGEST, VARIABLES, marker};
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Longest text that may come of one, in bytes.
const MOST_BYTES: usize = 40_000;
/// Steps of the engine; an ordinary letter takes a few dozen.
const FUEL: u64 = 20_000;
const DEPTH: usize = 20;

/// Why a template is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// From 1; 0 where it is not about a line.
    pub line: usize,
    /// What is wrong and what to do.
    pub words: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.words),
            line => write!(f, "Line {line}: {}", self.words),
        }
    }
}

/// A template filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    pub text: String,
    /// Variables that were wanted and have no value here, in the order of [`VARIABLES`].
    pub missing: Vec<&'static str>,
}

/// A variable without a value: false in a condition, a marker where it is written.
#[derive(Debug)]
struct Missing {
    name: &'static str,
    wanted: Arc<Mutex<Vec<&'static str>>>,
}

impl Object for Missing {
    fn is_true(self: &Arc<Self>) -> bool {
        false
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).push(self.name);
        f.write_str(&marker(self.name))
    }
}

/// Takes so many bytes and no more.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MOST_BYTES {
            return Err(io::Error::other("too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a filter makes of a value; one that is missing stays what it is, with its marker.
fn kept(value: Value, filter: impl Fn(&str) -> String) -> Value {
    let missing = value.downcast_object_ref::<Missing>().is_some();
    if missing { value } else { Value::from(filter(&value.to_string())) }
}

fn sandbox() -> Environment<'static> {
    let mut sandbox = Environment::empty();
    sandbox.set_undefined_behavior(UndefinedBehavior::Strict);
    sandbox.set_fuel(Some(FUEL));
    sandbox.set_recursion_limit(DEPTH);
    for (name, filter) in [("upper", str::to_uppercase as fn(&str) -> String), ("lower", str::to_lowercase)] {
        sandbox.add_filter(name, move |value: Value| kept(value, filter));
    }
    sandbox.add_filter("first_word", |value: Value| {
        kept(value, |text| text.split_whitespace().next().unwrap_or_default().to_owned())
    });
    sandbox
}

/// Fills a template with what is known; `values` by the names of [`VARIABLES`].
///
/// # Errors
/// It cannot be read, names what is not known, runs too long or becomes too long: with its line and the remedy.
pub fn fill(source: &str, values: &BTreeMap<&'static str, String>) -> Result<Filled, Problem> {
    if source.chars().count() > LONGEST {
        return Err(Problem { line: 0, words: format!("{LONGEST} characters are the most. Make two templates of it.") });
    }
    let sandbox = sandbox();
    let template = sandbox.template_from_str(source).map_err(|error| told(&error))?;
    let mut unknown: Vec<String> = template.undeclared_variables(false).into_iter().filter(|name| !is_known(name)).collect();
    unknown.sort();
    if let Some(name) = unknown.first() {
        let line = source.lines().position(|line| line.contains(name.as_str())).map_or(0, |at| at + 1);
        return Err(Problem { line, words: format!("“{name}” is not known. {}", known()) });
    }
    let wanted = Arc::new(Mutex::new(Vec::new()));
    let all: BTreeMap<&str, Value> = VARIABLES
        .iter()
        .map(|(name, _)| {
            let value = values.get(name).filter(|text| !text.trim().is_empty());
            let missing = || Value::from_object(Missing { name, wanted: wanted.clone() });
            (*name, value.map_or_else(missing, |text| Value::from(text.as_str())))
        })
        .collect();
    let mut out = Bounded(Vec::new());
    template.render_captured_to(Value::from(all), &mut out).map_err(|error| told(&error))?;
    let text = String::from_utf8_lossy(&out.0).trim_end().to_owned();
    let wanted = wanted.lock().unwrap_or_else(PoisonError::into_inner);
    let missing = VARIABLES.iter().map(|(name, _)| *name).filter(|name| wanted.contains(name)).collect();
    Ok(Filled { text, missing })
}

fn is_known(name: &str) -> bool {
    VARIABLES.iter().any(|(known, _)| *known == name)
}

fn known() -> String {
    let names: Vec<&str> = VARIABLES.iter().map(|(name, _)| *name).collect();
    format!("You can use {}.", names.join(", "))
}

/// The engine's error as whoever writes templates understands it.
fn told(error: &Jinja) -> Problem {
    let line = error.line().unwrap_or(0);
    let detail = error.detail().unwrap_or_default();
    let words = match error.kind() {
        ErrorKind::OutOfFuel => String::from("This runs too long. Take the loop out, or make it shorter."),
        ErrorKind::WriteFailure => String::from("What comes of this is too long for a reply. Take something out."),
        ErrorKind::UnknownFilter => format!("{detail}. After the bar can stand upper, lower or first_word."),
        ErrorKind::UnknownFunction | ErrorKind::UnknownMethod | ErrorKind::UnknownTest | ErrorKind::UndefinedError => {
            format!("There is nothing of that name ({detail}). {}", known())
        }
        ErrorKind::SyntaxError => format!(
            "This can’t be read ({detail}). A variable looks like {{{{ sender }}}}; every {{% if sender %}} needs its {{% endif %}}."
        ),
        _ => format!(
            "This does not work here ({}). A variable looks like {{{{ sender }}}}.",
            if detail.is_empty() { error.kind().to_string() } else { detail.to_owned() }
        ),
    };
    Problem { line, words }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("sender", String::from("Kim <b>Park</b>")),
            ("reference", String::from("MV-7K3Q-92")),
            ("school", String::new()),
        ])
    }

    fn problem(source: &str) -> Problem {
        fill(source, &values()).unwrap_err()
    }

    #[test]
    fn variables_are_filled_in_as_text() {
        let filled = fill("Dear {{ sender }},\nabout {{ reference }}.\n", &values()).unwrap();
        assert_eq!(filled, Filled { text: String::from("Dear Kim <b>Park</b>,\nabout MV-7K3Q-92."), missing: Vec::new() });
        assert_eq!(fill("{{ sender | first_word }}", &values()).unwrap().text, "Kim");
    }

    #[test]
    fn what_is_missing_is_marked_and_is_false() {
        let filled =
            fill("At {{ school }}, by {{ promise }}. {% if school %}Come!{% else %}Call.{% endif %}", &values()).unwrap();
        assert_eq!(filled.text, "At ⟦school⟧, by ⟦promise⟧. Call.");
        assert_eq!(filled.missing, ["school", "promise"]);
        for filter in ["upper", "lower", "first_word"] {
            assert_eq!(fill(&format!("{{{{ school | {filter} }}}}"), &values()).unwrap().text, "⟦school⟧", "{filter}");
        }
    }

    #[test]
    fn what_cannot_be_read_names_its_line_and_the_remedy() {
        let wrong = problem("Hello,\n{{ sender");
        assert!(wrong.line == 2 && wrong.words.contains("{{ sender }}"), "{wrong}");
        let wrong = problem("Hello\n\n{{ sendr }}");
        assert!(
            wrong.line == 3 && wrong.words.contains("“sendr” is not known") && wrong.words.contains("sender, school"),
            "{wrong}"
        );
        for source in [
            "{% include 'x' %}",
            "{% import 'x' as y %}",
            "{{ range(5) }}",
            "{{ sender.__class__ }}",
            "{{ sender | safe }}",
            "{% if sender %}",
        ] {
            let wrong = problem(source);
            assert!(!wrong.words.is_empty(), "{source}: {wrong}");
        }
    }

    #[test]
    fn loops_and_floods_are_stopped() {
        let loops = "{% for a in sender %}{% for b in sender %}{% for c in sender %}x{% endfor %}{% endfor %}{% endfor %}";
        let long = BTreeMap::from([("sender", "x".repeat(200))]);
        assert!(fill(loops, &long).is_err());
        let flood = format!("{{% set a = '{}' %}}{}", "x".repeat(4_000), "{{ a }}".repeat(20));
        assert!(problem(&flood).words.contains("too long"), "{}", problem(&flood));
        assert!(problem(&"x".repeat(LONGEST + 1)).words.contains("the most"));
        assert!(fill(&"{% if sender %}".repeat(500), &values()).is_err());
        let nested = "(".repeat(5_000);
        assert!(fill(&format!("{{{{ {nested} }}}}"), &values()).is_err());
    }
}
