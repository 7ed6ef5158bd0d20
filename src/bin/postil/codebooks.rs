//! Codebooks by id or file.

use anyhow::{Context, Result, bail};
use postil::codebook::format::{Fault, MAX_BYTES, Parsed, parse};
use postil::codebook::{Codebook, CompiledSet, builtin};
use std::fs;
use std::path::Path;
use std::process::ExitCode;

/// Compiles the named codebooks, or all that ship.
pub(crate) fn load(names: &[String]) -> Result<CompiledSet> {
    if names.is_empty() {
        return Ok(builtin::set()?);
    }
    let codebooks = names.iter().map(|name| one(name)).collect::<Result<Vec<_>>>()?;
    for (index, codebook) in codebooks.iter().enumerate() {
        if codebooks[..index].iter().any(|other| other.id == codebook.id) {
            bail!("two codebooks have the id `{}`; give one of them another", codebook.id);
        }
    }
    Ok(CompiledSet::compile(codebooks)?)
}

/// Checks a file and prints every fault.
pub(crate) fn check(file: &Path) -> Result<ExitCode> {
    match parse(&read(file)?) {
        Ok(parsed) => {
            print(file, &parsed.skipped);
            // Compiling is the last check: it builds what the engine will run.
            let Parsed { codebook, skipped } = parsed;
            let (id, version, codes) = (codebook.id.clone(), codebook.version.clone(), codebook.codes.len());
            CompiledSet::compile(vec![codebook])?;
            println!("{id} {version}: {codes} codes, {} left out", skipped.len());
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => {
            print(file, &faults);
            Ok(ExitCode::FAILURE)
        }
    }
}

fn one(name: &str) -> Result<Codebook> {
    let shipped = builtin::SOURCES.iter().find(|(id, _)| *id == name);
    let source = match shipped {
        Some((_, source)) => (*source).to_owned(),
        None if Path::new(name).exists() => read(Path::new(name))?,
        None => {
            let ids: Vec<&str> = builtin::SOURCES.iter().map(|(id, _)| *id).collect();
            bail!("`{name}` is neither a file nor a codebook that ships; these ship: {}", ids.join(", "));
        }
    };
    parse(&source).map(|parsed| parsed.codebook).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(|fault| format!("{name}:{fault}")).collect();
        anyhow::anyhow!("the codebook cannot be used\n{}", lines.join("\n"))
    })
}

fn read(file: &Path) -> Result<String> {
    let length = fs::metadata(file).with_context(|| format!("cannot read {}", file.display()))?.len();
    if length > MAX_BYTES as u64 {
        bail!("{} has {length} bytes; a codebook has at most {MAX_BYTES}", file.display());
    }
    fs::read_to_string(file).with_context(|| format!("cannot read {} as UTF-8", file.display()))
}

fn print(file: &Path, faults: &[Fault]) {
    for fault in faults {
        println!("{}:{fault}", file.display());
    }
}
