//! Places in a text by the offsets that tools give them.
//!
//! Invariants: a place is that very one or none: nothing is rounded, and nothing is empty.

use serde::{Deserialize, Serialize};
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// What the offsets of a file count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Count {
    /// UTF-16 units.
    #[default]
    Utf16,
    /// Unicode code points.
    CodePoints,
    /// Grapheme clusters: what a reader takes for one character.
    Graphemes,
}

impl Count {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Utf16, Self::CodePoints, Self::Graphemes];
}

/// Most spans of one text: each is described by its place, which reads the text.
pub(super) const MAX_SPANS: usize = 10_000;

/// The bytes at which offsets of one text stand.
#[derive(Debug)]
pub(super) struct Places(Vec<Option<u32>>);

impl Places {
    /// Of a text of less than 4 GiB.
    pub(super) fn new(text: &str, count: Count) -> Self {
        let mut places = Vec::new();
        match count {
            Count::Graphemes => places.extend(text.grapheme_indices(true).map(|(byte, _)| Some(byte as u32))),
            _ => {
                for (byte, c) in text.char_indices() {
                    places.push(Some(byte as u32));
                    if count == Count::Utf16 && c.len_utf16() == 2 {
                        places.push(None);
                    }
                }
            }
        }
        places.push(Some(text.len() as u32));
        Self(places)
    }

    /// The bytes from one offset to another.
    pub(super) fn span(&self, start: u64, end: u64) -> Option<Range<usize>> {
        let byte = |at: u64| self.0.get(usize::try_from(at).ok()?).copied()?.map(|byte| byte as usize);
        let (start, end) = (byte(start)?, byte(end)?);
        (start < end).then_some(start..end)
    }
}
