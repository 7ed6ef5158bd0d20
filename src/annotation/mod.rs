//! The record of a decision, and finding it again.
//!
//! Purpose: the W3C annotation that a decision makes, the log entry beside it, authors under pseudonyms, and anchoring on a
//! page read later.
//! Must not touch: the matcher; it knows codebooks by their ids.

pub mod anchor;
pub mod derive;
pub mod near;
pub mod pseudonym;
pub mod record;
pub mod selector;

pub use record::{Annotation, LogEntry};
