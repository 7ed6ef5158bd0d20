//! The build tool's command line. What it does is in the library.

use anyhow::Result;
use clap::{Parser, Subcommand};
use postil_tool::serve::Server;
use postil_tool::{Tree, cases, package, types};
use std::env;
use std::process::{Command, ExitCode, Stdio};

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
    /// Serve the built workbench and sample feed, and the fixture pages, until stopped.
    Serve {
        /// The page whose address is printed, and opened where there is a display.
        #[arg(default_value = "")]
        page: String,
    },
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
        Verb::Serve { page } => {
            let server = Server::start(&tree)?;
            let address = server.url(&format!("/{page}"));
            println!("{address}");
            if !page.is_empty() {
                open(&address);
            }
            server.wait();
            Ok(())
        }
    }
}

/// Shows an address in the reader's own browser, where there is a display; who has none reads the address.
fn open(address: &str) {
    let display = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some_and(|it| !it.is_empty()));
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if display {
        "xdg-open"
    } else {
        return;
    };
    if let Err(error) = Command::new(opener).arg(address).stdout(Stdio::null()).stderr(Stdio::null()).spawn() {
        eprintln!("{opener}: {error}; open the address yourself");
    }
}
