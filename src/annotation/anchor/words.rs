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
        each(text, |at, raw| {
            let id = *seen.entry(raw).or_insert_with(|| {
                let next = vocabulary.len() as Id;
                Some(folded(raw)).filter(|word| !word.is_empty()).map(|word| *vocabulary.entry(word).or_insert(next))
            });
            if let Some(id) = id {
                spans.push(at..at + raw.len());
                ids.push(id);
            }
        });
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

    /// How many different ones; their numbers are less.
    pub(super) fn kinds(&self) -> usize {
        self.vocabulary.len()
    }

    /// The numbers of all words, in order.
    pub(super) fn ids(&self) -> &[Id] {
        &self.ids
    }

    /// A quote's words in order, with their numbers in this text.
    pub(super) fn of(&self, quote: &str) -> Vec<(Id, String)> {
        let mut words = Vec::new();
        each(quote, |_, raw| words.push(folded(raw)));
        let known = |word: String| (self.vocabulary.get(&word).copied().unwrap_or(UNKNOWN), word);
        words.into_iter().filter(|word| !word.is_empty()).map(known).collect()
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

    /// The bytes where a needle stands in the text of these words, also where it overlaps itself, told by a rare word of it;
    /// nothing if none of its words is cut in the same way in any text, or none is rare enough to be quicker than reading.
    pub(super) fn occurrences<'a>(
        &'a self,
        text: &'a str,
        needle: &'a str,
    ) -> Option<impl Iterator<Item = usize> + 'a> {
        /// Words of a needle among which a rare one is sought.
        const LOOKED_AT: usize = 64;
        // Nothing is joined across the spaces on both sides.
        let inner = needle.find(' ')?..needle.rfind(' ')?;
        let words = cut(&needle[inner.clone()]).take(LOOKED_AT).map(|(at, raw)| (inner.start + at, folded(raw)));
        let places = |word: String| self.vocabulary.get(&word).map_or(&[][..], |id| self.places(*id));
        let known = words.filter(|(_, word)| !word.is_empty()).map(|(at, word)| (at, places(word)));
        let (at, places) = known.min_by_key(|(_, places)| places.len())?;
        let starts = places.iter().filter_map(move |place| self.spans[*place].start.checked_sub(at));
        let stands = move |start: &usize| text.as_bytes()[*start..].starts_with(needle.as_bytes());
        (places.len().saturating_mul(needle.len()) <= text.len()).then(|| starts.filter(stands))
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

/// The words of a text in order, as [`cut`] gives them. Most of a text is letters between spaces, and these need no rules.
fn each<'t>(text: &'t str, mut word: impl FnMut(usize, &'t str)) {
    // What the rules have to tell apart: it begins and ends at a space, or where the text does.
    let mut knotted = 0;
    let mut start = 0;
    while start < text.len() {
        let end = text.as_bytes()[start..].iter().position(|byte| is_space(*byte)).map_or(text.len(), |at| start + at);
        if let Some(plain) = plain(&text[start..end]) {
            cut(&text[knotted..start]).for_each(|(at, raw)| word(knotted + at, raw));
            let raw = &text[start + plain.start..start + plain.end];
            if raw.contains(is_word) {
                word(start + plain.start, raw);
            }
            knotted = end;
        }
        start = end + 1;
    }
    cut(&text[knotted..]).for_each(|(at, raw)| word(knotted + at, raw));
}

/// Nothing is joined across it but more of it, and marks that follow it.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\0')
}

/// Where the one word stands in what stands between two spaces, if it is nothing but letters, digits and low lines that all
/// belong together (WB5 to WB10, WB13a and b), with other signs of ASCII around it.
fn plain(between: &str) -> Option<Range<usize>> {
    let around = |c: char| c.is_ascii_graphic() && !is_core(c);
    let from_first = between.trim_start_matches(around);
    let start = between.len() - from_first.len();
    let word = from_first.trim_end_matches(around);
    (!word.is_empty() && word.chars().all(is_core)).then(|| start..start + word.len())
}

/// Letters, digits and low lines that join with each other whatever stands around them, the commonest of them.
fn is_core(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ɏ' | 'А'..='я' | 'ء'..='ي')
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn assert_as_the_rules_say(text: &str) {
        let mut words = Vec::new();
        each(text, |at, raw| words.push((at, raw)));
        assert_eq!(words, cut(text).collect::<Vec<_>>(), "{text:?}");
    }

    #[test]
    fn every_letter_is_cut_as_the_rules_say() {
        for c in '\0'..='\u{FFFF}' {
            for text in [format!(" {c}a {c} a{c} "), format!("1{c}1\n{c}{c}\0.{c}. {c}'{c} _{c}")] {
                assert_as_the_rules_say(&text);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn words_are_cut_as_the_rules_say(pieces in prop::collection::vec(
            prop::sample::select(vec![
                "a", "B", "1", "_", "é", "я", "ب", "א", "\u{301}", "\u{64B}", "\u{93E}", "\u{200D}", "👩", "🇩🇪", "🇫", "カ", "漢", " ", " ",
                "  ", "\n", "\r", "\0", ".", ",", ":", "'", "\"", "-", "، ", "\u{A0}", "\u{3000}", "\u{AD}",
            ]), 0..24),
        ) {
            assert_as_the_rules_say(&pieces.concat());
        }

        #[test]
        fn a_needle_stands_where_reading_finds_it(
            text in "[ab ,]{0,60}", needle in "[ab ,]{0,12}", from in 0..40_usize, length in 0..20_usize,
        ) {
            let words = Words::new(&text);
            let part = text.get(from..(from + length).min(text.len())).unwrap_or_default();
            for needle in [&*needle, part] {
                let expected = super::super::occurrences(&text, needle).collect::<Vec<_>>();
                if let Some(indexed) = words.occurrences(&text, needle) {
                    prop_assert_eq!(indexed.collect::<Vec<_>>(), expected, "{:?} in {:?}", needle, text);
                }
            }
        }
    }
}
