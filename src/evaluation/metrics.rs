//! How well scores between 0 and 1 fit a truth of yes and no.
//!
//! Invariants: a figure that the outcomes do not define (a recall without positives, a curve over one class, a share of
//! nothing) is `None`, never NaN and never 0; the order of outcomes does not matter, ties included; an outcome of weight n
//! counts as n outcomes.

use serde::Serialize;

/// Bins of the calibration error.
pub const BINS: usize = 10;

/// A score and the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Probability, 0 to 1.
    pub score: f64,
    /// What is true.
    pub positive: bool,
}

/// A figure of merit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Share of positives among the flagged.
    Precision,
    /// Share of flagged among the positives.
    Recall,
    /// Share of flagged among the negatives.
    FalsePositiveRate,
    /// Harmonic mean of precision and recall.
    F1,
    /// Probability that a positive has a higher score than a negative; a tie counts half.
    RocAuc,
    /// Precision at each positive, averaged; equal scores enter together (no interpolation).
    AveragePrecision,
    /// Highest recall at any threshold that flags at most one negative in a hundred.
    RecallAtOnePercent,
    /// Mean squared distance of score and truth.
    Brier,
    /// How much of the Brier score of a constant, the share of positives here, is saved.
    BrierSkill,
    /// Distance of mean score and share of positives in ten bins of equal width, each closed above, weighted by their
    /// outcomes.
    CalibrationError,
}

impl Metric {
    /// All of them, in the order of a report.
    pub const ALL: [Self; 10] = [
        Self::Precision,
        Self::Recall,
        Self::FalsePositiveRate,
        Self::F1,
        Self::RocAuc,
        Self::AveragePrecision,
        Self::RecallAtOnePercent,
        Self::Brier,
        Self::BrierSkill,
        Self::CalibrationError,
    ];

    /// Its name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Precision => "precision",
            Self::Recall => "recall",
            Self::FalsePositiveRate => "false-positive rate",
            Self::F1 => "F1",
            Self::RocAuc => "ROC AUC",
            Self::AveragePrecision => "average precision",
            Self::RecallAtOnePercent => "recall at 1 % false positives",
            Self::Brier => "Brier score",
            Self::BrierSkill => "Brier skill",
            Self::CalibrationError => "calibration error",
        }
    }
}

/// Outcomes at one threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Confusion {
    /// Positives that are flagged.
    pub true_positives: u64,
    /// Negatives that are flagged.
    pub false_positives: u64,
    /// Positives that are not.
    pub false_negatives: u64,
    /// Negatives that are not.
    pub true_negatives: u64,
}

/// All figures of some outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measures {
    /// The outcomes at the threshold.
    pub confusion: Confusion,
    /// The figures, in the order of [`Metric::ALL`].
    pub values: [Option<f64>; Metric::ALL.len()],
}

impl Measures {
    /// One figure.
    pub fn get(&self, metric: Metric) -> Option<f64> {
        self.values[metric as usize]
    }
}

/// Outcomes by falling score, so that every threshold is a place among them.
#[derive(Debug, Clone)]
pub struct Ranked {
    outcomes: Vec<(usize, Outcome)>,
}

impl Ranked {
    /// Ranks outcomes.
    pub fn new(outcomes: impl IntoIterator<Item = Outcome>) -> Self {
        let mut outcomes: Vec<(usize, Outcome)> = outcomes.into_iter().enumerate().collect();
        outcomes.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
        Self { outcomes }
    }

    /// The figures if each outcome counts once. Flagged is what has a score of `threshold` or more.
    pub fn measure(&self, threshold: f64) -> Measures {
        self.measure_weighted(threshold, |_| 1)
    }

    /// The figures if each outcome, by its place in what was given to [`Ranked::new`], counts as often as `weight` says.
    pub fn measure_weighted(&self, threshold: f64, weight: impl Fn(usize) -> u32) -> Measures {
        let mut sums = Sums::new(self.outcomes.iter().map(|(place, outcome)| (outcome.positive, weight(*place))));
        for tied in self.outcomes.chunk_by(|(_, a), (_, b)| a.score == b.score) {
            let score = tied[0].1.score;
            let mut block = Classes::default();
            for (place, outcome) in tied {
                block.add(outcome.positive, weight(*place));
            }
            sums.take(score, block, threshold);
        }
        sums.measures()
    }
}

#[derive(Clone, Copy, Default)]
struct Classes {
    positives: u64,
    negatives: u64,
}

impl Classes {
    fn add(&mut self, positive: bool, weight: u32) {
        *(if positive { &mut self.positives } else { &mut self.negatives }) += u64::from(weight);
    }

    fn all(self) -> u64 {
        self.positives + self.negatives
    }
}

#[derive(Clone, Copy, Default)]
struct Bin {
    scores: f64,
    positives: f64,
}

/// What a walk down the ranks gathers.
struct Sums {
    total: Classes,
    above: Classes,
    flagged: Classes,
    /// Pairs of a positive above a negative, ties as halves.
    pairs: f64,
    precision: f64,
    at_one_percent: u64,
    squares: f64,
    bins: [Bin; BINS],
}

impl Sums {
    fn new(outcomes: impl Iterator<Item = (bool, u32)>) -> Self {
        let mut total = Classes::default();
        outcomes.for_each(|(positive, weight)| total.add(positive, weight));
        Self {
            total,
            above: Classes::default(),
            flagged: Classes::default(),
            pairs: 0.0,
            precision: 0.0,
            at_one_percent: 0,
            squares: 0.0,
            bins: [Bin::default(); BINS],
        }
    }

    /// The outcomes of the next lower score.
    fn take(&mut self, score: f64, block: Classes, threshold: f64) {
        if block.all() == 0 {
            return;
        }
        let (positives, negatives) = (float(block.positives), float(block.negatives));
        self.pairs += negatives * (float(self.above.positives) + positives / 2.0);
        self.above.positives += block.positives;
        self.above.negatives += block.negatives;
        self.precision += positives * float(self.above.positives) / float(self.above.all());
        if self.above.negatives * 100 <= self.total.negatives {
            self.at_one_percent = self.above.positives;
        }
        if score >= threshold {
            self.flagged = self.above;
        }
        self.squares += positives * (1.0 - score).powi(2) + negatives * score.powi(2);
        let bin = &mut self.bins[bin_of(score)];
        bin.scores += score * float(block.all());
        bin.positives += positives;
    }

    fn measures(&self) -> Measures {
        let (positives, negatives) = (float(self.total.positives), float(self.total.negatives));
        let (hits, alarms) = (float(self.flagged.positives), float(self.flagged.negatives));
        let all = positives + negatives;
        let both = |value: f64| (positives > 0.0 && negatives > 0.0).then_some(value);
        let brier = share(self.squares, all);
        // What the constant scores: p (1 − p).
        let constant = share(positives * negatives, all * all).filter(|variance| *variance > 0.0);
        let gaps: f64 = self.bins.iter().map(|bin| (bin.scores - bin.positives).abs()).sum();
        let value = |metric| match metric {
            Metric::Precision => both(hits).and_then(|hits| share(hits, hits + alarms)),
            Metric::Recall => share(hits, positives),
            Metric::FalsePositiveRate => share(alarms, negatives),
            Metric::F1 => both(2.0 * hits / (hits + alarms + positives)),
            Metric::RocAuc => both(self.pairs / (positives * negatives)),
            Metric::AveragePrecision => both(self.precision / positives),
            Metric::RecallAtOnePercent => both(float(self.at_one_percent) / positives),
            Metric::Brier => brier,
            Metric::BrierSkill => brier.zip(constant).map(|(brier, constant)| 1.0 - brier / constant),
            Metric::CalibrationError => share(gaps, all),
        };
        let confusion = Confusion {
            true_positives: self.flagged.positives,
            false_positives: self.flagged.negatives,
            false_negatives: self.total.positives - self.flagged.positives,
            true_negatives: self.total.negatives - self.flagged.negatives,
        };
        Measures { confusion, values: Metric::ALL.map(value) }
    }
}

/// A share, where there is something to share.
pub(super) fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// Bins are closed above, and the first below too.
fn bin_of(score: f64) -> usize {
    let above = (1..BINS).filter(|edge| score > float(*edge as u64) / float(BINS as u64));
    above.count()
}

/// Counts of outcomes are far below 2^53.
fn float(count: u64) -> f64 {
    count as f64
}
