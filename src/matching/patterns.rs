//! Expressions, run only where one of their anchors stands.
//!
//! Invariants: an expression compiles once, on its first anchor; each run sees at most [`REACH`] bytes on either side of the
//! anchors of one neighbourhood; a match counts only if it begins and ends at word boundaries.

use super::{Hit, Spoken, boundary};
use crate::codebook::Compiled;
use crate::codebook::expand::expression;
use crate::codebook::model::Boundary;
use crate::codebook::regex::Regex;
use crate::text::evasion::Evasions;
use crate::text::fold::Folded;
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

    /// Adds the matches around the anchors found: per pattern, the bytes where its anchors begin.
    pub(super) fn find(
        &self,
        compiled: &Compiled,
        spoken: &Spoken<'_>,
        folded: &Folded,
        anchors: HashMap<u16, Vec<usize>>,
        hits: &mut Vec<Hit>,
    ) {
        for (pattern, mut anchors) in anchors {
            let (Some(cell), Some(at)) =
                (self.0.get(usize::from(pattern)), compiled.patterns.get(usize::from(pattern)))
            else {
                continue;
            };
            let compile = || Regex::new(&expression(&compiled.codebook, compiled.pattern(*at)?).ok()?).ok();
            let Some(regex) = cell.get_or_init(compile) else { continue };
            // They were found in the order of their ends.
            anchors.sort_unstable();
            for window in windows(folded.text(), &anchors) {
                for range in matches(regex, folded.text(), window) {
                    let span = folded.source(range.clone());
                    if boundary::holds(Boundary::Word, spoken.original, folded, &range, &span)
                        && spoken.admits(at.scope)
                    {
                        hits.push(Hit { place: at.place(), span, evasion: Evasions::default() });
                    }
                }
            }
        }
    }
}

/// Every match in a window, without overlaps and without the characters that the expression took for its boundaries.
/// The one after a match may begin the next.
fn matches(regex: &Regex, text: &str, window: Range<usize>) -> Vec<Range<usize>> {
    let part = &text[window.clone()];
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(matched) = regex.find_at(part, at) {
        let written = &part[matched.clone()];
        let leading = written.chars().next().filter(|&c| separates(c)).map_or(0, char::len_utf8);
        let inner = &written[leading..];
        let trailing = inner.chars().next_back().filter(|&c| separates(c)).map_or(0, char::len_utf8);
        let range = matched.start + leading..matched.end - trailing;
        if range.is_empty() {
            break;
        }
        at = range.end;
        found.push(window.start + range.start..window.start + range.end);
    }
    found
}

/// Whether a character only stands between words: neither a letter nor a symbol that means something.
fn separates(c: char) -> bool {
    !c.is_alphanumeric()
        && (c.is_ascii() || c.is_whitespace() || matches!(c, '،' | '؛' | '؟' | '“' | '”' | '«' | '»' | '…'))
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
