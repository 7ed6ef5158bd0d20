//! A model of the coder's own: what one person's labels teach, on top of what is said without them.
//!
//! Method: one step of the learner on each new label, then a fixed number of steps on labels seen so far, spread evenly over
//! them (multiples of the golden ratio, a sequence of low discrepancy; H. Weyl, 1916). A side of support that has fewer labels
//! counts more for each, by the square root of its share.
//! Invariants: a pure function of the labels in their order: learning one more gives the same as learning all from the first;
//! a label is at most [`MAX_LABEL`] bytes and holds no text.
//! Must not touch: where labels come from and where they are kept.

use super::features::{Block, Feature, Key};
use super::heads::{Heads, Logits};
use super::learn::{Example, Learner, Rates, Scale, Truth};
use super::model::{Model, ModelError};
use super::score::Ground;
use crate::codebook::model::Codebook;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Largest label, in bytes.
pub const MAX_LABEL: usize = 2_048;
/// Largest model, in bytes of its file.
pub const MAX_MODEL: usize = 64 << 10;
/// Name and version of what is learned here: raised whenever the same labels would teach something else.
pub const ID: &str = "personal-1";

/// Most features of a label; of more, those with the smallest keys: the same choice in every text.
const MAX_FEATURES: usize = 360;
/// Earlier labels that are gone over with each new one.
const REPLAYS: usize = 16;
/// By how much of a turn one choice of an earlier label is ahead of the choice before it: 2⁶⁴ divided by the golden ratio.
const TURN: u64 = 0x9E37_79B9_7F4A_7C15;
/// How fast and how freely it learns.
const RATES: Rates = Rates { step: 0.03, sparse: 0.0, small: 0.1, frame: 3.0 };
/// Bytes of a model that are not its features.
const FRAME: usize = 4 << 10;

/// How much a block of features counts in learning.
fn factor(block: Block) -> f32 {
    match block {
        Block::Words => 5.0,
        Block::Runs => 15.0,
        Block::Evidence => 3.0,
    }
}

/// One decision about one unit, as far as a model learns from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Label {
    blocks: Vec<Sketch>,
    beneath: Logits,
    truth: Truth,
    weight: f32,
}

/// The features of a block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Sketch {
    /// What each counts in a reading.
    value: f32,
    /// The keys that are kept, ascending, each less the one before it.
    steps: Vec<Key>,
}

const BLOCKS: [Block; 3] = [Block::Words, Block::Runs, Block::Evidence];

impl Label {
    /// What was said of a unit, and what a person says of it; `weight` 1 is a decision about all of it.
    pub fn new(ground: Ground, truth: Truth, weight: f32) -> Self {
        let mut features = ground.features;
        features.sort_by_key(|feature| (feature.block != Block::Evidence, feature.key));
        features.truncate(MAX_FEATURES);
        let sketch = |block| Sketch::of(features.iter().filter(|feature| feature.block == block));
        Self { blocks: BLOCKS.map(sketch).into(), beneath: ground.said, truth, weight }
    }

    /// The label in few bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// Reads a label that was made under this codebook; none if it was not, or is damaged.
    pub fn from_bytes(bytes: &[u8], codebook: &Codebook) -> Option<Self> {
        let label: Self = postcard::from_bytes(bytes).ok()?;
        let tiers = codebook.scale.as_ref().map_or(0, |scale| scale.tiers.len());
        let Logits { stances, tiers: of_tiers, codes, .. } = &label.beneath;
        let fits = [stances.len(), of_tiers.len(), codes.len()]
            == [codebook.stances.len(), tiers, codebook.codes.len()]
            && label.truth.stance.is_none_or(|stance| stance < stances.len())
            && label.blocks.len() == BLOCKS.len();
        fits.then_some(label)
    }

    /// What was said.
    pub fn truth(&self) -> &Truth {
        &self.truth
    }

    fn example(&self) -> Example {
        let blocks = self.blocks.iter().zip(BLOCKS);
        let features =
            blocks.flat_map(|(sketch, block)| sketch.keys().map(move |key| (key, sketch.value * factor(block))));
        Example {
            features: features.collect(),
            beneath: self.beneath.clone(),
            gold: self.truth.clone(),
            weight: self.weight,
        }
    }
}

impl Sketch {
    fn of<'f>(features: impl Iterator<Item = &'f Feature>) -> Self {
        let mut value = 1.0;
        let mut last = 0;
        let steps = features.map(|feature| {
            value = feature.value;
            feature.key - std::mem::replace(&mut last, feature.key)
        });
        let steps = steps.collect();
        Self { value, steps }
    }

    fn keys(&self) -> impl Iterator<Item = Key> {
        self.steps.iter().scan(0, |key: &mut Key, step| {
            *key = key.wrapping_add(*step);
            Some(*key)
        })
    }
}

/// How good what it said of labels was, each before it was learned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Labels that say whether a unit is support, of the last ones.
    pub asked: u32,
    /// Of these, those where it had said so.
    pub right: u32,
}

/// What the labels so far have taught.
#[derive(Debug, Clone)]
pub struct Personal {
    learner: Learner,
    examples: Vec<Example>,
    /// Of each feature its block, and in how many labels it stands.
    known: HashMap<Key, (Block, u32)>,
    /// Labels of support, and of the rest.
    sides: [u32; 2],
    /// Choices of earlier labels so far.
    choices: u64,
    /// Of the last labels, whether each was foreseen.
    foreseen: Vec<bool>,
}

/// Labels that a [`Record`] looks back on.
const RECORD: usize = 100;

impl Personal {
    /// Without any label.
    pub fn new(codebook: &Codebook) -> Self {
        Self {
            learner: Learner::new(Heads::without_codes(codebook), RATES),
            examples: Vec::new(),
            known: HashMap::new(),
            sides: [0; 2],
            choices: 0,
            foreseen: Vec::new(),
        }
    }

    /// From labels, the first one first.
    pub fn of<'l>(codebook: &Codebook, labels: impl Iterator<Item = &'l Label>) -> Self {
        let mut personal = Self::new(codebook);
        labels.for_each(|label| personal.learn(label));
        personal
    }

    /// Learns one label more.
    pub fn learn(&mut self, label: &Label) {
        let example = label.example();
        for (sketch, block) in label.blocks.iter().zip(BLOCKS) {
            for key in sketch.keys() {
                self.known.entry(key).or_insert((block, 0)).1 += 1;
            }
        }
        label.truth.codes.iter().for_each(|(code, _)| self.learner.ask(*code));
        if let Some(support) = label.truth.support {
            if self.foreseen.len() == RECORD {
                self.foreseen.remove(0);
            }
            self.foreseen.push((self.learner.says(&example).support > 0.0) == support);
            self.sides[usize::from(support)] += 1;
        }
        self.examples.push(example);
        self.go_over(self.examples.len() - 1);
        for _ in 0..REPLAYS {
            self.choices += 1;
            let turn = self.choices.wrapping_mul(TURN);
            let earlier = (u128::from(turn) * self.examples.len() as u128) >> 64;
            self.go_over(earlier as usize);
        }
    }

    fn go_over(&mut self, index: usize) {
        let mut example = self.examples[index].clone();
        if let Some(support) = example.gold.support
            && !self.sides.contains(&0)
        {
            let [rest, of_support] = self.sides.map(|labels| labels as f32);
            let side = if support { of_support } else { rest };
            example.weight *= ((rest + of_support) / (2.0 * side)).sqrt();
        }
        self.learner.see(&example);
    }

    /// How many labels.
    pub fn labels(&self) -> usize {
        self.examples.len()
    }

    /// How good it was of late.
    pub fn record(&self) -> Record {
        let right = self.foreseen.iter().filter(|right| **right).count();
        Record { asked: self.foreseen.len() as u32, right: right as u32 }
    }

    /// What it is for readings: the weights that count most, at most [`MAX_MODEL`] bytes.
    ///
    /// # Errors
    /// If learning ran away to numbers that are none.
    pub fn model(&self, codebook: &Codebook) -> Result<Model, ModelError> {
        let heads = self.learner.heads();
        let names = heads.names(codebook);
        // A key takes at most five bytes, and each weight one; heads that weigh nothing take no room.
        let most = (MAX_MODEL - FRAME) / (5 + self.learner.weighing().max(1));
        let scale = |key| match self.known.get(&key) {
            Some(&(block, labels)) => Scale { factor: factor(block), matters: (labels as f32).sqrt() },
            None => Scale { factor: 1.0, matters: 1.0 },
        };
        self.learner.scaled(ID.into(), codebook.id.clone(), names, most, scale)
    }
}
