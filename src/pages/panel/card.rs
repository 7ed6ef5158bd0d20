//! A unit's card: who, what, what was found where.

use super::{beside, element_id, entities, image, reading, words};
use crate::care::Care;
use crate::codebooks::Codebooks;
use crate::decisions::Standings;
use crate::excerpt::{Piece, is_cut, pieces};
use crate::store::{Content, Store, Unit};
use leptos::prelude::*;
use postil::service::protocol::Action;
use std::collections::HashSet;
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// What the parts of a card share.
#[derive(Clone)]
pub(super) struct Card {
    /// The panel's state.
    pub(super) store: Store,
    /// The unit.
    pub(super) unit: Unit,
    /// What stands for it.
    pub(super) standings: Memo<Standings>,
    /// Codebooks whose explanation is shown.
    pub(super) explained: RwSignal<HashSet<String>>,
}

/// What of a card the coder has unfolded; it stays so when the unit is read anew.
#[derive(Clone, Copy)]
struct Opened {
    whole: RwSignal<bool>,
    /// The coder asked for a text that is covered.
    uncovered: RwSignal<bool>,
    entities: RwSignal<bool>,
}

/// Words that are marked in the excerpt.
struct Marked {
    codebook: String,
    code: String,
    span: [u32; 2],
    /// The coder's own, and not suggested.
    own: bool,
}

impl Card {
    /// Decides about the unit, and makes it the current one.
    pub(super) fn decide(&self, codebook: &str, action: Action, code: Option<&str>) {
        self.store.decide(&self.unit, codebook, action, code);
    }
}

pub(super) fn card(store: Store, unit: Unit) -> impl IntoView {
    let standings = Memo::new({
        let unit = unit.clone();
        move |_| unit.standings()
    });
    let card = Card { store, unit: unit.clone(), standings, explained: RwSignal::new(HashSet::new()) };
    let opened =
        Opened { whole: RwSignal::new(false), uncovered: RwSignal::new(false), entities: RwSignal::new(false) };
    let body = move || {
        let content = card.unit.content.get();
        let codebooks = card.store.codebooks.get();
        body(&card, &content, &codebooks, opened)
    };
    let id = unit.id.clone();
    let heading = format!("{}-head", element_id(&id));
    let current = unit.current.clone();
    let tab_index = move || if current.get() { "0" } else { "-1" };
    let current = unit.current.clone();
    let pointed = {
        let id = id.clone();
        move |event: leptos::ev::MouseEvent| {
            store.select(&id);
            if !on_control(&event) && !selecting() {
                store.reveal(&id, None);
            }
        }
    };
    let focused = {
        let id = id.clone();
        move |_| store.select(&id)
    };
    view! {
        <article
            class="card"
            class:current=move || current.get()
            id=element_id(&id)
            data-unit=id.clone()
            tabindex=tab_index
            aria-labelledby=heading
            on:click=pointed
            on:focusin=focused
        >
            {body}
        </article>
    }
}

fn body(card: &Card, content: &Arc<Content>, codebooks: &Arc<Codebooks>, opened: Opened) -> AnyView {
    let store = card.store;
    let author = content.author.clone().map(|author| view! { <bdi class="author">{author}</bdi> });
    let reveal = {
        let unit = card.unit.id.clone();
        move |span| store.reveal(&unit, Some(span))
    };
    let code = {
        let card = card.clone();
        move |_| card.store.code_unit(&card.unit)
    };
    let veiled = Memo::new({
        let unit = card.unit.clone();
        move |_| unit.is_hidden()
    });
    let read = {
        let (card, content, codebooks) = (card.clone(), content.clone(), codebooks.clone());
        move || match veiled.get() {
            true => beside::hidden(&card),
            false => reading::readings(&card, &codebooks, &content).into_any(),
        }
    };
    view! {
        <div class="head">
            <h3 id=format!("{}-head", element_id(&card.unit.id))>
                <svg class="kind" viewBox="0 0 16 16" aria-hidden="true"><path d=words::outline(content.kind)></path></svg>
                <span>{words::kind(store, content.kind)}</span>
                {author}
            </h3>
            <span class="tools">
                {beside::buttons(card)}
                <button type="button" class="code-it" title=store.text("panel_code_hint") on:click=code>
                    {store.text("panel_code")}
                </button>
            </span>
        </div>
        {excerpt(card, content, codebooks, opened)}
        {image::image(card, content)}
        {entities::entities(store.browser, &content.entities, opened.entities, reveal)}
        {beside::stands(card)}
        {beside::before(card)}
        {read}
    }
    .into_any()
}

fn excerpt(card: &Card, content: &Arc<Content>, codebooks: &Arc<Codebooks>, opened: Opened) -> impl IntoView {
    let Opened { whole, uncovered, .. } = opened;
    let store = card.store;
    let care = use_context::<RwSignal<Option<Care>>>();
    let tier = content.results.iter().flatten().filter_map(|reading| reading.tier).max();
    let covers = move |care: RwSignal<Option<Care>>| {
        let from = care.with(|care| care.as_ref().and_then(|care| care.tier));
        tier.zip(from).is_some_and(|(tier, from)| tier >= from)
    };
    let (card, content, codebooks) = (card.clone(), content.clone(), codebooks.clone());
    move || {
        if !uncovered.get() && care.is_some_and(covers) {
            return view! {
                <p class="excerpt covered">{store.text("panel_covered")}</p>
                <button type="button" class="link uncover" on:click=move |_| uncovered.set(true)>{store.text("panel_uncover")}</button>
            }
            .into_any();
        }
        let marks = marks(&card, &content);
        let spans: Vec<(u32, u32)> = marks.iter().map(|mark| (mark.span[0], mark.span[1])).collect();
        let cut = pieces(&content.text, &spans, whole.get());
        let toggles = whole.get() || is_cut(&cut);
        let shown = cut.into_iter().map(|piece| match piece {
            Piece::Cut => view! { <span class="cut">{" … "}</span> }.into_any(),
            Piece::Text(text, places) if places.is_empty() => text.into_any(),
            Piece::Text(text, places) => {
                let covering: Vec<_> = places.iter().filter_map(|place| marks.get(*place)).collect();
                marked(&card, &codebooks, text, &covering)
            }
        });
        let key = if whole.get() { "panel_excerpt_less" } else { "panel_excerpt_more" };
        view! {
            <p class="excerpt" dir="auto">{shown.collect_view()}</p>
            {toggles.then(|| view! {
                <button
                    type="button"
                    class="link"
                    aria-expanded=whole.get().to_string()
                    on:click=move |_| whole.update(|whole| *whole = !*whole)
                >
                    {store.text(key)}
                </button>
            })}
        }
        .into_any()
    }
}

/// What is found in a unit, and what the coder coded in it by hand.
fn marks(card: &Card, content: &Content) -> Vec<Marked> {
    card.store.only.with(|only| {
        let readings = || content.readings(only.as_deref());
        let veiled = card.unit.is_hidden();
        let found = readings().filter(|_| !veiled).flat_map(|result| {
            result.findings.iter().map(|finding| Marked {
                codebook: result.codebook.id.clone(),
                code: finding.code.clone(),
                span: [finding.start, finding.end],
                own: false,
            })
        });
        card.standings.with(|standings| {
            let own = readings().flat_map(|result| standings.coded(&result.codebook.id));
            let own = own.filter(|stand| stand.mark.action == Action::Assigned).filter_map(|stand| {
                let (codebook, code) = (stand.mark.codebook.clone(), stand.mark.code.clone()?);
                Some(Marked { codebook, code, span: stand.span()?, own: true })
            });
            found.chain(own).collect()
        })
    })
}

/// Marked text: in the colour of the coder's own code, or else of the first, with the names of all.
fn marked(card: &Card, codebooks: &Codebooks, text: String, covering: &[&Marked]) -> AnyView {
    let Some(first) = covering.iter().find(|mark| mark.own).or(covering.first()) else { return text.into_any() };
    let mut names: Vec<String> = covering.iter().map(|mark| card.store.code_name(&mark.codebook, &mark.code)).collect();
    names.dedup();
    let codes: Vec<&str> = covering.iter().map(|mark| &*mark.code).collect();
    let slot = codebooks.slot(&first.codebook, &first.code);
    let accepted = accepted(card, &first.codebook, &first.code);
    let own = first.own;
    let reveal = {
        let (store, unit, span) = (card.store, card.unit.id.clone(), first.span);
        move |event: leptos::ev::MouseEvent| {
            if !selecting() {
                event.stop_propagation();
                store.select(&unit);
                store.reveal(&unit, Some(span));
            }
        }
    };
    view! {
        <mark
            class=slot
            class:several={names.len() > 1}
            class:accepted=accepted
            class:mine=own
            data-codes=codes.join(" ")
            title=names.join(" · ")
            on:click=reveal
        >
            {text}
        </mark>
    }
    .into_any()
}

fn accepted(card: &Card, codebook: &str, code: &str) -> impl Fn() -> bool + Send + Sync + 'static {
    let (standings, codebook, code) = (card.standings, codebook.to_owned(), code.to_owned());
    move || {
        standings.with(|standings| {
            standings.word_on(&codebook, &code).is_some_and(|stand| stand.mark.action == Action::Accepted)
        })
    }
}

/// Whether a click was meant for a control inside the card.
fn on_control(event: &leptos::ev::MouseEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| target.closest("button, a, input, label, code").ok().flatten().is_some())
}

/// Whether text is being selected, which ends in a click too.
pub(super) fn selecting() -> bool {
    window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed())
}
