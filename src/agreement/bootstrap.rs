//! How far a figure might be off: percentile intervals of a bootstrap.
//!
//! Cases of one account, event or template resemble each other, so whole clusters are drawn and not cases: drawing cases
//! would make the intervals too narrow.
//! Invariants: the same clusters and statistic give the same intervals, on every machine.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use serde::Serialize;

/// Samples drawn.
pub const SAMPLES: usize = 1_000;

/// Where the random numbers begin.
pub const SEED: u64 = 2011;

/// What holds the middle 95 of 100 samples.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// An interval for each figure of `statistic`, which gets how often each cluster, by its number from 0, was drawn. There is
/// none with fewer than two clusters, nor for a figure that most samples leave undefined; other samples that do are left out.
/// Nor is there one where all samples give the same: no alarm among the cases means none in any sample of them, and an
/// interval of no width would say that there can be none.
pub fn intervals<const N: usize>(
    clusters: usize,
    statistic: impl Fn(&[u32]) -> [Option<f64>; N],
) -> [Option<Interval>; N] {
    let mut figures = [(); N].map(|()| Vec::with_capacity(SAMPLES));
    if clusters >= 2 {
        let mut random = ChaCha8Rng::seed_from_u64(SEED);
        let mut drawn = vec![0; clusters];
        for _ in 0..SAMPLES {
            drawn.fill(0);
            for _ in 0..clusters {
                drawn[random.random_range(0..clusters)] += 1;
            }
            for (figures, figure) in figures.iter_mut().zip(statistic(&drawn)) {
                figures.extend(figure);
            }
        }
    }
    figures.map(|mut figures| {
        figures.sort_by(f64::total_cmp);
        let (first, last) = (figures.first()?, figures.last()?);
        let told = figures.len() * 2 > SAMPLES && first < last;
        told.then(|| Interval { low: quantile(&figures, 0.025), high: quantile(&figures, 0.975) })
    })
}

/// A quantile of sorted figures, between neighbours in proportion.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = sorted[place.floor() as usize];
    below + (sorted[place.ceil() as usize] - below) * place.fract()
}
