//! How many units show what, under each codebook.
//!
//! Invariants: units are added one by one, so that a long text costs no more the longer it gets.
//! Must not touch: signals, the document.

use postil::service::protocol::UnitReading;
use std::collections::BTreeMap;

/// The probability from which a code is counted.
const PROBABLE: f32 = 0.5;

/// Numbers under one codebook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Units with findings.
    pub(crate) found: usize,
    /// Units of each tier, from 0 up; empty without a scale.
    pub(crate) tiers: Vec<usize>,
    /// Units for which each code is probable: a word alone that may speak for it counts nobody in.
    pub(crate) codes: BTreeMap<String, usize>,
}

/// Numbers under every codebook, by its id.
pub(crate) type Tallies = BTreeMap<String, Tally>;

/// Adds a unit.
pub(crate) fn add(tallies: &mut Tallies, reading: &UnitReading) {
    for result in &reading.results {
        let tally = tallies.entry(result.codebook.id.clone()).or_default();
        tally.found += usize::from(!result.findings.is_empty());
        if tally.tiers.len() < result.tier_probability.len() {
            tally.tiers.resize(result.tier_probability.len(), 0);
        }
        if let Some(tier) = result.tier.and_then(|tier| tally.tiers.get_mut(usize::from(tier))) {
            *tier += 1;
        }
        for code in result.codes.iter().filter(|code| code.probability >= PROBABLE) {
            *tally.codes.entry(code.code.clone()).or_default() += 1;
        }
    }
}

/// The width of a bar, as a percentage of the longest; what is there is seen.
pub(crate) fn width(number: usize, longest: usize) -> String {
    if number == 0 || longest == 0 {
        return "0%".to_owned();
    }
    format!("{}%", (number * 100 / longest).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use postil::service::protocol::{CodeProbability, CodebookReading, CodebookRef, Finding};

    fn reading(tier: Option<u8>, code: Option<(&str, f32)>) -> UnitReading {
        let finding = |code: &str| Finding {
            code: code.to_owned(),
            indicator: String::new(),
            start: 0,
            end: 1,
            matched: String::new(),
            evasion: Vec::new(),
            contribution: 0.0,
            context: Vec::new(),
        };
        let result = CodebookReading {
            codebook: CodebookRef { id: "b".to_owned(), version: String::new(), hash: String::new() },
            tier,
            tier_probability: if tier.is_some() { vec![0.0; 3] } else { Vec::new() },
            stance: None,
            stance_probability: Vec::new(),
            targets: Vec::new(),
            support: None,
            base: 0.0,
            codes: code
                .iter()
                .map(|(code, probability)| CodeProbability { code: (*code).to_owned(), probability: *probability })
                .collect(),
            findings: code.into_iter().map(|(code, _)| finding(code)).collect(),
            cues: Vec::new(),
            other: 0.0,
            labels: 0,
        };
        UnitReading { hidden: false, results: vec![result], marks: Vec::new(), entities: Vec::new() }
    }

    #[test]
    fn units_are_counted_by_tier_and_code() {
        let mut tallies = Tallies::new();
        for (tier, code) in
            [(0, None), (2, Some(("x", 0.9))), (2, Some(("x", 0.5))), (1, Some(("y", 0.6))), (0, Some(("z", 0.4)))]
        {
            add(&mut tallies, &reading(Some(tier), code));
        }
        let codes = [("x".to_owned(), 2), ("y".to_owned(), 1)].into();
        assert_eq!(tallies["b"], Tally { found: 4, tiers: vec![2, 1, 2], codes });
    }

    #[test]
    fn without_a_scale_there_are_no_tiers() {
        let mut tallies = Tallies::new();
        add(&mut tallies, &reading(None, Some(("x", 0.9))));
        assert_eq!((tallies["b"].found, tallies["b"].tiers.len()), (1, 0));
    }

    #[test]
    fn what_is_there_has_a_width() {
        assert_eq!([width(0, 9), width(1, 1000), width(5, 10), width(0, 0)], ["0%", "1%", "50%", "0%"]);
    }
}
