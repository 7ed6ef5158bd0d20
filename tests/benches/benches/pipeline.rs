//! Fold, match, whole pipeline, and the raw automaton beside them as the limit.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use postil::codebook::CompiledSet;
use postil::codebook::builtin;
use postil::engine::Engine;
use postil::matching::Matcher;
use postil::text::fold::Folded;
use postil::text::offsets::Unit;
use postil_benches::{codebook, grown, prose};
use std::hint::black_box;

fn compile(terms: usize) -> CompiledSet {
    CompiledSet::compile(vec![grown(codebook(), terms)]).unwrap_or_else(|error| {
        eprintln!("{error}");
        std::process::exit(1)
    })
}

fn pipeline(criterion: &mut Criterion) {
    let text = prose(&codebook(), 1 << 20);
    let units: Vec<&str> = text.split("\n\n").collect();
    let mut group = criterion.benchmark_group("pipeline");
    group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(20);

    group.bench_function("fold", |b| b.iter(|| Folded::new(black_box(&text)).text().len()));
    for terms in [2_000, 100_000] {
        let matcher = Matcher::new(compile(terms));
        let expected = matcher.find(&text, &Folded::new(&text), &[])[0].len();
        group.bench_function(format!("fold and match, {terms} terms added"), |b| {
            b.iter(|| assert_eq!(matcher.find(&text, &Folded::new(black_box(&text)), &[])[0].len(), expected));
        });
    }
    let engine = Engine::new(compile(0));
    group.bench_function("whole pipeline, unit by unit", |b| {
        b.iter(|| units.iter().map(|unit| engine.read(unit, Unit::Utf16).results[0].findings.len()).sum::<usize>());
    });
    group.finish();

    let bytes = builtin::set().ok().and_then(|set| set.to_bytes().ok()).unwrap_or_default();
    let mut start = criterion.benchmark_group("start");
    start.bench_function("load compiled codebooks", |b| b.iter(|| CompiledSet::from_bytes(black_box(&bytes)).is_ok()));
    start.finish();
}

criterion_group!(benches, pipeline);
criterion_main!(benches);
