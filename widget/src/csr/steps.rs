//! The screens, one question or one small group at a time.

use super::desk::{Desk, Sending};
use super::draft::LANGUAGE;
use super::files::files_view;
use super::finish::{check_view, receipt_view};
use super::net;
use crate::field::{ContactPart, FieldState, contact_view, field_view, group, input_id, school_view};
use crate::flow::{Found, OFTEN, OFTEN_FROM, Step, find, form_asks_school, kind_says, who_says};
use leptos::prelude::*;
use porchlight_shared::district::{District, Topic};
use porchlight_shared::form::{Field, FieldKind};
use porchlight_shared::phrase::Say;
use porchlight_shared::problem::FieldProblem;
use porchlight_shared::status::Relationship;
use porchlight_shared::text::Locale;

/// The whole form: header, the present step, and what is read aloud.
pub(super) fn desk_view(desk: &Desk) -> AnyView {
    let (body, header, saver) = (desk.clone(), desk.clone(), desk.clone());
    Effect::new(move |_| saver.save());
    let lang = desk.settings.locale.as_str().to_owned();
    let (live, step) = (
        desk.live,
        Memo::new({
            let flow = desk.flow;
            move |_| flow.with(|f| f.step)
        }),
    );
    let sending = desk.sending;
    let receipt = Memo::new(move |_| if let Sending::Done(receipt) = sending.get() { Some(receipt) } else { None });
    view! {
        <div class="desk" lang=lang>
            {header_view(&header)}
            <div class="body">
                {move || match receipt.get() {
                    Some(receipt) => receipt_view(&body, &receipt),
                    None => {
                        step.get();
                        let (shown, languages) = (step_view(&body), body.clone());
                        // Not while something is under way: its receipt would come to nobody.
                        view! { {shown} {move || (sending.get() == Sending::Not).then(|| languages_view(&languages))} }.into_any()
                    }
                }}
            </div>
            <p class="live" role="status">{move || live.get()}</p>
        </div>
    }
    .into_any()
}

fn header_view(desk: &Desk) -> AnyView {
    let (flow, sending) = (desk.flow, desk.sending);
    let (backer, closer, counter) = (desk.clone(), desk.clone(), desk.clone());
    let back = desk.say(Say::Back);
    let hidden = move || flow.with(|f| f.progress().0 == 1) || matches!(sending.get(), Sending::Done(_));
    let close = desk.opening.in_dialog.then(|| {
        let label = desk.say(Say::Close);
        view! { <button type="button" class="close" aria-label=label on:click=move |_| closer.tell("close", "")>"✕"</button> }
    });
    view! {
        <div class="head">
            <button type="button" class="back" hidden=hidden on:click=move |_| backer.go(|f| { f.back(); })>"‹ "{back}</button>
            <span class="progress" hidden=move || matches!(sending.get(), Sending::Done(_))>
                {move || {
                    let (here, all) = flow.with(|f| f.progress());
                    counter.phrases.fill(Say::StepOf, &[&here.to_string(), &all.to_string()])
                }}
            </span>
            {close}
        </div>
    }
    .into_any()
}

fn step_view(desk: &Desk) -> AnyView {
    // A host page that names a safety topic gets the way to our own origin, not the form.
    if let Some(topic) = desk.topic().filter(|t| t.safety && !desk.opening.on_page) {
        let heading = heading(topic.label.get(&desk.settings.locale).to_owned());
        let emergency = desk.settings.district.emergency.get(&desk.settings.locale).to_owned();
        return view! { {heading} <p class="emergency" role="note">{emergency}</p> <ul class="rows">{topic_row(desk, topic)}</ul> }.into_any();
    }
    match desk.flow.with_untracked(|f| f.step) {
        Step::Who => who_view(desk),
        Step::Topic => topic_view(desk),
        Step::Form => form_view(desk),
        Step::Contact => contact_step(desk),
        Step::Check => check_view(desk),
    }
}

pub(super) fn heading(text: String) -> AnyView {
    view! { <h2 tabindex="-1" data-heading="">{text}</h2> }.into_any()
}

fn who_view(desk: &Desk) -> AnyView {
    let district = &desk.settings.district;
    let locale = &desk.settings.locale;
    let greeting = match desk.opening.campaign.as_deref().and_then(|c| district.campaign(c)) {
        Some(campaign) => campaign.greeting.get(locale),
        None => district.brand.greeting.get(locale),
    };
    let chosen = desk.flow.with_untracked(|f| f.who);
    let each = |who: Relationship| {
        let desk = desk.clone();
        let label = desk.say(who_says(who));
        let here = (chosen == Some(who)).then_some("true");
        let pick = move |_| desk.go(|f| f.choose_who(who, &desk.settings.district));
        view! { <li><button type="button" class="row" aria-current=here on:click=pick><strong>{label}</strong></button></li> }
            .into_any()
    };
    let ways: Vec<AnyView> = desk.flow.with_untracked(|f| f.relationships(district)).into_iter().map(each).collect();
    view! {
        {(!desk.opening.on_page).then(|| view! { <p class="lead">{greeting.to_owned()}</p> })}
        {restored_view(desk)}
        {heading(desk.say(Say::WhoTitle))}
        <ul class="rows">{ways}</ul>
    }
    .into_any()
}

fn restored_view(desk: &Desk) -> AnyView {
    let (restored, over) = (desk.restored, desk.clone());
    let (told, again) = (desk.say(Say::DraftKept), desk.say(Say::StartOver));
    view! {
        <p class="notice" hidden=move || !restored.get()>
            {told}" "
            <button type="button" class="link" on:click=move |_| over.start_over()>{again}</button>
        </p>
    }
    .into_any()
}

/// Other languages: the page around us opens the form anew, with the draft kept. A page of ours has its own
/// links.
fn languages_view(desk: &Desk) -> AnyView {
    if desk.opening.on_page {
        return ().into_any();
    }
    let each = |(locale, name): &(Locale, String)| {
        let (desk, tag, name) = (desk.clone(), locale.as_str().to_owned(), name.clone());
        let lang = tag.clone();
        let switch = move |_| {
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
        view! { <li><button type="button" class="link" lang=lang on:click=switch>{name}</button></li> }.into_any()
    };
    let others: Vec<AnyView> = desk.settings.languages.iter().filter(|(l, _)| *l != desk.settings.locale).map(each).collect();
    view! { <ul class="languages" aria-label=desk.say(Say::Language)>{others}</ul> }.into_any()
}

fn topic_view(desk: &Desk) -> AnyView {
    let lister = desk.clone();
    let search = desk.search;
    let list = move || {
        let district = &lister.settings.district;
        let who = lister.flow.with_untracked(|f| f.who);
        let only = lister.opening.campaign.as_deref().and_then(|c| district.campaign(c)).map(|c| c.topics.as_slice());
        let words = search.get();
        let school = lister.opening.school.as_deref();
        let found = find(district, who, school, only, &words);
        if !words.is_empty() {
            lister.live.set(lister.phrases.fill(Say::TopicFound, &[&found.fit.to_string()]));
        }
        topic_groups(&lister, district, &found)
    };
    let label = desk.say(Say::TopicSearch);
    view! {
        {heading(desk.say(Say::TopicTitle))}
        <div class="field">
            <label for="q">{label}</label>
            <input class="input" id="q" type="search" autocomplete="off" value=search.get_untracked()
                on:input=move |event| search.set(event_target_value(&event)) />
        </div>
        {list}
    }
    .into_any()
}

fn topic_groups(desk: &Desk, district: &District, found: &Found<'_>) -> AnyView {
    let none = (found.fit == 0).then(|| view! { <p>{desk.say(Say::TopicNone)}</p> });
    let found = &found.topics;
    let each = |category: &porchlight_shared::form::Choice| {
        let rows: Vec<AnyView> = found.iter().filter(|t| t.category == category.id).map(|t| topic_row(desk, t)).collect();
        if rows.is_empty() {
            return ().into_any();
        }
        let label = category.label.get(&desk.settings.locale).to_owned();
        view! { <section><h3>{label}</h3><ul class="rows">{rows}</ul></section> }.into_any()
    };
    // What is asked most stands first where the list is long and nobody searched.
    let often = (found.len() > OFTEN_FROM && desk.search.with_untracked(String::is_empty)).then(|| {
        let rows: Vec<AnyView> = found.iter().take(OFTEN).map(|t| topic_row(desk, t)).collect();
        view! { <section><h3>{desk.say(Say::TopicPopular)}</h3><ul class="rows">{rows}</ul></section> }
    });
    let groups: Vec<AnyView> = district.categories.iter().map(each).collect();
    view! { {none} {often} {groups} }.into_any()
}

/// Safety topics open on our own origin, where the host page can keep nothing.
fn topic_row(desk: &Desk, topic: &Topic) -> AnyView {
    let locale = &desk.settings.locale;
    let (label, about) = (topic.label.get(locale).to_owned(), topic.about.get(locale).to_owned());
    if topic.safety {
        let href = desk.page_of(&topic.id);
        let note = desk.say(Say::TopicSafety);
        return view! {
            <li><a class="row" href=href target="_blank" rel="noopener noreferrer"><strong>{label}</strong><span>{about}" · "{note}" ↗"</span></a></li>
        }
        .into_any();
    }
    let (desk, id) = (desk.clone(), topic.id.clone());
    let pick = move |_| desk.go(|f| f.choose_topic(&id));
    view! { <li><button type="button" class="row" on:click=pick><strong>{label}</strong><span>{about}</span></button></li> }
        .into_any()
}

fn form_view(desk: &Desk) -> AnyView {
    let Some(topic) = desk.topic().cloned() else { return ().into_any() };
    let locale = &desk.settings.locale;
    let district = &desk.settings.district;
    let own = |n: &&porchlight_shared::district::Notice| n.topic.as_deref().is_none_or(|id| id == topic.id);
    let notice = |n: &porchlight_shared::district::Notice| {
        view! { <p class="notice" role="note">{n.text.get(locale).to_owned()}</p> }.into_any()
    };
    let notices: Vec<AnyView> = district.notices.iter().filter(own).map(notice).collect();
    let around = desk.around();
    let kind = topic.kind.is_none().then(|| {
        let options: Vec<(String, String)> =
            district.kinds.iter().map(|k| (k.as_str().to_owned(), desk.say(kind_says(*k)))).collect();
        let state = FieldState { required: true, ..desk.state("kind") };
        group("kind", desk.say(Say::KindTitle), None, String::new(), state, &options, false)
    });
    let school = (!form_asks_school(&topic) && !around.schools.is_empty()).then(|| school_view(desk.state("school"), &around));
    let intro = (!desk.opening.on_page).then(|| view! { <p class="lead">{topic.intro.get(locale).to_owned()}</p> }.into_any());
    let title = if desk.opening.on_page { desk.say(Say::FormTitle) } else { topic.label.get(locale).to_owned() };
    let fields: Vec<AnyView> =
        topic.form.fields.iter().enumerate().map(|(index, field)| conditional(desk, &topic, index, field)).collect();
    let next = desk.clone();
    view! {
        {heading(title)}
        {restored_view(desk)}
        {intro}
        {notices}
        {summary_view(desk)}
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); next.next(); }>
            {kind}
            {school}
            {fields}
            <button class="button" type="submit">{desk.say(Say::Next)}</button>
        </form>
    }
    .into_any()
}

/// A field that is there only while its condition holds; its values stay for when it comes back.
fn conditional(desk: &Desk, topic: &Topic, index: usize, field: &Field) -> AnyView {
    let (state, around, filer) = (desk.state(&field.id), desk.around(), desk.clone());
    let one = field.clone();
    let render = move || {
        field_view(&one, state, &around, || match &one.kind {
            FieldKind::Files(rules) => files_view(&filer, &one, rules),
            _ => ().into_any(),
        })
    };
    if field.shown_when.is_none() {
        return render();
    }
    let (judge, topic) = (desk.clone(), topic.clone());
    let holds = move || topic.form.shown(&judge.answers(&topic))[index];
    let shown = RwSignal::new(untrack(&holds));
    Effect::new(move |_| {
        let now = holds();
        if shown.get_untracked() != now {
            shown.set(now);
        }
    });
    view! { <div class="conditional" aria-live="polite">{move || shown.get().then(&render)}</div> }.into_any()
}

/// The error summary: each problem a button that goes to its field, since links don't reach into shadow roots.
fn summary_view(desk: &Desk) -> AnyView {
    let (problems, desk) = (desk.problems, desk.clone());
    let list = move || {
        let all = problems.get();
        if all.is_empty() {
            return ().into_any();
        }
        let title = desk.phrases.fill(Say::Mend, &[&all.len().to_string()]);
        let links: Vec<AnyView> = all.iter().map(|p| problem_link(&desk, p)).collect();
        view! { <div class="summary" role="alert" tabindex="-1"><h3>{title}</h3><ul>{links}</ul></div> }.into_any()
    };
    view! { {list} }.into_any()
}

fn problem_link(desk: &Desk, problem: &FieldProblem) -> AnyView {
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
    view! { <li><button type="button" class="link" on:click=move |_| net::focus(&root.root, &target)>{text}</button></li> }
        .into_any()
}

fn contact_step(desk: &Desk) -> AnyView {
    let anonymous = desk.topic().is_some_and(|t| t.anonymous);
    let state = desk.state("contact");
    let choice = anonymous.then(|| {
        if state.values.with_untracked(Vec::is_empty) {
            state.values.set(vec![String::from("named")]);
        }
        let ways = crate::field::contact_ways(&desk.phrases);
        let state = FieldState { required: true, ..state };
        group("contact", desk.say(Say::ContactWays), None, String::new(), state, &ways, false)
    });
    let inputs = desk.clone();
    let parts = move || {
        let unnamed = anonymous && state.values.with(|v| v.first().is_some_and(|v| v == "anonymous"));
        (!unnamed).then(|| {
            ContactPart::ALL
                .map(|part| contact_view(part, inputs.state(part.field()), &inputs.phrases, false))
                .into_iter()
                .collect::<Vec<_>>()
        })
    };
    let next = desk.clone();
    view! {
        {heading(desk.say(Say::ContactTitle))}
        <p class="help">{desk.say(Say::ContactWhy)}</p>
        {summary_view(desk)}
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); next.next(); }>
            {choice}
            {parts}
            <button class="button" type="submit">{desk.say(Say::Next)}</button>
        </form>
    }
    .into_any()
}
