//! Files that leave and files that come, each from its beginning to its end.
//!
//! Purpose: a page asks for a [`Task`]; it is carried out here against the service, wherever that runs. Exports and what would
//! be in them, imports, copies of projects, files of codebooks, decisions
//! carried over to other codes, and what is made of passphrases.
//! Invariants: a task gives a whole file or fails; records pass a slice at a time; a file that comes is untrusted, and nothing of
//! it is kept before all of it was read; a passphrase goes no further than here.
//! Must not touch: where bytes come from and go to, how the service is reached, what a page shows.

mod bias;
mod codebooks;
mod copies;
mod export;
mod import;
mod migrate;
mod passphrase;
pub mod seal;

use crate::exchange::task::{Outcome, Task};
use crate::service::protocol::{Failure, FailureKind, Request, Response};
use std::fmt;
use std::future::Future;
use std::io::{Read, Write};

/// What a task works with.
pub trait Desk {
    /// Asks the service.
    ///
    /// # Errors
    /// What the service says, and what goes wrong on the way.
    fn ask(&self, request: Request) -> impl Future<Output = Result<Response, Failure>>;
    /// How far the task is, in records or entries.
    fn told(&self, done: usize);
    /// A new UUID.
    fn uuid(&self) -> String;
    /// The time, RFC 3339 in UTC.
    fn now(&self) -> String;
}

/// Carries out a task. What it reads comes from `input`, what it writes goes to `output`; on an error that is no file.
///
/// # Errors
/// If the service refuses, the file is not what it should be, or what is written cannot be.
pub async fn run<D: Desk>(
    task: Task,
    desk: &D,
    input: Box<dyn Read>,
    output: &mut dyn Write,
) -> Result<Outcome, Failure> {
    match task {
        Task::Preview { format, redaction } => export::preview(desk, format, redaction).await,
        Task::Export { format, redaction, pictures, passphrase } => {
            let mut file = seal::Output::new(output, passphrase.as_ref())?;
            let outcome = export::export(desk, format, redaction, pictures, &mut file).await?;
            file.finish()?;
            Ok(outcome)
        }
        Task::Damaged => export::damaged(desk, output).await,
        Task::Copy { projects, passphrase } => {
            let mut file = seal::Output::new(output, passphrase.as_ref())?;
            let outcome = copies::save(desk, &projects, passphrase.is_some(), &mut file).await?;
            file.finish()?;
            Ok(outcome)
        }
        Task::Restore { passphrase } => copies::restore(desk, seal::opened(input, passphrase.as_ref())?).await,
        Task::Look { file } => import::look(desk, &file, seal::opened(input, file.passphrase.as_ref())?).await,
        Task::Import { file } => import::import(desk, &file, seal::opened(input, file.passphrase.as_ref())?).await,
        Task::Bias => bias::bias(desk).await,
        Task::Codebook => codebooks::read(desk, input).await,
        Task::Coded { codebook, each } => migrate::coded(desk, &codebook, &each).await,
        Task::Migrate { codebook, codes, each } => migrate::migrate(desk, &codebook, &codes, &each).await,
        Task::Key { passphrase, derivation } => passphrase::key(desk, &passphrase, derivation),
    }
}

fn invalid(message: impl fmt::Display) -> Failure {
    Failure { kind: FailureKind::Invalid, message: message.to_string() }
}

/// For an answer to another request than was asked.
fn astray() -> Failure {
    Failure { kind: FailureKind::Storage, message: "the service gave another answer than was asked for".into() }
}

/// All of a file as text.
fn text(input: Box<dyn Read>, most: usize) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    input.take(most as u64 + 1).read_to_end(&mut bytes).map_err(seal::unreadable)?;
    if bytes.len() > most {
        return Err(invalid(format!("the file has more than {most} bytes; divide it")));
    }
    String::from_utf8(bytes).map_err(|_| invalid("the file is not UTF-8; save it as UTF-8"))
}
