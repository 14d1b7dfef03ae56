//! Everything that one opened form holds: where one is, what was answered, how sending goes.

mod check;
mod send;

use super::draft::{Draft, Sent};
use super::files::Attached;
use super::net;
use crate::answer::READ;
use crate::field::{Around, ContactPart, FieldState, Values};
use crate::flow::{Flow, Step};
use crate::node::State;
use porchlight_shared::contact::RawContact;
use porchlight_shared::district::Topic;
use porchlight_shared::form::{FieldKind, RawAnswers};
use porchlight_shared::named::Named;
use porchlight_shared::phrase::{Phrases, Say};
use porchlight_shared::problem::FieldProblem;
use porchlight_shared::status::Relationship;
use porchlight_shared::wire::Settings;
use std::cell::RefCell;
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
    /// The host page's address.
    pub(super) page: Option<String>,
    /// On our own landing page, not in a dialog.
    pub(super) on_page: bool,
    /// In the loader's dialog, which can be closed.
    pub(super) in_dialog: bool,
    /// Values by input name, from the host page or from the form that we replace.
    pub(super) prefill: Named<Values>,
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

/// What the last screen says, in words.
#[derive(Clone, PartialEq)]
pub(super) struct Receipt {
    pub(super) title: String,
    pub(super) reference: String,
    pub(super) status_url: String,
    pub(super) due_text: String,
    pub(super) thanks: String,
    /// What happens next, line by line.
    pub(super) next: Vec<String>,
    pub(super) mailed: bool,
}

/// The desk, shared by all views.
#[derive(Clone)]
pub(super) struct Desk(Rc<Inside>);

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
    pub(super) flow: State<Flow>,
    /// The step that is drawn, and whether it is the receipt instead.
    pub(super) screen: State<(Step, bool)>,
    pub(super) sending: State<Sending>,
    pub(super) problems: State<Vec<FieldProblem>>,
    /// What is read aloud.
    pub(super) live: State<String>,
    pub(super) search: State<String>,
    /// A draft was found and put back.
    pub(super) restored: State<bool>,
    pub(super) root: web_sys::Element,
    pub(super) notify: js_sys::Function,
    /// Told when another input's state is made, so that saving follows it.
    made: State<()>,
    inner: RefCell<Inner>,
}

struct Inner {
    states: Named<FieldState>,
    files: Named<State<Vec<Attached>>>,
    token: String,
    key: String,
    trap: String,
}

impl Desk {
    pub(super) fn new(opening: Opening, settings: Settings, root: web_sys::Element, notify: js_sys::Function) -> Self {
        let mut flow = Flow::new(&settings.district, opening.topic.as_deref());
        // A draft of yesterday may name a topic that is gone.
        let known = |draft: &Draft| draft.flow.topic.as_deref().is_none_or(|id| settings.district.topic(id).is_some());
        let draft = Draft::read(&opening).filter(known);
        let restored = draft.is_some();
        let mut values = Named::new();
        let (mut key, mut token, mut sent) = (net::uuid(), settings.token.clone(), Sent::new());
        if let Some(draft) = draft {
            (flow, values, key, token, sent) = (draft.flow, draft.values, draft.key, draft.token, draft.files);
        }
        // What stands in the page now is newer than the draft; what the page presets is not.
        for (name, given) in opening.prefill.iter() {
            let preset = matches!(name.as_str(), "relationship" | "contact" | "school");
            if preset || !opening.on_page {
                values.or_insert_with(name, || given.clone());
            } else {
                values.insert(name.clone(), given.clone());
            }
        }
        if let Some(school) = opening.school.clone() {
            values.or_insert_with("school", || vec![school]);
        }
        if let Some(who) = values.get("relationship").and_then(|v| Relationship::parse(v.first()?)) {
            flow.who = Some(who);
        }
        // Who is known already is not asked again, but may go back.
        if !restored && flow.who.is_some() && flow.step == Step::Who {
            flow.next();
        }
        let mut inner = Inner { states: Named::new(), files: Named::new(), token, key, trap: String::new() };
        for (name, values) in values {
            inner.states.insert(name, FieldState::new(values, None));
        }
        for (field, all) in sent {
            let restored = Attached::restored(&field, all);
            inner.files.insert(field, State::new(restored));
        }
        Self(Rc::new(Inside {
            phrases: Arc::new(settings.phrases.clone()),
            settings,
            screen: State::new((flow.step, false)),
            flow: State::new(flow),
            sending: State::new(Receipt::last(&opening).map_or(Sending::Not, Sending::Done)),
            problems: State::new(Vec::new()),
            live: State::new(String::new()),
            search: State::new(String::new()),
            restored: State::new(restored),
            opening,
            root,
            notify,
            made: State::new(()),
            inner: RefCell::new(inner),
        }))
    }

    pub(super) fn say(&self, what: Say) -> String {
        self.phrases.say(what).to_owned()
    }

    /// The chosen topic.
    pub(super) fn topic(&self) -> Option<&Topic> {
        let id = self.flow.peek(|f| f.topic.clone())?;
        self.settings.district.topic(&id)
    }

    /// The state of an input, made when it is first asked for.
    pub(super) fn state(&self, name: &str) -> FieldState {
        self.known(|inner| &mut inner.states, name, || FieldState::new(Vec::new(), None))
    }

    pub(super) fn files(&self, field: &str) -> State<Vec<Attached>> {
        self.known(|inner| &mut inner.files, field, || State::new(Vec::new()))
    }

    fn known<T: Clone>(&self, of: fn(&mut Inner) -> &mut Named<T>, name: &str, make: fn() -> T) -> T {
        let mut inner = self.inner.borrow_mut();
        let all = of(&mut inner);
        let before = all.len();
        let found = all.or_insert_with(name, make).clone();
        let made = all.len() > before;
        drop(inner);
        if made {
            self.made.set(());
        }
        found
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
                FieldKind::Files(_) => self.files(&field.id).with(|all| all.iter().filter_map(Attached::answer).collect()),
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

    /// Goes to a step, with the focus on its heading.
    pub(super) fn go(&self, change: impl FnOnce(&mut Flow)) {
        self.problems.set(Vec::new());
        self.live.set(String::new());
        if matches!(self.sending.now(), Sending::Failed(_)) {
            // What is changed once more must not go out as it was.
            net::withdraw(&self.inner.borrow().key);
            self.sending.set(Sending::Not);
        }
        self.flow.update(change);
        self.turn();
    }

    /// Draws another screen where there is one, with the focus on its heading.
    fn turn(&self) {
        let screen = (self.flow.peek(|f| f.step), matches!(self.sending.now(), Sending::Done(_)));
        if self.screen.now() != screen {
            self.screen.set(screen);
        }
        net::focus(&self.root, "[data-heading]");
    }

    pub(super) fn next(&self) {
        if self.check() {
            self.go(Flow::next);
        }
    }

    /// Everything typed so far, kept in this tab; not for safety topics.
    pub(super) fn save(&self) {
        self.made.get();
        let flow = self.flow.get();
        let states: Vec<(String, FieldState)> = self.inner.borrow().states.iter().map(|(n, s)| (n.clone(), s.clone())).collect();
        let mut values: Named<Values> = Named::new();
        for (name, state) in states {
            let held = state.values.get();
            if !held.is_empty() {
                values.insert(name, held);
            }
        }
        // What the page around us filled in is no draft: it may fill in something else next time. Nor is what was read.
        let typed = self.opening.on_page
            || values.iter().any(|(name, held)| name != READ && self.opening.prefill.get(name) != Some(held));
        let chosen = flow.who.is_some() && !self.opening.prefill.contains_key("relationship");
        let sending = self.sending.get();
        if matches!(sending, Sending::Done(_)) || !(typed || chosen || sending != Sending::Not) {
            return Draft::forget(&self.opening);
        }
        let lists: Vec<_> = self.inner.borrow().files.iter().map(|(field, list)| (field.clone(), list.clone())).collect();
        let sent = |list: State<Vec<Attached>>| -> Vec<(String, String)> {
            list.with(|all| all.iter().filter_map(|f| Some((f.id()?, f.name.clone()))).collect())
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
        Receipt::forget_last();
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
        // Also the same step again, without what was chosen in it.
        self.screen.update(|_| {});
    }

    /// The page of a topic on our own origin, in this language and through this campaign's door.
    pub(super) fn page_of(&self, topic: &str) -> String {
        let door = self.opening.campaign.as_deref().map_or_else(String::new, |c| ["&c=", c].concat());
        let who = self.flow.peek(|f| f.who).map_or_else(String::new, |w| ["&who=", w.as_str()].concat());
        [&self.opening.base, "/", &self.opening.district, "/", topic, "?lang=", self.settings.locale.as_str(), &who, &door]
            .concat()
    }

    pub(super) fn address(&self, path: &str) -> String {
        [&self.opening.base, "/api/v1/districts/", &self.opening.district, path].concat()
    }

    /// Tells the page around us.
    pub(super) fn tell(&self, what: &str, detail: &str) {
        drop(self.notify.call2(&JsValue::NULL, &JsValue::from_str(what), &JsValue::from_str(detail)));
    }
}
