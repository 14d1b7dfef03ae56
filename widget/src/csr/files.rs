//! Photos and files: sent as soon as they are chosen, with progress, another try, and a way back.

use super::desk::Desk;
use super::net;
use crate::field::input_id;
use leptos::prelude::*;
use leptos::task::spawn_local;
use porchlight_shared::form::{Field, FileRules};
use porchlight_shared::phrase::Say;
use porchlight_shared::problem::ProblemKind;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

/// One file of a field.
#[derive(Clone)]
pub(super) struct Attached {
    /// Tells files with the same name apart.
    pub(super) number: u32,
    pub(super) name: String,
    /// The picture to be sent, while this page is open.
    pub(super) file: Option<web_sys::File>,
    /// An address of the picture for the preview.
    pub(super) preview: Option<String>,
    /// Apart from the list, so that progress does not draw it anew under somebody's finger.
    pub(super) state: RwSignal<FileState>,
}

#[derive(Clone, PartialEq)]
pub(super) enum FileState {
    /// Per cent.
    Sending(u32),
    Failed(String),
    Sent(String),
}

impl Attached {
    /// Files that were sent before the page was opened anew.
    pub(super) fn restored(all: Vec<(String, String)>) -> Vec<Self> {
        let each =
            |(number, (id, name))| Self { number, name, file: None, preview: None, state: RwSignal::new(FileState::Sent(id)) };
        (1..).zip(all).map(each).collect()
    }

    pub(super) fn id(&self) -> Option<String> {
        if let FileState::Sent(id) = self.state.get() { Some(id) } else { None }
    }
}

/// The input of a files field, and what was chosen so far.
pub(super) fn files_view(desk: &Desk, field: &Field, rules: &FileRules) -> AnyView {
    let files = desk.files(&field.id);
    let id = input_id(&field.id);
    let accept = rules.types.iter().map(|t| t.media_type()).collect::<Vec<_>>().join(",");
    let described = [&id, "-problem ", &id, "-help"].concat();
    let several = rules.max_count > 1;
    let (chooser, name, limits) = (desk.clone(), field.id.clone(), rules.clone());
    let lister = desk.clone();
    let listed = field.id.clone();
    view! {
        <input class="unseen" type="file" id=id.clone() accept=accept multiple=several aria-describedby=described
            on:change=move |event| {
                let input: web_sys::HtmlInputElement = event_target(&event);
                if let Some(chosen) = input.files() {
                    add(&chooser, &name, &limits, &chosen);
                }
                input.set_value("");
            } />
        <label class="quiet button" for=id.clone()>{desk.say(Say::FilesAdd)}</label>
        <ul class="attached">
            {move || files.get().into_iter().map(|file| item(&lister, &listed, file)).collect::<Vec<_>>()}
        </ul>
    }
    .into_any()
}

/// Takes chosen files in, up to what the field allows, and begins to send them.
pub(super) fn add(desk: &Desk, field: &str, rules: &FileRules, chosen: &web_sys::FileList) {
    let files = desk.files(field);
    let mut refused = String::new();
    for index in 0..chosen.length() {
        let Some(file) = chosen.get(index) else { continue };
        let count = files.with_untracked(Vec::len);
        let problem = if count >= rules.max_count as usize {
            Some(ProblemKind::TooMany { max: rules.max_count })
        } else if !file.type_().is_empty() && !rules.types.iter().any(|t| t.media_type() == file.type_()) {
            Some(ProblemKind::file_type(&rules.types))
        } else if file.type_() == "application/pdf" && file.size() > rules.max_bytes as f64 {
            Some(ProblemKind::FileTooLarge { max_bytes: rules.max_bytes })
        } else {
            None
        };
        if let Some(problem) = problem {
            refused = [&refused, " ", &file.name(), ": ", &problem.sentence(&desk.phrases)].concat();
            continue;
        }
        let number = files.with_untracked(|all| all.iter().map(|f| f.number).max().unwrap_or(0) + 1);
        let preview = file.type_().starts_with("image/").then(|| web_sys::Url::create_object_url_with_blob(&file).ok()).flatten();
        files.update(|all| {
            let state = desk.signal(FileState::Sending(0));
            all.push(Attached { number, name: file.name(), file: Some(file), preview, state })
        });
        send(desk, field, number);
    }
    let refused = refused.trim_start();
    desk.live.set(refused.to_owned());
    desk.state(field).problem.set((!refused.is_empty()).then(|| refused.to_owned()));
}

fn send(desk: &Desk, field: &str, number: u32) {
    let (desk, field) = (desk.clone(), field.to_owned());
    spawn_local(async move {
        let files = desk.files(&field);
        let Some(attached) = files.with_untracked(|all| all.iter().find(|f| f.number == number).cloned()) else { return };
        let (name, signal) = (attached.name, attached.state);
        let Some(file) = attached.file else { return };
        let set = move |state: FileState| signal.set(state);
        set(FileState::Sending(0));
        let address = [&desk.address("/files?lang="), desk.settings.locale.as_str()].concat();
        let progress = Closure::<dyn Fn(u32)>::new(move |percent| set(FileState::Sending(percent)));
        let mut answer = net::upload(&address, &desk.token(), &file, progress.as_ref().unchecked_ref()).await;
        if net::number(&net::at(&answer, 0)) == 403 {
            // The form was open for hours: the same visit with a new token.
            desk.renew_token().await;
            answer = net::upload(&address, &desk.token(), &file, progress.as_ref().unchecked_ref()).await;
        }
        let (status, body) = (net::number(&net::at(&answer, 0)), net::at(&answer, 1));
        let state = match (status, net::text(&body, "id")) {
            (429, _) => FileState::Failed(desk.phrases.fill(Say::FailLimited, &["60"])),
            (201, Some(id)) => FileState::Sent(id),
            (422, _) => {
                let first = net::at(&net::get(&body, "errors"), 0);
                FileState::Failed(net::text(&first, "message").unwrap_or_else(|| desk.say(Say::FailServer)))
            }
            (413, _) => {
                let most = net::get(&body, "max_bytes").as_f64().unwrap_or(0.0) as u64;
                FileState::Failed(ProblemKind::FileTooLarge { max_bytes: most }.sentence(&desk.phrases))
            }
            _ => FileState::Failed(desk.phrases.fill(Say::FilesFailed, &[&name])),
        };
        let mut told = match &state {
            FileState::Failed(why) => why.clone(),
            _ => desk.phrases.fill(Say::FilesDone, &[&name]),
        };
        let problem = desk.state(&field).problem;
        match problem.get_untracked() {
            Some(wait) if wait == desk.say(Say::FilesWait) => problem.set(None),
            // What was refused beside it must not get lost, neither to the eye nor to the ear.
            Some(refused) => told = [&told, ". ", &refused].concat(),
            None => {}
        }
        desk.live.set(told);
        set(state);
    });
}

fn item(desk: &Desk, field: &str, file: Attached) -> AnyView {
    let number = file.number;
    let (remover, remove_field) = (desk.clone(), field.to_owned());
    let state = file.state;
    let remove = move |_| {
        if let FileState::Sent(id) = state.get_untracked() {
            net::forget(&[&remover.address("/files/"), id.as_str(), "?token=", &remover.token()].concat());
        }
        remover.files(&remove_field).update(|all| all.retain(|f| f.number != number));
        remover.state(&remove_field).problem.set(None);
        net::focus(&remover.root, &["#", &input_id(&remove_field)].concat());
    };
    let (retrier, retry_field) = (desk.clone(), field.to_owned());
    let (teller, name) = (desk.clone(), file.name.clone());
    let told = move || match state.get() {
        FileState::Sending(percent) => teller.phrases.fill(Say::FilesProgress, &[&name, &percent.to_string()]),
        FileState::Failed(why) => why,
        FileState::Sent(_) => name.clone(),
    };
    let percent = move || if let FileState::Sending(percent) = state.get() { Some(percent) } else { None };
    let failed = move || matches!(state.get(), FileState::Failed(_));
    let retry_label = desk.phrases.fill(Say::FilesRetry, &[&file.name]);
    // The button goes while it works, and the focus with it to the field.
    let retry = move |_| {
        net::focus(&retrier.root, &["#", &input_id(&retry_field)].concat());
        retrier.state(&retry_field).problem.set(None);
        send(&retrier, &retry_field, number);
    };
    let remove_label = desk.phrases.fill(Say::FilesRemove, &[&file.name]);
    view! {
        <li class:wrong=failed>
            {file.preview.map(|src| view! { <img src=src alt="" /> })}
            <span>{told}{move || percent().map(|p| view! { <progress max="100" value=p></progress> })}</span>
            <button type="button" class="quiet button" hidden=move || !failed() on:click=retry>{retry_label}</button>
            <button type="button" class="quiet button" on:click=remove>{remove_label}</button>
        </li>
    }
    .into_any()
}
