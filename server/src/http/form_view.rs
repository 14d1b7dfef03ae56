//! The form page's view: the same field views as the widget's.

use super::page::FORM;
use super::posted::{Posted, Told};
use crate::store::DistrictRecord;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use porchlight_shared::district::{Campaign, Topic};
use porchlight_shared::form::{Field, FieldKind};
use porchlight_shared::phrase::{Phrases, Say};
use porchlight_shared::problem::{FieldProblem, ProblemKind};
use porchlight_shared::published::{OFFERED, PublishedAnswer};
use porchlight_widget::answer::{READ, answer_view, answers_view};
use porchlight_widget::field::{
    Around, ContactPart, FieldState, confidential_view, contact_view, contact_ways, described_by, field_view, group, input_id,
    school_view,
};
use porchlight_widget::flow;
use porchlight_widget::node::{Node, el};

pub(super) struct FormView<'a> {
    pub(super) record: &'a DistrictRecord,
    pub(super) topic: &'a Topic,
    pub(super) posted: &'a Posted,
    pub(super) told: &'a Told,
    pub(super) around: &'a Around,
    pub(super) path: &'a str,
    pub(super) campaign: Option<&'a Campaign>,
}

/// The id of the form that says that an answer helped.
fn form_of(slug: &str) -> String {
    format!("yes-{slug}")
}

/// What the widget shows, too, as a part of a page.
fn shared(node: impl Into<Node>) -> AnyView {
    InertElement::new(node.into().html()).into_any()
}

impl FormView<'_> {
    fn state(&self, name: &str) -> FieldState {
        let problem = self.told.problems.iter().find(|p| p.field == name).map(|p| p.kind.sentence(&self.around.phrases));
        FieldState::new(self.posted.values.get(name).cloned().unwrap_or_default(), problem)
    }

    pub(super) fn render(&self, phrases: &'static Phrases) -> AnyView {
        let locale = &self.around.locale;
        let district = &self.record.district;
        let text = |texts: &porchlight_shared::text::Texts| Some(texts.get(locale).to_owned()).filter(|t| !t.is_empty());
        let notices: Vec<String> = district
            .notices
            .iter()
            .filter(|n| n.topic.as_deref().is_none_or(|t| t == self.topic.id))
            .map(|n| n.text.get(locale).to_owned())
            .collect();
        let leave = self.topic.safety.then(|| district.website.clone()).flatten();
        let emergency = self.topic.safety.then(|| district.emergency.get(locale).to_owned());
        let campaign = self.campaign.map(|c| c.id.clone());
        let action = format!(
            "{}?lang={}{}",
            self.path,
            locale.as_str(),
            campaign.as_ref().map_or_else(String::new, |c| format!("&c={c}"))
        );
        view! {
            <main id="main" class="page">
                {leave.map(|site| view! { <a class="leave" href=site rel="noreferrer" accesskey="q">{phrases.say(Say::LeaveQuickly)}</a> })}
                {emergency.map(|text| view! { <p class="emergency" role="note">{text}</p> })}
                <h1>{self.topic.label.get(locale).to_owned()}</h1>
                {text(&self.topic.intro).map(|text| view! { <p class="lead">{text}</p> })}
                {notices.into_iter().map(|text| view! { <p class="notice" role="note">{text}</p> }).collect::<Vec<_>>()}
                {self.told.message.clone().map(|text| view! { <p class="notice" role="status">{text}</p> })}
                {self.summary(phrases)}
                <form id=FORM class="form" method="post" action=action enctype="multipart/form-data" target="_top"
                    autocomplete=self.topic.safety.then_some("off") novalidate
                    data-district=district.slug.clone() data-topic=self.topic.id.clone() data-lang=locale.as_str().to_owned() data-campaign=campaign>
                    <input type="hidden" name="token" value=self.posted.token.clone() />
                    <input type="hidden" name="key" value=self.posted.key.clone() />
                    <div class="trap" aria-hidden="true">
                        <label for="homepage">{phrases.say(Say::LeaveEmpty)}</label>
                        <input id="homepage" name="homepage" tabindex="-1" autocomplete="off" value=self.posted.trap.clone() />
                    </div>
                    {self.read()}
                    {self.answers(phrases)}
                    {self.who(phrases)}
                    {self.kind(phrases)}
                    {self.school()}
                    {self.fields()}
                    {self.contact(phrases)}
                    <button class="button" type="submit">{phrases.say(Say::Send)}</button>
                </form>
                {self.answer_forms()}
            </main>
        }
        .into_any()
    }

    /// Answers that were read before, so that they still count when the form is sent.
    fn read(&self) -> AnyView {
        let read = self.posted.values.get(READ).cloned().unwrap_or_default();
        read.into_iter().map(|slug| view! { <input type="hidden" name=READ value=slug /> }).collect::<Vec<_>>().into_any()
    }

    /// What is asked most about this topic, with its answer.
    fn offered(&self) -> impl Iterator<Item = &PublishedAnswer> {
        let school = self.posted.first("school");
        let here = Some(school).filter(|school| !school.is_empty());
        let all = self.record.answers_in(&self.around.locale).map(|answer| &answer.shown);
        // Whoever has to tell of danger is not sent to read.
        all.filter(move |answer| !self.topic.safety && answer.topic == self.topic.id && answer.is_at(here)).take(OFFERED)
    }

    fn answers(&self, phrases: &Phrases) -> AnyView {
        // Each has a form of its own behind this one: what is typed here goes nowhere with it.
        let yes = |answer: &PublishedAnswer| {
            el("button")
                .class("button quiet")
                .attr("type", "submit")
                .attr("form", form_of(&answer.slug))
                .child(phrases.say(Say::AnswerYes).to_owned())
        };
        let answers = self
            .offered()
            .map(|answer| answer_view(answer, answer.school.as_deref().map(|id| self.record.school_name(id)), yes(answer)).into())
            .collect();
        shared(answers_view(phrases, answers))
    }

    fn answer_forms(&self) -> AnyView {
        let each = |answer: &PublishedAnswer| {
            let action = format!("/{}/a/{}?lang={}", self.record.district.slug, answer.slug, self.around.locale.as_str());
            let id = form_of(&answer.slug);
            view! { <form id=id method="post" action=action target="_top"></form> }
        };
        self.offered().map(each).collect::<Vec<_>>().into_any()
    }

    /// The error summary: each problem a link to its field.
    fn summary(&self, phrases: &'static Phrases) -> AnyView {
        let problems = &self.told.problems;
        if problems.is_empty() {
            return ().into_any();
        }
        let title = phrases.fill(Say::Mend, &[&problems.len().to_string()]);
        let each = |p: &FieldProblem| {
            let label = self.label(&p.field, phrases);
            let name = match p.field.as_str() {
                "contact" => "contact.email",
                "contact.way" => "contact",
                other => other,
            };
            let href = format!("#{}", input_id(name));
            view! { <li><a href=href>{label}" – "{p.kind.sentence(&self.around.phrases)}</a></li> }
        };
        let links: Vec<_> = problems.iter().map(each).collect();
        view! { <div class="summary" role="alert" tabindex="-1"><h2>{title}</h2><ul>{links}</ul></div> }.into_any()
    }

    fn label(&self, field: &str, phrases: &Phrases) -> String {
        let say = match field {
            "relationship" => Say::WhoTitle,
            "kind" => Say::KindTitle,
            "school" => Say::SchoolTitle,
            "contact" => Say::ContactTitle,
            "contact.way" => Say::ContactWays,
            "contact.name" => Say::ContactName,
            "contact.email" => Say::ContactEmail,
            "contact.phone" => Say::ContactPhone,
            _ => return self.topic.form.field(field).map_or(field, |f| f.label.get(&self.around.locale)).to_owned(),
        };
        phrases.say(say).to_owned()
    }

    fn who(&self, phrases: &Phrases) -> AnyView {
        let offered = self.record.district.relationships.iter().filter(|w| self.topic.is_for(**w));
        let options: Vec<(String, String)> =
            offered.map(|w| (w.as_str().to_owned(), phrases.say(flow::who_says(*w)).to_owned())).collect();
        let state = self.state("relationship").required(true);
        shared(group("relationship", phrases.say(Say::WhoTitle).to_owned(), None, String::new(), state, &options, false))
    }

    fn kind(&self, phrases: &Phrases) -> AnyView {
        if self.topic.kind.is_some() {
            return ().into_any();
        }
        let options: Vec<(String, String)> = self
            .record
            .district
            .kinds
            .iter()
            .map(|k| (k.as_str().to_owned(), phrases.say(flow::kind_says(*k)).to_owned()))
            .collect();
        let state = self.state("kind").required(true);
        shared(group("kind", phrases.say(Say::KindTitle).to_owned(), None, String::new(), state, &options, false))
    }

    fn school(&self) -> AnyView {
        if flow::form_asks_school(self.topic) || self.around.schools.is_empty() {
            return ().into_any();
        }
        shared(school_view(&self.state("school"), self.around))
    }

    /// The fields that are shown by what was answered so far, each told as asked.
    fn fields(&self) -> AnyView {
        let shown = self.topic.form.shown(&self.posted.answers(self.topic));
        let mut fields = Vec::new();
        for (field, _) in self.topic.form.fields.iter().zip(shown).filter(|(_, shown)| *shown) {
            fields.push(el("input").attr("type", "hidden").attr("name", "asked").attr("value", field.id.clone()).into());
            fields.push(field_view(field, self.state(&field.id), self.around, || self.files(field)));
        }
        shared(fields)
    }

    fn files(&self, field: &Field) -> Node {
        let FieldKind::Files(rules) = &field.kind else { return Vec::new().into() };
        let accept = rules.types.iter().map(|t| t.media_type()).collect::<Vec<_>>().join(",");
        let mut kept = el("ul").class("kept");
        for file in self.posted.files.get(&field.id).into_iter().flatten() {
            let name = format!("kept.{}", field.id);
            let input =
                el("input").attr("type", "checkbox").attr("name", name).attr("value", file.id.clone()).attr("checked", "");
            let text = self.around.phrases.fill(Say::PageKeptFile, &[&file.name]);
            kept = kept.child(el("li").child(el("label").class("choice").child(input).child(el("span").child(text))));
        }
        let id = input_id(&field.id);
        let input = el("input")
            .class("file")
            .attr("type", "file")
            .attr("aria-describedby", described_by(&id, true))
            .attr("id", id)
            .attr("name", format!("file.{}", field.id))
            .attr("accept", accept)
            .attr_if(rules.max_count > 1, "multiple", "");
        vec![kept.into(), input.into()].into()
    }

    fn contact(&self, phrases: &'static Phrases) -> AnyView {
        let ways = contact_ways(phrases);
        let choice = self.topic.anonymous.then(|| {
            let mut state = self.posted.values.get("contact").cloned().unwrap_or_default();
            if state.is_empty() && self.posted.first("contact.email").is_empty() {
                // A safety topic promises not to ask for a name first.
                state.push(String::from(if self.topic.safety { "anonymous" } else { "named" }));
            }
            let state = FieldState::new(state, self.state("contact.way").problem.now()).required(true);
            shared(group("contact", phrases.say(Say::ContactWays).to_owned(), None, String::new(), state, &ways, false))
        });
        let inputs: Vec<Node> = ContactPart::ALL
            .into_iter()
            .map(|part| contact_view(part, &self.contact_state(part), phrases, self.topic.safety))
            .collect();
        let inputs = shared(inputs);
        let confidential =
            (!self.topic.confidential).then(|| shared(confidential_view(&self.state("confidential"), &self.around.phrases)));
        view! {
            <section class="contact" aria-labelledby="contact-title">
                <h2 id="contact-title">{phrases.say(Say::ContactTitle)}</h2>
                <p class="help">{phrases.say(Say::ContactWhy)}</p>
                {choice}
                {inputs}
                {confidential}
            </section>
        }
        .into_any()
    }

    /// That no contact was left is told at the e-mail address.
    fn contact_state(&self, part: ContactPart) -> FieldState {
        let state = self.state(part.field());
        let missing = self.told.problems.iter().find(|p| p.field == "contact" || p.kind == ProblemKind::NoContact);
        if let (ContactPart::Email, Some(problem)) = (part, missing) {
            state.problem.set(Some(problem.kind.sentence(&self.around.phrases)));
        }
        state
    }
}
