//! The few things that the console asks of the browser directly: focus, places on the screen, random
//! bytes, time to wait. Everything fails softly: without a document nothing is focused, and that is all.

use crate::state::draft;
use leptos::prelude::{document, request_animation_frame, window};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

/// Where single-key commands are remembered to be off, by browser; nothing personal.
const LETTERS_OFF: &str = "porchlight.letters-off";

pub(crate) fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Focuses it, and says whether that worked: what is not shown cannot have the focus.
pub(crate) fn focus(id: &str) -> bool {
    by_id(id).is_some_and(|element| element.focus().is_ok() && focused().as_deref() == Some(id))
}

/// Selects a place in a field for text, in UTF-16, and brings it into view.
pub(crate) fn select(id: &str, from: u32, to: u32) {
    if !focus(id) {
        return;
    }
    if let Some(text) = by_id(id).and_then(|element| element.dyn_into::<web_sys::HtmlTextAreaElement>().ok()) {
        let _ = text.set_selection_range(from, to);
    }
}

/// Where the cursor is in a field for text, in UTF-16.
pub(crate) fn cursor(id: &str) -> Option<u32> {
    by_id(id)?.dyn_into::<web_sys::HtmlTextAreaElement>().ok()?.selection_start().ok()?
}

/// Focuses the first of these that is shown, once the page has taken its new shape.
pub(crate) fn focus_later(ids: impl IntoIterator<Item = String> + 'static) {
    request_animation_frame(move || {
        let _ = ids.into_iter().any(|id| focus(&id));
    });
}

/// Focuses the first of these that is shown if the focused element went away with what it belonged to.
pub(crate) fn catch_focus(ids: &'static [&'static str]) {
    request_animation_frame(move || {
        if is_lost() && !is_dialog_open() {
            let _ = ids.iter().any(|id| focus(id));
        }
    });
}

/// Nothing has the focus, or something that is no longer shown: some browsers notice that only later.
fn is_lost() -> bool {
    let Some(element) = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok()) else {
        return true;
    };
    element.tag_name() == "BODY" || (element.offset_width() == 0 && element.offset_height() == 0)
}

pub(crate) fn blur() {
    if let Some(element) = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.blur();
    }
}

/// The id of the focused element.
pub(crate) fn focused() -> Option<String> {
    document().active_element().map(|element| element.id()).filter(|id| !id.is_empty())
}

/// Whether letters are text here.
pub(crate) fn is_typing() -> bool {
    let Some(element) = document().active_element() else { return false };
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") || element.has_attribute("contenteditable")
}

pub(crate) fn is_dialog_open() -> bool {
    document().query_selector("dialog[open]").is_ok_and(|dialog| dialog.is_some())
}

/// Whether the pointer or the focus is in it.
pub(crate) fn is_attended(id: &str) -> bool {
    by_id(id).is_some_and(|element| element.matches(":hover, :focus-within").unwrap_or(false))
}

pub(crate) fn scroll_to_end_of(id: &str) {
    let id = id.to_owned();
    request_animation_frame(move || {
        if let Some(last) = by_id(&id).and_then(|element| element.last_element_child()) {
            last.scroll_into_view_with_bool(false);
        }
    });
}

/// Something in a scrolling box that must stay where it is while the box gets new content.
#[derive(Debug)]
pub(crate) struct Place {
    container: HtmlElement,
    id: String,
    top: f64,
    focused: bool,
}

/// Takes the focused element of these, or the first that can be seen in a box that was scrolled.
pub(crate) fn place(container: &str, ids: impl Iterator<Item = String>) -> Option<Place> {
    let container = by_id(container)?;
    let edge = container.get_bounding_client_rect().top();
    let focus = focused();
    let scrolled = container.scroll_top() > 0;
    let mut seen = None;
    for id in ids {
        let Some(element) = by_id(&id) else { continue };
        let rect = element.get_bounding_client_rect();
        let focused = focus.as_deref() == Some(&id);
        if focused || (scrolled && seen.is_none() && rect.bottom() > edge) {
            seen = Some(Place { container: container.clone(), id, top: rect.top(), focused });
        }
        if focused {
            break;
        }
    }
    seen
}

impl Place {
    /// Scrolls the box until the place is where it was, before anybody sees it elsewhere.
    pub(crate) fn keep(self) {
        request_animation_frame(move || {
            let Some(element) = by_id(&self.id) else { return };
            let moved = element.get_bounding_client_rect().top() - self.top;
            if moved.abs() >= 1.0 {
                self.container.set_scroll_top(self.container.scroll_top() + moved.round() as i32);
            }
            if self.focused && focused().as_deref() != Some(&self.id) {
                let _ = element.focus();
            }
        });
    }
}

/// Resolves after that time.
pub(crate) async fn sleep(time: Duration) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let milliseconds = i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// A fresh key for something that is sent. Made of random bytes, since `crypto.randomUUID` is missing
/// where a district tries the console over plain http.
pub(crate) fn fresh_key() -> String {
    let mut bytes = [0; 16];
    if window().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes)).is_err() {
        bytes = std::array::from_fn(|_| (js_sys::Math::random() * 256.0) as u8);
    }
    draft::uuid(bytes)
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

pub(crate) fn letters_off() -> bool {
    storage().and_then(|storage| storage.get_item(LETTERS_OFF).ok().flatten()).is_some()
}

pub(crate) fn remember_letters_off(off: bool) {
    let Some(storage) = storage() else { return };
    let _: Result<(), JsValue> = if off { storage.set_item(LETTERS_OFF, "1") } else { storage.remove_item(LETTERS_OFF) };
}

/// Hands a text to the browser as a file to be kept.
pub(crate) fn save_as(name: &str, media_type: &str, text: &str) -> Option<()> {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
    let address = web_sys::Url::create_object_url_with_blob(&blob).ok()?;
    let link: web_sys::HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    web_sys::Url::revoke_object_url(&address).ok()
}
