//! Learning the weights of a linear model from labelled units, one at a time.
//!
//! Method: logistic regression for each head beside what is said already, by proximal AdaGrad (Duchi, Hazan and Singer,
//! "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", JMLR 12, 2011, section 5) with an L1 and
//! an L2 penalty on the weights of features; biases and stretches have none.
//! Invariants: the same examples in the same order give the same weights on every machine, because the exponential function
//! is the same software everywhere.
//! Must not touch: where examples come from.

use super::features::{Feature, Key};
use super::heads::{Heads, Logits, Stretch};
use super::model::{Content, Model, ModelError};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// How fast and how freely to learn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Of one step.
    pub step: f32,
    /// Penalty on the size of a weight: makes it 0 where little speaks for it.
    pub sparse: f32,
    /// Penalty on its square: spreads what is learned over what says the same.
    pub small: f32,
    /// Factor on the steps of biases and stretches.
    pub frame: f32,
}

/// A labelled unit, ready to learn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Its features.
    pub features: Vec<(Key, f32)>,
    /// What is said of it without this model.
    pub beneath: Logits,
    /// What people said.
    pub gold: Truth,
    /// How much it counts; 1 is one label.
    pub weight: f32,
}

/// What people said of a unit, as far as they said it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Truth {
    /// Whether it is support.
    pub support: Option<bool>,
    /// Index of its stance in the codebook.
    pub stance: Option<usize>,
    /// Its tier.
    pub tier: Option<usize>,
    /// Whether codes apply, by their indices in the codebook.
    pub codes: Vec<(usize, bool)>,
    /// Whether no code applies that is not among those.
    pub no_other: bool,
}

/// A model being learned.
#[derive(Debug, Clone)]
pub struct Learner {
    heads: Heads,
    rates: Rates,
    rows: HashMap<Key, usize>,
    /// Of each head, the weight of every row.
    weights: Vec<Vec<Slope>>,
    bias: Vec<Slope>,
    stretch: [Slope; 3],
    /// Features that are no statement of support; their weight for it stays within [`HINT`].
    hinting: HashSet<Key>,
    /// Of each row, whether it is one of them.
    hints: Vec<bool>,
}

/// A number that is learned.
#[derive(Debug, Clone, Copy)]
struct Slope {
    value: f32,
    squares: f32,
}

/// The most that a feature which is no statement of support may add to its logit: several such features may only complete
/// what other words say.
const HINT: f32 = 0.3;

/// What AdaGrad begins to count from, so that the first steps are not wild.
const FIRST: f32 = 0.1;

/// A weight of which nothing is known.
const UNSEEN: Slope = Slope { value: 0.0, squares: FIRST * FIRST };

impl Slope {
    const fn at(value: f32) -> Self {
        Self { value, squares: FIRST }
    }

    fn step(&mut self, gradient: f32, rate: f32) {
        self.squares += gradient * gradient;
        self.value -= rate * gradient / self.squares.sqrt();
    }

    /// Moves a weight against its gradient, then towards 0.
    fn pull(&mut self, gradient: f32, weigh: f32, rates: &Rates) {
        self.squares += gradient * gradient;
        let rate = rates.step / self.squares.sqrt();
        let moved = self.value - rate * gradient;
        let shrunk = (moved.abs() - rate * rates.sparse * weigh).max(0.0);
        self.value = shrunk.copysign(moved) / (1.0 + rate * rates.small * weigh);
    }
}

impl Learner {
    /// A learner that has seen nothing.
    pub fn new(heads: Heads, rates: Rates) -> Self {
        let bias = vec![Slope::at(0.0); heads.len()];
        let weights = vec![Vec::new(); heads.len()];
        let stretch = [Slope::at(1.0); 3];
        let (rows, hinting, hints) = (HashMap::new(), HashSet::new(), Vec::new());
        Self { heads, rates, rows, weights, bias, stretch, hinting, hints }
    }

    /// This learner, which lets these features raise support a little at most, each by [`HINT`].
    #[must_use]
    pub fn hinting(self, hinting: HashSet<Key>) -> Self {
        Self { hinting, ..self }
    }

    /// What it answers.
    pub fn heads(&self) -> &Heads {
        &self.heads
    }

    /// How many heads have any weight.
    pub(super) fn weighing(&self) -> usize {
        self.weights.iter().filter(|weights| weights.iter().any(|weight| weight.value != 0.0)).count()
    }

    /// Asks of a code as well, from here on.
    pub fn ask(&mut self, code: usize) {
        if self.heads.of_code(code).is_none() {
            self.heads.codes.push(code);
            self.bias.push(Slope::at(0.0));
            self.weights.push(vec![UNSEEN; self.rows.len()]);
        }
    }

    /// What is said of an example with what is learned so far.
    pub fn says(&self, example: &Example) -> Logits {
        let known = example.features.iter().filter_map(|(key, value)| Some((*self.rows.get(key)?, *value)));
        self.said(&known.collect::<Vec<_>>(), &example.beneath)
    }

    fn said(&self, rows: &[(usize, f32)], beneath: &Logits) -> Logits {
        let answer = |(bias, weights): (&Slope, &Vec<Slope>)| {
            rows.iter().fold(bias.value, |answer, &(row, value)| answer + value * weights[row].value)
        };
        let answers: Vec<f32> = self.bias.iter().zip(&self.weights).map(answer).collect();
        let mut said = beneath.clone();
        said.add(&self.heads, self.stretch(), &answers);
        said
    }

    /// Learns from one example.
    pub fn see(&mut self, example: &Example) {
        let rows: Vec<(usize, f32)> = example.features.iter().map(|&(key, value)| (self.row(key), value)).collect();
        let said = self.said(&rows, &example.beneath);
        let errors = self.errors(&said, &example.gold);
        let weigh = example.weight;

        let beneath = &example.beneath;
        let mut stretches = [0.0; 3];
        let mut gradients = vec![0.0; self.heads.len()];
        for (group, error, head, logit) in errors {
            let logit = match group {
                Group::Support => Some((0, beneath.support)),
                Group::Stances => Some((1, beneath.stances[logit].unwrap_or(0.0))),
                Group::Tiers => Some((2, beneath.tiers[logit])),
                Group::Codes => None,
            };
            if let Some((stretch, logit)) = logit {
                stretches[stretch] += error * logit * weigh;
            }
            if let Some(head) = head {
                gradients[head] += error * weigh;
            }
        }
        let frame = self.rates.step * self.rates.frame;
        for (slope, gradient) in self.stretch.iter_mut().zip(stretches) {
            if gradient != 0.0 {
                slope.step(gradient, frame);
                slope.value = slope.value.max(0.0);
            }
        }
        if !self.hinting.is_empty() {
            // Stretched by less, the way to support would be shorter for evidence that does not decide.
            self.stretch[0].value = self.stretch[0].value.max(1.0);
        }
        for (head, &gradient) in gradients.iter().enumerate() {
            if gradient == 0.0 {
                continue;
            }
            self.bias[head].step(gradient, frame);
            if head == 0 && !self.hinting.is_empty() {
                // Nor does support become likelier by itself: what could not decide alone still cannot.
                self.bias[head].value = self.bias[head].value.min(0.0);
            }
            for &(row, value) in &rows {
                let weight = &mut self.weights[head][row];
                weight.pull(gradient * value, weigh, &self.rates);
                if head == 0 && self.hints[row] {
                    weight.value = weight.value.min(HINT);
                }
            }
        }
    }

    fn stretch(&self) -> Stretch {
        let [support, stances, tiers] = self.stretch.map(|slope| slope.value);
        Stretch { support, stances, tiers }
    }

    fn row(&mut self, key: Key) -> usize {
        let next = self.rows.len();
        let row = *self.rows.entry(key).or_insert(next);
        if row == next {
            self.weights.iter_mut().for_each(|weights| weights.push(UNSEEN));
            self.hints.push(self.hinting.contains(&key));
        }
        row
    }

    /// Probability minus truth for every logit that the truth says something of: its group, the error, its head if it has
    /// one, and its index in its group.
    fn errors(&self, said: &Logits, gold: &Truth) -> Vec<(Group, f32, Option<usize>, usize)> {
        let mut errors = Vec::new();
        if let (Some(support), Some(head)) = (gold.support, self.heads.support()) {
            errors.push((Group::Support, sigmoid(said.support) - f32::from(u8::from(support)), Some(head), 0));
        }
        if let Some(truth) = gold.stance
            && (self.heads.default == Some(truth) || self.heads.of_stance(truth).is_some())
        {
            let members: Vec<usize> = self.heads.default.iter().chain(&self.heads.stances).copied().collect();
            let logits: Vec<f32> = members.iter().map(|&stance| said.stances[stance].unwrap_or(0.0)).collect();
            for (stance, probability) in members.into_iter().zip(softmax(&logits)) {
                let error = probability - f32::from(u8::from(stance == truth));
                errors.push((Group::Stances, error, self.heads.of_stance(stance), stance));
            }
        }
        if let Some(truth) = gold.tier.filter(|&tier| tier < said.tiers.len()) {
            let from = self.heads.support_from();
            let side: Range<usize> = if truth < from { 0..from } else { from..said.tiers.len() };
            let probabilities = softmax(&said.tiers[side.clone()]);
            for (tier, probability) in side.zip(probabilities) {
                let error = probability - f32::from(u8::from(tier == truth));
                errors.push((Group::Tiers, error, self.heads.of_tier(tier), tier));
            }
        }
        for &code in &self.heads.codes {
            let told = gold.codes.iter().find(|(index, _)| *index == code).map(|(_, applies)| *applies);
            if let (Some(applies), Some(logit)) = (told.or(gold.no_other.then_some(false)), said.codes.get(code)) {
                let error = sigmoid(*logit) - f32::from(u8::from(applies));
                errors.push((Group::Codes, error, self.heads.of_code(code), code));
            }
        }
        errors
    }

    /// What is learned so far, in whole steps; features whose every weight is less than one are left out, and of the others
    /// at most `most`, those that weigh most.
    ///
    /// # Errors
    /// [`ModelError::Content`] if learning ran away to numbers that are none.
    pub fn model(&self, id: String, codebook: String, names: Vec<String>, most: usize) -> Result<Model, ModelError> {
        self.scaled(id, codebook, names, most, |_| Scale { factor: 1.0, matters: 1.0 })
    }

    /// The same, where examples and readings differ by a `scale`.
    ///
    /// # Errors
    /// As [`Learner::model`].
    pub(super) fn scaled(
        &self,
        id: String,
        codebook: String,
        names: Vec<String>,
        most: usize,
        scale: impl Fn(Key) -> Scale,
    ) -> Result<Model, ModelError> {
        let mut factors = vec![1.0; self.rows.len()];
        self.rows.iter().for_each(|(key, row)| factors[*row] = scale(*key).factor);
        let heads = self.heads.len();
        let largest = |weights: &Vec<Slope>| {
            weights.iter().zip(&factors).fold(0.0_f32, |largest, (weight, f)| largest.max((weight.value * f).abs()))
        };
        let step: Vec<f32> =
            self.weights.iter().map(|weights| largest(weights).max(f32::MIN_POSITIVE) / f32::from(i8::MAX)).collect();
        let in_steps = |row: usize| -> Vec<i8> {
            let steps = self.weights.iter().zip(&step);
            steps.map(|(weights, step)| (weights[row].value * factors[row] / step).round() as i8).collect()
        };
        let mut rows: Vec<(Key, Vec<i8>)> = self.rows.iter().map(|(key, row)| (*key, in_steps(*row))).collect();
        let size = |row: &[i8]| {
            row.iter().zip(&step).fold(0.0_f32, |size, (weight, step)| size.max(f32::from(*weight).abs() * step))
        };
        rows.retain(|(_, row)| row.iter().any(|weight| *weight != 0));
        let counts = |row: &(Key, Vec<i8>)| size(&row.1) * scale(row.0).matters;
        rows.sort_by(|a, b| counts(b).total_cmp(&counts(a)).then(a.0.cmp(&b.0)));
        rows.truncate(most);
        rows.sort_by_key(|(key, _)| *key);
        Model::new(Content {
            id,
            codebook,
            heads: names,
            stretch: self.stretch(),
            bias: self.bias.iter().map(|bias| bias.value).collect(),
            weights: (0..heads)
                .map(|head| match self.weights[head].iter().all(|weight| weight.value == 0.0) {
                    true => Vec::new(),
                    false => rows.iter().map(|(_, row)| row[head]).collect(),
                })
                .collect(),
            keys: rows.into_iter().map(|(key, _)| key).collect(),
            step,
        })
    }
}

/// How a feature in an example compares with the same in a reading.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    /// How many times as large it is.
    pub(super) factor: f32,
    /// By what its weight is multiplied when those are chosen that weigh most.
    pub(super) matters: f32,
}

/// What a logit is of.
#[derive(Debug, Clone, Copy)]
enum Group {
    Support,
    Stances,
    Tiers,
    Codes,
}

fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + libm::expf(-logit))
}

fn softmax(logits: &[f32]) -> Vec<f32> {
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = logits.iter().map(|logit| libm::expf(logit - highest)).collect();
    let sum: f32 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

/// The key and the value of each feature.
pub fn plain(features: &[Feature]) -> Vec<(Key, f32)> {
    features.iter().map(|feature| (feature.key, feature.value)).collect()
}
