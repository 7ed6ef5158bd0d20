//! What becomes of quotes, by cases and by law.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/text.rs"]
mod support;

use postil::annotation::anchor::{Anchorer, Context, Found, Place, Wanted};
use proptest::prelude::*;
use serde::Deserialize;
use std::ops::Range;

/// Code points of context that a case takes.
const CONTEXT: usize = 32;

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    was: String,
    now: String,
    #[serde(default)]
    bare: bool,
    #[serde(default)]
    unplaced: bool,
    outcome: String,
    score: Option<f64>,
}

/// A text without its brackets, and what stood in them, in bytes.
fn marked(text: &str) -> (String, Vec<Range<usize>>) {
    let (mut plain, mut open, mut spans) = (String::new(), Vec::new(), Vec::new());
    for c in text.chars() {
        match c {
            '⟦' => open.push(plain.len()),
            // Where two overlap, the one that began first ends first.
            '⟧' => spans.push(open.remove(0)..plain.len()),
            c => plain.push(c),
        }
    }
    assert!(open.is_empty(), "{text}");
    (plain, spans)
}

fn points(text: &str) -> u32 {
    text.chars().count() as u32
}

/// What is wanted of a span of a text, with all that is known of it.
fn wanted(text: &str, span: Range<usize>) -> Wanted<'_> {
    let before = text[..span.start].char_indices().rev().take(CONTEXT).last().map_or(span.start, |(at, _)| at);
    let after = text[span.end..].char_indices().nth(CONTEXT).map_or(text.len(), |(at, _)| span.end + at);
    let side = |text| Context { text, to_edge: false };
    let start = points(&text[..span.start]);
    Wanted {
        exact: &text[span.clone()],
        prefix: side(&text[before..span.start]),
        suffix: side(&text[span.end..after]),
        position: Some((start, start + points(&text[span]))),
    }
}

fn find(text: &str, wanted: &Wanted<'_>) -> Found {
    Anchorer::new(text).find(wanted)
}

fn shown(found: &Found) -> (&'static str, Vec<Place>) {
    match found {
        Found::Exact(place) => ("exact", vec![place.clone()]),
        Found::Moved(place) => ("moved", vec![place.clone()]),
        Found::Changed(place) => ("changed", vec![place.clone()]),
        Found::Ambiguous(places) => ("ambiguous", places.clone()),
        Found::Orphan => ("orphan", vec![]),
    }
}

#[test]
fn cases() {
    let cases: Cases = toml::from_str(include_str!("data/anchoring.toml")).unwrap();
    let mut wrong = Vec::new();
    for case in &cases.case {
        let (was, quote) = marked(&case.was);
        let (now, mut expected) = marked(&case.now);
        let [quote] = quote.try_into().unwrap();
        let mut wanted = wanted(&was, quote);
        if case.bare {
            (wanted.prefix, wanted.suffix) = Default::default();
        }
        if case.unplaced {
            wanted.position = None;
        }
        let (outcome, places) = shown(&find(&now, &wanted));
        let mut spans: Vec<Range<usize>> = places.iter().map(|place| place.span.clone()).collect();
        spans.sort_by_key(|span| span.start);
        expected.sort_by_key(|span| span.start);
        let scored = case.score.is_none_or(|score| places.iter().all(|place| place.score == score));
        if (outcome, &spans) != (case.outcome.as_str(), &expected) || !scored {
            let texts: Vec<(&str, f64)> = places.iter().map(|place| (&now[place.span.clone()], place.score)).collect();
            wrong.push(format!("{}: {outcome} {texts:?}, not {}", case.name, case.outcome));
        }
    }
    assert!(wrong.is_empty(), "of {}:\n{}", cases.case.len(), wrong.join("\n"));
}
