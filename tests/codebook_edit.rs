//! Codebooks as they are edited: what became of one, its file written again, and files of other programs.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

use postil::codebook::diff::diff;
use postil::codebook::model::*;
use postil::codebook::{builtin, format, fresh, write};
use postil::exchange::qdc;
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Cases {
    before: String,
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    edits: Vec<[String; 2]>,
    says: Vec<String>,
}

fn cases() -> Cases {
    toml::from_str(include_str!("data/codebook_diff.toml")).unwrap()
}

fn shipped() -> impl Iterator<Item = Codebook> {
    let sources = builtin::SOURCES.iter().chain(builtin::FURTHER.iter());
    sources.map(|(_, source)| format::read(source).unwrap())
}

#[test]
fn changes_are_told_where_they_are() {
    let Cases { before, case } = cases();
    let old = format::read(&before).unwrap();
    for Case { name, edits, says } in case {
        let mut after = before.clone();
        for [from, to] in edits {
            assert_eq!(after.matches(&from).count(), 1, "{name}: `{from}` stands once");
            after = after.replace(&from, &to);
        }
        let told: Vec<String> = diff(&old, &format::read(&after).unwrap()).iter().map(ToString::to_string).collect();
        assert_eq!(told, says, "{name}");
    }
}

#[test]
fn what_is_written_reads_as_what_it_was() {
    for codebook in shipped() {
        let written = write::toml(&codebook);
        assert_eq!(format::read(&written).unwrap(), codebook, "{}", codebook.id);
        assert!(format::parse(&written).is_ok(), "{}", codebook.id);
    }
    let empty = fresh::codebook("new".into(), "New".into());
    assert_eq!(format::read(&write::toml(&empty)).unwrap(), empty);
}

/// Strings with what is hard to write in TOML.
fn hard() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::collection::vec(
            prop_oneof![
                Just("'".to_owned()),
                Just("\"".to_owned()),
                Just("\\".to_owned()),
                Just("\n".to_owned()),
                Just("\r".to_owned()),
                Just("\u{7f}".to_owned()),
                Just("\u{85}".to_owned()),
                Just("#".to_owned()),
                any::<char>().prop_map(String::from),
            ],
            0..12
        )
        .prop_map(|pieces| pieces.concat()),
        "[a-z]{0,8}",
    ]
}

fn codebooks() -> impl Strategy<Value = Codebook> {
    let text = (hard(), hard(), prop::option::of(hard()), prop::option::of(any::<char>()));
    let lists = prop::collection::btree_map(hard(), prop::collection::vec(hard(), 0..3), 0..3);
    let weight = prop_oneof![Just(0.1), Just(1.0), Just(1e-7), any::<f32>().prop_filter("a number", |n| n.is_finite())];
    (text, lists, weight, prop::collection::vec(hard(), 0..3)).prop_map(|(text, lists, weight, strings)| {
        let (one, other, maybe, hotkey) = text;
        let mut codebook = fresh::codebook(one.clone(), other.clone());
        codebook.description = one.clone();
        codebook.lists = lists;
        codebook.languages = vec![Language { tag: one.clone(), reviewed: false }];
        let tiers = vec![Tier { label: other.clone(), definition: one.clone() }];
        codebook.scale = maybe.as_ref().map(|_| Scale { support_from: 1, named: Some(2), tiers });
        let mut code = fresh::code(&codebook, one.clone(), maybe.clone());
        (code.include, code.reading, code.hotkey, code.guidance) = (strings.clone(), strings.clone(), hotkey, maybe);
        let mut indicator = fresh::indicator(&codebook, &code);
        indicator.weight = weight;
        indicator.evasion = vec![Evasion::ZeroWidth];
        indicator.entities = vec![EntityClass::PaymentLink];
        indicator.terms[0] = Term {
            text: other.clone(),
            boundary: Boundary::Infix,
            variants: strings.clone(),
            ..indicator.terms[0].clone()
        };
        indicator.patterns = vec![Pattern { lang: one.clone(), regex: other.clone(), anchors: strings }];
        code.indicators = vec![indicator];
        let listings =
            vec![Listing { jurisdiction: one.clone(), source: other.clone(), from: one.clone(), to: Some(other) }];
        codebook.targets = vec![Target {
            id: one.clone(),
            label: one.clone(),
            code: one,
            gloss: None,
            listings,
            kept_off: None,
            terms: vec![],
        }];
        codebook.codes = vec![code];
        codebook
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_codebook_holds_reads_as_it_was_written(codebook in codebooks()) {
        prop_assert_eq!(format::read(&write::toml(&codebook)).unwrap(), codebook);
    }

    #[test]
    fn no_file_brings_the_reader_down(text in any::<String>()) {
        let _ = qdc::read(&text);
        let _ = qdc::read(&format!("<CodeBook><Codes><Code name='a'>{text}</Code></Codes></CodeBook>"));
    }
}

/// Of a code: label, label of its parent, definition, rules, colour.
type Held = (String, Option<String>, String, [Vec<String>; 2], String);

/// What a `.qdc` file can hold of a codebook.
fn held(codebook: &Codebook) -> Vec<Held> {
    let label = |id: &String| codebook.codes.iter().find(|code| code.id == *id).map(|code| code.label.clone());
    let code = |code: &Code| {
        let rules = [code.include.clone(), code.exclude.clone()];
        let parent = code.parent.as_ref().and_then(label);
        (code.label.clone(), parent, code.definition.trim().to_owned(), rules, code.colour.to_ascii_lowercase())
    };
    let mut all: Vec<_> = codebook.codes.iter().map(code).collect();
    // Children stand in their parents there.
    all.sort();
    all
}

#[test]
fn a_codebook_of_ours_comes_back_with_all_that_the_format_holds() {
    for codebook in shipped() {
        let file = String::from_utf8(qdc::file(&codebook).unwrap()).unwrap();
        assert!(qdc::is(&file) && !qdc::is(&write::toml(&codebook)));
        let (read, remarks) = qdc::read(&file).unwrap();
        assert_eq!((&read.title, &read.description), (&codebook.title, &codebook.description));
        assert_eq!(held(&read), held(&codebook));
        assert!(remarks[0].message.contains("ids were made of the names"), "{remarks:?}");
        assert!(format::parse(&write::toml(&read)).is_ok(), "{}", codebook.id);
    }
}

fn document(codes: &str) -> String {
    format!("<?xml version='1.0'?>\n<CodeBook xmlns='urn:QDA-XML:codebook:1.0'><Codes>\n{codes}\n</Codes></CodeBook>")
}

#[test]
fn codes_of_other_programs_are_read_with_what_they_lack_told() {
    let file = document(
        "<Code guid='x' name='Mahlzeiten &amp; Getränke' isCodable='false' color='#A1B'>\
         <Description>Eating &lt;together&gt;&#x21;</Description><NoteRef targetGUID='y'/>\
         <Code name='طعام' isCodable='true'><Description><![CDATA[Food]]></Description></Code></Code>\n\
         <Code name='Mahlzeiten &amp; Getränke' isCodable='1' color='red'/>",
    );
    let (codebook, remarks) = qdc::read(&file).unwrap();
    let told: Vec<_> = codebook
        .codes
        .iter()
        .map(|code| (code.id.as_str(), code.parent.as_deref(), code.definition.as_str(), code.colour.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("mahlzeiten-getr-nke", None, "Eating <together>!", "#aa11bb"),
            ("code", Some("mahlzeiten-getr-nke"), "Food", fresh::COLOURS[1]),
            ("mahlzeiten-getr-nke-2", None, "Mahlzeiten & Getränke", fresh::COLOURS[2]),
        ]
    );
    let says = |what: &str, line: usize| remarks.iter().any(|it| it.message.contains(what) && it.line == line);
    assert!(says("notes are left out", 3) && says("only groups others", 3) && says("no description", 4), "{remarks:?}");
}

#[test]
fn hostile_and_broken_files_are_refused_in_place() {
    let deep = document(&format!("{}{}", "<Code name='a'>".repeat(100), "</Code>".repeat(100)));
    let many = document(&"<Code name='a'/>".repeat(1_002));
    let laughs =
        "<!DOCTYPE b [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>\n<CodeBook><Codes><Code name='&b;'/></Codes></CodeBook>";
    let cases = [
        (deep, 3, "64 deep"),
        (many, 3, "at most 1000"),
        (laughs.to_owned(), 1, "DOCTYPE"),
        (document("<Code name='&b;'/>"), 3, "b"),
        (document("<Code name='a'><Description>&b;</Description></Code>"), 3, "`&b;`"),
        (document("<Code isCodable='true'/>"), 3, "no name"),
        (document("<Code name='a'>"), 4, "well-formed"),
        (document(""), 1, "no codes"),
        ("<html><p>A page</p></html>".to_owned(), 1, "begins otherwise"),
        ("<CodeBook><Codes>".to_owned(), 1, "cut short"),
        ("<".to_owned(), 1, "well-formed"),
    ];
    for (file, line, says) in cases {
        let fault = qdc::read(&file).unwrap_err();
        assert!(fault.message.contains(says) && fault.line == line, "{fault}");
    }
}
