//! Looking through a page for decisions that are found on no unit of it, slice by slice.
//!
//! Invariants: one request is bounded, so that none holds the background for long: it answers for as many of its decisions as it
//! comes to, and for one at least; nothing is changed. The index of the units serves the next request about the same texts, is
//! known by nothing but these, and is gone with any other request.

use super::protocol::{Failure, Likeness, Response};
use super::standing::{Word, standing};
use super::store::Store;
use super::{MAX_TEXT, MAX_UNITS, Service, address, limit};
use crate::annotation::LogEntry;
use crate::annotation::anchor::{Passage, Units};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Most decisions in one request.
pub const MAX_SOUGHT: usize = 64;
/// Bytes of text from which a slice of units is long enough.
pub const SLICE: usize = 128 << 10;

/// Comparisons of words after which a request ends with the decision that it is at.
const STEPS: usize = 1 << 24;
/// What each byte counts that has to be read and cut into words first.
const BYTE: usize = 12;
/// What a decision counts beside these, which are made many at once.
const AT_LEAST: usize = 1 << 18;

/// What one request leaves for the next: no more than it brought, and the log of the page.
#[derive(Debug, Default)]
pub(super) struct LookedThrough(RefCell<Option<Last>>);

#[derive(Debug)]
struct Last {
    /// The units with their index.
    units: Units,
    log: Rc<Vec<LogEntry>>,
    /// Where in the log the last word of each decision that stands is, by the decision's id.
    standing: HashMap<String, usize>,
}

impl LookedThrough {
    /// What is known of these texts and of this log, and what is still to be done before anything is compared.
    fn take(&self, texts: &[String], log: &Rc<Vec<LogEntry>>) -> (Last, usize) {
        let (mut units, mut stand) = (None, None);
        if let Some(last) = self.0.take() {
            units = last.units.are_of(texts).then_some(last.units);
            stand = Rc::ptr_eq(&last.log, log).then_some(last.standing);
        }
        let standing = stand.unwrap_or_else(|| {
            let places: HashMap<&str, usize> = log.iter().zip(0..).map(|(entry, at)| (&*entry.id, at)).collect();
            let place = |word: Word<'_>| Some((word.first.id.clone(), *places.get(&*word.last.id)?));
            standing(log).into_iter().filter_map(place).collect()
        });
        let unread = if units.is_some() { 0 } else { texts.iter().map(String::len).sum() };
        let units = units.unwrap_or_else(|| Units::new(texts));
        (Last { units, log: Rc::clone(log), standing }, BYTE * unread)
    }

    fn keep(&self, last: Last) {
        self.0.replace(Some(last));
    }

    pub(super) fn forget(&self) {
        self.0.take();
    }
}

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
        let (last, mut steps) = self.looked_through.take(texts, &log);
        let units = &last.units;
        let mut passages = Vec::with_capacity(sought.len());
        for id in sought {
            if steps > STEPS {
                break;
            }
            let entry = last.standing.get(id).and_then(|at| log.get(*at));
            let found = entry.map(|entry| units.passages(&entry.selector, &entry.unit));
            let (found, more) = found.unwrap_or_default();
            steps += AT_LEAST + more;
            let likeness = |passage: Passage| {
                let (start, end) = units.utf16(&passage);
                Likeness { unit: passage.unit, start, end, score: passage.score, context: passage.context }
            };
            passages.push(found.into_iter().map(likeness).collect());
        }
        self.looked_through.keep(last);
        Ok(Response::Unfound { passages })
    }
}
