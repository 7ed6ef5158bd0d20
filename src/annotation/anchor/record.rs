//! Finding a stored decision in a unit of a page read now.
//!
//! Purpose: what may be shown as decided without asking: the same words with their whole context, in the same place of the
//! unit or elsewhere in it. A decision about a whole unit is found on the same text only.
//! Invariants: a decision is looked for in every unit of a page, so that less than the whole context is never enough; where
//! its own unit held the same words in the same context twice, it is found on the same text only.

use super::{Anchorer, Context, Found, Wanted};
use crate::annotation::record::Captured;
use crate::annotation::selector::{CONTEXT, Selector};

use crate::service::protocol::Outcome;
use std::ops::Range;

/// A decision found in a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// How surely.
    pub outcome: Outcome,
    /// Which bytes of the unit; absent: all of it.
    pub span: Option<Range<usize>>,
}

impl Anchor {
    /// All of the very unit.
    pub(crate) const EXACT: Self = Self { outcome: Outcome::Exact, span: None };
}

/// Looks for one decision in one unit.
pub fn anchor(unit: &Anchorer<'_>, selectors: &[Selector], captured: &Captured) -> Option<Anchor> {
    let unchanged = captured.is_of(unit.text());
    let Some(quote) = selectors.iter().find_map(Selector::quote) else {
        return unchanged.then_some(Anchor::EXACT);
    };
    let position = selectors.iter().find_map(Selector::position).map(|position| (position.start, position.end));
    let anywhere =
        Wanted { exact: &quote.exact, prefix: side(&quote.prefix), suffix: side(&quote.suffix), position: None };
    let found = if unchanged { unit.certain(&Wanted { position, ..anywhere }) } else { unit.certain(&anywhere) };
    let (Found::Exact(place) | Found::Moved(place)) = found? else { return None };
    let kept = captured.text.as_deref();
    let twice = || kept.is_some_and(|text| matches!(Anchorer::new(text).certain(&anywhere), Some(Found::Ambiguous(_))));
    if !unchanged && twice() {
        return None;
    }
    let here = position.is_none_or(|position| position == unit.code_points(&place.span));
    Some(Anchor { outcome: if here { Outcome::Exact } else { Outcome::Moved }, span: Some(place.span) })
}

/// Context that is shorter than could be had reached an edge of the unit, and has to reach it again: two words alone are not
/// the same two words in a sentence.
pub(super) fn side(text: &str) -> Context<'_> {
    Context { text, to_edge: text.chars().count() < CONTEXT }
}
