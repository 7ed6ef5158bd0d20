//! The keys of a store in their order, for what is asked slice by slice.
//!
//! Invariants: listed once for a run of slices; what is stored after the first of them is in none.

use super::keys;
use super::protocol::Failure;
use super::store::Store;
use crate::order::Order;
use async_lock::Mutex;
use std::rc::Rc;

/// Keys of one thing at a time, known by its name.
#[derive(Debug, Default)]
pub(super) struct Listing(Mutex<Option<(String, Rc<Vec<String>>)>>);

impl Listing {
    /// Those that are wanted; going on with a run, as they were at its first slice.
    pub(super) async fn all(
        &self,
        name: &str,
        goes_on: bool,
        store: &impl Store,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<Rc<Vec<String>>, Failure> {
        let known = self.0.lock().await.clone();
        if let Some((_, keys)) = known.filter(|(of, _)| goes_on && of == name) {
            return Ok(keys);
        }
        let mut keys = store.keys().await?;
        keys.retain(|key| wanted(key));
        keys.order_by(|one, other| one.cmp(other));
        Ok(Rc::new(keys))
    }

    /// Some of them, from the one after `after`; after which to go on, and how many are left.
    pub(super) async fn slice(
        &self,
        name: &str,
        after: Option<String>,
        most: usize,
        store: &impl Store,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<(Vec<String>, Option<String>, usize), Failure> {
        let keys = self.all(name, after.is_some(), store, wanted).await?;
        let from = after.map_or(0, |after| keys.partition_point(|key| *key <= after));
        let slice = &keys[from..keys.len().min(from + most)];
        let slice = slice[..keys::at_once(slice)].to_vec();
        let left = keys.len() - from - slice.len();
        let next = (left > 0).then(|| slice.last().cloned()).flatten();
        *self.0.lock().await = next.is_some().then(|| (name.to_owned(), keys));
        Ok((slice, next, left))
    }

    pub(super) async fn forget(&self) {
        *self.0.lock().await = None;
    }
}
