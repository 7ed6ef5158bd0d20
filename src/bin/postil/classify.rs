//! `postil classify`: JSON Lines in, JSON Lines out, in order.

use crate::{codebooks, learn, lines};
use anyhow::Result;
use postil::exchange::classified;
use postil::text::offsets::Unit;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

/// Reads to the end of the input; fails at the end if any line was bad.
pub(crate) fn run(names: &[String], models: &[PathBuf]) -> Result<ExitCode> {
    let engine = learn::with(codebooks::engine(names)?, models)?;
    lines::answer(io::stdin().lock(), "the standard input", |line, number| {
        Ok(match classified::parse(line, number) {
            Ok(Some(unit)) => {
                let reading = engine.read(&unit.text, Unit::CodePoints);
                Ok(Some(classified::line(&unit.id, &reading, engine.model())?))
            }
            Ok(None) => Ok(None),
            Err(bad) => Err(bad),
        })
    })
}
