//! Host names as people write them, their dots disguised or not: `t.me`, `t[.]me`, `t (dot) me`, `t . me`.
//!
//! Invariants: reads at most [`MAX_LABELS`] labels of 63 bytes, so that reading is of bounded cost wherever it begins.

use super::around::{blank, joined_after, joined_before, letter, part, run_end, run_start};

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
pub(super) fn sign(text: &str, at: usize, sign: u8, word: &str) -> Option<(usize, Written)> {
    let bytes = text.as_bytes();
    let open = run_end(text, at, MAX_BLANKS, blank);
    let close = match bytes.get(open)? {
        b'[' => b']',
        b'(' => b')',
        b'{' => b'}',
        _ => 0,
    };
    let start = if close != 0 { run_end(text, open + 1, MAX_BLANKS, blank) } else { open };
    let (end, is_word) = if *bytes.get(start)? == sign {
        (start + 1, false)
    } else if part(text, start, start + word.len()).eq_ignore_ascii_case(word) {
        (start + word.len(), true)
    } else {
        return None;
    };
    let after = run_end(text, end, MAX_BLANKS, blank);
    if close != 0 {
        return (*bytes.get(after)? == close)
            .then(|| (run_end(text, after + 1, MAX_BLANKS, blank), Written::Bracketed));
    }
    let written = match (open > at, after > end) {
        (true, true) if is_word => Written::Word,
        (false, false) if !is_word => Written::Plain,
        // Without a blank before it, it ends a sentence.
        (true, _) if !is_word => Written::Apart,
        _ => return None,
    };
    Some((after, written))
}

/// Where the run of such bytes begins, and ends, that a sign at `at` follows, blanks between them allowed.
pub(super) fn run_before(text: &str, at: usize, kind: fn(u8) -> bool, most: usize) -> Option<(usize, usize)> {
    let end = run_start(text, at, MAX_BLANKS, blank);
    let start = run_start(text, end, most + 1, kind);
    (1..=most).contains(&(end - start)).then_some((start, end))
}

/// Where the label begins and ends whose dot is at `at`, if it is the first of a name.
pub(super) fn first_label(text: &str, at: usize) -> Option<(usize, usize)> {
    let (start, end) = run_before(text, at, label_byte, MAX_LABEL)?;
    let before = &text.as_bytes()[..start];
    let inside = matches!(before, [.., b'@'] | [.., b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z', b'.' | b'\'']);
    (!inside && text.as_bytes()[start] != b'-' && !joined_before(text, start)).then_some((start, end))
}

fn label_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// Labels in a row, from which names are made.
#[derive(Debug)]
pub(super) struct Labels<'t> {
    text: &'t str,
    count: usize,
    /// Where each begins and ends.
    spans: [(usize, usize); MAX_LABELS],
}

/// Reads labels from `start`, joined by dots that are written in one of these ways; none if there are too many.
pub(super) fn labels<'t>(text: &'t str, start: usize, ways: &[Written]) -> Labels<'t> {
    let mut labels = Labels { text, count: 0, spans: [(0, 0); MAX_LABELS] };
    let mut at = start;
    loop {
        let end = run_end(text, at, MAX_LABEL + 1, label_byte);
        // A sign that no label follows ends the name before it.
        if end == at {
            return labels;
        }
        let Some(span) = labels.spans.get_mut(labels.count).filter(|_| end - at <= MAX_LABEL) else {
            labels.count = 0;
            return labels;
        };
        *span = (at, end);
        labels.count += 1;
        match sign(text, end, b'.', "dot") {
            Some((next, written)) if ways.contains(&written) => at = next,
            _ => return labels,
        }
    }
}

impl Labels<'_> {
    /// The name that all labels make.
    pub(super) fn all(&self) -> Option<Name> {
        self.first(self.count)
    }

    /// The name that the first so many labels make: two at the least, the last of letters alone unless it is punycode.
    pub(super) fn first(&self, count: usize) -> Option<Name> {
        if count < 2 || count > self.count {
            return None;
        }
        let (first, end) = self.spans[count - 1];
        let top = part(self.text, first, end);
        let is_top = top.len() >= 2 && (top.bytes().all(letter) || part(top, 0, 4).eq_ignore_ascii_case("xn--"));
        if !is_top || joined_after(self.text, end) || self.text.as_bytes().get(end) == Some(&b'@') {
            return None;
        }
        let mut host = String::new();
        for &(start, end) in &self.spans[..count] {
            if !host.is_empty() {
                host.push('.');
            }
            host.push_str(part(self.text, start, end));
        }
        host.make_ascii_lowercase();
        let plain = host.eq_ignore_ascii_case(part(self.text, self.spans[0].0, end));
        Some(Name { end, host, plain })
    }
}
