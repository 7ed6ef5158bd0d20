//! A coder comes back to many labels: how long the first decisions take, and how soon readings rest on them.
//!
//! Shape: through the service's face, over a store in memory; each round is a background that has just started.

use postil::codebook::CompiledSet;
use postil::engine::Engine;
use postil::service::Service;
use postil::service::protocol::{Action, CodebookRef, Decision, Page, Request, Response, UnitKind};
use postil::service::store::{Memory, Store, StoreError};
use postil_benches::{Random, codebook, prose};
use serde_json::Value;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Labels at which it is measured.
const LABELS: [usize; 4] = [100, 500, 2_000, 4_990];
/// Words of a unit: a long post.
const WORDS: usize = 60;
/// Decisions a page.
const PAGE: usize = 100;

/// One store for several services, one after the other.
struct Shared(Rc<Memory>);

impl Store for Shared {
    async fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Value>>, StoreError> {
        self.0.get(keys).await
    }
    async fn set(&self, entries: BTreeMap<String, Value>) -> Result<(), StoreError> {
        self.0.set(entries).await
    }
    async fn remove(&self, keys: Vec<String>) -> Result<(), StoreError> {
        self.0.remove(keys).await
    }
    async fn keys(&self) -> Result<Vec<String>, StoreError> {
        self.0.keys().await
    }
}

fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

fn page(number: usize) -> Page {
    Page { url: format!("https://example.org/{}", number / PAGE), title: String::new() }
}

fn decision(number: usize, text: &str) -> Decision {
    let coded = !number.is_multiple_of(3);
    Decision {
        image: None,
        confidence: None,
        hidden: false,
        relation: None,
        id: id(number),
        at: "2026-11-22T10:00:00.000Z".into(),
        page: page(number),
        text: text.into(),
        kind: UnitKind::Post,
        author: None,
        path: None,
        action: if coded { Action::Assigned } else { Action::NoneApplies },
        codebook: CodebookRef { id: "militant-jihad".into(), version: "1".into(), hash: "00".into() },
        code: coded.then(|| ["reporting-and-research", "caliphate-advocacy"][number % 2].into()),
        stance: None,
        tier: None,
        memo: None,
        span: None,
        revises: None,
        proposed: None,
    }
}

fn timed(service: &Service<Shared>, request: Request) -> (Duration, Response) {
    let begun = Instant::now();
    let response = pollster::block_on(service.handle(request)).response;
    (begun.elapsed(), response)
}

fn decide(service: &Service<Shared>, decision: Decision) -> Duration {
    let (took, response) = timed(service, Request::Decide { decision: decision.into() });
    assert!(matches!(response, Response::Stored { .. }), "{response:?}");
    took
}

/// Reads a unit until it rests on all labels; how long each request took.
fn reads(service: &Service<Shared>, unit: &str, labels: usize) -> Vec<Duration> {
    let mut all = Vec::new();
    loop {
        let request = Request::Read { images: vec![], page: page(1_000_000), units: vec![unit.into()] };
        let (took, response) = timed(service, request);
        let Response::Readings { readings, .. } = response else { panic!("{response:?}") };
        all.push(took);
        if readings[0].results[0].labels == labels {
            return all;
        }
    }
}

fn main() {
    let set = CompiledSet::compile(vec![codebook()]).and_then(|set| set.to_bytes());
    let set = set.unwrap_or_else(|error| {
        eprintln!("{error}");
        std::process::exit(1)
    });
    let source = prose(&codebook(), 1 << 17);
    let words: Vec<&str> = source.split_whitespace().collect();
    let mut random = Random::default();
    let mut text = || (0..WORDS).map(|_| words[random.below(words.len())]).collect::<Vec<_>>().join(" ");
    let store = Rc::new(Memory::default());
    let start = || {
        let set = CompiledSet::from_bytes(&set).unwrap_or_else(|error| panic!("{error}"));
        Service::new(Engine::new(set), Shared(Rc::clone(&store)))
    };
    let (mut number, mut gone) = (0, 0);
    for labels in LABELS {
        let service = start();
        while number < labels {
            decide(&service, decision(number, &text()));
            number += 1;
        }
        drop(service);
        let labels = number - gone;
        reads(&start(), "bread", labels);
        let (service, [one, two]) = (start(), [text(), text()]);
        let read = reads(&service, &one, labels);
        let first = decide(&service, decision(number, &one));
        let after = reads(&service, &two, labels + 1);
        let second = decide(&service, decision(number + 1, &two));
        let next = reads(&service, &two, labels + 2);
        let back =
            Decision { action: Action::Withdrawn, code: None, revises: Some(id(number)), ..decision(number, "-") };
        let back = decide(&service, Decision { id: id(number + 2), ..back });
        let again = reads(&service, &two, labels + 1);
        println!(
            "{labels} labels: first read {read:?}, first decision {first:?}, learned by {} reads, the longest {:?}; \
             second decision {second:?}, next read {next:?}; one taken back {back:?}, unlearned by {} reads, the longest {:?}",
            after.len(),
            after.iter().max(),
            again.len(),
            again.iter().max(),
        );
        (number, gone) = (number + 3, gone + 2);
    }
}
