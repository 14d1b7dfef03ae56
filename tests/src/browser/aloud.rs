//! What a screen reader is given.

use super::Browser;
use serde_json::{Value, json};

impl Browser {
    /// What a screen reader is given of what matches: a line for each thing, with role, name and states.
    pub async fn outline(&self, selector: &str) -> String {
        self.find(selector).await;
        self.devtools("Accessibility.enable", json!({})).await;
        let script = format!(
            "(() => {{ const look = (root) => {{ for (const e of root.querySelectorAll('*')) {{ if (e.matches('{selector}')) return e; const f = e.shadowRoot && look(e.shadowRoot); if (f) return f; }} }}; return look(document); }})()"
        );
        let found = self.devtools("Runtime.evaluate", json!({ "expression": script })).await;
        let tree = self.devtools("Accessibility.queryAXTree", json!({ "objectId": found["result"]["objectId"] })).await;
        let nodes = tree["nodes"].as_array().cloned().unwrap_or_default();
        let mut out = String::new();
        if let Some(root) = nodes.first() {
            read_aloud(root, &nodes, 0, &mut out);
        }
        out
    }
}

/// Some versions of Chromium name the button of a date field twice.
fn once(name: String) -> String {
    let middle = name.len() / 2;
    match (name.get(..middle), name.get(middle + 1..)) {
        (Some(first), Some(second)) if first == second && !first.is_empty() => first.to_owned(),
        _ => name,
    }
}

/// A node of the accessibility tree and what is below it. Parts that say nothing by themselves are left out.
fn read_aloud(node: &Value, all: &[Value], depth: usize, out: &mut String) {
    let text = |value: &Value| value["value"].as_str().unwrap_or_default().trim().to_owned();
    let (role, name) = (text(&node["role"]), once(text(&node["name"])));
    let silent = node["ignored"] == json!(true)
        || ["InlineTextBox", "none", "generic"].contains(&role.as_str())
        // A form without a name is no landmark (ARIA 1.3), and not every browser tells of it.
        || (["StaticText", "form"].contains(&role.as_str()) && name.is_empty());
    let mut below = depth;
    if !silent {
        let mut states = Vec::new();
        for property in node["properties"].as_array().into_iter().flatten() {
            let (name, value) = (property["name"].as_str().unwrap_or_default(), &property["value"]["value"]);
            let told = ["required", "invalid", "checked", "disabled", "live", "level", "modal", "hasPopup"].contains(&name);
            if told && !matches!(value, Value::Bool(false)) && value != "false" && value != &json!(0) {
                states.push(format!("{name}={}", value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
            }
        }
        let description = text(&node["description"]);
        if !description.is_empty() {
            states.push(format!("described “{description}”"));
        }
        let value = text(&node["value"]);
        if !value.is_empty() {
            states.push(format!("value “{value}”"));
        }
        let states = if states.is_empty() { String::new() } else { format!(" [{}]", states.join(", ")) };
        out.push_str(&format!("{}{role} “{name}”{states}\n", "  ".repeat(depth)));
        below += 1;
    }
    for id in node["childIds"].as_array().into_iter().flatten() {
        if let Some(child) = all.iter().find(|other| other["nodeId"] == *id) {
            // What a name says already is not said again.
            if !(text(&child["role"]) == "StaticText" && text(&child["name"]) == name && !silent) {
                read_aloud(child, all, below, out);
            }
        }
    }
}
