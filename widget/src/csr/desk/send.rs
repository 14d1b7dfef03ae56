//! Sending what the desk holds, and what the server says to it.

use super::{Desk, Opening, Receipt, Sending};
use crate::answer::READ;
use crate::csr::draft::{Draft, place};
use crate::csr::files::Attached;
use crate::csr::net;
use crate::flow::{Step, form_asks_school};
use porchlight_shared::contact::RawContact;
use porchlight_shared::decimal::digits;
use porchlight_shared::phrase::Say;
use porchlight_shared::status::Relationship;
use porchlight_shared::text::joined;
use porchlight_shared::wire::{self, JsonObject};
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

thread_local! {
    /// The last receipt and the door that it belongs to, while this page is open: who closes the dialog too soon
    /// finds it again, and nothing of it is written down.
    static LAST: RefCell<Option<(String, Receipt)>> = const { RefCell::new(None) };
}

impl Receipt {
    pub(super) fn last(opening: &Opening) -> Option<Self> {
        LAST.with_borrow(|last| last.as_ref().filter(|(door, _)| *door == place(opening)).map(|(_, receipt)| receipt.clone()))
    }

    pub(super) fn forget_last() {
        LAST.set(None);
    }
}

impl Desk {
    fn body(&self) -> String {
        let answers = self.topic().map(|t| self.answers(t)).unwrap_or_default();
        let flow = self.flow.now();
        let topic = self.topic();
        let kind = if topic.is_some_and(|t| t.kind.is_some()) { None } else { self.first("kind") };
        let school = self.first("school").filter(|_| !topic.is_some_and(form_asks_school));
        let contact = self.contact();
        let (token, trap) = {
            let inner = self.inner.borrow();
            (inner.token.clone(), inner.trap.clone())
        };
        let read = self.state(READ).values.peek(|slugs| joined(slugs, " "));
        JsonObject::new()
            .string("topic", flow.topic.as_deref().unwrap_or(""))
            .optional("school", school.as_deref())
            .string("relationship", flow.who.map_or("", Relationship::as_str))
            .optional("kind", kind.as_deref())
            .string("locale", self.settings.locale.as_str())
            .raw("answers", &wire::answers_json(&answers))
            .raw("contact", &wire::contact_json(contact.as_ref()))
            .raw("confidential", if self.first("confidential").is_some() { "true" } else { "false" })
            .string("read", &read)
            .string("token", &token)
            .optional("page", self.opening.page.as_deref())
            .string("homepage", &trap)
            .string("via", if self.opening.on_page { "landing" } else { "widget" })
            .finish()
    }

    /// What the outbox needs to tell of this inquiry on another day: after how many days it asks before it sends, what
    /// it is about, its words in this language, and the draft.
    fn note(&self) -> String {
        let about = self.topic().map_or("", |t| t.label.get(&self.settings.locale));
        let mut words = JsonObject::new();
        for (key, say) in [("arrived", Say::OutboxArrived), ("refused", Say::OutboxRefused), ("old", Say::OutboxOld)] {
            words = words.string(key, &self.phrases.fill(say, &[about]));
        }
        for (key, say) in [
            ("page", Say::OpenPage),
            ("hear", Say::HearBy),
            ("send", Say::Send),
            ("open", Say::OutboxOpen),
            ("done", Say::OutboxDone),
            ("discard", Say::OutboxDiscard),
        ] {
            words = words.string(key, self.phrases.say(say));
        }
        let topic = self.flow.peek(|f| f.topic.clone()).unwrap_or_default();
        JsonObject::new()
            .raw("days", &digits(self.settings.district.outbox_days.into()))
            .string("topic", &topic)
            .string("door", self.opening.topic.as_deref().unwrap_or(""))
            .string("campaign", self.opening.campaign.as_deref().unwrap_or(""))
            .string("lang", self.settings.locale.as_str())
            .string("place", &place(&self.opening))
            .string("draft", &net::kept(&place(&self.opening)))
            .raw("words", &words.finish())
            .finish()
    }

    /// Every file of the questions that are asked, whether it has arrived or not.
    fn attached(&self) -> js_sys::Array {
        let all = js_sys::Array::new();
        for field in self.topic().map(|topic| self.file_fields(topic)).unwrap_or_default() {
            self.files(&field.id).peek(|files| {
                for file in files {
                    all.push(&file.file);
                }
            });
        }
        all
    }

    /// A form that is opened again learns what became of what was sent from it: it may wait in the outbox, with files
    /// that are kept nowhere else.
    pub(in crate::csr) async fn rejoin(self) {
        let key = self.inner.borrow().key.clone();
        let files = net::rejoin(&key, &self.listener(&key)).await;
        if files.is_undefined() || self.inner.borrow().key != key {
            return;
        }
        for file in js_sys::Array::from(&files).iter() {
            let list = self.files(&net::text(&file, "field").unwrap_or_default());
            let known =
                net::text(&file, "id").is_some_and(|id| list.peek(|all| all.iter().any(|f| f.id().as_ref() == Some(&id))));
            if !known {
                list.update(|all| all.push(Attached::waiting(file, all.len() as u32 + 1)));
            }
        }
        self.sending.set(Sending::Failed(self.say(Say::WaitsHere)));
        // The files belong on the screen.
        self.screen.update(|_| {});
        if self.opening.in_dialog {
            net::focus(&self.root, ".failed");
        }
    }

    /// Told when what was sent under this key is answered later. Lives as long as the page: the line may come back at
    /// any time.
    fn listener(&self, key: &str) -> js_sys::Function {
        let (later, key) = (self.clone(), key.to_owned());
        let arrived = move |status, body| later.arrived(&key, status, &body);
        Closure::<dyn Fn(u32, JsValue) -> bool>::new(arrived).into_js_value().unchecked_into()
    }

    /// Sends. Fails in plain words; trying again, by hand or by itself, makes exactly one inquiry.
    pub(in crate::csr) async fn send(self) {
        if self.sending.now() == Sending::Under {
            return;
        }
        // A file may have been refused since its step was left.
        let refused = self.topic().map(|topic| self.refused_files(topic)).unwrap_or_default();
        if !refused.is_empty() {
            self.go(|flow| flow.mend(Step::Form));
            return self.show(refused);
        }
        self.sending.set(Sending::Under);
        self.live.set(self.say(Say::Sending));
        // Should it have to wait, its draft waits with it, also what the page around us filled in.
        self.save();
        let (key, base) = (self.inner.borrow().key.clone(), self.address(""));
        let shared = self.first("shared").is_some();
        let arrived = self.listener(&key);
        let answer = net::send(&key, &base, &self.body(), &self.note(), &self.attached(), shared, &arrived).await;
        let (status, wait, body) = (net::number(&net::at(&answer, 0)), net::number(&net::at(&answer, 1)), net::at(&answer, 2));
        self.answered(status, wait, &body, net::at(&answer, 3).as_bool());
    }

    /// What waited in the outbox was answered; tells whether somebody sees it. This form may be gone, or hold another
    /// inquiry by now.
    fn arrived(&self, key: &str, status: u32, body: &JsValue) -> bool {
        let here = self.root.is_connected() && !matches!(self.root.closest("dialog:not([open])"), Ok(Some(_)));
        let seen = here && self.inner.borrow().key == key;
        if seen {
            self.answered(status, 0, body, None);
        } else {
            Draft::forget_sent(&self.opening, key);
        }
        seen
    }

    /// The server's word. `kept` tells whether what has to wait is kept on this device; `None` where nothing waits.
    fn answered(&self, status: u32, wait: u32, body: &JsValue, kept: Option<bool>) {
        let code = net::text(body, "code").unwrap_or_default();
        let why = match status {
            200 | 201 => return self.done(body),
            422 if code == "fields" => self.refused(body),
            // An answer was lost, and the words were changed since: whether there are to be two is not ours to decide.
            422 if code == "key_reused" => {
                self.inner.borrow_mut().key = net::uuid();
                self.say(Say::FailArrived)
            }
            422 if code == "looks_automated" => {
                // A browser may have filled the trap in by itself: the next try must not find it again.
                self.set_trap(String::new());
                self.say(Say::PageAutomated)
            }
            0 => self.say(Say::FailOffline),
            429 => self.phrases.fill(Say::FailLimited, &[&digits(wait.into())]),
            511 => self.say(Say::FailPortal),
            _ => self.say(Say::FailServer),
        };
        // Waiting goes on where it makes sense.
        let how = match kept {
            Some(kept) if status != 422 => self.say(if kept { Say::WaitsHere } else { Say::WaitsInTab }),
            _ => String::new(),
        };
        let why = [&why, " ", &how].concat();
        let why = why.trim().to_owned();
        self.live.set(why.clone());
        self.sending.set(Sending::Failed(why));
        net::focus(&self.root, ".failed");
    }

    pub(in crate::csr) async fn renew_token(&self) {
        let fresh = net::renewed(&self.address(""), &self.token()).await;
        if let Some(token) = fresh.ok().and_then(|token| token.as_string()) {
            self.inner.borrow_mut().token = token;
        }
    }

    /// The server judged otherwise, so the form changed meanwhile: its words, at its fields.
    fn refused(&self, body: &JsValue) -> String {
        let errors = js_sys::Array::from(&net::get(body, "errors"));
        for error in errors.iter() {
            let field = net::text(&error, "field").unwrap_or_default();
            self.state(&field).problem.set(net::text(&error, "message"));
        }
        self.say(Say::FailChanged)
    }

    fn done(&self, body: &JsValue) {
        let text = |key| net::text(body, key).unwrap_or_default();
        let contact = self.contact();
        let part = |read: fn(&RawContact) -> &Option<String>| contact.as_ref().and_then(|c| read(c).clone());
        let (name, email, phone) = (part(|c| &c.name), part(|c| &c.email), part(|c| &c.phone));
        let title =
            name.map_or_else(|| self.say(Say::ReceiptTitleUnnamed), |name| self.phrases.fill(Say::ReceiptTitle, &[&name]));
        let topic = self.topic().map_or("", |t| t.label.get(&self.settings.locale));
        let mut next = vec![self.phrases.fill(Say::NextRead, &[topic])];
        next.push(match (&email, &phone) {
            (Some(email), _) => self.phrases.fill(Say::NextMail, &[email]),
            (None, Some(phone)) => self.phrases.fill(Say::NextCall, &[phone]),
            (None, None) => self.say(Say::NextKeep),
        });
        if contact.is_some() {
            next.push(self.say(Say::NextPage));
        }
        let receipt = Receipt {
            title,
            reference: text("reference"),
            status_url: text("status_url"),
            due_text: text("due_text"),
            thanks: text("thanks"),
            next,
            mailed: email.is_some(),
        };
        LAST.set(Some((place(&self.opening), receipt.clone())));
        Draft::forget(&self.opening);
        self.live.set(self.say(Say::ReceiptTitleUnnamed));
        self.tell("sent", &receipt.reference);
        self.sending.set(Sending::Done(receipt));
        self.turn();
    }
}
