//! Postil's own pages: the side panel, the popup of the toolbar button, the options, the editor of codebooks, and the
//! workbench.
//!
//! Purpose: show what the engine suggests, take the coder's decisions and codes, keep what the coder sets, and export what is stored.
//! Invariants: nothing here judges text; a decision counts as kept only when the service says so; page text reaches the
//! document as text nodes only.
//! Must not touch: the pages being read, storage, and the browser's extension API: all of it is behind `host::Host`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
// Compiled for some pages, it has parts that only the others use.
#![cfg_attr(
    not(all(feature = "panel", feature = "options", feature = "editor", feature = "workbench")),
    allow(dead_code)
)]

mod acts;
mod authors;
mod care;
mod changes;
mod codebooks;
mod decisions;
mod drafts;
mod editor;
mod excerpt;
mod export;
mod files;
mod grouping;
mod host;
mod images;
mod keys;
#[cfg(test)]
mod messages;
mod options;
mod panel;
mod popup;
mod secret;
mod site;
mod store;
mod undo;
mod unfound;
mod useful;
mod vault;
mod workbench;

use host::Host;
use leptos::prelude::{document, mount_to_body};
use wasm_bindgen::prelude::wasm_bindgen;

/// Mounts a page into the document's body: `panel`, `popup`, `options`, `editor` or `workbench`. One that this wasm was not compiled for
/// is told to the console.
#[wasm_bindgen]
pub fn start(page: &str, host: Host) {
    console_error_panic_hook::set_once();
    if let Some(root) = document().document_element() {
        // A document without the attribute reads left to right, which is also what is left if this fails.
        let _ = root.set_attribute("dir", &host.direction());
    }
    match page {
        #[cfg(feature = "panel")]
        "panel" => mount_to_body(move || panel::panel(store::Store::start(host))),
        #[cfg(feature = "panel")]
        "popup" => mount_to_body(move || popup::popup(host)),
        #[cfg(feature = "options")]
        "options" => mount_to_body(move || options::options(host)),
        #[cfg(feature = "editor")]
        "editor" => mount_to_body(move || editor::editor(host)),
        #[cfg(feature = "workbench")]
        "workbench" => mount_to_body(move || workbench::workbench(host)),
        _ => web_sys::console::error_1(&format!("there is no page `{page}` here").into()),
    }
}
