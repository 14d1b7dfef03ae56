//! The screens, one question or one small group at a time.

use super::answers;
use super::desk::{Desk, Sending};
use super::draft::LANGUAGE;
use super::files::files_view;
use super::finish::{check_view, receipt_view};
use super::net;
use crate::field::{Around, ContactPart, confidential_view, contact_view, field_view, group, input_id, school_view};
use crate::flow::{Found, OFTEN, OFTEN_FROM, Step, find, form_asks_school, kind_says, who_says};
use crate::node::{Element, Event, Node, State, el, follow, held, live};
use porchlight_shared::decimal::digits;
use porchlight_shared::district::{District, Topic};
use porchlight_shared::form::{Field, FieldKind};
use porchlight_shared::phrase::Say;
use porchlight_shared::problem::FieldProblem;
use porchlight_shared::status::Kind;
use reactive_graph::graph::untrack;

/// The whole form: header, the present step, and what is read aloud.
pub(super) fn desk_view(desk: &Desk) -> Node {
    let (saver, body, languages, said) = (desk.clone(), desk.clone(), desk.clone(), desk.live.clone());
    follow(move || saver.save());
    let screen = live(move || {
        body.screen.get();
        // What a step reads while it is drawn does not draw it anew.
        untrack(|| match body.sending.now() {
            Sending::Done(receipt) => receipt_view(&body, &receipt),
            _ => step_view(&body),
        })
    });
    // Not while something is under way: its receipt would come to nobody.
    let languages = live(move || (languages.sending.get() == Sending::Not).then(|| languages_view(&languages)));
    el("div")
        .class("desk")
        .attr("lang", desk.settings.locale.as_str().to_owned())
        // The page around us may be written the other way.
        .attr("dir", desk.settings.locale.direction())
        .child(header_view(desk))
        .child(el("div").class("body").child(screen).child(languages))
        .child(el("p").class("live").attr("role", "status").child(live(move || said.get())))
        .into()
}

fn header_view(desk: &Desk) -> Node {
    let (here, backer, closer, counter) = (desk.clone(), desk.clone(), desk.clone(), desk.clone());
    let back = button("back", desk.say(Say::Back), move || {
        backer.go(|flow| {
            flow.back();
        });
    });
    let done = |desk: &Desk| desk.screen.with(|_| matches!(desk.sending.now(), Sending::Done(_)));
    let hidden = move || (done(&here) || here.flow.with(|f| f.progress().0 == 1)).then_some("".into());
    let progress = live(move || {
        let (here, all) = counter.flow.with(|f| f.progress());
        (!done(&counter)).then(|| counter.phrases.fill(Say::StepOf, &[&digits(here as u64), &digits(all as u64)]))
    });
    let close = desk
        .opening
        .in_dialog
        .then(|| button("close", String::from("✕"), move || closer.tell("close", "")).attr("aria-label", desk.say(Say::Close)));
    el("div")
        .class("head")
        .child(back.attr_live("hidden", hidden))
        .child(el("span").class("progress").child(progress))
        .child(close)
        .into()
}

/// A button that does something here.
pub(super) fn button(class: &'static str, text: String, act: impl Fn() + 'static) -> Element {
    boxed_button(class, text, Box::new(act))
}

/// One for all, so that its code is there once.
#[inline(never)]
fn boxed_button(class: &'static str, text: String, act: Box<dyn Fn()>) -> Element {
    el("button").attr("type", "button").class(class).on("click", move |_| act()).child(text)
}

fn step_view(desk: &Desk) -> Node {
    // A host page that names a safety topic gets the way to our own origin, not the form.
    if let Some(topic) = desk.topic().filter(|t| t.safety && !desk.opening.on_page) {
        let emergency = desk.settings.district.emergency.get(&desk.settings.locale).to_owned();
        return vec![
            heading(topic.label.get(&desk.settings.locale).to_owned()),
            el("p").class("emergency").attr("role", "note").child(emergency).into(),
            el("ul").class("rows").child(topic_row(desk, topic)).into(),
        ]
        .into();
    }
    match desk.flow.peek(|f| f.step) {
        Step::Who => who_view(desk),
        Step::Topic => topic_view(desk),
        Step::Form => form_view(desk),
        Step::Contact => contact_step(desk),
        Step::Check => check_view(desk),
    }
}

pub(super) fn heading(text: String) -> Node {
    el("h2").attr("tabindex", "-1").attr("data-heading", "").child(text).into()
}

fn who_view(desk: &Desk) -> Node {
    let district = &desk.settings.district;
    let locale = &desk.settings.locale;
    let greeting = match desk.opening.campaign.as_deref().and_then(|c| district.campaign(c)) {
        Some(campaign) => campaign.greeting.get(locale),
        None => district.brand.greeting.get(locale),
    };
    let chosen = desk.flow.peek(|f| f.who);
    let mut ways = el("ul").class("rows");
    for who in desk.flow.peek(|f| f.relationships(district)) {
        let picker = desk.clone();
        let pick = move |_| picker.go(|f| f.choose_who(who, &picker.settings.district));
        let row = el("button").attr("type", "button").class("row").attr_if(chosen == Some(who), "aria-current", "true");
        ways = ways.child(el("li").child(row.on("click", pick).child(el("strong").child(desk.say(who_says(who))))));
    }
    vec![lead(desk, greeting), restored_view(desk), heading(desk.say(Say::WhoTitle)), ways.into()].into()
}

/// A first sentence; our own pages say it above the form.
fn lead(desk: &Desk, text: &str) -> Node {
    (!desk.opening.on_page).then(|| el("p").class("lead").child(text.to_owned())).into()
}

fn restored_view(desk: &Desk) -> Node {
    let (restored, over) = (desk.restored.clone(), desk.clone());
    el("p")
        .class("notice")
        .attr_live("hidden", move || (!restored.get()).then_some("".into()))
        .child(desk.say(Say::DraftKept))
        .child(" ")
        .child(button("link", desk.say(Say::StartOver), move || over.start_over()))
        .into()
}

/// Other languages: the page around us opens the form anew, with the draft kept. A page of ours has its own
/// links.
fn languages_view(desk: &Desk) -> Node {
    if desk.opening.on_page {
        return Vec::new().into();
    }
    let mut list = el("ul").class("languages").attr("aria-label", desk.say(Say::Language));
    for (locale, name) in desk.settings.languages.iter().filter(|(l, _)| *l != desk.settings.locale) {
        let (desk, tag) = (desk.clone(), locale.as_str().to_owned());
        let switch = move || {
            // A file that is on its way would not arrive in the other language.
            let waiting = desk.topic().map(|topic| desk.waiting_files(topic)).unwrap_or_default();
            if let Some(first) = waiting.first() {
                desk.live.set(first.kind.sentence(&desk.phrases));
                return desk.show(waiting);
            }
            // First away with the last one: where there is no room for another, it must not win.
            net::keep(LANGUAGE, "");
            net::keep(LANGUAGE, &tag);
            desk.tell("lang", &tag);
        };
        list = list.child(el("li").child(button("link", name.clone(), switch).attr("lang", locale.as_str().to_owned())));
    }
    list.into()
}

fn topic_view(desk: &Desk) -> Node {
    let (lister, search) = (desk.clone(), desk.search.clone());
    let list = live(move || {
        let district = &lister.settings.district;
        let who = lister.flow.peek(|f| f.who);
        let only = lister.opening.campaign.as_deref().and_then(|c| district.campaign(c)).map(|c| c.topics.as_slice());
        let words = lister.search.get();
        let found = find(district, who, lister.opening.school.as_deref(), only, &words);
        if !words.is_empty() {
            lister.live.set(lister.phrases.fill(Say::TopicFound, &[&digits(found.fit as u64)]));
        }
        vec![answers::found(&lister, &words), topic_groups(&lister, district, &found)]
    });
    let input = el("input")
        .class("input")
        .attr("id", "q")
        .attr("type", "search")
        .attr("autocomplete", "off")
        .attr("value", search.now())
        .on("input", move |event| search.set(held(&event)));
    let label = el("label").attr("for", "q").child(desk.say(Say::TopicSearch));
    vec![heading(desk.say(Say::TopicTitle)), el("div").class("field").child(label).child(input).into(), list].into()
}

fn topic_groups(desk: &Desk, district: &District, found: &Found<'_>) -> Node {
    let topics = &found.topics;
    let mut groups = Vec::new();
    if found.fit == 0 {
        groups.push(el("p").child(desk.say(Say::TopicNone)).into());
    }
    let mut group = |title: String, topics: &mut dyn Iterator<Item = &&Topic>| {
        let rows: Vec<Node> = topics.map(|topic| topic_row(desk, topic)).collect();
        if !rows.is_empty() {
            groups.push(el("section").child(el("h3").child(title)).child(el("ul").class("rows").child(rows)).into());
        }
    };
    // What is asked most stands first where the list is long and nobody searched.
    if topics.len() > OFTEN_FROM && desk.search.peek(String::is_empty) {
        group(desk.say(Say::TopicPopular), &mut topics.iter().take(OFTEN));
    }
    for category in &district.categories {
        let label = category.label.get(&desk.settings.locale).to_owned();
        group(label, &mut topics.iter().filter(|t| t.category == category.id));
    }
    groups.into()
}

/// Safety topics open on our own origin, where the host page can keep nothing.
fn topic_row(desk: &Desk, topic: &Topic) -> Node {
    let locale = &desk.settings.locale;
    let label = el("strong").child(topic.label.get(locale).to_owned());
    let about = topic.about.get(locale);
    let row = if topic.safety {
        let about = [about, " · ", &desk.say(Say::TopicSafety), " ↗"].concat();
        outward(desk.page_of(&topic.id)).class("row").child(label).child(el("span").child(about))
    } else {
        let (desk, id) = (desk.clone(), topic.id.clone());
        let row = el("button").attr("type", "button").class("row").on("click", move |_| desk.go(|f| f.choose_topic(&id)));
        row.child(label).child(el("span").child(about.to_owned()))
    };
    el("li").child(row).into()
}

/// A link that leaves the host page where it is, and tells the other nothing of it.
pub(super) fn outward(href: String) -> Element {
    el("a").attr("href", href).attr("target", "_blank").attr("rel", "noopener noreferrer")
}

fn form_view(desk: &Desk) -> Node {
    let Some(topic) = desk.topic() else { return Vec::new().into() };
    let locale = &desk.settings.locale;
    let district = &desk.settings.district;
    let title = if desk.opening.on_page { desk.say(Say::FormTitle) } else { topic.label.get(locale).to_owned() };
    let mut parts = vec![heading(title), restored_view(desk), lead(desk, topic.intro.get(locale))];
    for notice in district.notices.iter().filter(|n| n.topic.as_deref().is_none_or(|id| id == topic.id)) {
        parts.push(el("p").class("notice").attr("role", "note").child(notice.text.get(locale).to_owned()).into());
    }
    parts.push(answers::often(desk, topic));
    let asked = questions(topic, district);
    // A page of ours must not jump below somebody who reads it already.
    let at_once = if desk.opening.in_dialog { AT_ONCE.min(asked.len()) } else { asked.len() };
    let (drawer, around, rest) = (desk.clone(), desk.around(), asked[at_once..].to_vec());
    let draw = move |part: &[Question]| -> Vec<Node> { part.iter().map(|asked| question(&drawer, *asked, &around)).collect() };
    let first = draw(&asked[..at_once]);
    let seen = State::new(false);
    let follows = live({
        let seen = seen.clone();
        move || seen.get().then(|| untrack(|| draw(&rest)))
    });
    if at_once < asked.len() {
        net::soon(move || seen.set(true));
    }
    parts.extend([summary_view(desk), stepping_form(desk, vec![first.into(), follows, answers::while_typing(desk)])]);
    parts.into()
}

/// So many questions are drawn at once; the others, which a phone does not show yet, as soon as these are seen.
const AT_ONCE: usize = 2;

/// What a form asks: two things that every topic may need, and its own fields by their place.
#[derive(Clone, Copy)]
enum Question {
    Kind,
    School,
    Field(usize),
}

fn questions(topic: &Topic, district: &District) -> Vec<Question> {
    let school = !form_asks_school(topic) && district.schools_for(topic).next().is_some();
    let ours = [topic.kind.is_none().then_some(Question::Kind), school.then_some(Question::School)];
    ours.into_iter().flatten().chain((0..topic.form.fields.len()).map(Question::Field)).collect()
}

fn question(desk: &Desk, asked: Question, around: &Around) -> Node {
    let Some(topic) = desk.topic() else { return Vec::new().into() };
    match asked {
        Question::Kind => {
            let named = |kind: &Kind| (kind.as_str().to_owned(), desk.say(kind_says(*kind)));
            let options: Vec<_> = desk.settings.district.kinds.iter().map(named).collect();
            let state = desk.state("kind").required(true);
            group("kind", desk.say(Say::KindTitle), None, String::new(), state, &options, false)
        }
        Question::School => school_view(&desk.state("school"), around),
        Question::Field(index) => conditional(desk, index, &topic.form.fields[index], around),
    }
}

/// A form whose button goes on to the next step.
fn stepping_form(desk: &Desk, fields: Vec<Node>) -> Node {
    let next = desk.clone();
    // Enter in a field clicks it, too; a form in a frame that may send none would never be submitted.
    let go_on = move |event: Event| {
        event.prevent_default();
        next.next();
    };
    let button = el("button").class("button").attr("type", "submit").on("click", go_on);
    el("form").class("form").attr("novalidate", "").child(fields).child(button.child(desk.say(Say::Next))).into()
}

/// A field that is there only while its condition holds; its values stay for when it comes back.
fn conditional(desk: &Desk, index: usize, field: &Field, around: &Around) -> Node {
    let (drawer, field, around) = (desk.clone(), field.clone(), around.clone());
    let conditional = field.shown_when.is_some();
    let draw = move || {
        field_view(&field, drawer.state(&field.id), &around, || match &field.kind {
            FieldKind::Files(rules) => files_view(&drawer, &field, rules),
            _ => Vec::new().into(),
        })
    };
    if !conditional {
        return draw();
    }
    let judge = desk.clone();
    let holds = move || judge.topic().is_some_and(|topic| topic.form.shown(&judge.answers(topic))[index]);
    let shown = State::new(false);
    let turned = shown.clone();
    follow(move || {
        let now = holds();
        if turned.now() != now {
            turned.set(now);
        }
    });
    let view = live(move || shown.get().then(&draw));
    el("div").class("conditional").attr("aria-live", "polite").child(view).into()
}

/// The error summary: each problem a button that goes to its field, since links don't reach into shadow roots.
fn summary_view(desk: &Desk) -> Node {
    let desk = desk.clone();
    live(move || {
        desk.problems.with(|problems| {
            let title = desk.phrases.fill(Say::Mend, &[&digits(problems.len() as u64)]);
            let mut links = el("ul");
            for problem in problems {
                links = links.child(problem_link(&desk, problem));
            }
            let summary = || el("div").class("summary").attr("role", "alert").attr("tabindex", "-1");
            (!problems.is_empty()).then(|| summary().child(el("h3").child(title)).child(links))
        })
    })
}

fn problem_link(desk: &Desk, problem: &FieldProblem) -> Node {
    let label = match problem.field.as_str() {
        "kind" => desk.say(Say::KindTitle),
        "contact" | "contact.email" => desk.say(Say::ContactEmail),
        "contact.name" => desk.say(Say::ContactName),
        "contact.phone" => desk.say(Say::ContactPhone),
        id => desk
            .topic()
            .and_then(|t| t.form.field(id))
            .map_or_else(String::new, |f| f.label.get(&desk.settings.locale).to_owned()),
    };
    let name = if problem.field == "contact" { "contact.email" } else { &problem.field };
    let target = ["#", &input_id(name)].concat();
    let text = [&label, " – ", &problem.kind.sentence(&desk.phrases)].concat();
    let root = desk.clone();
    el("li").child(button("link", text, move || net::focus(&root.root, &target))).into()
}

fn contact_step(desk: &Desk) -> Node {
    let anonymous = desk.topic().is_some_and(|t| t.anonymous);
    let state = desk.state("contact");
    let choice = anonymous.then(|| {
        if state.values.peek(Vec::is_empty) {
            state.values.set(vec![String::from("named")]);
        }
        let ways = crate::field::contact_ways(&desk.phrases);
        group("contact", desk.say(Say::ContactWays), None, String::new(), desk.state("contact").required(true), &ways, false)
    });
    let inputs = desk.clone();
    let parts = live(move || {
        let unnamed = anonymous && state.values.with(|v| v.first().is_some_and(|v| v == "anonymous"));
        let mut parts = Vec::new();
        if !unnamed {
            parts.extend(ContactPart::ALL.map(|part| contact_view(part, &inputs.state(part.field()), &inputs.phrases, false)));
        }
        parts
    });
    // What the topic keeps so already is not asked.
    let asked = desk.topic().is_some_and(|t| !t.confidential);
    let confidential = asked.then(|| confidential_view(&desk.state("confidential"), &desk.phrases));
    vec![
        heading(desk.say(Say::ContactTitle)),
        el("p").class("help").child(desk.say(Say::ContactWhy)).into(),
        summary_view(desk),
        stepping_form(desk, vec![choice.into(), parts, confidential.into()]),
    ]
    .into()
}
