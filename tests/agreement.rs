//! Coefficients of agreement against what was published, and what must hold of any coding.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/cases.rs"]
mod cases;

use postil::agreement::{Undefined, alpha};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    source: String,
    /// A row of values for each coder.
    coders: Vec<String>,
    nominal: Option<f64>,
    ordinal: Option<f64>,
    interval: Option<f64>,
    undefined: Option<String>,
}

impl Case {
    fn units(&self) -> Vec<Vec<Option<i32>>> {
        let rows: Vec<Vec<Option<i32>>> =
            self.coders.iter().map(|row| row.split_whitespace().map(|value| value.parse().ok()).collect()).collect();
        (0..rows[0].len()).map(|unit| rows.iter().map(|row| row[unit]).collect()).collect()
    }

    fn expected(&self, published: Option<f64>) -> Result<f64, Undefined> {
        match self.undefined.as_deref() {
            Some("constant") => Err(Undefined::Constant),
            Some("unpaired") => Err(Undefined::Unpaired),
            Some(other) => panic!("{}: `{other}` is no reason", self.source),
            None => Ok(published.unwrap()),
        }
    }
}

#[test]
fn alpha_is_what_was_published() {
    let cases: Vec<Case> = cases::read(include_str!("data/agreement.toml"));
    for case in &cases {
        let units = case.units();
        for (level, found, published) in [
            ("nominal", alpha::nominal(&units), case.nominal),
            ("ordinal", alpha::ordinal(&units), case.ordinal),
            ("interval", alpha::interval(&units), case.interval),
        ] {
            match (found, case.expected(published)) {
                // Published with three digits.
                (Ok(found), Ok(expected)) => {
                    assert!((found - expected).abs() < 0.0006, "{}: {level} {found}", case.source)
                }
                (found, expected) => assert_eq!(found, expected, "{}: {level}", case.source),
            }
        }
    }
}

#[test]
fn numbers_that_are_none_and_signs_of_zero_are_no_values() {
    let clean = [[Some(0.0), Some(0.0)], [Some(1.0), Some(2.0)]];
    let odd = [[Some(-0.0), Some(0.0)], [Some(1.0), Some(2.0)], [Some(f64::NAN), Some(7.0)]];
    assert_eq!(alpha::interval(&odd), alpha::interval(&clean));
    assert_eq!(alpha::interval(&[[Some(0.0), Some(-0.0)]]), Err(Undefined::Constant));
}

fn codings() -> impl Strategy<Value = Vec<Vec<Option<i32>>>> {
    (1_usize..5).prop_flat_map(|coders| {
        prop::collection::vec(prop::collection::vec(prop::option::weighted(0.8, 0_i32..5), coders), 0..12)
    })
}

fn near(a: Result<f64, Undefined>, b: Result<f64, Undefined>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => (a - b).abs() < 1e-9,
        (a, b) => a == b,
    }
}

proptest! {
    #[test]
    fn the_order_of_units_and_coders_and_what_nobody_else_coded_do_not_matter(units in codings(), extra in 0_i32..9) {
        let mut turned: Vec<Vec<Option<i32>>> =
            units.iter().rev().map(|unit| unit.iter().rev().copied().collect()).collect();
        turned.push(vec![None, Some(extra)]);
        prop_assert!(near(alpha::nominal(&units), alpha::nominal(&turned)));
        prop_assert!(near(alpha::ordinal(&units), alpha::ordinal(&turned)));
        prop_assert!(near(alpha::interval(&units), alpha::interval(&turned)));
    }

    #[test]
    fn each_level_sees_what_it_measures_and_no_more(units in codings()) {
        let map = |f: fn(i32) -> i32| -> Vec<Vec<Option<i32>>> {
            units.iter().map(|unit| unit.iter().map(|value| value.map(f)).collect()).collect()
        };
        prop_assert!(near(alpha::nominal(&units), alpha::nominal(&map(|v| (v * 3 + 1) % 5))), "names may be swapped");
        prop_assert!(near(alpha::ordinal(&units), alpha::ordinal(&map(|v| v * v * v))), "order may be stretched");
        prop_assert!(near(alpha::interval(&units), alpha::interval(&map(|v| 7 - 3 * v))), "unit and zero may change");
    }

    #[test]
    fn coders_who_say_the_same_agree_fully(values in prop::collection::vec(0_i32..5, 0..12), coders in 2_usize..5) {
        let units: Vec<Vec<Option<i32>>> = values.iter().map(|value| vec![Some(*value); coders]).collect();
        let expected = match values.first() {
            None => Err(Undefined::Unpaired),
            Some(first) if values.iter().all(|value| value == first) => Err(Undefined::Constant),
            Some(_) => Ok(1.0),
        };
        prop_assert_eq!(alpha::nominal(&units), expected);
        prop_assert_eq!(alpha::ordinal(&units), expected);
        prop_assert_eq!(alpha::interval(&units), expected);
    }
}
