//! What is exported as web annotations is what the standard says that they must be.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/cases.rs"]
mod cases;
#[path = "support/text.rs"]
mod support;
#[path = "support/web_annotation.rs"]
mod web_annotation;

use postil::annotation::LogEntry;
use postil::annotation::derive::annotation;
use postil::annotation::record::sha256;
use postil::annotation::selector::describe;
use postil::exchange::jsonld;
use postil::exchange::redaction::Redaction;
use postil::exchange::writer::Format;
use postil::service::protocol::Record;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Assertion {
    id: String,
    /// Of the standard.
    #[serde(rename = "section")]
    _section: String,
    /// What it says there, in our words.
    #[serde(rename = "must")]
    _must: String,
    broken: Vec<Broken>,
}

/// An edit that breaks it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Broken {
    /// JSON pointer to the member; what is not there is added.
    at: String,
    /// What it becomes; none takes it out.
    to: Option<Value>,
    /// Others that it breaks too.
    #[serde(default)]
    also: BTreeSet<String>,
}

fn assertions() -> Vec<Assertion> {
    cases::read(include_str!("data/web_annotation.toml"))
}

/// A decision as the log has it.
#[derive(Debug, Clone)]
struct Said {
    text: String,
    /// Bytes of the text; none is the whole unit.
    span: Option<(usize, usize)>,
    url: String,
    version: String,
    path: Option<String>,
    kept: bool,
    edited: bool,
    coded: bool,
}

fn said(text: &str, span: Option<(usize, usize)>) -> Said {
    let (url, version) = ("https://example.org/a?b=1".into(), "1".into());
    let path = Some("/html[1]/body[1]/p[2]".into());
    Said { text: text.into(), span, url, version, path, kept: true, edited: false, coded: true }
}

fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// The record of a decision, and where it was edited the record of that before it, as the service writes them.
fn records(number: usize, it: &Said) -> Vec<Record> {
    let at = format!("2026-01-02T03:04:05.{:03}Z", number % 1000);
    let selector = describe(&it.text, it.span.map(|(start, end)| start..end), it.path.as_deref());
    let entry: LogEntry = serde_json::from_value(json!({
        "id": id(2 * number), "at": at, "coder": "anna", "action": if it.coded { "assigned" } else { "noneApplies" },
        "page": {"url": it.url, "title": "T"}, "codebook": {"id": "book", "version": it.version, "hash": "00"},
        "model": {"id": "m", "hash": "00"}, "code": it.coded.then_some("one"), "stance": "opposes", "tier": 2,
        "memo": "mail me@example.org", "selector": selector,
        "unit": {
            "type": "TimeState", "sourceDate": at, "postil:projection": "postil-unit-text-1",
            "postil:sha256": sha256(&it.text), "postil:text": it.kept.then_some(&it.text), "postil:unit": "post",
            "postil:author": "ab".repeat(32), "postil:title": "A title",
        },
        "suggestionVisible": false, "proposed": null, "annotation": it.coded.then(|| format!("urn:uuid:{}", id(2 * number))),
    }))
    .unwrap();
    let mut last = entry.clone();
    if it.edited {
        (last.id, last.revises, last.at) = (id(2 * number + 1), Some(entry.id.clone()), "2026-02-02T03:04:05Z".into());
    }
    let mut records = vec![Record { annotation: annotation(&entry, &last), log: entry, conflicts: Vec::new() }];
    if it.edited {
        records.push(Record { log: last, annotation: None, conflicts: Vec::new() });
    }
    records
}

fn file(records: &[Record], redaction: Redaction) -> String {
    let mut writer = Format::JsonLd.writer(redaction, &[]);
    let mut bytes = writer.begin().unwrap();
    for slice in records.chunks(3) {
        bytes.extend(writer.push(slice).unwrap());
    }
    bytes.extend(writer.finish().unwrap());
    String::from_utf8(bytes).unwrap()
}

/// The file as JSON; no key of an object stands in it twice.
fn read(file: &str) -> Value {
    let value: Value = serde_json::from_str(file).unwrap();
    assert_eq!(value.to_string().len(), file.bytes().filter(|byte| *byte != b'\n').count(), "a key stands twice");
    value
}

/// The assertions that a document breaks, with the places.
fn broken(document: &Value) -> Vec<(&'static str, Vec<String>)> {
    web_annotation::collection(document).into_iter().filter(|(_, places)| !places.is_empty()).collect()
}

/// A span of a unit, edited later, and a whole unit.
fn good() -> Value {
    let span = Said { edited: true, ..said("one two three", Some((4, 7))) };
    let all = [records(1, &span), records(2, &said("one two three", None))].concat();
    read(&file(&all, Redaction::default()))
}

fn edit(document: &Value, Broken { at, to, .. }: &Broken) -> Value {
    let mut document = document.clone();
    let (parent, name) = at.rsplit_once('/').unwrap();
    match (document.pointer_mut(parent).unwrap_or_else(|| panic!("{parent} is not there")), to) {
        (Value::Object(members), Some(to)) => drop(members.insert(name.to_owned(), to.clone())),
        (Value::Object(members), None) => drop(members.remove(name).unwrap_or_else(|| panic!("{at} is not there"))),
        (Value::Array(items), Some(to)) => items[name.parse::<usize>().unwrap()] = to.clone(),
        (Value::Array(items), None) => drop(items.remove(name.parse().unwrap())),
        (other, _) => panic!("{at}: {other} has no members"),
    }
    document
}

#[test]
fn each_assertion_is_broken_by_its_cases_alone() {
    let good = good();
    assert_eq!(broken(&good), []);
    let mut looked_at: BTreeSet<&str> = web_annotation::collection(&good).into_keys().collect();
    let assertions = assertions();
    for Assertion { id, broken: edits, .. } in &assertions {
        for case in edits {
            let edited = edit(&good, case);
            let found: BTreeSet<String> = broken(&edited).into_iter().map(|(id, _)| id.to_owned()).collect();
            let mut wanted = case.also.clone();
            wanted.insert(id.clone());
            assert_eq!(found, wanted, "{} becomes {:?}", case.at, case.to);
            looked_at.extend(web_annotation::collection(&edited).into_keys());
        }
        assert!(!edits.is_empty(), "{id} is broken by nothing");
    }
    let listed: BTreeSet<&str> = assertions.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(looked_at, listed, "every assertion is listed, and looked at");
}

#[test]
fn addresses_and_versions_that_are_no_iris_are_made_so_and_come_back() {
    for url in [
        "https://example.org/?q=a|b{c}^`\\\"<>",
        "https://example.org/a[b]?c[]=d%zz%2",
        "https://[::1]:8080/a b",
        "https://example.org/\u{202e}right\u{e000}\u{fdd0}\u{85}",
        "https://مثال.example/ä?ö",
        "no scheme: at all",
        "1://[a",
        "",
        "%",
    ] {
        let decision =
            Said { url: url.into(), version: format!("1.0 [beta] {url}"), ..said("one two three", Some((4, 7))) };
        let all = records(1, &decision);
        let file = file(&all, Redaction::default());
        assert_eq!(broken(&read(&file)), [], "{url}");
        assert_eq!(jsonld::read(&file).unwrap(), all, "{url}");
    }
    let plain = "https://example.org/a?b=%20c#d";
    let all = records(1, &Said { url: plain.into(), ..said("one", None) });
    assert_eq!(read(&file(&all, Redaction::default()))["first"]["items"][0]["target"]["source"], plain);
}

fn decision() -> impl Strategy<Value = Said> {
    let span = prop::option::of((any::<prop::sample::Index>(), any::<prop::sample::Index>()));
    let version = prop_oneof!["[0-9.]{1,5}", "\\PC{1,8}"];
    let path = prop::option::of("/html\\[1\\](/[a-z.-]{1,8}\\[[1-9]\\]){0,4}");
    (support::text(), span, "https://[a-z]{1,8}\\.example/\\PC{0,12}", version, path, any::<[bool; 3]>()).prop_map(
        |(text, span, url, version, path, [kept, edited, coded])| {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let span = span.map(|(a, b)| (*a.get(&places), *b.get(&places))).map(|(a, b)| (a.min(b), a.max(b)));
            let span = span.filter(|(start, end)| start < end);
            Said { text, span, url, version, path, kept, edited: edited && coded, coded }
        },
    )
}

proptest! {
    #[test]
    fn every_record_is_of_the_standard(
        decisions in prop::collection::vec(decision(), 0..6),
        [handles, urls, memo] in any::<[bool; 3]>(),
    ) {
        let all: Vec<Record> = decisions.iter().enumerate().flat_map(|(number, it)| records(number, it)).collect();
        let redaction = Redaction { handles, urls, memo };
        let written = file(&all, redaction);
        prop_assert_eq!(broken(&read(&written)), []);
        let again = jsonld::read(&written).unwrap();
        if redaction == Redaction::default() {
            prop_assert_eq!(&again, &all);
        }
        prop_assert_eq!(file(&again, Redaction::default()), written);
    }
}
