//! The closed vocabularies, and figures, as staff read them.

use porchlight_shared::alert::{How, Verdict};
use porchlight_shared::api::{Alert, AuditEntry, BulkDeed, InquiryItem, Piece, SenderDetails};
use porchlight_shared::coach::calm_line;
use porchlight_shared::status::{Channel, NoticeKind, Priority, Relationship, Role, Status};

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

pub(crate) const fn priority_name(priority: Priority) -> &'static str {
    match priority {
        Priority::Critical => "critical",
        Priority::High => "high",
        Priority::Normal => "normal",
        Priority::Low => "low",
    }
}

/// What the strip above everything says.
pub(crate) fn alerts_waiting(count: usize) -> String {
    match count {
        1 => "1 alert waits for somebody".to_owned(),
        n => format!("{n} alerts wait for somebody"),
    }
}

/// How a keyword matched, before the keyword.
pub(crate) const fn how_matched(how: How) -> &'static str {
    match how {
        How::Exact => "matches",
        How::Inflected => "is a form of",
        How::Misspelt => "is spelled like",
        How::Disguised => "looks like",
    }
}

/// Who has an alert, and what was said of it; nothing while it is open.
pub(crate) fn alert_stands(alert: &Alert) -> Option<String> {
    let name = alert.acknowledged_by.as_ref().map_or("Somebody", |by| by.name.as_str());
    match alert.verdict {
        Some(Verdict::FalseAlarm) => Some("A false alarm.".to_owned()),
        Some(Verdict::Right) => Some(format!("Right. {name} has it.")),
        None if alert.acknowledged_at.is_some() => Some(format!("{name} has it.")),
        None => None,
    }
}

pub(crate) const fn role(role: Role) -> &'static str {
    match role {
        Role::Administrator => "Administrator",
        Role::Observer => "Observer",
        Role::Staff => "Staff",
        Role::Recorder => "Recorder",
    }
}

/// A line of what somebody wrote, as a heading: nobody has to read abuse in a list.
pub(crate) fn calm(line: &str) -> String {
    calm_line(line).unwrap_or_else(|| line.to_owned())
}

/// What was found, marked; where it abuses whoever reads the list, what is needed of it.
pub(crate) fn calm_excerpt(found: &[Piece]) -> Vec<Piece> {
    let whole: String = found.iter().map(|piece| piece.text.as_str()).collect();
    calm_line(&whole).map_or_else(|| found.to_vec(), |text| vec![Piece { text, hit: false }])
}

/// What a line is called.
pub(crate) fn title(item: &InquiryItem) -> String {
    if item.sealed { "Confidential inquiry".to_owned() } else { calm(&item.summary) }
}

/// Below the title: who, about what, and whose it is.
pub(crate) fn line_meta(item: &InquiryItem) -> String {
    let owner = match &item.owner {
        None => "nobody’s".to_owned(),
        Some(owner) if owner.away_until.is_some() => format!("{}, away", owner.name),
        Some(owner) => owner.name.clone(),
    };
    if item.sealed {
        return format!("{} · {} · {owner}", item.reference, item.topic.label);
    }
    let sender = item.sender_name.as_deref().unwrap_or("Anonymous");
    format!("{sender} · {} · {owner}", item.topic.label)
}

/// What was done to many at once.
pub(crate) fn done_to(count: usize, deed: &BulkDeed) -> String {
    let what = if count == 1 { "1 inquiry".to_owned() } else { format!("{count} inquiries") };
    match deed {
        BulkDeed::Close => format!("{what} closed."),
        BulkDeed::Tag(_) => format!("{what} tagged."),
        BulkDeed::Assign(_) => format!("{what} handed on."),
    }
}

/// How often a template was used, and what became of it.
pub(crate) fn template_uses(uses: i64, settled: i64) -> String {
    match (uses, settled) {
        (0, _) => "not used yet".to_owned(),
        (1, 0) => "used once".to_owned(),
        (1, _) => "used once, and that settled it".to_owned(),
        (uses, settled) => format!("used {uses} times, {settled} settled"),
    }
}

/// How often a published answer was somebody's.
pub(crate) fn answer_helped(settled: i64) -> String {
    match settled {
        0 => "helped nobody yet".to_owned(),
        1 => "helped once".to_owned(),
        n => format!("helped {n} times"),
    }
}

/// Why two inquiries are thought to be the same.
pub(crate) fn because(all: &[String]) -> String {
    let words: Vec<&str> = all
        .iter()
        .map(|why| match why.as_str() {
            "same_sender" => "same sender",
            "same_words" => "similar words",
            "same_place" => "same place",
            _ => "same day",
        })
        .collect();
    words.join(", ")
}

/// Why somebody was told.
pub(crate) fn notice(kind: NoticeKind, by: Option<&str>) -> String {
    let by = by.unwrap_or("Porchlight");
    match kind {
        NoticeKind::Assigned if by == "Porchlight" => "Yours now".to_owned(),
        NoticeKind::Assigned => format!("{by} handed you"),
        NoticeKind::LetIn if by == "Porchlight" => "You help with".to_owned(),
        NoticeKind::LetIn => format!("{by} asks you to help with"),
        NoticeKind::Mentioned => format!("{by} asks you about"),
        NoticeKind::SenderWrote => "The sender wrote again".to_owned(),
        NoticeKind::Replied => format!("{by} replied"),
        NoticeKind::Noted => format!("{by} wrote a note"),
        NoticeKind::Reopened => format!("{by} reopened"),
        NoticeKind::Withdrawn => "The sender took back".to_owned(),
        NoticeKind::DueSoon => "Due soon:".to_owned(),
        NoticeKind::PastDue => "Past due:".to_owned(),
        NoticeKind::Escalated => "Past due, and nobody answered:".to_owned(),
        NoticeKind::Alert => "Alert:".to_owned(),
        NoticeKind::Ownerless => "Nobody can be reached for".to_owned(),
    }
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
pub(crate) fn audit(entry: &AuditEntry) -> String {
    let by = entry.by.as_deref();
    let did = |what: &str| format!("{} {what}", by.unwrap_or("Porchlight"));
    let (from, to) = (entry.from.as_deref(), entry.to.as_deref());
    let mut words = match (entry.action.as_str(), by) {
        ("received", None) => "It came in".to_owned(),
        ("received", Some(who)) => format!("{who} wrote it down"),
        ("replied", _) => did("replied"),
        ("reply_taken_back", _) => did("took a reply back before it left"),
        ("noted", _) => did("wrote a note"),
        ("sender_wrote", _) => "The sender wrote again".to_owned(),
        ("waiting", _) => did("marked it as waiting on the sender"),
        ("closed", _) => did("closed it"),
        ("reopened", _) => format!("{} reopened it", by.unwrap_or("The sender")),
        ("withdrawn", _) => format!("{} took it back", by.unwrap_or("The sender")),
        ("assigned", _) => did("handed it on"),
        ("let_in", _) => did("let somebody in"),
        ("taken_out", _) => did("took somebody out"),
        ("tagged", _) => did("changed tags"),
        ("priority_set", _) => did("set the priority"),
        ("confidential_set", _) => did("set whether it is confidential"),
        ("unsealed", _) => did("opened it, though it is confidential"),
        ("merged", _) => did("merged two inquiries"),
        ("unmerged", _) => did("took a merging back"),
        ("split", _) => did("split a message off"),
        ("unsplit", _) => did("put a message back"),
        ("undone", _) => did("took back what was done last"),
        ("alert_raised", None) => "Words of concern raised an alert".to_owned(),
        ("alert_raised", _) => did("raised an alert"),
        ("alert_told", _) => "The alert’s people were told".to_owned(),
        ("alert_acknowledged", _) => did("has the alert"),
        ("alert_judged", _) => did("judged the alert"),
        ("reminded", _) => "A reminder went out".to_owned(),
        ("postponed", _) => did("promised another time"),
        ("snoozed", _) => did("asked for no reminders"),
        (other, _) => format!("{}: {}", by.unwrap_or("Porchlight"), other.replace('_', " ")),
    };
    words += &match (from, to) {
        (Some(from), Some(to)) => format!(": from {from} to {to}"),
        (None, Some(to)) => format!(": {to}"),
        (Some(from), None) => format!(": {from}"),
        (None, None) => String::new(),
    };
    if let Some(reason) = &entry.reason {
        words += &format!(". “{reason}”");
    }
    words
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
    fn what_is_found_abuses_nobody() {
        let found = |parts: [&str; 3]| parts.map(|text| Piece { text: text.to_owned(), hit: text == parts[1] });
        let kind = found(["Where is ", "bus", " 12?"]);
        assert_eq!(calm_excerpt(&kind), kind);
        let harsh = calm_excerpt(&found(["You ", "idiots", ", bus 12 left my son at Elm Street."]));
        assert!(harsh.len() == 1 && !harsh[0].text.contains("idiots") && harsh[0].text.contains("left my son"), "{harsh:?}");
    }

    #[test]
    fn the_trail_reads_as_sentences() {
        let entry = |by: Option<&str>, action: &str, from: Option<&str>, to: Option<&str>, reason: Option<&str>| {
            let own = |text: Option<&str>| text.map(str::to_owned);
            audit(&AuditEntry {
                by: own(by),
                action: action.into(),
                from: own(from),
                to: own(to),
                reason: own(reason),
                at: String::new(),
            })
        };
        assert_eq!(entry(Some("Dewey Ortiz"), "replied", None, None, None), "Dewey Ortiz replied");
        assert_eq!(entry(None, "received", None, Some("Dewey"), None), "It came in: Dewey");
        assert_eq!(entry(Some("Pat Lee"), "received", None, None, None), "Pat Lee wrote it down");
        assert_eq!(entry(None, "withdrawn", None, None, None), "The sender took it back");
        assert_eq!(
            entry(Some("Ana"), "assigned", Some("Ana"), Some("Bev"), Some("It is about a bus.")),
            "Ana handed it on: from Ana to Bev. “It is about a bus.”"
        );
        assert_eq!(entry(None, "weighed_again", None, None, None), "Porchlight: weighed again");
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
        assert_eq!(template_uses(12, 9), "used 12 times, 9 settled");
        assert_eq!([512, 34_900, 2_450_000].map(size), ["512 bytes", "34 kB", "2.4 MB"]);
    }
}
