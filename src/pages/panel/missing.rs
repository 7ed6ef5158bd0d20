//! Earlier decisions about this page that are not found on it any more, with the text as it was: those whose words have changed,
//! those that may be about one of several passages, and those whose words are gone.
//!
//! Invariants: nothing is tied to anything that merely looks like it but by the coder's own word; who cannot see the marks
//! reads what they say.

use super::{focus_by_id, words};
use crate::changes::differing;
use crate::decisions::Missing;
use crate::excerpt::{Piece, pieces};
use crate::store::Store;
use crate::unfound::Candidate;
use leptos::prelude::*;

/// The id of the heading, which takes the focus when what had it is gone.
const TITLE: &str = "missing-title";

pub(super) fn missing(store: Store) -> impl IntoView {
    let missing = Memo::new(move |_| store.missing());
    Effect::new(move |_| {
        // Also when units come or change while the same decisions are missing.
        if !store.missing().is_empty() {
            store.search();
        }
    });
    move || {
        let missing = missing.get();
        (!missing.is_empty()).then(|| {
            let likely = store.likely.get();
            let gone = store.gone.get();
            let hint = move || if store.searching.get() { "panel_missing_searching" } else { "panel_missing_hint" };
            let (mut changed, mut several, mut orphans) = (Vec::new(), Vec::new(), Vec::new());
            for kept in &missing {
                match likely.get(&kept.id).filter(|_| !gone.contains(&kept.id)).map(Vec::as_slice) {
                    Some([one]) => changed.extend(change(store, kept, one)),
                    Some(all @ [_, _, ..]) => several.push(choice(store, kept, all)),
                    _ => orphans.push(orphan(store, kept)),
                }
            }
            view! {
                <section class="missing" aria-labelledby=TITLE aria-busy=move || store.searching.get().to_string()>
                    <h2 id=TITLE tabindex="-1">
                        {store.count("panel_missing_one", "panel_missing_other", missing.len())}
                    </h2>
                    <p class="hint">{move || store.text(hint())}</p>
                    {group(store, "changed", "panel_missing_changed", "panel_missing_changed_hint", changed)}
                    {group(store, "ambiguous", "panel_missing_ambiguous", "panel_missing_ambiguous_hint", several)}
                    {group(store, "orphan", "panel_missing_orphan", "panel_missing_orphan_hint", orphans)}
                </section>
            }
        })
    }
}

fn group(store: Store, name: &'static str, title: &str, hint: &str, lines: Vec<AnyView>) -> Option<AnyView> {
    let id = format!("missing-{name}");
    (!lines.is_empty()).then(|| {
        view! {
            <h3 id=id.clone()>{store.text(title)}</h3>
            <p class="hint">{store.text(hint)}</p>
            <ul role="list" class=name aria-labelledby=id>{lines}</ul>
        }
        .into_any()
    })
}

/// What was decided, and when.
fn said(store: Store, kept: &Missing) -> impl IntoView + use<> {
    let slot = kept.code.as_deref().map(|code| store.codebooks.with(|codebooks| codebooks.slot(&kept.codebook, code)));
    view! {
        <p class="decided">
            {slot.map(|slot| view! { <span class=slot>{words::swatch()}</span> })}
            <b>{store.decided(kept.action, &kept.codebook, kept.code.as_deref())}</b>
            " "
            <time datetime=kept.at.clone()>{kept.at.chars().take(10).collect::<String>()}</time>
        </p>
    }
}

/// The old words and the new ones.
fn change(store: Store, kept: &Missing, one: &Candidate) -> Option<AnyView> {
    let text = store.unit(&one.unit)?.content.get().text.clone();
    let now = cut(&text, one.span);
    let old = if kept.quote.is_empty() { kept.text.clone() } else { kept.quote.clone() };
    let [was, is] = differing(&old, &now);
    Some(
        view! {
            <li data-missing=kept.id.clone()>
                {said(store, kept)}
                <dl class="versions">
                    <div><dt>{store.text("panel_missing_was")}</dt><dd dir="auto">{marked(&old, &was, "del")}</dd></div>
                    <div><dt>{store.text("panel_missing_is")}</dt><dd dir="auto">{marked(&now, &is, "ins")}</dd></div>
                </dl>
                <p class="answers">
                    {this(store, kept, one, &now)} {reveal(store, one, &now)} {none(store, kept, "panel_missing_gone")}
                </p>
            </li>
        }
        .into_any(),
    )
}

/// The passages among which the words may be.
fn choice(store: Store, kept: &Missing, all: &[Candidate]) -> AnyView {
    let passages = all.iter().filter_map(|one| {
        let text = store.unit(&one.unit)?.content.get().text.clone();
        let now = cut(&text, one.span);
        Some(view! {
            <li>
                <p class="excerpt" dir="auto">{marked(&text, &[one.span.into()], "mark")}</p>
                <p class="answers">{this(store, kept, one, &now)} {reveal(store, one, &now)}</p>
            </li>
        })
    });
    view! {
        <li data-missing=kept.id.clone()>
            {said(store, kept)}
            {captured(kept)}
            <ol class="choices" aria-label=store.text("panel_missing_choices")>{passages.collect_view()}</ol>
            <p class="answers">{none(store, kept, "panel_missing_none")}</p>
        </li>
    }
    .into_any()
}

fn orphan(store: Store, kept: &Missing) -> AnyView {
    let id = kept.id.clone();
    let tying = Memo::new(move |_| store.tying.with(|tying| tying.as_ref().is_some_and(|kept| kept.id == id)));
    let tie = {
        let kept = kept.clone();
        move |_| {
            let on = !tying.get_untracked();
            store.tying.set(on.then(|| kept.clone()));
            store.notice.set(if on { store.text("panel_missing_tie_how") } else { String::new() });
        }
    };
    view! {
        <li data-missing=kept.id.clone()>
            {said(store, kept)}
            {captured(kept)}
            <p class="answers">
                <button type="button" class="by-hand" aria-pressed=move || tying.get().to_string() on:click=tie>
                    {store.text("panel_missing_tie")}
                </button>
            </p>
        </li>
    }
    .into_any()
}

/// The unit as it was, with the words that the decision was about.
fn captured(kept: &Missing) -> impl IntoView + use<> {
    let at = kept.text.find(&kept.quote).filter(|_| !kept.quote.is_empty());
    let utf16 = |text: &str| text.encode_utf16().count() as u32;
    let span = at.map(|at| (utf16(&kept.text[..at]), utf16(&kept.text[..at + kept.quote.len()])));
    let marks: Vec<(u32, u32)> = span.into_iter().collect();
    view! { <p class="excerpt captured" dir="auto">{marked(&kept.text, &marks, "mark")}</p> }
}

/// A text with some of it in elements of its own, cut to what surrounds these.
fn marked(text: &str, spans: &[(u32, u32)], element: &'static str) -> Vec<AnyView> {
    let piece = |piece| match piece {
        Piece::Cut => " … ".into_any(),
        Piece::Text(text, places) if places.is_empty() => text.into_any(),
        Piece::Text(text, _) => match element {
            "del" => view! { <del>{text}</del> }.into_any(),
            "ins" => view! { <ins>{text}</ins> }.into_any(),
            _ => view! { <mark class="chosen">{text}</mark> }.into_any(),
        },
    };
    pieces(text, spans, false).into_iter().map(piece).collect()
}

fn cut(text: &str, [start, end]: [u32; 2]) -> String {
    let units: Vec<u16> = text.encode_utf16().skip(start as usize).take((end - start) as usize).collect();
    String::from_utf16_lossy(&units)
}

fn this(store: Store, kept: &Missing, one: &Candidate, words: &str) -> impl IntoView + use<> {
    let (kept, one) = (kept.clone(), one.clone());
    let name = store.fill("panel_missing_this_named", &[&short(words)]);
    let tie = move |_| {
        if let Some(unit) = store.unit(&one.unit) {
            store.tie(&kept, &unit, (!kept.quote.is_empty()).then_some(one.span));
            focus_by_id(TITLE);
        }
    };
    view! {
        <button type="button" class="primary this" aria-label=name on:click=tie>{store.text("panel_missing_this")}</button>
    }
}

fn reveal(store: Store, one: &Candidate, words: &str) -> impl IntoView + use<> {
    let one = one.clone();
    let name = store.fill("panel_reveal_named", &[&short(words)]);
    let show = move |_| store.reveal(&one.unit, Some(one.span));
    view! { <button type="button" aria-label=name on:click=show>{store.text("panel_reveal")}</button> }
}

fn none(store: Store, kept: &Missing, key: &'static str) -> impl IntoView + use<> {
    let id = kept.id.clone();
    let gone = move |_| {
        store.gone.update(|gone| gone.extend([id.clone()]));
        focus_by_id(TITLE);
    };
    view! { <button type="button" class="gone" on:click=gone>{store.text(key)}</button> }
}

/// As much of some words as a name needs.
fn short(words: &str) -> String {
    words.chars().take(60).collect()
}
