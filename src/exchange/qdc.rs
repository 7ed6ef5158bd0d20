//! REFI-QDA codebook (`.qdc`): codes with their definitions and rules, for programs of qualitative analysis.
//!
//! Source: REFI-QDA Codebook 1.0, `urn:QDA-XML:codebook:1.0`.
//! Shape: the codebooks at hand, and of codes that records name beyond them the ids.
//! Holds the ids of codes.

use super::refi::{Codes, close, document};
use super::writer::Failed;
use crate::codebook::Codebook;
use crate::service::protocol::{Action, Record};

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
        for Record { log, .. } in records {
            if log.code.is_some() || log.action == Action::NoneApplies {
                self.0.used(&log.codebook.id, log.code.as_deref());
            }
        }
        Ok(Vec::new())
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Failed> {
        if self.0.is_empty() {
            return Err(Failed("there are no codes to write; name a codebook, or export records".into()));
        }
        let attributes = [("xmlns", "urn:QDA-XML:codebook:1.0"), ("origin", "Postil")];
        let mut xml = document("CodeBook", &attributes)?;
        self.0.write(&mut xml)?;
        close(&mut xml, "CodeBook")?;
        Ok(xml.into_inner())
    }
}
