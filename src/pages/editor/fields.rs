//! The fields of the forms: each shows one part of the draft, changes it as it is typed, and says what is wrong with it.
//!
//! Invariants: a field has the id of its path ([`place::id`]) and names what is found about it as its description; it is drawn
//! with what the draft says, and from then on says what is typed.
//! Must not touch: what the parts of a codebook mean.

use super::place;
use super::state::Editor;
use leptos::prelude::*;
use postil::codebook::model::Codebook;
use postil::codebook::validate::Grade;
use std::fmt::Write as _;
use std::rc::Rc;

/// The sign of a button that takes something out.
const REMOVE: &str = "×";

/// The way to a part of a codebook; to nothing where it is no more.
pub(super) type Lens<T> = Rc<dyn for<'c> Fn(&'c mut Codebook) -> Option<&'c mut T>>;

/// A way to a part of a codebook.
pub(super) fn lens<T>(way: impl for<'c> Fn(&'c mut Codebook) -> Option<&'c mut T> + 'static) -> Lens<T> {
    Rc::new(way)
}

/// What the draft says there.
pub(super) fn read<T: Clone + Default>(editor: Editor, lens: &Lens<T>) -> T {
    let mut said = None;
    // To look somewhere by a way for changing is no change.
    editor.draft.update_untracked(|draft| said = lens(draft).cloned());
    said.unwrap_or_default()
}

/// Changes what the draft says there.
pub(super) fn write<T>(editor: Editor, path: &str, lens: &Lens<T>, value: T) {
    editor.edit(path, |draft| {
        if let Some(there) = lens(draft) {
            *there = value;
        }
    });
}

/// The same, where the forms then consist of something else.
pub(super) fn reshape<T>(editor: Editor, lens: &Lens<T>, change: impl FnOnce(&mut T)) {
    editor.reshape(|draft| {
        if let Some(there) = lens(draft) {
            change(there);
        }
    });
}

/// What is found about a field, in words.
fn said(editor: Editor, path: &str) -> (bool, String) {
    editor.faults.with(|faults| {
        let (mut bad, mut words) = (false, String::new());
        for fault in faults.iter().filter(|fault| fault.field == path) {
            bad |= fault.grade != Grade::Doubtful;
            let space = if words.is_empty() { "" } else { " " };
            // Writing to a string does not fail.
            let _ = write!(words, "{space}{}", fault.message);
        }
        (bad, words)
    })
}

/// What is found about a part that has no field of its own.
pub(super) fn faults(editor: Editor, path: String) -> AnyView {
    let id = place::id(&path) + "-fault";
    let said = Memo::new(move |_| said(editor, &path));
    let class = move || if said.get().0 { "field-fault fault" } else { "field-fault hint" };
    view! { <p class=class id=id dir="auto">{move || said.get().1}</p> }.into_any()
}

/// What makes the control of a field.
type Control<'c> = Box<dyn FnOnce(String, String) -> AnyView + 'c>;

/// What a button does.
type Pressed = Box<dyn Fn()>;

/// A field with its label and hint; `control` makes what is written into by its id and that of what describes it.
pub(super) fn field(
    editor: Editor,
    path: &str,
    label: &str,
    hint: Option<&str>,
    control: impl FnOnce(String, String) -> AnyView,
) -> AnyView {
    framed(editor, path, label, hint, Box::new(control))
}

/// The same for every control: what is made for each by itself is made once more in the wasm.
fn framed(editor: Editor, path: &str, label: &str, hint: Option<&str>, control: Control<'_>) -> AnyView {
    let id = place::id(path);
    let described = match hint {
        Some(_) => format!("{id}-hint {id}-fault"),
        None => format!("{id}-fault"),
    };
    let hint_id = format!("{id}-hint");
    view! {
        <div class="editor-field">
            <label for=id.clone()>{editor.text(label)}</label>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{editor.text(hint)}</p> })}
            {control(id, described)}
            {faults(editor, path.to_owned())}
        </div>
    }
    .into_any()
}

/// Whether something is wrong with a field.
pub(super) fn invalid(editor: Editor, path: &str) -> Memo<Option<&'static str>> {
    let path = path.to_owned();
    Memo::new(move |_| said(editor, &path).0.then_some("true"))
}

/// A line of text.
pub(super) fn line(editor: Editor, path: &str, label: &str, hint: Option<&str>, lens: Lens<String>) -> AnyView {
    field(editor, path, label, hint, |id, described| bare_line(editor, path, id, described, None, lens))
}

/// A line of text without a label beside it.
pub(super) fn bare_line(
    editor: Editor,
    path: &str,
    id: String,
    described: String,
    label: Option<String>,
    lens: Lens<String>,
) -> AnyView {
    let (value, bad) = (read(editor, &lens), invalid(editor, path));
    let path = path.to_owned();
    view! {
        <input
            type="text"
            dir="auto"
            autocomplete="off"
            id=id
            aria-label=label
            aria-describedby=described
            aria-invalid=move || bad.get()
            prop:value=value
            on:input=move |event| write(editor, &path, &lens, event_target_value(&event))
        />
    }
    .into_any()
}

/// A text of several lines; where it is empty there is none.
pub(super) fn optional(
    editor: Editor,
    path: &str,
    label: &str,
    hint: Option<&str>,
    lens: Lens<Option<String>>,
) -> AnyView {
    let value = read(editor, &lens).unwrap_or_default();
    let path_of = path.to_owned();
    let set = move |text: String| write(editor, &path_of, &lens, (!text.trim().is_empty()).then_some(text));
    field(editor, path, label, hint, |id, described| area(editor, path, id, described, None, value, Box::new(set)))
}

/// A text of several lines.
pub(super) fn text(editor: Editor, path: &str, label: &str, hint: Option<&str>, lens: Lens<String>) -> AnyView {
    let value = read(editor, &lens);
    let path_of = path.to_owned();
    let set = move |text: String| write(editor, &path_of, &lens, text);
    field(editor, path, label, hint, |id, described| area(editor, path, id, described, None, value, Box::new(set)))
}

/// What an input does with what is typed.
type Typed = Box<dyn Fn(String)>;

fn area(
    editor: Editor,
    path: &str,
    id: String,
    described: String,
    label: Option<String>,
    value: String,
    typed: Typed,
) -> AnyView {
    let bad = invalid(editor, path);
    let rows = (value.chars().count() / 70 + value.lines().count()).clamp(1, 12);
    view! {
        <textarea
            dir="auto"
            rows=rows
            id=id
            aria-label=label
            aria-describedby=described
            aria-invalid=move || bad.get()
            prop:value=value
            on:input=move |event| typed(event_target_value(&event))
        ></textarea>
    }
    .into_any()
}

/// Words of a list, apart by commas or lines.
pub(super) fn words(
    editor: Editor,
    path: &str,
    id: String,
    described: String,
    label: String,
    lens: Lens<Vec<String>>,
) -> AnyView {
    let value = read(editor, &lens).join(", ");
    let path_of = path.to_owned();
    let set = move |text: String| {
        let words = text.split([',', '،', '\n']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned);
        write(editor, &path_of, &lens, words.collect());
    };
    area(editor, path, id, described, Some(label), value, Box::new(set))
}

/// Texts, each in a field of its own, one more and one less.
pub(super) fn texts(editor: Editor, path: &str, label: &str, hint: Option<&str>, lens: Lens<Vec<String>>) -> AnyView {
    let all = read(editor, &lens);
    let count = all.len();
    let heading = place::id(path);
    let rows = all.into_iter().enumerate().map(|(place_of, value)| {
        let path = format!("{path}[{place_of}]");
        let id = place::id(&path);
        let named = format!("{} {}", editor.text(label), place_of + 1);
        let (one, other, path_of) = (lens.clone(), lens.clone(), path.clone());
        let set = move |text: String| {
            let one = one.clone();
            editor.edit(&path_of, move |draft| {
                if let Some(there) = one(draft).and_then(|all| all.get_mut(place_of)) {
                    *there = text;
                }
            });
        };
        let gone = move || {
            reshape(editor, &other, |all| {
                if place_of < all.len() {
                    all.remove(place_of);
                }
            });
        };
        let described = format!("{id}-fault");
        view! {
            <li>
                {area(editor, &path, id, described, Some(named.clone()), value, Box::new(set))}
                {remover(editor, &named, gone)}
                {faults(editor, path)}
            </li>
        }
    });
    let rows = rows.collect_view();
    let next = format!("{path}[{count}]");
    let more = move || {
        reshape(editor, &lens, |all| all.push(String::new()));
        editor.jump(&next);
    };
    view! {
        <div class="editor-field" role="group" aria-labelledby=format!("{heading}-label")>
            <span class="field-label" id=format!("{heading}-label")>{editor.text(label)}</span>
            {hint.map(|hint| view! { <p class="hint">{editor.text(hint)}</p> })}
            <ul class="texts" role="list">{rows}</ul>
            {adder(editor, &heading, "editor_add", &editor.text(label), more)}
        </div>
    }
    .into_any()
}

/// A button that takes something out.
pub(super) fn remover(editor: Editor, what: &str, remove: impl Fn() + 'static) -> AnyView {
    removing(editor, what, Box::new(remove))
}

fn removing(editor: Editor, what: &str, remove: Pressed) -> AnyView {
    let named = editor.browser.fill("editor_remove_named", &[what]);
    view! {
        <button type="button" class="remove" aria-label=named.clone() title=named on:click=move |_| remove()>
            {REMOVE}
        </button>
    }
    .into_any()
}

/// A button that adds something.
pub(super) fn adder(editor: Editor, id: &str, key: &str, what: &str, add: impl Fn() + 'static) -> AnyView {
    adding(editor, id, key, what, Box::new(add))
}

fn adding(editor: Editor, id: &str, key: &str, what: &str, add: Pressed) -> AnyView {
    view! {
        <button type="button" class="add-one" id=format!("{id}-add") on:click=move |_| add()>
            {editor.browser.fill(key, &[what])}
        </button>
    }
    .into_any()
}

/// One of several.
pub(super) struct Choice {
    /// By their ids, with their names.
    options: Vec<(String, String)>,
    /// The id of what is chosen at first.
    chosen: String,
    set: Typed,
}

impl Choice {
    pub(super) fn new(options: Vec<(String, String)>, chosen: String, set: impl Fn(String) + 'static) -> Self {
        Self { options, chosen, set: Box::new(set) }
    }
}

/// The control of a choice.
pub(super) fn choice(
    editor: Editor,
    path: &str,
    id: String,
    described: String,
    label: Option<String>,
    choice: Choice,
) -> AnyView {
    let Choice { options, chosen, set } = choice;
    let bad = invalid(editor, path);
    let unknown = !options.iter().any(|(id, _)| *id == chosen);
    let options = options.into_iter().chain(unknown.then(|| (chosen.clone(), chosen.clone())));
    let options = options.map(|(id, name)| {
        let selected = id == chosen;
        view! { <option value=id selected=selected>{name}</option> }
    });
    view! {
        <select
            id=id
            aria-label=label
            aria-describedby=described
            aria-invalid=move || bad.get()
            on:change=move |event| set(event_target_value(&event))
        >
            {options.collect_view()}
        </select>
    }
    .into_any()
}

/// One of several or none, as a field.
pub(super) fn maybe(
    editor: Editor,
    path: &str,
    label: &str,
    hint: Option<&str>,
    options: Vec<(String, String)>,
    lens: Lens<Option<String>>,
) -> AnyView {
    let chosen = read(editor, &lens).unwrap_or_default();
    let all = std::iter::once((String::new(), editor.text("editor_none"))).chain(options).collect();
    let path_of = path.to_owned();
    let set = move |id: String| write(editor, &path_of, &lens, (!id.is_empty()).then_some(id));
    field(editor, path, label, hint, |id, described| {
        choice(editor, path, id, described, None, Choice::new(all, chosen, set))
    })
}

/// Whether something is so.
pub(super) fn flag(path: &str, label: String, on: bool, set: impl Fn(bool) + 'static) -> AnyView {
    flagged(path, label, on, Box::new(set))
}

fn flagged(path: &str, label: String, on: bool, set: Box<dyn Fn(bool)>) -> AnyView {
    view! {
        <label class="editor-flag">
            <input type="checkbox" id=place::id(path) prop:checked=on on:change=move |event| set(event_target_checked(&event))/>
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// A number, written; what is none is not taken and said.
pub(super) fn number(
    editor: Editor,
    path: &str,
    label: &str,
    hint: Option<&str>,
    value: String,
    set: impl Fn(&str) -> bool + 'static,
) -> AnyView {
    numbered(editor, path, label, hint, value, Box::new(set))
}

fn numbered(
    editor: Editor,
    path: &str,
    label: &str,
    hint: Option<&str>,
    value: String,
    set: Box<dyn Fn(&str) -> bool>,
) -> AnyView {
    let wrong = RwSignal::new(false);
    let bad = invalid(editor, path);
    field(editor, path, label, hint, |id, described| {
        view! {
            <input
                type="text"
                inputmode="decimal"
                class="number"
                id=id
                aria-describedby=described
                aria-invalid=move || if wrong.get() { Some("true") } else { bad.get() }
                prop:value=value
                on:input=move |event| wrong.set(!set(event_target_value(&event).trim()))
            />
            <p class="fault" aria-live="polite">{move || wrong.get().then(|| editor.text("editor_no_number"))}</p>
        }
        .into_any()
    })
}
