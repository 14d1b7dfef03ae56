//! Plain words: the reading level of everything that we say to people.

use std::collections::BTreeMap;
use std::path::Path;

/// The highest school grade whose pupils should read each of our texts with ease.
const GRADE: f64 = 6.0;
/// Fewer words than this make no grade: "Thank-you" would be one of a university.
const ENOUGH: usize = 8;

/// Vowel groups, without the ends that are not spoken.
fn syllables(word: &str) -> usize {
    let word: String = word.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    let vowel = |c: char| "aeiouy".contains(c);
    let groups =
        word.chars().zip(std::iter::once(' ').chain(word.chars())).filter(|(c, before)| vowel(*c) && !vowel(*before)).count();
    let before = |ending: &str, letters: &str| {
        word.strip_suffix(ending).and_then(|stem| stem.chars().last()).is_some_and(|last| letters.contains(last))
    };
    let silent = (word.ends_with('e') && !word.ends_with("le"))
        || (word.ends_with("ed") && !before("ed", "td"))
        || (word.ends_with("es") && !before("es", "sxzhgc"));
    (groups - usize::from(silent && groups > 1)).max(1)
}

/// Words, sentences and syllables.
fn counted(text: &str) -> (usize, usize, usize) {
    let sentences = text.split(['.', '!', '?', '…']).filter(|part| part.chars().any(char::is_alphabetic)).count();
    let words: Vec<&str> = text
        .split(|c: char| !(c.is_alphabetic() || "'’-".contains(c)))
        .filter(|word| word.chars().any(char::is_alphabetic))
        .collect();
    (words.len(), sentences, words.iter().map(|word| syllables(word)).sum())
}

/// The school grade by Flesch and Kincaid (1975).
fn grade((words, sentences, syllables): (usize, usize, usize)) -> f64 {
    0.39 * words as f64 / sentences as f64 + 11.8 * syllables as f64 / words as f64 - 15.59
}

#[test]
fn a_sixth_grader_reads_everything_that_we_say() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/locales/en.json");
    let texts: BTreeMap<String, String> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let (mut all, mut hardest) = ((0, 0, 0), (0.0, String::new()));
    // A list of words is matched, and read by nobody.
    for (name, text) in texts.iter().filter(|(name, _)| *name != "small_words") {
        for form in text.split('|') {
            // A placeholder stands for something short.
            let form = ["{0}", "{1}", "{2}", "{3}"].iter().fold(form.to_owned(), |form, hole| form.replace(hole, "it"));
            let counts = counted(&form);
            if counts.0 < ENOUGH {
                continue;
            }
            all = (all.0 + counts.0, all.1 + counts.1, all.2 + counts.2);
            let grade = grade(counts);
            assert!(grade <= GRADE, "{name} needs grade {grade:.1}: {form}");
            if grade > hardest.0 {
                hardest = (grade, form);
            }
        }
    }
    println!("{} words, grade {:.1}; the hardest text {:.1}: {}", all.0, grade(all), hardest.0, hardest.1);
    assert!(all.0 > 500, "there are texts: {} words", all.0);
    assert!(grade(all) <= GRADE / 2.0, "on the whole it reads with ease: {:.1}", grade(all));
}

#[test]
fn syllables_are_counted_as_they_are_spoken() {
    for (word, count) in
        [("the", 1), ("message", 2), ("people", 2), ("transportation", 4), ("closed", 1), ("waited", 2), ("pages", 2)]
    {
        assert_eq!(syllables(word), count, "{word}");
    }
}
