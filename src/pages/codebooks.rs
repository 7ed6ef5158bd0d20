//! The codebooks, as the pages look things up in them.
//!
//! Invariants: a code that the codebooks do not know is shown by its id, never left out.
//! Must not touch: what codes mean.

use postil::service::protocol::{CodeCard, CodebookCard, IndicatorCard, StanceCard};

/// How many colours the page and the panel share; a code's colour is its place in its codebook, counted around.
pub(crate) const SLOTS: usize = 12;

/// All codebooks, active or not: what was decided under one keeps its names.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Codebooks(pub(crate) Vec<CodebookCard>);

impl Codebooks {
    /// Those that units are read with.
    pub(crate) fn active(&self) -> impl Iterator<Item = &CodebookCard> {
        self.0.iter().filter(|card| card.active)
    }

    /// Whether a code's name does not say by itself which codebook it is of.
    pub(crate) fn several(&self) -> bool {
        self.active().nth(1).is_some()
    }

    /// Whether they are known and none is active.
    pub(crate) fn none_active(&self) -> bool {
        !self.0.is_empty() && self.active().next().is_none()
    }

    /// A codebook by its id.
    pub(crate) fn card(&self, codebook: &str) -> Option<&CodebookCard> {
        self.0.iter().find(|card| card.codebook.id == codebook)
    }

    /// A code by its id.
    pub(crate) fn code(&self, codebook: &str, code: &str) -> Option<&CodeCard> {
        self.card(codebook)?.codes.iter().find(|card| card.id == code)
    }

    /// The name of a code.
    pub(crate) fn code_label(&self, codebook: &str, code: &str) -> String {
        self.code(codebook, code).map_or_else(|| code.to_owned(), |card| card.label.clone())
    }

    /// The class that gives a code its colour.
    pub(crate) fn slot(&self, codebook: &str, code: &str) -> String {
        let place = self.card(codebook).and_then(|card| card.codes.iter().position(|card| card.id == code));
        place.map_or_else(|| "slot".to_owned(), |place| format!("slot slot-{}", place % SLOTS + 1))
    }

    /// An indicator of a code.
    pub(crate) fn indicator(&self, codebook: &str, code: &str, indicator: &str) -> Option<&IndicatorCard> {
        self.code(codebook, code)?.indicators.iter().find(|card| card.id == indicator)
    }

    /// A stance by its id.
    pub(crate) fn stance(&self, codebook: &str, stance: &str) -> Option<&StanceCard> {
        self.card(codebook)?.stances.iter().find(|card| card.id == stance)
    }

    /// The name of a stance.
    pub(crate) fn stance_label(&self, codebook: &str, stance: &str) -> String {
        self.stance(codebook, stance).map_or_else(|| stance.to_owned(), |card| card.label.clone())
    }

    /// The name of a target.
    pub(crate) fn target_label(&self, codebook: &str, target: &str) -> String {
        let card = self.card(codebook).and_then(|card| card.targets.iter().find(|card| card.id == target));
        card.map_or_else(|| target.to_owned(), |card| card.label.clone())
    }

    /// The name of a tier; empty where it has none.
    pub(crate) fn tier_label(&self, codebook: &str, tier: u8) -> String {
        self.card(codebook).and_then(|card| card.tiers.get(usize::from(tier))).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::SLOTS;
    use std::fs;

    /// The page and the panel show a code in the same colour.
    #[test]
    fn the_panel_has_the_colours_of_the_page() {
        let extension = concat!(env!("CARGO_MANIFEST_DIR"), "/../../extension/");
        let palette = fs::read_to_string(format!("{extension}content/palette.json")).unwrap();
        let palette: Vec<serde_json::Value> = serde_json::from_str(&palette).unwrap();
        let style = fs::read_to_string(format!("{extension}pages/base.css")).unwrap();
        assert_eq!(palette.len(), SLOTS);
        for (place, colour) in palette.iter().enumerate() {
            let [light, dark] = ["light", "dark"].map(|scheme| colour[scheme].as_str().unwrap());
            let rule = format!(".slot-{} {{ --code: light-dark({light}, {dark}); }}", place + 1);
            assert!(style.contains(&rule), "{rule}");
        }
    }
}
