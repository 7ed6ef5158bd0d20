//! Hashtags and handles.
//!
//! Invariants: a tag has at least one letter, of whatever script, and at most [`MAX_TAG`] bytes.

use super::around::{last, next, part};
use super::{Kind, names};
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// Longest tag, in bytes after its sign; a longer one is none.
const MAX_TAG: usize = 400;
/// Joins parts of one word in Persian and Indic scripts.
const JOINERS: [char; 2] = ['\u{200C}', '\u{200D}'];

/// The hashtag whose sign, of `width` bytes, stands at `at`. Right after another hashtag it needs no blank before it.
pub(super) fn hashtag(text: &str, at: usize, width: usize, after_another: bool) -> Option<(Kind, Range<usize>)> {
    let start = at + width;
    if (!after_another && last(text, at).is_some_and(|c| of_word(c) || c == '&'))
        || !next(text, start).is_some_and(of_word)
    {
        return None;
    }
    let name = named(text, start, |c| of_word(c) || is_combining_mark(c) || JOINERS.contains(&c))?;
    Some((Kind::Hashtag, at..start + name.trim_end_matches(JOINERS).len()))
}

/// The handle whose sign, of `width` bytes, stands at `at`; with the host that follows it, if one does.
pub(super) fn handle(text: &str, at: usize, width: usize) -> Option<(Kind, Range<usize>)> {
    let start = at + width;
    if last(text, at).is_some_and(of_word) || !next(text, start).is_some_and(of_word) {
        return None;
    }
    let name = named(text, start, |c| of_word(c) || c == '.')?;
    let end = start + name.trim_end_matches('.').len();
    let host =
        (next(text, end) == Some('@')).then(|| names::labels(text, end + 1, &[names::Written::Plain]).all()).flatten();
    Some((Kind::Handle, at..host.map_or(end, |host| host.end)))
}

fn of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The characters of a name from `start` on, if there is a letter among them and they are not too many.
#[inline(never)]
fn named(text: &str, start: usize, of_name: fn(char) -> bool) -> Option<&str> {
    let (mut end, mut letter) = (start, false);
    for c in part(text, start, text.len()).chars().take_while(|c| of_name(*c)) {
        letter |= c.is_alphabetic();
        end += c.len_utf8();
        if end - start > MAX_TAG {
            return None;
        }
    }
    letter.then(|| part(text, start, end))
}
