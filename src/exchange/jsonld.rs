//! W3C JSON-LD: every annotation that stands, in one AnnotationCollection, and with them the log.
//!
//! Source: W3C Web Annotation Data Model, 2017, §5 (Annotation Collection, Annotation Page).
//! Shape: the collection embeds its one page, whose items are the annotations as they are stored, each with its own context.
//! Sources that are no IRIs, as addresses in browsers may be, are made so, and what they were follows from the log.
//! Annotations lack what else a record holds: which suggestion was shown, rejections, `none applies`, edits and withdrawals.
//! So each item has a member `postil:log` of its own: the entries since the item before it, the last of which made the
//! annotation; the page has one for the entries after the last item, and a collection without annotations, which has no page,
//! has it itself. Other entries with the id of one are its `conflicts`. Readers that do not know it see annotations; read in
//! order they are all records, byte for byte.
//! `id` and `total` come last: the id follows from the content, so that the same records are the same collection.
//! Holds the entries that wait for an annotation.

use super::iri::iri;
use super::redaction::{Redaction, Redactor};
use super::writer::{Failed, failed};
use crate::annotation::derive::source;
use crate::annotation::record::{CONTEXT, urn};
use crate::annotation::{Annotation, LogEntry};
use crate::service::protocol::Record;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

/// Names that the standard's context lacks.
pub(super) const NAMESPACE: &str = "urn:postil:ns:";
/// How a page begins: one has at least one item.
const PAGE: &str = "\"first\":{\"type\":\"AnnotationPage\",\"startIndex\":0,\"items\":[\n";

/// Writes one collection.
#[derive(Debug)]
pub struct Writer {
    redactor: Redactor,
    content: Sha256,
    total: usize,
    /// Entries without an annotation since the last item, as JSON.
    waiting: Vec<String>,
}

impl Writer {
    /// Of records without what is taken out.
    pub fn new(redaction: Redaction) -> Self {
        Self { redactor: Redactor::new(redaction), content: Sha256::new(), total: 0, waiting: Vec::new() }
    }

    /// How many annotations were written.
    pub fn total(&self) -> usize {
        self.total
    }

    /// The entries that wait, as an array; none waits any more.
    fn log(&mut self) -> String {
        format!("[{}]", std::mem::take(&mut self.waiting).join(","))
    }
}

impl super::writer::Writer for Writer {
    fn begin(&mut self) -> Result<Vec<u8>, Failed> {
        let context = json!([CONTEXT, {
            "@version": 1.1,
            "postil": { "@id": NAMESPACE, "@prefix": true },
            "postil:codebook": { "@id": "postil:codebook", "@type": "@json" },
            "postil:log": { "@id": "postil:log", "@type": "@json" },
        }]);
        Ok(format!(
            "{{\"@context\":{context},\"type\":\"AnnotationCollection\",\"label\":\"Annotations made with Postil\",\n"
        )
        .into_bytes())
    }

    fn push(&mut self, records: &[Record]) -> Result<Vec<u8>, Failed> {
        let mut text = String::new();
        for record in records {
            let Record { log, annotation, conflicts } = self.redactor.record(record);
            let log = serde_json::to_string(&Logged { log, conflicts }).map_err(failed)?;
            self.content.update(&log);
            self.waiting.push(log);
            if let Some(mut annotation) = annotation {
                for source in [&mut annotation.body.source, &mut annotation.target.source] {
                    *source = iri(source).into_owned();
                }
                let mut item = serde_json::to_string(&annotation).map_err(failed)?;
                self.content.update(&item);
                item.pop();
                let log = self.log();
                text += if self.total == 0 { PAGE } else { ",\n" };
                text += &format!("{item},\"postil:log\":{log}}}");
                self.total += 1;
            }
        }
        Ok(text.into_bytes())
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<u8>, Failed> {
        let log = self.log();
        let id = urn(&super::refi::uuid(self.content.finalize().as_slice()));
        let (total, page) = (self.total, json!(format!("{id}#page")));
        let id = json!(id);
        if total == 0 {
            return Ok(format!("\"postil:log\":{log},\"total\":0,\"id\":{id}}}\n").into_bytes());
        }
        Ok(format!(
            "\n],\"postil:log\":{log},\"id\":{page},\"partOf\":{id}}},\"last\":{page},\"total\":{total},\"id\":{id}}}\n"
        )
        .into_bytes())
    }

    fn held(&self) -> usize {
        self.waiting.iter().map(String::len).sum()
    }
}

/// An entry, and what else was said under its id.
#[derive(Serialize, Deserialize)]
struct Logged {
    #[serde(flatten)]
    log: LogEntry,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    conflicts: Vec<LogEntry>,
}

impl Logged {
    fn record(self, annotation: Option<Annotation>) -> Record {
        Record { log: self.log, annotation, conflicts: self.conflicts }
    }
}

/// A collection as it was written here.
#[derive(Deserialize)]
struct Collection {
    first: Option<Page>,
    #[serde(rename = "postil:log")]
    rest: Option<Vec<Logged>>,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Item>,
    #[serde(rename = "postil:log")]
    rest: Vec<Logged>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(flatten)]
    annotation: Annotation,
    #[serde(rename = "postil:log")]
    log: Vec<Logged>,
}

/// All records of a collection that was written here, in order.
///
/// # Errors
/// If it is no such collection, or an item's log is empty.
pub fn read(text: &str) -> Result<Vec<Record>, Failed> {
    let (items, rest) = match serde_json::from_str(text).map_err(failed)? {
        Collection { first: Some(Page { items, rest }), .. } => (items, rest),
        Collection { first: None, rest: Some(rest) } => (Vec::new(), rest),
        Collection { first: None, rest: None } => return Err(Failed("there is no `postil:log` in it".into())),
    };
    let bare = |logged: Logged| logged.record(None);
    let mut records = Vec::new();
    for Item { mut annotation, mut log } in items {
        let made = log.pop().ok_or_else(|| {
            Failed(format!("`postil:log` of {} is empty; export the collection again", annotation.id))
        })?;
        let body = &annotation.body;
        let code = source(&body.codebook, &body.code);
        for (written, stored) in
            [(&mut annotation.body.source, code), (&mut annotation.target.source, made.log.page.url.clone())]
        {
            if iri(&stored) == *written {
                *written = stored;
            }
        }
        records.extend(log.into_iter().map(bare));
        records.push(made.record(Some(annotation)));
    }
    records.extend(rest.into_iter().map(bare));
    Ok(records)
}
