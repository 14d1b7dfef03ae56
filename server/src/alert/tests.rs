use super::*;
use porchlight_shared::alert::{Keyword, Tolerance, WordList};
use proptest::prelude::*;

/// One category of English words; `=`, `+`, `~` and `-` as in the starter lists.
fn matcher(lines: &[&str]) -> Matcher {
    in_languages(&[("en", lines)])
}

fn in_languages(lists: &[(&str, &[&str])]) -> Matcher {
    let list = |lines: &[&str]| {
        let mut list = WordList::default();
        for line in lines {
            let tolerance = match line.as_bytes()[0] {
                b'-' => {
                    list.quiet.push(line[1..].trim().to_owned());
                    continue;
                }
                b'=' => Some(Tolerance::Exact),
                b'+' => Some(Tolerance::Forms),
                b'~' => Some(Tolerance::Spelling),
                _ => None,
            };
            let text = line.trim_start_matches(['=', '+', '~']).trim().to_owned();
            list.keywords.push(Keyword { text, tolerance });
        }
        list
    };
    let lists: WordLists = lists.iter().map(|(locale, lines)| ((*locale).to_owned(), list(lines))).collect();
    Matcher::new([("c", &lists)])
}

/// What of `text` is found, and how.
fn found<'t>(matcher: &Matcher, text: &'t str) -> Vec<(&'t str, How)> {
    matcher.scan(text).iter().map(|m| (&text[m.start..m.end], m.how)).collect()
}

#[test]
fn inflected_misspelt_and_disguised() {
    use How::{Disguised, Exact, Inflected, Misspelt};
    let m = matcher(&["threaten", "weapon", "suicide", "+kill", "gun", "shoot up", "kill * myself"]);
    for (text, how) in [
        ("they threaten", Exact),
        ("he threatened", Inflected),
        ("is threatening", Inflected),
        ("he threatend", Misspelt),
        ("a wepon", Misspelt),
        ("a WEPON!", Misspelt),
        ("suiside", Misspelt),
        ("k1ll", Disguised),
        ("k!ll", Disguised),
        ("k*ll", Disguised),
        ("killlll", Disguised),
        ("s u i c i d e", Disguised),
        ("s.u.i.c.i.d.e", Disguised),
        ("s-u-i-c-i-d-e", Disguised),
        ("sui cide", Disguised),
        ("$u1c1d3", Disguised),
        ("su\u{200b}icide", Exact),
        ("we\u{430}pon", Exact),
        ("sh00t up", Disguised),
        ("shootup", Disguised),
        ("shooting up", Inflected),
        ("Suicide", Exact),
    ] {
        let all = found(&m, text);
        assert!(all.len() == 1 && all[0].1 == how, "{text}: {all:?}");
    }
    let innocent = [
        "skill",
        "begun",
        "Killeen",
        "assessment",
        "analysis",
        "gunwale",
        "shot",
        "short",
        "Mr. Keller and Ms. Wepner",
        "a b c d",
    ];
    for text in innocent {
        assert_eq!(found(&m, text), [], "{text}");
    }
    assert_eq!(found(&m, "I will k i l l you"), [("k i l l", Disguised)]);
    assert_eq!(found(&m, "kill it, or myself"), [("kill it, or myself", Exact)], "the longest of those within one another");
    assert_eq!(found(&m, "kill it. Myself I would not"), [("kill", Exact)], "a gap stays within its sentence");
    assert_eq!(found(&m, "guns").len(), 0, "short words are exact");
}

#[test]
fn quiet_phrases_cover_what_means_no_harm() {
    let m = matcher(&["shoot", "shoot * school", "-shoot|shooting hoops", "-photo shoot"]);
    for quiet in ["we were shooting hoops", "the photo shoot", "a photo shoot at school"] {
        assert_eq!(found(&m, quiet), [], "{quiet}");
    }
    assert_eq!(found(&m, "after shooting hoops he said he will shoot the school").len(), 1);
}

#[test]
fn phrases_have_alternatives_gaps_and_little_words() {
    let m = matcher(&["bring|brought * gun|pistol", "kill her"]);
    for text in ["bring a gun", "He brought his dad's pistol", "bringing my big brother's old gun"] {
        assert_eq!(found(&m, text).len(), 1, "{text}");
    }
    for text in ["bring a book about the history of the gun", "bring it. A gun"] {
        assert_eq!(found(&m, text), [], "{text}");
    }
    assert_eq!(found(&m, "I'd kill for her").len(), 0);
    assert_eq!(found(&m, "kill her").len(), 1);
}

#[test]
fn languages_do_not_borrow_from_each_other() {
    let m = in_languages(&[("en", &["violate"]), ("es", &["violar", "amenaza", "+matar"])]);
    for text in ["me amenazo", "amenaso", "lo violó", "biolaron", "los mató", "matándolo", "la matarán"] {
        assert_eq!(m.scan(text).len(), 1, "{text}");
    }
    assert_eq!(found(&m, "he violates the rule").len(), 1);
    assert_eq!(m.scan("he violates the rule")[0].locale, "en");
    assert_eq!(m.scan("el estuche del violín"), []);
    let chinese = in_languages(&[("zh", &["自杀"]), ("ru", &["оружие"])]);
    assert_eq!(chinese.scan("他想自杀。")[0].keyword, "自杀");
    assert_eq!(chinese.scan("много оружия")[0].how, How::Inflected);
}

#[test]
fn places_are_bytes_of_the_text() {
    let m = matcher(&["weapon"]);
    let text = "Ñandú 😀 has a weapon’s case";
    let all = m.scan(text);
    assert_eq!(&text[all[0].start..all[0].end], "weapon’s");
}

#[test]
fn huge_lists_and_texts_end() {
    let words: Vec<String> = (0..10_000)
        .map(|n| {
            format!(
                "word{}",
                "abcdefghij".chars().cycle().skip(n % 10).take(3 + n % 9).collect::<String>()
                    + &n.to_string().replace(|c: char| c.is_ascii_digit(), "q")
            )
        })
        .collect();
    let m = matcher(&words.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(m.scan(&"wordabc ".repeat(20_000)).len() <= 100);
    assert!(matcher(&[]).is_empty() && matcher(&[]).scan("anything").is_empty());
}

proptest! {
    /// Whatever is written and looked for: no panic, and places that can be cut out.
    #[test]
    fn any_text_can_be_scanned(text in "\\PC{0,80}", words in proptest::collection::vec("[a-zñé@*1|]{1,9}( [a-z*]{1,6}){0,3}", 0..6)) {
        let m = matcher(&words.iter().map(String::as_str).filter(|w| w.chars().next().is_some_and(char::is_alphabetic)).collect::<Vec<_>>());
        for one in m.scan(&text) {
            prop_assert!(one.start < one.end && text.get(one.start..one.end).is_some());
        }
    }

    /// A keyword is found wherever it stands, whatever its case.
    #[test]
    fn what_is_there_is_found(word in "[b-z]{5,12}", before in "[a-z]{0,8}", upper in any::<bool>()) {
        let m = matcher(&[&word]);
        let said = if upper { word.to_uppercase() } else { word.clone() };
        let text = format!("{before} {said}, {before}");
        prop_assert!(m.scan(&text).iter().any(|f| text[f.start..f.end] == said || text[f.start..f.end].contains(&said)), "{text}");
    }
}
