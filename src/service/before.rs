//! Units that nearly equal one that was decided about before, on whatever page: accounts that succeed others post the same
//! again.
//!
//! Shape: `near:<mark>` holds the ids of the last [`MOST`] decisions about units with that mark ([`Gist`]), written in the `set`
//! of the decision.
//! Invariants: what is found is compared with the text that is kept; where none is kept, only the same text is found again, by
//! its hash, through nothing that tells its words. What was said of the earlier unit is shown, and never taken over by itself.
//! Must not touch: which decisions stand (`standing`).

use super::decisions::{parse, value};
use super::protocol::{Earlier, Failure, Mark, Page, Response, UnitKind};
use super::standing::{Word, says, standing};
use super::store::Store;
use super::{MAX_TEXT, Service, address, keys, limit};
use crate::annotation::LogEntry;
use crate::annotation::near::{Gist, NEAR};
use crate::annotation::record::{Captured, sha256};
use crate::order::Order;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Most units in one request.
pub const MAX_BEFORE: usize = 32;
/// Most decisions with one mark; of more, the last.
const MOST: usize = 12;
/// Most earlier units that are shown for one.
const SHOWN: usize = 3;
/// From this likeness on, two texts are told to be the same.
const SAME: f64 = 1.0;

/// Keys under which a text is looked for: that of its every letter, and what nearly equal texts have in common.
fn marks(text: &str) -> Vec<String> {
    let gist = Gist::new(text).into_iter();
    let near = gist.flat_map(|gist| gist.marks()).map(|mark| keys::near(&format!("{mark:016x}")));
    std::iter::once(exactly(&sha256(text))).chain(near).collect()
}

/// The key of a text's every letter, by its hash.
fn exactly(hash: &str) -> String {
    keys::near(hash.get(..16).unwrap_or(hash))
}

impl<S: Store> Service<S> {
    /// What to write so that units like those of these first words are found again.
    pub(super) async fn marked(&self, first: &[LogEntry]) -> Result<BTreeMap<String, Value>, Failure> {
        let mut adds: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for entry in first {
            let marks = entry.unit.text.as_ref().map_or_else(|| vec![exactly(&entry.unit.sha256)], |text| marks(text));
            for mark in marks {
                adds.entry(mark).or_default().push(&entry.id);
            }
        }
        let stored = self.store.get(adds.keys().cloned().collect()).await?;
        let mut entries = BTreeMap::new();
        for ((mark, ids), stored) in adds.into_iter().zip(stored) {
            // One that is damaged begins again.
            let mut all: Vec<String> = stored.and_then(|stored| parse(stored).ok()).unwrap_or_default();
            let known = all.len();
            for id in ids {
                if !all.iter().any(|one| one == id) {
                    all.push(id.to_owned());
                }
            }
            if all.len() > known {
                all.drain(..all.len().saturating_sub(MOST));
                entries.insert(mark, value(&all)?);
            }
        }
        Ok(entries)
    }

    /// What was said before of units like these.
    pub(super) async fn before(&self, page: &Page, units: &[String]) -> Result<Response, Failure> {
        limit(units.len() <= MAX_BEFORE && units.iter().all(|unit| unit.len() <= MAX_TEXT), || {
            format!("at most {MAX_BEFORE} units of at most {MAX_TEXT} bytes in one request")
        })?;
        let url = address(&page.url)?;
        let marks: Vec<Vec<String>> = units.iter().map(|unit| marks(unit)).collect();
        let all: BTreeSet<&String> = marks.iter().flatten().collect();
        let found = self.store.get(all.iter().map(|mark| (*mark).clone()).collect()).await?;
        let found: BTreeMap<&String, Vec<String>> =
            all.into_iter().zip(found).filter_map(|(mark, ids)| Some((mark, parse(ids?).ok()?))).collect();
        let mut earlier = Vec::with_capacity(units.len());
        for (text, marks) in units.iter().zip(&marks) {
            let ids: BTreeSet<&String> = marks.iter().filter_map(|mark| found.get(mark)).flatten().collect();
            earlier.push(self.alike(&url, text, ids.into_iter().cloned().collect()).await?);
        }
        Ok(Response::Before { earlier })
    }

    /// Of the units of these decisions, those like a text of which something stands, the most alike first.
    async fn alike(&self, url: &str, text: &str, ids: Vec<String>) -> Result<Vec<Earlier>, Failure> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let (gist, hash) = (Gist::new(text), sha256(text));
        let entries = self.store.get(ids.iter().map(|id| keys::log(id)).collect()).await?;
        let mut near: Vec<(f64, LogEntry)> = Vec::new();
        for entry in entries.into_iter().flatten().filter_map(|entry| parse::<LogEntry>(entry).ok()) {
            let unit = &entry.unit;
            let here = entry.page.url == url && unit.sha256 == hash;
            let known =
                near.iter().any(|(_, it)| it.page.url == entry.page.url && it.unit.identity() == unit.identity());
            let likeness = match &unit.text {
                _ if unit.sha256 == hash => SAME,
                Some(text) => gist.as_ref().zip(Gist::new(text)).map_or(0.0, |(one, other)| one.likeness(&other)),
                None => 0.0,
            };
            if !here && !known && likeness >= NEAR {
                near.push((likeness, entry));
            }
        }
        near.order_by(|one, other| other.0.total_cmp(&one.0).then_with(|| other.1.at.cmp(&one.1.at)));
        let mut earlier = Vec::new();
        for (likeness, entry) in near {
            let log = self.log_of_page(&keys::page(&entry.page.url)).await?;
            let said: Vec<Word<'_>> = standing(&log)
                .into_iter()
                .filter(|word| word.last.unit.identity() == entry.unit.identity() && says(word.action()))
                .collect();
            let Some(last) = said.iter().map(|word| &word.last.at).max() else { continue };
            let (at, url) = (last.clone(), entry.page.url.clone());
            let marks = said.iter().map(|word| Mark { proposed: None, ..word.mark() }).collect();
            earlier.push(Earlier { url, at, likeness, text: entry.unit.text.clone(), marks });
            if earlier.len() == SHOWN {
                break;
            }
        }
        Ok(earlier)
    }
}

/// Of entries that come to a page's log, those that are the first to say something of their text.
pub(super) fn first_words<'e>(log: &'e [LogEntry], comes: impl Iterator<Item = &'e LogEntry>) -> Vec<LogEntry> {
    let speaks = |entry: &&LogEntry| entry.revises.is_none() && says(entry.action) && has_words(&entry.unit);
    let mut known: HashSet<&str> = log.iter().filter(speaks).map(|entry| entry.unit.identity()).collect();
    comes.filter(speaks).filter(|entry| known.insert(entry.unit.identity())).cloned().collect()
}

/// Whether a unit can be known again by what it says.
fn has_words(unit: &Captured) -> bool {
    unit.unit != UnitKind::Account && unit.text.as_ref().is_none_or(|text| !text.is_empty())
}
