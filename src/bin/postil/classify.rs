//! `postil classify`: JSON Lines in, JSON Lines out, in order.

use crate::lines::next_line;
use crate::{codebooks, learn};
use anyhow::{Context, Result};
use postil::exchange::classified::{self, Bad};
use postil::text::offsets::Unit;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Reads to the end of the input; fails at the end if any line was bad.
pub(crate) fn run(names: &[String], models: &[PathBuf]) -> Result<ExitCode> {
    let engine = learn::with(codebooks::engine(names)?, models)?;
    let mut input = io::stdin().lock();
    let mut output = BufWriter::new(io::stdout().lock());
    let mut code = ExitCode::SUCCESS;
    for number in 1.. {
        let Some(line) = next_line(&mut input).context("cannot read the standard input")? else {
            break;
        };
        let unread = |error| Bad { id: None, error, line: number };
        let line = match line.map_err(unread).and_then(|line| classified::parse(&line, number)) {
            Ok(None) => continue,
            Ok(Some(unit)) => classified::line(&unit.id, &engine.read(&unit.text, Unit::CodePoints), engine.model())?,
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
