//! Everything that one opened form holds: where one is, what was answered, how sending goes.

use super::draft::{Draft, Sent};
use super::net;
use crate::field::{Around, ContactPart, FieldState, Values};
use crate::flow::{Flow, Step, form_asks_school};
use leptos::prelude::*;
use porchlight_shared::contact::RawContact;
use porchlight_shared::district::Topic;
use porchlight_shared::form::{Context, FieldKind, RawAnswers};
use porchlight_shared::phrase::{Phrases, Say};
use porchlight_shared::problem::{FieldProblem, ProblemKind};
use porchlight_shared::status::Relationship;
use porchlight_shared::wire::{self, JsonObject, Settings};
use send_wrapper::SendWrapper;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::JsValue;

/// Where the form was opened, and with what.
#[derive(Clone, Default)]
pub(super) struct Opening {
    /// Origin of our server, without a slash at its end.
    pub(super) base: String,
    pub(super) district: String,
    pub(super) topic: Option<String>,
    pub(super) school: Option<String>,
    pub(super) campaign: Option<String>,
    pub(super) lang: Option<String>,
    pub(super) color: Option<String>,
    /// The host page's address.
    pub(super) page: Option<String>,
    /// On our own landing page, not in a dialog.
    pub(super) on_page: bool,
    /// Values by input name, from the host page or from the form that we replace.
    pub(super) prefill: BTreeMap<String, Values>,
}

/// How sending goes.
#[derive(Clone, PartialEq)]
pub(super) enum Sending {
    Not,
    Under,
    /// It failed; why, in plain words.
    Failed(String),
    Done(Receipt),
}

#[derive(Clone, PartialEq)]
pub(super) struct Receipt {
    pub(super) reference: String,
    pub(super) status_url: String,
    pub(super) due_text: String,
    pub(super) thanks: String,
}

/// One file of a field.
#[derive(Clone)]
pub(super) struct Attached {
    /// Tells files with the same name apart.
    pub(super) number: u32,
    pub(super) name: String,
    /// The picture to be sent, while this page is open.
    pub(super) file: Option<web_sys::File>,
    /// An address of the picture for the preview.
    pub(super) preview: Option<String>,
    pub(super) state: FileState,
}

#[derive(Clone, PartialEq)]
pub(super) enum FileState {
    /// Per cent.
    Sending(u32),
    Failed(String),
    Sent(String),
}

/// The desk, shared by all views. The browser has one thread; the wrapper says so to those who ask.
#[derive(Clone)]
pub(super) struct Desk(SendWrapper<Rc<Inside>>);

impl Deref for Desk {
    type Target = Inside;

    fn deref(&self) -> &Inside {
        &self.0
    }
}

pub(super) struct Inside {
    pub(super) opening: Opening,
    pub(super) settings: Settings,
    pub(super) phrases: Arc<Phrases>,
    pub(super) flow: RwSignal<Flow>,
    pub(super) sending: RwSignal<Sending>,
    pub(super) problems: RwSignal<Vec<FieldProblem>>,
    /// What is read aloud.
    pub(super) live: RwSignal<String>,
    pub(super) search: RwSignal<String>,
    /// A draft was found and put back.
    pub(super) restored: RwSignal<bool>,
    pub(super) root: web_sys::Element,
    pub(super) notify: js_sys::Function,
    /// Owns every signal, so that none goes away with the screen that asked for it first.
    owner: Owner,
    inner: RefCell<Inner>,
}

struct Inner {
    states: BTreeMap<String, FieldState>,
    files: BTreeMap<String, RwSignal<Vec<Attached>, LocalStorage>>,
    token: String,
    key: String,
    trap: String,
}

impl Desk {
    pub(super) fn new(opening: Opening, settings: Settings, root: web_sys::Element, notify: js_sys::Function) -> Self {
        let mut flow = Flow::new(&settings.district, opening.topic.as_deref());
        let draft = Draft::read(&opening);
        let restored = draft.is_some();
        let mut values = BTreeMap::new();
        let (mut key, mut token, mut sent) = (net::uuid(), settings.token.clone(), Sent::new());
        if let Some(draft) = draft {
            (flow, values, key, token, sent) = (draft.flow, draft.values, draft.key, draft.token, draft.files);
        }
        // What stands in the page now is newer than the draft; what the page presets is not.
        for (name, given) in &opening.prefill {
            let preset = matches!(name.as_str(), "relationship" | "contact" | "school");
            if preset || !opening.on_page {
                values.entry(name.clone()).or_insert_with(|| given.clone());
            } else {
                values.insert(name.clone(), given.clone());
            }
        }
        if let Some(school) = opening.school.clone() {
            values.entry(String::from("school")).or_insert_with(|| vec![school]);
        }
        if let Some(who) = values.get("relationship").and_then(|v| Relationship::parse(v.first()?)) {
            flow.who = Some(who);
        }
        // Who is known already is not asked again, but may go back.
        if !restored && flow.who.is_some() && flow.step == Step::Who {
            flow.next();
        }
        let mut inner = Inner { states: BTreeMap::new(), files: BTreeMap::new(), token, key, trap: String::new() };
        // Loops instead of `collect`: collecting into a map brings a sorting algorithm for each type.
        for (name, values) in values {
            inner.states.insert(name, FieldState::new(values, None));
        }
        for (field, all) in sent {
            inner.files.insert(field, RwSignal::new_local(Attached::restored(all)));
        }
        Self(SendWrapper::new(Rc::new(Inside {
            phrases: Arc::new(settings.phrases.clone()),
            opening,
            settings,
            flow: RwSignal::new(flow),
            sending: RwSignal::new(Sending::Not),
            problems: RwSignal::new(Vec::new()),
            live: RwSignal::new(String::new()),
            search: RwSignal::new(String::new()),
            restored: RwSignal::new(restored),
            root,
            notify,
            owner: Owner::current().unwrap_or_default(),
            inner: RefCell::new(inner),
        })))
    }

    pub(super) fn say(&self, what: Say) -> String {
        self.phrases.say(what).to_owned()
    }

    /// The chosen topic.
    pub(super) fn topic(&self) -> Option<&Topic> {
        let id = self.flow.with_untracked(|f| f.topic.clone())?;
        self.settings.district.topic(&id)
    }

    /// The state of an input, made when it is first asked for.
    pub(super) fn state(&self, name: &str) -> FieldState {
        let make = || self.owner.with(|| FieldState::new(Vec::new(), None));
        *self.inner.borrow_mut().states.entry(name.to_owned()).or_insert_with(make)
    }

    pub(super) fn files(&self, field: &str) -> RwSignal<Vec<Attached>, LocalStorage> {
        let make = || self.owner.with(|| RwSignal::new_local(Vec::new()));
        *self.inner.borrow_mut().files.entry(field.to_owned()).or_insert_with(make)
    }

    pub(super) fn token(&self) -> String {
        self.inner.borrow().token.clone()
    }

    pub(super) fn set_trap(&self, text: String) {
        self.inner.borrow_mut().trap = text;
    }

    pub(super) fn around(&self) -> Around {
        let district = &self.settings.district;
        let locale = self.settings.locale.clone();
        let schools = self.topic().map(|t| district.schools_for(t).map(|s| (s.id.clone(), s.name.clone())).collect());
        let grades = district.grades.iter().map(|g| (g.id.clone(), g.label.get(&locale).to_owned())).collect();
        Around { locale, phrases: self.phrases.clone(), schools: Arc::new(schools.unwrap_or_default()), grades: Arc::new(grades) }
    }

    /// The present answers, tracked: a condition that reads them is followed.
    pub(super) fn answers(&self, topic: &Topic) -> RawAnswers {
        let mut answers = RawAnswers::new();
        for field in &topic.form.fields {
            let values = match field.kind {
                FieldKind::Files(_) => {
                    self.files(&field.id).with(|all| all.iter().filter_map(|f| f.id().map(str::to_owned)).collect())
                }
                _ => self.state(&field.id).values.get(),
            };
            answers.extend(field.read(&values).map(|answer| (field.id.clone(), answer)));
        }
        topic.form.keep_shown(&mut answers);
        answers
    }

    pub(super) fn first(&self, name: &str) -> Option<String> {
        self.state(name).values.with(|v| v.first().cloned()).filter(|v| !v.trim().is_empty())
    }

    /// `None` is anonymous.
    pub(super) fn contact(&self) -> Option<RawContact> {
        let anonymous = self.first("contact").as_deref() == Some("anonymous") && self.topic().is_some_and(|t| t.anonymous);
        let part = |part: ContactPart| self.first(part.field());
        (!anonymous).then(|| RawContact {
            name: part(ContactPart::Name),
            email: part(ContactPart::Email),
            phone: part(ContactPart::Phone),
        })
    }

    /// Judges the present step; what is wrong is shown where it is.
    pub(super) fn check(&self) -> bool {
        let Some(topic) = self.topic() else { return true };
        let problems = match self.flow.with_untracked(|f| f.step) {
            Step::Form => self.check_form(topic),
            Step::Contact => match self.contact() {
                Some(contact) => contact.parse().err().unwrap_or_default(),
                None => Vec::new(),
            },
            _ => Vec::new(),
        };
        let good = problems.is_empty();
        self.show(problems);
        good
    }

    fn check_form(&self, topic: &Topic) -> Vec<FieldProblem> {
        let district = &self.settings.district;
        let schools: Vec<&str> = district.schools_for(topic).map(|s| s.id.as_str()).collect();
        let grades: Vec<&str> = district.grades.iter().map(|g| g.id.as_str()).collect();
        let context = Context { schools: &schools, grades: &grades, locale: &self.settings.locale };
        let mut problems = Vec::new();
        if topic.kind.is_none() && self.first("kind").is_none() {
            problems.push(FieldProblem::new("kind", ProblemKind::Required));
        }
        problems.extend(topic.form.parse(&self.answers(topic), &context).err().unwrap_or_default());
        for field in &topic.form.fields {
            let waiting = self.files(&field.id).with_untracked(|all| all.iter().any(|f| f.id().is_none()));
            if waiting && !problems.iter().any(|p| p.field == field.id) {
                problems.push(FieldProblem::new(&field.id, ProblemKind::Pattern { hint: self.say(Say::FilesWait) }));
            }
        }
        problems
    }

    /// Puts problems where they belong, and the focus on their summary.
    pub(super) fn show(&self, problems: Vec<FieldProblem>) {
        let states: Vec<FieldState> = self.inner.borrow().states.values().copied().collect();
        for state in states {
            state.problem.set(None);
        }
        for problem in &problems {
            let name = if problem.field == "contact" { "contact.email" } else { &problem.field };
            self.state(name).problem.set(Some(problem.kind.sentence(&self.phrases)));
        }
        let any = !problems.is_empty();
        self.problems.set(problems);
        if any {
            net::focus(&self.root, ".summary");
        }
    }

    /// Goes to a step, with the focus on its heading.
    pub(super) fn go(&self, change: impl FnOnce(&mut Flow)) {
        self.problems.set(Vec::new());
        self.flow.update(change);
        net::focus(&self.root, "[data-heading]");
    }

    pub(super) fn next(&self) {
        if self.check() {
            self.go(Flow::next);
        }
    }

    /// Everything typed so far, kept in this tab; not for safety topics.
    pub(super) fn save(&self) {
        let flow = self.flow.get();
        let states: Vec<(String, FieldState)> = self.inner.borrow().states.iter().map(|(n, s)| (n.clone(), *s)).collect();
        let mut values: BTreeMap<String, Values> = BTreeMap::new();
        for (name, state) in states {
            let held = state.values.get();
            if !held.is_empty() {
                values.insert(name, held);
            }
        }
        if matches!(self.sending.get(), Sending::Done(_)) || (values.is_empty() && flow.who.is_none()) {
            return Draft::forget(&self.opening);
        }
        let lists: Vec<_> = self.inner.borrow().files.iter().map(|(field, list)| (field.clone(), *list)).collect();
        let sent = |list: RwSignal<Vec<Attached>, LocalStorage>| -> Vec<(String, String)> {
            list.with(|all| all.iter().filter_map(|f| Some((f.id()?.to_owned(), f.name.clone()))).collect())
        };
        let mut files = Sent::new();
        for (field, list) in lists {
            files.insert(field, sent(list));
        }
        let (key, token) = {
            let inner = self.inner.borrow();
            (inner.key.clone(), inner.token.clone())
        };
        Draft { flow, values, key, token, files }.write(&self.opening);
    }

    /// Begins anew; nothing of before remains.
    pub(super) fn start_over(&self) {
        Draft::forget(&self.opening);
        {
            let mut inner = self.inner.borrow_mut();
            inner.states.clear();
            inner.files.clear();
            inner.key = net::uuid();
        }
        self.restored.set(false);
        self.search.set(String::new());
        self.sending.set(Sending::Not);
        self.go(|flow| *flow = Flow::new(&self.settings.district, self.opening.topic.as_deref()));
    }

    /// The page of a topic on our own origin, in this language and through this campaign's door.
    pub(super) fn page_of(&self, topic: &str) -> String {
        let door = self.opening.campaign.as_deref().map_or_else(String::new, |c| ["&c=", c].concat());
        [&self.opening.base, "/", &self.opening.district, "/", topic, "?lang=", self.settings.locale.as_str(), &door].concat()
    }

    pub(super) fn address(&self, path: &str) -> String {
        [&self.opening.base, "/api/v1/districts/", &self.opening.district, path].concat()
    }

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
    pub(super) async fn send(self) {
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

    pub(super) async fn renew_token(&self) {
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

    /// Tells the page around us.
    pub(super) fn tell(&self, what: &str, detail: &str) {
        drop(self.notify.call2(&JsValue::NULL, &JsValue::from_str(what), &JsValue::from_str(detail)));
    }
}

impl Attached {
    /// Files that were sent before the page was opened anew.
    fn restored(all: Vec<(String, String)>) -> Vec<Self> {
        let each = |(number, (id, name))| Self { number, name, file: None, preview: None, state: FileState::Sent(id) };
        (1..).zip(all).map(each).collect()
    }

    pub(super) fn id(&self) -> Option<&str> {
        if let FileState::Sent(id) = &self.state { Some(id) } else { None }
    }
}
