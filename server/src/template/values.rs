//! What the variables of a template stand for: in one inquiry, and in the invented one of a preview.

use super::{Filled, Problem, fill};
use crate::app::App;
use crate::locale;
use crate::store::{DistrictRecord, InquiryRecord, StaffRecord};
use jiff::Timestamp;
use porchlight_shared::text::Locale;
use std::collections::BTreeMap;

type Values = BTreeMap<&'static str, String>;

/// An inquiry and who answers it.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    pub app: &'a App,
    pub district: &'a DistrictRecord,
    pub inquiry: &'a InquiryRecord,
    pub own: &'a StaffRecord,
    /// Others read the reply, too, since theirs were merged into it: nothing of one family is filled in then.
    pub shared: bool,
}

impl Known<'_> {
    /// What is known, in the template's language.
    fn values(&self, locale: &Locale) -> Values {
        let Self { app, district, inquiry, own, shared } = self;
        let mut values = of_writer(district, own);
        let school = inquiry.school_id.as_deref().map(|id| district.school_name(id).to_owned());
        let said = |at: i64| district.calendar.say(Timestamp::from_millisecond(at).unwrap_or_default(), locale::phrases(locale));
        let alone = |text: String| if *shared { String::new() } else { text };
        values.extend([
            ("sender", alone(inquiry.sender_name.clone().unwrap_or_default())),
            ("school", alone(school.unwrap_or_default())),
            ("topic", district.topic_label(&inquiry.topic_id, locale).to_owned()),
            ("reference", alone(inquiry.reference.clone())),
            ("promise", inquiry.due_at.map(said).unwrap_or_default()),
            ("topic_link", topic_link(app, district, &inquiry.topic_id)),
        ]);
        values
    }

    /// Fills a template of this language in.
    ///
    /// # Errors
    /// As [`fill`].
    pub fn fill(&self, body: &str, locale: &str) -> Result<Filled, Problem> {
        let first = self.district.district.first_locale();
        fill(body, &self.values(Locale::parse(locale).as_ref().unwrap_or(first)))
    }
}

fn of_writer(district: &DistrictRecord, own: &StaffRecord) -> Values {
    let name = &district.district.name;
    let lines = [own.name.as_str(), own.title.as_str(), name.as_str()];
    let signature: Vec<&str> = lines.into_iter().filter(|line| !line.trim().is_empty()).collect();
    Values::from([
        ("district", name.clone()),
        ("me", own.name.clone()),
        ("title", own.title.clone()),
        ("signature", signature.join("\n")),
    ])
}

/// Where a topic's form is; nothing for a topic that is gone.
fn topic_link(app: &App, district: &DistrictRecord, topic: &str) -> String {
    let here = district.district.topic(topic).is_some();
    if here { format!("{}/{}/{topic}", app.public_url(), district.district.slug) } else { String::new() }
}

/// Fills a template in with invented values: for a sender who gave a name and a school, and for one who gave neither.
///
/// # Errors
/// As [`fill`].
pub fn sample(
    app: &App,
    district: &DistrictRecord,
    own: &StaffRecord,
    body: &str,
    topic: Option<&str>,
    locale: &Locale,
) -> Result<(Filled, Filled), Problem> {
    let topics = &district.district.topics;
    let topic = topic.or_else(|| topics.first().map(|t| t.id.as_str())).unwrap_or_default();
    let promise = district.calendar.office().promise(app.now(), 16);
    let mut values = of_writer(district, own);
    values.extend([
        ("topic", district.topic_label(topic, locale).to_owned()),
        ("reference", String::from("MV-7K3Q-92")),
        ("promise", district.calendar.say(promise, locale::phrases(locale))),
        ("topic_link", topic_link(app, district, topic)),
    ]);
    let anonymous = fill(body, &values)?;
    let school = district.district.schools.first().map_or_else(|| district.district.name.clone(), |s| s.name.clone());
    values.extend([("sender", String::from("Kim Park")), ("school", school)]);
    Ok((fill(body, &values)?, anonymous))
}
