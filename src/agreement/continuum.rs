//! Spans that coders found in one text, and what they called them.
//!
//! Shape: a continuum of so many positions, counted from 0 in whatever unit the caller counts (code points in records); a span
//! is from its start up to its end, which it does not hold. A coder may have found none.
//! Invariants: every span lies within the continuum and holds a position.

use std::error::Error;
use std::fmt;
use std::ops::Range;

/// Longest continuum: what is counted in squares of it stays exact enough.
pub const MAX_LENGTH: u64 = 1 << 32;

/// A span with what it was called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First position.
    pub start: u64,
    /// The position behind its last.
    pub end: u64,
    /// What it was called, by its place among the codes.
    pub code: usize,
}

impl Span {
    /// Whether two share a position.
    pub(super) fn meets(&self, other: &Range<u64>) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// What some coders found.
#[derive(Debug, Clone)]
pub struct Continuum {
    length: u64,
    codes: usize,
    coders: Vec<Vec<Span>>,
}

/// A span that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misplaced {
    /// By which coder.
    pub coder: usize,
    /// Where it was to be.
    pub at: Range<u64>,
    /// The positions there are.
    pub length: u64,
}

impl fmt::Display for Misplaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, length, .. } = self;
        write!(
            f,
            "{} to {} is no span of 0 to {length}: it begins before it ends, and ends by {length}",
            at.start, at.end
        )
    }
}

impl Error for Misplaced {}

impl Continuum {
    /// A continuum with each coder's spans, in any order.
    ///
    /// # Errors
    /// If one is not in it.
    pub fn new(length: u64, mut coders: Vec<Vec<Span>>) -> Result<Self, Misplaced> {
        for (coder, spans) in coders.iter_mut().enumerate() {
            if let Some(&Span { start, end, .. }) =
                spans.iter().find(|span| span.start >= span.end || span.end > length)
            {
                return Err(Misplaced { coder, at: start..end, length });
            }
            spans.sort_unstable();
        }
        let codes = coders.iter().flatten().map(|span| span.code + 1).max().unwrap_or(0);
        Ok(Self { length, codes, coders })
    }

    /// How many positions there are.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// How many codes there are.
    pub fn codes(&self) -> usize {
        self.codes
    }

    /// Each coder's spans, in order.
    pub fn coders(&self) -> &[Vec<Span>] {
        &self.coders
    }

    /// Each coder's spans of one code, in order. Those of a coder that overlap are taken as one.
    pub(super) fn of(&self, code: usize) -> Vec<Vec<Range<u64>>> {
        let of = |spans: &Vec<Span>| {
            let mut found: Vec<Range<u64>> = Vec::new();
            for span in spans.iter().filter(|span| span.code == code) {
                match found.last_mut() {
                    Some(last) if span.meets(last) => last.end = last.end.max(span.end),
                    _ => found.push(span.start..span.end),
                }
            }
            found
        };
        self.coders.iter().map(of).collect()
    }
}
