//! Records in the formats of other tools, and what these coded as records.
//!
//! Invariants: writes what is stored and judges nothing; the same records give the same bytes.

pub mod anchored;
pub mod classified;
pub mod conll;
pub mod csv;
pub mod dataset;
mod decided;
pub mod evidence;
pub mod import;
pub mod jsonl;
pub mod jsonld;
pub mod matrix;
pub mod merge;
pub mod preview;
pub mod qdc;
pub mod qdpx;
pub mod redaction;
mod refi;
mod time;
pub mod writer;
