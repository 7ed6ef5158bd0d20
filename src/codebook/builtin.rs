//! The codebooks that ship, from their TOML.

use super::compile::CompiledSet;
use super::format::{self, Parsed};
use std::fmt;

/// Id and source of every codebook that ships, in the default order.
pub const SOURCES: &[(&str, &str)] = &[
    ("militant-jihad", include_str!("builtin/militant-jihad.toml")),
    ("terror-finance", include_str!("builtin/terror-finance.toml")),
];

/// Why a codebook that ships cannot be used: a fault of this build.
#[derive(Debug)]
pub struct BuiltinError(String);

impl fmt::Display for BuiltinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BuiltinError {}

/// The default set, compiled.
///
/// # Errors
/// The first fault of a codebook that ships.
pub fn set() -> Result<CompiledSet, BuiltinError> {
    let parsed: Vec<Parsed> = SOURCES
        .iter()
        .map(|(id, source)| {
            format::parse(source).map_err(|faults| {
                let lines: Vec<String> = faults.iter().map(|fault| format!("{id}.toml:{fault}")).collect();
                BuiltinError(lines.join("\n"))
            })
        })
        .collect::<Result<_, _>>()?;
    let codebooks = parsed.into_iter().map(|parsed| parsed.codebook).collect();
    CompiledSet::compile(codebooks).map_err(|error| BuiltinError(error.to_string()))
}

/// The default set as the bytes that a package carries.
///
/// # Errors
/// As [`set`].
pub fn compiled() -> Result<Vec<u8>, BuiltinError> {
    set()?.to_bytes().map_err(|error| BuiltinError(error.to_string()))
}
