//! `postil learn`: from labelled texts of one's own to a model, and what such a model learned.
//!
//! Invariants: an error names file and line; of the texts nothing is written but single words and pairs, in the model's list of
//! what it learned.

use crate::codebooks;
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use postil::codebook::builtin;
use postil::codebook::model::Codebook;
use postil::engine::Engine;
use postil::evaluation::labelled::{self, Case, Labels};
use postil::evaluation::yardstick::Yardstick;
use postil::judgement::heads::Truth;
use postil::judgement::lessons::lessons;
use postil::judgement::model::Model;
use postil::judgement::personal::{Label, Personal};
use postil::training::fit::truth;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Labelled texts, JSON Lines: `{"text"}` with any of `support` (true or false), `stance`, `tier`, `codes`.
    #[arg(long, value_name = "FILE", required_unless_present = "show", requires = "output")]
    input: Option<PathBuf>,
    /// Where to write the model.
    #[arg(long, value_name = "FILE", requires = "input")]
    output: Option<PathBuf>,
    /// Id of a codebook that ships, or a TOML file. Default: the first that ships.
    #[arg(long, value_name = "ID|FILE", requires = "input")]
    codebook: Option<String>,
    /// Print what a model learned: what about, how many texts, what it adds to the logit, words; heaviest first.
    #[arg(long, value_name = "FILE", conflicts_with = "input")]
    show: Option<PathBuf>,
}

/// Learns, or shows what was learned.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    match (&arguments.show, &arguments.input, &arguments.output) {
        (Some(file), ..) => {
            let line = |lesson: &postil::judgement::lessons::Lesson| {
                format!("{}\t{}\t{:+.3}\t{}\n", lesson.about, lesson.texts, lesson.weight, lesson.words)
            };
            codebooks::write(&read(file)?.lessons().iter().map(line).collect::<String>())
        }
        (None, Some(input), Some(output)) => learn(input, output, arguments.codebook.as_deref()),
        _ => bail!("give `--input` and `--output`, or `--show`"),
    }
}

fn learn(input: &Path, output: &Path, codebook: Option<&str>) -> Result<ExitCode> {
    let first = || builtin::SOURCES.first().map(|(id, _)| *id);
    let names: Vec<String> = codebook.or_else(first).map(str::to_owned).into_iter().collect();
    let engine = codebooks::engine(&names)?;
    let compiled = engine.codebooks().first().ok_or_else(|| anyhow!("no codebook was named"))?;
    let codebook = &compiled.codebook;
    let name = input.display();
    let source = fs::read_to_string(input).with_context(|| format!("cannot read {name} as UTF-8"))?;
    let cases = labelled::parse(&source, Labels::Given).map_err(|fault| anyhow!("{name}:{fault}"))?;
    let mut personal = Personal::new(codebook);
    for case in &cases {
        let truth = told(codebook, case).map_err(|message| anyhow!("{name}:{}: {message}", case.line))?;
        if let Some((_, ground)) = engine.ground(&[], &case.text).into_iter().next() {
            personal.learn(&Label::new(ground, truth, 1.0));
        }
    }
    let model = personal.model(codebook)?;
    let taught = lessons(&model, cases.iter().map(|case| case.text.as_str()));
    let model = model.with_lessons(taught);
    let bytes = model.to_bytes()?;
    fs::write(output, &bytes).with_context(|| format!("cannot write {}", output.display()))?;
    let (record, keys) = (personal.record(), model.content().keys.len());
    eprintln!("{} labels, {keys} features, {} bytes, {}", cases.len(), bytes.len(), model.reference().hash);
    if record.asked > 0 {
        eprintln!("of the last {} labels {} were foreseen", record.asked, record.right);
    }
    Ok(ExitCode::SUCCESS)
}

/// What a line says, in the codebook's indices.
fn told(codebook: &Codebook, case: &Case) -> Result<Truth, String> {
    if let Some(yardstick) = Yardstick::of(codebook) {
        yardstick.check(&case.gold)?;
    } else if case.gold != labelled::Gold::default() {
        return Err("the codebook has no scale; of a text only `codes` can be said".into());
    }
    let mut truth = truth(codebook, &case.gold);
    for id in case.codes.iter().flatten() {
        let code = codebook.codes.iter().position(|code| code.id == *id);
        truth.codes.push((code.ok_or("`codes` names a code that the codebook does not have")?, true));
    }
    truth.no_other = case.codes.is_some();
    match truth == Truth::default() {
        true => Err("say at least one of `support`, `stance`, `tier` and `codes`".into()),
        false => Ok(truth),
    }
}

fn read(file: &Path) -> Result<Model> {
    let name = file.display();
    let bytes = fs::read(file).with_context(|| format!("cannot read {name}"))?;
    Model::from_bytes(&bytes).with_context(|| format!("{name} cannot be used"))
}

/// An engine with models on top of those it has.
pub(crate) fn with(engine: Engine, models: &[PathBuf]) -> Result<Engine> {
    models.iter().try_fold(engine, |engine, file| {
        let model = read(file)?;
        if !engine.codebooks().iter().any(|compiled| model.applies(&compiled.codebook)) {
            bail!(
                "{} was learned under `{}`, which is not read with, or asks other questions by now",
                file.display(),
                model.frame().codebook
            );
        }
        Ok(engine.and_model(Arc::new(model)))
    })
}
