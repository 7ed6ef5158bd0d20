//! Looking through a page for decisions that are found on no unit of it, slice by slice.
//!
//! Invariants: one request is bounded, so that none holds the background for long; nothing is changed.

use super::protocol::{Failure, Likeness, Response};
use super::standing::standing;
use super::store::Store;
use super::{MAX_TEXT, MAX_UNITS, Service, address, limit};
use crate::annotation::anchor::Units;
use crate::text::offsets::{FromBytes, Unit};
use std::collections::HashMap;

/// Most decisions in one request.
pub const MAX_SOUGHT: usize = 64;
/// Bytes of text from which a slice of units is long enough.
pub const SLICE: usize = 128 << 10;

impl<S: Store> Service<S> {
    /// The answer to `Unfound`.
    pub(super) async fn unfound(&self, url: &str, sought: &[String], texts: &[String]) -> Result<Response, Failure> {
        limit(sought.len() <= MAX_SOUGHT && texts.len() <= MAX_UNITS, || {
            format!("at most {MAX_SOUGHT} decisions and {MAX_UNITS} units in one request; send the rest in another")
        })?;
        limit(texts.iter().map(String::len).sum::<usize>() <= MAX_TEXT, || {
            format!("units are at most {MAX_TEXT} bytes together; send the rest in another request")
        })?;
        let log = self.decisions(&address(url)?).await?;
        let words: HashMap<&str, _> = standing(&log).into_iter().map(|word| (&*word.first.id, word.last)).collect();
        let units = Units::new(texts);
        let passages = sought.iter().map(|id| {
            let found = words.get(&**id).map(|entry| units.passages(&entry.selector, &entry.unit));
            let found = found.into_iter().flatten().map(|passage| {
                let mut utf16 = FromBytes::new(&texts[passage.unit], Unit::Utf16);
                Likeness {
                    unit: passage.unit,
                    start: utf16.at(passage.span.start),
                    end: utf16.at(passage.span.end),
                    score: passage.score,
                    context: passage.context,
                }
            });
            found.collect()
        });
        Ok(Response::Unfound { passages: passages.collect() })
    }
}
