//! A break after a hard thread: offered once for each, never counted, told to nobody.

use super::Desk;
use crate::time;
use leptos::prelude::*;
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
    /// After a reply, a closing or a handing over of a hard one: take five, and until when nothing is due.
    pub(super) fn offer_rest(self, id: &str) {
        let wanted = self.me.with_untracked(|me| me.as_ref().is_some_and(|me| me.preferences.fold_harsh));
        let hard =
            self.opened.inquiry.with_untracked(|open| open.as_ref().is_some_and(|open| open.item.id == id && is_hard(open)));
        let new = self.rested.try_update_value(|rested| rested.insert(id.to_owned())).unwrap_or_default();
        if !(wanted && hard && new) {
            return;
        }
        let me = self.me.with_untracked(|me| me.as_ref().map(|me| me.account_id.clone()).unwrap_or_default());
        let now = self.now.get_untracked();
        let own = |item: &InquiryItem| item.id != id && item.owner.as_ref().is_some_and(|owner| owner.account_id == me);
        let due = self.inbox.lines.with_untracked(|lines| {
            let own = lines.iter().filter_map(|line| line.item.with_untracked(|item| own(item).then(|| item.due_at.clone())?));
            own.filter_map(|due| time::parse(&due)).min()
        });
        let free = due.filter(|due| (due.as_millisecond() - now.as_millisecond()) / 60_000 > ROOM);
        let until = free.map(|due| self.zone.with_untracked(|zone| time::moment(due, now, zone)));
        self.rest.set(Some(match until {
            Some(until) => format!("That was a hard one. Take five: nothing of yours is due before {until}."),
            None => "That was a hard one. Take five before the next.".to_owned(),
        }));
    }
}
