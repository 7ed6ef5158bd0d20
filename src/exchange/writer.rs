//! What every format has in common: it is written a slice of records at a time.
//!
//! Invariants: the pieces, joined in order, are the file; how the records were sliced does not show in it; what a writer holds
//! until the end is told by [`Writer::held`].

use super::decided::{Collector, Decided};
use super::matrix::Form;
use super::redaction::Redaction;
use super::refi::Codes;
use super::{codebook_csv, conll, csv, dataset, evidence, jsonl, jsonld, matrix, qdc, qdpx};
use crate::codebook::Codebook;
use crate::service::protocol::Record;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why there is no file.
#[derive(Debug)]
pub struct Failed(pub(super) String);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failed {}

/// Other libraries' errors; writing to memory, they say that a value does not fit the format.
pub(super) fn failed(error: impl fmt::Display) -> Failed {
    Failed(error.to_string())
}

/// One file as it grows.
pub trait Writer {
    /// What stands before every record.
    ///
    /// # Errors
    /// If the format cannot hold a value.
    fn begin(&mut self) -> Result<Vec<u8>, Failed> {
        Ok(Vec::new())
    }

    /// What is known of the file once these records have come.
    ///
    /// # Errors
    /// If the format cannot hold a value.
    fn push(&mut self, records: &[Record]) -> Result<Vec<u8>, Failed>;

    /// The rest of the file.
    ///
    /// # Errors
    /// If the format cannot hold a value.
    fn finish(self: Box<Self>) -> Result<Vec<u8>, Failed> {
        Ok(Vec::new())
    }

    /// Bytes of texts, quotes and notes that are held for what is still to be written, and of the entries they belong to
    /// without the short strings in them (ids, addresses, titles).
    fn held(&self) -> usize {
        0
    }
}

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// Records as they are.
    JsonLines,
    /// W3C annotations with the log.
    JsonLd,
    /// A row for each decision that stands.
    Csv,
    /// The same for `datasets`.
    Dataset,
    /// Units by coders.
    Matrix,
    /// The same, a row for each value.
    Ratings,
    /// Tokens with tags.
    Conll,
    /// REFI-QDA codebook.
    Qdc,
    /// Codes as a table.
    CodebookCsv,
    /// REFI-QDA project.
    Qdpx,
    /// What was captured where and when.
    Evidence,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::JsonLines,
        Self::JsonLd,
        Self::Csv,
        Self::Dataset,
        Self::Matrix,
        Self::Ratings,
        Self::Conll,
        Self::Qdc,
        Self::CodebookCsv,
        Self::Qdpx,
        Self::Evidence,
    ];

    /// What it is called on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::JsonLd => "jsonld",
            Self::Csv => "csv",
            Self::Dataset => "dataset",
            Self::Matrix => "matrix",
            Self::Ratings => "ratings",
            Self::Conll => "conll",
            Self::Qdc => "qdc",
            Self::CodebookCsv => "codebook-csv",
            Self::Qdpx => "qdpx",
            Self::Evidence => "evidence",
        }
    }

    /// Whether a file of it says what codes are called and what they mean.
    pub fn names_codes(self) -> bool {
        matches!(self, Self::Qdc | Self::CodebookCsv | Self::Qdpx)
    }

    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Dataset => "jsonl",
            Self::Matrix | Self::Ratings | Self::CodebookCsv | Self::Evidence => "csv",
            own => own.name(),
        }
    }

    /// Whether other entries with the id of one go with it.
    pub fn keeps_conflicts(self) -> bool {
        matches!(self, Self::JsonLines | Self::JsonLd)
    }

    /// A writer of it. Where a file [names codes](Self::names_codes), the codebooks say how; other formats keep their ids.
    pub fn writer(self, redaction: Redaction, codebooks: &[Codebook]) -> Box<dyn Writer> {
        match self {
            Self::JsonLines => Box::new(jsonl::Writer::new(redaction)),
            Self::JsonLd => Box::new(jsonld::Writer::new(redaction)),
            Self::Csv => at_end(redaction, csv::write),
            Self::Dataset => at_end(redaction, dataset::write),
            Self::Matrix => at_end(redaction, |decided| matrix::write(decided, Form::Wide)),
            Self::Ratings => at_end(redaction, |decided| matrix::write(decided, Form::Long)),
            Self::Conll => at_end(redaction, conll::write),
            Self::Qdc => of_codes(codebooks, qdc::write),
            Self::CodebookCsv => of_codes(codebooks, codebook_csv::write),
            Self::Qdpx => {
                let codes = Codes::new(codebooks);
                at_end(redaction, |decided| qdpx::write(decided, codes))
            }
            Self::Evidence => Box::new(evidence::Writer::new(redaction)),
        }
    }
}

/// A file that is written when all records have come, because only then it is known what stands.
struct AtEnd<W> {
    collector: Collector,
    write: W,
}

fn at_end(redaction: Redaction, write: impl FnOnce(&Decided) -> Result<Vec<u8>, Failed> + 'static) -> Box<dyn Writer> {
    Box::new(AtEnd { collector: Collector::new(redaction), write })
}

impl<W: FnOnce(&Decided) -> Result<Vec<u8>, Failed>> Writer for AtEnd<W> {
    fn push(&mut self, records: &[Record]) -> Result<Vec<u8>, Failed> {
        self.collector.push(records);
        Ok(Vec::new())
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Failed> {
        (self.write)(&self.collector.finish())
    }

    fn held(&self) -> usize {
        self.collector.held()
    }
}

/// A file of codes alone: those of the codebooks at hand, and beyond them those that records name, whose ids it holds.
struct OfCodes {
    codes: Codes,
    write: fn(&Codes) -> Result<Vec<u8>, Failed>,
}

fn of_codes(codebooks: &[Codebook], write: fn(&Codes) -> Result<Vec<u8>, Failed>) -> Box<dyn Writer> {
    Box::new(OfCodes { codes: Codes::new(codebooks), write })
}

impl Writer for OfCodes {
    fn push(&mut self, records: &[Record]) -> Result<Vec<u8>, Failed> {
        self.codes.note(records);
        Ok(Vec::new())
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Failed> {
        (self.write)(&self.codes)
    }
}
