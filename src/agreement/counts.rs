//! How often each value was said of each unit: what the coefficients for any number of coders are made of.
//!
//! Values are places in a list here, so that a bootstrap, which draws units again and again, sorts them once.
//! Invariants: a unit's counts name each value once; no count is zero.

use super::Undefined;
use std::cmp::Ordering;

/// Which values, by their place, were said how often of a unit.
type Said = Vec<(usize, f64)>;

/// The values of each unit, without the gaps.
pub(super) fn said<'u, V: 'u>(units: &'u [impl AsRef<[Option<V>]>]) -> impl Iterator<Item = Vec<&'u V>> {
    units.iter().map(|unit| unit.as_ref().iter().flatten().collect())
}

/// What was said of some units.
pub(super) struct Table<T> {
    /// The distinct values, in order.
    pub(super) values: Vec<T>,
    units: Vec<Said>,
}

impl<T> Table<T> {
    pub(super) fn new(units: impl Iterator<Item = Vec<T>>, order: impl Fn(&T, &T) -> Ordering) -> Self {
        let mut said: Vec<(T, usize)> = Vec::new();
        let mut count = 0;
        for unit in units {
            said.extend(unit.into_iter().map(|value| (value, count)));
            count += 1;
        }
        // Stable: within a value, units stay in order, so that its repeats in a unit are neighbours.
        said.sort_by(|(a, _), (b, _)| order(a, b));
        let mut this = Self { values: Vec::new(), units: vec![Vec::new(); count] };
        for (value, unit) in said {
            if this.values.last().is_none_or(|last| order(last, &value).is_ne()) {
                this.values.push(value);
            }
            let index = this.values.len() - 1;
            match this.units[unit].last_mut() {
                Some((last, times)) if *last == index => *times += 1.0,
                _ => this.units[unit].push((index, 1.0)),
            }
        }
        this
    }

    /// Every unit once.
    pub(super) fn once(&self) -> Counts<'_> {
        self.drawn(&vec![1; self.units.len()])
    }

    /// Every unit as often as it was drawn.
    pub(super) fn drawn(&self, times: &[u32]) -> Counts<'_> {
        let drawn = self.units.iter().zip(times).filter(|(said, times)| !said.is_empty() && **times > 0);
        Counts {
            values: self.values.len(),
            units: drawn.map(|(counts, times)| Unit { counts, said: sum(counts), times: f64::from(*times) }).collect(),
        }
    }
}

/// Units of which something was said, some of them more than once.
pub(super) struct Counts<'t> {
    /// How many values there may be.
    values: usize,
    units: Vec<Unit<'t>>,
}

struct Unit<'t> {
    counts: &'t [(usize, f64)],
    /// The sum of its counts.
    said: f64,
    /// How often it counts.
    times: f64,
}

impl<'t> Counts<'t> {
    /// The units that hold a pair of values.
    fn paired(&self) -> impl Iterator<Item = &Unit<'t>> {
        self.units.iter().filter(|unit| unit.said >= 2.0)
    }

    /// The share of pairs of values that are the same, as the mean over the units that have a pair.
    ///
    /// # Errors
    /// If none has.
    #[cfg(feature = "agreement")]
    pub(super) fn alike(&self) -> Result<f64, Undefined> {
        let (mut alike, mut units) = (0.0, 0.0);
        for Unit { counts, said, times } in self.paired() {
            let pairs: f64 = counts.iter().map(|(_, count)| count * (count - 1.0)).sum();
            alike += times * pairs / (said * (said - 1.0));
            units += times;
        }
        if units > 0.0 { Ok(alike / units) } else { Err(Undefined::Unpaired) }
    }

    /// How often each value that occurs is said, as the mean of its share over the units.
    ///
    /// # Errors
    /// If there is one alone.
    #[cfg(feature = "agreement")]
    pub(super) fn shares(&self) -> Result<Vec<f64>, Undefined> {
        let all: f64 = self.units.iter().map(|unit| unit.times).sum();
        let mut shares = vec![0.0; self.values];
        for Unit { counts, said, times } in &self.units {
            for (value, count) in *counts {
                shares[*value] += times * count / said / all;
            }
        }
        shares.retain(|share| *share > 0.0);
        if shares.len() < 2 { Err(Undefined::Constant) } else { Ok(shares) }
    }

    /// How often each value is said in the units that hold a pair.
    pub(super) fn totals(&self) -> Vec<f64> {
        let mut totals = vec![0.0; self.values];
        for Unit { counts, times, .. } in self.paired() {
            for (value, count) in *counts {
                totals[*value] += times * count;
            }
        }
        totals
    }

    /// One minus observed over expected disagreement of the units that hold a pair; `difference` gets two different values.
    ///
    /// # Errors
    /// If no unit does, or all pairs are the same.
    pub(super) fn agreement(&self, difference: impl Fn(usize, usize) -> f64) -> Result<f64, Undefined> {
        let among = |counts: &[(usize, f64)]| -> f64 {
            let pairs = counts.iter().enumerate().flat_map(|(i, a)| counts[i + 1..].iter().map(move |b| (a, b)));
            pairs.map(|((c, times_c), (k, times_k))| times_c * times_k * difference(*c, *k)).sum()
        };
        let observed: f64 = self.paired().map(|unit| unit.times * among(unit.counts) / (unit.said - 1.0)).sum();
        let totals: Said = self.totals().into_iter().enumerate().filter(|(_, total)| *total > 0.0).collect();
        if totals.is_empty() {
            return Err(Undefined::Unpaired);
        }
        let expected = among(&totals);
        if expected > 0.0 { Ok(1.0 - (sum(&totals) - 1.0) * observed / expected) } else { Err(Undefined::Constant) }
    }
}

/// How many values counts are of.
fn sum(counts: &[(usize, f64)]) -> f64 {
    counts.iter().map(|(_, count)| count).sum()
}
