//! The side panel: the units of the page in order, what is suggested about each, and the coder's word on it.
//!
//! Invariants: words, not colours, carry what is suggested; what happens to one card leaves the others alone.
//! Must not touch: how decisions travel (`store`).

mod absent;
mod authors;
mod beside;
mod card;
mod coding;
mod cues;
pub(crate) mod entities;
mod failures;
mod header;
mod image;
mod keys;
mod locked;
mod missing;
mod own;
mod picker;
pub(crate) mod reading;
mod relating;
mod rest;
mod session;
mod via;
pub(crate) mod why;
pub(crate) mod words;

use crate::care;
use crate::grouping::Item;
use crate::store::{Presence, Store};
use leptos::html;
use leptos::prelude::*;
use postil::service::protocol::VaultState;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement, ScrollBehavior, ScrollIntoViewOptions, ScrollLogicalPosition};

/// Lines of the list that are built at once; the rest follows frame by frame, so that a long page does not block.
const SLICE: usize = 20;

/// The side panel.
pub(crate) fn panel(store: Store) -> impl IntoView {
    let help = NodeRef::<html::Dialog>::new();
    let wanted = care::heard(store.browser);
    provide_context(wanted);
    window_event_listener(leptos::ev::keydown, move |event| {
        if !matches!(event.key().as_str(), "Shift" | "Control" | "Alt" | "Meta") {
            acted(store, None);
        }
        keys::pressed(store, help, &event);
    });
    window_event_listener(leptos::ev::pointerdown, move |event| acted(store, event.target()));
    Effect::new(move |_| {
        let (number, key) = store.page_key.get();
        if number > 0 {
            acted(store, None);
            keys::pressed_on_page(store, help, &key);
        }
    });
    // Another page begins anew: its units may have the ids of the last one's.
    let state = Memo::new(move |_| (store.presence.get(), store.page.get()));
    let closed = Memo::new(move |_| store.vault.is(VaultState::Locked));
    let without = Memo::new(move |_| store.codebooks.with(|codebooks| codebooks.none_active()));
    view! {
        {header::header(store, help, wanted)}
        {failures::failures(store)}
        {move || (without.get() && !closed.get()).then(|| no_codebook(store))}
        {move || match state.get().0 {
            _ if closed.get() => locked::locked(store).into_any(),
            Presence::Unknown => view! { <main><p class="empty">{store.text("panel_waiting")}</p></main> }.into_any(),
            Presence::Absent => absent::absent(store).into_any(),
            Presence::Present => view! { <main>{authors::authors(store)} {list(store)} {missing::missing(store)}</main> }.into_any(),
        }}
        <p class="notice" role="status">{move || store.notice.get()}</p>
        {coding::coding(store)}
        {relating::relating(store)}
        {relating::escalation(store)}
        {keys::help(store, help)}
    }
}

/// What was said is let go once the coder acts, except on what was said.
fn acted(store: Store, target: Option<EventTarget>) {
    let on_notice = target
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|target| target.closest(".notice").ok().flatten().is_some());
    if !on_notice && store.notice.with_untracked(|notice| !notice.is_empty()) {
        store.notice.set(String::new());
    }
}

/// What the panel says where nothing is looked for.
fn no_codebook(store: Store) -> impl IntoView {
    view! {
        <section class="no-codebook" aria-labelledby="no-codebook-title">
            <h2 id="no-codebook-title">{store.text("panel_no_codebook")}</h2>
            <p>{store.text("panel_no_codebook_hint")}</p>
            <button type="button" class="primary" on:click=move |_| store.host().open_options()>
                {store.text("panel_no_codebook_options")}
            </button>
        </section>
    }
}

fn list(store: Store) -> impl IntoView {
    let items = Memo::new(move |_| store.items());
    let built = RwSignal::new(SLICE);
    Effect::new(move |_| items.with(|items| store.select_something(items)));
    Effect::new(move |_| {
        let (length, so_far) = (items.with(Vec::len), built.get());
        if so_far < length {
            request_animation_frame(move || built.update(|built| *built += SLICE));
        } else if so_far > length + SLICE {
            built.set(length.max(SLICE));
        }
    });
    let empty = Memo::new(move |_| items.with(Vec::is_empty));
    let complete = Memo::new(move |_| store.complete.get());
    view! {
        <ul
            class="units"
            role="list"
            aria-label=store.text("panel_units")
            aria-busy=move || (built.get() < items.with(Vec::len)).to_string()
        >
            <For
                each=move || items.with(|items| items[..built.get().min(items.len())].to_vec())
                key=Item::clone
                children=move |item| line(store, item)
            />
        </ul>
        {move || {
            empty.get().then(|| {
                let words = match (complete.get(), store.counts().units) {
                    (false, _) => "panel_reading_page",
                    (true, 0) => "panel_empty",
                    (true, _) => "panel_empty_filter",
                };
                view! { <p class="empty">{store.text(words)}</p> }
            })
        }}
    }
}

fn line(store: Store, item: Item) -> AnyView {
    match item {
        Item::Unit(id) => store.unit(&id).map(|unit| view! { <li>{card::card(store, unit)}</li> }).into_any(),
        Item::Quiet { first, count } => quiet(store, first, count).into_any(),
    }
}

fn quiet(store: Store, first: String, count: usize) -> impl IntoView {
    let unfolded = Memo::new({
        let first = first.clone();
        move |_| store.unfolded.with(|unfolded| unfolded.contains(&first))
    });
    let toggle = move |_| {
        store.unfolded.update(|unfolded| {
            if !unfolded.remove(&first) {
                unfolded.insert(first.clone());
            }
        });
    };
    view! {
        <li class="quiet">
            <button type="button" aria-expanded=move || unfolded.get().to_string() on:click=toggle>
                {store.count("panel_quiet_one", "panel_quiet_other", count)}
            </button>
        </li>
    }
}

/// The id of a unit's card in the document.
fn element_id(unit: &str) -> String {
    format!("unit-{unit}")
}

/// Brings a unit's card into view.
pub(crate) fn scroll_to(unit: &str) {
    if let Some(card) = document().get_element_by_id(&element_id(unit)) {
        bring_into_view(&card);
    }
}

/// Goes back to the first card.
pub(crate) fn scroll_to_top() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
}

/// Brings a unit's card into view and gives it the focus.
pub(crate) fn focus_on(unit: &str) {
    let card = document().get_element_by_id(&element_id(unit));
    if let Some(card) = card.as_ref().and_then(|card| card.dyn_ref::<HtmlElement>()) {
        // A card that cannot take the focus is still the current one.
        let _ = card.focus();
        bring_into_view(card);
    }
}

/// Frames for which a card is waited for: a long list is built frame by frame.
const FRAMES: usize = 60;

/// Goes to a unit's card, however far, and gives it the focus; as soon as it stands in the list.
pub(crate) fn go_to(unit: String) {
    wait_for(unit, FRAMES, arrive_at);
}

fn wait_for(unit: String, frames: usize, arrive: fn(&str)) {
    request_animation_frame(move || {
        if document().get_element_by_id(&element_id(&unit)).is_some() {
            arrive(&unit);
            // Cards on the way get their heights as they are passed.
            request_animation_frame(move || arrive(&unit));
        } else if frames > 0 {
            wait_for(unit, frames - 1, arrive);
        }
    });
}

fn arrive_at(unit: &str) {
    let Some(card) = document().get_element_by_id(&element_id(unit)) else { return };
    let at_once = ScrollIntoViewOptions::new();
    at_once.set_behavior(ScrollBehavior::Instant);
    at_once.set_block(ScrollLogicalPosition::Start);
    card.scroll_into_view_with_scroll_into_view_options(&at_once);
    if let Some(card) = card.dyn_ref::<HtmlElement>() {
        // A card that cannot take the focus is still the current one.
        let _ = card.focus();
    }
}

/// The id of the field for the words of an image.
pub(crate) fn transcript_id(unit: &str) -> String {
    format!("{}-words", element_id(unit))
}

/// Gives the focus to the field for the words of an image, once its card stands.
pub(crate) fn focus_transcript(unit: String) {
    wait_for(unit, FRAMES, |unit| {
        scroll_to(unit);
        focus_by_id(&transcript_id(unit));
    });
}

/// Gives the focus to what has this id, if it is there.
pub(crate) fn focus_by_id(id: &str) {
    let element = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        // What cannot take the focus can still be used.
        let _ = element.focus();
    }
}

fn bring_into_view(element: &Element) {
    let nearest = ScrollIntoViewOptions::new();
    nearest.set_block(ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&nearest);
}
