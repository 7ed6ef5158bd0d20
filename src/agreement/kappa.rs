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
use super::counts::{Counts, said};
use std::collections::BTreeMap;

/// The share of pairs of values that are the same, as the mean over the units that have a pair.
///
/// # Errors
/// If none has.
pub fn percent<V: Ord>(units: &[impl AsRef<[Option<V>]>]) -> Result<f64, Undefined> {
    Counts::new(said(units), 2, |a, b| a.cmp(b)).alike()
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
    let both: Vec<(&V, &V)> = pairs.iter().filter_map(|[a, b]| Some((a.as_ref()?, b.as_ref()?))).collect();
    if both.is_empty() {
        return Err(Undefined::Unpaired);
    }
    let count = |values: &mut dyn Iterator<Item = &_>| {
        let mut times: BTreeMap<&V, f64> = BTreeMap::new();
        for value in values {
            *times.entry(*value).or_default() += 1.0;
        }
        times
    };
    let (first, second) = (count(&mut both.iter().map(|(a, _)| a)), count(&mut both.iter().map(|(_, b)| b)));
    let cost = |a: &V, b: &V| if a == b { 0.0 } else { difference(a, b) };
    let observed: f64 = both.iter().map(|(a, b)| cost(a, b)).sum();
    let expected: f64 =
        first.iter().flat_map(|(a, n)| second.iter().map(move |(b, m)| n * m * cost(a, b))).sum::<f64>()
            / both.len() as f64;
    if expected > 0.0 { Ok(1.0 - observed / expected) } else { Err(Undefined::Constant) }
}

/// Scott's pi; units that one of the two did not code count for nothing.
///
/// # Errors
/// If the coding has none.
pub fn scott<V: Ord>(pairs: &[[Option<V>; 2]]) -> Result<f64, Undefined> {
    chance(&Counts::new(said(pairs), 2, |a, b| a.cmp(b)))
}

/// Fleiss's kappa.
///
/// # Errors
/// If the coding has none.
pub fn fleiss<V: Ord>(units: &[impl AsRef<[Option<V>]>]) -> Result<f64, Undefined> {
    chance(&Counts::new(said(units), 1, |a, b| a.cmp(b)))
}

fn chance<T>(counts: &Counts<T>) -> Result<f64, Undefined> {
    let alike = counts.alike()?;
    if counts.values.len() < 2 {
        return Err(Undefined::Constant);
    }
    let expected: f64 = counts.shares().iter().map(|share| share * share).sum();
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
    let counts = Counts::new(said(units), 1, |a, b| a.cmp(b));
    let alike = counts.alike()?;
    if counts.values.len() < 2 {
        return Err(Undefined::Constant);
    }
    let spread: f64 = counts.shares().iter().map(|share| share * (1.0 - share)).sum();
    let expected = spread / (counts.values.len() - 1) as f64;
    Ok((alike - expected) / (1.0 - expected))
}
