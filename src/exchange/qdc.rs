//! REFI-QDA codebook (`.qdc`): codes with their definitions and rules, for programs of qualitative analysis.
//!
//! Source: REFI-QDA Codebook 1.0, `urn:QDA-XML:codebook:1.0`.
//! Shape: the codebooks at hand, and of codes that records name beyond them the ids.
//! Holds the ids of codes.

use super::refi::{Codes, close, codes, document};
use super::writer::Failed;
use crate::codebook::Codebook;
use crate::service::protocol::Record;

/// Writes the codebook.
#[derive(Debug)]
pub(super) struct Writer(Codes);

impl Writer {
    /// Of these codebooks.
    pub(super) fn new(codebooks: &[Codebook]) -> Self {
        Self(Codes::new(codebooks))
    }
}

impl super::writer::Writer for Writer {
    fn push(&mut self, records: &[Record]) -> Result<Vec<u8>, Failed> {
        self.0.note(records);
        Ok(Vec::new())
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Failed> {
        let books = self.0.books()?;
        let attributes = [("xmlns", "urn:QDA-XML:codebook:1.0"), ("origin", "Postil")];
        let mut xml = document("CodeBook", &attributes)?;
        codes(&mut xml, &books)?;
        close(&mut xml, "CodeBook")?;
        Ok(xml.into_inner())
    }
}
