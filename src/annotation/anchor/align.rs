//! A row of words laid beside the words of a text.
//!
//! Purpose: where in a stretch of text a quote with its context fits best, word by word, and how much of a context has changed.
//! Shape: Sellers' search: the edit distance of the whole row to the part of the text where it is least, with the way there.
//! A word is there, replaced, left out or put in; each change costs the same. No library at hand searches sequences of
//! words: those for strings would find `hines` in `Linus`.
//! Source: P. H. Sellers, The theory and computation of evolutionary distances, Journal of Algorithms 1 (1980).

use super::words::{Id, UNKNOWN};
use std::ops::Range;

/// A quote between its contexts, as words of the text.
#[derive(Debug)]
pub(super) struct Row {
    /// All words.
    pub(super) ids: Vec<Id>,
    /// Those of the quote.
    pub(super) quote: Range<usize>,
}

/// Where a quote fits best.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fit {
    /// Words of the text; none if the quote is gone from between its contexts.
    pub(super) place: Range<usize>,
    /// How many words of the quote stand in it, in order.
    pub(super) agreeing: usize,
}

/// What became of a word of the row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Became {
    /// It stands at this word of the text.
    Same(usize),
    /// This word of the text stands for it.
    Other(usize),
    Gone,
}

impl Became {
    fn place(self) -> Option<usize> {
        match self {
            Self::Same(at) | Self::Other(at) => Some(at),
            Self::Gone => None,
        }
    }

    fn same(self) -> Option<usize> {
        match self {
            Self::Same(at) => Some(at),
            Self::Other(_) | Self::Gone => None,
        }
    }
}

/// How many steps [`fit`] takes.
pub(super) fn cost(row: &Row, text: usize) -> usize {
    row.ids.len() * text
}

/// Lays a row beside a stretch of text. Of equal fits the first; nothing if no word of the quote, and of the contexts next
/// to it, has its place.
pub(super) fn fit(row: &Row, text: &[Id]) -> Option<Fit> {
    let became = trace(&row.ids, text);
    let quote = &became[row.quote.clone()];
    let before = row.quote.start.checked_sub(1).and_then(|last| became[last].same());
    let after = became.get(row.quote.end).and_then(|became| became.same());
    let mut placed = quote.iter().filter_map(|became| became.place());
    let first = placed.next();
    let last = placed.next_back().or(first);
    // Where the quote's edge is gone, what stands up to the context is what became of it.
    let start = match (quote.first().and_then(|became| became.same()), before) {
        (None, Some(before)) => Some(before + 1),
        _ => first.or(after),
    };
    let end = match (quote.last().and_then(|became| became.same()), after) {
        (None, Some(after)) => Some(after),
        _ => last.map(|last| last + 1).or(start),
    };
    let agreeing = quote.iter().filter(|became| became.same().is_some()).count();
    start.zip(end).map(|(start, end)| Fit { place: start..end.max(start), agreeing })
}

/// What became of each word of a row in the part of the text where most of it stands.
fn trace(row: &[Id], text: &[Id]) -> Vec<Became> {
    #[derive(Clone, Copy)]
    enum Step {
        Both,
        Row,
        Text,
    }
    let width = text.len() + 1;
    let mut steps = vec![Step::Text; (row.len() + 1) * width];
    // The text before the best part costs nothing.
    let mut costs = vec![0_u32; width];
    for (i, word) in row.iter().enumerate() {
        let steps = &mut steps[(i + 1) * width..(i + 2) * width];
        let mut diagonal = costs[0];
        costs[0] += 1;
        steps[0] = Step::Row;
        for (j, other) in text.iter().enumerate() {
            let both = diagonal + u32::from(word != other || *word == UNKNOWN);
            diagonal = costs[j + 1];
            let (only_row, only_text) = (costs[j + 1] + 1, costs[j] + 1);
            (costs[j + 1], steps[j + 1]) = if both <= only_row && both <= only_text {
                (both, Step::Both)
            } else if only_row <= only_text {
                (only_row, Step::Row)
            } else {
                (only_text, Step::Text)
            };
        }
    }
    let mut became = vec![Became::Gone; row.len()];
    let mut j = costs.iter().enumerate().min_by_key(|(_, cost)| **cost).map_or(0, |(j, _)| j);
    let mut i = row.len();
    while i > 0 {
        match steps[i * width + j] {
            Step::Both => {
                (i, j) = (i - 1, j - 1);
                became[i] = if row[i] == text[j] { Became::Same(j) } else { Became::Other(j) };
            }
            Step::Row => i -= 1,
            Step::Text => j -= 1,
        }
    }
    became
}

/// How many changes make a context of so many words what stands in a text, both read away from the quote. `same` compares
/// the word of the context with the word of the text at these places.
pub(super) fn changes(context: usize, text: usize, same: impl Fn(usize, usize) -> bool) -> usize {
    let mut costs: Vec<usize> = (0..=text).collect();
    for i in 0..context {
        let mut diagonal = costs[0];
        costs[0] += 1;
        for j in 0..text {
            let both = diagonal + usize::from(!same(i, j));
            diagonal = costs[j + 1];
            costs[j + 1] = both.min(costs[j + 1] + 1).min(costs[j] + 1);
        }
    }
    // What follows in the text is not the context's any more.
    costs.into_iter().min().unwrap_or(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row of letters with the quote between bars, beside a text of letters.
    fn fitted(row: &str, text: &str) -> Option<(Range<usize>, usize)> {
        let parts: Vec<&str> = row.split('|').collect();
        let start = parts[0].len();
        let ids = |letters: &str| letters.bytes().map(Id::from).collect::<Vec<_>>();
        let row = Row { ids: ids(&parts.concat()), quote: start..start + parts[1].len() };
        fit(&row, &ids(text)).map(|fit| (fit.place, fit.agreeing))
    }

    #[test]
    fn what_became_of_a_quote_is_what_stands_between_its_contexts() {
        for (row, text, expected) in [
            ("ab|cde|fg", "xxabcdefgxx", Some((4..7, 3))),
            ("ab|cde|fg", "xxabzdefgxx", Some((4..7, 2))),
            ("ab|cde|fg", "xxabzzdefgxx", Some((4..8, 2))),
            ("ab|cde|fg", "xxabdefgxx", Some((4..6, 2))),
            ("ab|cde|fg", "xxabfgxx", Some((4..4, 0))),
            ("ab|c|fg", "abzfg", Some((2..3, 0))),
            ("ab|cde|fg", "abxcdefg", Some((3..6, 3))),
            ("|cde|", "xxcdexx", Some((2..5, 3))),
            ("|cde|", "xxcdexxcde", Some((2..5, 3))),
            ("|cde|", "", None),
        ] {
            assert_eq!(fitted(row, text), expected, "{row} in {text}");
        }
    }

    #[test]
    fn a_context_is_read_from_the_quote_outwards() {
        for (context, text, expected) in [
            ("abc", "abcx", 0),
            ("abc", "abxc", 1),
            ("abc", "xabc", 1),
            ("abc", "bc", 1),
            ("abc", "xyzabc", 3),
            ("abc", "", 3),
            ("", "abc", 0),
        ] {
            let (a, b) = (context.as_bytes(), text.as_bytes());
            assert_eq!(changes(a.len(), b.len(), |i, j| a[i] == b[j]), expected, "{context} in {text}");
        }
    }
}
