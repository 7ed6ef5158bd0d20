//! Units by coders, as measures of agreement want them.
//!
//! Shape: CSV as in [`super::csv`]. Wide: `unit`, `codebook`, and a column for each coder, by name; a row for each unit and
//! codebook. Long: `coder`, `unit`, `codebook`, `value`.
//! Values: the codes that a coder gave the unit or any span of it, sorted, joined by `|`; `none applies` is a value; empty
//! (long: no row) is a unit that the coder did not decide about, or of which only suggestions were rejected.
//! Holds what stands ([`super::decided`]).

use super::csv::table;
use super::decided::Collector;
use super::redaction::Redaction;
use super::writer::Failed;
use crate::service::protocol::Record;
use std::collections::{BTreeMap, BTreeSet};

/// How values are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A column for each coder.
    Wide,
    /// A row for each value.
    Long,
}

/// Writes the table.
#[derive(Debug)]
pub struct Writer(Collector, Form);

impl Writer {
    /// Of records without what is taken out.
    pub fn new(redaction: Redaction, form: Form) -> Self {
        Self(Collector::new(redaction), form)
    }
}

impl super::writer::Writer for Writer {
    fn begin(&mut self) -> Result<Vec<u8>, Failed> {
        Ok(Vec::new())
    }

    fn push(&mut self, records: &[Record]) -> Result<Vec<u8>, Failed> {
        self.0.push(records);
        Ok(Vec::new())
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Failed> {
        let decided = self.0.finish();
        let coders: BTreeSet<&str> = decided.decisions.iter().map(|decision| decision.entry.coder.as_str()).collect();
        let mut values: BTreeMap<(usize, &str), BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
        for decision in &decided.decisions {
            let coded = values.entry((decision.unit, &decision.entry.codebook.id)).or_default();
            coded.entry(&decision.entry.coder).or_default().extend(decision.value());
        }
        let joined = |codes: &BTreeSet<&str>| codes.iter().copied().collect::<Vec<_>>().join("|");
        let key = |unit: usize| decided.units[unit].key.clone();
        match self.1 {
            Form::Wide => table(
                ["unit", "codebook"].into_iter().chain(coders.iter().copied()).map(str::to_owned),
                values.iter().map(|((unit, codebook), coded)| {
                    let cell = |coder: &&str| coded.get(coder).map_or(String::new(), joined);
                    [key(*unit), (*codebook).to_owned()].into_iter().chain(coders.iter().map(cell)).collect::<Vec<_>>()
                }),
            ),
            Form::Long => table(
                ["coder", "unit", "codebook", "value"].map(str::to_owned),
                values.iter().flat_map(|((unit, codebook), coded)| {
                    let given = coded.iter().filter(|(_, codes)| !codes.is_empty());
                    given.map(|(coder, codes)| [(*coder).to_owned(), key(*unit), (*codebook).to_owned(), joined(codes)])
                }),
            ),
        }
    }

    fn held(&self) -> usize {
        self.0.held()
    }
}
