//! The engine and the service as the extension's background loads them.
//!
//! Purpose: the only room with `#[wasm_bindgen]` around the core; it converts types and errors and decides nothing.
//! Invariants: what JavaScript hands over is untrusted: a wrong shape gives a `Failed` response or an error, no panic.

mod cipher;
mod storage;

#[cfg(feature = "bench")]
mod bench;

use cipher::{WebCrypto, drawn};
use js_sys::{Promise, Uint8Array};
use postil::codebook::Shipped;
use postil::engine::Engine;
use postil::judgement::model::Model;
use postil::service::projects::Projects;
use postil::service::protocol::{Event, Failure, FailureKind, Request, Response};
use postil::service::shelf::Shelf;
use postil::service::vault::Vault;
use postil::service::{Answer, Service};
use serde::Serialize;
use std::rc::Rc;
use std::sync::Arc;
use storage::{StorageArea, StorageAreaStore};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

/// The service over the extension's storage, with all its projects, plain or under a passphrase.
#[wasm_bindgen]
pub struct Background(Rc<Projects<Vault<StorageAreaStore, WebCrypto, StorageAreaStore>>>);

#[wasm_bindgen]
impl Background {
    /// Starts the service on what ships, the codebooks and the model, and a storage area, beside which `session` keeps what is
    /// forgotten when the browser is closed. `files` opens a further codebook by its id. An empty model is none: the evidence
    /// speaks by itself.
    ///
    /// # Errors
    /// If the bytes are not what ships with this version.
    pub fn start(
        shipped: &[u8],
        model: &[u8],
        files: CodebookFiles,
        storage: StorageArea,
        session: StorageArea,
    ) -> Result<Background, JsError> {
        console_error_panic_hook::set_once();
        let Shipped { set, offers } = Shipped::from_bytes(shipped)?;
        let shelf = Shelf::new(offers, move |id| Box::pin(opened(files.open(id))));
        let models = if model.is_empty() { Vec::new() } else { vec![Arc::new(Model::from_bytes(model)?)] };
        let engine = Engine::new(set).with_models(models);
        let storage = StorageAreaStore::lasting(storage, session.clone());
        let session = StorageAreaStore::passing(session);
        let vault = Vault::new(storage, WebCrypto::default(), session);
        let service = Service::new(engine, vault).offering(shelf).drawing(drawn);
        Ok(Self(Rc::new(Projects::of(service))))
    }

    /// Carries out a `Request`; resolves to `{response: Response, event: Event | null}`.
    pub fn handle(&self, request: JsValue) -> Promise {
        let projects = Rc::clone(&self.0);
        future_to_promise(async move {
            let answer = match serde_wasm_bindgen::from_value::<Request>(request) {
                Ok(request) => projects.handle(request).await,
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

#[wasm_bindgen]
extern "C" {
    /// The files of the further codebooks.
    pub type CodebookFiles;
    #[wasm_bindgen(method, catch)]
    fn open(this: &CodebookFiles, id: &str) -> Result<Promise, JsValue>;
}

/// The bytes of a file, once they are there.
async fn opened(file: Result<Promise, JsValue>) -> Result<Vec<u8>, String> {
    let bytes = storage::settled(file).await.and_then(JsCast::dyn_into::<Uint8Array>);
    bytes.map(|bytes| bytes.to_vec()).map_err(|error| {
        let why = storage::message(&error).unwrap_or_else(|| "it holds no bytes".to_owned());
        format!("its file cannot be read ({why}); install Postil again")
    })
}

#[derive(Serialize)]
struct Wire<'a> {
    response: &'a Response,
    event: Option<&'a Event>,
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(Into::into)
}
