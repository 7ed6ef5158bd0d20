//! The engine as a native command line.
//!
//! Invariants: reads and writes JSON Lines on the standard streams, and plain text only about codebooks and measurements;
//! offsets are code points of the input text; what goes wrong is told on the line where it went wrong, and in the exit status.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod agreement;
mod anchor;
mod classify;
mod codebooks;
mod evaluate;
mod export;
mod import;
mod learn;
mod lines;
mod merge;
mod output;
mod seal;
mod show;
mod train;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Classifies text against codebooks, locally.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Read JSON Lines `{"id","text"}` and write one line of results for each.
    Classify {
        /// Id of a codebook that ships, or a TOML file; may be given several times. Default: those that are on at first.
        #[arg(long, value_name = "ID|FILE")]
        codebook: Vec<String>,
        /// What `learn` wrote, to be read with on top of what ships; may be given several times.
        #[arg(long, value_name = "FILE")]
        model: Vec<PathBuf>,
    },
    /// Read JSON Lines `{"text","quote","position"}` and write for each what became of the quote in the text.
    Anchor(anchor::Arguments),
    /// Write records for another tool: JSON-LD, CSV, CoNLL, REFI-QDA and others.
    Export(export::Arguments),
    /// Make records of what was coded in another tool; what cannot be carried is told.
    Import(import::Arguments),
    /// Make one set of records from those of several coders; conflicts are kept and told.
    Merge(merge::Arguments),
    /// Measure how far coders agree, about units or about spans.
    Agreement(agreement::Arguments),
    /// Encrypt a file with a passphrase, as the extension does; any tool for age opens it.
    Seal(seal::Arguments),
    /// Open a file that was encrypted with a passphrase.
    Open(seal::Arguments),
    /// Measure the engine on texts whose reading is known.
    Evaluate(evaluate::Arguments),
    /// Learn from labelled texts of one's own.
    Learn(learn::Arguments),
    /// Learn the weights of a shipped model.
    Train(train::Arguments),
    /// Work on codebooks.
    Codebook {
        #[command(subcommand)]
        verb: CodebookVerb,
    },
}

#[derive(Subcommand)]
enum CodebookVerb {
    /// Check a codebook file; tells line, field and mend of every fault.
    Check {
        /// The file.
        file: PathBuf,
    },
    /// List the codebooks that ship, also those that are off at first: id, version, title.
    List,
    /// Print a codebook for people: its codes, their rules and examples, and what points at them.
    Show {
        /// Id of a codebook that ships, or a TOML file.
        #[arg(value_name = "ID|FILE")]
        codebook: String,
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().verb {
        Verb::Classify { codebook, model } => classify::run(&codebook, &model),
        Verb::Anchor(arguments) => anchor::run(&arguments),
        Verb::Export(arguments) => export::run(&arguments),
        Verb::Import(arguments) => import::run(&arguments),
        Verb::Merge(arguments) => merge::run(&arguments),
        Verb::Agreement(arguments) => agreement::run(&arguments),
        Verb::Seal(arguments) => seal::seal(&arguments),
        Verb::Open(arguments) => seal::open(&arguments),
        Verb::Evaluate(arguments) => evaluate::run(&arguments),
        Verb::Learn(arguments) => learn::run(&arguments),
        Verb::Train(arguments) => train::run(&arguments),
        Verb::Codebook { verb: CodebookVerb::Check { file } } => codebooks::check(&file),
        Verb::Codebook { verb: CodebookVerb::List } => codebooks::list(),
        Verb::Codebook { verb: CodebookVerb::Show { codebook, json } } => codebooks::show(&codebook, json),
    };
    done.unwrap_or_else(|error| {
        eprintln!("postil: {error:#}");
        ExitCode::from(2)
    })
}
