//! What a decision does to the annotations of its unit.
//!
//! Invariants: an annotation is there exactly while its decision stands and assigns a code; where it was, a tombstone
//! is left that names the decision which ended it. Both follow from the log alone, so what a withdrawal brings back is
//! made anew.

use super::protocol::Failure;
use super::standing::{Word, assigns, standing};
use super::{decisions::value, keys};
use crate::annotation::LogEntry;
use crate::annotation::derive::annotation;
use crate::annotation::record::Tombstone;
use serde_json::Value;
use std::collections::BTreeMap;

/// What to write under which key when the log, or a part of it that bears on no other, is `after` and was `before`.
/// `ended_by` says which entry left nothing of a word; none did where the decision itself is another now.
pub(super) fn changes<'a>(
    before: &[LogEntry],
    after: &'a [LogEntry],
    ended_by: impl Fn(&Word<'_>) -> Option<&'a LogEntry>,
) -> Result<BTreeMap<String, Value>, Failure> {
    let (were, are) = (live(before), live(after));
    let mut entries = BTreeMap::new();
    for word in were.iter().filter(|word| of(&are, word).is_none()) {
        let id = &word.first.id;
        let by = ended_by(word).unwrap_or(word.first);
        entries.insert(keys::annotation(id), value(&Tombstone::new(id, by))?);
    }
    for word in &are {
        if of(&were, word) != Some(word)
            && let Some(annotation) = annotation(word.first, word.last)
        {
            entries.insert(keys::annotation(&word.first.id), value(&annotation)?);
        }
    }
    Ok(entries)
}

/// The word on the same decision.
fn of<'w, 'l>(words: &'w [Word<'l>], word: &Word<'_>) -> Option<&'w Word<'l>> {
    words.iter().find(|other| other.first.id == word.first.id)
}

/// The decisions that stand and assign a code.
fn live(log: &[LogEntry]) -> Vec<Word<'_>> {
    let mut live = standing(log);
    live.retain(|word| assigns(word.action()));
    live
}
