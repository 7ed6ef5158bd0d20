//! One sort for all: the library's own is compiled for every type that is sorted, and each copy weighs kilobytes in WebAssembly.
//!
//! Invariants: stable; what is compared stays in place until the order is known.
//! Must not touch: what comes first, which its callers say.

use std::cmp::Ordering;

/// Sorting that costs little code.
pub(crate) trait Order<T> {
    /// Sorts; of equal ones, the first stays first.
    fn order_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// Sorts by a key.
    fn order_by_key<K: Ord>(&mut self, key: impl Fn(&T) -> K) {
        self.order_by(|a, b| key(a).cmp(&key(b)));
    }
}

impl<T> Order<T> for Vec<T> {
    fn order_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        let mut places: Vec<usize> = (0..self.len()).collect();
        sorted(&mut places, &mut |a, b| compare(&self[a], &self[b]));
        let mut items: Vec<Option<T>> = self.drain(..).map(Some).collect();
        self.extend(places.into_iter().filter_map(|place| items[place].take()));
    }
}

fn sorted(places: &mut [usize], compare: &mut dyn FnMut(usize, usize) -> Ordering) {
    places.sort_by(|a, b| compare(*a, *b));
}
