//! How words sound, roughly: letters that people confuse when they spell by ear become one.

/// The sound of a folded word.
pub(super) fn sound(word: &str, language: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let mut out = String::with_capacity(word.len());
    let mut at = 0;
    while at < letters.len() {
        let (this, next) = (letters[at], letters.get(at + 1).copied());
        let (said, taken) = if language == "es" { spanish(this, next, at) } else { english(this, next, at) };
        // Doubled letters are one.
        for c in said.chars().filter(|_| next != Some(this) || taken > 1) {
            if !out.ends_with(c) {
                out.push(c);
            }
        }
        at += taken;
    }
    out
}

/// What is heard of a letter and the one after it, and how many letters that is.
const fn english(this: char, next: Option<char>, at: usize) -> (&'static str, usize) {
    match (this, next) {
        ('p', Some('h')) => ("f", 2),
        ('c', Some('k')) | ('q', Some('u')) => ("k", 2),
        ('c', Some('h')) => ("ch", 2),
        ('c', Some('e' | 'i' | 'y')) | ('z', _) => ("s", 1),
        ('c' | 'q', _) => ("k", 1),
        ('k', Some('n')) if at == 0 => ("n", 2),
        ('w', Some('r')) if at == 0 => ("r", 2),
        ('g', Some('h')) => ("", 2),
        ('y', _) if at > 0 => ("i", 1),
        _ => (same(this), 1),
    }
}

const fn spanish(this: char, next: Option<char>, at: usize) -> (&'static str, usize) {
    match (this, next) {
        ('c', Some('h')) => ("ch", 2),
        ('h', _) => ("", 1),
        ('l', Some('l')) => ("y", 2),
        ('v', _) => ("b", 1),
        ('q', Some('u')) => ("k", 2),
        ('c', Some('e' | 'i')) | ('z', _) => ("s", 1),
        ('c' | 'q', _) => ("k", 1),
        ('g', Some('e' | 'i')) => ("j", 1),
        ('g', Some('u')) => ("g", 2),
        ('y', None) if at > 0 => ("i", 1),
        _ => (same(this), 1),
    }
}

/// Latin small letters and digits as they are; others have no sound here.
const fn same(c: char) -> &'static str {
    const ASCII: &str = "0123456789abcdefghijklmnopqrstuvwxyz";
    let at = match c {
        '0'..='9' => c as usize - '0' as usize,
        'a'..='z' => c as usize - 'a' as usize + 10,
        _ => return "",
    };
    let (_, from) = ASCII.split_at(at);
    let (one, _) = from.split_at(1);
    one
}

#[cfg(test)]
mod tests {
    use super::sound;

    #[test]
    fn spelled_by_ear() {
        for (one, other, language) in [
            ("suicide", "suiside", "en"),
            ("knife", "nife", "en"),
            ("killing", "kiling", "en"),
            ("amenaza", "amenasa", "es"),
            ("cuchillo", "cuchiyo", "es"),
            ("violo", "biolo", "es"),
            ("hacerse", "aserse", "es"),
            ("golpear", "golpear", "es"),
        ] {
            assert_eq!(sound(one, language), sound(other, language), "{one} {other}");
        }
        assert_ne!(sound("weapon", "en"), sound("wagon", "en"));
        assert_eq!(sound("оружие", "en"), "", "another alphabet");
    }
}
