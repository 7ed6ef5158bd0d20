//! What a decision does to the annotations of its unit.
//!
//! Invariants: an annotation is there exactly while its decision stands and assigns a code; where it was, a tombstone is left
//! that names the decision which ended it. Both follow from the log alone, so what a withdrawal brings back is made anew.

use super::protocol::Failure;
use super::standing::{Word, assigns, standing};
use super::{decisions::value, keys};
use crate::annotation::LogEntry;
use crate::annotation::derive::annotation;
use crate::annotation::record::Tombstone;
use serde_json::Value;
use std::collections::BTreeMap;

/// What to write under which key when `entry` is said after `before`, the part of the log that it may bear on.
pub(super) fn changes(before: &[LogEntry], entry: &LogEntry) -> Result<BTreeMap<String, Value>, Failure> {
    let after: Vec<LogEntry> = before.iter().chain([entry]).cloned().collect();
    let (were, are) = (live(before), live(&after));
    let mut entries = BTreeMap::new();
    for word in were.iter().filter(|word| of(&are, word).is_none()) {
        let id = &word.first.id;
        entries.insert(keys::annotation(id), value(&Tombstone::new(id, entry))?);
    }
    for word in &are {
        if of(&were, word).is_none_or(|was| was.last.id != word.last.id)
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
