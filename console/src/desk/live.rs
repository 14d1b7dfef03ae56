//! Live updates. An event only says that something changed; what, is read from the API as always.

use super::{Desk, Stage};
use crate::api::EVENTS;
use crate::dom;
use futures_util::StreamExt;
use futures_util::future::{self, Either};
use futures_util::stream::select;
use gloo_net::eventsource::futures::EventSource;
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_shared::api::InquiryEvent;
use std::pin::pin;
use std::time::Duration;

/// Events within this time cause one load.
const GATHER: Duration = Duration::from_millis(400);
/// A connection that is back sooner is not worth a word.
const QUIET: Duration = Duration::from_secs(4);
/// So many times the server's beat without a word, and a connection counts as dead.
const BEATS: u32 = 3;
/// Waiting times between attempts when the browser gave up.
const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy)]
pub(crate) struct Live {
    /// Said quietly above the list.
    pub(crate) paused: RwSignal<bool>,
    /// No connection now.
    lost: StoredValue<bool>,
    /// How often it was lost.
    losses: StoredValue<u32>,
    /// A load is planned.
    planned: StoredValue<bool>,
    /// …of the open inquiry too.
    open_too: StoredValue<bool>,
}

impl Live {
    pub(super) fn new() -> Self {
        Self {
            paused: RwSignal::new(false),
            lost: StoredValue::new(false),
            losses: StoredValue::new(0),
            planned: StoredValue::new(false),
            open_too: StoredValue::new(false),
        }
    }
}

impl Desk {
    /// Listens until dropped, through every loss of the connection.
    pub(crate) async fn listen(self) {
        let mut wait = FIRST_WAIT;
        loop {
            if self.follow().await {
                wait = FIRST_WAIT;
            }
            self.lost();
            // Also finds out whether the session is over, which an event source cannot say.
            self.renew_soon(true);
            let jitter = Duration::from_millis((js_sys::Math::random() * 1_000.0) as u64);
            dom::sleep(wait + jitter).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Follows one connection until the browser gives it up; says whether there ever was one.
    async fn follow(self) -> bool {
        let mut connected = false;
        let Ok(mut source) = EventSource::new(EVENTS) else { return false };
        let (Ok(opened), Ok(errors), Ok(inquiries), Ok(beats)) =
            (source.subscribe("open"), source.subscribe("error"), source.subscribe("inquiry"), source.subscribe("beat"))
        else {
            return false;
        };
        let mut all = select(select(opened, errors), select(inquiries, beats));
        let mut silence = LONGEST_WAIT;
        loop {
            // A proxy can drop a connection without a word to either side: then nothing comes, for ever.
            let next = match future::select(all.next(), pin!(dom::sleep(silence))).await {
                Either::Left((next, _)) => next,
                Either::Right(_) => return connected,
            };
            let Some(Ok((name, message))) = next else { return connected };
            match name.as_str() {
                "beat" => {
                    let every = message.data().as_string().and_then(|every| every.parse().ok());
                    silence = every.map_or(silence, |every| Duration::from_millis(every) * BEATS);
                }
                "open" => {
                    connected = true;
                    self.live.lost.set_value(false);
                    self.live.paused.set(false);
                    // What happened before the connection stood was not heard.
                    self.renew_soon(true);
                }
                "error" => self.lost(),
                _ => self.heard(message.data().as_string().as_deref().unwrap_or_default()),
            }
        }
    }

    fn heard(self, data: &str) {
        let Ok(event) = serde_json::from_str::<InquiryEvent>(data) else { return };
        let is_open = self.route.with_untracked(|route| route.open.as_ref() == Some(&event.id));
        self.renew_soon(is_open);
    }

    fn lost(self) {
        if self.live.lost.get_value() {
            return;
        }
        self.live.lost.set_value(true);
        self.live.losses.update_value(|losses| *losses += 1);
        let this = self.live.losses.get_value();
        let say = move || {
            // A connection that was back meanwhile, and is lost again, has its own time.
            if self.live.lost.get_value() && self.live.losses.get_value() == this {
                self.live.paused.set(true);
            }
        };
        set_timeout(say, QUIET);
    }

    fn renew_soon(self, open_too: bool) {
        if open_too {
            self.live.open_too.set_value(true);
        }
        if self.live.planned.get_value() {
            return;
        }
        self.live.planned.set_value(true);
        let renew = move || {
            self.live.planned.set_value(false);
            let open_too = self.live.open_too.get_value();
            self.live.open_too.set_value(false);
            if self.stage.with_untracked(|stage| *stage != Stage::LoggedIn) {
                return;
            }
            self.refresh_list();
            if open_too {
                spawn_local(async move { drop(self.read_open().await) });
            }
        };
        set_timeout(renew, GATHER);
    }
}
