//! A unit with what was found in it and why.
//!
//! Invariants: its text reaches the document as text nodes only, in the order and direction of the original.

use super::state::{Bench, Row};
use crate::codebooks::Codebooks;
use crate::excerpt::{Piece, is_cut, pieces};
use crate::panel::{entities, reading, why, words};
use crate::store::found;
use leptos::html;
use leptos::prelude::*;
use postil::service::protocol::{CodebookReading, Finding, UnitReading};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

/// What the parts of a unit share.
#[derive(Clone, Copy)]
struct Shown {
    bench: Bench,
    /// Whether the whole of a long text is shown.
    whole: RwSignal<bool>,
    /// Whether all things with a form of their own are shown.
    all: RwSignal<bool>,
    /// The span that is pointed at.
    pointed: RwSignal<Option<[u32; 2]>>,
    /// Codebooks whose explanation is shown.
    explained: RwSignal<HashSet<String>>,
    excerpt: NodeRef<html::P>,
}

impl Shown {
    /// Points at a span of the text.
    fn point(self, span: [u32; 2]) {
        self.whole.set(true);
        self.pointed.set(Some(span));
        request_animation_frame(move || {
            let excerpt = self.excerpt.get_untracked();
            let mark = excerpt.and_then(|excerpt| excerpt.query_selector("mark.pointed").ok().flatten());
            if let Some(mark) = mark {
                let nearest = ScrollIntoViewOptions::new();
                nearest.set_block(ScrollLogicalPosition::Nearest);
                mark.scroll_into_view_with_scroll_into_view_options(&nearest);
            }
        });
    }
}

pub(super) fn unit(bench: Bench, row: &Row) -> impl IntoView + use<> {
    let shown = Shown {
        bench,
        whole: RwSignal::new(false),
        all: RwSignal::new(false),
        pointed: RwSignal::new(None),
        explained: RwSignal::new(HashSet::new()),
        excerpt: NodeRef::new(),
    };
    let name = match &row.unit.id {
        Value::String(id) => id.clone(),
        id => id.to_string(),
    };
    let (unit, reading) = (row.unit.clone(), row.reading.clone());
    let heading = format!("unit-{}", row.key);
    let body = {
        let unit = unit.clone();
        move || {
            let codebooks = bench.codebooks.get();
            let results: Vec<CodebookReading> = reading
                .iter()
                .flat_map(|reading: &Arc<UnitReading>| &reading.results)
                .filter(|result| bench.shows(&result.codebook.id))
                .cloned()
                .collect();
            let things = reading.as_ref().map(|reading| reading.entities.clone()).unwrap_or_default();
            let results: Arc<[CodebookReading]> = results.into();
            let text = Arc::new(unit.text.clone());
            view! {
                {excerpt(shown, &text, &codebooks, &results)}
                {results.iter().map(|result| suggested(shown, &codebooks, result)).collect_view()}
                {entities::entities(bench.browser, &things, shown.all, move |span| shown.point(span))}
            }
        }
    };
    view! {
        <article class="card" aria-labelledby=heading.clone() data-unit=name.clone()>
            <div class="head">
                <h3 id=heading.clone()>
                    <span>{bench.words("workbench_unit")}</span> " " <bdi class="author">{name.clone()}</bdi>
                </h3>
                <span class="line">{bench.fill("workbench_line", &[&unit.line.to_string()])}</span>
            </div>
            {body}
        </article>
    }
}

fn excerpt(
    shown: Shown,
    text: &Arc<String>,
    codebooks: &Arc<Codebooks>,
    results: &Arc<[CodebookReading]>,
) -> impl IntoView + use<> {
    let (text, codebooks, results) = (text.clone(), codebooks.clone(), results.clone());
    // Words that weigh by themselves are marked while they are pointed at.
    let word = Memo::new({
        let results = results.clone();
        move |_| {
            let cues = || results.iter().flat_map(|result| &result.cues);
            shown.pointed.get().filter(|pointed| cues().any(|cue| [cue.start, cue.end] == *pointed))
        }
    });
    move || {
        let whole = shown.whole.get();
        let findings: Vec<(&CodebookReading, &Finding)> =
            results.iter().flat_map(|result| result.findings.iter().map(move |finding| (result, finding))).collect();
        let spans = findings.iter().map(|(_, finding)| (finding.start, finding.end));
        let spans: Vec<(u32, u32)> = spans.chain(word.get().map(|[start, end]| (start, end))).collect();
        let cut = pieces(&text, &spans, whole);
        let toggles = is_cut(&cut) || (whole && is_cut(&pieces(&text, &spans, false)));
        let parts = cut.into_iter().map(|piece| match piece {
            Piece::Cut => view! { <span class="cut">{" … "}</span> }.into_any(),
            Piece::Text(text, places) if places.is_empty() => text.into_any(),
            Piece::Text(text, places) => {
                let covering: Vec<_> = places.iter().filter_map(|place| findings.get(*place).copied()).collect();
                marked(shown, &codebooks, text, &covering, places.contains(&findings.len()))
            }
        });
        let key = if whole { "panel_excerpt_less" } else { "panel_excerpt_more" };
        view! {
            <p class="excerpt" dir="auto" node_ref=shown.excerpt>{parts.collect_view()}</p>
            {toggles.then(|| view! {
                <button
                    type="button"
                    class="link"
                    aria-expanded=whole.to_string()
                    on:click=move |_| shown.whole.update(|whole| *whole = !*whole)
                >
                    {shown.bench.words(key)}
                </button>
            })}
        }
    }
}

/// Text with findings: in the colour of the first, with the names of all; `word` says that it is in a word pointed at.
fn marked(
    shown: Shown,
    codebooks: &Codebooks,
    text: String,
    covering: &[(&CodebookReading, &Finding)],
    word: bool,
) -> AnyView {
    let Some((result, finding)) = covering.first() else {
        const CLASS: &str = "pointed";
        return view! { <mark class=CLASS>{text}</mark> }.into_any();
    };
    let mut names: Vec<String> =
        covering.iter().map(|(result, finding)| codebooks.code_label(&result.codebook.id, &finding.code)).collect();
    names.dedup();
    let slot = codebooks.slot(&result.codebook.id, &finding.code);
    let spans: Vec<[u32; 2]> = covering.iter().map(|(_, finding)| [finding.start, finding.end]).collect();
    let pointed = move || word || shown.pointed.get().is_some_and(|pointed| spans.contains(&pointed));
    let explain: Vec<String> = covering.iter().map(|(result, _)| result.codebook.id.clone()).collect();
    let explain = move |_| shown.explained.update(|explained| explained.extend(explain.iter().cloned()));
    let named = names.join(" · ");
    view! {
        <mark
            class=slot
            class:several={names.len() > 1}
            class:pointed=pointed
            title=named.clone()
            aria-description=named
            on:click=explain
        >
            {text}
        </mark>
    }
    .into_any()
}

/// What one codebook suggests.
fn suggested(shown: Shown, codebooks: &Arc<Codebooks>, result: &CodebookReading) -> AnyView {
    let (bench, browser) = (shown.bench, shown.bench.browser);
    let id = result.codebook.id.clone();
    let title = codebooks.card(&id).map_or_else(|| id.clone(), |card| card.title.clone());
    let found = found(result);
    let several = codebooks.0.len() > 1;
    let codes = result.codes.iter().map(|code| code_row(shown, codebooks, &id, &code.code, code.probability));
    let explained = Memo::new({
        let id = id.clone();
        move |_| shown.explained.with(|explained| explained.contains(&id))
    });
    let toggle = {
        let id = id.clone();
        move |_| {
            shown.explained.update(|explained| {
                if !explained.remove(&id) {
                    explained.insert(id.clone());
                }
            });
        }
    };
    let why = why::label(browser, result);
    let reasons = {
        let (codebooks, result) = (codebooks.clone(), result.clone());
        move || explained.get().then(|| why::explanation(browser, &codebooks, &result, &move |span| shown.point(span)))
    };
    view! {
        <section
            class="reading"
            class:nothing=!found
            role="group"
            aria-label=title.clone()
            data-codebook=id.clone()
            data-stance=result.stance.clone()
            data-tier=result.tier.map(|tier| tier.to_string())
            data-support=result.support.map(|support| format!("{support:.4}"))
        >
            {several.then(|| view! { <h4><bdi>{title.clone()}</bdi></h4> })}
            {if found { reading::suggestion(browser, codebooks, result) } else {
                view! { <p class="suggestion"><span class="word">{bench.words("panel_nothing_found")}</span></p> }.into_any()
            }}
            {result.support.filter(|_| found).map(|support| view! {
                <p class="detail support">{bench.words("panel_support")} " " <b>{words::percent(browser, support)}</b></p>
            })}
            <ul class="codes" role="list">{codes.collect_view()}</ul>
            {why.map(|why| view! {
                <div class="foot">
                    <button type="button" class="disclosure" aria-expanded=move || explained.get().to_string() on:click=toggle>
                        {why}
                    </button>
                </div>
            })}
            {reasons}
        </section>
    }
    .into_any()
}

fn code_row(
    shown: Shown,
    codebooks: &Codebooks,
    codebook: &str,
    code: &str,
    probability: f32,
) -> impl IntoView + use<> {
    let definition = codebooks.code(codebook, code).map(|code| code.definition.clone());
    let width = format!("{:.0}%", probability.clamp(0.0, 1.0) * 100.0);
    view! {
        <li class=format!("code {}", codebooks.slot(codebook, code)) data-code=code.to_owned()>
            {words::swatch()}
            <span class="label" title=definition>{codebooks.code_label(codebook, code)}</span>
            <span class="share">
                <span class="probability">{words::percent(shown.bench.browser, probability)}</span>
                <span class="meter" aria-hidden="true"><span class="level" style:inline-size=width></span></span>
            </span>
        </li>
    }
}
