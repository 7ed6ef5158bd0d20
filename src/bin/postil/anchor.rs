//! `postil anchor`: quotes in, what became of them out.

use crate::lines;
use anyhow::{Context, Result};
use postil::annotation::anchor::Anchorer;
use postil::exchange::anchored;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;
use std::process::ExitCode;

/// What it is asked.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The lines; the standard input if absent.
    file: Option<PathBuf>,
}

/// Reads to the end of the input; fails at the end if any line was bad.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let Some(file) = &arguments.file else { return answer(io::stdin().lock(), "the standard input") };
    let name = file.display().to_string();
    answer(BufReader::new(File::open(file).with_context(|| format!("cannot read {name}"))?), &name)
}

fn answer(input: impl BufRead, name: &str) -> Result<ExitCode> {
    // Many quotes of one text come one after the other.
    let mut text = Anchorer::new("");
    lines::answer(input, name, |line, number| {
        let input = match anchored::parse(line, number) {
            Ok(Some(input)) => input,
            Ok(None) => return Ok(Ok(None)),
            Err(bad) => return Ok(Err(bad)),
        };
        if input.text != text.text() {
            text = Anchorer::new(input.text.clone());
        }
        Ok(Ok(Some(anchored::line(input.id.as_ref(), &text, &text.find(&input.wanted()))?)))
    })
}
