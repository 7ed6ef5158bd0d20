//! Whether the codebooks that ship, and the example for authors, are complete and do what they say of themselves.
//!
//! The oracle is the codebook's own word: an indicator fires where it says that it fires and decides nothing where it says
//! that it is harmless; a code is found in its positive examples and does not decide in its negative ones.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

use postil::codebook::advice::advice;
use postil::codebook::model::{Code, Codebook, Indicator, StanceRole, Term};
use postil::codebook::{CompiledSet, builtin, format};
use postil::engine::Engine;
use postil::judgement::shipped;
use postil::service::protocol::CodebookReading;
use postil::text::offsets::Unit;
use serde::Deserialize;
use std::sync::LazyLock;

/// Reads a text with one codebook alone: no other lends it a match.
struct Reader {
    codebook: Codebook,
    engine: Engine,
    /// Languages that each of its codes and targets has words in.
    languages: Vec<String>,
}

/// The example for authors.
const EXAMPLE: (&str, &str) = ("product-recalls", include_str!("../docs/examples/product-recalls.toml"));

/// Every codebook that ships, and the example, compiled once for all checks.
static READERS: LazyLock<Vec<Reader>> = LazyLock::new(Reader::all);

impl Reader {
    fn all() -> Vec<Self> {
        // What ships is in English and Arabic; the example is in what it says.
        let shipped = builtin::all().map(|book| (book, Some(["en", "ar"])));
        shipped
            .chain([(EXAMPLE, None)])
            .map(|((id, source), languages)| {
                let parsed = format::parse(source).unwrap_or_else(|faults| panic!("{id}: {faults:#?}"));
                assert_eq!(parsed.skipped, [], "{id}: nothing that ships is left out");
                let codebook = parsed.codebook;
                let languages = match languages {
                    Some(languages) => languages.map(str::to_owned).to_vec(),
                    None => codebook.languages.iter().map(|language| language.tag.clone()).collect(),
                };
                let engine = Engine::new(CompiledSet::compile(vec![codebook.clone()]).unwrap())
                    .with_models(shipped::models().unwrap());
                Self { engine, codebook, languages }
            })
            .collect()
    }

    fn read(&self, text: &str) -> CodebookReading {
        self.engine.read(text, Unit::Utf16).results.remove(0)
    }
}

/// Runs a check over every codebook and lists all that fail.
fn every(check: impl Fn(&Reader, &mut Vec<String>)) {
    let mut failures = Vec::new();
    for reader in READERS.iter() {
        let mut found = Vec::new();
        check(reader, &mut found);
        failures.extend(found.into_iter().map(|failure| format!("{}: {failure}", reader.codebook.id)));
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

/// Runs a check over every codebook but the lexicons, which are lists of words under another codebook's codes.
fn every_complete(check: impl Fn(&Reader, &mut Vec<String>)) {
    every(|reader, failures| {
        if reader.codebook.languages.iter().any(|language| language.reviewed) {
            check(reader, failures);
        }
    });
}

fn indicators(codebook: &Codebook) -> impl Iterator<Item = (&Code, &Indicator)> {
    codebook.codes.iter().flat_map(|code| code.indicators.iter().map(move |indicator| (code, indicator)))
}

fn probability(reading: &CodebookReading, code: &str) -> f32 {
    reading.codes.iter().find(|entry| entry.code == code).map_or(0.0, |entry| entry.probability)
}

/// What was found, for the person who mends it.
fn seen(reading: &CodebookReading) -> String {
    let findings: Vec<String> = reading
        .findings
        .iter()
        .map(|finding| {
            format!("{} {:+.1} {:?} {:?}", finding.indicator, finding.contribution, finding.matched, finding.context)
        })
        .collect();
    format!("[{}]", findings.join("; "))
}

#[test]
fn nothing_that_ships_is_doubtful() {
    every(|reader, failures| {
        failures
            .extend(advice(&reader.codebook).into_iter().map(|found| format!("{}: {}", found.field, found.message)));
    });
}

#[test]
fn every_indicator_explains_itself() {
    every(|reader, failures| {
        for (_, indicator) in indicators(&reader.codebook) {
            let fields = [("gloss", &indicator.gloss), ("fires", &indicator.fires), ("harmless", &indicator.harmless)];
            for (name, field) in fields {
                if field.as_ref().is_none_or(|text| text.trim().is_empty()) {
                    failures.push(format!("{}: no {name}", indicator.id));
                }
            }
        }
    });
}

#[test]
fn every_indicator_fires_in_its_own_text() {
    every(|reader, failures| {
        for (code, indicator) in indicators(&reader.codebook) {
            let Some(text) = &indicator.fires else { continue };
            let reading = reader.read(text);
            if !reading.findings.iter().any(|found| found.indicator == indicator.id && found.code == code.id) {
                failures.push(format!("{}: not found in {text:?}; found {}", indicator.id, seen(&reading)));
            }
        }
    });
}

#[test]
fn no_indicator_decides_in_its_harmless_text() {
    every(|reader, failures| {
        for (code, indicator) in indicators(&reader.codebook) {
            let Some(text) = &indicator.harmless else { continue };
            let reading = reader.read(text);
            // Where there is a scale, support is what must not be reached; where there is none, the code itself.
            let decided = reading.support.unwrap_or_else(|| probability(&reading, &code.id));
            if decided >= 0.5 {
                failures.push(format!("{}: {decided:.2} in {text:?}; found {}", indicator.id, seen(&reading)));
            }
        }
    });
}

#[test]
fn every_code_can_be_coded_with() {
    every_complete(|reader, failures| {
        for code in &reader.codebook.codes {
            let lists = [
                ("include", &code.include),
                ("exclude", &code.exclude),
                ("positive", &code.positive),
                ("negative", &code.negative),
            ];
            for (name, list) in lists {
                if list.is_empty() || list.iter().any(|text| text.trim().is_empty()) {
                    failures.push(format!("{}: no {name}, or an empty one", code.id));
                }
            }
            for (name, text) in [("definition", Some(&code.definition)), ("guidance", code.guidance.as_ref())] {
                if text.is_none_or(|text| text.trim().is_empty()) {
                    failures.push(format!("{}: no {name}", code.id));
                }
            }
        }
    });
}

/// A heading, which has children and nothing of its own to find, needs no vocabulary.
#[test]
fn every_code_has_words_in_its_languages() {
    every_complete(|reader, failures| {
        let codebook = &reader.codebook;
        for code in &codebook.codes {
            let named =
                codebook.targets.iter().filter(|target| target.code == code.id).flat_map(|target| &target.terms);
            let terms: Vec<&Term> = named.chain(code.indicators.iter().flat_map(|i| &i.terms)).collect();
            let patterns = || code.indicators.iter().flat_map(|indicator| &indicator.patterns);
            let parent = codebook.codes.iter().any(|child| child.parent.as_ref() == Some(&code.id));
            if parent && terms.is_empty() && patterns().next().is_none() {
                continue;
            }
            for language in &reader.languages {
                let term = terms.iter().any(|term| term.lang == *language);
                if !term && !patterns().any(|pattern| pattern.lang == *language) {
                    failures.push(format!("{}: nothing in {language}", code.id));
                }
            }
        }
    });
}

/// Found, not decided: a positive example may be one that only a person sees through.
#[test]
fn every_positive_example_gives_its_code_as_evidence() {
    every(|reader, failures| {
        let codebook = &reader.codebook;
        let belongs = |found: &str, code: &Code| {
            let mut at = codebook.codes.iter().find(|known| known.id == found);
            while let Some(known) = at {
                if known.id == code.id {
                    return true;
                }
                at = codebook.codes.iter().find(|parent| known.parent.as_ref() == Some(&parent.id));
            }
            false
        };
        for code in &codebook.codes {
            for text in &code.positive {
                let reading = reader.read(text);
                if !reading.findings.iter().any(|finding| belongs(&finding.code, code)) {
                    failures.push(format!("{}: not found in {text:?}; found {}", code.id, seen(&reading)));
                }
            }
        }
    });
}

/// The rule: a negative example leaves its code below one half. Codes of the default stance are free of it, for faith words
/// around something else are still faith words, and to find them accuses nobody.
#[test]
fn no_negative_example_decides_its_code() {
    every(|reader, failures| {
        let codebook = &reader.codebook;
        let default = codebook.stances.iter().find(|stance| stance.role == Some(StanceRole::Default));
        for code in &codebook.codes {
            if code.stance.is_some() && code.stance.as_ref() == default.map(|stance| &stance.id) {
                continue;
            }
            for text in &code.negative {
                let reading = reader.read(text);
                let probability = probability(&reading, &code.id);
                if probability >= 0.5 {
                    failures.push(format!("{}: {probability:.2} in {text:?}; found {}", code.id, seen(&reading)));
                }
            }
        }
    });
}

/// Colours that a reader can tell apart: no two codes of a codebook closer than a step that shows.
#[test]
fn the_colours_of_a_codebook_differ() {
    let parts = |code: &Code| -> Vec<i32> {
        (1..7).step_by(2).map(|at| i32::from_str_radix(&code.colour[at..at + 2], 16).unwrap()).collect()
    };
    every(|reader, failures| {
        let codes = &reader.codebook.codes;
        for (index, code) in codes.iter().enumerate() {
            for other in &codes[..index] {
                let apart: i32 = parts(code).iter().zip(parts(other)).map(|(a, b)| (a - b).pow(2)).sum();
                if apart < 30 * 30 {
                    failures.push(format!("{} {} and {} {}", code.id, code.colour, other.id, other.colour));
                }
            }
        }
    });
}

/// The reference list is for people to check: every target says what it is, and every listing has a real source.
#[test]
fn every_target_has_a_gloss_and_names_in_its_languages() {
    every(|reader, failures| {
        for target in &reader.codebook.targets {
            if target.gloss.as_ref().is_none_or(|gloss| gloss.trim().is_empty()) {
                failures.push(format!("{}: no gloss", target.id));
            }
            for language in &reader.languages {
                if !target.terms.iter().any(|term| term.lang == *language) {
                    failures.push(format!("{}: no name in {language}", target.id));
                }
            }
            for listing in target.listings.iter().filter(|listing| listing.source.contains("to be completed")) {
                failures.push(format!("{}: the listing of {} is a placeholder", target.id, listing.jurisdiction));
            }
        }
    });
}

/// A group is designated or not whichever book names it: the same target has the same listings in each.
#[test]
fn a_target_of_several_codebooks_is_listed_alike_in_all() {
    every(|reader, failures| {
        for target in &reader.codebook.targets {
            let others = READERS.iter().filter(|other| other.codebook.id != reader.codebook.id);
            for other in others {
                let Some(same) = other.codebook.targets.iter().find(|same| same.id == target.id) else { continue };
                if same.listings != target.listings || same.kept_off.is_some() != target.kept_off.is_some() {
                    failures.push(format!("{}: listed otherwise in {}", target.id, other.codebook.id));
                }
            }
        }
    });
}

/// Whoever knows the codes of the codebook knows those of its lexicons.
#[test]
fn the_codes_of_a_lexicon_are_those_of_its_codebook() {
    let codes = |reader: &Reader| -> Vec<(String, String, String)> {
        let codes = reader.codebook.codes.iter();
        codes.map(|code| (code.id.clone(), code.label.clone(), code.colour.clone())).collect()
    };
    let of = |id: &str| READERS.iter().find(|reader| reader.codebook.id == id).map(codes);
    let whole = of("militant-jihad").unwrap();
    every(|reader, failures| {
        if reader.codebook.id.starts_with("militant-jihad-") {
            let unknown = codes(reader).into_iter().filter(|code| !whole.contains(code));
            failures.extend(unknown.map(|code| format!("{code:?}")));
        }
    });
}

#[derive(Deserialize)]
struct Everyday {
    ordinary: Vec<String>,
    found: Vec<Found>,
}

#[derive(Deserialize)]
struct Found {
    text: String,
    code: String,
}

/// Pot, ice, coke, a contractor and Wagner are everybody's words.
#[test]
fn topical_codebooks_tell_their_subject_from_everyday_words() {
    let everyday: Everyday = toml::from_str(include_str!("data/topical.toml")).unwrap();
    let topical = ["narcotics-trade", "private-security"];
    let decided = |reader: &Reader, text: &str| -> Vec<String> {
        let codes = reader.read(text).codes.into_iter().filter(|code| code.probability >= 0.5);
        codes.map(|code| code.code).collect()
    };
    every(|reader, failures| {
        if !topical.contains(&reader.codebook.id.as_str()) {
            return;
        }
        for text in &everyday.ordinary {
            // That a mall is guarded is said of the mall, and of nobody else.
            let codes: Vec<_> = decided(reader, text).into_iter().filter(|code| code != "guarding-at-home").collect();
            if !codes.is_empty() {
                failures.push(format!("{codes:?} in {text:?}; found {}", seen(&reader.read(text))));
            }
        }
        let has = |code: &str| reader.codebook.codes.iter().any(|known| known.id == code);
        for Found { text, code } in everyday.found.iter().filter(|found| has(&found.code)) {
            if !decided(reader, text).contains(code) {
                failures.push(format!("not {code} in {text:?}; found {}", seen(&reader.read(text))));
            }
        }
    });
}
