//! What is kept of a unit beside the decision, and taking it out again.
//!
//! Invariants: pictures go before words, so that none is left of a text that was taken out; the hash of the text stays, so
//! that what was decided is known again on the same text; positions stay; nothing of what is taken out is left in an entry or
//! its annotation. What was learned of a text stays: it holds hashes of features. What was purged stays so:
//! [`keys::PURGED`] says before when units were captured that were, and what is imported of such units comes without words,
//! whoever has it. It is written with each slice, and never set back.

use super::decisions::value;
use super::import::versions;
use super::log::Row;
use super::protocol::{Evidence, Failure, Response};
use super::store::Store;
use super::{Service, keys};
use crate::annotation::record::Captured;
use crate::annotation::selector::Selector;
use crate::annotation::{Annotation, LogEntry};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;

/// Entries looked at in one request.
const SLICE: usize = 200;

/// An entry with what may be kept of its unit, where those that were captured before a moment were purged.
pub(crate) fn kept_since(entry: LogEntry, evidence: Evidence, purged: Option<&String>) -> LogEntry {
    let gone = purged.is_some_and(|purged| entry.unit.source_date < *purged);
    kept(entry, if gone { Evidence::None } else { evidence })
}

/// An entry with what may be kept of its unit.
pub(super) fn kept(mut entry: LogEntry, evidence: Evidence) -> LogEntry {
    if evidence != Evidence::Full {
        entry.page.title.clear();
        lessen(&mut entry.unit, &mut entry.selector, evidence);
    }
    entry
}

/// Leaves of a unit what is kept where that is not all.
fn lessen(unit: &mut Captured, selector: &mut Vec<Selector>, evidence: Evidence) {
    unit.text = None;
    unit.title.clear();
    if evidence == Evidence::None {
        selector.retain(|one| one.quote().is_none());
    }
}

impl<S: Store> Service<S> {
    /// Takes texts, titles and quotes out of a slice of the records.
    pub(super) async fn purge(&self, after: Option<String>, before: Option<String>) -> Result<Response, Failure> {
        let _turn = self.writing.lock().await;
        if after.is_none() {
            self.purge_transcripts(before.as_ref()).await?;
        }
        let (slice, next) = self.slice(after, SLICE).await?;
        let (mut changes, mut pictures, mut changed) = (BTreeMap::new(), Vec::new(), 0);
        let stood = self.purged().await?;
        let mut purged = stood.clone().max(before.clone());
        let old = |entry: &LogEntry| before.as_ref().is_none_or(|before| entry.unit.source_date < *before);
        for Row { id, entry, annotation, conflicts } in slice {
            let lessened = |entry: LogEntry| if old(&entry) { kept(entry, Evidence::None) } else { entry };
            let conflicts = read::<Vec<LogEntry>>(conflicts).unwrap_or_default();
            let entry = read::<LogEntry>(entry);
            if before.is_none() {
                // The first moment after all that is here.
                let dates = entry.iter().chain(&conflicts).map(|entry| format!("{}\0", entry.unit.source_date));
                purged = purged.max(dates.max());
            }
            let fewer = versions(conflicts.iter().cloned().map(lessened))?;
            let mut less_said = fewer != conflicts;
            if less_said {
                changes.insert(keys::conflict(&id), value(&fewer)?);
            }
            if let Some(entry) = entry.filter(&old) {
                pictures.push(keys::picture(&id));
                let less = kept(entry.clone(), Evidence::None);
                if let Some(mut annotation) = read::<Annotation>(annotation) {
                    let target = &mut annotation.target;
                    lessen(&mut target.state, &mut target.selector, Evidence::None);
                    changes.insert(keys::annotation(&id), value(&annotation)?);
                }
                if less != entry {
                    changes.insert(keys::log(&id), value(&less)?);
                    less_said = true;
                }
            }
            changed += u32::from(less_said);
        }
        self.store.remove(pictures).await?;
        if purged != stood {
            changes.insert(keys::PURGED.into(), value(&purged)?);
        }
        self.store.set(changes).await?;
        *self.recent.lock().await = None;
        Ok(Response::Purged { changed, next })
    }

    /// Before when units were captured of which no words are kept any more.
    pub(super) async fn purged(&self) -> Result<Option<String>, Failure> {
        let found = self.store.get(vec![keys::PURGED.into()]).await?;
        Ok(read(found.into_iter().next().flatten()))
    }
}

fn read<T: DeserializeOwned>(value: Option<Value>) -> Option<T> {
    value.and_then(|value| serde_json::from_value(value).ok())
}
