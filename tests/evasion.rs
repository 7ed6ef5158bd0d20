//! Disguised words: a table of cases, every term of the codebooks that ship under every disguise, and laws.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/cases.rs"]
mod cases;

use postil::codebook::model::{Boundary, Term};
use postil::codebook::{builtin, format};
use postil::engine::Engine;
use postil::judgement::shipped;
use postil::service::protocol::Finding;
use postil::text::evasion::{Vocabulary, readings};
use postil::text::fold::Folded;
use postil::text::offsets::Unit;
use proptest::prelude::*;
use serde::Deserialize;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::new(builtin::set().unwrap()).with_models(shipped::models().unwrap()));

fn findings(text: &str) -> Vec<Finding> {
    ENGINE.read(text, Unit::CodePoints).results.into_iter().flat_map(|result| result.findings).collect()
}

#[derive(Deserialize)]
struct Case {
    name: String,
    text: String,
    finds: Vec<Vec<String>>,
}

#[test]
fn disguises_are_named() {
    let cases: Vec<Case> = cases::read(include_str!("data/evasion.toml"));
    for case in cases {
        let mut found: Vec<Vec<String>> = findings(&case.text)
            .iter()
            .filter(|finding| !finding.evasion.is_empty())
            .map(|finding| {
                let ways =
                    finding.evasion.iter().map(|way| serde_json::to_value(way).unwrap().as_str().unwrap().to_owned());
                std::iter::once(finding.matched.clone()).chain(ways).collect()
            })
            .collect();
        found.sort();
        found.dedup();
        assert_eq!(found, case.finds, "{}", case.name);
    }
}

/// A disguise as somebody would put it on; `None` where a term offers nothing to disguise.
type Disguise = fn(&str) -> Option<String>;

fn swapped(term: &str, pairs: &[(char, &str)]) -> Option<String> {
    let lower = term.to_lowercase();
    let out: String = lower
        .chars()
        .map(|c| pairs.iter().find(|(from, _)| *from == c).map_or_else(|| c.to_string(), |(_, to)| (*to).to_owned()))
        .collect();
    (out != lower).then_some(out)
}

fn between(term: &str, mark: &str) -> Option<String> {
    let mut out = String::new();
    let mut letters = term.chars().peekable();
    while let Some(c) = letters.next() {
        out.push(c);
        if c.is_alphabetic() && letters.peek().is_some_and(|c| c.is_alphabetic()) {
            out.push_str(mark);
        }
    }
    (out != term).then_some(out)
}

fn repeated(term: &str, times: usize) -> Option<String> {
    Some(term.chars().flat_map(|c| std::iter::repeat_n(c, if c.is_alphabetic() { times } else { 1 })).collect())
}

/// One letter swapped, the first that has a neighbour.
fn inside(term: &str, pairs: &[(char, &str)]) -> Option<String> {
    let lower = Some(term.to_lowercase()).filter(|lower| is_latin(lower))?;
    let letter = |at: usize| lower.as_bytes().get(at).is_some_and(u8::is_ascii_lowercase);
    let fits = |at: &usize| pairs.iter().any(|(from, _)| lower[*at..].starts_with(*from));
    let at = (0..lower.len()).filter(fits).find(|&at| letter(at + 1) || (at > 0 && letter(at - 1)))?;
    let swap = swapped(&lower[at..=at], pairs)?;
    Some(format!("{}{swap}{}", &lower[..at], &lower[at + 1..]))
}

fn is_latin(term: &str) -> bool {
    term.is_ascii()
}

/// Letters of Arabic as chat writes them; only where a digit shows it. What `others` says goes before.
fn arabizi(term: &str, others: &[(char, &'static str)]) -> Option<String> {
    const LETTERS: [(char, &str); 36] = [
        ('ا', "a"),
        ('أ', "a"),
        ('إ', "i"),
        ('آ', "a"),
        ('ى', "a"),
        ('ة', "a"),
        ('ب', "b"),
        ('ت', "t"),
        ('ث', "th"),
        ('ج', "j"),
        ('ح', "7"),
        ('خ', "5"),
        ('د', "d"),
        ('ذ', "th"),
        ('ر', "r"),
        ('ز', "z"),
        ('س', "s"),
        ('ش', "sh"),
        ('ص', "9"),
        ('ض', "d"),
        ('ط', "6"),
        ('ظ', "z"),
        ('ع', "3"),
        ('غ', "gh"),
        ('ف', "f"),
        ('ق', "q"),
        ('ك', "k"),
        ('ل', "l"),
        ('م', "m"),
        ('ن', "n"),
        ('ه', "h"),
        ('و', "w"),
        ('ي', "y"),
        ('ء', "2"),
        ('ئ', "2"),
        ('ؤ', "2"),
    ];
    let letters: Vec<_> = others.iter().chain(&LETTERS).copied().collect();
    swapped(term, &letters).filter(|out| out.is_ascii() && out.contains(|c: char| c.is_ascii_digit()))
}

const DISGUISES: [(&str, Disguise); 15] = [
    ("zero-width spaces", |term| between(term, "\u{200B}")),
    ("Cyrillic letters", |term| {
        let letters = [('a', "а"), ('e', "е"), ('o', "о"), ('c', "с"), ('p', "р"), ('x', "х"), ('y', "у"), ('i', "і")];
        swapped(term, &letters).filter(|_| is_latin(term))
    }),
    ("one Cyrillic letter", |term| inside(term, &[('a', "а"), ('e', "е"), ('o', "о"), ('i', "і")])),
    ("digits", |term| {
        let letters = [('a', "4"), ('e', "3"), ('i', "1"), ('o', "0")];
        swapped(term, &letters).filter(|_| is_latin(term))
    }),
    ("signs", |term| swapped(term, &[('a', "@"), ('s', "$")]).filter(|_| is_latin(term))),
    ("spaces", |term| between(term, " ")),
    ("dots", |term| between(term, ".")),
    ("each letter thrice", |term| repeated(term, 3)),
    ("each letter five times", |term| repeated(term, 5)),
    ("tatweel", |term| between(term, "ـ").filter(|_| !is_latin(term))),
    ("impossible vowels", |term| between(term, "\u{064E}\u{0650}").filter(|_| !is_latin(term))),
    ("Arabizi", |term| arabizi(term, &[])),
    ("Arabizi with dots as apostrophes", |term| {
        arabizi(term, &[('خ', "7'"), ('ض', "9'"), ('ظ', "6'"), ('غ', "3'"), ('ق', "8")])
            .filter(|out| out.contains('\''))
    }),
    ("an Arabic letter", |term| {
        let letters = [('j', "ج"), ('k', "ك"), ('m', "م"), ('d', "د"), ('b', "ب"), ('l', "ل"), ('n', "ن"), ('r', "ر")];
        inside(term, &letters)
    }),
    ("letters in frames", |term| {
        let framed = |c: char| char::from_u32(0x1F1E6 + u32::from(c) - u32::from('a'));
        let out =
            term.to_lowercase().chars().map(|c| if c.is_ascii_lowercase() { framed(c) } else { Some(c) }).collect();
        if is_latin(term) { out } else { None }
    }),
];

/// At least this share of the disguised terms is found, and said to be disguised.
const FOUND: f64 = 0.98;

#[test]
fn every_disguise_of_every_term_is_seen_through() {
    let mut report = Vec::new();
    for (name, disguise) in DISGUISES {
        let (mut all, mut missed) = (0, Vec::new());
        for (id, term) in terms() {
            for spelling in std::iter::once(&term.text).chain(&term.variants) {
                // A term that is itself a disguise has no other.
                let plain = |c: char| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'');
                let Some(disguised) = disguise(spelling).filter(|_| spelling.chars().all(plain)) else { continue };
                all += 1;
                let hits = findings(&format!("({disguised})"));
                if !hits.iter().any(|hit| hit.indicator == id && !hit.evasion.is_empty()) {
                    missed.push(disguised);
                }
            }
        }
        if (missed.len() as f64) > (1.0 - FOUND) * f64::from(all) {
            report.push(format!("{name}: {} of {all} missed: {missed:?}", missed.len()));
        }
        assert!(all > 100, "{name}: {all} terms are too few to say anything");
    }
    assert!(report.is_empty(), "{report:#?}");
}

/// Every term of the codebooks that ship, with the id of its indicator or target.
fn terms() -> Vec<(String, Term)> {
    let mut terms = Vec::new();
    for (_, source) in builtin::SOURCES {
        let codebook = format::parse(source).unwrap().codebook;
        for target in codebook.targets {
            terms.extend(target.terms.into_iter().map(|term| (target.id.clone(), term)));
        }
        for indicator in codebook.codes.into_iter().flat_map(|code| code.indicators) {
            terms.extend(indicator.terms.into_iter().map(|term| (indicator.id.clone(), term)));
        }
    }
    terms.retain(|(_, term)| term.boundary != Boundary::Exact && term.text.chars().count() > 2);
    terms
}

#[test]
fn only_words_of_the_vocabulary_are_put_back() {
    let vocabulary = Vocabulary::new(["apple", "pear", "تفاحه"], []);
    let read = |text: &str| {
        readings(&Folded::new(text), || &vocabulary)
            .into_iter()
            .map(|reading| reading.folded.text().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(read("an 4ppl3 and a p34r"), ["an apple and a pear"]);
    assert_eq!(read("a p l u m and a p e a r"), ["a p l u m and a pear"]);
    assert_eq!(read("tuffa7a"), ["تفاحه"]);
    assert!(read("ch3rry").is_empty());
    assert!(read("apple pear").is_empty());
}

proptest! {
    #[test]
    fn any_text_is_read_and_every_finding_slices_back(text in "[a-e4@!аеіج5 .\u{200B}🇰🦁e\u{301}ـ\u{64E}khilafat'9]{0,60}") {
        for finding in findings(&text) {
            let matched: String =
                text.chars().skip(finding.start as usize).take((finding.end - finding.start) as usize).collect();
            prop_assert_eq!(matched, finding.matched);
        }
    }

    #[test]
    fn a_repair_lies_on_characters_and_in_order(text in "\\PC{0,60}") {
        let vocabulary = Vocabulary::new(["a", "be", "see", "apple", "هو"], []);
        for reading in readings(&Folded::new(&text), || &vocabulary) {
            // Two of them may touch one character that stands for several, such as a fraction.
            let mut before = 0..0;
            for repair in reading.repairs {
                let span = repair.span;
                prop_assert!(text.get(span.clone()).is_some() && !span.is_empty());
                prop_assert!(span.start >= before.start && span.end >= before.end);
                before = span;
            }
        }
    }
}
