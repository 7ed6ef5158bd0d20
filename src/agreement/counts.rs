//! How often each value was said of each unit: what the coefficients for any number of coders are made of.
//!
//! Invariants: a unit's counts name each value once, in ascending order; no count is zero.

use super::Undefined;
use std::cmp::Ordering;

/// The values of each unit, without the gaps.
pub(super) fn said<'u, V: 'u>(units: &'u [impl AsRef<[Option<V>]>]) -> impl Iterator<Item = Vec<&'u V>> {
    units.iter().map(|unit| unit.as_ref().iter().flatten().collect())
}

/// The values of some units.
pub(super) struct Counts<T> {
    /// The distinct values, in order.
    pub(super) values: Vec<T>,
    /// How often each of them was said in all.
    pub(super) totals: Vec<f64>,
    /// For each unit, which values, by their index, were said how often.
    pub(super) units: Vec<Vec<(usize, f64)>>,
}

impl<T> Counts<T> {
    /// Counts units of at least so many values; others are left out.
    pub(super) fn new(units: impl Iterator<Item = Vec<T>>, least: usize, order: impl Fn(&T, &T) -> Ordering) -> Self {
        let mut said: Vec<(T, usize)> = Vec::new();
        let mut counted = 0;
        for unit in units.filter(|unit| unit.len() >= least) {
            said.extend(unit.into_iter().map(|value| (value, counted)));
            counted += 1;
        }
        // Stable: within a value, units stay in order, so that its repeats in a unit are neighbours.
        said.sort_by(|(a, _), (b, _)| order(a, b));
        let mut this = Self { values: Vec::new(), totals: Vec::new(), units: vec![Vec::new(); counted] };
        for (value, unit) in said {
            if this.values.last().is_none_or(|last| order(last, &value).is_ne()) {
                this.values.push(value);
                this.totals.push(0.0);
            }
            let index = this.values.len() - 1;
            this.totals[index] += 1.0;
            match this.units[unit].last_mut() {
                Some((last, times)) if *last == index => *times += 1.0,
                _ => this.units[unit].push((index, 1.0)),
            }
        }
        this
    }

    /// The share of pairs of values that are the same, as the mean over the units that have a pair.
    ///
    /// # Errors
    /// If none has.
    pub(super) fn alike(&self) -> Result<f64, Undefined> {
        let shares: Vec<f64> = (self.units.iter())
            .filter_map(|unit| {
                let said = sum(unit);
                let pairs: f64 = unit.iter().map(|(_, times)| times * (times - 1.0)).sum();
                (said >= 2.0).then(|| pairs / (said * (said - 1.0)))
            })
            .collect();
        if shares.is_empty() { Err(Undefined::Unpaired) } else { Ok(shares.iter().sum::<f64>() / shares.len() as f64) }
    }

    /// How often each value is said, as the mean of its share over the units.
    pub(super) fn shares(&self) -> Vec<f64> {
        let mut shares = vec![0.0; self.values.len()];
        for unit in &self.units {
            for (value, times) in unit {
                shares[*value] += times / sum(unit) / self.units.len() as f64;
            }
        }
        shares
    }
}

/// How many values counts are of.
pub(super) fn sum(counts: &[(usize, f64)]) -> f64 {
    counts.iter().map(|(_, times)| times).sum()
}
