//! The manifest of evidence: what was captured, where and when.
//!
//! Shape: CSV as in `csv.rs`, because it is read by people and attached to reports; [`COLUMNS`]; a row for each decision
//! that captured a unit, in the order of the records, also where it stands no more; edits and withdrawals capture nothing.
//! `sha256` is of the text in UTF-8, also where the text is not kept; `picture` is left empty for the name of a picture's file.
//! Holds nothing.

use super::csv::{lines, table};
use super::decided::{found_via, name};
use super::redaction::{Redaction, Redactor};
use super::writer::Failed;
use crate::annotation::selector::Selector;
use crate::service::protocol::Record;

/// The columns, in order.
pub const COLUMNS: [&str; 12] = [
    "decision",
    "url",
    "title",
    "captured_at",
    "unit_kind",
    "sha256",
    "text_kept",
    "quote",
    "start",
    "end",
    "found_via",
    "picture",
];

/// Writes the manifest.
#[derive(Debug)]
pub struct Writer(Redactor);

impl Writer {
    /// Of records without what is taken out.
    pub fn new(redaction: Redaction) -> Self {
        Self(Redactor::new(redaction))
    }
}

impl super::writer::Writer for Writer {
    fn begin(&mut self) -> Result<Vec<u8>, Failed> {
        table(COLUMNS.map(str::to_owned), std::iter::empty::<Vec<String>>())
    }

    fn push(&mut self, records: &[Record]) -> Result<Vec<u8>, Failed> {
        let captures = records.iter().filter(|record| record.log.revises.is_none());
        let rows: Vec<_> = captures.map(|record| cells(&self.0.record(record))).collect();
        lines(rows.into_iter())
    }
}

fn cells(Record { log, .. }: &Record) -> Vec<String> {
    let position = log.selector.iter().find_map(Selector::position);
    let quote = log.selector.iter().find_map(Selector::quote);
    let offset = |at: Option<u32>| at.map_or(String::new(), |at| at.to_string());
    vec![
        log.id.clone(),
        log.page.url.clone(),
        log.page.title.clone(),
        log.unit.source_date.clone(),
        name(log.unit.unit),
        log.unit.sha256.clone(),
        log.unit.text.is_some().to_string(),
        quote.map_or(String::new(), |quote| quote.exact.clone()),
        offset(position.map(|place| place.start)),
        offset(position.map(|place| place.end)),
        found_via(&log.unit),
        String::new(),
    ]
}
