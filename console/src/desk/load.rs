//! Something that a room of the console shows: asked for, shown, asked for again after it was changed.

use super::Desk;
use crate::api::{self, Failure};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;

/// What was asked for, as far as it is here.
#[derive(Debug)]
pub(crate) struct Loaded<T: 'static> {
    pub(crate) value: RwSignal<Option<T>>,
    pub(crate) failed: RwSignal<Option<Failure>>,
    /// Where it is, below the API's root.
    path: StoredValue<String>,
    turn: StoredValue<u32>,
}

impl<T> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loaded<T> {}

impl<T: DeserializeOwned + Send + Sync + 'static> Loaded<T> {
    /// Nothing yet; [`Self::load`] asks.
    pub(crate) fn new(path: &str) -> Self {
        Self {
            value: RwSignal::new(None),
            failed: RwSignal::new(None),
            path: StoredValue::new(path.to_owned()),
            turn: StoredValue::new(0),
        }
    }

    /// Asks, or asks again; what is shown stays until the answer is here.
    pub(crate) fn load(self, desk: Desk) {
        let (Some(path), Some(())) = (self.path.try_get_value(), self.turn.try_update_value(|turn| *turn = turn.wrapping_add(1)))
        else {
            return;
        };
        let turn = self.turn.get_value();
        spawn_local(async move {
            let result = api::get::<T>(&path).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            match result {
                Ok(value) => {
                    self.failed.set(None);
                    self.value.set(Some(value));
                }
                Err(Failure::LoggedOut) => desk.session_ended(),
                Err(failure) if self.value.with_untracked(Option::is_some) => desk.trouble.set(Some(failure.words())),
                Err(failure) => self.failed.set(Some(failure)),
            }
        });
    }

    /// Asks for something else.
    pub(crate) fn load_from(self, desk: Desk, path: String) {
        self.path.set_value(path);
        self.load(desk);
    }

    pub(crate) fn clear(self) {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.value.set(None);
        self.failed.set(None);
    }
}
