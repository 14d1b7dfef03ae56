//! The closed vocabularies, and figures, as staff read them.

use porchlight_shared::api::{InquiryItem, SenderDetails};
use porchlight_shared::status::{Channel, Priority, Relationship, Status};

pub(crate) const fn status(status: Status) -> &'static str {
    match status {
        Status::New => "new",
        Status::Open => "open",
        Status::Waiting => "waiting on the sender",
        Status::Closed => "closed",
    }
}

pub(crate) const fn relationship(relationship: Relationship) -> &'static str {
    match relationship {
        Relationship::Parent => "Parent or guardian",
        Relationship::Student => "Student",
        Relationship::Employee => "Employee",
        Relationship::Community => "Community member",
    }
}

pub(crate) const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Widget => "Button on a school site",
        Channel::Landing => "Landing page",
        Channel::Email => "E-mail",
        Channel::Phone => "Phone call",
        Channel::WalkIn => "In person",
        Channel::Sms => "Text message",
        Channel::Social => "Social media",
        Channel::Api => "Another program",
    }
}

/// The word beside the mark; the usual priorities need none.
pub(crate) const fn priority(priority: Priority) -> Option<&'static str> {
    match priority {
        Priority::Critical => Some("Critical"),
        Priority::High => Some("High"),
        Priority::Normal | Priority::Low => None,
    }
}

/// Who wrote, in a line of the list.
pub(crate) fn sender(item: &InquiryItem) -> String {
    item.sender_name.clone().unwrap_or_else(|| "Anonymous".to_owned())
}

/// Who wrote, where there is room to say whether the name is kept back or only missing.
pub(crate) fn sender_in_full(sender: &SenderDetails) -> String {
    match (&sender.name, sender.anonymous) {
        (_, true) => "Anonymous".to_owned(),
        (Some(name), false) => name.clone(),
        (None, false) => "No name was given".to_owned(),
    }
}

/// Where a reply goes, said above the button that sends it.
pub(crate) fn reply_goes_to(sender: &SenderDetails) -> String {
    match (&sender.email, &sender.name, &sender.phone) {
        (Some(_), Some(name), _) => format!("Goes to {name} by e-mail."),
        (Some(email), None, _) => format!("Goes to {email} by e-mail."),
        (None, _, Some(phone)) => {
            format!("No e-mail was left: please call {phone} as well. What you write stands on the sender’s page.")
        }
        (None, _, None) => "No e-mail was left; it can be read on the sender’s page.".to_owned(),
    }
}

/// An entry of the audit trail, without its time.
pub(crate) fn audit(by: Option<&str>, action: &str) -> String {
    match (action, by) {
        ("received", None) => "It came in".to_owned(),
        ("received", Some(who)) => format!("{who} wrote it down"),
        ("replied", _) => format!("{} replied", by.unwrap_or("Porchlight")),
        ("noted", _) => format!("{} wrote a note", by.unwrap_or("Porchlight")),
        ("sender_wrote", _) => "The sender wrote again".to_owned(),
        ("waiting", _) => format!("{} marked it as waiting on the sender", by.unwrap_or("Porchlight")),
        ("closed", _) => format!("{} closed it", by.unwrap_or("Porchlight")),
        ("reopened", _) => format!("{} reopened it", by.unwrap_or("The sender")),
        ("withdrawn", _) => format!("{} took it back", by.unwrap_or("The sender")),
        ("assigned", _) => format!("{} named an owner", by.unwrap_or("Porchlight")),
        (other, who) => format!("{}: {}", who.unwrap_or("Porchlight"), other.replace('_', " ")),
    }
}

/// The size of a file.
pub(crate) fn size(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trail_reads_as_sentences() {
        assert_eq!(audit(Some("Dewey Ortiz"), "replied"), "Dewey Ortiz replied");
        assert_eq!(audit(None, "received"), "It came in");
        assert_eq!(audit(Some("Pat Lee"), "received"), "Pat Lee wrote it down");
        assert_eq!(audit(None, "withdrawn"), "The sender took it back");
        assert_eq!(audit(None, "tagged_again"), "Porchlight: tagged again");
    }

    #[test]
    fn where_a_reply_goes() {
        let mut sender = SenderDetails {
            anonymous: false,
            name: Some("Kim".to_owned()),
            email: Some("kim@example.org".to_owned()),
            phone: None,
        };
        assert_eq!(reply_goes_to(&sender), "Goes to Kim by e-mail.");
        sender.name = None;
        assert_eq!(reply_goes_to(&sender), "Goes to kim@example.org by e-mail.");
        assert_eq!(sender_in_full(&sender), "No name was given");
        sender.email = None;
        sender.phone = Some("555-010-1234".to_owned());
        assert!(reply_goes_to(&sender).contains("please call 555-010-1234"));
        sender.phone = None;
        assert_eq!(reply_goes_to(&sender), "No e-mail was left; it can be read on the sender’s page.");
    }

    #[test]
    fn sizes() {
        assert_eq!([512, 34_900, 2_450_000].map(size), ["512 bytes", "34 kB", "2.4 MB"]);
    }
}
