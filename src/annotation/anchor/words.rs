//! A text as words that can be compared by number.
//!
//! Purpose: where the words of a text stand, which of them are the same word, and where each word stands.
//! Invariants: a word ends where a reader's word ends (Unicode Annex 29), so inside no grapheme; two words are the same if the
//! base fold makes them the same; space and punctuation are no words, pictographs are.

use crate::text::fold::fold;
use std::collections::HashMap;
use std::ops::Range;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// A word of a text: equal numbers, equal words.
pub(super) type Id = u32;
/// The number of every word that the text does not have.
pub(super) const UNKNOWN: Id = Id::MAX;

/// The words of a text.
#[derive(Debug)]
pub(super) struct Words {
    /// Bytes of each word.
    spans: Vec<Range<usize>>,
    /// Number of each word.
    ids: Vec<Id>,
    /// Numbers by folded word.
    vocabulary: HashMap<String, Id>,
    /// Places of all words, those of each number together and ascending.
    places: Vec<usize>,
    /// Where in `places` those of a number begin; one more than there are numbers.
    starts: Vec<usize>,
}

impl Words {
    pub(super) fn new(text: &str) -> Self {
        let (mut spans, mut ids, mut vocabulary) = (Vec::new(), Vec::new(), HashMap::new());
        // Most words of a text were seen before: folding each of them once is enough.
        let mut seen: HashMap<&str, Option<Id>> = HashMap::new();
        for (at, raw) in cut(text) {
            let id = *seen.entry(raw).or_insert_with(|| {
                let next = vocabulary.len() as Id;
                Some(folded(raw)).filter(|word| !word.is_empty()).map(|word| *vocabulary.entry(word).or_insert(next))
            });
            if let Some(id) = id {
                spans.push(at..at + raw.len());
                ids.push(id);
            }
        }
        let mut starts = vec![0; vocabulary.len() + 1];
        for id in &ids {
            starts[*id as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let (mut places, mut free) = (vec![0; ids.len()], starts.clone());
        for (place, id) in ids.iter().enumerate() {
            let at = &mut free[*id as usize];
            places[*at] = place;
            *at += 1;
        }
        Self { spans, ids, vocabulary, places, starts }
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The numbers of all words, in order.
    pub(super) fn ids(&self) -> &[Id] {
        &self.ids
    }

    /// A quote's words in order, with their numbers in this text.
    pub(super) fn of(&self, quote: &str) -> Vec<(Id, String)> {
        let known = |word: String| (self.vocabulary.get(&word).copied().unwrap_or(UNKNOWN), word);
        cut(quote).map(|(_, raw)| folded(raw)).filter(|word| !word.is_empty()).map(known).collect()
    }

    /// The places of a word, ascending; none of an unknown one.
    pub(super) fn places(&self, id: Id) -> &[usize] {
        match self.starts.get(id as usize..) {
            Some([start, end, ..]) => &self.places[*start..*end],
            _ => &[],
        }
    }

    /// The bytes of some words in a row; empty before the first of none.
    pub(super) fn bytes(&self, words: Range<usize>) -> Range<usize> {
        let start = self.spans.get(words.start).map_or(0, |span| span.start);
        words
            .end
            .checked_sub(1)
            .and_then(|last| self.spans.get(last))
            .map_or(start..start, |last| start..last.end.max(start))
    }

    /// The words that a byte range touches.
    pub(super) fn within(&self, bytes: &Range<usize>) -> Range<usize> {
        let start = self.spans.partition_point(|span| span.end <= bytes.start);
        start..self.spans.partition_point(|span| span.start < bytes.end).max(start)
    }

    /// A word, folded.
    pub(super) fn folded(&self, text: &str, place: usize) -> String {
        folded(&text[self.spans[place].clone()])
    }
}

/// The words of a text with the bytes where they begin.
pub(super) fn cut(text: &str) -> impl DoubleEndedIterator<Item = (usize, &str)> {
    text.split_word_bound_indices().filter(|(_, raw)| raw.contains(is_word))
}

fn folded(raw: &str) -> String {
    fold(raw).trim().to_owned()
}

/// Letters, digits and pictographs.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
}

/// Whether one word or one grapheme goes on across a byte of the text.
pub(super) fn is_inside(text: &str, byte: usize) -> bool {
    /// Words that are longer than this on one side are taken as ended.
    const REACH: usize = 128;
    let (Some(before), Some(after)) = (text[..byte].chars().next_back(), text[byte..].chars().next()) else {
        return false;
    };
    match (before, after) {
        (' ', ' '..='~') | ('!'..='~', ' ') => return false,
        (before, after) if before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric() => return true,
        _ => {}
    }
    let start = text.floor_char_boundary(byte.saturating_sub(REACH));
    let end = text.ceil_char_boundary((byte + REACH).min(text.len()));
    !text[start..end].split_word_bound_indices().any(|(at, _)| start + at == byte)
}

/// Whether one grapheme goes on across a byte of the text.
pub(super) fn splits_grapheme(text: &str, byte: usize) -> bool {
    GraphemeCursor::new(byte, text.len(), true).is_boundary(text, 0) == Ok(false)
}
