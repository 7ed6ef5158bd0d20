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

/// What is learned of one question.
#[derive(Debug, Clone, Default)]
struct Regression {
    /// Of each row, the sum of multipliers and values.
    sums: Vec<f32>,
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
        let (sums, multipliers) = (vec![0.0; self.known.len()], vec![0.0; self.examples.len()]);
        self.regressions.push(Regression { sums, multipliers, ..Regression::default() });
    }

    /// Takes in an example: its blocks, each with the value of its features and their keys. What it answers is told by visits.
    pub(super) fn add(&mut self, blocks: impl Iterator<Item = (Block, f32, impl Iterator<Item = Key>)>) {
        let blocks = blocks.map(|(block, value, keys)| {
            let rows = keys.map(|key| self.row(key, block)).collect();
            Part { value, rows }
        });
        let blocks = blocks.collect();
        self.examples.push(Example { blocks });
        self.regressions.iter_mut().for_each(|regression| {
            regression.sums.resize(self.known.len(), 0.0);
            regression.multipliers.push(0.0);
        });
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
        let all = self.examples.len() as f32 + PRIOR;
        let rare = libm::logf(all / examples as f32) / libm::logf(all);
        (factor(block) * rare) * (factor(block) * rare)
    }

    /// What is said of an example with what is learned so far.
    pub(super) fn says(&self, example: usize, answer: &Answer) -> f32 {
        self.measured(example, answer).0
    }

    /// What is said of an example, and the square of its length, by one look at each of its features.
    fn measured(&self, example: usize, answer: &Answer) -> (f32, f32) {
        let Regression { sums, bias, .. } = &self.regressions[answer.question];
        let (mut said, mut length) = (answer.beneath + BIAS * BIAS * bias, BIAS * BIAS);
        for Part { value, rows } in &self.examples[example].blocks {
            let (mut weights, mut squares) = (0.0, 0.0);
            for row in rows.iter().map(|&row| row as usize) {
                let scale = self.scale(row);
                weights += sums[row] * scale;
                squares += scale;
            }
            said += weights * value;
            length += squares * value * value;
        }
        (said, length)
    }

    /// Learns from an example once more.
    pub(super) fn visit(&mut self, example: usize, answer: &Answer) {
        let sign = if answer.yes { 1.0 } else { -1.0 };
        let (said, length) = self.measured(example, answer);
        let margin = sign * said;
        let regression = &mut self.regressions[answer.question];
        let before = regression.multipliers[example];
        let after = multiplier(answer.cost, length, before, margin);
        regression.multipliers[example] = after;
        let change = sign * (after - before);
        regression.bias += change;
        for part in &self.examples[example].blocks {
            part.rows.iter().for_each(|&row| regression.sums[row as usize] += change * part.value);
        }
    }

    /// Every feature's row, its key, and in how many examples it stands.
    pub(super) fn rows(&self) -> impl Iterator<Item = (usize, Key, u32)> {
        self.known.iter().enumerate().map(|(row, known)| (row, known.key, known.examples))
    }

    /// What a row adds to a question where its feature has the value 1.
    pub(super) fn weight(&self, question: usize, row: usize) -> f32 {
        self.regressions[question].sums[row] * self.scale(row)
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
