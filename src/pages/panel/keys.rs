//! The keyboard.
//!
//! Invariants: no key acts while the coder types, and none that a control has a use of its own for; a key that no command has
//! gives the code that has it.

use super::{focus_on, header};
use crate::drafts::Field;
use crate::keys::{self, BINDINGS, Command};
use crate::store::Store;
use leptos::html;
use leptos::prelude::*;
use postil::service::protocol::Action;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent};

/// Where a key was pressed.
#[derive(PartialEq, Eq)]
enum Place {
    /// In a field: the coder types.
    Field,
    /// On one of several choices: arrows are its own.
    Choice,
    /// On a button: Enter and the space bar are its own.
    Button,
    /// Anywhere else.
    Free,
}

pub(super) fn pressed(store: Store, help: NodeRef<html::Dialog>, event: &KeyboardEvent) {
    if event.default_prevented() {
        return;
    }
    let place = place(event.target().and_then(|target| target.dyn_into().ok()));
    let Some(key) = keys::pressed(event).filter(|_| place != Place::Field) else { return };
    let own = match place {
        Place::Choice => key.starts_with("Arrow"),
        Place::Button => key == "Enter" || key == " ",
        Place::Field | Place::Free => false,
    };
    if place == Place::Choice && key == "Escape" && !asking() {
        if let Some(unit) = store.current() {
            focus_on(&unit.id);
        }
    } else if own || !act(store, help, &key, event.repeat()) {
        return;
    }
    event.prevent_default();
}

/// Whether a dialog is open, which has the keys then.
fn asking() -> bool {
    document().query_selector("dialog[open]").ok().flatten().is_some()
}

/// Does what a key does, if it does anything. One that is held down moves on, and does all else once.
fn act(store: Store, help: NodeRef<html::Dialog>, key: &str, held: bool) -> bool {
    if asking() {
        return false;
    }
    let command = store.keys.with_untracked(|keys| keys.command(key));
    if held && !matches!(command, Some(Command::Next | Command::Previous)) {
        return command.is_some();
    }
    let Some(command) = command else {
        let mut letters = key.chars();
        return letters.next().filter(|_| letters.next().is_none()).is_some_and(|key| store.code_by_key(key));
    };
    match (command, store.current()) {
        (Command::Next, _) => go(store, true),
        (Command::Previous, _) => go(store, false),
        (Command::Useful, _) => store.most_useful(),
        (Command::Accept, _) => store.decide_on(Action::Accepted),
        (Command::Reject, _) => store.decide_on(Action::Rejected),
        (Command::None, _) => store.decide_on(Action::NoneApplies),
        (Command::Code, _) => store.code_selection(),
        (Command::Edit, _) => edit(store, Field::Code),
        (Command::Stance, _) => edit(store, Field::Stance),
        (Command::Tier, _) => edit(store, Field::Tier),
        (Command::Confidence, _) => edit(store, Field::Confidence),
        (Command::Memo, _) => edit(store, Field::Memo),
        (Command::Undo, _) => store.undo(),
        (Command::Redo, _) => store.redo(),
        (Command::Filter, _) => focus_filter(),
        (Command::Help, _) => open(help),
        (Command::Reveal, Some(unit)) => store.reveal(&unit.id, None),
        (Command::Skip, Some(unit)) => store.skip(&unit),
        (Command::Same, Some(unit)) => store.same_again(&unit),
        (Command::Relate, Some(unit)) => store.relate(&unit, None),
        (Command::Urgent, Some(unit)) => store.flag(&unit),
        (Command::Region, Some(unit)) => store.code_region(&unit),
        (Command::Transcribe, Some(unit)) => store.go_to_transcript(&unit),
        (Command::Account, Some(unit)) => store.code_account_of(&unit),
        (_, None) => {}
    }
    true
}

/// Does what a key does that was pressed on the page, and shows there what it led to.
pub(super) fn pressed_on_page(store: Store, help: NodeRef<html::Dialog>, key: &str) {
    let before = store.current().map(|unit| unit.id);
    act(store, help, key, false);
    if let Some(unit) = store.current().filter(|unit| Some(&unit.id) != before.as_ref()) {
        store.reveal(&unit.id, None);
    }
}

fn go(store: Store, forward: bool) {
    if let Some(unit) = store.step(forward) {
        focus_on(&unit);
    }
}

/// Changes the decision that has the focus, or else the last one on the current unit.
fn edit(store: Store, field: Field) {
    let focused = document().active_element().and_then(|element| element.closest("[data-decision]").ok().flatten());
    match (focused.and_then(|element| element.get_attribute("data-decision")), store.current()) {
        (Some(decision), Some(unit)) => store.edit(&unit, &decision, field),
        _ => store.edit_last(field),
    }
}

fn place(target: Option<Element>) -> Place {
    let Some(target) = target else { return Place::Free };
    if target.dyn_ref::<HtmlElement>().is_some_and(HtmlElement::is_content_editable) {
        return Place::Field;
    }
    match target.tag_name().to_ascii_lowercase().as_str() {
        "input" => match target.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::type_).as_deref() {
            Some("radio") => Place::Choice,
            _ => Place::Field,
        },
        "textarea" | "select" => Place::Field,
        "button" | "a" | "summary" => Place::Button,
        _ => Place::Free,
    }
}

fn focus_filter() {
    let choices = document().query_selector_all(&format!("#{} input", header::FILTER)).ok();
    let Some(choices) = choices else { return };
    let chosen = (0..choices.length())
        .filter_map(|place| choices.get(place)?.dyn_into::<HtmlInputElement>().ok())
        .find(HtmlInputElement::checked);
    if let Some(chosen) = chosen {
        // Without a page there is no filter to focus.
        let _ = chosen.focus();
    }
}

/// Shows the shortcuts.
pub(super) fn open(help: NodeRef<html::Dialog>) {
    if let Some(help) = help.get_untracked() {
        // It fails only where the dialog is open already.
        let _ = help.show_modal();
    }
}

fn close(help: NodeRef<html::Dialog>) {
    if let Some(help) = help.get_untracked() {
        help.close();
    }
}

/// Keys as they stand on a keyboard.
fn caps(keys: &[String]) -> impl IntoView + use<> {
    keys.iter().map(|key| view! { <kbd>{keys::shown(key)}</kbd> " " }).collect_view()
}

pub(super) fn help(store: Store, help: NodeRef<html::Dialog>) -> impl IntoView {
    let commands = move || {
        let keys = store.keys.get();
        let lines = BINDINGS.iter().map(|binding| (keys.of(binding), binding.label));
        let bound = lines.filter(|(keys, _)| !keys.is_empty());
        bound
            .map(|(keys, label)| view! { <div><dt>{caps(&keys)}</dt><dd>{store.text(label)}</dd></div> })
            .collect_view()
    };
    let codes = move || {
        let (keys, codebooks) = (store.keys.get(), store.codebooks.get());
        let free = |key: &char| keys.command(&key.to_string()).is_none();
        let books = codebooks.active().map(|card| {
            let lines = card.codes.iter().filter_map(|code| Some((code.hotkey.filter(free)?, &code.label)));
            let lines = lines.map(|(key, label)| {
                view! { <div><dt>{caps(&[key.to_string()])}</dt><dd>{label.clone()}</dd></div> }
            });
            view! { <h3><bdi>{card.title.clone()}</bdi></h3> <dl class="keys">{lines.collect_view()}</dl> }
        });
        books.collect_view()
    };
    view! {
        <dialog class="help" node_ref=help aria-labelledby="shortcuts-title">
            <h2 id="shortcuts-title">{store.text("panel_shortcuts")}</h2>
            <dl class="keys">{commands}</dl>
            <details>
                <summary>{store.text("panel_keys_codes")}</summary>
                <p class="hint">{store.text("panel_keys_codes_hint")}</p>
                {codes}
            </details>
            <div class="actions">
                <button type="button" on:click=move |_| close(help)>{store.text("panel_close")}</button>
                <button type="button" id="change-keys" on:click=move |_| store.host().open_options()>
                    {store.text("panel_keys_change")}
                </button>
            </div>
        </dialog>
    }
}
