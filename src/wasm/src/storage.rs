//! The browser's extension storage as a store.
//!
//! Invariants: one `set` call is one write of the browser, which applies all of it or none.

use js_sys::{Array, Object, Promise, Reflect};
use postil::service::store::{Store, StoreError};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// `StorageArea` of the WebExtensions API.
    pub type StorageArea;
    #[wasm_bindgen(method, catch)]
    fn get(this: &StorageArea, keys: &Array) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn set(this: &StorageArea, items: &Object) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn remove(this: &StorageArea, keys: &Array) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getKeys)]
    fn get_keys(this: &StorageArea) -> Result<Promise, JsValue>;
}

/// Extension storage.
pub struct StorageAreaStore(StorageArea);

impl StorageAreaStore {
    /// Over an area.
    pub fn new(area: StorageArea) -> Self {
        Self(area)
    }
}

impl Store for StorageAreaStore {
    async fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Value>>, StoreError> {
        let names = names(&keys);
        let items = match settled(self.0.get(&names)).await {
            // A value that Chromium cannot read it takes away, and fails all that was asked for, but once.
            Err(_) => settled(self.0.get(&names)).await,
            items => items,
        };
        let items = items.map_err(error)?;
        keys.iter()
            .map(|key| {
                let item = Reflect::get(&items, &key.as_str().into()).map_err(error)?;
                if item.is_undefined() {
                    return Ok(None);
                }
                // What cannot be read as JSON was not written by us; `Null` fails where a record is expected.
                Ok(Some(serde_wasm_bindgen::from_value(item).unwrap_or(Value::Null)))
            })
            .collect()
    }

    async fn set(&self, entries: BTreeMap<String, Value>) -> Result<(), StoreError> {
        let items = entries
            .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
            .map_err(|e| StoreError::Other(e.to_string()))?;
        settled(self.0.set(&Object::from(items))).await.map(drop).map_err(refused)
    }

    async fn remove(&self, keys: Vec<String>) -> Result<(), StoreError> {
        settled(self.0.remove(&names(&keys))).await.map(drop).map_err(refused)
    }

    async fn keys(&self) -> Result<Vec<String>, StoreError> {
        let keys = Array::from(&settled(self.0.get_keys()).await.map_err(error)?);
        Ok(keys.iter().filter_map(|key| key.as_string()).collect())
    }
}

fn names(keys: &[String]) -> Array {
    keys.iter().map(|key| JsValue::from_str(key)).collect()
}

/// What a call of the browser comes to.
pub(crate) async fn settled(promise: Result<Promise, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(promise?).await
}

/// What an error of the browser says, if it says anything.
pub(crate) fn message(error: &JsValue) -> Option<String> {
    error.dyn_ref::<js_sys::Error>().map(|e| String::from(e.message())).or_else(|| error.as_string())
}

fn error(error: JsValue) -> StoreError {
    StoreError::Other(said(&error))
}

/// Why nothing was written. Browsers name a full disk each in their own way, and now and then not at all.
fn refused(error: JsValue) -> StoreError {
    let said = said(&error);
    let named = said.to_ascii_lowercase();
    if named.contains("quota") || named.contains("no_space") {
        StoreError::Quota(format!("There is no room left for it. Make room on the disk and try again. ({said})"))
    } else {
        StoreError::Other(format!(
            "The browser did not keep it. Make room if the disk is full, and try again. ({said})"
        ))
    }
}

fn said(error: &JsValue) -> String {
    message(error).unwrap_or_else(|| "the browser's storage failed without a reason".into())
}
