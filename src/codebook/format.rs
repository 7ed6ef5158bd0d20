//! The TOML file of a codebook.
//!
//! Purpose: text in, model out, and every error with line, column and field.
//! Invariants: never reads the file system; a file of more than [`MAX_BYTES`] is refused unread.

use super::model::Codebook;
use super::validate::{self, Finding, Grade};
use super::wording;
use serde::{Deserialize, Serialize};
use std::fmt;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 32 << 20;

/// A fault in a codebook file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Line, from 1.
    pub line: usize,
    /// Column in code points, from 1.
    pub column: usize,
    /// Path to the field; empty where the file is not TOML at all.
    pub field: String,
    /// What is wrong and how to mend it.
    pub message: String,
    /// Whether the codebook is refused, the entry left out, or nothing changed.
    pub grade: Grade,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.line, self.column)?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.message)?;
        match self.grade {
            Grade::Problem => Ok(()),
            Grade::Skipped => f.write_str(" (left out; the rest is used)"),
            Grade::Doubtful => f.write_str(" (used as it is)"),
        }
    }
}

/// A codebook that can be used, and what of it is left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The model, with everything that was written.
    pub codebook: Codebook,
    /// Entries left out on compiling.
    pub skipped: Vec<Fault>,
}

/// Reads a codebook file.
///
/// # Errors
/// Every fault found; at least one is a problem.
pub fn parse(source: &str) -> Result<Parsed, Vec<Fault>> {
    let codebook = read(source).map_err(|fault| vec![fault])?;
    let faults = place(source, validate::validate(&codebook));
    if faults.iter().any(|fault| fault.grade == Grade::Problem) {
        Err(faults)
    } else {
        Ok(Parsed { codebook, skipped: faults })
    }
}

/// Reads a codebook file, and checks nothing but that it is one.
///
/// # Errors
/// What keeps it from being a codebook's file, in place.
pub fn read(source: &str) -> Result<Codebook, Fault> {
    if source.len() > MAX_BYTES {
        return Err(fault(source, 0, "", format!("the file is larger than {MAX_BYTES} bytes"), Grade::Problem));
    }
    toml::from_str(source).map_err(|error| {
        let (field, message) = wording::reworded(source, &error);
        fault(source, error.span().map_or(0, |span| span.start), &field, message, Grade::Problem)
    })
}

/// Says where in its file each finding about a codebook stands, in the order of the file.
pub fn place(source: &str, findings: Vec<Finding>) -> Vec<Fault> {
    // A file that was read parses; of another one nothing can be said but that.
    let tree = DeTable::parse(source).ok();
    let offset = |field: &str| tree.as_ref().map_or(0, |tree| locate(tree, field));
    let faults = findings.into_iter();
    let mut faults: Vec<Fault> =
        faults.map(|Finding { field, message, grade }| fault(source, offset(&field), &field, message, grade)).collect();
    faults.sort_by_key(|fault| (fault.line, fault.column));
    faults
}

/// A fault at an offset of its file, in bytes.
pub(crate) fn fault(source: &str, offset: usize, field: &str, message: String, grade: Grade) -> Fault {
    let (line, column) = position(source, offset);
    Fault { line, column, field: field.into(), message, grade }
}

/// Where a field stands, or the nearest thing around it that is written.
fn locate(tree: &Spanned<DeTable<'_>>, field: &str) -> usize {
    let mut offset = 0;
    let mut table = Some(tree.get_ref());
    for step in field.split('.') {
        let Some(current) = table else { break };
        let (name, index) = match step.split_once('[') {
            Some((name, rest)) => (name, rest.trim_end_matches(']').parse::<usize>().ok()),
            None => (step, None),
        };
        let Some((key, value)) = current.get_key_value(name) else {
            break;
        };
        offset = key.span().start;
        let mut value = value;
        if let (Some(index), DeValue::Array(items)) = (index, value.get_ref()) {
            let Some(item) = items.get(index) else { break };
            offset = item.span().start;
            value = item;
        }
        table = match value.get_ref() {
            DeValue::Table(inner) => Some(inner),
            _ => None,
        };
    }
    offset
}

fn position(source: &str, offset: usize) -> (usize, usize) {
    let before = source.get(..offset).unwrap_or(source);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}
