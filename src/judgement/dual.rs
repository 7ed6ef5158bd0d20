//! Several logistic regressions over the same examples, one for each question, that learn example by example.
//!
//! Method: dual coordinate descent (Yu, Huang and Lin, "Dual coordinate descent methods for logistic regression and maximum
//! entropy models", Machine Learning 85, 2011) with a penalty of half the square of each weight. Every example has one
//! multiplier for each question; a visit sets it to its best value while the others stay. A feature is scaled by how rare it
//! is among the examples (Spärck Jones, "A statistical interpretation of term specificity", 1972), so that what stands
//! everywhere says little.
//! Invariants: the same visits in the same order give the same weights on every machine.
//! Must not touch: what the questions mean, which example is visited when.

use super::features::{Block, Key};
use super::logistic::sigmoid;
use std::collections::HashMap;

/// Examples that are taken as seen already when it is asked how rare a feature is: of the first few labels, no word is common.
const PRIOR: f32 = 50.0;
/// The value of the feature that every example has: the larger, the freer the bias.
const BIAS: f32 = 3.0;
/// Most steps towards a multiplier's best value.
const STEPS: usize = 24;
/// A step after which it is there.
const CLOSE: f32 = 1e-3;

/// An example's features by their rows, those of a block together.
#[derive(Debug, Clone)]
struct Example {
    blocks: Vec<Part>,
}

/// Features that have one value.
#[derive(Debug, Clone)]
struct Part {
    value: f32,
    rows: Vec<u32>,
}

/// What is known of a feature.
#[derive(Debug, Clone, Copy)]
struct Row {
    key: Key,
    block: Block,
    examples: u32,
}

/// What is learned of one question, without its sums.
#[derive(Debug, Clone, Default)]
struct Regression {
    bias: f32,
    /// Of each example.
    multipliers: Vec<f32>,
}

/// What an example answers to a question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer {
    /// Which question.
    pub(super) question: usize,
    /// What it answers.
    pub(super) yes: bool,
    /// What is said without what is learned here, as a logit.
    pub(super) beneath: f32,
    /// The most that its multiplier may be.
    pub(super) cost: f32,
}

/// The regressions.
#[derive(Debug, Clone, Default)]
pub(super) struct Dual {
    rows: HashMap<Key, u32>,
    known: Vec<Row>,
    examples: Vec<Example>,
    regressions: Vec<Regression>,
    /// Of each row, for each question, the sum of multipliers and values: a row's lie together, because they are asked for
    /// together.
    sums: Vec<f32>,
    /// How rare a feature is that stands in so many examples.
    rarity: Vec<f32>,
}

/// How much features of a block count before anything is learned.
fn factor(block: Block) -> f32 {
    match block {
        Block::Words => 8.0,
        Block::Runs => 15.0,
        Block::Evidence => 1.0,
    }
}

impl Dual {
    /// Asks one question more.
    pub(super) fn ask(&mut self) {
        let questions = self.regressions.len();
        let mut sums = Vec::with_capacity(self.known.len() * (questions + 1));
        for row in 0..self.known.len() {
            sums.extend_from_slice(&self.sums[row * questions..][..questions]);
            sums.push(0.0);
        }
        self.sums = sums;
        self.regressions.push(Regression { bias: 0.0, multipliers: vec![0.0; self.examples.len()] });
    }

    /// Takes in an example: its blocks, each with the value of its features and their keys. What it answers is told by visits.
    pub(super) fn add(&mut self, blocks: impl Iterator<Item = (Block, f32, impl Iterator<Item = Key>)>) {
        let blocks = blocks.map(|(block, value, keys)| {
            let rows = keys.map(|key| self.row(key, block)).collect();
            Part { value, rows }
        });
        let blocks = blocks.collect();
        self.examples.push(Example { blocks });
        self.sums.resize(self.known.len() * self.regressions.len(), 0.0);
        self.regressions.iter_mut().for_each(|regression| regression.multipliers.push(0.0));
        let seen = self.examples.len() as f32 + PRIOR;
        let most = libm::logf(seen);
        self.rarity = (0..=self.examples.len()).map(|examples| libm::logf(seen / examples as f32) / most).collect();
    }

    fn row(&mut self, key: Key, block: Block) -> u32 {
        let next = self.known.len() as u32;
        let row = *self.rows.entry(key).or_insert(next);
        if row == next {
            self.known.push(Row { key, block, examples: 0 });
        }
        self.known[row as usize].examples += 1;
        row
    }

    /// The square of what a feature is multiplied by.
    fn scale(&self, row: usize) -> f32 {
        let Row { block, examples, .. } = self.known[row];
        let rare = self.rarity[examples as usize];
        (factor(block) * rare) * (factor(block) * rare)
    }

    /// What is said of an example with what is learned so far.
    pub(super) fn says(&self, example: usize, answer: &Answer) -> f32 {
        self.measured(example, std::slice::from_ref(answer)).0[0]
    }

    /// What is said of an example to each question, and the square of its length, by one look at each of its features.
    fn measured(&self, example: usize, answers: &[Answer]) -> (Vec<f32>, f32) {
        let begin = |answer: &Answer| answer.beneath + BIAS * BIAS * self.regressions[answer.question].bias;
        let (mut said, mut length): (Vec<f32>, f32) = (answers.iter().map(begin).collect(), BIAS * BIAS);
        let mut weights = vec![0.0; answers.len()];
        for Part { value, rows } in &self.examples[example].blocks {
            weights.fill(0.0);
            let mut squares = 0.0;
            for row in rows.iter().map(|&row| row as usize) {
                let (scale, sums) = (self.scale(row), self.sums_of(row));
                squares += scale;
                weights.iter_mut().zip(answers).for_each(|(weight, answer)| *weight += sums[answer.question] * scale);
            }
            said.iter_mut().zip(&weights).for_each(|(said, weight)| *said += weight * value);
            length += squares * value * value;
        }
        (said, length)
    }

    /// A row's sums, by question.
    fn sums_of(&self, row: usize) -> &[f32] {
        let questions = self.regressions.len();
        &self.sums[row * questions..][..questions]
    }

    /// Learns from an example once more; each question is answered once.
    pub(super) fn visit(&mut self, example: usize, answers: &[Answer]) {
        let (said, length) = self.measured(example, answers);
        let mut changes = Vec::with_capacity(answers.len());
        for (answer, said) in answers.iter().zip(said) {
            let sign = if answer.yes { 1.0 } else { -1.0 };
            let regression = &mut self.regressions[answer.question];
            let before = regression.multipliers[example];
            let after = multiplier(answer.cost, length, before, sign * said);
            regression.multipliers[example] = after;
            let change = sign * (after - before);
            regression.bias += change;
            changes.push((answer.question, change));
        }
        let questions = self.regressions.len();
        for Part { value, rows } in &self.examples[example].blocks {
            for &row in rows {
                let sums = &mut self.sums[row as usize * questions..][..questions];
                changes.iter().for_each(|(question, change)| sums[*question] += change * value);
            }
        }
    }

    /// Every feature's row, its key, and in how many examples it stands.
    pub(super) fn rows(&self) -> impl Iterator<Item = (usize, Key, u32)> {
        self.known.iter().enumerate().map(|(row, known)| (row, known.key, known.examples))
    }

    /// What a row adds to each question where its feature has the value 1.
    pub(super) fn weights(&self, row: usize) -> impl Iterator<Item = f32> {
        let scale = self.scale(row);
        self.sums_of(row).iter().map(move |sum| sum * scale)
    }

    /// What a question's answer begins from.
    pub(super) fn bias(&self, question: usize) -> f32 {
        BIAS * BIAS * self.regressions[question].bias
    }
}

/// The best multiplier a between 0 and `cost`, where the derivative ln(a / (cost - a)) + length (a - before) + margin is 0.
/// In t = ln(a / (cost - a)) it bends only at 0, so that Newton's steps from there come ever closer from one side.
fn multiplier(cost: f32, length: f32, before: f32, margin: f32) -> f32 {
    let mut t = 0.0;
    for _ in 0..STEPS {
        let share = sigmoid(t);
        let step = (t + length * (cost * share - before) + margin) / (1.0 + length * cost * share * (1.0 - share));
        t -= step;
        if step.abs() < CLOSE {
            break;
        }
    }
    cost * sigmoid(t)
}
