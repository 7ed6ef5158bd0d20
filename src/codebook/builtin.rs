//! The codebooks that ship, from their TOML.
//!
//! Invariants: the default set is read with unless the coder switches one of it off; a further codebook is read with once the
//! coder switches it on, and costs nothing before.

use super::compile::{Compiled, CompiledSet};
use super::format;
use super::shipped::Shipped;
use std::fmt;

/// Id and source of the codebooks of the default set, in their order.
pub const SOURCES: &[(&str, &str)] = &[
    ("militant-jihad", include_str!("builtin/militant-jihad.toml")),
    ("terror-finance", include_str!("builtin/terror-finance.toml")),
];

/// Id and source of the codebooks that are off until the coder switches them on, in their order.
pub const FURTHER: &[(&str, &str)] = &[
    ("narcotics-trade", include_str!("builtin/narcotics-trade.toml")),
    ("private-security", include_str!("builtin/private-security.toml")),
    ("militant-jihad-de", include_str!("builtin/lexicons/militant-jihad-de.toml")),
    ("militant-jihad-fr", include_str!("builtin/lexicons/militant-jihad-fr.toml")),
    ("militant-jihad-tr", include_str!("builtin/lexicons/militant-jihad-tr.toml")),
    ("militant-jihad-ru", include_str!("builtin/lexicons/militant-jihad-ru.toml")),
    ("militant-jihad-id", include_str!("builtin/lexicons/militant-jihad-id.toml")),
    ("militant-jihad-ur", include_str!("builtin/lexicons/militant-jihad-ur.toml")),
    ("militant-jihad-uz", include_str!("builtin/lexicons/militant-jihad-uz.toml")),
    ("militant-jihad-ky", include_str!("builtin/lexicons/militant-jihad-ky.toml")),
    ("militant-jihad-ug", include_str!("builtin/lexicons/militant-jihad-ug.toml")),
];

/// Id and source of every codebook that ships: the default set, and what is off at first.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    SOURCES.iter().chain(FURTHER).copied()
}

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
    CompiledSet::of(compiled(SOURCES)?.into_iter().map(Into::into).collect()).map_err(wrong)
}

/// The further codebooks, each compiled by itself.
///
/// # Errors
/// As [`set`].
pub fn further() -> Result<Vec<Compiled>, BuiltinError> {
    compiled(FURTHER)
}

/// What a package carries: the bytes of [`Shipped`], and those of every further codebook under its id.
#[derive(Debug)]
pub struct Files {
    /// The default set, and word of the further codebooks.
    pub shipped: Vec<u8>,
    /// The further codebooks, by their ids.
    pub further: Vec<(String, Vec<u8>)>,
}

/// The codebooks that ship as the files of a package.
///
/// # Errors
/// As [`set`].
pub fn files() -> Result<Files, BuiltinError> {
    let further = further()?;
    let shipped = Shipped::new(set()?, &further).to_bytes().map_err(wrong)?;
    let bytes = |one: &Compiled| one.to_bytes().map(|bytes| (one.reference.id.clone(), bytes));
    let further = further.iter().map(bytes).collect::<Result<_, _>>().map_err(wrong)?;
    Ok(Files { shipped, further })
}

fn compiled(sources: &[(&str, &str)]) -> Result<Vec<Compiled>, BuiltinError> {
    let one = |(id, source): &(&str, &str)| {
        let parsed = format::parse(source).map_err(|faults| {
            let lines: Vec<String> = faults.iter().map(|fault| format!("{id}.toml:{fault}")).collect();
            BuiltinError(lines.join("\n"))
        })?;
        Compiled::new(parsed.codebook).map_err(wrong)
    };
    sources.iter().map(one).collect()
}

fn wrong(error: impl fmt::Display) -> BuiltinError {
    BuiltinError(error.to_string())
}
