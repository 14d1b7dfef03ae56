//! `@Ana Ruiz` in a note: who is meant.

/// Where somebody is named in a text, in bytes, and who.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    pub start: usize,
    pub end: usize,
    pub account: String,
}

/// Finds everybody who is named with an `@` and their full name, whatever its case; or with a first name that nobody else
/// has. `people` are accounts and names; of two that fit, the longer name is meant.
pub fn mentions<'p>(text: &str, people: impl Iterator<Item = (&'p str, &'p str)> + Clone) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find('@').map(|i| from + i) {
        from = at + 1;
        // An address has a letter before its sign.
        if text[..at].chars().next_back().is_some_and(char::is_alphanumeric) {
            continue;
        }
        let fits = |name: &str| prefix_length(&text[from..], name).map(|length| from + length);
        let full = people.clone().filter_map(|(account, name)| fits(name).map(|end| (end, account))).max_by_key(|(end, _)| *end);
        let first = || {
            let mut all = people.clone().filter_map(|(account, name)| {
                let (first, _) = name.split_once(' ')?;
                fits(first).map(|end| (end, account))
            });
            all.next().filter(|_| all.next().is_none())
        };
        if let Some((end, account)) = full.or_else(first) {
            found.push(Mention { start: at, end, account: account.to_owned() });
            from = end;
        }
    }
    found
}

/// How many bytes of `text` are `name`, at a word's end.
fn prefix_length(text: &str, name: &str) -> Option<usize> {
    if name.is_empty() {
        return None;
    }
    let mut rest = text.char_indices();
    for wanted in name.chars() {
        let (_, c) = rest.next()?;
        let same = c == wanted || c.to_lowercase().eq(wanted.to_lowercase());
        if !same {
            return None;
        }
    }
    let end = rest.next();
    match end {
        None => Some(text.len()),
        Some((at, next)) => (!next.is_alphanumeric()).then_some(at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_addresses_are_not() {
        let people = [("1", "Ana Ruiz"), ("2", "Ana Ruiz Peña"), ("3", "Bev")];
        let who = |text: &str| mentions(text, people.iter().copied()).into_iter().map(|m| m.account).collect::<Vec<_>>();
        assert_eq!(who("@Ana Ruiz can you look?"), ["1"]);
        assert_eq!(who("@ana ruiz peña, and @Bev."), ["2", "3"]);
        assert_eq!(who("write to kim@Bev or @Beverly or @ Bev"), Vec::<String>::new());
        assert_eq!(who("@@Bev"), ["3"]);
        assert_eq!(who("@ana, which of you?"), Vec::<String>::new(), "there are two of that name");
        let others = [("4", "Naomi Feld"), ("5", "Kim Park"), ("6", "Kim Lee")];
        let first = mentions("@naomi, or @Kim? Not @Naomis.", others.iter().copied());
        assert_eq!(first.into_iter().map(|m| m.account).collect::<Vec<_>>(), ["4"]);
        let text = "ñ @Bev!";
        let found = &mentions(text, people.iter().copied())[0];
        assert_eq!(&text[found.start..found.end], "@Bev");
    }
}
