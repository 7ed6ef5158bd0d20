//! The browser's extension storage as a store.
//!
//! Invariants: one `set` call is one write of the browser, which applies all of it or none; what was written stays, also after
//! a disk was full.
//!
//! Chromium appends each write to a file. One that finds no room leaves half of itself there, and on its next start the browser
//! reads no further than that: what was written after it, and reported as written, would be lost. A file is left for a new one
//! once it holds a few megabytes, and what it holds is written elsewhere then. So after a write that failed, that much is
//! written and taken away again before anything else is called written.

use js_sys::{Array, Object, Promise, Reflect};
use postil::service::store::{Store, StoreError};
use serde::Serialize;
use serde_json::Value;
use std::cell::Cell;
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// `StorageArea` of the WebExtensions API.
    #[derive(Clone)]
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

/// More than Chromium keeps in one file of its log, in bytes.
const FILE: usize = 5 << 20;
/// Key under which that much is written for a moment.
const FILLING: &str = "filling";
/// Key by which it is known that a write failed, for as long as the browser runs.
const FAILED: &str = "write-failed";

/// Extension storage.
pub struct StorageAreaStore {
    area: StorageArea,
    /// Where it is kept in mind that a write failed, if what is written must outlast the browser.
    session: Option<StorageArea>,
    /// Whether one did; absent until it is asked.
    failed: Cell<Option<bool>>,
}

impl StorageAreaStore {
    /// Over an area that the browser forgets when it ends.
    pub fn passing(area: StorageArea) -> Self {
        Self { area, session: None, failed: Cell::new(Some(false)) }
    }

    /// Over an area that outlasts the browser.
    pub fn lasting(area: StorageArea, session: StorageArea) -> Self {
        Self { area, session: Some(session), failed: Cell::new(None) }
    }

    /// Writes, and returns when it stays.
    async fn write(&self, write: impl Fn(&StorageArea) -> Result<Promise, JsValue>) -> Result<(), StoreError> {
        let done = settled(write(&self.area)).await;
        if done.is_err() {
            self.remember(true).await;
        } else if self.has_failed().await {
            self.renew().await.map_err(refused)?;
            self.remember(false).await;
        }
        done.map(drop).map_err(refused)
    }

    async fn has_failed(&self) -> bool {
        if let Some(failed) = self.failed.get() {
            return failed;
        }
        let Some(session) = &self.session else { return false };
        let said = settled(session.get(&names(&[FAILED.to_owned()]))).await;
        let failed = said.and_then(|items| Reflect::get(&items, &FAILED.into())).is_ok_and(|failed| failed.is_truthy());
        self.failed.set(Some(failed));
        failed
    }

    async fn remember(&self, failed: bool) {
        if self.session.is_none() || self.failed.get() == Some(failed) {
            return;
        }
        self.failed.set(Some(failed));
        let items = Object::new();
        let told = Reflect::set(&items, &FAILED.into(), &failed.into());
        if let (Ok(_), Some(session)) = (told, &self.session) {
            // It is in memory: without room there as well, nothing is left to be done.
            let _ = settled(session.set(&items)).await;
        }
    }

    /// Has the browser leave the file that a write was cut short in.
    async fn renew(&self) -> Result<(), JsValue> {
        let items = Object::new();
        Reflect::set(&items, &FILLING.into(), &"x".repeat(FILE).into())?;
        settled(self.area.set(&items)).await?;
        settled(self.area.remove(&names(&[FILLING.to_owned()]))).await.map(drop)
    }
}

impl Store for StorageAreaStore {
    async fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Value>>, StoreError> {
        let names = names(&keys);
        let items = match settled(self.area.get(&names)).await {
            // A value that Chromium cannot read it takes away, and fails all that was asked for, but once.
            Err(_) => settled(self.area.get(&names)).await,
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
        let items = Object::from(items);
        self.write(|area| area.set(&items)).await
    }

    async fn remove(&self, keys: Vec<String>) -> Result<(), StoreError> {
        let names = names(&keys);
        self.write(|area| area.remove(&names)).await
    }

    async fn keys(&self) -> Result<Vec<String>, StoreError> {
        let keys = Array::from(&settled(self.area.get_keys()).await.map_err(error)?);
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
