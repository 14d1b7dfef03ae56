//! Sending what the desk holds, and what the server says to it.

use super::{Desk, Receipt, Sending};
use crate::csr::draft::Draft;
use crate::csr::net;
use crate::flow::form_asks_school;
use leptos::prelude::*;
use porchlight_shared::phrase::Say;
use porchlight_shared::status::Relationship;
use porchlight_shared::wire::{self, JsonObject};
use wasm_bindgen::JsValue;

impl Desk {
    fn body(&self) -> String {
        let answers = self.topic().map(|t| self.answers(t)).unwrap_or_default();
        let flow = self.flow.get_untracked();
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
        if self.sending.get_untracked() == Sending::Under {
            return;
        }
        self.sending.set(Sending::Under);
        self.live.set(self.say(Say::Sending));
        let mut outcome = Err(self.say(Say::FailOffline));
        // A token that ran out, or a key that was used for other words, is mended once by itself.
        for _ in 0..2 {
            let key = self.inner.borrow().key.clone();
            let Ok(answer) = net::call(&self.address("/inquiries"), &self.body(), &key).await else { break };
            let (status, wait, body) =
                (net::number(&net::at(&answer, 0)), net::number(&net::at(&answer, 1)), net::at(&answer, 2));
            let code = net::text(&body, "code").unwrap_or_default();
            outcome = match status {
                200 | 201 => Ok(body),
                422 if code == "fields" => Err(self.refused(&body)),
                422 if code == "key_reused" => {
                    self.inner.borrow_mut().key = net::uuid();
                    continue;
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
        let receipt = Receipt {
            reference: text("reference"),
            status_url: text("status_url"),
            due_text: text("due_text"),
            thanks: text("thanks"),
        };
        Draft::forget(&self.opening);
        self.live.set(self.say(Say::ReceiptTitleUnnamed));
        self.tell("sent", &receipt.reference);
        self.sending.set(Sending::Done(receipt));
        net::focus(&self.root, "[data-heading]");
    }
}
