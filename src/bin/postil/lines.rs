//! JSON Lines in, JSON Lines out, in order; what is wrong with a line is told in its place.

use anyhow::{Context, Result};
use postil::exchange::classified::{self, Bad};
use std::io::{self, BufRead, BufWriter, Read, Write};
use std::process::ExitCode;

/// Longest input line, in bytes; a longer one is an error of its own, not of the run.
const MAX_LINE: u64 = 16 << 20;

/// Answers each line of an input, called `name` to people, on the standard output; fails at the end if any line was bad.
/// `one` is given a line and its number, and has no answer to a blank one.
pub(crate) fn answer(
    mut input: impl BufRead,
    name: &str,
    mut one: impl FnMut(&str, usize) -> Result<Result<Option<String>, Bad>>,
) -> Result<ExitCode> {
    let mut output = BufWriter::new(io::stdout().lock());
    let mut code = ExitCode::SUCCESS;
    for number in 1.. {
        let Some(line) = next_line(&mut input).with_context(|| format!("cannot read {name}"))? else {
            break;
        };
        let answered = match line {
            Ok(line) => one(&line, number)?,
            Err(error) => Err(Bad { id: None, error, line: number }),
        };
        let line = match answered {
            Ok(None) => continue,
            Ok(Some(line)) => line,
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

/// The next line, or why it is none; `None` at the end of the input.
fn next_line(input: &mut impl BufRead) -> io::Result<Option<std::result::Result<String, String>>> {
    let mut bytes = Vec::new();
    input.by_ref().take(MAX_LINE).read_until(b'\n', &mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if bytes.len() as u64 == MAX_LINE && !bytes.ends_with(b"\n") {
        input.skip_until(b'\n')?;
        return Ok(Some(Err(format!("the line is longer than {MAX_LINE} bytes; split it"))));
    }
    Ok(Some(String::from_utf8(bytes).map_err(|_| "the line is not UTF-8".into())))
}
