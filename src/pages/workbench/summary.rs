//! What was found in all, in numbers and bars, and the ways to take the results along.

use super::save;
use super::state::{Bench, Numbers};
use super::tally::{Tally, width};
use crate::codebooks::Codebooks;
use crate::panel::words;
use leptos::prelude::*;
use postil::exchange::classified::Bad;
use postil::service::protocol::CodebookCard;
use std::cmp::Reverse;

/// Most bad lines that are named.
const NAMED: usize = 20;

pub(super) fn summary(bench: Bench) -> impl IntoView {
    let numbers = Memo::new(move |_| bench.numbers());
    let number = move |key: &'static str, of: fn(&Numbers) -> usize| {
        view! { <span class="count"><b>{move || numbers.with(of)}</b> " " {bench.words(key)}</span> }
    };
    let pictures = move || {
        let codebooks = bench.codebooks.get();
        let shown = codebooks.0.iter().filter(|card| bench.shows(&card.codebook.id));
        numbers.with(|numbers| {
            let tallied = shown.filter_map(|card| Some((card, numbers.tallies.get(&card.codebook.id)?)));
            tallied.map(|(card, tally)| picture(bench, &codebooks, card, tally)).collect_view()
        })
    };
    view! {
        <section class="summary" aria-labelledby="summary-title">
            <h2 id="summary-title">{bench.words("workbench_summary")} " " <bdi class="hint">{move || bench.source.get()}</bdi></h2>
            <p class="counts">
                {number("workbench_count_units", |numbers| numbers.units)}
                {number("panel_count_found", |numbers| numbers.found)}
            </p>
            {move || bad(bench, &bench.bad())}
            <div class="pictures">{pictures}</div>
            {actions(bench)}
        </section>
    }
}

/// The units of one codebook by tier and by code.
fn picture(bench: Bench, codebooks: &Codebooks, card: &CodebookCard, tally: &Tally) -> AnyView {
    let id = &card.codebook.id;
    let longest = tally.tiers.iter().copied().max().unwrap_or_default();
    let tiers = tally.tiers.iter().enumerate().map(|(tier, number)| {
        let label = card.tiers.get(tier).cloned().unwrap_or_default();
        let support = card.support_from.is_some_and(|from| usize::from(from) == tier);
        let name = view! { <span class="number">{tier}</span> " " <bdi>{label}</bdi> };
        view! { <li class:support=support data-tier=tier.to_string()>{bar(name, *number, longest)}</li> }
    });
    let mut codes: Vec<(&String, usize)> = tally.codes.iter().map(|(code, number)| (code, *number)).collect();
    codes.sort_by_key(|(_, number)| Reverse(*number));
    let most = codes.first().map_or(0, |(_, number)| *number);
    let codes = codes.iter().map(|(code, number)| {
        let name = view! { {words::swatch()} " " <bdi>{codebooks.code_label(id, code)}</bdi> };
        view! { <li class=codebooks.slot(id, code)>{bar(name, *number, most)}</li> }
    });
    view! {
        <section class="picture" role="group" data-codebook=id.clone() aria-label=card.title.clone()>
            <h3><bdi>{card.title.clone()}</bdi></h3>
            {(!tally.tiers.is_empty()).then(|| view! {
                <h4>{bench.words("workbench_by_tier")}</h4>
                <ol class="bars tiers" role="list">{tiers.collect_view()}</ol>
            })}
            {(!tally.codes.is_empty()).then(|| view! {
                <h4>{bench.words("workbench_by_code")}</h4>
                <ol class="bars" role="list">{codes.collect_view()}</ol>
            })}
        </section>
    }
    .into_any()
}

fn bar(name: impl IntoView, number: usize, longest: usize) -> impl IntoView {
    view! {
        <span class="name">{name}</span>
        <span class="track" aria-hidden="true"><span class="level" style:inline-size=width(number, longest)></span></span>
        <span class="amount">{number}</span>
    }
}

fn bad(bench: Bench, bad: &[Bad]) -> Option<AnyView> {
    let more = bad.len().saturating_sub(NAMED);
    let named = bad.iter().take(NAMED).map(|bad| {
        view! { <li>{bench.fill("workbench_bad_line", &[&bad.line.to_string(), &bad.error])}</li> }
    });
    (!bad.is_empty()).then(|| {
        view! {
            <details class="bad">
                <summary class="failed">{bench.browser.count("workbench_bad_one", "workbench_bad_other", bad.len())}</summary>
                <ul role="list">{named.collect_view()}</ul>
                {(more > 0).then(|| view! { <p>{bench.fill("workbench_bad_more", &[&more.to_string()])}</p> })}
            </details>
        }
        .into_any()
    })
}

fn actions(bench: Bench) -> impl IntoView {
    let busy = move || bench.writing.get().then_some("true");
    view! {
        <div class="actions">
            <button type="button" id="save" title=bench.words("workbench_save_hint") aria-disabled=busy on:click=move |_| save::save(bench)>
                {bench.words("workbench_save")}
            </button>
            <button type="button" id="copy" title=bench.words("workbench_save_hint") aria-disabled=busy on:click=move |_| save::copy(bench)>
                {bench.words("workbench_copy")}
            </button>
        </div>
    }
}
