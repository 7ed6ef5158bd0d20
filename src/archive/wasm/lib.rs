//! The archive as a worker of our pages loads it.
//!
//! Purpose: converts types and errors around `postil::archive`, and decides nothing.
//! Invariants: a worker lives as long as one task, so that what it took of memory is given back; bytes leave wasm memory as they
//! are written.

use js_sys::{Promise, Uint8Array};
use postil::archive::{Desk, run};
use postil::exchange::task::Task;
use postil::service::protocol::{Failure, FailureKind, Request, Response};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use std::io::{self, Read, Write};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// What the worker's script does for a task.
    #[derive(Clone)]
    pub type Clerk;

    #[wasm_bindgen(method)]
    fn request(this: &Clerk, request: JsValue) -> Promise;

    #[wasm_bindgen(method)]
    fn told(this: &Clerk, done: f64);

    /// Bytes of the chosen file from an offset; none at its end, or if no file was chosen.
    #[wasm_bindgen(method, catch)]
    fn read(this: &Clerk, from: f64, length: f64) -> Result<Uint8Array, JsValue>;

    #[wasm_bindgen(method)]
    fn write(this: &Clerk, bytes: Uint8Array);

    #[wasm_bindgen(method)]
    fn uuid(this: &Clerk) -> String;

    #[wasm_bindgen(method)]
    fn now(this: &Clerk) -> String;
}

/// Carries out a task of `postil::archive`; resolves to `{Ok: Outcome}` or `{Err: Failure}`.
#[wasm_bindgen(js_name = run)]
pub async fn carry_out(task: JsValue, clerk: Clerk) -> Result<JsValue, JsValue> {
    console_error_panic_hook::set_once();
    let task: Task = serde_wasm_bindgen::from_value(task)?;
    let (input, mut output) = (Incoming { clerk: clerk.clone(), at: 0.0 }, Outgoing(clerk.clone()));
    let done = run(task, &Page(clerk), Box::new(input), &mut output).await;
    to_js(&done)
}

struct Page(Clerk);

impl Desk for Page {
    async fn ask(&self, request: Request) -> Result<Response, Failure> {
        let answer = JsFuture::from(self.0.request(to_js(&request).map_err(on_the_way)?)).await.map_err(on_the_way)?;
        match serde_wasm_bindgen::from_value(answer).map_err(|error| on_the_way(error.into()))? {
            Response::Failed { failure } => Err(failure),
            response => Ok(response),
        }
    }

    #[expect(clippy::cast_precision_loss)]
    fn told(&self, done: usize) {
        self.0.told(done as f64);
    }

    fn uuid(&self) -> String {
        self.0.uuid()
    }

    fn now(&self) -> String {
        self.0.now()
    }
}

/// The file that the coder chose.
struct Incoming {
    clerk: Clerk,
    at: f64,
}

impl Read for Incoming {
    #[expect(clippy::cast_precision_loss)]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.clerk.read(self.at, buffer.len() as f64).map_err(|error| io::Error::other(words(&error)))?;
        let length = bytes.length() as usize;
        bytes.copy_to(&mut buffer[..length]);
        self.at += length as f64;
        Ok(length)
    }
}

/// The file that the coder is given.
struct Outgoing(Clerk);

impl Write for Outgoing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !bytes.is_empty() {
            self.0.write(Uint8Array::from(bytes));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value.serialize(&Serializer::json_compatible()).map_err(Into::into)
}

fn words(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(|| "the browser gave no reason".into(), |e| String::from(e.message()))
}

fn on_the_way(error: JsValue) -> Failure {
    Failure { kind: FailureKind::Storage, message: words(&error) }
}
