//! How far apart two sets of codes are, 0 for the same and 1 for nothing in common.

use std::collections::BTreeSet;

/// The Jaccard distance: what share of the codes in either is not in both.
pub fn jaccard<V: Ord>(a: &BTreeSet<V>, b: &BTreeSet<V>) -> f64 {
    let either = a.union(b).count();
    if either == 0 { 0.0 } else { 1.0 - a.intersection(b).count() as f64 / either as f64 }
}

/// MASI, which is milder where one set holds the other: `1 − J · M`, J the Jaccard similarity, M 1 for the same sets, 2/3 where
/// one holds the other, 1/3 where each has codes of its own, after R. Passonneau 2006, *Measuring agreement on set-valued items
/// (MASI) for semantic and pragmatic annotation*.
pub fn masi<V: Ord>(a: &BTreeSet<V>, b: &BTreeSet<V>) -> f64 {
    let monotone = match (a.is_subset(b), b.is_subset(a)) {
        (true, true) => 1.0,
        (true, false) | (false, true) => 2.0 / 3.0,
        (false, false) => 1.0 / 3.0,
    };
    1.0 - (1.0 - jaccard(a, b)) * monotone
}
