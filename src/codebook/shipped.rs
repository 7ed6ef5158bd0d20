//! Compiled codebooks as a package carries them.
//!
//! Purpose: one file with the default set, its automaton ready, and word of what else ships; every further codebook is a file
//! of its own, without an automaton, that is read once the coder switches it on.
//! Invariants: every file begins with the versions that made it; bytes of another version are refused.
//! Must not touch: where the files lie, and how they are read.

use super::compile::{Compiled, CompiledSet, LoadError, Use};
use super::literals::Stored;
use crate::service::protocol::CodebookOffer;
use crate::text::fold::FOLD_VERSION;
use serde::{Deserialize, Serialize};

/// Raised whenever the bytes change their meaning.
const FORMAT_VERSION: u16 = 6;
const MAGIC: &[u8; 8] = b"POSTILCB";

/// What a start needs: the default set, and word of the further codebooks.
#[derive(Debug)]
pub struct Shipped {
    /// The codebooks that are on unless the coder switches them off.
    pub set: CompiledSet,
    /// Those that are off until the coder switches them on.
    pub offers: Vec<CodebookOffer>,
}

/// What any of the files holds: one shape, so that the engine has one way of reading them.
#[derive(Serialize, Deserialize)]
struct Carried<'b> {
    codebooks: Vec<Compiled>,
    /// Absent in the file of one further codebook.
    #[serde(borrow)]
    literals: Option<Stored<'b, Use>>,
    offers: Vec<CodebookOffer>,
}

impl Shipped {
    /// The default set, with word of further codebooks.
    pub fn new<'c>(set: CompiledSet, further: impl IntoIterator<Item = &'c Compiled>) -> Self {
        Self { set, offers: further.into_iter().map(offer).collect() }
    }

    /// As bytes, for [`Shipped::from_bytes`].
    ///
    /// # Errors
    /// [`LoadError::Damaged`] if it cannot be written, which only a lack of memory explains.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LoadError> {
        write(&self.set, &self.offers)
    }

    /// From bytes, trusting nothing in them.
    ///
    /// # Errors
    /// [`LoadError::Damaged`] or [`LoadError::OtherVersion`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LoadError> {
        let Carried { codebooks, literals, offers } = read(bytes)?;
        Ok(Self { set: CompiledSet::load(codebooks, literals.ok_or(LoadError::Damaged)?)?, offers })
    }
}

fn offer(compiled: &Compiled) -> CodebookOffer {
    let codebook = &compiled.codebook;
    CodebookOffer {
        codebook: compiled.reference.clone(),
        title: codebook.title.clone(),
        description: codebook.description.clone(),
        codes: codebook.codes.len(),
        tiers: codebook.scale.as_ref().map_or(0, |scale| scale.tiers.len()),
        reviewed: codebook.languages.iter().any(|language| language.reviewed),
    }
}

/// A set and its offers as bytes.
pub(super) fn write(set: &CompiledSet, offers: &[CodebookOffer]) -> Result<Vec<u8>, LoadError> {
    let mut automaton = Vec::new();
    let codebooks = set.codebooks.iter().map(|compiled| Compiled::clone(compiled)).collect();
    pack(&Carried { codebooks, literals: Some(set.stored(&mut automaton)), offers: offers.to_vec() })
}

/// One codebook as bytes.
pub(super) fn write_one(compiled: &Compiled) -> Result<Vec<u8>, LoadError> {
    pack(&Carried { codebooks: vec![compiled.clone()], literals: None, offers: Vec::new() })
}

/// What [`write_one`] has written.
pub(super) fn read_one(bytes: &[u8]) -> Result<Compiled, LoadError> {
    match <[Compiled; 1]>::try_from(read(bytes)?.codebooks) {
        Ok([compiled]) => Ok(compiled),
        Err(_) => Err(LoadError::Damaged),
    }
}

fn pack(carried: &Carried<'_>) -> Result<Vec<u8>, LoadError> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(postcard::to_allocvec(&(FORMAT_VERSION, FOLD_VERSION, carried)).map_err(|_| LoadError::Damaged)?);
    Ok(bytes)
}

fn read(bytes: &[u8]) -> Result<Carried<'_>, LoadError> {
    let rest = bytes.strip_prefix(MAGIC.as_slice()).ok_or(LoadError::Damaged)?;
    let (versions, content) = postcard::take_from_bytes::<(u16, u16)>(rest).map_err(|_| LoadError::Damaged)?;
    if versions != (FORMAT_VERSION, FOLD_VERSION) {
        return Err(LoadError::OtherVersion);
    }
    postcard::from_bytes(content).map_err(|_| LoadError::Damaged)
}
