//! What is wrong with a category before it is kept. Pure.

use super::Known;
use crate::store::DistrictRecord;
use porchlight_shared::alert::{Category, Duty, Keyword, Tolerance};
use porchlight_shared::text::Locale;
use std::collections::BTreeSet;

/// Longest help for a sender, in characters.
const LONGEST_HELP: usize = 600;

/// The first problem of a category, as the field and what to do; `others` are the district's other categories.
pub fn category_problem<'a>(
    category: &Category,
    others: impl Iterator<Item = &'a Known>,
    district: &DistrictRecord,
) -> Option<(&'static str, String)> {
    words_problem(category)
        .or_else(|| {
            let entries =
                |category: &Category| -> usize { category.lists.values().map(|l| l.keywords.len() + l.quiet.len()).sum() };
            let all = entries(category) + others.map(|known| entries(&known.category)).sum::<usize>();
            let most = Keyword::MOST;
            (all > most).then(|| {
                (
                    "lists",
                    format!("All categories together would have {all} words and phrases; {most} are the most. Join some with |."),
                )
            })
        })
        .or_else(|| people_problem(category, district))
        .or_else(|| help_problem(category))
}

fn words_problem(category: &Category) -> Option<(&'static str, String)> {
    for (locale, list) in &category.lists {
        if Locale::parse(locale).is_none() {
            return Some(("lists", format!("`{locale}` is no language. Write it like en or es.")));
        }
        let mut seen = BTreeSet::new();
        for text in list.keywords.iter().map(|k| k.text.as_str()).chain(list.quiet.iter().map(String::as_str)) {
            if let Err(problem) = Keyword::parts(text) {
                return Some(("lists", format!("“{text}” ({locale}): {}", problem.words())));
            }
            if !seen.insert(text.trim().to_lowercase()) {
                return Some(("lists", format!("“{text}” ({locale}) is there twice. Take one out.")));
            }
        }
        let loose = |k: &&Keyword| {
            let letters = k.text.chars().filter(|c| c.is_alphanumeric()).count();
            letters < 2 || letters < 4 && k.tolerance == Some(Tolerance::Spelling)
        };
        // Signs of languages without spaces are words by themselves.
        if let Some(loose) = list.keywords.iter().filter(|k| k.text.is_ascii()).find(loose) {
            let words = format!(
                "“{}” ({locale}) is too short to be told from other words. Write a longer one, or match it exactly.",
                loose.text
            );
            return Some(("lists", words));
        }
    }
    None
}

fn people_problem(category: &Category, district: &DistrictRecord) -> Option<(&'static str, String)> {
    let here = |account: &String| district.directory.people.get(account).is_some_and(|p| p.active);
    let gone = |_| String::from("Somebody in the list is not here any more. Choose somebody else.");
    if let Some(problem) = category.team.iter().find(|a| !here(a)).map(gone) {
        return Some(("team", problem));
    }
    for (field, duty) in [("day", &category.day), ("night", &category.night)] {
        let Duty { people, minutes, also } = duty;
        if let Some(problem) = people.iter().find(|a| !here(a)).map(gone) {
            return Some((field, problem));
        }
        let (least, most) = (Duty::LEAST_MINUTES, Duty::MOST_MINUTES);
        if !(least..=most).contains(minutes) {
            return Some((field, format!("The next is told after {least} to {most} minutes. Write a number between them.")));
        }
        if people.len() > Duty::MOST || also.len() > Duty::MOST {
            return Some((field, format!("{} are the most.", Duty::MOST)));
        }
        if let Some(wrong) = also.iter().find(|a| a.parse::<lettre::Address>().is_err()) {
            return Some((field, format!("“{wrong}” is no mail address. Write it like duty@example.org.")));
        }
    }
    None
}

fn help_problem(category: &Category) -> Option<(&'static str, String)> {
    let long = category.help.values().any(|text| text.chars().count() > LONGEST_HELP);
    long.then(|| ("help", format!("{LONGEST_HELP} characters are the most: somebody in need reads it.")))
}
