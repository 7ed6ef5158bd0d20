//! The workbench: a text of the coder's own, read as the pages are, with what was found in it and why.
//!
//! Invariants: nothing is kept: what was pasted and what was read in it go with the page; words, not colours, carry what is
//! suggested.
//! Must not touch: the network, storage, and how units are read.

mod cut;
mod input;
mod save;
mod state;
mod summary;
mod tally;
mod unit;

use crate::grouping::{Filter, Item};
use crate::host::Host;
use leptos::prelude::*;
use state::{Bench, SLICE};

/// Lines of the list that are built in one frame, so that a long list does not block.
const FRAME: usize = 10;

/// The workbench.
pub(crate) fn workbench(host: Host) -> impl IntoView {
    let bench = Bench::start(host);
    let begun = Memo::new(move |_| bench.text.get() > 0);
    view! {
        <header class="bench-head">
            <h1>{bench.words("workbench_title")}</h1>
            <p class="hint">{bench.words("workbench_privacy")}</p>
        </header>
        <main class="workbench">
            {input::input(bench)}
            <div class="results">
                {input::progress(bench)}
                {move || if begun.get() {
                    view! { {summary::summary(bench)} {list(bench)} }.into_any()
                } else {
                    view! { <p class="empty">{bench.words("workbench_begin")}</p> }.into_any()
                }}
            </div>
        </main>
        <p class="notice" role="status">{move || bench.notice.get()}</p>
    }
}

fn list(bench: Bench) -> impl IntoView {
    let items = Memo::new(move |_| bench.items());
    let shown = Memo::new(move |_| items.with(Vec::len).min(bench.limit.get()));
    let built = RwSignal::new(FRAME);
    Effect::new(move |_| {
        let (shown, so_far) = (shown.get(), built.get());
        if so_far < shown {
            request_animation_frame(move || built.update(|built| *built += FRAME));
        } else if so_far > shown + FRAME {
            built.set(shown.max(FRAME));
        }
    });
    let empty = Memo::new(move |_| items.with(Vec::is_empty));
    let more = Memo::new(move |_| items.with(Vec::len).saturating_sub(bench.limit.get()));
    view! {
        <section class="list" aria-labelledby="list-title">
            <div class="list-head">
                <h2 id="list-title">{bench.words("workbench_units")}</h2>
                {filters(bench)}
            </div>
            <ul class="units" role="list">
                <For
                    // Another text has other units in the same places.
                    each=move || {
                        let text = bench.text.get();
                        let number = built.get().min(shown.get());
                        items.with(|items| items[..number.min(items.len())].iter().map(|item| (text, item.clone())).collect::<Vec<_>>())
                    }
                    key=Clone::clone
                    children=move |(_, item)| line(bench, item)
                />
            </ul>
            {move || empty.get().then(|| view! { <p class="empty">{bench.words("workbench_empty")}</p> })}
            {move || (more.get() > 0).then(|| view! {
                <button type="button" class="more" on:click=move |_| bench.limit.update(|limit| *limit += SLICE)>
                    {bench.fill("workbench_more", &[&more.get().min(SLICE).to_string(), &more.get().to_string()])}
                </button>
            })}
        </section>
    }
}

fn filters(bench: Bench) -> impl IntoView {
    let choice = move |filter: Filter, key: &'static str| {
        let choose = move |_| {
            bench.limit.set(SLICE);
            bench.filter.set(filter);
        };
        view! {
            <label>
                <input type="radio" name="filter" prop:checked=move || bench.filter.get() == filter on:change=choose/>
                <span>{bench.words(key)}</span>
            </label>
        }
    };
    view! {
        <div class="filter" role="radiogroup" aria-label=bench.words("panel_filter")>
            {choice(Filter::All, "panel_filter_all")}
            {choice(Filter::Found, "panel_filter_found")}
        </div>
    }
}

fn line(bench: Bench, item: Item) -> AnyView {
    match item {
        Item::Unit(key) => bench.row(&key).map(|row| view! { <li>{unit::unit(bench, &row)}</li> }).into_any(),
        Item::Quiet { first, count } => quiet(bench, first, count).into_any(),
    }
}

fn quiet(bench: Bench, first: String, count: usize) -> impl IntoView {
    let unfolded = Memo::new({
        let first = first.clone();
        move |_| bench.unfolded.with(|unfolded| unfolded.contains(&first))
    });
    let toggle = move |_| {
        bench.unfolded.update(|unfolded| {
            if !unfolded.remove(&first) {
                unfolded.insert(first.clone());
            }
        });
    };
    view! {
        <li class="quiet">
            <button type="button" aria-expanded=move || unfolded.get().to_string() on:click=toggle>
                {bench.browser.count("panel_quiet_one", "panel_quiet_other", count)}
            </button>
        </li>
    }
}
