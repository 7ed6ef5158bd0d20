//! Files that are written whole or not at all.

use anyhow::{Context, Result};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes to a file, or to the standard output. What was at the path before stays there until everything is written beside it.
pub(crate) fn whole(path: Option<&Path>, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let Some(path) = path else {
        return filled(io::stdout().lock(), write);
    };
    let name = path.file_name().context("the output is no file")?.to_string_lossy();
    let part = path.with_file_name(format!(".{name}.part"));
    let file = File::create(&part).with_context(|| format!("cannot write {}", part.display()))?;
    let done = filled(file, write)
        .and_then(|()| fs::rename(&part, path).with_context(|| format!("cannot write {}", path.display())));
    if done.is_err() {
        let _ = fs::remove_file(&part);
    }
    done
}

fn filled(output: impl Write, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let mut output = BufWriter::new(output);
    write(&mut output)?;
    output.flush().context("cannot write")
}
