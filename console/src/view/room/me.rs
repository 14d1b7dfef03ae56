//! Oneself: being away, mail, password, second factor, sessions.

use super::second_factor::SecondFactor;
use crate::desk::Loaded;
use crate::view::form::{Doing, Line, Pick, Problem, shown};
use crate::view::use_desk;
use gloo_net::http::Method;
use leptos::prelude::*;
use porchlight_shared::api::{AbsenceShown, NewAbsence, NewPassword, NotifySettings, Preferences, Session};
use porchlight_shared::status::MailPace;

#[component]
pub(in crate::view) fn Me() -> impl IntoView {
    let desk = use_desk();
    let missing = Memo::new(move |_| desk.me.with(|me| me.as_ref().is_some_and(|me| me.second_factor_missing)));
    let who = move || desk.me.with(|me| me.as_ref().map(|me| format!("{}, {}", me.name, me.email)));
    view! {
        <div class="room">
            <h1 id="room-title" tabindex="-1">
                "Me"
            </h1>
            <p>{who}</p>
            <div>
                <button
                    type="button"
                    class="button"
                    aria-haspopup="dialog"
                    on:click=move |_| desk.sheet.set(Some(crate::desk::Sheet::LogOut))
                >
                    "Log out"
                </button>
            </div>
            <Show when=move || missing.get()>
                <p class="warning" role="status">
                    "Your district asks for a second factor. Set it up here; then everything else opens."
                </p>
            </Show>
            <SecondFactor />
            <Show when=move || !missing.get()>
                <Away />
                <Mail />
                <Help />
            </Show>
            <Password />
            <Sessions />
        </div>
    }
}

/// Colleagues who can stand in.
pub(super) fn stand_ins(own: &str) -> Vec<(String, String)> {
    let desk = use_desk();
    let all = desk.me.with_untracked(|me| me.as_ref().map(|me| me.colleagues.clone()).unwrap_or_default());
    let others = all.into_iter().filter(|c| c.can_own && c.account_id != own).map(|c| (c.account_id, c.name));
    std::iter::once((String::new(), "Nobody: the next in line".to_owned())).chain(others).collect()
}

#[component]
fn Away() -> impl IntoView {
    let desk = use_desk();
    let absences = Loaded::<Vec<AbsenceShown>>::new("/me/absences");
    let own = desk.me.with_untracked(|me| me.as_ref().map(|me| me.account_id.clone()).unwrap_or_default());
    let (from, to, stand_in) = (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let doing = Doing::new();
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let away = NewAbsence {
            from: from.get_untracked(),
            to: to.get_untracked(),
            stand_in: Some(stand_in.get_untracked()).filter(|s| !s.is_empty()),
        };
        doing.send::<()>(desk, Method::POST, "/me/absences".to_owned(), away, move |()| {
            absences.load(desk);
            desk.renew_me();
            desk.tell("New inquiries go to your stand-in while you are away.", None);
            from.set(String::new());
            to.set(String::new());
        });
    };
    let list = shown(absences, move |all| {
        let each = all.into_iter().map(|absence| {
            let id = absence.id.clone();
            let by = absence.stand_in.map_or_else(|| "nobody stands in".to_owned(), |s| format!("{} stands in", s.name));
            view! {
                <li>
                    {format!("{} to {}, {by}", desk.day(&absence.starts_at), desk.day_before(&absence.ends_at))}
                    " "
                    <button
                        type="button"
                        class="button"
                        on:click=move |_| {
                            doing
                                .send::<()>(
                                    desk,
                                    Method::DELETE,
                                    format!("/me/absences/{id}"),
                                    (),
                                    move |()| {
                                        absences.load(desk);
                                        desk.renew_me();
                                    },
                                )
                        }
                    >
                        "Take back"
                    </button>
                </li>
            }
        });
        view! { <ul class="rows">{each.collect_view()}</ul> }
    });
    view! {
        <section>
            <h2>"Away"</h2>
            <p class="hint">
                "While you are away, new inquiries go to whoever stands in, and they see yours, but what is confidential."
            </p>
            {list}
            <form class="room-form" on:submit=save>
                <Line id="away-from" label="First day" kind="date" value=from />
                <Line id="away-to" label="Last day" kind="date" value=to />
                <Pick id="away-by" label="Who stands in" options=stand_ins(&own) value=stand_in />
                <Problem doing />
                <button type="submit" class="button is-main">
                    "Save"
                </button>
            </form>
        </section>
    }
}

#[component]
fn Mail() -> impl IntoView {
    let desk = use_desk();
    let settings = Loaded::<NotifySettings>::new("/me/notifications");
    let form = shown(settings, move |settings| {
        let pace = RwSignal::new(settings.mail.as_str().to_owned());
        let quiet = RwSignal::new(settings.quiet.is_some());
        let (from, to) = settings.quiet.clone().unwrap_or_else(|| ("20:00".to_owned(), "07:00".to_owned()));
        let (from, to, daily) = (RwSignal::new(from), RwSignal::new(to), RwSignal::new(settings.daily_at.clone()));
        let digest = RwSignal::new(settings.digest);
        let doing = Doing::new();
        let save = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            let settings = NotifySettings {
                mail: MailPace::parse(&pace.get_untracked()).unwrap_or(MailPace::AtOnce),
                quiet: quiet.get_untracked().then(|| (from.get_untracked(), to.get_untracked())),
                daily_at: daily.get_untracked(),
                digest: digest.get_untracked(),
            };
            doing.send::<()>(desk, Method::PUT, "/me/notifications".to_owned(), settings, move |()| desk.tell("Saved.", None));
        };
        let paces = [
            ("at_once", "At once; a burst is one mail"),
            ("hourly", "Once an hour"),
            ("daily", "Once a day"),
            ("never", "Never: I look here"),
        ];
        view! {
            <form class="room-form" on:submit=save>
                <Pick
                    id="mail-pace"
                    label="Mail me about what is mine"
                    options=paces.map(|(v, l)| (v.to_owned(), l.to_owned())).to_vec()
                    value=pace
                />
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=digest
                        on:change=move |event| digest.set(event_target_checked(&event))
                    />
                    "On working mornings, what is due"
                </label>
                <div hidden=move || pace.get() != "daily" && !digest.get()>
                    <Line id="mail-daily" label="At" kind="time" value=daily />
                </div>
                <label class="check" hidden=move || pace.get() == "never">
                    <input
                        type="checkbox"
                        prop:checked=quiet
                        on:change=move |event| quiet.set(event_target_checked(&event))
                    />
                    "Quiet hours"
                </label>
                <div class="two" hidden=move || !quiet.get() || pace.get() == "never">
                    <Line id="quiet-from" label="From" kind="time" value=from />
                    <Line id="quiet-to" label="To" kind="time" value=to />
                </div>
                <Problem doing />
                <button type="submit" class="button is-main">
                    "Save"
                </button>
            </form>
        }
    });
    view! {
        <section>
            <h2>"Mail"</h2>
            {form}
        </section>
    }
}

/// How the console helps; kept as soon as it is changed.
#[component]
fn Help() -> impl IntoView {
    let desk = use_desk();
    let doing = Doing::new();
    let now = Memo::new(move |_| desk.me.with(|me| me.as_ref().map(|me| me.preferences.clone()).unwrap_or_default()));
    let keep = move |preferences: Preferences, words: &'static str| {
        doing.send::<()>(desk, Method::PUT, "/me/preferences".to_owned(), preferences.clone(), move |()| {
            desk.me.update(|me| me.iter_mut().for_each(|me| me.preferences = preferences.clone()));
            desk.tell(words, None);
        });
    };
    let change_coach = move |event: leptos::ev::Event| {
        let coach = event_target_checked(&event);
        keep(Preferences { coach, ..now.get_untracked() }, if coach { "The coach is back." } else { "The coach is off." });
    };
    let change_fold = move |event: leptos::ev::Event| {
        let fold_harsh = event_target_checked(&event);
        let words = if fold_harsh { "Harsh words are folded." } else { "You see every word at once." };
        keep(Preferences { fold_harsh, ..now.get_untracked() }, words);
    };
    view! {
        <section>
            <h2>"Help while writing"</h2>
            <label class="check">
                <input type="checkbox" id="coach-on" prop:checked=move || now.with(|p| p.coach) on:change=change_coach />
                "The coach gives hints on my replies"
            </label>
            <p class="hint">"It runs in your browser. It counts nothing and tells nobody."</p>
            <label class="check">
                <input type="checkbox" id="fold-harsh" prop:checked=move || now.with(|p| p.fold_harsh) on:change=change_fold />
                "Fold harsh words, and offer me a break after them"
            </label>
            <p class="hint">"What you need to act stands above them. What may be a danger is never folded."</p>
            <Problem doing />
        </section>
    }
}

#[component]
fn Password() -> impl IntoView {
    let desk = use_desk();
    let (old, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let doing = Doing::new();
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let change = NewPassword { password: old.get_untracked(), new: new.get_untracked() };
        doing.send::<()>(desk, Method::PUT, "/me/password".to_owned(), change, move |()| {
            old.set(String::new());
            new.set(String::new());
            desk.tell("Your password is changed. Every other session has ended.", None);
        });
    };
    view! {
        <section>
            <h2>"Password"</h2>
            <form class="room-form" on:submit=save>
                <Line id="password-old" label="Your password now" kind="password" autocomplete="current-password" value=old />
                <Line
                    id="password-new"
                    label="The new one"
                    kind="password"
                    autocomplete="new-password"
                    help="At least 10 characters. A short sentence is good."
                    value=new
                />
                <Problem doing />
                <button type="submit" class="button is-main">
                    "Change"
                </button>
            </form>
        </section>
    }
}

#[component]
fn Sessions() -> impl IntoView {
    let desk = use_desk();
    let sessions = Loaded::<Vec<Session>>::new("/sessions");
    let doing = Doing::new();
    let list = shown(sessions, move |all| {
        let each = all.into_iter().map(|session| {
            let id = session.id.clone();
            let end = (!session.current).then(|| {
                view! {
                    <button
                        type="button"
                        class="button"
                        on:click=move |_| {
                            doing
                                .send::<()>(
                                    desk,
                                    Method::DELETE,
                                    format!("/sessions/{id}"),
                                    (),
                                    move |()| sessions.load(desk),
                                )
                        }
                    >
                        "End it"
                    </button>
                }
            });
            let this = if session.current { ", this one" } else { "" };
            view! { <li>{format!("{}{this}, last used {}", session.agent, desk.moment(&session.seen_at))} " " {end}</li> }
        });
        view! { <ul class="rows">{each.collect_view()}</ul> }
    });
    view! {
        <section>
            <h2>"Where you are logged in"</h2>
            {list}
            <Problem doing />
        </section>
    }
}
