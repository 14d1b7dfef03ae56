//! What staff do with inquiries apart from writing: wait, close, hand on, tag, let in, merge …

use super::{Desk, LIST_TITLE, Offer, TITLE};
use crate::api::{self, Failure, of_inquiry};
use crate::dom;
use crate::state::draft::Writing;
use crate::words;
use gloo_net::http::Method;
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_shared::alert::Verdict;
use porchlight_shared::api::{
    Assignment, Bulk, BulkDeed, Confidential, Done, Made, Merge, NewAlert, NewDue, NewMember, NewPriority, NewVerdict, Quiet,
    Reason, Split, TagChange,
};
use porchlight_shared::status::{Priority, Status};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deed {
    Wait,
    Close,
    Reopen,
    /// Hands it on.
    Assign(Assignment),
    LetIn(String),
    TakeOut(String),
    Tag(TagChange),
    Priority(Priority),
    Confidential(bool),
    /// Into which.
    Merge(String),
    /// Takes the merging of this inquiry, by id, back.
    Unmerge(String),
    Split {
        message: String,
        topic: String,
    },
    Unsplit,
    /// Opens a confidential one, with a reason.
    Unseal(String),
    /// Has an alert, by id.
    Acknowledge(String),
    Judge(String, Verdict),
    Unjudge(String),
    /// Raises an alert of a category, by id.
    Alert(String),
    Postpone(NewDue),
    Quiet(Quiet),
}

/// What a deed answered.
#[derive(Debug, Default)]
struct Outcome {
    undo: Option<String>,
    /// Where to go on.
    made: Option<String>,
}

async fn perform(id: &str, deed: &Deed) -> Result<Outcome, Failure> {
    let at = |rest: &str| of_inquiry(id, rest);
    let done = |done: Done| Outcome { undo: done.undo, made: None };
    match deed {
        Deed::Wait => api::act(Method::POST, &at("/waiting")).await.map(done),
        Deed::Close => api::act(Method::POST, &at("/closure")).await.map(done),
        Deed::Reopen => api::act(Method::DELETE, &at("/closure")).await.map(done),
        Deed::Assign(to) => api::send(Method::POST, &at("/assignment"), to).await.map(done),
        Deed::LetIn(account) => api::send(Method::POST, &at("/members"), &NewMember { account: account.clone() }).await.map(done),
        Deed::TakeOut(account) => api::act(Method::DELETE, &at(&format!("/members/{account}"))).await.map(done),
        Deed::Tag(change) => api::send(Method::POST, &at("/tags"), change).await.map(done),
        Deed::Priority(priority) => {
            api::send(Method::PUT, &at("/priority"), &NewPriority { priority: *priority }).await.map(done)
        }
        Deed::Confidential(confidential) => {
            api::send(Method::PUT, &at("/confidential"), &Confidential { confidential: *confidential }).await.map(done)
        }
        Deed::Merge(into) => {
            api::send::<()>(Method::POST, &at("/merge"), &Merge { into: into.clone() }).await?;
            Ok(Outcome { undo: None, made: Some(into.clone()) })
        }
        Deed::Unmerge(child) => api::act::<()>(Method::DELETE, &of_inquiry(child, "/merge")).await.map(|()| Outcome::default()),
        Deed::Split { message, topic } => {
            let body = Split { message: message.clone(), topic: topic.clone() };
            api::send::<Made>(Method::POST, &at("/split"), &body).await.map(|made| Outcome { undo: None, made: Some(made.id) })
        }
        Deed::Unsplit => {
            api::act::<Made>(Method::DELETE, &at("/split")).await.map(|made| Outcome { undo: None, made: Some(made.id) })
        }
        Deed::Acknowledge(alert) => {
            api::act::<()>(Method::PUT, &at(&format!("/alerts/{alert}/acknowledgement"))).await.map(|()| Outcome::default())
        }
        Deed::Judge(alert, verdict) => {
            let body = NewVerdict { verdict: *verdict };
            api::send::<()>(Method::PUT, &at(&format!("/alerts/{alert}/verdict")), &body).await.map(|()| Outcome::default())
        }
        Deed::Unjudge(alert) => {
            api::act::<()>(Method::DELETE, &at(&format!("/alerts/{alert}/verdict"))).await.map(|()| Outcome::default())
        }
        Deed::Alert(category) => {
            let body = NewAlert { category: category.clone() };
            api::send::<()>(Method::POST, &at("/alerts"), &body).await.map(|()| Outcome::default())
        }
        Deed::Postpone(due) => api::send(Method::PUT, &at("/due"), due).await.map(done),
        Deed::Quiet(quiet) => api::send(Method::PUT, &at("/quiet"), quiet).await.map(done),
        Deed::Unseal(reason) => api::send::<()>(Method::POST, &at("/unsealing"), &Reason { reason: reason.clone() })
            .await
            .map(|()| Outcome::default()),
    }
}

impl Desk {
    /// Does it once, however often it is pressed, then shows how things stand.
    pub(crate) fn act(self, id: String, deed: Deed) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        // By then it may not be open any more.
        let hard = self.is_hard(&id);
        spawn_local(async move {
            let result = perform(&id, &deed).await;
            self.busy.set(false);
            match result {
                Ok(outcome) => {
                    let me = self.me.with_untracked(|me| me.as_ref().map(|me| me.account_id.clone()));
                    let ends = matches!(&deed, Deed::Assign(to) if to.owner != me) || matches!(deed, Deed::Close);
                    self.rest_after(&id, ends && hard);
                    self.settle(&id, &deed);
                    self.tell(self.done(&deed), outcome.undo.map(Offer::Undo));
                    if let Some(made) = outcome.made {
                        self.go(&self.route.with_untracked(|route| route.to_inquiry(&made)));
                    }
                }
                Err(Failure::LoggedOut) => return self.session_ended(),
                Err(failure @ Failure::Changed) => self.tell(failure.words(), None),
                // What is wrong is in what was asked for: again would be refused again.
                Err(Failure::Refused(words)) => return self.tell_trouble(words, None),
                Err(failure) => {
                    self.tell_trouble(format!("{} {}", deed.failed(), failure.words()), Some(Offer::Again(id, deed)));
                    return;
                }
            }
            self.refresh_list();
            self.read_open().await;
            self.load_related();
            // The button that did it may be gone with what it did.
            dom::catch_focus(&[TITLE, LIST_TITLE]);
        });
    }

    /// Shows at once what the server just confirmed, so that a second press cannot repeat it. The rest
    /// follows with the next load.
    fn settle(self, id: &str, deed: &Deed) {
        let is_open = self.opened.inquiry.with_untracked(|open| open.as_ref().is_some_and(|open| open.item.id == id));
        if !is_open {
            return;
        }
        self.opened.inquiry.update(|open| {
            let Some(open) = open else { return };
            match deed {
                Deed::Wait => (open.item.status, open.may.wait) = (Status::Waiting, false),
                Deed::Close => (open.item.status, open.may.close, open.may.wait) = (Status::Closed, false, false),
                Deed::Reopen => (open.item.status, open.may.reopen) = (Status::Open, false),
                _ => {}
            }
        });
    }

    fn done(self, deed: &Deed) -> String {
        match deed {
            Deed::Close => "Closed.".to_owned(),
            Deed::Reopen => "Open again.".to_owned(),
            Deed::Wait => "Waiting on the sender now.".to_owned(),
            Deed::Assign(to) => match to.owner.as_deref() {
                None => "Handed on.".to_owned(),
                Some(owner) => format!("{} has it now.", self.name_of(owner)),
            },
            Deed::LetIn(account) => format!("{} is in, and was told.", self.name_of(account)),
            Deed::TakeOut(account) => format!("{} is out.", self.name_of(account)),
            Deed::Tag(_) => "Tags changed.".to_owned(),
            Deed::Priority(priority) => format!("Priority: {}.", words::priority_name(*priority)),
            Deed::Confidential(true) => "Confidential now: only its owner and those who are named on it read it.".to_owned(),
            Deed::Confidential(false) => "Not confidential any more.".to_owned(),
            Deed::Merge(_) => "Merged. You are in the thread where it goes on.".to_owned(),
            Deed::Unmerge(_) => "Taken apart again.".to_owned(),
            Deed::Split { .. } => "Split off. This is the new inquiry; the sender is told its number.".to_owned(),
            Deed::Unsplit => "Put back where it came from.".to_owned(),
            Deed::Acknowledge(_) => "You have it. Nobody else is called.".to_owned(),
            Deed::Judge(_, Verdict::Right) => "Thank you. The word did its work.".to_owned(),
            Deed::Judge(_, Verdict::FalseAlarm) => "A false alarm. It counts against the words.".to_owned(),
            Deed::Unjudge(_) => "Taken back.".to_owned(),
            Deed::Alert(_) => "Raised: its people are told now.".to_owned(),
            Deed::Postpone(_) => "Another time is promised; the sender is told.".to_owned(),
            Deed::Quiet(_) => "No reminders for a while. The due time stays.".to_owned(),
            Deed::Unseal(_) => "Open to you for a day. Your reason is kept.".to_owned(),
        }
    }

    /// The name of a colleague.
    pub(crate) fn name_of(self, account: &str) -> String {
        let name = self.me.with_untracked(|me| {
            let colleagues = me.as_ref().map(|me| me.colleagues.as_slice()).unwrap_or_default();
            colleagues.iter().find(|colleague| colleague.account_id == account).map(|colleague| colleague.name.clone())
        });
        name.unwrap_or_else(|| "Somebody else".to_owned())
    }

    /// A step of the open inquiry, if it makes sense now and the person may take it.
    pub(crate) fn step(self, deed: Deed) {
        let id = self.opened.inquiry.with_untracked(|inquiry| {
            let inquiry = inquiry.as_ref()?;
            let may = match deed {
                Deed::Wait => inquiry.may.wait,
                Deed::Close => inquiry.may.close,
                Deed::Reopen => inquiry.may.reopen,
                _ => true,
            };
            may.then(|| inquiry.item.id.clone())
        });
        let Some(id) = id else { return };
        // Whoever wrote a reply means it to be sent: nobody should hear nothing because of a key.
        let ends = matches!(deed, Deed::Wait | Deed::Close);
        if ends && self.drafts.with_untracked(|drafts| !drafts.text(&id, Writing::Reply).trim().is_empty()) {
            return self.tell("Your reply is written but not sent. Send it first, or empty it.", None);
        }
        self.act(id, deed);
    }

    /// Does the same to everything that is selected.
    pub(crate) fn act_on_selected(self, deed: BulkDeed) {
        let ids: Vec<String> = self.selected.with_untracked(|all| all.iter().cloned().collect());
        if ids.is_empty() || self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let body = Bulk { ids: ids.clone(), deed };
            let result = api::send::<Done>(Method::POST, "/bulk", &body).await;
            self.busy.set(false);
            match result {
                Ok(done) => {
                    self.selected.update(|all| all.clear());
                    let left = done.skipped.len();
                    let mut words = words::done_to(ids.len() - left, &body.deed);
                    if left > 0 {
                        let named: Vec<&str> =
                            done.skipped.iter().map(|s| s.reference.as_str()).filter(|r| !r.is_empty()).take(5).collect();
                        words += &format!(" {left} stayed as they were: {}.", named.join(", "));
                    }
                    self.tell(words, done.undo.map(Offer::Undo));
                }
                Err(Failure::LoggedOut) => return self.session_ended(),
                Err(failure) => return self.tell_trouble(failure.words(), None),
            }
            self.refresh_list();
            self.read_open().await;
            dom::catch_focus(&[LIST_TITLE]);
        });
    }

    /// Does what the button of a toast offers.
    pub(crate) fn take(self, offer: Offer) {
        self.toast.set(None);
        match offer {
            Offer::Undo(undo) => self.undo(undo),
            Offer::TakeBack(id, reply) => self.take_back(id, reply),
            Offer::Again(id, deed) => self.act(id, deed),
        }
        dom::catch_focus(&[TITLE, LIST_TITLE]);
    }

    fn undo(self, undo: String) {
        spawn_local(async move {
            match api::act::<Done>(Method::POST, &format!("/undo/{undo}")).await {
                Ok(done) if done.skipped.is_empty() => self.tell("Taken back.", None),
                Ok(_) => self.tell("Taken back, but where somebody has gone on since.", None),
                Err(Failure::LoggedOut) => return self.session_ended(),
                Err(Failure::NotHere) => self.tell_trouble("It is too late to take this back.", None),
                Err(failure) => self.tell_trouble(failure.words(), None),
            }
            self.refresh_list();
            self.read_open().await;
        });
    }
}

impl Deed {
    /// What did not happen.
    fn failed(&self) -> &'static str {
        match self {
            Self::Wait => "It is not marked as waiting.",
            Self::Close => "It is not closed.",
            Self::Reopen => "It is not open again.",
            Self::Assign(_) => "It still has the same owner.",
            Self::LetIn(_) | Self::TakeOut(_) => "Nobody came in or went.",
            Self::Tag(_) => "The tags are as they were.",
            Self::Priority(_) | Self::Confidential(_) => "Nothing changed.",
            Self::Merge(_) | Self::Unmerge(_) => "Nothing was merged or taken apart.",
            Self::Split { .. } | Self::Unsplit => "Nothing was split or put back.",
            Self::Unseal(_) => "It is still closed to you.",
            Self::Acknowledge(_) => "Nobody has the alert yet.",
            Self::Judge(..) | Self::Unjudge(_) => "The alert is as it was.",
            Self::Alert(_) => "No alert was raised.",
            Self::Postpone(_) => "The promised time is as it was.",
            Self::Quiet(_) => "Reminders go on.",
        }
    }
}
