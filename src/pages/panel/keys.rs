//! The keyboard.
//!
//! Invariants: no key acts while the coder types, and none that a control has a use of its own for.

use super::{focus_on, header};
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
    /// On a button: Enter is its own.
    Button,
    /// Anywhere else.
    Free,
}

pub(super) fn pressed(store: Store, help: NodeRef<html::Dialog>, event: &KeyboardEvent) {
    if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing() {
        return;
    }
    if help.get_untracked().is_some_and(|help| help.open()) || store.draft.with_untracked(Option::is_some) {
        return;
    }
    let place = place(event.target().and_then(|target| target.dyn_into().ok()));
    if place == Place::Field {
        return;
    }
    match event.key().as_str() {
        "j" => go(store, true),
        "k" => go(store, false),
        "ArrowDown" if place != Place::Choice => go(store, true),
        "ArrowUp" if place != Place::Choice => go(store, false),
        "Escape" if place == Place::Choice => {
            if let Some(unit) = store.current() {
                focus_on(&unit.id);
            }
        }
        "Enter" if place == Place::Free => {
            if let Some(unit) = store.current() {
                store.reveal(&unit.id, None);
            }
        }
        // A key that is held down acts once.
        "a" | "r" | "n" | "c" | "e" | "." if event.repeat() => {}
        "a" => store.decide_first(Action::Accepted),
        "r" => store.decide_first(Action::Rejected),
        "n" => store.decide_first(Action::NoneApplies),
        "c" => store.code_selection(),
        "e" => edit(store),
        "." => store.most_useful(),
        "/" => focus_filter(),
        "?" => open(help),
        _ => return,
    }
    event.prevent_default();
}

fn go(store: Store, forward: bool) {
    if let Some(unit) = store.step(forward) {
        focus_on(&unit);
    }
}

/// Changes the decision that has the focus, or else the last one on the current unit.
fn edit(store: Store) {
    let focused = document().active_element().and_then(|element| element.closest("[data-decision]").ok().flatten());
    match (focused.and_then(|element| element.get_attribute("data-decision")), store.current()) {
        (Some(decision), Some(unit)) => store.edit(&unit, &decision),
        _ => store.edit_last(),
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

pub(super) fn help(store: Store, help: NodeRef<html::Dialog>) -> impl IntoView {
    let key = move |keys: &'static [&'static str], does: &'static str| {
        let keys = keys.iter().map(|key| view! { <kbd>{*key}</kbd> " " }).collect_view();
        view! { <div><dt>{keys}</dt><dd>{store.text(does)}</dd></div> }
    };
    view! {
        <dialog node_ref=help aria-labelledby="shortcuts-title">
            <h2 id="shortcuts-title">{store.text("panel_shortcuts")}</h2>
            <dl class="keys">
                {key(&["j", "↓"], "panel_key_next")}
                {key(&["k", "↑"], "panel_key_previous")}
                {key(&["."], "panel_key_useful")}
                {key(&["Enter"], "panel_key_reveal")}
                {key(&["a"], "panel_key_accept")}
                {key(&["r"], "panel_key_reject")}
                {key(&["n"], "panel_key_none")}
                {key(&["c"], "panel_key_code")}
                {key(&["e"], "panel_key_edit")}
                {key(&["/"], "panel_key_filter")}
                {key(&["?"], "panel_key_help")}
            </dl>
            <button type="button" on:click=move |_| close(help)>{store.text("panel_close")}</button>
        </dialog>
    }
}
