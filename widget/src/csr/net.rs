//! The browser's side of `net.js`, `upload.js` and `outbox.js`, and reading plain objects.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/csr/net.js")]
extern "C" {
    pub(super) fn words(lang: &str, text: &str) -> String;
    pub(super) fn tell(url: &str, method: &str);
    pub(super) fn uuid() -> String;
    pub(super) fn keep(key: &str, text: &str);
    pub(super) fn kept(key: &str) -> String;
    pub(super) fn focus(root: &web_sys::Element, selector: &str);
    #[wasm_bindgen(js_name = soon)]
    fn soon_js(act: JsValue);
    #[wasm_bindgen(catch)]
    pub(super) async fn copy(text: &str) -> Result<(), JsValue>;
    /// A file of a field, as `upload` takes it; without bytes where it was sent before the page was opened anew.
    pub(super) fn file(field: &str, name: &str, id: &str, types: &str, blob: Option<&web_sys::File>) -> JsValue;
}

#[wasm_bindgen(module = "/src/csr/upload.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    pub(super) async fn upload(file: &JsValue, base: &str, token: &str, progress: &js_sys::Function) -> Result<JsValue, JsValue>;
    pub(super) fn preview(canvas: &web_sys::Node, file: &JsValue);
}

#[wasm_bindgen(module = "/src/csr/outbox.js")]
extern "C" {
    pub(super) async fn send(
        key: &str,
        base: &str,
        body: &str,
        note: &str,
        files: &js_sys::Array,
        shared: bool,
        arrived: &js_sys::Function,
    ) -> JsValue;
    pub(super) fn withdraw(key: &str);
    /// The files of what waits under this key, or `undefined` where nothing does.
    pub(super) async fn rejoin(key: &str, arrived: &js_sys::Function) -> JsValue;
    #[wasm_bindgen(catch)]
    pub(super) async fn renewed(base: &str, token: &str) -> Result<JsValue, JsValue>;
}

/// Runs `act` once the browser has drawn what there is.
pub(super) fn soon(act: impl FnOnce() + 'static) {
    soon_js(Closure::once_into_js(act));
}

/// A property of an object, or `undefined`.
pub(super) fn get(object: &JsValue, key: &str) -> JsValue {
    js_sys::Reflect::get(object, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED)
}

pub(super) fn text(object: &JsValue, key: &str) -> Option<String> {
    get(object, key).as_string().filter(|t| !t.is_empty())
}

/// An element of an array, or `undefined`.
pub(super) fn at(array: &JsValue, index: u32) -> JsValue {
    js_sys::Reflect::get_u32(array, index).unwrap_or(JsValue::UNDEFINED)
}

/// A small number, 0 for anything else.
pub(super) fn number(value: &JsValue) -> u32 {
    value.as_f64().unwrap_or(0.0) as u32
}
