//! What a linear model looks at in a unit: its words, pairs of words and runs of letters, and the evidence of the codebook.
//!
//! Purpose: one way from text to features for every model, shipped or personal, in training and in reading.
//! Invariants: the text's features come from folded words of letters alone, disguised ones as they are meant, so links,
//! handles, mail addresses, numbers, signs and emoji are none; each feature counts once; a block of features is brought to
//! one length, so that a long text weighs no more than a short one, nor one word more than many; every feature says where it
//! stands, so that its weight can be shown.
//! Must not touch: what a feature speaks for.

use super::Evidence;
use crate::entities::{Entity, Kind};
use crate::text::evasion::plainly;
use crate::text::fold::Folded;
use std::collections::HashSet;
use std::ops::Range;
use xxhash_rust::xxh32::xxh32;

/// A feature by the hash (XXH32) of its kind and its text.
pub type Key = u32;

/// Words of a unit that are looked at; what comes after adds nothing.
const MAX_WORDS: usize = 2_000;
/// Letters of a word that are looked at.
const MAX_LETTERS: usize = 32;
/// Lengths of runs of letters; a word's beginning and end count as letters.
const RUNS: Range<usize> = 3..6;
/// Length of the block of runs: they say again what words say, and less surely.
const RUNS_LENGTH: f32 = 0.5;
/// Below so many words and pairs, or runs, a text is too short for each of them to weigh more.
const FEW_WORDS: usize = 24;
/// See [`FEW_WORDS`].
const FEW_RUNS: usize = 120;

/// A feature of a unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Feature {
    /// Which.
    pub key: Key,
    /// How much of it.
    pub value: f32,
    /// Of what kind.
    pub block: Block,
    /// Where it stands.
    pub source: Source,
    /// Whether it may speak for support as much as it will: words may, and so may evidence that decides by itself, unquoted and
    /// undenied. That a group, a topic or a contested word is named convicts nobody.
    pub states: bool,
}

/// Features that have length 1 together, or are evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Block {
    /// Words and pairs of words.
    Words,
    /// Runs of letters.
    Runs,
    /// Indicators and codes.
    Evidence,
}

/// Where a feature stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A word or a pair of words: bytes of the original, from and to.
    Text(usize, usize),
    /// A piece of evidence, by its index.
    Evidence(usize),
}

/// The kinds of feature, as seeds of their hashes.
#[derive(Debug, Clone, Copy)]
#[repr(u32)]
enum Seed {
    Word = 1,
    Pair = 2,
    Run = 3,
    Indicator = 4,
    Code = 5,
}

/// The features of a text.
pub(crate) fn of_text(folded: &Folded, entities: &[Entity<'_>]) -> Vec<Feature> {
    let plain = plainly(folded);
    let words = words(plain.as_ref().unwrap_or(folded), entities);
    let mut seen = HashSet::new();
    let (mut whole, mut runs) = (Vec::new(), Vec::new());
    let mut last: Option<(Key, &Word<'_>)> = None;
    for word in &words {
        let hash = xxh32(word.text.as_bytes(), Seed::Word as u32);
        let source = Source::Text(word.span.start, word.span.end);
        if seen.insert(hash) {
            whole.push(Feature { key: hash, value: 1.0, block: Block::Words, source, states: true });
            letters(word, &mut seen, &mut runs);
        }
        if let Some((before, first)) = last {
            let key = xxh32(&hash.to_le_bytes(), before ^ Seed::Pair as u32);
            if seen.insert(key) {
                let source = Source::Text(first.span.start, word.span.end);
                whole.push(Feature { key, value: 1.0, block: Block::Words, source, states: true });
            }
        }
        last = Some((hash, word));
    }
    normalise(&mut whole, 1.0, FEW_WORDS);
    normalise(&mut runs, RUNS_LENGTH, FEW_RUNS);
    whole.extend(runs);
    whole
}

/// The features of the evidence that counts: each indicator and each code, apart by what surrounds them. A code of which
/// several indicators speak counts where the first of them stands.
pub(super) fn of_evidence<'e, 'c>(
    counted: impl Iterator<Item = (usize, &'e Evidence<'e>, &'c str, &'c str, bool)>,
) -> Vec<Feature> {
    let mut seen = HashSet::new();
    let mut features = Vec::new();
    for (index, evidence, indicator, code, states_support) in counted {
        let context = evidence.context.iter().fold(0_u32, |set, context| set | 1 << (*context as u32));
        for (id, seed) in [(indicator, Seed::Indicator), (code, Seed::Code)] {
            let key = xxh32(id.as_bytes(), (seed as u32) << 8 | context);
            if seen.insert(key) {
                let states = states_support && context == 0;
                features.push(Feature {
                    key,
                    value: 1.0,
                    block: Block::Evidence,
                    source: Source::Evidence(index),
                    states,
                });
            }
        }
    }
    features
}

/// Brings a block to a length; one of few features stays shorter.
fn normalise(block: &mut [Feature], length: f32, few: usize) {
    let present = (block.len().max(few) as f32).sqrt();
    for feature in block {
        feature.value *= length / present;
    }
}

fn letters(word: &Word<'_>, seen: &mut HashSet<Key>, runs: &mut Vec<Feature>) {
    let bounded: Vec<char> =
        std::iter::once('^').chain(word.text.chars().take(MAX_LETTERS)).chain(std::iter::once('$')).collect();
    let mut bytes = [0; RUNS.end * 4];
    for length in RUNS {
        for run in bounded.windows(length) {
            let mut end = 0;
            for letter in run {
                end += letter.encode_utf8(&mut bytes[end..]).len();
            }
            let key = xxh32(&bytes[..end], Seed::Run as u32);
            if seen.insert(key) {
                let source = Source::Text(word.span.start, word.span.end);
                runs.push(Feature { key, value: 1.0, block: Block::Runs, source, states: true });
            }
        }
    }
}

struct Word<'t> {
    text: &'t str,
    /// Bytes of the original.
    span: Range<usize>,
}

fn words<'t>(folded: &'t Folded, entities: &[Entity<'_>]) -> Vec<Word<'t>> {
    let mut apart = entities.iter().filter(|entity| is_apart(entity.kind)).map(|entity| &entity.span).peekable();
    let mut words = Vec::new();
    let mut at = 0;
    let inside = |c: char| c.is_alphanumeric() || c == '\'';
    while let Some(start) = folded.text()[at..].find(inside).map(|start| at + start) {
        let rest = &folded.text()[start..];
        let end = start + rest.find(|c| !inside(c)).unwrap_or(rest.len());
        at = end;
        let text = folded.text()[start..end].trim_matches('\'');
        if text.is_empty() || text.chars().any(char::is_numeric) {
            continue;
        }
        let span = folded.source(start..end);
        while apart.next_if(|entity| entity.end <= span.start).is_some() {}
        if apart.peek().is_some_and(|entity| entity.start < span.end) {
            continue;
        }
        words.push(Word { text, span });
        if words.len() == MAX_WORDS {
            break;
        }
    }
    words
}

/// Whether what stands in such an entity is a name of a place or an account, and no word.
fn is_apart(kind: Kind) -> bool {
    !matches!(kind, Kind::Hashtag | Kind::Money)
}
