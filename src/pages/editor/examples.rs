//! A codebook's own examples, held against what the engine reads in them.
//!
//! Invariants: a positive example holds if the code, or one that stands in it, is found in it; a negative one if its code is left
//! below one half; those of a code that speaks for the default stance hold whatever is found: it accuses nobody. The harmless
//! text of an indicator holds if support is left below one half, or without a scale the code.
//! Must not touch: how a text is read.

use super::order;
use postil::codebook::model::{Code, Codebook, StanceRole};
use postil::service::protocol::CodebookReading;

/// What an example is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It has the code.
    Positive,
    /// It looks like it and does not have it.
    Negative,
    /// The indicator fires in it.
    Fires,
    /// The indicator may be found in it and must not decide.
    Harmless,
}

/// A text that a codebook gives as an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Example {
    /// Path of the field.
    pub(super) path: String,
    /// Place of its code.
    pub(super) code: usize,
    /// Place of its indicator in the code.
    pub(super) indicator: Option<usize>,
    pub(super) kind: Kind,
    pub(super) text: String,
}

/// What became of an example.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Verdict {
    pub(super) holds: bool,
    /// Probability of its code.
    pub(super) probability: f32,
    /// The words that were found for its code, each once.
    pub(super) found: Vec<String>,
}

/// All examples of a codebook, code by code.
pub(super) fn examples(codebook: &Codebook) -> Vec<Example> {
    let mut all = Vec::new();
    for (code, of) in codebook.codes.iter().enumerate() {
        for (kind, name, texts) in
            [(Kind::Positive, "positive", &of.positive), (Kind::Negative, "negative", &of.negative)]
        {
            all.extend(texts.iter().enumerate().map(|(number, text)| Example {
                path: format!("code[{code}].{name}[{number}]"),
                code,
                indicator: None,
                kind,
                text: text.clone(),
            }));
        }
        for (number, indicator) in of.indicators.iter().enumerate() {
            for (kind, name, text) in
                [(Kind::Fires, "fires", &indicator.fires), (Kind::Harmless, "harmless", &indicator.harmless)]
            {
                all.extend(text.iter().map(|text| Example {
                    path: format!("code[{code}].indicator[{number}].{name}"),
                    code,
                    indicator: Some(number),
                    kind,
                    text: text.clone(),
                }));
            }
        }
    }
    all.retain(|example| !example.text.trim().is_empty());
    all
}

/// Whether an example holds, by what was read in it under its codebook.
pub(super) fn verdict(codebook: &Codebook, example: &Example, reading: &CodebookReading) -> Option<Verdict> {
    let code = codebook.codes.get(example.code)?;
    let indicator = example.indicator.and_then(|place| code.indicators.get(place));
    let probability = reading.codes.iter().find(|it| it.code == code.id).map_or(0.0, |it| it.probability);
    let counts = |found: &str, by: &str| match indicator.filter(|_| example.kind == Kind::Fires) {
        Some(indicator) => indicator.id == by,
        None => order::within(&codebook.codes, found, &code.id),
    };
    let findings = reading.findings.iter().filter(|it| counts(&it.code, &it.indicator));
    let mut found: Vec<String> = findings.map(|it| it.matched.clone()).collect();
    found.dedup();
    let holds = match example.kind {
        Kind::Positive | Kind::Fires => !found.is_empty(),
        Kind::Negative => probability < 0.5 || accuses_nobody(codebook, code),
        // Where there is a scale, support is what must not be reached; where there is none, the code itself.
        Kind::Harmless => reading.support.unwrap_or(probability) < 0.5,
    };
    Some(Verdict { holds, probability, found })
}

fn accuses_nobody(codebook: &Codebook, code: &Code) -> bool {
    let default = codebook.stances.iter().find(|stance| stance.role == Some(StanceRole::Default));
    code.stance.is_some() && code.stance.as_ref() == default.map(|stance| &stance.id)
}
