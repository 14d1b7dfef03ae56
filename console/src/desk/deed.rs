//! What staff do with the open inquiry apart from writing: wait, close, reopen, hand on.

use super::{Desk, LIST_TITLE, Offer, TITLE};
use crate::api::{self, Failure, Step};
use crate::dom;
use crate::state::draft::Writing;
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_shared::status::Status;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deed {
    Step(Step),
    /// To whom; `None` is the district's fallback owner.
    Assign(Option<String>),
}

impl Desk {
    /// Does it once, however often it is pressed, then shows how things stand.
    pub(crate) fn act(self, id: String, deed: Deed) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let result = match &deed {
                Deed::Step(step) => api::step(&id, *step).await,
                Deed::Assign(owner) => api::assign(&id, owner.as_deref()).await,
            };
            self.busy.set(false);
            match result {
                Ok(()) => {
                    self.settle(&id, &deed);
                    self.done(&id, &deed);
                }
                Err(Failure::LoggedOut) => return self.session_ended(),
                Err(failure @ Failure::Changed) => self.tell(failure.words(), None),
                Err(failure) => {
                    self.tell_trouble(format!("{} {}", deed.failed(), failure.words()), Some(Offer::Again(id, deed)));
                    return;
                }
            }
            self.refresh_list();
            self.read_open().await;
            // The button that did it may be gone with what it did.
            dom::catch_focus(&[TITLE, LIST_TITLE]);
        });
    }

    /// Shows at once what the server just confirmed, so that a second press cannot repeat it. The rest
    /// follows with the next load.
    fn settle(self, id: &str, deed: &Deed) {
        let Deed::Step(step) = deed else { return };
        let is_open = self.opened.inquiry.with_untracked(|open| open.as_ref().is_some_and(|open| open.item.id == id));
        if !is_open {
            return;
        }
        self.opened.inquiry.update(|open| {
            let Some(open) = open else { return };
            match step {
                Step::Wait => (open.item.status, open.may.wait) = (Status::Waiting, false),
                Step::Close => (open.item.status, open.may.close, open.may.wait) = (Status::Closed, false, false),
                Step::Reopen => (open.item.status, open.may.reopen) = (Status::Open, false),
            }
        });
    }

    fn done(self, id: &str, deed: &Deed) {
        match deed {
            Deed::Step(Step::Close) => self.tell("Closed.", Some(Offer::Undo(id.to_owned()))),
            Deed::Step(Step::Reopen) => self.tell("Open again.", None),
            Deed::Step(Step::Wait) => self.tell("Waiting on the sender now.", None),
            Deed::Assign(None) => self.tell("The district’s usual owner has it now.", None),
            Deed::Assign(Some(to)) => {
                let name = self.me.with_untracked(|me| {
                    let colleagues = me.as_ref().map(|me| me.colleagues.as_slice()).unwrap_or_default();
                    colleagues.iter().find(|colleague| colleague.account_id == *to).map(|colleague| colleague.name.clone())
                });
                self.tell(format!("{} has it now.", name.as_deref().unwrap_or("Somebody else")), None);
            }
        }
    }

    /// A step of the open inquiry, if it makes sense now and the person may take it.
    pub(crate) fn step(self, step: Step) {
        let id = self.opened.inquiry.with_untracked(|inquiry| {
            let inquiry = inquiry.as_ref()?;
            let may = match step {
                Step::Wait => inquiry.may.wait,
                Step::Close => inquiry.may.close,
                Step::Reopen => inquiry.may.reopen,
            };
            may.then(|| inquiry.item.id.clone())
        });
        let Some(id) = id else { return };
        // Whoever wrote a reply means it to be sent: nobody should hear nothing because of a key.
        let unsent =
            step != Step::Reopen && self.drafts.with_untracked(|drafts| !drafts.text(&id, Writing::Reply).trim().is_empty());
        if unsent {
            return self.tell("Your reply is written but not sent. Send it first, or empty it.", None);
        }
        self.act(id, Deed::Step(step));
    }

    /// Does what the button of a toast offers.
    pub(crate) fn take(self, offer: Offer) {
        self.toast.set(None);
        match offer {
            Offer::Undo(id) => self.act(id, Deed::Step(Step::Reopen)),
            Offer::Again(id, deed) => self.act(id, deed),
        }
    }
}

impl Deed {
    /// What did not happen.
    fn failed(&self) -> &'static str {
        match self {
            Self::Step(Step::Wait) => "It is not marked as waiting.",
            Self::Step(Step::Close) => "It is not closed.",
            Self::Step(Step::Reopen) => "It is not open again.",
            Self::Assign(_) => "It still has the same owner.",
        }
    }
}
