//! A codebook file that the coder chose.
//!
//! Invariants: a file that is too large is refused unread; a codebook is checked by the service, which has the means to, and
//! what it finds is told by its place in the file.

use crate::host::{Host, words};
use postil::codebook::format::{self, Fault};
use postil::codebook::model::Codebook;
use postil::codebook::validate::{Finding, Grade};
use postil::service::protocol::{CodebookFault, Request, Response};
use postil::service::settings::MAX_CODEBOOK;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// What is in a file.
pub(super) enum Loaded {
    /// A codebook that can be used; what of it is left out, or doubtful.
    Codebook(Box<Codebook>, Vec<Fault>),
    /// One that cannot.
    Faulty(Vec<Fault>),
    /// More than the service keeps; that many bytes.
    TooLarge(usize),
    /// Nothing that could be read and checked, for this reason.
    Unreadable(String),
}

/// Reads a file and has it checked.
pub(super) async fn load(host: &Host, file: &File) -> Loaded {
    // A size is a whole number that a float holds.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let size = file.size() as usize;
    if size > MAX_CODEBOOK {
        return Loaded::TooLarge(size);
    }
    let source = match JsFuture::from(file.text()).await {
        Ok(text) => text.as_string().unwrap_or_default(),
        Err(error) => return Loaded::Unreadable(words(&error)),
    };
    let codebook = match format::read(&source) {
        Ok(codebook) => Box::new(codebook),
        Err(fault) => return Loaded::Faulty(vec![fault]),
    };
    match host.request(&Request::CheckCodebook { codebook: codebook.clone() }).await {
        Ok(Response::Checked { faults }) => {
            let refused = faults.iter().any(|fault| fault.grade == Grade::Problem);
            let faults = format::place(&source, faults.into_iter().map(finding).collect());
            if refused { Loaded::Faulty(faults) } else { Loaded::Codebook(codebook, faults) }
        }
        Ok(_) => Loaded::Codebook(codebook, Vec::new()),
        Err(failure) => Loaded::Unreadable(failure.message),
    }
}

fn finding(fault: CodebookFault) -> Finding {
    Finding { field: fault.field, message: fault.message, grade: fault.grade }
}

/// A size in millions of bytes, with one decimal.
pub(super) fn megabytes(size: usize) -> String {
    format!("{}.{}", size / 1_000_000, size % 1_000_000 / 100_000)
}
