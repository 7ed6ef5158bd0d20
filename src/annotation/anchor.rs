//! Finding a stored decision on a page read now.
//!
//! Purpose: the same words in the same place of a unit are `exact`; the quote with its whole context elsewhere in a unit,
//! once, has `moved`. A decision about a whole unit is found on the same text only.
//! Invariants: never a silent guess: what is not found for certain is not found. Spans are byte ranges of the unit.

use super::record::Captured;
use super::selector::{CONTEXT, Quote, Selector};
use crate::service::protocol::Outcome;
use crate::text::offsets::{Unit, to_byte};
use std::ops::Range;

/// A decision found in a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// How surely.
    pub outcome: Outcome,
    /// Which bytes of the unit; absent: all of it.
    pub span: Option<Range<usize>>,
}

/// Looks for one decision in one unit's text.
pub fn anchor(text: &str, selectors: &[Selector], captured: &Captured) -> Option<Anchor> {
    let quote = selectors.iter().find_map(|selector| match selector {
        Selector::TextQuote(quote) => Some(quote),
        Selector::TextPosition(_) => None,
    });
    let Some(quote) = quote else {
        return (text == captured.text).then_some(Anchor { outcome: Outcome::Exact, span: None });
    };
    let by_position = selectors.iter().find_map(|selector| match selector {
        Selector::TextPosition(position) => {
            let span = to_byte(text, Unit::CodePoints, position.start)..to_byte(text, Unit::CodePoints, position.end);
            (span.start <= span.end && stands_at(text, quote, &span)).then_some(span)
        }
        Selector::TextQuote(_) => None,
    });
    if let Some(span) = by_position {
        return Some(Anchor { outcome: Outcome::Exact, span: Some(span) });
    }
    let mut places = text
        .match_indices(&quote.exact)
        .map(|(start, exact)| start..start + exact.len())
        .filter(|span| stands_at(text, quote, span));
    match (places.next(), places.next()) {
        (Some(span), None) => Some(Anchor { outcome: Outcome::Moved, span: Some(span) }),
        _ => None,
    }
}

/// Whether the quote stands here with all its context. Context that was shorter than could be had reached an edge of the
/// unit, and has to reach it again: two words alone are not the same two words in a sentence.
fn stands_at(text: &str, quote: &Quote, span: &Range<usize>) -> bool {
    let edge = |context: &str, rest: &str| context.chars().count() >= CONTEXT || context.len() == rest.len();
    text.get(span.clone()) == Some(quote.exact.as_str())
        && text[..span.start].ends_with(&quote.prefix)
        && text[span.end..].starts_with(&quote.suffix)
        && edge(&quote.prefix, &text[..span.start])
        && edge(&quote.suffix, &text[span.end..])
}
