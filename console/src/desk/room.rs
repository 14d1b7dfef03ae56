//! What is typed in rooms and not kept yet: it stays while one looks elsewhere, or logs in again.

use super::Desk;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// What was left in a form.
#[derive(Debug, Clone)]
pub(crate) struct Left {
    /// The version of what is changed over which it was typed.
    version: i64,
    fields: BTreeMap<&'static str, String>,
}

/// A form of a room. Its name is its own, so that what was left in it comes back to it and to no other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RoomForm {
    desk: Desk,
    name: StoredValue<String>,
    /// The version of what is changed: where something was left, the one over which it was typed, so that whoever keeps it
    /// learns that somebody else was faster.
    pub(crate) version: RwSignal<i64>,
    /// The version that is there now.
    newest: i64,
    /// Every field with what it began with.
    fields: StoredValue<Vec<(RwSignal<String>, String)>>,
}

impl RoomForm {
    pub(crate) fn new(desk: Desk, name: String, version: i64) -> Self {
        let left = desk.left.with_untracked(|all| all.get(&name).map(|left| left.version));
        Self {
            desk,
            name: StoredValue::new(name),
            version: RwSignal::new(left.unwrap_or(version)),
            newest: version,
            fields: StoredValue::default(),
        }
    }

    /// Id of a field's element.
    pub(crate) fn id(self, field: &str) -> String {
        self.name.with_value(|name| format!("{name}-{field}"))
    }

    /// A field: as it was left, or as it begins.
    pub(crate) fn field(self, field: &'static str, start: String) -> RwSignal<String> {
        let (left, name) = (self.desk.left, self.name.get_value());
        let before = left.with_untracked(|all| all.get(&name)?.fields.get(field).cloned());
        let text = RwSignal::new(before.unwrap_or_else(|| start.clone()));
        self.fields.update_value(|fields| fields.push((text, start.clone())));
        Effect::new(move |_| {
            let now = text.get();
            let version = self.version.get_untracked();
            left.update(|all| {
                if now != start {
                    let form = all.entry(name.clone()).or_insert_with(|| Left { version, fields: BTreeMap::new() });
                    form.fields.insert(field, now);
                } else if let Some(form) = all.get_mut(&name) {
                    form.fields.remove(field);
                    if form.fields.is_empty() {
                        all.remove(&name);
                    }
                }
            });
        });
        text
    }

    /// Whether anything in it is not kept.
    pub(crate) fn is_touched(self) -> bool {
        self.name.with_value(|name| self.desk.left.with(|all| all.contains_key(name)))
    }

    /// It is kept.
    pub(crate) fn kept(self) {
        self.name.with_value(|name| self.desk.left.update(|all| drop(all.remove(name))));
    }

    /// Makes every field what it began with.
    pub(crate) fn reset(self) {
        self.version.set(self.newest);
        for (field, start) in self.fields.get_value() {
            field.set(start);
        }
        // At once: whoever asks now need not wait for the fields' own effects.
        self.kept();
    }
}

impl Desk {
    /// Whether something is typed in a room and not kept.
    pub(crate) fn has_left(self) -> bool {
        self.left.with(|all| !all.is_empty())
    }

    /// Forgets what was left in any room.
    pub(crate) fn forget_left(self) {
        self.left.update(BTreeMap::clear);
    }
}
