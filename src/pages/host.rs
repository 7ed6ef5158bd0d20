//! What the browser does for our pages.
//!
//! Purpose: the one declaration of the object that the extension's script passes in, with types instead of `JsValue`.
//! Invariants: methods that need the coder's click call out at once, before they return their future.
//! Must not touch: what the messages mean.

use crate::care::{Care, Day, Rest};
use js_sys::{Array, JsString, Promise, Reflect, Uint8Array};
use leptos::prelude::{GetValue, LocalStorage, StoredValue, WithValue};
use postil::exchange::task::{Outcome, Task};
use postil::service::protocol::{Event, Failure, FailureKind, Request, Response};
use postil::service::sites;
use postil::service::tab::{TabEvent, TabRequest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

#[wasm_bindgen]
extern "C" {
    /// The object passed to `start`.
    #[derive(Clone)]
    pub type Host;

    #[wasm_bindgen(method)]
    fn message(this: &Host, key: &str, args: Array) -> String;

    /// `ltr` or `rtl`.
    #[wasm_bindgen(method)]
    pub(crate) fn direction(this: &Host) -> String;

    #[wasm_bindgen(method, js_name = request)]
    fn raw_request(this: &Host, request: JsValue) -> Promise;

    #[wasm_bindgen(method, js_name = onEvent)]
    fn raw_on_event(this: &Host, callback: JsValue);

    #[wasm_bindgen(method, js_name = watchTab)]
    fn raw_watch_tab(this: &Host, callback: JsValue);

    #[wasm_bindgen(method, js_name = tab)]
    fn raw_tab(this: &Host, request: JsValue);

    #[wasm_bindgen(method, js_name = site)]
    fn raw_site(this: &Host) -> Promise;

    #[wasm_bindgen(method, js_name = grant)]
    fn raw_grant(this: &Host) -> Promise;

    #[wasm_bindgen(method, js_name = revoke)]
    fn raw_revoke(this: &Host) -> Promise;

    #[wasm_bindgen(method, js_name = readOnce)]
    fn raw_read_once(this: &Host) -> Promise;

    #[wasm_bindgen(method, js_name = teach)]
    fn raw_teach(this: &Host) -> Promise;

    #[wasm_bindgen(method, js_name = adapters)]
    fn raw_adapters(this: &Host) -> JsValue;

    #[wasm_bindgen(method, js_name = sites)]
    fn raw_sites(this: &Host) -> Promise;

    #[wasm_bindgen(method, js_name = grantSite)]
    fn raw_grant_site(this: &Host, address: &str) -> Promise;

    #[wasm_bindgen(method, js_name = revokeSite)]
    fn raw_revoke_site(this: &Host, pattern: &str) -> Promise;

    #[wasm_bindgen(method, js_name = onSites)]
    fn raw_on_sites(this: &Host, callback: JsValue);

    #[wasm_bindgen(method, js_name = care)]
    fn raw_care(this: &Host) -> Promise;

    #[wasm_bindgen(method, js_name = setCare)]
    fn raw_set_care(this: &Host, care: JsValue) -> Promise;

    #[wasm_bindgen(method, js_name = onCare)]
    fn raw_on_care(this: &Host, callback: JsValue);

    #[wasm_bindgen(method, js_name = exposure)]
    fn raw_exposure(this: &Host) -> Promise;

    #[wasm_bindgen(method, js_name = forgetExposure)]
    fn raw_forget_exposure(this: &Host) -> Promise;

    #[wasm_bindgen(method, js_name = session)]
    fn raw_session(this: &Host, minutes: u32) -> Promise;

    #[wasm_bindgen(method, js_name = rested)]
    fn raw_rested(this: &Host, later: u32, minutes: u32) -> Promise;

    #[wasm_bindgen(method, js_name = onBreak)]
    fn raw_on_break(this: &Host, callback: JsValue);

    /// Opens the options page, or goes to it.
    #[wasm_bindgen(method, js_name = openOptions)]
    pub(crate) fn open_options(this: &Host);

    /// Opens the side panel; only in a click.
    #[wasm_bindgen(method, js_name = openPanel)]
    pub(crate) fn open_panel(this: &Host);

    /// Opens the editor of a codebook in a tab; of none: of a new one.
    #[wasm_bindgen(method, js_name = openEditor)]
    pub(crate) fn open_editor(this: &Host, codebook: &str);

    /// Which codebook this page is to edit; empty: a new one.
    #[wasm_bindgen(method)]
    pub(crate) fn edited(this: &Host) -> String;

    /// Says so, also for when the page is loaded again.
    #[wasm_bindgen(method, js_name = setEdited)]
    pub(crate) fn set_edited(this: &Host, codebook: &str);

    #[wasm_bindgen(method, js_name = test)]
    fn raw_test(this: &Host, request: JsValue) -> Promise;

    /// Keeps a draft for as long as the tab lives; false where there is no room.
    #[wasm_bindgen(method, js_name = keepDraft)]
    pub(crate) fn keep_draft(this: &Host, draft: &str) -> bool;

    /// The draft; empty where there is none.
    #[wasm_bindgen(method)]
    pub(crate) fn draft(this: &Host) -> String;

    #[wasm_bindgen(method, js_name = task)]
    fn raw_task(this: &Host, task: JsValue, file: Option<&File>, told: JsValue) -> Promise;

    /// Ends the task that is under way.
    #[wasm_bindgen(method, js_name = stopTask)]
    pub(crate) fn stop_task(this: &Host);

    /// Offers what a task wrote as a file to keep.
    #[wasm_bindgen(method, js_name = save)]
    pub(crate) fn save_blob(this: &Host, name: &str, mime: &str, file: &Blob);

    /// Offers a text as a file to keep.
    #[wasm_bindgen(method)]
    pub(crate) fn save(this: &Host, name: &str, mime: &str, text: JsString);

    /// Offers bytes as a file to keep.
    #[wasm_bindgen(method, js_name = save)]
    pub(crate) fn save_bytes(this: &Host, name: &str, mime: &str, bytes: Uint8Array);

    /// A new UUID.
    #[wasm_bindgen(method)]
    pub(crate) fn uuid(this: &Host) -> String;

    /// The time, RFC 3339 in UTC.
    #[wasm_bindgen(method)]
    pub(crate) fn now(this: &Host) -> String;
}

/// The site in the active tab.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Site {
    /// Absent for pages that no extension may read.
    pub(crate) origin: Option<String>,
    /// Whether Postil may read the site.
    pub(crate) granted: bool,
    /// Match patterns that are off in the open project and keep it from reading the site, which the coder allowed.
    pub(crate) off: Vec<String>,
}

/// The host as the parts of a page share it; a handle, cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Browser(StoredValue<Host, LocalStorage>);

impl Browser {
    /// A handle to a host.
    pub(crate) fn new(host: Host) -> Self {
        Self(StoredValue::new_local(host))
    }

    /// The host.
    pub(crate) fn host(self) -> Host {
        self.0.get_value()
    }

    /// A message of the catalogue, without placeholders.
    pub(crate) fn text(self, key: &str) -> String {
        self.0.with_value(|host| host.text(key))
    }

    /// A message of the catalogue, with its placeholders filled.
    pub(crate) fn fill(self, key: &str, args: &[&str]) -> String {
        self.0.with_value(|host| host.fill(key, args))
    }

    /// A message about a number of things: `one` for a single thing, else `other`, which has the number as a placeholder.
    pub(crate) fn count(self, one: &str, other: &str, number: usize) -> String {
        if number == 1 { self.text(one) } else { self.fill(other, &[&number.to_string()]) }
    }
}

impl Host {
    /// A message of the catalogue, without placeholders.
    fn text(&self, key: &str) -> String {
        self.message(key, Array::new())
    }

    /// A message of the catalogue, with its placeholders filled.
    fn fill(&self, key: &str, args: &[&str]) -> String {
        self.message(key, args.iter().copied().map(JsValue::from_str).collect())
    }

    /// Asks the service. What goes wrong on the way is a failure like any other: the coder may try again.
    pub(crate) async fn request(&self, request: &Request) -> Result<Response, Failure> {
        answered(self.raw_request(to_js(request).map_err(on_the_way)?)).await
    }

    /// Asks an engine that only this page has, with a store of its own that goes with the page.
    pub(crate) async fn test(&self, request: &Request) -> Result<Response, Failure> {
        answered(self.raw_test(to_js(request).map_err(on_the_way)?)).await
    }

    /// Has the archive carry out a task; gives what came of it with the file that it wrote, or nothing if it was stopped.
    pub(crate) async fn task(
        &self,
        task: &Task,
        file: Option<&File>,
        told: impl FnMut(usize) + 'static,
    ) -> Result<Option<(Result<Outcome, Failure>, Blob)>, JsValue> {
        let done = JsFuture::from(self.raw_task(to_js(task)?, file, listener(told))).await?;
        if done.is_null() {
            return Ok(None);
        }
        let outcome = from_js(Reflect::get(&done, &"outcome".into())?)?;
        Ok(Some((outcome, Reflect::get(&done, &"file".into())?.dyn_into()?)))
    }

    /// Hears what the service says unasked, for as long as the page lives.
    pub(crate) fn on_event(&self, callback: impl FnMut(Event) + 'static) {
        self.raw_on_event(listener(callback));
    }

    /// Follows the active tab, for as long as the page lives.
    pub(crate) fn watch_tab(&self, callback: impl FnMut(TabEvent) + 'static) {
        self.raw_watch_tab(listener(callback));
    }

    /// Asks the content script of the active tab.
    pub(crate) fn tab(&self, request: &TabRequest) {
        match to_js(request) {
            Ok(request) => self.raw_tab(request),
            Err(error) => web_sys::console::error_1(&error),
        }
    }

    /// The site in the active tab.
    pub(crate) async fn site(&self) -> Result<Site, String> {
        let site = JsFuture::from(self.raw_site()).await.map_err(|error| words(&error))?;
        from_js(site).map_err(|error| words(&error))
    }

    /// Asks the coder to let Postil read this site; only in a click.
    pub(crate) fn grant(&self) -> impl Future<Output = Result<bool, String>> + use<> {
        yes_or_no(self.raw_grant())
    }

    /// Gives the permission for this site back.
    pub(crate) fn revoke(&self) -> impl Future<Output = Result<bool, String>> + use<> {
        yes_or_no(self.raw_revoke())
    }

    /// The sites that Postil may read, as match patterns.
    pub(crate) async fn sites(&self) -> Result<Vec<String>, String> {
        let sites = JsFuture::from(self.raw_sites()).await.map_err(|error| words(&error))?;
        from_js(sites).map_err(|error| words(&error))
    }

    /// Asks the coder to let Postil read the site at an address; only in a click. False where the coder or the browser
    /// refuses, and where it is no address.
    pub(crate) fn grant_site(&self, address: &str) -> impl Future<Output = Result<bool, String>> + use<> {
        yes_or_no(self.raw_grant_site(address))
    }

    /// Gives the permission for a match pattern back.
    pub(crate) fn revoke_site(&self, pattern: &str) -> impl Future<Output = Result<bool, String>> + use<> {
        yes_or_no(self.raw_revoke_site(pattern))
    }

    /// Hears that the permissions for sites have changed, for as long as the page lives.
    pub(crate) fn on_sites(&self, callback: impl FnMut() + 'static) {
        self.raw_on_sites(Closure::<dyn FnMut()>::new(callback).into_js_value());
    }

    /// Lets the coder teach the site in the active tab on its page.
    pub(crate) fn teach(&self) -> impl Future<Output = Result<(), String>> + use<> {
        nothing(self.raw_teach())
    }

    /// The adapters that ship.
    pub(crate) fn adapters(&self) -> Vec<sites::Site> {
        from_js(self.raw_adapters()).unwrap_or_default()
    }

    /// What the coder wants for her own sake.
    pub(crate) async fn care(&self) -> Result<Care, String> {
        told(self.raw_care()).await
    }

    /// Keeps that.
    pub(crate) async fn set_care(&self, care: &Care) -> Result<(), String> {
        nothing(self.raw_set_care(to_js(care).map_err(|error| words(&error))?)).await
    }

    /// Hears that she wants something else, for as long as the page lives.
    pub(crate) fn on_care(&self, callback: impl FnMut() + 'static) {
        self.raw_on_care(Closure::<dyn FnMut()>::new(callback).into_js_value());
    }

    /// What she has been exposed to, the last day first.
    pub(crate) async fn exposure(&self) -> Result<Vec<Day>, String> {
        told(self.raw_exposure()).await
    }

    /// Forgets that.
    pub(crate) fn forget_exposure(&self) -> impl Future<Output = Result<(), String>> + use<> {
        nothing(self.raw_forget_exposure())
    }

    /// Since when she has been at it, if she wants to be reminded of a break after so many minutes.
    pub(crate) async fn session(&self, minutes: u32) -> Result<Option<Rest>, String> {
        told(self.raw_session(minutes)).await
    }

    /// Reminds so many minutes later; 0: a break was taken, and the session begins anew for so many.
    pub(crate) async fn rested(&self, later: u32, minutes: u32) -> Result<Rest, String> {
        told(self.raw_rested(later, minutes)).await
    }

    /// Hears that a break is due, for as long as the page lives.
    pub(crate) fn on_break(&self, callback: impl FnMut() + 'static) {
        self.raw_on_break(Closure::<dyn FnMut()>::new(callback).into_js_value());
    }

    /// Reads the page in the active tab until it is left; only in a click.
    pub(crate) fn read_once(&self) -> impl Future<Output = Result<(), String>> + use<> {
        nothing(self.raw_read_once())
    }
}

async fn told<T: DeserializeOwned>(promise: Promise) -> Result<T, String> {
    let value = JsFuture::from(promise).await.map_err(|error| words(&error))?;
    from_js(value).map_err(|error| words(&error))
}

async fn answered(promise: Promise) -> Result<Response, Failure> {
    match from_js(JsFuture::from(promise).await.map_err(on_the_way)?).map_err(on_the_way)? {
        Response::Failed { failure } => Err(failure),
        response => Ok(response),
    }
}

async fn nothing(promise: Promise) -> Result<(), String> {
    JsFuture::from(promise).await.map(drop).map_err(|error| words(&error))
}

async fn yes_or_no(promise: Promise) -> Result<bool, String> {
    JsFuture::from(promise).await.map(|answer| answer.is_truthy()).map_err(|error| words(&error))
}

pub(crate) fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    // As JSON would have it: on its way a message may be written as JSON, which knows no maps and no missing values.
    let plain = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true).serialize_maps_as_objects(true);
    Ok(value.serialize(&plain)?)
}

pub(crate) fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, JsValue> {
    Ok(serde_wasm_bindgen::from_value(value)?)
}

fn listener<T: DeserializeOwned + 'static>(mut callback: impl FnMut(T) + 'static) -> JsValue {
    Closure::<dyn FnMut(JsValue)>::new(move |value| match from_js(value) {
        Ok(value) => callback(value),
        Err(error) => web_sys::console::error_1(&error),
    })
    .into_js_value()
}

pub(crate) fn on_the_way(error: JsValue) -> Failure {
    Failure { kind: FailureKind::Storage, message: words(&error) }
}

/// The words of a thrown value.
pub(crate) fn words(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => error.message().into(),
        None => error.as_string().unwrap_or_else(|| format!("{error:?}")),
    }
}
