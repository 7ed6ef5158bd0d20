//! `postil agreement`: what several coders said, as CSV, in; coefficients out.
//!
//! Invariants: columns are found by their names, others are left alone; an error names file and line and says how to mend it.

use crate::codebooks;
use anyhow::{Context, Result, anyhow, bail};
use csv::StringRecord;
use postil::agreement::coding::{Coding, Level};
use postil::agreement::continuum::{Continuum, MAX_LENGTH, Span};
use postil::agreement::report::{Report, SpanReport};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Largest file, in bytes.
const MAX_BYTES: u64 = 64 << 20;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// CSV with the columns `coder,unit,value`; several values of one unit are joined by `|`, and one that is missing is an empty
    /// cell or no row. With --spans, `coder,start,end,value`: positions from 0, the end not in the span; a row with the coder alone
    /// is one who found nothing.
    #[arg(long, value_name = "FILE.csv")]
    input: PathBuf,
    /// Measure rows of this codebook alone, where a column `codebook` tells, as in what `export --to ratings` writes.
    #[arg(long, value_name = "ID", conflicts_with = "spans")]
    codebook: Option<String>,
    /// What may be done with the values.
    #[arg(long, value_enum, default_value = "nominal", conflicts_with = "spans")]
    level: Given,
    /// Measure spans in one text.
    #[arg(long, requires = "length")]
    spans: bool,
    /// With --spans: how many positions the text has.
    #[arg(long, value_name = "N", requires = "spans", value_parser = clap::value_parser!(u64).range(1..=MAX_LENGTH))]
    length: Option<u64>,
    /// As JSON, for programs.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Given {
    /// Same or not.
    Nominal,
    /// Numbers that say which is more.
    Ordinal,
    /// Numbers that say by how much.
    Interval,
    /// Numbers with a true zero.
    Ratio,
}

impl From<Given> for Level {
    fn from(given: Given) -> Self {
        match given {
            Given::Nominal => Self::Nominal,
            Given::Ordinal => Self::Ordinal,
            Given::Interval => Self::Interval,
            Given::Ratio => Self::Ratio,
        }
    }
}

/// Reads the file and prints its report.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let (json, text) = match arguments.length {
        Some(length) => {
            let report = spans(&arguments.input, length)?;
            (report.json(), report.to_string())
        }
        None => {
            let report = Report::new(&coding(arguments)?);
            (report.json(), report.to_string())
        }
    };
    codebooks::write(&if arguments.json { serde_json::to_string_pretty(&json)? + "\n" } else { text })
}

fn coding(arguments: &Arguments) -> Result<Coding> {
    let mut coding = Coding::new(arguments.level.into());
    let wanted = arguments.codebook.as_deref();
    let mut first = None;
    rows(&arguments.input, ["coder", "unit", "value", "codebook"], 3, |[coder, unit, value, codebook]| {
        if wanted.is_some_and(|wanted| wanted != codebook) {
            return Ok(());
        }
        // A unit has a value under each codebook, and those of two are no values of one scale.
        let first = first.get_or_insert_with(|| codebook.to_owned());
        if first != codebook {
            bail!("it is coded under `{codebook}`, and a row above under `{first}`; name one with --codebook");
        }
        let values = value.split('|').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect();
        if unit.is_empty() {
            bail!("the unit has no name");
        }
        Ok(coding.say(coder, unit, values)?)
    })?;
    Ok(coding)
}

/// Start, end and code of a span.
type Found = (u64, u64, String);

fn spans(path: &Path, length: u64) -> Result<SpanReport> {
    let mut coders: Vec<String> = Vec::new();
    let mut found: Vec<Vec<Found>> = Vec::new();
    rows(path, ["coder", "start", "end", "value"], 4, |[coder, start, end, value]| {
        let place = coders.iter().position(|it| it == coder).unwrap_or_else(|| {
            coders.push(coder.to_owned());
            found.push(Vec::new());
            coders.len() - 1
        });
        if [start, end, value].iter().all(|cell| cell.is_empty()) {
            return Ok(());
        }
        let position =
            |cell: &str| cell.parse().map_err(|_| anyhow!("`{cell}` is no position; write a whole number from 0"));
        let (start, end): (u64, u64) = (position(start)?, position(end)?);
        if value.is_empty() {
            bail!("the span has no value; write its code");
        }
        // Said of the line, and once more by the continuum, which knows of no lines.
        if start >= end || end > length {
            bail!("{start} to {end} is no span of 0 to {length}: let it begin before it ends, and end by {length}");
        }
        found[place].push((start, end, value.to_owned()));
        Ok(())
    })?;
    let codes: BTreeSet<&String> = found.iter().flatten().map(|(.., code)| code).collect();
    let codes: Vec<String> = codes.into_iter().cloned().collect();
    let span =
        |(start, end, code): &Found| Some(Span { start: *start, end: *end, code: codes.binary_search(code).ok()? });
    let spans = found.iter().map(|found| found.iter().filter_map(span).collect()).collect();
    Ok(SpanReport::new(&Continuum::new(length, spans)?, &codes))
}

/// Reads the named columns of each row; those from `optional` on need not be there, and are empty then.
fn rows<const N: usize>(
    path: &Path,
    names: [&str; N],
    optional: usize,
    mut row: impl FnMut([&str; N]) -> Result<()>,
) -> Result<()> {
    let name = path.display();
    let length = fs::metadata(path).with_context(|| format!("cannot read {name}"))?.len();
    if length > MAX_BYTES {
        bail!("{name} has {length} bytes; split it into files of at most {MAX_BYTES}");
    }
    let source = fs::read_to_string(path).with_context(|| format!("cannot read {name} as UTF-8"))?;
    // Excel begins a file of UTF-8 with a mark.
    let source = source.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(source.as_bytes());
    let head = reader.headers().with_context(|| format!("{name}: it is no CSV"))?.clone();
    let columns = names.map(|wanted| head.iter().position(|cell| cell.trim() == wanted));
    if let Some((wanted, _)) = names[..optional].iter().zip(columns).find(|(_, column)| column.is_none()) {
        bail!("{name}:1: there is no column `{wanted}`; the first line names {}", names[..optional].join(","));
    }
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).with_context(|| name.to_string())? {
        let line = record.position().map_or(0, csv::Position::line);
        let cells = columns.map(|column| column.and_then(|column| record.get(column)).unwrap_or_default().trim());
        let done = if cells[0].is_empty() { Err(anyhow!("the coder has no name")) } else { row(cells) };
        done.with_context(|| format!("{name}:{line}"))?;
    }
    Ok(())
}
