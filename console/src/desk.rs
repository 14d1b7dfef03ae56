//! The desk: all that is on the screen, as signals, and whatever changes it.
//!
//! State flows one way: the address says what to show ([`Route`]), loads fetch it (`inbox`, `opened`), views
//! read the signals, and what a person does (`deed`, `send`) calls the API and loads again. Live updates
//! (`live`) only ever cause loads, so that a lost event costs nothing but time.

mod deed;
pub(crate) mod inbox;
mod live;
mod load;
mod opened;
mod rest;
mod room;
mod send;
mod session;

pub(crate) use deed::Deed;
pub(crate) use inbox::Line;
pub(crate) use load::Loaded;
pub(crate) use room::{Left, RoomForm};
pub(crate) use send::{Attached, NotSent, field};

use crate::api::Failure;
use crate::state::draft::{Drafts, Writing};
use crate::state::route::Route;
use crate::{dom, time};
use futures_util::lock::Mutex;
use inbox::Inbox;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use live::Live;
use opened::Opened;
use porchlight_shared::api::{File, Me, Notices, OpenAlerts, Ownerless, Related, Views};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// Heading of the open inquiry.
pub(crate) const TITLE: &str = "inquiry-title";
/// Heading of the list.
pub(crate) const LIST_TITLE: &str = "list-title";
/// The box in which the list scrolls.
pub(crate) const LIST: &str = "list-scroll";
/// The entries of the open thread.
pub(crate) const THREAD: &str = "thread";
pub(crate) const TOAST: &str = "toast";
/// The button at the end of the list.
pub(crate) const MORE: &str = "load-more";

const TOAST_STAYS: Duration = Duration::from_secs(12);

/// Whether anybody is logged in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The server has been asked.
    #[default]
    Asking,
    /// The server could not be asked.
    Failed(Failure),
    LoggedOut,
    LoggedIn,
}

/// What lies on top of everything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sheet {
    Help,
    LogOut,
    Assign,
    /// Somebody else answers this one; nobody asks why.
    HandOver,
    /// The same for everything that is selected.
    AssignSelected,
    TagSelected,
    LetIn,
    Merge,
    /// A message of the sender, by id.
    Split(String),
    Notices,
    KeepView,
    /// Templates for the reply that is written.
    Templates,
    /// A reply, by id, as an answer for everybody.
    MakeAnswer(String),
    Photo(File),
}

/// A short word about what was done, perhaps with a way on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Toast {
    pub(crate) words: String,
    pub(crate) offer: Option<Offer>,
    /// Something did not work; it stays until it is put away.
    pub(crate) trouble: bool,
    number: u32,
}

/// The button of a toast, for an inquiry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Offer {
    /// Takes back what was done under this word.
    Undo(String),
    /// Takes a reply back that has not left, by inquiry and reply.
    TakeBack(String, String),
    Again(String, Deed),
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Desk {
    pub(crate) stage: RwSignal<Stage>,
    /// Said above the log-in form.
    pub(crate) notice: RwSignal<Option<String>>,
    pub(crate) me: RwSignal<Option<Me>>,
    pub(crate) zone: RwSignal<TimeZone>,
    /// The present, a few times a minute.
    pub(crate) now: RwSignal<Timestamp>,
    pub(crate) route: RwSignal<Route>,
    pub(crate) inbox: Inbox,
    /// Counts of the views, and those that somebody keeps.
    pub(crate) views: Loaded<Views>,
    /// Lines that were ticked, by id.
    pub(crate) selected: RwSignal<BTreeSet<String>>,
    pub(crate) notices: Loaded<Notices>,
    /// For administrators: what has nobody.
    pub(crate) ownerless: Loaded<Ownerless>,
    /// Alerts that nobody has yet.
    pub(crate) alerts: Loaded<OpenAlerts>,
    pub(crate) opened: Opened,
    /// What goes with the open inquiry.
    pub(crate) related: Loaded<Related>,
    pub(crate) drafts: RwSignal<Drafts>,
    /// Drafts will be kept in a moment.
    keeping: StoredValue<bool>,
    /// A draft and its sending go one after the other: one that is kept behind its sending would be there again.
    draft_turn: StoredValue<Arc<Mutex<()>>>,
    /// Files that go with the next replies, and how many are on their way here.
    pub(crate) attached: RwSignal<Vec<Attached>>,
    pub(crate) attaching: RwSignal<usize>,
    /// What is on its way: the inquiry and which of its texts.
    pub(crate) sending: RwSignal<Option<(String, Writing)>>,
    pub(crate) not_sent: RwSignal<Option<NotSent>>,
    /// A deed is on its way.
    pub(crate) busy: RwSignal<bool>,
    /// Said in the banner, with a way to try again.
    pub(crate) trouble: RwSignal<Option<String>>,
    pub(crate) toast: RwSignal<Option<Toast>>,
    /// What is typed in rooms and not kept yet, by the form's name.
    left: RwSignal<BTreeMap<String, Left>>,
    /// Hard threads after which a break was offered, by id.
    rested: StoredValue<BTreeSet<String>>,
    /// A word after a hard thread.
    pub(crate) rest: RwSignal<Option<String>>,
    /// The last thing that a screen reader is told.
    pub(crate) said: RwSignal<String>,
    pub(crate) sheet: RwSignal<Option<Sheet>>,
    pub(crate) letters_off: RwSignal<bool>,
    pub(crate) live: Live,
}

impl Desk {
    /// Made once, outside of any view, so that nothing on it goes away with a view.
    pub(crate) fn new() -> Self {
        Self {
            stage: RwSignal::default(),
            notice: RwSignal::new(None),
            me: RwSignal::new(None),
            zone: RwSignal::new(TimeZone::UTC),
            now: RwSignal::new(Timestamp::now()),
            route: RwSignal::new(Route::parse(&location_hash().unwrap_or_default())),
            inbox: Inbox::new(),
            views: Loaded::new("/views"),
            selected: RwSignal::default(),
            notices: Loaded::new("/notifications"),
            ownerless: Loaded::new("/ownerless"),
            alerts: Loaded::new("/alerts"),
            opened: Opened::new(),
            related: Loaded::new(""),
            drafts: RwSignal::default(),
            keeping: StoredValue::new(false),
            draft_turn: StoredValue::default(),
            attached: RwSignal::default(),
            attaching: RwSignal::default(),
            sending: RwSignal::new(None),
            not_sent: RwSignal::new(None),
            busy: RwSignal::new(false),
            trouble: RwSignal::new(None),
            toast: RwSignal::new(None),
            left: RwSignal::default(),
            rested: StoredValue::default(),
            rest: RwSignal::new(None),
            said: RwSignal::default(),
            sheet: RwSignal::new(None),
            letters_off: RwSignal::new(dom::letters_off()),
            live: Live::new(),
        }
    }

    /// Whether something is typed that is neither sent nor kept.
    pub(crate) fn has_unsaved(self) -> bool {
        self.drafts.with_untracked(|drafts| drafts.unsaved() > 0) || self.left.with_untracked(|all| !all.is_empty())
    }

    /// Goes somewhere. The address follows at once; its own event then finds nothing left to do.
    pub(crate) fn go(self, to: &Route) {
        self.route.set(to.clone());
        let _ = location().set_hash(&to.hash());
    }

    pub(crate) fn say(self, words: String) {
        // The same words twice are only read twice if they differ.
        let again = self.said.with_untracked(|said| *said == words);
        self.said.set(if again { words + "\u{a0}" } else { words });
    }

    /// Loads everything on the screen again.
    pub(crate) fn renew(self) {
        self.trouble.set(None);
        self.refresh_list();
        self.load_open();
    }

    pub(crate) fn tell(self, words: impl Into<String>, offer: Option<Offer>) {
        self.put_toast(words.into(), offer, false);
    }

    pub(crate) fn tell_trouble(self, words: impl Into<String>, offer: Option<Offer>) {
        self.put_toast(words.into(), offer, true);
    }

    fn put_toast(self, words: String, offer: Option<Offer>, trouble: bool) {
        let number = self.toast.with_untracked(|toast| toast.as_ref().map_or(0, |toast| toast.number.wrapping_add(1)));
        self.toast.set(Some(Toast { words, offer, trouble, number }));
        if !trouble {
            self.put_away(number);
        }
    }

    /// Takes a toast away after a while, but never from under somebody's hand.
    fn put_away(self, number: u32) {
        let put_away = move || {
            if self.toast.with_untracked(|toast| toast.as_ref().map(|toast| toast.number) != Some(number)) {
                return;
            }
            if dom::is_attended(TOAST) { self.put_away(number) } else { self.toast.set(None) }
        };
        set_timeout(put_away, TOAST_STAYS);
    }

    /// A time of the API as a moment in words.
    pub(crate) fn moment(self, raw: &str) -> String {
        time::parse(raw).map_or_else(String::new, |at| self.zone.with(|zone| time::moment(at, self.now.get(), zone)))
    }

    pub(crate) fn full_time(self, raw: &str) -> String {
        time::parse(raw).map_or_else(String::new, |at| self.zone.with(|zone| time::full(at, zone)))
    }

    /// The day of a time, like "Nov 23".
    pub(crate) fn day(self, raw: &str) -> String {
        time::parse(raw)
            .map_or_else(String::new, |at| self.zone.with_untracked(|zone| time::day_of(at, self.now.get_untracked(), zone)))
    }

    /// The last day before a time: absences end with the beginning of the next day.
    pub(crate) fn day_before(self, raw: &str) -> String {
        let at = time::parse(raw).and_then(|at| Timestamp::from_millisecond(at.as_millisecond() - 1).ok());
        at.map_or_else(String::new, |at| self.zone.with_untracked(|zone| time::day_of(at, self.now.get_untracked(), zone)))
    }

    /// A language of the district by its own name.
    pub(crate) fn language(self, locale: &str) -> String {
        let name = |me: &Me| me.locales.iter().find(|l| l.id == locale).map(|l| l.label.clone());
        self.me.with_untracked(|me| me.as_ref().and_then(name)).unwrap_or_else(|| locale.to_owned())
    }

    /// Topics as choices.
    pub(crate) fn topics(self) -> Vec<(String, String)> {
        let topics = self.me.with_untracked(|me| me.as_ref().map(|me| me.topics.clone()).unwrap_or_default());
        topics.into_iter().map(|t| (t.id, t.label)).collect()
    }

    /// Schools as choices.
    pub(crate) fn schools(self) -> Vec<(String, String)> {
        let all = self.me.with_untracked(|me| me.as_ref().map(|me| me.schools.clone()).unwrap_or_default());
        all.into_iter().map(|s| (s.id, s.label)).collect()
    }

    /// Colleagues who can look after something, as choices.
    pub(crate) fn owners(self) -> Vec<(String, String)> {
        let all = self.me.with_untracked(|me| me.as_ref().map(|me| me.colleagues.clone()).unwrap_or_default());
        all.into_iter().filter(|c| c.can_own && !c.left).map(|c| (c.account_id, c.name)).collect()
    }

    /// Languages of the district as choices.
    pub(crate) fn languages(self) -> Vec<(String, String)> {
        let all = self.me.with_untracked(|me| me.as_ref().map(|me| me.locales.clone()).unwrap_or_default());
        all.into_iter().map(|l| (l.id, l.label)).collect()
    }

    /// The district's first language.
    pub(crate) fn first_locale(self) -> String {
        self.languages().into_iter().next().map(|(id, _)| id).unwrap_or_default()
    }

    /// When an answer is due, in words, and whether that time is over.
    pub(crate) fn due(self, raw: Option<&str>) -> Option<(String, bool)> {
        let (at, now) = (time::parse(raw?)?, self.now.get());
        Some((self.zone.with(|zone| time::due(at, now, zone)), at < now))
    }
}
