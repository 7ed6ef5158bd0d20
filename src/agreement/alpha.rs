//! Krippendorff's alpha, for any number of coders and with values missing.
//!
//! After K. Krippendorff 2011, *Computing Krippendorff's Alpha-Reliability*, section E:
//!
//! ```text
//! α = 1 − (n − 1) · Σ_u [ Σ_c Σ_k>c n_uc · n_uk · δ²_ck ] / (m_u − 1)  /  Σ_c Σ_k>c n_c · n_k · δ²_ck
//! ```
//!
//! over units u with m_u ≥ 2 values: n_uc of them are c, n_c are c in all these units, n are all. The levels of measurement
//! differ in δ² alone: for nominal values 1; for interval values the square of their distance; for ratio
//! values the square of their distance over their sum; for ordinal values the square
//! of the distance of their mid-ranks, which is what the publication's Σ n_g − (n_c + n_k) / 2 from c to k comes to.

use super::Undefined;
use super::counts::{Counts, Table, said};

/// Alpha of values that are the same or not.
///
/// # Errors
/// If the coding has none.
pub fn nominal<V: Ord>(units: &[impl AsRef<[Option<V>]>]) -> Result<f64, Undefined> {
    by(units, |_, _| 1.0)
}

/// Alpha of values whose difference is told: δ², which is 0 for the same value and is asked of two different ones alone. For sets
/// of codes see `sets`.
///
/// # Errors
/// If the coding has none.
pub fn by<V: Ord>(units: &[impl AsRef<[Option<V>]>], difference: impl Fn(&V, &V) -> f64) -> Result<f64, Undefined> {
    let table = Table::new(said(units), |a, b| a.cmp(b));
    table.once().agreement(|c, k| difference(table.values[c], table.values[k]))
}

/// Alpha of values that have an order and no distances, such as tiers.
///
/// # Errors
/// If the coding has none.
pub fn ordinal<V: Ord>(units: &[impl AsRef<[Option<V>]>]) -> Result<f64, Undefined> {
    by_rank(&Table::new(said(units), |a, b| a.cmp(b)).once())
}

/// Alpha of counts whose values are in order.
pub(super) fn by_rank(counts: &Counts<'_>) -> Result<f64, Undefined> {
    let mut below = 0.0;
    let mid_ranks: Vec<f64> = (counts.totals().iter())
        .map(|total| {
            below += total;
            below - total / 2.0
        })
        .collect();
    counts.agreement(|c, k| (mid_ranks[c] - mid_ranks[k]).powi(2))
}

/// Alpha of numbers. One that is not finite counts as missing.
///
/// # Errors
/// If the coding has none.
pub fn interval<V: Copy + Into<f64>>(units: &[impl AsRef<[Option<V>]>]) -> Result<f64, Undefined> {
    numbers(units, f64::is_finite, distance)
}

/// Alpha of numbers that have a true zero. One that is negative or not finite counts as missing.
///
/// # Errors
/// If the coding has none.
pub fn ratio<V: Copy + Into<f64>>(units: &[impl AsRef<[Option<V>]>]) -> Result<f64, Undefined> {
    numbers(units, |value| value.is_finite() && value >= 0.0, proportion)
}

/// δ² of interval values.
pub(super) fn distance(c: f64, k: f64) -> f64 {
    (c - k).powi(2)
}

/// δ² of ratio values.
pub(super) fn proportion(c: f64, k: f64) -> f64 {
    ((c - k) / (c + k)).powi(2)
}

fn numbers<V: Copy + Into<f64>>(
    units: &[impl AsRef<[Option<V>]>],
    is: impl Fn(f64) -> bool,
    difference: impl Fn(f64, f64) -> f64,
) -> Result<f64, Undefined> {
    // Zero has two signs, and one meaning.
    let values = |said: Vec<&V>| said.into_iter().map(|&value| value.into() + 0.0).filter(|value| is(*value)).collect();
    let table = Table::new(said(units).map(values), f64::total_cmp);
    table.once().agreement(|c, k| difference(table.values[c], table.values[k]))
}
