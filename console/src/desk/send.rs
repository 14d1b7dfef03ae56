//! Sending a reply or a note. The typed text goes away only when the server has it.

use super::{Desk, THREAD, TITLE};
use crate::api::{self, Failure};
use crate::dom;
use crate::state::draft::Writing;
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_shared::problem::ProblemKind;
use porchlight_shared::text::Body;

/// Why a text is still here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotSent {
    pub(crate) id: String,
    pub(crate) writing: Writing,
    pub(crate) words: String,
}

impl Desk {
    /// Sends what is written for this inquiry in this mode, and nothing else.
    pub(crate) fn send(self, id: String, writing: Writing) {
        if self.sending.with_untracked(Option::is_some) {
            return;
        }
        self.not_sent.set(None);
        let text = self.drafts.with_untracked(|drafts| drafts.text(&id, writing).to_owned());
        if let Err(problem) = Body::parse(&text) {
            self.not_sent.set(Some(NotSent { id, writing, words: unfit(&problem, writing) }));
            dom::focus(field(writing));
            return;
        }
        let Some(key) = self.drafts.try_update(|drafts| drafts.key(&id, writing, dom::fresh_key)) else { return };
        self.sending.set(Some((id.clone(), writing)));
        spawn_local(async move {
            let result = api::send_text(&id, writing, &text, &key).await;
            self.sending.set(None);
            match result {
                Ok(()) => self.sent(&id, writing, &text).await,
                Err(failure) => self.keep(id, writing, failure).await,
            }
        });
    }

    async fn sent(self, id: &str, writing: Writing, text: &str) {
        self.drafts.update(|drafts| drafts.sent(id, writing, text));
        self.tell(
            match writing {
                Writing::Reply => "Your reply is on its way.",
                Writing::Note => "Your note is saved.",
            },
            None,
        );
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

    async fn keep(self, id: String, writing: Writing, failure: Failure) {
        let words = match &failure {
            Failure::LoggedOut => return self.session_ended(),
            Failure::Changed => {
                "Somebody changed this inquiry in the meantime. Your text is still here. Please look again, then send it."
                    .to_owned()
            }
            _ => format!("This was not sent; your text is still here. {}", failure.words()),
        };
        let changed = failure == Failure::Changed;
        self.not_sent.set(Some(NotSent { id, writing, words }));
        if changed {
            self.refresh_list();
            self.read_open().await;
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
