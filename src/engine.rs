//! Text in, readings out; pure.
//!
//! Invariants: the same text, codebooks and model give the same reading; nothing is kept between readings.
//! Must not touch: storage, the browser, time.

use crate::codebook::{Compiled, CompiledSet, LoadError};
use crate::entities::{self, Entity};
use crate::judgement::model::Model;
use crate::judgement::{self, Asked, Ground, Judgement, MODEL, PARAMETERS, features};
use crate::matching::{Hit, Matcher};
use crate::order::Order;
use crate::service::protocol::{
    CodeProbability, CodebookReading, Cue, EntityFinding, Finding, ModelRef, StanceProbability, TargetStance,
    UnitReading,
};
use crate::text::fold::Folded;
use crate::text::offsets::{FromBytes, Unit};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Most findings given per unit and codebook; the judgement rests on all of them.
pub const MAX_FINDINGS: usize = 1_000;

/// Most entities given per unit; the judgement rests on all of them.
pub const MAX_ENTITIES: usize = 1_000;

/// Most words given per unit and codebook that a model weighs by themselves; the others are given as one sum.
pub const MAX_CUES: usize = 12;

/// The engine with its codebooks.
#[derive(Debug)]
pub struct Engine {
    matcher: Matcher,
    /// Each rests on those before it.
    models: Vec<Arc<Model>>,
    model: ModelRef,
}

impl Engine {
    /// An engine over a compiled set.
    pub fn new(set: CompiledSet) -> Self {
        Self { matcher: Matcher::new(set), models: Vec::new(), model: named(&[]) }
    }

    /// This engine with models, each of which rests on those before it.
    #[must_use]
    pub fn with_models(self, models: Vec<Arc<Model>>) -> Self {
        Self { model: named(&models), models, ..self }
    }

    /// This engine with one model more, which rests on those it has.
    #[must_use]
    pub fn and_model(mut self, model: Arc<Model>) -> Self {
        let mut models = std::mem::take(&mut self.models);
        models.push(model);
        self.with_models(models)
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
        Ok(Self { matcher: Matcher::with(set, active), models: self.models.clone(), model: self.model.clone() })
    }

    /// The codebooks, active or not; the results of those that are active have their order.
    pub fn codebooks(&self) -> &[Arc<Compiled>] {
        &self.matcher.set().codebooks
    }

    /// The model, by its exact content.
    pub fn model(&self) -> &ModelRef {
        &self.model
    }

    /// What a further model learns from in one unit, under each active codebook, on top of these models.
    pub fn ground<'e>(&'e self, more: &'e [Arc<Model>], text: &str) -> Vec<(&'e Compiled, Ground)> {
        let seen = self.see(more, text);
        let words = features::of_text(&seen.folded, &seen.entities);
        seen.each().map(|(compiled, hits, asked)| (compiled, judgement::ground(text, hits, &words, asked))).collect()
    }

    /// The model with more models on top, by its exact content.
    pub fn model_with(&self, more: &[Arc<Model>]) -> ModelRef {
        match more {
            [] => self.model.clone(),
            _ => named(&self.models.iter().chain(more).cloned().collect::<Vec<_>>()),
        }
    }

    /// Reads one unit with every active codebook. Offsets of the findings are in `unit`s of the text.
    pub fn read(&self, text: &str, unit: Unit) -> UnitReading {
        self.read_with(&[], text, unit)
    }

    /// The same, with more models on top.
    pub fn read_with(&self, more: &[Arc<Model>], text: &str, unit: Unit) -> UnitReading {
        let seen = self.see(more, text);
        let words = match seen.each().any(|(_, _, asked)| asked.answered()) {
            true => features::of_text(&seen.folded, &seen.entities),
            false => Vec::new(),
        };
        let results = seen
            .each()
            .map(|(compiled, hits, asked)| reading(compiled, &judgement::judge(text, hits, &words, asked), text, unit))
            .collect();
        UnitReading { results, marks: Vec::new(), hidden: false, entities: findings(seen.entities, text, unit) }
    }

    /// Looks at a text for every active codebook.
    fn see<'s, 't>(&'s self, more: &'s [Arc<Model>], text: &'t str) -> Seen<'s, 't> {
        let models = || self.models.iter().chain(more).map(Arc::as_ref);
        let active =
            self.codebooks().iter().zip(self.matcher.active()).map(|(compiled, active)| active.then_some(compiled));
        let asked: Vec<Option<Asked>> = active.map(|it| it.map(|it| Asked::new(it, models()))).collect();
        let entities = entities::find(text);
        let folded = Folded::new(text);
        let hits = match asked.iter().any(Option::is_some) {
            true => self.matcher.find(text, &folded, &entities),
            false => Vec::new(),
        };
        Seen { asked, folded, hits, entities }
    }
}

/// What stands in a text.
struct Seen<'s, 't> {
    /// Of each codebook that is active, the models that apply to it.
    asked: Vec<Option<Asked<'s>>>,
    folded: Folded,
    hits: Vec<Vec<Hit>>,
    entities: Vec<Entity<'t>>,
}

impl<'s> Seen<'s, '_> {
    fn each(&self) -> impl Iterator<Item = (&'s Compiled, &[Hit], &Asked<'s>)> {
        let each = self.asked.iter().zip(&self.hits);
        each.filter_map(|(asked, hits)| asked.as_ref().map(|asked| (asked.compiled, hits.as_slice(), asked)))
    }
}

/// What the evidence model and the models on it are together, by their exact content.
fn named(models: &[Arc<Model>]) -> ModelRef {
    let mut id = MODEL.to_owned();
    let mut hash = Sha256::new();
    hash.update(MODEL);
    hash.update(postcard::to_allocvec(&PARAMETERS).unwrap_or_default());
    for model in models {
        id = format!("{id}+{}", model.reference().id);
        hash.update(&model.reference().hash);
    }
    ModelRef { id, hash: hex::encode(hash.finalize()) }
}

fn findings(entities: Vec<Entity<'_>>, text: &str, unit: Unit) -> Vec<EntityFinding> {
    let mut offsets = FromBytes::new(text, unit);
    entities
        .into_iter()
        .take(MAX_ENTITIES)
        .map(|entity| EntityFinding {
            kind: entity.kind.name().to_owned(),
            start: offsets.at(entity.span.start),
            end: offsets.at(entity.span.end),
            value: entity.value.into_owned(),
        })
        .collect()
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
            evasion: reason.evasion.iter().collect(),
            contribution: reason.contribution,
            context: reason.context.clone(),
        })
        .collect();
    let shown = judgement.cues.len().min(MAX_CUES);
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
        cues: cues(&judgement.cues[..shown], text, unit),
        other: judgement.cues[shown..].iter().map(|cue| cue.contribution).sum(),
        labels: 0,
    }
}

/// Words by weight, with offsets that are reckoned in the order of the text.
fn cues(heaviest: &[judgement::Cue], text: &str, unit: Unit) -> Vec<Cue> {
    let mut places: Vec<usize> = (0..heaviest.len()).collect();
    places.order_by_key(|&place| (heaviest[place].span.start, heaviest[place].span.end));
    let (mut starts, mut ends) = (FromBytes::new(text, unit), FromBytes::new(text, unit));
    let mut cues: Vec<(usize, Cue)> = Vec::with_capacity(places.len());
    for place in places {
        let judgement::Cue { span, contribution } = &heaviest[place];
        let (start, end) = (starts.at(span.start), ends.at(span.end));
        cues.push((place, Cue { start, end, matched: text[span.clone()].to_owned(), contribution: *contribution }));
    }
    cues.order_by_key(|(place, _)| *place);
    cues.into_iter().map(|(_, cue)| cue).collect()
}
