//! Where staff write. A reply and a note are two forms with two fields and two buttons, and look so: what
//! is typed as a note has no way to the sender.

use super::part::part;
use super::use_desk;
use crate::desk::{NotSent, field};
use crate::dom;
use crate::state::draft::Writing;
use crate::words;
use leptos::ev;
use leptos::prelude::*;

const EACH: [Writing; 2] = [Writing::Reply, Writing::Note];

#[component]
pub(super) fn Composer(id: String) -> impl IntoView {
    let desk = use_desk();
    let id = StoredValue::new(id);
    let may = part(|inquiry| inquiry.may);
    // Text that is there stays reachable even if it can no longer be sent from here.
    let has_text = move |writing| desk.drafts.with(|drafts| !drafts.text(&id.get_value(), writing).is_empty());
    let offered = Memo::new(move |_| {
        let may = may.get();
        EACH.map(|writing| {
            has_text(writing)
                || match writing {
                    Writing::Reply => may.reply,
                    Writing::Note => may.note,
                }
        })
    });
    let chosen = Memo::new(move |_| {
        let chosen = desk.drafts.with(|drafts| drafts.chosen(&id.get_value()));
        if offered.get()[chosen as usize] { chosen } else { chosen.other() }
    });
    view! {
        <Show
            when=move || offered.get().contains(&true)
            fallback=|| view! { <p class="read-only">"You can read this inquiry. Its owner and their team answer it."</p> }
        >
            <section class="composer" aria-label="Write">
                <div class="tabs" role="tablist" aria-label="What to write">
                    {EACH.map(|writing| view! { <Tab id writing chosen offered /> }).collect_view()}
                </div>
                {EACH.map(|writing| view! { <Panel id writing chosen /> }).collect_view()}
            </section>
        </Show>
    }
}

const fn tab_id(writing: Writing) -> &'static str {
    match writing {
        Writing::Reply => "tab-reply",
        Writing::Note => "tab-note",
    }
}

const fn panel_id(writing: Writing) -> &'static str {
    match writing {
        Writing::Reply => "panel-reply",
        Writing::Note => "panel-note",
    }
}

const fn destination_id(writing: Writing) -> &'static str {
    match writing {
        Writing::Reply => "reply-goes-to",
        Writing::Note => "note-goes-to",
    }
}

const fn problem_id(writing: Writing) -> &'static str {
    match writing {
        Writing::Reply => "reply-problem",
        Writing::Note => "note-problem",
    }
}

#[component]
fn Tab(id: StoredValue<String>, writing: Writing, chosen: Memo<Writing>, offered: Memo<[bool; 2]>) -> impl IntoView {
    let desk = use_desk();
    let is_chosen = move || chosen.get() == writing;
    let choose = move |writing| desk.drafts.update(|drafts| drafts.choose(&id.get_value(), writing));
    let on_key = move |event: ev::KeyboardEvent| {
        let to = match event.key().as_str() {
            "ArrowLeft" | "ArrowRight" => writing.other(),
            "Home" => Writing::Reply,
            "End" => Writing::Note,
            _ => return,
        };
        if offered.get_untracked()[to as usize] {
            event.prevent_default();
            choose(to);
            dom::focus(tab_id(to));
        }
    };
    view! {
        <button
            type="button"
            role="tab"
            class="tab"
            class:is-note=writing == Writing::Note
            id=tab_id(writing)
            aria-controls=panel_id(writing)
            aria-selected=move || if is_chosen() { "true" } else { "false" }
            tabindex=move || if is_chosen() { "0" } else { "-1" }
            hidden=move || !offered.get()[writing as usize]
            on:click=move |_| choose(writing)
            on:keydown=on_key
        >
            {match writing {
                Writing::Reply => "Reply",
                Writing::Note => "Note",
            }}
        </button>
    }
}

#[component]
fn Panel(id: StoredValue<String>, writing: Writing, chosen: Memo<Writing>) -> impl IntoView {
    let desk = use_desk();
    let problem = Memo::new(move |_| {
        let is_here = |not: &&NotSent| not.id == id.get_value() && not.writing == writing;
        desk.not_sent.with(|not| not.as_ref().filter(is_here).map(|not| not.words.clone()))
    });
    let is_sending = Memo::new(move |_| {
        let is_here = |(at, what): &(String, Writing)| *at == id.get_value() && *what == writing;
        desk.sending.with(|sending| sending.as_ref().is_some_and(is_here))
    });
    let on_submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        desk.send(id.get_value(), writing);
    };
    view! {
        <div
            role="tabpanel"
            class="panel"
            class:is-note=writing == Writing::Note
            id=panel_id(writing)
            aria-labelledby=tab_id(writing)
            hidden=move || chosen.get() != writing
        >
            <form on:submit=on_submit>
                <p class="panel-to" id=destination_id(writing)>
                    <Destination writing />
                </p>
                <Text id writing problem is_sending />
                <p class="problem" role="alert" id=problem_id(writing)>
                    {problem}
                </p>
                <div class="panel-end">
                    <SendButton writing is_sending />
                    <span class="hint">"Ctrl + Enter or ⌘ + Enter works too"</span>
                </div>
            </form>
        </div>
    }
}

#[component]
fn Text(id: StoredValue<String>, writing: Writing, problem: Memo<Option<String>>, is_sending: Memo<bool>) -> impl IntoView {
    let desk = use_desk();
    let text = move || desk.drafts.with(|drafts| drafts.text(&id.get_value(), writing).to_owned());
    let type_text = move |event: ev::Event| {
        let text = event_target_value(&event);
        desk.drafts.update(|drafts| drafts.write(&id.get_value(), writing, text));
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.is_composing() {
            event.prevent_default();
            desk.send(id.get_value(), writing);
        }
    };
    let label = match writing {
        Writing::Reply => "Your reply",
        Writing::Note => "Your note",
    };
    view! {
        <label class="visually-hidden" for=field(writing)>
            {label}
        </label>
        <textarea
            id=field(writing)
            rows="3"
            dir="auto"
            aria-describedby=format!("{} {}", destination_id(writing), problem_id(writing))
            aria-invalid=move || problem.with(Option::is_some).then_some("true")
            readonly=is_sending
            prop:value=text
            on:input=type_text
            on:keydown=on_key
        ></textarea>
    }
}

/// Who will read it; always above what is typed.
#[component]
fn Destination(writing: Writing) -> impl IntoView {
    let goes_to = part(|inquiry| words::reply_goes_to(&inquiry.sender));
    move || match writing {
        Writing::Reply => goes_to.get(),
        Writing::Note => "Note · only staff see this".to_owned(),
    }
}

#[component]
fn SendButton(writing: Writing, is_sending: Memo<bool>) -> impl IntoView {
    let label = move || match (writing, is_sending.get()) {
        (Writing::Reply, false) => "Send reply",
        (Writing::Reply, true) => "Sending…",
        (Writing::Note, false) => "Save note",
        (Writing::Note, true) => "Saving…",
    };
    let class = match writing {
        Writing::Reply => "button is-main",
        Writing::Note => "button is-note",
    };
    view! {
        <button type="submit" class=class aria-disabled=move || is_sending.get().then_some("true")>
            {label}
        </button>
    }
}
