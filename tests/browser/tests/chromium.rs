//! The suite in Chromium.

mod suite;

use postil_browser::driver::Kind;
use std::process::ExitCode;

fn main() -> ExitCode {
    suite::main(Kind::Chromium)
}
