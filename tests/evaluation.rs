//! The figures of an evaluation against scikit-learn, what must hold of any outcomes, and the sources that it reads.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

use postil::agreement::bootstrap::{Interval, intervals};
use postil::evaluation::labelled::{self, Labels};
use postil::evaluation::metrics::{Metric, Outcome, Ranked};
use postil::evaluation::templates;
use postil::evaluation::yardstick::Yardstick;
use proptest::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    metrics: Vec<Figures>,
    fault: Vec<Fault>,
    templates: TemplateFaults,
}

#[derive(Deserialize)]
struct Figures {
    about: String,
    threshold: f64,
    scores: Vec<f64>,
    truth: Vec<u8>,
    #[serde(flatten)]
    expected: BTreeMap<String, f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    about: String,
    source: String,
    line: usize,
    says: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplateFaults {
    source: String,
    fault: Vec<TemplateFault>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplateFault {
    about: String,
    old: String,
    new: String,
    line: usize,
    says: String,
}

fn cases() -> Cases {
    toml::from_str(include_str!("data/evaluation.toml")).unwrap()
}

fn name(metric: Metric) -> String {
    serde_json::to_value(metric).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn figures_are_those_of_scikit_learn() {
    for case in cases().metrics {
        assert_eq!(case.scores.len(), case.truth.len(), "{}", case.about);
        let outcomes = case.scores.iter().zip(&case.truth);
        let ranked = Ranked::new(outcomes.map(|(&score, &truth)| Outcome { score, positive: truth == 1 }));
        let measures = ranked.measure(case.threshold);
        for metric in Metric::ALL {
            let (found, expected) = (measures.get(metric), case.expected.get(&name(metric)).copied());
            let near = found.zip(expected).map(|(found, expected)| (found - expected).abs() < 1e-9);
            assert!(near.unwrap_or(found == expected), "{}: {metric:?} is {found:?}, not {expected:?}", case.about);
        }
        let known: BTreeSet<String> = Metric::ALL.map(name).into();
        assert!(case.expected.keys().all(|key| known.contains(key)), "{}: a figure nobody knows", case.about);
    }
}

#[test]
fn without_outcomes_nothing_is_defined() {
    assert_eq!(Ranked::new([]).measure(0.5).values, [None; Metric::ALL.len()]);
}

fn outcomes() -> impl Strategy<Value = Vec<Outcome>> {
    // Few distinct scores, so that ties are the rule; all of them exact in binary.
    let outcome =
        (0_u8..=8, any::<bool>()).prop_map(|(score, positive)| Outcome { score: f64::from(score) / 8.0, positive });
    prop::collection::vec(outcome, 0..40)
}

fn near(a: Option<f64>, b: Option<f64>) -> bool {
    a.zip(b).map_or(a == b, |(a, b)| (a - b).abs() < 1e-9)
}

proptest! {
    #[test]
    fn figures_are_numbers_in_their_range(outcomes in outcomes(), threshold in 0.0..=1.0) {
        let measures = Ranked::new(outcomes.clone()).measure(threshold);
        for metric in Metric::ALL {
            if let Some(value) = measures.get(metric) {
                let low = if metric == Metric::BrierSkill { f64::NEG_INFINITY } else { 0.0 };
                prop_assert!(value.is_finite() && value >= low && value <= 1.0 + 1e-12, "{:?} is {}", metric, value);
            }
        }
        let counts = measures.confusion;
        let all = counts.true_positives + counts.false_positives + counts.false_negatives + counts.true_negatives;
        prop_assert_eq!(all, outcomes.len() as u64);
    }

    #[test]
    fn a_weight_counts_as_so_many_outcomes_in_any_order(
        outcomes in outcomes(), weights in prop::collection::vec(0_u32..4, 40), threshold in 0.0..=1.0
    ) {
        let weighted = Ranked::new(outcomes.clone()).measure_weighted(threshold, |place| weights[place]);
        let repeated = outcomes.iter().zip(&weights).rev().flat_map(|(outcome, n)| vec![*outcome; *n as usize]);
        let repeated = Ranked::new(repeated).measure(threshold);
        prop_assert_eq!(weighted.confusion, repeated.confusion);
        for metric in Metric::ALL {
            prop_assert!(near(weighted.get(metric), repeated.get(metric)), "{:?}", metric);
        }
    }

    #[test]
    fn the_area_counts_pairs_and_turns_with_the_truth(outcomes in outcomes()) {
        let area = |outcomes: &[Outcome]| Ranked::new(outcomes.iter().copied()).measure(0.5).get(Metric::RocAuc);
        let (positives, negatives): (Vec<Outcome>, Vec<Outcome>) = outcomes.iter().copied().partition(|outcome: &Outcome| outcome.positive);
        let pairs = positives.iter().flat_map(|p| negatives.iter().map(move |n| (p.score, n.score)));
        let won: f64 = pairs.map(|(p, n)| if p > n { 1.0 } else if p == n { 0.5 } else { 0.0 }).sum();
        let count = positives.len() * negatives.len();
        prop_assert!(near(area(&outcomes), (count > 0).then(|| won / count as f64)));
        let turned: Vec<Outcome> = outcomes.iter().map(|o| Outcome { positive: !o.positive, ..*o }).collect();
        prop_assert!(near(area(&turned), area(&outcomes).map(|area| 1.0 - area)));
    }

    #[test]
    fn every_slots_every_value_is_used_and_no_text_comes_twice(sizes in prop::collection::vec(1_usize..7, 0..4), limit in 1_usize..60) {
        let slots: Vec<String> = sizes.iter().enumerate().map(|(slot, size)| {
            let values: Vec<String> = (0..*size).map(|value| format!("\"v{slot}n{value} \"")).collect();
            format!("s{slot} = [{}]\n", values.join(","))
        }).collect();
        let template: String = (0..sizes.len()).map(|slot| format!("{{s{slot}}}")).collect();
        let source = format!(
            "[[group]]\nid = \"g\"\nabout = \"\"\nlang = \"en\"\nstance = \"none\"\ntier = [0, 0]\ntemplates = [\"{template}.\"]\n\
            limit = {limit}\n[group.slots]\n{}", slots.concat()
        );
        let [group] = templates::parse(&source).unwrap().try_into().unwrap();
        let texts = &group.templates[0].texts;
        prop_assert_eq!(texts.len(), limit.min(sizes.iter().product()));
        prop_assert_eq!(texts.iter().collect::<BTreeSet<_>>().len(), texts.len());
        for (slot, size) in sizes.iter().enumerate() {
            let used = (0..*size).filter(|value| texts.iter().any(|text| text.contains(&format!("v{slot}n{value} "))));
            prop_assert_eq!(used.count(), limit.min(*size));
        }
    }
}

/// The share of ones among values, whose clusters are told by number.
fn share_interval(values: &[(usize, bool)], clusters: usize) -> Option<Interval> {
    let [interval] = intervals(clusters, |drawn| {
        let all: u32 = values.iter().map(|(cluster, _)| drawn[*cluster]).sum();
        let ones: u32 = values.iter().filter(|(_, one)| *one).map(|(cluster, _)| drawn[*cluster]).sum();
        [(all > 0).then(|| f64::from(ones) / f64::from(all))]
    });
    interval
}

#[test]
fn an_interval_is_as_wide_as_theory_has_it_and_clusters_widen_it() {
    // Half of 400 cases that stand alone: 0.5 ± 1.96 · √(0.25 / 400) = 0.5 ± 0.049.
    let alone: Vec<(usize, bool)> = (0..400).map(|n| (n, n % 2 == 0)).collect();
    let interval = share_interval(&alone, 400).unwrap();
    assert!((interval.low - 0.451).abs() < 0.006 && (interval.high - 0.549).abs() < 0.006, "{interval:?}");
    assert_eq!(share_interval(&alone, 400), Some(interval), "the seed is fixed");
    // The same in clusters of sixteen alike is 25 cases, not 400: four times as wide.
    let clustered: Vec<(usize, bool)> = (0..400).map(|n| (n / 16, n / 16 % 2 == 0)).collect();
    let wide = share_interval(&clustered, 25).unwrap();
    let ratio = (wide.high - wide.low) / (interval.high - interval.low);
    assert!((3.3..4.7).contains(&ratio), "{ratio}");
}

#[test]
fn what_samples_do_not_tell_has_no_interval() {
    assert_eq!(share_interval(&[(0, true), (0, false)], 1), None, "one cluster");
    assert_eq!(share_interval(&[], 0), None);
    assert_eq!(share_interval(&[(0, false), (1, false), (2, false)], 3), None, "no alarm in any sample");
    assert_eq!(intervals(9, |_| [None]), [None], "no sample defines it");
}

#[test]
fn a_bad_line_is_named_and_never_repeated() {
    for fault in cases().fault {
        let found = labelled::parse(&fault.source, Labels::Given).unwrap_err();
        assert_eq!(found.line, fault.line, "{}", fault.about);
        assert!(found.message.contains(&fault.says), "{}: {found}", fault.about);
        assert!(!found.message.contains("hidden"), "{}: {found}", fault.about);
    }
}

#[test]
fn labels_and_keys_are_read_and_negatives_have_none() {
    let source = r#"{"text": "a", "support": true, "label": 0, "stance": "none", "tier": 2, "lang": "en", "user": "u", "event": 7, "coders": [1]}
        {"text": "b", "label": 1, "stance": null, "class": 2, "templ_id": 5, "group": "g"}"#;
    let [a, b] = labelled::parse(source, Labels::Given).unwrap().try_into().unwrap();
    assert_eq!(
        (a.gold.support, a.gold.stance.as_deref(), a.gold.tier.clone()),
        (Some(true), Some("none"), Some(2..=2))
    );
    assert_eq!((a.cluster(), a.keys["event"].as_str()), (Some(("user", "u")), "7"));
    assert_eq!((b.gold.support, b.gold.stance.as_deref(), b.line), (Some(true), None, 2));
    assert_eq!((b.cluster(), b.keys["class"].as_str()), (Some(("templ_id", "5")), "2"));
    assert!(!a.keys.contains_key("text") && !a.keys.contains_key("coders"));
    let long = format!(r#"{{"text": "a", "label": "of another kind", "note": "{}"}}"#, "long ".repeat(20));
    let [negative] = labelled::parse(&long, Labels::Negative).unwrap().try_into().unwrap();
    assert_eq!((negative.gold.support, negative.gold.stance, negative.gold.tier), (Some(false), None, None));
    assert!(!negative.keys.contains_key("note"), "a text is no group");
}

#[test]
fn a_codebook_says_what_is_support() {
    let codebook = postil::codebook::builtin::set().unwrap().codebooks[0].codebook.clone();
    let yardstick = Yardstick::of(&codebook).unwrap();
    let gold =
        |line: &str| labelled::parse(&format!("{{\"text\": \"\", {line}}}"), Labels::Given).unwrap().remove(0).gold;
    for (line, support) in [
        (r#""support": false, "tier": 5"#, Some(false)),
        (r#""label": 1, "tier": 0"#, Some(true)),
        (r#""tier": 3"#, Some(true)),
        (r#""tier": 2, "stance": "promotes""#, Some(false)),
        (r#""stance": "promotes""#, Some(true)),
        (r#""stance": "unclear""#, Some(false)),
        (r#""lang": "en""#, None),
    ] {
        assert_eq!(yardstick.support(&gold(line)), support, "{line}");
    }
    assert!(yardstick.check(&gold(r#""tier": 5, "stance": "none""#)).is_ok());
    assert!(yardstick.check(&gold(r#""tier": 6"#)).unwrap_err().contains("it ends with 5"));
    let unknown = yardstick.check(&gold(r#""stance": "hidden""#)).unwrap_err();
    assert!(unknown.contains("promotes") && !unknown.contains("hidden"), "{unknown}");
}

#[test]
fn a_bad_file_of_templates_is_named_by_line() {
    let TemplateFaults { source, fault } = cases().templates;
    let [group] = templates::parse(&source).unwrap().try_into().unwrap();
    let texts: Vec<String> = group.cases().map(|case| case.text).collect();
    assert_eq!(texts, ["A train to Leeds is late.", "A train to Basel is late.", "No train."]);
    for TemplateFault { about, old, new, line, says } in fault {
        assert!(source.contains(&old), "{about}: nothing is replaced");
        let found = templates::parse(&source.replacen(&old, &new, 1)).unwrap_err();
        assert!(found.line == line && found.message.contains(&says), "{about}: {found}");
    }
}

#[test]
fn own_slots_come_first_a_slot_twice_is_one_and_braces_are_written_double() {
    let source = "[slots]\nwho = [\"nobody\"]\n[[group]]\nid = \"g\"\nabout = \"\"\nlang = \"en\"\nstance = \"none\"\ntier = [0, 1]\n\
        templates = [\"{{{who}} and {who}, {{not a slot}\"]\n[group.slots]\nwho = [\"Ada\", \"Bo\"]\n";
    let [group] = templates::parse(source).unwrap().try_into().unwrap();
    let cases: Vec<_> = group.cases().collect();
    let texts: Vec<&str> = cases.iter().map(|case| case.text.as_str()).collect();
    assert_eq!(texts, ["{Ada} and Ada, {not a slot}", "{Bo} and Bo, {not a slot}"]);
    assert_eq!(cases[0].cluster(), Some(("templ_id", "g#1")));
    assert_eq!((cases[0].keys["functionality"].as_str(), cases[0].keys["lang"].as_str()), ("g", "en"));
    assert_eq!((cases[0].gold.tier.clone(), cases[0].line), (Some(0..=1), 9));
}
