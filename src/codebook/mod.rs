//! The codebook: what to look for, what it means, and what it does not mean.
//!
//! Purpose: one model; TOML in ([`mod@format`]), checked ([`validate`]), compiled ([`compile`]), carried in a package
//! ([`shipped`]), and the codebooks that ship ([`builtin`]). A compiled codebook never changes: editing makes a new one with a new hash.
//! Must not touch: the text being read.

pub mod advice;
#[cfg(feature = "authoring")]
pub mod builtin;
pub mod compile;
pub mod expand;
#[cfg(feature = "authoring")]
pub mod format;
mod literals;
pub mod model;
pub mod regex;
pub mod scope;
pub mod shipped;
pub mod validate;
#[cfg(feature = "authoring")]
mod wording;

pub use compile::{Compiled, CompiledSet, LoadError};
pub use model::Codebook;
pub use shipped::Shipped;
