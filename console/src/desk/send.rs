//! Writing: kept on the server as it is typed, sent once, and for some seconds taken back. The typed text goes away only
//! when the server has it.

use super::{Desk, Offer, THREAD, TITLE};
use crate::api::{self, Failure, of_inquiry};
use crate::dom;
use crate::state::draft::Writing;
use crate::state::{coach, draft};
use futures_util::future::join_all;
use gloo_net::http::Method;
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_shared::api::{File, HeldReceipt, Inserted, NewText, OfferedTemplate};
use porchlight_shared::problem::ProblemKind;
use porchlight_shared::template::{left_open, marker};
use porchlight_shared::text::Body;
use std::time::Duration;

/// So long after the last letter, a draft is kept.
const PAUSE: Duration = Duration::from_millis(800);

/// Why a text is still here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotSent {
    pub(crate) id: String,
    pub(crate) writing: Writing,
    pub(crate) words: String,
}

/// A file that goes with the next reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attached {
    pub(crate) inquiry: String,
    pub(crate) file: File,
}

impl Desk {
    /// Takes what was typed, and keeps it on the server after a pause.
    pub(crate) fn write(self, id: &str, writing: Writing, text: String) {
        let begins = self.drafts.with_untracked(|drafts| drafts.text(id, writing).is_empty());
        self.drafts.update(|drafts| {
            if let Some(seen) = self.newest_reply(id).filter(|_| begins) {
                drafts.seen_up_to(id, writing, seen);
            }
            drafts.write(id, writing, text);
        });
        if self.keeping.get_value() {
            return;
        }
        self.keeping.set_value(true);
        set_timeout(move || spawn_local(self.keep_drafts()), PAUSE);
    }

    /// The newest reply of the thread as it is shown; empty where there is none.
    fn newest_reply(self, id: &str) -> Option<String> {
        self.opened.inquiry.with_untracked(|open| {
            open.as_ref().filter(|open| open.item.id == id).map(|open| open.seen.clone().unwrap_or_default())
        })
    }

    /// Keeps every draft that changed since it was kept. One that cannot be kept now is tried again.
    pub(crate) async fn keep_drafts(self) {
        self.keeping.set_value(false);
        let turn = self.draft_turn.get_value();
        let _turn = turn.lock().await;
        let unkept = self.drafts.with_untracked(|drafts| drafts.unkept());
        join_all(unkept.into_iter().map(|(id, writing, draft)| async move {
            let path = of_inquiry(&id, &format!("/drafts/{}", writing.as_str()));
            if api::send::<()>(Method::PUT, &path, &draft).await.is_ok() {
                self.drafts.update(|drafts| drafts.kept(&id, writing, &draft.text));
            }
        }))
        .await;
    }

    /// Sends a file along with the next reply.
    pub(crate) fn attach(self, id: String, file: web_sys::File) {
        self.attaching.update(|n| *n += 1);
        spawn_local(async move {
            let result = api::send_file::<File>(&of_inquiry(&id, "/files"), &file).await;
            self.attaching.update(|n| *n = n.saturating_sub(1));
            match result {
                Ok(file) => self.attached.update(|all| all.push(Attached { inquiry: id, file })),
                Err(Failure::LoggedOut) => self.session_ended(),
                Err(failure) => {
                    let words = format!("The file was not attached. {}", failure.words());
                    self.not_sent.set(Some(NotSent { id, writing: Writing::Reply, words }));
                }
            }
        });
    }

    fn files_of(self, id: &str) -> Vec<String> {
        self.attached.with_untracked(|all| all.iter().filter(|a| a.inquiry == id).map(|a| a.file.id.clone()).collect())
    }

    /// Sends what is written for this inquiry in this mode, and nothing else.
    pub(crate) fn send(self, id: String, writing: Writing) {
        if self.sending.with_untracked(Option::is_some) {
            return;
        }
        self.not_sent.set(None);
        let text = self.drafts.with_untracked(|drafts| drafts.text(&id, writing).to_owned());
        let refuse = |id, words: String| {
            self.not_sent.set(Some(NotSent { id, writing, words }));
            dom::focus(field(writing));
        };
        if let Err(problem) = Body::parse(&text) {
            return refuse(id, unfit(&problem, writing));
        }
        let open = if writing == Writing::Reply { left_open(&text) } else { Vec::new() };
        if let Some(first) = open.first() {
            refuse(id, format!("Please fill in “{first}” first, or take it out: it stands in the text as {}.", marker(first)));
            return self.show_place(&text, &marker(first));
        }
        if writing == Writing::Reply && self.attaching.get_untracked() > 0 {
            return refuse(id, "A file is still on its way. Please send when it is here.".to_owned());
        }
        let Some(key) = self.drafts.try_update(|drafts| drafts.key(&id, writing, dom::fresh_key)) else { return };
        // What came since they began to write may have appeared behind their back: the server tells, and it is shown.
        let began = self.drafts.with_untracked(|drafts| drafts.seen(&id, writing).map(str::to_owned));
        let seen = began.or_else(|| self.newest_reply(&id));
        self.sending.set(Some((id.clone(), writing)));
        // Asked now: when it has left, another one may be open.
        let hard = writing == Writing::Reply && self.is_hard(&id);
        spawn_local(async move {
            let turn = self.draft_turn.get_value();
            let _turn = turn.lock().await;
            let result = match writing {
                Writing::Note => {
                    let note = NewText { text: text.clone(), ..NewText::default() };
                    api::send_once::<Option<HeldReceipt>>(&of_inquiry(&id, "/notes"), &note, &key).await
                }
                Writing::Reply => {
                    let reply = NewText {
                        text: text.clone(),
                        files: self.files_of(&id),
                        // Nothing seen is said, too: then any reply is news.
                        seen,
                        undoable: true,
                        templates: self.drafts.with_untracked(|drafts| drafts.templates(&id)),
                    };
                    api::send_once(&of_inquiry(&id, "/replies"), &reply, &key).await
                }
            };
            self.sending.set(None);
            match result {
                Ok(held) => {
                    self.rest_after(&id, hard);
                    self.sent(&id, writing, &text, held).await;
                }
                Err(failure) => self.keep(id, writing, failure).await,
            }
        });
    }

    /// Puts a filled-in template where the cursor is, and shows what is to be filled in by hand.
    pub(crate) fn insert(self, id: &str, template: &OfferedTemplate) {
        let before = self.drafts.with_untracked(|drafts| drafts.text(id, Writing::Reply).to_owned());
        let at = dom::cursor(field(Writing::Reply)).unwrap_or(u32::MAX);
        let text = draft::with_inserted(&before, at, &template.filled.text);
        self.write(id, Writing::Reply, text.clone());
        let put = Inserted { template: template.id.clone(), text: template.filled.text.clone() };
        self.drafts.update(|drafts| drafts.put(id, put));
        match left_open(&text).first() {
            Some(first) => self.show_place(&text, &marker(first)),
            None => dom::focus_later([field(Writing::Reply).to_owned()]),
        }
    }

    /// Selects a place in the reply, once the field shows this text.
    pub(crate) fn show_place(self, text: &str, place: &str) {
        let Some(at) = text.find(place) else { return };
        let (from, to) = coach::in_utf16(text, &(at..at + place.len()));
        request_animation_frame(move || dom::select(field(Writing::Reply), from, to));
    }

    async fn sent(self, id: &str, writing: Writing, text: &str, held: Option<HeldReceipt>) {
        self.drafts.update(|drafts| drafts.sent(id, writing, text));
        if writing == Writing::Reply {
            self.attached.update(|all| all.retain(|a| a.inquiry != id));
        }
        match (writing, held) {
            (Writing::Note, _) => self.tell("Your note is saved.", None),
            (Writing::Reply, None) => self.tell("Your reply is on its way.", None),
            (Writing::Reply, Some(held)) => {
                self.tell("Your reply leaves in a moment.", Some(Offer::TakeBack(id.to_owned(), held.id)));
            }
        }
        self.refresh_list();
        self.read_open().await;
        if self.route.with_untracked(|route| route.open.as_deref() == Some(id)) {
            // Out of the empty field: the next letter is a key again, and a reply does not become a second note.
            if dom::focused().as_deref() == Some(field(writing))
                && self.drafts.with_untracked(|drafts| drafts.text(id, writing).is_empty())
            {
                dom::focus(TITLE);
            }
            dom::scroll_to_end_of(THREAD);
        }
    }

    /// Takes a reply back before it left: it is a draft again.
    pub(crate) fn take_back(self, id: String, reply: String) {
        spawn_local(async move {
            match api::act::<()>(Method::DELETE, &of_inquiry(&id, &format!("/replies/{reply}"))).await {
                Ok(()) => self.tell("Taken back. Your text is in the field again.", None),
                Err(Failure::LoggedOut) => return self.session_ended(),
                Err(Failure::Changed) => self.tell_trouble("It is too late: the reply has left.", None),
                Err(failure) => self.tell_trouble(failure.words(), None),
            }
            self.read_open().await;
        });
    }

    async fn keep(self, id: String, writing: Writing, failure: Failure) {
        let words = match &failure {
            Failure::LoggedOut => return self.session_ended(),
            Failure::Changed => {
                "Somebody changed this inquiry in the meantime. Your text is still here. Please look again, then send it."
                    .to_owned()
            }
            Failure::Replied => failure.words(),
            _ => format!("This was not sent; your text is still here. {}", failure.words()),
        };
        let changed = matches!(failure, Failure::Changed | Failure::Replied);
        self.not_sent.set(Some(NotSent { id: id.clone(), writing, words }));
        if changed {
            self.refresh_list();
            let newest = self.read_open().await;
            if self.route.with_untracked(|route| route.open.as_deref() == Some(&id))
                && let Some(seen) = newest
            {
                self.drafts.update(|drafts| drafts.seen_up_to(&id, writing, seen));
            }
            dom::scroll_to_end_of(THREAD);
        }
    }
}

/// The id of the field in which it is written.
pub(crate) const fn field(writing: Writing) -> &'static str {
    match writing {
        Writing::Reply => "write-reply",
        Writing::Note => "write-note",
    }
}

fn unfit(problem: &ProblemKind, writing: Writing) -> String {
    match problem {
        ProblemKind::Required => format!("Please write your {} first.", writing.as_str()),
        ProblemKind::TooLong { max } => {
            format!("Please write at most {max} characters. You can send the rest in a second {}.", writing.as_str())
        }
        _ => "There is a character in it that cannot be sent. Please type that part again.".to_owned(),
    }
}
