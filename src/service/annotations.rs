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
use std::collections::{BTreeMap, HashMap};

/// What to write under which key when the log, or a part of it that bears on no other, is `after` and was `before`.
/// `ended_by` says which entry left nothing of a word; none did where the decision itself is another now.
pub(super) fn changes<'a>(
    before: &[LogEntry],
    after: &'a [LogEntry],
    ended_by: impl Fn(&Word<'_>) -> Option<&'a LogEntry>,
) -> Result<BTreeMap<String, Value>, Failure> {
    let (were, are) = (standing(before), standing(after));
    let (were, are) = (live(&were), live(&are));
    let mut entries = BTreeMap::new();
    for (id, word) in were.iter().filter(|(id, _)| !are.contains_key(*id)) {
        let by = ended_by(word).unwrap_or(word.first);
        entries.insert(keys::annotation(id), value(&Tombstone::new(id, by))?);
    }
    for (id, word) in &are {
        if were.get(id) != Some(word)
            && let Some(annotation) = annotation(word.first, word.last)
        {
            entries.insert(keys::annotation(id), value(&annotation)?);
        }
    }
    Ok(entries)
}

/// Of what stands, the decisions that assign a code, by their ids.
fn live<'w>(words: &'w [Word<'w>]) -> HashMap<&'w str, &'w Word<'w>> {
    words.iter().filter(|word| assigns(word.action())).map(|word| (&*word.first.id, word)).collect()
}
