//! The sizes of what ships against their budgets.
//!
//! Invariants: a limit is a gate; it is raised in this table, with a reason in the commit, or not at all.
//! Must not touch: what is measured.

use anyhow::{Context as _, Result, bail};
use flate2::{Compression, write::GzEncoder};
use postil::codebook::builtin;
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

/// What a file may weigh, in thousands of bytes.
struct Budget {
    part: &'static str,
    file: &'static str,
    measure: Measure,
    /// What we want.
    budget: usize,
    /// What fails the build: the budget, or while a part is over it what it may not grow beyond.
    limit: usize,
}

const BUDGETS: &[Budget] = &[
    // Half of it is the regex engine and the tables of Unicode.
    Budget { part: "engine", file: "engine_bg.wasm", measure: Measure::Gzipped, budget: 300, limit: 840 },
    Budget { part: "panel, popup", file: "panel_bg.wasm", measure: Measure::Gzipped, budget: 500, limit: 582 },
    Budget { part: "options", file: "options_bg.wasm", measure: Measure::Gzipped, budget: 500, limit: 500 },
    // A form for every field of the model; opened in a tab of its own, by those who write codebooks.
    Budget { part: "editor", file: "editor_bg.wasm", measure: Measure::Gzipped, budget: 500, limit: 540 },
    // For files alone: no page waits for it before a file is asked for.
    Budget { part: "archive", file: "archive_bg.wasm", measure: Measure::Gzipped, budget: 500, limit: 720 },
    Budget { part: "model", file: "model.bin", measure: Measure::Gzipped, budget: 128, limit: 128 },
    // Half of it is the codebooks themselves, the rest what no start has to build: literals folded, and their automaton.
    Budget { part: "codebooks", file: "codebooks.bin", measure: Measure::Gzipped, budget: 150, limit: 229 },
    Budget { part: "content script", file: "content.js", measure: Measure::Plain, budget: 30, limit: 30 },
    // What the content script has without what it shows on the page.
    Budget { part: "quiet script", file: "quiet.js", measure: Measure::Plain, budget: 25, limit: 25 },
    Budget { part: "overlay", file: "overlay.js", measure: Measure::Plain, budget: 20, limit: 20 },
    Budget { part: "panel's mirror", file: "mirror.js", measure: Measure::Plain, budget: 10, limit: 10 },
    Budget { part: "drawing", file: "region.js", measure: Measure::Plain, budget: 10, limit: 10 },
    Budget { part: "care", file: "care.js", measure: Measure::Plain, budget: 10, limit: 10 },
    Budget { part: "teacher", file: "teach.js", measure: Measure::Plain, budget: 20, limit: 20 },
];

/// Each codebook that is off until the coder switches it on: no automaton, and nothing that a start reads.
const FURTHER: Budget =
    Budget { part: "codebook", file: "codebooks/ID.bin", measure: Measure::Gzipped, budget: 40, limit: 40 };

/// Bytes after gzip at its best level.
fn gzipped(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn kilobytes(bytes: usize) -> String {
    format!("{}.{} KB", bytes / 1000, bytes % 1000 / 100)
}

/// Prints the table for an unpacked package; an error if a limit is exceeded.
pub fn check(package: &Path) -> Result<()> {
    println!("{:<16} {:<30} {:>10} {:>10} {:>10}", "part", "file", "bytes", "measured", "budget");
    let mut over = Vec::new();
    for budget in BUDGETS {
        over.extend(weigh(package, budget.file, budget)?);
    }
    for (id, _) in builtin::FURTHER {
        over.extend(weigh(package, &FURTHER.file.replace("ID", id), &FURTHER)?);
    }
    if over.is_empty() { Ok(()) } else { bail!("too large: {}", over.join("; ")) }
}

/// Prints the line of one file; gives what is wrong with it.
fn weigh(package: &Path, file: &str, of: &Budget) -> Result<Option<String>> {
    let &Budget { part, measure, budget, limit, .. } = of;
    let path = package.join(file);
    let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let (measured, how) = match measure {
        Measure::Plain => (bytes.len(), ""),
        Measure::Gzipped => (gzipped(&bytes)?, " gzipped"),
    };
    let flag = if measured > budget * 1000 { ", OVER" } else { "" };
    println!(
        "{part:<16} {file:<30} {:>10} {:>10} {:>10}{how}{flag}",
        bytes.len(),
        kilobytes(measured),
        kilobytes(budget * 1000)
    );
    Ok((measured > limit * 1000).then(|| format!("{file} has {}{how}, its limit is {limit} KB", kilobytes(measured))))
}
