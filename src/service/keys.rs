//! The names under which things are stored.
//!
//! Invariants: a key says what it holds; a page's key is a hash, because an address may be longer than a key should be.

use sha2::{Digest, Sha256};

/// What storage this is.
pub const META: &str = "meta";
/// Beginning of every annotation's key.
pub const ANNOTATION: &str = "annotation:";
/// Beginning of every log entry's key.
pub const LOG: &str = "log:";

/// Key of an annotation.
pub fn annotation(id: &str) -> String {
    format!("{ANNOTATION}{id}")
}

/// Key of a log entry.
pub fn log(id: &str) -> String {
    format!("{LOG}{id}")
}

/// Key of a page's index of decisions.
pub fn page(address: &str) -> String {
    format!("page:{}", hex::encode(&Sha256::digest(address)[..16]))
}
