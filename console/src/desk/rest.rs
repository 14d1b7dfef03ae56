//! A break after a hard thread: offered once for each, never counted, told to nobody.

use super::Desk;
use crate::state::route::{Filter, View};
use crate::{api, time};
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_shared::api::{Inquiry, InquiryItem};
use porchlight_shared::coach::harsh;
use porchlight_shared::status::MessageKind;

/// What is due sooner than this leaves no room to speak of, in minutes.
const ROOM: i64 = 20;

/// Whether somebody had to read abuse in it.
fn is_hard(inquiry: &Inquiry) -> bool {
    let said = inquiry.thread.iter().filter(|m| m.kind == MessageKind::Sender).map(|m| m.text.as_str());
    inquiry.answers.iter().map(|a| a.text.as_str()).chain(said).any(|text| harsh(text).is_some())
}

impl Desk {
    /// After a reply, a closing or a handing over of one that was hard: take five, and until when nothing is due.
    pub(super) fn rest_after(self, id: &str, hard: bool) {
        if !hard || !self.rested.try_update_value(|rested| rested.insert(id.to_owned())).unwrap_or_default() {
            return;
        }
        let id = id.to_owned();
        spawn_local(async move {
            // Their own, whatever list is shown now.
            let mine = Filter { view: View::Mine, ..Filter::default() };
            let all = api::inquiries(&mine, None).await.map(|list| list.inquiries);
            let now = self.now.get_untracked();
            let due_of = |item: &InquiryItem| time::parse(item.due_at.as_deref()?);
            let due = all.as_ref().ok().map(|all| all.iter().filter(|item| item.id != id).filter_map(due_of).min());
            let free = due.flatten().filter(|due| (due.as_millisecond() - now.as_millisecond()) / 60_000 > ROOM);
            let until = free.map(|due| self.zone.with_untracked(|zone| time::moment(due, now, zone)));
            self.rest.set(Some(match (until, due) {
                (Some(until), _) => format!("That was a hard one. Take five: nothing of yours is due before {until}."),
                (None, Some(None)) => "That was a hard one. Take five: nothing of yours is due.".to_owned(),
                _ => "That was a hard one. Take five before the next.".to_owned(),
            }));
        });
    }

    /// Whether the open inquiry is one after which a break is offered.
    pub(super) fn is_hard(self, id: &str) -> bool {
        let wanted = self.me.with_untracked(|me| me.as_ref().is_some_and(|me| me.preferences.fold_harsh));
        wanted && self.opened.inquiry.with_untracked(|open| open.as_ref().is_some_and(|open| open.item.id == id && is_hard(open)))
    }
}
