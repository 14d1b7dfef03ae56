//! The last two screens: everything once more before it is sent, and the receipt.

use super::desk::{Desk, Receipt, Sending};
use super::net;
use super::steps::heading;
use crate::flow::{Step, form_asks_school, kind_says, who_says};
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_shared::form::{Field, FieldKind, RawAnswer};
use porchlight_shared::phrase::Say;
use porchlight_shared::status::Kind;

/// Everything once more, each line with a way to change it, and the button that sends.
pub(super) fn check_view(desk: &Desk) -> AnyView {
    let mut lines: Vec<(String, String, Step)> = Vec::new();
    let district = &desk.settings.district;
    let locale = &desk.settings.locale;
    if let Some(who) = desk.flow.with_untracked(|f| f.who) {
        lines.push((desk.say(Say::WhoTitle), desk.say(who_says(who)), Step::Who));
    }
    if let Some(topic) = desk.topic() {
        lines.push((
            desk.say(Say::TopicTitle),
            topic.label.get(locale).to_owned(),
            if desk.flow.with_untracked(|f| f.topic_fixed) { Step::Form } else { Step::Topic },
        ));
        if let Some(kind) = desk.first("kind").and_then(|k| Kind::parse(&k)).filter(|_| topic.kind.is_none()) {
            lines.push((desk.say(Say::KindTitle), desk.say(kind_says(kind)), Step::Form));
        }
        let school = desk.first("school").filter(|_| !form_asks_school(topic));
        if let Some(school) = school.and_then(|id| district.school(&id)) {
            lines.push((desk.say(Say::SchoolTitle), school.name.clone(), Step::Form));
        }
        let answers = untrack(|| desk.answers(topic));
        for field in &topic.form.fields {
            if let Some(answer) = answers.get(&field.id) {
                lines.push((field.label.get(locale).to_owned(), in_words(desk, field, answer), Step::Form));
            }
        }
    }
    let contact =
        untrack(|| desk.contact()).map(|c| [c.name, c.email, c.phone].into_iter().flatten().collect::<Vec<_>>().join(", "));
    lines.push((desk.say(Say::ContactTitle), contact.unwrap_or_else(|| desk.say(Say::ContactAnonymous)), Step::Contact));
    let rows: Vec<AnyView> = lines.into_iter().map(|(label, text, step)| check_line(desk, label, text, step)).collect();
    let (sending, sender, words, trap) = (desk.sending, desk.clone(), desk.clone(), desk.clone());
    let busy = move || sending.get() == Sending::Under;
    view! {
        {heading(desk.say(Say::CheckTitle))}
        {failed_view(desk)}
        <dl class="answers">{rows}</dl>
        <div class="trap" aria-hidden="true">
            <label for="homepage">{desk.say(Say::LeaveEmpty)}</label>
            <input id="homepage" tabindex="-1" autocomplete="off" on:input=move |event| trap.set_trap(event_target_value(&event)) />
        </div>
        <button type="button" class="button" aria-disabled=move || busy().then_some("true")
            on:click=move |_| spawn_local(sender.clone().send())>
            {move || words.say(if busy() { Say::Sending } else { Say::Send })}
        </button>
    }
    .into_any()
}

fn check_line(desk: &Desk, label: String, text: String, step: Step) -> AnyView {
    let (desk, change) = (desk.clone(), desk.say(Say::Change));
    let named = [&change, ": ", &label].concat();
    view! {
        <div>
            <dt>{label}</dt>
            <dd>{text}</dd>
            <dd class="change"><button type="button" class="link" aria-label=named on:click=move |_| desk.go(|f| f.mend(step))>{change}</button></dd>
        </div>
    }
    .into_any()
}

fn in_words(desk: &Desk, field: &Field, answer: &RawAnswer) -> String {
    let around = desk.around();
    let name = |id: &String| {
        let choice = field.kind.choices().iter().find(|c| c.id == *id).map(|c| c.label.get(&around.locale).to_owned());
        let named = |all: &Vec<(String, String)>| all.iter().find(|(other, _)| other == id).map(|(_, name)| name.clone());
        let found = match field.kind {
            FieldKind::School => named(&around.schools),
            FieldKind::Grade => named(&around.grades),
            FieldKind::Files(_) => desk
                .files(&field.id)
                .with_untracked(|all| all.iter().find(|f| f.id().as_ref() == Some(id)).map(|f| f.name.clone())),
            _ => choice,
        };
        found.unwrap_or_else(|| id.clone())
    };
    match answer {
        RawAnswer::Text(text) if matches!(field.kind, FieldKind::Date { .. } | FieldKind::Time) => {
            net::words(around.locale.as_str(), text)
        }
        RawAnswer::Text(text) => name(text),
        RawAnswer::Many(all) => all.iter().map(name).collect::<Vec<_>>().join(", "),
        RawAnswer::Flag(yes) => desk.say(if *yes { Say::Yes } else { Say::No }),
        RawAnswer::Number(n) => n.to_string(),
        RawAnswer::Place { text, .. } => text.clone(),
        RawAnswer::Other => String::new(),
    }
}

/// What went wrong while sending, and the way on that needs no script.
fn failed_view(desk: &Desk) -> AnyView {
    let (sending, desk) = (desk.sending, desk.clone());
    let shown = move || {
        let Sending::Failed(why) = sending.get() else { return ().into_any() };
        let topic = desk.flow.with_untracked(|f| f.topic.clone()).unwrap_or_default();
        let href = desk.page_of(&topic);
        let (link, list) = (desk.say(Say::OpenOnPage), refused_view(&desk));
        view! {
            <div class="summary failed" role="alert" tabindex="-1">
                <p>{why}</p>
                {list}
                {(!desk.opening.on_page).then(|| view! { <p><a href=href target="_blank" rel="noopener">{link}</a></p> })}
            </div>
        }
        .into_any()
    };
    view! { {shown} }.into_any()
}

/// The server's own problems, where the form changed while it was open.
fn refused_view(desk: &Desk) -> AnyView {
    let Some(topic) = desk.topic() else { return ().into_any() };
    let each = |field: &Field| {
        let problem = desk.state(&field.id).problem.get_untracked()?;
        Some(view! { <li>{field.label.get(&desk.settings.locale).to_owned()}": "{problem}</li> }.into_any())
    };
    let lines: Vec<AnyView> = topic.form.fields.iter().filter_map(each).collect();
    (!lines.is_empty()).then(|| view! { <ul>{lines}</ul> }).into_any()
}

pub(super) fn receipt_view(desk: &Desk, receipt: &Receipt) -> AnyView {
    let lines: Vec<AnyView> = receipt.next.iter().map(|line| view! { <li>{line.clone()}</li> }.into_any()).collect();
    // None until asked; false where the browser does not let us.
    let copied = RwSignal::new(None);
    let (reference, url) = (receipt.reference.clone(), receipt.status_url.clone());
    // Who gets no mail has no other key than the page's address: it is shown, and it is what is copied.
    let value = if receipt.mailed { reference.clone() } else { url.clone() };
    let address = (!receipt.mailed).then(|| view! { <p class="address">{url.clone()}</p> });
    let copy = move |_| {
        let value = value.clone();
        spawn_local(async move { copied.set(Some(net::copy(&value).await.is_ok())) });
    };
    let (words, another) = (desk.phrases.clone(), desk.clone());
    let told = move || copied.get().map(|done| words.say(if done { Say::Copied } else { Say::CopyByHand }).to_owned());
    view! {
        <div class="receipt">
            <span class="check" aria-hidden="true"></span>
            {heading(receipt.title.clone())}
            <p class="help">{desk.say(Say::ReceiptReference)}</p>
            <p class="reference">{reference}</p>
            {address}
            <p><button type="button" class="quiet button" on:click=copy>{desk.say(Say::Copy)}</button></p>
            <p class="help" role="status">{told}</p>
            <p class="lead">{desk.phrases.fill(Say::HearBy, &[&receipt.due_text])}</p>
            <p>{receipt.thanks.clone()}</p>
            <h3>{desk.say(Say::NextTitle)}</h3>
            <ol class="next">{lines}</ol>
            <p><a class="button" href=url target="_blank" rel="noopener noreferrer">{desk.say(Say::OpenPage)}</a></p>
            <p><button type="button" class="link" on:click=move |_| another.start_over()>{desk.say(Say::AnotherOne)}</button></p>
        </div>
    }
    .into_any()
}
