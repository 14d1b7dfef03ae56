//! How a fresh list from the server meets the one on the screen.

use crate::words::calm;
use porchlight_shared::api::InquiryItem;
use porchlight_shared::status::Status;
use std::collections::HashSet;

/// Adds a further page; an inquiry that is there already stays where it is.
pub(crate) fn append(list: &mut Vec<InquiryItem>, page: Vec<InquiryItem>) {
    let known: HashSet<String> = list.iter().map(|item| item.id.clone()).collect();
    list.extend(page.into_iter().filter(|item| !known.contains(&item.id)));
}

/// What came into the list since `before`. The newest stand first, so something unknown *below* all that
/// is known did not arrive: it only moved up into the page when others left.
pub(crate) fn arrivals<'a>(before: &HashSet<String>, after: &'a [InquiryItem]) -> Vec<&'a InquiryItem> {
    let end = if before.is_empty() { after.len() } else { after.iter().rposition(|item| before.contains(&item.id)).unwrap_or(0) };
    after[..end].iter().filter(|item| !before.contains(&item.id)).collect()
}

/// What a screen reader is told of them.
pub(crate) fn announcement(arrivals: &[&InquiryItem]) -> Option<String> {
    let new: Vec<&InquiryItem> = arrivals.iter().filter(|item| item.status == Status::New).copied().collect();
    match new.as_slice() {
        [] => None,
        [one] => Some(format!("New inquiry: {}", calm(&one.summary))),
        [first, ..] => Some(format!("{} new inquiries. The newest: {}", new.len(), calm(&first.summary))),
    }
}

/// How many pages of `size` must be read again to renew a list of `length`.
pub(crate) const fn pages(length: usize, size: usize) -> usize {
    if length <= size { 1 } else { length.div_ceil(size) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use porchlight_shared::api::Named;
    use porchlight_shared::status::{Channel, Kind, Priority, Relationship};

    fn item(id: &str, status: Status) -> InquiryItem {
        InquiryItem {
            id: id.to_owned(),
            reference: format!("MV-{id}"),
            summary: format!("Bus {id}"),
            topic: Named { id: "bus".to_owned(), label: "Bus".to_owned() },
            kind: Kind::Concern,
            status,
            priority: Priority::Normal,
            relationship: Relationship::Parent,
            channel: Channel::Widget,
            confidential: false,
            sender_name: None,
            owner: None,
            received_at: "2026-11-20T13:00:00Z".to_owned(),
            due_at: None,
            past_due: false,
            updated_at: "2026-11-20T13:00:00Z".to_owned(),
            tags: Vec::new(),
            sealed: false,
            excerpt: Vec::new(),
        }
    }

    fn known(ids: &[&str]) -> HashSet<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn only_what_stands_above_something_known_has_arrived() {
        let list = [item("4", Status::New), item("3", Status::Open), item("2", Status::Open), item("1", Status::Open)];
        let ids = |before: &[&str]| arrivals(&known(before), &list).iter().map(|item| item.id.as_str()).collect::<Vec<_>>();
        assert_eq!(ids(&["3", "2", "1"]), ["4"]);
        assert_eq!(ids(&["4", "3"]), Vec::<&str>::new());
        assert_eq!(ids(&["2"]), ["4", "3"]);
        assert_eq!(ids(&[]), ["4", "3", "2", "1"]);
        assert_eq!(ids(&["9"]), Vec::<&str>::new());
    }

    #[test]
    fn only_new_ones_are_announced() {
        let (new, newer, reopened) = (item("1", Status::New), item("2", Status::New), item("3", Status::Open));
        assert_eq!(announcement(&[&reopened]), None);
        assert_eq!(announcement(&[&reopened, &new]).as_deref(), Some("New inquiry: Bus 1"));
        assert_eq!(announcement(&[&newer, &new]).as_deref(), Some("2 new inquiries. The newest: Bus 2"));
    }

    #[test]
    fn a_page_adds_only_what_is_missing() {
        let mut list = vec![item("3", Status::New), item("2", Status::New)];
        append(&mut list, vec![item("2", Status::Open), item("1", Status::Open)]);
        assert_eq!(list.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(), ["3", "2", "1"]);
        assert_eq!(list[1].status, Status::New);
    }

    #[test]
    fn pages_to_read_again() {
        assert_eq!([0, 1, 50, 51, 120].map(|length| pages(length, 50)), [1, 1, 1, 2, 3]);
    }
}
