//! Sending what the desk holds, and what the server says to it.

use super::{Desk, Opening, Receipt, Sending};
use crate::csr::draft::{Draft, place};
use crate::csr::net;
use crate::flow::form_asks_school;
use porchlight_shared::contact::RawContact;
use porchlight_shared::phrase::Say;
use porchlight_shared::status::Relationship;
use porchlight_shared::wire::{self, JsonObject};
use std::cell::RefCell;
use wasm_bindgen::JsValue;

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
        JsonObject::new()
            .string("topic", flow.topic.as_deref().unwrap_or(""))
            .optional("school", school.as_deref())
            .string("relationship", flow.who.map_or("", Relationship::as_str))
            .optional("kind", kind.as_deref())
            .string("locale", self.settings.locale.as_str())
            .raw("answers", &wire::answers_json(&answers))
            .raw("contact", &wire::contact_json(contact.as_ref()))
            .string("token", &token)
            .optional("page", self.opening.page.as_deref())
            .string("homepage", &trap)
            .string("via", if self.opening.on_page { "landing" } else { "widget" })
            .finish()
    }

    /// Sends. Fails in plain words; trying again makes exactly one inquiry.
    pub(in crate::csr) async fn send(self) {
        if self.sending.now() == Sending::Under {
            return;
        }
        self.sending.set(Sending::Under);
        self.live.set(self.say(Say::Sending));
        let mut outcome = Err(self.say(Say::FailOffline));
        // A token that ran out is mended once by itself.
        for _ in 0..2 {
            let key = self.inner.borrow().key.clone();
            let Ok(answer) = net::call(&self.address("/inquiries"), &self.body(), &key).await else { break };
            let (status, wait, body) =
                (net::number(&net::at(&answer, 0)), net::number(&net::at(&answer, 1)), net::at(&answer, 2));
            let code = net::text(&body, "code").unwrap_or_default();
            outcome = match status {
                200 | 201 => Ok(body),
                422 if code == "fields" => Err(self.refused(&body)),
                // An answer was lost, and the words were changed since: whether there are to be two is not ours
                // to decide.
                422 if code == "key_reused" => {
                    self.inner.borrow_mut().key = net::uuid();
                    Err(self.say(Say::FailArrived))
                }
                403 if code == "token_expired" => {
                    self.renew_token().await;
                    continue;
                }
                422 if code == "looks_automated" => {
                    // A browser may have filled the trap in by itself: the next try must not find it again.
                    self.set_trap(String::new());
                    Err(self.say(Say::PageAutomated))
                }
                429 => Err(self.phrases.fill(Say::FailLimited, &[&wait.to_string()])),
                _ => Err(self.say(Say::FailServer)),
            };
            break;
        }
        match outcome {
            Ok(body) => self.done(&body),
            Err(why) => {
                self.live.set(why.clone());
                self.sending.set(Sending::Failed(why));
                net::focus(&self.root, ".failed");
            }
        }
    }

    pub(in crate::csr) async fn renew_token(&self) {
        let address = [self.address("/token?renew="), self.token()].concat();
        let fresh = net::call(&address, "", "").await.ok().and_then(|answer| net::text(&net::at(&answer, 2), "token"));
        if let Some(token) = fresh {
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
