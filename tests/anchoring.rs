//! What becomes of quotes, by cases and by law.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/cases.rs"]
mod cases;
#[path = "support/text.rs"]
mod support;

use postil::annotation::anchor::{Anchorer, Context, Found, Place, Wanted};
use proptest::prelude::*;
use serde::Deserialize;
use std::ops::Range;

/// Code points of context that a case takes.
const CONTEXT: usize = 32;

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
    let cases: Vec<Case> = cases::read(include_str!("data/anchoring.toml"));
    let mut wrong = Vec::new();
    for case in &cases {
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
    assert!(wrong.is_empty(), "of {}:\n{}", cases.len(), wrong.join("\n"));
}

/// A text and a span of it.
fn quoted() -> impl Strategy<Value = (String, Range<usize>)> {
    (support::text(), 0..64_usize, 1..24_usize).prop_filter_map("no character", |(text, from, length)| {
        let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let from = from % bytes.len();
        let span = bytes[from]..bytes[(from + length).min(bytes.len() - 1)];
        (!span.is_empty()).then_some((text, span))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_an_unchanged_text_every_quote_is_where_it_was((text, span) in quoted()) {
        let found = find(&text, &wanted(&text, span.clone()));
        prop_assert_eq!(found, Found::Exact(Place { span, score: 1.0 }));
    }

    #[test]
    fn text_put_in_before_moves_a_quote_by_its_length((text, span) in quoted(), before in support::text()) {
        let wanted = wanted(&text, span.clone());
        let before = before + "\n";
        let now = before.clone() + &text;
        let around = [wanted.prefix.text, wanted.exact, wanted.suffix.text].concat();
        // Nothing is asked of what stands twice, or has nothing around it.
        prop_assume!(around != wanted.exact);
        prop_assume!((0..now.len()).filter(|at| now.as_bytes()[*at..].starts_with(around.as_bytes())).count() == 1);
        let place = Place { span: span.start + before.len()..span.end + before.len(), score: 1.0 };
        prop_assert_eq!(find(&now, &wanted), Found::Moved(place));
    }

    #[test]
    fn whatever_is_asked_the_answer_is_sound((was, span) in quoted(), now in support::text(), at in 0..9_u32, bare in any::<bool>()) {
        let mut wanted = wanted(&was, span);
        if bare {
            (wanted.prefix, wanted.suffix) = Default::default();
        }
        let now = now + wanted.exact + "|" + &was[was.floor_char_boundary(was.len() / 2)..].replace(char::is_alphabetic, "x");
        wanted.position = Some((at, at + points(wanted.exact)));
        let found = find(&now, &wanted);
        let (_, places) = shown(&found);
        for place in &places {
            prop_assert!(now.get(place.span.clone()).is_some_and(|text| !text.is_empty()) && (0.0..=1.0).contains(&place.score));
        }
        if let Found::Exact(place) | Found::Moved(place) = &found {
            prop_assert_eq!(&now[place.span.clone()], wanted.exact);
        }
        if let Found::Ambiguous(places) = &found {
            prop_assert!((2..=postil::annotation::anchor::NAMED).contains(&places.len()));
        }
    }

    #[test]
    fn nearness_to_the_old_position_counts_nowhere((was, span) in quoted(), now in support::text(), at in prop::array::uniform2(100_000..200_000_u32)) {
        let wanted = wanted(&was, span);
        let now = now + wanted.exact + " - " + wanted.exact + &was;
        let [one, other] = at.map(|at| find(&now, &Wanted { position: Some((at, at + 1)), ..wanted }));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn the_order_of_questions_changes_no_answer((a, first) in quoted(), (b, second) in quoted(), now in support::text()) {
        let text = [&*now, &a, &b].concat();
        let questions = [wanted(&a, first), wanted(&b, second)];
        let shared = Anchorer::new(&*text);
        for question in questions.iter().chain(questions.iter().rev()) {
            prop_assert_eq!(shared.find(question), find(&text, question));
        }
    }

    #[test]
    fn a_quote_of_which_nothing_is_left_is_an_orphan(before in "[a-m ]{0,80}", quote in "[n-z]{2,6}( [n-z]{1,6}){0,9}", after in "[a-m ]{0,80}") {
        let was = format!("{before} {quote} {after}");
        let wanted = wanted(&was, before.len() + 1..before.len() + 1 + quote.len());
        prop_assert_eq!(find(&format!("{before} {after}"), &wanted), Found::Orphan);
        prop_assert_eq!(find(&before, &Wanted { prefix: Context::default(), suffix: Context::default(), ..wanted }), Found::Orphan);
    }
}

#[test]
fn what_stands_too_often_to_be_looked_at_is_ambiguous() {
    let text = "They go on. ".repeat(2_000);
    let side = |text| Context { text, to_edge: false };
    let bare = Wanted { exact: "They go", prefix: side(""), suffix: side(""), position: None };
    for wanted in [bare, Wanted { position: Some((5, 12)), ..bare }, Wanted { suffix: side(" on. "), ..bare }] {
        let Found::Ambiguous(places) = find(&text, &wanted) else { panic!("{wanted:?}") };
        assert_eq!(places.len(), postil::annotation::anchor::NAMED);
    }
}

/// Time grows with the text, not with what an attacker makes of text and quote.
#[test]
fn hostile_texts_are_answered() {
    let long = 60_000;
    let texts = [
        "a".repeat(long),
        "a ".repeat(long / 2),
        "\u{301}".repeat(long / 2),
        "🏴\u{200D}".repeat(long / 8),
        format!("{}b", "a".repeat(long)),
    ];
    let quotes = ["a", "aa", "a a a a b", "b", "\u{301}", "🏴\u{200D}🏴", " ", "a\u{301}"].map(str::to_owned);
    let quotes: Vec<String> =
        quotes.into_iter().chain(["a ".repeat(5_000), "b ".repeat(900), format!("{}c", "a".repeat(9_000))]).collect();
    for text in &texts {
        let text = Anchorer::new(&**text);
        for quote in &quotes {
            for (prefix, suffix) in [("", ""), ("a", "a"), (" a a a", "a b "), (&*quotes[8], &*quotes[8])] {
                let side = |text| Context { text, to_edge: false };
                let wanted =
                    Wanted { exact: quote, prefix: side(prefix), suffix: side(suffix), position: Some((7, u32::MAX)) };
                if let Found::Exact(place) | Found::Moved(place) = text.find(&wanted) {
                    assert_eq!(&text.text()[place.span], quote);
                }
            }
        }
    }
}
