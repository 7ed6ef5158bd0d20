//! The head of the panel: which codebooks, how far the page has been read and decided, which units to show, export, help.

use super::keys;
use crate::export::export;
use crate::grouping::Filter;
use crate::store::{Export, Presence, Store};
use leptos::html;
use leptos::prelude::*;

/// The id of the group of filters.
pub(super) const FILTER: &str = "filter";

pub(super) fn header(store: Store, help: NodeRef<html::Dialog>) -> impl IntoView {
    let present = Memo::new(move |_| store.presence.get() == Presence::Present);
    view! {
        <header>
            <div class="title">
                <h1>{store.text("panel_title")}</h1>
                {move || codebooks(store)}
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
            {move || present.get().then(|| view! { {counts(store)} {filters(store)} })}
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
    let cards = store.codebooks.get();
    let names = cards.0.iter().map(|card| {
        view! { <span class="codebook" title=card.codebook.hash.clone()>
            <bdi>{card.title.clone()}</bdi> " " <span class="version">{card.codebook.version.clone()}</span>
        </span> }
    });
    view! { <p class="codebooks">{names.collect_view()}</p> }.into_any()
}

fn counts(store: Store) -> impl IntoView {
    let counts = Memo::new(move |_| store.counts());
    let complete = Memo::new(move |_| store.complete.get());
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

fn exporter(store: Store) -> impl IntoView {
    let busy = Memo::new(move |_| store.export.get() != Export::Idle);
    let words = move || match store.export.get() {
        Export::Idle => store.text("panel_export"),
        Export::Running(number) => store.fill("panel_exporting", &[&number.to_string()]),
    };
    view! {
        <button
            type="button"
            class="export"
            title=store.text("panel_export_hint")
            aria-busy=move || busy.get().to_string()
            aria-disabled=move || busy.get().to_string()
            on:click=move |_| export(store)
        >
            {words}
        </button>
    }
}
