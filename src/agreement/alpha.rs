//! Krippendorff's alpha, for any number of coders and with values missing.
//!
//! After K. Krippendorff 2011, *Computing Krippendorff's Alpha-Reliability*, section E:
//!
//! ```text
//! α = 1 − (n − 1) · Σ_u [ Σ_c Σ_k>c n_uc · n_uk · δ²_ck ] / (m_u − 1)  /  Σ_c Σ_k>c n_c · n_k · δ²_ck
//! ```
//!
//! over units u with m_u ≥ 2 values: n_uc of them are c, n_c are c in all these units, n are all. The levels of measurement
//! differ in δ² alone: for nominal values 1; for interval values the square of their distance; for ordinal values the square
//! of the distance of their mid-ranks, which is what the publication's Σ n_g − (n_c + n_k) / 2 from c to k comes to.

use super::Undefined;
use std::cmp::Ordering;

/// Alpha of values that are the same or not.
///
/// # Errors
/// If the coding has none.
pub fn nominal<V: Ord>(units: &[impl AsRef<[Option<V>]>]) -> Result<f64, Undefined> {
    Paired::new(said(units), |a, b| a.cmp(b)).alpha(|_, _| 1.0)
}

/// Alpha of values that have an order and no distances, such as tiers.
///
/// # Errors
/// If the coding has none.
pub fn ordinal<V: Ord>(units: &[impl AsRef<[Option<V>]>]) -> Result<f64, Undefined> {
    let paired = Paired::new(said(units), |a, b| a.cmp(b));
    let mut below = 0.0;
    let mid_ranks: Vec<f64> = paired
        .totals
        .iter()
        .map(|total| {
            below += total;
            below - total / 2.0
        })
        .collect();
    paired.alpha(|c, k| (mid_ranks[c] - mid_ranks[k]).powi(2))
}

/// Alpha of numbers. One that is not finite counts as missing.
///
/// # Errors
/// If the coding has none.
pub fn interval<V: Copy + Into<f64>>(units: &[impl AsRef<[Option<V>]>]) -> Result<f64, Undefined> {
    let finite = |said: Vec<&V>| -> Vec<f64> {
        // Zero has two signs, and one meaning.
        said.into_iter().map(|&value| value.into() + 0.0).filter(|value| value.is_finite()).collect()
    };
    let paired = Paired::new(said(units).map(finite), f64::total_cmp);
    paired.alpha(|c, k| (paired.values[c] - paired.values[k]).powi(2))
}

/// The values of each unit, without the gaps.
fn said<'u, V: 'u>(units: &'u [impl AsRef<[Option<V>]>]) -> impl Iterator<Item = Vec<&'u V>> {
    units.iter().map(|unit| unit.as_ref().iter().flatten().collect())
}

/// The units that hold a pair of values.
struct Paired<T> {
    /// The distinct values, in order.
    values: Vec<T>,
    /// How often each of them was said, n_c.
    totals: Vec<f64>,
    /// For each unit, which values were said how often, n_uc: indices ascend.
    units: Vec<Vec<(usize, f64)>>,
}

impl<T> Paired<T> {
    fn new(units: impl Iterator<Item = Vec<T>>, order: impl Fn(&T, &T) -> Ordering) -> Self {
        let mut said: Vec<(T, usize)> = Vec::new();
        let mut paired = 0;
        for unit in units.filter(|unit| unit.len() >= 2) {
            said.extend(unit.into_iter().map(|value| (value, paired)));
            paired += 1;
        }
        // Stable: within a value, units stay in order, so that its repeats in a unit are neighbours.
        said.sort_by(|(a, _), (b, _)| order(a, b));
        let mut this = Self { values: Vec::new(), totals: Vec::new(), units: vec![Vec::new(); paired] };
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

    /// One minus observed over expected disagreement; `difference` gets the indices of two different values.
    fn alpha(&self, difference: impl Fn(usize, usize) -> f64) -> Result<f64, Undefined> {
        if self.units.is_empty() {
            return Err(Undefined::Unpaired);
        }
        let disagreement = |counts: &[(usize, f64)]| -> f64 {
            let pairs = counts.iter().enumerate().flat_map(|(i, a)| counts[i + 1..].iter().map(move |b| (a, b)));
            pairs.map(|((c, times_c), (k, times_k))| times_c * times_k * difference(*c, *k)).sum()
        };
        let values_of = |unit: &[(usize, f64)]| -> f64 { unit.iter().map(|(_, times)| times).sum() };
        let observed: f64 = self.units.iter().map(|unit| disagreement(unit) / (values_of(unit) - 1.0)).sum();
        let totals: Vec<(usize, f64)> = self.totals.iter().copied().enumerate().collect();
        let expected = disagreement(&totals);
        if expected > 0.0 {
            Ok(1.0 - (values_of(&totals) - 1.0) * observed / expected)
        } else {
            Err(Undefined::Constant)
        }
    }
}
