//! What stands next to a place in a text.
//!
//! Purpose: the steps that all readers share. They are not generic and not inlined: what runs over every character is
//! `find`; these run where something may begin, and the engine's size counts.
//! Invariants: a place off a character boundary has nothing next to it.

/// A part of a text; empty off its character boundaries.
#[inline(never)]
pub(super) fn part(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or_default()
}

/// The character that begins at a place.
#[inline(never)]
pub(super) fn next(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// The character that ends at a place.
#[inline(never)]
pub(super) fn last(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// Where the bytes of a kind that begin at a place end, at most so many.
#[inline(never)]
pub(super) fn run_end(text: &str, at: usize, most: usize, kind: fn(u8) -> bool) -> usize {
    at + text.as_bytes().iter().skip(at).take(most).take_while(|&&byte| kind(byte)).count()
}

/// Where the bytes of a kind that end at a place begin, at most so many.
#[inline(never)]
pub(super) fn run_start(text: &str, at: usize, most: usize, kind: fn(u8) -> bool) -> usize {
    at - text.as_bytes()[..at].iter().rev().take(most).take_while(|&&byte| kind(byte)).count()
}

/// Where the characters of a kind that begin at a place end.
#[inline(never)]
pub(super) fn chars_end(text: &str, at: usize, kind: fn(char) -> bool) -> usize {
    let rest = part(text, at, text.len());
    rest.char_indices().find(|&(_, c)| !kind(c)).map_or(text.len(), |(length, _)| at + length)
}

/// A blank.
pub(super) fn blank(byte: u8) -> bool {
    byte == b' '
}

/// An ASCII letter.
pub(super) fn letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic()
}

fn underscore(byte: u8) -> bool {
    byte == b'_'
}

/// Whether a letter or digit goes on to what begins here. Scripts without case (Arabic, Chinese) do not go on into Latin:
/// they are often written without a space before a foreign word. Underscores may be marks of emphasis.
#[inline(never)]
pub(super) fn joined_before(text: &str, at: usize) -> bool {
    last(text, run_start(text, at, usize::MAX, underscore)).is_some_and(joins)
}

/// Whether what ends here goes on into a letter or digit.
#[inline(never)]
pub(super) fn joined_after(text: &str, at: usize) -> bool {
    next(text, run_end(text, at, usize::MAX, underscore)).is_some_and(joins)
}

/// A letter or digit in the manner of Latin, Greek and Cyrillic, fullwidth ones among them.
pub(super) fn joins(c: char) -> bool {
    matches!(c, ..'\u{530}' | '\u{1E00}'..='\u{1FFF}' | '\u{FF10}'..='\u{FF5A}') && c.is_alphanumeric()
}
