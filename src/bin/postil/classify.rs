//! `postil classify`: JSON Lines in, JSON Lines out, in order.

use crate::codebooks;
use anyhow::{Context, Result};
use postil::engine::Engine;
use postil::service::protocol::{
    CodeProbability, CodebookReading, CodebookRef, EntityFinding, Finding, ModelRef, TargetStance,
};
use postil::text::offsets::Unit;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufWriter, Read, Write};
use std::process::ExitCode;

/// Longest input line, in bytes; a longer one is an error of its own, not of the run.
const MAX_LINE: u64 = 16 << 20;

#[derive(Deserialize)]
struct Input {
    id: Value,
    text: String,
}

#[derive(Serialize)]
struct Output<'a> {
    id: &'a Value,
    results: Vec<ResultLine>,
    entities: Vec<EntityFinding>,
    model: &'a ModelRef,
}

#[derive(Serialize)]
struct ResultLine {
    codebook: CodebookRef,
    tier: Option<u8>,
    tier_probability: Vec<f32>,
    stance: Option<String>,
    stance_probability: BTreeMap<String, f32>,
    targets: Vec<TargetStance>,
    support: Option<f32>,
    base: f32,
    codes: Vec<CodeProbability>,
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct ErrorLine {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Value>,
    error: String,
    line: usize,
}

/// Reads to the end of the input; fails at the end if any line was bad.
pub(crate) fn run(names: &[String]) -> Result<ExitCode> {
    let engine = Engine::new(codebooks::load(names)?);
    let mut input = io::stdin().lock();
    let mut output = BufWriter::new(io::stdout().lock());
    let mut code = ExitCode::SUCCESS;
    for number in 1.. {
        let Some(line) = next_line(&mut input).context("cannot read the standard input")? else {
            break;
        };
        match line.and_then(|line| parse(&line)) {
            Ok(None) => continue,
            Ok(Some(unit)) => write(&mut output, &classified(&engine, &unit))?,
            Err((id, error)) => {
                write(&mut output, &ErrorLine { id, error, line: number })?;
                code = ExitCode::FAILURE;
            }
        }
    }
    output.flush().context("cannot write to the standard output")?;
    Ok(code)
}

type Bad = (Option<Value>, String);

/// The next line, or why it is none; `None` at the end of the input.
fn next_line(input: &mut impl BufRead) -> io::Result<Option<Result<String, Bad>>> {
    let mut bytes = Vec::new();
    input.by_ref().take(MAX_LINE).read_until(b'\n', &mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if bytes.len() as u64 == MAX_LINE && !bytes.ends_with(b"\n") {
        input.skip_until(b'\n')?;
        return Ok(Some(Err((None, format!("the line is longer than {MAX_LINE} bytes; split it")))));
    }
    Ok(Some(String::from_utf8(bytes).map_err(|_| (None, "the line is not UTF-8".into()))))
}

/// A unit, nothing for a blank line, or what is wrong with the line.
fn parse(line: &str) -> Result<Option<Input>, Bad> {
    if line.trim().is_empty() {
        return Ok(None);
    }
    serde_json::from_str(line).map(Some).map_err(|error| {
        let id = serde_json::from_str::<Value>(line).ok().and_then(|value| value.get("id").cloned());
        (id, format!("expected {{\"id\", \"text\"}}: {error}"))
    })
}

fn classified<'a>(engine: &'a Engine, unit: &'a Input) -> Output<'a> {
    let reading = engine.read(&unit.text, Unit::CodePoints);
    let results = reading.results.into_iter().map(result_line).collect();
    Output { id: &unit.id, results, entities: reading.entities, model: engine.model() }
}

fn result_line(reading: CodebookReading) -> ResultLine {
    ResultLine {
        codebook: reading.codebook,
        tier: reading.tier,
        tier_probability: reading.tier_probability,
        stance: reading.stance,
        stance_probability: reading
            .stance_probability
            .into_iter()
            .map(|entry| (entry.stance, entry.probability))
            .collect(),
        targets: reading.targets,
        support: reading.support,
        base: reading.base,
        codes: reading.codes,
        findings: reading.findings,
    }
}

fn write(output: &mut impl Write, line: &impl Serialize) -> Result<()> {
    serde_json::to_writer(&mut *output, line)?;
    output.write_all(b"\n").context("cannot write to the standard output")
}
