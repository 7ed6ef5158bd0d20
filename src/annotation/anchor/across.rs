//! Looking through a page for a decision that is found on no unit of it.
//!
//! Purpose: passages in any unit that may be what it was about, to ask the coder; none of them is ever shown as decided.
//! Shape: units come in slices, each with one index ([`Units`]); what the slices give is put together with [`settle`].
//! Invariants: what is found for one decision depends on no other; no passage crosses the edge of a unit; a decision
//! about a whole unit is compared with whole units.

use super::record::side;
use super::{Anchorer, Candidates, Context, FLOOR, MARGIN, NAMED, Wanted};
use crate::annotation::record::Captured;
use crate::annotation::selector::Selector;
use crate::order::Order;
use crate::text::offsets::Utf16;
use std::cell::OnceCell;
use std::ops::Range;

/// Parts units: no word goes on across it.
const EDGE: char = '\0';

/// Some units of a page with one index.
#[derive(Debug)]
pub struct Units {
    joined: Anchorer<'static>,
    /// Bytes of each unit in `joined`.
    units: Vec<Range<usize>>,
    utf16: OnceCell<Utf16>,
}

/// A passage that may be what a decision was about.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// Place of its unit.
    pub unit: usize,
    /// Its bytes in the unit.
    pub span: Range<usize>,
    /// How much of quote and context agrees, 0 to 1, as [`super::Place::score`].
    pub score: f64,
    /// How much of the context agrees, 0 to 1; what is not known is not missed.
    pub context: f64,
}

impl Units {
    /// Of these texts. The index is made when the first decision is looked for.
    pub fn new(texts: &[String]) -> Self {
        let (mut joined, mut units) = (String::new(), Vec::with_capacity(texts.len()));
        for text in texts {
            let start = joined.len();
            joined.push_str(text);
            units.push(start..joined.len());
            joined.push(EDGE);
        }
        Self { joined: Anchorer::new(joined), units, utf16: OnceCell::new() }
    }

    /// Whether they are of these texts and no others.
    pub fn are_of(&self, texts: &[String]) -> bool {
        let kept = self.units.iter().map(|unit| &self.joined.text()[unit.clone()]);
        kept.eq(texts.iter().map(String::as_str))
    }

    /// Where a passage of theirs stands in its unit, in UTF-16 units.
    pub fn utf16(&self, passage: &Passage) -> (u32, u32) {
        let text = self.joined.text();
        let utf16 = self.utf16.get_or_init(|| Utf16::new(text));
        let start = self.units.get(passage.unit).map_or(0, |unit| unit.start);
        let at = |byte: usize| utf16.before(text, start + byte) - utf16.before(text, start);
        (at(passage.span.start), at(passage.span.end))
    }

    /// The passages that may be what a decision was about, the best and then the earliest first, at most [`NAMED`]; and how many
    /// comparisons of words it took to find them.
    pub fn passages(&self, selectors: &[Selector], captured: &Captured) -> (Vec<Passage>, usize) {
        let quote = selectors.iter().find_map(Selector::quote);
        let edge = Context { text: "", to_edge: true };
        let wanted = match (quote, captured.text.as_deref()) {
            (Some(it), _) => {
                Wanted { exact: &it.exact, prefix: side(&it.prefix), suffix: side(&it.suffix), position: None }
            }
            (None, Some(text)) => Wanted { exact: text, prefix: edge, suffix: edge, position: None },
            (None, None) => return (Vec::new(), 0),
        };
        if wanted.exact.is_empty() {
            return (Vec::new(), 0);
        }
        let (anchorer, cut) = (&self.joined, self.joined.cut(&wanted));
        let mut found: Vec<Passage> = Vec::new();
        let Candidates { all, steps, .. } = anchorer.speaking(&wanted, &cut);
        for candidate in all {
            let unit = self.units.partition_point(|unit| unit.end < candidate.span.end);
            let Some(bytes) = self.units.get(unit).filter(|unit| unit.start <= candidate.span.start) else { continue };
            let (span, score) = if quote.is_some() {
                (candidate.span.start - bytes.start..candidate.span.end - bytes.start, candidate.score())
            } else {
                let words = anchorer.words().within(bytes).len().max(candidate.agreeing);
                let common = 2.0 * candidate.agreeing as f64 / (cut.quote() + words).max(1) as f64;
                (0..bytes.len(), common)
            };
            if quote.is_some() || score >= FLOOR {
                found.push(Passage { unit, span, score, context: candidate.share() });
            }
        }
        found.order_by(|a, b| {
            let place = |it: &Passage| (it.unit, it.span.start);
            b.score.total_cmp(&a.score).then(place(a).cmp(&place(b)))
        });
        if quote.is_none() {
            // One unit is one answer.
            let mut seen = Vec::new();
            found.retain(|it| {
                !seen.contains(&it.unit) && {
                    seen.push(it.unit);
                    true
                }
            });
        }
        found.truncate(NAMED);
        (found, steps)
    }
}

/// Leaves of all candidates those between which a person has to choose, the best first and equal ones in their order: one
/// that no other comes near to, or several, at most [`NAMED`]; none of none. `of` gives score and agreement of the context.
/// Also the quote itself, unchanged, has to give way where another passage stands in more of its context.
pub fn settle<T>(candidates: &mut Vec<T>, of: impl Fn(&T) -> (f64, f64)) {
    candidates.order_by(|a, b| of(b).0.total_cmp(&of(a).0));
    if let Some((score, context)) = candidates.first().map(&of) {
        let mut first = true;
        candidates.retain(|other| {
            let (other, around) = of(other);
            std::mem::take(&mut first) || score - other < MARGIN || around > context
        });
        candidates.truncate(NAMED);
    }
}
