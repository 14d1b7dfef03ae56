//! The browser's side of `net.js`, and reading plain objects.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/csr/net.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    pub(super) async fn call(url: &str, body: &str, key: &str) -> Result<JsValue, JsValue>;
    pub(super) async fn upload(url: &str, token: &str, file: &web_sys::File, progress: &js_sys::Function) -> JsValue;
    pub(super) fn words(lang: &str, text: &str) -> String;
    pub(super) fn forget(url: &str);
    pub(super) fn uuid() -> String;
    pub(super) fn keep(key: &str, text: &str);
    pub(super) fn kept(key: &str) -> String;
    pub(super) fn focus(root: &web_sys::Element, selector: &str);
    #[wasm_bindgen(catch)]
    pub(super) async fn copy(text: &str) -> Result<(), JsValue>;
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
