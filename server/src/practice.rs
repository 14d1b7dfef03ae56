//! The invented inquiries of the practice room that come with the program.

use porchlight_shared::practice::Scenario;
use std::sync::LazyLock;

/// All scenarios of the program, in their order.
pub static SCENARIOS: LazyLock<Vec<Scenario>> = LazyLock::new(|| {
    let read = |source: &str| serde_json::from_str::<Vec<Scenario>>(source);
    // They are part of the program; its tests read them.
    let parts = [include_str!("../practice/first.json"), include_str!("../practice/second.json")];
    parts.iter().filter_map(|source| read(source).ok()).flatten().collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use porchlight_shared::coach::{Case, advise};
    use porchlight_shared::status::Relationship;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_enough_of_each_and_each_is_whole() {
        assert!(SCENARIOS.len() >= 24, "{}", SCENARIOS.len());
        let ids: BTreeSet<_> = SCENARIOS.iter().map(|s| &s.id).collect();
        assert_eq!(ids.len(), SCENARIOS.len(), "ids are used once");
        let moods: BTreeSet<_> = SCENARIOS.iter().map(|s| s.mood).collect();
        assert_eq!(moods.len(), 8, "{moods:?}");
        for scenario in SCENARIOS.iter() {
            for locale in ["en", "es"] {
                let told = scenario.texts.get(locale).unwrap_or_else(|| panic!("{} in {locale}", scenario.id));
                let at = format!("{} in {locale}", scenario.id);
                assert!(Relationship::parse(&told.relationship).is_some(), "{at}");
                assert!(told.facts.len() >= 2 && told.why.len() >= 3, "{at}");
                assert!(told.title.chars().count() <= 80, "{at}: {}", told.title);
                let follow = &told.follow_ups;
                for text in
                    [&told.message, &told.model, &follow.good, &follow.cold, &follow.tone, &follow.unanswered, &follow.when]
                {
                    assert!(text.chars().count() > 20, "{at}: {text}");
                }
            }
        }
    }

    /// Whoever learns from a model answer must not be told by the coach that it is none.
    #[test]
    fn the_coach_agrees_with_the_model_answers() {
        let (mut all, mut hints) = (0, Vec::new());
        for scenario in SCENARIOS.iter() {
            for (locale, told) in &scenario.texts {
                all += 1;
                let advice = advise(&Case {
                    inquiry: &told.message,
                    locale,
                    sender: told.sender.as_deref(),
                    draft: &told.model,
                    // Names in it are of colleagues and streets.
                    known_names: &told.facts.iter().map(String::as_str).collect::<Vec<_>>(),
                    ..Case::default()
                });
                hints.extend(
                    advice.hints.into_iter().map(|h| format!("{} {locale} {}: {}", scenario.id, h.kind.as_str(), h.words)),
                );
            }
        }
        println!("{} hints on {all} model answers: {hints:#?}", hints.len());
        // What a question is about it cannot always find; a tone or a child it must never see where there is none.
        assert!(hints.len() * 6 <= all, "{hints:#?}");
        let grave = ["dismissive", "blaming", "arguing", "third_child", "language", "template", "capitals", "jargon"];
        assert!(!hints.iter().any(|h| grave.iter().any(|g| h.contains(&format!(" {g}: ")))), "{hints:#?}");
    }
}
