//! Whether coders follow what is suggested to them: how often what they said first agrees with it where they saw it, and where
//! it was hidden until they had spoken (automation bias).
//!
//! Shape: of each coder and unit the first word under a codebook that had something proposed counts, whatever became of it
//! later. It agrees where it gives the code that was proposed.
//! Source of the intervals: Wilson 1927 for one share; Newcombe 1998, *Interval estimation for the difference between independent
//! proportions*, Statistics in Medicine 17, method 10, for the difference of two; both at 95 %.
//! Invariants: independent of the order in which entries come; without units on both sides there is no difference, and none is
//! made up.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// How often what was said agrees with what was proposed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Units on which it agrees.
    pub agreed: u32,
    /// All units.
    pub of: u32,
}

impl Share {
    /// The share with its interval; none without units.
    pub fn estimate(self) -> Option<[f64; 3]> {
        if self.of == 0 {
            return None;
        }
        let (n, share) = (f64::from(self.of), f64::from(self.agreed) / f64::from(self.of));
        let (centre, spread) =
            (share + Z * Z / (2.0 * n), Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt());
        let whole = 1.0 + Z * Z / n;
        Some([share, (centre - spread) / whole, (centre + spread) / whole])
    }
}

/// Both sides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bias {
    /// Where the suggestion was seen.
    pub shown: Share,
    /// Where it was hidden.
    pub hidden: Share,
}

impl Bias {
    /// By how much more was agreed where the suggestion was seen, with the interval of that; none without units on both sides.
    pub fn difference(self) -> Option<[f64; 3]> {
        let ([one, low, high], [other, least, most]) = (self.shown.estimate()?, self.hidden.estimate()?);
        let difference = one - other;
        let below = ((one - low).powi(2) + (most - other).powi(2)).sqrt();
        let above = ((high - one).powi(2) + (other - least).powi(2)).sqrt();
        Some([difference, difference - below, difference + above])
    }
}

/// A first word about what was proposed.
#[derive(Debug, Clone)]
struct Word {
    /// When, and which: the first counts.
    order: (String, String),
    seen: bool,
    agrees: bool,
}

/// Counts first words.
#[derive(Debug, Default)]
pub struct Counter(HashMap<String, Word>);

impl Counter {
    /// Takes a word in. `about` tells coder, unit and codebook from all others; `order` when it was said and which it is.
    pub fn push(&mut self, about: String, order: (String, String), seen: bool, agrees: bool) {
        let word = Word { order, seen, agrees };
        self.0
            .entry(about)
            .and_modify(|first| {
                if word.order < first.order {
                    *first = word.clone();
                }
            })
            .or_insert(word);
    }

    /// What was counted.
    pub fn finish(self) -> Bias {
        let mut bias = Bias::default();
        for word in self.0.into_values() {
            let side = if word.seen { &mut bias.shown } else { &mut bias.hidden };
            side.of += 1;
            side.agreed += u32::from(word.agrees);
        }
        bias
    }
}
