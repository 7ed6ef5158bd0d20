//! The sizes of what ships against their budgets.
//!
//! Invariants: a budget is a gate; it is raised in this table, with a reason in the commit, or not at all.
//! Must not touch: what is measured.

use anyhow::{Context as _, Result, bail};
use flate2::{Compression, write::GzEncoder};
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// How a size is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    /// As it lies in the package.
    Plain,
    /// After gzip at its best level.
    Gzipped,
}

/// Thousands of bytes that each file may have.
const BUDGETS: &[(&str, &str, Measure, usize)] = &[
    ("engine", "engine_bg.wasm", Measure::Gzipped, 300),
    ("pages", "pages_bg.wasm", Measure::Gzipped, 500),
    ("codebooks", "codebooks.bin", Measure::Plain, 150),
    ("content script", "content.js", Measure::Plain, 30),
];

/// Bytes after gzip at its best level.
fn gzipped(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn kilobytes(bytes: usize) -> String {
    format!("{}.{} KB", bytes / 1000, bytes % 1000 / 100)
}

/// Prints the table for an unpacked package; an error if a budget is exceeded.
pub fn check(package: &Path) -> Result<()> {
    println!("{:<16} {:<16} {:>10} {:>10} {:>10}", "part", "file", "bytes", "measured", "budget");
    let mut over = Vec::new();
    for &(part, file, measure, budget) in BUDGETS {
        let path = package.join(file);
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let (measured, how) = match measure {
            Measure::Plain => (bytes.len(), ""),
            Measure::Gzipped => (gzipped(&bytes)?, " gzipped"),
        };
        println!(
            "{part:<16} {file:<16} {:>10} {:>10} {:>10}{how}",
            bytes.len(),
            kilobytes(measured),
            kilobytes(budget * 1000)
        );
        if measured > budget * 1000 {
            over.push(format!("{part} has {}{how}, its budget is {budget} KB", kilobytes(measured)));
        }
    }
    if over.is_empty() { Ok(()) } else { bail!("over budget: {}", over.join("; ")) }
}
