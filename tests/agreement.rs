//! Coefficients of agreement against what was published, and what must hold of any coding.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/cases.rs"]
mod cases;

use postil::agreement::coding::{Coding, Fault, Level};
use postil::agreement::continuum::{Continuum, Span};
use postil::agreement::report::{Report, SpanReport};
use postil::agreement::{Undefined, alpha, gamma, kappa, sets, unitizing};
use proptest::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
struct Case {
    source: String,
    /// A row of values for each coder.
    #[serde(default)]
    coders: Vec<String>,
    /// How often two coders gave which two values.
    #[serde(default)]
    table: Vec<Vec<usize>>,
    /// How bad it is to give the one for the other.
    #[serde(default)]
    weights: Vec<Vec<f64>>,
    #[serde(flatten)]
    published: BTreeMap<String, f64>,
    undefined: Option<String>,
}

impl Case {
    fn units(&self) -> Vec<Vec<Option<i32>>> {
        if self.coders.is_empty() {
            let cells = self.table.iter().enumerate().flat_map(|(row, cells)| {
                cells.iter().enumerate().map(move |(column, times)| ([row, column].map(|at| Some(at as i32)), *times))
            });
            return cells.flat_map(|(unit, times)| vec![unit.to_vec(); times]).collect();
        }
        let rows: Vec<Vec<Option<i32>>> =
            self.coders.iter().map(|row| row.split_whitespace().map(|value| value.parse().ok()).collect()).collect();
        (0..rows[0].len()).map(|unit| rows.iter().map(|row| row[unit]).collect()).collect()
    }
}

/// Every coefficient that a coding may have been published with.
fn coefficients(case: &Case) -> BTreeMap<&'static str, Result<f64, Undefined>> {
    let units = case.units();
    let mut all = BTreeMap::from([
        ("nominal", alpha::nominal(&units)),
        ("ordinal", alpha::ordinal(&units)),
        ("interval", alpha::interval(&units)),
        ("ratio", alpha::ratio(&units)),
        ("percent", kappa::percent(&units)),
        ("fleiss", kappa::fleiss(&units)),
        ("ac1", kappa::ac1(&units)),
    ]);
    let pairs: Option<Vec<[Option<i32>; 2]>> = units.iter().map(|unit| unit[..].try_into().ok()).collect();
    if let Some(pairs) = pairs.filter(|pairs| !pairs.is_empty()) {
        all.insert("cohen", kappa::cohen(&pairs));
        all.insert("scott", kappa::scott(&pairs));
        if !case.weights.is_empty() {
            all.insert("weighted", kappa::weighted(&pairs, |a, b| case.weights[*a as usize][*b as usize]));
        }
    }
    all
}

fn reason(name: &str) -> Undefined {
    match name {
        "constant" => Undefined::Constant,
        "unpaired" => Undefined::Unpaired,
        "empty" => Undefined::Empty,
        other => panic!("`{other}` is no reason"),
    }
}

#[test]
fn coefficients_are_what_was_published() {
    for case in cases::read::<Case>(include_str!("data/agreement.toml")) {
        let found = coefficients(&case);
        assert!(!case.published.is_empty() || case.undefined.is_some(), "{}: nothing to compare with", case.source);
        for (name, published) in &case.published {
            let found = found[name.as_str()].unwrap_or_else(|why| panic!("{}: {name}: {why}", case.source));
            // Published with three digits, or four.
            assert!((found - published).abs() < 0.0006, "{}: {name} {found}", case.source);
        }
        let Some(undefined) = &case.undefined else { continue };
        // Who all say the same do agree, though nobody can tell whether by chance.
        for (name, found) in found.iter().filter(|(name, _)| **name != "percent" || undefined != "constant") {
            assert_eq!(*found, Err(reason(undefined)), "{}: {name}", case.source);
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Spans {
    source: String,
    length: u64,
    coders: Vec<Vec<String>>,
    overall: Option<f64>,
    #[serde(default)]
    codes: BTreeMap<String, f64>,
    disorder: Option<f64>,
    gamma: Option<f64>,
    undefined: Option<String>,
}

impl Spans {
    /// The continuum, and the names of its codes.
    fn continuum(&self) -> (Continuum, Vec<String>) {
        let name = |span: &String| span.rsplit(' ').next().unwrap().to_owned();
        let names: BTreeSet<String> = self.coders.iter().flatten().map(name).collect();
        let names: Vec<String> = names.into_iter().collect();
        let span = |span: &String| {
            let [start, end] = [0, 1].map(|at| span.split(' ').nth(at).unwrap().parse().unwrap());
            Span { start, end, code: names.binary_search(&name(span)).unwrap() }
        };
        let coders = self.coders.iter().map(|spans| spans.iter().map(span).collect()).collect();
        (Continuum::new(self.length, coders).unwrap(), names)
    }
}

#[test]
fn coefficients_of_spans_are_what_was_published() {
    for case in cases::read::<Spans>(include_str!("data/agreement_spans.toml")) {
        let (continuum, names) = case.continuum();
        let report = SpanReport::new(&continuum, &names);
        if let Some(undefined) = &case.undefined {
            assert_eq!(report.overall, Err(reason(undefined)), "{}", case.source);
            assert_eq!(report.gamma.unwrap_err(), reason(undefined), "{}", case.source);
            continue;
        }
        let near = |found: f64, published: Option<f64>, what: &str| {
            // The publication rounds to four digits on the way.
            assert!(published.is_none_or(|it| (found - it).abs() < 0.0005), "{}: {what} {found}", case.source);
        };
        near(report.overall.unwrap(), case.overall, "overall");
        for (code, alpha) in &report.codes {
            near(alpha.unwrap(), case.codes.get(code).copied(), code);
        }
        let gamma = report.gamma.unwrap();
        near(gamma.disorder, case.disorder, "disorder");
        near(gamma.value, case.gamma, "gamma");
        assert!(gamma.expected > gamma.disorder, "{}: by chance {}", case.source, gamma.expected);
    }
}

#[test]
fn a_span_that_is_none_says_where() {
    for (start, end) in [(5, 5), (6, 5), (0, 11)] {
        let spans = vec![vec![], vec![Span { start: 1, end: 2, code: 0 }, Span { start, end, code: 0 }]];
        let misplaced = Continuum::new(10, spans).unwrap_err();
        assert_eq!((misplaced.coder, misplaced.at.clone()), (1, start..end));
        assert!(misplaced.to_string().contains(&format!("{start} to {end}")), "{misplaced}");
    }
}

/// The least disorder by trying every alignment: each span of the first coder that is left goes with any of the others', or
/// with none.
fn least(coders: &[Vec<Span>]) -> f64 {
    fn apart(one: Option<&Span>, other: Option<&Span>) -> f64 {
        let (Some(one), Some(other)) = (one, other) else { return 1.0 };
        let moved = one.start.abs_diff(other.start) + one.end.abs_diff(other.end);
        let lengths = one.end - one.start + other.end - other.start;
        (moved as f64 / lengths as f64).powi(2) + if one.code == other.code { 0.0 } else { 1.0 }
    }
    fn rows(coders: &[Vec<Span>]) -> Vec<Vec<Option<usize>>> {
        coders.iter().fold(vec![Vec::new()], |rows, spans| {
            let more = |row: Vec<Option<usize>>| {
                let places = (0..spans.len()).map(Some).chain([None]);
                places.map(move |place| row.iter().copied().chain([place]).collect::<Vec<_>>()).collect::<Vec<_>>()
            };
            rows.into_iter().flat_map(more).collect()
        })
    }
    fn go(coders: &[Vec<Span>]) -> f64 {
        let Some(first) = coders.iter().position(|spans| !spans.is_empty()) else { return 0.0 };
        let pairs = (coders.len() * (coders.len() - 1) / 2) as f64;
        rows(coders)
            .into_iter()
            .filter(|row| row[first] == Some(0))
            .map(|row| {
                let at = |coder: usize| row[coder].map(|place| &coders[coder][place]);
                let all = (0..coders.len()).flat_map(|one| (one + 1..coders.len()).map(move |other| (one, other)));
                let cost: f64 = all.map(|(one, other)| apart(at(one), at(other))).sum();
                let mut rest = coders.to_vec();
                for (spans, place) in rest.iter_mut().zip(&row) {
                    if let Some(place) = place {
                        spans.remove(*place);
                    }
                }
                cost / pairs + go(&rest)
            })
            .fold(f64::INFINITY, f64::min)
    }
    go(coders) * coders.len() as f64 / coders.iter().map(Vec::len).sum::<usize>() as f64
}

fn spans(coders: usize, most: usize) -> impl Strategy<Value = Vec<Vec<Span>>> {
    let span =
        (0_u64..36, 1_u64..12, 0_usize..3).prop_map(|(start, length, code)| Span { start, end: start + length, code });
    prop::collection::vec(prop::collection::vec(span, 0..=most), coders)
        .prop_filter("a span at least", |coders| coders.iter().any(|spans| !spans.is_empty()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_alignment_is_better_than_the_best(coders in prop_oneof![spans(2, 4), spans(3, 2)]) {
        let continuum = Continuum::new(48, coders).unwrap();
        let gamma = gamma::gamma(&continuum).unwrap();
        prop_assert!((gamma.disorder - least(continuum.coders())).abs() < 1e-6, "{} and {}", gamma.disorder, least(continuum.coders()));
        for (coder, spans) in continuum.coders().iter().enumerate() {
            let mut held: Vec<usize> = gamma.alignment.iter().filter_map(|row| row[coder]).collect();
            held.sort_unstable();
            prop_assert_eq!(held, (0..spans.len()).collect::<Vec<_>>(), "every span is aligned once");
        }
    }

    #[test]
    fn spans_that_are_the_same_agree_fully(coders in spans(1, 5), times in 2_usize..4) {
        let continuum = Continuum::new(48, vec![coders[0].clone(); times]).unwrap();
        prop_assert!(gamma::gamma(&continuum).unwrap().disorder.abs() < 1e-9);
        let alpha = unitizing::alpha(&continuum);
        prop_assert!((alpha.overall.unwrap() - 1.0).abs() < 1e-9);
    }
}

#[test]
fn sets_are_as_far_apart_as_what_they_do_not_share() {
    let set = |codes: &str| codes.chars().collect::<BTreeSet<char>>();
    for (one, other, jaccard, masi) in [
        ("ab", "ab", 0.0, 0.0),
        ("ab", "cd", 1.0, 1.0),
        ("ab", "a", 1.0 / 2.0, 1.0 - 1.0 / 2.0 * 2.0 / 3.0),
        ("abc", "bcd", 1.0 / 2.0, 1.0 - 1.0 / 2.0 * 1.0 / 3.0),
        ("", "", 0.0, 0.0),
        ("", "a", 1.0, 1.0),
    ] {
        for (one, other) in [(set(one), set(other)), (set(other), set(one))] {
            assert!((sets::jaccard(&one, &other) - jaccard).abs() < 1e-12, "{one:?} {other:?}");
            assert!((sets::masi(&one, &other) - masi).abs() < 1e-12, "{one:?} {other:?}");
        }
    }
}

#[test]
fn a_coding_says_what_it_cannot_take_and_stays_as_it_was() {
    let values = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    let mut coding = Coding::new(Level::Ratio);
    coding.say("a", "1", values(&["2.0"])).unwrap();
    coding.say("b", "1", values(&["2"])).unwrap();
    assert_eq!(coding.say("b", "1", values(&["3"])), Err(Fault::Twice));
    assert_eq!(coding.say("c", "1", values(&["3", "4"])), Err(Fault::Several));
    for bad in ["-1", "much", "NaN", "inf"] {
        assert_eq!(coding.say("c", "1", values(&[bad])), Err(Fault::Number(bad.to_owned())));
    }
    assert_eq!((coding.coders().len(), coding.units().len()), (2, 1));
    let report = Report::new(&coding);
    assert!(report.measures.contains(&("percent", Ok(1.0))), "2.0 and 2 are one number: {:?}", report.measures);
    assert!(report.measures.contains(&("alpha", Err(Undefined::Constant))));
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
        prop_assert!(near(alpha::ratio(&units), alpha::ratio(&turned)));
        prop_assert!(near(kappa::percent(&units), kappa::percent(&turned)));
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
