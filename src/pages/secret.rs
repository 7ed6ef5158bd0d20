//! Passphrases: choosing one, and giving one.
//!
//! Invariants: a new one is written twice; fields are emptied once their passphrase is taken; nothing is kept here.

use crate::host::Browser;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use postil::exchange::task::Passphrase;
use std::sync::Arc;

/// Fewest characters of a new passphrase.
const FEWEST: usize = 12;

/// A field for a passphrase.
fn field(browser: Browser, id: String, label: &str, kind: &'static str, node: NodeRef<html::Input>) -> AnyView {
    view! {
        <label class="named">
            <span>{browser.text(label)}</span>
            <input type="password" id=id autocomplete=kind node_ref=node />
        </label>
    }
    .into_any()
}

fn taken(node: NodeRef<html::Input>) -> String {
    let Some(field) = node.get_untracked() else { return String::new() };
    let value = field.value();
    field.set_value("");
    value
}

/// Two fields for a new passphrase; a handle, cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Chosen {
    browser: Browser,
    fields: [NodeRef<html::Input>; 2],
    fault: RwSignal<Option<String>>,
}

impl Chosen {
    pub(crate) fn of(browser: Browser) -> Self {
        Self { browser, fields: [NodeRef::new(), NodeRef::new()], fault: RwSignal::new(None) }
    }

    pub(crate) fn view(self, id: &'static str) -> AnyView {
        let [first, again] = self.fields;
        view! {
            <div class="secret">
                {field(self.browser, id.to_owned(), "options_secret_new", "new-password", first)}
                {field(self.browser, format!("{id}-again"), "options_secret_again", "new-password", again)}
                <p class="hint">{self.browser.text("options_secret_hint")}</p>
                <p class="fault" role="alert">{move || self.fault.get()}</p>
            </div>
        }
        .into_any()
    }

    /// What was written, if it was written twice alike; else what is wrong is said.
    pub(crate) fn take(self) -> Option<Passphrase> {
        let [first, again] =
            self.fields.map(|node| node.get_untracked().map(|field| field.value()).unwrap_or_default());
        let wrong = if first.chars().count() < FEWEST {
            Some(self.browser.fill("options_secret_short", &[&FEWEST.to_string()]))
        } else {
            (first != again).then(|| self.browser.text("options_secret_differs"))
        };
        let right = wrong.is_none();
        self.fault.set(wrong);
        if right {
            self.fields.into_iter().for_each(|field| drop(taken(field)));
        }
        right.then_some(Passphrase(first))
    }
}

/// A choice to encrypt a file, with the fields for it; a handle, cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Sealing {
    new: Chosen,
    on: RwSignal<bool>,
}

impl Sealing {
    pub(crate) fn new(browser: Browser) -> Self {
        Self { new: Chosen::of(browser), on: RwSignal::new(false) }
    }

    pub(crate) fn view(self, id: &'static str, label: &'static str) -> AnyView {
        let browser = self.new.browser;
        view! {
            <label class="choice">
                <input
                    type="checkbox"
                    id=format!("{id}-seal")
                    prop:checked=move || self.on.get()
                    on:change=move |event| self.on.set(event_target_checked(&event))
                />
                <span>{browser.text(label)}</span>
            </label>
            {move || self.on.get().then(|| self.new.view(id))}
        }
        .into_any()
    }

    /// The passphrase, if there is to be one; an error if it is not written yet.
    pub(crate) fn take(self) -> Result<Option<Passphrase>, ()> {
        if self.on.get_untracked() { self.new.take().map(Some).ok_or(()) } else { Ok(None) }
    }
}

/// A form for the passphrase of what is there.
pub(crate) fn ask(
    browser: Browser,
    id: &'static str,
    label: &'static str,
    verb: &'static str,
    given: Arc<dyn Fn(Passphrase) + Send + Sync>,
) -> AnyView {
    let node = NodeRef::<html::Input>::new();
    let give = move |event: SubmitEvent| {
        event.prevent_default();
        let passphrase = taken(node);
        if !passphrase.is_empty() {
            given(Passphrase(passphrase));
        }
    };
    view! {
        <form class="secret" on:submit=give>
            {field(browser, id.to_owned(), label, "current-password", node)}
            <button type="submit" id=format!("{id}-give")>{browser.text(verb)}</button>
        </form>
    }
    .into_any()
}
