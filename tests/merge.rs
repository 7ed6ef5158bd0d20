//! Records of several coders become one set: the order and number of files change nothing, and nothing is lost.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/cases.rs"]
mod cases;

use postil::exchange::jsonl;
use postil::exchange::merge::{Merge, Report};
use postil::service::protocol::Record;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::Command;

fn id(number: u8) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// A decision as a case has it: `ID ACTION [CODE] [by CODER] [at SECOND] [of ID] [memo WORD] [says CODE]`; `says` gives it an
/// annotation with that code, and `edited SECOND` the time of its last edit.
fn entry(words: &str) -> Record {
    let mut words = words.split(' ');
    let number: u8 = words.next().unwrap().parse().unwrap();
    let action = words.next().unwrap();
    let (mut code, mut coder, mut at, mut revises, mut memo) =
        (Value::Null, "ben", format!("{number}Z"), Value::Null, Value::Null);
    let (mut says, mut edited) = (None, Value::Null);
    let time = |second: &str| {
        let zero = if second.as_bytes()[1].is_ascii_digit() { "" } else { "0" };
        format!("2026-01-02T03:04:{zero}{second}")
    };
    while let Some(word) = words.next() {
        let mut next = || words.next().unwrap();
        match word {
            "by" => coder = next(),
            "at" => at = next().to_owned(),
            "of" => revises = json!(id(next().parse().unwrap())),
            "memo" => memo = json!(next()),
            "says" => says = Some(next()),
            "edited" => edited = json!(time(next())),
            word => code = json!(word),
        }
    }
    let text = "a unit's words";
    let state = json!({
        "type": "TimeState", "sourceDate": time("0Z"), "postil:projection": "postil-unit-text-1",
        "postil:sha256": postil::annotation::record::sha256(text), "postil:text": text, "postil:unit": "post",
        "postil:author": null, "postil:title": "T",
    });
    let codebook = json!({"id": "book", "version": "1", "hash": "00"});
    let url = "https://example.org/a";
    let log = json!({
        "id": id(number), "at": time(&at), "coder": coder, "action": action, "page": {"url": url, "title": "T"},
        "codebook": codebook, "model": {"id": "m", "hash": "00"}, "code": code, "memo": memo, "revises": revises,
        "selector": [], "unit": state, "suggestionVisible": false, "proposed": null, "annotation": null,
    });
    let annotation = says.map(|code| {
        let mut annotation = json!({
            "@context": "http://www.w3.org/ns/anno.jsonld", "id": format!("urn:uuid:{}", id(number)),
            "type": "Annotation", "motivation": "classifying", "creator": {"type": "Person", "nickname": coder},
            "created": time(&at),
            "body": {"type": "SpecificResource", "purpose": "classifying",
                "source": format!("urn:postil:codebook:book:1#{code}"), "postil:code": code,
                "postil:codebook": codebook, "postil:stance": null, "postil:tier": null, "postil:memo": memo},
            "target": {"source": url, "selector": [], "state": state},
        });
        if !edited.is_null() {
            annotation["modified"] = edited;
        }
        annotation
    });
    serde_json::from_value(json!({"log": log, "annotation": annotation})).unwrap()
}

fn merged(files: &[Vec<Record>]) -> (Vec<Record>, Report) {
    let mut merge = Merge::default();
    for (index, file) in files.iter().enumerate() {
        file.iter().for_each(|line| merge.push(index, line.clone()).unwrap());
    }
    merge.finish().unwrap()
}

/// Lines as they are written and read again.
fn union(files: &[Vec<Record>]) -> Vec<Record> {
    let written: String = merged(files).0.iter().map(|line| serde_json::to_string(line).unwrap() + "\n").collect();
    jsonl::read(written.as_bytes()).map(Result::unwrap).collect()
}

fn entries(files: &[Vec<Record>]) -> BTreeSet<String> {
    let lines = files.iter().flatten();
    lines.flat_map(|it| it.conflicts.iter().chain([&it.log])).map(|it| serde_json::to_string(it).unwrap()).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    files: Vec<Vec<String>>,
    stands: Vec<String>,
    #[serde(default)]
    conflicts: Vec<String>,
    #[serde(default)]
    astray: Vec<String>,
    /// Coders, shared units, units coded differently.
    counts: [usize; 3],
}

#[test]
fn case_by_case() {
    let cases: Vec<Case> = cases::read(include_str!("data/merge.toml"));
    let number = |id: &str| id.rsplit('0').next().map_or_else(String::new, str::to_owned);
    for case in cases {
        let files: Vec<Vec<Record>> =
            case.files.iter().map(|file| file.iter().map(|line| entry(line)).collect()).collect();
        let (lines, report) = merged(&files);
        let stands: Vec<String> = lines
            .iter()
            .filter_map(|line| {
                let annotation = line.annotation.as_ref()?;
                Some(format!("{} {}", number(&line.log.id), annotation.body.code))
            })
            .collect();
        assert_eq!(stands, case.stands, "{}", case.name);
        let conflicts: Vec<String> = report
            .conflicts
            .iter()
            .map(|it| format!("{} {}", number(&it.id), it.fields.iter().cloned().collect::<Vec<_>>().join(" ")))
            .collect();
        assert_eq!(conflicts, case.conflicts, "{}", case.name);
        let astray: Vec<String> = report.astray.iter().map(|it| format!("{} in {}", number(&it.id), it.file)).collect();
        assert_eq!(astray, case.astray, "{}", case.name);
        assert_eq!([report.coders, report.shared, report.disagreed], case.counts, "{}", case.name);
    }
}

fn any_line() -> impl Strategy<Value = Record> {
    let action = prop_oneof![
        Just("assigned x"),
        Just("assigned y"),
        Just("accepted x"),
        Just("rejected x"),
        Just("noneApplies"),
        Just("edited y"),
        Just("withdrawn"),
    ];
    let time = prop_oneof![Just("7Z"), Just("7.5Z"), Just("7.50Z"), Just("07Z"), Just("8Z")];
    (1..9u8, action, time, 1..9u8, prop::bool::ANY, prop::bool::weighted(0.2)).prop_map(
        |(number, action, at, of, annotated, noted)| {
            let of = match action.split(' ').next() {
                Some("edited" | "withdrawn") => format!(" of {of}"),
                _ => String::new(),
            };
            let says = if annotated { " says x" } else { "" };
            let memo = if noted { " memo why" } else { "" };
            let coder = if number % 2 == 0 { "ben" } else { "anna" };
            entry(&format!("{number} {action} by {coder} at {at}{of}{memo}{says}"))
        },
    )
}

proptest! {
    #[test]
    fn a_union_is_one_whatever_the_order_and_loses_nothing(
        files in prop::collection::vec(prop::collection::vec(any_line(), 0..6), 3),
    ) {
        let [a, b, c] = [&files[0], &files[1], &files[2]].map(Clone::clone);
        let all = union(&files);
        prop_assert_eq!(&union(&[c.clone(), a.clone(), b.clone()]), &all, "in another order");
        prop_assert_eq!(&union(&[union(&[a.clone(), b.clone()]), c.clone()]), &all, "the first two first");
        prop_assert_eq!(&union(&[a.clone(), union(&[b.clone(), c.clone()])]), &all, "the last two first");
        prop_assert_eq!(&union(&[all.clone(), all.clone(), a.clone()]), &all, "again");
        prop_assert_eq!(entries(std::slice::from_ref(&all)), entries(&files), "every version of every entry");
        let (_, again) = merged(std::slice::from_ref(&all));
        let (_, first) = merged(&files);
        let told = |report: &Report| report.conflicts.iter().map(|it| (it.id.clone(), it.fields.clone())).collect::<Vec<_>>();
        prop_assert_eq!(told(&again), told(&first), "conflicts survive");
        prop_assert!(again.astray.is_empty(), "what was merged follows from its log");
    }
}

#[test]
fn the_command_writes_all_or_nothing_and_tells_what_differs() {
    let folder = std::env::temp_dir().join(format!("postil-merge-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, lines: &[&str]| {
        let path = folder.join(name);
        let text: String = lines.iter().map(|it| serde_json::to_string(&entry(it)).unwrap() + "\n").collect();
        std::fs::write(&path, text).unwrap();
        path
    };
    let first = write("a.jsonl", &["1 assigned x says x", "2 assigned y by anna says y"]);
    let second = write("b.jsonl", &["1 assigned x memo why says x"]);
    let out = folder.join("out.jsonl");
    let run = |arguments: &[&str]| Command::new(env!("CARGO_BIN_EXE_postil")).args(arguments).output().unwrap();
    let [first, second, output] = [&first, &second, &out].map(|path| path.to_str().unwrap());
    let done = run(&["merge", first, second, "--output", output]);
    let told = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.success() && told.contains("memo differ") && told.contains("1 conflicts"), "{told}");
    let kept = std::fs::read_to_string(&out).unwrap();
    assert_eq!(String::from_utf8(run(&["merge", output, first]).stdout).unwrap(), kept);
    let same = run(&["export", "--input", output, "--to", "jsonl"]);
    assert_eq!(
        (same.stdout, same.stderr),
        (kept.clone().into_bytes(), Vec::new()),
        "every version goes with its record"
    );
    let exported = run(&["export", "--input", output, "--to", "csv"]);
    assert!(String::from_utf8(exported.stderr).unwrap().contains("1 other versions"));

    std::fs::write(folder.join("b.jsonl"), "no record\n").unwrap();
    let failed = run(&["merge", first, second, "--output", output]);
    let told = String::from_utf8(failed.stderr).unwrap();
    assert!(!failed.status.success() && told.contains("b.jsonl") && told.contains("line 1"), "{told}");
    assert_eq!(std::fs::read_to_string(&out).unwrap(), kept);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 3, "no part of a file is left");
    std::fs::remove_dir_all(&folder).unwrap();
}
