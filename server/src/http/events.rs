//! Live arrivals for the console, as server-sent events.

use super::session::{Opened, Staff};
use crate::access::Action;
use crate::app::App;
use crate::error::Error;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use porchlight_shared::api;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// So soon a browser asks again when the connection ended.
const AGAIN: Duration = Duration::from_secs(2);

/// `GET /events`: what happens to inquiries that the asker may see. A dropped connection goes on where
/// it was, by `Last-Event-ID`.
pub(crate) async fn events(
    State(app): State<Arc<App>>,
    staff: Staff,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Error> {
    let given = headers
        .get("last-event-id")
        .and_then(|v| v.to_str().ok())
        .filter(|id| uuid::Uuid::parse_str(id).is_ok())
        .map(str::to_owned);
    // An event that scripts can see, and not a comment: a connection that died without a word is found out by its silence.
    let every = Duration::from_secs(app.settings.heartbeat_seconds);
    let beat = || Event::default().event("beat").data(every.as_millis().to_string());
    let mut follow = Follow {
        woken: app.events.subscribe(),
        last: String::new(),
        app,
        staff,
        told: BTreeSet::new(),
        waiting: VecDeque::from([beat().retry(AGAIN)]),
        more: false,
    };
    match given {
        Some(id) => follow.last = id,
        None => {
            follow.last = follow.app.db.last_event(&follow.staff.district.id).await?;
            // What was before is not told.
            while !follow.news().await?.is_empty() {}
        }
    }
    let stream = futures_util::stream::unfold(follow, |mut follow| async move {
        let event = follow.next().await?;
        Some((Ok(event), follow))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(every).event(beat())))
}

struct Follow {
    app: Arc<App>,
    staff: Staff,
    woken: tokio::sync::watch::Receiver<u64>,
    /// The newest event that was told.
    last: String,
    /// Events of the last seconds that were told: one with an older id may still be committed.
    told: BTreeSet<String>,
    waiting: VecDeque<Event>,
    /// There may be more than was read.
    more: bool,
}

/// How far behind the newest event one still looks, in milliseconds.
const BEHIND_MS: u64 = 10_000;

/// The smallest id of an event that could be this much older.
fn a_little_before(id: &str) -> String {
    let at = uuid::Uuid::parse_str(id).ok().and_then(|id| id.get_timestamp()).map_or(0, |t| t.to_unix().0 * 1_000);
    uuid::Builder::from_unix_timestamp_millis(at.saturating_sub(BEHIND_MS), &[0; 10]).into_uuid().to_string()
}

impl Follow {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            self.woken.mark_unchanged();
            if let Err(error) = self.fetch().await {
                tracing::warn!(%error, "live events ended; the console connects anew");
                return None;
            }
            if self.waiting.is_empty() && !self.more {
                // Another machine's events are announced by the database; should that fail, look anyway.
                tokio::select! {
                    _ = tokio::time::timeout(Duration::from_secs(30), self.woken.changed()) => {}
                    () = self.app.stopped() => return None,
                }
            }
        }
    }

    async fn fetch(&mut self) -> Result<(), Error> {
        // Who logged out, was disabled or lost a topic hears nothing more of it.
        self.staff = Staff::again(&self.app, &self.staff).await?;
        // One inquiry is asked for once, however much happens to it in a burst.
        let mut heard: BTreeMap<String, bool> = BTreeMap::new();
        for (id, action, inquiry) in self.news().await? {
            let may_hear = match heard.get(&inquiry) {
                Some(known) => *known,
                None => match Opened::find(&self.app, &self.staff, &inquiry, Action::Know).await {
                    Ok(_) => true,
                    Err(Error::NotFound | Error::Forbidden) => false,
                    Err(other) => return Err(other),
                },
            };
            heard.insert(inquiry.clone(), may_hear);
            if may_hear {
                let data = serde_json::to_string(&api::InquiryEvent { id: inquiry, action }).unwrap_or_default();
                self.waiting.push_back(Event::default().event("inquiry").id(id).data(data));
            }
        }
        Ok(())
    }

    /// Events that were not told yet, oldest first, which are told from now on; so many as are read at once.
    async fn news(&mut self) -> Result<Vec<(String, String, String)>, Error> {
        let floor = a_little_before(&self.last);
        self.told.retain(|id| *id > floor);
        let mut from = floor;
        loop {
            let page = self.app.db.events_after(&self.staff.district.id, &from).await?;
            let Some((newest, ..)) = page.last() else {
                self.more = false;
                return Ok(Vec::new());
            };
            from.clone_from(newest);
            if from > self.last {
                self.last.clone_from(&from);
            }
            let news: Vec<_> = page.into_iter().filter(|(id, ..)| self.told.insert(id.clone())).collect();
            if !news.is_empty() {
                self.more = true;
                return Ok(news);
            }
        }
    }
}
