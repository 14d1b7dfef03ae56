//! Forms as data: definitions are checked, and one parser judges for browser and server alike.

use porchlight_shared::district::District;
use porchlight_shared::form::{Context, Form, RawAnswer, RawAnswers};
use porchlight_shared::phrase::Phrases;
use porchlight_shared::text::Locale;
use porchlight_shared::wire;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;

static DEMO: LazyLock<District> = LazyLock::new(|| {
    let value: Value = serde_json::from_str(porchlight_tests::app::DISTRICT).unwrap();
    District::from_definition(&value).unwrap().0
});

fn english() -> Locale {
    Locale::parse("en").unwrap()
}

fn form(fields: Value) -> Result<Form, Vec<String>> {
    let locales = [english()];
    Form::from_definition(&json!({ "fields": fields }), &locales, 1)
        .map_err(|problems| problems.into_iter().map(|p| format!("{}: {}", p.path, p.problem)).collect())
}

#[test]
fn the_demo_district_reads_back_as_it_was_written() {
    let mut written = DEMO.to_definition();
    written["time_zone"] = json!("America/Los_Angeles");
    written["calendar"] = json!({ "week": { "mon": ["08:00-16:00"] } });
    let (again, _) = District::from_definition(&written).unwrap();
    assert_eq!(again, *DEMO);
}

#[test]
fn a_wrong_definition_names_every_problem_and_its_place() {
    let problems = form(json!([
        { "id": "Road", "type": "placee", "label": { "en": "Road" } },
        { "id": "a", "type": "short_text", "label": {}, "requird": true },
        { "id": "a", "type": "short_text", "label": { "en": "A" }, "pattern": "(x)", "pattern_hint": { "en": "x" } },
        { "id": "b", "type": "yes_no", "label": { "en": "B" }, "shown_when": { "field": "c", "equals": "true" } },
        { "id": "c", "type": "yes_no", "label": { "en": "C" }, "shown_when": { "field": "b", "equals": "maybe" } },
        { "id": "d", "type": "choice", "label": { "en": "D" }, "options": [], "shown_when": { "field": "nowhere", "not_empty": true } },
        { "id": "e", "type": "number", "label": { "en": "E" }, "min": 5, "max": 2 },
    ]))
    .unwrap_err();
    let expected = [
        "fields[0].type: `placee` is not a type of field",
        "fields[0].id: `Road` cannot be an id",
        "fields[1].requird: this key is not known here",
        "fields[1].label.en: the text in this language is missing",
        "fields[2].pattern: `(` is not understood here; write it as `\\(`",
        "fields[5].options: there is nothing to choose",
        "fields[6].max: the most is less than the least",
        "fields[1].id: `a` is there twice",
        "fields[2].shown_when: this condition depends on itself in a circle",
        "fields[3].shown_when: `maybe` can never be answered to `b`",
        "fields[4].shown_when.field: there is no field `nowhere`",
    ];
    for line in expected {
        assert!(problems.iter().any(|p| p == line || p.split(": ").nth(1) == line.split(": ").nth(1)), "{line} in {problems:#?}");
    }
}

/// A chain: `far` is asked only when `bus` is, which is asked only when `how` is by bus.
fn chain() -> Form {
    form(json!([
        { "id": "how", "type": "choice", "label": { "en": "How" }, "required": true,
          "options": [{ "id": "bus", "label": { "en": "Bus" } }, { "id": "walk", "label": { "en": "Walk" } }] },
        { "id": "bus", "type": "short_text", "label": { "en": "Bus" }, "required": true, "shown_when": { "field": "how", "equals": "bus" } },
        { "id": "far", "type": "number", "label": { "en": "Far" }, "required": true, "whole": true, "min": 1,
          "shown_when": { "field": "bus", "not_empty": true } },
    ]))
    .unwrap()
}

fn judge(form: &Form, answers: &Value) -> Result<Value, Vec<(String, &'static str)>> {
    let locale = english();
    let context = Context { schools: &["cedar"], grades: &["k"], locale: &locale };
    let raw = wire::read_answers(answers).unwrap();
    match form.parse(&raw, &context) {
        Ok(answers) => Ok(serde_json::from_str(&wire::answers_json(&answers.to_raw())).unwrap()),
        Err(problems) => Err(problems.into_iter().map(|p| (p.field, p.kind.code())).collect()),
    }
}

#[test]
fn what_a_condition_hides_is_neither_required_nor_accepted() {
    assert_eq!(judge(&chain(), &json!({ "how": "walk" })), Ok(json!({ "how": "walk" })));
    assert_eq!(judge(&chain(), &json!({ "how": "walk", "bus": "12" })), Err(vec![("bus".into(), "not_asked")]));
    assert_eq!(
        judge(&chain(), &json!({ "how": "walk", "bus": "12", "far": 3 })),
        Err(vec![("bus".into(), "not_asked"), ("far".into(), "not_asked")])
    );
    assert_eq!(judge(&chain(), &json!({ "how": "bus" })), Err(vec![("bus".into(), "required")]));
    assert_eq!(judge(&chain(), &json!({ "how": "bus", "bus": "12" })), Err(vec![("far".into(), "required")]));
    assert_eq!(judge(&chain(), &json!({ "how": "bus", "bus": "12", "far": 0.5 })), Err(vec![("far".into(), "not_whole")]));
    assert!(judge(&chain(), &json!({ "how": "bus", "bus": "12", "far": 3 })).is_ok());
}

#[test]
fn every_problem_has_words_in_every_language() {
    let locale = english();
    let context = Context { schools: &[], grades: &[], locale: &locale };
    for json in [include_str!("../../server/locales/en.json"), include_str!("../../server/locales/es.json")] {
        let phrases = Phrases::from_json(json).unwrap();
        for topic in &DEMO.topics {
            for wrong in
                [json!("x".repeat(20_000)), json!(-1e9), json!(["nothing"]), json!(true), json!(""), json!("a\u{0}b"), json!({})]
            {
                let raw: RawAnswers = topic.form.fields.iter().map(|f| (f.id.clone(), RawAnswer::from(&wrong))).collect();
                for problem in topic.form.parse(&raw, &context).err().unwrap_or_default() {
                    assert!(!problem.kind.sentence(&phrases).contains('{') && !problem.kind.sentence(&phrases).is_empty());
                }
            }
        }
    }
}

/// Any JSON, as hostile as it comes.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop_oneof![
            Just("bus"),
            Just("yes"),
            Just("true"),
            Just("2026-11-22"),
            Just("08:05"),
            Just("cedar-elementary"),
            Just("kim@example.org")
        ]
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{0,8}", inner, 0..5).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Answers that a person could give to a field, right and wrong ones.
fn plausible(topic: usize) -> impl Strategy<Value = RawAnswers> {
    let fields = DEMO.topics[topic].form.fields.clone();
    let each: Vec<_> = fields
        .into_iter()
        .map(|field| {
            let options: Vec<String> = field.kind.choices().iter().map(|c| c.id.clone()).collect();
            let text = prop_oneof![
                2 => prop::sample::select(vec!["12", "kim@example.org", "555-010-1234", "2026-11-22", "08:05", "true", "false", "cedar-elementary", "k", "Elm St & 4th", "MV-12345", ""]).prop_map(String::from),
                1 => "\\PC{0,30}",
                3 => if options.is_empty() { Just(String::from("12")).boxed() } else { prop::sample::select(options).boxed() },
            ];
            (Just(field), prop::collection::vec(text, 0..3))
        })
        .collect();
    each.prop_map(|all| all.into_iter().filter_map(|(field, values)| Some((field.id.clone(), field.read(&values)?))).collect())
}

/// A seeded sample in every run; many more, and new ones each time, with `cargo xtask test --all`.
fn cases() -> ProptestConfig {
    if std::env::var("PORCHLIGHT_TEST_ALL").is_ok() {
        return ProptestConfig { cases: 20_000, ..ProptestConfig::default() };
    }
    ProptestConfig { cases: 256, rng_seed: proptest::test_runner::RngSeed::Fixed(20_261_122), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn no_json_makes_the_parser_panic(value in any_json(), topic in 0_usize..14) {
        let locale = english();
        let context = Context { schools: &["cedar-elementary"], grades: &["k"], locale: &locale };
        let form = &DEMO.topics[topic].form;
        if let Some(raw) = wire::read_answers(&value) {
            drop(form.parse(&raw, &context));
        }
        let raw: RawAnswers = form.fields.iter().map(|f| (f.id.clone(), RawAnswer::from(&value))).collect();
        drop(form.parse(&raw, &context));
    }

    #[test]
    fn no_json_makes_the_definition_reader_panic(value in any_json()) {
        drop(District::from_definition(&value));
        drop(Form::from_definition(&value, &[english()], 1));
        drop(Form::from_definition(&json!({ "fields": [{ "id": value, "type": "choice", "label": value, "options": value, "shown_when": value }] }), &[english()], 1));
    }

    /// What the browser accepts (answers in memory) the server accepts (answers through JSON), and the
    /// reverse; and accepted answers are accepted again, unchanged.
    #[test]
    fn browser_and_server_agree(answers in (0_usize..14).prop_flat_map(|t| (Just(t), plausible(t)))) {
        let (topic, mut raw) = answers;
        let form = &DEMO.topics[topic].form;
        form.keep_shown(&mut raw);
        let schools: Vec<&str> = DEMO.schools.iter().map(|s| s.id.as_str()).collect();
        let grades: Vec<&str> = DEMO.grades.iter().map(|g| g.id.as_str()).collect();
        let locale = english();
        let context = Context { schools: &schools, grades: &grades, locale: &locale };
        // The browser has the form in one language only.
        let in_browser = form.only(&locale).parse(&raw, &context);
        let sent: Value = serde_json::from_str(&wire::answers_json(&raw)).unwrap();
        let on_server = form.parse(&wire::read_answers(&sent).unwrap(), &context);
        prop_assert_eq!(&in_browser, &on_server);
        if let Ok(accepted) = on_server {
            prop_assert_eq!(form.parse(&accepted.to_raw(), &context), Ok(accepted));
        }
    }
}
