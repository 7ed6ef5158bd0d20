//! Where in a text something like a quote may stand.
//!
//! Shape: the places of the row's rarest words, as many as may be looked at; stretches of text where many of them come
//! together; in each of these the best fits.
//! Invariants: bounded work however the text is made; which places are found depends on text and row alone.

use super::align::{Fit, Row, cost, fit};
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
    for stretch in stretches(words, row) {
        let mut open = vec![stretch];
        while let Some(part) = open.pop() {
            let text = &words.ids()[part.clone()];
            let cost = cost(row, text.len());
            tries += 1;
            if steps + cost > STEPS || tries > FITS {
                return (found, steps);
            }
            steps += cost;
            let Some(Fit { place, agreeing }) = fit(row, text) else { continue };
            let place = part.start + place.start..part.start + place.end;
            // What is left on both sides may hold another.
            let rest = [part.start..place.start, place.end..part.end];
            open.extend(rest.into_iter().filter(|rest| rest.len() < part.len() && may_hold(words, row, rest)));
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
fn may_hold(words: &Words, row: &Row, part: &Range<usize>) -> bool {
    let here = &words.ids()[part.clone()];
    let stand = |ids: &[Id]| ids.iter().filter(|id| here.contains(id)).count();
    let (quote, context) = (&row.ids[row.quote.clone()], row.ids.len() - row.quote.len());
    let around = || stand(&row.ids[..row.quote.start]) + stand(&row.ids[row.quote.end..]);
    stand(quote) >= quote.len().div_ceil(3) || context > 0 && 3 * around() > 2 * context
}

/// The stretches of text where most of the row's rare words stand, the most promising first, the earlier of equal ones first.
fn stretches(words: &Words, row: &Row) -> Vec<Range<usize>> {
    let mut rarest: Vec<Id> = row.ids.iter().copied().filter(|id| *id != UNKNOWN).collect();
    rarest.sort_unstable_by_key(|id| (words.places(*id).len(), *id));
    rarest.dedup();
    // Each place with the word's own number in `rarest`.
    let mut hits: Vec<(usize, usize)> = Vec::new();
    for (number, id) in rarest.iter().enumerate() {
        let places = words.places(*id);
        if hits.len() + places.len() > PLACES {
            break;
        }
        hits.extend(places.iter().map(|place| (*place, number)));
    }
    hits.sort_unstable();
    // The rarer a word, the more it says.
    let weight =
        |number: usize| u64::from((words.len() / words.places(rarest[number]).len().max(1)).max(1).ilog2()) + 1;
    // Blocks of twice the width in steps of the width: whatever is no longer than that lies whole in one of them.
    let width = row.ids.len() + row.ids.len() / 2 + 8;
    let mut numbers: Vec<usize> = Vec::new();
    for at in hits.iter().map(|(place, _)| place / width) {
        let first = numbers.last().map_or(at.saturating_sub(1), |last| at.saturating_sub(1).max(last + 1));
        numbers.extend(first..=at);
    }
    // The block in which a word was counted last.
    let mut counted = vec![usize::MAX; rarest.len()];
    let mut best: Vec<(u64, usize)> = Vec::with_capacity(STRETCHES + 1);
    let mut from = 0;
    for block in numbers {
        from += hits[from..].iter().take_while(|(place, _)| *place < block * width).count();
        let here = hits[from..].iter().take_while(|(place, _)| *place < (block + 2) * width);
        let new = here.filter(|(_, number)| std::mem::replace(&mut counted[*number], block) != block);
        let weight = new.map(|(_, number)| weight(*number)).sum();
        best.insert(best.partition_point(|(other, _)| *other >= weight), (weight, block));
        best.truncate(STRETCHES);
    }
    let mut stretches: Vec<Range<usize>> = Vec::new();
    for (_, block) in best {
        let start = (block * width).saturating_sub(row.ids.len());
        stretches.push(start..((block + 2) * width + row.ids.len()).min(words.len()));
    }
    stretches
}
