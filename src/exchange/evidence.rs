//! The manifest of evidence: what was captured, where and when.
//!
//! Shape: CSV as in `csv.rs`, because it is read by people and attached to reports; [`COLUMNS`]; a row for each decision
//! that captured a unit, in the order of the records, also where it stands no more; edits and withdrawals capture nothing.
//! `sha256` is of the text in UTF-8, also where the text is not kept. Pictures of pages are files beside it, which it names, in a
//! zip: [`MANIFEST`] and [`PICTURES`]; `picture_sha256` is of such a file's bytes. Without pictures these columns are empty.
//! Invariants: entries of the zip have one fixed time, so that the same records are the same bytes; they are written as they come.
//! Holds the names of pictures, and nothing of records.

use super::csv::{lines, table};
use super::decided::{found_via, name};
use super::redaction::{Redaction, Redactor};
use super::writer::{Failed, Writer as _, failed};
use crate::annotation::selector::Selector;
use crate::service::protocol::{Picture, Record};
use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Write;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{DateTime, ZipWriter};

/// Name of the manifest beside pictures.
pub const MANIFEST: &str = "manifest.csv";
/// Folder of the pictures.
pub const PICTURES: &str = "pictures";

/// The columns, in order.
pub const COLUMNS: [&str; 14] = [
    "decision",
    "url",
    "title",
    "captured_at",
    "unit_kind",
    "sha256",
    "text_kept",
    "quote",
    "start",
    "end",
    "found_via",
    "picture",
    "picture_taken_at",
    "picture_sha256",
];

/// What the manifest says of a picture.
#[derive(Debug)]
struct Named {
    file: String,
    at: String,
    sha256: String,
}

/// Writes the manifest.
#[derive(Debug)]
pub struct Writer {
    redactor: Redactor,
    /// By decision.
    pictures: BTreeMap<String, Named>,
}

impl Writer {
    /// Of records without what is taken out.
    pub fn new(redaction: Redaction) -> Self {
        Self { redactor: Redactor::new(redaction), pictures: BTreeMap::new() }
    }
}

impl super::writer::Writer for Writer {
    fn begin(&mut self) -> Result<Vec<u8>, Failed> {
        table(COLUMNS.map(str::to_owned), std::iter::empty::<Vec<String>>())
    }

    fn push(&mut self, records: &[Record]) -> Result<Vec<u8>, Failed> {
        let captures = records.iter().filter(|record| record.log.revises.is_none());
        let rows: Vec<_> =
            captures.map(|record| cells(&self.redactor.record(record), self.pictures.get(&record.log.id))).collect();
        lines(rows.into_iter())
    }
}

/// A manifest with its pictures: these first, then the records.
pub struct Folder<'o> {
    zip: ZipWriter<StreamWriter<&'o mut dyn Write>>,
    manifest: Writer,
}

impl<'o> Folder<'o> {
    /// Of records without what is taken out; nothing is taken out of a picture.
    pub fn new(output: &'o mut dyn Write, redaction: Redaction) -> Self {
        Self { zip: ZipWriter::new_stream(output), manifest: Writer::new(redaction) }
    }

    /// Writes a picture; one that is damaged is left out.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn picture(&mut self, Picture { decision, at, sha256, image }: Picture) -> Result<(), Failed> {
        let (_, data) = image.split_once(',').unwrap_or_default();
        let bytes = Base64::decode_vec(data).ok().filter(|bytes| hex::encode(Sha256::digest(bytes)) == sha256);
        let Some(bytes) = bytes else { return Ok(()) };
        let file = format!("{PICTURES}/{decision}.jpg");
        self.put(&file, &bytes)?;
        self.manifest.pictures.insert(decision, Named { file, at, sha256 });
        Ok(())
    }

    /// How many there are by now.
    pub fn pictures(&self) -> usize {
        self.manifest.pictures.len()
    }

    /// Begins the manifest, after the last picture.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn manifest(&mut self) -> Result<(), Failed> {
        let head = self.manifest.begin()?;
        self.put(MANIFEST, &head)
    }

    /// Begins an entry. All are compressed, though a JPEG gets no smaller: programs that read a zip from its beginning take no
    /// others of which the length comes after them.
    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), Failed> {
        let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
        self.zip.start_file(name, options).map_err(failed)?;
        self.zip.write_all(bytes).map_err(failed)
    }

    /// Writes rows of the manifest.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn push(&mut self, records: &[Record]) -> Result<(), Failed> {
        let rows = self.manifest.push(records)?;
        self.zip.write_all(&rows).map_err(failed)
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn finish(self) -> Result<(), Failed> {
        self.zip.finish().map(drop).map_err(failed)
    }
}

fn cells(Record { log, .. }: &Record, picture: Option<&Named>) -> Vec<String> {
    let position = log.selector.iter().find_map(Selector::position);
    let quote = log.selector.iter().find_map(Selector::quote);
    let offset = |at: Option<u32>| at.map_or(String::new(), |at| at.to_string());
    vec![
        log.id.clone(),
        log.page.url.clone(),
        log.page.title.clone(),
        log.unit.source_date.clone(),
        name(log.unit.unit),
        log.unit.sha256.clone(),
        log.unit.text.is_some().to_string(),
        quote.map_or(String::new(), |quote| quote.exact.clone()),
        offset(position.map(|place| place.start)),
        offset(position.map(|place| place.end)),
        found_via(&log.unit),
        picture.map_or(String::new(), |picture| picture.file.clone()),
        picture.map_or(String::new(), |picture| picture.at.clone()),
        picture.map_or(String::new(), |picture| picture.sha256.clone()),
    ]
}
