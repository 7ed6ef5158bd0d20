//! From logits to probabilities, by the same software on every machine.
//!
//! Must not touch: where logits come from.

/// The probability of a logit.
pub(crate) fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + libm::expf(-logit))
}

/// The shares of logits; of none that is none.
pub(crate) fn softmax(logits: &[Option<f32>]) -> Vec<f32> {
    let highest = logits.iter().flatten().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = logits.iter().map(|logit| logit.map_or(0.0, |logit| libm::expf(logit - highest))).collect();
    let sum: f32 = powers.iter().sum();
    powers.into_iter().map(|power| if sum > 0.0 { power / sum } else { 0.0 }).collect()
}

/// How much likelier one is than the others together, as a logit.
pub(crate) fn against(one: f32, others: impl Iterator<Item = f32> + Clone) -> f32 {
    let highest = others.clone().fold(f32::NEG_INFINITY, f32::max);
    one - highest - libm::logf(others.map(|other| libm::expf(other - highest)).sum())
}
