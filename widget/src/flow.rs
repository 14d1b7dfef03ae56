//! The steps of an inquiry in the widget, as plain data: where one is, what comes next, what was chosen.

use porchlight_shared::district::{District, Topic};
use porchlight_shared::form::FieldKind;
use porchlight_shared::phrase::Say;
use porchlight_shared::status::{Kind, Relationship};
use porchlight_shared::text::has;

/// What is asked on one screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Who,
    Topic,
    /// The topic's own form, with the kind and the school where they are asked.
    Form,
    Contact,
    Check,
}

/// What has been chosen so far, and the present step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    pub step: Step,
    pub who: Option<Relationship>,
    pub topic: Option<String>,
    /// The host page named the topic, so it is not asked.
    pub topic_fixed: bool,
    /// Somebody came from the last screen to change one thing, and goes back there.
    pub mending: bool,
}

impl Flow {
    /// Begins; a topic that the district does not have is asked for after all.
    pub fn new(district: &District, topic: Option<&str>) -> Self {
        let topic = topic.filter(|id| district.topic(id).is_some()).map(str::to_owned);
        let mut flow = Self { step: Step::Who, who: None, topic_fixed: topic.is_some(), topic, mending: false };
        if let [only] = flow.relationships(district)[..] {
            flow.who = Some(only);
        }
        flow.step = flow.steps()[0];
        flow
    }

    /// The steps of this inquiry, in order.
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = vec![Step::Who];
        if !self.topic_fixed {
            steps.push(Step::Topic);
        }
        steps.extend([Step::Form, Step::Contact, Step::Check]);
        steps
    }

    /// Place of the present step, from 1, and how many there are.
    pub fn progress(&self) -> (usize, usize) {
        let steps = self.steps();
        (steps.iter().position(|s| *s == self.step).unwrap_or(0) + 1, steps.len())
    }

    /// Goes on. At the last step nothing changes.
    pub fn next(&mut self) {
        if std::mem::take(&mut self.mending) {
            self.step = Step::Check;
        } else {
            self.shift(1);
        }
    }

    /// Goes from the last screen to the step where one thing is changed.
    pub fn mend(&mut self, step: Step) {
        self.step = step;
        self.mending = true;
    }

    /// Chooses who one is; a topic that is not for them is asked for again.
    pub fn choose_who(&mut self, who: Relationship, district: &District) {
        self.who = Some(who);
        if self.topic.as_deref().and_then(|id| district.topic(id)).is_some_and(|topic| !topic.is_for(who)) {
            self.mending = false;
        }
        self.next();
    }

    /// Chooses the topic; another one has another form, which is still to be filled in.
    pub fn choose_topic(&mut self, id: &str) {
        self.mending = self.mending && self.topic.as_deref() == Some(id);
        self.topic = Some(id.to_owned());
        self.next();
    }

    /// Goes back; `false` at the first step.
    pub fn back(&mut self) -> bool {
        self.mending = false;
        self.shift(-1)
    }

    fn shift(&mut self, by: isize) -> bool {
        let steps = self.steps();
        let here = steps.iter().position(|s| *s == self.step).unwrap_or(0);
        let there = here.checked_add_signed(by).and_then(|i| steps.get(i).copied());
        if let Some(step) = there {
            self.step = step;
        }
        there.is_some()
    }

    /// Who may be chosen: for a fixed topic only those whom it is offered to.
    pub fn relationships(&self, district: &District) -> Vec<Relationship> {
        let topic = self.topic.as_deref().filter(|_| self.topic_fixed).and_then(|id| district.topic(id));
        let offered = |who: &Relationship| topic.is_none_or(|t| t.is_for(*who));
        district.relationships.iter().copied().filter(offered).collect()
    }
}

/// How many topics stand under "often asked".
pub const OFTEN: usize = 4;
/// In lists longer than this there is such a group.
pub const OFTEN_FROM: usize = 8;

/// What a search for topics shows.
pub struct Found<'a> {
    /// The most popular first.
    pub topics: Vec<&'a Topic>,
    /// How many have every word. Where none has, all are shown: whoever mistyped still has the list.
    pub fit: usize,
}

/// Topics offered to `who` at `school`, of a campaign's `only`, that have every word of `search`.
pub fn find<'a>(
    district: &'a District,
    who: Option<Relationship>,
    school: Option<&str>,
    only: Option<&[String]>,
    search: &str,
) -> Found<'a> {
    let topics = offered(district, who, school, only, search);
    let fit = topics.len();
    Found { topics: if fit == 0 { offered(district, who, school, only, "") } else { topics }, fit }
}

fn offered<'a>(
    district: &'a District,
    who: Option<Relationship>,
    school: Option<&str>,
    only: Option<&[String]>,
    search: &str,
) -> Vec<&'a Topic> {
    let words: Vec<String> = search.split_whitespace().map(fold).collect();
    let fits = |topic: &&Topic| {
        let text = || {
            let [label, about, keywords] = [&topic.label, &topic.about, &topic.keywords].map(|t| t.get(&district.locales[0]));
            fold(&[label, " ", about, " ", keywords].concat())
        };
        who.is_none_or(|who| topic.is_for(who))
            && school.is_none_or(|school| topic.is_at(school))
            && only.is_none_or(|ids| ids.contains(&topic.id))
            && (words.is_empty() || {
                let text = text();
                words.iter().all(|w| has(&text, w))
            })
    };
    // Insertion keeps equals in order and is smaller than a sorting algorithm.
    let mut topics: Vec<&Topic> = Vec::new();
    for topic in district.topics.iter().filter(fits) {
        let place = topics.iter().position(|other| other.popular < topic.popular).unwrap_or(topics.len());
        topics.insert(place, topic);
    }
    topics
}

/// How a relationship is called.
pub const fn who_says(who: Relationship) -> Say {
    match who {
        Relationship::Parent => Say::WhoParent,
        Relationship::Student => Say::WhoStudent,
        Relationship::Employee => Say::WhoEmployee,
        Relationship::Community => Say::WhoCommunity,
    }
}

/// How a kind is called.
pub const fn kind_says(kind: Kind) -> Say {
    match kind {
        Kind::Question => Say::KindQuestion,
        Kind::Comment => Say::KindComment,
        Kind::Concern => Say::KindConcern,
        Kind::Suggestion => Say::KindSuggestion,
        Kind::Compliment => Say::KindCompliment,
    }
}

/// Lower case without accents, so that "autobus" finds "autobús". In the browser its own tables do it.
#[cfg(feature = "csr")]
pub fn fold(text: &str) -> String {
    let parted = String::from(js_sys::JsString::from(text).to_lower_case().normalize("NFD"));
    parted.chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).collect()
}

/// Lower case without the accents of the languages that we speak, so that "autobus" finds "autobús".
#[cfg(not(feature = "csr"))]
pub fn fold(text: &str) -> String {
    porchlight_shared::coach::text::fold(text).into_owned()
}

/// Whether the form itself asks for the school, so that it is not asked twice.
pub fn form_asks_school(topic: &Topic) -> bool {
    topic.form.fields.iter().any(|f| matches!(f.kind, FieldKind::School))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_and_next_walk_the_same_steps() {
        let mut flow = Flow { step: Step::Who, who: None, topic: None, topic_fixed: false, mending: false };
        let mut seen = vec![flow.step];
        for _ in 0..10 {
            flow.next();
            seen.push(flow.step);
        }
        seen.dedup();
        assert_eq!(seen, [Step::Who, Step::Topic, Step::Form, Step::Contact, Step::Check]);
        assert_eq!(flow.progress(), (5, 5));
        while flow.back() {}
        assert_eq!(flow.step, Step::Who);
    }

    #[test]
    fn one_thing_is_changed_without_walking_everything_again() {
        let mut flow = Flow { step: Step::Check, who: None, topic: Some("bus".into()), topic_fixed: false, mending: false };
        flow.mend(Step::Form);
        flow.next();
        assert_eq!(flow.step, Step::Check);
        flow.mend(Step::Topic);
        flow.choose_topic("bus");
        assert_eq!(flow.step, Step::Check);
        // Another topic asks other things.
        flow.mend(Step::Topic);
        flow.choose_topic("food");
        assert_eq!(flow.step, Step::Form);
        flow.mend(Step::Contact);
        flow.back();
        flow.next();
        assert_eq!(flow.step, Step::Contact);
    }

    #[test]
    fn a_fixed_topic_is_not_asked() {
        let flow = Flow { step: Step::Who, who: None, topic: Some("x".into()), topic_fixed: true, mending: false };
        assert!(!flow.steps().contains(&Step::Topic));
    }

    #[test]
    fn search_forgives_accents() {
        assert_eq!(fold("Autobús ÑANDÚ"), "autobus nandu");
    }
}
