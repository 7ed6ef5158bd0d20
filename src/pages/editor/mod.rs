//! The editor of codebooks: a draft with all its fields, what the engine says of it, its versions, and what becomes of decisions.
//!
//! Shape: the parts of the codebook at the side, the form of one of them, and beside it what the engine says; what concerns the
//! draft as a whole is under the bar at the top.
//! Invariants: nothing is kept before the coder saves it, but with the tab; words, not colours alone, carry what is said.
//! Must not touch: which codebooks are sound, and how texts are read.

mod bench;
mod code;
mod examples;
mod fields;
mod forms;
mod migrate;
mod order;
mod place;
mod sheets;
mod state;
mod terms;
mod tree;

use crate::host::Host;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use state::{Editor, Phase, Sheet};
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The editor.
pub(crate) fn editor(host: Host) -> impl IntoView {
    let editor = Editor::start(host);
    window_event_listener(leptos::ev::beforeunload, move |event| {
        if editor.phase.get_untracked() == Phase::Editing && untrack(|| editor.changed()) {
            event.prevent_default();
        }
    });
    window_event_listener(leptos::ev::keydown, move |event| turned(editor, &event));
    let shown = move || match editor.phase.get() {
        Phase::Waiting => view! { <p class="empty" aria-busy="true">{editor.text("editor_waiting")}</p> }.into_any(),
        Phase::Failed(message) => view! { <p class="empty fault" role="alert">{message}</p> }.into_any(),
        Phase::Naming(of) => sheets::naming(editor, of),
        Phase::Editing => page(editor).into_any(),
    };
    view! {
        {shown}
        <p class="notice" role="status">{move || editor.notice.get()}</p>
    }
}

fn page(editor: Editor) -> impl IntoView {
    let title = Memo::new(move |_| editor.draft.with(|draft| draft.title.clone()));
    let version = Memo::new(move |_| editor.draft.with(|draft| draft.version.clone()));
    view! {
        <header class="editor-head">
            <h1><bdi>{move || title.get()}</bdi> " " <small>{move || version.get()}</small></h1>
            {sheets::bar(editor)}
        </header>
        <div class="editor-columns">
            {tree::tree(editor)}
            <main class="editor-form">{forms::form(editor)}</main>
            {bench::bench(editor)}
        </div>
    }
}

/// Ctrl+Z and what goes with it take back edits of the draft, also while a field is typed in: its own history ends where the
/// form is drawn anew.
fn turned(editor: Editor, event: &KeyboardEvent) {
    if event.key() == "Escape" {
        return editor.sheet.set(Sheet::None);
    }
    // What is no field of the draft has a history of its own.
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let closest = |selector| target.as_ref().is_some_and(|it| it.closest(selector).is_ok_and(|found| found.is_some()));
    if closest("input, textarea") && !closest(".editor-form") {
        return;
    }
    let held = (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.is_composing();
    let again = match event.key().to_ascii_lowercase().as_str() {
        "z" => event.shift_key(),
        "y" => true,
        _ => return,
    };
    if held && editor.phase.get_untracked() == Phase::Editing {
        event.prevent_default();
        editor.turn(again);
    }
}
