//! Units by coders, as measures of agreement want them.
//!
//! Shape: CSV as in `csv.rs`. Wide: `unit`, `codebook`, and a column for each coder, by name; a row for each unit and
//! codebook. Long: `coder`, `unit`, `codebook`, `value`.
//! Values: the codes that a coder gave the unit or any span of it, sorted, joined by `|`; `none applies` is a value; empty
//! (long: no row) is a unit that the coder did not decide about, or of which only suggestions were rejected.
//! Holds what stands (`decided.rs`).

use super::csv::table;
use super::decided::Decided;
use super::writer::Failed;
use std::collections::{BTreeMap, BTreeSet};

/// How values are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A column for each coder.
    Wide,
    /// A row for each value.
    Long,
}

/// The table.
pub(super) fn write(decided: &Decided, form: Form) -> Result<Vec<u8>, Failed> {
    let coders: BTreeSet<&str> = decided.decisions.iter().map(|decision| decision.entry.coder.as_str()).collect();
    let mut values: BTreeMap<(usize, &str), BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
    for decision in &decided.decisions {
        let coded = values.entry((decision.unit, &decision.entry.codebook.id)).or_default();
        coded.entry(&decision.entry.coder).or_default().extend(decision.value());
    }
    let joined = |codes: &BTreeSet<&str>| codes.iter().copied().collect::<Vec<_>>().join("|");
    let key = |unit: usize| decided.units[unit].key.clone();
    match form {
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
