//! Sentences: how far a word's context reaches.
//!
//! Purpose: UAX #29 sentences of the original text, cut at line breaks too, because a post's lines are often its sentences.

use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// The sentences of a text as byte ranges, in order, without gaps; empty for an empty text.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        for (offset, sentence) in line.split_sentence_bound_indices() {
            let start = line_start + offset;
            found.push(start..start + sentence.len());
        }
        line_start += line.len();
    }
    found
}

/// Index of the sentence that holds a byte.
pub fn sentence_at(sentences: &[Range<usize>], byte: usize) -> usize {
    sentences.partition_point(|sentence| sentence.end <= byte).min(sentences.len().saturating_sub(1))
}
