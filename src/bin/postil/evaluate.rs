//! `postil evaluate`: labelled texts in, figures out.
//!
//! Invariants: an error names file and line; no text is printed.

use crate::{codebooks, learn};
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use postil::agreement::bootstrap::{SAMPLES, SEED};
use postil::codebook::builtin;
use postil::evaluation::labelled::{self, Case, Gold, Labels};
use postil::evaluation::predict::{Prediction, predict};
use postil::evaluation::report::{Given, Report, Sample};
use postil::evaluation::templates;
use postil::evaluation::yardstick::Yardstick;
use postil::service::protocol::ModelRef;
use serde::Serialize;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Largest file, in bytes.
const MAX_BYTES: u64 = 256 << 20;

/// Keys that cases are grouped by where the caller names none.
const KEYS: [&str; 2] = ["lang", "functionality"];

#[derive(Args)]
pub(crate) struct Arguments {
    /// Id of a codebook that ships, or a TOML file; may be given several times. Default: the first that ships.
    #[arg(long, value_name = "ID|FILE")]
    codebook: Vec<String>,
    /// What `learn` wrote, to be read with on top of what ships; may be given several times.
    #[arg(long, value_name = "FILE")]
    model: Vec<PathBuf>,
    /// A file that is wholly negative, whatever its labels say; may be given several times.
    #[arg(long, value_name = "FILE")]
    negatives: Vec<PathBuf>,
    /// Group by this key of the cases; may be given several times. Default: lang and functionality.
    #[arg(long, value_name = "KEY")]
    by: Vec<String>,
    /// As JSON, for programs.
    #[arg(long)]
    json: bool,
    /// Support from which a text counts as flagged, 0 to 1.
    #[arg(long, value_name = "SUPPORT", default_value = "0.5", value_parser = probability)]
    threshold: f64,
    /// Labelled texts: JSON Lines (`.jsonl`) or templates (`.toml`).
    #[arg(value_name = "FILE", required_unless_present = "negatives")]
    files: Vec<PathBuf>,
}

fn probability(text: &str) -> Result<f64, String> {
    let value: Option<f64> = text.parse().ok();
    value.filter(|value| (0.0..=1.0).contains(value)).ok_or_else(|| "it is a number from 0 to 1".to_owned())
}

/// What is printed for programs.
#[derive(Serialize)]
struct Output<'a> {
    model: &'a ModelRef,
    bootstrap: Bootstrap,
    reports: &'a [Report],
}

#[derive(Serialize)]
struct Bootstrap {
    samples: usize,
    seed: u64,
}

/// Reads everything, then prints a report for each codebook.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let first = || builtin::SOURCES.first().map(|(id, _)| (*id).to_owned());
    let named = !arguments.codebook.is_empty();
    let names = if named { arguments.codebook.clone() } else { first().into_iter().collect() };
    let engine = learn::with(codebooks::engine(&names)?, &arguments.model)?;
    let scaled = engine.codebooks().iter().map(|compiled| match Yardstick::of(&compiled.codebook) {
        Some(yardstick) => Ok((&compiled.reference, yardstick)),
        None => bail!("`{}` has no scale, so nothing is support; name a codebook that has one", compiled.reference.id),
    });
    let codebooks = scaled.collect::<Result<Vec<_>>>()?;

    let labelled = arguments.files.iter().map(|file| sample(file, Labels::Given));
    let negatives = arguments.negatives.iter().map(|file| sample(file, Labels::Negative));
    let samples = labelled.chain(negatives).collect::<Result<Vec<Sample>>>()?;
    for sample in &samples {
        for (case, (_, yardstick)) in
            sample.cases.iter().flat_map(|case| codebooks.iter().map(move |book| (case, book)))
        {
            yardstick.check(&case.gold).map_err(|message| anyhow!("{}:{}: {message}", sample.name, case.line))?;
        }
    }

    let texts: Vec<&str> = samples.iter().flat_map(|sample| &sample.cases).map(|case| case.text.as_str()).collect();
    let mut progress = Progress::new(texts.len());
    let predictions = predict(&engine, &texts, |done| progress.at(done));
    progress.end();

    let given = arguments.by.iter().map(String::as_str).collect::<Vec<_>>();
    let keys = if given.is_empty() { KEYS.as_slice() } else { &given };
    let reports: Vec<Report> = codebooks
        .iter()
        .enumerate()
        .map(|(index, (codebook, yardstick))| {
            let predictions: Vec<&Prediction> = predictions.iter().filter_map(|of_text| of_text.get(index)).collect();
            Report::new(Given {
                codebook,
                yardstick,
                samples: &samples,
                predictions: &predictions,
                keys,
                threshold: arguments.threshold,
            })
        })
        .collect();
    let bootstrap = Bootstrap { samples: SAMPLES, seed: SEED };
    codebooks::write(&match arguments.json {
        true => serde_json::to_string_pretty(&Output { model: engine.model(), bootstrap, reports: &reports })? + "\n",
        false => reports.iter().map(Report::to_string).collect::<Vec<_>>().join("\n"),
    })
}

/// Reads a file of either kind.
fn sample(file: &Path, labels: Labels) -> Result<Sample> {
    let name = file.display().to_string();
    let length = fs::metadata(file).with_context(|| format!("cannot read {name}"))?.len();
    if length > MAX_BYTES {
        bail!("{name} has {length} bytes; split it into files of at most {MAX_BYTES}");
    }
    let source = fs::read_to_string(file).with_context(|| format!("cannot read {name} as UTF-8"))?;
    let cases = match file.extension().and_then(|extension| extension.to_str()) {
        Some("jsonl") => labelled::parse(&source, labels),
        Some("toml") => templates::parse(&source).map(|groups| made(&groups, labels)),
        _ => bail!("{name} is neither JSON Lines (.jsonl) nor templates (.toml)"),
    };
    let cases = cases.map_err(|fault| anyhow!("{name}:{fault}"))?;
    Ok(Sample { name, negatives: labels == Labels::Negative, cases })
}

fn made(groups: &[templates::Group], labels: Labels) -> Vec<Case> {
    let cases = groups.iter().flat_map(templates::Group::cases);
    match labels {
        Labels::Given => cases.collect(),
        Labels::Negative => {
            let gold = Gold { support: Some(false), ..Gold::default() };
            cases.map(|case| Case { gold: gold.clone(), ..case }).collect()
        }
    }
}

/// Says on the standard error how far the reading is, if it takes longer than a second.
struct Progress {
    total: usize,
    said: Instant,
    /// A terminal rewrites its line often; elsewhere lines add up.
    terminal: bool,
    begun: bool,
}

impl Progress {
    fn new(total: usize) -> Self {
        Self { total, said: Instant::now(), terminal: io::stderr().is_terminal(), begun: false }
    }

    fn at(&mut self, done: usize) {
        let pause = if self.terminal || !self.begun { 1 } else { 10 };
        if self.said.elapsed() >= Duration::from_secs(pause) {
            self.say(&format!("read {done} of {} texts", self.total));
            self.said = Instant::now();
            self.begun = true;
        }
    }

    fn end(&self) {
        if self.begun {
            self.say(&format!("read {0} of {0} texts\n", self.total));
        }
    }

    /// Progress that cannot be told is no reason to stop.
    fn say(&self, line: &str) {
        let (before, after) = if self.terminal { ("\r", "") } else { ("", "\n") };
        let _ = write!(io::stderr(), "{before}{}{after}", if self.terminal { line } else { line.trim_end() });
    }
}
