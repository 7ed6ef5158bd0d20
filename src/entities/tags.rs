//! Hashtags and handles.
//!
//! Invariants: a tag has at least one letter, of whatever script, and at most [`MAX_TAG`] bytes.

use super::{Kind, names};
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// Longest tag, in bytes after its sign; a longer one is none.
const MAX_TAG: usize = 400;
/// Joins parts of one word in Persian and Indic scripts.
const JOINERS: [char; 2] = ['\u{200C}', '\u{200D}'];

/// The hashtag whose sign, of `width` bytes, stands at `at`. Right after another hashtag it needs no blank before it.
pub(super) fn hashtag(text: &str, at: usize, width: usize, after_another: bool) -> Option<(Kind, Range<usize>)> {
    if !after_another && text[..at].ends_with(|c| part(c) || c == '&') {
        return None;
    }
    let word = |c| part(c) || is_combining_mark(c) || JOINERS.contains(&c);
    let body = &text[at + width..];
    let name = taken(body, word)?.trim_end_matches(JOINERS);
    let begins = name.starts_with(part);
    (begins && name.contains(char::is_alphabetic)).then_some((Kind::Hashtag, at..at + width + name.len()))
}

/// The handle whose sign, of `width` bytes, stands at `at`; with the host that follows it, if one does.
pub(super) fn handle(text: &str, at: usize, width: usize) -> Option<(Kind, Range<usize>)> {
    if text[..at].ends_with(part) {
        return None;
    }
    let start = at + width;
    let name = taken(&text[start..], |c| part(c) || c == '.')?.trim_end_matches('.');
    if !name.contains(char::is_alphabetic) {
        return None;
    }
    let mut end = start + name.len();
    if text[end..].starts_with('@')
        && let Some(host) = names::labels(text, end + 1, |written| written == names::Written::Plain).all()
    {
        end = host.end;
    }
    Some((Kind::Handle, at..end))
}

fn part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The beginning of a text that is made of such characters, if it is not too long.
fn taken(text: &str, word: impl Fn(char) -> bool) -> Option<&str> {
    let window = &text[..text.floor_char_boundary(MAX_TAG)];
    match window.find(|c| !word(c)) {
        Some(length) => Some(&window[..length]),
        None => (window.len() == text.len() || !text[window.len()..].starts_with(word)).then_some(window),
    }
}
