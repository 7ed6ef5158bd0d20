//! Learning the weights of a model that ships.
//!
//! Method: logistic regression for each head beside what is said already, by proximal AdaGrad (Duchi, Hazan and Singer,
//! "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", JMLR 12, 2011, section 5) with an L1 and
//! an L2 penalty on the weights of features; biases and stretches have none.
//! Invariants: the same examples in the same order give the same weights on every machine, because the exponential function
//! is the same software everywhere; what could not decide without the model still cannot: support becomes no likelier by
//! itself, and features that are no statement of support raise it a little at most, each by [`HINT`].
//! Must not touch: where examples come from.

use crate::judgement::features::Key;
use crate::judgement::heads::{Heads, Logits, Stretch, Truth};
use crate::judgement::logistic::{sigmoid, softmax};
use crate::judgement::model::{Frame, Model, ModelError};
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
const HINT: f32 = 0.5;

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
    /// A learner that has seen nothing, and which features are no statement of support.
    pub fn new(heads: Heads, rates: Rates, hinting: HashSet<Key>) -> Self {
        let bias = vec![Slope::at(0.0); heads.len()];
        let weights = vec![Vec::new(); heads.len()];
        let stretch = [Slope::at(1.0); 3];
        Self { heads, rates, rows: HashMap::new(), weights, bias, stretch, hinting, hints: Vec::new() }
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
            let (stretch, logit) = match group {
                Group::Support => (0, beneath.support),
                Group::Stances => (1, beneath.stances[logit].unwrap_or(0.0)),
                Group::Tiers => (2, beneath.tiers[logit]),
            };
            stretches[stretch] += error * logit * weigh;
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
        // Stretched by less, the way to support would be shorter for evidence that does not decide.
        self.stretch[0].value = self.stretch[0].value.max(1.0);
        for (head, &gradient) in gradients.iter().enumerate() {
            if gradient == 0.0 {
                continue;
            }
            self.bias[head].step(gradient, frame);
            let support = self.heads.support() == Some(head);
            if support {
                self.bias[head].value = self.bias[head].value.min(0.0);
            }
            for &(row, value) in &rows {
                let weight = &mut self.weights[head][row];
                weight.pull(gradient * value, weigh, &self.rates);
                if support && self.hints[row] {
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
            let logits: Vec<_> = members.iter().map(|&stance| Some(said.stances[stance].unwrap_or(0.0))).collect();
            for (stance, probability) in members.into_iter().zip(softmax(&logits)) {
                let error = probability - f32::from(u8::from(stance == truth));
                errors.push((Group::Stances, error, self.heads.of_stance(stance), stance));
            }
        }
        if let Some(truth) = gold.tier.filter(|&tier| tier < said.tiers.len()) {
            let from = self.heads.support_from();
            let side: Range<usize> = if truth < from { 0..from } else { from..said.tiers.len() };
            let logits: Vec<_> = said.tiers[side.clone()].iter().copied().map(Some).collect();
            for (tier, probability) in side.zip(softmax(&logits)) {
                let error = probability - f32::from(u8::from(tier == truth));
                errors.push((Group::Tiers, error, self.heads.of_tier(tier), tier));
            }
        }
        errors
    }

    /// What is learned so far: at most `most` features, those that weigh most.
    ///
    /// # Errors
    /// [`ModelError::Content`] if learning ran away to numbers that are none.
    pub fn model(&self, id: String, codebook: String, names: Vec<String>, most: usize) -> Result<Model, ModelError> {
        let weights = |row: usize| self.weights.iter().map(|weights| weights[row].value).collect();
        let mut rows: Vec<(Key, Vec<f32>)> = self.rows.iter().map(|(key, row)| (*key, weights(*row))).collect();
        let size = |row: &[f32]| row.iter().fold(0.0_f32, |size, weight| size.max(weight.abs()));
        rows.sort_by(|a, b| size(&b.1).total_cmp(&size(&a.1)).then(a.0.cmp(&b.0)));
        rows.truncate(most);
        let bias = self.bias.iter().map(|bias| bias.value).collect();
        Model::rounded(Frame { id, codebook, heads: names, stretch: self.stretch(), bias }, rows)
    }
}

/// What a logit is of.
#[derive(Debug, Clone, Copy)]
enum Group {
    Support,
    Stances,
    Tiers,
}
