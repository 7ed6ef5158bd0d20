//! A model of the coder's own: what one person's labels teach, on top of what is said without them.
//!
//! Method: each question of the codebook is a logistic regression ([`super::dual`]) beside what is said already. A new label
//! is learned, then a fixed number of earlier ones is gone over, spread evenly over all of them (multiples of the golden
//! ratio, a sequence of low discrepancy; H. Weyl, 1916). An answer that few labels give counts more for each, by the square
//! root of its share. Where support begins is set by what was said of labels before each was learned.
//! Invariants: a pure function of the labels in their order: learning one more gives the same as learning all from the first;
//! a label is at most [`MAX_LABEL`] bytes and holds no text.
//! Must not touch: where labels come from and where they are kept.

use super::dual::{Answer, Dual};
use super::features::{Block, Feature, Key};
use super::heads::{Heads, Logits, Stretch, Truth};
use super::logistic::{against, sigmoid};
use super::model::{Frame, Model, ModelError};
use super::score::Ground;
use crate::codebook::model::Codebook;
use crate::order::Order;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Largest label, in bytes.
pub const MAX_LABEL: usize = 2_048;
/// Largest model, in bytes of its file.
pub const MAX_MODEL: usize = 64 << 10;
/// Name and version of what is learned here: raised whenever the same labels would teach something else.
pub const ID: &str = "personal-2";

/// Most features of a label; of more in its last block, those with the smallest keys: the same choice in every text.
const MAX_FEATURES: usize = 360;
/// Earlier labels that are gone over with each new one.
const REPLAYS: usize = 16;
/// By how much of a turn one choice of an earlier label is ahead of the choice before it: 2⁶⁴ divided by the golden ratio.
const TURN: u64 = 0x9E37_79B9_7F4A_7C15;
/// Bytes of a model that are not its features.
const FRAME: usize = 4 << 10;

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

/// The blocks of features, those first that say most by themselves.
const BLOCKS: [Block; 3] = [Block::Evidence, Block::Words, Block::Runs];

impl Label {
    /// What was said of a unit, and what a person says of it; `weight` 1 is a decision about all of it.
    pub fn new(ground: Ground, truth: Truth, weight: f32) -> Self {
        let mut features = ground.features;
        features.order_by_key(|feature| (BLOCKS.iter().position(|block| *block == feature.block), feature.key));
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
    heads: Heads,
    dual: Dual,
    said: Vec<Said>,
    /// Of each head, how many labels answer no, and yes.
    sides: Vec<[u32; 2]>,
    /// Choices of earlier labels so far.
    choices: u64,
    /// Of the last labels that say whether a unit is support, what was said of it before, and whether it is.
    foreseen: VecDeque<(f32, bool)>,
}

/// What a label says, without its features.
#[derive(Debug, Clone)]
struct Said {
    beneath: Logits,
    truth: Truth,
    weight: f32,
}

/// Labels that a [`Record`] looks back on.
const RECORD: usize = 100;
/// Labels by which the point where support begins is set.
const FORESEEN: usize = 500;
/// How many labels it takes to move that point.
const UNMOVED: f32 = 5.0;
/// The farthest that it moves, as a logit.
const FARTHEST: f32 = 3.0;
/// The most that support becomes likelier by itself, as a logit: less than what an ordinary text is from it, so that nobody's
/// labels, however one-sided, convict a text that has nothing of what they were given for.
const FAIR: f32 = 1.5;

impl Personal {
    /// Without any label.
    pub fn new(codebook: &Codebook) -> Self {
        let heads = Heads::without_codes(codebook);
        let mut dual = Dual::default();
        (0..heads.len()).for_each(|_| dual.ask());
        let sides = vec![[0; 2]; heads.len()];
        Self { heads, dual, said: Vec::new(), sides, choices: 0, foreseen: VecDeque::new() }
    }

    /// From labels, the first one first.
    pub fn of<'l>(codebook: &Codebook, labels: impl Iterator<Item = &'l Label>) -> Self {
        let mut personal = Self::new(codebook);
        labels.for_each(|label| personal.learn(label));
        personal
    }

    /// Learns one label more.
    pub fn learn(&mut self, label: &Label) {
        label.truth.codes.iter().for_each(|(code, _)| self.ask(*code));
        let parts = label.blocks.iter().zip(BLOCKS);
        self.dual.add(parts.map(|(sketch, block)| (block, sketch.value, sketch.keys())));
        self.said.push(Said { beneath: label.beneath.clone(), truth: label.truth.clone(), weight: label.weight });
        let newest = self.said.len() - 1;
        for (head, yes) in self.answers(newest).into_iter().map(|answer| (answer.question, answer.yes)) {
            self.sides[head][usize::from(yes)] += 1;
        }
        self.foresee(newest);
        self.go_over(newest);
        for _ in 0..REPLAYS {
            self.choices += 1;
            let turn = self.choices.wrapping_mul(TURN);
            let earlier = (u128::from(turn) * self.said.len() as u128) >> 64;
            self.go_over(earlier as usize);
        }
    }

    /// Asks of a code as well, from here on.
    fn ask(&mut self, code: usize) {
        if self.heads.of_code(code).is_some() {
            return;
        }
        self.heads.codes.push(code);
        self.dual.ask();
        let no = self.said.iter().filter(|said| said.truth.no_other).count();
        self.sides.push([no as u32, 0]);
    }

    fn foresee(&mut self, label: usize) {
        if let Some(support) = self.said[label].truth.support
            && let Some(answer) = self.answers(label).first()
        {
            if self.foreseen.len() == FORESEEN {
                self.foreseen.pop_front();
            }
            self.foreseen.push_back((self.dual.says(label, answer), support));
        }
    }

    fn go_over(&mut self, label: usize) {
        let answers = self.answers(label);
        self.dual.visit(label, &answers);
    }

    /// What a label answers, support first.
    fn answers(&self, label: usize) -> Vec<Answer> {
        let Said { beneath, truth, weight } = &self.said[label];
        let mut answers = Vec::new();
        let mut answer = |question: Option<usize>, yes: bool, beneath: f32| {
            let Some(question) = question else { return };
            let cost = weight * share(self.sides[question], yes);
            answers.push(Answer { question, yes, beneath, cost });
        };
        if let Some(support) = truth.support {
            answer(self.heads.support(), support, beneath.support);
        }
        if let Some(stance) = truth.stance
            && (self.heads.default == Some(stance) || self.heads.of_stance(stance).is_some())
        {
            let logit = |stance: usize| beneath.stances[stance].unwrap_or(0.0);
            let members = self.heads.default.iter().chain(&self.heads.stances).copied();
            for &one in &self.heads.stances {
                let others = members.clone().filter(|&other| other != one).map(logit);
                answer(self.heads.of_stance(one), one == stance, against(logit(one), others));
            }
        }
        if let Some(tier) = truth.tier.filter(|&tier| tier < beneath.tiers.len()) {
            let from = self.heads.support_from();
            let side = if tier < from { 0..from } else { from..beneath.tiers.len() };
            for one in side.clone() {
                let others = side.clone().filter(|&other| other != one).map(|other| beneath.tiers[other]);
                answer(self.heads.of_tier(one), one == tier, against(beneath.tiers[one], others));
            }
        }
        for &code in &self.heads.codes {
            let told = truth.codes.iter().find(|(index, _)| *index == code).map(|(_, applies)| *applies);
            if let (Some(applies), Some(&logit)) = (told.or(truth.no_other.then_some(false)), beneath.codes.get(code)) {
                answer(self.heads.of_code(code), applies, logit);
            }
        }
        answers
    }

    /// How many labels.
    pub fn labels(&self) -> usize {
        self.said.len()
    }

    /// How good it was of late.
    pub fn record(&self) -> Record {
        let last = self.foreseen.iter().rev().take(RECORD);
        let right = last.clone().filter(|(logit, support)| (*logit > 0.0) == *support).count();
        Record { asked: last.count() as u32, right: right as u32 }
    }

    /// By how much the logit of support must move so that on average what was foreseen of labels is what they said.
    fn moved(&self, head: usize) -> f32 {
        let sides = self.sides[head];
        let excess = |by: f32| {
            let each = self
                .foreseen
                .iter()
                .map(|&(logit, support)| share(sides, support) * (sigmoid(logit + by) - f32::from(u8::from(support))));
            each.sum::<f32>() + UNMOVED * by
        };
        let (mut low, mut high) = (-FARTHEST, FARTHEST);
        for _ in 0..16 {
            let middle = 0.5 * (low + high);
            if excess(middle) > 0.0 { high = middle } else { low = middle }
        }
        0.5 * (low + high)
    }

    /// What it is for readings: the weights that count most, at most [`MAX_MODEL`] bytes.
    ///
    /// # Errors
    /// If learning ran away to numbers that are none.
    pub fn model(&self, codebook: &Codebook) -> Result<Model, ModelError> {
        let mut bias: Vec<f32> = (0..self.heads.len()).map(|head| self.dual.bias(head)).collect();
        if let Some(head) = self.heads.support() {
            bias[head] = (bias[head] + self.moved(head)).min(FAIR);
        }
        // A key takes at most five bytes, and each weight one; heads that weigh nothing take no room.
        let weighing = self.sides.iter().filter(|sides| **sides != [0; 2]).count();
        let most = (MAX_MODEL - FRAME) / (5 + weighing);
        let mut rows: Vec<(f32, Key, usize)> = self
            .dual
            .rows()
            .map(|(row, key, labels)| {
                let largest = self.dual.weights(row).fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
                (largest * (labels as f32).sqrt(), key, row)
            })
            .collect();
        rows.order_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        rows.truncate(most);
        let frame = Frame {
            id: ID.into(),
            codebook: codebook.id.clone(),
            heads: self.heads.names(codebook),
            stretch: Stretch::NONE,
            bias,
        };
        Model::rounded(frame, rows.into_iter().map(|(_, key, row)| (key, self.dual.weights(row).collect())).collect())
    }
}

/// How much a label counts whose answer so many give.
fn share(sides: [u32; 2], yes: bool) -> f32 {
    if sides.contains(&0) {
        return 1.0;
    }
    let [no, of_yes] = sides.map(|labels| labels as f32);
    let side = if yes { of_yes } else { no };
    ((no + of_yes) / (2.0 * side)).sqrt()
}
