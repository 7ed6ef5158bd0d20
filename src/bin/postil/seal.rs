//! `postil seal` and `postil open`: a file under a passphrase, in the format of age.

use crate::output;
use anyhow::{Context, Result, anyhow, bail};
use postil::archive::seal;
use postil::exchange::task::Passphrase;
use postil::service::protocol::Failure;
use std::fs::{self, File};
use std::io::{Read, copy};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What they are asked.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A file whose first line is the passphrase: on the command line others could read it.
    #[arg(long, value_name = "FILE")]
    passphrase_file: PathBuf,
    /// Where to write; the standard output if absent.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Encrypts the file.
pub(crate) fn seal(arguments: &Arguments) -> Result<ExitCode> {
    let (mut file, passphrase) = given(arguments)?;
    output::whole(arguments.output.as_deref(), |mut output| {
        let mut sealed = seal::Output::new(&mut output, Some(&passphrase)).map_err(words)?;
        copy(&mut file, &mut sealed).context("cannot write")?;
        sealed.finish().map_err(words)
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Opens the file.
pub(crate) fn open(arguments: &Arguments) -> Result<ExitCode> {
    let (file, passphrase) = given(arguments)?;
    let name = arguments.file.display();
    let mut opened = seal::opened(file, Some(&passphrase)).map_err(words).with_context(|| name.to_string())?;
    output::whole(arguments.output.as_deref(), |output| {
        copy(&mut opened, output)
            .map(drop)
            .with_context(|| format!("{name} is damaged; copy it again from where it was saved"))
    })?;
    Ok(ExitCode::SUCCESS)
}

fn given(Arguments { file, passphrase_file, .. }: &Arguments) -> Result<(Box<dyn Read>, Passphrase)> {
    let read = |path: &Path| format!("cannot read {}", path.display());
    let text = fs::read_to_string(passphrase_file).with_context(|| read(passphrase_file))?;
    let Some(words) = text.lines().next().filter(|line| !line.is_empty()) else {
        bail!("the first line of {} is empty; write the passphrase there", passphrase_file.display());
    };
    Ok((Box::new(File::open(file).with_context(|| read(file))?), Passphrase(words.to_owned())))
}

fn words(failure: Failure) -> anyhow::Error {
    anyhow!(failure.message)
}
