//! What a template may name, and how a place looks that could not be filled in: the same where templates are filled in and
//! where replies are written.

/// Variables of templates, and what each stands for.
pub const VARIABLES: &[(&str, &str)] = &[
    ("sender", "The sender’s name"),
    ("school", "The school’s name"),
    ("topic", "The topic’s name"),
    ("reference", "The inquiry’s reference, like MV-7K3Q-92"),
    ("promise", "When an answer is promised, like Tuesday, 4 pm"),
    ("topic_link", "The page of the topic’s form"),
    ("district", "The district’s name"),
    ("me", "Your name"),
    ("title", "Your title"),
    ("signature", "Your name, title and district, on lines of their own"),
];

/// Longest template, in characters.
pub const LONGEST: usize = 10_000;
/// Longest title of one, in characters.
pub const LONGEST_TITLE: usize = 80;

/// What stands where a variable has no value here. No reply that holds one is sent.
pub fn marker(variable: &str) -> String {
    format!("⟦{variable}⟧")
}

/// Variables whose places are still open in a text, in the order of [`VARIABLES`].
pub fn left_open(text: &str) -> Vec<&'static str> {
    VARIABLES.iter().map(|(name, _)| *name).filter(|name| text.contains(&marker(name))).collect()
}

/// Whether something of what a template put into a text is still there: one of its longer pieces, between its open places,
/// and not only its signature, which is its last paragraph.
pub fn is_still_in(text: &str, inserted: &str) -> bool {
    let inserted = inserted.trim();
    let body = inserted.rsplit_once("\n\n").map_or(inserted, |(body, _)| body);
    let pieces = body.lines().flat_map(|line| line.split(['⟦', '⟧'])).map(str::trim);
    let mut pieces = pieces.filter(|piece| piece.chars().count() >= 12).peekable();
    if pieces.peek().is_none() { text.contains(inserted) } else { pieces.any(|piece| text.contains(piece)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_places_are_found_and_other_brackets_are_not() {
        assert_eq!(left_open("At ⟦school⟧, by ⟦promise⟧, ⟦school⟧"), ["school", "promise"]);
        assert!(left_open("Come to ⟦the party⟧").is_empty());
    }

    #[test]
    fn the_page_of_the_docs_names_every_variable() {
        let page = include_str!("../../docs/writing.md");
        for (name, _) in VARIABLES {
            assert!(page.contains(&format!("`{name}`")), "{name} is missing in docs/writing.md");
        }
    }

    #[test]
    fn a_template_is_there_while_one_of_its_lines_is() {
        let inserted = "Dear Kim,\n\nbuses come when the snow is off the road.\nWe are sorry.\n\nDewey";
        assert!(is_still_in("Hello Kim,\nbuses come when the snow is off the road.", inserted));
        assert!(!is_still_in("Dear Kim, it is something else.", inserted));
        assert!(is_still_in("Thank you.", "Thank you."));
        let signed = "Dear Kim,\n\nbuses come when the snow is off the road.\n\nDewey Ortiz\nMaple Valley School District";
        assert!(!is_still_in("It is something else.\n\nDewey Ortiz\nMaple Valley School District", signed));
        assert!(is_still_in("Cedar Elementary is closed until the snow is gone.", "⟦school⟧ is closed until the snow is gone."));
        assert!(!is_still_in("Thanks.", "Thank you."));
    }
}
