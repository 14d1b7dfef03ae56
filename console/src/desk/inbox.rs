//! The list: loading it, renewing it while somebody reads, and going on to the next page.

use super::{Desk, LIST, MORE};
use crate::api::{self, Failure, PAGE};
use crate::dom;
use crate::state::inbox::{announcement, append, arrivals, pages};
use crate::state::route::{Filter, View};
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_shared::api::{InquiryItem, InquiryList, SearchTold};
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// How long a new arrival stands out.
const FRESH: Duration = Duration::from_secs(6);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Phase {
    #[default]
    Loading,
    Ready,
    Failed(Failure),
}

/// A line of the list. It stays the same while what it says changes, and so keeps focus and place.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) id: String,
    pub(crate) item: ArcRwSignal<InquiryItem>,
    /// Just arrived.
    pub(crate) fresh: ArcRwSignal<bool>,
}

impl Line {
    /// The id of its link in the page.
    pub(crate) fn anchor(id: &str) -> String {
        format!("line-{id}")
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Inbox {
    pub(crate) lines: RwSignal<Vec<Line>>,
    /// How the search went, where there was one.
    pub(crate) search: RwSignal<Option<SearchTold>>,
    /// The cursor of the next page.
    pub(crate) next: RwSignal<Option<String>>,
    pub(crate) phase: RwSignal<Phase>,
    /// The next page is on its way.
    pub(crate) more: RwSignal<bool>,
    /// Counts the loads from the start, so that a late answer to an old question is dropped.
    turn: StoredValue<u32>,
    refreshing: StoredValue<bool>,
    /// Something happened while refreshing.
    again: StoredValue<bool>,
}

impl Inbox {
    pub(super) fn new() -> Self {
        Self {
            lines: RwSignal::default(),
            search: RwSignal::new(None),
            next: RwSignal::new(None),
            phase: RwSignal::default(),
            more: RwSignal::new(false),
            turn: StoredValue::new(0),
            refreshing: StoredValue::new(false),
            again: StoredValue::new(false),
        }
    }

    fn new_turn(self) -> u32 {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.turn.get_value()
    }

    pub(super) fn clear(self) {
        self.new_turn();
        self.lines.set(Vec::new());
        self.search.set(None);
        self.next.set(None);
        self.phase.set(Phase::Loading);
    }

    fn ids(self) -> Vec<String> {
        self.lines.with_untracked(|lines| lines.iter().map(|line| line.id.clone()).collect())
    }

    fn show(self, list: InquiryList, fresh: &HashSet<String>) {
        let old = self.lines.get_untracked();
        let lines = reconcile(&old, list.inquiries, fresh);
        if !old.iter().map(|line| &line.id).eq(lines.iter().map(|line| &line.id)) {
            self.lines.set(lines);
        }
        self.search.set(list.search);
        self.next.set(list.next);
        self.phase.set(Phase::Ready);
    }
}

impl Desk {
    /// How many inquiries a view shows; unknown for those that only grow.
    pub(crate) fn count(self, view: View) -> Option<i64> {
        self.views.value.with(|views| {
            let counts = views.as_ref().map(|views| views.counts.as_slice()).unwrap_or_default();
            counts.iter().find(|count| count.view == view.as_str()).map(|count| count.count)
        })
    }

    /// Counts, notices, and what has nobody: all that stands around the list.
    pub(crate) fn load_around(self) {
        self.views.load(self);
        self.notices.load(self);
        self.alerts.load(self);
        if self.me.with_untracked(|me| me.as_ref().is_some_and(|me| me.can.ownerless)) {
            self.ownerless.load(self);
        }
    }

    fn filter(self) -> Filter {
        self.route.with_untracked(|route| route.filter.clone())
    }

    /// Loads the list from its start: another filter, or the first time.
    pub(crate) fn load_list(self) {
        let turn = self.inbox.new_turn();
        self.inbox.phase.set(Phase::Loading);
        self.inbox.again.set_value(false);
        self.selected.update(|all| all.clear());
        self.load_around();
        let filter = self.filter();
        spawn_local(async move {
            let result = api::inquiries(&filter, None).await;
            if self.inbox.turn.get_value() != turn {
                return;
            }
            match result {
                Ok(list) => {
                    self.trouble.set(None);
                    self.inbox.show(list, &HashSet::new());
                    if let Some(list) = dom::by_id(LIST) {
                        list.set_scroll_top(0);
                    }
                    if self.inbox.again.get_value() {
                        self.refresh_list();
                    }
                }
                Err(Failure::LoggedOut) => self.session_ended(),
                Err(failure) => self.inbox.phase.set(Phase::Failed(failure)),
            }
        });
    }

    /// Reads again what is on the screen. Many calls at once become one more, after the one that runs.
    pub(crate) fn refresh_list(self) {
        self.inbox.again.set_value(true);
        self.load_around();
        match self.inbox.phase.get_untracked() {
            // The load that runs may have read before this call; it looks at `again` when it is done.
            Phase::Loading => return,
            Phase::Failed(_) => return self.load_list(),
            Phase::Ready if self.inbox.refreshing.get_value() => return,
            Phase::Ready => {}
        }
        self.inbox.refreshing.set_value(true);
        spawn_local(async move {
            while self.inbox.again.get_value() {
                self.inbox.again.set_value(false);
                self.refresh_once().await;
            }
            self.inbox.refreshing.set_value(false);
        });
    }

    async fn refresh_once(self) {
        let (turn, before, filter) = (self.inbox.turn.get_value(), self.inbox.ids(), self.filter());
        let result = read_pages(&filter, pages(before.len(), PAGE)).await;
        if self.inbox.turn.get_value() != turn {
            return;
        }
        if self.inbox.lines.with_untracked(Vec::len) != before.len() {
            // A further page came in between; this answer would take it away.
            self.inbox.again.set_value(true);
            return;
        }
        match result {
            Ok(list) => {
                self.trouble.set(None);
                self.renew_lines(list, &before);
            }
            Err(Failure::LoggedOut) => self.session_ended(),
            Err(failure) => self.trouble.set(Some(failure.words())),
        }
    }

    /// Shows a renewed list without moving what somebody reads in it.
    fn renew_lines(self, list: InquiryList, before: &[String]) {
        let known: HashSet<String> = before.iter().cloned().collect();
        let new = arrivals(&known, &list.inquiries);
        let fresh: HashSet<String> = new.iter().map(|item| item.id.clone()).collect();
        if let Some(words) = announcement(&new) {
            self.say(words);
        }
        let place = dom::place(LIST, before.iter().map(|id| Line::anchor(id)));
        self.inbox.show(list, &fresh);
        if let Some(place) = place {
            place.keep();
        }
        if !fresh.is_empty() {
            self.let_fade(fresh);
        }
    }

    fn let_fade(self, fresh: HashSet<String>) {
        let fade = move || {
            for line in self.inbox.lines.get_untracked().iter().filter(|line| fresh.contains(&line.id)) {
                line.fresh.set(false);
            }
        };
        set_timeout(fade, FRESH);
    }

    /// Adds the next page.
    pub(crate) fn load_more(self) {
        let Some(after) = self.inbox.next.get_untracked() else { return };
        if self.inbox.more.get_untracked() {
            return;
        }
        self.inbox.more.set(true);
        let (turn, filter) = (self.inbox.turn.get_value(), self.filter());
        spawn_local(async move {
            let result = api::inquiries(&filter, Some(&after)).await;
            self.inbox.more.set(false);
            if self.inbox.turn.get_value() != turn {
                return;
            }
            match result {
                Ok(page) => self.add_page(page),
                Err(Failure::LoggedOut) => self.session_ended(),
                Err(failure) => self.trouble.set(Some(failure.words())),
            }
        });
    }

    fn add_page(self, page: InquiryList) {
        self.trouble.set(None);
        let (added, first) = (page.inquiries.len(), page.inquiries.first().map(|item| Line::anchor(&item.id)));
        let mut all: Vec<InquiryItem> =
            self.inbox.lines.with_untracked(|lines| lines.iter().map(|line| line.item.get_untracked()).collect());
        append(&mut all, page.inquiries);
        self.inbox.show(InquiryList { inquiries: all, ..page }, &HashSet::new());
        self.say(if added == 1 { "One more inquiry.".to_owned() } else { format!("{added} more inquiries.") });
        // The button that was pressed moved to the new end, or is gone; whoever is elsewhere stays there.
        if dom::focused().as_deref() == Some(MORE) {
            dom::focus_later(first);
        }
    }
}

async fn read_pages(filter: &Filter, pages: usize) -> Result<InquiryList, Failure> {
    let mut list = api::inquiries(filter, None).await?;
    for _ in 1..pages {
        let Some(after) = list.next.clone() else { break };
        let page = api::inquiries(filter, Some(&after)).await?;
        append(&mut list.inquiries, page.inquiries);
        list.next = page.next;
    }
    Ok(list)
}

/// The lines for `items`, keeping those that are there.
fn reconcile(old: &[Line], items: Vec<InquiryItem>, fresh: &HashSet<String>) -> Vec<Line> {
    let known: HashMap<&str, &Line> = old.iter().map(|line| (line.id.as_str(), line)).collect();
    items
        .into_iter()
        .map(|item| match known.get(item.id.as_str()) {
            Some(line) => {
                if line.item.with_untracked(|shown| *shown != item) {
                    line.item.set(item);
                }
                (*line).clone()
            }
            None => {
                let fresh = ArcRwSignal::new(fresh.contains(&item.id));
                Line { id: item.id.clone(), item: ArcRwSignal::new(item), fresh }
            }
        })
        .collect()
}
