//! The inquiry that is open: loading it, and renewing it under the eyes of somebody who reads it.

use super::Desk;
use crate::api::{self, Failure, of_inquiry};
use crate::state::draft::Writing;
use gloo_net::http::Method;
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_shared::api::Inquiry;
use porchlight_shared::status::MessageKind;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Opened {
    pub(crate) inquiry: RwSignal<Option<Inquiry>>,
    /// Why it cannot be shown at all.
    pub(crate) failed: RwSignal<Option<Failure>>,
    /// Counts the loads: only the answer to the newest one is shown.
    turn: StoredValue<u32>,
}

impl Opened {
    pub(super) fn new() -> Self {
        Self { inquiry: RwSignal::new(None), failed: RwSignal::new(None), turn: StoredValue::new(0) }
    }

    pub(super) fn clear(self) {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.inquiry.set(None);
        self.failed.set(None);
    }
}

impl Desk {
    /// What goes with the open inquiry: earlier ones of the sender, likely duplicates.
    pub(crate) fn load_related(self) {
        let open = self.opened.inquiry.with_untracked(|open| open.as_ref().filter(|o| !o.item.sealed).map(|o| o.item.id.clone()));
        match open {
            Some(id) => self.related.load_from(self, of_inquiry(&id, "/related")),
            None => self.related.clear(),
        }
    }

    /// Tells the server that this person has read it as it is.
    fn mark_read(self, id: String) {
        spawn_local(async move {
            if api::act::<()>(Method::PUT, &of_inquiry(&id, "/read")).await.is_ok() {
                self.notices.load(self);
            }
        });
    }

    /// Loads what the address names, or clears the place.
    pub(crate) fn load_open(self) {
        let wanted = self.route.with_untracked(|route| route.open.clone());
        let shown = self.opened.inquiry.with_untracked(|inquiry| inquiry.as_ref().map(|inquiry| inquiry.item.id.clone()));
        if wanted != shown {
            self.opened.clear();
            self.related.clear();
        }
        if wanted.is_some() {
            spawn_local(async move { drop(self.read_open().await) });
        }
    }

    /// Reads the open inquiry; nothing that is shown goes away while this runs. Returns the id of its newest reply, empty
    /// where there is none: it is shown by now, or by a later read that has begun meanwhile.
    pub(super) async fn read_open(self) -> Option<String> {
        let id = self.route.with_untracked(|route| route.open.clone())?;
        self.opened.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let turn = self.opened.turn.get_value();
        let result = api::get::<Inquiry>(&of_inquiry(&id, "")).await;
        let is_open = self.route.with_untracked(|route| route.open.as_ref() == Some(&id));
        if !is_open {
            return None;
        }
        let newest = result.as_ref().ok().map(|inquiry| inquiry.seen.clone().unwrap_or_default());
        if self.opened.turn.get_value() != turn {
            return newest;
        }
        let is_shown = self.opened.inquiry.with_untracked(Option::is_some);
        match result {
            Ok(inquiry) => self.show_inquiry(inquiry),
            Err(Failure::LoggedOut) => self.session_ended(),
            Err(failure) if is_shown && failure != Failure::NotHere => self.trouble.set(Some(failure.words())),
            Err(failure) => {
                self.opened.inquiry.set(None);
                self.opened.failed.set(Some(failure));
            }
        }
        newest
    }

    fn show_inquiry(self, inquiry: Inquiry) {
        self.trouble.set(None);
        self.opened.failed.set(None);
        let told = self.opened.inquiry.with_untracked(|old| old.as_ref().and_then(|old| new_from_sender(old, &inquiry)));
        if let Some(words) = told {
            self.say(words);
        }
        let id = inquiry.item.id.clone();
        let kept = &inquiry.drafts;
        for (writing, text, inserted) in [(Writing::Reply, &kept.reply, &kept.inserted[..]), (Writing::Note, &kept.note, &[])] {
            if let Some(text) = text {
                self.drafts.update(|drafts| drafts.found(&id, writing, text, inserted));
            }
        }
        let (first, longer) = self.opened.inquiry.with_untracked(|old| match old.as_ref().filter(|o| o.item.id == id) {
            None => (true, true),
            Some(old) => (old.item.sealed && !inquiry.item.sealed, old.thread.len() != inquiry.thread.len()),
        });
        if longer && !inquiry.item.sealed {
            self.mark_read(id);
        }
        if self.opened.inquiry.with_untracked(|old| old.as_ref() != Some(&inquiry)) {
            self.opened.inquiry.set(Some(inquiry));
        }
        if first {
            self.load_related();
        }
    }
}

/// What a screen reader is told when the sender wrote while the thread was open.
fn new_from_sender(old: &Inquiry, new: &Inquiry) -> Option<String> {
    let added = new.thread.iter().skip(old.thread.len()).any(|message| message.kind == MessageKind::Sender);
    added.then(|| format!("{} wrote again.", new.sender.name.as_deref().unwrap_or("The sender")))
}
