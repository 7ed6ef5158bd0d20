//! Records of several coders become one set of records.
//!
//! Invariants: merging is a union: the order of files and how often one is given change nothing, and nothing is lost; which
//! annotations stand follows from the united log alone.
//! Shape: a line of JSON Lines, with the member `conflicts` where entries of one id differ: the first by its bytes is the
//! line's `log`, and the others are kept beside it, so that what was merged can be merged again.

use crate::annotation::LogEntry;
use crate::annotation::record::{Annotation, AnnotationType, Body, CONTEXT, Creator, Target, urn};
use crate::service::standing::{Word, assigns, standing};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A record, and what else was said under its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The decision.
    pub log: LogEntry,
    /// The annotation, as later edits left it.
    pub annotation: Option<Annotation>,
    /// Other entries with the id of `log`, in the order of their bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<LogEntry>,
}

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

/// What was merged, counted and not resolved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// By id.
    pub conflicts: Vec<Conflict>,
    /// Coders with an entry.
    pub coders: usize,
    /// Units that have a standing decision of several coders.
    pub shared: usize,
    /// Of these, the units to which not all gave the same codes.
    pub disagreed: usize,
}

/// The union so far.
#[derive(Debug, Default)]
pub struct Merge {
    /// By id, then by bytes: the entry, and the files that have it.
    entries: BTreeMap<String, BTreeMap<String, (LogEntry, BTreeSet<usize>)>>,
}

impl Merge {
    /// Adds a line of a file.
    ///
    /// # Errors
    /// If a number in it cannot be written as JSON.
    pub fn push(&mut self, file: usize, line: Line) -> Result<(), serde_json::Error> {
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
    pub fn finish(self) -> Result<(Vec<Line>, Report), serde_json::Error> {
        let mut report = Report::default();
        let mut lines = Vec::with_capacity(self.entries.len());
        for (id, versions) in self.entries {
            if versions.len() > 1 {
                let files = versions.values().flat_map(|(_, files)| files).copied().collect();
                let fields = differing(versions.keys())?;
                report.conflicts.push(Conflict { id, files, fields });
            }
            let mut versions = versions.into_values().map(|(entry, _)| entry);
            let Some(log) = versions.next() else { continue };
            lines.push(Line { log, annotation: None, conflicts: versions.collect() });
        }
        let mut log: Vec<LogEntry> = lines.iter().map(|line| line.log.clone()).collect();
        log.sort_by(|a, b| (&a.at, &a.id).cmp(&(&b.at, &b.id)));
        let words = standing(&log);
        report.count(&log, &words);
        let mut made: HashMap<&str, Annotation> =
            words.iter().filter_map(|word| Some((&*word.first.id, annotation(word)?))).collect();
        for line in &mut lines {
            line.annotation = made.remove(&*line.log.id);
        }
        Ok((lines, report))
    }
}

impl Report {
    fn count(&mut self, log: &[LogEntry], words: &[Word<'_>]) {
        self.coders = log.iter().map(|entry| &entry.coder).collect::<BTreeSet<_>>().len();
        let mut units: BTreeMap<_, BTreeMap<&str, BTreeSet<_>>> = BTreeMap::new();
        for word in words {
            let unit = (&word.first.page.url, &word.first.unit.sha256, &word.first.codebook.id);
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
fn differing<'v>(versions: impl Iterator<Item = &'v String>) -> Result<BTreeSet<String>, serde_json::Error> {
    let all: Vec<BTreeMap<String, Value>> =
        versions.map(|version| serde_json::from_str(version)).collect::<Result<_, _>>()?;
    let names: BTreeSet<&String> = all.iter().flat_map(BTreeMap::keys).collect();
    let differs = |name: &&&String| all.windows(2).any(|pair| pair[0].get(**name) != pair[1].get(**name));
    Ok(names.iter().filter(differs).map(|name| (*name).clone()).collect())
}

/// The annotation of a word that assigns a code.
fn annotation(word: &Word<'_>) -> Option<Annotation> {
    let Word { first, last } = word;
    let code = last.code.as_ref().filter(|_| assigns(word.action()))?;
    let codebook = &last.codebook;
    Some(Annotation {
        context: CONTEXT.into(),
        id: urn(&first.id),
        kind: AnnotationType::Annotation,
        motivation: "classifying".into(),
        creator: Creator { kind: "Person".into(), nickname: first.coder.clone() },
        created: first.at.clone(),
        modified: (last.id != first.id).then(|| last.at.clone()),
        body: Body {
            kind: "SpecificResource".into(),
            purpose: "classifying".into(),
            source: format!("urn:postil:codebook:{}:{}#{code}", codebook.id, codebook.version),
            code: code.clone(),
            codebook: codebook.clone(),
            stance: last.stance.clone(),
            tier: last.tier,
            memo: last.memo.clone(),
        },
        target: Target { source: first.page.url.clone(), selector: first.selector.clone(), state: first.unit.clone() },
    })
}
