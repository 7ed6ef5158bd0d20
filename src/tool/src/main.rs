//! The build tool's command line. What it does is in the library.

use anyhow::Result;
use clap::{Parser, Subcommand};
use postil_tool::serve::Server;
use postil_tool::{Tree, cases, package, types};
use std::process::ExitCode;

/// Builds and packs the extension, and serves the pages that it is tried on.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Write the TypeScript declarations of the wire.
    Types,
    /// Build both packages and check their sizes.
    Build,
    /// Write the TOML cases as JSON.
    Cases,
    /// Build what the benchmarks in wasm need.
    Bench,
    /// Serve the sample feed and the fixture pages until stopped.
    Serve,
}

fn main() -> ExitCode {
    match run(Arguments::parse().verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(verb: Verb) -> Result<()> {
    let tree = Tree::here();
    match verb {
        Verb::Types => types::write(&tree),
        Verb::Build => package::build(&tree),
        Verb::Cases => cases::write(&tree),
        Verb::Bench => package::bench(&tree),
        Verb::Serve => {
            let server = Server::start(&tree)?;
            println!("{}", server.url("/"));
            server.wait();
            Ok(())
        }
    }
}
