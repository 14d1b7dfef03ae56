//! Photos and files: sent as soon as they are chosen, with progress, another try, and a way back.

use super::desk::Desk;
use super::net;
use super::steps::button;
use crate::field::{described_by, input_id};
use crate::node::{Node, State, el, live};
use porchlight_shared::decimal::digits;
use porchlight_shared::form::{Field, FileRules};
use porchlight_shared::phrase::Say;
use porchlight_shared::problem::ProblemKind;
use porchlight_shared::text::joined;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// One file of a field.
#[derive(Clone)]
pub(super) struct Attached {
    /// Tells files with the same name apart.
    pub(super) number: u32,
    pub(super) name: String,
    /// The file as `upload.js` and the outbox know it.
    pub(super) file: JsValue,
    /// Apart from the list, so that progress does not draw it anew under somebody's finger.
    pub(super) state: State<FileState>,
}

#[derive(Clone, PartialEq)]
pub(super) enum FileState {
    /// Per cent.
    Sending(u32),
    /// There is no connection: it goes along when everything is sent.
    Waiting,
    /// Refused; why, in plain words.
    Failed(String),
    Sent(String),
}

impl Attached {
    /// Files that were sent before the page was opened anew.
    pub(super) fn restored(field: &str, all: Vec<(String, String)>) -> Vec<Self> {
        let mut restored = Vec::new();
        for (id, name) in all {
            let file = net::file(field, &name, &id, "", None);
            restored.push(Self { number: restored.len() as u32 + 1, name, file, state: State::new(FileState::Sent(id)) });
        }
        restored
    }

    /// A file of an inquiry that waits in the outbox.
    pub(super) fn waiting(file: JsValue, number: u32) -> Self {
        let text = |key| net::text(&file, key);
        let state = text("id").map_or(FileState::Waiting, FileState::Sent);
        Self { number, name: text("name").unwrap_or_default(), file, state: State::new(state) }
    }

    /// The id of a file that has arrived.
    pub(super) fn id(&self) -> Option<String> {
        if let FileState::Sent(id) = self.state.get() { Some(id) } else { None }
    }

    /// How the file stands among the answers; one that is on its way has no id yet, and counts.
    pub(super) fn answer(&self) -> Option<String> {
        match self.state.get() {
            FileState::Sent(id) => Some(id),
            FileState::Failed(_) => None,
            FileState::Sending(_) | FileState::Waiting => Some(["waiting-", &digits(self.number.into())].concat()),
        }
    }
}

/// The input of a files field, and what was chosen so far.
pub(super) fn files_view(desk: &Desk, field: &Field, rules: &FileRules) -> Node {
    let files = desk.files(&field.id);
    let id = input_id(&field.id);
    let accept = accepted(rules);
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

/// The types that a field takes, as browsers name them.
fn accepted(rules: &FileRules) -> String {
    joined(&rules.types.iter().map(|t| t.media_type().to_owned()).collect::<Vec<_>>(), ",")
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
        let name = file.name();
        let file = net::file(field, &name, "", &accepted(rules), Some(&file));
        let attached = Attached { number, file, name, state: State::new(FileState::Sending(0)) };
        files.update(|all| all.push(attached.clone()));
        send(desk, field, attached);
    }
    let refused = refused.trim_start();
    desk.live.set(refused.to_owned());
    desk.state(field).problem.set((!refused.is_empty()).then(|| refused.to_owned()));
}

fn send(desk: &Desk, field: &str, attached: Attached) {
    let (desk, field) = (desk.clone(), field.to_owned());
    spawn_local(async move {
        let Attached { name, file, state, .. } = attached;
        state.set(FileState::Sending(0));
        let base = desk.address("");
        let progress = Closure::<dyn Fn(u32)>::new({
            let state = state.clone();
            move |percent| state.set(FileState::Sending(percent))
        });
        let go = async || net::upload(&file, &base, &desk.token(), progress.as_ref().unchecked_ref()).await;
        let mut answer = go().await;
        if answer.as_ref().is_err_and(|error| net::number(&net::get(error, "status")) == 403) {
            // The form was open for hours: the same visit with a new token.
            desk.renew_token().await;
            answer = go().await;
        }
        let outcome = match answer {
            Ok(id) => FileState::Sent(id.as_string().unwrap_or_default()),
            Err(error) => refused(&desk, &error),
        };
        let mut told = match &outcome {
            FileState::Failed(why) => why.clone(),
            FileState::Waiting => desk.phrases.fill(Say::FilesLater, &[&name]),
            _ => desk.phrases.fill(Say::FilesDone, &[&name]),
        };
        // What was refused beside it must not get lost, neither to the eye nor to the ear.
        if let Some(refused) = desk.state(&field).problem.now() {
            told = [&told, ". ", &refused].concat();
        }
        desk.live.set(told);
        state.set(outcome);
    });
}

/// What becomes of a file that did not arrive.
fn refused(desk: &Desk, error: &JsValue) -> FileState {
    let body = net::get(error, "body");
    match net::number(&net::get(error, "status")) {
        422 => {
            let first = net::at(&net::get(&body, "errors"), 0);
            FileState::Failed(net::text(&first, "message").unwrap_or_else(|| desk.say(Say::FailServer)))
        }
        413 => {
            let most = net::get(&body, "max_bytes").as_f64().unwrap_or(0.0) as u64;
            FileState::Failed(ProblemKind::FileTooLarge { max_bytes: most }.sentence(&desk.phrases))
        }
        429 => FileState::Failed(desk.phrases.fill(Say::FailLimited, &["60"])),
        _ => FileState::Waiting,
    }
}

fn item(desk: &Desk, field: &str, file: Attached) -> Node {
    let number = file.number;
    let (remover, remove_field, removed) = (desk.clone(), field.to_owned(), file.state.clone());
    let remove = move || {
        if let FileState::Sent(id) = removed.now() {
            net::tell(&[&remover.address("/files/"), id.as_str(), "?token=", &remover.token()].concat(), "DELETE");
        }
        remover.files(&remove_field).update(|all| all.retain(|f| f.number != number));
        remover.state(&remove_field).problem.set(None);
        net::focus(&remover.root, &["#", &input_id(&remove_field)].concat());
    };
    let (retrier, retry_field, again) = (desk.clone(), field.to_owned(), file.clone());
    // The button goes while it works, and the focus with it to the field.
    let retry = move || {
        net::focus(&retrier.root, &["#", &input_id(&retry_field)].concat());
        retrier.state(&retry_field).problem.set(None);
        send(&retrier, &retry_field, again.clone());
    };
    let (teller, name, state) = (desk.clone(), file.name.clone(), file.state.clone());
    let told = live(move || match state.get() {
        FileState::Sending(percent) => {
            let percent = digits(percent.into());
            let bar = el("progress").attr("max", "100").attr("value", percent.clone());
            vec![teller.phrases.fill(Say::FilesProgress, &[&name, &percent]).into(), bar.into()].into()
        }
        FileState::Waiting => Node::from(teller.phrases.fill(Say::FilesLater, &[&name])),
        FileState::Failed(why) => why.into(),
        FileState::Sent(_) => name.clone().into(),
    });
    let failed = |state: &State<FileState>| state.with(|s| matches!(s, FileState::Failed(_)));
    let stopped = |state: &State<FileState>| state.with(|s| matches!(s, FileState::Failed(_) | FileState::Waiting));
    let (wrong, well) = (file.state.clone(), file.state);
    // A canvas, since a strict policy of the page around us may forbid pictures.
    let picture = file.file;
    let preview = el("canvas").attr("aria-hidden", "true").drawn(move |canvas| net::preview(canvas, &picture));
    let retry = button("quiet button", desk.phrases.fill(Say::FilesRetry, &[&file.name]), retry);
    el("li")
        .attr_live("class", move || failed(&wrong).then_some("wrong".into()))
        .child(preview)
        .child(el("span").child(told))
        .child(retry.attr_live("hidden", move || (!stopped(&well)).then_some("".into())))
        .child(button("quiet button", desk.phrases.fill(Say::FilesRemove, &[&file.name]), remove))
        .into()
}
