use super::*;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Entry {
    id: String,
    locale: String,
    sender: Option<String>,
    inquiry: String,
    draft: String,
    #[serde(default)]
    template: Option<String>,
    hints: Vec<String>,
}

fn entries(name: &str) -> Vec<Entry> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("coach").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn kinds(advice: &Advice) -> Vec<HintKind> {
    let mut kinds: Vec<HintKind> = advice.hints.iter().map(|h| h.kind).collect();
    kinds.dedup();
    kinds
}

fn judge(entry: &Entry) -> Advice {
    let inserted: Vec<&str> = entry.template.as_deref().into_iter().collect();
    advise(&Case {
        inquiry: &entry.inquiry,
        locale: &entry.locale,
        sender: entry.sender.as_deref(),
        draft: &entry.draft,
        inserted: &inserted,
        known_names: &[],
    })
}

#[derive(Default, Clone, Copy)]
struct Count {
    right: u32,
    wrong: u32,
    missed: u32,
}

impl Count {
    fn precision(self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.wrong).max(1))
    }
    fn recall(self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.missed).max(1))
    }
}

/// Precision and recall over some files, printed by kind; with `PORCHLIGHT_COACH=show`, what differs.
fn score(title: &str, files: &[&str]) -> Count {
    let show = std::env::var("PORCHLIGHT_COACH").is_ok_and(|v| v == "show");
    let mut by_kind: BTreeMap<HintKind, Count> = BTreeMap::new();
    let mut drafts = 0;
    for entry in files.iter().flat_map(|file| entries(file)) {
        drafts += 1;
        let wanted: Vec<HintKind> = entry.hints.iter().map(|h| HintKind::parse(h).unwrap_or_else(|| panic!("{h}"))).collect();
        let advice = judge(&entry);
        let found = kinds(&advice);
        for kind in HintKind::ALL {
            let count = by_kind.entry(*kind).or_default();
            match (wanted.contains(kind), found.contains(kind)) {
                (true, true) => count.right += 1,
                (false, true) => count.wrong += 1,
                (true, false) => count.missed += 1,
                (false, false) => continue,
            }
            if show && wanted.contains(kind) != found.contains(kind) {
                let sign = if wanted.contains(kind) { "MISSED" } else { "WRONG " };
                let why: Vec<_> = advice.hints.iter().filter(|h| h.kind == *kind).map(|h| &h.words).collect();
                println!(
                    "{sign} {} {}: {why:?}\n   asked: {}\n   draft: {}",
                    entry.id,
                    kind.as_str(),
                    entry.inquiry,
                    entry.draft
                );
            }
        }
    }
    let mut all = Count::default();
    println!(
        "{title}: {drafts} drafts\n{:<14}{:>6}{:>7}{:>8}{:>11}{:>8}",
        "hint", "right", "wrong", "missed", "precision", "recall"
    );
    for (kind, count) in by_kind {
        all = Count { right: all.right + count.right, wrong: all.wrong + count.wrong, missed: all.missed + count.missed };
        println!(
            "{:<14}{:>6}{:>7}{:>8}{:>11.2}{:>8.2}",
            kind.as_str(),
            count.right,
            count.wrong,
            count.missed,
            count.precision(),
            count.recall()
        );
    }
    println!("{:<14}{:>6}{:>7}{:>8}{:>11.2}{:>8.2}", "all", all.right, all.wrong, all.missed, all.precision(), all.recall());
    all
}

#[test]
fn seen_drafts_get_the_hints_that_a_colleague_would_give() {
    let count = score("seen", &["english.json", "spanish.json"]);
    assert!(count.precision() >= 0.85 && count.recall() >= 0.85);
}

/// Drafts that were written apart and that no rule was made after: how good the hints are on what they have not seen.
#[test]
fn held_out_drafts_are_judged_as_they_come() {
    let count = score("held out", &["held_out.json"]);
    assert!(count.precision() >= 0.75 && count.recall() >= 0.75);
}

fn advised(locale: &str, inquiry: &str, draft: &str) -> Advice {
    advise(&Case { inquiry, locale, sender: Some("Kim Park"), draft, ..Case::default() })
}

#[test]
fn a_language_that_it_does_not_know_is_said() {
    let advice = advised("vi", "Xe buýt đến muộn và con tôi phải chờ rất lâu", "Chào Kim, cảm ơn chị. Chúng tôi sẽ xem!!");
    assert!(advice.language_unknown);
    assert_eq!(kinds(&advice), [HintKind::Capitals], "what needs no language is looked at");
    let english = advised("vi", "Xe buýt đến muộn", "Hi Kim, the bus is on time from tomorrow on.");
    assert_eq!(kinds(&english), [HintKind::Language]);
}

#[test]
fn a_hint_leads_to_its_place() {
    let draft = "Dear Kim,\nyou should have called. We will look into it.";
    let advice = advised("en", "My bus was late and I am upset.", draft);
    let at = |kind| advice.hints.iter().find(|h| h.kind == kind).and_then(|h| h.at.clone()).map(|at| &draft[at]);
    assert_eq!(at(HintKind::Blaming), Some("you should have"));
    assert_eq!(at(HintKind::NextStep), Some("look into"));
}

#[test]
fn nothing_is_said_of_an_empty_draft() {
    assert_eq!(advised("en", "When?", " \n"), Advice::default());
}

#[test]
fn a_hostile_draft_is_read_to_a_bound() {
    for piece in ["A", "!!", "you ", "¿", "𝒜\u{301}", "\"", "Tyler was suspended. ", "? ", "a.b", "\u{202e}("] {
        let draft = piece.repeat(1_000_000 / piece.len());
        let advice = advise(&Case { inquiry: &draft, locale: "en", draft: &draft, inserted: &[&draft], ..Case::default() });
        assert!(advice.cut || draft.chars().count() <= READ);
        assert!(advice.hints.len() < 40, "{piece}: {}", advice.hints.len());
        for hint in advice.hints {
            assert!(hint.at.is_none_or(|at| draft.get(at).is_some()) && hint.words.len() < 2_000 + READ, "{piece}");
        }
    }
}

proptest::proptest! {
    #[test]
    fn nothing_breaks_it(inquiry in "(\\PC|[¿?!. ]){0,200}", draft in "(\\PC|[¿?!. ]){0,300}") {
        for locale in ["en", "es", "vi", ""] {
            for hint in advised(locale, &inquiry, &draft).hints {
                proptest::prop_assert!(hint.at.is_none_or(|at| draft.get(at).is_some()));
            }
        }
    }
}

/// The table of the docs is true: what it shows gets its hint, and what it calls better does not.
#[test]
fn the_examples_of_the_docs_are_true() {
    const INQUIRY: &str = "A binder hit my windshield and I am upset. Who pays for the glass?";
    let page = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/coach.md")).unwrap();
    assert!(page.contains(INQUIRY));
    let mut shown = Vec::new();
    for row in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [name, _, worse, better] = cells[..] else { panic!("{row}") };
        let kind = HintKind::parse(name.trim_matches('`')).unwrap_or_else(|| panic!("{name}"));
        let template = (kind == HintKind::Template).then_some(worse);
        let inserted: Vec<&str> = template.into_iter().collect();
        let found = |draft| {
            let case =
                Case { inquiry: INQUIRY, locale: "en", sender: Some("Kim Park"), draft, inserted: &inserted, ..Case::default() };
            kinds(&advise(&case))
        };
        assert!(found(worse).contains(&kind), "{name}: {worse}: {:?}", found(worse));
        assert!(!found(better).contains(&kind), "{name}: {better}");
        shown.push(kind);
    }
    assert_eq!(shown, HintKind::ALL);
}
