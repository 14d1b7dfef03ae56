//! Photos and files: sent as soon as they are chosen, with progress, another try, and a way back.

use super::desk::Desk;
use super::net;
use super::steps::button;
use crate::field::{described_by, input_id};
use crate::node::{Node, State, el, live};
use porchlight_shared::form::{Field, FileRules};
use porchlight_shared::phrase::Say;
use porchlight_shared::problem::ProblemKind;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

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
    pub(super) state: State<FileState>,
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
            |(number, (id, name))| Self { number, name, file: None, preview: None, state: State::new(FileState::Sent(id)) };
        (1..).zip(all).map(each).collect()
    }

    pub(super) fn id(&self) -> Option<String> {
        if let FileState::Sent(id) = self.state.get() { Some(id) } else { None }
    }
}

/// The input of a files field, and what was chosen so far.
pub(super) fn files_view(desk: &Desk, field: &Field, rules: &FileRules) -> Node {
    let files = desk.files(&field.id);
    let id = input_id(&field.id);
    let accept = rules.types.iter().map(|t| t.media_type()).collect::<Vec<_>>().join(",");
    let (chooser, name, limits) = (desk.clone(), field.id.clone(), rules.clone());
    let (lister, listed) = (desk.clone(), field.id.clone());
    let input = el("input")
        .class("unseen")
        .attr("type", "file")
        .attr("id", id.clone())
        .attr("accept", accept)
        .attr_if(rules.max_count > 1, "multiple", "")
        .attr("aria-describedby", described_by(&id, true))
        .on("change", move |event| {
            let Some(input) = event.target() else { return };
            let input: web_sys::HtmlInputElement = input.unchecked_into();
            if let Some(chosen) = input.files() {
                add(&chooser, &name, &limits, &chosen);
            }
            input.set_value("");
        });
    let list = live(move || {
        let mut items = Vec::new();
        for file in files.get() {
            items.push(item(&lister, &listed, file));
        }
        items
    });
    vec![
        input.into(),
        el("label").class("quiet button").attr("for", id).child(desk.say(Say::FilesAdd)).into(),
        el("ul").class("attached").child(list).into(),
    ]
    .into()
}

/// Takes chosen files in, up to what the field allows, and begins to send them.
pub(super) fn add(desk: &Desk, field: &str, rules: &FileRules, chosen: &web_sys::FileList) {
    let files = desk.files(field);
    let mut refused = String::new();
    for index in 0..chosen.length() {
        let Some(file) = chosen.get(index) else { continue };
        let count = files.peek(Vec::len);
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
        let number = files.peek(|all| all.iter().map(|f| f.number).max().unwrap_or(0) + 1);
        let preview = file.type_().starts_with("image/").then(|| web_sys::Url::create_object_url_with_blob(&file).ok()).flatten();
        files.update(|all| {
            let state = State::new(FileState::Sending(0));
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
        let Some(attached) = files.peek(|all| all.iter().find(|f| f.number == number).cloned()) else { return };
        let name = attached.name;
        let Some(file) = attached.file else { return };
        let (state, moving) = (attached.state.clone(), attached.state);
        state.set(FileState::Sending(0));
        let address = [&desk.address("/files?lang="), desk.settings.locale.as_str()].concat();
        let progress = Closure::<dyn Fn(u32)>::new(move |percent| moving.set(FileState::Sending(percent)));
        let mut answer = net::upload(&address, &desk.token(), &file, progress.as_ref().unchecked_ref()).await;
        if net::number(&net::at(&answer, 0)) == 403 {
            // The form was open for hours: the same visit with a new token.
            desk.renew_token().await;
            answer = net::upload(&address, &desk.token(), &file, progress.as_ref().unchecked_ref()).await;
        }
        let (status, body) = (net::number(&net::at(&answer, 0)), net::at(&answer, 1));
        let outcome = match (status, net::text(&body, "id")) {
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
        let mut told = match &outcome {
            FileState::Failed(why) => why.clone(),
            _ => desk.phrases.fill(Say::FilesDone, &[&name]),
        };
        let problem = desk.state(&field).problem;
        match problem.now() {
            Some(wait) if wait == desk.say(Say::FilesWait) => problem.set(None),
            // What was refused beside it must not get lost, neither to the eye nor to the ear.
            Some(refused) => told = [&told, ". ", &refused].concat(),
            None => {}
        }
        desk.live.set(told);
        state.set(outcome);
    });
}

fn item(desk: &Desk, field: &str, file: Attached) -> Node {
    let number = file.number;
    let (remover, remove_field, removed) = (desk.clone(), field.to_owned(), file.state.clone());
    let remove = move || {
        if let FileState::Sent(id) = removed.now() {
            net::forget(&[&remover.address("/files/"), id.as_str(), "?token=", &remover.token()].concat());
        }
        remover.files(&remove_field).update(|all| all.retain(|f| f.number != number));
        remover.state(&remove_field).problem.set(None);
        net::focus(&remover.root, &["#", &input_id(&remove_field)].concat());
    };
    let (retrier, retry_field) = (desk.clone(), field.to_owned());
    // The button goes while it works, and the focus with it to the field.
    let retry = move || {
        net::focus(&retrier.root, &["#", &input_id(&retry_field)].concat());
        retrier.state(&retry_field).problem.set(None);
        send(&retrier, &retry_field, number);
    };
    let (teller, name, state) = (desk.clone(), file.name.clone(), file.state.clone());
    let told = live(move || match state.get() {
        FileState::Sending(percent) => {
            let percent = percent.to_string();
            let bar = el("progress").attr("max", "100").attr("value", percent.clone());
            vec![teller.phrases.fill(Say::FilesProgress, &[&name, &percent]).into(), bar.into()].into()
        }
        FileState::Failed(why) => Node::from(why),
        FileState::Sent(_) => name.clone().into(),
    });
    let failed = move |state: &State<FileState>| state.with(|s| matches!(s, FileState::Failed(_)));
    let (wrong, well) = (file.state.clone(), file.state);
    let preview = file.preview.map(|src| el("img").attr("src", src).attr("alt", ""));
    let retry = button("quiet button", desk.phrases.fill(Say::FilesRetry, &[&file.name]), retry);
    el("li")
        .attr_live("class", move || failed(&wrong).then_some("wrong".into()))
        .child(preview)
        .child(el("span").child(told))
        .child(retry.attr_live("hidden", move || (!failed(&well)).then_some("".into())))
        .child(button("quiet button", desk.phrases.fill(Say::FilesRemove, &[&file.name]), remove))
        .into()
}
