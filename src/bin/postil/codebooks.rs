//! Codebooks by id or file.

use crate::show;
use anyhow::{Context, Result, bail};
use postil::codebook::advice::advice;
use postil::codebook::format::{Fault, MAX_BYTES, Parsed, parse, place};
use postil::codebook::model::Indicator;
use postil::codebook::{Codebook, CompiledSet, builtin};
use postil::engine::Engine;
use postil::judgement::shipped;
use postil::service::protocol::CodebookReading;
use postil::text::offsets::Unit;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

/// Compiles the named codebooks, or the default set of those that ship.
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

/// An engine over the named codebooks, or the default set, with the models that ship.
pub(crate) fn engine(names: &[String]) -> Result<Engine> {
    Ok(Engine::new(load(names)?).with_models(shipped::models()?))
}

/// Checks a file and prints every fault, and what is doubtful.
pub(crate) fn check(file: &Path) -> Result<ExitCode> {
    let source = read(file)?;
    match parse(&source) {
        Ok(Parsed { codebook, skipped }) => {
            let doubtful = place(&source, advice(&codebook));
            print(file, &skipped);
            print(file, &doubtful);
            // Compiling is the last check: it builds what the engine will run.
            let (id, version, codes) = (codebook.id.clone(), codebook.version.clone(), codebook.codes.len());
            for language in codebook.languages.iter().filter(|language| !language.reviewed) {
                let what = show::unreviewed(&codebook);
                println!("{}: `{}` is {what}", file.display(), language.tag);
            }
            let engine = Engine::new(CompiledSet::compile(vec![codebook.clone()])?);
            for code in &codebook.codes {
                for indicator in &code.indicators {
                    try_out(&engine, &code.id, indicator, file);
                }
            }
            println!("{id} {version}: {codes} codes, {} left out, {} doubtful", skipped.len(), doubtful.len());
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => {
            print(file, &faults);
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Says where an indicator's own examples are not what they are meant to be.
fn try_out(engine: &Engine, code: &str, indicator: &Indicator, file: &Path) {
    let read = |text: &str| engine.read(text, Unit::CodePoints).results.into_iter().next();
    let note = |what: &str| println!("{}: indicator `{}`: {what}", file.display(), indicator.id);
    let fires = indicator.fires.as_deref().and_then(read);
    if fires.is_some_and(|reading| !reading.findings.iter().any(|finding| finding.indicator == indicator.id)) {
        note("it is not found in its `fires` text");
    }
    let decides = |reading: CodebookReading| match reading.support {
        Some(support) => support >= 0.5,
        None => reading.codes.iter().any(|found| found.code == code && found.probability >= 0.5),
    };
    if indicator.harmless.as_deref().and_then(read).is_some_and(decides) {
        note("its `harmless` text decides; lower the weight, or say what must stand beside the word");
    }
}

/// Lists the codebooks that ship.
pub(crate) fn list() -> Result<ExitCode> {
    let codebooks = builtin::all().map(|(id, _)| one(id)).collect::<Result<Vec<_>>>()?;
    let width = codebooks.iter().map(|codebook| codebook.id.len()).max().unwrap_or_default();
    let lines = codebooks
        .iter()
        .map(|codebook| format!("{:width$}  {}  {}\n", codebook.id, codebook.version, codebook.title))
        .collect::<String>();
    write(&lines)
}

/// Prints a codebook, as a page for people or as JSON.
pub(crate) fn show(name: &str, json: bool) -> Result<ExitCode> {
    let codebook = one(name)?;
    if json { write(&format!("{}\n", serde_json::to_string_pretty(&codebook)?)) } else { write(&show::page(&codebook)) }
}

/// Writes to the standard output; a pager that closes it early has seen enough.
pub(crate) fn write(text: &str) -> Result<ExitCode> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// A codebook by the id of one that ships, or by its file.
pub(crate) fn one(name: &str) -> Result<Codebook> {
    let shipped = builtin::all().find(|(id, _)| *id == name);
    let source = match shipped {
        Some((_, source)) => source.to_owned(),
        None if Path::new(name).exists() => read(Path::new(name))?,
        None => {
            let ids: Vec<&str> = builtin::all().map(|(id, _)| id).collect();
            bail!("`{name}` is neither a file nor a codebook that ships; these ship: {}", ids.join(", "));
        }
    };
    let lines = |faults: &[Fault]| faults.iter().map(|fault| format!("{name}:{fault}\n")).collect::<String>();
    match parse(&source) {
        Ok(parsed) => {
            eprint!("{}", lines(&parsed.skipped));
            Ok(parsed.codebook)
        }
        Err(faults) => bail!("the codebook cannot be used\n{}", lines(&faults).trim_end()),
    }
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
