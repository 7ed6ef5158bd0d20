//! What would leave in a file, before it does.
//!
//! Invariants: says what the file would say, after what is taken out; counts, and one example of each field that may still
//! tell who somebody is, cut short. Holds these alone, and a number for each unit and page.

use super::redaction::{Redaction, Redactor};
use super::writer::Format;
use crate::annotation::selector::Selector;
use crate::service::protocol::Record;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// Longest example, in code points.
const EXAMPLE: usize = 80;

/// A field that may tell who somebody is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// What it is called in records.
    pub field: String,
    /// Records that hold it.
    pub records: usize,
    /// The first one's.
    pub example: String,
}

/// What would leave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaves {
    /// Entries of the log; formats that hold what stands alone write fewer.
    pub records: usize,
    /// Other entries with the id of one.
    pub conflicts: usize,
    /// Annotations.
    pub annotations: usize,
    /// Texts decided about.
    pub units: usize,
    /// Addresses.
    pub pages: usize,
    /// Fields that may tell who somebody is, by name.
    pub fields: Vec<Field>,
}

/// Counts what would leave.
#[derive(Debug)]
pub struct Preview {
    format: Format,
    redactor: Redactor,
    leaves: Leaves,
    fields: BTreeMap<&'static str, Field>,
    units: HashSet<String>,
    pages: HashSet<String>,
}

impl Preview {
    /// For a file of this format, without what is taken out.
    pub fn new(format: Format, redaction: Redaction) -> Self {
        Self {
            format,
            redactor: Redactor::new(redaction),
            leaves: Leaves::default(),
            fields: BTreeMap::new(),
            units: HashSet::new(),
            pages: HashSet::new(),
        }
    }

    /// Takes note of records.
    pub fn push(&mut self, records: &[Record]) {
        for record in records {
            self.leaves.annotations += usize::from(record.annotation.is_some());
            self.units.insert(format!("{}\n{}", record.log.page.url, record.log.unit.identity()));
            self.pages.insert(record.log.page.url.clone());
            let Record { log, conflicts, .. } = self.redactor.record(record);
            self.leaves.conflicts += if self.format.keeps_conflicts() { conflicts.len() } else { 0 };
            let quote = log.selector.iter().find_map(Selector::quote).map(|quote| quote.exact.clone());
            let path = log.selector.iter().find_map(Selector::path).map(str::to_owned);
            let fields = [
                ("coder", Some(log.coder)),
                ("address", Some(log.page.url)),
                ("title", Some(log.page.title)),
                ("text", log.unit.text),
                ("quote", quote),
                ("author", log.unit.author.map(|author| author.to_string())),
                ("hash of the text", Some(log.unit.sha256)),
                ("hash of the image", log.unit.image),
                ("element path", path),
                ("memo", log.memo),
            ];
            for (field, value) in fields {
                if let Some(value) = value.filter(|value| !value.is_empty() && holds(self.format, field)) {
                    let example = || value.chars().take(EXAMPLE).collect();
                    let entry = self.fields.entry(field).or_insert_with(|| Field {
                        field: field.to_owned(),
                        records: 0,
                        example: example(),
                    });
                    entry.records += 1;
                }
            }
        }
        self.leaves.records += records.len();
    }

    /// What would leave.
    pub fn finish(self) -> Leaves {
        let (units, pages) = (self.units.len(), self.pages.len());
        Leaves { units, pages, fields: self.fields.into_values().collect(), ..self.leaves }
    }
}

/// Whether files of this format hold a field.
fn holds(format: Format, field: &str) -> bool {
    match format {
        Format::JsonLines | Format::JsonLd => true,
        Format::Csv | Format::Dataset => field != "element path",
        Format::Matrix | Format::Ratings => field == "coder",
        Format::Conll => matches!(field, "coder" | "address" | "text" | "hash of the text"),
        Format::Qdc | Format::CodebookCsv => false,
        Format::Qdpx => matches!(field, "coder" | "address" | "text" | "quote" | "memo"),
        Format::Evidence => matches!(field, "address" | "title" | "quote" | "hash of the text"),
    }
}
