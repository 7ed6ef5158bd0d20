//! A thousand stored decisions looked for again in a megabyte of text on none of whose units they are found.
//!
//! Shape: the requests of the side panel, through the service's face: some of the units with some of the decisions until all
//! of them were looked for, then the next units. Beside the time of all requests stands that of the longest one, which is how
//! long the background hears nobody else.

use criterion::{Criterion, criterion_group, criterion_main};
use postil::codebook::CompiledSet;
use postil::engine::Engine;
use postil::service::protocol::{Action, CodebookRef, Decision, Page, Request, Response, UnitKind};
use postil::service::store::Memory;
use postil::service::unfound::{MAX_SOUGHT, SLICE};
use postil::service::{MAX_UNITS, Service};
use postil_benches::{Random, codebook, prose};
use std::time::{Duration, Instant};

const DECISIONS: usize = 1_000;
const UNITS: usize = 2_000;
const BYTES: usize = 1 << 20;
const URL: &str = "https://example.org/feed";

/// A unit as it was and is, with what was decided about it.
struct Kept {
    was: String,
    /// Bytes of the words that were decided about; absent: all of it.
    span: Option<[usize; 2]>,
}

fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

fn drawn<'w>(words: &[&'w str], number: usize, random: &mut Random) -> Vec<&'w str> {
    (0..number).map(|_| words[random.below(words.len())]).collect()
}

/// What was decided, and the page now: a quarter moved among other words, a quarter changed, a quarter changed and standing
/// twice, a quarter gone. Every eighth decision is about a whole unit.
fn page(random: &mut Random) -> (Vec<Kept>, Vec<String>) {
    let source = prose(&codebook(), 1 << 16);
    let words: Vec<&str> = source.split_whitespace().collect();
    let bytes: usize = words.iter().map(|word| word.len() + 1).sum();
    let length = BYTES / UNITS * words.len() / bytes;
    let (mut kept, mut units) = (Vec::new(), Vec::new());
    for number in 0..DECISIONS {
        let was = drawn(&words, length, random);
        let (first, count) = (1 + random.below(length / 2), 2 + random.below(length / 3));
        let mut now = was.clone();
        let mut other = drawn(&words, length, random);
        match number % 4 {
            0 => (now[first - 1], now[first + count]) = ("meanwhile", "otherwise"),
            1 => now[first + count / 2] = "otherwise",
            2 => {
                now[first + count / 2] = "otherwise";
                other.clone_from(&now);
            }
            _ => now = drawn(&words, length, random),
        }
        let start = was[..first].iter().map(|word| word.len() + 1).sum::<usize>();
        let end = start + was[first..first + count].join(" ").len();
        kept.push(Kept { was: was.join(" "), span: (number % 8 < 7).then_some([start, end]) });
        units.extend([now.join(" "), other.join(" ")]);
    }
    (kept, units)
}

fn handled(service: &Service<Memory>, request: Request) -> Response {
    pollster::block_on(service.handle(request)).response
}

/// A service that holds the decisions.
fn service(kept: &[Kept]) -> Service<Memory> {
    let set = CompiledSet::compile(vec![codebook()]).unwrap_or_else(|error| {
        eprintln!("{error}");
        std::process::exit(1)
    });
    let service = Service::new(Engine::new(set), Memory::default());
    for (number, Kept { was, span }) in kept.iter().enumerate() {
        let utf16 = |byte: usize| was[..byte].encode_utf16().count() as u32;
        let decision = Decision {
            image: None,
            confidence: None,
            hidden: false,
            relation: None,
            id: id(number),
            at: format!("2026-11-22T10:{:02}:{:02}.000Z", number / 60, number % 60),
            page: Page { url: URL.into(), title: String::new() },
            text: was.clone(),
            kind: UnitKind::Post,
            author: None,
            path: None,
            action: Action::Assigned,
            codebook: CodebookRef { id: "militant-jihad".into(), version: "1".into(), hash: "00".into() },
            code: Some("reporting-and-research".into()),
            stance: None,
            tier: None,
            memo: None,
            span: span.map(|span| span.map(utf16)),
            revises: None,
            proposed: None,
        };
        let stored = handled(&service, Request::Decide { decision: decision.into() });
        assert!(matches!(stored, Response::Stored { .. }), "{stored:?}");
    }
    service
}

/// The units in slices, as the side panel cuts them.
fn slices(units: &[String]) -> Vec<Vec<String>> {
    let (mut slices, mut slice, mut bytes) = (Vec::new(), Vec::new(), 0);
    for unit in units {
        bytes += unit.len();
        if !slice.is_empty() && (bytes > SLICE || slice.len() == MAX_UNITS) {
            slices.push(std::mem::take(&mut slice));
            bytes = unit.len();
        }
        slice.push(unit.clone());
    }
    slices.push(slice);
    slices
}

/// What a run of requests came to.
#[derive(Debug, Default)]
struct Run {
    requests: usize,
    passages: usize,
    all: Duration,
    longest: Duration,
}

impl Run {
    /// Asks once, and says of how many decisions the answer holds something.
    fn ask(&mut self, service: &Service<Memory>, units: &[String], sought: &[String]) -> usize {
        let request = Request::Unfound { url: URL.into(), decisions: sought.to_vec(), units: units.to_vec() };
        let begun = Instant::now();
        let response = handled(service, request);
        let took = begun.elapsed();
        let Response::Unfound { passages } = response else { panic!("{response:?}") };
        self.requests += 1;
        self.all += took;
        self.longest = self.longest.max(took);
        self.passages += passages.iter().map(Vec::len).sum::<usize>();
        passages.len()
    }
}

/// Looks for all decisions in all units, one slice of units after the other.
fn units_first(service: &Service<Memory>, slices: &[Vec<String>]) -> Run {
    let (mut run, sought) = (Run::default(), (0..DECISIONS).map(id).collect::<Vec<_>>());
    for units in slices {
        let mut done = 0;
        while done < sought.len() {
            done += run.ask(service, units, &sought[done..(done + MAX_SOUGHT).min(sought.len())]);
        }
    }
    run
}

fn unfound(criterion: &mut Criterion) {
    let (kept, units) = page(&mut Random::default());
    let service = service(&kept);
    let mut group = criterion.benchmark_group("1,000 decisions found on no unit of 1 MB");
    group.sample_size(10);
    for (name, slices) in [("2,000 units", slices(&units)), ("one unit", vec![vec![units.join("\n")]])] {
        let once = units_first(&service, &slices);
        eprintln!("{name}: {once:?}");
        type Measure = (&'static str, fn(Run) -> Duration);
        let measures: [Measure; 2] = [("all requests", |run| run.all), ("the longest request", |run| run.longest)];
        for (what, of) in measures {
            group.bench_function(format!("{name}, {what}"), |b| {
                b.iter_custom(|times| (0..times).map(|_| of(units_first(&service, &slices))).sum());
            });
        }
    }
    group.finish();
}

criterion_group!(benches, unfound);
criterion_main!(benches);
