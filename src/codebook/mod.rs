//! The codebook: what to look for, what it means, and what it does not mean.
//!
//! Purpose: one model; TOML in ([`mod@format`]) and out ([`mod@write`]), what became of it ([`diff`]), checked ([`validate`]), compiled ([`compile`]), carried in a package
//! ([`shipped`]), and the codebooks that ship ([`builtin`]). A compiled codebook never changes: editing makes a new one with a new hash.
//! Must not touch: the text being read.

pub mod advice;
#[cfg(feature = "authoring")]
pub mod builtin;
pub mod compile;
#[cfg(feature = "authoring")]
pub mod diff;
pub mod expand;
#[cfg(feature = "authoring")]
pub mod format;
#[cfg(feature = "authoring")]
pub mod fresh;
mod literals;
pub mod model;
pub mod regex;
pub mod scope;
pub mod shipped;
pub mod validate;
#[cfg(feature = "authoring")]
mod wording;
#[cfg(feature = "authoring")]
pub mod write;

pub use compile::{Compiled, CompiledSet, LoadError};
pub use model::Codebook;
pub use shipped::Shipped;
