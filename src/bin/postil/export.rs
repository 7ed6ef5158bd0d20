//! `postil export`: records in, a file for another tool out.

use crate::{codebooks, output};
use anyhow::{Context, Result};
use clap::ValueEnum;
use clap::builder::PossibleValue;
use postil::exchange::preview::Preview;
use postil::exchange::redaction::Redaction;
use postil::exchange::writer::Format;
use postil::exchange::{dataset, jsonl};
use postil::service::protocol::Record;
use std::fs::{self, File};
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Records that are written at a time.
const SLICE: usize = 200;

/// What it is asked.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Records as JSON Lines, as the extension exports them.
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// The format.
    #[arg(long)]
    to: To,
    /// Where to write; the standard output if absent.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Id of a codebook that ships, or a TOML file, for the names and meanings of codes in qdc, codebook-csv and qdpx; may be repeated.
    #[arg(long, value_name = "ID|FILE")]
    codebook: Vec<String>,
    /// What to take out; may be repeated.
    #[arg(long, value_name = "WHAT")]
    drop: Vec<Drop>,
    /// Write no file, and print what would leave, as JSON.
    #[arg(long)]
    preview: bool,
    /// With `--to dataset`: also write the card that declares its columns.
    #[arg(long, value_name = "FILE")]
    card: Option<PathBuf>,
}

/// A format by its name.
#[derive(Clone, Copy)]
struct To(Format);

impl ValueEnum for To {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [To; Format::ALL.len()] = {
            let mut all = [To(Format::JsonLines); Format::ALL.len()];
            let mut at = 0;
            while at < all.len() {
                all[at] = To(Format::ALL[at]);
                at += 1;
            }
            all
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.name()))
    }
}

/// What can be taken out.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Drop {
    /// Authors, titles and addresses of pages, handles and mail addresses in texts.
    Handles,
    /// Addresses of pages, and links in texts.
    Urls,
    /// The coders' notes.
    Memo,
}

/// Writes the file, or nothing if a line of the input is bad.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let Arguments { input, to: To(format), output, codebook, drop, preview, card } = arguments;
    let takes = |what| drop.contains(&what);
    let redaction = Redaction { handles: takes(Drop::Handles), urls: takes(Drop::Urls), memo: takes(Drop::Memo) };
    if *preview {
        let mut preview = Preview::new(*format, redaction);
        slices(input, *format, |records| {
            preview.push(records);
            Ok(())
        })?;
        return codebooks::write(&format!("{}\n", serde_json::to_string_pretty(&preview.finish())?));
    }
    let codebooks = codebook.iter().map(|name| codebooks::one(name)).collect::<Result<Vec<_>>>()?;
    output::whole(output.as_deref(), |file| write(*format, redaction, &codebooks, input, file))?;
    if let Some(card) = card {
        fs::write(card, dataset::CARD).with_context(|| format!("cannot write {}", card.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn write(
    format: Format,
    redaction: Redaction,
    codebooks: &[postil::codebook::Codebook],
    input: &Path,
    output: &mut dyn Write,
) -> Result<()> {
    let mut writer = format.writer(redaction, codebooks);
    let bytes = writer.begin()?;
    output.write_all(&bytes).context("cannot write")?;
    slices(input, format, |records| output.write_all(&writer.push(records)?).context("cannot write"))?;
    output.write_all(&writer.finish()?).context("cannot write")
}

/// The records of a file, a slice at a time. The versions of entries that a format leaves out are told.
fn slices(input: &Path, format: Format, mut each: impl FnMut(&[Record]) -> Result<()>) -> Result<()> {
    let name = input.display();
    let file = File::open(input).with_context(|| format!("cannot read {name}"))?;
    let mut lines = jsonl::read(BufReader::new(file)).peekable();
    let mut left = 0;
    while lines.peek().is_some() {
        let slice = lines.by_ref().take(SLICE).collect::<Result<Vec<_>, _>>();
        let slice = slice.with_context(|| format!("cannot read {name}"))?;
        left += slice.iter().map(|record| record.conflicts.len()).sum::<usize>();
        each(&slice)?;
    }
    if left > 0 && !format.keeps_conflicts() {
        eprintln!("{name}: {left} other versions of entries are left out; they stay in this file, under `conflicts`");
    }
    Ok(())
}
