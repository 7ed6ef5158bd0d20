//! Which units are decided about before what is suggested is shown.
//!
//! Shape: a lot is drawn by the project and the hash of the unit's text, so that it is the same however often a page is read.
//! Invariants: once something was said of a unit's codes it is shown for good, also if that is taken back: it was seen.
//! Must not touch: what a face leaves out.

use super::protocol::Mark;
use super::standing::says;
use crate::annotation::LogEntry;
use crate::annotation::record::sha256;
use std::collections::HashSet;

/// The lots of a page.
pub(super) struct Lots<'l> {
    share: u8,
    project: &'l str,
    spoken: HashSet<&'l str>,
}

impl<'l> Lots<'l> {
    /// Of `share` units in a hundred; what the page's log speaks of is shown.
    pub(super) fn new(share: u8, project: &'l str, log: &'l [LogEntry]) -> Self {
        let spoken = log.iter().filter(|entry| share > 0 && says(entry.action));
        Self { share, project, spoken: spoken.map(|entry| entry.unit.identity()).collect() }
    }

    /// Whether what is suggested for a unit is to be hidden; `identity` tells it from others.
    pub(super) fn hide(&self, identity: &str, marks: &[Mark]) -> bool {
        if self.share == 0 || marks.iter().any(|mark| says(mark.action)) {
            return false;
        }
        let lot = sha256(&format!("{}\n{identity}", self.project));
        let drawn = u32::from_str_radix(&lot[..8], 16).unwrap_or_default() % 100;
        drawn < u32::from(self.share) && !self.spoken.contains(identity)
    }
}
