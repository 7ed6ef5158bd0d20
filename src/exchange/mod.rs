//! Records in the formats of other tools, and what these coded as records.
//!
//! Invariants: writes what is stored and judges nothing; the same records give the same bytes.

pub mod anchored;
pub mod backup;
pub mod classified;
mod codebook_csv;
mod conll;
mod csv;
pub mod dataset;
mod decided;
pub mod evidence;
pub mod import;
mod iri;
pub mod jsonl;
pub mod jsonld;
mod matrix;
pub mod merge;
pub mod preview;
pub mod qdc;
mod qdpx;
pub mod redaction;
mod refi;
pub mod task;
mod time;
pub mod writer;
