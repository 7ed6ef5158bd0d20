//! What of a codebook stands in a text, and where.
//!
//! Purpose: overlapping matches of one automaton over folded text → boundary filter → patterns around their anchors →
//! the same over the text with its disguised words put back → resolution of spans. Words of another language are not found. The boundary comes before the choice of
//! the longest: the other way round loses a shorter valid term. An entity is a match of every indicator that points at its
//! class.
//! Invariants: linear in the text; spans are byte ranges of the original on character boundaries; an expression is compiled
//! on its first anchor and runs only in windows of bounded width.
//! Must not touch: what a match means.

mod boundary;
mod patterns;
mod vocabulary;

use crate::codebook::CompiledSet;
use crate::codebook::compile::{Place, Use};
use crate::codebook::model::{Codebook, EntityClass, StanceRole};
use crate::codebook::scope::Scope;
use crate::entities::Entity;
use crate::order::Order;
use crate::text::evasion::{Evasions, Reading, Vocabulary, hidden, readings};
use crate::text::fold::Folded;
use crate::text::language::Languages;
use patterns::Expressions;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// How many hits of one place are looked back at for one that overlaps.
const NEIGHBOURS: usize = 8;

/// A match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What was found.
    pub place: Place,
    /// Where, in bytes of the original.
    pub span: Range<usize>,
    /// How it was disguised.
    pub evasion: Evasions,
}

/// A codebook set with what it learns to run faster; reading does not change what it finds.
#[derive(Debug)]
pub struct Matcher {
    set: Arc<CompiledSet>,
    /// Of each codebook, whether it is looked for.
    active: Vec<bool>,
    expressions: Vec<Expressions>,
    /// Of each codebook, the classes of entities that its indicators point at.
    classes: Vec<Vec<(EntityClass, Place)>>,
    vocabulary: OnceLock<Vocabulary>,
}

impl Matcher {
    /// A matcher of a compiled set.
    pub fn new(set: CompiledSet) -> Self {
        Self::with(Arc::new(set), |_| true)
    }

    /// A matcher of some codebooks of a set, by their ids: the others find nothing.
    pub fn with(set: Arc<CompiledSet>, active: impl Fn(&str) -> bool) -> Self {
        let active = set.codebooks.iter().map(|compiled| active(&compiled.reference.id)).collect();
        let expressions = set.codebooks.iter().map(|compiled| Expressions::new(compiled)).collect();
        let classes = set.codebooks.iter().map(|compiled| classes(&compiled.codebook)).collect();
        Self { set, active, expressions, classes, vocabulary: OnceLock::new() }
    }

    /// The set, whose codebooks are in the order of the results of [`Matcher::find`].
    pub fn set(&self) -> &Arc<CompiledSet> {
        &self.set
    }

    /// Of each codebook, whether it is looked for.
    pub fn active(&self) -> &[bool] {
        &self.active
    }

    /// The hits of each codebook, in the order of the text; longer before shorter where they begin together. The fold and
    /// the entities are those of the text.
    pub fn find(&self, original: &str, folded: &Folded, entities: &[Entity<'_>]) -> Vec<Vec<Hit>> {
        let spoken = Spoken::of(original);
        let mut found = self.find_in(&spoken, folded);
        for hit in found.iter_mut().flatten() {
            hit.evasion = hidden(&original[hit.span.clone()]);
        }
        for reading in readings(folded, || self.vocabulary.get_or_init(|| vocabulary::vocabulary(&self.set))) {
            for (found, disguised) in found.iter_mut().zip(self.find_in(&spoken, &reading.folded)) {
                add_disguised(found, disguised, &reading);
            }
        }
        let active = self.active.iter().zip(&self.classes);
        for (hits, (_, classes)) in found.iter_mut().zip(active).filter(|(_, (active, _))| **active) {
            for &(class, place) in classes {
                let pointed = entities.iter().filter(|entity| entity.kind.class() == class);
                let evasion = Evasions::default();
                hits.extend(pointed.map(|entity| Hit { place, span: entity.span.clone(), evasion }));
            }
        }
        for (hits, compiled) in found.iter_mut().zip(&self.set.codebooks) {
            point_at_disguise(hits, &compiled.codebook);
            resolve(hits, &compiled.codebook);
        }
        found
    }

    /// The hits of each codebook in one reading of the text, in no order.
    fn find_in(&self, spoken: &Spoken<'_>, folded: &Folded) -> Vec<Vec<Hit>> {
        let original = spoken.original;
        let mut found: Vec<Vec<Hit>> = vec![Vec::new(); self.set.codebooks.len()];
        let mut anchors: Vec<HashMap<u16, Vec<usize>>> = vec![HashMap::new(); self.set.codebooks.len()];
        self.set.find(folded.text(), |range, uses| {
            for used in uses.iter().filter(|used| self.active[used.codebook()]) {
                match used {
                    Use::Pattern { codebook, pattern } if boundary::begins_word(folded.text(), range.start) => {
                        anchors[usize::from(*codebook)].entry(*pattern).or_default().push(range.start);
                    }
                    // Inside a word it is no anchor.
                    Use::Pattern { .. } => {}
                    Use::Term { codebook, place, boundary, exactly, scope } => {
                        let span = folded.source(range.clone());
                        if boundary::holds(*boundary, original, folded, &range, &span)
                            && exactly.as_ref().is_none_or(|exactly| original[span.clone()] == **exactly)
                            && spoken.admits(*scope)
                        {
                            found[usize::from(*codebook)].push(Hit {
                                place: *place,
                                span,
                                evasion: Evasions::default(),
                            });
                        }
                    }
                }
            }
        });
        for (index, anchors) in anchors.into_iter().enumerate() {
            self.expressions[index].find(&self.set.codebooks[index], spoken, folded, anchors, &mut found[index]);
        }
        found
    }
}

/// A text with its languages, which are asked for only once something is found.
struct Spoken<'t> {
    original: &'t str,
    languages: OnceCell<Languages>,
}

impl<'t> Spoken<'t> {
    fn of(original: &'t str) -> Self {
        Self { original, languages: OnceCell::new() }
    }

    fn admits(&self, scope: Scope) -> bool {
        scope == Scope::Everywhere || scope.admits(self.languages.get_or_init(|| Languages::of(self.original)))
    }
}

/// Adds what is found only with disguised words put back. What the text says openly is no disguise.
fn add_disguised(found: &mut Vec<Hit>, disguised: Vec<Hit>, reading: &Reading) {
    found.order_by_key(|hit| (hit.place, hit.span.start));
    let open = found.len();
    for mut hit in disguised {
        let first = reading.repairs.partition_point(|repair| repair.span.end <= hit.span.start);
        let repairs = || reading.repairs[first..].iter().take_while(|repair| repair.touches(&hit.span));
        if repairs().any(|repair| repair.proved_by(&hit.span)) && !said(&found[..open], &hit) {
            hit.evasion = repairs().map(|repair| repair.evasion).fold(hit.evasion, Evasions::union);
            found.push(hit);
        }
    }
}

/// Whether one of the hits, in order of place and start, says the same over some of the same text.
fn said(open: &[Hit], hit: &Hit) -> bool {
    let until = open.partition_point(|other| (other.place, other.span.start) < (hit.place, hit.span.end));
    // A hit that begins earlier and still reaches here is near: spans of one place seldom overlap.
    let near = open[..until].iter().rev().take(NEIGHBOURS);
    near.take_while(|other| other.place == hit.place).any(|other| hit.span.start < other.span.end)
}

/// Adds the indicators that point at disguise itself, on every word that is disguised in their way.
fn point_at_disguise(hits: &mut Vec<Hit>, codebook: &Codebook) {
    let disguised: Vec<Hit> = hits.iter().filter(|hit| !hit.evasion.is_empty()).cloned().collect();
    if disguised.is_empty() {
        return;
    }
    for (c, code) in codebook.codes.iter().enumerate() {
        for (i, indicator) in code.indicators.iter().enumerate() {
            let place = Place::Indicator { code: c as u16, indicator: i as u16 };
            let pointed = disguised.iter().filter(|hit| hit.evasion.iter().any(|way| indicator.evasion.contains(&way)));
            hits.extend(pointed.map(|hit| Hit { place, ..hit.clone() }));
        }
    }
}

/// The classes of entities that indicators point at.
fn classes(codebook: &Codebook) -> Vec<(EntityClass, Place)> {
    let mut classes = Vec::new();
    for (c, code) in codebook.codes.iter().enumerate() {
        for (i, indicator) in code.indicators.iter().enumerate() {
            let place = Place::Indicator { code: c as u16, indicator: i as u16 };
            classes.extend(indicator.entities.iter().map(|class| (*class, place)));
        }
    }
    classes
}

/// Orders hits and drops those that a longer one explains: one of the same code, or one that gives the words a sense which
/// is not support ("inner jihad" is no mention of war).
fn resolve(hits: &mut Vec<Hit>, codebook: &Codebook) {
    hits.order_by(|a, b| (a.span.start, b.span.end, a.place).cmp(&(b.span.start, a.span.end, b.place)));
    hits.dedup();
    let mut keep = vec![true; hits.len()];
    // Hits that reach over the present one, in order of their starts.
    let mut open: Vec<usize> = Vec::new();
    for index in 0..hits.len() {
        let span = hits[index].span.clone();
        open.retain(|&outer| hits[outer].span.end > span.start);
        keep[index] = !open.iter().any(|&outer| keep[outer] && explains(codebook, &hits[outer], &hits[index]));
        open.push(index);
    }
    let mut flags = keep.into_iter();
    hits.retain(|_| flags.next().unwrap_or(true));
}

fn explains(codebook: &Codebook, longer: &Hit, shorter: &Hit) -> bool {
    let inside = longer.span.start <= shorter.span.start && shorter.span.end <= longer.span.end;
    if !inside {
        return false;
    }
    let (outer, inner) = (longer.place, shorter.place);
    match (outer, inner) {
        (Place::Target(a), Place::Target(b)) => longer.span != shorter.span || a == b,
        (Place::Indicator { code: a, .. }, Place::Indicator { code: b, .. }) => {
            longer.span != shorter.span && (a == b || gives_other_sense(codebook, a))
        }
        // A name stays a name inside a longer phrase, and a phrase stays one around a name.
        _ => false,
    }
}

fn gives_other_sense(codebook: &Codebook, code: u16) -> bool {
    let stance = codebook.codes.get(usize::from(code)).and_then(|code| code.stance.as_ref());
    let declared = stance.and_then(|id| codebook.stances.iter().find(|stance| stance.id == *id));
    declared.is_some_and(|stance| stance.role == Some(StanceRole::Default))
}
