//! `postil merge`: records of several coders in, one set of records out.

use crate::output;
use anyhow::{Context, Result};
use postil::exchange::jsonl;
use postil::exchange::merge::{Astray, Merge};
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::ExitCode;

/// What it is asked.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Records as JSON Lines, as the extension exports them or as `merge` writes them.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Where to write; the standard output if absent.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Writes the union, or nothing if a line of any file is bad.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let name = |index: usize| arguments.files.get(index).map(|file| file.display().to_string()).unwrap_or_default();
    let mut merge = Merge::default();
    for (index, file) in arguments.files.iter().enumerate() {
        let input = File::open(file).with_context(|| format!("{} cannot be read", file.display()))?;
        for line in jsonl::read(BufReader::new(input)) {
            merge.push(index, line.with_context(|| name(index))?)?;
        }
    }
    let (lines, report) = merge.finish()?;
    output::whole(arguments.output.as_deref(), |file| {
        for line in &lines {
            serde_json::to_writer(&mut *file, line)?;
            file.write_all(b"\n")?;
        }
        Ok(())
    })?;
    for conflict in &report.conflicts {
        let files: Vec<String> = conflict.files.iter().map(|index| name(*index)).collect();
        let fields: Vec<&str> = conflict.fields.iter().map(String::as_str).collect();
        eprintln!(
            "conflict: {} in {}: {} differ; all versions are kept",
            conflict.id,
            files.join(", "),
            fields.join(", ")
        );
    }
    for Astray { id, file, modified, stands } in &report.astray {
        let says = match (stands, modified) {
            (true, Some(modified)) => format!("says that it was edited at {modified}"),
            (true, None) => "says that it stands as it was made".into(),
            (false, _) => "says that it does not stand".into(),
        };
        eprintln!(
            "no entry for it: {} {says} of {id}; the log is followed; export that coder's records again",
            name(*file)
        );
    }
    eprintln!(
        "{} records, {} coders; {} units by several coders, {} of them coded differently; {} conflicts",
        lines.len(),
        report.coders,
        report.shared,
        report.disagreed,
        report.conflicts.len(),
    );
    Ok(ExitCode::SUCCESS)
}
