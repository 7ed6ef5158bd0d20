//! How well the engine reads texts whose reading is known.
//!
//! | module | purpose |
//! | --- | --- |
//! | [`labelled`] | texts with what people said of them, from JSON Lines |
//! | [`templates`] | texts made from templates with slots, from TOML |
//! | [`yardstick`] | what a codebook makes of such a label |
//! | [`predict`] | what the engine says of the texts |
//! | [`metrics`] | how well scores fit truth |
//! | [`report`] | all of it together, as data and as tables |
//!
//! Invariants: the same texts, engine and threshold give the same report; no text stands in a report or in an error.
//! Must not touch: files (sources come as strings), what the engine does inside, any one codebook's meaning.

pub mod labelled;
pub mod metrics;
pub mod predict;
pub mod report;
pub mod templates;
pub mod yardstick;

use std::error::Error;
use std::fmt;

/// What is wrong with a source, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong and how to mend it; never a text.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}

impl Error for Fault {}
