//! A thousand quotes found again in a text of a megabyte that was edited meanwhile, and in texts made to be slow.

use criterion::{Criterion, criterion_group, criterion_main};
use postil::annotation::anchor::{Anchorer, Context, Found, Wanted};
use postil_benches::{Random, codebook, prose};
use std::hint::black_box;

const QUOTES: usize = 1_000;
const BYTES: usize = 1 << 20;

/// Sentences of words drawn one by one, so that they repeat as words do and not as sentences do.
fn drawn(random: &mut Random) -> Vec<String> {
    let source = prose(&codebook(), 1 << 16);
    let words: Vec<&str> = source.split_whitespace().collect();
    let mut sentences = Vec::new();
    let mut bytes = 0;
    while bytes < BYTES {
        let sentence: Vec<&str> = (0..6 + random.below(20)).map(|_| words[random.below(words.len())]).collect();
        bytes += sentence.iter().map(|word| word.len() + 1).sum::<usize>();
        sentences.push(sentence.join(" "));
    }
    sentences
}

/// A quote as it is stored.
struct Stored {
    exact: String,
    prefix: String,
    suffix: String,
    position: (u32, u32),
}

impl Stored {
    fn wanted(&self) -> Wanted<'_> {
        let side = |text| Context { text, to_edge: false };
        Wanted {
            exact: &self.exact,
            prefix: side(&self.prefix),
            suffix: side(&self.suffix),
            position: Some(self.position),
        }
    }
}

/// Quotes of one to thirty words all over a text.
fn stored(text: &str, random: &mut Random) -> Vec<Stored> {
    let chars: Vec<char> = text.chars().collect();
    let starts: Vec<usize> = (1..chars.len()).filter(|at| chars[at - 1] == ' ').collect();
    let quote = |number: usize| {
        let first = number * (starts.len() - 40) / QUOTES;
        let (start, end) = (starts[first], starts[first + 1 + random.below(30)] - 1);
        let part = |from: usize, to: usize| chars[from..to].iter().collect();
        Stored {
            exact: part(start, end),
            prefix: part(start.saturating_sub(32), start),
            suffix: part(end, (end + 32).min(chars.len())),
            position: (start as u32, end as u32),
        }
    };
    (0..QUOTES).map(quote).collect()
}

/// The text with a third of its sentences unchanged, and words put in, taken out and replaced in the others.
fn edited(sentences: &[String], random: &mut Random) -> String {
    let mut edited = Vec::with_capacity(sentences.len());
    for sentence in sentences {
        let mut words: Vec<&str> = sentence.split(' ').collect();
        let at = random.below(words.len());
        match random.below(6) {
            0 => drop(words.remove(at)),
            1 => words.insert(at, "meanwhile"),
            2 => words[at] = "otherwise",
            3 => words.clear(),
            _ => {}
        }
        edited.push(words.join(" "));
    }
    edited.join(" ")
}

/// Reads the text and finds all quotes, those of whom something was found.
fn all(text: &str, quotes: &[Stored]) -> usize {
    let text = Anchorer::new(text);
    quotes.iter().filter(|quote| text.find(&quote.wanted()) != Found::Orphan).count()
}

fn anchoring(criterion: &mut Criterion) {
    let mut random = Random::default();
    let sentences = drawn(&mut random);
    let was = sentences.join(" ");
    let now = edited(&sentences, &mut random);
    let quotes = stored(&was, &mut random);
    let repeated = prose(&codebook(), BYTES);
    let of_repeated = stored(&repeated, &mut random);
    let letters = "a".repeat(BYTES);
    let words = "a ".repeat(BYTES / 2);
    let of_words = stored(&words, &mut random);

    let mut group = criterion.benchmark_group("anchoring, 1,000 quotes in 1 MB");
    group.sample_size(10);
    for (name, text, quotes) in [
        ("unchanged", &was, &quotes),
        ("edited", &now, &quotes),
        ("of another text", &repeated, &quotes),
        ("sentences that repeat, unchanged", &repeated, &of_repeated),
        ("sentences that repeat, elsewhere", &was, &of_repeated),
        ("one letter", &letters, &of_words),
        ("one word", &words, &of_words),
    ] {
        group.bench_function(name, |b| b.iter(|| all(black_box(text), quotes)));
    }
    group.finish();
}

criterion_group!(benches, anchoring);
criterion_main!(benches);
