//! Cases, one after the other, in one browser.
//!
//! Invariants: a case that fails or panics does not keep the next from running; the exit status tells; a name given
//! on the command line picks the cases that contain it, as with any other test.

use anyhow::Result;
use std::future::Future;
use std::pin::Pin;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// A case takes no longer than this, unless it says so.
pub const LIMIT: Duration = Duration::from_secs(240);

/// What a case gives back: that it passed, or why it was not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It cannot be tried on this machine.
    Skipped(String),
}

/// What a case does, while it does it.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<Outcome>> + 'a>>;

/// A case on a context of type `C`.
pub struct Case<C> {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub run: for<'a> fn(&'a mut C) -> Running<'a>,
    /// How long it may take.
    pub limit: Duration,
}

/// Sets up the context and runs the cases on it.
pub fn run<C>(title: &str, cases: &[Case<C>], set_up: impl AsyncFnOnce() -> Result<C>) -> ExitCode {
    let filters: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let chosen: Vec<&Case<C>> = cases
        .iter()
        .filter(|case| filters.is_empty() || filters.iter().any(|filter| case.name.contains(filter.as_str())))
        .collect();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("{title}: no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    println!("\nrunning {} tests in {title}", chosen.len());
    let start = Instant::now();
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    runtime.block_on(async {
        let mut context = match set_up().await {
            Ok(context) => context,
            Err(error) => {
                println!("test set up ... FAILED\n    {error:#}");
                failed = chosen.len().max(1);
                return;
            }
        };
        for case in &chosen {
            let began = Instant::now();
            let result = tokio::select! {
                result = tokio::time::timeout(case.limit, (case.run)(&mut context)) => result,
                _ = tokio::signal::ctrl_c() => {
                    println!("test {} ... interrupted", case.name);
                    failed += 1;
                    break;
                }
            };
            let seconds = began.elapsed().as_secs_f32();
            match result {
                Ok(Ok(Outcome::Passed)) => {
                    passed += 1;
                    println!("test {} ... ok ({seconds:.1} s)", case.name);
                }
                Ok(Ok(Outcome::Skipped(reason))) => {
                    skipped += 1;
                    println!("test {} ... ignored: {reason}", case.name);
                }
                Ok(Err(error)) => {
                    failed += 1;
                    println!("test {} ... FAILED ({seconds:.1} s)\n    {error:#}", case.name);
                }
                Err(_) => {
                    failed += 1;
                    println!("test {} ... FAILED: not done after {} s", case.name, case.limit.as_secs());
                }
            }
        }
    });
    let word = if failed == 0 { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {word}. {passed} passed; {failed} failed; {skipped} ignored; finished in {:.2}s\n",
        start.elapsed().as_secs_f32()
    );
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
