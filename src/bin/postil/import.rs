//! `postil import`: a file of another tool in, records out.

use crate::{codebooks, output};
use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use clap::builder::PossibleValue;
use postil::codebook::Compiled;
use postil::exchange::import::{Count, MAX_FILE, Report, Source, Terms, import};
use postil::exchange::jsonl;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What it is asked.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What wrote the file.
    #[arg(long)]
    from: From,
    /// Who coded. Without it, the names in the file are kept.
    #[arg(long, value_name = "NAME")]
    coder: Option<String>,
    /// Id of a codebook that ships, or a TOML file: what the labels are of.
    #[arg(long, value_name = "ID|FILE")]
    codebook: Option<String>,
    /// Which code a label is, where it is neither a code's id nor its name; may be repeated.
    #[arg(long, value_name = "LABEL=CODE", value_parser = pair)]
    map: Vec<(String, String)>,
    /// What doccano's offsets count: `graphemes` where its project counts grapheme clusters as one character.
    #[arg(long, default_value = "utf-16")]
    offsets: Offsets,
    /// Write no file, and print what would come of it, as JSON.
    #[arg(long)]
    preview: bool,
    /// Where to write; the standard output if absent.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A source by its name.
#[derive(Clone, Copy)]
struct From(Source);

impl ValueEnum for From {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [From; Source::ALL.len()] = {
            let mut all = [From(Source::JsonLines); Source::ALL.len()];
            let mut at = 0;
            while at < all.len() {
                all[at] = From(Source::ALL[at]);
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

#[derive(Clone, Copy, ValueEnum)]
enum Offsets {
    /// UTF-16 units.
    #[value(name = "utf-16")]
    Utf16,
    /// Unicode code points.
    CodePoints,
    /// Grapheme clusters.
    Graphemes,
}

fn pair(text: &str) -> Result<(String, String), String> {
    // A code's id has no `=`; a label may.
    let (label, code) = text.rsplit_once('=').ok_or("expected LABEL=CODE")?;
    Ok((label.to_owned(), code.to_owned()))
}

/// Writes the records, or nothing if the file cannot be read. Whether anything was left out is in the exit status.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let Arguments { file, from: From(source), coder, codebook, map, offsets, preview, output } = arguments;
    let count = match offsets {
        Offsets::Utf16 => Count::Utf16,
        Offsets::CodePoints => Count::CodePoints,
        Offsets::Graphemes => Count::Graphemes,
    };
    let terms = match (source.is_own(), codebook) {
        (true, None) if coder.is_none() && map.is_empty() => None,
        (true, _) => bail!("records say themselves who coded and with what; leave out --coder, --codebook and --map"),
        (false, None) => bail!("say which codebook the labels are of: --codebook with its id or file"),
        (false, Some(codebook)) => {
            let codebook = codebooks::one(codebook)?;
            let reference = Compiled::new(codebook.clone())?.reference;
            Some(Terms::new(&codebook, reference, map, coder.clone(), count)?)
        }
    };
    let text = read(file)?;
    let (records, report) = import(*source, &text, terms.as_ref()).with_context(|| file.display().to_string())?;
    if *preview {
        codebooks::write(&format!("{}\n", serde_json::to_string_pretty(&report)?))?;
    } else {
        output::whole(output.as_deref(), |out| {
            records.iter().try_for_each(|record| Ok(out.write_all(jsonl::line(record)?.as_bytes())?))
        })?;
        tell(file, &report);
    }
    let lost = report.remarks.iter().any(|remark| remark.lost);
    Ok(if lost { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn tell(file: &Path, report: &Report) {
    let name = file.display();
    for remark in &report.remarks {
        let what = if remark.lost { "left out" } else { "in doubt" };
        let (count, places) = (remark.count, remark.places.join(", "));
        eprintln!("{name}: {what}, {count}×: {}; at {places}; {}", remark.reason, remark.mend);
    }
    let coders: Vec<&str> = report.coders.iter().map(String::as_str).collect();
    eprintln!("{} records on {} units by {}", report.records, report.units, coders.join(", "));
}

fn read(file: &Path) -> Result<String> {
    let name = file.display();
    let mut bytes = Vec::new();
    let opened = File::open(file).with_context(|| format!("cannot read {name}"))?;
    opened.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {name}"))?;
    if bytes.len() > MAX_FILE {
        bail!("{name} has more than {MAX_FILE} bytes; divide it");
    }
    String::from_utf8(bytes).with_context(|| format!("{name} is not UTF-8; save it as UTF-8"))
}
