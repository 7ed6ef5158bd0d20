//! Records in the formats of other tools: nothing is lost where nothing may be, and nothing breaks on hostile values.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/web_annotation.rs"]
mod web_annotation;

use postil::annotation::LogEntry;
use postil::codebook::Codebook;
use postil::codebook::model::Code;
use postil::exchange::preview::Preview;
use postil::exchange::redaction::{MASK, Redaction};
use postil::exchange::writer::Format;
use postil::exchange::{jsonl, jsonld};
use postil::service::protocol::Record;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

const NONE: Redaction = Redaction { handles: false, urls: false, memo: false };

/// Texts that break writers: a span of each is coded.
const HOSTILE: [&str; 10] = [
    "plain words of a unit",
    "=SUM(A1:A9) is no formula",
    "-1+1 and 'single' and \"double\" quotes; a, comma\r\nand a break",
    "@someone and mail me@example.org, see https://example.org/@someone?q=1",
    "أهلا وسهلا \u{202e}left\u{202c} and right",
    "👩‍👩‍👧 family 🏴‍☠️ flag e\u{301}",
    "nul \u{0} bell \u{7} escape \u{1b} end",
    "<b>&amp;</b> ]]> <!-- x --> # unit\tx",
    "tab\tand\u{2028}line\u{85}breaks\u{b}",
    "\u{fffe} not a character \u{10ffff}",
];

fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// A record of a coder's code on the second to the fourth code point of a text.
fn coded(number: usize, coder: &str, text: &str, code: &str) -> Record {
    let points: Vec<char> = text.chars().collect();
    let part = |range: std::ops::Range<usize>| points[range].iter().collect::<String>();
    let selector = json!([
        {"type": "TextQuoteSelector", "exact": part(1..4), "prefix": part(0..1), "suffix": part(4..points.len().min(36))},
        {"type": "TextPositionSelector", "start": 1, "end": 4},
    ]);
    let at = format!("2026-01-02T03:04:{:02}.{:03}Z", number / 1000 % 60, number % 1000);
    let state = json!({
        "type": "TimeState", "sourceDate": at, "postil:projection": "postil-unit-text-1",
        "postil:sha256": postil::annotation::record::sha256(text), "postil:text": text, "postil:unit": "post",
        "postil:author": "ab".repeat(32), "postil:title": "A \"title\" of @someone", "postil:foundVia": "hashtag",
    });
    let (codebook, url) = (json!({"id": "book", "version": "1", "hash": "00"}), "https://example.org/a?b=1&c");
    let log = json!({
        "id": id(number), "at": at, "coder": coder, "action": "assigned", "page": {"url": url, "title": "T"},
        "codebook": codebook, "model": {"id": "m", "hash": "00"}, "code": code, "stance": "opposes", "tier": 2,
        "memo": "a memo of @someone", "selector": selector, "unit": state, "suggestionVisible": true,
        "proposed": {"code": "x", "probability": 0.73, "stance": null, "tier": null, "support": 0.1},
        "annotation": format!("urn:uuid:{}", id(number)),
    });
    let annotation = json!({
        "@context": "http://www.w3.org/ns/anno.jsonld", "id": format!("urn:uuid:{}", id(number)), "type": "Annotation",
        "motivation": "classifying", "creator": {"type": "Person", "nickname": coder}, "created": at,
        "body": {"type": "SpecificResource", "purpose": "classifying",
            "source": format!("urn:postil:codebook:book:1#{code}"), "postil:code": code, "postil:codebook": codebook,
            "postil:stance": "opposes", "postil:tier": 2, "postil:memo": "a memo of @someone"},
        "target": {"source": url, "selector": selector, "state": state},
    });
    serde_json::from_value(json!({"log": log, "annotation": annotation})).unwrap()
}

/// The same unit with another action, on the whole unit and without an annotation.
fn said(record: &Record, number: usize, coder: &str, action: &str) -> Record {
    let mut value = serde_json::to_value(record).unwrap();
    value["annotation"] = Value::Null;
    let log = &mut value["log"];
    (log["id"], log["coder"], log["action"]) = (json!(id(number)), json!(coder), json!(action));
    (log["selector"], log["annotation"], log["proposed"]) = (json!([]), Value::Null, Value::Null);
    if action == "noneApplies" {
        log["code"] = Value::Null;
    }
    serde_json::from_value(value).unwrap()
}

/// Two coders over every hostile text; one of the units kept no text.
fn records() -> Vec<Record> {
    let mut records = Vec::new();
    for (number, text) in (1..).step_by(10).zip(HOSTILE) {
        let first = coded(number, "=anna", text, "one");
        let second = coded(number + 1, "ben", text, "two");
        let none = said(&first, number + 2, "carl", "noneApplies");
        let rejected = said(&first, number + 3, "dora", "rejected");
        records.extend([rejected, first, none, second]);
    }
    let mut bare = coded(900, "ben", "a text that is not kept", "two");
    bare.log.unit.text = None;
    records.push(bare);
    // Other versions of an entry without an annotation, and of one with.
    for record in &mut records[..2] {
        let version = |memo: &str| LogEntry { memo: Some(memo.into()), ..record.log.clone() };
        record.conflicts = vec![version("b memo of @someone"), version("c")];
    }
    records.push(said(&records[1], 999, "dora", "rejected"));
    records
}

fn export(format: Format, redaction: Redaction, records: &[Record], slice: usize) -> Vec<u8> {
    let mut writer = format.writer(redaction, &[]);
    let mut bytes = writer.begin().unwrap();
    for slice in records.chunks(slice) {
        bytes.extend(writer.push(slice).unwrap());
    }
    bytes.extend(writer.finish().unwrap());
    bytes
}

fn text(format: Format) -> String {
    String::from_utf8(export(format, NONE, &records(), 7)).unwrap()
}

fn rows(bytes: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(bytes.strip_prefix('\u{feff}').unwrap().as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

#[test]
fn lines_and_collections_are_read_and_written_again_byte_for_byte() {
    let lines = text(Format::JsonLines);
    let read: Vec<Record> = jsonl::read(lines.as_bytes()).map(Result::unwrap).collect();
    assert_eq!(read, records());
    assert_eq!(export(Format::JsonLines, NONE, &read, 3), lines.as_bytes());
    let collection = text(Format::JsonLd);
    let read = jsonld::read(&collection).unwrap();
    assert_eq!(read, records());
    assert_eq!(export(Format::JsonLd, NONE, &read, 3), collection.as_bytes());
}

#[test]
fn a_collection_is_what_the_standard_says() {
    for (handles, urls) in [(false, false), (true, false), (false, true)] {
        let file = export(Format::JsonLd, Redaction { handles, urls, memo: false }, &records(), 7);
        let found = web_annotation::collection(&serde_json::from_slice(&file).unwrap());
        assert!(found.contains_key("code-points") && found.values().all(Vec::is_empty), "{found:?}");
    }
}

#[test]
fn slices_do_not_show_and_order_of_standing_is_not_that_of_the_file() {
    let (all, mut turned) = (records(), records());
    turned.reverse();
    for format in Format::ALL {
        let whole = export(format, NONE, &all, 1000);
        assert_eq!(export(format, NONE, &all, 1), whole, "{}", format.name());
        if matches!(format, Format::Matrix | Format::Csv | Format::Conll | Format::Qdpx | Format::Qdc) {
            assert_eq!(export(format, NONE, &turned, 5), whole, "{}", format.name());
        }
    }
}

#[test]
fn what_is_no_record_is_told_by_its_line() {
    let good = String::from_utf8(export(Format::JsonLines, NONE, &records()[..1], 1)).unwrap();
    for (bad, says) in [("{}", "missing field `log`"), ("[", "EOF"), ("\"\u{0}\"", "control character")] {
        let file = format!("{good}\n\n{bad}\n{good}");
        let mut lines = jsonl::read(file.as_bytes());
        assert!(lines.next().unwrap().is_ok());
        let message = lines.next().unwrap().unwrap_err().to_string();
        assert!(message.starts_with("line 4: ") && message.contains(says), "{message}");
        assert!(lines.next().is_none());
    }
    let long = std::io::Cursor::new(vec![b' '; jsonl::MAX_LINE + 2]);
    assert!(jsonl::read(long).next().unwrap().unwrap_err().message.contains("longer than"));
    assert!(jsonl::read(&b"\xff\n"[..]).next().unwrap().unwrap_err().message.contains("byte 1 is not UTF-8"));
}

#[test]
fn a_row_says_what_was_decided_and_is_no_formula() {
    let rows = rows(&text(Format::Csv));
    let undone = |cell: &str| cell.strip_prefix('\'').unwrap_or(cell).to_owned();
    for row in &rows {
        assert!(row.values().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{row:?}");
        let (text, quote) = (undone(&row["text"]), undone(&row["quote"]));
        if let (Ok(start), Ok(end)) = (row["start"].parse::<usize>(), row["end"].parse::<usize>())
            && !text.is_empty()
        {
            assert_eq!(text.chars().skip(start).take(end - start).collect::<String>(), quote);
        }
    }
    let texts: Vec<String> = rows.iter().map(|row| undone(&row["text"])).collect();
    assert!(HOSTILE.iter().all(|hostile| texts.contains(&(*hostile).to_owned())));
    assert_eq!(rows.iter().filter(|row| row["action"] == "noneApplies").count(), HOSTILE.len());
    assert_eq!(
        rows.len(),
        4 * HOSTILE.len() + 1,
        "each coder's word on each unit, a rejection said twice standing once"
    );
}

#[test]
fn every_line_of_a_dataset_has_the_same_types() {
    for line in text(Format::Dataset).lines() {
        let row: serde_json::Map<String, Value> = serde_json::from_str(line).unwrap();
        for (name, value) in &row {
            let right = match name.as_str() {
                "start" | "end" | "tier" => value.is_i64(),
                "suggestion_visible" => value.is_boolean(),
                _ => value.is_string(),
            };
            assert!(right && postil::exchange::dataset::CARD.contains(&format!("- name: {name}\n")), "{name}: {value}");
        }
    }
}

#[test]
fn a_matrix_holds_each_coder_once() {
    let rows = rows(&text(Format::Matrix));
    assert_eq!(rows.len(), HOSTILE.len() + 1);
    for row in &rows {
        let cells = ["'=anna", "ben", "carl", "dora"].map(|coder| row[coder].as_str());
        assert!(cells == ["one", "two", "none applies", ""] || cells == ["", "two", "", ""], "{cells:?}");
    }
    assert_eq!(self::rows(&text(Format::Ratings)).len(), 3 * HOSTILE.len() + 1);
}

#[test]
fn tokens_stand_where_they_say() {
    let conll = text(Format::Conll);
    let units: Vec<&str> = conll.split("\n\n").filter(|unit| unit.starts_with("# unit")).collect();
    assert_eq!(units.len(), HOSTILE.len());
    for unit in units {
        let lines: Vec<Vec<&str>> =
            unit.lines().filter(|line| !line.starts_with("# ")).map(|line| line.split('\t').collect()).collect();
        let fits = |text: &&&str| {
            lines.iter().all(|line| {
                let (start, end) = (line[1].parse::<usize>().unwrap(), line[2].parse::<usize>().unwrap());
                text.chars().skip(start).take(end - start).collect::<String>() == line[0]
            })
        };
        assert!(HOSTILE.iter().any(|text| fits(&text)), "{unit}");
        assert!(lines.iter().all(|line| line.len() == 7), "{unit}");
        assert_eq!(lines.iter().filter(|line| line[3] == "B-book/one").count(), 1, "{unit}");
        assert!(unit.contains("# whole\tcarl\tbook/none applies\n"));
    }
    assert!(conll.ends_with("# without text\t1\n"));
}

#[test]
fn a_project_is_xml_and_its_positions_are_of_its_texts() {
    let bytes = export(Format::Qdpx, NONE, &records(), 9);
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    assert_eq!(zip.len(), HOSTILE.len() + 1);
    let mut xml = String::new();
    zip.by_name("project.qde").unwrap().read_to_string(&mut xml).unwrap();
    let mut reader = quick_xml::Reader::from_str(&xml);
    let mut elements: BTreeMap<String, usize> = BTreeMap::new();
    let mut texts = Vec::new();
    loop {
        use quick_xml::events::Event;
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                let name = String::from_utf8(tag.name().as_ref().to_vec()).unwrap();
                for attribute in tag.attributes() {
                    let attribute = attribute.unwrap();
                    if attribute.key.as_ref() == b"plainTextPath" {
                        let path = String::from_utf8(attribute.value.to_vec()).unwrap();
                        let mut text = String::new();
                        let path = path.replace("internal://", "Sources/");
                        zip.by_name(&path).unwrap().read_to_string(&mut text).unwrap();
                        texts.push(text);
                    }
                }
                *elements.entry(name).or_default() += 1;
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(xml.chars().all(|c| c >= ' ' || matches!(c, '\n' | '\r' | '\t')) && !xml.contains('\u{fffe}'));
    texts.sort_unstable();
    let mut hostile = HOSTILE.to_vec();
    hostile.sort_unstable();
    assert_eq!(texts, hostile);
    let n = HOSTILE.len();
    assert_eq!([elements["User"], elements["PlainTextSelection"], elements["Coding"]], [4, 2 * n, 3 * n]);
}

#[test]
fn codes_are_a_table_whose_tags_are_told_apart() {
    let codebook = |id: &str, codes: &[(&str, Option<&str>, &str)]| {
        let mut book = postil::codebook::format::parse(include_str!("fixtures/kitchen.toml")).unwrap().codebook;
        let first = book.codes[0].clone();
        (book.id, book.title) = (id.to_owned(), format!("Title of {id}"));
        book.codes = codes
            .iter()
            .map(|(id, parent, label)| Code {
                id: (*id).to_owned(),
                parent: parent.map(str::to_owned),
                label: (*label).to_owned(),
                definition: format!("What {id} is, \"quoted\"\nin two lines"),
                include: vec!["this".to_owned()],
                exclude: vec![],
                ..first.clone()
            })
            .collect();
        book
    };
    let long = "long ".repeat(50);
    let book = codebook(
        "book",
        &[
            ("one", None, "=Sum"),
            ("deep", Some("one"), "Deep, ä"),
            ("twin", Some("one"), "Deep, ä"),
            ("long", None, &long),
        ],
    );
    let table = |codebooks: &[Codebook]| {
        let mut writer = Format::CodebookCsv.writer(NONE, codebooks);
        writer.push(&records()).unwrap();
        rows(&String::from_utf8(writer.finish().unwrap()).unwrap())
    };
    let tags = |rows: &[BTreeMap<String, String>]| rows.iter().map(|row| row["tag"].clone()).collect::<Vec<_>>();
    let alone = table(std::slice::from_ref(&book));
    assert_eq!(tags(&alone), ["'=Sum", "'=Sum / Deep, ä", "book / twin", "book / long", "none applies", "two"]);
    assert_eq!(alone[1]["description"], "What deep is, \"quoted\"\nin two lines\nInclude: this");
    assert_eq!([&alone[1]["codebook"], &alone[1]["code"]], ["book", "deep"]);
    let both = tags(&table(&[book, codebook("other", &[("one", None, "One")])]));
    assert_eq!(both[..2], ["Title of book / =Sum", "Title of book / =Sum / Deep, ä"]);
    assert_eq!(both.last().unwrap(), "Title of other / One");
    assert_eq!(tags(&table(&[])), ["none applies", "one", "two"]);
    assert!(Format::CodebookCsv.writer(NONE, &[]).finish().is_err(), "a table of nothing is no codebook");
}

#[test]
fn what_is_taken_out_is_nowhere_and_offsets_hold() {
    let all = records();
    let drop = Redaction { handles: true, urls: true, memo: true };
    for format in Format::ALL.into_iter().filter(|format| *format != Format::Qdpx) {
        let out = String::from_utf8(export(format, drop, &all, 5)).unwrap();
        for gone in ["someone", "me@", "example.org", &"ab".repeat(32), "a memo"] {
            assert!(!out.contains(gone), "{}: {gone}", format.name());
        }
    }
    let lines = export(Format::JsonLines, drop, &all, 5);
    for record in jsonl::read(lines.as_slice()).map(Result::unwrap) {
        let Some(text) = &record.log.unit.text else { continue };
        assert!(record.log.unit.is_of(text) && record.log.unit.sha256 == postil::annotation::record::sha256(text));
        let place = record.log.selector.iter().find_map(|selector| selector.position());
        let quote = record.log.selector.iter().find_map(|selector| selector.quote());
        if let (Some(place), Some(quote)) = (place, quote) {
            let words: String =
                text.chars().skip(place.start as usize).take((place.end - place.start) as usize).collect();
            assert_eq!(words, quote.exact);
            assert!(text.contains(&[&*quote.prefix, &quote.exact, &quote.suffix].concat()), "{quote:?} in {text:?}");
        }
    }
    let line = export(Format::JsonLines, drop, &[coded(1, "ben", "word of @someone here", "two")], 1);
    let record = jsonl::read(line.as_slice()).next().unwrap().unwrap();
    let quote = record.log.selector.iter().find_map(|selector| selector.quote()).unwrap();
    assert_eq!([&*quote.prefix, &quote.exact, &quote.suffix], ["w", "ord", " of ████████ here"]);
    let mut bare = coded(1, "ben", "@someone and a text that is not kept @so", "two");
    bare.log.unit.text = None;
    let line = export(Format::JsonLines, drop, &[bare], 1);
    let record = jsonl::read(line.as_slice()).next().unwrap().unwrap();
    let quote = record.log.selector.iter().find_map(|selector| selector.quote()).unwrap();
    let mask = |length| MASK.to_string().repeat(length);
    assert_eq!([&quote.prefix, &quote.exact], [&mask(1), &mask(3)]);
    assert!(quote.suffix.starts_with(&format!("{} and", mask(4))), "{}", quote.suffix);
    assert_eq!(drop.masked("see @a_b now").unwrap(), format!("see {} now", MASK.to_string().repeat(4)));
    let memo = Redaction { memo: true, ..NONE };
    assert_eq!(memo.masked("see @a_b now"), None);
}

/// Two codes on each of two things of a kind: a part of an image, or an account.
fn on_things(kind: &str, selector: Value, image: [Option<String>; 2], text: [&str; 2]) -> Vec<Record> {
    let of = |number: usize| {
        let thing = number % 2;
        let mut value =
            serde_json::to_value(coded(number, ["ben", "anna"][number / 3], "as long as it has to be", "two")).unwrap();
        let hash = postil::annotation::record::sha256(text[thing]);
        let unit = json!({
            "type": "TimeState", "sourceDate": "2026-01-02T03:04:05Z", "postil:projection": "postil-unit-text-1",
            "postil:sha256": hash, "postil:text": text[thing], "postil:unit": kind, "postil:author": text[thing],
            "postil:image": image[thing], "postil:title": "",
        });
        let mut unit = unit;
        if kind != "account" {
            unit.as_object_mut().unwrap().remove("postil:author");
        }
        (value["log"]["unit"], value["log"]["selector"]) = (unit.clone(), selector.clone());
        (value["log"]["stance"], value["log"]["tier"]) = (Value::Null, Value::Null);
        (value["annotation"]["target"]["state"], value["annotation"]["target"]["selector"]) = (unit, selector.clone());
        serde_json::from_value(value).unwrap()
    };
    (1..=4).map(of).collect()
}

#[test]
fn accounts_and_images_are_told_apart_and_not_named() {
    let (one, other) = ("ab".repeat(32), "cd".repeat(32));
    let part = json!([{
        "type": "FragmentSelector", "conformsTo": "http://www.w3.org/TR/media-frags/", "value": "xywh=percent:0,12.5,50,1",
    }]);
    let accounts = on_things("account", json!([]), [None, None], [&one, &other]);
    let images = on_things("image", part, [Some(one.clone()), Some(other.clone())], ["", ""]);
    for (things, region) in [(accounts, ""), (images, "xywh=percent:0,12.5,50,1")] {
        let plain = rows(&String::from_utf8(export(Format::Csv, NONE, &things, 3)).unwrap());
        assert!(plain.iter().all(|row| row["region"] == region), "{plain:?}");
        let drop = Redaction { handles: true, urls: true, memo: true };
        for format in
            [Format::JsonLines, Format::JsonLd, Format::Csv, Format::Dataset, Format::Ratings, Format::Evidence]
        {
            let out = export(format, drop, &things, 3);
            let out = String::from_utf8_lossy(&out);
            assert!(!out.contains(&one) && !out.contains(&other), "{}: {out}", format.name());
        }
        let bare = rows(&String::from_utf8(export(Format::Csv, drop, &things, 3)).unwrap());
        let units = |rows: &[BTreeMap<String, String>]| {
            rows.iter().map(|row| row["unit"].clone()).collect::<std::collections::BTreeSet<_>>().len()
        };
        assert_eq!((plain.len(), units(&plain), units(&bare)), (4, 2, 2));
        let lines = export(Format::JsonLines, drop, &things, 3);
        let read: Vec<Record> = jsonl::read(lines.as_slice()).map(Result::unwrap).collect();
        let identities: std::collections::BTreeSet<_> = read.iter().map(|record| record.log.unit.identity()).collect();
        assert_eq!(identities.len(), 2);
    }
}

#[test]
fn a_preview_shows_what_still_identifies() {
    let fields = |format, redaction| {
        let mut preview = Preview::new(format, redaction);
        preview.push(&records());
        preview.finish().fields.into_iter().map(|field| field.field).collect::<Vec<_>>()
    };
    let all = fields(Format::JsonLines, NONE);
    assert!(["author", "address", "memo", "title"].iter().all(|it| all.iter().any(|field| field == it)), "{all:?}");
    assert_eq!(fields(Format::Matrix, NONE), ["coder"]);
    let dropped = fields(Format::Csv, Redaction { handles: true, urls: true, memo: true });
    let is = |it: &str| dropped.iter().any(|field| field == it);
    assert!(!is("author") && !is("memo") && is("text"), "{dropped:?}");
}

/// Of 100,000 records of one text each thousand, a stream holds nothing and a table each text once.
#[test]
fn what_is_held_is_bounded() {
    const RECORDS: usize = 100_000;
    let padding = "words ".repeat(20);
    for (format, most) in [
        (Format::JsonLines, 0),
        (Format::Evidence, 0),
        (Format::JsonLd, 8_000),
        (Format::Qdc, 0),
        (Format::Csv, RECORDS * 1_200 + 100 * padding.len() * 2),
    ] {
        let mut writer = format.writer(NONE, &[]);
        let mut template = coded(1, "ben", &padding, "two");
        for slice in 0..RECORDS / 500 {
            let records: Vec<Record> = (0..500)
                .map(|at| {
                    let number = slice * 500 + at;
                    template.log.id = id(number);
                    template.log.unit.text = Some(format!("{padding}{}", number / 1_000));
                    template.log.unit.sha256 = format!("{:064}", number / 1_000);
                    template.clone()
                })
                .collect();
            writer.push(&records).unwrap();
            assert!(writer.held() <= most, "{}: {}", format.name(), writer.held());
        }
        assert_eq!(writer.held() > 0, format == Format::Csv, "{}", format.name());
    }
}
