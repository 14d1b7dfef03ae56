//! Where staff write. A reply and a note are two forms with two fields and two buttons, and look so: what
//! is typed as a note has no way to the sender.

use super::coach::Coach;
use super::icon::{self, Icon};
use super::part::part;
use super::template::{LeftOpen, UseTemplate};
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
    let confidential = part(|inquiry| inquiry.item.confidential);
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
                {(writing == Writing::Note)
                    .then(|| {
                        view! {
                            <p class="hint" hidden=move || !confidential.get()>
                                "Confidential: whoever you name with @ will read all of it."
                            </p>
                        }
                    })}
                <Text id writing problem is_sending />
                {(writing == Writing::Reply).then(|| view! { <LeftOpen id /> <Coach id /> })}
                <p class="problem" role="alert" id=problem_id(writing)>
                    {problem}
                </p>
                <div class="panel-end">
                    <SendButton writing is_sending />
                    {(writing == Writing::Reply).then(|| view! { <UseTemplate /> <Attachments id /> })}
                    <span class="hint">{match writing {
                            Writing::Reply => "Ctrl + Enter or ⌘ + Enter works too",
                            Writing::Note => "@ and a name lets a colleague in",
                        }}</span>
                </div>
            </form>
        </div>
    }
}

#[component]
fn Text(id: StoredValue<String>, writing: Writing, problem: Memo<Option<String>>, is_sending: Memo<bool>) -> impl IntoView {
    let desk = use_desk();
    let text = move || desk.drafts.with(|drafts| drafts.text(&id.get_value(), writing).to_owned());
    let name = RwSignal::new(None::<String>);
    let type_text = move |event: ev::Event| {
        let text = event_target_value(&event);
        let at = event_target::<web_sys::HtmlTextAreaElement>(&event).selection_start().ok().flatten();
        name.set(if writing == Writing::Note { being_named(&text, at) } else { None });
        desk.write(&id.get_value(), writing, text);
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
        <Names id writing name />
    }
}

/// The name that is being typed after an `@`, up to where the cursor is.
fn being_named(text: &str, at: Option<u32>) -> Option<String> {
    // The browser counts in UTF-16.
    let before: String = match at {
        Some(at) => String::from_utf16_lossy(&text.encode_utf16().take(at as usize).collect::<Vec<_>>()),
        None => text.to_owned(),
    };
    let (rest, name) = before.rsplit_once('@')?;
    let begins = !rest.chars().next_back().is_some_and(char::is_alphanumeric);
    (begins && name.chars().count() <= 30 && !name.contains('\n')).then(|| name.to_lowercase())
}

/// Colleagues whose name begins so; pressing one writes the rest.
#[component]
fn Names(id: StoredValue<String>, writing: Writing, name: RwSignal<Option<String>>) -> impl IntoView {
    let desk = use_desk();
    let fitting = Memo::new(move |_| {
        let typed = name.get()?;
        let all = desk.me.with(|me| {
            let own = me.as_ref().map(|me| me.account_id.clone()).unwrap_or_default();
            let all = me.as_ref().map(|me| me.colleagues.clone()).unwrap_or_default();
            let fits = |full: &str| {
                full.to_lowercase().split(' ').any(|part| part.starts_with(&typed)) || full.to_lowercase().starts_with(&typed)
            };
            let fitting = all.into_iter().filter(|c| !c.left && c.account_id != own && fits(&c.name)).map(|c| c.name);
            fitting.take(6).collect::<Vec<_>>()
        });
        Some(all).filter(|all| !all.is_empty())
    });
    let choose = move |full: String| {
        let typed = name.get_untracked().unwrap_or_default();
        let text = desk.drafts.with_untracked(|drafts| drafts.text(&id.get_value(), writing).to_owned());
        let lower = text.to_lowercase();
        let Some(at) = lower.rfind(&format!("@{typed}")).filter(|at| text.is_char_boundary(*at)) else { return };
        let rest: String = text[at..].chars().skip(1 + typed.chars().count()).collect();
        desk.write(&id.get_value(), writing, format!("{}@{full} {}", &text[..at], rest.trim_start()));
        name.set(None);
        dom::focus(field(writing));
    };
    view! {
        <div class="names" role="group" aria-label="Whom do you mean?" hidden=move || fitting.with(Option::is_none)>
            {move || {
                fitting
                    .get()
                    .unwrap_or_default()
                    .into_iter()
                    .map(|full| {
                        let label = full.clone();
                        view! {
                            <button type="button" class="chip" on:click=move |_| choose(full.clone())>
                                "@"
                                {label}
                            </button>
                        }
                    })
                    .collect_view()
            }}
        </div>
    }
}

/// Files that go with the reply.
#[component]
fn Attachments(id: StoredValue<String>) -> impl IntoView {
    let desk = use_desk();
    let mine = Memo::new(move |_| {
        desk.attached.with(|all| all.iter().filter(|a| a.inquiry == id.get_value()).map(|a| a.file.clone()).collect::<Vec<_>>())
    });
    let choose = move |event: ev::Event| {
        let input = event_target::<web_sys::HtmlInputElement>(&event);
        if let Some(files) = input.files() {
            for at in 0..files.length().min(10) {
                if let Some(file) = files.get(at) {
                    desk.attach(id.get_value(), file);
                }
            }
        }
        input.set_value("");
    };
    view! {
        <ul class="attached">
            {move || {
                mine.get()
                    .into_iter()
                    .map(|file| {
                        let gone = file.id.clone();
                        let label = format!("Don’t send {}", file.name);
                        view! {
                            <li>
                                {file.name}
                                " "
                                <span class="file-size">{words::size(file.size)}</span>
                                <button
                                    type="button"
                                    class="button is-quiet"
                                    aria-label=label
                                    on:click=move |_| desk.attached.update(|all| all.retain(|a| a.file.id != gone))
                                >
                                    <Icon path=icon::CLOSE />
                                </button>
                            </li>
                        }
                    })
                    .collect_view()
            }}
        </ul>
        <label class="button attach">
            <input
                type="file"
                class="visually-hidden"
                id="attach-files"
                multiple
                accept="image/jpeg,image/png,image/webp,image/gif,application/pdf"
                on:change=choose
            />
            {move || if desk.attaching.get() > 0 { "Attaching…" } else { "Attach" }}
        </label>
    }
}

/// Who will read it; always above what is typed.
#[component]
fn Destination(writing: Writing) -> impl IntoView {
    let goes_to = part(|inquiry| {
        let others: Vec<&str> = inquiry.merged.iter().filter_map(|child| child.sender.as_deref()).collect();
        let to = words::reply_goes_to(&inquiry.sender);
        if others.is_empty() { to } else { format!("{to} It goes to those merged in, too: {}.", others.join(", ")) }
    });
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
