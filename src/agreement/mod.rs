//! How far coders agree beyond what chance would bring, one coefficient to a module.
//!
//! A coding is given as units of what each coder said: `units[unit][coder]`, `None` where a coder said nothing. A row that is
//! shorter than others lacks its last coders, so arrays of two (person and engine) and uneven lists are the same to it.
//! Invariants: pure; a coefficient that does not exist for a coding is [`Undefined`], never a number.
//! Must not touch: codebooks, records, the engine: values are any type that can be compared.

pub mod alpha;
pub mod bias;
#[cfg(feature = "agreement")]
pub mod bootstrap;
#[cfg(feature = "agreement")]
pub mod coding;
#[cfg(feature = "agreement")]
pub mod continuum;
mod counts;
#[cfg(feature = "agreement")]
pub mod gamma;
#[cfg(feature = "agreement")]
pub mod kappa;
#[cfg(feature = "agreement")]
pub mod report;
#[cfg(feature = "agreement")]
pub mod sets;
#[cfg(feature = "agreement")]
pub mod unitizing;

use std::error::Error;
use std::fmt;

/// Why a coding has no coefficient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undefined {
    /// Nothing was coded.
    Empty,
    /// No unit has two values, so nothing can agree or disagree.
    Unpaired,
    /// All paired values are the same: nothing varies, and chance alone would agree as well.
    Constant,
    /// The coefficient is for two coders, and there are more.
    Coders,
    /// There are too many ways to align what was coded.
    Large,
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "nothing was coded",
            Self::Unpaired => "no unit was coded twice",
            Self::Constant => "every unit was coded the same, so agreement beyond chance cannot be told",
            Self::Coders => "it is for two coders, and there are more; see each pair",
            Self::Large => "there are too many spans near each other to find the best alignment",
        })
    }
}

impl Error for Undefined {}
