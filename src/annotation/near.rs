//! Whether two texts are nearly the same, and what to look under for texts that may be.
//!
//! Shape: a text is the set of the runs of [`RUN`] letters and digits in its folded form, spaces, signs and links aside, so that
//! a link, a counter or an emoji more makes little difference. Likeness is the share of runs that both have of those that either
//! has (Jaccard 1912). Marks are hashes of bands of a MinHash sketch of that set (Broder 1997; bands as in Leskovec, Rajaraman
//! and Ullman, *Mining of Massive Datasets*, 3.4): texts of a likeness of .8 share one of [`MARKS`] with a probability of .98,
//! of .5 with .4.
//! Invariants: the same text has the same marks everywhere; linear in the text.
//! Must not touch: what was decided about a text.

use crate::text::fold::fold;
use std::collections::HashSet;
use xxhash_rust::xxh32::xxh32;

/// Letters and digits in a run.
const RUN: usize = 5;
/// How many marks a text has.
pub const MARKS: usize = 8;
/// Least values that make one mark.
const ROWS: usize = 4;
/// Fewest runs by which a text can be known again.
const LEAST: usize = 12;
/// Longest text that is looked at, in letters and digits of its fold; of a longer one, its beginning.
const MOST: usize = 20_000;
/// From this likeness on, two texts are nearly the same.
pub const NEAR: f64 = 0.7;

/// A text as it is compared with others.
#[derive(Debug, Clone)]
pub struct Gist(HashSet<u32>);

impl Gist {
    /// Of a text; none if it is too short to be known again by more than its every letter.
    pub fn new(text: &str) -> Option<Self> {
        let folded = fold(text);
        let words = folded.split_whitespace().filter(|word| !word.contains("://"));
        let letters: Vec<char> = words.flat_map(str::chars).filter(|char| char.is_alphanumeric()).take(MOST).collect();
        let hash = |run: &[char]| xxh32(run.iter().collect::<String>().as_bytes(), 0);
        let runs: HashSet<u32> = letters.windows(RUN).map(hash).collect();
        (runs.len() >= LEAST).then_some(Self(runs))
    }

    /// The share of runs that both have of those that either has, 0 to 1.
    pub fn likeness(&self, other: &Self) -> f64 {
        let both = self.0.intersection(&other.0).count();
        both as f64 / (self.0.len() + other.0.len() - both) as f64
    }

    /// What texts that are nearly the same have in common, one at the least.
    pub fn marks(&self) -> [u64; MARKS] {
        let mut least = [u32::MAX; MARKS * ROWS];
        for run in &self.0 {
            for (seed, least) in (1_u32..).zip(&mut least) {
                *least = (*least).min(xxh32(&run.to_le_bytes(), seed));
            }
        }
        let mut marks = [0; MARKS];
        for ((band, mark), rows) in (0_u32..).zip(&mut marks).zip(least.chunks(ROWS)) {
            let bytes: Vec<u8> = rows.iter().flat_map(|row| row.to_le_bytes()).collect();
            *mark = u64::from(xxh32(&bytes, band)) << 32 | u64::from(xxh32(&bytes, !band));
        }
        marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POST: &str = "Today the community kitchen on Mill Street opens again at noon; bring a friend, bring a chair, and \
                        please bring your own cup. 12 places are left for the walk on Sunday.";

    fn likeness(one: &str, other: &str) -> f64 {
        Gist::new(one).unwrap().likeness(&Gist::new(other).unwrap())
    }

    fn meet(one: &str, other: &str) -> bool {
        let [one, other] = [one, other].map(|text| Gist::new(text).unwrap().marks());
        one.iter().zip(other).any(|(one, other)| *one == other)
    }

    #[test]
    fn a_text_posted_again_with_small_changes_is_nearly_the_same() {
        for again in [
            format!("🔥🔥 {POST} https://example.org/a/very/long/link/that/says/nothing/of/the/text?number=123456"),
            POST.to_uppercase(),
            POST.replace("12 places", "9 places"),
            format!("RT: {POST}"),
            POST.replace("; ", "\n").replace("bring", "b\u{200b}ring"),
        ] {
            assert!(likeness(POST, &again) >= NEAR, "{again}: {}", likeness(POST, &again));
            assert!(meet(POST, &again), "{again}");
        }
    }

    #[test]
    fn another_text_is_not() {
        let other =
            "Today the library on Hill Street closes at noon; take a book, take a bag, and come again on Monday.";
        assert!(likeness(POST, other) < 0.4);
        assert!(!meet(POST, other));
    }

    #[test]
    fn what_is_too_short_to_be_known_again_has_no_gist() {
        assert!(Gist::new("Amen, amen! 🤲🤲🤲").is_none());
        assert!(Gist::new("").is_none());
        assert!(Gist::new("اللهم صل على محمد وعلى آل محمد").is_some());
    }
}
