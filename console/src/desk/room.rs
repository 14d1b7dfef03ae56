//! What is typed in rooms and not kept yet: it stays while one looks elsewhere, or logs in again.

use super::Desk;
use leptos::prelude::*;

impl Desk {
    /// A text of a room under this key: as it was left, or as it begins.
    pub(crate) fn room_text(self, key: String, start: String) -> RwSignal<String> {
        let left = self.room_texts.with_untracked(|all| all.get(&key).cloned());
        let text = RwSignal::new(left.unwrap_or_else(|| start.clone()));
        Effect::new(move |_| {
            let now = text.get();
            self.room_texts.update(|all| {
                if now == start {
                    all.remove(&key);
                } else {
                    all.insert(key.clone(), now);
                }
            });
        });
        text
    }

    /// Whether something is typed in a room and not kept.
    pub(crate) fn has_room_texts(self) -> bool {
        self.room_texts.with(|all| !all.is_empty())
    }

    /// Forgets what was kept: every text whose key begins so.
    pub(crate) fn forget_room_texts(self, beginning: &str) {
        self.room_texts.update(|all| all.retain(|key, _| !key.starts_with(beginning)));
    }
}
