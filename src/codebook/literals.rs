//! The literals of a set, and how they are found.
//!
//! Shape: one automaton over the first [`REACH`] bytes of the literals; those that begin alike lie side by side in order, and
//! a binary search says which of them stand in the text. An automaton over whole literals has four times the states, which is
//! most of what a package would carry.
//! Invariants: whatever the automaton says, what is found stands in the text; linear in the text, with the logarithm of the
//! number of literals.
//! Must not touch: what a literal is for; it is handed through.

use super::expand::scanned;
use daachorse::{DoubleArrayAhoCorasick, DoubleArrayAhoCorasickBuilder, MatchKind};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::ops::Range;

/// How many bytes of a literal the automaton knows: four Arabic letters. Longer, it grows; shorter, it stops at too many words.
/// [`super::compile`] raises the version of its format with it.
const REACH: usize = 8;

/// Literals with what each is looked for.
pub(super) struct Literals<U> {
    /// In order.
    all: Vec<Literal<U>>,
    /// Where those stand that begin as each pattern of the automaton.
    alike: Vec<Range<usize>>,
    automaton: DoubleArrayAhoCorasick<u32>,
}

/// Literals as they are carried in bytes.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored<'b, U> {
    all: Vec<Literal<U>>,
    automaton: &'b [u8],
}

#[derive(Clone, Serialize, Deserialize)]
struct Literal<U> {
    text: String,
    uses: Vec<U>,
    /// The longest other literal of those that begin alike that this one begins with.
    #[serde(skip)]
    shorter: Option<usize>,
}

impl<U: Clone + Serialize + DeserializeOwned> Literals<U> {
    /// Of what [`scanned`] gives, in order.
    ///
    /// # Errors
    /// That there is none, or that they are too many, in words.
    pub(super) fn new(literals: impl IntoIterator<Item = (String, Vec<U>)>) -> Result<Self, String> {
        let literals = literals.into_iter().map(|(text, uses)| Literal { text, uses, shorter: None });
        let mut all: Vec<Literal<U>> = literals.collect();
        let alike = alike(&mut all);
        let automaton = DoubleArrayAhoCorasickBuilder::new()
            .match_kind(MatchKind::Standard)
            .build(alike.iter().map(|alike| beginning(&all[alike.start].text)))
            .map_err(|error| error.to_string())?;
        Ok(Self { all, alike, automaton })
    }

    /// As they are carried in bytes, with room for those of the automaton.
    pub(super) fn stored<'b>(&self, automaton: &'b mut Vec<u8>) -> Stored<'b, U> {
        *automaton = self.automaton.serialize();
        Stored { all: self.all.clone(), automaton }
    }

    /// From bytes; none if they are damaged.
    pub(super) fn load(stored: Stored<'_, U>) -> Option<Self> {
        let mut all = stored.all;
        let in_order = all.is_sorted_by(|a, b| a.text < b.text) && all.first().is_some_and(|one| !one.text.is_empty());
        let (automaton, left) = DoubleArrayAhoCorasick::deserialize(stored.automaton).ok()?;
        let sound = in_order && left.is_empty() && automaton.match_kind() == MatchKind::Standard;
        sound.then(|| Self { alike: alike(&mut all), all, automaton })
    }

    /// What every literal is looked for.
    pub(super) fn uses(&self) -> impl Iterator<Item = &U> {
        self.all.iter().flat_map(|literal| &literal.uses)
    }

    /// Gives every literal that stands in a folded text: its bytes, and what it is looked for.
    pub(super) fn find<'s>(&'s self, text: &str, mut found: impl FnMut(Range<usize>, &'s [U])) {
        let seen = text.bytes().map(scanned);
        for begun in self.automaton.find_overlapping_iter_from_iter(seen) {
            let Some(alike) = self.alike.get(begun.value() as usize) else { continue };
            let literals = &self.all[alike.clone()];
            let Some(length) = literals.first().map(|first| beginning(&first.text).len()) else { continue };
            let Some(start) = begun.end().checked_sub(length) else { continue };
            let rest = &text.as_bytes()[start..];
            // The last literal in order that is not after the text: it, or what it begins with, stands there.
            let until = literals.partition_point(|literal| compare(&literal.text, rest) != Ordering::Greater);
            let mut next = until.checked_sub(1).map(|last| alike.start + last);
            while let Some(at) = next {
                let literal = &self.all[at];
                if stands(&literal.text, rest) {
                    found(start..start + literal.text.len(), &literal.uses);
                }
                next = literal.shorter;
            }
        }
    }
}

/// What the automaton knows of a literal.
fn beginning(text: &str) -> &[u8] {
    text.as_bytes().get(..REACH).unwrap_or(text.as_bytes())
}

/// Order of a literal and of the text from where it may begin.
fn compare(literal: &str, rest: &[u8]) -> Ordering {
    literal.bytes().cmp(rest.iter().copied().map(scanned))
}

/// Whether a text begins with a literal.
fn stands(literal: &str, rest: &[u8]) -> bool {
    rest.get(..literal.len())
        .is_some_and(|rest| rest.iter().zip(literal.bytes()).all(|(&seen, byte)| scanned(seen) == byte))
}

/// Ranges of literals that begin alike, and within them which each begins with.
fn alike<U>(all: &mut [Literal<U>]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for at in 0..all.len() {
        match ranges.last_mut() {
            Some(last) if beginning(&all[last.start].text) == beginning(&all[at].text) => {
                last.end = at + 1;
                let mut shorter = Some(at - 1);
                while let Some(one) = shorter.filter(|&one| !all[at].text.starts_with(&all[one].text)) {
                    shorter = all[one].shorter;
                }
                all[at].shorter = shorter;
            }
            _ => ranges.push(at..at + 1),
        }
    }
    ranges
}
