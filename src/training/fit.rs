//! From labelled rows to a model.

use super::learner::{Example, Learner, Rates};
use super::sources::{Row, Sources};
use crate::codebook::model::Codebook;
use crate::engine::Engine;
use crate::entities;
use crate::evaluation::labelled::Gold;
use crate::evaluation::yardstick::Yardstick;
use crate::judgement::features::{Feature, Key, Source, of_text};
use crate::judgement::heads::{Heads, Truth};
use crate::judgement::model::{Model, ModelError};
use crate::text::fold::Folded;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::thread;

/// How often every row is learned from.
const EPOCHS: usize = 12;
/// What decides the order of the rows.
const SEED: u64 = 1;
/// In how many clusters a feature of the text must stand: what one account or template alone says is no language.
const CLUSTERS: usize = 3;
/// Most features in a model.
const MOST: usize = 14_000;
/// How fast and how freely it learns.
const RATES: Rates = Rates { step: 0.1, sparse: 0.0003, small: 0.002, frame: 0.3 };
/// How many of a text's features stand for it when texts are compared.
const SKETCH: usize = 24;

/// A row with what is learned from it.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The row.
    pub row: Row,
    example: Example,
    /// Of its features, those that are no statement of support.
    hints: Vec<Key>,
    trace: Trace,
}

/// By what a text is known again: where it stands, and a sample of its features that is the same for the same text.
#[derive(Debug, Clone)]
pub struct Trace {
    place: (String, usize),
    /// Its smallest keys.
    sketch: Vec<Key>,
}

impl Trace {
    /// Of a text, at its file and its line there from 1.
    pub fn new(place: (String, usize), text: &str) -> Self {
        Self::of(place, &of_text(&Folded::new(text), &entities::find(text)))
    }

    fn of(place: (String, usize), features: &[Feature]) -> Self {
        let text = features.iter().filter(|feature| matches!(feature.source, Source::Text(..)));
        let keys: BTreeSet<Key> = text.map(|feature| feature.key).collect();
        Self { place, sketch: keys.into_iter().take(SKETCH).collect() }
    }
}

/// What is learned from each row, under a codebook of the engine by its id.
pub fn prepare(engine: &Engine, codebook: &Codebook, rows: Vec<Row>) -> Vec<Prepared> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let size = rows.len().div_ceil(cores).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> = rows
            .chunks(size)
            .map(|part| scope.spawn(move || part.iter().filter_map(|row| prepared(engine, codebook, row)).collect()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap_or_else(|_: _| Vec::new())).collect()
    })
}

fn prepared(engine: &Engine, codebook: &Codebook, row: &Row) -> Option<Prepared> {
    let (_, ground) =
        engine.ground(&[], &row.text).into_iter().find(|(compiled, _)| compiled.codebook.id == codebook.id)?;
    let gold = truth(codebook, &row.gold);
    Some(Prepared {
        example: Example {
            features: ground.features.iter().map(|feature| (feature.key, feature.value)).collect(),
            beneath: ground.said,
            gold,
            weight: row.weight,
        },
        hints: ground.features.iter().filter(|feature| !feature.states).map(|feature| feature.key).collect(),
        trace: Trace::of(row.place.clone(), &ground.features),
        row: row.clone(),
    })
}

/// A label in the codebook's indices.
pub fn truth(codebook: &Codebook, gold: &Gold) -> Truth {
    let yardstick = Yardstick::of(codebook);
    let exact =
        gold.tier.as_ref().filter(|tiers| tiers.start() == tiers.end()).map(|tiers| usize::from(*tiers.start()));
    Truth {
        support: yardstick.and_then(|yardstick| yardstick.support(gold)),
        stance: gold.stance.as_ref().and_then(|id| codebook.stances.iter().position(|stance| stance.id == *id)),
        tier: exact,
        ..Truth::default()
    }
}

/// Of rows, those that neither stand among `held` nor nearly equal one of them.
pub fn apart<'r>(rows: impl Iterator<Item = &'r Prepared>, held: &[Trace]) -> Vec<&'r Prepared> {
    let places: BTreeSet<_> = held.iter().map(|trace| &trace.place).collect();
    let mut sketched = HashMap::<Key, Vec<usize>>::new();
    for (index, trace) in held.iter().enumerate() {
        trace.sketch.iter().for_each(|key| sketched.entry(*key).or_default().push(index));
    }
    let resembles = |Trace { sketch, .. }: &Trace| {
        let mut shared = BTreeMap::<usize, usize>::new();
        for index in sketch.iter().filter_map(|key| sketched.get(key)).flatten() {
            *shared.entry(*index).or_default() += 1;
        }
        shared.into_iter().any(|(index, shared)| 2 * shared >= sketch.len().max(held[index].sketch.len()))
    };
    rows.filter(|row| !places.contains(&row.trace.place) && !resembles(&row.trace)).collect()
}

/// Learns a model from rows.
///
/// # Errors
/// If learning ran away.
pub fn fit(sources: &Sources, codebook: &Codebook, heads: &Heads, rows: &[&Prepared]) -> Result<Model, ModelError> {
    let known = known(rows);
    let kept = |row: &&Prepared| {
        let features = row.example.features.iter().copied().filter(|(key, _)| known.contains(key)).collect();
        Example { features, ..row.example.clone() }
    };
    let mut examples: Vec<Example> = rows.iter().map(kept).collect();
    let mut order = ChaCha8Rng::seed_from_u64(SEED);
    let hinting = rows.iter().flat_map(|row| &row.hints).copied().collect();
    let mut learner = Learner::new(heads.clone(), RATES, hinting);
    for _ in 0..EPOCHS {
        examples.shuffle(&mut order);
        examples.iter().for_each(|example| learner.see(example));
    }
    learner.model(sources.id.clone(), codebook.id.clone(), heads.names(codebook), MOST)
}

/// The features that stand in enough clusters.
fn known(rows: &[&Prepared]) -> BTreeSet<Key> {
    let mut clusters = HashMap::<Key, BTreeSet<(usize, &str)>>::new();
    for row in rows {
        for (key, _) in &row.example.features {
            let seen = clusters.entry(*key).or_default();
            if seen.len() < CLUSTERS {
                seen.insert((row.row.source, &row.row.cluster));
            }
        }
    }
    clusters.into_iter().filter(|(_, clusters)| clusters.len() >= CLUSTERS).map(|(key, _)| key).collect()
}
