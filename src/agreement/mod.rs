//! How far coders agree beyond what chance would bring, one coefficient to a module.
//!
//! A coding is given as units of what each coder said: `units[unit][coder]`, `None` where a coder said nothing. A row that is
//! shorter than others lacks its last coders, so arrays of two (person and engine) and uneven lists are the same to it.
//! Invariants: pure; a coefficient that does not exist for a coding is [`Undefined`], never a number.
//! Must not touch: codebooks, records, the engine: values are any type that can be compared.

pub mod alpha;
pub mod bias;

use std::error::Error;
use std::fmt;

/// Why a coding has no coefficient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undefined {
    /// No unit has two values, so nothing can agree or disagree.
    Unpaired,
    /// All paired values are the same: nothing varies, and chance alone would agree as well.
    Constant,
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unpaired => "no unit was coded twice",
            Self::Constant => "every unit was coded the same, so agreement beyond chance cannot be told",
        })
    }
}

impl Error for Undefined {}
