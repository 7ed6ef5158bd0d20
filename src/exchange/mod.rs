//! Records in the formats of other tools.
//!
//! Invariants: writes what is stored and judges nothing.

pub mod anchored;
pub mod backup;
pub mod classified;
pub mod jsonl;
pub mod jsonld;
