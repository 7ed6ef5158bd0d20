//! The words that disguised words are put back to.
//!
//! Invariants: folded words alone; looking one up costs the same however many there are.

use super::arabizi;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Shortest and longest word that is kept, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 1..=64;

/// A set of folded words, with the keys under which their disguises are found.
#[derive(Debug, Default)]
pub struct Vocabulary {
    words: HashSet<Arc<str>>,
    /// What may also be written as one word.
    joined: HashSet<Arc<str>>,
    /// By the word with each run of a letter made one.
    squashed: HashMap<Arc<str>, Vec<Arc<str>>>,
    /// Arabic words by the consonants that are heard.
    consonants: HashMap<Arc<str>, Vec<Arc<str>>>,
}

impl Vocabulary {
    /// A vocabulary of folded words, and of what else may be written as one word, such as a phrase in a hashtag.
    pub fn new<'w>(words: impl IntoIterator<Item = &'w str>, joined: impl IntoIterator<Item = &'w str>) -> Self {
        let mut vocabulary = Self::default();
        for word in words {
            if !LENGTHS.contains(&word.len()) || !word.contains(char::is_alphabetic) {
                continue;
            }
            let word: Arc<str> = word.into();
            if !vocabulary.words.insert(Arc::clone(&word)) {
                continue;
            }
            if word.starts_with(arabizi::is_arabic) {
                let key = arabizi::key_of_arabic(&word);
                vocabulary.consonants.entry(key.into()).or_default().push(Arc::clone(&word));
            }
            vocabulary.squashed.entry(squash(&word).into()).or_default().push(word);
        }
        // After the words: where a disguise may be either, it is the word.
        for joined in joined.into_iter().filter(|joined| !joined.contains(' ')) {
            let joined: Arc<str> = joined.into();
            if vocabulary.joined.insert(Arc::clone(&joined)) {
                vocabulary.squashed.entry(squash(&joined).into()).or_default().push(joined);
            }
        }
        vocabulary
    }

    pub(super) fn contains(&self, word: &str) -> bool {
        self.words.contains(word) || self.joined.contains(word)
    }

    /// The word that this one is with letters repeated: one of them three times or more, or several. A single letter that is
    /// doubled is a slip of spelling, or another language.
    pub(super) fn without_repeats(&self, word: &str) -> Option<&str> {
        let fits = |known: &&Arc<str>| {
            let lengths = || runs(known).zip(runs(word)).map(|((_, meant), (_, written))| (meant, written));
            let repeated = lengths().filter(|(meant, written)| meant < written).count();
            lengths().all(|(meant, written)| meant == written || (meant < written && (written > 2 || repeated > 1)))
        };
        self.squashed.get(squash(word).as_str())?.iter().find(fits).map(|word| &**word)
    }

    /// Arabic words whose consonants have this key.
    pub(super) fn arabic(&self, key: &str) -> &[Arc<str>] {
        self.consonants.get(key).map_or(&[], Vec::as_slice)
    }

    /// A run of letters as words of the vocabulary, few and long; `None` if it is not made of them.
    pub(super) fn segmented(&self, letters: &str) -> Option<String> {
        // Fewest words that spell the letters up to each boundary, and where the last of them begins.
        let mut best: Vec<Option<(usize, usize)>> = vec![None; letters.len() + 1];
        best[0] = Some((0, 0));
        for end in letters.char_indices().map(|(at, c)| at + c.len_utf8()) {
            for start in letters[..end].char_indices().map(|(at, _)| at) {
                let Some((count, _)) = best[start] else { continue };
                if best[end].is_none_or(|(fewest, _)| count + 1 < fewest) && self.words.contains(&letters[start..end]) {
                    best[end] = Some((count + 1, start));
                }
            }
        }
        best[letters.len()]?;
        let mut words = Vec::new();
        let mut end = letters.len();
        while let Some((count, start)) = best[end]
            && count > 0
        {
            words.push(&letters[start..end]);
            end = start;
        }
        words.reverse();
        Some(words.join(" "))
    }
}

/// A word with each run of a letter made one.
pub(super) fn squash(word: &str) -> String {
    runs(word).map(|(c, _)| c).collect()
}

/// Letters with how often each stands in a row.
fn runs(word: &str) -> impl Iterator<Item = (char, usize)> {
    let mut chars = word.chars().peekable();
    std::iter::from_fn(move || {
        let c = chars.next()?;
        let mut length = 1;
        while chars.next_if_eq(&c).is_some() {
            length += 1;
        }
        Some((c, length))
    })
}
