//! The codes of the form: a list that is filtered by typing and walked through with the arrows.
//!
//! Source: the ARIA pattern of a combobox with a list beneath it (WAI-ARIA Authoring Practices 1.2), always open.
//! Invariants: walking chooses nothing; Enter and a click do. Of a filtered list every code says what it stands under.

use super::coding::Form;
use crate::drafts::tree;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use std::sync::Arc;

/// Id of the list.
const LIST: &str = "coding-codes";

/// A code that can be chosen.
struct Choice {
    /// Codebook id and code id.
    code: (String, String),
    label: String,
    /// What it stands under, from the top; with the codebook's title first, where there are several.
    under: Vec<String>,
    depth: usize,
    hotkey: Option<char>,
    slot: String,
    /// Where typed words are looked for, the label first.
    words: [String; 2],
}

impl Choice {
    /// How well typed words fit, the lower the better; not at all if one is nowhere.
    fn fit(&self, typed: &[String]) -> Option<usize> {
        let [label, rest] = &self.words;
        let all = typed.iter().all(|word| label.contains(word.as_str()) || rest.contains(word.as_str()));
        let first = typed.first()?;
        let rank = match label.find(first.as_str()) {
            Some(0) => 0,
            Some(at) if !label[..at].ends_with(char::is_alphanumeric) => 1,
            Some(_) => 2,
            None => 3,
        };
        all.then_some(rank)
    }
}

fn choices(form: &Form) -> Vec<Choice> {
    let codebooks = form.store.codebooks.get_untracked();
    let only = form.draft.codebook();
    let several = codebooks.several() && only.is_none();
    let mut all = Vec::new();
    for card in codebooks.active().filter(|card| only.is_none_or(|only| card.codebook.id == only)) {
        let mut path: Vec<String> = Vec::new();
        for (depth, code) in tree(&card.codes) {
            path.truncate(depth);
            let book = several.then(|| card.title.clone());
            let definition = code.definition.to_lowercase();
            all.push(Choice {
                code: (card.codebook.id.clone(), code.id.clone()),
                label: code.label.clone(),
                under: book.into_iter().chain(path.iter().cloned()).collect(),
                depth,
                hotkey: code.hotkey,
                slot: codebooks.slot(&card.codebook.id, &code.id),
                words: [code.label.to_lowercase(), format!("{} {definition}", code.id)],
            });
            path.push(code.label.clone());
        }
    }
    all
}

/// The field and its list.
pub(super) fn picker(form: &Form) -> impl IntoView + use<> {
    let (store, code) = (form.store, form.code);
    let all = Arc::new(choices(form));
    let typed = RwSignal::new(String::new());
    // The place in the list that the arrows are at.
    let at = RwSignal::new(0_usize);
    let shown = Memo::new({
        let all = all.clone();
        move |_| {
            let words: Vec<String> =
                typed.with(|typed| typed.to_lowercase().split_whitespace().map(str::to_owned).collect());
            let mut fits: Vec<(usize, usize)> = match words.is_empty() {
                true => (0..all.len()).map(|place| (0, place)).collect(),
                false => all.iter().enumerate().filter_map(|(place, it)| Some((it.fit(&words)?, place))).collect(),
            };
            fits.sort_unstable();
            fits.into_iter().map(|(_, place)| place).collect::<Vec<usize>>()
        }
    });
    if let Some(chosen) = code.get_untracked() {
        at.set(all.iter().position(|it| it.code == chosen).unwrap_or_default());
    }
    let choose = {
        let (form, all) = (form.clone(), all.clone());
        move |place: usize| {
            if let Some(choice) = all.get(place) {
                form.choose(Some(choice.code.clone()));
            }
        }
    };
    let input = move |event| {
        typed.set(event_target_value(&event));
        at.set(0);
    };
    let pressed = {
        let (form, all, choose) = (form.clone(), all.clone(), choose.clone());
        move |event: KeyboardEvent| {
            let last = shown.with(Vec::len).saturating_sub(1);
            match event.key().as_str() {
                "ArrowDown" => at.update(|at| *at = if *at >= last { 0 } else { *at + 1 }),
                "ArrowUp" => at.update(|at| *at = if *at == 0 { last } else { *at - 1 }),
                // What is chosen already, with nothing typed, is kept as it is: the form is done.
                "Enter" if event.ctrl_key() || event.meta_key() || event.is_composing() => return,
                "Enter" => {
                    let Some(place) = shown.with(|shown| shown.get(at.get()).copied()) else { return };
                    let again = form.code.with_untracked(|code| code.as_ref() == all.get(place).map(|it| &it.code));
                    choose(place);
                    match again {
                        true => form.save(),
                        false => form.after_code(),
                    }
                }
                _ => return,
            }
            event.prevent_default();
            let id = option_id(shown.with(|shown| shown.get(at.get_untracked()).copied()).unwrap_or_default());
            if let Some(option) = document().get_element_by_id(&id) {
                super::bring_into_view(&option);
            }
        }
    };
    let lines = {
        let all = all.clone();
        move || {
            let filtered = typed.with(|typed| !typed.trim().is_empty());
            let lines = shown.get().into_iter().enumerate().filter_map(|(line, place)| {
                let choice = all.get(place)?;
                Some(option(choice, line, place, filtered, at, code, choose.clone()))
            });
            lines.collect_view()
        }
    };
    let none =
        move || shown.with(Vec::is_empty).then(|| view! { <p class="empty">{store.text("coding_no_match")}</p> });
    let active = move || shown.with(|shown| shown.get(at.get()).map(|place| option_id(*place)));
    view! {
        <input
            type="text"
            id="coding-code"
            role="combobox"
            aria-expanded="true"
            aria-controls=LIST
            aria-autocomplete="list"
            aria-activedescendant=active
            aria-describedby="coding-meaning"
            autocomplete="off"
            placeholder=store.text("coding_filter")
            on:input=input
            on:keydown=pressed
        />
        <ul id=LIST role="listbox" aria-label=store.text("coding_code")>{lines}</ul>
        {none}
    }
}

fn option_id(place: usize) -> String {
    format!("coding-option-{place}")
}

fn option(
    choice: &Choice,
    line: usize,
    place: usize,
    filtered: bool,
    at: RwSignal<usize>,
    code: RwSignal<Option<(String, String)>>,
    choose: impl Fn(usize) + 'static,
) -> AnyView {
    let chosen = {
        let own = choice.code.clone();
        Memo::new(move |_| code.with(|code| code.as_ref() == Some(&own)))
    };
    let clicked = move |_| {
        at.set(line);
        choose(place);
    };
    let under = if filtered { choice.under.join(" › ") } else { String::new() };
    // Without a filter the codebooks' titles stand above their codes.
    let book = choice.under.first().filter(|_| !filtered && choice.depth == 0 && choice.under.len() == 1).cloned();
    let depth = if filtered { 0 } else { choice.depth };
    view! {
        <li
            id=option_id(place)
            class=format!("option {}", choice.slot)
            class:at=move || at.get() == line
            role="option"
            data-code=format!("{} {}", choice.code.0, choice.code.1)
            data-book=book
            aria-selected=move || chosen.get().to_string()
            style:padding-inline-start=format!("{}rem", 0.375 + depth as f32)
            on:click=clicked
        >
            {super::words::swatch()}
            <span class="name">{choice.label.clone()}</span>
            {(!under.is_empty()).then(|| view! { <span class="under">{under.clone()}</span> })}
            {choice.hotkey.map(|key| view! { <kbd aria-hidden="true">{key.to_string()}</kbd> })}
        </li>
    }
    .into_any()
}
