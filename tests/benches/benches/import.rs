//! Many entries of one page brought in: how long all of it takes, and each slice.

use postil::annotation::LogEntry;
use postil::annotation::record::sha256;
use postil::codebook::CompiledSet;
use postil::engine::Engine;
use postil::service::Service;
use postil::service::protocol::{Json, Record, Request, Response};
use postil::service::store::Memory;
use postil_benches::codebook;
use serde_json::json;
use std::time::{Duration, Instant};

/// How many are brought in.
const ENTRIES: [usize; 3] = [2_000, 5_000, 20_000];
/// Records a slice.
const SLICE: usize = 200;

fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

fn record(number: usize) -> Record {
    let text = format!("a unit's words, and the number {number} with them");
    let seconds = number % 60;
    let at =
        format!("2026-01-{:02}T{:02}:{:02}:{seconds:02}Z", 1 + number / 86_400, number / 3_600 % 24, number / 60 % 60);
    let entry = json!({
        "id": id(number), "at": at, "coder": "ben", "action": "assigned",
        "page": {"url": "https://example.org/feed", "title": "T"},
        "codebook": {"id": "book", "version": "1", "hash": "00"}, "model": {"id": "m", "hash": "00"}, "code": "one",
        "stance": null, "tier": null, "memo": null, "revises": null, "selector": [], "suggestionVisible": false,
        "proposed": null, "annotation": format!("urn:uuid:{}", id(number)),
        "unit": {
            "type": "TimeState", "sourceDate": at, "postil:projection": "postil-unit-text-1",
            "postil:sha256": sha256(&text), "postil:text": text, "postil:unit": "post", "postil:author": null,
            "postil:title": "T",
        },
    });
    let log: LogEntry = serde_json::from_value(entry).unwrap_or_else(|error| panic!("{error}"));
    Record { log, annotation: None, conflicts: Vec::new() }
}

fn main() {
    for entries in ENTRIES {
        let set = CompiledSet::compile(vec![codebook()]).unwrap_or_else(|error| panic!("{error}"));
        let service = Service::new(Engine::new(set), Memory::default());
        let ask = |request| pollster::block_on(service.handle(request)).response;
        let all: Vec<Record> = (0..entries).map(record).collect();
        let begun = Instant::now();
        for (number, records) in (0..).zip(all.chunks(SLICE)) {
            let staged = ask(Request::Stage { import: id(90), number, records: Json::of(&records.to_vec()) });
            assert_eq!(staged, Response::Staged);
        }
        let staged = begun.elapsed();
        let (begun, slices) = (Instant::now(), entries.div_ceil(SLICE) as u32);
        let (mut longest, mut left) = (Duration::ZERO, slices);
        while left > 0 {
            let slice = Instant::now();
            let Response::Imported { left: rest, .. } = ask(Request::Import { import: id(90), slices }) else {
                panic!()
            };
            longest = longest.max(slice.elapsed());
            left = rest;
        }
        println!(
            "{entries} entries of one page: staged {staged:?}, brought in {:?}, longest request {longest:?}",
            begun.elapsed()
        );
    }
}
