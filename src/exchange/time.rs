//! Times as records have them, in the order in which they were.
//!
//! Source: RFC 3339, 2002.
//! Invariants: times of any precision and offset sort by when they were; what is no time sorts before all that are.

use crate::annotation::LogEntry;
use std::cmp::Ordering;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Which of two entries was made first; of the same moment, the one with the smaller id.
pub(super) fn order(one: &LogEntry, other: &LogEntry) -> Ordering {
    let moment = |entry: &LogEntry| OffsetDateTime::parse(&entry.at, &Rfc3339).ok();
    moment(one).cmp(&moment(other)).then_with(|| one.at.cmp(&other.at)).then_with(|| one.id.cmp(&other.id))
}
