//! A row of words laid beside the words of a text.
//!
//! Purpose: where in a stretch of text a quote with its context fits best, word by word, and how much of a context has changed.
//! Shape: Sellers' search: the edit distance of the whole row to the part of the text where it is least, with the way there.
//! A word is there, replaced, left out or put in; each change costs the same. No library at hand searches sequences of
//! words: those for strings would find `hines` in `Linus`. Up to 64 words of the row are compared at once, as bits.
//! Sources: P. H. Sellers, The theory and computation of evolutionary distances, Journal of Algorithms 1 (1980); H. Hyyrö,
//! A bit-vector algorithm for computing Levenshtein and Damerau edit distances, Nordic Journal of Computing 10 (2003).

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// How many comparisons of two words a [`Laid`] row stands for; they are made up to 64 at once.
pub(super) fn cost(row: &Row, text: usize) -> usize {
    row.ids.len() * text
}

/// Words of a row that are compared at once.
const BLOCK: usize = u64::BITS as usize;

/// A block of a row beside one word of the text, a bit for each of the row's words.
struct Column {
    /// The cost here is that before this word of the row and this of the text.
    free: u64,
    /// The cost here is one more than that before this word of the row.
    more: u64,
}

/// A row beside a text.
pub(super) struct Laid<'t> {
    row: &'t Row,
    text: &'t [Id],
    /// The costs as differences, beside each word of the text, block by block of the row.
    columns: Vec<Column>,
    /// For each beginning of the text, up to which word of it all of the row costs least, the first of equal ones.
    ends: Vec<usize>,
}

impl<'t> Laid<'t> {
    /// Lays it there. The numbers of the row's words are small.
    pub(super) fn new(row: &'t Row, text: &'t [Id]) -> Self {
        let ids = &row.ids;
        let mut columns = Vec::with_capacity(text.len() * ids.len().div_ceil(BLOCK));
        let known = |id: &&Id| **id != UNKNOWN;
        let kinds = ids.iter().filter(known).max().map_or(0, |id| *id as usize + 1);
        // Whether the cost above a block grew or fell by one from the word before; what is before the best part is free.
        let mut above = vec![(false, false); text.len()];
        for block in ids.chunks(BLOCK) {
            // Where in the block each word stands, and, the last, all others: nowhere.
            let mut stands = vec![0_u64; kinds + 1];
            let places = block.iter().zip(0..).filter(|(id, _)| known(id));
            places.for_each(|(id, at)| stands[*id as usize] |= 1 << at);
            // Where the cost is one more than that before this word of the row, and where one less.
            let (mut more, mut less) = (u64::MAX, 0);
            columns.extend(text.iter().zip(&mut above).map(|(id, above)| {
                let (grew, fell) = (u64::from(above.0), u64::from(above.1));
                let same = stands[(*id as usize).min(kinds)] | fell;
                let free = ((same & more).wrapping_add(more) ^ more) | same | less;
                let (up, down) = (less | !(free | more), free & more);
                *above = (up >> (block.len() - 1) & 1 == 1, down >> (block.len() - 1) & 1 == 1);
                let (up, down) = (up << 1 | grew, down << 1 | fell);
                more = down | !(free | up);
                less = up & free;
                Column { free, more }
            }));
        }
        let (mut cost, mut least, mut end) = (0, 0, 0);
        let ends = above.into_iter().zip(1..).map(|((grew, fell), at)| {
            cost += i32::from(grew) - i32::from(fell);
            if cost < least {
                (least, end) = (cost, at);
            }
            end
        });
        Self { row, text, columns, ends: std::iter::once(0).chain(ends).collect() }
    }

    /// The best fit within so many first words of the text, as if there were no others. Of equal fits the first; nothing if
    /// no word of the quote, and of the contexts next to it, has its place.
    pub(super) fn fit(&self, words: usize) -> Option<Fit> {
        let (became, row) = (self.trace(words), self.row);
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

    /// What became of each word of the row in the part of so many first words of the text where most of it stands.
    fn trace(&self, words: usize) -> Vec<Became> {
        let (row, text) = (&self.row.ids, self.text);
        let mut became = vec![Became::Gone; row.len()];
        let (mut i, mut j) = (row.len(), self.ends[words]);
        // Before the text's first word there is nothing but leaving out.
        while i > 0 && j > 0 {
            let (word, column) = ((i - 1) % BLOCK, &self.columns[(i - 1) / BLOCK * text.len() + j - 1]);
            let same = row[i - 1] == text[j - 1] && row[i - 1] != UNKNOWN;
            if same || column.free >> word & 1 == 0 {
                (i, j) = (i - 1, j - 1);
                became[i] = if row[i] == text[j] { Became::Same(j) } else { Became::Other(j) };
            } else if column.more >> word & 1 == 1 {
                i -= 1;
            } else {
                j -= 1;
            }
        }
        became
    }
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
        Laid::new(&row, &ids(text)).fit(text.len()).map(|fit| (fit.place, fit.agreeing))
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

    /// Sellers' table, cell by cell.
    fn by_the_table(row: &[Id], text: &[Id]) -> Vec<Became> {
        let differ = |i: usize, j: usize| usize::from(row[i] != text[j] || row[i] == UNKNOWN);
        let mut costs = vec![vec![0; text.len() + 1]; row.len() + 1];
        for i in 1..=row.len() {
            costs[i][0] = i;
            for j in 1..=text.len() {
                let both = costs[i - 1][j - 1] + differ(i - 1, j - 1);
                costs[i][j] = both.min(costs[i - 1][j] + 1).min(costs[i][j - 1] + 1);
            }
        }
        let mut became = vec![Became::Gone; row.len()];
        let mut j = (0..=text.len()).min_by_key(|j| costs[row.len()][*j]).unwrap();
        let mut i = row.len();
        while i > 0 {
            if j > 0 && costs[i][j] == costs[i - 1][j - 1] + differ(i - 1, j - 1) {
                (i, j) = (i - 1, j - 1);
                became[i] = if row[i] == text[j] { Became::Same(j) } else { Became::Other(j) };
            } else if costs[i][j] == costs[i - 1][j] + 1 {
                i -= 1;
            } else {
                j -= 1;
            }
        }
        became
    }

    proptest::proptest! {
        #[test]
        fn many_words_at_once_are_as_one_by_one(
            row in ids(1..200), text in ids(0..300), cut in proptest::prelude::any::<bool>(),
        ) {
            let text = if cut { [&text, &row[row.len() / 3..], &text].concat() } else { text };
            let row = Row { quote: 0..row.len(), ids: row };
            let laid = Laid::new(&row, &text);
            for words in [text.len(), text.len() / 2, text.len() / 3, 0] {
                proptest::prop_assert_eq!(laid.trace(words), by_the_table(&row.ids, &text[..words]));
            }
        }
    }

    /// Words of few kinds, one of them unknown.
    fn ids(length: Range<usize>) -> impl proptest::prelude::Strategy<Value = Vec<Id>> {
        use proptest::prelude::*;
        prop::collection::vec(prop_oneof![12 => 0..12_u32, 1 => Just(UNKNOWN)], length)
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
