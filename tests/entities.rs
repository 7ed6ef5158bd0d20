//! Things with a form of their own: by cases, by law, and as evidence of a codebook.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/cases.rs"]
mod cases;
#[path = "support/text.rs"]
mod support;

use postil::codebook::CompiledSet;
use postil::codebook::format::parse;
use postil::engine::{Engine, MAX_ENTITIES};
use postil::entities::{Entity, Kind, find};
use postil::text::offsets::{Unit, to_byte};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
struct Case {
    name: String,
    text: String,
    found: Vec<(String, String)>,
    values: Option<Vec<String>>,
}

fn cases() -> Vec<Case> {
    cases::read(include_str!("data/entities.toml"))
}

fn described(text: &str, entities: &[Entity<'_>]) -> Vec<(String, String)> {
    entities.iter().map(|entity| (entity.kind.name().to_owned(), text[entity.span.clone()].to_owned())).collect()
}

fn sound(text: &str) -> Result<(), TestCaseError> {
    let mut end = 0;
    for entity in find(text) {
        prop_assert!(end <= entity.span.start && entity.span.start < entity.span.end, "{entity:?}");
        prop_assert!(text.get(entity.span.clone()).is_some_and(|written| !written.contains('\n')), "{entity:?}");
        prop_assert!(!entity.value.is_empty() && entity.value.len() <= entity.span.len() + 2, "{entity:?}");
        end = entity.span.end;
    }
    Ok(())
}

#[test]
fn cases_hold() {
    for case in cases() {
        let entities = find(&case.text);
        assert_eq!(described(&case.text, &entities), case.found, "{}", case.name);
        let written = || case.found.iter().map(|(_, text)| text.clone()).collect();
        let values: Vec<&str> = entities.iter().map(|entity| &*entity.value).collect();
        assert_eq!(values, case.values.clone().unwrap_or_else(written), "{}", case.name);
    }
}

/// The name of a kind begins with the name of its class: codebooks and records speak of the same things.
#[test]
fn kinds_are_named_after_their_classes() {
    let mut kinds: Vec<Kind> =
        cases().iter().flat_map(|case| find(&case.text).into_iter().map(|e| e.kind).collect::<Vec<_>>()).collect();
    kinds.sort_by_key(|kind| kind.name());
    kinds.dedup();
    assert_eq!(kinds.len(), 16, "the cases show every kind");
    for kind in kinds {
        let class = serde_json::to_value(kind.class()).unwrap();
        assert!(kind.name().starts_with(class.as_str().unwrap()), "{}", kind.name());
    }
}

/// A megabyte of what each reader begins at: nothing is found but what is there, and a test that does not end shows that a
/// reader reads the same again and again.
#[test]
fn hostile_repetition() {
    let found = |piece: &str| find(&piece.repeat((1 << 20) / piece.len())).len();
    for piece in [
        "1",
        "0x",
        "[.]",
        "@",
        ".",
        "#",
        "_",
        "a.",
        "a@",
        "#_",
        "[at]",
        " . ",
        " dot ",
        "t . ",
        "a [dot] ",
        "://",
        "tg:",
        "bitcoin:1",
        "1 111 ",
        "1,",
        "$",
        "USD",
        "1k",
        "(",
        "٣",
        "دولار ",
        "t.me",
        "http://",
        "\u{200C}",
    ] {
        assert_eq!(found(piece), 0, "{piece:?}");
    }
    assert_eq!(found("t.me/"), 1, "one long link");
    assert_eq!(found("@a."), (1 << 20) / 3);
    assert_eq!(found("t . me/a "), (1 << 20) / 9);
    assert_eq!(found("1 USD "), (1 << 20) / 6);
    assert_eq!(found("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa "), (1 << 20) / 35);
    assert_eq!(found("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb "), 0);
}

#[test]
fn an_indicator_points_at_a_class() {
    let source = "format = 1\nid = \"case\"\nversion = \"1\"\ntitle = \"t\"\ndescription = \"d\"\nlanguages = []\n\
        [[code]]\nid = \"c\"\nlabel = \"l\"\ndefinition = \"d\"\ncolour = \"#000000\"\n\
        [[code.indicator]]\nid = \"coin\"\nweight = 2.5\nentities = [\"bitcoin\", \"tron\"]\n\
        [[code.indicator]]\nid = \"chat\"\nweight = 1.0\nentities = [\"messaging-link\"]\n";
    let set = CompiledSet::compile(vec![parse(source).unwrap().codebook]).unwrap();
    let engine = Engine::new(CompiledSet::from_bytes(&set.to_bytes().unwrap()).unwrap());
    let text = "خبز TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t 🍞 t[.]me/bread #bread";
    for unit in [Unit::Utf16, Unit::CodePoints] {
        let reading = engine.read(text, unit);
        let slice = |start, end| &text[to_byte(text, unit, start)..to_byte(text, unit, end)];
        let findings: Vec<(&str, &str, &str)> = reading.results[0]
            .findings
            .iter()
            .map(|found| (&*found.indicator, &*found.matched, slice(found.start, found.end)))
            .collect();
        let address = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
        assert_eq!(findings, [("coin", address, address), ("chat", "t[.]me/bread", "t[.]me/bread")]);
        let entities: Vec<(&str, &str, &str)> =
            reading.entities.iter().map(|found| (&*found.kind, &*found.value, slice(found.start, found.end))).collect();
        assert_eq!(
            entities,
            [
                ("tron", address, address),
                ("messaging-link", "t.me/bread", "t[.]me/bread"),
                ("hashtag", "#bread", "#bread")
            ]
        );
    }
    assert!(engine.read("", Unit::Utf16).entities.is_empty());
    assert_eq!(engine.read(&"#bread ".repeat(MAX_ENTITIES + 1), Unit::Utf16).entities.len(), MAX_ENTITIES);
}

#[test]
fn one_wrong_character_is_no_address() {
    for (kind, address) in cases().into_iter().flat_map(|case| case.found) {
        let class = ["bitcoin", "ethereum", "monero", "tron"].iter().any(|class| kind.starts_with(class));
        // EIP-55 hides its checksum in the case of the letters; where that is one, a changed digit may well have the same.
        let cased = address.bytes().skip(2).any(|b| b.is_ascii_lowercase())
            && address.bytes().skip(2).any(|b| b.is_ascii_uppercase());
        if !class || kind == "ethereum-unchecked" || (kind == "ethereum" && !cased) {
            continue;
        }
        assert_eq!(described(&address, &find(&address)), [(kind.clone(), address.clone())]);
        for at in 0..address.len() {
            for other in ('0'..='9').chain('A'..='Z').chain('a'..='z').chain(['l', '-', 'é', '\u{200B}']) {
                let mut wrong = address.clone();
                wrong.replace_range(at..=at, &other.to_string());
                assert!(wrong == address || find(&wrong).is_empty(), "{wrong}");
            }
        }
    }
}

/// Pieces that readers begin at, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "t",
        "me",
        ".",
        "[.]",
        " . ",
        "(dot)",
        " dot ",
        "/",
        "//",
        ":",
        "https",
        "hxxp",
        "@",
        "[at]",
        "#",
        "_",
        "é",
        "خبز",
        "1",
        "200",
        ",",
        "$",
        "€",
        "USD",
        " ",
        "\n",
        "٣",
        "دولار",
        "bitcoin:",
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "\u{200D}",
        "👩",
        "example.org",
        "www.",
        "-",
        "k",
        "'",
        "(",
        ")",
        "]",
        "＃",
        "،",
        "\u{301}",
    ]);
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_are_in_order_and_disjoint(prose in support::text(), odd in pieces()) {
        sound(&prose)?;
        sound(&odd)?;
        sound(&format!("{prose}{odd}{prose}"))?;
    }

    #[test]
    fn other_lines_change_nothing(
        before in prop_oneof![support::text(), pieces()],
        line in prop_oneof![pieces(), prop::sample::select(cases()).prop_map(|case| case.text)],
        after in prop_oneof![support::text(), pieces()],
    ) {
        let text = format!("{before}\n{line}\n{after}");
        let lines = before.len() + 1..before.len() + 1 + line.len();
        let mut inside = find(&text);
        inside.retain(|entity| lines.contains(&entity.span.start));
        let alone = find(&line);
        prop_assert_eq!(described(&text, &inside), described(&line, &alone));
    }
}
