//! What each key does. Plain, so that the whole table can be tested; `view/console.rs` listens.

/// A pressed key and where the person is while pressing it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Press<'a> {
    /// As in `KeyboardEvent.key`.
    pub(crate) key: &'a str,
    pub(crate) shift: bool,
    /// With Ctrl, Alt or ⌘: that belongs to the browser.
    pub(crate) modified: bool,
    /// In a field, where letters are text.
    pub(crate) typing: bool,
    /// A dialog is open; it has its own keys.
    pub(crate) dialog: bool,
    /// `g` was pressed just before.
    pub(crate) after_g: bool,
    /// Single letters are switched off.
    pub(crate) letters_off: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    Next,
    Previous,
    Open,
    Reply,
    Note,
    /// Choose a template for the reply.
    Template,
    Assign,
    /// Let somebody else answer a hard one.
    HandOver,
    Wait,
    Close,
    Reopen,
    /// Say that they have the alert.
    HaveIt,
    AlertRight,
    FalseAlarm,
    Search,
    /// Tick the line, or take the tick away.
    Select,
    News,
    /// Wait for the second key.
    Go,
    Inbox,
    /// Out of the field.
    Leave,
    /// One screen up.
    Back,
    Help,
}

pub(crate) fn command(press: Press<'_>) -> Option<Command> {
    if press.dialog || press.modified {
        return None;
    }
    match (press.key, press.typing) {
        ("Escape", true) => return Some(Command::Leave),
        ("Escape", false) => return Some(Command::Back),
        (_, true) => return None,
        _ if press.letters_off => return None,
        _ => {}
    }
    let key = press.key.to_lowercase();
    if press.after_g {
        return (key == "i").then_some(Command::Inbox);
    }
    match (key.as_str(), press.shift) {
        ("j", false) => Some(Command::Next),
        ("k", false) => Some(Command::Previous),
        ("o", false) => Some(Command::Open),
        ("r", false) => Some(Command::Reply),
        ("n", false) => Some(Command::Note),
        ("t", false) => Some(Command::Template),
        ("a", false) => Some(Command::Assign),
        ("h", false) => Some(Command::HandOver),
        ("w", false) => Some(Command::Wait),
        ("e", false) => Some(Command::Close),
        ("e", true) => Some(Command::Reopen),
        ("i", false) => Some(Command::HaveIt),
        ("y", false) => Some(Command::AlertRight),
        ("f", false) => Some(Command::FalseAlarm),
        ("g", false) => Some(Command::Go),
        ("x", false) => Some(Command::Select),
        ("b", false) => Some(Command::News),
        ("/", _) => Some(Command::Search),
        ("?", _) => Some(Command::Help),
        _ => None,
    }
}

/// The table of the help sheet: keys, and what they do.
pub(crate) const HELP: [(&[&str], &str); 21] = [
    (&["j"], "Next inquiry in the list"),
    (&["k"], "Previous inquiry in the list"),
    (&["Enter", "o"], "Open it"),
    (&["r"], "Write a reply"),
    (&["n"], "Write a note for staff"),
    (&["t"], "Insert a template into the reply"),
    (&["a"], "Hand it on"),
    (&["h"], "Hand it over because it is a hard one"),
    (&["w"], "Wait on the sender"),
    (&["e"], "Close"),
    (&["Shift E"], "Reopen"),
    (&["x"], "Select it, to do the same with several"),
    (&["i"], "I have the alert"),
    (&["y"], "The alert is right"),
    (&["f"], "The alert is false"),
    (&["b"], "What is new"),
    (&["/"], "Find by words, names, references"),
    (&["g then i"], "Go to the inbox"),
    (&["Esc"], "Leave the text, or go back"),
    (&["Ctrl Enter", "⌘ Enter"], "Send what you wrote"),
    (&["?"], "This list"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str) -> Press<'_> {
        Press { key, ..Press::default() }
    }

    #[test]
    fn the_whole_table() {
        let table = [
            ("j", Command::Next),
            ("k", Command::Previous),
            ("o", Command::Open),
            ("r", Command::Reply),
            ("n", Command::Note),
            ("t", Command::Template),
            ("a", Command::Assign),
            ("h", Command::HandOver),
            ("w", Command::Wait),
            ("e", Command::Close),
            ("g", Command::Go),
            ("/", Command::Search),
            ("?", Command::Help),
            ("Escape", Command::Back),
        ];
        for (key, expected) in table {
            assert_eq!(command(press(key)), Some(expected), "{key}");
        }
        assert_eq!(command(Press { shift: true, ..press("E") }), Some(Command::Reopen));
        assert_eq!(command(Press { shift: true, ..press("?") }), Some(Command::Help));
        // Caps lock is not Shift.
        assert_eq!(command(press("E")), Some(Command::Close));
        assert_eq!(command(press("x")), Some(Command::Select));
        assert_eq!(command(press("y")), Some(Command::AlertRight));
        assert_eq!(command(press("f")), Some(Command::FalseAlarm));
        assert_eq!(command(press("i")), Some(Command::HaveIt));
        assert_eq!(command(press("q")), None);
        assert_eq!(command(press("Enter")), None);
    }

    #[test]
    fn letters_are_text_in_a_field() {
        for key in ["j", "e", "?", "/"] {
            assert_eq!(command(Press { typing: true, ..press(key) }), None);
        }
        assert_eq!(command(Press { typing: true, ..press("Escape") }), Some(Command::Leave));
    }

    #[test]
    fn dialogs_and_the_browser_keep_their_keys() {
        assert_eq!(command(Press { dialog: true, ..press("Escape") }), None);
        assert_eq!(command(Press { modified: true, ..press("r") }), None);
    }

    #[test]
    fn letters_can_be_switched_off() {
        assert_eq!(command(Press { letters_off: true, ..press("e") }), None);
        assert_eq!(command(Press { letters_off: true, ..press("Escape") }), Some(Command::Back));
    }

    #[test]
    fn two_keys_in_a_row() {
        assert_eq!(command(Press { after_g: true, ..press("i") }), Some(Command::Inbox));
        assert_eq!(command(Press { after_g: true, ..press("e") }), None);
    }
}
