//! Text in, readings out; pure.
//!
//! Invariants: the same text, codebooks and model give the same reading; nothing is kept between readings.
//! Must not touch: storage, the browser, time.

use crate::codebook::{Compiled, CompiledSet, LoadError};
use crate::entities::{self, Entity};
use crate::judgement::{self, Judgement, MODEL, PARAMETERS};
use crate::matching::Matcher;
use crate::service::protocol::{
    CodeProbability, CodebookReading, Finding, ModelRef, StanceProbability, TargetStance, UnitReading,
};
use crate::text::offsets::{FromBytes, Unit};
use sha2::{Digest, Sha256};
use std::sync::Arc;

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

    /// An engine over this one's codebooks and `more` after them, which reads with those that `active` names by their ids.
    /// Without `more` it shares this one's automaton.
    ///
    /// # Errors
    /// [`LoadError::Automaton`] if all of them are too much for one automaton.
    pub fn with(&self, more: Vec<Arc<Compiled>>, active: impl Fn(&str) -> bool) -> Result<Self, LoadError> {
        let set = match more.is_empty() {
            true => Arc::clone(self.matcher.set()),
            false => Arc::new(CompiledSet::of(self.codebooks().iter().cloned().chain(more).collect())?),
        };
        Ok(Self { matcher: Matcher::with(set, active), model: self.model.clone() })
    }

    /// The codebooks, active or not; the results of those that are active have their order.
    pub fn codebooks(&self) -> &[Arc<Compiled>] {
        &self.matcher.set().codebooks
    }

    /// The model, by its exact content.
    pub fn model(&self) -> &ModelRef {
        &self.model
    }

    /// Reads one unit with every active codebook. Offsets of the findings are in `unit`s of the text.
    pub fn read(&self, text: &str, unit: Unit) -> UnitReading {
        let active = self.matcher.active();
        let found = if active.contains(&true) { self.matcher.find(text) } else { Vec::new() };
        let results = self
            .codebooks()
            .iter()
            .zip(&found)
            .zip(active)
            .filter(|(_, active)| **active)
            .map(|((compiled, hits), _)| reading(compiled, &judgement::judge(compiled, text, hits), text, unit))
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
