//! The head of the panel: which codebooks, how far the page has been read and decided, which units to show, export, help.

use super::{keys, rest, session, via};
use crate::care::Care;
use crate::codebooks::Codebooks;
use crate::grouping::Filter;
use crate::site;
use crate::store::{Presence, Store};
use leptos::html;
use leptos::prelude::*;
use postil::exchange::redaction::Redaction;
use postil::exchange::writer::Format;

/// Two sliders: the options. A constant, because Leptos writes a drawing that is all literals as HTML.
const SLIDERS: &str = "M2 4.5h6.5M11.5 4.5H14M2 11.5h2.5M7.5 11.5H14M8.5 4.5a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0M4.5 11.5a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0";

/// The id of the group of filters.
pub(super) const FILTER: &str = "filter";

pub(super) fn header(store: Store, help: NodeRef<html::Dialog>, care: RwSignal<Option<Care>>) -> impl IntoView {
    let present = Memo::new(move |_| store.presence.get() == Presence::Present);
    view! {
        <header class="top">
            <div class="title">
                <h1>{store.text("panel_title")}</h1>
                {move || codebooks(store)}
                <button
                    type="button"
                    class="icon"
                    id="options"
                    aria-label=store.text("panel_options")
                    title=store.text("panel_options")
                    on:click=move |_| store.host().open_options()
                >
                    <svg viewBox="0 0 16 16" aria-hidden="true">
                        <path d=SLIDERS></path>
                    </svg>
                </button>
                <button
                    type="button"
                    class="icon"
                    aria-label=store.text("panel_shortcuts")
                    title=store.text("panel_shortcuts")
                    on:click=move |_| keys::open(help)
                >
                    "?"
                </button>
            </div>
            {move || present.get().then(|| view! { {counts(store)} {filters(store)} {teacher(store)} {via::via(store)} })}
            {session::session(store)}
            {rest::rest(store, care)}
            {exporter(store)}
        </header>
    }
}

fn codebooks(store: Store) -> AnyView {
    if let Some(message) = store.codebooks_failure.get() {
        return view! {
            <p class="codebooks failed">
                {store.fill("panel_codebooks_failed", &[&message])}
                <button type="button" on:click=move |_| store.load_codebooks()>{store.text("panel_retry")}</button>
            </p>
        }
        .into_any();
    }
    let codebooks = store.codebooks.get();
    if codebooks.several() {
        return chooser(store, &codebooks).into_any();
    }
    let names = codebooks.active().map(|card| {
        view! { <span class="codebook" title=card.codebook.hash.clone()>
            <bdi>{card.title.clone()}</bdi> " " <span class="version">{card.codebook.version.clone()}</span>
        </span> }
    });
    view! { <p class="codebooks">{names.collect_view()}</p> }.into_any()
}

/// Of several codebooks, which to show.
fn chooser(store: Store, codebooks: &Codebooks) -> impl IntoView {
    let only = store.only.get_untracked();
    let number = codebooks.active().count();
    let names = codebooks.active().map(|card| {
        let id = card.codebook.id.clone();
        view! { <option selected={only.as_ref() == Some(&id)} value=id>{card.title.clone()}</option> }
    });
    let chosen = move |event| {
        store.show(store.filter.get_untracked());
        store.only.set(Some(event_target_value(&event)).filter(|id| !id.is_empty()));
    };
    view! {
        <div class="codebooks">
            <select id="only" aria-label=store.text("panel_only") on:change=chosen>
                <option value="" selected={only.is_none()}>{store.fill("panel_only_all", &[&number.to_string()])}</option>
                {names.collect_view()}
            </select>
        </div>
    }
}

fn counts(store: Store) -> impl IntoView {
    let counts = Memo::new(move |_| store.counts());
    let complete = Memo::new(move |_| store.complete.get());
    // Not where nothing that is taught is used.
    let learns = Memo::new(move |_| store.learns());
    let number = move |key: &'static str, of: fn(&crate::grouping::Counts) -> usize| {
        view! { <span class="count"><b>{move || counts.with(of)}</b> " " {store.text(key)}</span> }
    };
    view! {
        <p class="counts">
            {number("panel_count_read", |counts| counts.read)}
            {number("panel_count_found", |counts| counts.found)}
            {number("panel_count_decided", |counts| counts.decided)}
            {move || {
                (!complete.get()).then(|| {
                    let waiting = counts.with(|counts| counts.units - counts.read);
                    view! { <span class="count waiting">{store.fill("panel_count_waiting", &[&waiting.to_string()])}</span> }
                })
            }}
            <button
                type="button"
                class="useful"
                title=store.text("panel_useful_hint")
                hidden=move || !learns.get()
                on:click=move |_| store.most_useful()
            >
                {store.text("panel_useful")}
            </button>
        </p>
    }
}

fn filters(store: Store) -> impl IntoView {
    let choice = move |filter: Filter, key: &'static str| {
        view! {
            <label>
                <input
                    type="radio"
                    name="filter"
                    prop:checked=move || store.filter.get() == filter
                    on:change=move |_| store.show(filter)
                />
                <span>{store.text(key)}</span>
            </label>
        }
    };
    view! {
        <div class="filter" id=FILTER role="radiogroup" aria-label=store.text("panel_filter")>
            {choice(Filter::All, "panel_filter_all")}
            {choice(Filter::Found, "panel_filter_found")}
            {choice(Filter::Open, "panel_filter_open")}
        </div>
    }
}

/// The way to teach the site, where nobody says what its units are.
fn teacher(store: Store) -> impl IntoView {
    let wanted = Memo::new(move |_| store.complete.get() && store.unknown());
    move || {
        wanted.get().then(|| {
            let told = move |said| store.notice.set(said);
            view! { <div class="unknown-site">{site::teacher(store.browser, told)}</div> }
        })
    }
}

fn exporter(store: Store) -> impl IntoView {
    let exporter = store.exporter;
    let files = exporter.files;
    let busy = Memo::new(move |_| files.busy());
    let words = move || if busy.get() { files.words() } else { store.text("panel_export") };
    view! {
        <div class="exporter">
            {move || busy.get().then(|| view! {
                <button type="button" class="link" on:click=move |_| files.stop()>{store.text("export_stop")}</button>
            })}
            <button
                type="button"
                class="export"
                title=store.text("panel_export_hint")
                aria-busy=move || busy.get().to_string()
                aria-disabled=move || busy.get().to_string()
                on:click=move |_| exporter.start(Format::JsonLines, Redaction::default(), false, None)
            >
                {words}
            </button>
        </div>
    }
}
