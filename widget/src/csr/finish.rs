//! The last two screens: everything once more before it is sent, and the receipt.

use super::desk::{Desk, Receipt, Sending};
use super::net;
use super::steps::{button, heading, outward};
use crate::field::choice_list;
use crate::flow::{Step, form_asks_school, kind_says, who_says};
use crate::node::{Node, State, el, held, live};
use porchlight_shared::form::{Field, FieldKind, RawAnswer};
use porchlight_shared::phrase::Say;
use porchlight_shared::status::Kind;
use porchlight_shared::text::joined;
use wasm_bindgen_futures::spawn_local;

/// Everything once more, each line with a way to change it, and the button that sends.
pub(super) fn check_view(desk: &Desk) -> Node {
    let mut lines: Vec<(String, String, Step)> = Vec::new();
    let district = &desk.settings.district;
    let locale = &desk.settings.locale;
    if let Some(who) = desk.flow.peek(|f| f.who) {
        lines.push((desk.say(Say::WhoTitle), desk.say(who_says(who)), Step::Who));
    }
    if let Some(topic) = desk.topic() {
        lines.push((
            desk.say(Say::TopicTitle),
            topic.label.get(locale).to_owned(),
            if desk.flow.peek(|f| f.topic_fixed) { Step::Form } else { Step::Topic },
        ));
        if let Some(kind) = desk.first("kind").and_then(|k| Kind::parse(&k)).filter(|_| topic.kind.is_none()) {
            lines.push((desk.say(Say::KindTitle), desk.say(kind_says(kind)), Step::Form));
        }
        let school = desk.first("school").filter(|_| !form_asks_school(topic));
        if let Some(school) = school.and_then(|id| district.school(&id)) {
            lines.push((desk.say(Say::SchoolTitle), school.name.clone(), Step::Form));
        }
        let answers = desk.answers(topic);
        for field in &topic.form.fields {
            if let Some(answer) = answers.get(&field.id) {
                lines.push((field.label.get(locale).to_owned(), in_words(desk, field, answer), Step::Form));
            }
        }
    }
    let contact = desk.contact().map(|c| joined(&[c.name, c.email, c.phone].into_iter().flatten().collect::<Vec<_>>(), ", "));
    lines.push((desk.say(Say::ContactTitle), contact.unwrap_or_else(|| desk.say(Say::ContactAnonymous)), Step::Contact));
    if desk.first("confidential").is_some() {
        lines.push((desk.say(Say::Confidential), desk.say(Say::Yes), Step::Contact));
    }
    let mut rows = el("dl").class("answers");
    for (label, text, step) in lines {
        rows = rows.child(check_line(desk, label, text, step));
    }
    let (busy, label, sender, trap) = (desk.clone(), desk.clone(), desk.clone(), desk.clone());
    let under = |desk: &Desk| desk.sending.with(|s| *s == Sending::Under);
    let label = live(move || label.say(if under(&label) { Say::Sending } else { Say::Send }));
    let trap = el("input")
        .attr("id", "homepage")
        .attr("tabindex", "-1")
        .attr("autocomplete", "off")
        .on("input", move |event| trap.set_trap(held(&event)));
    let trap_label = el("label").attr("for", "homepage").child(desk.say(Say::LeaveEmpty));
    let send = el("button")
        .attr("type", "button")
        .class("button")
        .attr_live("aria-disabled", move || under(&busy).then_some("true".into()))
        .on("click", move |_| spawn_local(sender.clone().send()));
    vec![
        heading(desk.say(Say::CheckTitle)),
        failed_view(desk),
        rows.into(),
        shared_view(desk),
        el("div").class("trap").attr("aria-hidden", "true").child(trap_label).child(trap).into(),
        send.child(label).into(),
    ]
    .into()
}

/// Whoever is on a shared computer keeps nothing on it beyond this tab.
fn shared_view(desk: &Desk) -> Node {
    let ways = [(String::from("true"), desk.say(Say::Shared))];
    choice_list("shared", &desk.state("shared"), &ways, true).into()
}

fn check_line(desk: &Desk, label: String, text: String, step: Step) -> Node {
    let (changer, change) = (desk.clone(), desk.say(Say::Change));
    let named = [&change, ": ", &label].concat();
    let change = button("link", change, move || changer.go(|f| f.mend(step))).attr("aria-label", named);
    el("div").child(el("dt").child(label)).child(el("dd").child(text)).child(el("dd").class("change").child(change)).into()
}

fn in_words(desk: &Desk, field: &Field, answer: &RawAnswer) -> String {
    let around = desk.around();
    let name = |id: &String| {
        let choice = field.kind.choices().iter().find(|c| c.id == *id).map(|c| c.label.get(&around.locale).to_owned());
        let named = |all: &Vec<(String, String)>| all.iter().find(|(other, _)| other == id).map(|(_, name)| name.clone());
        let found = match field.kind {
            FieldKind::School => named(&around.schools),
            FieldKind::Grade => named(&around.grades),
            FieldKind::Files(_) => {
                desk.files(&field.id).peek(|all| all.iter().find(|f| f.answer().as_ref() == Some(id)).map(|f| f.name.clone()))
            }
            _ => choice,
        };
        found.unwrap_or_else(|| id.clone())
    };
    match answer {
        RawAnswer::Text(text) if matches!(field.kind, FieldKind::Date { .. } | FieldKind::Time) => {
            net::words(around.locale.as_str(), text)
        }
        RawAnswer::Text(text) => name(text),
        RawAnswer::Many(all) => joined(&all.iter().map(name).collect::<Vec<_>>(), ", "),
        RawAnswer::Flag(yes) => desk.say(if *yes { Say::Yes } else { Say::No }),
        RawAnswer::Number(n) => n.as_text(),
        RawAnswer::Place { text, .. } => text.clone(),
        RawAnswer::Other => String::new(),
    }
}

/// What went wrong while sending, and the way on that needs no script.
fn failed_view(desk: &Desk) -> Node {
    let desk = desk.clone();
    live(move || {
        let Sending::Failed(why) = desk.sending.get() else { return Vec::new().into() };
        let topic = desk.flow.peek(|f| f.topic.clone()).unwrap_or_default();
        let link = (!desk.opening.on_page).then(|| el("p").child(outward(desk.page_of(&topic)).child(desk.say(Say::OpenOnPage))));
        let failed = el("div").class("summary failed").attr("role", "alert").attr("tabindex", "-1");
        Node::from(failed.child(el("p").child(why)).child(refused_view(&desk)).child(link))
    })
}

/// The server's own problems, where the form changed while it was open.
fn refused_view(desk: &Desk) -> Node {
    let Some(topic) = desk.topic() else { return Vec::new().into() };
    let mut lines = Vec::new();
    for field in &topic.form.fields {
        if let Some(problem) = desk.state(&field.id).problem.now() {
            lines.push(el("li").child([field.label.get(&desk.settings.locale), ": ", &problem].concat()).into());
        }
    }
    (!lines.is_empty()).then(|| el("ul").child(lines)).into()
}

pub(super) fn receipt_view(desk: &Desk, receipt: &Receipt) -> Node {
    let mut next = el("ol").class("next");
    for line in &receipt.next {
        next = next.child(el("li").child(line.clone()));
    }
    // None until asked; false where the browser does not let us.
    let copied = State::new(None);
    // Who gets no mail has no other key than the page's address: it is shown, and it is what is copied.
    let value = if receipt.mailed { &receipt.reference } else { &receipt.status_url }.clone();
    let address = (!receipt.mailed).then(|| el("p").class("address").child(receipt.status_url.clone()));
    let told = copied.clone();
    let copy = move || {
        let (value, copied) = (value.clone(), copied.clone());
        spawn_local(async move { copied.set(Some(net::copy(&value).await.is_ok())) });
    };
    let (words, another) = (desk.clone(), desk.clone());
    let told = live(move || told.get().map(|done| words.say(if done { Say::Copied } else { Say::CopyByHand })));
    el("div")
        .class("receipt")
        .child(el("span").class("check").attr("aria-hidden", "true"))
        .child(heading(receipt.title.clone()))
        .child(el("p").class("help").child(desk.say(Say::ReceiptReference)))
        .child(el("p").class("reference").child(receipt.reference.clone()))
        .child(address)
        .child(el("p").child(button("quiet button", desk.say(Say::Copy), copy)))
        .child(el("p").class("help").attr("role", "status").child(told))
        .child(el("p").class("lead").child(desk.phrases.fill(Say::HearBy, &[&receipt.due_text])))
        .child(el("p").child(receipt.thanks.clone()))
        .child(el("h3").child(desk.say(Say::NextTitle)))
        .child(next)
        .child(el("p").child(outward(receipt.status_url.clone()).class("button").child(desk.say(Say::OpenPage))))
        .child(el("p").child(button("link", desk.say(Say::AnotherOne), move || another.start_over())))
        .into()
}
