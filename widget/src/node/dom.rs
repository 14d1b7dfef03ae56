//! Nodes in the browser.

use super::{Attribute, Element, Event, Node};
use reactive_graph::effect::RenderEffect;
use reactive_graph::owner::on_cleanup;
use wasm_bindgen::prelude::*;

/// What happens on an event.
pub(super) type Handler = Box<dyn Fn(Event)>;
/// What happens once, when an element is there.
pub(super) type Drawn = Box<dyn FnOnce(&web_sys::Node)>;

#[wasm_bindgen]
extern "C" {
    /// What we need of the DOM's nodes, without a check of their kinds: we made them.
    #[wasm_bindgen(js_namespace = document, js_name = createElement)]
    pub(crate) fn create_element(tag: &str) -> web_sys::Node;
    #[wasm_bindgen(js_namespace = document, js_name = createTextNode)]
    fn create_text(text: &str) -> web_sys::Node;
}

impl Node {
    /// Draws this node into `parent`, in front of `before` or at the end. What is live in it follows its states as
    /// long as the present owner lives.
    pub(crate) fn draw(self, parent: &web_sys::Node, before: Option<&web_sys::Node>) {
        match self {
            Self::Text(text) => drop(parent.insert_before(&create_text(&text), before)),
            Self::Element(element) => drop(parent.insert_before(&element.draw(), before)),
            Self::Many(all) => all.into_iter().for_each(|node| node.draw(parent, before)),
            Self::Live(show) => {
                // What is drawn stands between two empty texts.
                let (start, end) = (create_text(""), create_text(""));
                drop(parent.insert_before(&start, before));
                drop(parent.insert_before(&end, before));
                follow(move || {
                    let Some(parent) = end.parent_node() else { return };
                    while let Some(old) = start.next_sibling().filter(|node| *node != end) {
                        drop(parent.remove_child(&old));
                    }
                    show().draw(&parent, Some(&end));
                });
            }
        }
    }
}

impl Element {
    fn draw(self) -> web_sys::Node {
        let node = create_element(self.0.tag);
        let element: &web_sys::Element = node.unchecked_ref();
        for (name, value) in self.0.attributes {
            match value {
                Attribute::Fixed(value) => drop(element.set_attribute(name, &value)),
                Attribute::Live(value) => {
                    let element = element.clone();
                    follow(move || match value() {
                        Some(value) => drop(element.set_attribute(name, &value)),
                        None => drop(element.remove_attribute(name)),
                    });
                }
            }
        }
        for child in self.0.children {
            child.draw(&node, None);
        }
        for (event, act) in self.0.on {
            // The browser frees it with the element.
            let act = Closure::wrap(act as Box<dyn Fn(Event)>).into_js_value();
            drop(element.add_event_listener_with_callback(event, act.unchecked_ref()));
        }
        if let Some(act) = self.0.drawn {
            act(&node);
        }
        node
    }
}

/// Runs `act` now and whenever a state changes that it read, as long as the present owner lives.
pub(crate) fn follow(act: impl FnMut() + 'static) {
    boxed(Box::new(act));
}

/// One effect for all, so that its code is there once.
fn boxed(mut act: Box<dyn FnMut()>) {
    let effect = RenderEffect::new(move |_| act());
    on_cleanup(move || drop(effect));
}

/// A property of the element that an event came from.
pub(super) fn target(event: &Event, name: &str) -> JsValue {
    let target: JsValue = event.target().into();
    js_sys::Reflect::get(&target, &name.into()).unwrap_or(JsValue::UNDEFINED)
}
