//! What a district offers in public: its schools, topics and words.
//!
//! Staff, routing and secrets are deliberately absent: all of this may be downloaded by anybody.

#[cfg(feature = "json")]
pub mod definition;

use crate::compact::compact_struct;
use crate::form::{Choice, Form};
use crate::status::{Kind, Relationship};
use crate::text::{Locale, Texts};

/// A district as its visitors see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct District {
    /// The word in addresses: `maple-valley`.
    pub slug: String,
    pub name: String,
    /// One to four capitals before every reference: `MV`.
    pub reference_prefix: String,
    /// Languages, the district's own first.
    pub locales: Vec<Locale>,
    pub phone: Option<String>,
    pub website: Option<String>,
    pub brand: Brand,
    pub privacy: Texts,
    /// Shown first on safety topics: "In danger? Call 911."
    pub emergency: Texts,
    pub relationships: Vec<Relationship>,
    pub kinds: Vec<Kind>,
    pub grades: Vec<Choice>,
    pub schools: Vec<School>,
    pub departments: Vec<Choice>,
    pub categories: Vec<Choice>,
    pub topics: Vec<Topic>,
    pub campaigns: Vec<Campaign>,
    pub notices: Vec<Notice>,
    /// Origins that may embed the widget; none listed means every site.
    pub allowed_sites: Vec<String>,
    /// After so many days a browser asks before it sends what could not go out.
    pub outbox_days: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// `#rrggbb`; hover, tint and text colours are computed from it.
    pub accent: String,
    /// The launcher's words.
    pub button: Texts,
    /// One sentence on the first screen.
    pub greeting: Texts,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    pub id: String,
    pub name: String,
    /// Ids of its grades.
    pub grades: Vec<String>,
}

/// What an inquiry is about, with its own questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    pub id: String,
    pub category: String,
    pub department: String,
    pub label: Texts,
    /// One plain line: what belongs here.
    pub about: Texts,
    /// Further words under which people look for it; may be empty.
    pub keywords: Texts,
    pub intro: Texts,
    pub thanks: Texts,
    pub thanks_anonymous: Texts,
    /// Promised first reply, in business hours of the district's calendar.
    pub promise_hours: u32,
    /// To whom it is offered; empty means everybody.
    pub relationships: Vec<Relationship>,
    /// For which schools; empty means all.
    pub schools: Vec<String>,
    /// Fixed kind, or `None` when the person is asked.
    pub kind: Option<Kind>,
    pub anonymous: bool,
    /// Opens on our own origin, keeps nothing in the browser.
    pub safety: bool,
    pub confidential: bool,
    /// Higher comes first in lists.
    pub popular: u32,
    pub form: Form,
}

/// A named door with its own topics, wording and colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    pub id: String,
    pub label: Texts,
    pub greeting: Texts,
    pub button: Texts,
    pub accent: String,
    pub topics: Vec<String>,
}

/// What the district says on a form itself: "Buses 12 and 40 run late today; we know."
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The topic, or `None` for all.
    pub topic: Option<String>,
    pub text: Texts,
}

compact_struct!(District {
    slug,
    name,
    reference_prefix,
    locales,
    phone,
    website,
    brand,
    privacy,
    emergency,
    relationships,
    kinds,
    grades,
    schools,
    departments,
    categories,
    topics,
    campaigns,
    notices,
    allowed_sites,
    outbox_days,
});
compact_struct!(Brand { accent, button, greeting });
compact_struct!(School { id, name, grades });
compact_struct!(Topic {
    id,
    category,
    department,
    label,
    about,
    keywords,
    intro,
    thanks,
    thanks_anonymous,
    promise_hours,
    relationships,
    schools,
    kind,
    anonymous,
    safety,
    confidential,
    popular,
    form,
});
compact_struct!(Campaign { id, label, greeting, button, accent, topics });
compact_struct!(Notice { topic, text });

impl District {
    /// Words that a district's address may not take, since they are ours.
    pub const RESERVED: &[&str] = &[
        "api",
        "assets",
        "console",
        "demo",
        "embed",
        "embed.js",
        "healthz",
        "readyz",
        "metrics",
        "robots.txt",
        "favicon.ico",
        "static",
        "well-known",
        "i",
        "c",
        "setup",
        "sitemap.xml",
    ];
    /// Words that a topic's address may not take.
    pub const RESERVED_TOPICS: &[&str] = &["a", "c", "i", "api", "theme.css", "card.png"];

    pub fn topic(&self, id: &str) -> Option<&Topic> {
        self.topics.iter().find(|t| t.id == id)
    }

    pub fn school(&self, id: &str) -> Option<&School> {
        self.schools.iter().find(|s| s.id == id)
    }

    pub fn campaign(&self, id: &str) -> Option<&Campaign> {
        self.campaigns.iter().find(|c| c.id == id)
    }

    /// The district's own language.
    ///
    /// # Panics
    /// Never: a definition without languages is refused.
    pub fn first_locale(&self) -> &Locale {
        &self.locales[0]
    }

    /// Texts in one language only, and only what the widget needs.
    #[must_use]
    pub fn only(&self, locale: &Locale) -> Self {
        let choices = |all: &[Choice]| all.iter().map(|c| Choice { id: c.id.clone(), label: c.label.only(locale) }).collect();
        let brand = Brand {
            accent: self.brand.accent.clone(),
            button: self.brand.button.only(locale),
            greeting: self.brand.greeting.only(locale),
        };
        Self {
            brand,
            privacy: self.privacy.only(locale),
            emergency: self.emergency.only(locale),
            grades: choices(&self.grades),
            departments: Vec::new(),
            categories: choices(&self.categories),
            topics: self.topics.iter().map(|t| t.only(locale)).collect(),
            campaigns: self.campaigns.iter().map(|c| c.only(locale)).collect(),
            notices: self.notices.iter().map(|n| Notice { topic: n.topic.clone(), text: n.text.only(locale) }).collect(),
            ..self.clone()
        }
    }

    /// The schools whose form may be answered for `topic`.
    pub fn schools_for(&self, topic: &Topic) -> impl Iterator<Item = &School> {
        self.schools.iter().filter(|s| topic.schools.is_empty() || topic.schools.contains(&s.id))
    }
}

impl Topic {
    pub fn is_for(&self, who: Relationship) -> bool {
        self.relationships.is_empty() || self.relationships.contains(&who)
    }

    pub fn is_at(&self, school: &str) -> bool {
        self.schools.is_empty() || self.schools.iter().any(|s| s == school)
    }

    fn only(&self, locale: &Locale) -> Self {
        Self {
            label: self.label.only(locale),
            about: self.about.only(locale),
            keywords: self.keywords.only(locale),
            intro: self.intro.only(locale),
            thanks: Texts::default(),
            thanks_anonymous: Texts::default(),
            form: self.form.only(locale),
            ..self.clone()
        }
    }
}

impl Campaign {
    fn only(&self, locale: &Locale) -> Self {
        Self {
            label: self.label.only(locale),
            greeting: self.greeting.only(locale),
            button: self.button.only(locale),
            ..self.clone()
        }
    }
}
