//! What crosses between rooms as JSON.
//!
//! Purpose: a room that passes a thing on, or never meets one, has no code to read or write all its fields.
//! Invariants: on the wire it is the thing itself, as a record of it would be stored.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::marker::PhantomData;

/// A `T` as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json<T>(Value, #[serde(skip)] PhantomData<T>);

impl<T: Serialize> Json<T> {
    /// Of a thing. What cannot be said in JSON, which no record is, becomes `null`, and is none when it is read.
    pub fn of(thing: &T) -> Self {
        Self(serde_json::to_value(thing).unwrap_or_default(), PhantomData)
    }
}

impl<T: Serialize> From<T> for Json<T> {
    fn from(thing: T) -> Self {
        Self::of(&thing)
    }
}

impl<T: DeserializeOwned> Json<T> {
    /// The thing.
    ///
    /// # Errors
    /// If this is none.
    pub fn read(self) -> Result<T, serde_json::Error> {
        serde_json::from_value(self.0)
    }
}
