//! Where things are kept.
//!
//! Purpose: the few operations that extension storage, IndexedDB and memory have in common.
//! Invariants: `set` is atomic: all of its entries or none; values are JSON.

use super::invalid;
use super::protocol::Failure;
use super::vault::wire::{VaultRequest, VaultStatus};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;

/// Why the store did not do it. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// No room.
    Quota(String),
    /// It is encrypted, and the key is not here.
    Locked,
    /// What all of it depends on is damaged.
    Damaged(String),
    /// Anything else.
    Other(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quota(why) | Self::Damaged(why) | Self::Other(why) => f.write_str(why),
            Self::Locked => f.write_str("what is stored is locked; unlock it with its passphrase"),
        }
    }
}

impl std::error::Error for StoreError {}

/// A key-value store.
pub trait Store {
    /// The values of some keys, in the order asked; `None` where there is none.
    fn get(&self, keys: Vec<String>) -> impl Future<Output = Result<Vec<Option<Value>>, StoreError>>;
    /// Writes all entries or none, and returns when they are safe.
    fn set(&self, entries: BTreeMap<String, Value>) -> impl Future<Output = Result<(), StoreError>>;
    /// Removes all of these, or none; keys of nothing are passed over.
    fn remove(&self, keys: Vec<String>) -> impl Future<Output = Result<(), StoreError>>;
    /// All keys, in no order.
    fn keys(&self) -> impl Future<Output = Result<Vec<String>, StoreError>>;
    /// Carries out what is asked about encryption; nothing else is asked of the store before.
    ///
    /// # Errors
    /// If it is refused, the passphrase is wrong, or the store fails. What is stored reads as before.
    fn vault(&self, request: VaultRequest) -> impl Future<Output = Result<VaultStatus, Failure>> {
        let _ = request;
        async { Err(invalid("this storage cannot be encrypted".into())) }
    }
    /// An error while nothing at all may be read or written.
    fn ready(&self) -> impl Future<Output = Result<(), StoreError>> {
        async { Ok(()) }
    }
}

/// A store that forgets.
#[derive(Debug, Default)]
pub struct Memory(RefCell<BTreeMap<String, Value>>);

impl Store for Memory {
    async fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Value>>, StoreError> {
        let values = self.0.borrow();
        Ok(keys.iter().map(|key| values.get(key).cloned()).collect())
    }

    async fn set(&self, entries: BTreeMap<String, Value>) -> Result<(), StoreError> {
        self.0.borrow_mut().extend(entries);
        Ok(())
    }

    async fn remove(&self, keys: Vec<String>) -> Result<(), StoreError> {
        self.0.borrow_mut().retain(|key, _| !keys.contains(key));
        Ok(())
    }

    async fn keys(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.0.borrow().keys().cloned().collect())
    }
}
