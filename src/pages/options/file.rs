//! A codebook file that the coder chose, read and parsed.
//!
//! Invariants: a file that is too large is refused unread.

use postil::codebook::format::{self, Fault, Parsed};
use postil::service::settings::MAX_CODEBOOK;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// What is in a file.
pub(super) enum Loaded {
    /// A codebook that can be used.
    Codebook(Box<Parsed>),
    /// One that cannot.
    Faulty(Vec<Fault>),
    /// More than the service keeps; that many bytes.
    TooLarge(usize),
    /// Nothing: the browser could not read it.
    Unreadable(String),
}

/// Reads a file.
pub(super) async fn load(file: &File) -> Loaded {
    // A size is a whole number that a float holds.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let size = file.size() as usize;
    if size > MAX_CODEBOOK {
        return Loaded::TooLarge(size);
    }
    match JsFuture::from(file.text()).await {
        Ok(text) => match format::parse(&text.as_string().unwrap_or_default()) {
            Ok(parsed) => Loaded::Codebook(Box::new(parsed)),
            Err(faults) => Loaded::Faulty(faults),
        },
        Err(error) => Loaded::Unreadable(crate::host::words(&error)),
    }
}

/// A size in millions of bytes, with one decimal.
pub(super) fn megabytes(size: usize) -> String {
    format!("{}.{}", size / 1_000_000, size % 1_000_000 / 100_000)
}
