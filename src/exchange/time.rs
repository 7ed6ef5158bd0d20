//! Times as records have them, in the order in which they were.
//!
//! Source: RFC 3339, 2002.
//! Invariants: times of any precision and offset sort by when they were; what is no time sorts before all that are.

use crate::annotation::LogEntry;
use std::cmp::Ordering;
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// A time of any offset as records have it: RFC 3339, UTC; none if it is no time.
pub(super) fn utc(text: &str) -> Option<String> {
    OffsetDateTime::parse(text, &Rfc3339).ok()?.checked_to_offset(UtcOffset::UTC)?.format(&Rfc3339).ok()
}

/// Which of two entries was made first; of the same moment, the one with the smaller id.
pub(super) fn order(one: &LogEntry, other: &LogEntry) -> Ordering {
    let moment = |entry: &LogEntry| OffsetDateTime::parse(&entry.at, &Rfc3339).ok();
    moment(one).cmp(&moment(other)).then_with(|| one.id.cmp(&other.id))
}
