//! `postil train`: from a list of sources to the weights of a model.
//!
//! Invariants: the same list, files and codebook give the same bytes; no text is printed.

use crate::codebooks;
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use postil::codebook::Compiled;
use postil::engine::Engine;
use postil::evaluation::labelled::{self, Case, Labels};
use postil::evaluation::predict::{Prediction, predict};
use postil::evaluation::report::{Given, Report, Sample};
use postil::evaluation::yardstick::Yardstick;
use postil::judgement::heads::Heads;
use postil::training::fit::{Prepared, Trace, apart, fit, prepare};
use postil::training::sources::{Check, Sources};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Args)]
pub(crate) struct Arguments {
    /// The list of what to learn from (TOML).
    #[arg(value_name = "SOURCES")]
    sources: PathBuf,
    /// The folder with the files that it names.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Where to write the model; without it, nothing is written.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Also learn without each part of what the list checks, and report how that part is read.
    #[arg(long)]
    check: bool,
}

/// Learns, writes the model, and checks if asked to.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let name = arguments.sources.display();
    let text = fs::read_to_string(&arguments.sources).with_context(|| format!("cannot read {name}"))?;
    let sources = Sources::parse(&text).with_context(|| format!("{name} is no list of sources"))?;
    let engine = Engine::new(codebooks::load(std::slice::from_ref(&sources.codebook))?);
    let compiled = engine.codebooks().first().ok_or_else(|| anyhow!("there is no codebook `{}`", sources.codebook))?;
    let codebook = &compiled.codebook;
    let heads = Heads::of(codebook).ok_or_else(|| anyhow!("`{}` has no scale: nothing is support", codebook.id))?;
    let beside = arguments.sources.parent().unwrap_or(Path::new("."));
    let rows = prepare(&engine, codebook, sources.rows(codebook, &arguments.data, beside)?);
    eprintln!("{} rows", rows.len());
    if let Some(output) = &arguments.output {
        let model = fit(&sources, codebook, &heads, &rows.iter().collect::<Vec<_>>())?;
        let bytes = model.to_bytes()?;
        fs::write(output, &bytes).with_context(|| format!("cannot write {}", output.display()))?;
        eprintln!("{} features, {} bytes, {}", model.content().keys.len(), bytes.len(), model.reference().hash);
    }
    if !arguments.check {
        return Ok(ExitCode::SUCCESS);
    }
    let with = Learning { sources: &sources, engine: &engine, compiled, heads: &heads, rows: &rows };
    let reports: Vec<String> =
        sources.checks.iter().map(|check| with.report(check, &arguments.data)).collect::<Result<_>>()?;
    codebooks::write(&reports.concat())
}

/// Everything that a model is made from.
struct Learning<'l> {
    sources: &'l Sources,
    engine: &'l Engine,
    compiled: &'l Compiled,
    heads: &'l Heads,
    rows: &'l [Prepared],
}

impl Learning<'_> {
    /// How a part of what is checked is read by models that have not seen it.
    fn report(&self, check: &Check, data: &Path) -> Result<String> {
        let codebook = &self.compiled.codebook;
        let cases = cases(data, check)?;
        let mut predictions: Vec<Option<Prediction>> = vec![None; cases.len()];
        for part in parts(check, &cases)? {
            let unseen = self.without(check, &cases, &part)?;
            let texts: Vec<&str> = part.iter().map(|&index| cases[index].text.as_str()).collect();
            for (index, prediction) in part.iter().zip(predict(&unseen, &texts, |_| {})) {
                predictions[*index] = prediction.into_iter().next();
            }
        }
        let predictions: Vec<Prediction> = predictions.into_iter().flatten().collect();
        let yardstick = Yardstick::of(codebook).ok_or_else(|| anyhow!("`{}` has no scale", codebook.id))?;
        let report = Report::new(Given {
            codebook: &self.compiled.reference,
            yardstick: &yardstick,
            samples: &[Sample { name: check.id.clone(), negatives: check.negatives, cases }],
            predictions: &predictions.iter().collect::<Vec<_>>(),
            keys: &["source", "event"],
            threshold: 0.5,
        });
        Ok(format!("{report}\n"))
    }

    /// An engine with a model that has seen nothing of a part of the cases, nor what nearly equals it.
    fn without(&self, check: &Check, cases: &[Case], part: &[usize]) -> Result<Engine> {
        let cases = part.iter().map(|&index| &cases[index]);
        let place = |case: &Case| (check.file.clone(), case.line);
        let held: Vec<Trace> = cases.map(|case| Trace::new(place(case), &self.sources.stripped(&case.text))).collect();
        let learned = self.rows.iter().filter(|row| !check.without.contains(&self.sources.sources[row.row.source].id));
        let learned: Vec<&Prepared> = apart(learned, &held);
        let model = fit(self.sources, &self.compiled.codebook, self.heads, &learned)?;
        Ok(self.engine.with(Vec::new(), |_| true)?.with_models(vec![Arc::new(model)]))
    }
}

fn cases(data: &Path, check: &Check) -> Result<Vec<Case>> {
    let text = fs::read_to_string(data.join(&check.file)).with_context(|| format!("cannot read {}", check.file))?;
    let labels = if check.negatives { Labels::Negative } else { Labels::Given };
    labelled::parse(&text, labels).map_err(|fault| anyhow!("{}:{fault}", check.file))
}

/// The cases by the part that they are in.
fn parts(check: &Check, cases: &[Case]) -> Result<Vec<Vec<usize>>> {
    let mut parts = BTreeMap::<String, Vec<usize>>::new();
    for (index, case) in cases.iter().enumerate() {
        let part = match (check.folds, &check.by) {
            (Some(folds), None) if folds > 0 => (index % folds).to_string(),
            (None, Some(key)) => case.keys.get(key).cloned().unwrap_or_default(),
            _ => bail!("check `{}`: give either `folds`, 1 or more, or `by`", check.id),
        };
        parts.entry(part).or_default().push(index);
    }
    Ok(parts.into_values().collect())
}
