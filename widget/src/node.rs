//! What is shown, as one type: elements, text, and what is drawn anew when its state changes.
//!
//! Leptos gives every view a type of its own, and each type brings its own code: for the steps of this form more
//! than half of all bytes that a visitor would download. So state, effects and owners are Leptos's, and what they
//! draw is this tree, which one small function draws ([`draw`](Node::draw)) and another writes as HTML.

#[cfg(feature = "csr")]
mod dom;
mod html;

#[cfg(feature = "csr")]
pub(crate) use dom::{create_element, follow};

use reactive_graph::signal::ArcTrigger;
use reactive_graph::traits::{Notify, Track};
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

/// Text that is known when the program is built, or not.
pub type Text = Cow<'static, str>;

/// A part of a page.
pub enum Node {
    Text(Text),
    Element(Element),
    Many(Vec<Node>),
    /// Drawn anew whenever a [`State`] changes that it read.
    Live(Box<dyn Fn() -> Node>),
}

/// An element, its attributes and what is in it.
pub struct Element(Box<Parts>);

struct Parts {
    tag: &'static str,
    attributes: Vec<(&'static str, Attribute)>,
    children: Vec<Node>,
    #[cfg(feature = "csr")]
    on: Vec<(&'static str, dom::Handler)>,
    #[cfg(feature = "csr")]
    drawn: Option<dom::Drawn>,
}

enum Attribute {
    Fixed(Text),
    /// Absent while `None`; follows the states that it reads.
    Live(Box<dyn Fn() -> Option<Text>>),
}

/// An element of this name.
pub fn el(tag: &'static str) -> Element {
    Element(Box::new(Parts {
        tag,
        attributes: Vec::new(),
        children: Vec::new(),
        #[cfg(feature = "csr")]
        on: Vec::new(),
        #[cfg(feature = "csr")]
        drawn: None,
    }))
}

/// What `show` gives, drawn anew whenever a [`State`] changes that it read.
pub fn live<N: Into<Node>>(show: impl Fn() -> N + 'static) -> Node {
    Node::Live(Box::new(move || show().into()))
}

impl Element {
    #[must_use]
    pub fn attr(mut self, name: &'static str, value: impl Into<Text>) -> Self {
        self.0.attributes.push((name, Attribute::Fixed(value.into())));
        self
    }

    /// An attribute that is there or not, such as `checked`, `aria-required="true"`.
    #[must_use]
    pub fn attr_if(self, there: bool, name: &'static str, value: &'static str) -> Self {
        if there { self.attr(name, value) } else { self }
    }

    /// An attribute that follows the states that `value` reads.
    #[must_use]
    pub fn attr_live(mut self, name: &'static str, value: impl Fn() -> Option<Text> + 'static) -> Self {
        self.0.attributes.push((name, Attribute::Live(Box::new(value))));
        self
    }

    #[must_use]
    pub fn class(self, names: &'static str) -> Self {
        self.attr("class", names)
    }

    #[must_use]
    pub fn child(mut self, node: impl Into<Node>) -> Self {
        self.0.children.push(node.into());
        self
    }

    /// Calls `act` on every such event. Where pages are written as HTML, nothing happens.
    #[must_use]
    #[cfg_attr(not(feature = "csr"), expect(unused_mut, unused_variables, reason = "events are the browser's"))]
    pub fn on(mut self, event: &'static str, act: impl Fn(Event) + 'static) -> Self {
        #[cfg(feature = "csr")]
        self.0.on.push((event, Box::new(act)));
        self
    }
}

#[cfg(feature = "csr")]
impl Element {
    /// Calls `act` once, with the element.
    #[must_use]
    pub fn drawn(mut self, act: impl FnOnce(&web_sys::Node) + 'static) -> Self {
        self.0.drawn = Some(Box::new(act));
        self
    }
}

/// An event of the browser; nowhere else is there one.
#[cfg(feature = "csr")]
pub type Event = web_sys::Event;
#[cfg(not(feature = "csr"))]
pub enum Event {}

/// What the input holds that an event came from.
#[cfg(feature = "csr")]
pub fn held(event: &Event) -> String {
    dom::target(event, "value").as_string().unwrap_or_default()
}

/// Whether the box is checked that an event came from.
#[cfg(feature = "csr")]
pub fn checked(event: &Event) -> bool {
    dom::target(event, "checked").is_truthy()
}

#[cfg(not(feature = "csr"))]
pub fn held(event: &Event) -> String {
    match *event {}
}

#[cfg(not(feature = "csr"))]
pub fn checked(event: &Event) -> bool {
    match *event {}
}

impl From<Element> for Node {
    fn from(element: Element) -> Self {
        Self::Element(element)
    }
}

impl From<&'static str> for Node {
    fn from(text: &'static str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Vec<Node>> for Node {
    fn from(all: Vec<Node>) -> Self {
        Self::Many(all)
    }
}

impl<N: Into<Node>> From<Option<N>> for Node {
    fn from(node: Option<N>) -> Self {
        node.map_or(Self::Many(Vec::new()), Into::into)
    }
}

/// A value that is shown somewhere: who reads it while being drawn is drawn anew when it changes.
///
/// Leptos's own signals bring their whole code for each type of value; here only the trigger is Leptos's.
pub struct State<T>(Rc<(RefCell<T>, ArcTrigger)>);

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> State<T> {
    pub fn new(value: T) -> Self {
        Self(Rc::new((RefCell::new(value), ArcTrigger::new())))
    }

    /// Reads, and is told of changes.
    pub fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        self.0.1.track();
        self.peek(read)
    }

    /// Reads without being told of changes.
    pub fn peek<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.0.0.borrow())
    }

    /// Changes the value and tells those who read it.
    pub fn update(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.0.0.borrow_mut());
        self.0.1.notify();
    }

    pub fn set(&self, value: T) {
        self.update(|held| *held = value);
    }
}

impl<T: Clone> State<T> {
    pub fn get(&self) -> T {
        self.with(T::clone)
    }

    /// A copy, without being told of changes.
    pub fn now(&self) -> T {
        self.peek(T::clone)
    }
}
