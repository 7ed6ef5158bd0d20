//! JSON Lines: one decision a line, with the annotation that it made and that still stands.
//!
//! Shape: `{"log": {…}, "annotation": {…} | null}`, with `"conflicts": [{…}]` where other entries have the id of `log`; UTF-8,
//! `\n` after each line.
//! Invariants: what was read and is written again is the same, byte for byte; a line is bounded, a file is not.

use super::classified::{ended, in_line};
use super::redaction::{Redaction, Redactor};
use super::writer::{Failed, failed};
use crate::service::protocol::Record;
use serde::de::DeserializeOwned;
use std::fmt;
use std::io::{self, BufRead, Read};
use std::marker::PhantomData;

/// Longest line, in bytes: four texts of the longest unit that is kept, each of its bytes written as `\u0000`, fit into it.
pub const MAX_LINE: usize = 32 << 20;

/// What a line is expected to be.
pub const RECORD: &str = "expected {\"log\", \"annotation\"} as Postil writes them";

/// One line, with its line break.
///
/// # Errors
/// If a number in the record cannot be written as JSON.
pub fn line(record: &Record) -> Result<String, serde_json::Error> {
    ended(record)
}

/// Why a file is no records: the line, and what is wrong with it and how it is mended.
#[derive(Debug)]
pub struct Unreadable {
    /// From 1.
    pub line: usize,
    /// In English.
    pub message: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for Unreadable {}

/// The records of a file, one after the other; blank lines are passed over. Nothing can be read after an error.
pub fn read<R: BufRead>(input: R) -> Lines<R> {
    lines(input, RECORD)
}

/// The same of lines that hold something else; an error says what was expected.
pub fn lines<R: BufRead, T: DeserializeOwned>(input: R, expected: &'static str) -> Lines<R, T> {
    Lines { input, expected, number: 0, buffer: Vec::new(), ended: false, of: PhantomData }
}

/// What [`lines`] gives.
#[derive(Debug)]
pub struct Lines<R, T = Record> {
    input: R,
    expected: &'static str,
    number: usize,
    buffer: Vec<u8>,
    ended: bool,
    of: PhantomData<T>,
}

impl<R: BufRead, T: DeserializeOwned> Iterator for Lines<R, T> {
    type Item = Result<T, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            self.number += 1;
            match self.line() {
                Ok(Some(record)) => return Some(Ok(record)),
                Ok(None) => {}
                Err(message) => {
                    self.ended = true;
                    return Some(Err(Unreadable { line: self.number, message }));
                }
            }
        }
        None
    }
}

impl<R: BufRead, T: DeserializeOwned> Lines<R, T> {
    /// The record of the next line; none in a blank one and at the end.
    fn line(&mut self) -> Result<Option<T>, String> {
        self.buffer.clear();
        let limit = MAX_LINE as u64 + 1;
        let length = self.input.by_ref().take(limit).read_until(b'\n', &mut self.buffer).map_err(unread)?;
        self.ended = length == 0;
        if length > MAX_LINE {
            return Err(format!("it is longer than {MAX_LINE} bytes; a line is one decision, so divide it there"));
        }
        let text = std::str::from_utf8(&self.buffer)
            .map_err(|error| format!("byte {} is not UTF-8; save the file as UTF-8", error.valid_up_to() + 1))?;
        let text = if self.number == 1 { text.trim_start_matches('\u{feff}') } else { text }.trim();
        if text.is_empty() {
            return Ok(None);
        }
        serde_json::from_str(text)
            .map(Some)
            .map_err(|error| format!("{}: {}; export it again, or leave the line out", self.expected, in_line(&error)))
    }
}

fn unread(error: io::Error) -> String {
    format!("cannot be read: {error}")
}

/// Writes the lines of records; holds nothing.
#[derive(Debug)]
pub struct Writer(Redactor);

impl Writer {
    /// Of records without what is taken out.
    pub fn new(redaction: Redaction) -> Self {
        Self(Redactor::new(redaction))
    }
}

impl super::writer::Writer for Writer {
    fn push(&mut self, records: &[Record]) -> Result<Vec<u8>, Failed> {
        let lines = records.iter().map(|record| line(&self.0.record(record)).map_err(failed));
        Ok(lines.collect::<Result<String, _>>()?.into_bytes())
    }
}
