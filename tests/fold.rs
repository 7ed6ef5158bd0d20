//! The fold, by cases and by law.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/cases.rs"]
mod cases;
#[path = "support/text.rs"]
mod support;

use postil::text::fold::{Folded, fold};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    name: String,
    text: String,
    folded: String,
}

#[test]
fn cases() {
    let cases: Vec<Case> = cases::read(include_str!("data/fold.toml"));
    for case in cases {
        assert_eq!(fold(&case.text), case.folded, "{}", case.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn folding_again_changes_nothing(text in support::text()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn every_range_maps_to_whole_characters_that_fold_to_it(text in support::text(), a in 0..200_usize, b in 0..200_usize) {
        let folded = Folded::new(&text);
        let starts: Vec<usize> = folded.text().char_indices().map(|(at, _)| at).chain([folded.text().len()]).collect();
        let (a, b) = (starts[a % starts.len()], starts[b % starts.len()]);
        let range = a.min(b)..a.max(b);
        prop_assume!(!range.is_empty());
        let source = folded.source(range.clone());
        prop_assert!(text.is_char_boundary(source.start) && text.is_char_boundary(source.end));
        // A block may hold more than was asked for, never less.
        let again = fold(&text[source.clone()]);
        prop_assert!(again.contains(folded.text()[range.clone()].trim()), "{:?} of {:?} gives {:?}", range, text, source);
    }

    #[test]
    fn ranges_keep_their_order(text in support::text()) {
        let folded = Folded::new(&text);
        let mut last = 0..0;
        for (at, c) in folded.text().char_indices() {
            let source = folded.source(at..at + c.len_utf8());
            prop_assert!(last.start <= source.start && last.end <= source.end && source.start < source.end);
            last = source;
        }
    }
}
