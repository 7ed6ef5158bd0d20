//! From evidence in context to codes, stance, tier and support, and why.
//!
//! Purpose: the same words occur in faith, journalism, counter-speech and propaganda; this room tells them apart per
//! codebook, by what the codebook declares and what stands around each match.
//! Invariants: a suggestion, never a verdict; `base` and the contributions of findings and words sum to the logit of
//! support; tier and stance agree by construction, because both come from one distribution; weak evidence by itself cannot
//! decide, however much of it there is.
//! Must not touch: any one codebook's meaning: stances and tiers are known by their roles alone.

mod context;
mod dual;
pub mod features;
pub mod heads;
pub mod lessons;
pub(crate) mod logistic;
pub mod model;
pub mod personal;
mod score;
#[cfg(feature = "authoring")]
pub mod shipped;

pub use score::{Asked, Cue, Ground, Judgement, Reason, ground, judge};

use crate::matching::Hit;
use crate::service::protocol::Context;

/// What the model is: raised whenever the same text would be judged differently.
pub const MODEL: &str = "evidence-1";

/// The numbers of the model; their hash names it in records.
pub const PARAMETERS: Parameters = Parameters {
    base: -2.5,
    code_base: -2.0,
    weak_cap: 1.2,
    default_cap: 1.0,
    decisive: 2.0,
    discount: 0.35,
    code_discount: 0.6,
    negated: 0.5,
    elsewhere: 0.25,
    default_prior: 1.0,
    mention: 1.9,
    bare_tier: 1.7,
    support_tier: 1.0,
    named: 1.5,
};

/// The numbers of the evidence model. Log-odds unless said otherwise.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Parameters {
    /// Support before any evidence.
    pub base: f32,
    /// A code before any evidence.
    pub code_base: f32,
    /// The most that weak indicators add together, to support or to a code.
    pub weak_cap: f32,
    /// The most that evidence for the default stance takes from support: faith words around a threat do not excuse it.
    pub default_cap: f32,
    /// Weight from which evidence for another stance counters what its sentence says.
    pub decisive: f32,
    /// Factor on support for what is quoted or countered.
    pub discount: f32,
    /// The same factor on the code, which is still there in the text.
    pub code_discount: f32,
    /// Factor on what a negated statement of support takes from support.
    pub negated: f32,
    /// Factor on an objection that is about another target than the support is.
    pub elsewhere: f32,
    /// Head start of the default stance.
    pub default_prior: f32,
    /// What the first named target adds to the stance of mere mention, and to its tier.
    pub mention: f32,
    /// Head start of the lowest tier.
    pub bare_tier: f32,
    /// Head start of the first tier of support among its tiers.
    pub support_tier: f32,
    /// What support beside a listed target adds to the tier for it, once.
    pub named: f32,
}

/// A hit with what is known about it before scoring.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Evidence<'h> {
    pub(crate) hit: &'h Hit,
    /// Index of the sentence in which it begins.
    pub(crate) sentence: usize,
    pub(crate) context: Vec<Context>,
}
