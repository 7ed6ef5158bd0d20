//! Texts that were coded in another tool become records.
//!
//! Invariants: a file that cannot be read gives nothing; what a file says and a record cannot hold is counted and told
//! ([`Remark`]), never dropped in silence; the same file with the same terms gives the same records with the same ids; memory
//! is bounded by [`MAX_FILE`] and [`MAX_HELD`].
//! Must not touch: offsets of tools, which each reader knows; which decisions stand.

mod doccano;
mod hypothesis;
mod label_studio;
mod span;
mod web_annotation;

pub use span::Count;

use super::refi::guid;
use super::writer::{Failed, failed};
use super::{jsonl, jsonld, time};
use crate::annotation::LogEntry;
use crate::annotation::derive::annotation;
use crate::annotation::record::{Captured, sha256, urn};
use crate::annotation::selector::{PROJECTION, describe};
use crate::codebook::Codebook;
use crate::service::check::MAX_MEMO;
use crate::service::protocol::{Action, CodebookRef, ModelRef, Page, Record, UnitKind};
use crate::service::{MAX_TEXT, MAX_URL};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

/// Largest file, in bytes.
pub const MAX_FILE: usize = 256 << 20;
/// Most bytes of texts in all records of a file: a record holds the text of its unit.
pub const MAX_HELD: usize = 256 << 20;
/// Longest name of a coder, in bytes.
const MAX_CODER: usize = 80;
/// Longest label that a report names, in bytes.
const MAX_LABEL: usize = 200;
/// Unknown labels that a report names.
const LABELS: usize = 200;
/// Code points of a file that it is known by.
const HEAD: usize = 2000;
/// Places that a remark names.
const PLACES: usize = 5;
/// The time of what says none.
const UNKNOWN: &str = "1970-01-01T00:00:00Z";

/// Where a file comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// Records as the extension exports them.
    JsonLines,
    /// The same as W3C annotations with the log.
    JsonLd,
    /// doccano's JSONL.
    Doccano,
    /// Label Studio's JSON.
    LabelStudio,
    /// What the API of Hypothesis answers to a search.
    Hypothesis,
    /// W3C annotations that others made.
    WebAnnotation,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::JsonLines, Self::JsonLd, Self::Doccano, Self::LabelStudio, Self::Hypothesis, Self::WebAnnotation];

    /// What it is called on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::JsonLd => "jsonld",
            Self::Doccano => "doccano",
            Self::LabelStudio => "label-studio",
            Self::Hypothesis => "hypothesis",
            Self::WebAnnotation => "web-annotation",
        }
    }

    /// What a file looks to be from; whether it is that is told on reading it.
    pub fn of(file: &str) -> Option<Self> {
        let file = file.trim_start_matches('\u{feff}').trim_start();
        let first: Option<Value> = file.lines().next().and_then(|line| serde_json::from_str(line).ok());
        let has = |member: &str| first.as_ref().is_some_and(|line| line.get(member).is_some());
        let begins = |words: &str| file.chars().take(HEAD).collect::<String>().contains(words);
        if has("log") {
            Some(Self::JsonLines)
        } else if has("text") {
            Some(Self::Doccano)
        } else if begins("\"AnnotationCollection\"") && begins(jsonld::NAMESPACE) {
            Some(Self::JsonLd)
        } else if ["Annotation", "AnnotationPage", "AnnotationCollection"].iter().any(|it| begins(&format!("\"{it}\"")))
        {
            Some(Self::WebAnnotation)
        } else if begins("\"rows\"") {
            Some(Self::Hypothesis)
        } else {
            file.starts_with('[').then_some(Self::LabelStudio)
        }
    }

    /// Whether the files are Postil's own, which say what their codes mean and who decided.
    pub fn is_own(self) -> bool {
        matches!(self, Self::JsonLines | Self::JsonLd)
    }
}

/// What the words of a file mean.
#[derive(Debug, Clone)]
pub struct Terms {
    codebook: CodebookRef,
    /// By label: id of a code; none where several are named so.
    codes: HashMap<String, Option<String>>,
    coder: Option<String>,
    count: Count,
}

impl Terms {
    /// Labels are ids or names of the codes of a codebook, which records name by `reference`, and what is mapped to one of its ids. Without a coder's name, those of
    /// the file are kept.
    ///
    /// # Errors
    /// If a label is mapped to a code that is not there, or the coder's name is empty or too long.
    pub fn new(
        codebook: &Codebook,
        reference: CodebookRef,
        mapped: &[(String, String)],
        coder: Option<String>,
        count: Count,
    ) -> Result<Self, Failed> {
        let mut codes = HashMap::new();
        for code in &codebook.codes {
            let named = codes.entry(code.label.clone());
            named.and_modify(|several| *several = None).or_insert_with(|| Some(code.id.clone()));
        }
        codes.extend(codebook.codes.iter().map(|code| (code.id.clone(), Some(code.id.clone()))));
        for (label, id) in mapped {
            if !codebook.codes.iter().any(|code| code.id == *id) {
                let known: Vec<&str> = codebook.codes.iter().map(|code| code.id.as_str()).collect();
                let message =
                    format!("`{}` has no code `{id}` for `{label}`; it has {}", codebook.id, known.join(", "));
                return Err(Failed(message));
            }
            codes.insert(label.clone(), Some(id.clone()));
        }
        if coder.as_ref().is_some_and(|coder| !(1..=MAX_CODER).contains(&coder.len())) {
            return Err(Failed(format!("a coder's name has 1 to {MAX_CODER} bytes")));
        }
        Ok(Self { codebook: reference, codes, coder, count })
    }
}

/// Something that is in the file and not, or not for certain, in the records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Whether it is left out; otherwise it is carried and in doubt.
    pub lost: bool,
    /// What, and why.
    pub reason: String,
    /// What to do about it.
    pub mend: String,
    /// How often.
    pub count: usize,
    /// The first places in the file.
    pub places: Vec<String>,
}

/// What came of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Decisions.
    pub records: usize,
    /// Texts decided about.
    pub units: usize,
    /// Who decided.
    pub coders: BTreeSet<String>,
    /// Labels that are no code of the codebook; bounded in number.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unknown: BTreeSet<String>,
    /// By reason.
    pub remarks: Vec<Remark>,
}

/// The records of a file of Postil's own, with other versions of their entries.
///
/// # Errors
/// If it is no such file, or has an entry twice.
fn own(source: Source, file: &str) -> Result<(Vec<Record>, Report), Failed> {
    let records: Vec<Record> = match source {
        Source::JsonLd => jsonld::read(file).map_err(|error| {
            Failed(format!(
                "expected a collection as Postil exports it, with its log (others' are `web-annotation`): {error}"
            ))
        })?,
        _ => jsonl::read(file.as_bytes()).collect::<Result<_, _>>().map_err(failed)?,
    };
    let mut ids = HashSet::new();
    if let Some(twice) = records.iter().find(|record| !ids.insert(record.log.id.as_str())) {
        return Err(Failed(format!(
            "the entry {} is there twice; use `postil merge`, which makes one of it",
            twice.log.id
        )));
    }
    let report = report(&records, Remarks::default());
    Ok((records, report))
}

/// The records of a file, in its order, and what is to be said of it. Terms are for files of other tools.
///
/// # Errors
/// If the file is not what it is said to be, is too large, or terms are missing.
pub fn import(source: Source, file: &str, terms: Option<&Terms>) -> Result<(Vec<Record>, Report), Failed> {
    if file.len() > MAX_FILE {
        return Err(Failed(format!("the file has {} bytes; divide it into files of {MAX_FILE}", file.len())));
    }
    let file = file.strip_prefix('\u{feff}').unwrap_or(file);
    let Some(terms) = terms.filter(|_| !source.is_own()) else {
        return if source.is_own() {
            own(source, file)
        } else {
            Err(Failed("say which codebook the labels are of".into()))
        };
    };
    let mut draft = Draft::new(source, terms);
    match source {
        Source::LabelStudio => label_studio::read(file, &mut draft)?,
        Source::Hypothesis => hypothesis::read(file, &mut draft)?,
        Source::WebAnnotation => web_annotation::read(file, &mut draft)?,
        _ => doccano::read(file, &mut draft)?,
    }
    draft.finish()
}

fn report(records: &[Record], remarks: Remarks) -> Report {
    let units: HashSet<_> = records.iter().map(|it| (&it.log.page.url, it.log.unit.identity())).collect();
    Report {
        records: records.len(),
        units: units.len(),
        coders: records.iter().map(|record| record.log.coder.clone()).collect(),
        unknown: BTreeSet::new(),
        remarks: remarks.0.into_values().collect(),
    }
}

/// By reason.
#[derive(Debug, Default)]
struct Remarks(BTreeMap<String, Remark>);

impl Remarks {
    fn lost(&mut self, reason: impl Into<String>, mend: &str, place: &str) {
        self.add(true, reason.into(), mend, place);
    }

    fn doubt(&mut self, reason: impl Into<String>, mend: &str, place: &str) {
        self.add(false, reason.into(), mend, place);
    }

    fn add(&mut self, lost: bool, reason: String, mend: &str, place: &str) {
        let remark = self.0.entry(reason.clone()).or_insert_with(|| Remark {
            lost,
            reason,
            mend: mend.to_owned(),
            count: 0,
            places: Vec::new(),
        });
        remark.count += 1;
        if remark.places.len() < PLACES {
            remark.places.push(place.to_owned());
        }
    }
}

/// A text that was coded.
#[derive(Debug)]
struct Unit<'t> {
    text: &'t str,
    hash: String,
    url: String,
    title: &'t str,
}

impl<'t> Unit<'t> {
    /// What has no address gets one that follows from the text, so that the same text is the same unit in every file.
    fn new(text: &'t str, url: Option<&str>, title: &'t str) -> Self {
        let hash = sha256(text);
        let url = url.map(|url| url.split('#').next().unwrap_or_default());
        let url = url.filter(|url| (1..=MAX_URL).contains(&url.len()));
        let url = url.map_or_else(|| format!("urn:postil:text:{hash}"), str::to_owned);
        Self { text, hash, url, title }
    }
}

/// Who said something of a unit, when, and where in the file.
#[derive(Debug)]
struct Saying<'t> {
    coder: &'t str,
    at: &'t str,
    memo: Option<&'t str>,
    place: &'t str,
}

/// The records so far.
#[derive(Debug)]
struct Draft<'a> {
    source: Source,
    terms: &'a Terms,
    records: Vec<Record>,
    ids: HashSet<String>,
    remarks: Remarks,
    /// Coders as the file names them.
    named: BTreeSet<String>,
    /// Labels that are no code.
    unknown: BTreeSet<String>,
    held: usize,
}

impl<'a> Draft<'a> {
    fn new(source: Source, terms: &'a Terms) -> Self {
        let (records, ids) = (Vec::new(), HashSet::new());
        Self {
            source,
            terms,
            records,
            ids,
            remarks: Remarks::default(),
            named: BTreeSet::new(),
            unknown: BTreeSet::new(),
            held: 0,
        }
    }

    /// Who decided, where the file names somebody or nobody.
    fn coder(&mut self, named: Option<String>) -> Result<String, Failed> {
        let named = named.filter(|name| (1..=MAX_CODER).contains(&name.len()));
        self.named.extend(named.clone());
        self.terms
            .coder
            .clone()
            .or(named)
            .ok_or_else(|| Failed("the file does not say who coded; name the coder".into()))
    }

    /// A time as records have it.
    fn time(&mut self, text: Option<&str>, place: &str) -> String {
        let time = text.and_then(time::utc);
        if time.is_none() {
            self.remarks.doubt("no time is given; it is set to 1970", "nothing, unless order matters", place);
        }
        time.unwrap_or_else(|| UNKNOWN.to_owned())
    }

    /// Adds a label of some words, in bytes, or of the whole unit.
    fn add(
        &mut self,
        unit: &Unit<'_>,
        span: Option<Range<usize>>,
        label: &str,
        said: &Saying<'_>,
    ) -> Result<(), Failed> {
        let found = self.terms.codes.get(label);
        let Some(Some(code)) = found else {
            if self.unknown.len() < LABELS && label.len() <= MAX_LABEL {
                self.unknown.insert(label.to_owned());
            }
            let many = if found.is_some() { "several codes" } else { "no code" };
            let reason = format!("`{}` has {many} for the label `{}`", self.terms.codebook.id, shown(label));
            self.remarks.lost(
                reason,
                "say which code it is (--map LABEL=CODE), or add one to the codebook",
                said.place,
            );
            return Ok(());
        };
        let text = unit.text;
        if text.len() > MAX_TEXT {
            let reason = format!("a text of more than {MAX_TEXT} bytes");
            self.remarks.lost(reason, "divide it into units before it is coded", said.place);
            return Ok(());
        }
        let memo = said.memo.filter(|memo| memo.len() <= MAX_MEMO);
        if memo.is_none() && said.memo.is_some() {
            let reason = format!("a note of more than {MAX_MEMO} bytes");
            self.remarks.lost(reason, "shorten it in the file", said.place);
        }
        let Unit { hash, url, .. } = unit;
        let place = span.as_ref().map_or(String::new(), |span| format!("{}-{}", span.start, span.end));
        let id = guid(&["import", said.coder, &self.terms.codebook.id, url, hash, &place, code, said.at]);
        if !self.ids.insert(id.clone()) {
            self.remarks.lost("the same label of the same words again", "nothing; it is kept once", said.place);
            return Ok(());
        }
        self.held += text.len();
        if self.held > MAX_HELD {
            return Err(Failed(format!("the texts of all labels have more than {MAX_HELD} bytes; divide the file")));
        }
        let log = LogEntry {
            annotation: Some(urn(&id)),
            id,
            at: said.at.to_owned(),
            coder: said.coder.to_owned(),
            action: Action::Assigned,
            page: Page { url: url.clone(), title: unit.title.to_owned() },
            codebook: self.terms.codebook.clone(),
            model: ModelRef { id: format!("imported from {}", self.source.name()), hash: String::new() },
            code: Some(code.clone()),
            stance: None,
            tier: None,
            confidence: None,
            memo: memo.map(str::to_owned),
            relation: None,
            revises: None,
            selector: describe(text, span, None),
            unit: Captured {
                kind: "TimeState".into(),
                source_date: said.at.to_owned(),
                projection: PROJECTION.into(),
                sha256: hash.clone(),
                text: Some(text.to_owned()),
                unit: UnitKind::default(),
                image: None,
                author: None,
                title: unit.title.to_owned(),
                found_via: None,
            },
            suggestion_visible: false,
            proposed: None,
            session: None,
        };
        let annotation = annotation(&log, &log);
        self.records.push(Record { log, annotation, conflicts: Vec::new() });
        Ok(())
    }

    fn finish(self) -> Result<(Vec<Record>, Report), Failed> {
        if self.terms.coder.is_some() && self.named.len() > 1 {
            let message = "the file has the labels of {} coders, who would become one; leave their names as they are (name no coder)";
            return Err(Failed(message.replace("{}", &self.named.len().to_string())));
        }
        let report = Report { unknown: self.unknown, ..report(&self.records, self.remarks) };
        Ok((self.records, report))
    }
}

/// As much of a text as a message takes, on one line.
fn shown(text: &str) -> String {
    text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
