//! Files of other tools become records: what is carried is right, what is not is told, and nothing hostile breaks in.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/cases.rs"]
mod cases;

use postil::annotation::record::sha256;
use postil::annotation::selector::Selector;
use postil::codebook::{Codebook, Compiled, format};
use postil::exchange::import::{Count, Report, Source, Terms, import};
use postil::exchange::redaction::Redaction;
use postil::exchange::writer::{Failed, Format};
use postil::exchange::{jsonl, merge};
use postil::service::protocol::{CodebookRef, Record};
use proptest::prelude::*;
use serde::Deserialize;
use std::process::Command;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    from: String,
    coder: Option<String>,
    #[serde(default)]
    map: Vec<(String, String)>,
    offsets: Option<String>,
    file: String,
    #[serde(default)]
    records: Vec<String>,
    #[serde(default)]
    remarks: Vec<String>,
    /// When the first was said.
    at: Option<String>,
    error: Option<String>,
}

fn cases() -> Vec<Case> {
    cases::read(include_str!("data/import.toml"))
}

fn reference() -> CodebookRef {
    Compiled::new(kitchen()).unwrap().reference
}

fn kitchen() -> Codebook {
    format::parse(include_str!("fixtures/kitchen.toml")).unwrap().codebook
}

fn imported(case: &Case, file: &str) -> Result<(Vec<Record>, Report), Failed> {
    let source = Source::ALL.into_iter().find(|source| source.name() == case.from).unwrap();
    let count = if case.offsets.as_deref() == Some("graphemes") { Count::Graphemes } else { Count::Utf16 };
    import(source, file, Some(&Terms::new(&kitchen(), reference(), &case.map, case.coder.clone(), count)?))
}

fn exported(format: Format, records: &[Record]) -> String {
    let mut writer = format.writer(Redaction::default(), &[]);
    let mut bytes = writer.begin().unwrap();
    bytes.extend(writer.push(records).unwrap());
    bytes.extend(writer.finish().unwrap());
    String::from_utf8(bytes).unwrap()
}

/// Whether a record says what its unit says.
fn holds_together(record: &Record) -> bool {
    let (log, text) = (&record.log, record.log.unit.text.as_deref().unwrap());
    let span = log.selector.iter().find_map(Selector::position);
    let quote = log.selector.iter().find_map(Selector::quote);
    let words =
        span.map(|it| text.chars().skip(it.start as usize).take((it.end - it.start) as usize).collect::<String>());
    let annotation = record.annotation.as_ref().unwrap();
    words == quote.map(|quote| quote.exact.clone())
        && log.unit.sha256 == sha256(text)
        && annotation.id == format!("urn:uuid:{}", log.id)
        && annotation.body.code == *log.code.as_ref().unwrap()
}

fn said(record: &Record) -> String {
    let log = &record.log;
    let start = format!("{} {}", log.coder, log.code.as_ref().unwrap());
    let position = log.selector.iter().find_map(Selector::position);
    let quote = log.selector.iter().find_map(Selector::quote);
    position.zip(quote).map_or(start.clone(), |(at, it)| format!("{start} @{}-{} {}", at.start, at.end, it.exact))
}

#[test]
fn case_by_case() {
    for case in cases() {
        let (records, report) = match (imported(&case, &case.file), &case.error) {
            (Ok(done), None) => done,
            (Err(error), Some(says)) => {
                assert!(error.to_string().contains(says.as_str()), "{}: {error}", case.name);
                continue;
            }
            (done, _) => panic!("{}: {done:?}", case.name),
        };
        assert_eq!(Source::of(&case.file).map(Source::name), Some(case.from.as_str()), "{}", case.name);
        assert_eq!(records.iter().map(said).collect::<Vec<_>>(), case.records, "{}", case.name);
        assert!(records.iter().all(holds_together), "{}", case.name);
        let at = records.first().map(|record| record.log.at.clone());
        assert!(case.at.is_none() || at == case.at, "{}: {at:?}", case.name);
        assert_eq!(report.remarks.len(), case.remarks.len(), "{}: {:?}", case.name, report.remarks);
        for (remark, wanted) in report.remarks.iter().zip(&case.remarks) {
            let said = format!("{} {} {}", if remark.lost { "lost" } else { "doubt" }, remark.count, remark.reason);
            assert!(said.starts_with(wanted.as_str()), "{}: {said}", case.name);
            assert!(!remark.mend.is_empty() && (1..=5).contains(&remark.places.len()), "{}", case.name);
        }
        assert_eq!(imported(&case, &case.file).unwrap().0, records, "{}: the same again", case.name);
        // Every id is another one, and every decision stands.
        let mut merge = merge::Merge::default();
        for line in jsonl::lines(exported(Format::JsonLines, &records).as_bytes(), jsonl::RECORD) {
            merge.push(0, line.unwrap()).unwrap();
        }
        let (lines, told) = merge.finish().unwrap();
        assert_eq!((lines.len(), told.conflicts.len(), told.astray.len()), (records.len(), 0, 0), "{}", case.name);
        assert!(lines.iter().all(|line| line.annotation.is_some()), "{}", case.name);
    }
}

#[test]
fn own_files_come_back_byte_for_byte() {
    let cases = cases();
    let good = cases.iter().filter(|case| case.error.is_none());
    let mut records: Vec<Record> = good.flat_map(|case| imported(case, &case.file).unwrap().0).collect();
    let mut bare = records[0].clone();
    (bare.log.id, bare.annotation) = ("00000000-0000-4000-8000-000000000001".into(), None);
    records.insert(1, bare.clone());
    bare.log.id = "00000000-0000-4000-8000-000000000002".into();
    records.push(bare);
    for (source, format) in [(Source::JsonLines, Format::JsonLines), (Source::JsonLd, Format::JsonLd)] {
        let file = exported(format, &records);
        let (read, report) = import(source, &file, None).unwrap();
        assert_eq!((exported(format, &read), report.remarks), (file.clone(), vec![]), "{}", format.name());
        assert_eq!(report.records, records.len());
        assert!(import(source, &file[..file.len() - 9], None).is_err(), "half a file is none");
    }
    let twice = exported(Format::JsonLines, &records).repeat(2);
    assert!(import(Source::JsonLines, &twice, None).unwrap_err().to_string().contains("postil merge"));
    let foreign = r#"{"type":"AnnotationCollection","first":{"type":"AnnotationPage","items":[]}}"#;
    assert!(import(Source::JsonLd, foreign, None).unwrap_err().to_string().contains("with its log"));
}

proptest! {
    /// A file with characters exchanged, left out and put in gives records that hold together, or an error.
    #[test]
    fn hostile_files_break_nothing(
        which in 0..100usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..3u8, any::<char>()), 1..8),
        deep in prop::bool::weighted(0.05),
    ) {
        let cases = cases();
        let case = &cases[which % cases.len()];
        let mut file: Vec<char> = case.file.chars().collect();
        for (at, how, with) in changes {
            let at = at.index(file.len() + 1);
            let likely = ['9', '"', '[', '{', '-', 'e', ','];
            let with = if (with as u32).is_multiple_of(2) { likely[with as usize % likely.len()] } else { with };
            match how {
                0 if at < file.len() => file[at] = with,
                1 if at < file.len() => drop(file.remove(at)),
                _ => file.insert(at, with),
            }
        }
        let mut file: String = file.into_iter().collect();
        if deep {
            file = "[".repeat(100_000) + &file;
        }
        for source in Source::ALL {
            let terms = Terms::new(&kitchen(), reference(), &[], Some("ben".into()), Count::Utf16).unwrap();
            if let Ok((records, _)) = import(source, &file, Some(&terms)) {
                prop_assert!(source.is_own() || records.iter().all(holds_together));
            }
        }
        if let Ok((records, _)) = imported(case, &file) {
            prop_assert!(records.iter().all(holds_together));
        }
    }
}

#[test]
fn sizes_are_bounded() {
    let case = cases().remove(0);
    let file = |text: &str, labels: &[String]| format!("{{\"text\":\"{text}\",\"label\":[{}]}}", labels.join(","));
    let labels: Vec<String> = (0..11_000).map(|at| format!("[{},{},\"salt\"]", at, at + 1)).collect();
    let (records, report) = imported(&case, &file(&"s".repeat(11_000), &labels)).unwrap();
    assert_eq!(records.len(), 10_000);
    assert!(report.remarks[0].reason.contains("first 10000") && report.remarks[0].count == 1_000, "{report:?}");
    let large = "s".repeat(1 << 20);
    assert!(imported(&case, &file(&large, &labels[..300])).unwrap_err().to_string().contains("divide the file"));
    let (records, report) = imported(&case, &file(&(large + "s"), &labels[..1])).unwrap();
    assert_eq!((records.len(), report.remarks[0].count), (0, 1));
}

#[test]
fn the_command_writes_all_or_nothing_and_tells_what_is_left_out() {
    let folder = std::env::temp_dir().join(format!("postil-import-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (input, output, book) = (path("in.jsonl"), path("out.jsonl"), path("kitchen.toml"));
    std::fs::write(&book, include_str!("fixtures/kitchen.toml")).unwrap();
    std::fs::write(&input, "{\"text\":\"bread\",\"label\":[\"Bread\",\"tea\"]}\n").unwrap();
    let run = |more: &[&str]| {
        let fixed = ["import", &input, "--from", "doccano", "--coder", "ben", "--codebook", &book];
        let done = Command::new(env!("CARGO_BIN_EXE_postil")).args(fixed).args(more).output().unwrap();
        (done.status.code().unwrap(), String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap())
    };
    let (code, shown, _) = run(&["--preview", "--output", &output]);
    let report: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!((code, &report["records"], &report["remarks"][0]["lost"]), (1, &1.into(), &true.into()));
    assert!(!std::fs::exists(&output).unwrap(), "a preview writes nothing");
    let (code, _, told) = run(&["--output", &output]);
    assert!(code == 1 && told.contains("left out, 1×") && told.contains("`tea`") && told.contains("--map"), "{told}");
    let (code, lines, _) = run(&["--map", "tea=salt"]);
    assert_eq!((code, lines.lines().count()), (0, 2));
    let kept = std::fs::read_to_string(&output).unwrap();
    assert!(lines.starts_with(&kept));
    std::fs::write(&input, "{\"text\":\"bread\",\"label\":[\"Bread\"]}\nnothing\n").unwrap();
    let (code, _, told) = run(&["--output", &output]);
    assert!(code == 2 && told.contains("in.jsonl") && told.contains("line 2"), "{told}");
    assert_eq!(std::fs::read_to_string(&output).unwrap(), kept);
    std::fs::remove_dir_all(&folder).unwrap();
}
