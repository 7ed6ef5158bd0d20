//! Evasion views: words that are written so that a filter misses them and a reader does not.
//!
//! Purpose: the base fold ([`super::fold`]) takes away what nobody sees; what is left of disguise is undone here, word by
//! word, and only where a word shows that it is disguised: look-alike letters, digits or signs among letters, one letter
//! repeated, letters set apart, pictures, Arabic in Latin letters. A disguised word is put back only if the result is a word
//! of the vocabulary; the text with its words put back is then matched like any other.
//! Invariants: a text without such words has no reading beside its own, and costs one pass; a reading maps to the original
//! like the fold that it was made of; nothing is put back that the vocabulary does not hold, so no other language is touched.
//! Must not touch: codebooks; the vocabulary is handed in.

mod arabizi;
mod hidden;
mod latin;
mod lookalikes;
mod plain;
mod tokens;
mod vocabulary;

pub use hidden::hidden;
pub use plain::plainly;
pub use vocabulary::Vocabulary;

use super::fold::Folded;
use latin::Digits;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use tokens::Token;

/// A way of writing a word so that a filter misses it and a reader does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Evasion {
    /// Invisible characters between its letters.
    ZeroWidth,
    /// Letters of another script, or of fancy alphabets, that look the same.
    Homoglyph,
    /// Digits and signs for letters that they resemble.
    Leet,
    /// Letters set apart by spaces or marks.
    Split,
    /// Letters repeated.
    Repeated,
    /// Arabic letters stretched.
    Tatweel,
    /// Arabic vowel signs that no word has.
    Harakat,
    /// Arabic in Latin letters, with digits for the letters that Latin lacks.
    Arabizi,
    /// Letters of two scripts in one word.
    MixedScript,
    /// Pictures for letters or words.
    Emoji,
}

impl Evasion {
    /// All of them, in the order of their declaration.
    pub const ALL: [Self; 10] = [
        Self::ZeroWidth,
        Self::Homoglyph,
        Self::Leet,
        Self::Split,
        Self::Repeated,
        Self::Tatweel,
        Self::Harakat,
        Self::Arabizi,
        Self::MixedScript,
        Self::Emoji,
    ];
}

/// A set of [`Evasion`]s.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evasions(u16);

impl Evasions {
    /// Adds one.
    pub fn insert(&mut self, evasion: Evasion) {
        self.0 |= 1 << evasion as u16;
    }

    /// This set and another together.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether one is there.
    pub fn contains(self, evasion: Evasion) -> bool {
        self.0 & (1 << evasion as u16) != 0
    }

    /// Those that are there, in the order of their declaration.
    pub fn iter(self) -> impl Iterator<Item = Evasion> {
        Evasion::ALL.into_iter().filter(move |evasion| self.contains(*evasion))
    }
}

impl From<Evasion> for Evasions {
    fn from(evasion: Evasion) -> Self {
        let mut set = Self::default();
        set.insert(evasion);
        set
    }
}

impl FromIterator<Evasion> for Evasions {
    fn from_iter<I: IntoIterator<Item = Evasion>>(evasions: I) -> Self {
        evasions.into_iter().fold(Self::default(), |set, evasion| set.union(evasion.into()))
    }
}

/// A text with its disguised words put back.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The text as it is meant, folded, with the way back to the original.
    pub folded: Folded,
    /// The words put back, in order.
    pub repairs: Vec<Repair>,
}

/// A word put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// Where, in bytes of the original.
    pub span: Range<usize>,
    /// How it was disguised.
    pub evasion: Evasions,
    /// What must be found for it to count.
    pub proof: Proof,
}

/// What must be found for a repair to count: a short word, or a picture, is too easily something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Any match over it.
    Word,
    /// A match that reaches over the words beside it.
    Phrase,
    /// None: it only completes a phrase that another repair proves.
    Company,
}

impl Repair {
    /// Whether a span of the original has something of it.
    pub fn touches(&self, span: &Range<usize>) -> bool {
        span.start < self.span.end && self.span.start < span.end
    }

    /// Whether a match at a span of the original proves this repair.
    pub fn proved_by(&self, span: &Range<usize>) -> bool {
        self.touches(span)
            && match self.proof {
                Proof::Word => true,
                Proof::Phrase => span.start < self.span.start || self.span.end < span.end,
                Proof::Company => false,
            }
    }
}

/// A change to folded text: a byte range of it, what stands there instead, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edit {
    range: Range<usize>,
    text: String,
    evasion: Evasions,
    proof: Proof,
}

/// The readings of a text beside its own: one with digits read as the
/// letters that they look like, one with the sounds that they stand for, if that differs, and one with Arabic words. None for
/// most texts, for which the vocabulary is not asked for.
pub fn readings<'v>(folded: &Folded, vocabulary: impl FnOnce() -> &'v Vocabulary) -> Vec<Reading> {
    let tokens = tokens::tokens(folded.text());
    // A single letter is one in a row of them, and a number stands for letters only beside other disguises.
    let apart = |three: &[Token]| three.iter().all(|token| token.length == 1);
    let alone = |token: &Token| token.length > 1 && token.is_suspect() && !token.is_number();
    if !tokens.iter().any(alone) && !tokens.windows(3).any(apart) {
        return Vec::new();
    }
    let vocabulary = vocabulary();
    let shapes = latin::edits(folded.text(), &tokens, Digits::Shapes, vocabulary);
    let romanised = |token: &Token| arabizi::is_romanised(&folded.text()[token.range.clone()], token.has);
    let mut sounds = Vec::new();
    if tokens.iter().any(romanised) {
        sounds = latin::edits(folded.text(), &tokens, Digits::Sounds, vocabulary);
    }
    if sounds == shapes {
        sounds.clear();
    }
    [shapes, sounds, arabizi::edits(folded.text(), &tokens, vocabulary)]
        .into_iter()
        .filter(|edits| edits.iter().any(|edit| edit.proof != Proof::Company))
        .map(|edits| reading(folded, edits))
        .collect()
}

fn reading(folded: &Folded, edits: Vec<Edit>) -> Reading {
    let repairs = edits
        .iter()
        .map(|edit| Repair { span: folded.source(edit.range.clone()), evasion: edit.evasion, proof: edit.proof })
        .collect();
    Reading { folded: folded.rewritten(edits.into_iter().map(|edit| (edit.range, edit.text))), repairs }
}
