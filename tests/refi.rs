//! What is written for programs of qualitative analysis has the form that REFI-QDA says.
//!
//! The schemas themselves are in no package that could be asked for; `data/refi.toml` says what they say.

#![allow(clippy::unwrap_used, clippy::panic)]

use postil::codebook::{Codebook, builtin, format};
use postil::exchange::jsonl;
use postil::exchange::redaction::Redaction;
use postil::exchange::writer::Format;
use postil::service::protocol::Record;
use quick_xml::events::{BytesStart, Event};
use serde::Deserialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Element {
    children: Vec<String>,
    required: BTreeMap<String, String>,
    optional: BTreeMap<String, String>,
}

struct Node {
    name: String,
    attributes: BTreeMap<String, String>,
    children: Vec<Node>,
    text: bool,
}

fn node(tag: &BytesStart<'_>) -> Node {
    let utf8 = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let attributes = tag.attributes().map(|one| {
        let one = one.unwrap();
        (utf8(one.key.as_ref()), utf8(&one.value))
    });
    Node { name: utf8(tag.name().as_ref()), attributes: attributes.collect(), children: Vec::new(), text: false }
}

fn tree(xml: &str) -> Node {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut open = vec![Node { name: String::new(), attributes: BTreeMap::new(), children: Vec::new(), text: false }];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => open.push(node(&tag)),
            Event::Empty(tag) => open.last_mut().unwrap().children.push(node(&tag)),
            Event::End(_) => {
                let closed = open.pop().unwrap();
                open.last_mut().unwrap().children.push(closed);
            }
            Event::Text(_) => open.last_mut().unwrap().text = true,
            Event::Eof => return open.pop().unwrap().children.remove(0),
            _ => {}
        }
    }
}

fn is_of(kind: &str, value: &str) -> bool {
    let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match kind {
        "string" => true,
        "boolean" => ["true", "false", "1", "0"].contains(&value),
        "integer" => value.parse::<i64>().is_ok(),
        "colour" => value.strip_prefix('#').is_some_and(|rest| [3, 6].contains(&rest.len()) && hex(rest)),
        "guid" => {
            let parts: Vec<&str> = value.split('-').collect();
            parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.into_iter().all(hex)
        }
        "time" => value.len() >= 20 && value.as_bytes()[10] == b'T' && value.ends_with('Z'),
        other => panic!("{other} is no type"),
    }
}

/// What an element and those in it have otherwise than the table says.
fn faults(node: &Node, table: &BTreeMap<String, Element>) -> Vec<String> {
    let name = &node.name;
    let Some(element) = table.get(name) else { return vec![format!("{name} is no element")] };
    let mut told = Vec::new();
    for (attribute, value) in node.attributes.iter().filter(|(attribute, _)| *attribute != "xmlns") {
        match element.required.get(attribute).or_else(|| element.optional.get(attribute)) {
            Some(kind) if is_of(kind, value) => {}
            known => told.push(format!("{name} {attribute}={value:?} is not {known:?}")),
        }
    }
    let missing = element.required.keys().filter(|attribute| !node.attributes.contains_key(*attribute));
    told.extend(missing.map(|attribute| format!("{name} has no {attribute}")));
    let mut rest = node.children.iter().peekable();
    for child in element.children.iter().filter(|child| *child != "text") {
        let (wanted, often) = child.split_at(child.find(['?', '*', '+']).unwrap_or(child.len()));
        let mut found = 0;
        while rest.next_if(|node| node.name == wanted).is_some() {
            found += 1;
        }
        let fits = match often {
            "?" => found <= 1,
            "*" => true,
            "+" => found >= 1,
            _ => found == 1,
        };
        if !fits {
            told.push(format!("{name} has {found} of {child}"));
        }
    }
    told.extend(rest.next().map(|node| format!("{} stands out of its order in {name}", node.name)));
    if node.text && !element.children.iter().any(|child| child == "text") {
        told.push(format!("{name} holds text"));
    }
    told.extend(node.children.iter().flat_map(|node| faults(node, table)));
    told
}

fn records() -> Vec<Record> {
    let text = "one <two> & \u{1} three";
    let selector = [(None, 1), (Some((0, 3)), 2), (Some((4, 9)), 3)];
    let record = |(span, number): (Option<(usize, usize)>, u32)| {
        let quote = span.map(|(start, end)| {
            json!([
                {"type": "TextQuoteSelector", "exact": text[start..end], "prefix": "", "suffix": ""},
                {"type": "TextPositionSelector", "start": start, "end": end},
            ])
        });
        let at = format!("2026-01-02T03:04:0{number}.5Z");
        let none = number == 1;
        let log = json!({
            "id": format!("00000000-0000-4000-8000-00000000000{number}"), "at": at, "coder": "=anna \"<",
            "action": if none { "noneApplies" } else { "assigned" }, "page": {"url": "https://example.org/", "title": ""},
            "codebook": {"id": "militant-jihad", "version": "1", "hash": ""}, "model": {"id": "", "hash": ""},
            "code": if none { None } else { Some("a \"code\"") }, "tier": 2, "memo": "why", "selector": quote.unwrap_or(json!([])),
            "unit": {
                "type": "TimeState", "sourceDate": at, "postil:projection": "", "postil:unit": "post", "postil:title": "",
                "postil:sha256": postil::annotation::record::sha256(text), "postil:text": text,
            },
            "suggestionVisible": false, "proposed": null, "annotation": null,
        });
        let line = json!({"log": log, "annotation": null}).to_string();
        jsonl::read(line.as_bytes()).next().unwrap().unwrap()
    };
    selector.into_iter().map(record).collect()
}

fn written(format: Format, records: &[Record], codebooks: &[Codebook]) -> Vec<u8> {
    let mut writer = format.writer(Redaction::default(), codebooks);
    let mut bytes = writer.begin().unwrap();
    bytes.extend(writer.push(records).unwrap());
    bytes.extend(writer.finish().unwrap());
    bytes
}

fn names(node: &Node, into: &mut BTreeSet<String>) {
    into.insert(node.name.clone());
    node.children.iter().for_each(|node| names(node, into));
}

#[test]
fn files_have_the_elements_and_attributes_of_the_standard_in_their_order() {
    let table: BTreeMap<String, Element> = toml::from_str(include_str!("data/refi.toml")).unwrap();
    let shipped = format::parse(builtin::SOURCES[0].1).unwrap().codebook;
    let mut seen = BTreeSet::new();
    for codebooks in [vec![], vec![shipped]] {
        let codes = String::from_utf8(written(Format::Qdc, &records(), &codebooks)).unwrap();
        let mut zip = zip::ZipArchive::new(Cursor::new(written(Format::Qdpx, &records(), &codebooks))).unwrap();
        let mut project = String::new();
        zip.by_name("project.qde").unwrap().read_to_string(&mut project).unwrap();
        for (xml, space) in [(codes, "urn:QDA-XML:codebook:1.0"), (project, "urn:QDA-XML:project:1.0")] {
            let root = tree(&xml);
            assert_eq!(root.attributes["xmlns"], space);
            assert_eq!(faults(&root, &table), [""; 0]);
            names(&root, &mut seen);
        }
    }
    assert_eq!(
        seen.iter().collect::<Vec<_>>(),
        table.keys().collect::<Vec<_>>(),
        "every element is written, and listed"
    );
}

#[test]
fn a_file_of_another_form_is_told() {
    let table: BTreeMap<String, Element> = toml::from_str(include_str!("data/refi.toml")).unwrap();
    let guid = "00000000-0000-4000-8000-000000000001";
    for (xml, says) in [
        ("<CodeBook><Codes/></CodeBook>".to_owned(), "Codes has 0 of Code+"),
        (format!("<Code guid='{guid}' name='a'/>"), "Code has no isCodable"),
        (format!("<Code guid='{guid}' name='a' isCodable='yes'/>"), "isCodable"),
        (format!("<Code guid='{guid}' name='a' isCodable='true' color='red'/>"), "color"),
        ("<Code guid='1' name='a' isCodable='true'/>".to_owned(), "guid"),
        (
            format!(
                "<TextSource guid='{guid}'><Coding guid='{guid}'><CodeRef targetGUID='{guid}'/></Coding><Description/></TextSource>"
            ),
            "out of its order",
        ),
        (format!("<Coding guid='{guid}'/>"), "Coding has 0 of CodeRef"),
        ("<Users>anna</Users>".to_owned(), "holds text"),
        ("<Memo/>".to_owned(), "no element"),
    ] {
        let found = faults(&tree(&xml), &table);
        assert!(found.iter().any(|fault| fault.contains(says)), "{xml}: {found:?}");
    }
}
