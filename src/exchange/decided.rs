//! What stands, of whatever coder, unit by unit: what the tables and the tools for coded texts are given.
//!
//! Invariants: a later entry may take back any earlier one of its page, and records come in no order of time; so nothing is
//! known before the last record has come. Until then each entry is held once, and each text once, however many decisions are
//! about it. What stands is settled on the records as they are; what is taken out is taken out afterwards.

use super::redaction::{Redaction, Redactor};
use super::time;
use crate::annotation::LogEntry;
use crate::annotation::record::{Captured, sha256};
use crate::annotation::selector::Selector;
use crate::service::protocol::{Action, FoundVia, Record};
use crate::service::standing::standing;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// Value of a unit to which a coder says that no code of a codebook applies.
pub(super) const NONE: &str = "none applies";

/// A unit that something was decided about.
#[derive(Debug)]
pub(super) struct Unit {
    /// What tells it from other units, in this file and, where addresses and texts are whole, in others.
    pub(super) key: String,
    pub(super) url: String,
    pub(super) captured: Captured,
}

/// A decision that stands.
#[derive(Debug)]
pub(super) struct Decision {
    /// The first entry, with the words of the last.
    pub(super) entry: LogEntry,
    pub(super) action: Action,
    /// Index of its unit.
    pub(super) unit: usize,
}

impl Decision {
    /// Code points of its words; none where it is about the whole unit.
    pub(super) fn span(&self) -> Option<[u32; 2]> {
        self.entry.selector.iter().find_map(Selector::position).map(|place| [place.start, place.end])
    }

    /// Its words.
    pub(super) fn quote(&self) -> Option<&str> {
        self.entry.selector.iter().find_map(Selector::quote).map(|quote| quote.exact.as_str())
    }

    /// The part of an image that it is about, as a media fragment; empty: all of the unit.
    pub(super) fn region(&self) -> String {
        self.entry.selector.iter().find_map(Selector::region).map(|region| region.to_string()).unwrap_or_default()
    }

    /// What it says of its unit: a code, or that none applies. A rejection says neither, and so does what is not about codes.
    pub(super) fn value(&self) -> Option<&str> {
        match self.action {
            Action::NoneApplies => Some(NONE),
            Action::Rejected | Action::Skipped | Action::Flagged | Action::Related => None,
            _ => self.entry.code.as_deref(),
        }
    }
}

/// What stands.
#[derive(Debug, Default)]
pub(super) struct Decided {
    /// By address, then in the order in which they were decided about first.
    pub(super) units: Vec<Unit>,
    /// By unit.
    pub(super) decisions: Vec<Decision>,
}

/// Holds records until all have come.
#[derive(Debug)]
pub(super) struct Collector {
    redactor: Redactor,
    pages: BTreeMap<String, Vec<LogEntry>>,
    /// By their hashes.
    texts: HashMap<String, String>,
    held: usize,
}

impl Collector {
    pub(super) fn new(redaction: Redaction) -> Self {
        Self { redactor: Redactor::new(redaction), pages: BTreeMap::new(), texts: HashMap::new(), held: 0 }
    }

    pub(super) fn push(&mut self, records: &[Record]) {
        for Record { log, .. } in records {
            let mut entry = LogEntry { selector: log.selector.clone(), ..log.clone() };
            if let Some(text) = entry.unit.text.take()
                && !self.texts.contains_key(entry.unit.identity())
            {
                self.held += text.len();
                self.texts.insert(entry.unit.identity().to_owned(), text);
            }
            self.held += size_of::<LogEntry>() + entry.memo.as_ref().map_or(0, String::len);
            self.held +=
                entry.selector.iter().filter_map(Selector::quote).map(|quote| quote.exact.len()).sum::<usize>();
            self.pages.entry(entry.page.url.clone()).or_default().push(entry);
        }
    }

    pub(super) fn held(&self) -> usize {
        self.held
    }

    pub(super) fn finish(self) -> Decided {
        let Self { mut redactor, pages, texts, .. } = self;
        let mut decided = Decided::default();
        for (url, mut log) in pages {
            let first = decided.units.len();
            log.sort_by(time::order);
            // By hash: the index of the unit among those of this page.
            let mut places: HashMap<&str, usize> = HashMap::new();
            let mut units: Vec<Vec<Decision>> = Vec::new();
            for word in standing(&log) {
                let of = word.first.unit.identity();
                let mut entry = word.first.clone();
                (entry.code, entry.stance) = (word.last.code.clone(), word.last.stance.clone());
                (entry.tier, entry.memo) = (word.last.tier, word.last.memo.clone());
                entry.confidence = word.last.confidence;
                entry.codebook = word.last.codebook.clone();
                // A quote is cut out of its text again where that changes.
                entry.unit.text = texts.get(of).cloned();
                redactor.entry(&mut entry);
                let at = *places.entry(of).or_insert(units.len());
                if at == units.len() {
                    units.push(Vec::new());
                    let key = if redactor.what().hides() {
                        format!("unit-{}", decided.units.len() + 1)
                    } else {
                        sha256(&format!("{url}\n{of}")).chars().take(16).collect()
                    };
                    decided.units.push(Unit { key, url: entry.page.url.clone(), captured: entry.unit.clone() });
                }
                entry.unit.text = None;
                units[at].push(Decision { entry, action: word.action(), unit: first + at });
            }
            decided.decisions.extend(units.into_iter().flatten());
        }
        decided
    }
}

/// The name of a value in records.
pub(super) fn name(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// How a coder came upon a page, by its name; empty where that was not said.
pub(super) fn found_via(unit: &Captured) -> String {
    unit.found_via.map(|via: FoundVia| name(via)).unwrap_or_default()
}
