//! Answers that stand already: found on this device, while somebody looks for a topic or writes.

use super::desk::Desk;
use super::net;
use super::steps::button;
use crate::answer::{READ, answer_view, answers_view};
use crate::flow::fold;
use crate::node::{Node, State, el, follow, live};
use porchlight_shared::district::Topic;
use porchlight_shared::phrase::Say;
use porchlight_shared::published::{OFFERED, PublishedAnswer, likely};
use porchlight_shared::text::joined;

fn at_hand(desk: &Desk) -> impl Iterator<Item = &PublishedAnswer> {
    let school = desk.first("school");
    desk.settings.answers.iter().filter(move |answer| answer.is_at(school.as_deref()))
}

fn of_topic<'d>(desk: &'d Desk, topic: &'d Topic) -> impl Iterator<Item = &'d PublishedAnswer> {
    // Whoever has to tell of danger is not sent to read.
    at_hand(desk).filter(|answer| !topic.safety && answer.topic == topic.id).take(OFFERED)
}

/// What fits the words that somebody looks for a topic with.
pub(super) fn found(desk: &Desk, words: &str) -> Node {
    shown(desk, &mut likely(&mut at_hand(desk), words, desk.phrases.say(Say::SmallWords), fold).into_iter())
}

/// What is asked most about a topic.
pub(super) fn often(desk: &Desk, topic: &Topic) -> Node {
    shown(desk, &mut of_topic(desk, topic))
}

/// What fits the words that somebody writes, but for what stands above them already.
pub(super) fn while_typing(desk: &Desk) -> Node {
    if desk.settings.answers.is_empty() || desk.topic().is_some_and(|topic| topic.safety) {
        return Vec::new().into();
    }
    let (finder, shower) = (desk.clone(), desk.clone());
    let fitting = State::new(Vec::new());
    let turned = fitting.clone();
    follow(move || {
        let Some(topic) = finder.topic() else { return };
        let mut typed = String::new();
        for field in &topic.form.fields {
            typed.push(' ');
            typed.push_str(&finder.state(&field.id).values.with(|values| joined(values, " ")));
        }
        let mut others = at_hand(&finder).filter(|answer| of_topic(&finder, topic).all(|above| above.slug != answer.slug));
        let now: Vec<String> = likely(&mut others, &typed, finder.phrases.say(Say::SmallWords), fold)
            .into_iter()
            .map(|answer| answer.slug.clone())
            .collect();
        // One that is being read must not close because of another letter.
        if turned.now() != now {
            turned.set(now);
        }
    });
    let view = live(move || {
        let fitting = fitting.get();
        shown(&shower, &mut at_hand(&shower).filter(|answer| fitting.contains(&answer.slug)))
    });
    el("div").class("conditional").attr("aria-live", "polite").child(view).into()
}

fn shown(desk: &Desk, answers: &mut dyn Iterator<Item = &PublishedAnswer>) -> Node {
    answers_view(&desk.phrases, answers.map(|answer| one(desk, answer)).collect())
}

fn one(desk: &Desk, answer: &PublishedAnswer) -> Node {
    let (reader, teller) = (desk.clone(), desk.clone());
    let (read, settled) =
        (answer.slug.clone(), ["/answers/", &answer.slug, "/settled?lang=", desk.settings.locale.as_str()].concat());
    let helped = State::new(false);
    let yes = live(move || {
        if helped.get() {
            return el("p").attr("role", "status").child(teller.say(Say::AnswerThanks));
        }
        let (helped, url) = (helped.clone(), teller.address(&settled));
        button("button quiet", teller.say(Say::AnswerYes), move || {
            net::tell(&url, "POST");
            helped.set(true);
        })
    });
    let remember = move |_| {
        let state = reader.state(READ).values;
        if !state.peek(|all| all.contains(&read)) {
            state.update(|all| all.push(read.clone()));
        }
    };
    let school = answer.school.as_deref().and_then(|id| desk.settings.district.school(id)).map(|school| school.name.as_str());
    answer_view(answer, school, yes).on("toggle", remember).into()
}
