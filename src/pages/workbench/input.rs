//! Where a text comes in: pasted, chosen or dropped.
//!
//! Invariants: a file is refused before it is read if it is too long, and not taken at all if it is not UTF-8.
//! Must not touch: what is in the text.

use super::cut::{paragraphs, rows};
use super::state::{Bench, Phase};
use crate::files;
use leptos::html;
use leptos::prelude::*;
use postil::service::protocol::{CodebookCard, CodebookRef};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DataTransfer, DragEvent, File, HtmlInputElement};

/// Longest text, in bytes.
const MAX_BYTES: usize = 10 << 20;

/// How the units of a text stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Paragraphs,
    Rows,
}

pub(super) fn input(bench: Bench) -> impl IntoView {
    let field = NodeRef::<html::Textarea>::new();
    let over = RwSignal::new(false);
    // A file that is dropped beside the field would be opened in place of the page.
    window_event_listener(leptos::ev::dragover, move |event| {
        if carries_files(&event) {
            event.prevent_default();
            over.set(true);
        }
    });
    window_event_listener(leptos::ev::dragleave, move |event| {
        // On the way from one element to the next it is still over the page.
        if event.related_target().is_none() {
            over.set(false);
        }
    });
    window_event_listener(leptos::ev::drop, move |event| {
        over.set(false);
        if carries_files(&event) {
            event.prevent_default();
            let files = event.data_transfer().and_then(|carried| carried.files());
            let files = files.map(|files| (0..files.length()).filter_map(|place| files.get(place)).collect());
            take(bench, files.unwrap_or_default());
        }
    });
    let read = move || {
        if let Some(field) = field.get_untracked() {
            pasted(bench, &field.value());
        }
    };
    let pressed = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.is_composing() {
            event.prevent_default();
            read();
        }
    };
    let chosen = move |event: leptos::ev::Event| {
        if let Some(file) = files::chosen(&event) {
            take(bench, vec![file]);
        }
    };
    view! {
        <section class="input" class:over=move || over.get() aria-labelledby="input-title">
            <h2 id="input-title"><label for="text">{bench.words("workbench_text")}</label></h2>
            <p class="hint" id="text-hint">{bench.words("workbench_text_hint")}</p>
            <textarea
                id="text"
                dir="auto"
                rows="8"
                autocomplete="off"
                aria-describedby="text-hint"
                node_ref=field
                on:keydown=pressed
            ></textarea>
            <div class="actions">
                <button type="button" class="primary" id="read" title="Ctrl+Enter" on:click=move |_| read()>
                    {bench.words("workbench_read")}
                </button>
                <label class="pick">
                    <span>{bench.words("workbench_file")}</span>
                    <input id="file" type="file" accept=".txt,.jsonl,.ndjson,text/plain" on:change=chosen aria-describedby="file-hint"/>
                </label>
                <p class="hint" id="file-hint">{bench.words("workbench_file_hint")}</p>
            </div>
            <p class="failed" role="alert">{move || bench.trouble.get()}</p>
            {codebooks(bench)}
        </section>
    }
}

/// Which codebooks' findings to show, and those that can be read with besides.
fn codebooks(bench: Bench) -> impl IntoView {
    let failure = move || {
        bench.codebooks_failure.get().map(|message| {
            view! {
                <p class="failed">
                    {bench.fill("panel_codebooks_failed", &[&message])} " "
                    <button type="button" on:click=move |_| bench.load_codebooks()>{bench.words("panel_retry")}</button>
                </p>
            }
        })
    };
    view! {
        <fieldset class="codebook-choices">
            <legend>{bench.words("workbench_codebooks")}</legend>
            {move || choices(bench, false)}
            {failure}
            <details>
                <summary>{bench.words("options_lexicons")}</summary>
                <p class="hint">{bench.words("options_lexicons_hint")}</p>
                {move || choices(bench, true)}
            </details>
        </fieldset>
    }
}

/// A box for a codebook.
struct Choice {
    id: String,
    title: String,
    description: String,
    version: String,
}

impl Choice {
    fn of(codebook: CodebookRef, title: String, description: String) -> Self {
        Self { id: codebook.id, title, description, version: codebook.version }
    }
}

/// The boxes of the lexicons, or of everything else. A box stays where it is when it is ticked, and the focus on it.
fn choices(bench: Bench, lexicons: bool) -> impl IntoView {
    let each = move || {
        let (codebooks, offers) = (bench.codebooks.get(), bench.offers.get());
        let offered = |card: &&CodebookCard| offers.iter().any(|offer| offer.codebook.id == card.codebook.id);
        let built_in = codebooks.active().filter(|card| !lexicons && !offered(card)).cloned();
        let mut all: Vec<Choice> =
            built_in.map(|card| Choice::of(card.codebook, card.title, card.description)).collect();
        let offers = offers.into_iter().filter(|offer| offer.reviewed != lexicons);
        all.extend(offers.map(|offer| Choice::of(offer.codebook, offer.title, offer.description)));
        all
    };
    view! { <For each=each key=|choice| choice.id.clone() children=move |of| choice(bench, of)/> }
}

fn choice(bench: Bench, choice: Choice) -> impl IntoView {
    let Choice { id, title, description, version } = choice;
    let value = id.clone();
    let id = StoredValue::new(id);
    let at_hand = move || bench.codebooks.with(|codebooks| id.with_value(|id| codebooks.card(id).is_some()));
    let toggled = move |event: leptos::ev::Event| {
        let id = id.get_value();
        if at_hand() {
            bench.off.update(|off| {
                if !off.remove(&id) {
                    off.insert(id);
                }
            });
        } else {
            // It is ticked once it is read with.
            if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
                input.set_checked(false);
            }
            bench.switch_on(&id);
        }
    };
    view! {
        <label class="codebook-choice" title=description>
            <input
                type="checkbox"
                name="codebook"
                value=value
                prop:checked=move || at_hand() && id.with_value(|id| bench.shows(id))
                on:change=toggled
            />
            <span><bdi>{title}</bdi> " " <span class="version">{version}</span></span>
        </label>
    }
}

/// How far the run has come, and the ways to end it and to go on.
pub(super) fn progress(bench: Bench) -> impl IntoView {
    let numbers = Memo::new(move |_| {
        let numbers = bench.numbers();
        (numbers.read, numbers.units)
    });
    let on = move |key: &'static str| {
        view! { <button type="button" id="go-on" on:click=move |_| bench.go_on()>{bench.words(key)}</button> }
    };
    move || match bench.phase.get() {
        Phase::Idle | Phase::Done => ().into_any(),
        Phase::Reading => view! {
            <div class="progress">
                <progress
                    aria-label=bench.words("workbench_reading")
                    max=move || numbers.get().1.to_string()
                    prop:value=move || numbers.get().0.to_string()
                ></progress>
                <span class="hint">{move || {
                    let (read, units) = numbers.get();
                    bench.fill("workbench_progress", &[&read.to_string(), &units.to_string()])
                }}</span>
                <button type="button" id="stop" on:click=move |_| bench.stop()>{bench.words("workbench_stop")}</button>
            </div>
        }
        .into_any(),
        Phase::Stopped => view! { <div class="progress still">
            <span>{move || {
                let (read, units) = numbers.get();
                bench.fill("workbench_stopped", &[&read.to_string(), &units.to_string()])
            }}</span>
            {on("workbench_go_on")}
        </div> }
        .into_any(),
        Phase::Failed(message) => view! { <div class="progress still" role="alert">
            <span class="failed">{bench.fill("workbench_failed", &[&message])}</span>
            {on("panel_retry")}
        </div> }
        .into_any(),
    }
}

fn carries_files(event: &DragEvent) -> bool {
    let types = event.data_transfer().map(|carried: DataTransfer| carried.types());
    types.is_some_and(|types| types.iter().any(|kind| kind.as_string().as_deref() == Some("Files")))
}

fn pasted(bench: Bench, text: &str) {
    if text.len() > MAX_BYTES {
        return bench.trouble.set(bench.fill("workbench_too_long", &[&size(text.len() as f64)]));
    }
    accept(bench, bench.words("workbench_pasted"), Form::Paragraphs, text);
}

fn take(bench: Bench, mut files: Vec<File>) {
    let (Some(file), true) = (files.pop(), files.is_empty()) else {
        return bench.trouble.set(bench.words("workbench_one_file"));
    };
    let name = file.name();
    let Some(form) = form(&name) else {
        return bench.trouble.set(bench.fill("workbench_kind", &[&name]));
    };
    if file.size() > MAX_BYTES as f64 {
        return bench.trouble.set(bench.fill("workbench_file_too_long", &[&name, &size(file.size())]));
    }
    spawn_local(async move {
        match bytes(&file).await {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => accept(bench, name, form, text.strip_prefix('\u{feff}').unwrap_or(&text)),
                Err(error) => {
                    let good = error.utf8_error().valid_up_to();
                    let line = 1 + error.as_bytes()[..good].iter().filter(|byte| **byte == b'\n').count();
                    bench
                        .trouble
                        .set(bench.fill("workbench_not_utf8", &[&name, &line.to_string(), &(good + 1).to_string()]));
                }
            },
            Err(error) => {
                let why = error.dyn_ref::<js_sys::Error>().map_or_else(String::new, |error| error.message().into());
                bench.trouble.set(bench.fill("workbench_unreadable", &[&name, &why]));
            }
        }
    });
}

async fn bytes(file: &File) -> Result<Vec<u8>, JsValue> {
    let buffer = JsFuture::from(file.array_buffer()).await?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}

fn accept(bench: Bench, source: String, form: Form, text: &str) {
    let cut = match form {
        Form::Paragraphs => paragraphs(text),
        Form::Rows => rows(text),
    };
    if cut.units.is_empty() && cut.bad.is_empty() {
        return bench.trouble.set(bench.words("workbench_nothing"));
    }
    bench.read(source, cut);
}

/// How a file is cut, by its name; a file without an ending is plain text.
fn form(name: &str) -> Option<Form> {
    match name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
        Some("jsonl" | "ndjson") => Some(Form::Rows),
        Some("txt" | "text" | "md") | None => Some(Form::Paragraphs),
        Some(_) => None,
    }
}

/// A length in megabytes, rounded up: what is too long shall look so.
fn size(bytes: f64) -> String {
    format!("{:.1}", (bytes / f64::from(1 << 20) * 10.0).ceil() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_cut_by_its_name() {
        for (name, expected) in [
            ("posts.jsonl", Some(Form::Rows)),
            ("POSTS.NDJSON", Some(Form::Rows)),
            ("notes.txt", Some(Form::Paragraphs)),
            ("notes", Some(Form::Paragraphs)),
            ("picture.png", None),
            ("posts.jsonl.gz", None),
        ] {
            assert_eq!(form(name), expected, "{name}");
        }
    }

    #[test]
    fn what_is_too_long_looks_so() {
        assert_eq!(size(MAX_BYTES as f64 + 1.0), "10.1");
        assert_eq!(size(MAX_BYTES as f64 * 2.0), "20.0");
    }
}
