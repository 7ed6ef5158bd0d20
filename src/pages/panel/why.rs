//! Why: each finding, what it adds or takes away, what stands around it, and what the words mean; then the words that a
//! model weighs by themselves.

use super::card::Card;
use super::cues::{self, SLIGHT, cues};
use super::words;
use crate::codebooks::Codebooks;
use crate::host::Browser;
use leptos::prelude::*;
use postil::service::protocol::{CodebookReading, Finding};
use std::collections::HashSet;
use std::sync::Arc;

/// The button that shows the explanation.
pub(super) fn disclosure(card: &Card, result: &CodebookReading) -> impl IntoView {
    let explained = card.explained;
    let words = label(card.store.browser, result);
    let id = result.codebook.id.clone();
    let shown = is_shown(card, &id);
    let toggle = move |_| {
        explained.update(|explained| {
            if !explained.remove(&id) {
                explained.insert(id.clone());
            }
        });
    };
    words.map(|words| {
        view! {
            <button type="button" class="disclosure" aria-expanded=move || shown.get().to_string() on:click=toggle>
                {words}
            </button>
        }
    })
}

/// What the button says; absent where there is nothing to explain.
pub(crate) fn label(browser: Browser, result: &CodebookReading) -> Option<String> {
    match result.findings.len() {
        0 => cues::any(result).then(|| browser.text("panel_why_words")),
        number => Some(browser.count("panel_why_one", "panel_why_other", number)),
    }
}

/// The explanation, while it is shown.
pub(super) fn why(card: &Card, codebooks: &Arc<Codebooks>, result: &Arc<CodebookReading>) -> impl IntoView {
    let shown = is_shown(card, &result.codebook.id);
    let (codebooks, result) = (codebooks.clone(), result.clone());
    let (store, unit) = (card.store, card.unit.id.clone());
    let reveal = move |span| store.reveal(&unit, Some(span));
    move || shown.get().then(|| explanation(store.browser, &codebooks, &result, &reveal))
}

fn is_shown(card: &Card, codebook: &str) -> Memo<bool> {
    let (explained, id) = (card.explained, codebook.to_owned());
    Memo::new(move |_| explained.with(|explained| explained.contains(&id)))
}

/// The findings one by one, then words; `reveal` shows a span of the unit.
pub(crate) fn explanation(
    browser: Browser,
    codebooks: &Codebooks,
    result: &CodebookReading,
    reveal: &(impl Fn([u32; 2]) + Clone + 'static),
) -> AnyView {
    // Bars of one unit share a scale; below 1 they would make much of little.
    let findings = result.findings.iter().map(|finding| finding.contribution);
    let longest = findings.chain(result.cues.iter().map(|cue| cue.contribution)).map(f32::abs).fold(1.0_f32, f32::max);
    // What an indicator means is said where it first comes.
    let mut said = HashSet::new();
    let lines = result.findings.iter().map(|finding| {
        let first = said.insert(&finding.indicator);
        line(browser, codebooks, result, (finding, first), longest, reveal.clone())
    });
    view! {
        <ol class="evidence" role="list">
            {result.support.map(|_| view! {
                <li class="sum"><span>{browser.text("panel_base")}</span> <span class="amount">{words::signed(result.base)}</span></li>
            })}
            {lines.collect_view()}
            {cues(browser, result, longest, reveal)}
            {result.support.map(|support| view! {
                <li class="sum">
                    <span>{browser.text("panel_support")}</span>
                    <span class="amount">{words::percent(browser, support)}</span>
                </li>
            })}
        </ol>
    }
    .into_any()
}

fn line(
    browser: Browser,
    codebooks: &Codebooks,
    result: &CodebookReading,
    (finding, first): (&Finding, bool),
    longest: f32,
    reveal: impl Fn([u32; 2]) + 'static,
) -> AnyView {
    let id = &result.codebook.id;
    let indicator = codebooks.indicator(id, &finding.code, &finding.indicator).filter(|_| first);
    let gloss = indicator.and_then(|indicator| indicator.gloss.clone());
    let ordinary = indicator.and_then(|indicator| indicator.ordinary.clone());
    let span = [finding.start, finding.end];
    let contexts = finding.context.iter().map(|context| {
        let (word, meaning) = words::context(browser, *context);
        view! { <span class="badge" title=meaning>{word}</span> }
    });
    let evasions = finding.evasion.iter().map(|evasion| {
        view! { <span class="badge evasion">{words::evasion(browser, *evasion)}</span> }
    });
    view! {
        <li class=codebooks.slot(id, &finding.code)>
            <p class="what">
                <button type="button" class="matched" title=browser.text("panel_reveal") on:click=move |_| reveal(span)>
                    <bdi>{finding.matched.clone()}</bdi>
                </button>
                <span class="for">{words::swatch()}{browser.fill("panel_speaks_for", &[&codebooks.code_label(id, &finding.code)])}</span>
                {contexts.collect_view()}
                {evasions.collect_view()}
            </p>
            {result.support.map(|_| bar(finding.contribution, longest, told(browser, finding.contribution)))}
            {gloss.map(|gloss| view! { <p class="gloss" dir="auto">{gloss}</p> })}
            {ordinary.map(|ordinary| view! {
                <p class="gloss"><span class="preface">{browser.text("panel_ordinary")}</span> " " <span dir="auto">{ordinary}</span></p>
            })}
        </li>
    }
    .into_any()
}

/// What a contribution does, in words.
fn told(browser: Browser, contribution: f32) -> String {
    let slight = contribution.abs() < SLIGHT;
    let key = match contribution {
        _ if slight => "panel_neither",
        amount if amount > 0.0 => "panel_raises",
        _ => "panel_lowers",
    };
    browser.fill(key, &[&if slight { String::new() } else { words::signed(contribution) }])
}

/// A contribution as a bar to the one side or the other, and in words.
pub(crate) fn bar(contribution: f32, longest: f32, told: String) -> AnyView {
    let width = format!("{:.0}%", contribution.abs() / longest * 50.0);
    view! {
        <p class="contribution">
            <span class="bar" class:raises={contribution > 0.0} class:lowers={contribution < 0.0} aria-hidden="true">
                <span class="level" style:inline-size=width></span>
            </span>
            <span class="amount">{told}</span>
        </p>
    }
    .into_any()
}
