//! The names under which things are stored.
//!
//! Invariants: a key says what it holds; a page's key is a hash, because an address may be longer than a key should be.

use crate::annotation::pseudonym::Pseudonym;
use sha2::{Digest, Sha256};

/// What has to be known of the open project's settings before the service runs, and is not encrypted for that. Beside all
/// projects.
pub const FACE: &str = "face";
/// What storage this is.
pub const META: &str = "meta";
/// What the coder has set.
pub const SETTINGS: &str = "settings";
/// Ids of the codebooks of the coder's own.
pub const CODEBOOKS: &str = "codebooks";
/// Beginning of the key of every codebook of the coder's own.
pub const CODEBOOK: &str = "codebook:";
/// Beginning of every annotation's key.
pub const ANNOTATION: &str = "annotation:";
/// Beginning of every log entry's key.
pub const LOG: &str = "log:";

/// Before when units were captured of which no words are kept any more.
pub const PURGED: &str = "purged";

/// Beginning of the key of every picture.
pub const PICTURE: &str = "picture:";
/// Most pictures that are moved at once.
const MAX_PICTURES: usize = 10;

/// Key of the picture of a page as it was when a decision was made.
pub fn picture(id: &str) -> String {
    format!("{PICTURE}{id}")
}

/// How many of these keys, from the first, hold no more than is moved at once: pictures are much larger than all else.
pub fn at_once<'k>(keys: impl IntoIterator<Item = &'k String>) -> usize {
    let mut pictures = 0;
    let light = |key: &&String| {
        pictures += usize::from(key.contains(PICTURE));
        pictures <= MAX_PICTURES
    };
    keys.into_iter().take_while(light).count()
}

/// Beginning of the key of how a page was come upon.
pub const VIA: &str = "via:";

/// Key of how a page was come upon.
pub fn via(address: &str) -> String {
    page(address).replacen("page:", VIA, 1)
}

/// Beginning of the key of what the coder wrote of the words in an image.
pub const TRANSCRIPT: &str = "transcript:";

/// Key of what the coder wrote of the words in an image, by the hash of what it is known by.
pub fn transcript(image: &str) -> String {
    format!("{TRANSCRIPT}{image}")
}

/// Which coding sessions there are, and beginning of each one's key.
pub const SESSIONS: &str = "sessions";
/// Beginning of the key of every coding session.
pub const SESSION: &str = "session";

/// Key of a coding session.
pub fn session(id: &str) -> String {
    format!("{SESSION}:{id}")
}

/// Beginning of the key of what was decided about units with one mark.
pub const NEAR: &str = "near:";

/// Key of what was decided about units with one mark.
pub fn near(mark: &str) -> String {
    format!("{NEAR}{mark}")
}

/// The key of all pseudonyms, as hexadecimal digits.
pub const AUTHOR_KEY: &str = "author-key";

/// Key of an author's index of pages.
pub fn author(author: &Pseudonym) -> String {
    format!("author:{author}")
}

/// Key of how many labels there are under a codebook.
pub fn labels(codebook: &str) -> String {
    format!("label:{codebook}")
}

/// Key of the number of an entry's label.
pub fn label_of(codebook: &str, entry: &str) -> String {
    format!("{}{entry}", label(codebook))
}

/// Beginning of the key of every label under a codebook.
pub fn label(codebook: &str) -> String {
    format!("label:{codebook}:")
}

/// Key of a label; in the order of their numbers.
pub fn numbered_label(codebook: &str, number: u32) -> String {
    format!("{}{number:010}", label(codebook))
}

/// Key of the model of a codebook's labels.
pub fn learned(codebook: &str) -> String {
    format!("learned:{codebook}")
}

/// Key of an annotation.
pub fn annotation(id: &str) -> String {
    format!("{ANNOTATION}{id}")
}

/// Beginning of the key of what else was said under an entry's id.
pub const CONFLICT: &str = "conflict:";

/// Key of what else was said under an entry's id.
pub fn conflict(id: &str) -> String {
    format!("{CONFLICT}{id}")
}

/// Key of what an import has come to, and beginning of the keys of its slices.
pub const IMPORT: &str = "import";

/// Key of a slice of an import, counted from 0.
pub fn import_slice(number: u32) -> String {
    format!("{IMPORT}:{number}")
}

/// Key of a log entry.
pub fn log(id: &str) -> String {
    format!("{LOG}{id}")
}

/// Key of a codebook of the coder's own.
pub fn codebook(id: &str) -> String {
    format!("{CODEBOOK}{id}")
}

/// Beginning of the key of what codebooks of the coder's own were.
pub const VERSIONS: &str = "versions:";

/// Key of what a codebook of the coder's own was, before it was changed.
pub fn versions(codebook: &str) -> String {
    format!("{VERSIONS}{codebook}")
}

/// Key of a further shard of the index with this key, counted from 1.
pub fn shard(page: &str, number: u32) -> String {
    format!("{page}:{number}")
}

/// Key of a page's index of decisions.
pub fn page(address: &str) -> String {
    format!("page:{}", hex::encode(&Sha256::digest(address)[..16]))
}
