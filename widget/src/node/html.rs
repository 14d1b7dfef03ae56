//! Nodes as HTML, for pages that work without scripts.

use super::{Attribute, Element, Node};

/// Elements that have nothing in them and no end tag. Source: HTML, section 13.1.2.
const VOID: &[&str] = &["br", "hr", "img", "input"];

impl Node {
    /// The HTML of this node as it is now.
    pub fn html(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Text(text) => escape(text, out),
            Self::Element(element) => element.write(out),
            Self::Many(all) => all.iter().for_each(|node| node.write(out)),
            Self::Live(show) => show().write(out),
        }
    }
}

impl Element {
    fn write(&self, out: &mut String) {
        let tag = self.0.tag;
        out.push('<');
        out.push_str(tag);
        for (name, value) in &self.0.attributes {
            let held;
            let value = match value {
                Attribute::Fixed(value) => value,
                Attribute::Live(value) => match value() {
                    Some(value) => {
                        held = value;
                        &held
                    }
                    None => continue,
                },
            };
            out.push(' ');
            out.push_str(name);
            if !value.is_empty() {
                out.push_str("=\"");
                escape(value, out);
                out.push('"');
            }
        }
        out.push('>');
        if VOID.contains(&tag) {
            return;
        }
        if tag == "textarea" {
            // HTML drops one line end after this tag, so one is given.
            out.push('\n');
        }
        self.0.children.iter().for_each(|node| node.write(out));
        out.push_str("</");
        out.push_str(tag);
        out.push('>');
    }
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::node::{Node, State, el, live};

    #[test]
    fn what_people_typed_stays_text() {
        let typed = String::from("</textarea>\"<b>&");
        let node: Node = el("textarea").attr("title", typed.clone()).child(typed).into();
        assert_eq!(
            node.html(),
            "<textarea title=\"&lt;/textarea&gt;&quot;&lt;b&gt;&amp;\">\n&lt;/textarea&gt;&quot;&lt;b&gt;&amp;</textarea>"
        );
    }

    #[test]
    fn a_state_is_shown_as_it_is_now() {
        let name = State::new(String::from("Kim"));
        let (read, wrong) = (name.clone(), name.clone());
        let node: Node = el("p")
            .attr_live("hidden", move || wrong.get().is_empty().then_some("".into()))
            .attr_if(false, "title", "x")
            .child(live(move || read.get()))
            .child(el("br"))
            .child(None::<Node>)
            .into();
        assert_eq!(node.html(), "<p>Kim<br></p>");
        name.set(String::new());
        assert_eq!(node.html(), "<p hidden><br></p>");
    }
}
