//! Disguised words as a reader takes them, whether or not any vocabulary knows them.
//!
//! Purpose: what looks at all words of a text, and not for some of them, sees the same words with and without disguise.
//! Invariants: only words that show their disguise are changed, so that ordinary text, in whatever script, stays as it is; the
//! likeliest letter is taken, which for a word that is no disguise at all gives a word that nobody knows.
//! Must not touch: matching: what counts as evidence is put back by vocabulary alone.

use super::latin::set_apart;
use super::lookalikes::{self, is_picture};
use super::tokens::{Token, tokens};
use crate::text::fold::Folded;
use std::ops::Range;

/// A folded text with its disguised words written plainly; nothing where no word shows a disguise.
pub fn plainly(folded: &Folded) -> Option<Folded> {
    let text = folded.text();
    let tokens = tokens(text);
    let mixes = mixes(&tokens);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let apart = set_apart(text, &tokens[at..]);
        if apart > 2 {
            let row = &tokens[at..at + apart];
            let letters: String = row.iter().map(|token| plain(&text[token.range.clone()], true)).collect();
            edits.push((row[0].range.start..row[apart - 1].range.end, letters));
            at += apart;
            continue;
        }
        let token = &tokens[at];
        edits.extend(word(text, token, mixes).map(|word| (token.range.clone(), word)));
        at += 1;
    }
    (!edits.is_empty()).then(|| folded.rewritten(edits))
}

/// Whether words of a text mix Latin letters with others that look the same. Unless some do, a word all of whose letters look
/// like Latin ones is a word of another script.
pub(super) fn mixes(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| token.has.ascii && token.has.imitation)
}

/// What a disguised word says; nothing if it shows no disguise.
pub(super) fn word(text: &str, token: &Token, mixes: bool) -> Option<String> {
    let written = &text[token.range.clone()];
    let plain = shows(token, mixes).then(|| plain(written, token.has.ascii || mixes))?;
    (plain != written).then_some(plain)
}

/// Whether a word shows that it is disguised.
fn shows(token: &Token, mixes: bool) -> bool {
    let has = token.has;
    let lettered = has.ascii || has.arabic || has.imitation;
    let imitates = has.imitation && (has.ascii || mixes);
    lettered && token.length > 1 && (imitates || has.repeated || (has.ascii && (has.digit || has.sign || has.picture)))
}

/// A word with each character read as the letter that it likeliest stands for, and none written three times.
fn plain(written: &str, latin: bool) -> String {
    let written = written.trim_end_matches('!');
    let mut word = String::with_capacity(written.len());
    let mut run = 0;
    for c in written.chars() {
        let letter = match c {
            _ if c.is_ascii_alphabetic() || !latin => c,
            _ if c.is_ascii() => lookalikes::leet(c as u8).first().map_or(c, |letter| char::from(*letter)),
            _ => lookalikes::letter(c).map_or(c, char::from),
        };
        run = if word.ends_with(letter) { run + 1 } else { 1 };
        match run {
            1 | 2 => word.push(letter),
            3 => drop(word.pop()),
            _ => {}
        }
    }
    if word.contains(is_picture) { written.to_owned() } else { word }
}
