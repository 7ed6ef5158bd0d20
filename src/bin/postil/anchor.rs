//! `postil anchor`: JSON Lines in, JSON Lines out, in order.

use crate::lines::next_line;
use anyhow::{Context, Result};
use postil::annotation::anchor::Anchorer;
use postil::exchange::anchored::{self, Input};
use postil::exchange::classified::{self, Bad};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What it is asked.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The lines; the standard input if absent.
    file: Option<PathBuf>,
}

/// Reads to the end of the input; fails at the end if any line was bad.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.file {
        Some(file) => answer(BufReader::new(open(file)?), &file.display().to_string()),
        None => answer(io::stdin().lock(), "the standard input"),
    }
}

fn answer(mut input: impl BufRead, name: &str) -> Result<ExitCode> {
    let mut output = BufWriter::new(io::stdout().lock());
    let mut code = ExitCode::SUCCESS;
    // Many quotes of one text come one after the other.
    let mut text = Anchorer::new("");
    for number in 1.. {
        let Some(line) = next_line(&mut input).with_context(|| format!("cannot read {name}"))? else {
            break;
        };
        let unread = |error| Bad { id: None, error, line: number };
        let line = match line.map_err(unread).and_then(|line| anchored::parse(&line, number)) {
            Ok(None) => continue,
            Ok(Some(input)) => {
                if input.text != text.text() {
                    text = Anchorer::new(input.text.clone());
                }
                found(&input, &text)?
            }
            Err(bad) => {
                code = ExitCode::FAILURE;
                classified::bad_line(&bad)?
            }
        };
        output.write_all(line.as_bytes()).context("cannot write to the standard output")?;
    }
    output.flush().context("cannot write to the standard output")?;
    Ok(code)
}

fn found(input: &Input, text: &Anchorer<'_>) -> Result<String> {
    Ok(anchored::line(input.id.as_ref(), text, &text.find(&input.wanted()))?)
}

fn open(file: &Path) -> Result<File> {
    File::open(file).with_context(|| format!("cannot read {}", file.display()))
}
