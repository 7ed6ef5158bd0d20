//! Where in a text something like a quote may stand.
//!
//! Shape: the places of the row's rarest words, as many as may be looked at; stretches of text where many of them come
//! together; in each of these the best fits.
//! Invariants: bounded work however the text is made; which places are found depends on text and row alone.

use super::align::{Fit, Laid, Row, cost};
use super::words::{Id, UNKNOWN, Words};
use std::ops::Range;

/// Most places of words that are looked at.
const PLACES: usize = 1_024;
/// Most stretches that are read.
const STRETCHES: usize = 8;
/// Most fits.
const FITS: usize = 64;
/// Most steps of all fits together.
const STEPS: usize = 1 << 24;

/// The best fits of a row in a text, each in a place of its own, best stretch first; and how many steps were taken.
pub(super) fn fits(words: &Words, row: &Row) -> (Vec<Fit>, usize) {
    let (mut found, mut steps, mut tries) = (Vec::<Fit>::new(), 0, 0);
    let rarest = rarest(words, row);
    // Within the row its words are numbered from 0, so that they are told by a look-up, and all others share a number.
    let mut numbers = vec![rarest.len() as Id; words.kinds()];
    (0..).zip(&rarest).for_each(|(number, id)| numbers[*id as usize] = number);
    let number = |id: &Id| numbers.get(*id as usize).copied().unwrap_or(UNKNOWN);
    let row = &Row { ids: row.ids.iter().map(number).collect(), quote: row.quote.clone() };
    for stretch in stretches(words, row.ids.len(), &rarest) {
        let text: Vec<Id> = words.ids()[stretch.clone()].iter().map(number).collect();
        // A part that begins where another did is laid beside the row already.
        let mut open = vec![(0..text.len(), None)];
        while let Some((part, laid)) = open.pop() {
            let cost = cost(row, part.len());
            tries += 1;
            if steps + cost > STEPS || tries > FITS {
                return (found, steps);
            }
            steps += cost;
            let laid = laid.unwrap_or_else(|| Laid::new(row, &text[part.clone()]));
            let Some(Fit { place, agreeing }) = laid.fit(part.len()) else { continue };
            let (start, end) = (part.start + place.start, part.start + place.end);
            // What is left on both sides may hold another.
            let rest = [(part.start..start, Some(laid)), (end..part.end, None)];
            let may_hold = |rest: &Range<usize>| rest.len() < part.len() && may_hold(row, &text[rest.clone()]);
            open.extend(rest.into_iter().filter(|(rest, _)| may_hold(rest)));
            let place = stretch.start + start..stretch.start + end;
            if found.iter().all(|other| apart(&other.place, &place)) {
                found.push(Fit { place, agreeing });
            }
        }
    }
    (found, steps)
}

/// Whether two places share no word; the same empty place twice is one.
fn apart(a: &Range<usize>, b: &Range<usize>) -> bool {
    a != b && (a.end <= b.start || b.end <= a.start)
}

/// Whether so many words stand in a part of the text that it may have half its words in common with the quote, or most of
/// them with its context.
fn may_hold(row: &Row, part: &[Id]) -> bool {
    // The last for all words that the row does not have.
    let mut here = vec![false; row.ids.len() + 1];
    part.iter().for_each(|id| here[(*id as usize).min(row.ids.len())] = true);
    let stand = |ids: &[Id]| ids.iter().filter(|id| here.get(**id as usize) == Some(&true)).count();
    let (quote, context) = (&row.ids[row.quote.clone()], row.ids.len() - row.quote.len());
    let around = || stand(&row.ids[..row.quote.start]) + stand(&row.ids[row.quote.end..]);
    stand(quote) >= quote.len().div_ceil(3) || context > 0 && 3 * around() > 2 * context
}

/// The words of a row that the text has, each once, the rarest first.
fn rarest(words: &Words, row: &Row) -> Vec<Id> {
    let mut rarest: Vec<Id> = row.ids.iter().copied().filter(|id| *id != UNKNOWN).collect();
    rarest.sort_unstable_by_key(|id| (words.places(*id).len(), *id));
    rarest.dedup();
    rarest
}

/// The stretches of text where most of a row's rare words stand, the most promising first, of equal ones the earlier.
fn stretches(words: &Words, row: usize, rarest: &[Id]) -> Vec<Range<usize>> {
    // Blocks of twice the width in steps of the width: whatever is no longer than that lies whole in one of them.
    let width = row + row / 2 + 8;
    let mut weights = vec![0; words.len() / width + 1];
    let mut left = PLACES;
    for places in rarest.iter().map(|id| words.places(*id)) {
        let Some(rest) = left.checked_sub(places.len()) else { break };
        left = rest;
        // The rarer a word, the more it says; it says so once in a block.
        let weight = (words.len() / places.len().max(1)).max(1).ilog2() + 1;
        let mut next = 0;
        for at in places.iter().map(|place| place / width) {
            weights[at.saturating_sub(1).max(next)..=at].iter_mut().for_each(|sum| *sum += weight);
            next = at + 1;
        }
    }
    let mut best: Vec<(u32, usize)> = Vec::with_capacity(STRETCHES + 1);
    for (block, weight) in weights.into_iter().enumerate() {
        if weight > best.get(STRETCHES - 1).map_or(0, |(other, _)| *other) {
            best.insert(best.partition_point(|(other, _)| *other >= weight), (weight, block));
            best.truncate(STRETCHES);
        }
    }
    let stretch =
        |(_, block): (u32, usize)| (block * width).saturating_sub(row)..((block + 2) * width + row).min(words.len());
    best.into_iter().map(stretch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn stretches_are_the_blocks_where_the_words_weigh_most(
            text in prop::collection::vec(0..60_usize, 0..500), quote in prop::collection::vec(0..70_usize, 1..12),
        ) {
            let joined = |of: &[usize]| of.iter().map(|it| format!("w{} ", it * it / 60)).collect::<String>();
            let words = Words::new(&joined(&text));
            let ids = words.of(&joined(&quote)).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
            let row = Row { quote: 0..ids.len(), ids };
            let (n, rarest) = (row.ids.len(), rarest(&words, &row));
            let width = n + n / 2 + 8;
            // One block after the other, one word after the other.
            let weight = |block: usize| {
                let inside = |id: &&Id| words.ids().iter().skip(block * width).take(2 * width).any(|it| it == *id);
                let says = |id: &Id| (words.len() / words.places(*id).len()).ilog2() + 1;
                rarest.iter().filter(inside).map(says).sum::<u32>()
            };
            let mut blocks: Vec<usize> = (0..=words.len() / width).filter(|block| weight(*block) > 0).collect();
            blocks.sort_by_key(|block| std::cmp::Reverse(weight(*block)));
            blocks.truncate(STRETCHES);
            let ends = |block: usize| (block * width).saturating_sub(n)..((block + 2) * width + n).min(words.len());
            let expected: Vec<Range<usize>> = blocks.into_iter().map(ends).collect();
            prop_assert_eq!(stretches(&words, n, &rarest), expected);
        }
    }
}
