//! Cuts folded text into words as disguises are written, and sees at a glance which of them may be one.
//!
//! Invariants: one pass; a token holds letters, digits and the signs and pictures that stand for letters; tokens do not
//! overlap and stand in order.

use super::arabizi::is_arabic;
use super::lookalikes;
use std::ops::Range;

/// A word, perhaps in disguise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Bytes of folded text.
    pub(super) range: Range<usize>,
    /// How many characters.
    pub(super) length: usize,
    pub(super) has: Traits,
}

/// What a token is made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Traits {
    /// ASCII letters.
    pub(super) ascii: bool,
    /// Arabic letters.
    pub(super) arabic: bool,
    /// Digits.
    pub(super) digit: bool,
    /// Signs that stand for letters.
    pub(super) sign: bool,
    /// Characters that imitate ASCII letters.
    pub(super) imitation: bool,
    /// An emoji with a name.
    pub(super) picture: bool,
    /// One letter three times or more in a row, or several letters twice.
    pub(super) repeated: bool,
}

impl Token {
    /// Whether it may be a word in disguise by itself or beside others, or a letter of one.
    pub(super) fn is_suspect(&self) -> bool {
        let has = self.has;
        has.imitation
            || has.picture
            || has.repeated
            || has.digit
            || has.sign
            || (has.ascii && has.arabic)
            || (self.length == 1 && (has.ascii || has.arabic))
    }

    /// Whether it is made of digits alone.
    pub(super) fn is_number(&self) -> bool {
        self.has == Traits { digit: true, ..Traits::default() }
    }
}

/// The tokens of a folded text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        let mut has = Traits::default();
        if !take(first, &mut has) {
            continue;
        }
        let (mut end, mut length, mut last, mut run, mut doubled) = (start + first.len_utf8(), 1, first, 1, 0);
        // A picture that is no letter stands for a word; letters after it may end that word.
        while let Some((at, c)) = chars.next_if(|&(at, c)| {
            !stands_for_word(c) && (take(c, &mut has) || (c == '\'' && joins(last, &text[at + 1..])))
        }) {
            run = if c == last { run + 1 } else { 1 };
            doubled += usize::from(run == 2);
            has.repeated |= (run > 2 || doubled > 1) && c.is_alphabetic();
            last = c;
            length += 1;
            end = at + c.len_utf8();
        }
        tokens.push(Token { range: start..end, length, has });
    }
    tokens
}

/// Whether a character belongs to a token; notes what it is.
fn take(c: char, has: &mut Traits) -> bool {
    match c {
        'a'..='z' => has.ascii = true,
        '0'..='9' => has.digit = true,
        '@' | '$' | '!' | '|' | '+' => has.sign = true,
        _ if c.is_ascii() => return false,
        _ if is_arabic(c) => has.arabic = true,
        '\u{0660}'..='\u{0669}' | '\u{06F0}'..='\u{06F9}' => has.digit = true,
        _ if lookalikes::letter(c).is_some() => has.imitation = true,
        _ if lookalikes::names(c).is_some() => has.picture = true,
        // The frame of a keycap.
        '\u{20E3}' => has.imitation = true,
        _ => return c.is_alphabetic(),
    }
    true
}

/// Whether an apostrophe belongs to the word before it: it stands in it, or is the dot of a letter that is written as a digit.
fn joins(before: char, after: &str) -> bool {
    matches!(before, '3' | '6' | '7' | '9') || after.starts_with(char::is_alphanumeric)
}

fn stands_for_word(c: char) -> bool {
    lookalikes::is_picture(c) && lookalikes::letter(c).is_none()
}
