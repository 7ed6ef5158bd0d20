//! Codebook files: what is refused, what is left out, and what compiling keeps.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

use postil::codebook::advice::advice;
use postil::codebook::format::{parse, place};
use postil::codebook::validate::Grade;
use postil::codebook::{Codebook, Compiled, CompiledSet, LoadError, Shipped, builtin};
use postil::engine::Engine;
use postil::matching::Matcher;
use postil::text::fold::Folded;
use postil::text::offsets::Unit;
use proptest::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Cases {
    sound: String,
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    replace: String,
    with: String,
    line: usize,
    field: String,
    says: String,
    #[serde(default)]
    skipped: bool,
    #[serde(default)]
    doubtful: bool,
}

fn cases() -> Cases {
    toml::from_str(include_str!("data/codebook_faults.toml")).unwrap()
}

fn sound() -> Codebook {
    parse(&cases().sound).unwrap().codebook
}

fn hits(matcher: &Matcher, text: &str) -> usize {
    matcher.find(text, &Folded::new(text), &[])[0].len()
}

#[test]
fn every_fault_names_line_field_and_mend() {
    let all = |source: &str| match parse(source) {
        Ok(parsed) => [parsed.skipped, place(source, advice(&parsed.codebook))].concat(),
        Err(faults) => faults,
    };
    let Cases { sound, case } = cases();
    assert_eq!(all(&sound), []);
    for case in case {
        assert_eq!(sound.matches(&case.replace).count(), 1, "{}: the edit must be of one place", case.name);
        let faults = all(&sound.replace(&case.replace, &case.with));
        let grade = match (case.skipped, case.doubtful) {
            (true, _) => Grade::Skipped,
            (_, true) => Grade::Doubtful,
            _ => Grade::Problem,
        };
        let found = faults.iter().any(|fault| {
            fault.line == case.line
                && fault.field == case.field
                && fault.message.contains(&case.says)
                && fault.grade == grade
        });
        assert!(found, "{}: {faults:#?}", case.name);
    }
}

/// The oracle is the panel's own source: the keys that its `match` has an arm for.

#[test]
fn one_bad_pattern_leaves_the_rest_working() {
    let parsed = parse(&cases().sound.replace("praise {fruit}", "praise ({fruit}")).unwrap();
    let matcher = Matcher::new(CompiledSet::compile(vec![parsed.codebook]).unwrap());
    assert_eq!(hits(&matcher, "long live the apple, praise apple"), 1);
}

/// Whether the one target of the sound codebook is listed after an edit of the end of its listing.
fn listed(end: &str) -> bool {
    let edited = cases().sound.replace("to = \"2020\"", end);
    parse(&edited).unwrap_or_else(|faults| panic!("{end}: {faults:?}")).codebook.targets[0].listed()
}

#[test]
fn a_target_is_listed_while_a_listing_stands_and_nothing_keeps_it_off() {
    let another = "[[target.listing]]\njurisdiction = \"EU\"\nsource = \"x\"\nfrom = \"2024-02-29\"";
    assert!(!listed("to = \"2020\""), "ended");
    assert!(!listed("to = \"2001\""), "ended in the year of its beginning");
    assert!(listed(""), "stands");
    assert!(listed(&format!("to = \"2020-12-31\"\n{another}")), "one of two stands");
    assert!(!listed(&format!("to = \"2020\"\n{another}\nto = \"2024-03\"")), "both ended");
    let off =
        cases().sound.replace("to = \"2020\"", "").replace("code = \"praise\"", "code = \"praise\"\nkept_off = \"r\"");
    assert!(!parse(&off).unwrap().codebook.targets[0].listed(), "kept off");
}

#[test]
fn unreviewed_languages_are_not_looked_for() {
    let edited = cases().sound.replace("text = \"long live\", lang = \"en\"", "text = \"long live\", lang = \"xx\"");
    let matcher = Matcher::new(CompiledSet::compile(vec![parse(&edited).unwrap().codebook]).unwrap());
    assert_eq!(hits(&matcher, "long live, praise pear"), 1);
}

#[test]
fn unreviewed_languages_are_looked_for_where_there_is_no_scale() {
    let topical = "format = 1\nid = \"t\"\nversion = \"1\"\ntitle = \"t\"\ndescription = \"d\"\n\
        languages = [{ tag = \"xx\", reviewed = false }]\n[[code]]\nid = \"c\"\nlabel = \"l\"\ndefinition = \"d\"\n\
        colour = \"#000000\"\n[[code.indicator]]\nid = \"i\"\nweight = 0.5\n\
        terms = [{ text = \"long live\", lang = \"xx\" }]\n";
    let matcher = Matcher::new(CompiledSet::compile(vec![parse(topical).unwrap().codebook]).unwrap());
    assert_eq!(hits(&matcher, "long live, praise pear"), 1);
}

#[test]
fn the_hash_follows_the_content() {
    let hash = |codebook| CompiledSet::compile(vec![codebook]).unwrap().codebooks[0].reference.hash.clone();
    let mut edited = sound();
    assert_eq!(hash(sound()), hash(edited.clone()));
    edited.codes[0].definition.push('!');
    assert_ne!(hash(sound()), hash(edited));
}

#[test]
fn compiled_bytes_give_back_the_same_engine() {
    let set = builtin::set().unwrap();
    let again = CompiledSet::from_bytes(&set.to_bytes().unwrap()).unwrap();
    assert_eq!(set.codebooks, again.codebooks);
    let text = "The khilafah, الخلافة, and a prayer for patience 🏴.";
    assert_eq!(
        Matcher::new(set).find(text, &Folded::new(text), &[]),
        Matcher::new(again).find(text, &Folded::new(text), &[])
    );
}

#[test]
fn bytes_of_another_version_are_told_apart_from_damage() {
    let mut bytes = builtin::set().unwrap().to_bytes().unwrap();
    assert_eq!(CompiledSet::from_bytes(b"POSTIL").unwrap_err(), LoadError::Damaged);
    assert_eq!(CompiledSet::from_bytes(&bytes[..bytes.len() / 2]).unwrap_err(), LoadError::Damaged);
    bytes[8] += 1;
    assert_eq!(CompiledSet::from_bytes(&bytes).unwrap_err(), LoadError::OtherVersion);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a damaged file holds, loading and matching do not panic.
    #[test]
    fn damaged_bytes_never_panic(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = CompiledSet::compile(vec![sound()]).unwrap().to_bytes().unwrap();
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(set) = CompiledSet::from_bytes(&bytes) {
            let text = "long live the apple, praise pear";
            Matcher::new(set).find(text, &Folded::new(text), &[]);
        }
    }

    /// Nor does a codebook that is carried by itself, nor what a start is given.
    #[test]
    fn damaged_bytes_of_a_package_never_panic(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let further = Compiled::new(sound()).unwrap();
        let shipped = Shipped::new(CompiledSet::compile(vec![sound()]).unwrap(), [&further]);
        let damaged = |mut bytes: Vec<u8>| {
            for &(at, byte) in &flips {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes
        };
        if let Ok(one) = Compiled::from_bytes(&damaged(further.to_bytes().unwrap())) {
            // One that joins others may still be too much for an automaton, or have nothing to look for.
            if let Ok(set) = CompiledSet::of(vec![one.into()]) {
                let text = "long live the apple, praise pear";
                Matcher::new(set).find(text, &Folded::new(text), &[]);
            }
        }
        let _ = Shipped::from_bytes(&damaged(shipped.to_bytes().unwrap()));
    }
}

/// The examples of the page for authors: the first is whole, the others are added to it.
#[test]
fn the_page_for_authors_shows_codebooks_that_work() {
    let page = include_str!("../docs/codebooks.md");
    let blocks: Vec<&str> = page.split("```toml\n").skip(1).filter_map(|block| block.split("```").next()).collect();
    assert!(blocks.len() > 2);
    for upto in 1..=blocks.len() {
        let parsed = parse(&blocks[..upto].join("\n")).unwrap();
        assert_eq!(parsed.skipped, []);
        let doubtful = advice(&parsed.codebook);
        // A stance without a code stands there for itself until a code takes it, in the words below.
        assert!(doubtful.iter().all(|finding| finding.field.starts_with("stance[")), "{doubtful:?}");
        let texts: Vec<String> =
            parsed.codebook.codes.iter().flat_map(|code| &code.indicators).filter_map(|i| i.fires.clone()).collect();
        let matcher = Matcher::new(CompiledSet::compile(vec![parsed.codebook]).unwrap());
        for text in texts {
            assert!(hits(&matcher, &text) > 0, "{text}");
        }
    }
}

#[derive(Deserialize)]
struct Readings {
    case: Vec<Wanted>,
}

#[derive(Deserialize)]
struct Wanted {
    name: String,
    text: String,
    stance: String,
    tier: u8,
    codes: Vec<String>,
    #[serde(default)]
    targets: BTreeMap<String, String>,
}

/// A field of its own, with its own scale, stances and targets, is a file and nothing else.
#[test]
fn a_codebook_of_another_field_reads_by_its_own_scale() {
    let codebook = parse(include_str!("../docs/examples/product-recalls.toml")).unwrap().codebook;
    let engine = Engine::new(CompiledSet::compile(vec![codebook]).unwrap());
    let readings: Readings = toml::from_str(include_str!("data/product-recalls.toml")).unwrap();
    let mut failures = Vec::new();
    for Wanted { name, text, stance, tier, codes, targets } in readings.case {
        let reading = engine.read(&text, Unit::CodePoints).results.remove(0);
        let probable = reading.codes.iter().filter(|code| code.probability >= 0.5).map(|code| code.code.clone());
        let towards = reading.targets.iter().map(|target| (target.target.clone(), target.stance.clone()));
        let got = (reading.stance, reading.tier, probable.collect::<Vec<_>>(), towards.collect::<BTreeMap<_, _>>());
        if got != (Some(stance), Some(tier), codes, targets) {
            failures.push(format!("{name}: {got:?} with {:?}", reading.findings));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
