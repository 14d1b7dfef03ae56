//! A district's public settings as a file, and as the public API shows them.

use super::{Brand, Campaign, District, Notice, School, Topic};
use crate::calendar::Calendar;
use crate::definition::{DefinitionProblem, Node, Reader};
use crate::form::definition::choices;
use crate::form::{Choice, Form};
use crate::promise::{Promises, Reminders};
use crate::status::{Kind, Relationship};
use crate::text::{Locale, Texts};
use serde_json::{Value, json};

/// What a district holds itself to: when it answers, how soon, and who is reminded.
#[derive(Debug, Clone)]
pub struct Standards {
    pub calendar: Calendar,
    pub promises: Promises,
    pub reminders: Reminders,
}

impl District {
    /// Reads a district and its standards. Every form becomes version 1 unless it says otherwise.
    ///
    /// # Errors
    /// Every problem, with its place and the remedy.
    pub fn from_definition(value: &Value) -> Result<(Self, Standards), Vec<DefinitionProblem>> {
        let locales = read_locales(value)?;
        let mut reader = Reader::new(&locales);
        let Some(root) = reader.object(value, "") else { return Err(reader.problems) };
        let district = reader.district(&root, &locales);
        let calendar = Calendar::from_definition(value).map_err(|found| reader.problems.extend(found));
        let promises = Promises::from_definition(value).map_err(|found| reader.problems.extend(found));
        let reminders = Reminders::from_definition(value).map_err(|found| reader.problems.extend(found));
        reader.references(&district);
        match (calendar, promises, reminders) {
            (Ok(calendar), Ok(promises), Ok(reminders)) if reader.problems.is_empty() => {
                Ok((district, Standards { calendar, promises, reminders }))
            }
            _ => Err(reader.problems),
        }
    }

    /// The public settings, as `GET /districts/{district}` shows them.
    pub fn to_definition(&self) -> Value {
        let texts = |t: &Texts| json!(t);
        json!({
            "slug": self.slug, "name": self.name, "reference_prefix": self.reference_prefix, "locales": self.locales,
            "phone": self.phone, "website": self.website,
            "brand": { "accent": self.brand.accent, "button": texts(&self.brand.button), "greeting": texts(&self.brand.greeting) },
            "privacy": texts(&self.privacy), "emergency": texts(&self.emergency), "allowed_sites": self.allowed_sites,
            "outbox_days": self.outbox_days,
            "relationships": self.relationships, "kinds": self.kinds, "grades": choices(&self.grades),
            "schools": self.schools.iter().map(|s| json!({ "id": s.id, "name": s.name, "grades": s.grades })).collect::<Vec<_>>(),
            "departments": choices(&self.departments), "categories": choices(&self.categories),
            "topics": self.topics.iter().map(topic_definition).collect::<Vec<_>>(),
            "campaigns": self.campaigns.iter().map(|c| json!({
                "id": c.id, "label": texts(&c.label), "greeting": texts(&c.greeting), "button": texts(&c.button),
                "accent": c.accent, "topics": c.topics,
            })).collect::<Vec<_>>(),
            "notices": self.notices.iter().map(|n| json!({ "topic": n.topic, "text": texts(&n.text) })).collect::<Vec<_>>(),
        })
    }
}

fn topic_definition(topic: &Topic) -> Value {
    json!({
        "id": topic.id, "category": topic.category, "department": topic.department, "label": topic.label,
        "about": topic.about, "keywords": topic.keywords, "intro": topic.intro, "thanks": topic.thanks, "thanks_anonymous": topic.thanks_anonymous,
        "promise_hours": topic.promise_hours, "relationships": topic.relationships, "schools": topic.schools,
        "kind": topic.kind, "anonymous": topic.anonymous, "safety": topic.safety, "confidential": topic.confidential,
        "popular": topic.popular, "form": topic.form.to_definition(),
    })
}

fn read_locales(value: &Value) -> Result<Vec<Locale>, Vec<DefinitionProblem>> {
    let tags = value.get("locales").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let locales: Option<Vec<Locale>> = tags.iter().map(|t| t.as_str().and_then(Locale::parse)).collect();
    match locales {
        Some(locales) if !locales.is_empty() => Ok(locales),
        _ => Err(vec![DefinitionProblem {
            path: String::from("locales"),
            problem: String::from("the district needs at least one language"),
            remedy: String::from(r#"Write them as ["en", "es"], the district's own first."#),
        }]),
    }
}

impl Reader<'_> {
    fn district(&mut self, root: &Node<'_>, locales: &[Locale]) -> District {
        self.only_keys(
            root,
            &[
                "slug",
                "name",
                "reference_prefix",
                "locales",
                "time_zone",
                "phone",
                "website",
                "brand",
                "privacy",
                "emergency",
                "allowed_sites",
                "outbox_days",
                "calendar",
                "promises",
                "reminders",
                "relationships",
                "kinds",
                "grades",
                "schools",
                "departments",
                "categories",
                "topics",
                "campaigns",
                "notices",
            ],
        );
        let slug = self.id(root, "slug", '-');
        if District::RESERVED.contains(&slug.as_str()) {
            self.problem("slug", format!("`{slug}` is an address of ours"), "Choose another word.");
        }
        let reference_prefix = self.text(root, "reference_prefix");
        if !(1..=4).contains(&reference_prefix.len()) || !reference_prefix.bytes().all(|b| b.is_ascii_uppercase()) {
            self.problem("reference_prefix", "this is not one to four capitals", "Write it like MV.");
        }
        District {
            slug,
            name: self.text(root, "name"),
            reference_prefix,
            locales: locales.to_vec(),
            phone: self.optional_text(root, "phone"),
            website: self.optional_text(root, "website"),
            brand: self.brand(root),
            privacy: self.texts(root, "privacy"),
            emergency: self.texts(root, "emergency"),
            relationships: self.vocabulary(root, "relationships", Relationship::parse, Relationship::ALL),
            kinds: self.vocabulary(root, "kinds", Kind::parse, Kind::ALL),
            grades: self.choices(root, "grades"),
            schools: self.schools(root),
            departments: self.choices(root, "departments"),
            categories: self.choices(root, "categories"),
            topics: self.topics(root),
            campaigns: self.campaigns(root),
            notices: self.notices(root),
            allowed_sites: self.sites(root),
            outbox_days: self.count(root, "outbox_days", 60).and_then(|days| u32::try_from(days).ok()).unwrap_or(7).max(1),
        }
    }

    /// Words of a closed vocabulary; an empty list means all of them.
    fn vocabulary<T: Copy>(&mut self, node: &Node<'_>, key: &str, parse: fn(&str) -> Option<T>, all: &[T]) -> Vec<T> {
        let mut found = Vec::new();
        for word in self.words(node, key) {
            match parse(&word) {
                Some(known) => found.push(known),
                None => {
                    self.problem(&node.at(key), format!("`{word}` is not known here"), "See the documentation for the words.")
                }
            }
        }
        if found.is_empty() && node.path.is_empty() { all.to_vec() } else { found }
    }

    fn accent(&mut self, node: &Node<'_>) -> String {
        let accent = self.text(node, "accent");
        let hex = accent.strip_prefix('#').is_some_and(|h| h.len() == 6 && h.bytes().all(|b| b.is_ascii_hexdigit()));
        if !hex && !accent.is_empty() {
            self.problem(&node.at("accent"), format!("`{accent}` is not a colour"), "Write it like #0f6b6b.");
        }
        accent
    }

    fn brand(&mut self, root: &Node<'_>) -> Brand {
        let empty = serde_json::Map::new();
        let object = root.object.get("brand").and_then(Value::as_object).unwrap_or(&empty);
        let node = Node { path: String::from("brand"), object };
        self.only_keys(&node, &["accent", "button", "greeting"]);
        Brand { accent: self.accent(&node), button: self.texts(&node, "button"), greeting: self.texts(&node, "greeting") }
    }

    fn sites(&mut self, root: &Node<'_>) -> Vec<String> {
        let sites = self.words(root, "allowed_sites");
        for (i, site) in sites.iter().enumerate() {
            let host = site.strip_prefix("https://").or_else(|| site.strip_prefix("http://")).unwrap_or_default();
            let plain = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:".contains(&b));
            if !plain {
                let remedy = "Write it like https://www.example.org, without a path.";
                self.problem(&format!("allowed_sites[{i}]"), format!("`{site}` is not an origin"), remedy);
            }
        }
        sites
    }

    fn schools(&mut self, root: &Node<'_>) -> Vec<School> {
        let mut schools = Vec::new();
        for node in self.objects(root, "schools") {
            self.only_keys(&node, &["id", "name", "grades"]);
            schools.push(School {
                id: self.id(&node, "id", '-'),
                name: self.text(&node, "name"),
                grades: self.words(&node, "grades"),
            });
        }
        self.unique("schools", schools.iter().map(|s| s.id.as_str()));
        schools
    }

    fn topics(&mut self, root: &Node<'_>) -> Vec<Topic> {
        let mut topics = Vec::new();
        for node in self.objects(root, "topics") {
            topics.push(self.topic(&node));
        }
        if topics.is_empty() {
            self.problem("topics", "there are no topics", "Add at least one.");
        }
        self.unique("topics", topics.iter().map(|t| t.id.as_str()));
        topics
    }

    fn topic(&mut self, node: &Node<'_>) -> Topic {
        self.only_keys(
            node,
            &[
                "id",
                "category",
                "department",
                "label",
                "about",
                "keywords",
                "intro",
                "thanks",
                "thanks_anonymous",
                "promise_hours",
                "relationships",
                "schools",
                "kind",
                "anonymous",
                "safety",
                "confidential",
                "popular",
                "form",
            ],
        );
        let id = self.id(node, "id", '-');
        if District::RESERVED_TOPICS.contains(&id.as_str()) {
            self.problem(&node.at("id"), format!("`{id}` is an address of ours"), "Choose another word.");
        }
        let kind = self.optional_text(node, "kind");
        if let Some(word) = kind.as_deref().filter(|w| Kind::parse(w).is_none()) {
            self.problem(
                &node.at("kind"),
                format!("`{word}` is not a kind"),
                "Use question, comment, concern, suggestion or compliment.",
            );
        }
        let form = match node.object.get("form").and_then(|v| self.object(v, &node.at("form"))) {
            Some(form) => {
                let version = form.object.get("version").and_then(Value::as_u64).and_then(|v| u32::try_from(v).ok());
                self.form(&form, version.unwrap_or(1))
            }
            None => Form { version: 1, fields: Vec::new() },
        };
        if form.fields.is_empty() {
            self.problem(&node.at("form"), "this topic asks nothing", "Give its form at least one field.");
        }
        let hours = self.count(node, "promise_hours", 1_000).unwrap_or(16);
        Topic {
            id,
            category: self.id(node, "category", '-'),
            department: self.id(node, "department", '-'),
            label: self.texts(node, "label"),
            about: self.texts(node, "about"),
            keywords: self.optional_texts(node, "keywords"),
            intro: self.optional_texts(node, "intro"),
            thanks: self.texts(node, "thanks"),
            thanks_anonymous: self.texts(node, "thanks_anonymous"),
            promise_hours: u32::try_from(hours).unwrap_or(16).max(1),
            relationships: self.vocabulary(node, "relationships", Relationship::parse, Relationship::ALL),
            schools: self.words(node, "schools"),
            kind: kind.as_deref().and_then(Kind::parse),
            anonymous: self.flag(node, "anonymous"),
            safety: self.flag(node, "safety"),
            confidential: self.flag(node, "confidential"),
            popular: self.count(node, "popular", 1_000_000).and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
            form,
        }
    }

    fn campaigns(&mut self, root: &Node<'_>) -> Vec<Campaign> {
        let mut campaigns = Vec::new();
        for node in self.objects(root, "campaigns") {
            self.only_keys(&node, &["id", "label", "greeting", "button", "accent", "topics"]);
            campaigns.push(Campaign {
                id: self.id(&node, "id", '-'),
                label: self.texts(&node, "label"),
                greeting: self.texts(&node, "greeting"),
                button: self.texts(&node, "button"),
                accent: self.accent(&node),
                topics: self.words(&node, "topics"),
            });
        }
        self.unique("campaigns", campaigns.iter().map(|c| c.id.as_str()));
        campaigns
    }

    fn notices(&mut self, root: &Node<'_>) -> Vec<Notice> {
        let mut notices = Vec::new();
        for node in self.objects(root, "notices") {
            self.only_keys(&node, &["topic", "text"]);
            notices.push(Notice { topic: self.optional_text(&node, "topic"), text: self.texts(&node, "text") });
        }
        notices
    }

    /// Every id that is named must exist.
    fn references(&mut self, district: &District) {
        if district.website.is_none() && district.topics.iter().any(|t| t.safety) {
            let remedy = "Give the address where “leave quickly” leads on a safety topic's page.";
            self.problem("website", "a district with a safety topic needs its web site", remedy);
        }
        let has = |all: &[Choice], id: &str| all.iter().any(|c| c.id == id);
        let mut missing = |path: String, what: &str, id: &str| {
            self.problem(&path, format!("there is no {what} `{id}`"), format!("Name a {what} of this district by its id."));
        };
        for (i, topic) in district.topics.iter().enumerate() {
            if !has(&district.categories, &topic.category) {
                missing(format!("topics[{i}].category"), "category", &topic.category);
            }
            if !has(&district.departments, &topic.department) {
                missing(format!("topics[{i}].department"), "department", &topic.department);
            }
            for id in topic.schools.iter().filter(|id| district.school(id).is_none()) {
                missing(format!("topics[{i}].schools"), "school", id);
            }
        }
        for (i, school) in district.schools.iter().enumerate() {
            for id in school.grades.iter().filter(|id| !has(&district.grades, id)) {
                missing(format!("schools[{i}].grades"), "grade", id);
            }
        }
        for (i, campaign) in district.campaigns.iter().enumerate() {
            for id in campaign.topics.iter().filter(|id| district.topic(id).is_none()) {
                missing(format!("campaigns[{i}].topics"), "topic", id);
            }
        }
        for (i, notice) in district.notices.iter().enumerate() {
            if let Some(id) = notice.topic.as_deref().filter(|id| district.topic(id).is_none()) {
                missing(format!("notices[{i}].topic"), "topic", id);
            }
        }
    }
}
