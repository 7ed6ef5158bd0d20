//! How a match must sit among the letters around it.
//!
//! Purpose: words are words, also in hashtags and behind Arabic proclitics; an emoji that is a piece of another emoji is not
//! that emoji (a pirate flag is no black flag).
//! Must not touch: the automaton; it finds, this decides.

use crate::codebook::expand::PROCLITICS;
use crate::codebook::model::Boundary;
use crate::text::fold::Folded;
use std::ops::Range;

/// The letters that proclitics are made of, to know how far back to look.
const LONGEST_PROCLITIC: usize = 4;

/// Whether a match may stand.
pub(super) fn holds(
    boundary: Boundary,
    original: &str,
    folded: &Folded,
    range: &Range<usize>,
    span: &Range<usize>,
) -> bool {
    let text = folded.text();
    let matched = &text[range.clone()];
    let begins = || begins_word(text, range.start) || hashtag_word(original, span.start);
    let ends =
        || !matched.ends_with(is_word) || !text[range.end..].starts_with(is_word) || hashtag_word(original, span.end);
    whole_symbol(original, span)
        && match boundary {
            Boundary::Infix => true,
            Boundary::Prefix => begins(),
            Boundary::Word | Boundary::Exact => begins() && ends(),
        }
}

/// Whether a match that begins at this byte of the folded text begins a word, or is no word at all.
pub(super) fn begins_word(text: &str, at: usize) -> bool {
    !text[at..].starts_with(is_word) || !text[..at].ends_with(is_word) || after_proclitic(text, at)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// Whether only a proclitic stands between here and the beginning of an Arabic word.
fn after_proclitic(text: &str, at: usize) -> bool {
    if !text[at..].starts_with(|c| matches!(c, '\u{0621}'..='\u{064A}')) {
        return false;
    }
    let start = text[..at].char_indices().rev().take(LONGEST_PROCLITIC + 1).take_while(|(_, c)| is_word(*c)).last();
    start.is_some_and(|(start, _)| PROCLITICS.contains(&&text[start..at]))
}

/// Longest hashtag, in characters: how far back its sign is looked for.
const LONGEST_HASHTAG: usize = 140;

/// Whether a word of a hashtag in camel case begins at a byte of the original: `#SupportTheKhilafah`.
fn hashtag_word(original: &str, at: usize) -> bool {
    let (before, after) = original.split_at(at);
    after.starts_with(char::is_uppercase)
        && before.ends_with(|c: char| c.is_lowercase() || c.is_numeric())
        && before.chars().rev().take(LONGEST_HASHTAG).find(|&c| !is_word(c) && c != '_') == Some('#')
}

/// Whether a match that ends or begins with a symbol is not a piece of a longer emoji: neither joined to a neighbour nor
/// carrying tags.
fn whole_symbol(original: &str, span: &Range<usize>) -> bool {
    const JOINER: char = '\u{200D}';
    let is_symbol = |c: char| !is_word(c) && !c.is_ascii();
    let matched = &original[span.clone()];
    if matched.starts_with(is_symbol) && original[..span.start].ends_with(JOINER) {
        return false;
    }
    if !matched.chars().any(is_symbol) {
        return true;
    }
    let mut rest =
        original[span.end..].chars().skip_while(|c| matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}'));
    !rest.next().is_some_and(|c| c == JOINER || matches!(c, '\u{E0020}'..='\u{E007F}'))
}
