//! The widget in the browser: what the loader and the landing page call.

mod answers;
mod desk;
mod draft;
mod files;
mod finish;
mod net;
mod steps;

use crate::field::Values;
use crate::node::create_element;
use desk::{Desk, Opening};
use porchlight_shared::compact;
use porchlight_shared::form::FieldKind;
use porchlight_shared::named::Named;
use porchlight_shared::wire::Settings;
use reactive_graph::owner::Owner;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

thread_local! {
    /// The forms that are mounted and where: one in the dialog, perhaps one in the page. Dropping an owner ends what
    /// follows states in its form.
    static MOUNTED: RefCell<Vec<(web_sys::HtmlElement, Owner)>> = const { RefCell::new(Vec::new()) };
}

/// Opens the form inside `host`, an element in the loader's shadow root.
///
/// `options` has `base`, `district`, and optionally `topic`, `school`, `campaign`, `lang`, `color`, `page`, `prefill`.
/// `notify(what, detail)` is told `sent`, `close` and `lang`. Gives back the style sheet of the accent. Throws when the
/// settings are not of this build.
#[wasm_bindgen]
pub fn show(host: web_sys::HtmlElement, options: JsValue, settings: &[u8], notify: js_sys::Function) -> Result<String, JsValue> {
    let mut opening = opening(&options);
    opening.in_dialog = host.closest("dialog")?.is_some();
    let mut settings = read(settings)?;
    let theme = std::mem::take(&mut settings.theme);
    mount(host, opening, settings, notify);
    Ok(theme)
}

/// Takes the form of a landing page over, keeping what was typed.
#[wasm_bindgen]
pub fn enhance(
    form: web_sys::HtmlFormElement,
    options: JsValue,
    settings: &[u8],
    notify: js_sys::Function,
) -> Result<(), JsValue> {
    let opening = Opening { on_page: true, prefill: typed(&form)?, ..opening(&options) };
    let settings = read(settings)?;
    let chosen = chosen_files(&form, &settings, &opening);
    let host: web_sys::HtmlElement = create_element("div").unchecked_into();
    host.set_attribute("data-page", "")?;
    form.replace_with_with_node_1(&host)?;
    let desk = mount(host, opening, settings, notify);
    for (field, rules, files) in chosen {
        files::add(&desk, &field, &rules, &files);
    }
    Ok(())
}

fn read(settings: &[u8]) -> Result<Settings, JsValue> {
    compact::from_bytes(settings).ok_or(JsValue::NULL)
}

/// Takes the form of a closed dialog away; its draft stays.
#[wasm_bindgen]
pub fn close() {
    // The browser tells of a closing later: the dialog may be open again, with another form.
    unmount(|host| matches!(host.closest("dialog:not([open])"), Ok(Some(_))));
}

fn unmount(which: impl Fn(&web_sys::HtmlElement) -> bool) {
    MOUNTED.with_borrow_mut(|all| {
        all.retain(|(host, _)| {
            let goes = which(host);
            if goes {
                // Its elements leave the root that its desk holds, or each would keep the other for ever.
                if let Some(root) = host.first_element_child() {
                    root.set_text_content(None);
                }
                host.set_text_content(None);
            }
            !goes
        });
    });
}

fn mount(host: web_sys::HtmlElement, opening: Opening, settings: Settings, notify: js_sys::Function) -> Desk {
    // The reactive system runs on the browser's own loop; a second call changes nothing.
    drop(any_spawner::Executor::init_wasm_bindgen());
    unmount(|other| *other == host || !other.is_connected());
    let in_dialog = opening.in_dialog;
    // Until now the loader's "one moment" stood here.
    host.set_text_content(None);
    // Each form has a place of its own, which goes with it: what arrives later tells by that whether it is still shown.
    let root: web_sys::Element = create_element("div").unchecked_into();
    drop(host.append_child(&root));
    let desk = Desk::new(opening, settings, root.clone(), notify);
    let owner = Owner::new();
    owner.with(|| steps::desk_view(&desk).draw(&root, None));
    if desk.restored.now() {
        spawn_local(desk.clone().rejoin());
    }
    // Who opened a dialog is led into it; a form that stands in a page waits to be read.
    if in_dialog {
        net::focus(&root, "[data-heading]");
    }
    MOUNTED.with_borrow_mut(|all| all.push((host, owner)));
    desk
}

fn opening(options: &JsValue) -> Opening {
    let text = |key| net::text(options, key);
    let mut prefill = Named::new();
    let given = net::get(options, "prefill");
    if given.is_object() {
        for entry in js_sys::Object::entries(given.unchecked_ref()).iter() {
            if let (Some(name), Some(value)) = (net::at(&entry, 0).as_string(), net::at(&entry, 1).as_string()) {
                prefill.insert(name, vec![value]);
            }
        }
    }
    Opening {
        base: text("base").unwrap_or_default(),
        district: text("district").unwrap_or_default(),
        topic: text("topic"),
        school: text("school"),
        campaign: text("campaign"),
        page: text("page"),
        on_page: false,
        in_dialog: false,
        prefill,
    }
}

/// What the form holds now, by input name.
fn typed(form: &web_sys::HtmlFormElement) -> Result<Named<Values>, JsValue> {
    let mut values: Named<Values> = Named::new();
    let data = web_sys::FormData::new_with_form(form)?;
    let entries = js_sys::try_iter(&data)?.ok_or(JsValue::NULL)?;
    for entry in entries {
        let entry = entry?;
        let (Some(name), Some(value)) = (net::at(&entry, 0).as_string(), net::at(&entry, 1).as_string()) else { continue };
        let ours = matches!(name.as_str(), "token" | "key" | "asked" | "homepage") || name.starts_with("kept.");
        if !ours && !value.is_empty() {
            values.or_insert_with(&name, Values::new).push(value);
        }
    }
    Ok(values)
}

type Chosen = Vec<(String, porchlight_shared::form::FileRules, web_sys::FileList)>;

/// Files that were chosen before we came.
fn chosen_files(form: &web_sys::HtmlFormElement, settings: &Settings, opening: &Opening) -> Chosen {
    let topic = opening.topic.as_deref().and_then(|id| settings.district.topic(id));
    let each = |field: &porchlight_shared::form::Field| {
        let FieldKind::Files(rules) = &field.kind else { return None };
        let selector = ["input[name='file.", &field.id, "']"].concat();
        let input: web_sys::HtmlInputElement = form.query_selector(&selector).ok()??.dyn_into().ok()?;
        Some((field.id.clone(), rules.clone(), input.files()?))
    };
    topic.into_iter().flat_map(|t| &t.form.fields).filter_map(each).collect()
}
