//! What is shown, as it stands in the address after the `#`, so that back, forward, reload and a copied
//! address all lead to the same place.

use porchlight_shared::status::Status;

/// Which statuses the list shows. One choice at a time: a list that is read in a second needs no more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Shown {
    /// New and open: somebody waits for the district.
    #[default]
    NeedsUs,
    New,
    Open,
    Waiting,
    Closed,
    All,
}

impl Shown {
    pub(crate) const EACH: [Self; 6] = [Self::NeedsUs, Self::New, Self::Open, Self::Waiting, Self::Closed, Self::All];

    pub(crate) const fn statuses(self) -> &'static [Status] {
        match self {
            Self::NeedsUs => &[Status::New, Status::Open],
            Self::New => &[Status::New],
            Self::Open => &[Status::Open],
            Self::Waiting => &[Status::Waiting],
            Self::Closed => &[Status::Closed],
            Self::All => Status::ALL,
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::NeedsUs => "Needs us",
            Self::New => "New",
            Self::Open => "Open",
            Self::Waiting => "Waiting",
            Self::Closed => "Closed",
            Self::All => "All",
        }
    }

    /// What awaits an answer is read by when it is due, everything else by when it came.
    pub(crate) const fn due_first(self) -> bool {
        matches!(self, Self::NeedsUs | Self::New | Self::Open)
    }

    /// The list of statuses as the API and the address write it.
    pub(crate) fn query(self) -> String {
        self.statuses().iter().map(|status| status.as_str()).collect::<Vec<_>>().join(",")
    }

    /// Anything unknown shows what needs us, so that an old bookmark never hides an inquiry.
    fn parse(raw: &str) -> Self {
        if raw == "all" {
            return Self::All;
        }
        let mut statuses: Vec<Status> = raw.split(',').filter_map(Status::parse).collect();
        statuses.sort_unstable();
        statuses.dedup();
        Self::EACH.into_iter().find(|shown| shown.statuses() == statuses).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) shown: Shown,
    pub(crate) topic: Option<String>,
    /// Only what I own.
    pub(crate) mine: bool,
    /// Words that are looked for; empty shows everything.
    pub(crate) words: String,
}

impl Filter {
    fn parse(query: &str) -> Self {
        let mut filter = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "status" => filter.shown = Shown::parse(&value),
                "topic" if is_id(&value) => filter.topic = Some(value.into_owned()),
                "q" => filter.words = value.trim().to_owned(),
                "owner" => filter.mine = value == "me",
                _ => {}
            }
        }
        filter
    }

    /// The same looking for `words`: among all, since what somebody asks about may long be closed; and back to what
    /// needs us where the search ends.
    pub(crate) fn searching(&self, words: &str) -> Self {
        let words = words.trim().to_owned();
        let shown = match (self.words.is_empty(), words.is_empty()) {
            (true, false) => Shown::All,
            (false, true) => Shown::default(),
            _ => self.shown,
        };
        Self { shown, words, ..self.clone() }
    }

    /// With its `?`; nothing for the usual view.
    fn query(&self) -> String {
        let mut parts = Vec::new();
        match self.shown {
            Shown::NeedsUs => {}
            Shown::All => parts.push("status=all".to_owned()),
            shown => parts.push(format!("status={}", shown.query())),
        }
        if let Some(topic) = &self.topic {
            parts.push(format!("topic={topic}"));
        }
        if self.mine {
            parts.push("owner=me".to_owned());
        }
        if !self.words.is_empty() {
            parts.push(form_urlencoded::Serializer::new(String::new()).append_pair("q", &self.words).finish());
        }
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }
}

/// Where somebody is: a list, perhaps an inquiry of it, and at phone width perhaps its details.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Route {
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
        let filter = Filter::parse(query);
        let mut steps = path.split('/');
        match (steps.next(), steps.next()) {
            (Some("inquiry"), Some(id)) if is_id(id) => {
                Self { filter, open: Some(id.to_owned()), details: steps.next() == Some("details") }
            }
            _ => Self { filter, open: None, details: false },
        }
    }

    pub(crate) fn hash(&self) -> String {
        let query = self.filter.query();
        match &self.open {
            None => format!("#/inbox{query}"),
            Some(id) if self.details => format!("#/inquiry/{id}/details{query}"),
            Some(id) => format!("#/inquiry/{id}{query}"),
        }
    }

    pub(crate) fn to_inquiry(&self, id: &str) -> Self {
        Self { filter: self.filter.clone(), open: Some(id.to_owned()), details: false }
    }

    pub(crate) fn to_details(&self) -> Self {
        Self { details: self.open.is_some(), ..self.clone() }
    }

    pub(crate) fn to_filter(&self, filter: Filter) -> Self {
        Self { filter, ..self.clone() }
    }

    /// One screen up: details → thread → list.
    pub(crate) fn back(&self) -> Self {
        if self.details {
            return Self { details: false, ..self.clone() };
        }
        Self { filter: self.filter.clone(), open: None, details: false }
    }
}

/// Ids go into addresses of the API, so nothing else than an id's own letters gets through.
fn is_id(raw: &str) -> bool {
    !raw.is_empty() && raw.len() <= 100 && raw.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_reads_back() {
        for shown in Shown::EACH {
            for topic in [None, Some("bus-routes".to_owned())] {
                for mine in [false, true] {
                    let words = if mine { String::from("MV-7K3 & niño") } else { String::new() };
                    let filter = Filter { shown, topic: topic.clone(), mine, words };
                    for (open, details) in
                        [(None, false), (Some("0197-ab".to_owned()), false), (Some("0197-ab".to_owned()), true)]
                    {
                        let route = Route { filter: filter.clone(), open, details };
                        assert_eq!(Route::parse(&route.hash()), route);
                    }
                }
            }
        }
    }

    #[test]
    fn the_usual_view_has_a_short_address() {
        assert_eq!(Route::default().hash(), "#/inbox");
        assert_eq!(Route::parse(""), Route::default());
        assert_eq!(Route::parse("#/inbox?status=new,open"), Route::default());
        assert_eq!(Route::parse("#/inbox?status=open%2Cnew"), Route::default());
    }

    #[test]
    fn a_search_looks_everywhere_and_ends_where_it_began() {
        let found = Filter::default().searching(" mv-7k3 ");
        assert_eq!((found.shown, found.words.as_str()), (Shown::All, "mv-7k3"));
        assert_eq!(Filter { shown: Shown::Open, ..found.clone() }.searching("binder").shown, Shown::Open);
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
            "#/inbox?status=gone&topic=../x",
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
    }
}
