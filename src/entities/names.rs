//! Host names as people write them, their dots disguised or not: `t.me`, `t[.]me`, `t (dot) me`, `t . me`.
//!
//! Invariants: reads at most [`MAX_LABELS`] labels of 63 bytes, so that reading is of bounded cost wherever it begins.

use super::{joined_after, joined_before};

/// Most labels of a name; a longer one is none.
const MAX_LABELS: usize = 8;
const MAX_LABEL: usize = 63;
/// Most blanks between a sign and what it joins.
const MAX_BLANKS: usize = 2;

/// How a dot or an `@` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// As itself, between its neighbours.
    Plain,
    /// In brackets, as a sign or a word.
    Bracketed,
    /// As a sign with a blank before it.
    Apart,
    /// As a word between blanks.
    Word,
}

/// A host name.
#[derive(Debug)]
pub(super) struct Name {
    /// One past its last byte.
    pub(super) end: usize,
    /// Lower case, with plain dots.
    pub(super) host: String,
    /// Whether the text has it so, but for the case.
    pub(super) plain: bool,
}

/// Reads a disguised or plain sign after `at`: its end, blanks included, and how it is written.
pub(super) fn sign(bytes: &[u8], at: usize, sign: u8, word: &[u8]) -> Option<(usize, Written)> {
    let open = skip_blanks(bytes, at);
    let close = match bytes.get(open)? {
        b'[' => Some(b']'),
        b'(' => Some(b')'),
        b'{' => Some(b'}'),
        _ => None,
    };
    let start = if close.is_some() { skip_blanks(bytes, open + 1) } else { open };
    let (end, is_word) = if *bytes.get(start)? == sign {
        (start + 1, false)
    } else if bytes.get(start..start + word.len())?.eq_ignore_ascii_case(word) {
        (start + word.len(), true)
    } else {
        return None;
    };
    let after = skip_blanks(bytes, end);
    match close {
        Some(close) => (*bytes.get(after)? == close).then(|| (skip_blanks(bytes, after + 1), Written::Bracketed)),
        None if is_word => (open > at && after > end).then_some((after, Written::Word)),
        None if open == at && after == end => Some((after, Written::Plain)),
        // Without a blank before it, it ends a sentence.
        None => (open > at).then_some((after, Written::Apart)),
    }
}

fn skip_blanks(bytes: &[u8], at: usize) -> usize {
    at + bytes.iter().skip(at).take(MAX_BLANKS).take_while(|&&byte| byte == b' ').count()
}

/// Where a label begins that a sign at `at` follows, blanks between them allowed; and where it ends.
pub(super) fn label_before(text: &str, at: usize, part: impl Fn(u8) -> bool, most: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let end = at - bytes[..at].iter().rev().take(MAX_BLANKS).take_while(|&&byte| byte == b' ').count();
    let length = bytes[..end].iter().rev().take(most + 1).take_while(|&&byte| part(byte)).count();
    (1..=most).contains(&length).then(|| (end - length, end))
}

/// Where the name begins whose first dot is at `at`, if a name may begin there.
pub(super) fn start(text: &str, at: usize) -> Option<usize> {
    let (start, _) = label_before(text, at, label_byte, MAX_LABEL)?;
    let before = &text.as_bytes()[..start];
    let inside = matches!(before, [.., b'@'] | [.., b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z', b'.' | b'\'']);
    (!inside && text.as_bytes()[start] != b'-' && !joined_before(text, start)).then_some(start)
}

fn label_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// Labels in a row, from which names are made.
#[derive(Debug)]
pub(super) struct Labels<'t> {
    text: &'t str,
    /// Where each begins and ends, and whether all dots before it are plain.
    found: Vec<(usize, usize, bool)>,
}

/// Reads labels from `start`, joined only as `joins` allows; none if there are too many.
pub(super) fn labels(text: &str, start: usize, joins: impl Fn(Written) -> bool) -> Labels<'_> {
    let bytes = text.as_bytes();
    let mut found: Vec<(usize, usize, bool)> = Vec::new();
    let (mut at, mut plain) = (start, true);
    loop {
        let length = bytes[at..].iter().take(MAX_LABEL + 1).take_while(|&&byte| label_byte(byte)).count();
        // A sign that no label follows ends the name before it.
        if length == 0 {
            break;
        }
        if length > MAX_LABEL || found.len() == MAX_LABELS {
            found.clear();
            break;
        }
        found.push((at, at + length, plain));
        match sign(bytes, at + length, b'.', b"dot") {
            Some((next, written)) if joins(written) => {
                plain &= written == Written::Plain;
                at = next;
            }
            _ => break,
        }
    }
    Labels { text, found }
}

impl Labels<'_> {
    /// The name that all labels make.
    pub(super) fn all(&self) -> Option<Name> {
        self.first(self.found.len())
    }

    /// The name that the first so many labels make: two at the least, the last of letters alone unless it is punycode.
    pub(super) fn first(&self, count: usize) -> Option<Name> {
        let labels = self.found.get(..count).filter(|labels| labels.len() >= 2)?;
        let &(first, end, plain) = labels.last()?;
        let top = &self.text.as_bytes()[first..end];
        let is_top = top.len() >= 2
            && (top.iter().all(u8::is_ascii_alphabetic)
                || top.get(..4).is_some_and(|p| p.eq_ignore_ascii_case(b"xn--")));
        if !is_top || joined_after(self.text, end) || self.text.as_bytes().get(end) == Some(&b'@') {
            return None;
        }
        let labels: Vec<&str> = labels.iter().map(|&(start, end, _)| &self.text[start..end]).collect();
        Some(Name { end, host: labels.join(".").to_ascii_lowercase(), plain })
    }
}
