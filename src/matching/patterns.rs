//! Expressions, run only where one of their anchors stands.
//!
//! Invariants: an expression compiles once, on its first anchor; each run sees at most [`REACH`] bytes on either side of the
//! anchors of one neighbourhood; a match counts only if it begins and ends at word boundaries.

use super::{Hit, boundary};
use crate::codebook::Compiled;
use crate::codebook::expand::expression;
use crate::codebook::model::Boundary;
use crate::codebook::validate::regex;
use crate::text::fold::Folded;
use regex::Regex;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

/// How far an expression sees on either side of an anchor, in bytes of folded text.
const REACH: usize = 160;

/// The expressions of one codebook.
#[derive(Debug)]
pub(super) struct Expressions(Vec<OnceLock<Option<Regex>>>);

impl Expressions {
    pub(super) fn new(compiled: &Compiled) -> Self {
        Self(compiled.patterns.iter().map(|_| OnceLock::new()).collect())
    }

    /// Adds the matches around the anchors found: per pattern, the bytes where its anchors begin, ascending.
    pub(super) fn find(
        &self,
        compiled: &Compiled,
        original: &str,
        folded: &Folded,
        anchors: HashMap<u16, Vec<usize>>,
        hits: &mut Vec<Hit>,
    ) {
        for (pattern, anchors) in anchors {
            let (Some(cell), Some(at)) =
                (self.0.get(usize::from(pattern)), compiled.patterns.get(usize::from(pattern)))
            else {
                continue;
            };
            let compile = || regex(&expression(&compiled.codebook, compiled.pattern(*at)?).ok()?).ok();
            let Some(regex) = cell.get_or_init(compile) else { continue };
            for window in windows(folded.text(), &anchors) {
                for range in matches(regex, folded.text(), window) {
                    let span = folded.source(range.clone());
                    if boundary::holds(Boundary::Word, original, folded, &range, &span) {
                        hits.push(Hit { place: at.place(), span });
                    }
                }
            }
        }
    }
}

/// The first group of every match in a window, without overlaps. The character after a match may begin the next one.
fn matches(regex: &Regex, text: &str, window: Range<usize>) -> Vec<Range<usize>> {
    let part = &text[window.clone()];
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(group) = regex.captures_at(part, at).and_then(|captures| captures.get(1)) {
        if group.is_empty() {
            break;
        }
        found.push(window.start + group.start()..window.start + group.end());
        at = group.end();
    }
    found
}

/// Neighbourhoods of anchors, merged where they touch, on character boundaries.
fn windows(text: &str, anchors: &[usize]) -> Vec<Range<usize>> {
    let mut windows: Vec<Range<usize>> = Vec::new();
    for &anchor in anchors {
        let start = text.floor_char_boundary(anchor.saturating_sub(REACH));
        let end = text.ceil_char_boundary((anchor + REACH).min(text.len()));
        match windows.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            _ => windows.push(start..end),
        }
    }
    windows
}
