//! Gamma: how far coders agree about where spans are and what they are called, both at once, by the best way to align them.
//!
//! After Y. Mathet, A. Widlöcher and J.-P. Métivier 2015, *The unified and holistic method gamma (γ) for inter-annotator agreement
//! measure and alignment*, with its α = β = 1 and Δ∅ = 1:
//!
//! * two spans differ by `((|Δstart| + |Δend|) / (sum of their lengths))²`, and by 1 more if they are called differently; a
//!   span and none by 1 (section 4.3);
//! * a unitary alignment takes a span or none of each coder, its disorder is the mean over its pairs; an alignment holds every
//!   span once, its disorder is the sum over its unitary alignments by the mean number of spans of a coder (4.2, 4.4);
//! * δ_best is the least disorder of an alignment, δ_random the mean of that over continua made by chance: for each coder, a
//!   coder drawn at random, moved by a random distance at least half a mean span from those drawn before, what leaves at the end
//!   coming in again at the beginning (5.2); `γ = 1 − δ_best / δ_random`.
//!
//! Invariants: the same continuum has the same gamma on every machine; random numbers begin at [`SEED`].

use super::Undefined;
use super::continuum::{Continuum, Span};
use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOutcome, Variable};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;

/// Where the random numbers begin.
pub const SEED: u64 = 2015;

/// Continua made by chance: at least, and at most.
const SAMPLES: [usize; 2] = [30, 1_000];

/// How far δ_random may be off, as a share of it, at 95 %.
const PRECISION: f64 = 0.02;

/// Most ways to put spans side by side that are worth a look.
const MAX_CANDIDATES: usize = 200_000;

/// Gamma, and what it is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Gamma {
    /// Gamma.
    pub value: f64,
    /// δ_best.
    pub disorder: f64,
    /// δ_random.
    pub expected: f64,
    /// The best alignment.
    pub alignment: Vec<Unitary>,
}

/// A unitary alignment: of each coder the place of a span among the coder's, or none.
pub type Unitary = Vec<Option<usize>>;

/// Gamma of what coders found in a continuum.
///
/// # Errors
/// If it has none; [`Undefined::Large`] if too many ways to align it are worth a look.
pub fn gamma(continuum: &Continuum) -> Result<Gamma, Undefined> {
    let coders = continuum.coders();
    if coders.iter().all(Vec::is_empty) {
        return Err(Undefined::Empty);
    }
    if coders.len() < 2 {
        return Err(Undefined::Unpaired);
    }
    let (disorder, alignment) = best(coders)?;
    let expected = expected(continuum)?;
    Ok(Gamma { value: 1.0 - disorder / expected, disorder, expected, alignment })
}

fn expected(continuum: &Continuum) -> Result<f64, Undefined> {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut disorders: Vec<f64> = Vec::new();
    let mut wanted = SAMPLES[0];
    while disorders.len() < wanted {
        let coders = drawn(continuum, &mut random);
        if coders.iter().any(|spans| !spans.is_empty()) {
            disorders.push(best(&coders)?.0);
        }
        if disorders.len() == SAMPLES[0] {
            let (mean, deviation) = spread(&disorders);
            let enough = (1.96 * deviation / mean / PRECISION).powi(2).ceil();
            wanted = SAMPLES[1].min(SAMPLES[0].max(enough as usize));
        }
    }
    Ok(spread(&disorders).0)
}

/// Mean and standard deviation.
fn spread(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt())
}

/// A continuum made by chance.
fn drawn(continuum: &Continuum, random: &mut ChaCha8Rng) -> Vec<Vec<Span>> {
    let (coders, length) = (continuum.coders(), continuum.length());
    let spans: Vec<&Span> = coders.iter().flatten().collect();
    let apart = spans.iter().map(|span| span.end - span.start).sum::<u64>() / spans.len() as u64 / 2;
    let mut moves: Vec<u64> = Vec::new();
    (coders.iter())
        .map(|_| {
            let spans = &coders[random.random_range(0..coders.len())];
            let by = moved(&moves, apart, length, random);
            moves.push(by);
            let place = |span: &Span| {
                let start = (span.start + by) % length;
                Span { start, end: start + (span.end - span.start), code: span.code }
            };
            spans.iter().map(place).collect()
        })
        .collect()
}

/// A distance to move by that is not near others, if there is one.
fn moved(others: &[u64], apart: u64, length: u64, random: &mut ChaCha8Rng) -> u64 {
    let mut taken: Vec<[u64; 2]> =
        others.iter().map(|other| [other.saturating_sub(apart), (other + apart).min(length)]).collect();
    taken.sort_unstable();
    let mut free: Vec<[u64; 2]> = Vec::new();
    let mut from = 0;
    for [start, end] in taken {
        if start > from {
            free.push([from, start]);
        }
        from = from.max(end);
    }
    if from < length {
        free.push([from, length]);
    }
    let room: u64 = free.iter().map(|[start, end]| end - start).sum();
    if room == 0 {
        return random.random_range(0..length);
    }
    let mut at = random.random_range(0..room);
    for [start, end] in free {
        if at < end - start {
            return start + at;
        }
        at -= end - start;
    }
    0
}

/// How far two spans differ, in parts of Δ∅.
fn difference(one: &Span, other: &Span) -> f64 {
    let apart = one.start.abs_diff(other.start) + one.end.abs_diff(other.end);
    let lengths = (one.end - one.start) + (other.end - other.start);
    (apart as f64 / lengths as f64).powi(2) + f64::from(u8::from(one.code != other.code))
}

/// A way to put spans of different coders side by side.
struct Candidate {
    /// Of each coder that has one in it, its number and the place of the span.
    spans: Vec<(usize, usize)>,
    disorder: f64,
}

/// The least disorder, and the alignment that has it.
fn best(coders: &[Vec<Span>]) -> Result<(f64, Vec<Unitary>), Undefined> {
    let mut total = 0.0;
    let mut alignment = Vec::new();
    for group in groups(coders, candidates(coders)?) {
        for candidate in cover(&group)? {
            total += candidate.disorder;
            let mut row = vec![None; coders.len()];
            for (coder, span) in &candidate.spans {
                row[*coder] = Some(*span);
            }
            alignment.push(row);
        }
    }
    let first = |row: &Unitary| {
        row.iter().zip(coders).filter_map(|(span, spans)| Some(spans[(*span)?].start)).min().unwrap_or_default()
    };
    alignment.sort_by_cached_key(|row| (first(row), row.clone()));
    let mean = coders.iter().map(Vec::len).sum::<usize>() as f64 / coders.len() as f64;
    Ok((total / mean, alignment))
}

/// Every way worth a look: one that costs no more than to leave each of its spans alone, which is 1 for each.
fn candidates(coders: &[Vec<Span>]) -> Result<Vec<Candidate>, Undefined> {
    let pairs = (coders.len() * (coders.len() - 1) / 2) as f64;
    let mut found: Vec<Candidate> = Vec::new();
    // Sums of differences so far; a pair without two spans costs 1 and is counted at the end.
    let mut open: Vec<(Vec<(usize, usize)>, f64)> = vec![(Vec::new(), 0.0)];
    for (coder, spans) in coders.iter().enumerate() {
        let mut next = Vec::new();
        for (row, sum) in &open {
            for (place, span) in spans.iter().enumerate() {
                let more: f64 = row.iter().map(|(other, at)| difference(&coders[*other][*at], span)).sum();
                // Spans to come can make it worth no more than one for each coder.
                if sum + more <= pairs * coders.len() as f64 {
                    let mut row = row.clone();
                    row.push((coder, place));
                    next.push((row, sum + more));
                }
            }
        }
        open.extend(next);
        if open.len() > MAX_CANDIDATES {
            return Err(Undefined::Large);
        }
    }
    for (spans, sum) in open {
        let full = spans.len() as f64;
        let disorder = (sum + pairs - full * (full - 1.0) / 2.0) / pairs;
        if !spans.is_empty() && disorder <= full {
            found.push(Candidate { spans, disorder });
        }
    }
    Ok(found)
}

/// Candidates that share no span with those of another group can be chosen apart from them.
fn groups(coders: &[Vec<Span>], candidates: Vec<Candidate>) -> Vec<Vec<Candidate>> {
    let mut offsets = Vec::with_capacity(coders.len());
    let mut spans = 0;
    for coder in coders {
        offsets.push(spans);
        spans += coder.len();
    }
    let mut parents: Vec<usize> = (0..spans).collect();
    fn root(parents: &mut [usize], mut at: usize) -> usize {
        while parents[at] != at {
            parents[at] = parents[parents[at]];
            at = parents[at];
        }
        at
    }
    let first = |candidate: &Candidate| offsets[candidate.spans[0].0] + candidate.spans[0].1;
    for candidate in &candidates {
        let one = root(&mut parents, first(candidate));
        for (coder, place) in &candidate.spans[1..] {
            let other = root(&mut parents, offsets[*coder] + place);
            parents[other] = one;
        }
    }
    let mut groups: BTreeMap<usize, Vec<Candidate>> = BTreeMap::new();
    for candidate in candidates {
        groups.entry(root(&mut parents, first(&candidate))).or_default().push(candidate);
    }
    groups.into_values().collect()
}

/// The cheapest candidates that hold every span of the group once: a set partition, solved as a program of zeros and ones.
fn cover(group: &[Candidate]) -> Result<Vec<&Candidate>, Undefined> {
    if let [only] = group {
        return Ok(vec![only]);
    }
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let mut holders: BTreeMap<(usize, usize), Vec<(Variable, f64)>> = BTreeMap::new();
    let mut variables = Vec::with_capacity(group.len());
    for candidate in group {
        let variable = problem.add_binary_var(candidate.disorder);
        variables.push(variable);
        for span in &candidate.spans {
            holders.entry(*span).or_default().push((variable, 1.0));
        }
    }
    for holders in holders.values() {
        problem.add_constraint(holders, ComparisonOp::Eq, 1.0);
    }
    let Ok(SolveOutcome::Solution(solution)) = problem.solve() else { return Err(Undefined::Large) };
    Ok(group
        .iter()
        .zip(variables)
        .filter(|(_, variable)| solution.var_value(*variable) > 0.5)
        .map(|(it, _)| it)
        .collect())
}
