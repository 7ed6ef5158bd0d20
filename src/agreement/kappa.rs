//! The kappa family: agreement of two coders (Cohen, Scott) and of any number (Fleiss), and how often they simply agree.
//!
//! All are one minus observed over expected disagreement, which is the same as `(P_o − P_e) / (1 − P_e)`:
//!
//! | coefficient | chance is | source |
//! | --- | --- | --- |
//! | [`cohen`] | each coder's own distribution | J. Cohen 1960, *A coefficient of agreement for nominal scales* |
//! | [`weighted`] | the same, with some disagreements worse than others | J. Cohen 1968, *Weighted kappa* |
//! | [`scott`] | the distribution of both together | W. Scott 1955, *Reliability of content analysis* |
//! | [`fleiss`] | the distribution of all together | J. Fleiss 1971, *Measuring nominal scale agreement among many raters* |
//!
//! Fleiss asks for as many values on each unit. Where some are missing, agreement is taken over the units that have a pair, and
//! a value's share over all units that have any, after K. Gwet 2014, *Handbook of Inter-Rater Reliability*, 4th ed., chapter 2,
//! which is Fleiss's own where none is.

use super::Undefined;
use super::counts::{Counts, Table, said};

/// The share of pairs of values that are the same, as the mean over the units that have a pair.
///
/// # Errors
/// If none has.
pub fn percent<V: Ord>(units: &[impl AsRef<[Option<V>]>]) -> Result<f64, Undefined> {
    Table::new(said(units), |a, b| a.cmp(b)).once().alike()
}

/// Cohen's kappa; units that one of the two did not code count for nothing.
///
/// # Errors
/// If the coding has none.
pub fn cohen<V: Ord>(pairs: &[[Option<V>; 2]]) -> Result<f64, Undefined> {
    weighted(pairs, |_, _| 1.0)
}

/// Cohen's weighted kappa: `difference` says how bad it is to give the one value for the other, and is asked of different
/// values alone.
///
/// # Errors
/// If the coding has none.
pub fn weighted<V: Ord>(pairs: &[[Option<V>; 2]], difference: impl Fn(&V, &V) -> f64) -> Result<f64, Undefined> {
    let both: Vec<[&V; 2]> = pairs.iter().filter_map(|[a, b]| Some([a.as_ref()?, b.as_ref()?])).collect();
    let mut values: Vec<&V> = both.iter().flatten().copied().collect();
    values.sort();
    values.dedup();
    let place = |value: &V| values.partition_point(|it| *it < value);
    let places: Vec<_> = both.iter().map(|[a, b]| ([place(a), place(b)], 1.0)).collect();
    of_two(&places, values.len(), |a, b| difference(values[a], values[b]))
}

/// Cohen's weighted kappa of pairs of values, by their places among so many, and how often each pair counts.
pub(super) fn of_two(
    pairs: &[([usize; 2], f64)],
    values: usize,
    difference: impl Fn(usize, usize) -> f64,
) -> Result<f64, Undefined> {
    let cost = |a: usize, b: usize| if a == b { 0.0 } else { difference(a, b) };
    let mut given = [vec![0.0; values], vec![0.0; values]];
    let (mut all, mut observed) = (0.0, 0.0);
    for ([a, b], times) in pairs {
        given[0][*a] += times;
        given[1][*b] += times;
        all += times;
        observed += times * cost(*a, *b);
    }
    if all == 0.0 {
        return Err(Undefined::Unpaired);
    }
    let [first, second] =
        given.map(|times| times.into_iter().enumerate().filter(|(_, n)| *n > 0.0).collect::<Vec<_>>());
    let expected: f64 = first
        .iter()
        .flat_map(|(a, n)| second.iter().map(move |(b, m)| (a, b, n * m)))
        .map(|(a, b, n)| n * cost(*a, *b))
        .sum::<f64>()
        / all;
    if expected > 0.0 { Ok(1.0 - observed / expected) } else { Err(Undefined::Constant) }
}

/// Scott's pi; units that one of the two did not code count for nothing.
///
/// # Errors
/// If the coding has none.
pub fn scott<V: Ord>(pairs: &[[Option<V>; 2]]) -> Result<f64, Undefined> {
    let both = said(pairs).filter(|said| said.len() == 2);
    by_all(&Table::new(both, |a, b| a.cmp(b)).once())
}

/// Fleiss's kappa.
///
/// # Errors
/// If the coding has none.
pub fn fleiss<V: Ord>(units: &[impl AsRef<[Option<V>]>]) -> Result<f64, Undefined> {
    by_all(&Table::new(said(units), |a, b| a.cmp(b)).once())
}

/// Kappa whose chance is the distribution of all together.
pub(super) fn by_all(counts: &Counts<'_>) -> Result<f64, Undefined> {
    let (alike, shares) = (counts.alike()?, counts.shares()?);
    let expected: f64 = shares.iter().map(|share| share * share).sum();
    Ok((alike - expected) / (1.0 - expected))
}

/// Gwet's AC1, which stays near the simple agreement where one value is far more common than others.
///
/// `P_e = Σ_k π_k (1 − π_k) / (q − 1)` over the q values that occur, after K. Gwet 2008, *Computing inter-rater reliability and
/// its variance in the presence of high agreement*; values missing as in Gwet 2014, chapter 2.
///
/// # Errors
/// If the coding has none.
pub fn ac1<V: Ord>(units: &[impl AsRef<[Option<V>]>]) -> Result<f64, Undefined> {
    first_order(&Table::new(said(units), |a, b| a.cmp(b)).once())
}

/// AC1 of counts.
pub(super) fn first_order(counts: &Counts<'_>) -> Result<f64, Undefined> {
    let (alike, shares) = (counts.alike()?, counts.shares()?);
    let spread: f64 = shares.iter().map(|share| share * (1.0 - share)).sum();
    let expected = spread / (shares.len() - 1) as f64;
    Ok((alike - expected) / (1.0 - expected))
}
