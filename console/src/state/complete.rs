//! What is offered while a search is typed: `topic:` and the like, then their values. Plain.

use porchlight_shared::api::Me;
use porchlight_shared::search::KEYS;

/// What values there are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub(crate) topics: Vec<(String, String)>,
    pub(crate) schools: Vec<(String, String)>,
    pub(crate) people: Vec<(String, String)>,
    pub(crate) tags: Vec<String>,
}

impl Known {
    pub(crate) fn of(me: &Me) -> Self {
        let named = |all: &[porchlight_shared::api::Named]| all.iter().map(|n| (n.id.clone(), n.label.clone())).collect();
        Self {
            topics: named(&me.topics),
            schools: named(&me.schools),
            people: me.colleagues.iter().map(|c| (c.name.clone(), c.title.clone())).collect(),
            tags: me.tags.clone(),
        }
    }
}

/// The whole search with what is offered in it, and what that means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) whole: String,
    pub(crate) help: String,
}

/// Most that is offered at once.
const MOST: usize = 12;

pub(crate) fn complete(typed: &str, known: &Known) -> Vec<Offer> {
    let (before, last) = match typed.rfind(' ') {
        Some(at) => typed.split_at(at + 1),
        None => ("", typed),
    };
    let offer = |value: String, help: &str| Offer { whole: format!("{before}{value}"), help: help.to_owned() };
    let Some((key, value)) = last.split_once(':') else {
        if last.is_empty() {
            return Vec::new();
        }
        let fits = |(key, _): &&(&str, &str)| key.starts_with(&last.to_lowercase());
        return KEYS.iter().filter(fits).map(|(key, help)| offer((*key).to_owned(), help)).collect();
    };
    let value = value.trim_matches('"').to_lowercase();
    let fits = |text: &str| value.is_empty() || text.to_lowercase().contains(&value);
    let plain =
        |all: &[&str]| all.iter().filter(|v| v.starts_with(&value)).map(|v| offer(format!("{key}:{v} "), "")).collect::<Vec<_>>();
    let quoted = |text: &str| if text.contains(' ') { format!("\"{text}\"") } else { text.to_owned() };
    let pairs = |all: &[(String, String)]| {
        all.iter()
            .filter(|(id, label)| fits(id) || fits(label))
            .map(|(id, label)| offer(format!("{key}:{} ", quoted(id)), label))
            .collect::<Vec<_>>()
    };
    let mut offers = match key.to_lowercase().as_str() {
        "topic" => pairs(&known.topics),
        "school" => pairs(&known.schools),
        "owner" => [plain(&["me", "nobody"]), pairs(&known.people)].concat(),
        "tag" => known.tags.iter().filter(|t| fits(t)).map(|t| offer(format!("tag:{} ", quoted(t)), "")).collect(),
        "status" => plain(&["new", "open", "waiting", "closed"]),
        "is" => plain(&["critical", "high", "confidential", "anonymous"]),
        "kind" => plain(&["question", "comment", "concern", "suggestion", "compliment"]),
        "has" => plain(&["file"]),
        _ => Vec::new(),
    };
    offers.truncate(MOST);
    offers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known {
            topics: vec![("transportation".into(), "Bus or transportation".into()), ("food".into(), "School meals".into())],
            people: vec![("Ana Ruiz".into(), "Registrar".into())],
            tags: vec!["late bus".into()],
            ..Known::default()
        }
    }

    fn whole(typed: &str) -> Vec<String> {
        complete(typed, &known()).into_iter().map(|o| o.whole).collect()
    }

    #[test]
    fn keys_then_values_are_offered() {
        assert_eq!(whole("late to"), ["late topic:"]);
        assert_eq!(whole("late topic:bus"), ["late topic:transportation "]);
        assert_eq!(whole("topic:").len(), 2);
        assert_eq!(whole("owner:an"), ["owner:\"Ana Ruiz\" "]);
        assert_eq!(whole("tag:"), ["tag:\"late bus\" "]);
        assert_eq!(whole("status:w"), ["status:waiting "]);
        assert_eq!(whole("late "), Vec::<String>::new());
        assert_eq!(whole("colour:r"), Vec::<String>::new());
    }
}
