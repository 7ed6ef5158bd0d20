//! The base fold: the form in which terms and pages meet.
//!
//! Purpose: NFKC, case folding, one space for any run of white space; zero-width and bidi controls, variation selectors,
//! skin tones, tatweel, Arabic marks and the marks on Latin letters removed; variants of alef, ya, kaf, ha and ta marbuta
//! unified; apostrophes and dashes made plain. Other scripts keep their marks: й is not и.
//! Invariants: every range of the folded text maps to a range of the original on character boundaries.
//! Must not touch: look-alike letters, digits as letters and other evasion: folding those globally would destroy Cyrillic
//! and guess between languages.

use caseless::Caseless;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Raised whenever the same text would fold differently: compiled codebooks of another version are not loaded.
pub const FOLD_VERSION: u16 = 1;

/// Folded text with its way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    text: String,
    runs: Vec<Run>,
}

/// From `folded` on, up to the next run. A linear run advances byte by byte on both sides; any other is one block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    folded: usize,
    original: usize,
    linear: bool,
}

impl Folded {
    /// Folds a text.
    pub fn new(original: &str) -> Self {
        Folder::new(original.len()).run(original)
    }

    /// The folded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the original that a non-empty byte range of the folded text stands for.
    pub fn source(&self, range: Range<usize>) -> Range<usize> {
        let start = self.run_at(range.start);
        let end = self.run_at(range.end.saturating_sub(1).max(range.start));
        let from = self.runs[start];
        let to = self.runs[end];
        let first = if from.linear { from.original + (range.start - from.folded) } else { from.original };
        let last = if to.linear { to.original + (range.end - to.folded) } else { self.runs[end + 1].original };
        first..last
    }

    /// The text with some ranges of it, in order and apart, written differently; each of them maps as a whole.
    pub(super) fn rewritten(&self, edits: impl IntoIterator<Item = (Range<usize>, String)>) -> Self {
        let mut out = Folder::new(self.text.len());
        let mut at = 0;
        for (range, text) in edits {
            self.copy(at..range.start, &mut out);
            out.block(self.source(range.clone()).start);
            out.text.push_str(&text);
            at = range.end;
        }
        self.copy(at..self.text.len(), &mut out);
        out.finish(self.runs.last().map_or(0, |last| last.original))
    }

    /// Adds a range of this text as it maps here.
    fn copy(&self, range: Range<usize>, out: &mut Folder) {
        if range.is_empty() {
            return;
        }
        let first = self.run_at(range.start);
        for (run, next) in self.runs[first..].iter().zip(&self.runs[first + 1..]) {
            let part = run.folded.max(range.start)..next.folded.min(range.end);
            if part.start >= range.end {
                break;
            }
            if run.linear {
                out.linear(run.original + (part.start - run.folded));
            } else {
                out.block(run.original);
            }
            out.text.push_str(&self.text[part]);
        }
    }

    /// Index of the last run that begins at or before a folded byte; never the sentinel for a byte inside the text.
    fn run_at(&self, folded: usize) -> usize {
        let index = self.runs.partition_point(|run| run.folded <= folded);
        index.saturating_sub(1).min(self.runs.len().saturating_sub(2))
    }
}

/// Folds a text and forgets the way back: for terms.
pub fn fold(original: &str) -> String {
    Folded::new(original).text
}

struct Folder {
    text: String,
    runs: Vec<Run>,
}

impl Folder {
    fn new(capacity: usize) -> Self {
        Self { text: String::with_capacity(capacity), runs: Vec::new() }
    }

    fn run(mut self, original: &str) -> Folded {
        let mut at = 0;
        while at < original.len() {
            at = self.ascii(original, at);
            if at < original.len() {
                at = self.other(original, at);
            }
        }
        self.finish(original.len())
    }

    fn finish(mut self, original: usize) -> Folded {
        // The sentinel closes the last block, and gives an empty text something to find.
        self.runs.push(Run { folded: self.text.len(), original, linear: true });
        self.runs.push(Run { folded: self.text.len(), original, linear: true });
        Folded { text: self.text, runs: self.runs }
    }

    /// Takes plain ASCII up to the next character that needs more care; returns where that stands.
    fn ascii(&mut self, original: &str, from: usize) -> usize {
        let bytes = original.as_bytes();
        let mut at = from;
        while at < bytes.len() && is_plain(bytes, at) {
            at += 1;
        }
        // A mark after the run belongs to its last letter.
        if at > from && at < bytes.len() && !bytes[at].is_ascii() && cluster_end(original, at) > at {
            at -= 1;
        }
        if at > from {
            self.linear(from);
            let start = self.text.len();
            self.text.push_str(&original[from..at]);
            self.text[start..].make_ascii_lowercase();
        }
        at
    }

    /// Takes one character with the marks that follow it, or a run of white space; returns where the next one stands.
    fn other(&mut self, original: &str, from: usize) -> usize {
        let rest = &original[from..];
        let Some(first) = rest.chars().next() else {
            return original.len();
        };
        if first.is_whitespace() {
            let length = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
            if self.text.ends_with(' ') {
                self.block(from);
                return from + length;
            }
            if length == 1 {
                self.linear(from)
            } else {
                self.block(from)
            }
            self.text.push(' ');
            return from + length;
        }
        let single = from + first.len_utf8();
        let end = cluster_end(original, single);
        if end == single {
            if removed(first) {
                self.block(from);
                return original[single..].find(|c| !removed(c)).map_or(original.len(), |length| single + length);
            }
            if let Some(same) = stable(first) {
                if same.len_utf8() == first.len_utf8() {
                    self.linear(from)
                } else {
                    self.block(from)
                }
                self.text.push(same);
                return end;
            }
        }
        self.block(from);
        self.cluster(&original[from..end]);
        end
    }

    fn cluster(&mut self, cluster: &str) {
        let mut base = ' ';
        let folded = cluster.nfkd().default_case_fold().nfkd().filter_map(|c| {
            let c = unified(c);
            if removed(c) {
                return None;
            }
            if is_combining_mark(c) {
                return (!is_latin(base) && !is_arabic_mark(c)).then_some(c);
            }
            base = c;
            Some(c)
        });
        for c in folded.nfc() {
            // A spacing mark decomposes into a space and a mark; spaces stay single.
            match c {
                c if !c.is_whitespace() => self.text.push(c),
                _ if self.text.ends_with(' ') => {}
                _ => self.text.push(' '),
            }
        }
    }

    /// Makes sure that what is pushed next advances byte by byte.
    fn linear(&mut self, original: usize) {
        let folded = self.text.len();
        if let Some(last) = self.runs.last()
            && last.linear
            && folded - last.folded == original - last.original
        {
            return;
        }
        self.runs.push(Run { folded, original, linear: true });
    }

    /// Makes what is pushed next one block.
    fn block(&mut self, original: usize) {
        self.runs.push(Run { folded: self.text.len(), original, linear: false });
    }
}

/// Whether a byte is ASCII that folds by lower case alone: no backtick, and white space only as one space between words.
fn is_plain(bytes: &[u8], at: usize) -> bool {
    match bytes[at] {
        b' ' => {
            at > 0
                && bytes[at - 1].is_ascii_graphic()
                && bytes.get(at + 1).is_some_and(|next| !next.is_ascii_whitespace())
        }
        b'`' => false,
        byte => byte.is_ascii() && !byte.is_ascii_whitespace(),
    }
}

/// Where a character's marks end, which may stand behind controls that nobody sees; where it ends itself if it has none.
fn cluster_end(original: &str, from: usize) -> usize {
    let mut end = from;
    for (at, c) in original[from..].char_indices() {
        if extends(c) {
            end = from + at + c.len_utf8();
        } else if !removed(c) {
            break;
        }
    }
    end
}

/// Whether a character belongs to the one before it: marks, the vowels and finals of a Hangul syllable, skin tones.
fn extends(c: char) -> bool {
    !c.is_ascii() && (is_combining_mark(c) || matches!(c, '\u{1160}'..='\u{11FF}' | '\u{1F3FB}'..='\u{1F3FF}'))
}

/// Letters that the general path would give back as they are, or with one letter for them: the common ones of Arabic and
/// Cyrillic prose, taken without normalising.
fn stable(c: char) -> Option<char> {
    match c {
        '\u{0621}'
        | '\u{0627}'..='\u{064A}'
        | '\u{0660}'..='\u{0669}'
        | '\u{0671}'
        | '\u{06A9}'
        | '\u{06CC}'
        | '\u{06C1}' => Some(unified(c)),
        '\u{0430}'..='\u{0438}' | '\u{043A}'..='\u{044F}' => Some(c),
        '\u{2018}' | '\u{2019}' | '\u{2013}' | '\u{2014}' => Some(unified(c)),
        _ => None,
    }
}

/// One letter for each family of variants.
fn unified(c: char) -> char {
    match c {
        '\u{0671}' => '\u{0627}',
        '\u{0649}' | '\u{06CC}' => '\u{064A}',
        '\u{06A9}' => '\u{0643}',
        '\u{0629}' | '\u{06C1}' => '\u{0647}',
        '`' | '\u{00B4}' | '\u{02BB}' | '\u{02BC}' | '\u{02BE}' | '\u{02BF}' | '\u{2018}' | '\u{2019}' => '\'',
        '\u{2010}'..='\u{2015}' => '-',
        _ => c,
    }
}

/// What a reader does not see, or what only decorates: dropped wherever it stands.
pub(crate) fn removed(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{0640}' | '\u{180E}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0000}'..='\u{E01EF}')
}

pub(super) fn is_arabic_mark(c: char) -> bool {
    matches!(c, '\u{0610}'..='\u{061A}' | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{06D6}'..='\u{06DC}'
        | '\u{06DF}'..='\u{06E8}' | '\u{06EA}'..='\u{06ED}' | '\u{08D3}'..='\u{08FF}')
}

/// Latin letters as they are left after decomposition.
pub(super) fn is_latin(c: char) -> bool {
    c.is_alphabetic() && matches!(c, '\0'..='\u{024F}' | '\u{1E00}'..='\u{1EFF}')
}
