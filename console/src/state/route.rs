//! What is shown, as it stands in the address after the `#`, so that back, forward, reload and a copied
//! address all lead to the same place.

/// Which inquiries the list shows; what each means is decided by the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum View {
    /// New and open: somebody waits for the district.
    #[default]
    Open,
    Mine,
    Topics,
    DueSoon,
    PastDue,
    Critical,
    Unassigned,
    Waiting,
    Closed,
    Everything,
}

impl View {
    pub(crate) const EACH: [Self; 10] = [
        Self::Open,
        Self::Mine,
        Self::Topics,
        Self::DueSoon,
        Self::PastDue,
        Self::Critical,
        Self::Unassigned,
        Self::Waiting,
        Self::Closed,
        Self::Everything,
    ];

    /// The word in the address and in the API.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Mine => "mine",
            Self::Topics => "topics",
            Self::DueSoon => "due_soon",
            Self::PastDue => "past_due",
            Self::Critical => "critical",
            Self::Unassigned => "unassigned",
            Self::Waiting => "waiting",
            Self::Closed => "closed",
            Self::Everything => "everything",
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Open => "Needs us",
            Self::Mine => "Mine",
            Self::Topics => "My topics",
            Self::DueSoon => "Due soon",
            Self::PastDue => "Past due",
            Self::Critical => "Critical",
            Self::Unassigned => "Nobody’s",
            Self::Waiting => "Waiting",
            Self::Closed => "Closed",
            Self::Everything => "Everything",
        }
    }

    /// What is in it, in a few words.
    pub(crate) const fn help(self) -> &'static str {
        match self {
            Self::Open => "Somebody waits for an answer",
            Self::Mine => "Yours, and what you stand in for",
            Self::Topics => "About the topics that you work on",
            Self::DueSoon => "Promised within a business day",
            Self::PastDue => "The promised time is over",
            Self::Critical => "Marked as critical and not closed",
            Self::Unassigned => "Without an owner who can be reached",
            Self::Waiting => "On the sender",
            Self::Closed => "Done, newest first",
            Self::Everything => "All that you may see, newest first",
        }
    }

    /// What awaits an answer is read by when it is due, everything else by when it came.
    pub(crate) const fn due_first(self) -> bool {
        !matches!(self, Self::Closed | Self::Everything)
    }

    /// Anything unknown shows what needs us, so that an old bookmark never hides an inquiry.
    fn parse(raw: &str) -> Self {
        Self::EACH.into_iter().find(|view| view.as_str() == raw).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) view: View,
    pub(crate) topic: Option<String>,
    pub(crate) tag: Option<String>,
    /// Words that are looked for; empty shows everything.
    pub(crate) words: String,
}

impl Filter {
    pub(crate) fn parse(query: &str) -> Self {
        let mut filter = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "view" => filter.view = View::parse(&value),
                "topic" if is_id(&value) => filter.topic = Some(value.into_owned()),
                "tag" if !value.trim().is_empty() => filter.tag = Some(value.trim().to_lowercase()),
                // The space at the end tells that a word is finished.
                "q" => filter.words = value.trim_start().to_owned(),
                _ => {}
            }
        }
        filter
    }

    /// The same looking for `words`: among all, since what somebody asks about may long be closed; and back to what
    /// needs us where the search ends.
    pub(crate) fn searching(&self, words: &str) -> Self {
        let words = words.trim_start().to_owned();
        let view = match (self.words.trim().is_empty(), words.trim().is_empty()) {
            (true, false) => View::Everything,
            (false, true) => View::default(),
            _ => self.view,
        };
        Self { view, words, ..self.clone() }
    }

    pub(crate) fn is_search(&self) -> bool {
        !self.words.trim().is_empty()
    }

    /// Without its `?`; nothing for the usual view.
    pub(crate) fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if self.view != View::default() {
            query.append_pair("view", self.view.as_str());
        }
        for (name, value) in [("topic", &self.topic), ("tag", &self.tag)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        if self.is_search() {
            query.append_pair("q", &self.words);
        }
        query.finish()
    }
}

/// Rooms of the console beside the inbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Room {
    #[default]
    Inbox,
    /// Oneself: absences, mail, password, second factor, sessions.
    Me,
    People,
    Routing,
    Trail,
    /// Texts that replies begin with.
    Templates,
    /// Answers that stand for everybody.
    Answers,
    /// Invented inquiries to learn on.
    Practice,
    /// An invitation's link, with its word.
    Join(String),
    /// The link of a forgotten password, with its word.
    Password(String),
}

impl Room {
    /// One of the rooms that help to write.
    pub(crate) const fn is_writing(&self) -> bool {
        matches!(self, Self::Templates | Self::Answers | Self::Practice)
    }

    const fn path(&self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Me => "me",
            Self::People => "people",
            Self::Routing => "routing",
            Self::Trail => "trail",
            Self::Templates => "templates",
            Self::Answers => "answers",
            Self::Practice => "practice",
            Self::Join(_) => "join",
            Self::Password(_) => "password",
        }
    }
}

/// Where somebody is: a room, or a list, perhaps an inquiry of it, and at phone width perhaps its details.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) room: Room,
    pub(crate) filter: Filter,
    /// The inquiry that is open, by id.
    pub(crate) open: Option<String>,
    /// Whether the details cover the thread where there is no room for both.
    pub(crate) details: bool,
}

impl Route {
    /// Reads `location.hash`. What makes no sense leads to the list.
    pub(crate) fn parse(hash: &str) -> Self {
        let hash = hash.trim_start_matches('#').trim_start_matches('/');
        let (path, query) = hash.split_once('?').unwrap_or((hash, ""));
        let inbox = Self { filter: Filter::parse(query), ..Self::default() };
        let mut steps = path.split('/');
        let room = match (steps.next(), steps.next()) {
            (Some("inquiry"), Some(id)) if is_id(id) => {
                return Self { open: Some(id.to_owned()), details: steps.next() == Some("details"), ..inbox };
            }
            (Some("me"), None) => Room::Me,
            (Some("people"), None) => Room::People,
            (Some("routing"), None) => Room::Routing,
            (Some("trail"), None) => Room::Trail,
            (Some("templates"), None) => Room::Templates,
            (Some("answers"), None) => Room::Answers,
            (Some("practice"), None) => Room::Practice,
            (Some("join"), Some(word)) if is_word(word) => Room::Join(word.to_owned()),
            (Some("password"), Some(word)) if is_word(word) => Room::Password(word.to_owned()),
            _ => return inbox,
        };
        Self::to_room(room)
    }

    pub(crate) fn to_room(room: Room) -> Self {
        Self { room, ..Self::default() }
    }

    pub(crate) fn hash(&self) -> String {
        let query = self.filter.query();
        let query = if query.is_empty() { query } else { format!("?{query}") };
        match (&self.room, &self.open) {
            (Room::Inbox, None) => format!("#/inbox{query}"),
            (Room::Inbox, Some(id)) if self.details => format!("#/inquiry/{id}/details{query}"),
            (Room::Inbox, Some(id)) => format!("#/inquiry/{id}{query}"),
            (room @ (Room::Join(word) | Room::Password(word)), _) => format!("#/{}/{word}", room.path()),
            (room, _) => format!("#/{}", room.path()),
        }
    }

    pub(crate) fn to_inquiry(&self, id: &str) -> Self {
        Self { room: Room::Inbox, filter: self.filter.clone(), open: Some(id.to_owned()), details: false }
    }

    pub(crate) fn to_details(&self) -> Self {
        Self { details: self.open.is_some(), ..self.clone() }
    }

    pub(crate) fn to_filter(&self, filter: Filter) -> Self {
        Self { room: Room::Inbox, filter, ..self.clone() }
    }

    /// One screen up: details → thread → list; and out of every other room.
    pub(crate) fn back(&self) -> Self {
        if self.details {
            return Self { details: false, ..self.clone() };
        }
        Self { room: Room::Inbox, filter: self.filter.clone(), open: None, details: false }
    }

    pub(crate) fn is_inbox(&self) -> bool {
        self.room == Room::Inbox
    }
}

/// Ids go into addresses of the API, so nothing else than an id's own letters gets through.
fn is_id(raw: &str) -> bool {
    !raw.is_empty() && raw.len() <= 100 && raw.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The word of a mail's link: two parts in base 64.
fn is_word(raw: &str) -> bool {
    raw.len() <= 400 && raw.split('.').count() == 2 && raw.split('.').all(is_part)
}

fn is_part(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_reads_back() {
        for view in View::EACH {
            for topic in [None, Some("bus-routes".to_owned())] {
                for tag in [None, Some("late bus".to_owned())] {
                    let words = if tag.is_some() { String::from("MV-7K3 & niño ") } else { String::new() };
                    let filter = Filter { view, topic: topic.clone(), tag, words };
                    for (open, details) in
                        [(None, false), (Some("0197-ab".to_owned()), false), (Some("0197-ab".to_owned()), true)]
                    {
                        let route = Route { filter: filter.clone(), open, details, room: Room::Inbox };
                        assert_eq!(Route::parse(&route.hash()), route);
                    }
                }
            }
        }
        for room in
            [Room::Me, Room::People, Room::Routing, Room::Trail, Room::Join("a-b.c_d".into()), Room::Password("x.y".into())]
        {
            let route = Route::to_room(room);
            assert_eq!(Route::parse(&route.hash()), route);
        }
    }

    #[test]
    fn the_usual_view_has_a_short_address() {
        assert_eq!(Route::default().hash(), "#/inbox");
        assert_eq!(Route::parse(""), Route::default());
        assert_eq!(Route::parse("#/inbox?view=open"), Route::default());
    }

    #[test]
    fn a_search_looks_everywhere_and_ends_where_it_began() {
        let found = Filter::default().searching(" mv-7k3");
        assert_eq!((found.view, found.words.as_str()), (View::Everything, "mv-7k3"));
        assert_eq!(Filter { view: View::Mine, ..found.clone() }.searching("binder").view, View::Mine);
        assert_eq!(found.searching(""), Filter::default());
    }

    #[test]
    fn nonsense_leads_to_the_inbox() {
        for hash in [
            "#",
            "#/",
            "#/nowhere",
            "#/inquiry",
            "#/inquiry/",
            "#/inquiry/..",
            "#/inquiry/a%2Fb",
            "#/inbox?view=gone&topic=../x",
            "#/join/nothing",
            "#/people/x",
        ] {
            assert_eq!(Route::parse(hash), Route::default(), "{hash}");
        }
    }

    #[test]
    fn back_goes_one_screen_up() {
        let details = Route::default().to_inquiry("7").to_details();
        assert!(details.details);
        assert_eq!(details.back(), Route::default().to_inquiry("7"));
        assert_eq!(details.back().back(), Route::default());
        assert_eq!(Route::default().to_details(), Route::default());
        assert_eq!(Route::to_room(Room::Trail).back(), Route::default());
    }
}
