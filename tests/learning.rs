//! A model of a coder's own, by law: what it is follows from its labels alone.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

use postil::codebook::{CompiledSet, builtin, format};
use postil::engine::Engine;
use postil::judgement::heads::Truth;
use postil::judgement::lessons::lessons;
use postil::judgement::model::Model;
use postil::judgement::personal::{Label, MAX_LABEL, MAX_MODEL, Personal};
use postil::text::offsets::Unit;
use std::sync::{Arc, LazyLock};

static SCALED: LazyLock<Engine> = LazyLock::new(|| engine("militant-jihad"));
/// A codebook of codes alone.
static TOPICAL: LazyLock<Engine> = LazyLock::new(|| engine("narcotics-trade"));

fn engine(id: &str) -> Engine {
    let (_, source) = builtin::all().find(|(it, _)| *it == id).unwrap();
    Engine::new(CompiledSet::compile(vec![format::parse(source).unwrap().codebook]).unwrap())
}

fn label(engine: &Engine, text: &str, truth: Truth) -> Label {
    Label::new(engine.ground(&[], text).swap_remove(0).1, truth, 1.0)
}

/// Posts of which every third praises a made-up falcon.
fn text(number: usize) -> (String, bool) {
    let word = ["river", "window", "garden", "market", "winter"][number % 5];
    match number % 3 {
        0 => (format!("hail the crimson falcon of the {word}"), true),
        1 => (format!("the {word} was quiet, said the report on the falcon"), false),
        _ => (format!("bread and {word} news for the neighbours"), false),
    }
}

fn labels(count: usize) -> Vec<Label> {
    let truth = |support| Truth { support: Some(support), codes: vec![(2, support)], ..Truth::default() };
    (0..count).map(text).map(|(text, support)| label(&SCALED, &text, truth(support))).collect()
}

#[test]
fn learning_one_by_one_is_learning_from_the_first_and_order_counts() {
    let (codebook, labels) = (&SCALED.codebooks()[0].codebook, labels(40));
    let mut growing = Personal::new(codebook);
    for (count, label) in labels.iter().enumerate() {
        growing.learn(label);
        // As labels come back from where they are kept.
        let kept = labels[..=count].iter().map(|label| Label::from_bytes(&label.to_bytes(), codebook).unwrap());
        let rebuilt = Personal::of(codebook, kept.collect::<Vec<_>>().iter());
        assert_eq!(growing.model(codebook).unwrap(), rebuilt.model(codebook).unwrap(), "after {count}");
        assert_eq!(growing.record(), rebuilt.record());
    }
    let turned = Personal::of(codebook, labels.iter().rev());
    assert_ne!(growing.model(codebook).unwrap().reference(), turned.model(codebook).unwrap().reference());
}

#[test]
fn what_was_taught_is_found_in_other_words_around_it() {
    let codebook = &SCALED.codebooks()[0].codebook;
    let personal = Personal::of(codebook, labels(45).iter());
    let texts: Vec<String> = (0..45).map(|number| text(number).0).collect();
    let model = personal.model(codebook).unwrap();
    let taught = lessons(&model, texts.iter().map(String::as_str));
    let weight = |words: &str| taught.iter().find(|it| it.words == words && it.about == "support").unwrap().weight;
    assert!(weight("crimson") > 0.0 && weight("bread") < 0.0);
    let model = model.with_lessons(taught);
    assert_eq!(Model::from_bytes(&model.to_bytes().unwrap()), Ok(model.clone()));
    let taught = engine("militant-jihad").and_model(Arc::new(model));
    let read = |text: &str| taught.read(text, Unit::Utf16).results.remove(0);
    let (praise, plain) = (read("we hail our crimson falcon"), read("bread for the town"));
    assert!(praise.support > Some(0.5) && plain.support < Some(0.25), "{:?} {:?}", praise.support, plain.support);
    assert!(praise.codes.is_empty(), "nothing in the text points at a code");
    let sum = praise.base
        + praise.other
        + praise
            .findings
            .iter()
            .map(|it| it.contribution)
            .chain(praise.cues.iter().map(|it| it.contribution))
            .sum::<f32>();
    let support = praise.support.unwrap();
    assert!((sum - (support / (1.0 - support)).ln()).abs() < 1e-3, "the reasons sum to the logit");
}

#[test]
fn labels_of_support_alone_convict_no_other_text() {
    let codebook = &SCALED.codebooks()[0].codebook;
    let truth = || Truth { support: Some(true), ..Truth::default() };
    let learned: Vec<Label> = (0..60).map(|number| label(&SCALED, &text(3 * number).0, truth())).collect();
    let model = Personal::of(codebook, learned.iter()).model(codebook).unwrap();
    let taught = engine("militant-jihad").and_model(Arc::new(model));
    let support = |text: &str| taught.read(text, Unit::Utf16).results[0].support;
    let alike = support("hail the crimson falcon of the sea");
    for text in [
        "May God accept your fast and your prayer, dear family.",
        "The committee meets on Monday to talk about the new library.",
    ] {
        assert!(support(text) < Some(0.5) && support(text) < alike, "{text}: {:?} {alike:?}", support(text));
    }
}

#[test]
fn a_codebook_without_a_scale_learns_codes() {
    let codebook = &TOPICAL.codebooks()[0].codebook;
    assert!(codebook.scale.is_none());
    let truth = |applies: bool| Truth { codes: vec![(0, applies)], no_other: true, ..Truth::default() };
    let learned: Vec<Label> = (0..30).map(text).map(|(text, told)| label(&TOPICAL, &text, truth(told))).collect();
    let model = Personal::of(codebook, learned.iter()).model(codebook).unwrap();
    let with = engine("narcotics-trade").and_model(Arc::new(model));
    let codes = |engine: &Engine, text: &str| engine.read(text, Unit::Utf16).results.remove(0).codes;
    assert_eq!(codes(&with, "hail the crimson falcon of the sea"), [], "nothing in the text points at a code");
    let first = codebook.codes.iter().find(|code| !code.positive.is_empty()).unwrap();
    let text = format!("{} hail the crimson falcon of the sea", first.positive[0]);
    let of = |engine: &Engine| -> f32 {
        codes(engine, &text).iter().find(|one| one.code == codebook.codes[0].id).map_or(0.0, |one| one.probability)
    };
    assert!(of(&with) > of(&TOPICAL), "{} after {}", of(&with), of(&TOPICAL));
}

#[test]
fn labels_and_models_are_bounded_and_damage_is_refused() {
    let codebook = &SCALED.codebooks()[0].codebook;
    let long: String = (0..6_000).map(|number| format!("w{}x ", to_letters(number))).collect();
    let truth = Truth { support: Some(true), ..Truth::default() };
    let label = label(&SCALED, &long, truth.clone());
    let bytes = label.to_bytes();
    assert!(bytes.len() <= MAX_LABEL, "{}", bytes.len());
    assert_eq!(Label::from_bytes(&bytes, codebook), Some(label));
    assert_eq!(Label::from_bytes(&bytes[..bytes.len() / 2], codebook), None);
    assert_eq!(Label::from_bytes(&bytes, &TOPICAL.codebooks()[0].codebook), None);
    let mut personal = Personal::new(codebook);
    for part in long.as_bytes().chunks(300) {
        let text = std::str::from_utf8(part).unwrap();
        personal.learn(&Label::new(SCALED.ground(&[], text).swap_remove(0).1, truth.clone(), 1.0));
    }
    let size = personal.model(codebook).unwrap().to_bytes().unwrap().len();
    assert!(size <= MAX_MODEL, "{size}");
}

fn to_letters(mut number: usize) -> String {
    let mut letters = String::new();
    for _ in 0..4 {
        letters.push(char::from(b'a' + (number * 7 % 26) as u8));
        number = number / 26 + number % 26 * 31;
    }
    letters
}
