//! What the engine makes of texts, by cases and by law.
//!
//! The cases are written from the codebook's definitions; their expectations are a person's, not the engine's.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/text.rs"]
mod support;

use postil::codebook::{Codebook, builtin};
use postil::engine::Engine;
use postil::judgement::shipped;
use postil::service::protocol::CodebookReading;
use postil::text::offsets::{Unit, to_byte};
use proptest::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What the evidence says by itself: models may add to it, and are measured rather than held to single texts.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(builtin::set().unwrap()));

/// The same with the models that ship.
static SHIPPED: LazyLock<Engine> =
    LazyLock::new(|| Engine::new(builtin::set().unwrap()).with_models(shipped::models().unwrap()));

/// One file of cases: those of one codebook.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    #[serde(default = "first")]
    codebook: String,
    case: Vec<Case>,
}

fn first() -> String {
    FIRST.into()
}

/// The codebook of the cases that name none.
const FIRST: &str = "militant-jihad";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    group: String,
    text: String,
    #[serde(default)]
    stance: Vec<String>,
    tier: Option<[u8; 2]>,
    support: Option<Side>,
    #[serde(default)]
    codes: Vec<String>,
    #[serde(default)]
    targets: BTreeMap<String, String>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Side {
    Below,
    Above,
}

fn read_with(codebook: &str, text: &str) -> CodebookReading {
    ENGINE.read(text, Unit::Utf16).results.into_iter().find(|reading| reading.codebook.id == codebook).unwrap()
}

fn read(text: &str) -> CodebookReading {
    read_with(FIRST, text)
}

#[test]
fn cases() {
    judge(include_str!("data/judgement.toml"));
}

#[test]
fn cases_of_terror_finance() {
    judge(include_str!("data/judgement_finance.toml"));
}

fn judge(cases: &str) {
    let cases: Cases = toml::from_str(cases).unwrap();
    let mut wrong = Vec::new();
    for case in &cases.case {
        let reading = read_with(&cases.codebook, &case.text);
        let stance = reading.stance.clone().unwrap();
        let tier = reading.tier.unwrap();
        let support = reading.support.unwrap();
        let probable = |code: &String| reading.codes.iter().any(|c| c.code == *code && c.probability >= 0.5);
        let towards = |target: &str| reading.targets.iter().find(|t| t.target == target).map(|t| t.stance.as_str());
        let right = (case.stance.is_empty() || case.stance.contains(&stance))
            && case.tier.is_none_or(|[low, high]| (low..=high).contains(&tier))
            && case.support.as_ref().is_none_or(|side| (*side == Side::Above) == (support >= 0.5))
            && case.codes.iter().all(probable)
            && case.targets.iter().all(|(target, stance)| towards(target) == Some(stance));
        if !right {
            wrong.push(format!(
                "{} / {}: {stance}, tier {tier}, support {support:.2}, codes {:?}, targets {:?}",
                case.group,
                case.name,
                reading.codes.iter().map(|c| format!("{} {:.2}", c.code, c.probability)).collect::<Vec<_>>(),
                reading.targets,
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.case.len(), wrong.join("\n"));
}

/// The same hashtag in four hands, each with a reason.
#[test]
fn every_case_that_is_not_plain_has_its_reasons() {
    let cases: Cases = toml::from_str(include_str!("data/judgement.toml")).unwrap();
    for case in cases.case.iter().filter(|case| case.group == "one hashtag") {
        let reading = read(&case.text);
        assert!(!reading.findings.is_empty(), "{}", case.name);
        if case.support == Some(Side::Above) {
            assert!(reading.findings.iter().any(|finding| finding.contribution > 0.0), "{}", case.name);
        }
    }
}

/// Texts made to be slow. Work that grew with the square of their length would not end while anybody waits.
#[test]
fn texts_made_to_be_slow_are_read() {
    let pieces = [
        "«",
        "“kuffar ",
        "kuffarKuffar",
        "🏴\u{fe0f}",
        "a\u{301}\u{200b}",
        "not ",
        "isis ",
        "...",
        "@",
        "#a",
        "\u{202e}",
        "he said ",
    ];
    for piece in pieces {
        let reading = read(&piece.repeat(200_000 / piece.len()));
        assert!(reading.support.unwrap() < 0.5, "{piece}");
    }
}

/// What must hold of every reading, whatever the text.
fn lawful(text: &str) -> Result<(), TestCaseError> {
    let read = |engine: &'static Engine| engine.read(text, Unit::Utf16).results.into_iter().zip(engine.codebooks());
    for (reading, compiled) in read(&ENGINE).chain(read(&SHIPPED)) {
        lawful_reading(text, &reading, &compiled.codebook)?;
    }
    Ok(())
}

fn lawful_reading(text: &str, reading: &CodebookReading, codebook: &Codebook) -> Result<(), TestCaseError> {
    let Some(scale) = &codebook.scale else { return Ok(()) };
    let support = reading.support.unwrap();
    let findings: f32 = reading.findings.iter().map(|finding| finding.contribution).sum();
    let words: f32 = reading.cues.iter().map(|cue| cue.contribution).sum();
    let logit = reading.base + findings + words + reading.other;
    prop_assert!((support - 1.0 / (1.0 + (-logit).exp())).abs() < 1e-4, "contributions sum to the logit of support");
    let tiers: f32 = reading.tier_probability.iter().sum();
    let stances: f32 = reading.stance_probability.iter().map(|entry| entry.probability).sum();
    prop_assert!((tiers - 1.0).abs() < 1e-4 && (stances - 1.0).abs() < 1e-4);
    let above: f32 = reading.tier_probability[usize::from(scale.support_from)..].iter().sum();
    prop_assert!((above - support).abs() < 1e-4, "support is the mass of its tiers");
    let stance = codebook.stances.iter().find(|stance| Some(&stance.id) == reading.stance.as_ref()).unwrap();
    let [low, high] = stance.tiers.unwrap();
    prop_assert!((low..=high).contains(&reading.tier.unwrap()), "{:?} {:?}", reading.stance, reading.tier);
    for finding in &reading.findings {
        let span = to_byte(text, Unit::Utf16, finding.start)..to_byte(text, Unit::Utf16, finding.end);
        prop_assert_eq!(&text[span], &finding.matched);
    }
    Ok(())
}

/// Words that the codebooks know, strung together at random.
fn vocabulary() -> impl Strategy<Value = String> {
    let words: Vec<String> = ENGINE
        .codebooks()
        .iter()
        .flat_map(|compiled| &compiled.codebook.codes)
        .flat_map(|code| {
            code.indicators.iter().flat_map(|i| i.terms.iter().map(|t| t.text.clone())).chain(code.positive.clone())
        })
        .chain(["not", "“", "”", ".", "said", "\n", "👩‍👩‍👧"].map(String::from))
        .collect();
    prop::collection::vec(prop::sample::select(words), 0..25).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn readings_of_any_text_are_lawful(text in support::text()) {
        lawful(&text)?;
    }

    #[test]
    fn readings_of_the_codebooks_own_words_are_lawful(text in vocabulary()) {
        lawful(&text)?;
    }

    /// Weak words are no evidence that decides, however many: they are anybody's.
    #[test]
    fn contested_words_alone_never_decide(picks in prop::collection::vec(any::<prop::sample::Index>(), 1..40)) {
        for compiled in ENGINE.codebooks() {
            let weak: Vec<String> = compiled.codebook.codes.iter()
                .flat_map(|code| &code.indicators)
                .filter(|indicator| indicator.weight < 1.0 && indicator.patterns.is_empty())
                .flat_map(|indicator| indicator.terms.iter().map(|term| term.text.clone()))
                .collect();
            // A full stop between them, so that no two make a phrase that means more.
            let text: Vec<String> = picks.iter().map(|pick| format!("{}.", pick.get(&weak))).collect();
            let reading = read_with(&compiled.codebook.id, &text.join(" "));
            prop_assert!(reading.support.is_none_or(|support| support < 0.5), "{:?}", reading.codes);
        }
    }
}
