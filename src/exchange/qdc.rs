//! REFI-QDA codebook (`.qdc`): codes with their definitions and rules, for programs of qualitative analysis.
//!
//! Source: REFI-QDA Codebook 1.0, `urn:QDA-XML:codebook:1.0`.
//! Shape: the codebooks at hand, and of codes that records name beyond them the ids.

use super::refi::{Codes, close, codes, document};
use super::writer::Failed;

/// The codebook.
pub(super) fn write(all: &Codes) -> Result<Vec<u8>, Failed> {
    let books = all.books()?;
    let attributes = [("xmlns", "urn:QDA-XML:codebook:1.0"), ("origin", "Postil")];
    let mut xml = document("CodeBook", &attributes)?;
    codes(&mut xml, &books)?;
    close(&mut xml, "CodeBook")?;
    Ok(xml.into_inner())
}
