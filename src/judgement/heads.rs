//! The questions that a linear model answers under a codebook, and how its answers meet the evidence.
//!
//! Shape: support against the rest; within the rest, each stance against the default one, and each tier against the lowest;
//! within support, each tier against its first; and each of some codes, whether it applies. A codebook without a scale has
//! codes alone. Every answer is a logit that is added to what the evidence says.
//! Invariants: what the heads are follows from the codebook and the choice of codes alone.

use super::score::supports;
use crate::codebook::model::{Codebook, StanceRole};
use std::ops::Range;

/// What the name of a code's head begins with.
const CODE: &str = "code ";

/// The heads of a codebook; with a scale, the first is support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heads {
    /// How many heads answer for the scale: 0 without one.
    scale: usize,
    /// Index in the codebook of the default stance, if it has one.
    pub(crate) default: Option<usize>,
    /// Indices in the codebook of the other stances that are not support: heads 1 and up.
    pub(crate) stances: Vec<usize>,
    /// Tiers between the lowest and support: the heads after the stances.
    pub(crate) lower: Range<usize>,
    /// Tiers above the first of support: the heads after those.
    pub(crate) upper: Range<usize>,
    /// Indices in the codebook of codes: the last heads.
    pub(crate) codes: Vec<usize>,
}

impl Heads {
    /// The heads of a codebook, without codes; none without a scale.
    pub fn of(codebook: &Codebook) -> Option<Self> {
        let scale = codebook.scale.as_ref()?;
        let from = usize::from(scale.support_from);
        let other = |index: &usize| !supports(codebook, codebook.stances[*index].tiers);
        let is_default = |index: usize| codebook.stances[index].role == Some(StanceRole::Default);
        let (default, stances): (Vec<usize>, Vec<usize>) =
            (0..codebook.stances.len()).filter(other).partition(|index| is_default(*index));
        let (lower, upper) = (1.min(from)..from, from + 1..scale.tiers.len().max(from + 1));
        Some(Self {
            scale: 1 + stances.len() + lower.len() + upper.len(),
            default: default.first().copied(),
            stances,
            lower,
            upper,
            codes: Vec::new(),
        })
    }

    /// The heads of a codebook, with or without a scale, and no codes yet.
    pub fn without_codes(codebook: &Codebook) -> Self {
        let none = Self { scale: 0, default: None, stances: Vec::new(), lower: 0..0, upper: 0..0, codes: Vec::new() };
        Self::of(codebook).unwrap_or(none)
    }

    /// The heads that have these names under a codebook; none if it asks other questions.
    pub fn named(codebook: &Codebook, names: &[String]) -> Option<Self> {
        let mut heads = Self::without_codes(codebook);
        let (scale, codes) = names.split_at_checked(heads.scale)?;
        let code = |name: &String| {
            let id = name.strip_prefix(CODE)?;
            codebook.codes.iter().position(|code| code.id == id)
        };
        if heads.names(codebook) != scale {
            return None;
        }
        heads.codes = codes.iter().map(code).collect::<Option<_>>()?;
        Some(heads)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.scale + self.codes.len()
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Their names, by which a model says which it has: stances and codes by their ids.
    pub fn names(&self, codebook: &Codebook) -> Vec<String> {
        let support = self.support().map(|_| "support".to_owned());
        let stances = self.stances.iter().map(|&index| format!("stance {}", codebook.stances[index].id));
        let tiers = self.lower.clone().chain(self.upper.clone()).map(|tier| format!("tier {tier}"));
        let codes = self.codes.iter().map(|&index| format!("{CODE}{}", codebook.codes[index].id));
        support.into_iter().chain(stances).chain(tiers).chain(codes).collect()
    }

    /// The head of support.
    pub(crate) fn support(&self) -> Option<usize> {
        (self.scale > 0).then_some(0)
    }

    /// The head of a code.
    pub(crate) fn of_code(&self, code: usize) -> Option<usize> {
        self.codes.iter().position(|&index| index == code).map(|position| self.scale + position)
    }

    /// The head of a stance that is neither support nor the default.
    pub(crate) fn of_stance(&self, stance: usize) -> Option<usize> {
        self.stances.iter().position(|&index| index == stance).map(|position| 1 + position)
    }

    /// The head of a tier that is neither the lowest nor the first of support.
    pub(crate) fn of_tier(&self, tier: usize) -> Option<usize> {
        let first = 1 + self.stances.len();
        if self.lower.contains(&tier) {
            Some(first + tier - self.lower.start)
        } else if self.upper.contains(&tier) {
            Some(first + self.lower.len() + tier - self.upper.start)
        } else {
            None
        }
    }

    /// The first tier of support; 0 without a scale.
    pub(crate) fn support_from(&self) -> usize {
        self.upper.start.saturating_sub(1)
    }
}

/// What is said of a unit so far, as logits, before it is made into probabilities.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Logits {
    /// Of support.
    pub support: f32,
    /// Of each stance of the codebook among those on its side; none for one that the evidence never chooses.
    pub stances: Vec<Option<f32>>,
    /// Of each tier among those on its side.
    pub tiers: Vec<f32>,
    /// Of each code of the codebook.
    pub codes: Vec<f32>,
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

/// The groups of logits that a model stretches each by a factor of its own.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Stretch {
    /// Of support.
    pub support: f32,
    /// Of the stances that are not support.
    pub stances: f32,
    /// Of the tiers.
    pub tiers: f32,
}

impl Stretch {
    /// Leaves everything as it is.
    pub const NONE: Self = Self { support: 1.0, stances: 1.0, tiers: 1.0 };
}

impl Logits {
    /// Stretches what is there and adds a model's answers, one for each head.
    pub(crate) fn add(&mut self, heads: &Heads, stretch: Stretch, answers: &[f32]) {
        if let Some(head) = heads.support() {
            self.support = self.support * stretch.support + answers[head];
        }
        for (index, logit) in self.stances.iter_mut().enumerate() {
            let answer = heads.of_stance(index).map(|head| answers[head]);
            if answer.is_some() || heads.default == Some(index) {
                *logit = Some(logit.unwrap_or(0.0) * stretch.stances + answer.unwrap_or(0.0));
            }
        }
        for (tier, logit) in self.tiers.iter_mut().enumerate() {
            *logit = *logit * stretch.tiers + heads.of_tier(tier).map_or(0.0, |head| answers[head]);
        }
        for &code in &heads.codes {
            if let (Some(logit), Some(head)) = (self.codes.get_mut(code), heads.of_code(code)) {
                *logit += answers[head];
            }
        }
    }
}
