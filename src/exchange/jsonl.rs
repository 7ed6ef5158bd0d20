//! JSON Lines: one decision a line, with the annotation that it made and that still stands.
//!
//! Shape: `{"log": {…}, "annotation": {…} | null}`, UTF-8, `\n` after each line.

use crate::service::protocol::Record;

/// One line, with its line break.
///
/// # Errors
/// If a number in the record cannot be written as JSON.
pub fn line(record: &Record) -> Result<String, serde_json::Error> {
    serde_json::to_string(record).map(|mut line| {
        line.push('\n');
        line
    })
}
