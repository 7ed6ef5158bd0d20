//! Text in, readings out; pure.
//!
//! Invariants: the same text, codebooks and model give the same reading; nothing is kept between readings.
//! Must not touch: storage, the browser, time.

use crate::codebook::{Compiled, CompiledSet};
use crate::entities::{self, Entity};
use crate::judgement::{self, Judgement, MODEL, PARAMETERS};
use crate::matching::Matcher;
use crate::service::protocol::{
    CodeProbability, CodebookReading, Finding, ModelRef, StanceProbability, TargetStance, UnitReading,
};
use crate::text::offsets::{FromBytes, Unit};
use sha2::{Digest, Sha256};

/// Most findings given per unit and codebook; the judgement rests on all of them.
pub const MAX_FINDINGS: usize = 1_000;

/// The engine with its codebooks.
#[derive(Debug)]
pub struct Engine {
    matcher: Matcher,
    model: ModelRef,
}

impl Engine {
    /// An engine over a compiled set.
    pub fn new(set: CompiledSet) -> Self {
        let parameters = postcard::to_allocvec(&PARAMETERS).unwrap_or_default();
        let mut hash = Sha256::new();
        hash.update(MODEL);
        hash.update(parameters);
        let model = ModelRef { id: MODEL.to_owned(), hash: hex::encode(hash.finalize()) };
        Self { matcher: Matcher::new(set), model }
    }

    /// The codebooks, in the order of the results.
    pub fn codebooks(&self) -> &[Compiled] {
        self.matcher.codebooks()
    }

    /// The model, by its exact content.
    pub fn model(&self) -> &ModelRef {
        &self.model
    }

    /// Reads one unit. Offsets of the findings are in `unit`s of the text.
    pub fn read(&self, text: &str, unit: Unit) -> UnitReading {
        let found = self.matcher.find(text);
        let results = self
            .codebooks()
            .iter()
            .zip(&found)
            .map(|(compiled, hits)| reading(compiled, &judgement::judge(compiled, text, hits), text, unit))
            .collect();
        UnitReading { results, marks: Vec::new(), entities: Vec::new() }
    }

    /// What in the text has a form of its own.
    pub fn entities(&self, text: &str) -> Vec<Entity> {
        entities::find(text)
    }
}

fn reading(compiled: &Compiled, judgement: &Judgement<'_>, text: &str, unit: Unit) -> CodebookReading {
    let mut starts = FromBytes::new(text, unit);
    let mut ends = FromBytes::new(text, unit);
    let findings = judgement
        .findings
        .iter()
        .take(MAX_FINDINGS)
        .map(|reason| Finding {
            code: reason.code.to_owned(),
            indicator: reason.indicator.to_owned(),
            start: starts.at(reason.span.start),
            end: ends.at(reason.span.end),
            matched: text[reason.span.clone()].to_owned(),
            evasion: Vec::new(),
            contribution: reason.contribution,
            context: reason.context.clone(),
        })
        .collect();
    CodebookReading {
        codebook: compiled.reference.clone(),
        tier: judgement.tier,
        tier_probability: judgement.tier_probability.clone(),
        stance: judgement.stance.map(str::to_owned),
        stance_probability: judgement
            .stance_probability
            .iter()
            .map(|&(stance, probability)| StanceProbability { stance: stance.to_owned(), probability })
            .collect(),
        targets: judgement
            .targets
            .iter()
            .map(|&(target, stance)| TargetStance { target: target.to_owned(), stance: stance.to_owned() })
            .collect(),
        support: judgement.support,
        base: judgement.base,
        codes: judgement
            .codes
            .iter()
            .map(|&(code, probability)| CodeProbability { code: code.to_owned(), probability })
            .collect(),
        findings,
    }
}
