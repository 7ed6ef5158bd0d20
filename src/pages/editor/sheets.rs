//! What is done with a draft as a whole: saving it as a version, looking at what it was, files that come and leave.
//!
//! Invariants: what is saved is shown before as what changed; a version that there is already is not written over; a file that is
//! read replaces the draft alone, which can be undone.

use super::migrate;
use super::state::{Editor, Fate, Phase, Sheet};
use crate::files::{self, Ended};
use crate::panel::focus_by_id;
use leptos::prelude::*;
use postil::codebook::diff::{What, diff};
use postil::codebook::model::Codebook;
use postil::codebook::validate::Grade;
use postil::codebook::{fresh, write};
use postil::exchange::qdc;
use postil::exchange::task::{Outcome, Task};
use postil::service::protocol::{Json, Request, Response};
use wasm_bindgen_futures::spawn_local;

/// Changes that are listed; the rest is counted.
const LISTED: usize = 300;

/// The bar at the top.
pub(super) fn bar(editor: Editor) -> impl IntoView {
    let state = move || match (editor.stored.with(Option::is_some), editor.changed()) {
        (false, _) => editor.text("editor_never_saved"),
        (true, true) => editor.text("editor_unsaved"),
        (true, false) => editor.text("editor_saved"),
    };
    let turn = |again: bool, id: &'static str, key: &str| {
        view! {
            <button type="button" id=id aria-disabled=move || (!editor.can(again)).to_string() on:click=move |_| editor.turn(again)>
                {editor.text(key)}
            </button>
        }
    };
    let sheet = move |of: Sheet, id: &'static str, key: &str| {
        let shown = move || (editor.sheet.get() == of).to_string();
        let toggle = move |_| {
            editor.sheet.update(|sheet| *sheet = if *sheet == of { Sheet::None } else { of });
            // Where it asks for something.
            request_animation_frame(|| focus_by_id("editor-version"));
        };
        view! { <button type="button" id=id aria-expanded=shown on:click=toggle>{editor.text(key)}</button> }
    };
    let chosen = move |event: leptos::ev::Event| {
        if let Some(file) = files::chosen(&event) {
            import(editor, file);
        }
    };
    view! {
        <div class="editor-bar">
            <div class="actions" role="group" aria-label=editor.text("editor_actions")>
                {sheet(Sheet::Save, "editor-save", "editor_save")}
                {turn(false, "editor-undo", "editor_undo")}
                {turn(true, "editor-redo", "editor_redo")}
                {sheet(Sheet::History, "editor-history", "editor_history")}
                {sheet(Sheet::Migrate, "editor-migrate", "editor_migrate")}
                <label class="file">
                    <input type="file" id="editor-file" accept=".toml,.qdc,application/toml" on:change=chosen/>
                    {editor.text("editor_import")}
                </label>
                <button type="button" id="editor-toml" on:click=move |_| export(editor, false)>{editor.text("editor_export_toml")}</button>
                <button type="button" id="editor-qdc" on:click=move |_| export(editor, true)>{editor.text("editor_export_qdc")}</button>
            </div>
            <p class="hint" id="editor-state">{state}</p>
        </div>
        {move || match editor.sheet.get() {
            Sheet::None => ().into_any(),
            Sheet::Save => save(editor),
            Sheet::History => history(editor),
            Sheet::Migrate => migrate::migrate(editor),
            Sheet::Imported => imported(editor),
        }}
    }
}

/// What one codebook says otherwise than another, a line for each change.
fn changes(editor: Editor, old: &Codebook, new: &Codebook) -> AnyView {
    let all = diff(old, new);
    if all.is_empty() {
        return view! { <p class="hint">{editor.text("editor_no_changes")}</p> }.into_any();
    }
    let more = all.len().saturating_sub(LISTED);
    let lines = all.into_iter().take(LISTED).map(|change| {
        let class = match change.what {
            What::Added(_) => "added",
            What::Removed(_) => "removed",
            _ => "changed",
        };
        view! { <li class=class dir="auto">{change.to_string()}</li> }
    });
    let lines = lines.collect_view();
    let more = (more > 0)
        .then(|| view! { <p class="hint">{editor.browser.fill("options_faults_more", &[&more.to_string()])}</p> });
    view! { <ul class="editor-changes" role="list">{lines}</ul> {more} }.into_any()
}

/// A version after this one, if it ends in a number.
fn next(version: &str) -> String {
    let head = version.trim_end_matches(|c: char| c.is_ascii_digit());
    match version[head.len()..].parse::<u64>() {
        Ok(number) => format!("{head}{}", number.saturating_add(1)),
        Err(_) => format!("{version}.1"),
    }
}

/// The earlier versions, as the background has them.
async fn versions(editor: Editor) -> Result<Vec<Codebook>, String> {
    let id = editor.draft.with_untracked(|draft| draft.id.clone());
    let answer = editor.browser.host().request(&Request::Versions { id }).await;
    match answer.map_err(|failure| failure.message)? {
        Response::Codebook { codebook } => {
            // One that cannot be read any more blocks none of the others.
            let all = codebook.as_array().cloned().unwrap_or_default().into_iter();
            Ok(all.filter_map(|version| serde_json::from_value(version).ok()).collect())
        }
        _ => Ok(Vec::new()),
    }
}

fn save(editor: Editor) -> AnyView {
    let draft = editor.draft.get_untracked();
    let stored = editor.stored.get_untracked();
    let version = RwSignal::new(match &stored {
        Some(stored) if stored.version == draft.version => next(&draft.version),
        _ => draft.version.clone(),
    });
    let trouble = RwSignal::new(String::new());
    let old = stored.unwrap_or_else(|| fresh::codebook(draft.id.clone(), String::new()));
    let listed = move || {
        // The version is asked for here.
        let compared = Codebook { version: old.version.clone(), ..editor.draft.get() };
        changes(editor, &old, &compared)
    };
    let done = move |_| {
        spawn_local(async move {
            match keep(editor, version.get_untracked().trim().to_owned()).await {
                Ok(()) => {}
                Err(message) => trouble.set(message),
            }
        });
    };
    view! {
        <section class="editor-sheet" id="editor-sheet-save" aria-labelledby="editor-save-title">
            <h2 id="editor-save-title">{editor.text("editor_save_title")}</h2>
            <div class="editor-field">
                <label for="editor-version">{editor.text("editor_version")}</label>
                <input type="text" id="editor-version" prop:value=version.get_untracked()
                    on:input=move |event| version.set(event_target_value(&event)) aria-describedby="editor-save-fault"/>
                <p class="fault" id="editor-save-fault" role="alert">{move || trouble.get()}</p>
            </div>
            <h3>{editor.text("editor_changes")}</h3>
            {listed}
            <div class="actions">
                <button type="button" class="primary" id="editor-save-now" on:click=done>{editor.text("editor_save_now")}</button>
                {closer(editor)}
            </div>
        </section>
    }
    .into_any()
}

fn closer(editor: Editor) -> impl IntoView {
    view! { <button type="button" class="close" on:click=move |_| editor.sheet.set(Sheet::None)>{editor.text("editor_close")}</button> }
}

/// Keeps the draft under a version that there is not.
async fn keep(editor: Editor, version: String) -> Result<(), String> {
    let draft = Codebook { version, ..editor.draft.get_untracked() };
    let same = |other: &Codebook| other.version == draft.version && *other != draft;
    let taken =
        editor.stored.with_untracked(|stored| stored.iter().any(same)) || versions(editor).await?.iter().any(same);
    if taken {
        return Err(editor.browser.fill("editor_version_taken", &[&draft.version]));
    }
    if let Some(fault) =
        editor.faults.with_untracked(|faults| faults.iter().find(|fault| fault.grade == Grade::Problem).cloned())
    {
        return Err(format!("{}: {}", fault.field, fault.message));
    }
    let codebook = Json::of(&draft);
    editor.browser.host().request(&Request::AddCodebook { codebook }).await.map_err(|failure| failure.message)?;
    let said = editor.browser.fill("editor_now_saved", &[&draft.version]);
    editor.stored.set(Some(draft.clone()));
    if editor.draft.with_untracked(|now| now.version != draft.version) {
        editor.reshape(|now| now.version = draft.version);
    }
    let pending = editor.fates.with_untracked(|fates| fates.values().any(|fate| *fate != Fate::Stay));
    editor.sheet.set(if pending { Sheet::Migrate } else { Sheet::None });
    editor.keep();
    editor.notice.set(said);
    Ok(())
}

fn history(editor: Editor) -> AnyView {
    let all = RwSignal::new(None::<Result<Vec<Codebook>, String>>);
    spawn_local(async move { all.set(Some(versions(editor).await)) });
    let listed = move || match all.get() {
        None => ().into_any(),
        Some(Err(message)) => view! { <p class="fault">{message}</p> }.into_any(),
        Some(Ok(versions)) => {
            let stored = editor.stored.get();
            if versions.is_empty() && stored.is_none() {
                return view! { <p class="hint">{editor.text("editor_no_history")}</p> }.into_any();
            }
            let current = stored.into_iter().map(|codebook| (codebook, true));
            let lines = current.chain(versions.into_iter().rev().map(|codebook| (codebook, false)));
            let lines = lines.map(|(codebook, current)| version(editor, codebook, current)).collect_view();
            view! { <ul class="editor-versions" role="list">{lines}</ul> }.into_any()
        }
    };
    view! {
        <section class="editor-sheet" id="editor-sheet-history" aria-labelledby="editor-history-title">
            <h2 id="editor-history-title">{editor.text("editor_history")}</h2>
            <p class="hint">{editor.text("editor_history_hint")}</p>
            {listed}
            <div class="actions">{closer(editor)}</div>
        </section>
    }
    .into_any()
}

fn version(editor: Editor, codebook: Codebook, current: bool) -> impl IntoView {
    let shown = RwSignal::new(false);
    let (name, key) = (codebook.version.clone(), codebook.version.clone());
    let held = StoredValue::new(codebook);
    let open = move |_| {
        let codebook = held.get_value();
        let said = editor.browser.fill("editor_opened", &[&codebook.version]);
        editor.reshape(|draft| *draft = codebook);
        editor.notice.set(said);
    };
    let listed = move || {
        shown.get().then(|| editor.draft.with(|draft| held.with_value(|codebook| changes(editor, codebook, draft))))
    };
    view! {
        <li data-version=key>
            <div class="line">
                <strong><bdi>{name}</bdi></strong>
                {current.then(|| view! { <span class="hint">{editor.text("editor_current")}</span> })}
                <button type="button" class="compare" aria-expanded=move || shown.get().to_string() on:click=move |_| shown.update(|on| *on = !*on)>
                    {editor.text("editor_compare")}
                </button>
                <button type="button" class="open" on:click=open>{editor.text("editor_open")}</button>
            </div>
            {listed}
        </li>
    }
}

fn import(editor: Editor, file: web_sys::File) {
    spawn_local(async move {
        match editor.files.carry_out(Task::Codebook, Some(file)).await {
            Some(Ok((Outcome::Codebook { codebook, faults }, _))) => {
                let said = if codebook.is_some() { "editor_imported" } else { "editor_not_imported" };
                if let Some(codebook) = codebook.and_then(|it| it.read().ok()) {
                    // What is edited stays what it is: its decisions and its history are under its id.
                    editor.reshape(|draft| *draft = Codebook { id: draft.id.clone(), ..codebook });
                }
                editor.read_faults.set(faults);
                editor.sheet.set(Sheet::Imported);
                editor.notice.set(editor.text(said));
            }
            Some(Err(Ended::Failed(failure))) => editor.notice.set(failure.message),
            _ => {}
        }
    });
}

/// What is to be said of a file that was read.
fn imported(editor: Editor) -> AnyView {
    let lines = editor
        .read_faults
        .get()
        .into_iter()
        .take(LISTED)
        .map(|fault| view! { <li dir="auto">{fault.to_string()}</li> });
    let lines = lines.collect_view();
    view! {
        <section class="editor-sheet" id="editor-sheet-imported" aria-labelledby="editor-imported-title">
            <h2 id="editor-imported-title">{editor.text("editor_imported_title")}</h2>
            <p class="hint">{editor.text("editor_imported_hint")}</p>
            <ul class="editor-changes" role="list">{lines}</ul>
            <div class="actions">{closer(editor)}</div>
        </section>
    }
    .into_any()
}

fn export(editor: Editor, refi: bool) {
    let host = editor.browser.host();
    let draft = editor.draft.get_untracked();
    let name = format!("{}-{}", draft.id, draft.version);
    if refi {
        match qdc::file(&draft) {
            Ok(bytes) => host.save_bytes(&format!("{name}.qdc"), "application/xml", bytes.as_slice().into()),
            Err(error) => editor.notice.set(error.to_string()),
        }
    } else {
        host.save(&format!("{name}.toml"), "application/toml", write::toml(&draft).into());
    }
}

/// Names a codebook before it is begun: a new one, or a copy.
pub(super) fn naming(editor: Editor, of: Option<Box<str>>) -> AnyView {
    let source = StoredValue::new(of.clone());
    let title = RwSignal::new(of.as_ref().map(|of| editor.browser.fill("editor_copy_of", &[of])).unwrap_or_default());
    let id = RwSignal::new(of.map(|of| format!("{of}-copy")).unwrap_or_default());
    let trouble = RwSignal::new(String::new());
    let begin = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        spawn_local(async move {
            if let Err(message) = named(editor, source.get_value(), id.get_untracked(), title.get_untracked()).await {
                trouble.set(message);
            }
        });
    };
    let titled = move |event: leptos::ev::Event| {
        title.set(event_target_value(&event));
        if source.with_value(Option::is_none) {
            id.set(fresh::id(&title.get_untracked(), "codebook", |_| false));
        }
    };
    let heading = if source.with_value(Option::is_some) { "editor_copy" } else { "editor_new" };
    view! {
        <main class="editor-naming">
            <h1>{editor.text(heading)}</h1>
            <form on:submit=begin>
                <div class="editor-field">
                    <label for="editor-title">{editor.text("editor_title")}</label>
                    <input type="text" id="editor-title" dir="auto" prop:value=title.get_untracked() on:input=titled/>
                </div>
                <div class="editor-field">
                    <label for="editor-id">{editor.text("editor_id")}</label>
                    <p class="hint" id="editor-id-hint">{editor.text("editor_new_id_hint")}</p>
                    <input type="text" id="editor-id" dir="ltr" aria-describedby="editor-id-hint" prop:value=move || id.get()
                        on:input=move |event| id.set(event_target_value(&event))/>
                    <p class="fault" role="alert">{move || trouble.get()}</p>
                </div>
                <button type="submit" class="primary" id="editor-begin">{editor.text("editor_begin")}</button>
            </form>
        </main>
    }
    .into_any()
}

/// Begins a codebook under an id that there is not.
async fn named(editor: Editor, of: Option<Box<str>>, id: String, title: String) -> Result<(), String> {
    let host = editor.browser.host();
    let answer = host.request(&Request::Codebooks).await.map_err(|failure| failure.message)?;
    let Response::Codebooks { codebooks, offers, unusable } = answer else { return Ok(()) };
    let (offers, unusable) = (offers.read().unwrap_or_default(), unusable.read().unwrap_or_default());
    let mut ids = codebooks.iter().map(|card| &card.codebook.id).chain(offers.iter().map(|offer| &offer.codebook.id));
    if ids.any(|known| *known == id) || unusable.iter().any(|one| one.id == id) {
        return Err(editor.browser.fill("editor_id_taken", &[&id]));
    }
    if fresh::id(&id, "", |_| false) != id {
        return Err(editor.text("editor_id_form"));
    }
    let codebook = match of {
        Some(of) => Codebook { id, title, version: "1.0.0".into(), ..editor.fetched(&of).await? },
        None => fresh::codebook(id, title),
    };
    editor.begin(codebook);
    editor.phase.set(Phase::Editing);
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_version_is_followed_by_the_next() {
        for (now, next) in
            [("1.0.0", "1.0.1"), ("1.9", "1.10"), ("7", "8"), ("draft", "draft.1"), ("2026-b", "2026-b.1")]
        {
            assert_eq!(super::next(now), next);
        }
    }
}
