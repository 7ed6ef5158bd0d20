//! Records of several coders become one set of records.
//!
//! Invariants: merging is a union: the order of files and how often one is given change nothing, and no entry is lost. The log
//! is the truth: which annotations stand, and what they say, follows from the united log alone, said in the order of its times
//! and, of the same time, of its ids. Where a file has an annotation, or lacks one, and neither its own log nor the united one
//! says why, an entry is missing from it: that is told ([`Astray`]), and the log is followed.
//! Shape: where entries of one id differ, the first by its bytes is the record's `log`, and the others are its `conflicts`, so
//! that what was merged can be merged again. Only members that this version knows are carried.

use super::time;
use crate::annotation::LogEntry;
use crate::annotation::derive::annotation;
use crate::annotation::record::{Annotation, Body};
use crate::service::protocol::Record;
use crate::service::standing::{Word, assigns, standing};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// An id under which files say different things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Of the decision.
    pub id: String,
    /// Which files have it, as counted by the caller.
    pub files: BTreeSet<usize>,
    /// Members of the log entry that differ.
    pub fields: BTreeSet<String>,
}

/// An annotation of a file that follows from no log at hand: an edit, a withdrawal or what it takes back is missing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Astray {
    /// Of the decision.
    pub id: String,
    /// The file, as counted by the caller.
    pub file: usize,
    /// When the file says that it was edited, if it says so.
    pub modified: Option<String>,
    /// Whether the file has an annotation.
    pub stands: bool,
}

/// What was merged, counted and not resolved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// By id.
    pub conflicts: Vec<Conflict>,
    /// By id, then by file.
    pub astray: Vec<Astray>,
    /// Coders with an entry.
    pub coders: usize,
    /// Units that have a standing decision of several coders.
    pub shared: usize,
    /// Of these, the units to which not all gave the same codes.
    pub disagreed: usize,
}

/// What an annotation says that the log may say otherwise.
type Said = Option<(Option<String>, Body)>;

fn said(annotation: Option<Annotation>) -> Said {
    annotation.map(|annotation| (annotation.modified, annotation.body))
}

/// The union so far.
#[derive(Debug, Default)]
pub struct Merge {
    /// By id, then by bytes: the entry, and the files that have it.
    entries: BTreeMap<String, BTreeMap<String, (LogEntry, BTreeSet<usize>)>>,
    /// By id: what the files' annotations say.
    said: BTreeMap<String, Vec<(usize, Said)>>,
}

impl Merge {
    /// Adds a line of a file.
    ///
    /// # Errors
    /// If a number in it cannot be written as JSON.
    pub fn push(&mut self, file: usize, line: Record) -> Result<(), serde_json::Error> {
        self.said.entry(line.log.id.clone()).or_default().push((file, said(line.annotation)));
        for entry in std::iter::once(line.log).chain(line.conflicts) {
            let bytes = serde_json::to_string(&entry)?;
            let versions = self.entries.entry(entry.id.clone()).or_default();
            versions.entry(bytes).or_insert_with(|| (entry, BTreeSet::new())).1.insert(file);
        }
        Ok(())
    }

    /// All lines, by id, and what is to be said of them.
    ///
    /// # Errors
    /// If a record cannot be written as JSON.
    pub fn finish(self) -> Result<(Vec<Record>, Report), serde_json::Error> {
        let mut report = Report::default();
        let (mut log, mut others, mut owners) =
            (Vec::with_capacity(self.entries.len()), HashMap::new(), HashMap::new());
        for (id, versions) in self.entries {
            let files: BTreeSet<usize> = versions.values().flat_map(|(_, files)| files).copied().collect();
            if versions.len() > 1 {
                let fields = differing(versions.keys())?;
                report.conflicts.push(Conflict { id: id.clone(), files: files.clone(), fields });
            }
            let mut versions = versions.into_values().map(|(entry, _)| entry);
            log.extend(versions.next());
            others.insert(id.clone(), versions.collect::<Vec<_>>());
            owners.insert(id, files);
        }
        log.sort_by(|one, other| one.page.url.cmp(&other.page.url).then_with(|| time::order(one, other)));
        let mut made = annotations(&log, &mut |words| report.count(&log, words));
        report.astray = astray(self.said, &log, &made, &owners);
        let mut lines: Vec<Record> = log
            .into_iter()
            .map(|log| {
                let (annotation, conflicts) = (made.remove(&log.id), others.remove(&log.id).unwrap_or_default());
                Record { log, annotation, conflicts }
            })
            .collect();
        lines.sort_by(|a, b| a.log.id.cmp(&b.log.id));
        Ok((lines, report))
    }
}

/// The annotations that follow from a log in its order, page by page, by id of the decision.
fn annotations(log: &[LogEntry], look: &mut dyn FnMut(&[Word<'_>])) -> HashMap<String, Annotation> {
    // The same words of the same text on another page are others.
    let words: Vec<Word<'_>> = log.chunk_by(|one, next| one.page.url == next.page.url).flat_map(standing).collect();
    look(&words);
    words
        .iter()
        .filter(|word| assigns(word.action()))
        .filter_map(|word| Some((word.first.id.clone(), annotation(word.first, word.last)?)))
        .collect()
}

/// What files say that follows neither from the united log nor from their own.
fn astray(
    said_of: BTreeMap<String, Vec<(usize, Said)>>,
    log: &[LogEntry],
    made: &HashMap<String, Annotation>,
    owners: &HashMap<String, BTreeSet<usize>>,
) -> Vec<Astray> {
    let mut by_file: BTreeMap<usize, Vec<(String, Said)>> = BTreeMap::new();
    for (id, files) in said_of {
        let united = said(made.get(&id).cloned());
        for (file, own) in files.into_iter().filter(|(_, own)| *own != united) {
            by_file.entry(file).or_default().push((id.clone(), own));
        }
    }
    let mut astray = BTreeSet::new();
    for (file, doubtful) in by_file {
        let has = |entry: &&LogEntry| owners.get(&entry.id).is_some_and(|files| files.contains(&file));
        let bare = |entry: &LogEntry| {
            let mut entry = entry.clone();
            entry.unit.text = None;
            entry
        };
        let own: Vec<LogEntry> = log.iter().filter(has).map(bare).collect();
        let own = annotations(&own, &mut |_| {});
        for (id, says) in doubtful {
            if said(own.get(&id).cloned()) != says {
                let stands = says.is_some();
                astray.insert(Astray { id, file, modified: says.and_then(|(modified, _)| modified), stands });
            }
        }
    }
    astray.into_iter().collect()
}

impl Report {
    fn count(&mut self, log: &[LogEntry], words: &[Word<'_>]) {
        self.coders = log.iter().map(|entry| &entry.coder).collect::<BTreeSet<_>>().len();
        let mut units: BTreeMap<_, BTreeMap<&str, BTreeSet<_>>> = BTreeMap::new();
        for word in words {
            let unit = (&word.first.page.url, word.first.unit.identity(), &word.first.codebook.id);
            let codes = units.entry(unit).or_default().entry(&word.first.coder).or_default();
            codes.extend(word.last.code.as_deref().filter(|_| assigns(word.action())));
        }
        for coders in units.values().filter(|coders| coders.len() > 1) {
            self.shared += 1;
            let mut codes = coders.values();
            let first = codes.next();
            self.disagreed += usize::from(codes.any(|other| Some(other) != first));
        }
    }
}

/// The members that are not the same in all versions of an entry.
pub(crate) fn differing<'v>(versions: impl Iterator<Item = &'v String>) -> Result<BTreeSet<String>, serde_json::Error> {
    let all: Vec<BTreeMap<String, Value>> =
        versions.map(|version| serde_json::from_str(version)).collect::<Result<_, _>>()?;
    let names: BTreeSet<&String> = all.iter().flat_map(BTreeMap::keys).collect();
    let differs = |name: &&&String| all.windows(2).any(|pair| pair[0].get(**name) != pair[1].get(**name));
    Ok(names.iter().filter(differs).map(|name| (*name).clone()).collect())
}
