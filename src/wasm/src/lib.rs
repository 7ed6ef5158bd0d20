//! The engine and the service as the extension's background loads them.
//!
//! Purpose: the only room with `#[wasm_bindgen]` around the core; it converts types and errors and decides nothing.
//! Invariants: what JavaScript hands over is untrusted: a wrong shape gives a `Failed` response or an error, no panic.

mod storage;

#[cfg(feature = "bench")]
mod bench;

use js_sys::Promise;
use postil::codebook::CompiledSet;
use postil::engine::Engine;
use postil::service::protocol::{Event, Failure, FailureKind, Request, Response};
use postil::service::{Answer, Service};
use serde::Serialize;
use std::rc::Rc;
use storage::{StorageArea, StorageAreaStore};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

/// The service over the extension's storage.
#[wasm_bindgen]
pub struct Background(Rc<Service<StorageAreaStore>>);

#[wasm_bindgen]
impl Background {
    /// Starts the service on compiled codebooks and a storage area.
    ///
    /// # Errors
    /// If the bytes are not compiled codebooks of this version.
    pub fn start(codebooks: &[u8], storage: StorageArea) -> Result<Background, JsError> {
        console_error_panic_hook::set_once();
        let set = CompiledSet::from_bytes(codebooks)?;
        Ok(Self(Rc::new(Service::new(Engine::new(set), StorageAreaStore::new(storage)))))
    }

    /// Carries out a `Request`; resolves to `{response: Response, event: Event | null}`.
    pub fn handle(&self, request: JsValue) -> Promise {
        let service = Rc::clone(&self.0);
        future_to_promise(async move {
            let answer = match serde_wasm_bindgen::from_value::<Request>(request) {
                Ok(request) => service.handle(request).await,
                Err(error) => Answer {
                    response: Response::Failed {
                        failure: Failure { kind: FailureKind::Invalid, message: format!("not a request: {error}") },
                    },
                    event: None,
                },
            };
            to_js(&Wire { response: &answer.response, event: answer.event.as_ref() })
        })
    }
}

#[derive(Serialize)]
struct Wire<'a> {
    response: &'a Response,
    event: Option<&'a Event>,
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(Into::into)
}
