//! What is found and where, by cases and by law.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/cases.rs"]
mod cases;
#[path = "support/text.rs"]
mod support;

use postil::codebook::CompiledSet;
use postil::codebook::format::parse;
use postil::matching::Matcher;
use postil::text::fold::Folded;
use postil::text::offsets::{FromBytes, Unit, to_byte};
use proptest::prelude::*;
use serde::Deserialize;
use std::ops::Range;
use std::sync::LazyLock;

#[derive(Deserialize)]
struct Case {
    name: String,
    #[serde(rename = "match", default)]
    boundary: Option<String>,
    terms: Vec<String>,
    text: String,
    found: Vec<String>,
    #[serde(default)]
    at: Vec<u32>,
}

/// A codebook of one code whose every term is an indicator of its own.
fn matcher(terms: &[String], boundary: &str) -> Matcher {
    let mut source = String::from(
        "format = 1\nid = \"case\"\nversion = \"1\"\ntitle = \"t\"\ndescription = \"d\"\n\
         languages = [{ tag = \"en\", reviewed = true }]\n[[code]]\nid = \"c\"\nlabel = \"l\"\ndefinition = \"d\"\ncolour = \"#000000\"\n",
    );
    for (index, term) in terms.iter().enumerate() {
        let text = toml::Value::String(term.clone());
        source += &format!(
            "[[code.indicator]]\nid = \"i{index}\"\nweight = 1.0\nterms = [{{ text = {text}, lang = \"und\", match = \"{boundary}\" }}]\n"
        );
    }
    Matcher::new(CompiledSet::compile(vec![parse(&source).unwrap().codebook]).unwrap())
}

fn spans(matcher: &Matcher, text: &str) -> Vec<Range<usize>> {
    matcher.find(text, &Folded::new(text), &[]).remove(0).into_iter().map(|hit| hit.span).collect()
}

#[test]
fn cases() {
    let cases: Vec<Case> = cases::read(include_str!("data/matching.toml"));
    for case in cases {
        let matcher = matcher(&case.terms, case.boundary.as_deref().unwrap_or("word"));
        let spans = spans(&matcher, &case.text);
        let found: Vec<&str> = spans.iter().map(|span| &case.text[span.clone()]).collect();
        assert_eq!(found, case.found, "{}", case.name);
        if !case.at.is_empty() {
            let mut points = FromBytes::new(&case.text, Unit::CodePoints);
            let at: Vec<u32> = spans.iter().map(|span| points.at(span.start)).collect();
            assert_eq!(at, case.at, "{}", case.name);
        }
    }
}

/// Time grows with the text, not with what an attacker makes of it: many anchors, many overlaps, no quadratic blow-up.
#[test]
fn hostile_repetition_is_still_found_in_full() {
    let matcher = matcher(&["a".into(), "a a".into(), "a a a".into()], "word");
    let text = "a ".repeat(20_000);
    assert_eq!(spans(&matcher, &text).len(), 19_998);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_planted_word_is_found_on_its_own_letters(before in support::text(), after in support::text()) {
        static MATCHER: LazyLock<Matcher> = LazyLock::new(|| matcher(&["zakatwort".into()], "word"));
        let text = format!("{before} zakatwort {after}");
        let planted = before.len() + 1..before.len() + 10;
        prop_assert!(spans(&MATCHER, &text).contains(&planted));
    }

    #[test]
    fn offsets_survive_every_unit(before in support::text(), after in support::text()) {
        let text = format!("{before}ω{after}");
        for unit in [Unit::Utf16, Unit::CodePoints] {
            let mut converter = FromBytes::new(&text, unit);
            let (start, end) = (converter.at(before.len()), converter.at(before.len() + 2));
            prop_assert_eq!(&text[to_byte(&text, unit, start)..to_byte(&text, unit, end)], "ω");
        }
        let utf16: Vec<u16> = text.encode_utf16().collect();
        let at = FromBytes::new(&text, Unit::Utf16).at(before.len()) as usize;
        prop_assert_eq!(utf16[at], 'ω' as u16);
    }
}
