//! What a codebook makes of a label: which stances and tiers there are, and which of them are support.

use super::labelled::Gold;
use crate::codebook::Codebook;
use std::ops::RangeInclusive;

/// The measure that a codebook gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Yardstick {
    support_from: u8,
    tiers: usize,
    stances: Vec<(String, Option<RangeInclusive<u8>>)>,
}

impl Yardstick {
    /// The measure of a codebook; none if it has no scale, because then nothing is support.
    pub fn of(codebook: &Codebook) -> Option<Self> {
        let scale = codebook.scale.as_ref()?;
        let stances =
            codebook.stances.iter().map(|stance| (stance.id.clone(), stance.tiers.map(|[low, high]| low..=high)));
        Some(Self { support_from: scale.support_from, tiers: scale.tiers.len(), stances: stances.collect() })
    }

    /// Ids of the stances, in the codebook's order.
    pub fn stances(&self) -> impl Iterator<Item = &str> {
        self.stances.iter().map(|(id, _)| id.as_str())
    }

    /// Whether a tier counts as support.
    pub fn supports(&self, tier: u8) -> bool {
        tier >= self.support_from
    }

    /// Whether a text is support: as its label says, else its tiers, else its stance; not known where these leave it open.
    pub fn support(&self, gold: &Gold) -> Option<bool> {
        let tiers_of = |id: &String| self.stances.iter().find(|(stance, _)| stance == id)?.1.as_ref();
        let side = |tiers: &RangeInclusive<u8>| {
            let side = self.supports(*tiers.start());
            (side == self.supports(*tiers.end())).then_some(side)
        };
        let by_tier = || gold.tier.as_ref().and_then(side);
        let by_stance = || gold.stance.as_ref().and_then(tiers_of).and_then(side);
        gold.support.or_else(by_tier).or_else(by_stance)
    }

    /// Says what of a label the codebook does not have.
    ///
    /// # Errors
    /// What is wrong and how to mend it.
    pub fn check(&self, gold: &Gold) -> Result<(), String> {
        // Unlike a text, a stance is a short name; one that is not there may still be anything.
        if gold.stance.as_ref().is_some_and(|stance| !self.stances().any(|id| id == stance)) {
            let ids: Vec<&str> = self.stances().collect();
            return Err(format!("the codebook has no such `stance`; it has {}", ids.join(", ")));
        }
        match &gold.tier {
            Some(tiers) if usize::from(*tiers.end()) >= self.tiers => Err(format!(
                "the codebook's scale has no tier {}; it ends with {}",
                tiers.end(),
                self.tiers.saturating_sub(1)
            )),
            _ => Ok(()),
        }
    }
}
